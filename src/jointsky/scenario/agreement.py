"""Agreements as an author writes them: phases, nations, posts, units, links and clauses (pydantic models, SI floats).

The language is that of a treaty with its annex: nothing is shared, ordered or used across a border unless a clause
grants it. These models check each value alone; `jointsky.links.check.check` judges what the values mean together.
"""

import math
import re
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator, model_validator

from jointsky.units import parse_quantity

ShareWord = Literal["plots", "tracks", "fire-control", "warning", "identity", "flight-plans"]
OrderWord = Literal["scramble", "position", "engage", "weapons-status"]
UseWord = Literal["airfields", "munitions"]
IdentityWord = Literal["pending", "unknown", "assumed-friend", "friend", "neutral", "suspect", "hostile"]
WeaponsWord = Literal["hold", "tight", "free"]
FieldWord = Literal["position", "velocity", "identity"]


class ResumeRule(NamedTuple):
    """When a lost link counts again: up for `after_s` seconds, and confirmed by both ends or not."""

    after_s: float
    confirmed: bool


def _quantity(value: object, unit: str, most: float = math.inf) -> float:
    number = parse_quantity(value, unit)
    if not 0.0 <= number <= most:
        expected = "zero or more" if most == math.inf else "0 % to 100 %"
        raise ValueError(f"found {value}, expected {expected}")
    return number


def _duration(value: object) -> float:
    return _quantity(value, "s")


def _length(value: object) -> float:
    return _quantity(value, "m")


def _fraction(value: object) -> float:
    return _quantity(value, "1", 1.0)


def _name(value: object) -> str:
    if isinstance(value, bool):
        words = "yes, on or true" if value else "no, off or false"
        raise ValueError(f"found {value}: YAML reads an unquoted {words} so; put the name in quotes")
    if not isinstance(value, str):
        raise ValueError(f"found {value!r}, expected a name; put it in quotes if it is one")
    if not re.fullmatch(r"[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*", value):
        raise ValueError(f"found {value!r}, expected a name of letters, digits, - and _, in parts joined by dots")
    return value


def _pattern(value: object) -> str:
    if not isinstance(value, str):
        return _name(value)
    if not re.fullmatch(r"[A-Za-z0-9_.*\-]+", value):
        raise ValueError(f"found {value!r}, expected a name or a pattern of names with * such as west.radar.*")
    return value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str | bool | int | float) else value


def _resume(value: object) -> ResumeRule:
    wanted = "'after 60 s up' or 'after 60 s up and confirmed by both'"
    found = re.fullmatch(r"after (.+?) up( and confirmed by both)?", str(value).strip())
    if found is None:
        raise ValueError(f"found {value!r}, expected {wanted}")
    return ResumeRule(_duration(found[1]), found[2] is not None)


def _text_schema(example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": [example]})


Duration = Annotated[float, BeforeValidator(_duration), _text_schema("10 s")]
"""Seconds; written with a unit (`30 s`, `2 h`). A bare number is refused with advice."""
Length = Annotated[float, BeforeValidator(_length), _text_schema("150 km")]
"""Metres; written with a unit (`150 km`, `80 nmi`). A bare number is refused with advice."""
Fraction = Annotated[float, BeforeValidator(_fraction), _text_schema("30 %")]
"""A share of one, 0 to 1; written in per cent (`30 %`). A bare number is refused with advice."""
Name = Annotated[str, BeforeValidator(_name)]
"""A name, possibly of several parts joined by dots (`west.radar.1`)."""
Pattern = Annotated[str, BeforeValidator(_pattern)]
"""A name, or a pattern of names in which * stands for any run of characters, dots included."""
Names = Annotated[tuple[Name, ...], BeforeValidator(_listed)]
"""A list of names; a single one needs no brackets."""
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_listed)]
"""A list of patterns; a single one needs no brackets."""
Resume = Annotated[ResumeRule, BeforeValidator(_resume), _text_schema("after 60 s up and confirmed by both")]
"""When a lost link counts again."""


