"""Ballistic missiles over the turning WGS84 earth: boost by a pitch programme, coast under J2, re-entry with drag.

Positions and velocities are earth-fixed (ECEF), so the earth's turning comes in as Coriolis and centrifugal terms, and
the air stands still. Fourth-order Runge-Kutta steps that end exactly where the thrust changes.

Layout of the arrays: `burns` (n, 5): begin s, end s, thrust N, mass flow kg/s, mass let go at its end kg, in order of
time; `drag` (m, 3) as in `kernels.missile`; `pitch` (p, 2): time s and elevation of the thrust above the launch site's
horizon rad, linear between its rows; `body` (4): launch mass kg, reference area m2 under thrust, ballistic coefficient
m/(Cd A) after it kg/m2, height of the ground where it falls m; `axes` (6): up and down-range at launch, unit vectors.
Sources: WGS84 (NIMA TR8350.2); J2 gravity, Vallado, "Fundamentals of Astrodynamics" (2013), ch. 8.
"""

import math
from typing import Any

from jointsky.kernels.atmosphere import atmosphere
from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import sincos
from jointsky.kernels.flight import surface
from jointsky.kernels.missile import drag_coefficient
from jointsky.kernels.rowtypes import FLOAT, INT, TABLE, TABLE_MODEL, VECTOR_MODEL, tuple_of

MU_M3PS2 = 3.986004418e14
J2 = 1.082629821e-3
SEMI_MAJOR_M = 6_378_137.0
EARTH_RATE_RADPS = 7.292115e-5
AIR_TOP_M = 120_000.0
"""Above it the air is left out: its drag there moves an impact by centimetres."""
AIR_STEP_S = 0.05
COAST_STEP_S = 1.0
_HALVINGS = 40

_STATE: Any = tuple_of(*[FLOAT] * 6)


@kernel(tuple_of(FLOAT, FLOAT, FLOAT)(TABLE_MODEL, FLOAT, FLOAT))
def stages(burns: Any, mass_kg: float, t_s: float) -> tuple[float, float, float]:
    """Return thrust (N), mass (kg) and the time of the next change (s, inf: none) at t_s; at a change, what follows."""
    for i in range(burns.shape[0]):
        begin, end = burns[i, 0], burns[i, 1]
        if t_s < begin:
            return 0.0, mass_kg, begin
        mass_kg -= burns[i, 3] * (min(t_s, end) - begin)
        if t_s < end:
            return burns[i, 2], mass_kg, end
        mass_kg -= burns[i, 4]
    return 0.0, mass_kg, math.inf


@kernel(FLOAT(TABLE_MODEL, FLOAT))
def pitch_at(pitch: Any, t_s: float) -> float:
    """Return the elevation of the thrust, linear between the rows of the programme and constant beyond its ends."""
    if t_s <= pitch[0, 0]:
        return pitch[0, 1]
    for i in range(1, pitch.shape[0]):
        if t_s < pitch[i, 0]:
            share = (t_s - pitch[i - 1, 0]) / (pitch[i, 0] - pitch[i - 1, 0])
            return pitch[i - 1, 1] + share * (pitch[i, 1] - pitch[i - 1, 1])
    return pitch[pitch.shape[0] - 1, 1]


@kernel(
    tuple_of(FLOAT, FLOAT, FLOAT)(TABLE_MODEL, TABLE_MODEL, VECTOR_MODEL, VECTOR_MODEL, *[FLOAT] * 10)
)  # fmt: skip
def _acceleration(
    drag: Any, pitch: Any, body: Any, axes: Any, t: float, thrust: float, mass: float, burning: float, x: float,
    y: float, z: float, vx: float, vy: float, vz: float,
) -> tuple[float, float, float]:  # fmt: skip
    """Return the earth-fixed acceleration; `burning` 0: after the last burn."""
    r2 = x * x + y * y + z * z
    r = math.sqrt(r2)
    pull = -MU_M3PS2 / (r2 * r)
    flat = 1.5 * J2 * SEMI_MAJOR_M * SEMI_MAJOR_M / r2
    high = 5.0 * z * z / r2
    spin = EARTH_RATE_RADPS * EARTH_RATE_RADPS
    ax = x * (pull * (1.0 + flat * (1.0 - high)) + spin) + 2.0 * EARTH_RATE_RADPS * vy
    ay = y * (pull * (1.0 + flat * (1.0 - high)) + spin) - 2.0 * EARTH_RATE_RADPS * vx
    az = z * pull * (1.0 + flat * (3.0 - high))
    if r < SEMI_MAJOR_M + AIR_TOP_M:
        _ux, _uy, _uz, height = surface(x, y, z)
        if height < AIR_TOP_M:
            _t, _p, density, sound = atmosphere(height)
            speed = math.sqrt(vx * vx + vy * vy + vz * vz)
            if burning > 0.0:
                slow = drag_coefficient(drag, speed / sound, thrust > 0.0) * body[1] / mass
            else:
                slow = 1.0 / body[2]
            slow *= 0.5 * density * speed
            ax, ay, az = ax - slow * vx, ay - slow * vy, az - slow * vz
    if thrust > 0.0:
        sine, cosine = sincos(pitch_at(pitch, t))
        push = thrust / mass
        ax += push * (sine * axes[0] + cosine * axes[3])
        ay += push * (sine * axes[1] + cosine * axes[4])
        az += push * (sine * axes[2] + cosine * axes[5])
    return ax, ay, az


