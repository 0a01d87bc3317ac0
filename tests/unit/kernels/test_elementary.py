"""Elementary functions at their edges and joints, and on dense grids against the C library (good to 1e-16)."""

import math

import numpy as np
import pytest

from jointsky.kernels import elementary as own


def test_sine_and_cosine_on_a_dense_grid() -> None:
    for x in np.linspace(-20.0, 20.0, 8001):
        assert own.sin(float(x)) == pytest.approx(math.sin(x), rel=4e-16, abs=1e-300)
        assert own.cos(float(x)) == pytest.approx(math.cos(x), rel=4e-16, abs=1e-300)


def test_sine_keeps_its_relative_accuracy_where_it_vanishes() -> None:
    for k in range(-1000, 1000):
        assert own.sin(k * math.pi) == pytest.approx(math.sin(k * math.pi), rel=1e-15, abs=0.0)


def test_no_sine_of_an_angle_that_cannot_be_reduced() -> None:
    for x in (1.1e6, -1e9, math.inf, math.nan):
        assert math.isnan(own.sin(x))
        assert math.isnan(own.cos(x))


def test_exponential_and_logarithm_undo_each_other() -> None:
    for x in np.linspace(-700.0, 700.0, 2001):
        assert own.exp(float(x)) == pytest.approx(math.exp(x), rel=4e-16)
        assert own.log(own.exp(float(x))) == pytest.approx(x, abs=1e-12)


def test_exponential_at_the_ends_of_the_doubles() -> None:
    assert own.exp(709.782712893384) == pytest.approx(math.exp(709.782712893384), rel=1e-13)
    assert own.exp(709.79) == math.inf
    assert own.exp(-745.1) == math.exp(-745.1)
    assert own.exp(-746.0) == 0.0
    assert own.exp(0.0) == 1.0
    assert own.pow10(0.0) == 1.0
    assert own.pow10(308.2) == pytest.approx(10.0**308.2, rel=1e-15)
    assert own.pow10(309.0) == math.inf
    assert own.pow10(-330.0) == 0.0
    assert math.isnan(own.exp(math.nan))
    assert math.isnan(own.pow10(math.nan))


def test_powers_of_ten_are_exact_where_a_double_can_hold_them() -> None:
    for n in range(23):
        assert own.pow10(float(n)) == pytest.approx(10.0**n, rel=2e-16)
        assert own.log10(10.0**n) == pytest.approx(n, rel=3e-16, abs=0.0)


def test_logarithm_at_its_edges() -> None:
    assert own.log(0.0) == -math.inf
    assert own.log10(0.0) == -math.inf
    assert math.isnan(own.log(-1.0))
    assert own.log(math.inf) == math.inf
    assert own.log(5e-324) == pytest.approx(math.log(5e-324), rel=1e-15)
    assert own.log(1.0) == 0.0


@pytest.mark.parametrize("y", [0.0, -0.0, 1.0, -1.0, 3e-300, -7.0, math.inf, 2.4])
@pytest.mark.parametrize("x", [0.0, -0.0, 1.0, -1.0, 2.0, -1e300, 2.4])
def test_angle_of_a_point_in_every_quadrant(y: float, x: float) -> None:
    assert own.atan2(y, x) == pytest.approx(math.atan2(y, x), rel=4e-16, abs=0.0)
    assert math.copysign(1.0, own.atan2(y, x)) == math.copysign(1.0, math.atan2(y, x))


def test_angle_of_a_point_around_the_circle() -> None:
    for angle in np.linspace(-math.pi, math.pi, 4001):
        y, x = math.sin(angle), math.cos(angle)
        assert own.atan2(y, x) == pytest.approx(math.atan2(y, x), rel=4e-16, abs=1e-300)


def test_inverse_sine_and_cosine() -> None:
    for x in np.linspace(-1.0, 1.0, 2001):
        assert own.asin(float(x)) == pytest.approx(math.asin(x), rel=6e-16, abs=1e-300)
        assert own.acos(float(x)) == pytest.approx(math.acos(x), rel=6e-16, abs=1e-300)
    assert math.isnan(own.asin(1.0000001))
    assert math.isnan(own.acos(-2.0))


def test_decibels_and_back() -> None:
    for db in np.linspace(-250.0, 250.0, 501):
        assert own.ratio_to_db(own.db_to_ratio(float(db))) == pytest.approx(db, abs=1e-12)
    assert own.db_to_ratio(30.0) == pytest.approx(1000.0, rel=2e-16)


def test_power() -> None:
    assert own.power(2.0, 0.5) == pytest.approx(math.sqrt(2.0), rel=4e-16)
    assert own.power(0.0, 2.0) == 0.0
    assert own.power(0.0, -2.0) == math.inf
    assert own.power(3.0, 0.0) == 1.0
    assert math.isnan(own.power(-1.0, 2.0))
    assert own.power(0.7, 5.2561) == pytest.approx(0.7**5.2561, rel=2e-15)


def test_wrapped_angles_stay_inside() -> None:
    for x in np.linspace(-50.0, 50.0, 2003):
        half, whole = own.wrap_pi(float(x)), own.wrap_two_pi(float(x))
        assert -math.pi <= half < math.pi + 1e-12
        assert 0.0 <= whole < 2.0 * math.pi
        assert math.sin(half) == pytest.approx(math.sin(x), abs=2e-14)
        assert math.cos(whole) == pytest.approx(math.cos(x), abs=2e-14)
    assert own.wrap_two_pi(-1e-18) == 0.0


def test_normal_quantile_at_its_edges() -> None:
    assert own.normal_quantile(0.5) == 0.0
    assert own.normal_quantile(0.0) == -math.inf
    assert own.normal_quantile(1.0) == math.inf
    assert math.isnan(own.normal_quantile(-0.1))
    assert math.isnan(own.normal_quantile(1.1))
    assert math.isnan(own.normal_quantile(math.nan))
