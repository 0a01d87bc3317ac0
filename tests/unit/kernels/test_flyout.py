"""Reading fly-out tables and meeting a moving target, with a missile of constant speed whose answers are known."""

import math

import numpy as np
import pytest

from jointsky.kernels.flight import collision_time
from jointsky.kernels.flyout import first_guess, flight_time, intercept_time

STEP = 1000.0
SPEED = 800.0
RANGES, HEIGHTS = np.meshgrid(np.arange(61) * STEP, np.arange(21) * STEP, indexing="ij")
TABLE = np.hypot(RANGES, HEIGHTS)[None] / SPEED


def test_reading_is_exact_on_a_plane() -> None:
    plane = (2.0 * RANGES + 3.0 * HEIGHTS)[None]
    assert flight_time(plane, 0, STEP, STEP, 12_345.6, 7_654.3) == pytest.approx(2 * 12_345.6 + 3 * 7_654.3)
    assert flight_time(plane, 0, STEP, STEP, 60_000.0, 20_000.0) == pytest.approx(180_000.0)
    assert flight_time(plane, 0, STEP, STEP, 500.0, -200.0) == pytest.approx(1000.0)


def test_out_of_the_table_is_not_a_number() -> None:
    assert math.isnan(flight_time(TABLE, 0, STEP, STEP, 60_001.0, 100.0))
    assert math.isnan(flight_time(TABLE, 0, STEP, STEP, 100.0, 20_001.0))
    hole = TABLE.copy()
    hole[0, 30, 5] = math.nan
    assert math.isnan(flight_time(hole, 0, STEP, STEP, 29_500.0, 4_500.0))
    assert flight_time(hole, 0, STEP, STEP, 28_500.0, 4_500.0) > 0.0


@pytest.mark.parametrize("seed", range(40))
def test_meets_where_the_collision_course_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p = np.array([*rng.uniform(-30e3, 30e3, 2), rng.uniform(1e3, 10e3)])
    v = np.array([*rng.uniform(-400, 400, 2), 0.0])
    exact = collision_time(p @ p, p @ v, v @ v, SPEED)
    meeting = p + v * exact
    guess = first_guess(TABLE, 0, STEP, STEP, 50e3, *p, *v)
    assert guess == pytest.approx(exact, rel=0.06)
    t = intercept_time(TABLE, 0, STEP, STEP, *p, *v, 0.0, guess * 0.8)
    if np.hypot(*meeting[:2]) < 58e3:
        assert t == pytest.approx(exact, rel=2e-3, abs=0.05)
        later = intercept_time(TABLE, 0, STEP, STEP, *(p + 5.0 * v), *v, 5.0, t)
        assert later == pytest.approx(t, abs=1e-3)


def test_a_target_that_outruns_the_missile_is_never_met() -> None:
    assert intercept_time(TABLE, 0, STEP, STEP, 20e3, 0.0, 5e3, 900.0, 0.0, 0.0, 0.0, 30.0) == -1.0


DIVES = [(70e3, 60e3, -1800.0, -1500.0), (30e3, 90e3, -700.0, -2300.0), (45e3, 26e3, -1100.0, -900.0)]
"""Range and height of a ballistic missile that comes down at the launcher, above the top of the table; its velocity."""


@pytest.mark.parametrize("dive", DIVES)
def test_what_comes_from_above_the_table_is_met_where_the_collision_course_does(
    dive: tuple[float, float, float, float],
) -> None:
    """On its way down there is a first moment from which a launch meets it inside the table, and it is found."""
    start, v = np.array([dive[0], 0.0, dive[1]]), np.array([dive[2], 0.0, dive[3]])
    met = 0
    for since in np.arange(0.0, -dive[1] / dive[3], 0.5):
        p = start + v * since
        exact = collision_time(p @ p, p @ v, v @ v, SPEED)
        meeting = p + v * exact
        inside = exact > 0.0 and 0.0 <= meeting[2] <= 20e3 and abs(meeting[0]) <= 60e3
        guess = first_guess(TABLE, 0, STEP, STEP, 50e3, *p, *v)
        t = intercept_time(TABLE, 0, STEP, STEP, *p, *v, 0.0, guess) if guess >= 0.0 else -1.0
        if inside:
            met += 1
            assert t == pytest.approx(exact, rel=2e-2, abs=0.2), since
        elif exact > 0.0 and meeting[2] > 25e3:
            assert t == -1.0, "not yet"
    assert met >= 5, "the case shows nothing"
