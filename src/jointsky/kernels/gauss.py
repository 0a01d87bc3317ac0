"""Gaussian filters on rows of a bank: constant-velocity prediction, mixing of models (IMM), linear update.

The state is (x, y, z, vx, vy, vz); the process noise is white acceleration (Bar-Shalom, Li and Kirubarajan, 2001,
section 6.2.2)
with intensity q horizontally and q times a share vertically; models interact as in Blom and Bar-Shalom (1988).
"""

import math
from typing import Any

from jointsky.kernels.bank import Bank
from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import exp

TWO_PI_CUBED = 248.05021344239853


@kernel()
def predict(x: Any, p: Any, i: int, m: int, dt: float, q_m2ps3: float, vertical: float) -> None:
    """Move model `m` of row `i` by `dt` seconds; a step backwards adds no noise."""
    for a in range(3):
        x[i, m, a] += dt * x[i, m, 3 + a]
        for b in range(3):
            p[i, m, a, b] += dt * (p[i, m, a, 3 + b] + p[i, m, 3 + a, b]) + dt * dt * p[i, m, 3 + a, 3 + b]
    for a in range(3):
        for b in range(3):
            p[i, m, a, 3 + b] += dt * p[i, m, 3 + a, 3 + b]
            p[i, m, 3 + b, a] = p[i, m, a, 3 + b]
    if dt > 0.0:
        for a in range(3):
            q = q_m2ps3 * vertical if a == 2 else q_m2ps3
            p[i, m, a, a] += q * dt * dt * dt / 3.0
            p[i, m, a, 3 + a] += q * dt * dt / 2.0
            p[i, m, 3 + a, a] += q * dt * dt / 2.0
            p[i, m, 3 + a, 3 + a] += q * dt


@kernel()
def mix(x: Any, p: Any, w: Any, i: int, switch: float, xs: Any, ps: Any) -> None:
    """Let the models of row `i` interact: each is left with probability `switch`, for any of the others alike. `xs`,
    `ps` are scratch."""
    models = x.shape[1]
    stay = 1.0 - switch
    leave = switch / (models - 1)
    total = 0.0
    for j in range(models):
        total += w[i, j]
    for j in range(models):
        c = stay * w[i, j] + leave * (total - w[i, j])
        xs[j, 6] = c
        for a in range(6):
            s = 0.0
            for k in range(models):
                s += (stay if k == j else leave) * w[i, k] * x[i, k, a]
            xs[j, a] = s / c
        for a in range(6):
            for b in range(a, 6):
                s = 0.0
                for k in range(models):
                    s += (
                        (stay if k == j else leave)
                        * w[i, k]
                        * (p[i, k, a, b] + (x[i, k, a] - xs[j, a]) * (x[i, k, b] - xs[j, b]))
                    )
                ps[j, a, b] = s / c
    for j in range(models):
        w[i, j] = xs[j, 6]
        for a in range(6):
            x[i, j, a] = xs[j, a]
            for b in range(a, 6):
                p[i, j, a, b] = ps[j, a, b]
                p[i, j, b, a] = ps[j, a, b]


@kernel()
def distance(
    v0: float,
    v1: float,
    v2: float,
    a: float,
    b: float,
    c: float,
    d: float,
    e: float,
    f: float,
) -> tuple[float, float]:
    """Return (v' S^-1 v, det S) of the symmetric S = [[a, b, c], [b, d, e], [c, e, f]]."""
    i00 = d * f - e * e
    i01 = c * e - b * f
    i02 = b * e - c * d
    det = a * i00 + b * i01 + c * i02
    i11 = a * f - c * c
    i12 = b * c - a * e
    i22 = a * d - b * b
    square = v0 * (i00 * v0 + 2.0 * (i01 * v1 + i02 * v2)) + v1 * (i11 * v1 + 2.0 * i12 * v2) + v2 * i22 * v2
    return square / det, det


