"""What launchers and fighters report about themselves: one call fills the status rows of a tick."""

import math
from typing import Any

from jointsky.kernels.compiled import kernel
from jointsky.kernels.rowtypes import AIRCRAFT_ROWS, FLOAT, INT, LAUNCHER_ROWS, UNIT_STATUS_ROWS
from jointsky.vocab.codes import AircraftKind, Flight, Shooter, Side

_FIGHTER_KIND = int(AircraftKind.FIGHTER)
_DEFENDER = int(Side.DEFENDER)
_LAUNCHER = int(Shooter.LAUNCHER)
_FIGHTER = int(Shooter.FIGHTER)
_PARKED = int(Flight.PARKED)
_ORDERED = int(Flight.ORDERED)


@kernel(INT(LAUNCHER_ROWS, FLOAT, UNIT_STATUS_ROWS))
def launcher_status(launchers: Any, t_s: float, out: Any) -> int:
    """Write one UNIT_STATUS row for each launcher to the front of `out`; return how many."""
    for i in range(launchers.shape[0]):
        site = launchers[i]
        row = out[i]
        row.t_valid_s = t_s
        row.shooter = _LAUNCHER
        row.status = site.alive
        row.nation = site.nation
        row.row = i
        row.unit = site.unit
        row.order_id = 0
        row.track_id = 0
        row.shots_left = site.ready
        row.channels_free = max(site.channels - site.channels_busy, 0)
        row.t_ready_s = max(site.t_next_shot_s, t_s)
        if site.ready <= 0:
            row.t_ready_s = max(site.t_reloaded_s, t_s) if site.stock > 0 else math.inf
        row.fuel_s = math.inf
        for k in range(3):
            row.pos_ecef_m[k] = site.pos_ecef_m[k]
            row.vel_ecef_mps[k] = 0.0
    return launchers.shape[0]


@kernel(INT(AIRCRAFT_ROWS, FLOAT, UNIT_STATUS_ROWS, INT))
def fighter_status(aircraft: Any, t_s: float, out: Any, used: int) -> int:
    """Append one UNIT_STATUS row for each defending fighter after `used` rows of `out`; return how many rows are used
    then.
    """
    for i in range(aircraft.shape[0]):
        plane = aircraft[i]
        if plane.kind != _FIGHTER_KIND or plane.side != _DEFENDER or plane.waypoints != 0:
            continue
        row = out[used]
        row.t_valid_s = t_s
        row.shooter = _FIGHTER
        row.status = plane.state
        row.nation = plane.nation
        row.row = i
        row.unit = plane.unit
        row.order_id = plane.order_id
        row.track_id = plane.track_id
        row.shots_left = plane.missiles
        idle = plane.order_id == 0 and (plane.state == _PARKED or plane.state == _ORDERED)
        row.channels_free = int(idle and plane.missiles > 0)
        row.t_ready_s = max(plane.t_ready_s, t_s)
        row.fuel_s = plane.fuel_s
        for k in range(3):
            row.pos_ecef_m[k] = plane.pos_ecef_m[k]
            row.vel_ecef_mps[k] = plane.vel_ecef_mps[k]
        used += 1
    return used
