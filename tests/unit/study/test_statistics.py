"""Intervals against scipy.stats, and where there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from jointsky.study.statistics import mean_interval, paired_interval, variance_saved


@pytest.mark.parametrize("n", [2, 3, 15, 400])
def test_mean_interval_is_scipys_t_interval(n: int) -> None:
    values = np.random.default_rng(n).normal(3.0, 2.0, n)
    found = mean_interval(values)
    low, high = stats.t.interval(0.95, n - 1, loc=values.mean(), scale=stats.sem(values))
    assert (found.n, found.mean) == (n, pytest.approx(values.mean(), rel=1e-12))
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9)


def test_paired_interval_is_scipys_paired_t_interval() -> None:
    luck = np.random.default_rng(1)
    common = luck.normal(0.0, 5.0, 20)
    a, b = common + luck.normal(1.0, 1.0, 20), common + luck.normal(0.0, 1.0, 20)
    found = paired_interval(a, b)
    theirs = stats.ttest_rel(a, b).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), rel=1e-9)
    apart = math.hypot(*(float(stats.sem(x)) for x in (a, b)))
    assert found.high - found.low < 2.0 * apart, "sharing luck must pay"
    assert variance_saved(a, b) == pytest.approx((a.var(ddof=1) + b.var(ddof=1)) / (a - b).var(ddof=1))


def test_what_did_not_happen_is_left_out() -> None:
    found = mean_interval(np.array([1.0, np.nan, 3.0]))
    assert (found.n, found.mean) == (2, 2.0)
    assert paired_interval(np.array([1.0, np.nan, 3.0, 8.0]), np.array([0.0, 0.0, np.nan, 5.0])).n == 2


def test_one_value_has_a_mean_and_no_interval() -> None:
    found = mean_interval(np.array([4.0]))
    assert (found.n, found.mean) == (1, 4.0)
    assert math.isnan(found.low) and math.isnan(found.high) and found.includes_zero


def test_no_value_has_nothing() -> None:
    found = mean_interval(np.array([np.nan]))
    assert found.n == 0
    assert math.isnan(found.mean) and found.includes_zero


def test_zero_is_included_only_where_it_is() -> None:
    assert mean_interval(np.array([-1.0, 1.0, 0.5])).includes_zero
    assert not mean_interval(np.array([5.0, 5.1, 4.9])).includes_zero
    assert not mean_interval(-np.array([5.0, 5.1, 4.9])).includes_zero
    assert mean_interval(np.zeros(3)).includes_zero


def test_coverage_is_as_stated() -> None:
    """Of 2,000 samples of five, 95 % of the intervals hold the truth (four standard errors: 93.05 to 96.95)."""
    luck = np.random.default_rng(7)
    held = sum((f := mean_interval(luck.normal(1.0, 1.0, 5))).low <= 1.0 <= f.high for _ in range(2000))
    assert 0.9305 < held / 2000 < 0.9695
