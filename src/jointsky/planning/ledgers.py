"""Money: what each nation pays for the common defence, what it gets, and at which transfer joining is worth its while.

A bill is a list of lines that add up: what forces cost their owners, payments made and received, prices let off.
Nothing here passes a verdict; each figure can be traced to its line, and each line to its source.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from jointsky.errors import ScenarioErrors, StudyError
from jointsky.links.days import agreements_on
from jointsky.planning.places import pieces
from jointsky.scenario.ledger import KINDS, OWNER, Ledger
from jointsky.scenario.load import Scenario

DAYS_A_YEAR = 365.25
FORCES = ("acquisition", "operation")
BORNE = (*FORCES, "paid", "received")
"""Sorts of lines that a party bears: a loan is owed instead."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill: what a party pays (positive) or receives (negative), for what, by which clause, from which
    source. `sort` is acquisition, operation, paid, received, lent or borrowed; `let_off` what was let off the full
    price."""

    party: str
    sort: str
    amount: float
    purpose: str
    clause: str | None
    source: str
    let_off: float = 0.0


@dataclass(frozen=True, slots=True)
class Bill:
    """All lines of all parties, and the payments that are not due because no clause in force asks for them."""

    currency: str
    year: int
    lines: tuple[Line, ...]
    not_due: tuple[str, ...]

    def of(self, party: str, *sorts: str) -> float:
        """What a party pays in all (negative: it receives more), of some sorts of lines or of all but loans."""
        return math.fsum(line.amount for line in self.lines if line.party == party and line.sort in (sorts or BORNE))

    def owes(self, party: str) -> float:
        """What a party has borrowed and not paid back (negative: others owe it)."""
        return -self.of(party, "lent", "borrowed")

    def burden(self, party: str) -> float:
        """What the common defence costs a party: its forces, and payments that hang on a clause."""
        mine = [line for line in self.lines if line.party == party]
        return math.fsum(
            line.amount
            for line in mine
            if line.sort in FORCES or (line.sort in ("paid", "received") and line.clause is not None)
        )

    def let_off(self, party: str) -> float:
        """Prices let off to a party as a buyer (positive) and by it as a seller (negative)."""
        return math.fsum(
            line.let_off if line.sort == "paid" else -line.let_off for line in self.lines if line.party == party
        )

    def share(self, party: str, nations: Iterable[str]) -> float | None:
        """A nation's share of the burden of all nations; None when they bear nothing together."""
        whole = math.fsum(self.burden(name) for name in nations)
        return self.burden(party) / whole if whole > 0.0 else None

    @property
    def balance(self) -> float:
        """Payments and loans made less those received, over all parties: 0 in every bill."""
        return math.fsum(line.amount for line in self.lines if line.sort not in FORCES)


@dataclass(frozen=True, slots=True)
class Gain:
    """What a study says a nation's protected places gain: mean damage apart and together, and the interval of the
    difference in asset value (None: not told)."""

    nation: str
    apart: float
    together: float
    low: float | None
    high: float | None

    @property
    def value(self) -> float:
        """Asset value that joining keeps from damage."""
        return self.apart - self.together


@dataclass(frozen=True, slots=True)
class BreakEven:
    """When one nation prefers joining: it must receive `transfer` at least (negative: it could pay so much); None when
    the ledger does not say what a unit of asset value is worth. `worth` is that at which joining pays by itself."""

    nation: str
    extra_cost: float
    gain: float | None
    transfer: float | None
    worth: float | None


def ledger_of(scenario: Scenario) -> Ledger:
    """The ledger of a scenario (reading it has judged it). Raises ScenarioErrors when there is none."""
    if scenario.ledger is None:
        missing = "'ledger' is missing: this file says nothing of costs or stocks"
        raise ScenarioErrors([scenario.error(("ledger",), missing)])
    return scenario.ledger


def bill(scenario: Scenario, on: date | None, *, apart: bool = False) -> Bill:
    """The bill of all parties up to and with the day `on` (None: without end of payments, one year of operation).

    `apart` leaves out everything that hangs on a clause, whether it holds or not: what defence costs without agreement.
    """
    ledger = ledger_of(scenario)
    held = () if apart else agreements_on(scenario, on)
    clauses = frozenset(clause.id for agreement in held for clause in agreement.clauses)
    lines = [*_costs(scenario, ledger, _years(ledger, on), clauses)]
    not_due: list[str] = []
    for payment in ledger.payments:
        if on is not None and payment.day > on:
            continue
        if payment.clause is not None and payment.clause not in clauses:
            not_due.append(f"{payment.purpose}: clause {payment.clause} is not in force")
            continue
        paid, let_off = payment.amount.amount * (1.0 - payment.discount), payment.amount.amount * payment.discount
        terms = (payment.purpose, payment.clause, ledger.source_of(payment), let_off)
        sorts = ("lent", "borrowed") if payment.loan else ("paid", "received")
        lines += [Line(payment.giver, sorts[0], paid, *terms), Line(payment.receiver, sorts[1], -paid, *terms)]
    return Bill(ledger.currency, ledger.year, tuple(lines), tuple(not_due))


