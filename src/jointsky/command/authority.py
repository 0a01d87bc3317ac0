"""What this post may order, asked of the agreement and remembered while nothing changes.

Verdicts depend on the act, the unit, the target's identity and the land below it; so one question answers for every track of the same standing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.links.agreements import Arrangement, Situation, Target, Verdict, commander_of, may_order
from jointsky.vocab.codes import Act, Identity
from jointsky.vocab.records import Rows

Bool = NDArray[np.bool_]
LandBelow = Callable[[Rows], NDArray[np.int16]]
"""TRACK rows -> index of the nation whose land is below, -1 for none."""
Standing = tuple[int, int, int, int]


@dataclass(slots=True)
class Authority:
    """The authority of one post. `situation` is what the post knows of phase and links; setting it anew forgets remembered verdicts."""

    arrangement: Arrangement
    post: str
    unit_names: tuple[str, ...]
    nation_names: tuple[str, ...]
    land_below: LandBelow
    situation: Situation
    _verdicts: dict[Standing, Verdict] = field(default_factory=dict[Standing, Verdict])
    _commands: dict[int, bool] = field(default_factory=dict[int, bool])

    def settle(self, situation: Situation) -> None:
        """Take over a new situation."""
        if situation.standing != self.situation.standing:
            self._verdicts.clear()
            self._commands.clear()
        self.situation = situation

    @property
    def phase_index(self) -> int:
        """Index of the phase in force."""
        return self.arrangement.phases.index(self.situation.phase)

    def commands(self, unit: int) -> bool:
        """Whether this post, and no other, commands the unit now."""
        known = self._commands.get(unit)
        if known is None:
            known = commander_of(self.arrangement, self.unit_names[unit], self.post, self.situation) == self.post
            self._commands[unit] = known
        return known

    def verdict(self, act: Act, unit: int, track: np.void) -> Verdict:
        """Whether this post may give `unit` the order `act` against the TRACK row, and the clause ids why."""
        land = int(self.land_below(np.atleast_1d(track))[0])
        return self._ask(act, unit, int(track["identity"]), land)

    def mask(self, act: Act, units: NDArray[np.int32], tracks: Rows) -> Bool:
        """`allowed[i, j]`: may the post order unit `units[i]` against track j, being the one that commands it?"""
        allowed = np.zeros((len(units), len(tracks)), np.bool_)
        if len(tracks) == 0:
            return allowed
        land = self.land_below(tracks)
        standing = tracks["identity"].astype(np.int64) * 1000 + land
        for code in np.unique(standing):
            columns = standing == code
            identity, below = divmod(int(code) + 1, 1000)
            for unit in np.unique(units):
                yes = self.commands(int(unit)) and self._ask(act, int(unit), identity, below - 1).yes
                allowed[np.ix_(units == unit, columns)] = yes
        return allowed

    def _ask(self, act: Act, unit: int, identity: int, land: int) -> Verdict:
        key = (int(act), unit, identity, land)
        verdict = self._verdicts.get(key)
        if verdict is None:
            below = self.nation_names[land] if land >= 0 else None
            target = Target(identity=Identity(identity), civil=identity == Identity.NEUTRAL, land=below)
            verdict = may_order(self.arrangement, self.post, act, self.unit_names[unit], target, self.situation)
            self._verdicts[key] = verdict
        return verdict
