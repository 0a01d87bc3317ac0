"""An agreement after compiling: who gave what to whom, as flat immutable rules ready to be asked."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jointsky.links.zones import Zone
from jointsky.scenario.link_terms import Outages, Radio, Slots, Voice
from jointsky.scenario.words import ResumeRule
from jointsky.vocab.codes import Act, Share, Weapons
from jointsky.vocab.messages import Called, Consent, LinkState, News, Phase

Bools = NDArray[np.bool_]

NATIONAL = "national"
"""Stands where clause ids stand when a nation does what needs nobody's grant."""

SHARES: dict[str, Share] = {
    "plots": Share.PLOTS,
    "tracks": Share.TRACKS,
    "fire-control": Share.FIRE_CONTROL,
    "warning": Share.WARNING,
    "identity": Share.IDENTITY,
    "flight-plans": Share.FLIGHT_PLANS,
}
ACTS: dict[str, Act] = {
    "scramble": Act.SCRAMBLE,
    "position": Act.POSITION,
    "engage": Act.ENGAGE,
    "weapons-status": Act.WEAPONS_STATUS,
}
SHARE_WORDS = {share: word for word, share in SHARES.items()}
ACT_WORDS = {act: word for word, act in ACTS.items()} | {
    Act.RECOVER: "recover", Act.CEASE: "cease", Act.WATCH: "watch",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """A sensor or a unit as agreements see it: its name, its owner, and the unit it belongs to (a unit belongs to
    itself)."""

    name: str
    nation: str
    unit: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Who may take consent back (any one of `by`: people, posts or nations), and how long things go on after that."""

    by: tuple[str, ...]
    takes_s: float


@dataclass(frozen=True, slots=True)
class Assistance:
    """Help in case of an attack: in force `takes_s` after it was called for by any one of `declared_by` (none: by the
    receiver's first hostile alert); owed within `within_s`; refused with chance `refused`."""

    within_s: float
    takes_s: float
    refused: float
    declared_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """The terms of one clause. `index` is its place in `Arrangement.clauses`; `phases` are those in which it holds.

    `receivers` are the nations it is made for; `limits` map a word of the language to a count (int) or a share of the
    giver's stock (float), `level` already counted in; `refused` is the chance that consent is not given; `delay_s` is
    added to that of the link.
    """

    index: int
    id: str
    agreement: str
    verb: str
    words: tuple[str, ...]
    phases: frozenset[str]
    link: str | None
    every_s: float
    fields: frozenset[str]
    identities: frozenset[int] | None
    never_civil: bool
    approval_by: str | None
    takes_s: float
    limits: Mapping[str, int | float] = field(hash=False)
    receivers: tuple[str, ...] = ()
    refused: float = 0.0
    delay_s: float = 0.0
    level: float = 1.0
    withdrawal: Withdrawal | None = None
    assistance: Assistance | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ShareGrant:
    """Data of `giver`'s sensors (a mask over all sensors) seen in `zone` (None: anywhere) may go to nation
    `receiver`."""

    clause: Clause
    giver: str
    receiver: str
    shares: frozenset[Share]
    sensors: Bools
    zone: Zone | None


@dataclass(frozen=True, slots=True, eq=False)
class OrderGrant:
    """Posts `posts` may order `acts` from `giver`'s units (a mask over all units) against targets in `zone`.

    `to` are those of the posts that the clause is made for; the rest are delegates for units of their own nation.
    `most` are the clause's limits for this giver as counts: `shots` in all, `aircraft` at a time.
    """

    clause: Clause
    giver: str
    posts: frozenset[str]
    to: frozenset[str]
    acts: frozenset[Act]
    units: Bools
    zone: Zone | None
    most: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class UseGrant:
    """Nation `receiver` may use `giver`'s things named by `words`."""

    clause: Clause
    giver: str
    receiver: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class PostRole:
    """One post: its nation, its host, when it exists, and the units of its own nation it commands (a mask over all
    units). `deputy` is the nation of the deputy commander, `deputies` the posts that stand in, in this order."""

    name: str
    nation: str
    host: str | None
    phases: frozenset[str]
    precedence: int | None
    units: Bools
    deputy: str | None = None
    deputies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """One link: the posts at its ends, fixed delay, chance of loss of a message, planned outages (start, end), outages
    by chance, and what limits it: rows a second (infinite: no limit), slots, voice, and the radio it goes over."""

    name: str
    ends: tuple[str, ...]
    delay_s: float
    loss: float
    cuts: tuple[tuple[float, float], ...]
    outages: Outages | None = None
    capacity_per_s: float = math.inf
    slots: Slots | None = None
    voice: Voice | None = None
    radio: Radio | None = None

    @property
    def is_free(self) -> bool:
        """Whether nothing waits on it."""
        return self.voice is None and self.slots is None and self.capacity_per_s == math.inf

    @property
    def is_plain(self) -> bool:
        """Whether everything gets through that is sent while it is up, after its delay."""
        partly = self.outages is not None and self.outages.loss < 1.0
        return self.is_free and self.loss <= 0.0 and not partly


@dataclass(frozen=True, slots=True)
class LossRule:
    """What an agreement leaves when `link` has been down for longer than `after_s`: national command or (`then`) that
    of deputies, weapons at most `weapons`."""

    agreement: str
    link: str
    after_s: float
    weapons: Weapons | None
    resume: ResumeRule
    parties: tuple[str, ...]
    then: str = "national"


@dataclass(frozen=True, slots=True)
class Activation:
    """Who must declare a phase (all of `by`, or any one) and how long it takes from then."""

    agreement: str
    phase: str
    by: tuple[str, ...]
    everyone: bool
    takes_s: float


@dataclass(frozen=True, slots=True)
class Pact:
    """One agreement in force: its parties, the agreement it hangs on, and who may take back the consent to all of
    it."""

    name: str
    parties: tuple[str, ...]
    under: str | None
    withdrawal: Withdrawal | None


@dataclass(frozen=True, slots=True, eq=False)
class PostArea:
    """The zone whose targets are a post's own to engage, by which agreement; a target that leaves it is still its own
    for `takes_s` seconds."""

    post: str
    zone: Zone
    agreement: str
    takes_s: float


@dataclass(frozen=True, slots=True)
class Law:
    """What a nation's law says of weapons in one phase: whether its units may engage over another's land, and who may
    over its own (`any`, `own`, `none`)."""

    abroad: bool = True
    over_land: str = "any"


@dataclass(frozen=True, slots=True)
class Stock:
    """What a unit has at the start: aircraft, and missiles in all."""

    aircraft: int = 0
    shots: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """All agreements in force, compiled. Clauses stand in order of (agreement, id), nations by name, sensors and units
    in row order. `laws` are by (nation, phase), absent where they say nothing; `lands` are the territories of nations,
    for the law of the land below and for areas; `joint_units` are the parts of each joint unit."""

    phases: tuple[str, ...]
    nations: tuple[str, ...]
    sensors: tuple[Thing, ...]
    units: tuple[Thing, ...]
    posts: Mapping[str, PostRole]
    links: Mapping[str, Link]
    clauses: tuple[Clause, ...]
    shares: tuple[ShareGrant, ...]
    orders: tuple[OrderGrant, ...]
    uses: tuple[UseGrant, ...]
    losses: tuple[LossRule, ...]
    activations: tuple[Activation, ...]
    sensor_rows: Mapping[str, int]
    unit_rows: Mapping[str, int]
    pacts: Mapping[str, Pact] = field(default_factory=dict[str, Pact])
    areas: Mapping[str, PostArea] = field(default_factory=dict[str, PostArea])
    laws: Mapping[tuple[str, str], Law] = field(default_factory=dict[tuple[str, str], Law])
    lands: Mapping[str, Zone] = field(default_factory=dict[str, Zone])
    joint_units: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def clause_ids(self) -> tuple[str, ...]:
        """Clause ids by index, as stored in the `clause` column of plots and tracks."""
        return tuple(clause.id for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class Situation:
    """What decisions depend on besides the agreement: the phase, the time, and what has happened to links and consent.

    `links` maps a link to the times of its changes: down, up, down ...; a link that is not there has always been up.
    `withdrawn` does the same for consent: clause id or name of an agreement to the times when it was taken back, given
    again, ... (how long it goes on after that is the clause's term). `called` maps the id of a clause that waits for an
    attack to the time when its help was called for; one whose help is refused is not there. `spent` are the clauses
    (id, giver) whose shots are used up, as far as the asker knows.
    """

    phase: str = "peace"
    t_s: float = 0.0
    links: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])
    withdrawn: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])
    called: Mapping[str, float] = field(default_factory=dict[str, float])
    spent: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def with_down(cls, phase: str, t_s: float, link_down_s: Mapping[str, float]) -> "Situation":
        """The situation in which links have been down for so many seconds, without a break (0: up)."""
        return cls(phase, t_s, {link: (t_s - down,) for link, down in link_down_s.items() if down > 0.0})

    def after(self, news: News) -> "Situation":
        """The situation after a phase came into force, a link changed, consent was taken back or given again, or help
        was called for."""
        match news:
            case Phase(name=name):
                return replace(self, phase=name, t_s=news.t_s)
            case Called(clause=clause):
                return replace(self, t_s=news.t_s, called={clause: news.t_s, **self.called})
            case LinkState(link=link, up=up):
                history = _turned(self.links, link, up, news.t_s)
                return self if history is None else replace(self, t_s=news.t_s, links=history)
            case Consent(name=name, given=given):
                history = _turned(self.withdrawn, name, given, news.t_s)
                return self if history is None else replace(self, t_s=news.t_s, withdrawn=history)

    def at(self, t_s: float) -> "Situation":
        """The same at another time."""
        return Situation(self.phase, t_s, self.links, self.withdrawn, self.called, self.spent)

    def down_s(self, link: str) -> float:
        """For how long a link has been down; 0 when it is up."""
        history = self.links.get(link, ())
        return self.t_s - history[-1] if len(history) % 2 else 0.0

    def withdrawn_s(self, name: str) -> float | None:
        """How long ago consent to a clause or an agreement was taken back; None while it is given."""
        history = self.withdrawn.get(name, ())
        return self.t_s - history[-1] if len(history) % 2 else None

    @property
    def calm(self) -> bool:
        """True while nothing has ever happened to links and consent: then only the phase decides what is in force."""
        return not (self.links or self.withdrawn or self.called)

    @property
    def standing(self) -> tuple[object, ...]:
        """What verdicts depend on: while it stays equal, so do they."""
        if self.calm and not self.spent:
            return (self.phase,)
        facts = (self.links, self.withdrawn, self.called)
        return (self.phase, self.t_s, *(tuple(sorted(told.items())) for told in facts), self.spent)