def _years(ledger: Ledger, on: date | None) -> float:
    if ledger.begins is None or on is None:
        return 1.0
    return max(0, (on - ledger.begins).days) / DAYS_A_YEAR


def _costs(scenario: Scenario, ledger: Ledger, years: float, clauses: frozenset[str]) -> Iterator[Line]:
    for name, cost in sorted(ledger.costs.items()):
        if cost.clause is not None and cost.clause not in clauses:
            continue
        for owner, count in sorted(_counts(scenario, name).items()):
            for sort, each, times in (("acquisition", cost.acquisition, 1.0), ("operation", cost.operation, years)):
                if each is None:
                    continue
                what = f"{count} x {name}" + (f", {times:.3g} years" if sort == "operation" else "")
                for payer, share in sorted(cost.paid_by.items()):
                    party = owner if payer == OWNER else payer
                    amount = each.amount * count * times * share
                    yield Line(party, sort, amount, what, cost.clause, ledger.source_of(cost))


def _counts(scenario: Scenario, name: str) -> dict[str, int]:
    """How many things a cost is for, by owner: units of a kind, one unit, or pieces of a type."""
    found: dict[str, int] = {}
    for unit_name, unit in scenario.units.items():
        if name == unit_name or (name in KINDS and unit.kind == name):
            found[unit.nation or ""] = found.get(unit.nation or "", 0) + 1
    if not found and name not in KINDS:
        for piece in pieces(scenario):
            if piece.type == name and not piece.raiding:
                found[piece.owner] = found.get(piece.owner, 0) + piece.count
    return found


def gains(summary: Mapping[str, Any], nations: Iterable[str], apart: str, together: str) -> dict[str, Gain]:
    """What joining saves each nation by a study's `summary.json`: the difference of `damage_NATION` between two arms.

    Raises StudyError for an arm that the study does not have; a nation whose damage it did not measure is left out.
    """
    arms: Mapping[str, Any] = summary.get("arms", {})
    for arm in (apart, together):
        if arm not in arms:
            raise StudyError(f"found no arm {arm!r} in the study, expected one of {', '.join(arms) or 'none at all'}")
    found: dict[str, Gain] = {}
    for nation in nations:
        means = [_number(arms[arm].get(f"damage_{nation}"), "mean") for arm in (apart, together)]
        if means[0] is None or means[1] is None:
            continue
        pair = summary.get("pairs", {}).get(f"{apart}-{together}", {}).get(f"damage_{nation}")
        found[nation] = Gain(nation, means[0], means[1], _number(pair, "low"), _number(pair, "high"))
    return found


def _number(measure: object, key: str) -> float | None:
    value = cast("Mapping[str, object]", measure).get(key) if isinstance(measure, Mapping) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def break_even(scenario: Scenario, on: date | None, saved: Mapping[str, Gain]) -> tuple[BreakEven, ...]:
    """For each nation the transfer at which joint and separate defence are worth the same to it.

    transfer = extra cost of the agreement - gain x worth of a unit of asset value. Nations can agree on transfers among
    themselves when these add up to nothing or less (`room`).
    """
    ledger = ledger_of(scenario)
    together, apart = bill(scenario, on), bill(scenario, on, apart=True)
    found: list[BreakEven] = []
    for nation in defenders(scenario):
        extra = together.of(nation) - apart.of(nation)
        gain = saved[nation].value if nation in saved else None
        transfer = None if gain is None or ledger.worth is None else extra - gain * ledger.worth.amount
        worth = max(0.0, extra / gain) if gain is not None and gain > 0.0 else None
        found.append(BreakEven(nation, extra, gain, transfer, worth))
    return tuple(found)


def room(found: Iterable[BreakEven]) -> float | None:
    """What is left to divide when every nation gets its break-even transfer; negative: no transfers content all. None
    when one of them cannot be told."""
    transfers = [one.transfer for one in found]
    known = [transfer for transfer in transfers if transfer is not None]
    return -math.fsum(known) if len(known) == len(transfers) else None


def defenders(scenario: Scenario) -> tuple[str, ...]:
    """The nations that defend, by name."""
    return tuple(name for name, nation in sorted(scenario.nations.items()) if nation.side == "defender")
