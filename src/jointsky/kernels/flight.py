"""One point mass over the WGS84 ellipsoid: its normal and height, collision courses, and one step of limited flight."""

import math
from typing import Any

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import atan2, sincos
from jointsky.kernels.rowtypes import AIRCRAFT_ROWS, FLOAT, INT

GRAVITY_MPS2 = 9.80665
ACCELERATION_MPS2 = 4.0
"""How fast any aircraft changes its speed (notional, about 0.4 g)."""
STEEPEST = 0.5
"""No aircraft climbs or dives faster than this share of its speed (30 degrees)."""
STRAIGHT = 1.0 - 1e-9
"""Cosine of the course error (0.05 mrad) below which no turn is computed."""

_WGS84_A_M = 6378137.0
_WGS84_B_M = 6356752.314245179
_WGS84_E2 = 0.0066943799901413165
_WGS84_EP2 = 0.006739496742276434


@kernel("UniTuple(float64, 4)(float64, float64, float64)")
def surface(x_m: float, y_m: float, z_m: float) -> tuple[float, float, float, float]:
    """Return the unit vector of the ellipsoid's normal and the WGS84 height of an ECEF point.

    Bowring's formula (1976) once, without angles: below 1e-6 m in height up to 100 km. At the poles the normal is along
    z.
    """
    p = math.sqrt(x_m * x_m + y_m * y_m)
    top = z_m * _WGS84_A_M
    base = p * _WGS84_B_M
    norm = math.sqrt(top * top + base * base)
    s = top / norm
    c = base / norm
    rise = z_m + _WGS84_EP2 * _WGS84_B_M * s * s * s
    run = p - _WGS84_E2 * _WGS84_A_M * c * c * c
    norm = math.sqrt(rise * rise + run * run)
    sine = rise / norm
    cosine = run / norm
    height = p * cosine + z_m * sine - _WGS84_A_M * math.sqrt(1.0 - _WGS84_E2 * sine * sine)
    if p < 1e-6:
        return 0.0, 0.0, sine, height
    return cosine * x_m / p, cosine * y_m / p, sine, height


@kernel("float64(float64, float64, float64, float64)")
def collision_time(p_dot_p: float, p_dot_v: float, v_dot_v: float, speed: float) -> float:
    """Return the smallest t >= 0 with |P + V t| = speed t, or -1 where there is none.

    P is the target's position and V its velocity as seen by a pursuer that flies straight at `speed` (collision course,
    Zarchan 2012, ch. 2). Arguments: |P|**2 in m2, P.V in m2/s, |V|**2 in m2/s2, speed in m/s.
    """
    if p_dot_p == 0.0:
        return 0.0
    a = v_dot_v - speed * speed
    if abs(a) <= 1e-12 * (v_dot_v + speed * speed):
        return -0.5 * p_dot_p / p_dot_v if p_dot_v < 0.0 else -1.0
    root = p_dot_v * p_dot_v - a * p_dot_p
    if root < 0.0:
        return -1.0
    root = math.sqrt(root)
    q = -p_dot_v - root if p_dot_v > 0.0 else -p_dot_v + root
    if q == 0.0:
        return -1.0
    first = q / a
    second = p_dot_p / q
    low = min(first, second)
    high = max(first, second)
    if low > 0.0:
        return low
    return high if high > 0.0 else -1.0


@kernel(FLOAT(AIRCRAFT_ROWS, INT, *[FLOAT] * 12))
def fly(
    aircraft: Any, i: int, ux: float, uy: float, uz: float, here: float, aim_x: float, aim_y: float, aim_z: float,
    height: float, speed: float, climb: float, load: float, h: float,
) -> float:  # fmt: skip
    """Fly row i for h seconds towards the ECEF direction `aim` (any length), height and speed; return the speed
    reached.

    (ux, uy, uz) and `here` are the normal and the height at its place, as `surface` gives them.
    """
    row = aircraft[i]
    p = row.pos_ecef_m
    v = row.vel_ecef_mps
    rise = v[0] * ux + v[1] * uy + v[2] * uz
    cx, cy, cz = v[0] - rise * ux, v[1] - rise * uy, v[2] - rise * uz
    level = math.sqrt(cx * cx + cy * cy + cz * cz)
    before = math.sqrt(level * level + rise * rise)
    up = aim_x * ux + aim_y * uy + aim_z * uz
    dx, dy, dz = aim_x - up * ux, aim_y - up * uy, aim_z - up * uz
    norm = math.sqrt(dx * dx + dy * dy + dz * dz)
    if level < 1.0:
        cx, cy, cz, level = dx, dy, dz, norm
    if level < 1e-9:  # neither a course nor a direction: north
        cx, cy, cz = -uz * ux, -uz * uy, 1.0 - uz * uz
        level = math.sqrt(cx * cx + cy * cy + cz * cz)
    cx, cy, cz = cx / level, cy / level, cz / level
    if norm < 1e-6:
        dx, dy, dz = cx, cy, cz
    else:
        dx, dy, dz = dx / norm, dy / norm, dz / norm

    change = speed - before
    t_change = min(abs(change) / ACCELERATION_MPS2, h)
    after = speed if t_change < h else before + math.copysign(ACCELERATION_MPS2 * h, change)
    way = 0.5 * (before + after) * t_change + after * (h - t_change)
    climb = min(climb, STEEPEST * before, STEEPEST * after)
    climb_rate = max(-climb, min(climb, (height - here) / h))
    ground = math.sqrt(way * way - climb_rate * climb_rate * h * h)

    along = cx * dx + cy * dy + cz * dz
    ex, ey, ez, mx, my, mz = dx, dy, dz, dx, dy, dz
    if along < STRAIGHT:
        turn = GRAVITY_MPS2 * math.sqrt(load * load - 1.0) / max(after, 1.0) * h
        nx, ny, nz = uy * cz - uz * cy, uz * cx - ux * cz, ux * cy - uy * cx
        across = nx * dx + ny * dy + nz * dz
        angle = min(atan2(abs(across), along), turn)
        sine, cosine = sincos(math.copysign(angle, across))
        ex, ey, ez = cosine * cx + sine * nx, cosine * cy + sine * ny, cosine * cz + sine * nz
        share = angle / turn if turn > 0.0 else 0.0  # of the time, spent in the turn and flown along its chord
        mx = ex + 0.5 * share * (cx - ex)
        my = ey + 0.5 * share * (cy - ey)
        mz = ez + 0.5 * share * (cz - ez)

    x = p[0] + mx * ground + ux * climb_rate * h
    y = p[1] + my * ground + uy * climb_rate * h
    z = p[2] + mz * ground + uz * climb_rate * h
    ux, uy, uz, there = surface(x, y, z)
    lift = here + climb_rate * h - there
    p[0], p[1], p[2] = x + lift * ux, y + lift * uy, z + lift * uz
    row.alt_m = here + climb_rate * h
    row.lat_rad = atan2(uz, math.sqrt(ux * ux + uy * uy))
    row.lon_rad = atan2(uy, ux)
    up = ex * ux + ey * uy + ez * uz
    level = math.sqrt(after * after - climb_rate * climb_rate)
    v[0] = (ex - up * ux) * level + climb_rate * ux
    v[1] = (ey - up * uy) * level + climb_rate * uy
    v[2] = (ez - up * uz) * level + climb_rate * uz
    return after