class Section(BaseModel):
    """A part of a scenario: unknown keys are errors, values do not change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class NationSection(Section):
    """One nation. `territory` is a GeoJSON file (relative to the file that names it); absent, the scenario knows it."""

    territory: str | None = None


class PostSection(Section):
    """One command post: whose, where it sits, which units of its nation it commands, in which phases it exists."""

    nation: Name
    host: Name | None = None
    deputy: Name | None = None
    phases: Names | None = None
    commands: Patterns = ()
    precedence: int | None = Field(default=None, ge=1)


class UnitSection(Section):
    """One unit as an agreement needs it (sites come from scenarios); `nation` when the name does not begin with it."""

    kind: str
    nation: Name | None = None
    shots: int | None = Field(default=None, ge=0)
    aircraft: int | None = Field(default=None, ge=0)
    readiness: Duration | None = None


class CutSection(Section):
    """One planned outage of a link, in time since scenario start."""

    start: Duration
    end: Duration

    @model_validator(mode="after")
    def _ordered(self) -> "CutSection":
        if self.end <= self.start:
            raise ValueError("the cut ends before it starts, expected end later than start")
        return self


class LinkSection(Section):
    """One link between posts: fixed delay, chance that a message is lost, planned outages."""

    between: Names
    delay: Duration
    loss: Fraction = 0.0
    cuts: tuple[CutSection, ...] = ()

    @field_validator("between")
    @classmethod
    def _two_ends(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) < 2:
            raise ValueError(f"found {', '.join(value) or 'nothing'}, expected at least two different posts")
        return value


class ActivationSection(Section):
    """How a phase comes into force: who must declare it (all of them, or any one) and how long it takes after that."""

    declared_by: Names
    everyone: bool = Field(default=True, alias="all")
    takes: Duration


class ApprovalSection(Section):
    """Whose consent an act needs (`owner` of the unit, or a named nation or post) and how long it takes."""

    by: Name
    takes: Duration


class OfSection(Section):
    """Which data a share clause gives: of which sensors, seen where."""

    sensors: Patterns = ()
    zone: str | None = None


class TargetsSection(Section):
    """Against what an order may go: identities that are allowed, and what never is."""

    identity: Annotated[tuple[IdentityWord, ...] | None, BeforeValidator(_listed)] = None
    never: Annotated[tuple[Literal["civil"], ...], BeforeValidator(_listed)] = Field(default=(), alias="not")


class ClauseSection(Section):
    """One clause: giver -> receiver : share | order | use : what : where : phases : terms."""

    id: Name
    share: Annotated[tuple[ShareWord, ...], BeforeValidator(_listed)] = ()
    order: Annotated[tuple[OrderWord, ...], BeforeValidator(_listed)] = ()
    use: Annotated[tuple[UseWord, ...], BeforeValidator(_listed)] = ()
    giver: Name = Field(alias="from")
    to: Name
    of: OfSection | None = None
    units: Patterns = ()
    targets: TargetsSection | None = None
    where: str | None = None
    phases: Names | None = None
    over: Name | None = None
    every: Duration | None = None
    fields: Annotated[tuple[FieldWord, ...] | None, BeforeValidator(_listed)] = None
    approval: ApprovalSection | None = None
    limits: dict[UseWord, Fraction] = Field(default_factory=dict[UseWord, float])
    delegate: Names = ()

    @model_validator(mode="after")
    def _one_verb(self) -> "ClauseSection":
        verbs = [word for word in ("share", "order", "use") if getattr(self, word)]
        if len(verbs) != 1:
            found = " and ".join(verbs) or "none of them"
            raise ValueError(f"clause {self.id}: found {found}, expected exactly one of share, order, use")
        return self

    @property
    def verb(self) -> Literal["share", "order", "use"]:
        """Which of the three verbs the clause has."""
        return "share" if self.share else "order" if self.order else "use"


class LinkLossSection(Section):
    """What is left when a link is down for longer than `after`."""

    link: Name
    after: Duration
    then: Literal["national"]
    weapons: WeaponsWord | None = None
    resume: Resume | None = None


class AgreementSection(Section):
    """One agreement between parties: how phases are declared, the clauses, and what a lost link leaves."""

    name: Name
    parties: Names
    activates: dict[Name, ActivationSection] = Field(default_factory=dict[str, ActivationSection])
    clauses: tuple[ClauseSection, ...] = ()
    on_link_loss: LinkLossSection | None = None


class ArrangementSection(Section):
    """Everything that decides who may see, order and use: the keys an agreement file and a scenario have in common.

    Units are not here: a scenario has fuller ones (see `AgreementFile` for a file that stands alone).
    """

    phases: Names = ("peace",)
    nations: dict[Name, NationSection] = Field(default_factory=dict[str, NationSection])
    zones: dict[Name, str] = Field(default_factory=dict[str, str])
    posts: dict[Name, PostSection] = Field(default_factory=dict[str, PostSection])
    links: dict[Name, LinkSection] = Field(default_factory=dict[str, LinkSection])
    agreements: tuple[AgreementSection, ...] = ()


class AgreementFile(ArrangementSection):
    """An agreement file that stands alone (`include` has been resolved by the reader)."""

    units: dict[Name, UnitSection] = Field(default_factory=dict[str, UnitSection])
