"""Aircraft of truth over one tick: routes, scrambles, intercepts, recoveries, released weapons and the damage of
leakers.

States (`vocab.codes.Flight`) and who moves them:

- PARKED with waypoints becomes ROUTE at its first waypoint at `t_start_s`. At the end of the route it is LEAKED if it
  has an asset to attack, else GONE; an airborne radar or jammer without an asset begins its route again until its fuel
  calls it home.
- ROUTE of a type that drifts rises to the height of its last waypoint and goes with the wind until its fuel, which is
  its time aloft, is used up; then it is GONE.
- CARRIED becomes ROUTE where it is when its parent passes the weapon's first waypoint (closest approach inside 15 km,
  `leg` turns 1), `t_start_s` seconds later; it is KILLED with its parent, and GONE with a parent that ends elsewhere.
- PARKED without waypoints becomes STARTING by an order, ORDERED after `readiness_s` and a free runway, RETURNING when
  fuel, missiles or an order say so, LANDED at `airfield`, and PARKED again, armed and fuelled, after the turn-round of
  its type.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import RunError
from jointsky.kernels.motion import move
from jointsky.truth.ballistic_raid import ride
from jointsky.truth.outside import reckon
from jointsky.vocab.codes import NONE, Flight
from jointsky.vocab.records import Rows
from jointsky.world.world import Float, Spoiler, World


def step(world: World, tick: int) -> None:
    """Move all aircraft over [tick dt, (tick + 1) dt) and charge the damage of those that reach their targets.

    Raises RunError when a position is not a number.
    """
    model, state = world.model, world.state
    begin_s, end_s = tick * model.dt_s, (tick + 1) * model.dt_s
    fault, leaked = move(
        state.aircraft, model.aircraft_types, model.waypoints, state.airfields, model.winds,
        _drifting(model.drifting, len(model.aircraft_types)), begin_s, end_s,
    )  # fmt: skip
    if fault >= 0:
        raise RunError(tick, model.names.aircraft[fault], "its position is not a number")
    leaked += ride(world, end_s)
    reckon(world, end_s)
    if leaked:
        _charge_damage(world, begin_s)


@lru_cache(maxsize=16)
def _drifting(types: frozenset[int], count: int) -> NDArray[np.int32]:
    """1 for each aircraft type that the wind carries along."""
    return np.isin(np.arange(count), sorted(types)).astype(np.int32)


def _charge_damage(world: World, begin_s: float) -> None:
    """Add the damage of every row that reached its asset after begin_s; no asset loses more than its value."""
    aircraft = world.state.aircraft
    arrived = (aircraft["state"] == Flight.LEAKED) & (aircraft["t_end_s"] > begin_s) & (aircraft["asset"] != NONE)
    for row in aircraft[arrived]:
        asset: Rows = world.state.assets[row["asset"]]
        dealt = world.model.aircraft_types["damage"][row["type"]] * _spoiling(world.model.spoilers, asset["pos_ecef_m"])
        asset["damage"] = min(asset["damage"] + dealt, asset["value"])


def _spoiling(spoilers: tuple[Spoiler, ...], pos_ecef_m: Float) -> float:
    """Return the share of its damage that a raider still does at this place: the strongest spoiler in reach counts."""
    factors = [s.factor for s in spoilers if float(np.sum((s.pos_ecef_m - pos_ecef_m) ** 2)) <= s.radius_m**2]
    return min(factors, default=1.0)
