"""Agreements as an author writes them: phases, nations, posts, units, links and clauses (pydantic models, SI floats).

The language is that of a treaty with its annex: nothing is shared, ordered or used across a border unless a clause
grants it. These models check each value alone; `jointsky.links.check.check` judges what the values mean together.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from jointsky.scenario.link_terms import Outages, Radio, Slots, Voice
from jointsky.scenario.words import (
    Day,
    Duration,
    FieldWord,
    Fraction,
    IdentityWord,
    Length,
    Limit,
    LimitWord,
    Name,
    Names,
    OrderWord,
    Patterns,
    Resume,
    ShareWord,
    UseWord,
    WeaponsWord,
    listed,
)


class Section(BaseModel):
    """A part of a scenario: unknown keys are errors, values do not change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class NationSection(Section):
    """One nation. `territory` is a GeoJSON file (relative to the file that names it); absent, the scenario knows it."""

    territory: str | None = None


class PostSection(Section):
    """One command post: whose, where it sits, which units of its nation it commands, in which phases it exists.

    `deputy` is the nation that provides the deputy commander; `deputies` are the posts that stand in, in this order,
    where a loss rule says `then: deputy`.
    """

    nation: Name
    host: Name | None = None
    deputy: Name | None = None
    deputies: Names = ()
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
    """One link between posts: fixed delay, chance that a message is lost, planned outages and such by chance; at most
    one of `capacity` (rows a second), `slots` and `voice`; `radio` when it goes over one."""

    between: Names
    delay: Duration
    loss: Fraction = 0.0
    cuts: tuple[CutSection, ...] = ()
    outages: Outages | None = None
    capacity: float | None = Field(default=None, gt=0)
    slots: Slots | None = None
    voice: Voice | None = None
    radio: Radio | None = None

    @field_validator("between")
    @classmethod
    def _two_ends(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) < 2:
            raise ValueError(f"found {', '.join(value) or 'nothing'}, expected at least two different posts")
        return value

    @model_validator(mode="after")
    def _one_limit(self) -> "LinkSection":
        found = [key for key in ("capacity", "slots", "voice") if getattr(self, key) is not None]
        if len(found) > 1:
            raise ValueError(f"found {' and '.join(found)}, expected at most one of capacity, slots, voice")
        return self


class ActivationSection(Section):
    """How a phase comes into force: who must declare it (all of them, or any one) and how long it takes after that."""

    declared_by: Names
    everyone: bool = Field(default=True, alias="all")
    takes: Duration


class ApprovalSection(Section):
    """Whose consent an act needs (`owner` of the unit, or a named nation or post), how long it takes, and the chance
    that it is refused."""

    by: Name
    takes: Duration
    refused: Fraction = 0.0


class WithdrawalSection(Section):
    """Who may take consent back (any one of `by`), and how long a clause goes on after that."""

    by: Names
    takes: Duration = 0.0


class AssistanceSection(Section):
    """A clause that waits for an attack on the receiver: it is in force `takes` after it was called for.

    The giver owes it `within` that time; what comes later, or (with the chance `refused`) never, is a breach and is
    logged. `declared_by` are the people who may call; when left out, the receiver's first hostile alert calls.
    """

    within: Duration
    takes: Duration = 0.0
    refused: Fraction = 0.0
    declared_by: Names = ()


class OfSection(Section):
    """Which data a share clause gives: of which sensors, seen where."""

    sensors: Patterns = ()
    zone: str | None = None


class TargetsSection(Section):
    """Against what an order may go: identities that are allowed, and what never is."""

    identity: Annotated[tuple[IdentityWord, ...] | None, BeforeValidator(listed)] = None
    never: Annotated[tuple[Literal["civil"], ...], BeforeValidator(listed)] = Field(default=(), alias="not")


