"""Guided shots against closed forms, and the regions that they give."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jointsky.kernels.homing import homing
from jointsky.truth import guidance
from jointsky.truth.homing import launch_region, shoot
from jointsky.truth.missiles import SAM_LONG, SAM_MEDIUM, SAM_SHORT

NO_BURN, NO_DRAG = np.zeros((0, 4)), np.zeros((1, 3))
FREE = np.array([100.0, 0.05, 0.0, 8.0, 0.0, 1e6])
"""A body that nothing slows or limits."""


def ideal(gain: float, lag_s: float, target: list[float]) -> tuple[float, ...]:
    """A shot of 1,000 m/s along y without air or gravity."""
    law = np.array([gain, lag_s, 0.0, 100.0, 0.0, 0.0])
    return homing(NO_BURN, NO_DRAG, FREE, law, np.array([0, 0, 0, 0, 1000.0, 0]), np.array(target))


@pytest.mark.parametrize("gain", [3.0, 4.0, 5.0])
@pytest.mark.parametrize("to_go_s", [0.5, 1.0, 2.0, 3.0])
def test_miss_behind_a_lag_is_the_closed_form(gain: float, to_go_s: float) -> None:
    """A target that comes head on and turns so long before the meeting."""
    flight = 6.0
    target = [0.0, 1300.0 * flight, 0.0, 0.0, -300.0, 0.0, 20.0, 0.0, 0.0, flight - to_go_s]
    found = ideal(gain, 0.5, target)
    assert found[0] == pytest.approx(abs(guidance.target_step_miss_m(gain, 20.0, 0.5, to_go_s)), abs=0.5)
    assert found[1] == pytest.approx(flight, abs=0.02)


@pytest.mark.parametrize("crossing", [0.0, 150.0, -280.0])
def test_without_lag_it_hits(crossing: float) -> None:
    found = ideal(4.0, 0.0, [500.0, 9000.0, 300.0, crossing, -200.0, 5.0, 0.0, 0.0, 0.0, 1e9])
    assert found[0] < 0.05


def test_a_heading_error_leaves_its_closed_form() -> None:
    for gain, flight in ((3.0, 2.0), (4.0, 2.0), (5.0, 3.0)):
        law = np.array([gain, 0.5, 0.0, 100.0, 0.0, 0.0])
        off = 0.02
        start = np.array([0, 0, 0, 1000.0 * math.sin(off), 1000.0 * math.cos(off), 0])
        target = np.array([0.0, 1300.0 * flight, 0.0, 0.0, -300.0, 0.0, 0.0, 0.0, 0.0, 1e9])
        found = homing(NO_BURN, NO_DRAG, FREE, law, start, target)
        expected = abs(guidance.heading_error_miss_m(gain, 1000.0, off, 0.5, flight))
        assert found[0] == pytest.approx(expected, abs=0.5)


def test_real_shots_meet_straight_targets_over_their_envelopes() -> None:
    for missile, far, height in ((SAM_SHORT, 11e3, 3e3), (SAM_MEDIUM, 38e3, 9e3), (SAM_LONG, 95e3, 10e3)):
        shot = shoot(missile, (0.0, far, height), (0.0, -225.0, 0.0))
        assert shot.miss_m < 5.0
        assert shot.place_m[1] == pytest.approx(far - 225.0 * shot.time_s, abs=50.0)
        assert shot.speed_mps > missile.slowest_mps


def test_out_of_reach_and_out_of_breath() -> None:
    assert math.isinf(shoot(SAM_SHORT, (0.0, 60e3, 9e3), (0.0, 0.0, 0.0)).miss_m)
    late = shoot(SAM_MEDIUM, (0.0, 25e3, 8e3), (0.0, -250.0, 0.0), turn_mps2=(85.0, 0.0, 0.0), turn_from_s=16.0)
    calm = shoot(SAM_MEDIUM, (0.0, 25e3, 8e3), (0.0, -250.0, 0.0))
    assert calm.miss_m < late.miss_m


def test_the_region_is_farther_head_on_than_from_behind() -> None:
    region = launch_region(SAM_SHORT, 3000.0, 250.0, (0.0, math.pi / 2, math.pi))
    (_, near, head_on), (_, _, beam), (_, _, tail) = region
    assert head_on > beam > tail > near > 0.0
    for aspect, _, far in region:
        velocity = (250.0 * math.sin(aspect), -250.0 * math.cos(aspect), 0.0)
        assert shoot(SAM_SHORT, (0.0, far, 3000.0), velocity).miss_m <= 20.0
        assert not shoot(SAM_SHORT, (0.0, far + 500.0, 3000.0), velocity).miss_m <= 20.0
