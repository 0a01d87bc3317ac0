"""What this post may order now, asked of the agreement for all its units and targets at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from jointsky.command.answers import Answers, Spent, Standing
from jointsky.command.seams import NO_CROSSING, Seams
from jointsky.links.agreements import (
    Arrangement,
    Chain,
    Situation,
    Target,
    Verdict,
    bound_by_place,
    chain_of_command,
    first_of,
    is_delegate,
    may_order,
)
from jointsky.links.force import Force, consent_withdrawn, force_of, weapons_limit
from jointsky.links.places import Places
from jointsky.links.tables import Facts, Kind, Permits, decisive_zones, kinds, permits
from jointsky.links.zones import Zone
from jointsky.vocab.codes import Act, Identity, Weapons
from jointsky.vocab.messages import HandOver
from jointsky.vocab.records import Rows

Bools = NDArray[np.bool_]
Units = NDArray[np.int32]


@dataclass(slots=True)
class Authority:
    """The authority of one post over rows of the arrangement's unit table. `situation` is what the post knows of phase
    and links.

    Where a clause gives a unit to a common commander, the nation's own post leaves to it every target that the
    commander may order the unit against: no unit has two commanders for one target.

    What was answered is remembered by kind of target (`command.answers`) and forgotten as soon as the phase, the links
    that count as lost, consent or help change; a target that moves is of the kind of its new place.
    """

    arrangement: Arrangement
    post: str
    situation: Situation
    seams: Seams = field(default_factory=Seams)
    _standing: Standing | None = None
    _stands_in: Situation | None = None
    """The situation for which `_standing` was last found to hold."""
    _own_units: Bools = field(init=False)
    """Units of this post's own nation: those it leaves to a common commander. Others it may only order by a clause."""

    def __post_init__(self) -> None:
        """Find the units of the post's own nation."""
        nation = self.arrangement.posts[self.post].nation if self.post in self.arrangement.posts else ""
        self._own_units = np.array([unit.nation == nation for unit in self.arrangement.units], np.bool_)

    @property
    def phase_index(self) -> int:
        """Index of the phase in force."""
        return self.arrangement.phases.index(self.situation.phase)

    @property
    def nation(self) -> str:
        """The nation of this post."""
        return self.arrangement.posts[self.post].nation

    def exists(self) -> bool:
        """Whether this post exists in the phase in force."""
        role = self.arrangement.posts.get(self.post)
        return role is not None and self.situation.phase in role.phases

    def watch(self, tracks: Rows) -> list[HandOver]:
        """Follow the tracks of a picture (TRACK rows) over the seams between areas; those that this post hands over."""
        if not self.arrangement.areas or not self.exists():
            return []
        return self.seams.watch(self.arrangement, self.post, tracks, self.situation)

    def facts(self, tracks: Rows) -> list[Facts]:
        """What authority depends on of TRACK rows: read once for all questions about them."""
        columns = (tracks[name].tolist() for name in ("identity", "lat_deg", "lon_deg"))
        now_s, known = self.situation.t_s, self.seams.crossings
        crossings = [self.seams.of(n, now_s) for n in tracks["track_id"].tolist()] if known else repeat(NO_CROSSING)
        return list(zip(*columns, crossings, strict=False))

    def permits(
        self, act: Act, units: Units, tracks: Rows, facts: Sequence[Facts] | None = None
    ) -> tuple[Permits, Bools]:
        """`may_order` for unit rows x TRACK rows, and which of the pairs are first of all a common commander's.

        Where the commander has delegated to this post, such a pair stays allowed, for what the commander leaves undone;
        otherwise it is taken out. `facts` are those of the same tracks, where they have been read.
        """
        if not len(tracks):
            return _about_nothing(len(units))
        standing, key = self._now(), (act, units.tobytes(), self.situation.spent)
        answers = standing.answers.get(key)
        if answers is None:
            answers = standing.answers[key] = Answers.none(len(units))
        facts = self.facts(tracks) if facts is None else facts
        found = self._kinds(standing, act, facts)
        new = {kind: i for i, kind in enumerate(found) if kind not in answers.rows}
        if new:
            answers.learn(list(new), *self._decide(act, units, [facts[i] for i in new.values()]))
        return answers.at([answers.rows[kind] for kind in found])

    def verdict(self, act: Act, unit: int, track: np.void | None) -> Verdict:
        """The same for one unit and one TRACK row (None: an act without a target), in words."""
        kind, facts = None, None
        if track is not None:
            facts = self.facts(np.array([track]))[0]
            kind = self._kinds(self._now(), act, (facts,))[0]
        return self._told(act, unit, facts, kind, self.situation.spent)

    def may_engage(self, units: Sequence[int], tracks: Rows) -> list[bool]:
        """Whether each unit may engage its TRACK row, pair by pair, were no limit used up: the shots of an order under
        way do not stand against it."""
        if not units:
            return []
        facts, none = self.facts(tracks), frozenset[tuple[str, str]]()
        pairs = zip(units, facts, self._kinds(self._now(), Act.ENGAGE, facts), strict=True)
        return [self._told(Act.ENGAGE, unit, fact, kind, none).yes for unit, fact, kind in pairs]

    def withdrawn(self, clauses: tuple[str, ...]) -> tuple[str, ...]:
        """The ids (`consent.CLAUSE`) of an order's clauses, when consent to all of them was withdrawn; else none."""
        if not self.situation.withdrawn:
            return ()
        used = [clause for clause in self.arrangement.clauses if clause.id in clauses]
        gone = [clause.id for clause in used if consent_withdrawn(self.arrangement, clause, self.situation)]
        return tuple(f"consent.{name}" for name in gone) if len(gone) == len(used) else ()

    def weapons_limit(self) -> Weapons:
        """The loosest weapons status that lost links leave to this post's nation."""
        return self._now().weapons

    def commanders(self) -> tuple[str, ...]:
        """The post that each unit follows first, by unit row, whatever the place; empty text where nobody commands
        it."""
        return self._now().commanders

    def _now(self) -> Standing:
        """Who commands what and what was answered, as long as it holds."""
        if self._standing is None or self._stands_in is not self.situation:
            key = force_of(self.arrangement, self.situation), frozenset(self.situation.called)
            if self._standing is None or self._standing.key != key:
                self._standing = self._new_standing(key)
            self._stands_in = self.situation
        return self._standing

    def _new_standing(self, key: tuple[Force, frozenset[str]]) -> Standing:
        arr, now = self.arrangement, self.situation
        chains = tuple(chain_of_command(arr, unit.name, self.post, now) for unit in arr.units)
        led: dict[Chain, Bools] = {}
        for row, chain in enumerate(chains):
            if self._own_units[row] and {name for name, _ in chain} - {self.post}:
                led.setdefault(chain, np.zeros(len(chains), np.bool_))[row] = True
        limit = weapons_limit(arr, self.nation, now) if self.post in arr.posts else None
        weapons = Weapons.FREE if limit is None else limit
        found = tuple(first_of(chain, None) for chain in chains)
        return Standing(key, found, chains, led, is_delegate(arr, self.post, now), weapons)

    def _kinds(self, standing: Standing, act: Act, facts: Sequence[Facts]) -> list[Kind]:
        zones = standing.zones.get(act)
        if zones is None:
            zones = standing.zones[act] = self._zones(standing, act)
        return kinds(self.arrangement, act, facts, self.situation, zones)

    def _zones(self, standing: Standing, act: Act) -> tuple[Zone, ...]:
        """The zones that an answer about an act depends on: those of who may, and of who commands."""
        zones = decisive_zones(self.arrangement, act, self.situation)
        if bound_by_place(act):
            zones += tuple(zone for chain in standing.led for _, zone in chain if zone is not None)
        return tuple({id(zone): zone for zone in zones}.values())

    def _decide(self, act: Act, units: Units, facts: list[Facts]) -> tuple[Permits, Bools]:
        """What `permits` answers, of nothing but the agreement."""
        standing = self._now()
        table = self._ask(self.post, act, units, facts)
        deferred = np.zeros(table.allowed.shape, np.bool_)
        targets = [_target(fact) if bound_by_place(act) else None for fact in facts]
        for chain, led in standing.led.items():
            mine, first = led[units], np.array([first_of(chain, target) for target in targets])
            for name in sorted(set(first.tolist()) - {self.post, ""}) if mine.any() else ():
                deferred |= mine[:, None] & (first == name) & self._ask(name, act, units, facts).allowed
        if not standing.delegate:
            table.allowed[deferred] = False
        return table, deferred & table.allowed

    def _ask(self, post: str, act: Act, units: Units, facts: list[Facts]) -> Permits:
        identity, lat, lon, crossings = zip(*facts, strict=True)
        crossed_s, came_from = zip(*crossings, strict=True)
        places = Places(np.array(lat), np.array(lon), np.array(crossed_s), came_from)
        civil = [code == Identity.NEUTRAL for code in identity]
        return permits(self.arrangement, post, act, units, identity, civil, lat, lon, self.situation, places)

    def _told(self, act: Act, unit: int, facts: Facts | None, kind: Kind | None, spent: Spent) -> Verdict:
        """`verdict` on a target of a kind while `spent` is used up: remembered, or asked for."""
        verdicts, key = self._now().verdicts, (act, unit, kind, spent)
        told = verdicts.get(key)
        if told is None:
            told = verdicts[key] = self._verdict(act, unit, facts, replace(self.situation, spent=spent))
        return told

    def _verdict(self, act: Act, unit: int, facts: Facts | None, now: Situation) -> Verdict:
        """What `verdict` answers, of nothing but the agreement."""
        standing, target = self._now(), None if facts is None else _target(facts)
        name = self.arrangement.units[unit].name
        commander = first_of(standing.chains[unit], target if bound_by_place(act) else None)
        leaves = self._own_units[unit] and not standing.delegate and commander not in (self.post, "")
        shared = target is not None or act == Act.WEAPONS_STATUS
        mine = may_order(self.arrangement, self.post, act, name, target, now)
        if mine.yes and leaves and shared and may_order(self.arrangement, commander, act, name, target, now).yes:
            against = "" if target is None else " against this target"
            return Verdict.no(f"{name} is commanded by {commander}{against}", f"commander.{commander}")
        return mine


@lru_cache(maxsize=64)
def _about_nothing(units: int) -> tuple[Permits, Bools]:
    """What `permits` answers about no target at all."""
    return Answers.none(units).at(())


def _target(facts: Facts) -> Target:
    identity, lat_deg, lon_deg, (crossed_s, came_from) = facts
    return Target(identity, identity == Identity.NEUTRAL, None, lat_deg, lon_deg, crossed_s, came_from)
