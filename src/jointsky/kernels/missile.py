"""A missile as a point mass in its plane of flight: boost, coast and steering towards a fixed point.

Flat earth with gravity falling off with height. Thrust acts along the velocity; drag is Cd(Mach), different with the
motor on and off, plus k CL**2 of the lift that steers. Fourth-order Runge-Kutta steps that end exactly where the thrust
changes.

Layout of the arrays: `burns` (n, 4): begin s, end s, thrust N, mass flow kg/s, in order of time and not overlapping;
`drag` (m, 3): Mach number, Cd with the motor on, Cd with it off; `body` (6): launch mass kg, reference area m2, launch
speed m/s, largest lift coefficient, induced drag factor k, largest lateral load g.
"""

import math
from typing import Any

import numpy as np

from jointsky.kernels.atmosphere import EARTH_RADIUS_M, atmosphere
from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import atan2, sincos
from jointsky.kernels.rowtypes import BOOL, FLOAT, INDEX_MODEL, INT, TABLE, TABLE_MODEL, VECTOR_MODEL, tuple_of

GRAVITY_MPS2 = 9.80665
SLOWEST_GAIN = 1.0
FASTEST_GAIN = 8.0
"""Limits of the gain from an error in flight-path angle to turn rate, 1/s."""
NAVIGATION = 3.0
"""Between them the gain is this over the time to go: proportional navigation to a fixed point (Zarchan 2012, ch. 2)."""
STEP_S = 0.2


@kernel(tuple_of(FLOAT, FLOAT, FLOAT)(TABLE_MODEL, FLOAT, FLOAT))
def motor(burns: Any, mass_kg: float, t_s: float) -> tuple[float, float, float]:
    """Return thrust (N), mass (kg) and the time of the next change of thrust (s, inf: none) at t_s; at a change, what
    follows it.
    """
    thrust = 0.0
    change = math.inf
    for i in range(burns.shape[0]):
        begin, end = burns[i, 0], burns[i, 1]
        if t_s < begin:
            return thrust, mass_kg, min(change, begin)
        mass_kg -= burns[i, 3] * (min(t_s, end) - begin)
        if t_s < end:
            return burns[i, 2], mass_kg, end
    return thrust, mass_kg, change


@kernel(FLOAT(TABLE_MODEL, FLOAT, BOOL))
def drag_coefficient(drag: Any, mach: float, burning: bool) -> float:
    """Return Cd at a Mach number, linear between the rows of the table and constant beyond its ends."""
    column = 1 if burning else 2
    if mach <= drag[0, 0]:
        return drag[0, column]
    for i in range(1, drag.shape[0]):
        if mach < drag[i, 0]:
            share = (mach - drag[i - 1, 0]) / (drag[i, 0] - drag[i - 1, 0])
            return drag[i - 1, column] + share * (drag[i, column] - drag[i - 1, column])
    return drag[drag.shape[0] - 1, column]


@kernel(tuple_of(FLOAT, FLOAT)(TABLE_MODEL, VECTOR_MODEL, *[FLOAT] * 6, BOOL, VECTOR_MODEL, FLOAT, FLOAT))
def _acceleration(
    drag: Any, body: Any, x: float, z: float, vx: float, vz: float, thrust: float, mass: float, burning: bool, aim: Any,
    density_kgm3: float, gravity_mps2: float,
) -> tuple[float, float]:  # fmt: skip
    """Return the acceleration (along the ground, up); `aim` (4): range, height, loft per m of range to go, 1 to steer
    or 0 to fly free.
    """
    _t, _p, density, sound = atmosphere(z)
    if density_kgm3 >= 0.0:
        density = density_kgm3
    gravity = gravity_mps2 * (EARTH_RADIUS_M / (EARTH_RADIUS_M + z)) ** 2
    speed = math.sqrt(vx * vx + vz * vz)
    if speed < 1e-9:
        return 0.0, thrust / mass - gravity
    push = 0.5 * density * speed * speed * body[1]
    ex, ez = vx / speed, vz / speed
    normal = 0.0
    if aim[3] > 0.0:
        dx = aim[0] - x
        dz = aim[1] - z
        to_go = math.sqrt(dx * dx + dz * dz) / speed
        gain = min(max(NAVIGATION / max(to_go, 1e-3), SLOWEST_GAIN), FASTEST_GAIN)
        dz += aim[2] * max(dx, 0.0) * dx
        error = atan2(ex * dz - ez * dx, ex * dx + ez * dz)
        limit = min(body[5] * GRAVITY_MPS2, push * body[3] / mass)
        normal = min(max(gain * error * speed + gravity * ex, -limit), limit)
    lift = normal * mass / push if push > 0.0 else 0.0
    along = (thrust - push * (drag_coefficient(drag, speed / sound, burning) + body[4] * lift * lift)) / mass
    return along * ex - normal * ez, along * ez + normal * ex - gravity


