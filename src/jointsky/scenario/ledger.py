"""The ledger of an agreement as its author writes it: who pays what, and what was held where on which day.

Amounts carry their currency (`2 bn USD`), counts their category, and every entry says where its numbers were read, or
that they are notional. These models check each value alone; `dangling` follows every name of a ledger, and
`jointsky.scenario.holdings` sees whether the counts add up.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from jointsky.catalogue.quantities import Length, Share
from jointsky.errors import suggest
from jointsky.scenario.parts import Several, Strict, fault, listed
from jointsky.scenario.words import Day, Name, Names

NOTIONAL = "notional"
"""The word that stands for a source where a number is a round one of our own."""
OWNER = "owner"
NOWHERE = "none"
KINDS = ("radar", "early-warning", "sam", "fighter", "ew", "aew", "watch")
"""Kinds of units, which costs may be given for."""
TIMES = {"": 1.0, "thousand": 1e3, "million": 1e6, "bn": 1e9}
_AMOUNT = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*([a-z]*)\s*([A-Z]{3})")
_NAME = r"[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)*"


class Money(NamedTuple):
    """An amount of a currency, never negative."""

    amount: float
    currency: str


class Account(NamedTuple):
    """Things of `owner` that stand in `place`: a nation's land, or a zone."""

    owner: str
    place: str

    def __str__(self) -> str:
        return self.owner if self.owner == self.place else f"{self.owner} in {self.place}"


def _money(value: Any) -> Money:
    text = str(value).strip()
    found = _AMOUNT.fullmatch(text) if isinstance(value, str) else None
    if found is None:
        bare = re.fullmatch(r"(\d+(?:\.\d*)?(?:[eE]\+?\d+)?)\s*(?:[a-z]+)?", text)
        advice = " without a currency" if bare and not isinstance(value, bool) else ""
        raise fault(f"found {value!r}{advice}, expected an amount such as '2 bn USD' or '300 million USD'")
    if found[2] not in TIMES:
        raise fault(f"found {text!r}, expected thousand, million or bn before the currency, not '{found[2]}'")
    return Money(float(found[1]) * TIMES[found[2]], found[3])


