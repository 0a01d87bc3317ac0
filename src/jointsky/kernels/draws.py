"""Luck as a function inside compiled code: the twin of `jointsky.rng`, bit for bit.

Every draw is Philox4x64-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011) of
key (seed, 0) and counter (entity, tick, stream, k): the same four words as
`numpy.random.Philox(key=[seed, 0], counter=[entity, tick, stream, k]).random_raw(4)`. Numpy adds one to its counter
before the first block; so do we. All five arguments are unsigned 64-bit numbers; tick, stream and k stay below 2**63.
Different arguments give independent words, so no draw depends on how many others were made or in which order.
"""

import math
from typing import Any

import numba  # pyright: ignore[reportMissingTypeStubs]
import numpy as np
from numba import types  # pyright: ignore[reportMissingTypeStubs]
from numba.extending import intrinsic  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import exp, normal_quantile

# The numbers of `jointsky.rng.Stream`, for kernels (a test holds the two equal).
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

_MULTIPLIER_0: Any = np.uint64(0xD2E7470EE14C6C93)
_MULTIPLIER_1: Any = np.uint64(0xCA5A826395121157)
_WEYL_0: Any = np.uint64(0x9E3779B97F4A7C15)
_WEYL_1: Any = np.uint64(0xBB67AE8584CAA73B)
_ONE: Any = np.uint64(1)
_ZERO: Any = np.uint64(0)
_SHIFT_11: Any = np.uint64(11)
_SHIFT_12: Any = np.uint64(12)
_STEP_53 = 2.0**-53
_STEP_52 = 2.0**-52


def _high_word_in_python(a: int, b: int) -> Any:
    return np.uint64((int(a) * int(b)) >> 64)


@intrinsic
def _high_word_compiled(_typing: Any, a: Any, b: Any) -> Any:  # pyright: ignore[reportUnusedParameter]
    """Return the upper 64 bits of a b: one multiplication of 128 bits, which numba itself cannot express."""

    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        wide = type(arguments[0].type)(128)
        product = builder.mul(builder.zext(arguments[0], wide), builder.zext(arguments[1], wide))
        return builder.trunc(builder.lshr(product, wide(64)), arguments[0].type)

    return types.uint64(types.uint64, types.uint64), build


_high_word: Any = _high_word_in_python if numba.config.DISABLE_JIT else _high_word_compiled  # pyright: ignore


@kernel("UniTuple(uint64, 4)(uint64, uint64, uint64, uint64, uint64)")
def philox(seed: int, stream: int, entity: int, tick: int, k: int) -> tuple[int, int, int, int]:
    """Return the four 64-bit words of this draw."""
    c0 = entity + _ONE
    c1 = tick + (_ONE if c0 == _ZERO else _ZERO)
    c2 = stream
    c3 = k
    key0 = seed
    key1 = _ZERO
    for _ in range(10):
        high0 = _high_word(_MULTIPLIER_0, c0)
        low0 = _MULTIPLIER_0 * c0
        high1 = _high_word(_MULTIPLIER_1, c2)
        low1 = _MULTIPLIER_1 * c2
        c0 = high1 ^ c1 ^ key0
        c1 = low1
        c2 = high0 ^ c3 ^ key1
        c3 = low0
        key0 = key0 + _WEYL_0
        key1 = key1 + _WEYL_1
    return c0, c1, c2, c3


@kernel("float64(uint64)")
def unit_interval(word: int) -> float:
    """Return a word as a number in [0, 1), a multiple of 2**-53."""
    return float(word >> _SHIFT_11) * _STEP_53


@kernel("float64(uint64)")
def open_interval(word: int) -> float:
    """Return a word as a number strictly between 0 and 1, symmetric about 1/2."""
    return (float(word >> _SHIFT_12) + 0.5) * _STEP_52


@kernel("UniTuple(float64, 4)(uint64, uint64, uint64, uint64, uint64)")
def uniform4(seed: int, stream: int, entity: int, tick: int, k: int) -> tuple[float, float, float, float]:
    """Return four independent numbers in [0, 1)."""
    a, b, c, d = philox(seed, stream, entity, tick, k)
    return unit_interval(a), unit_interval(b), unit_interval(c), unit_interval(d)


@kernel("UniTuple(float64, 4)(uint64, uint64, uint64, uint64, uint64)")
def normal4(seed: int, stream: int, entity: int, tick: int, k: int) -> tuple[float, float, float, float]:
    """Return four independent standard normal numbers."""
    a, b, c, d = philox(seed, stream, entity, tick, k)
    return (
        normal_quantile(open_interval(a)),
        normal_quantile(open_interval(b)),
        normal_quantile(open_interval(c)),
        normal_quantile(open_interval(d)),
    )


@kernel("float64(uint64, uint64, uint64, uint64, uint64)")
def uniform(seed: int, stream: int, entity: int, tick: int, k: int) -> float:
    """Return one number in [0, 1): the first of `uniform4`."""
    return unit_interval(philox(seed, stream, entity, tick, k)[0])


@kernel("float64(uint64, uint64, uint64, uint64, uint64)")
def normal(seed: int, stream: int, entity: int, tick: int, k: int) -> float:
    """Return one standard normal number: the first of `normal4`."""
    return normal_quantile(open_interval(philox(seed, stream, entity, tick, k)[0]))


@kernel("int64(float64, float64)")
def poisson_small(mean: float, u: float) -> int:
    """Return the count n with P(N < n) <= u < P(N <= n), N Poisson of this mean, by summing from zero.

    For means up to about 100 (time grows with the mean; above 700 the first term underflows): 0 for a mean of 0 or
    less, -1 for a mean above 700 or NaN.
    """
    if mean <= 0.0:
        return 0
    if not mean <= 700.0:
        return -1
    term = exp(-mean)
    total = term
    count = 0
    ceiling = int(mean + 40.0 * math.sqrt(mean) + 60.0)
    while u >= total and count < ceiling:
        count += 1
        term *= mean / count
        total += term
    return count
