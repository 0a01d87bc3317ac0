"""Probability of detection by sums of positive terms: the same bits on every machine.

N pulses are square-law detected and added; the sum is compared with a threshold T. Given the noise-normalised energy
of the target, the sum is gamma distributed with N plus a Poisson number of degrees; a gamma-distributed cross-section
of shape K (Swerling 0 to 4: infinity, 1, N, 2, 2N) makes that number negative binomial, so that 1 - Pd = sum_k NB(k;
K, N snr) P(N + k, T) and Q(N, T) = Pfa (Swerling, 1960; Meyer and Mayer, "Radar Target Detection", 1973).
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import exp, log, pow10

_LARGE = 1e250
_LN_LARGE = 575.6462732485114


@kernel("float64(int64, float64)")
def false_alarm(pulses: int, threshold: float) -> float:
    """Return Q(N, T): the chance that the sum of N noise powers of mean 1 exceeds T."""
    term = 1.0
    total = 1.0
    offset = -threshold
    for j in range(1, pulses):
        term *= threshold / j
        total += term
        if total > _LARGE:
            term /= _LARGE
            total /= _LARGE
            offset += _LN_LARGE
    return total * exp(offset)


@kernel("float64(int64, float64)")
def threshold(pulses: int, pfa: float) -> float:
    """Return T with Q(N, T) = Pfa, by bisection to the last bit."""
    low = 0.0
    high = pulses + 10.0
    while false_alarm(pulses, high) > pfa:
        low = high
        high *= 2.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:
            break
        if false_alarm(pulses, middle) > pfa:
            low = middle
        else:
            high = middle
    return high


@kernel("float64[::1](int64, float64)")
def _below_threshold(pulses: int, level: float) -> NDArray[Any]:
    """Return P(N + k, T) for k = 0, 1, ... until it is below 1e-18: the tails of a Poisson distribution of mean T."""
    last = int(level + 12.0 * math.sqrt(level) + 60.0)
    if last < pulses + 2:
        last = pulses + 2
    weight = np.empty(last + 1)
    log_weight = -level
    weight[0] = exp(log_weight)
    for j in range(1, last + 1):  # in logarithms: the first terms underflow for a large threshold
        log_weight += log(level / j)
        weight[j] = exp(log_weight)
    below = np.empty(last + 1 - pulses)
    total = 0.0
    for j in range(last, pulses - 1, -1):
        total += weight[j]
        below[j - pulses] = total
    return below


@kernel("float64(float64, float64, float64[::1])")
def _missed(energy: float, shape: float, below: NDArray[Any]) -> float:
    """Return sum_k NB(k; shape, energy) below[k]; shape inf stands for the Poisson limit."""
    if shape == math.inf:
        offset = -energy
        odds = energy
    else:
        offset = shape * log(shape / (shape + energy))
        odds = energy / (shape + energy)
    term = 1.0
    total = below[0]
    for k in range(1, below.size):
        term *= odds / k if shape == math.inf else odds * (k - 1.0 + shape) / k
        total += term * below[k]
        if term > _LARGE:
            term /= _LARGE
            total /= _LARGE
            offset += _LN_LARGE
    missed = total * exp(offset)
    return missed if missed < 1.0 else 1.0


@kernel("float64(int64, int64)")
def _shape(swerling: int, pulses: int) -> float:
    if swerling == 1:
        return 1.0
    if swerling == 2:
        return float(pulses)
    if swerling == 3:
        return 2.0
    if swerling == 4:
        return 2.0 * pulses
    return math.inf


@kernel("float64[::1](float64[::1], int64, float64, int64)")
def detection_probability(snr_db: NDArray[Any], pulses: int, pfa: float, swerling: int) -> NDArray[Any]:
    """Return Pd for each mean per-pulse signal-to-noise ratio in decibels."""
    below = _below_threshold(pulses, threshold(pulses, pfa))
    shape = _shape(swerling, pulses)
    pd = np.empty(snr_db.size)
    for i in range(snr_db.size):
        pd[i] = 1.0 - _missed(pulses * pow10(snr_db[i] / 10.0), shape, below)
    return pd


@kernel("float64(Array(float64, 2, 'C', readonly=True), int64, float64, float64, float64)")
def read_table(pd: NDArray[Any], row: int, low_db: float, step_db: float, snr_db: float) -> float:
    """Return Pd read linearly from one row of a detection table; its end values beyond its ends."""
    x = (snr_db - low_db) / step_db
    last = pd.shape[1] - 1
    if not x > 0.0:
        return pd[row, 0]
    if x >= last:
        return pd[row, last]
    i = int(x)
    return pd[row, i] + (x - i) * (pd[row, i + 1] - pd[row, i])