@kernel(_STATE(TABLE_MODEL, TABLE_MODEL, TABLE_MODEL, VECTOR_MODEL, VECTOR_MODEL, *[FLOAT] * 8))
def advance(
    burns: Any, drag: Any, pitch: Any, body: Any, axes: Any, t: float, h: float, x: float, y: float, z: float,
    vx: float, vy: float, vz: float,
) -> tuple[float, float, float, float, float, float]:  # fmt: skip
    """Return the state after one Runge-Kutta step of h (which may be negative in free flight) from t; no change of
    thrust may lie inside the step."""
    thrust, mass, change = stages(burns, body[0], t)
    burning = 1.0 if change < math.inf else 0.0
    flow = 0.0
    for i in range(burns.shape[0]):
        if burns[i, 0] <= t < burns[i, 1]:
            flow = burns[i, 3]
    k = 0.5 * h
    middle, last = mass - flow * k, mass - flow * h
    ax1, ay1, az1 = _acceleration(drag, pitch, body, axes, t, thrust, mass, burning, x, y, z, vx, vy, vz)
    bx, by, bz = vx + k * ax1, vy + k * ay1, vz + k * az1
    ax2, ay2, az2 = _acceleration(
        drag, pitch, body, axes, t + k, thrust, middle, burning, x + k * vx, y + k * vy, z + k * vz, bx, by, bz
    )  # fmt: skip
    cx, cy, cz = vx + k * ax2, vy + k * ay2, vz + k * az2
    ax3, ay3, az3 = _acceleration(
        drag, pitch, body, axes, t + k, thrust, middle, burning, x + k * bx, y + k * by, z + k * bz, cx, cy, cz
    )  # fmt: skip
    dx, dy, dz = vx + h * ax3, vy + h * ay3, vz + h * az3
    ax4, ay4, az4 = _acceleration(
        drag, pitch, body, axes, t + h, thrust, last, burning, x + h * cx, y + h * cy, z + h * cz, dx, dy, dz
    )  # fmt: skip
    w = h / 6.0
    return (
        x + w * (vx + 2.0 * (bx + cx) + dx),
        y + w * (vy + 2.0 * (by + cy) + dy),
        z + w * (vz + 2.0 * (bz + cz) + dz),
        vx + w * (ax1 + 2.0 * (ax2 + ax3) + ax4),
        vy + w * (ay1 + 2.0 * (ay2 + ay3) + ay4),
        vz + w * (az1 + 2.0 * (az2 + az3) + az4),
    )


@kernel(INT(TABLE_MODEL, TABLE_MODEL, TABLE_MODEL, VECTOR_MODEL, VECTOR_MODEL, VECTOR_MODEL, *[FLOAT] * 3, TABLE))
def trajectory(
    burns: Any, drag: Any, pitch: Any, body: Any, axes: Any, start: Any, begin_s: float, knot_s: float,
    air_step_s: float, knots: Any,
) -> int:  # fmt: skip
    """Fly from `start` (6: ECEF place and velocity) at `begin_s` and write (t, place, velocity) every `knot_s` into
    `knots` (m, 7), the first at the start, the last at the ground; return how many (m: the room was too little).

    The moment of impact is found inside the step to 1e-12 of it. A negative `knot_s` flies back in time, which is for
    free flight only. Steps in the air are at most `air_step_s`, above it 1 s.
    """
    x, y, z, vx, vy, vz = start[0], start[1], start[2], start[3], start[4], start[5]
    sign = 1.0 if knot_s > 0.0 else -1.0
    t = begin_s
    room = knots.shape[0]
    for n in range(room):
        knots[n, 0] = t
        knots[n, 1], knots[n, 2], knots[n, 3] = x, y, z
        knots[n, 4], knots[n, 5], knots[n, 6] = vx, vy, vz
        goal = begin_s + (n + 1) * knot_s
        while t != goal:
            limit = COAST_STEP_S
            if math.sqrt(x * x + y * y + z * z) < SEMI_MAJOR_M + AIR_TOP_M:
                limit = air_step_s
            _thrust, _mass, change = stages(burns, body[0], t)
            end = goal if sign < 0.0 else min(goal, change)
            h = end - t
            if abs(h) > limit:
                h = sign * limit
                end = t + h
            a, b, c, d, e, f = advance(burns, drag, pitch, body, axes, t, h, x, y, z, vx, vy, vz)
            _ux, _uy, _uz, height = surface(a, b, c)
            rising = (a * d + b * e + c * f) * sign
            if height <= body[3] and rising < 0.0:
                low, high = 0.0, h
                for _ in range(_HALVINGS):
                    h = 0.5 * (low + high)
                    a, b, c, d, e, f = advance(burns, drag, pitch, body, axes, t, h, x, y, z, vx, vy, vz)
                    _ux, _uy, _uz, height = surface(a, b, c)
                    if height > body[3]:
                        low = h
                    else:
                        high = h
                if n + 1 < room:
                    knots[n + 1, 0] = t + h
                    knots[n + 1, 1], knots[n + 1, 2], knots[n + 1, 3] = a, b, c
                    knots[n + 1, 4], knots[n + 1, 5], knots[n + 1, 6] = d, e, f
                return n + 2
            x, y, z, vx, vy, vz, t = a, b, c, d, e, f, end
    return room
