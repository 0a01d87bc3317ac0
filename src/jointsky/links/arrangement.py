"""An agreement after compiling: who gave what to whom, as flat immutable rules ready to be asked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jointsky.links.zones import Zone
from jointsky.scenario.words import ResumeRule
from jointsky.vocab.codes import Act, Share, Weapons
from jointsky.vocab.messages import LinkState, Phase

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
ACT_WORDS = {**{act: word for word, act in ACTS.items()}, Act.RECOVER: "recover", Act.CEASE: "cease"}


@dataclass(frozen=True, slots=True)
class Thing:
    """A sensor or a unit as agreements see it: its name, its owner, and the unit it belongs to (a unit belongs to
    itself)."""

    name: str
    nation: str
    unit: str


@dataclass(frozen=True, slots=True)
class Clause:
    """The terms of one clause. `index` is its place in `Arrangement.clauses`; `phases` are those in which it holds."""

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
    limits: tuple[tuple[str, float], ...]


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
    """

    clause: Clause
    giver: str
    posts: frozenset[str]
    to: frozenset[str]
    acts: frozenset[Act]
    units: Bools
    zone: Zone | None


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
    units)."""

    name: str
    nation: str
    host: str | None
    phases: frozenset[str]
    precedence: int | None
    units: Bools


@dataclass(frozen=True, slots=True)
class Link:
    """One link: the posts at its ends, fixed delay, chance of loss of a message, planned outages (start, end)."""

    name: str
    ends: tuple[str, ...]
    delay_s: float
    loss: float
    cuts: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class LossRule:
    """What an agreement leaves when `link` has been down for longer than `after_s`: national command, weapons at most
    `weapons`."""

    agreement: str
    link: str
    after_s: float
    weapons: Weapons | None
    resume: ResumeRule
    parties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Activation:
    """Who must declare a phase (all of `by`, or any one) and how long it takes from then."""

    agreement: str
    phase: str
    by: tuple[str, ...]
    everyone: bool
    takes_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """All agreements, compiled. Clauses stand in order of (agreement, id), nations by name, sensors and units in row
    order."""

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

    @property
    def clause_ids(self) -> tuple[str, ...]:
        """Clause ids by index, as stored in the `clause` column of plots and tracks."""
        return tuple(clause.id for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class Situation:
    """What decisions depend on besides the agreement: the phase, the time, and when each link went down and came up.

    `links` maps a link to the times of its changes: down, up, down ...; a link that is not there has always been up.
    """

    phase: str = "peace"
    t_s: float = 0.0
    links: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])

    @classmethod
    def with_down(cls, phase: str, t_s: float, link_down_s: Mapping[str, float]) -> "Situation":
        """The situation in which links have been down for so many seconds, without a break (0: up)."""
        return cls(phase, t_s, {link: (t_s - down,) for link, down in link_down_s.items() if down > 0.0})

    def after(self, news: Phase | LinkState) -> "Situation":
        """The situation after a phase came into force or a link changed."""
        if isinstance(news, Phase):
            return replace(self, phase=news.name, t_s=news.t_s)
        history = self.links.get(news.link, ())
        if (len(history) % 2 == 0) == news.up:
            return self
        return replace(self, t_s=news.t_s, links={**self.links, news.link: (*history, news.t_s)})

    def at(self, t_s: float) -> "Situation":
        """The same at another time."""
        return replace(self, t_s=t_s)

    def down_s(self, link: str) -> float:
        """For how long a link has been down; 0 when it is up."""
        history = self.links.get(link, ())
        return self.t_s - history[-1] if len(history) % 2 else 0.0

    @property
    def standing(self) -> tuple[object, ...]:
        """What verdicts depend on: while it stays equal, so do they."""
        return (self.phase, self.t_s, tuple(sorted(self.links.items()))) if self.links else (self.phase,)


def fallen(arr: Arrangement, situation: Situation) -> tuple[LossRule, ...]:
    """The loss rules that hold now: their link was down for longer than they bear and has not been up for long enough
    since."""
    if not situation.links:
        return ()
    return tuple(rule for rule in arr.losses if _is_lost(arr, rule, situation))


def suspended(arr: Arrangement, situation: Situation) -> frozenset[int]:
    """Indexes of the clauses that a lost link has put out of force: those that run over it, and orders and uses.

    A clause of the same agreement over another link goes on.
    """
    lost = {(rule.agreement, link) for rule in fallen(arr, situation) for link in (rule.link, None)}
    return (
        frozenset(clause.index for clause in arr.clauses if (clause.agreement, clause.link) in lost) if lost else _NONE
    )


def weapons_limit(arr: Arrangement, nation: str, situation: Situation) -> Weapons | None:
    """The loosest weapons status that lost links leave to a nation; None: no limit from there."""
    limits = [rule.weapons for rule in fallen(arr, situation) if rule.weapons is not None and nation in rule.parties]
    return min(limits, default=None)


_NONE: frozenset[int] = frozenset()


def _is_lost(arr: Arrangement, rule: LossRule, situation: Situation) -> bool:
    """Replay the link's history: confirmation by both ends takes one message over the link."""
    times = (*situation.links.get(rule.link, ()), situation.t_s)
    back_s = rule.resume.after_s + (arr.links[rule.link].delay_s if rule.resume.confirmed else 0.0)
    lost = False
    for i, (begin, end) in enumerate(zip(times, times[1:], strict=False)):
        if i % 2 == 0:
            lost = lost or end - begin > rule.after_s
        elif end - begin >= back_s:
            lost = False
    return lost


def in_force(arr: Arrangement, situation: Situation) -> frozenset[int]:
    """Indexes of the clauses in force: right phase, not suspended by a lost link."""
    out = suspended(arr, situation)
    return frozenset(c.index for c in arr.clauses if situation.phase in c.phases and c.index not in out)


def matching(patterns: Iterable[str], names: Iterable[str]) -> list[bool]:
    """Which names match any of the patterns (* stands for any run of characters)."""
    whole = re.compile("|".join(re.escape(pattern).replace(r"\*", ".*") for pattern in patterns) or r"(?!)")
    return [whole.fullmatch(name) is not None for name in names]


def owner_of(name: str, nations: Iterable[str]) -> str | None:
    """The nation whose name begins a dotted name, the longest that does; None when none does."""
    owners = [nation for nation in nations if name.startswith(nation + ".")]
    return max(owners, key=len, default=None)