@kernel(tuple_of(*[FLOAT] * 4)(TABLE_MODEL, TABLE_MODEL, VECTOR_MODEL, *[FLOAT] * 6, VECTOR_MODEL, FLOAT, FLOAT))
def advance(
    burns: Any, drag: Any, body: Any, t_s: float, h: float, x: float, z: float, vx: float, vz: float, aim: Any,
    density_kgm3: float, gravity_mps2: float,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Return (x, z, vx, vz) after one Runge-Kutta step of h from t_s; no change of thrust may lie inside the step."""
    thrust, mass, _change = motor(burns, body[0], t_s)
    burning = thrust > 0.0
    _thrust, middle, _change = motor(burns, body[0], t_s + 0.5 * h)
    _thrust, last, _change = motor(burns, body[0], t_s + h)
    k = 0.5 * h
    ax1, az1 = _acceleration(drag, body, x, z, vx, vz, thrust, mass, burning, aim, density_kgm3, gravity_mps2)
    ux2, uz2 = vx + k * ax1, vz + k * az1
    ax2, az2 = _acceleration(
        drag, body, x + k * vx, z + k * vz, ux2, uz2, thrust, middle, burning, aim, density_kgm3, gravity_mps2
    )  # fmt: skip
    ux3, uz3 = vx + k * ax2, vz + k * az2
    ax3, az3 = _acceleration(
        drag, body, x + k * ux2, z + k * uz2, ux3, uz3, thrust, middle, burning, aim, density_kgm3, gravity_mps2
    )  # fmt: skip
    ux4, uz4 = vx + h * ax3, vz + h * az3
    ax4, az4 = _acceleration(
        drag, body, x + h * ux3, z + h * uz3, ux4, uz4, thrust, last, burning, aim, density_kgm3, gravity_mps2
    )  # fmt: skip
    return (
        x + h / 6.0 * (vx + 2.0 * (ux2 + ux3) + ux4),
        z + h / 6.0 * (vz + 2.0 * (uz2 + uz3) + uz4),
        vx + h / 6.0 * (ax1 + 2.0 * (ax2 + ax3) + ax4),
        vz + h / 6.0 * (az1 + 2.0 * (az2 + az3) + az4),
    )


@kernel(tuple_of(*[FLOAT] * 4)(TABLE_MODEL, TABLE_MODEL, VECTOR_MODEL, *[FLOAT] * 5))
def free_flight(
    burns: Any, drag: Any, body: Any, elevation_rad: float, until_s: float, step_s: float, density_kgm3: float,
    gravity_mps2: float,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Return (x, z, vx, vz) of an unguided shot at this elevation after until_s.

    `density_kgm3` below 0 takes the standard atmosphere; with it and `gravity_mps2` the closed forms can be checked.
    """
    aim = np.zeros(4)
    sine, cosine = sincos(elevation_rad)
    x, z, vx, vz = 0.0, 0.0, body[2] * cosine, body[2] * sine
    t = 0.0
    while t < until_s:
        _thrust, _mass, change = motor(burns, body[0], t)
        end = min(change, until_s)
        h = min(step_s, end - t)
        x, z, vx, vz = advance(burns, drag, body, t, h, x, z, vx, vz, aim, density_kgm3, gravity_mps2)
        t = end if end - t <= step_s else t + step_s
    return x, z, vx, vz


@kernel(tuple_of(FLOAT, FLOAT)(TABLE_MODEL, TABLE_MODEL, VECTOR_MODEL, *[FLOAT] * 5))
def flight_to(
    burns: Any, drag: Any, body: Any, range_m: float, height_m: float, loft: float, slowest_mps: float, longest_s: float
) -> tuple[float, float]:
    """Return time of flight and speed left of a guided shot to a fixed point; NaN, NaN where it does not get there.

    It starts `loft` (a slope) above the line of sight and sinks back to it in proportion to the remaining range: a
    parabola. After burn-out it must stay faster than `slowest_mps`; the closest approach, found inside the step, must
    be within 30 m or 0.2 % of the range.
    """
    aim = np.array([range_m, height_m, loft / max(range_m, 1.0), 1.0])
    far = math.sqrt(range_m * range_m + height_m * height_m)
    if far <= 0.0:
        return 0.0, body[2]
    sine, cosine = sincos(atan2(height_m + loft * range_m, range_m))
    x, z, vx, vz = 0.0, 0.0, body[2] * cosine, body[2] * sine
    t = 0.0
    while t < longest_s:
        thrust, _mass, change = motor(burns, body[0], t)
        h = min(STEP_S, change - t)
        old_x, old_z = x, z
        x, z, vx, vz = advance(burns, drag, body, t, h, x, z, vx, vz, aim, -1.0, GRAVITY_MPS2)
        t = change if change - t <= STEP_S else t + STEP_S
        speed = math.sqrt(vx * vx + vz * vz)
        if (x - range_m) * vx + (z - height_m) * vz >= 0.0:
            way_x, way_z = x - old_x, z - old_z
            share = ((range_m - old_x) * way_x + (height_m - old_z) * way_z) / (way_x * way_x + way_z * way_z)
            miss = math.sqrt((old_x + share * way_x - range_m) ** 2 + (old_z + share * way_z - height_m) ** 2)
            if miss > max(30.0, 0.002 * far):
                return math.nan, math.nan
            return t - h * (1.0 - share), speed
        if change == math.inf and thrust == 0.0 and speed < slowest_mps:
            return math.nan, math.nan
    return math.nan, math.nan


@kernel(INT(TABLE_MODEL, TABLE_MODEL, VECTOR_MODEL, VECTOR_MODEL, *[FLOAT] * 4, INDEX_MODEL, TABLE, TABLE))
def fill_tables(
    burns: Any, drag: Any, body: Any, reach: Any, range_step_m: float, height_step_m: float, loft: float,
    loft_from_m: float, columns: Any, time_s: Any, speed_mps: Any,
) -> int:  # fmt: skip
    """Fill the (range, height) tables of one missile by guided shots at their points; NaN where it does not get.

    `reach` (4): ground range and height beyond which no shot is tried, slowest speed (m/s), longest flight (s).
    `columns` are the range indices shot at, rising, first 0 and last the end of the table; those between are linear. A
    shot from `loft_from_m` on starts with a slope of at least `loft` (half of that range: straight at the target;
    between: in proportion).
    """
    before = 0
    for c in range(columns.shape[0]):
        i = columns[c]
        x = i * range_step_m
        share = min(max(2.0 * x / loft_from_m - 1.0, 0.0), 1.0)
        for j in range(time_s.shape[1]):
            z = j * height_step_m
            time, speed = math.nan, math.nan
            if x <= reach[0] and z <= reach[1]:
                climb = share * max(loft - z / max(x, 1.0), 0.0)
                time, speed = flight_to(burns, drag, body, x, z, climb, reach[2], reach[3])
            time_s[i, j] = time
            speed_mps[i, j] = speed
            for k in range(before + 1, i):
                part = (k - before) / (i - before)
                time_s[k, j] = time_s[before, j] + part * (time - time_s[before, j])
                speed_mps[k, j] = speed_mps[before, j] + part * (speed - speed_mps[before, j])
        before = i
    return 0
