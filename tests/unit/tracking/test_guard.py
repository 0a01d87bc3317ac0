"""What cannot be is refused, counted by sensor, and harms nobody else's tracks."""

import numpy as np
import pytest
from tracking_scene import SITES_M, flat_scene

from jointsky.tracking.frames import FlatFrame
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.tracker import GUARDED, Tracker
from jointsky.vocab.records import Rows

PATHS = [([20e3, 30e3, 9000.0], [200.0, 50.0, 0.0]), ([60e3, 60e3, 5000.0], [-150.0, -180.0, 10.0])]
RULES = TrackerParams(guard=True, register=True)


def last(sensors: Rows, plots: Rows, t_s: float = 116.0) -> tuple[Tracker, Rows]:
    """A guarded tracker, asked every 10 s, and its last picture."""
    tracker, begin = Tracker(FlatFrame(SITES_M), sensors, RULES), 0
    picture = tracker.picture(0.0)
    for t in [*np.arange(10.0, t_s, 10.0).tolist(), t_s]:
        end = int(np.searchsorted(plots["t_seen_s"], t, side="right"))
        tracker.observe(plots[begin:end])
        begin, picture = end, tracker.picture(t)
    return tracker, picture


def by_sensor(tracker: Tracker) -> dict[str, list[int]]:
    """Refusals by reason, sensor by sensor."""
    return dict(zip(GUARDED, tracker.refused.T.tolist(), strict=True))


def near_truth(picture: Rows, t_s: float = 116.0) -> bool:
    """Whether each aircraft has a track within 500 m."""
    places = [np.array(p) + t_s * np.array(v) for p, v in PATHS]
    return all(np.abs(picture["pos_ecef_m"] - place).max(axis=1).min() < 500.0 for place in places)


def test_a_clock_that_jumps_is_counted_and_the_other_radar_goes_on() -> None:
    for jump, reason in ((900.0, "future"), (-900.0, "late")):
        sensors, plots = flat_scene(PATHS, seed=21)
        jumped = (plots["sensor"] == 1) & (plots["t_seen_s"] > 40.0)
        plots["t_valid_s"][jumped] += jump
        tracker, picture = last(sensors, plots)
        assert by_sensor(tracker)[reason] == [0, int((jumped & (plots["t_seen_s"] <= 116.0)).sum())]
        assert near_truth(picture)


def test_plots_told_twice_change_nothing() -> None:
    sensors, plots = flat_scene(PATHS, seed=22)
    twice = np.repeat(plots, 2)
    twice["t_seen_s"][1::2] += 0.2
    twice = twice[np.argsort(twice["t_seen_s"], kind="stable")]
    (_, once), (tracker, again) = last(sensors, plots), last(sensors, twice)
    assert by_sensor(tracker)["told_twice"][1] > 100
    one, other = np.sort(once["pos_ecef_m"], axis=0), np.sort(again["pos_ecef_m"], axis=0)
    assert np.array_equal(one, other)


def test_plots_beyond_a_radars_reach_are_counted() -> None:
    sensors, plots = flat_scene(PATHS, seed=23)
    far = plots["sensor"] == 0
    plots["range_m"][far] += 300e3
    tracker, picture = last(sensors, plots)
    assert by_sensor(tracker)["out_of_range"] == [int((far & (plots["t_seen_s"] <= 116.0)).sum()), 0]
    assert near_truth(picture)


def test_a_radar_with_a_hundred_times_its_clutter_harms_no_other_track() -> None:
    sensors, plots = flat_scene(PATHS, seed=24)
    rng = np.random.default_rng(24)
    flood = np.repeat(plots[plots["sensor"] == 1][:1], 10_000)
    flood["t_valid_s"] = rng.uniform(30.0, 115.0, len(flood))
    flood["t_seen_s"] = flood["t_valid_s"] + 0.5
    flood["range_m"], flood["az_rad"] = 150e3 * np.sqrt(rng.random(len(flood))), rng.uniform(0, 2 * np.pi, len(flood))
    flood["height_m"] = rng.uniform(0, 12000, len(flood))
    both = np.concatenate((plots, flood))
    _, picture = last(sensors, both[np.argsort(both["t_seen_s"], kind="stable")])
    assert near_truth(picture)
    assert len(picture) < 60


@pytest.mark.parametrize("factor", [0.1, 10.0])
def test_a_sensor_table_that_lies_about_its_errors_leaves_the_other_radars_tracks(factor: float) -> None:
    sensors, plots = flat_scene(PATHS, seed=25)
    for name in ("sigma_range_m", "sigma_az_rad", "sigma_height_m"):
        sensors[name][1] *= factor
    _, picture = last(sensors, plots)
    assert near_truth(picture)


def test_any_order_of_arrival_in_time_gives_the_same_state() -> None:
    sensors, plots = flat_scene(PATHS, seed=26)
    other = plots.copy()
    other["t_seen_s"] = other["t_valid_s"] + np.random.default_rng(26).uniform(0.0, 2.9, len(plots))
    other = other[np.argsort(other["t_seen_s"], kind="stable")]
    (_, one), (_, two) = last(sensors, plots, 124.0), last(sensors, other, 124.0)
    for name in ("pos_ecef_m", "vel_ecef_mps", "existence", "sigma_pos_m"):
        assert np.array_equal(np.sort(one[name], axis=0), np.sort(two[name], axis=0)), name