@kernel()
def update(x: Any, p: Any, i: int, m: int, z: Any, gain: Any) -> float:
    """Take the position measurement `z` (a MEASUREMENT record) into model `m` of row `i`; return its likelihood.
    `gain` is scratch (6, 6)."""
    s00 = p[i, m, 0, 0] + z.xx
    s01 = p[i, m, 0, 1] + z.xy
    s02 = p[i, m, 0, 2] + z.xz
    s11 = p[i, m, 1, 1] + z.yy
    s12 = p[i, m, 1, 2] + z.yz
    s22 = p[i, m, 2, 2] + z.zz
    i00 = s11 * s22 - s12 * s12
    i01 = s02 * s12 - s01 * s22
    i02 = s01 * s12 - s02 * s11
    det = s00 * i00 + s01 * i01 + s02 * i02
    g = 1.0 / det
    i00 *= g
    i01 *= g
    i02 *= g
    i11 = (s00 * s22 - s02 * s02) * g
    i12 = (s01 * s02 - s00 * s12) * g
    i22 = (s00 * s11 - s01 * s01) * g
    v0 = z.x_m - x[i, m, 0]
    v1 = z.y_m - x[i, m, 1]
    v2 = z.z_m - x[i, m, 2]
    for a in range(6):
        p0 = p[i, m, a, 0]
        p1 = p[i, m, a, 1]
        p2 = p[i, m, a, 2]
        gain[a, 0] = p0 * i00 + p1 * i01 + p2 * i02
        gain[a, 1] = p0 * i01 + p1 * i11 + p2 * i12
        gain[a, 2] = p0 * i02 + p1 * i12 + p2 * i22
        gain[a, 3] = p0
        gain[a, 4] = p1
        gain[a, 5] = p2
    for a in range(6):
        x[i, m, a] += gain[a, 0] * v0 + gain[a, 1] * v1 + gain[a, 2] * v2
        for b in range(a, 6):
            value = p[i, m, a, b] - gain[a, 0] * gain[b, 3] - gain[a, 1] * gain[b, 4] - gain[a, 2] * gain[b, 5]
            p[i, m, a, b] = value
            p[i, m, b, a] = value
    square = v0 * (i00 * v0 + 2.0 * (i01 * v1 + i02 * v2)) + v1 * (i11 * v1 + 2.0 * i12 * v2) + v2 * i22 * v2
    return exp(-0.5 * square) / math.sqrt(TWO_PI_CUBED * det)


@kernel()
def forecast(bank: Bank, i: int, t_s: float, noise: Any, dwell_s: float, ahead: Any) -> None:
    """Fill `ahead[i]` with the prediction of row `i` to `t_s`: per model weight, position, velocity, position
    covariance (6)."""
    dt = t_s - bank.life[i].t_s
    x, p, w = bank.x, bank.p, bank.w
    models = x.shape[1]
    switch = 1.0 - exp(-dt / dwell_s) if dt > 0.0 and models > 1 else 0.0
    for m in range(models):
        q = noise[m, 0] * dt * dt * dt / 3.0 if dt > 0.0 else 0.0
        leave = switch / (models - 1) if models > 1 else 0.0
        ahead[i, m, 0] = w[i, m] * (1.0 - switch - leave) + leave
        for a in range(3):
            ahead[i, m, 1 + a] = x[i, m, a] + dt * x[i, m, 3 + a]
            ahead[i, m, 4 + a] = x[i, m, 3 + a]
        k = 7
        for a in range(3):
            for b in range(a, 3):
                value = p[i, m, a, b] + dt * (p[i, m, a, 3 + b] + p[i, m, 3 + a, b]) + dt * dt * p[i, m, 3 + a, 3 + b]
                if a == b:
                    value += q * noise[m, 1] if a == 2 else q
                ahead[i, m, k] = value
                k += 1


@kernel()
def filter_step(bank: Bank, i: int, z: Any, noise: Any, dwell_s: float, xs: Any, ps: Any) -> float:
    """Mix, predict to the measurement and update all models of row `i`; return the likelihood of the measurement."""
    x, p, w = bank.x, bank.p, bank.w
    models = x.shape[1]
    dt = z.t_s - bank.life[i].t_s
    if models > 1 and dt > 0.0:
        mix(x, p, w, i, 1.0 - exp(-dt / dwell_s), xs, ps)
    total = 0.0
    for m in range(models):
        predict(x, p, i, m, dt, noise[m, 0], noise[m, 1])
        likelihood = update(x, p, i, m, z, xs)
        w[i, m] *= likelihood + 1e-300
        total += w[i, m]
    for m in range(models):
        w[i, m] /= total
    bank.life[i].t_s = z.t_s
    return total
