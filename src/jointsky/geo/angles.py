"""Sine, cosine and arc tangent of arrays, with the same bits on every machine.

The steps and constants of `kernels.elementary`, which this floor may not import: positions computed here while a world
is built go straight into results. Tests hold the two equal.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_SIN = (
    -7.586636882825159e-13, 1.6058530596645953e-10, -2.50521062259944e-08, 2.755731921932058e-06,
    -0.0001984126984126504, 0.008333333333333331, -0.16666666666666666,
)  # fmt: skip
_COS = (
    4.745838412531023e-14, -1.1470460319209511e-11, 2.0876755787492604e-09, -2.755731922139249e-07,
    2.4801587301584632e-05, -0.0013888888888888887, 0.041666666666666664,
)  # fmt: skip
_ATAN = (
    -0.013905374533113234, 0.030622995553735516, -0.04103887546862687, 0.04719259188242093, -0.05258020272656758,
    0.058819230561140225, -0.06666641869131183, 0.07692306729194896, -0.0909090906681608, 0.11111111110751482,
    -0.1428571428571149, 0.19999999999999993, -0.3333333333333333,
)  # fmt: skip
_HALF_PI_TAIL = 6.123233995736766e-17


def sincos(x_rad: ArrayLike) -> tuple[Floats, Floats]:
    """Return (sin x, cos x) for |x| <= 1e6 rad, NaN beyond; errors below 2.3e-16 of the value."""
    given = np.asarray(x_rad, dtype=np.float64)
    x = np.where(np.abs(given) <= 1.0e6, given, np.nan)
    k = np.floor(x * 0.6366197723675814 + 0.5)
    t = x - k * 1.5707963267341256
    w = k * 6.077100506303966e-11
    r = t - w
    tail = (t - r) - w - k * 2.0222662487959506e-21
    high = r + tail
    low = tail - (high - r)
    z = high * high
    half = 0.5 * z
    near_one = 1.0 - half
    sine = high + (high * z * _horner(z, _SIN) + low * near_one)
    cosine = near_one + (((1.0 - near_one) - half) + (z * z * _horner(z, _COS) - high * low))
    quadrant = np.where(np.isnan(k), 0.0, k).astype(np.int64) & 3
    swapped = (quadrant & 1) == 1
    sin_sign = np.where(quadrant >= 2, -1.0, 1.0)
    cos_sign = np.where((quadrant == 1) | (quadrant == 2), -1.0, 1.0)
    return np.where(swapped, cosine, sine) * sin_sign, np.where(swapped, sine, cosine) * cos_sign


def atan2(y: ArrayLike, x: ArrayLike) -> Floats:
    """Return the angle of the points (x, y) in [-pi, pi]; errors below 4e-16 of the value."""
    y, x = np.broadcast_arrays(np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64))
    ay, ax = np.abs(y), np.abs(x)
    steep = ay > ax
    low, high = np.where(steep, ax, ay), np.where(steep, ay, ax)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        t = np.where(high == 0.0, 0.0, low / high)
        beyond = t > 0.41421356237309503
        t = np.where(beyond, (low - high) / (low + high), t)
    base = np.where(beyond, 0.25 * math.pi, 0.0)
    z = t * t
    small = t * z * _horner(z, _ATAN) + np.where(beyond, 0.5 * _HALF_PI_TAIL, 0.0)
    base, small, t = _mirrored(steep, base, small, t, 0.5 * math.pi, _HALF_PI_TAIL)
    base, small, t = _mirrored(np.signbit(x), base, small, t, math.pi, 2.0 * _HALF_PI_TAIL)
    return np.copysign(base + (t + small), y)


def _mirrored(
    where: NDArray[np.bool_], base: Floats, small: Floats, t: Floats, turn: float, turn_tail: float
) -> tuple[Floats, Floats, Floats]:
    return np.where(where, turn - base, base), np.where(where, turn_tail - small, small), np.where(where, -t, t)


def _horner(x: Floats, highest_first: tuple[float, ...]) -> Floats:
    value = x * highest_first[0] + highest_first[1]
    for coefficient in highest_first[2:]:
        value *= x
        value += coefficient
    return value
