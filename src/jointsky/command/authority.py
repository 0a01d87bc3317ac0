"""What this post may order now, asked of the agreement for all its units and targets at once."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jointsky.command.seams import Seams
from jointsky.links.agreements import Arrangement, Situation, Target, Verdict, commander_of, is_delegate, may_order
from jointsky.links.force import consent_withdrawn, weapons_limit
from jointsky.links.places import Places
from jointsky.links.tables import Permits, permits
from jointsky.vocab.codes import Act, Identity, Weapons
from jointsky.vocab.messages import HandOver
from jointsky.vocab.records import Rows

Bools = NDArray[np.bool_]
Units = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Who commands what while a situation's `key` stays equal: the post that each unit follows first; the post's own
    nation's units (masks over all units) by the other post that commands them; whether the post is a delegate."""

    key: tuple[object, ...]
    commanders: tuple[str, ...]
    led_by: dict[str, Bools]
    delegate: bool


@dataclass(slots=True)
class Authority:
    """The authority of one post over rows of the arrangement's unit table. `situation` is what the post knows of phase
    and links.

    Where a clause gives a unit to a common commander, the nation's own post leaves to it every target that the
    commander may order the unit
    against: no unit has two commanders for one target.
    """

    arrangement: Arrangement
    post: str
    situation: Situation
    seams: Seams = field(default_factory=Seams)
    _standing: Standing | None = None
    _own_units: Bools = field(init=False)
    """Units of this post's own nation: those it leaves to a common commander. Others it may only order by a clause."""
    _places: tuple[Rows, float, Places] | None = None
    _engage: tuple[Rows, Situation, Bools] | None = None

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
        return self.seams.watch(self.arrangement, self.post, tracks, self.situation) if self.exists() else []

    def permits(self, act: Act, units: Units, tracks: Rows) -> tuple[Permits, Bools]:
        """`may_order` for unit rows x TRACK rows, and which of the pairs are first of all a common commander's.

        Where the commander has delegated to this post, such a pair stays allowed, for what the commander leaves undone;
        otherwise it is taken out.
        """
        table = self._ask(self.post, act, units, tracks)
        deferred = np.zeros(table.allowed.shape, np.bool_)
        standing = self._now()
        for name, led in standing.led_by.items():
            mine = led[units]
            if mine.any():
                deferred |= mine[:, None] & self._ask(name, act, units, tracks).allowed
        if not standing.delegate:
            table.allowed[deferred] = False
        return table, deferred & table.allowed

    def verdict(self, act: Act, unit: int, track: np.void | None) -> Verdict:
        """The same for one unit and one TRACK row (None: an act without a target), in words."""
        standing = self._now()
        commander = standing.commanders[unit]
        leaves = self._own_units[unit] and not standing.delegate and commander not in (self.post, "")
        mine, shared = self._plain(self.post, act, unit, track), track is not None or act == Act.WEAPONS_STATUS
        if mine.yes and leaves and shared and self._plain(commander, act, unit, track).yes:
            against = "" if track is None else " against this target"
            told = f"{self.arrangement.units[unit].name} is commanded by {commander}{against}"
            return Verdict.no(told, f"commander.{commander}")
        return mine

    def may_engage(self, tracks: Rows) -> Bools:
        """Which units may engage which TRACK rows, shape (units, tracks); remembered while the same rows are asked
        about in the same situation. Shots that are used up do not count: those of an order under way do not stand
        against it."""
        now = self.situation
        if self._engage is None or self._engage[0] is not tracks or self._engage[1] is not now:
            self.situation = replace(now, spent=frozenset())
            units = np.arange(len(self.arrangement.units), dtype=np.int32)
            self._engage = (tracks, now, self.permits(Act.ENGAGE, units, tracks)[0].allowed)
            self.situation = now
        return self._engage[2]

    def withdrawn(self, clauses: tuple[str, ...]) -> tuple[str, ...]:
        """The ids (`consent.CLAUSE`) of an order's clauses, when consent to all of them was withdrawn; else none."""
        if not self.situation.withdrawn:
            return ()
        used = [clause for clause in self.arrangement.clauses if clause.id in clauses]
        gone = [clause.id for clause in used if consent_withdrawn(self.arrangement, clause, self.situation)]
        return tuple(f"consent.{name}" for name in gone) if len(gone) == len(used) else ()

    def weapons_limit(self) -> Weapons:
        """The loosest weapons status that lost links leave to this post's nation."""
        limit = weapons_limit(self.arrangement, self.nation, self.situation)
        return Weapons.FREE if limit is None else limit

    def commanders(self) -> tuple[str, ...]:
        """The post that each unit follows first, by unit row; empty text where nobody commands it."""
        return self._now().commanders

    def _now(self) -> Standing:
        """Who commands what, worked out once for each standing of the situation."""
        key = self.situation.standing
        if self._standing is None or self._standing.key != key:
            names = [unit.name for unit in self.arrangement.units]
            found = tuple(commander_of(self.arrangement, name, self.post, self.situation) for name in names)
            led_by = {
                name: np.array([other == name for other in found], np.bool_) & self._own_units
                for name in sorted(set(found) - {self.post, ""})
            }
            self._standing = Standing(key, found, led_by, is_delegate(self.arrangement, self.post, self.situation))
        return self._standing

    def _ask(self, post: str, act: Act, units: Units, tracks: Rows) -> Permits:
        neutral = tracks["identity"] == Identity.NEUTRAL
        return permits(
            self.arrangement, post, act, units, tracks["identity"], neutral,
            tracks["lat_deg"], tracks["lon_deg"], self.situation, self._places_of(tracks),
        )  # fmt: skip

    def _places_of(self, tracks: Rows) -> Places:
        """Where these tracks lie, remembered while the same rows are asked about at the same time."""
        now_s, known = self.situation.t_s, self._places
        if known is None or known[0] is not tracks or known[1] != now_s:
            known = self._places = (tracks, now_s, self.seams.places(tracks, now_s))
        return known[2]

    def _plain(self, post: str, act: Act, unit: int, track: np.void | None) -> Verdict:
        name = self.arrangement.units[unit].name
        if track is None:
            return may_order(self.arrangement, post, act, name, None, self.situation)
        crossed_s, came_from = self.seams.of(int(track["track_id"]), self.situation.t_s)
        target = Target(
            identity=int(track["identity"]),
            civil=int(track["identity"]) == Identity.NEUTRAL,
            lat_deg=float(track["lat_deg"]),
            lon_deg=float(track["lon_deg"]),
            crossed_s=crossed_s,
            came_from=came_from,
        )
        return may_order(self.arrangement, post, act, name, target, self.situation)
