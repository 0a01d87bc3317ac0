"""A missile as a point mass in space that homes on a moving target by proportional navigation.

Flat earth (x, y along the ground, z up), gravity falling off with height, thrust along the velocity, drag as in
`kernels.missile`. The command N' Vc lambda' (and what holds it against gravity) is held over each step, follows behind
one lag, and is limited by structure and by lift. Steps end exactly where the thrust changes; the closest approach is
found inside the step.

Layout: `burns`, `drag`, `body` as in `kernels.missile`; `law` (6): N', lag s, slowest speed m/s, longest flight s,
density kg/m3 (below 0: the standard air), gravity m/s2; `start` (6): place and velocity; `target` (10): place, velocity
and acceleration held from a moment on (3 each), and that moment s after launch. Source: Zarchan 2012, ch. 2 and 3.
"""

import math
from typing import Any

from jointsky.kernels.atmosphere import EARTH_RADIUS_M, atmosphere
from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import exp
from jointsky.kernels.missile import GRAVITY_MPS2, drag_coefficient, motor
from jointsky.kernels.rowtypes import BOOL, FLOAT, TABLE_MODEL, VECTOR_MODEL, tuple_of

FAR_STEP_S = 0.05
NEAR_STEP_S = 0.005
NEAR_S = 2.0
"""This long before the meeting the steps become short."""


@kernel(tuple_of(*[FLOAT] * 6)(VECTOR_MODEL, FLOAT))
def target_at(target: Any, t_s: float) -> tuple[float, float, float, float, float, float]:
    """Return the target's place and velocity at t_s: straight, then turning with a constant acceleration."""
    turn = max(t_s - target[9], 0.0)
    half = 0.5 * turn * turn
    return (
        target[0] + target[3] * t_s + target[6] * half,
        target[1] + target[4] * t_s + target[7] * half,
        target[2] + target[5] * t_s + target[8] * half,
        target[3] + target[6] * turn,
        target[4] + target[7] * turn,
        target[5] + target[8] * turn,
    )


@kernel(tuple_of(FLOAT, FLOAT, FLOAT)(TABLE_MODEL, VECTOR_MODEL, VECTOR_MODEL, *[FLOAT] * 9, BOOL))
def _pull(
    drag: Any, body: Any, law: Any, z: float, vx: float, vy: float, vz: float, thrust: float, mass: float, ax: float,
    ay: float, az: float, burning: bool,
) -> tuple[float, float, float]:  # fmt: skip
    """Return the acceleration with the steering (ax, ay, az) taken as it is."""
    _t, _p, density, sound = atmosphere(z)
    if law[4] >= 0.0:
        density = law[4]
    speed = math.sqrt(vx * vx + vy * vy + vz * vz)
    push = 0.5 * density * speed * speed * body[1]
    lift = math.sqrt(ax * ax + ay * ay + az * az) * mass / push if push > 0.0 else 0.0
    along = (thrust - push * (drag_coefficient(drag, speed / sound, burning) + body[4] * lift * lift)) / mass
    along /= max(speed, 1e-6)
    gravity = law[5] * (EARTH_RADIUS_M / (EARTH_RADIUS_M + z)) ** 2
    return along * vx + ax, along * vy + ay, along * vz + az - gravity


@kernel(tuple_of(*[FLOAT] * 3)(VECTOR_MODEL, VECTOR_MODEL, *[FLOAT] * 11))
def _command(
    body: Any, law: Any, rx: float, ry: float, rz: float, wx: float, wy: float, wz: float, vx: float, vy: float,
    vz: float, z: float, mass: float,
) -> tuple[float, float, float]:  # fmt: skip
    """Return the limited command at a gap r closing with w, across the velocity."""
    r2 = rx * rx + ry * ry + rz * rz
    speed2 = vx * vx + vy * vy + vz * vz
    closing = -(rx * wx + ry * wy + rz * wz) / math.sqrt(r2)
    ox, oy, oz = (ry * wz - rz * wy) / r2, (rz * wx - rx * wz) / r2, (rx * wy - ry * wx) / r2
    gain = law[0] * max(closing, 0.0) / math.sqrt(r2)
    ax = gain * (oy * rz - oz * ry)
    ay = gain * (oz * rx - ox * rz)
    az = gain * (ox * ry - oy * rx) + law[5]
    along = (ax * vx + ay * vy + az * vz) / speed2
    ax, ay, az = ax - along * vx, ay - along * vy, az - along * vz
    limit = body[5] * GRAVITY_MPS2
    if law[4] < 0.0:
        _t, _p, density, _sound = atmosphere(z)
        limit = min(limit, 0.5 * density * speed2 * body[1] * body[3] / mass)
    size = math.sqrt(ax * ax + ay * ay + az * az)
    if size > limit:
        ax, ay, az = ax * limit / size, ay * limit / size, az * limit / size
    return ax, ay, az