def _turned(
    told: Mapping[str, tuple[float, ...]], name: str, on: bool, t_s: float
) -> Mapping[str, tuple[float, ...]] | None:
    """A history (off, on, off ...) after one more change; None when it is no change."""
    history = told.get(name, ())
    return None if (len(history) % 2 == 0) == on else {**told, name: (*history, t_s)}


def matching(patterns: Iterable[str], names: Iterable[str]) -> list[bool]:
    """Which names match any of the patterns (* stands for any run of characters)."""
    whole = re.compile("|".join(_expression(pattern) for pattern in patterns) or r"(?!)")
    return [whole.fullmatch(name) is not None for name in names]


def _expression(pattern: str) -> str:
    """A pattern as a regular expression. Each part between stars is taken where it first stands, once for all, so that
    a pattern of many stars costs no more than one of few."""
    first, *rest = re.split(r"\*+", pattern)
    if not rest:
        return re.escape(first)
    middle = "".join(rf"(?>.*?{re.escape(part)})" for part in rest[:-1])
    return rf"{re.escape(first)}{middle}.*{re.escape(rest[-1])}"


def owner_of(name: str, nations: Iterable[str]) -> str | None:
    """The nation whose name begins a dotted name, the longest that does; None when none does."""
    owners = [nation for nation in nations if name.startswith(nation + ".")]
    return max(owners, key=len, default=None)
