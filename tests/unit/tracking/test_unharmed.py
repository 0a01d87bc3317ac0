"""What one radar sends wrongly leaves the picture at least as good as without that radar: paired GOSPA, within 2 %."""

import numpy as np
import pytest
from tracking_scene import SITES_M, flat_scene

from jointsky.measures.gospa import gospa
from jointsky.tracking.frames import FlatFrame
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.tracker import Tracker
from jointsky.vocab.records import Rows

TIMES_S = np.arange(30.0, 116.0, 4.0)
BAD = 1
RNG = np.random.default_rng(3)
PATHS = [
    (
        [float(RNG.uniform(-40e3, 90e3)), float(RNG.uniform(-60e3, 60e3)), 8000.0],
        [float(RNG.uniform(-200, 200)), 120.0, 0.0],
    )
    for _ in range(12)
]


def distance(sensors: Rows, plots: Rows) -> float:
    """RMS GOSPA over the times, of a guarded tracker that registers."""
    tracker, begin, squares = Tracker(FlatFrame(SITES_M), sensors, TrackerParams(guard=True, register=True)), 0, []
    plots = plots[np.argsort(plots["t_seen_s"], kind="stable")]
    for t in TIMES_S.tolist():
        end = int(np.searchsorted(plots["t_seen_s"], t, side="right"))
        tracker.observe(plots[begin:end])
        begin = end
        true = np.array([np.array(p) + t * np.array(v) for p, v in PATHS])
        squares.append(gospa(true, tracker.picture(t)["pos_ecef_m"], 2000.0).distance ** 2)
    return float(np.sqrt(np.mean(squares)))


def flood(plots: Rows) -> Rows:
    """The bad radar sends a hundred times its false plots."""
    rng = np.random.default_rng(4)
    more = np.repeat(plots[plots["sensor"] == BAD][:1], 10_000)
    more["t_valid_s"] = rng.uniform(20.0, 115.0, len(more))
    more["t_seen_s"] = more["t_valid_s"] + 0.5
    more["range_m"], more["az_rad"] = 150e3 * np.sqrt(rng.random(len(more))), rng.uniform(0, 2 * np.pi, len(more))
    more["height_m"] = rng.uniform(0, 12000, len(more))
    return np.concatenate((plots, more))


def changed(plots: Rows, name: str, value: float) -> Rows:
    """Every plot of the bad radar with something added to a field."""
    plots[name][plots["sensor"] == BAD] += value
    return plots


FLAWS = {
    "flood": flood,
    "clock ahead": lambda plots: changed(plots, "t_valid_s", 900.0),
    "clock behind": lambda plots: changed(plots, "t_valid_s", -900.0),
    "beyond its reach": lambda plots: changed(plots, "range_m", 400e3),
    "no numbers": lambda plots: changed(plots, "range_m", np.nan),
    "told twice": lambda plots: np.concatenate((plots, plots[plots["sensor"] == BAD])),
    "unknown": lambda plots: changed(plots, "sensor", 50),
}


@pytest.mark.parametrize("name", FLAWS)
def test_a_flawed_radar_costs_no_more_than_its_absence(name: str) -> None:
    sensors, plots = flat_scene(PATHS, seed=41)
    without = distance(sensors, plots[plots["sensor"] != BAD])
    assert distance(sensors, FLAWS[name](plots)) <= 1.02 * without


@pytest.mark.parametrize("factor", [0.1, 10.0])
def test_a_table_that_lies_about_a_radars_errors_costs_no_more_than_its_absence(factor: float) -> None:
    sensors, plots = flat_scene(PATHS, seed=42)
    without = distance(sensors, plots[plots["sensor"] != BAD])
    for field in ("sigma_range_m", "sigma_az_rad", "sigma_height_m"):
        sensors[field][BAD] *= factor
    assert distance(sensors, plots) <= 1.02 * without
