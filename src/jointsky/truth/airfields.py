"""Airfields as their own fighters meet them: closed or full ones are flown past to another of the nation, and fuel is
taken from a store that ends.

Other nations' airfields are a matter of clauses (`engine.visits`); runway slots and turn-round belong to the motion of
aircraft (`kernels.motion`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.codes import Flight
from jointsky.world.tick import is_due
from jointsky.world.world import World

LOOK_S = 4.0
"""How often it is looked up whether those on their way home can land there."""
_ENOUGH = 1e-6
"""What a store may lack of a tank and still count as holding it: counts of shares do not add up to the last bit."""


@dataclass(slots=True)
class Airfields:
    """The airfields of a run. `tanks` is the fuel in store by airfield row, in full tanks of a fighter; no entry: it
    never ends. `dry` are the aircraft that stand at an airfield without fuel for them."""

    tanks: dict[int, float] = field(default_factory=dict[int, float])
    dry: set[int] = field(default_factory=set[int])
    _down: Mapping[int, bool] = field(default_factory=dict[int, bool])

    def step(self, world: World) -> None:
        """Send on who cannot land at home, and fill up who has landed."""
        if is_due(world.t_s, world.model.dt_s, LOOK_S):
            self._send_on(world)
        if self.tanks:
            self._fill(world)

    def _send_on(self, world: World) -> None:
        fields, planes = world.state.airfields, world.state.aircraft
        shut = (fields["open"] == 0) | (fields["parked"] >= fields["parking"])
        if shut.any():
            for row in np.flatnonzero(_fighters(world) & (planes["state"] == Flight.RETURNING)).tolist():
                if shut[planes["airfield"][row]]:
                    divert(world, row, ~shut)

    def _fill(self, world: World) -> None:
        planes = world.state.aircraft
        down = {row: bool(planes["state"][row] == Flight.LANDED) for row in np.flatnonzero(_fighters(world)).tolist()}
        for row, is_down in down.items():
            place = int(planes["airfield"][row])
            if not is_down or self._down.get(row, True) or place not in self.tanks:
                continue
            lacks = 1.0 - float(planes["fuel_s"][row]) / float(
                world.model.aircraft_types["endurance_s"][planes["type"][row]]
            )
            if self.tanks[place] + _ENOUGH >= lacks:
                self.tanks[place] -= lacks
            else:
                planes["t_ready_s"][row] = math.inf
                self.dry.add(row)
        self._down = down


def divert(world: World, row: int, takes: NDArray[np.bool_]) -> None:
    """Let a fighter land at the nearest airfield of its nation that takes it and that its fuel reaches; without one it
    goes on to where it was going."""
    plane, fields = world.state.aircraft[row], world.state.airfields
    away = fields["pos_ecef_m"] - plane["pos_ecef_m"]
    ways_s = np.sqrt((away * away).sum(axis=1)) / world.model.aircraft_types["cruise_mps"][plane["type"]]
    own = takes & (fields["nation"] == plane["nation"]) & (ways_s <= plane["fuel_s"])
    if own.any():
        plane["airfield"] = int(np.flatnonzero(own)[np.argmin(ways_s[own])])


def _fighters(world: World) -> NDArray[np.bool_]:
    planes = world.state.aircraft
    return (planes["unit"] >= 0) & (planes["waypoints"] == 0) & (planes["airfield"] >= 0)
