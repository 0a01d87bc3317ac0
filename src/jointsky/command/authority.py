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
Standing = tuple[object, ...]
Commanders = tuple[str, ...]


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
    _commanders: dict[Standing, Commanders] = field(default_factory=dict[Standing, Commanders])

    _asked_about: Rows | None = None
    _places: Places | None = None

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
        commanders = np.array(self.commanders())[units]
        commanders[~self.own_units()[units]] = ""
        for name in np.unique(commanders[(commanders != self.post) & (commanders != "")]):
            theirs = self._ask(str(name), act, units, tracks)
            deferred |= (commanders == name)[:, None] & theirs.allowed
        if not is_delegate(self.arrangement, self.post, self.situation):
            table.allowed[deferred] = False
        return table, deferred & table.allowed

    def verdict(self, act: Act, unit: int, track: np.void | None) -> Verdict:
        """The same for one unit and one TRACK row (None: an act without a target), in words."""
        commander = self.commanders()[unit]
        delegate = is_delegate(self.arrangement, self.post, self.situation)
        leaves = self.own_units()[unit] and not delegate and commander not in (self.post, "")
        mine, shared = self._plain(self.post, act, unit, track), track is not None or act == Act.WEAPONS_STATUS
        if mine.yes and leaves and shared and self._plain(commander, act, unit, track).yes:
            against = "" if track is None else " against this target"
            told = f"{self.arrangement.units[unit].name} is commanded by {commander}{against}"
            return Verdict.no(told, f"commander.{commander}")
        return mine

    def still(self, act: Act, unit: int, track: np.void) -> bool:
        """Whether an order that was given and counted would be allowed now: its own shots do not stand against it."""
        now, self.situation = self.situation, replace(self.situation, spent=frozenset())
        verdict = self.verdict(act, unit, track)
        self.situation = now
        return verdict.yes

    def withdrawn(self, clauses: tuple[str, ...]) -> tuple[str, ...]:
        """The ids (`consent.CLAUSE`) of an order's clauses, when consent to all of them was withdrawn; else none."""
        if not self.situation.withdrawn:
            return ()
        used = [clause for clause in self.arrangement.clauses if clause.id in clauses]
        gone = [clause.id for clause in used if consent_withdrawn(self.arrangement, clause, self.situation)]
        return tuple(f"consent.{name}" for name in gone) if len(gone) == len(used) else ()

    def own_units(self) -> Bools:
        """Units of this post's own nation: those it leaves to a common commander. Others it may only order or ask for
        by a clause.
        """
        return np.array([unit.nation == self.nation for unit in self.arrangement.units], np.bool_)

    def weapons_limit(self) -> Weapons:
        """The loosest weapons status that lost links leave to this post's nation."""
        limit = weapons_limit(self.arrangement, self.nation, self.situation)
        return Weapons.FREE if limit is None else limit

    def commanders(self) -> tuple[str, ...]:
        """The post that each unit follows first, by unit row; empty text where nobody commands it."""
        key = self.situation.standing
        known = self._commanders.get(key)
        if known is None:
            names = [unit.name for unit in self.arrangement.units]
            known = tuple(commander_of(self.arrangement, name, self.post, self.situation) for name in names)
            self._commanders = {key: known}
        return known

    def _ask(self, post: str, act: Act, units: Units, tracks: Rows) -> Permits:
        neutral = tracks["identity"] == Identity.NEUTRAL
        return permits(
            self.arrangement, post, act, units, tracks["identity"], neutral,
            tracks["lat_deg"], tracks["lon_deg"], self.situation, self._places_of(tracks),
        )  # fmt: skip

    def _places_of(self, tracks: Rows) -> Places:
        """Where these tracks lie, remembered while the same rows are asked about."""
        if self._asked_about is not tracks or self._places is None:
            self._asked_about, self._places = tracks, self.seams.places(tracks, self.situation.t_s)
        return self._places

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
