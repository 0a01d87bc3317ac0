"""The relative gain and its interval, against the definition of Fieller's set."""

import numpy as np
import pytest
from scipy.stats import t as student

from jointsky.report.gains import NO_GAIN, relative_gain

ARM = np.array([0.62, 0.66, 0.58, 0.71, 0.60, 0.65, np.nan])
FIRST = np.array([0.50, 0.55, 0.49, 0.57, 0.52, 0.51, 0.40])


def holds(ratio: float) -> bool:
    """Whether the paired t interval of arm - ratio first holds zero: membership in Fieller's set, asked directly."""
    rest = ARM[:-1] - ratio * FIRST[:-1]
    half = float(student.ppf(0.975, len(rest) - 1)) * float(rest.std(ddof=1)) / len(rest) ** 0.5
    return abs(float(rest.mean())) <= half


def test_the_interval_is_the_set_of_ratios_that_the_pairs_do_not_refuse() -> None:
    gain = relative_gain(ARM, FIRST)
    assert gain.value == pytest.approx(ARM[:-1].mean() / FIRST[:-1].mean() - 1.0)
    assert gain.low is not None
    assert gain.high is not None
    assert gain.low < gain.value < gain.high
    for edge, inward in ((gain.low, 1e-6), (gain.high, -1e-6)):
        assert holds(1.0 + edge + inward)
        assert not holds(1.0 + edge - inward)


def test_without_a_first_arm_there_is_no_gain() -> None:
    assert relative_gain(np.array([0.5, 0.6]), np.array([0.0, 0.0])) == NO_GAIN
    assert relative_gain(np.array([np.nan]), np.array([0.4])) == NO_GAIN


def test_one_pair_has_a_gain_and_no_interval() -> None:
    gain = relative_gain(np.array([0.6]), np.array([0.5]))
    assert gain.value == pytest.approx(0.2)
    assert gain.low is None


def test_a_first_arm_that_may_be_zero_leaves_no_interval() -> None:
    gain = relative_gain(np.array([0.1, 0.3, 0.2]), np.array([0.3, -0.2, 0.01]))
    assert gain.value is not None
    assert gain.low is None