class ClauseSection(Section):
    """One clause: giver -> receiver : share | order | use : what : where : phases : terms.

    `between` narrows `each` and `others` to some of the parties (a bilateral clause in a multilateral frame); `delay`
    is added to that of the link; `level` is the part of the things that has been put into practice; `in_force` and
    `until` narrow the days of the agreement; `text` is what the document itself says, for people.
    """

    id: Name
    share: Annotated[tuple[ShareWord, ...], BeforeValidator(listed)] = ()
    order: Annotated[tuple[OrderWord, ...], BeforeValidator(listed)] = ()
    use: Annotated[tuple[UseWord, ...], BeforeValidator(listed)] = ()
    giver: Name = Field(alias="from")
    to: Name
    between: Names = ()
    of: OfSection | None = None
    units: Patterns = ()
    targets: TargetsSection | None = None
    where: str | None = None
    phases: Names | None = None
    over: Name | None = None
    every: Duration | None = None
    delay: Duration = 0.0
    level: Fraction = 1.0
    fields: Annotated[tuple[FieldWord, ...] | None, BeforeValidator(listed)] = None
    approval: ApprovalSection | None = None
    limits: dict[LimitWord, Limit] = Field(default_factory=dict[LimitWord, float | int])
    delegate: Names = ()
    withdrawal: WithdrawalSection | None = None
    if_attacked: AssistanceSection | None = None
    in_force: Day | None = None
    until: Day | None = None
    text: str = ""

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
    """What is left when a link is down for longer than `after`: national command, or that of the deputies of the posts
    that the agreement's clauses name."""

    link: Name
    after: Duration
    then: Literal["national", "deputy"]
    weapons: WeaponsWord | None = None
    resume: Resume | None = None


class SpanSection(Section):
    """Days from `start` (included) to `end` (left out: without end; not included)."""

    start: Day = Field(alias="from")
    end: Day | None = Field(default=None, alias="until")

    @model_validator(mode="after")
    def _ordered(self) -> "SpanSection":
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"until {self.end} is not later than from {self.start}, expected a later day")
        return self


class HandoverSection(Section):
    """The seam between areas: a target that crosses it is the old area's for `takes`, then the new one's."""

    takes: Duration


class OfRuleSection(Section):
    """What a treaty rule counts: kinds of units or types of equipment, and missiles by reach."""

    kinds: Annotated[tuple[str, ...], BeforeValidator(listed)] = ()
    types: Annotated[tuple[str, ...], BeforeValidator(listed)] = ()
    categories: Annotated[tuple[str, ...], BeforeValidator(listed)] = ()
    reach: Annotated[tuple[Length, Length] | None, Field(strict=False)] = None


class RuleSection(Section):
    """One limit of a treaty: the nations it binds hold at most `most` of what `of` names (0: a ban), counted in the
    zone `where` (anywhere when left out), from a day until a day. A rule never grants anything; when it is broken it
    names itself."""

    id: Name
    binds: Names
    of: OfRuleSection
    most: int = Field(ge=0)
    where: str | None = None
    in_force: Day | None = None
    until: Day | None = None
    text: str = ""


class AgreementSection(Section):
    """One agreement between parties: how phases are declared, the clauses, and what a lost link leaves.

    A protocol of intent (`kind: intent`) enables nothing. Without any day an agreement is always in force; one that
    was `signed` is in force from `in_force` on, and not at all while that is left out. `under` names the agreement
    without which this one does not hold. `areas` gives each post the zone whose targets are its own to engage.
    """

    name: Name
    title: str = ""
    source: str = ""
    kind: Literal["treaty", "intent"] = "treaty"
    parties: Names
    under: Name | None = None
    signed: Day | None = None
    in_force: Day | None = None
    until: Day | None = None
    suspended: Annotated[tuple[SpanSection, ...], BeforeValidator(listed)] = ()
    withdrawal: WithdrawalSection | None = None
    activates: dict[Name, ActivationSection] = Field(default_factory=dict[str, ActivationSection])
    areas: dict[Name, str] = Field(default_factory=dict[str, str])
    handover: HandoverSection | None = None
    clauses: tuple[ClauseSection, ...] = ()
    rules: tuple[RuleSection, ...] = ()
    on_link_loss: LinkLossSection | None = None


class JointUnitSection(Section):
    """A unit put together from units of several owners: clauses may name it in the place of its parts."""

    of: Patterns


class ArrangementSection(Section):
    """Everything that decides who may see, order and use: the keys an agreement file and a scenario have in common.

    Units are not here: a scenario has fuller ones (see `AgreementFile` for a file that stands alone).
    """

    phases: Names = ("peace",)
    nations: dict[Name, NationSection] = Field(default_factory=dict[str, NationSection])
    zones: dict[Name, str] = Field(default_factory=dict[str, str])
    posts: dict[Name, PostSection] = Field(default_factory=dict[str, PostSection])
    joint_units: dict[Name, JointUnitSection] = Field(default_factory=dict[str, JointUnitSection])
    links: dict[Name, LinkSection] = Field(default_factory=dict[str, LinkSection])
    agreements: tuple[AgreementSection, ...] = ()


class AgreementFile(ArrangementSection):
    """An agreement file that stands alone (`include` has been resolved by the reader)."""

    units: dict[Name, UnitSection] = Field(default_factory=dict[str, UnitSection])
