"""What the radars of shooters find: the horizon, the gate about the ordered place, and whom they pass over."""

import math
from typing import Any

from jointsky.kernels.compiled import kernel
from jointsky.kernels.rowtypes import (
    AIRCRAFT_ROWS,
    AIRCRAFT_TYPE_MODEL,
    ENGAGEMENT_ROWS,
    FLOAT,
    INT,
    LAUNCHER_ROWS,
)
from jointsky.vocab.codes import Act, AircraftKind, Flight

LAUNCHER_GATE_M = 4_000.0
"""An engagement radar looks at least this far around the ordered place."""
FIGHTER_GATE_M = 5_000.0
GATE_SIGMAS = 3.0
GATE_DRIFT_MPS = 20.0
"""How fast the place to search grows while no newer report of the target arrives."""
FRESH_S = 15.0
"""A fighter checks its lock against the ordered place while that is newer than this."""
EFFECTIVE_EARTH_M = 8_494_666.7
"""Radius of the 4/3 earth (Skolnik), for the horizon."""

_ORDERED = int(Flight.ORDERED)
_ENGAGE = int(Act.ENGAGE)
_SCRAMBLE = int(Act.SCRAMBLE)
_FIGHTER_KIND = int(AircraftKind.FIGHTER)


@kernel(INT(AIRCRAFT_ROWS, INT, AIRCRAFT_TYPE_MODEL, *[FLOAT] * 6))
def sees(
    aircraft: Any, j: int, types: Any, x: float, y: float, z: float, height_m: float, base_m: float, reach_m: float
) -> int:
    """Return 1 if a radar at ECEF (x, y, z) sees row j: above the 4/3-earth horizon and inside reach * rcs**(1/4).

    `height_m` is the antenna's height and `base_m` the WGS84 height of the ground it stands on; the target's height
    counts from the same ground. `reach_m` is the range against 1 m2 (inf: someone else's radar sees for it).
    """
    row = aircraft[j]
    p = row.pos_ecef_m
    distance2 = (p[0] - x) ** 2 + (p[1] - y) ** 2 + (p[2] - z) ** 2
    if reach_m == math.inf:
        return 1
    reach = reach_m * math.sqrt(math.sqrt(types[row.type].rcs_m2))
    if distance2 > reach * reach:
        return 0
    horizon = math.sqrt(2.0 * EFFECTIVE_EARTH_M) * (
        math.sqrt(max(height_m, 0.0)) + math.sqrt(max(row.alt_m - base_m, 0.0))
    )
    return int(distance2 <= horizon * horizon)


@kernel(INT(AIRCRAFT_ROWS, INT, AIRCRAFT_TYPE_MODEL, INT, *[FLOAT] * 10))
def _nearest(
    aircraft: Any, self_row: int, types: Any, iff_group: int, gx: float, gy: float, gz: float, gate: float,
    x: float, y: float, z: float, height_m: float, base_m: float, reach_m: float,
) -> int:  # fmt: skip
    """Return the airborne row nearest to (gx, gy, gz) inside the gate that the radar at (x, y, z) sees; -1: none.

    A row that answers the shooter's identification group is passed over. Equal distances: the smaller entity.
    """
    best = gate * gate
    found = -1
    for j in range(aircraft.shape[0]):
        row = aircraft[j]
        if row.alive == 0 or j == self_row or (iff_group >= 0 and row.iff_group == iff_group):
            continue
        p = row.pos_ecef_m
        d2 = (p[0] - gx) ** 2 + (p[1] - gy) ** 2 + (p[2] - gz) ** 2
        if d2 > best or (d2 == best and found >= 0 and aircraft[found].entity < row.entity):
            continue
        if sees(aircraft, j, types, x, y, z, height_m, base_m, reach_m):
            best = d2
            found = j
    return found


@kernel(INT(AIRCRAFT_ROWS, AIRCRAFT_TYPE_MODEL, FLOAT))
def search(aircraft: Any, types: Any, now_s: float) -> int:
    """Let every fighter under a scramble or engage order keep, drop or find its target with its own radar."""
    for i in range(aircraft.shape[0]):
        row = aircraft[i]
        if row.state != _ORDERED or row.kind != _FIGHTER_KIND or (row.order != _SCRAMBLE and row.order != _ENGAGE):
            continue
        p = row.pos_ecef_m
        age = now_s - row.t_goal_s
        gx = row.goal_ecef_m[0] + row.goal_vel_mps[0] * age
        gy = row.goal_ecef_m[1] + row.goal_vel_mps[1] * age
        gz = row.goal_ecef_m[2] + row.goal_vel_mps[2] * age
        gate = max(FIGHTER_GATE_M, GATE_SIGMAS * row.goal_sigma_m) + GATE_DRIFT_MPS * max(age, 0.0)
        reach = types[row.type].radar_range_m
        j = row.target
        if j >= 0:
            q = aircraft[j].pos_ecef_m
            off = (q[0] - gx) ** 2 + (q[1] - gy) ** 2 + (q[2] - gz) ** 2
            keeps = aircraft[j].alive == 1 and (age > FRESH_S or off <= 4.0 * gate * gate)
            if not keeps or not sees(aircraft, j, types, p[0], p[1], p[2], row.alt_m, 0.0, reach):
                row.target = -1
        if row.target < 0:
            row.target = _nearest(
                aircraft, i, types, row.iff_group, gx, gy, gz, gate, p[0], p[1], p[2], row.alt_m, 0.0, reach
            )  # fmt: skip
    return 0


@kernel(INT(ENGAGEMENT_ROWS, INT, LAUNCHER_ROWS, AIRCRAFT_ROWS, AIRCRAFT_TYPE_MODEL, FLOAT, FLOAT))
def acquire(
    engagements: Any, k: int, launchers: Any, aircraft: Any, types: Any, jam_factor: float, now_s: float
) -> int:
    """Keep, drop or find the target of launcher engagement k; return its row or -1."""
    row = engagements[k]
    site = launchers[row.row]
    p = site.pos_ecef_m
    reach = math.inf if row.fire_control == 1 else site.radar_range_m * jam_factor
    j = row.target
    if j >= 0:
        gone = aircraft[j].alive == 0 or aircraft[j].generation != row.generation
        if gone or not sees(aircraft, j, types, p[0], p[1], p[2], site.mast_m, site.alt_m, reach):
            j = -1
    if j < 0:
        age = now_s - row.t_goal_s
        g = row.goal_ecef_m
        w = row.goal_vel_mps
        gate = max(LAUNCHER_GATE_M, GATE_SIGMAS * row.goal_sigma_m) + GATE_DRIFT_MPS * max(age, 0.0)
        j = _nearest(
            aircraft, -1, types, site.iff_group, g[0] + w[0] * age, g[1] + w[1] * age, g[2] + w[2] * age, gate,
            p[0], p[1], p[2], site.mast_m, site.alt_m, reach,
        )  # fmt: skip
    row.target = j
    if j >= 0:
        row.generation = aircraft[j].generation
    return j
