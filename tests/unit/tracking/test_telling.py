"""What one tracker tells another of its tracks: all that was plotted, each plot once, and as good as the plots."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tracking_scene import SITES_M, flat_scene

from jointsky.kernels.bank import MEASUREMENT
from jointsky.tracking.frames import FlatFrame
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.sharing import COVARIANCE, Estimates, Teller, Told, covariances, equivalent
from jointsky.tracking.tracker import Tracker
from jointsky.vocab.records import Rows

PATHS = [([20e3, 30e3, 9000.0], [200.0, 50.0, 0.0]), ([60e3, 60e3, 5000.0], [-150.0, -180.0, 10.0])]
VELOCITY_MPS = np.array([200.0, -100.0, 5.0])


def told(*numbers: int) -> Told:
    """Confirmed tracks of one velocity."""
    n = len(numbers)
    states = Estimates(np.tile(np.r_[np.zeros(3), VELOCITY_MPS], (n, 1)), np.tile(np.eye(6), (n, 1, 1)))
    return Told(np.array(numbers), states, np.ones(n), np.zeros(n), np.ones(n, np.bool_))


def plots(times_s: list[float], seed: int = 1) -> tuple[Rows, np.ndarray]:
    """Exact plots of one target that flies straight, with unlike covariances."""
    rng, rows = np.random.default_rng(seed), np.zeros(len(times_s), MEASUREMENT)
    place = np.array([1e4, 2e4, 5e3]) + np.outer(times_s, VELOCITY_MPS)
    rows["x_m"], rows["y_m"], rows["z_m"] = place.T
    rows["t_s"], rows["sequence"] = times_s, np.arange(len(rows)) + 1
    root = rng.normal(size=(len(rows), 3, 3))
    spread = root @ np.swapaxes(root, 1, 2) + np.eye(3)
    for name, a, b in COVARIANCE:
        rows[name] = spread[:, a, b]
    return rows, place


@given(st.lists(st.floats(0.0, 8.0), min_size=1, max_size=5), st.integers(0, 50))
def test_a_tracklet_has_the_information_of_its_plots_and_lies_on_the_path(times_s: list[float], seed: int) -> None:
    rows, _ = plots(times_s, seed)
    one = equivalent(rows, np.full(len(rows), 7), np.full(len(rows), -1), told(3, 7), 9.0, 2)
    assert len(one) == 1 and one["t_s"][0] == np.mean(times_s) and one["sensor"][0] == 2
    want = np.array([1e4, 2e4, 5e3]) + one["t_s"][0] * VELOCITY_MPS
    assert np.allclose([one[name][0] for name in ("x_m", "y_m", "z_m")], want, atol=1e-5)
    summed = np.linalg.inv(covariances(rows)).sum(axis=0)
    assert np.allclose(np.linalg.inv(covariances(one))[0], summed, rtol=1e-8, atol=1e-12)


def test_no_plot_is_told_twice_and_those_of_an_unsure_track_wait() -> None:
    rows, _ = plots([1.0, 2.0, 3.0, 4.0])
    teller, unsure, sure = Teller(), np.full(4, -7), np.full(4, 7)
    assert len(teller.tell(rows, unsure, told(3), 5.0, 0)) == 0
    assert len(teller.tell(rows, sure, told(3, 7), 6.0, 0)) == 4, "a new track: place by place"
    assert len(teller.tell(rows, sure, told(3, 7), 7.0, 0)) == 0
    later, _ = plots([8.0, 9.0])
    later["sequence"] += 10
    assert len(teller.tell(later, sure[:2], told(3, 7), 10.0, 0)) == 1, "an old one: one place for all that is new"


def test_what_is_told_once_is_not_told_again_by_another_name() -> None:
    rows, _ = plots([1.0, 2.0])
    teller = Teller()
    assert len(teller.tell(rows, np.array([7, 7]), told(7, 8), 3.0, 0)) == 2
    assert len(teller.tell(rows, np.array([8, 8]), told(7, 8), 4.0, 0)) == 0


def test_a_post_without_radars_follows_what_it_is_told() -> None:
    """The partner alone sees; the receiver's own tracker makes the tracks from tracklets."""
    sensors, seen = flat_scene(PATHS, seed=31)
    frame, rules = FlatFrame(SITES_M), TrackerParams(lateness_s=6.0)
    sender, teller, receiver, begin = Tracker(frame, sensors, rules), Teller(), Tracker(frame, sensors, rules), 0
    count = 0
    for t in np.arange(2.0, 111.0, 2.0).tolist():
        end = int(np.searchsorted(seen["t_seen_s"], t, side="right"))
        sender.observe(seen[begin:end])
        news = teller.tell(*sender.owned(t), sender.estimates(t), t, 1)
        receiver.hear(news)
        begin, count = end, count + len(news)
    last = receiver.picture(110.0)
    assert len(last) == 2 and count < 0.5 * begin
    for p0, v in PATHS:
        place = np.array(p0) + 110.0 * np.array(v)
        assert np.abs(last["pos_ecef_m"] - place).max(axis=1).min() < 400.0
