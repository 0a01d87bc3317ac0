"""Early warning: what the early-warning radars of a clause have seen, and what a warning does to the fighters warned.

What a nation's own early-warning radars have seen its own posts hear over its own network, by the same rule as what a
clause lets come from a neighbour; a track that a post takes for hostile warns its own nation too (`Post`). The fighters
that are warned on the ground begin at once with what they would have begun with the order to start, up to a readiness
of `READY_S`, and wait there. Launches that were announced beforehand warn nobody.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jointsky import sensing
from jointsky.links.telling import AGAIN_S
from jointsky.truth.ballistic_raid import announced
from jointsky.vocab.codes import READY_S, Flight, SensorKind
from jointsky.vocab.messages import EarlyWarning, Event
from jointsky.world.world import World

Bools = NDArray[np.bool_]
SCANS = 3.0
"""Two reports within so many scans are an attack; one is chance."""


@dataclass(slots=True)
class Warnings:
    """What has been seen, and who was warned. `log` is what happened since it was last taken."""

    log: list[Event] = field(default_factory=list[Event])
    _looking: Bools | None = None
    _told_s: dict[int, float] = field(default_factory=dict[int, float])
    """When each nation was last told what its own radars have seen."""
    _last_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    _attack: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))

    def look(self, world: World) -> None:
        """Let the early-warning radars look, before the other sensors do."""
        looking = self._looking
        if looking is None:
            looking = self._looking = np.asarray(world.state.radars["kind"] == SensorKind.EARLY_WARNING)
            self._last_s = np.full(len(looking), -np.inf)
            self._attack = np.zeros(len(looking), np.bool_)
        if looking.any():
            known = announced(world)
            looked = world if known is None else World(world.model, replace(world.state, aircraft=known))
            seen = sensing.early_warning(looked, world.state.tick, looking)
            if seen.any():
                recent = world.t_s - self._last_s <= SCANS * world.state.radars["period_s"]
                self._attack |= seen & recent
                self._last_s[seen] = world.t_s

    def own(self, world: World) -> list[int]:
        """The nations whose own early-warning radars have seen an attack and that are to be told so now: again and
        again, as long as a warning may get lost."""
        if not self._attack.any():
            return []
        attacked: list[int] = np.unique(world.state.radars["nation"][self._attack]).tolist()
        due = [nation for nation in attacked if world.t_s - self._told_s.get(nation, -np.inf) >= AGAIN_S]
        self._told_s.update(dict.fromkeys(due, world.t_s))
        return due

    def alarmed(self, sensors: Bools) -> bool:
        """Whether any early-warning radar in a mask of sensors has seen an attack."""
        return len(self._attack) > 0 and bool((self._attack & sensors).any())

    def make_ready(self, world: World, warning: EarlyWarning) -> None:
        """Bring the fighters on the ground of the nation that passes a warning on to a readiness of `READY_S`."""
        planes, nation = world.state.aircraft, warning.nation
        slow = (planes["nation"] == nation) & (planes["unit"] >= 0) & (planes["waypoints"] == 0)
        slow &= (planes["state"] == Flight.PARKED) & (planes["readiness_s"] > READY_S)
        if slow.any():
            until_s = warning.t_s + planes["readiness_s"][slow] - READY_S
            planes["t_ready_s"][slow] = np.maximum(planes["t_ready_s"][slow], until_s)
            planes["readiness_s"][slow] = READY_S
            note = f"{int(slow.sum())} fighters get ready to start within {READY_S:.0f} s"
            name = world.model.names.nations[nation]
            self.log.append(Event(warning.t_s, "warned", warning.clause, warning.sender, name, note=note))
