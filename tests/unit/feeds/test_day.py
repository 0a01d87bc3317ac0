"""Stamps of the day across midnight."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jointsky.feeds.day import unroll_in_order, unroll_near
from jointsky.units import DAY_S


@given(st.integers(0, 50_000 * 86400 * 128), st.integers(-43_000 * 128, 43_000 * 128))
def test_a_stamp_finds_its_day(stamp: int, shift: int) -> None:
    true_s = stamp / 128
    found = unroll_near(np.array([true_s % DAY_S]), np.array([true_s + shift / 128]))
    assert abs(found[0] - true_s) < 1e-6


def test_midnight_with_capture_times() -> None:
    stamps = np.array([86399.5, 0.25, 86399.9])
    captured = 10 * DAY_S + np.array([-0.1, 0.5, 0.6])
    assert np.allclose(unroll_near(stamps, captured) - 10 * DAY_S, [-0.5, 0.25, -0.1])


def test_midnight_in_order_of_arrival() -> None:
    stamps = np.array([86390.0, np.nan, 86399.0, 1.0, 86399.5, 2.0, 43_000.0, 86_000.0, 3.0])
    found = unroll_in_order(stamps)
    expected = [86390.0, np.nan, 86399.0, DAY_S + 1, 86399.5, DAY_S + 2, DAY_S + 43_000, DAY_S + 86_000, 2 * DAY_S + 3]
    assert np.array_equal(found, expected, equal_nan=True)
    assert unroll_in_order(np.array([])).size == 0
