"""Rules of engagement side by side: what each nation's law lets its own units do, cell by cell, and where the laws of
nations whose units act together contradict each other.

A cell is a phase, an identity, civil or not, and whose land is below. Laws are read as they are written; nothing here
decides anything during a run.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations
from typing import get_args

import numpy as np

from jointsky.geo import ecef2geodetic
from jointsky.geo.angles import sincos
from jointsky.links.agreements import Target, may_order
from jointsky.links.arrangement import NATIONAL, Arrangement, Situation
from jointsky.links.zones import Polygons, Zone, area_of
from jointsky.planning.dependence import SHOOTERS
from jointsky.planning.places import probes
from jointsky.scenario.load import Scenario
from jointsky.scenario.rules import Roe
from jointsky.scenario.words import IdentityWord
from jointsky.vocab.codes import Act, Identity

MOST_ALONG = 64
"""Steps of a border at which a strip along it is looked at."""
DEGREE_M = 111_195.0
"""A degree of a great circle on a mean sphere, near enough for a place within a strip."""
IDENTITIES: tuple[IdentityWord, ...] = get_args(IdentityWord)
FREE: tuple[IdentityWord, ...] = ("unknown", "suspect", "hostile")
"""Whom weapons `free` takes, as posts do in a run: all but friends, neutrals and what is still being identified."""


class Answer(IntEnum):
    """What a law says; the higher, the stricter."""

    ALLOWED = 0
    APPROVAL = 1
    FORBIDDEN = 2


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One case: phase, identity, civil or not, and the nation whose land is below (empty: nobody's)."""

    phase: str
    identity: str
    civil: bool
    over: str

    def words(self) -> str:
        """The case in words."""
        kind = "civil" if self.civil else "military"
        return f"{self.phase}, {self.identity}, {kind}, over {self.over or 'no land of theirs'}"


@dataclass(frozen=True, slots=True, order=True)
class Saying:
    """What is said of one nation's units in a cell: the answer, how many seconds approval takes, and why."""

    answer: Answer
    takes_s: float
    why: str

    def words(self) -> str:
        """The answer in words."""
        if self.answer == Answer.APPROVAL:
            return f"needs approval ({self.takes_s:g} s)"
        return f"{self.answer.name.lower()} ({self.why})" if self.answer == Answer.FORBIDDEN else "allowed"

    @property
    def matter(self) -> tuple[Answer, float]:
        """What two sayings must have in common to agree."""
        return self.answer, self.takes_s


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell in which the laws of a pair of nations that act together differ: what holds for the units of each, by
    which clauses they act together, and which is the stricter, which wins."""

    pair: tuple[str, str]
    cell: Cell
    says: tuple[Saying, Saying]
    clauses: tuple[str, ...]
    wins: Saying


def cells(scenario: Scenario) -> Iterator[Cell]:
    """All cases of a scenario: over the land of each nation that has rules, and over nobody's."""
    lands = [name for name, nation in sorted(scenario.nations.items()) if nation.roe or nation.side == "defender"]
    for phase in scenario.phases:
        for over in (*lands, ""):
            for identity in IDENTITIES:
                for civil in (False, True):
                    yield Cell(phase, identity, civil, over)


def own_law(rules: Mapping[str, Roe], nation: str, cell: Cell) -> Saying:
    """What a nation's law lets its own units do in a cell; a phase it does not speak of has the usual rules."""
    law = rules.get(cell.phase, Roe())
    if law.weapons == "hold":
        return _no(f"law of {nation}: weapons hold, self-defence only")
    if cell.over == nation and law.over_land == "none":
        return _no(f"law of {nation}: no weapons over its land")
    if cell.over not in ("", nation) and not law.abroad:
        return _no(f"law of {nation}: not over another's land")
    allowed = FREE if law.weapons == "free" else law.identity
    if cell.identity not in allowed:
        return _no(f"law of {nation}: only {', '.join(allowed) or 'nothing'}")
    if law.approval > 0.0:
        return Saying(Answer.APPROVAL, law.approval, f"law of {nation}")
    return Saying(Answer.ALLOWED, 0.0, f"law of {nation}")


def land_law(rules: Mapping[str, Roe], land: str, nation: str, cell: Cell) -> Saying:
    """What the law of the land below says of another nation's units in a cell."""
    law = rules.get(cell.phase, Roe())
    if land == nation or law.over_land == "any":
        return Saying(Answer.ALLOWED, 0.0, f"law of {land}")
    return _no(f"law of {land}: {'only its own units' if law.over_land == 'own' else 'no weapons'} over its land")


def _no(why: str) -> Saying:
    return Saying(Answer.FORBIDDEN, 0.0, why)


def effective(scenario: Scenario, nation: str, cell: Cell) -> Saying:
    """What holds for a nation's units in a cell: the stricter of its own law and that of the land below."""
    own = own_law(scenario.nations[nation].roe, nation, cell)
    if not cell.over:
        return own
    return strictest((own, land_law(scenario.nations[cell.over].roe, cell.over, nation, cell)))


def strictest(sayings: Iterable[Saying]) -> Saying:
    """The strictest of several; among equals the longest approval."""
    return max(sayings, key=lambda saying: saying.matter)


def table(scenario: Scenario) -> dict[str, dict[Cell, Saying]]:
    """For each nation with rules of engagement: what holds for its units in every cell."""
    rows = tuple(cells(scenario))
    named = [name for name, nation in sorted(scenario.nations.items()) if nation.roe]
    return {name: {cell: effective(scenario, name, cell) for cell in rows} for name in named}


