"""Means, paired differences and shares with their 95 % intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Float = NDArray[np.float64]
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `n` finite values with the ends of its 95 % interval (NaN where n < 2 leaves none)."""

    n: int
    mean: float
    low: float
    high: float

    @property
    def includes_zero(self) -> bool:
        """Whether the interval holds zero; an estimate without an interval does."""
        return not (self.low > 0.0 or self.high < 0.0)


def mean_interval(values: Float) -> Estimate:
    """Mean with the Student t interval (Gosset 1908): mean -+ t(0.975, n-1) s / sqrt(n). Values that are NaN did not
    happen and are left out.
    """
    finite = values[np.isfinite(values)]
    n = len(finite)
    if n == 0:
        return Estimate(0, float("nan"), float("nan"), float("nan"))
    mean = float(finite.sum() / n)
    if n == 1:
        return Estimate(1, mean, float("nan"), float("nan"))
    spread = finite - mean
    half = float(stdtrit(n - 1, 0.5 + CONFIDENCE / 2.0)) * float(np.sqrt((spread * spread).sum() / (n - 1) / n))
    return Estimate(n, mean, mean - half, mean + half)


def paired_interval(a: Float, b: Float) -> Estimate:
    """Interval of the mean of a - b over replications that share their luck; a pair with a NaN on either side is left
    out.

    Common random numbers (Law & Kelton, Simulation Modeling and Analysis, ch. 11) make the spread of the difference
    smaller than that of either arm.
    """
    return mean_interval(a - b)


def variance_saved(a: Float, b: Float) -> float:
    """How many times more replications independent runs would need for the same interval: (var a + var b) / var (a -
    b); NaN without spread.
    """
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < 2:
        return float("nan")
    difference = float(np.var(a[both] - b[both], ddof=1))
    apart = float(np.var(a[both], ddof=1) + np.var(b[both], ddof=1))
    return apart / difference if difference > 0.0 else float("nan")