@kernel(tuple_of(*[FLOAT] * 6)(TABLE_MODEL, TABLE_MODEL, VECTOR_MODEL, VECTOR_MODEL, VECTOR_MODEL, VECTOR_MODEL))
def homing(
    burns: Any, drag: Any, body: Any, law: Any, start: Any, target: Any
) -> tuple[float, float, float, float, float, float]:  # fmt: skip
    """Return (miss m, time s, speed left m/s, x, y, z at the closest approach); miss inf where the missile grew too
    slow or old before it met the target."""
    x, y, z, vx, vy, vz = start[0], start[1], start[2], start[3], start[4], start[5]
    ax, ay, az = 0.0, 0.0, 0.0
    t = 0.0
    while t < law[3]:
        thrust, mass, change = motor(burns, body[0], t)
        qx, qy, qz, ux, uy, uz = target_at(target, t)
        rx, ry, rz, wx, wy, wz = qx - x, qy - y, qz - z, ux - vx, uy - vy, uz - vz
        r2 = rx * rx + ry * ry + rz * rz
        closing = -(rx * wx + ry * wy + rz * wz)
        near = closing > 0.0 and r2 < NEAR_S * closing
        h = NEAR_STEP_S if near else FAR_STEP_S
        end = t + h
        if end >= change:
            end = change
            h = end - t
        cx, cy, cz = _command(body, law, rx, ry, rz, wx, wy, wz, vx, vy, vz, z, mass)
        follow = 1.0 - exp(-h / law[1]) if law[1] > 0.0 else 1.0
        ax, ay, az = ax + follow * (cx - ax), ay + follow * (cy - ay), az + follow * (cz - az)
        burning = thrust > 0.0
        _f, middle, _c = motor(burns, body[0], t + 0.5 * h)
        k = 0.5 * h
        d1x, d1y, d1z = _pull(drag, body, law, z, vx, vy, vz, thrust, mass, ax, ay, az, burning)
        ex, ey, ez = vx + k * d1x, vy + k * d1y, vz + k * d1z
        d2x, d2y, d2z = _pull(drag, body, law, z + k * vz, ex, ey, ez, thrust, middle, ax, ay, az, burning)
        nx, ny, nz = x + h * ex, y + h * ey, z + h * ez
        mx, my, mz = vx + h * d2x, vy + h * d2y, vz + h * d2z
        px, py, pz, _a, _b, _c2 = target_at(target, end)
        sx, sy, sz = px - nx, py - ny, pz - nz
        gx, gy, gz = sx - rx, sy - ry, sz - rz
        if closing > 0.0 and sx * (ux - mx) + sy * (uy - my) + sz * (uz - mz) >= 0.0:
            g2 = gx * gx + gy * gy + gz * gz
            share = min(max(-(rx * gx + ry * gy + rz * gz) / g2, 0.0), 1.0)
            dx, dy, dz = rx + share * gx, ry + share * gy, rz + share * gz
            speed = math.sqrt(mx * mx + my * my + mz * mz)
            return (
                math.sqrt(dx * dx + dy * dy + dz * dz), t + share * h, speed,
                x + share * (nx - x), y + share * (ny - y), z + share * (nz - z),
            )  # fmt: skip
        x, y, z, vx, vy, vz, t = nx, ny, nz, mx, my, mz, end
        slow = vx * vx + vy * vy + vz * vz < law[2] * law[2]
        if (thrust == 0.0 and change == math.inf and slow) or not math.isfinite(x + y + z):
            break
    return math.inf, t, math.sqrt(vx * vx + vy * vy + vz * vz), x, y, z
