"""What is there and not yet seen, and what is gone and not yet missed."""

import numpy as np
import pytest
from tracking_scene import sensors

from jointsky.kernels.bank import LIFE, MEASUREMENT
from jointsky.kernels.lifecycle import age, undetected
from jointsky.tracking.frames import FlatFrame, sites_of
from jointsky.tracking.params import TrackerParams
from jointsky.vocab.records import Rows

PLACES_M = np.array([[0.0, 0.0, 100.0], [300e3, 0.0, 100.0]])
"""Two radars that reach 200 km."""
PERIODS_S, PD = (5.0, 6.0), 0.9


def heard(t_s: float) -> Rows:
    """Both radars, known since 0 and heard until `t_s`."""
    table = sensors(2)
    sites = sites_of(FlatFrame(PLACES_M), table, PLACES_M, 48)
    sites["known_s"], sites["last_s"] = 0.0, t_s
    return sites


def plot(x_m: float, t_s: float) -> np.void:
    row = np.zeros(1, MEASUREMENT)
    row["x_m"], row["t_s"] = x_m, t_s
    return row[0]


@pytest.mark.parametrize(("x_m", "turns"), [(0.0, (3, 0)), (150e3, (3, 2)), (300e3, (0, 2)), (900e3, (0, 0))])
def test_each_whole_turn_of_each_radar_that_reaches_a_place_leaves_fewer_unseen(
    x_m: float, turns: tuple[int, int]
) -> None:
    t_s = 17.0
    assert undetected(heard(t_s), plot(x_m, t_s)) == pytest.approx((1.0 - PD) ** sum(turns), rel=1e-12)


def test_a_radar_that_was_never_heard_has_not_looked() -> None:
    sites = heard(17.0)
    sites["last_s"][0] = -1e18
    assert undetected(sites, plot(0.0, 17.0)) == 1.0


def test_a_target_ages_once_however_often_it_is_asked() -> None:
    rules = TrackerParams(lifetime_s=500.0).rules(5.0)
    row = np.zeros(1, LIFE)
    row["existence"] = 0.9
    for t_s in (4.0, 2.0, 4.0, 9.0):
        age(row[0], t_s, rules)
    assert row["existence"][0] == pytest.approx(0.9 * np.exp(-9.0 / 500.0), rel=1e-12)
