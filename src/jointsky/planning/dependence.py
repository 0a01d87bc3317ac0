"""Dependence: what a nation may see, use and land on by the agreement, and what is left when a partner leaves.

Structural: counts of sensors, shooters and airfields, asked of `may_see`, `may_order` and `may_use`; what the loss
costs in a fight is for a study to say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jointsky.links.agreements import Datum, Target, Usable, Verdict, may_order, may_see, may_use
from jointsky.links.arrangement import NATIONAL, Arrangement, Situation
from jointsky.scenario.load import Scenario
from jointsky.vocab.codes import Act, Identity, Share

SHOOTERS = ("sam", "fighter")
"""Kinds of units that use weapons."""
SEEN = (Share.PLOTS, Share.TRACKS, Share.WARNING, Share.FIRE_CONTROL)
ACTS = (Act.SCRAMBLE, Act.POSITION, Act.ENGAGE)
Places = tuple[tuple[float, float], ...]
"""Latitude and longitude of places that stand for all of a scenario (see `places.probes`)."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What one nation has of one sort of thing: its own, and those of each partner with the clauses that give them."""

    nation: str
    sort: str
    own: int
    lent: Mapping[str, int]
    clauses: Mapping[str, tuple[str, ...]]

    @property
    def joint(self) -> int:
        """All of it together."""
        return self.own + sum(self.lent.values())

    def left(self, partner: str) -> int:
        """What is left without a partner."""
        return self.joint - self.lent.get(partner, 0)

    def dependence(self, partner: str) -> float:
        """The share, 0 to 1, that is lost when a partner leaves."""
        return self.lent.get(partner, 0) / self.joint if self.joint else 0.0

    def expected(self, reliability: Mapping[str, float]) -> float:
        """What may be counted on when each partner stands by the agreement with its own chance (1 when not given)."""
        return self.own + sum(count * reliability.get(name, 1.0) for name, count in sorted(self.lent.items()))


def reaches(scenario: Scenario, arr: Arrangement, phase: str, places: Places) -> tuple[Reach, ...]:
    """Sensors, shooters and airfields of every nation of a side that defends, by nation and sort.

    A sensor counts as seen when its data of any of `places` may be seen; a shooter as usable when a post of the nation,
    or one that commands the nation's own units by a clause, may order it. What no clause lends does not count: a
    partner whose post commands both nations' units has lent its own only where a clause says so.
    """
    nations = [name for name, nation in sorted(scenario.nations.items()) if nation.side == "defender"]
    situation = Situation(phase)
    found: list[Reach] = []
    for nation in nations:
        found += [
            _reach(nation, "sensors", _sensors(arr, nation, situation, places)),
            _reach(nation, "shooters", _shooters(scenario, arr, nation, situation, places)),
            _reach(nation, "airfields", _airfields(scenario, arr, nation, situation)),
        ]
    return tuple(found)


def falls_away(arr: Arrangement, nation: str, partner: str, phase: str) -> tuple[str, ...]:
    """Ids of the clauses of a phase by which one of two nations gives the other anything; they end when one leaves."""
    pair = {nation, partner}
    found = {
        g.clause.id for g in (*arr.shares, *arr.uses) if {g.giver, g.receiver} == pair and phase in g.clause.phases
    }
    for grant in arr.orders:
        takers = {arr.posts[post].nation for post in grant.posts}
        if phase in grant.clause.phases and grant.giver in pair and takers & (pair - {grant.giver}):
            found.add(grant.clause.id)
    return tuple(sorted(found))


Given = tuple[str, Verdict]
"""The owner of a thing, and whether the nation that asks may have it."""


def _reach(nation: str, sort: str, given: Iterator[Given]) -> Reach:
    own = 0
    lent: dict[str, int] = {}
    clauses: dict[str, set[str]] = {}
    for owner, verdict in given:
        if owner == nation:
            own += 1
        elif granted := set(verdict.clauses) - {NATIONAL}:
            lent[owner] = lent.get(owner, 0) + 1
            clauses.setdefault(owner, set()).update(granted)
    return Reach(nation, sort, own, lent, {name: tuple(sorted(ids)) for name, ids in clauses.items()})


def _first(verdicts: Iterator[Verdict]) -> Verdict:
    """The first yes, else a no."""
    return next((verdict for verdict in verdicts if verdict.yes), Verdict(False, (), ""))


def _sensors(arr: Arrangement, nation: str, situation: Situation, places: Places) -> Iterator[Given]:
    spots = (*places, (float("nan"), float("nan")))
    for thing in arr.sensors:
        data = (Datum(share, thing.nation, thing.name, lat, lon) for share in SEEN for lat, lon in spots)
        yield thing.nation, _first(may_see(arr, nation, datum, situation) for datum in data)


def _shooters(
    scenario: Scenario, arr: Arrangement, nation: str, situation: Situation, places: Places
) -> Iterator[Given]:
    shooters = [thing for thing in arr.units if scenario.units[thing.name].kind in SHOOTERS]
    own = [thing.name for thing in shooters if thing.nation == nation]
    posts = [
        name
        for name, role in sorted(arr.posts.items())
        if role.nation == nation or any(_may(arr, name, unit, situation, places).yes for unit in own)
    ]
    for thing in shooters:
        yield thing.nation, _first(_may(arr, post, thing.name, situation, places) for post in posts)


def _may(arr: Arrangement, post: str, unit: str, situation: Situation, places: Places) -> Verdict:
    """Whether a post may order a unit to do anything at all against a hostile somewhere."""
    targets = [Target(int(Identity.HOSTILE), False, land) for land in (*arr.nations, None)]
    targets += [Target(int(Identity.HOSTILE), False, None, lat, lon) for lat, lon in places]
    return _first(may_order(arr, post, act, unit, target, situation) for act in ACTS for target in targets)


def _airfields(scenario: Scenario, arr: Arrangement, nation: str, situation: Situation) -> Iterator[Given]:
    for _, field in sorted(scenario.airfields.items()):
        yield field.nation, may_use(arr, nation, Usable("airfields", field.nation), situation)
