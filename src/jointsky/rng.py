"""Luck as a function of (seed, stream, entity, tick, k): the only Python file that makes random numbers.

There are no generator objects. A draw depends on nothing but its arguments, so adding an entity, changing the number of
workers or the order of calls changes nobody else's luck, and the arms of a study share luck. `kernels.draws` holds the
twins for compiled code; both give the same bits (tested).

The numbers are Philox4x64-10 (Salmon, Moraes, Dror and Shaw, 2011) of key (seed, 0) and counter (entity, tick, stream,
k), equal to `numpy.random.Philox(key=[seed, 0], counter=[entity, tick, stream, k]).random_raw(4)`. Numpy adds one to
its counter before the first block; so do we.
"""

import hashlib
import math
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]


class Stream(IntEnum):
    """What a draw is for. The numbers are part of every recorded digest: never change one, only add."""

    DETECTION = 1
    MEASUREMENT = 2
    CLUTTER = 3
    BIAS = 4
    KILL = 5
    READINESS = 6
    LINK = 7
    CONSENT = 8
    COMMAND = 9
    CIVIL = 10
    SCENARIO = 11
    MOTION = 12
    IFF = 13
    JAMMING = 14
    DAMAGE = 15
    STUDY = 16
    SIGHT = 17


def entity_key(name: str) -> int:
    """Return the 64-bit number of a name (BLAKE2b, 8 bytes, little-endian): luck follows the name, not the row."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def pair_key(first: int, second: int) -> int:
    """Return the 64-bit number of an ordered pair of entities, such as a radar and its target."""
    both = first.to_bytes(8, "little") + second.to_bytes(8, "little")
    return int.from_bytes(hashlib.blake2b(both, digest_size=8).digest(), "little")


def words(seed: int, stream: int, entities: Words, tick: int, k: int = 0) -> Words:
    """Return four 64-bit words per entity, shape (n, 4).

    Raises ValueError for a seed outside [0, 2**64) or a stream, tick or k outside [0, 2**63).
    """
    _check_arguments(seed, stream, tick, k)
    c0 = np.atleast_1d(np.asarray(entities, dtype=np.uint64)) + np.uint64(1)
    c1 = np.uint64(tick) + (c0 == 0).astype(np.uint64)
    c2 = np.full_like(c0, stream)
    c3 = np.full_like(c0, k)
    key0, key1 = seed, 0
    for _ in range(10):
        high0, low0 = _wide_product(_MULTIPLIER_0, c0)
        high1, low1 = _wide_product(_MULTIPLIER_1, c2)
        c0, c1, c2, c3 = high1 ^ c1 ^ np.uint64(key0), low1, high0 ^ c3 ^ np.uint64(key1), low0
        key0 = (key0 + 0x9E3779B97F4A7C15) & _ALL_64
        key1 = (key1 + 0xBB67AE8584CAA73B) & _ALL_64
    return np.stack((c0, c1, c2, c3), axis=-1)


def draws(seed: int, stream: int, entities: Words, tick: int, k: int = 0) -> Floats:
    """Return one number in [0, 1) per entity, a multiple of 2**-53. Raises as `words`."""
    return (words(seed, stream, entities, tick, k)[:, 0] >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normals(seed: int, stream: int, entities: Words, tick: int, k: int = 0) -> Floats:
    """Return one standard normal number per entity, by the inverse of the distribution. Raises as `words`."""
    first = words(seed, stream, entities, tick, k)[:, 0]
    return normal_quantile(((first >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52)


def draw(seed: int, stream: int, entity: int, tick: int, k: int = 0) -> float:
    """Return the number in [0, 1) of one entity. Raises as `words`."""
    return float(draws(seed, stream, _one(entity), tick, k)[0])


def normal(seed: int, stream: int, entity: int, tick: int, k: int = 0) -> float:
    """Return the standard normal number of one entity. Raises as `words`."""
    return float(normals(seed, stream, _one(entity), tick, k)[0])


def normal_quantile(p: Floats) -> Floats:
    """Return z with P(N(0,1) < z) = p for 0 < p < 1 (AS 241, Wichura 1988), by the steps of `kernels.elementary`."""
    q = p - 0.5
    near = 0.180625 - q * q
    middle = q * _ratio(near, _MIDDLE_TOP, _MIDDLE_BOTTOM)
    with np.errstate(invalid="ignore", over="ignore"):
        r = np.sqrt(-_log(np.where(q < 0.0, p, 1.0 - p)))
        outer = np.where(r <= 5.0, _ratio(r - 1.6, _OUTER_TOP, _OUTER_BOTTOM), _ratio(r - 5.0, _FAR_TOP, _FAR_BOTTOM))
    return np.where(np.abs(q) <= 0.425, middle, np.where(q < 0.0, -outer, outer))


_ALL_64 = (1 << 64) - 1
_LOW_32 = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_MULTIPLIER_0 = 0xD2E7470EE14C6C93
_MULTIPLIER_1 = 0xCA5A826395121157


def _check_arguments(seed: int, stream: int, tick: int, k: int) -> None:
    if not 0 <= seed <= _ALL_64:
        raise ValueError(f"seed {seed} is outside 0 to 2**64 - 1")
    for name, value in (("stream", stream), ("tick", tick), ("k", k)):
        if not 0 <= value < 1 << 63:
            raise ValueError(f"{name} {value} is outside 0 to 2**63 - 1")


def _one(entity: int) -> Words:
    if not 0 <= entity <= _ALL_64:
        raise ValueError(f"entity {entity} is outside 0 to 2**64 - 1")
    return np.array([entity], dtype=np.uint64)


def _wide_product(constant: int, x: Words) -> tuple[Words, Words]:
    """Return the upper and lower 64 bits of constant times x, from products of 32-bit halves."""
    a_high, a_low = np.uint64(constant >> 32), np.uint64(constant & 0xFFFFFFFF)
    x_high, x_low = x >> _32, x & _LOW_32
    low_low = a_low * x_low
    cross = a_high * x_low + (low_low >> _32)
    middle = a_low * x_high + (cross & _LOW_32)
    high = a_high * x_high + (cross >> _32) + (middle >> _32)
    return high, (middle << _32) | (low_low & _LOW_32)


# From here on: constants and order of operations as in kernels.elementary, which this floor may not import.
_MIDDLE_TOP = (
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
)  # fmt: skip
_MIDDLE_BOTTOM = (
    5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
    5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0,
)  # fmt: skip
_OUTER_TOP = (
    7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
    3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
)  # fmt: skip
_OUTER_BOTTOM = (
    1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
    0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0,
)  # fmt: skip
_FAR_TOP = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
    0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
)  # fmt: skip
_FAR_BOTTOM = (
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0,
)  # fmt: skip
_LOG_SERIES = (
    0.13088034850927555, 0.13268638369266825, 0.15386244737621665, 0.18181795547521137,
    0.22222222392581045, 0.28571428570799784, 0.40000000000000885, 0.6666666666666666,
)  # fmt: skip
_LN2_1 = 0.6931471803691238
_LN2_2 = 1.9082149292705877e-10


def _horner(x: Floats, highest_first: tuple[float, ...]) -> Floats:
    value = np.full_like(x, highest_first[0])
    for coefficient in highest_first[1:]:
        value = value * x + coefficient
    return value


def _ratio(x: Floats, top: tuple[float, ...], bottom: tuple[float, ...]) -> Floats:
    return _horner(x, top) / _horner(x, bottom)


def _log(x: Floats) -> Floats:
    fraction, exponent = np.frexp(x)
    small = fraction < math.sqrt(0.5)
    m = np.where(small, fraction * 2.0, fraction)
    k = exponent.astype(np.float64) - small
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    half_square = 0.5 * f * f
    log_of_fraction = f - (half_square - s * (half_square + z * _horner(z, _LOG_SERIES)))
    return k * _LN2_1 + (log_of_fraction + k * _LN2_2)