def _currency(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{3}", value):
        raise fault(f"found {value!r}, expected a currency by its three capital letters, such as USD")
    return value


def _account(value: Any) -> Account | None:
    """`east in west` is what is east's and stands in west, `east` what stands at home, `none` nowhere."""
    if value is None or value == NOWHERE:
        return None
    found = re.fullmatch(rf"({_NAME})(?: in ({_NAME}))?", value) if isinstance(value, str) else None
    if found is None:
        raise fault(f"found {value!r}, expected NATION, NATION in PLACE, or none")
    return Account(found[1], found[2] or found[1])


def _payers(value: Any) -> Any:
    return {value: "100 %"} if isinstance(value, str) else value


def _whole(value: dict[str, float]) -> dict[str, float]:
    if abs(sum(value.values()) - 1.0) > 1e-9:
        raise fault(f"the shares add up to {100.0 * sum(value.values()):g} %, expected 100 %")
    return value


def _source(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise fault(f"found {value!r}, expected where the numbers were read, or the word {NOTIONAL}")
    return value


def _text(*examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": list(examples)}, mode="validation")


Amount = Annotated[Money, PlainValidator(_money), _text("2 bn USD", "300 million USD")]
"""Money, written with its currency: `5000 USD`, `300 million USD`, `2.46 bn USD`."""
Currency = Annotated[
    str,
    PlainValidator(_currency),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"]}, mode="validation"),
]
"""A currency by its three letters."""
Place = Annotated[Account | None, PlainValidator(_account), _text("east in west", "east", NOWHERE)]
"""Whose and where: `east in west`, `east` (at home), or `none` (not there yet, or no more)."""
Source = Annotated[str, PlainValidator(_source), _text(NOTIONAL, "article of Feb 2009")]
"""Where numbers were read, or `notional`."""
Payers = Annotated[dict[Name, Share], BeforeValidator(_payers), AfterValidator(_whole)]
"""Who pays: a nation or `owner`, or shares that add up to 100 %."""
Whole = Annotated[int, Field(ge=0)]
Some = Annotated[int, Field(ge=1)]


class Cost(Strict):
    """What one thing costs: a unit of a kind, a site, battery or aircraft of a type, or one unit by its name. A cost
    with a `clause` is there only while that clause holds."""

    acquisition: Amount | None = None
    operation: Amount | None = None
    paid_by: Payers = Field(default_factory=lambda: {OWNER: 1.0})
    clause: Name | None = None
    source: Source | None = None

    @model_validator(mode="after")
    def _something(self) -> "Cost":
        if self.acquisition is None and self.operation is None:
            raise fault("expected acquisition (once), operation (each year), or both")
        return self


class Payment(Strict):
    """Money from one party to another on a day. `amount` is the full price, of which `discount` is let off; with a
    `clause` it is due only while that clause holds. A `loan` (or a part of one that is paid back) is owed, not borne.
    """

    giver: Name = Field(alias="from")
    receiver: Name = Field(alias="to")
    amount: Amount
    day: Day
    purpose: str = Field(alias="for")
    clause: Name | None = None
    discount: Share = 0.0
    loan: bool = False
    source: Source | None = None

    @model_validator(mode="after")
    def _two_parties(self) -> "Payment":
        if self.loan and self.discount:
            raise fault("found a discount on a loan, expected one of them")
        if self.giver == self.receiver:
            raise fault(f"found {self.giver} paying itself, expected two parties")
        return self


class Category(Strict):
    """A category of things that are counted: what it is, and how far its missiles reach (their own figure, or that of
    a type of the catalogue)."""

    title: str = ""
    reach: Length | None = None
    type: str | None = None
    source: Source | None = None

    @model_validator(mode="after")
    def _one_reach(self) -> "Category":
        if self.reach is not None and self.type is not None:
            raise fault("found reach and type, expected one of them: the type says its own reach")
        return self


class Stock(Strict):
    """How many of a category were held by whom and where when a day began. The first count starts the account, a later
    one of the same account must agree with what the movements say."""

    category: Name
    held: Place
    count: Whole
    day: Day
    source: Source | None = None


class Movement(Strict):
    """Things that change place or owner on a day; from `none` they are new, to `none` they are no more."""

    category: Name
    count: Some
    origin: Place = Field(default=None, alias="from")
    goal: Place = Field(default=None, alias="to")
    day: Day
    purpose: str = Field(default="", alias="for")
    source: Source | None = None

    @model_validator(mode="after")
    def _moves(self) -> "Movement":
        if self.origin == self.goal:
            raise fault(f"found from and to both {self.origin or NOWHERE}, expected two different ones")
        return self


class Ledger(Strict):
    """Money and things. `currency` and `year` say which money all amounts are in; operation counts from the day
    `begins` on (for one year when left out); `worth` is what one unit of asset value is worth to its nation;
    `reliability` is how surely a partner stands by the agreement; `source` stands for entries that name none."""

    currency: Currency
    year: Annotated[int, Field(ge=1900, le=2200)]
    begins: Day | None = None
    source: Source | None = None
    outsiders: Annotated[Names, Field(strict=False)] = ()
    worth: Amount | None = None
    reliability: dict[Name, Share] = Field(default_factory=dict[str, float])
    costs: dict[Name, Cost] = Field(default_factory=dict[str, Cost])
    payments: Annotated[Several[Payment], BeforeValidator(listed)] = ()
    categories: dict[Name, Category] = Field(default_factory=dict[str, Category])
    stocks: Annotated[Several[Stock], BeforeValidator(listed)] = ()
    movements: Annotated[Several[Movement], BeforeValidator(listed)] = ()

    @property
    def counted(self) -> frozenset[str]:
        """The names of all categories that anything is said of."""
        entries = (*self.stocks, *self.movements)
        return frozenset(self.categories) | {entry.category for entry in entries}

    def source_of(self, entry: Cost | Payment | Stock | Movement | Category) -> str:
        """Where the numbers of an entry were read."""
        return entry.source or self.source or ""


Note = tuple[tuple[str | int, ...], str]
"""A path in the scenario and what is wrong there."""


class Meanings(NamedTuple):
    """The names that a ledger may use: nations, zones, units, and types of the catalogue."""

    nations: frozenset[str]
    zones: frozenset[str]
    units: frozenset[str]
    types: frozenset[str]

    @classmethod
    def of(cls, nations: Iterable[str], zones: Iterable[str], units: Iterable[str], types: Iterable[str]) -> "Meanings":
        """The names of a scenario."""
        return cls(frozenset(nations), frozenset(zones), frozenset(units), frozenset(types))


def dangling(ledger: Ledger, known: Meanings) -> Iterator[Note]:
    """Every name of a ledger that leads nowhere, every amount in another currency, every entry without a source."""
    yield from _names(ledger, known)
    yield from _accounts(ledger, known)
    for path, amount in _amounts(ledger):
        if amount is not None and amount.currency != ledger.currency:
            yield path, f"found {amount.currency}, expected {ledger.currency}, the currency of the whole ledger"
    for path, entry in _entries(ledger):
        if not ledger.source_of(entry):
            yield path, f"'source' is missing: say where the numbers were read, or {NOTIONAL}"


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    return f"unknown {what} '{name}'; {suggest(name, known)}".rstrip("; ")


def _names(ledger: Ledger, known: Meanings) -> Iterator[Note]:
    for name, cost in ledger.costs.items():
        if name not in KINDS and name not in known.types and name not in known.units:
            things = {*KINDS, *known.types, *known.units}
            yield ("ledger", "costs", name), _unknown("kind, type or unit", name, things)
        for payer in sorted(cost.paid_by):
            if payer != OWNER and payer not in known.nations:
                yield ("ledger", "costs", name, "paid_by"), _unknown("nation", payer, {*known.nations, OWNER})
    for number, payment in enumerate(ledger.payments):
        for key, name in (("from", payment.giver), ("to", payment.receiver)):
            if name not in known.nations and name not in ledger.outsiders:
                parties = {*known.nations, *ledger.outsiders}
                yield ("ledger", "payments", number, key), _unknown("nation or outsider", name, parties)
    for name in ledger.reliability:
        if name not in known.nations:
            yield ("ledger", "reliability", name), _unknown("nation", name, known.nations)
    for name, category in ledger.categories.items():
        if category.type is not None and category.type not in known.types:
            yield ("ledger", "categories", name, "type"), _unknown("type", category.type, known.types)


def _accounts(ledger: Ledger, known: Meanings) -> Iterator[Note]:
    for number, stock in enumerate(ledger.stocks):
        yield from _counted(("ledger", "stocks", number), stock.category, {"held": stock.held}, ledger, known)
        if stock.held is None:
            yield ("ledger", "stocks", number, "held"), f"found {NOWHERE}, expected NATION or NATION in PLACE"
    for number, move in enumerate(ledger.movements):
        ends = {"from": move.origin, "to": move.goal}
        yield from _counted(("ledger", "movements", number), move.category, ends, ledger, known)


def _counted(
    path: tuple[str | int, ...],
    category: str,
    ends: Mapping[str, Account | None],
    ledger: Ledger,
    known: Meanings,
) -> Iterator[Note]:
    if ledger.categories and category not in ledger.categories:
        yield (*path, "category"), _unknown("category", category, ledger.categories)
    for key, account in ends.items():
        if account is not None and account.owner not in known.nations:
            yield (*path, key), _unknown("nation", account.owner, known.nations)
        elif account is not None and account.place not in known.nations and account.place not in known.zones:
            yield (*path, key), _unknown("nation or zone", account.place, known.nations | known.zones)


def _amounts(ledger: Ledger) -> Iterator[tuple[tuple[str | int, ...], Money | None]]:
    yield ("ledger", "worth"), ledger.worth
    for name, cost in ledger.costs.items():
        yield ("ledger", "costs", name, "acquisition"), cost.acquisition
        yield ("ledger", "costs", name, "operation"), cost.operation
    for number, payment in enumerate(ledger.payments):
        yield ("ledger", "payments", number, "amount"), payment.amount


def _entries(ledger: Ledger) -> Iterator[tuple[tuple[str | int, ...], Cost | Payment | Stock | Movement | Category]]:
    yield from ((("ledger", "costs", name), cost) for name, cost in ledger.costs.items())
    yield from ((("ledger", "payments", number), item) for number, item in enumerate(ledger.payments))
    yield from ((("ledger", "stocks", number), item) for number, item in enumerate(ledger.stocks))
    yield from ((("ledger", "movements", number), item) for number, item in enumerate(ledger.movements))
    for name, category in ledger.categories.items():
        if category.reach is not None:
            yield ("ledger", "categories", name), category
