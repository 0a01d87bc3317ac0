"""Flight in moving air: what winds do to those who steer against them, and to what they carry along.

`winds` has one row for each level, rising: height above the ellipsoid in metres, and the wind's speed towards east and
towards north in m/s; between levels both are linear, beyond the first and the last they are those. No rows: still air.
"""

import math
from typing import Any

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import atan2
from jointsky.kernels.flight import fly, surface
from jointsky.kernels.rowtypes import AIRCRAFT_ROWS, FLOAT, INT, TABLE_MODEL, TRIPLE, pair


@kernel(pair(FLOAT, FLOAT)(TABLE_MODEL, FLOAT))
def wind_at(winds: Any, alt_m: float) -> tuple[float, float]:
    """Return the wind towards east and north at a height, m/s."""
    last = winds.shape[0] - 1
    if alt_m <= winds[0, 0]:
        return winds[0, 1], winds[0, 2]
    for k in range(last):
        if alt_m < winds[k + 1, 0]:
            share = (alt_m - winds[k, 0]) / (winds[k + 1, 0] - winds[k, 0])
            return (
                winds[k, 1] + share * (winds[k + 1, 1] - winds[k, 1]),
                winds[k, 2] + share * (winds[k + 1, 2] - winds[k, 2]),
            )
    return winds[last, 1], winds[last, 2]


@kernel(TRIPLE(TABLE_MODEL, *[FLOAT] * 4))
def wind_ecef(winds: Any, ux: float, uy: float, uz: float, alt_m: float) -> tuple[float, float, float]:
    """Return the wind at a place (ECEF, m/s): (ux, uy, uz) is the normal of the ellipsoid there."""
    east, north = wind_at(winds, alt_m)
    level = math.sqrt(ux * ux + uy * uy)
    if level < 1e-9:  # at a pole there is no east
        return 0.0, 0.0, 0.0
    ex, ey = -uy / level, ux / level
    return east * ex - north * uz * ey, east * ey + north * uz * ex, north * level


@kernel(INT(AIRCRAFT_ROWS, INT, *[FLOAT] * 4))
def _carry(aircraft: Any, i: int, wx: float, wy: float, wz: float, h: float) -> int:
    """Let the air carry row i along for h seconds, at its height; its velocity is over the ground then."""
    row = aircraft[i]
    p, v = row.pos_ecef_m, row.vel_ecef_mps
    x, y, z = p[0] + wx * h, p[1] + wy * h, p[2] + wz * h
    ux, uy, uz, there = surface(x, y, z)
    lift = row.alt_m - there
    p[0], p[1], p[2] = x + lift * ux, y + lift * uy, z + lift * uz
    v[0], v[1], v[2] = v[0] + wx, v[1] + wy, v[2] + wz
    row.lat_rad = atan2(uz, math.sqrt(ux * ux + uy * uy))
    row.lon_rad = atan2(uy, ux)
    return 0


@kernel(FLOAT(AIRCRAFT_ROWS, INT, TABLE_MODEL, *[FLOAT] * 12))
def fly_in_wind(
    aircraft: Any, i: int, winds: Any, ux: float, uy: float, uz: float, here: float, aim_x: float, aim_y: float,
    aim_z: float, height: float, speed: float, climb: float, load: float, h: float,
) -> float:  # fmt: skip
    """As `flight.fly`, in moving air: row i heads so far into the wind that it goes along `aim` over the ground (the
    wind triangle); where the wind across is stronger than it is fast, straight against that."""
    if winds.shape[0] == 0:
        return fly(aircraft, i, ux, uy, uz, here, aim_x, aim_y, aim_z, height, speed, climb, load, h)
    wx, wy, wz = wind_ecef(winds, ux, uy, uz, here)
    v = aircraft[i].vel_ecef_mps
    v[0], v[1], v[2] = v[0] - wx, v[1] - wy, v[2] - wz
    up = aim_x * ux + aim_y * uy + aim_z * uz
    dx, dy, dz = aim_x - up * ux, aim_y - up * uy, aim_z - up * uz
    norm = math.sqrt(dx * dx + dy * dy + dz * dz)
    if norm > 1e-6:
        dx, dy, dz = dx / norm, dy / norm, dz / norm
        along = wx * dx + wy * dy + wz * dz
        cx, cy, cz = wx - along * dx, wy - along * dy, wz - along * dz
        forward = math.sqrt(max(speed * speed - (cx * cx + cy * cy + cz * cz), 0.0))
        aim_x, aim_y, aim_z = forward * dx - cx, forward * dy - cy, forward * dz - cz
    reached = fly(aircraft, i, ux, uy, uz, here, aim_x, aim_y, aim_z, height, speed, climb, load, h)
    _carry(aircraft, i, wx, wy, wz, h)
    return reached


@kernel(INT(AIRCRAFT_ROWS, INT, TABLE_MODEL, *[FLOAT] * 3))
def drift(aircraft: Any, i: int, winds: Any, height: float, climb: float, h: float) -> int:
    """Let row i rise or sink to a height at most as fast as `climb`, and drift with the wind halfway."""
    row = aircraft[i]
    p, v = row.pos_ecef_m, row.vel_ecef_mps
    ux, uy, uz, here = surface(p[0], p[1], p[2])
    rate = max(-climb, min(climb, (height - here) / h))
    for k in range(3):
        p[k] += (ux, uy, uz)[k] * rate * h
        v[k] = (ux, uy, uz)[k] * rate
    row.alt_m = here + rate * h
    if winds.shape[0] > 0:
        wx, wy, wz = wind_ecef(winds, ux, uy, uz, here + 0.5 * rate * h)
        _carry(aircraft, i, wx, wy, wz, h)
    return 0