def conflicts(scenario: Scenario, arr: Arrangement, lands: Mapping[str, Polygons]) -> tuple[Conflict, ...]:
    """Every cell in which the laws of two nations differ although the agreement lets their units act together.

    `lands` are the outlines of nations and zones (`places.outlines`), for clauses that hold along a border or in a
    zone.
    """
    meeting = _Meeting(scenario, arr, lands)
    found: list[Conflict] = []
    for one, other in combinations(sorted(scenario.nations), 2):
        for cell in cells(scenario):
            says = effective(scenario, one, cell), effective(scenario, other, cell)
            if not _differ(scenario, (one, other), cell, says):
                continue
            clauses = meeting.clauses(one, other, cell)
            if clauses:
                found.append(Conflict((one, other), cell, says, clauses, strictest(says)))
    return tuple(found)


def _differ(scenario: Scenario, pair: tuple[str, str], cell: Cell, says: tuple[Saying, Saying]) -> bool:
    """Whether the two differ, or the land below forbids what a nation's own law lets its units do."""
    if says[0].matter != says[1].matter:
        return True
    own = [own_law(scenario.nations[name].roe, name, cell) for name in pair]
    return any(law.matter != said.matter for law, said in zip(own, says, strict=True))


class _Meeting:
    """By which clauses units of two nations act together: some post may order both to engage."""

    def __init__(self, scenario: Scenario, arr: Arrangement, lands: Mapping[str, Polygons]) -> None:
        self.arr = arr
        shooters = [thing for thing in arr.units if scenario.units[thing.name].kind in SHOOTERS]
        self.units = {name: [t.name for t in shooters if t.nation == name] for name in sorted(scenario.nations)}
        self.places = _samples(scenario, arr, lands)
        self.known: dict[tuple[str, str, Cell], frozenset[str] | None] = {}

    def clauses(self, one: str, other: str, cell: Cell) -> tuple[str, ...]:
        """The clauses by which one post may order units of both nations to engage in a cell."""
        found: set[str] = set()
        for post in sorted(self.arr.posts):
            first, second = self._orders(post, one, cell), self._orders(post, other, cell)
            if first is not None and second is not None:
                found |= first | second
        return tuple(sorted(found - {NATIONAL}))

    def _orders(self, post: str, nation: str, cell: Cell) -> frozenset[str] | None:
        """The clauses by which a post may order units of a nation to engage in a cell; None: it may not."""
        key = (post, nation, cell)
        if key not in self.known:
            verdicts = [
                may_order(self.arr, post, Act.ENGAGE, unit, target, Situation(cell.phase))
                for unit in self.units[nation]
                for target in self._targets(cell)
            ]
            granted = [frozenset(verdict.clauses) for verdict in verdicts if verdict.yes]
            self.known[key] = frozenset[str]().union(*granted) if granted else None
        return self.known[key]

    def _targets(self, cell: Cell) -> Iterator[Target]:
        identity = int(Identity[cell.identity.upper().replace("-", "_")])
        yield Target(identity, cell.civil, cell.over or None)
        for lat, lon in self.places.get(cell.over, ()):
            yield Target(identity, cell.civil, None, lat, lon)


def _samples(
    scenario: Scenario, arr: Arrangement, lands: Mapping[str, Polygons]
) -> dict[str, tuple[tuple[float, float], ...]]:
    """For each land (empty: nobody's) one place in each overlap of the zones of orders that the land alone does not
    decide: strips along borders, and named zones."""
    zones = [grant.zone for grant in arr.orders if grant.zone is not None]
    unclear = [zone for zone in zones if zone.strip is not None or not set(zone.lands) <= set(scenario.nations)]
    along = [spot for zone in unclear for spot in _along(zone)]
    spots = np.array([*probes(scenario, lands), *along]) if unclear else np.empty((0, 2))
    over = {name: area_of(lands[name]).inside(spots[:, 0], spots[:, 1]) for name in scenario.nations if name in lands}
    over[""] = ~np.logical_or.reduce(list(over.values())) if over else np.ones(len(spots), np.bool_)
    found: dict[str, tuple[tuple[float, float], ...]] = {}
    zoned = [zone.inside(spots[:, 0], spots[:, 1]) for zone in unclear]
    for land, inside in over.items():
        first: dict[tuple[bool, ...], tuple[float, float]] = {}
        for k in np.flatnonzero(inside & np.logical_or.reduce(zoned, axis=0)).tolist() if zoned else ():
            first.setdefault(tuple(bool(hits[k]) for hits in zoned), (float(spots[k, 0]), float(spots[k, 1])))
        found[land] = tuple(first.values())
    return found


def _along(zone: Zone) -> Iterator[tuple[float, float]]:
    """Places (latitude, longitude) on a strip's border and on both sides of it, at most `MOST_ALONG` steps of it."""
    if zone.strip is None:
        return
    lines, half_deg = zone.strip.lines, 0.5 * float(zone.strip.reach[0]) / DEGREE_M
    step = max(1, len(lines.start) // MOST_ALONG)
    lat, lon, _ = ecef2geodetic((lines.start + 0.5 * lines.run)[::step])
    for north, east in zip(lat.tolist(), lon.tolist(), strict=True):
        wide_deg = half_deg / max(0.02, float(sincos(math.radians(90.0 - abs(north)))[0]))
        yield north, east
        yield from ((min(90.0, north + half_deg), east), (max(-90.0, north - half_deg), east))
        yield from ((north, east + wide_deg), (north, east - wide_deg))
