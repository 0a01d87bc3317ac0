"""Chains of delays and links that come and go, in closed form: kill chains, ages of data, availability, outages.

Times in seconds, lengths in metres. Sources: Ross, "Introduction to Probability Models" (2014), ch. 5 and 6; Barlow &
Proschan (1975).
"""

import math
from collections.abc import Sequence

STANDARD_REFRACTION = 4.0 / 3.0
MEAN_RADIUS_M = 6_371_000.0


def hypoexponential_mean_s(means_s: Sequence[float]) -> float:
    """Return the mean of a sum of exponential delays."""
    return math.fsum(_means(means_s))


def hypoexponential_sigma_s(means_s: Sequence[float]) -> float:
    """Return the standard deviation of a sum of exponential delays."""
    return math.sqrt(math.fsum(m * m for m in _means(means_s)))


def hypoexponential_cdf(time_s: float, means_s: Sequence[float]) -> float:
    """Return the chance that a chain of exponential delays with these means is over by `time_s`.

    The chain over a short step is a sum of products of shares (uniformisation, Jensen 1953), and is then doubled: it
    needs no distinct rates and takes no difference of large numbers. Raises ValueError for a mean that is not positive.
    """
    rates = [1.0 / m for m in _means(means_s)]
    if time_s <= 0.0:
        return 0.0
    doublings = max(math.ceil(math.log2(max(rates) * time_s)) + 1, 0)
    there = _short(rates, time_s / 2.0**doublings)
    for _ in range(doublings):
        there = _times(there, there)
    return min(max(1.0 - math.fsum(there[0]), 0.0), 1.0)


def hypoexponential_quantile_s(share: float, means_s: Sequence[float]) -> float:
    """Return the time by which this share of chains is over, to 1e-10 of it; ValueError unless 0 <= share < 1."""
    if not 0.0 <= share < 1.0:
        raise ValueError(f"found share {share}, expected 0 to below 1")
    low, high = 0.0, hypoexponential_mean_s(means_s)
    while hypoexponential_cdf(high, means_s) < share:
        low, high = high, 2.0 * high
    while high - low > 1e-10 * high:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if hypoexponential_cdf(middle, means_s) < share else (low, middle)
    return 0.5 * (low + high)


def availability(mean_up_s: float, mean_down_s: float) -> float:
    """Return the share of time that something works, MTBF / (MTBF + MTTR)."""
    return mean_up_s / (mean_up_s + mean_down_s)


def series_availability(shares: Sequence[float]) -> float:
    """Return the availability of a chain that needs all its parts."""
    return math.prod(shares)


def parallel_availability(shares: Sequence[float]) -> float:
    """Return the availability of parts of which one is enough."""
    return 1.0 - math.prod(1.0 - share for share in shares)


def k_of_n_availability(share: float, needed: int, parts: int) -> float:
    """Return the chance that at least `needed` of `parts` equal ones work (binomial)."""
    return math.fsum(
        math.comb(parts, k) * share**k * (1.0 - share) ** (parts - k) for k in range(max(needed, 0), parts + 1)
    )


def up_after(time_s: float, mean_up_s: float, mean_down_s: float, up_now: bool = True) -> float:
    """Return the chance that a two-state link (exponential times up and down) is up `time_s` from now:
    A + (now - A) exp(-(1/up + 1/down) t)."""
    steady = availability(mean_up_s, mean_down_s)
    return steady + (float(up_now) - steady) * math.exp(-(1.0 / mean_up_s + 1.0 / mean_down_s) * time_s)


def outage_wait_s(mean_up_s: float, mean_down_s: float) -> float:
    """Return the mean extra wait of a message that comes at any time and is held until the link is up: (1 - A) down."""
    return (1.0 - availability(mean_up_s, mean_down_s)) * mean_down_s


def mean_age_s(period_s: float, latency_s: float) -> float:
    """Return the mean age of a report that comes every `period_s`, `latency_s` old: latency + period / 2."""
    return latency_s + 0.5 * period_s


def worst_age_s(period_s: float, latency_s: float, missed: int = 0) -> float:
    """Return the age just before the next report arrives, after so many missed ones."""
    return latency_s + period_s * (1 + missed)


def age_error_m(
    age_s: float, speed_mps: float = 0.0, speed_sigma_mps: float = 0.0, acceleration_mps2: float = 0.0
) -> float:
    """Return how far off a place of this age is: `speed_mps` times age where nobody carries it on, with carrying on the
    root of (speed sigma age)^2 + (a age^2 / 2)^2."""
    return math.hypot(speed_mps * age_s, speed_sigma_mps * age_s, 0.5 * acceleration_mps2 * age_s * age_s)


def radio_horizon_m(height1_m: float, height2_m: float, k: float = STANDARD_REFRACTION) -> float:
    """Return the line of sight between two antennas, sqrt(2 k R h1) + sqrt(2 k R h2) (heights small beside the earth).

    Raises ValueError for a negative height.
    """
    if height1_m < 0.0 or height2_m < 0.0:
        raise ValueError(f"heights must not be negative, found {height1_m} and {height2_m}")
    return math.sqrt(2.0 * k * MEAN_RADIUS_M) * (math.sqrt(height1_m) + math.sqrt(height2_m))


Matrix = list[list[float]]


def _short(rates: Sequence[float], time_s: float) -> Matrix:
    """The chances to be in stage j having begun in i, over a time in which few stages end."""
    size, fastest = len(rates), max(rates)
    stay = [
        [1.0 - rates[i] / fastest if j == i else rates[i] / fastest if j == i + 1 else 0.0 for j in range(size)]
        for i in range(size)
    ]
    power = [[float(i == j) for j in range(size)] for i in range(size)]
    total = [[0.0] * size for _ in range(size)]
    weight = math.exp(-fastest * time_s)
    for k in range(1, 40):
        total = [[t + weight * p for t, p in zip(*both, strict=True)] for both in zip(total, power, strict=True)]
        power = _times(power, stay)
        weight *= fastest * time_s / k
    return total


def _times(a: Matrix, b: Matrix) -> Matrix:
    """The product of two matrices that are zero below the diagonal."""
    size = len(a)
    return [[math.fsum(a[i][k] * b[k][j] for k in range(i, j + 1)) for j in range(size)] for i in range(size)]


def _means(means_s: Sequence[float]) -> Sequence[float]:
    if not means_s or not all(m > 0.0 for m in means_s):
        raise ValueError(f"found mean delays {list(means_s)}, expected one or more, all above 0")
    return means_s
