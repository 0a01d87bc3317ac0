"""Registration: biases found from what two radars see, a lost north named, the same bits in any chunking."""

import numpy as np
import pytest
from tracking_scene import SITES_M, flat_scene

from jointsky.kernels.bank import MEASUREMENT
from jointsky.kernels.bias import compare, levers, solve, take_out
from jointsky.tracking.frames import FlatFrame, sites_of
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.registration import triples_of
from jointsky.tracking.tracker import Tracker
from jointsky.vocab.records import Rows

RNG = np.random.default_rng(12)
PATHS = [
    (
        [float(RNG.uniform(-60e3, 120e3)), float(RNG.uniform(-60e3, 80e3)), float(RNG.uniform(4e3, 11e3))],
        [float(RNG.uniform(-220, 220)), float(RNG.uniform(-220, 220)), 0.0],
    )
    for _ in range(40)
]


def sites() -> Rows:
    sensors, _ = flat_scene(PATHS[:1], end_s=10.0)
    frame = FlatFrame(SITES_M)
    return sites_of(frame, sensors, frame.places(sensors), 48)


def measured(place: np.ndarray, sensor: int, beta: np.ndarray, t_s: float = 0.0) -> Rows:
    """A measurement of a place by a sensor with this bias, by polar coordinates and back."""
    d = place - SITES_M[sensor]
    slant, az = np.sqrt(d @ d) + beta[0], np.arctan2(d[0], d[1]) + beta[1]
    dz = d[2] + beta[3] * np.sqrt(d @ d)
    level = np.sqrt(slant**2 - d[2] ** 2)
    row = np.zeros(1, MEASUREMENT)
    row["x_m"], row["y_m"] = SITES_M[sensor, :2, None] + level * np.array([[np.sin(az)], [np.cos(az)]])
    row["z_m"], row["sensor"], row["t_s"] = SITES_M[sensor, 2] + dz, sensor, t_s + beta[2]
    for name, value in (("xx", 900.0), ("yy", 2500.0), ("zz", 400.0), ("xy", 300.0)):
        row[name] = value
    return row


def test_what_is_taken_out_is_what_was_put_in() -> None:
    place, beta = np.array([40e3, -25e3, 8e3]), np.array([120.0, 0.7, 0.05, 0.001])
    row = measured(place, 1, beta, 30.0)
    take_out(row, sites(), np.stack([np.zeros(4), beta]), 0.0, 100.0)
    assert np.allclose([row["x_m"][0], row["y_m"][0], row["z_m"][0]], place, atol=2.0)
    assert row["t_s"][0] == pytest.approx(30.0)
    before = np.array([[900.0, 300.0], [300.0, 2500.0]])
    turn = np.array([[np.cos(0.7), -np.sin(0.7)], [np.sin(0.7), np.cos(0.7)]])
    after = np.array([[row["xx"][0], row["xy"][0]], [row["xy"][0], row["yy"][0]]])
    assert np.allclose(after, turn @ before @ turn.T)


@pytest.mark.parametrize("part", range(4))
def test_levers_are_the_derivatives(part: int) -> None:
    place, v, step = np.array([40e3, -25e3, 8e3]), np.array([100.0, -50.0, 3.0]), (1.0, 1e-5, 1e-3, 1e-5)[part]
    h = np.zeros((3, 4))
    levers(*place.tolist(), sites()[1], *v.tolist(), True, h)
    beta = np.zeros(4)
    beta[part] = step
    moved = measured(place - v * beta[2], 1, beta)
    slope = np.array([moved["x_m"][0], moved["y_m"][0], moved["z_m"][0]]) - place
    assert np.allclose(h[:, part], slope / step, rtol=1e-3, atol=1e-3)


def test_normal_equations_are_least_squares_by_hand() -> None:
    """Triples of two sensors with known noise, against numpy's weighted least squares over all of them at once."""
    rng = np.random.default_rng(5)
    table, n = sites(), 30
    rows = []
    for k in range(n):
        place, v = rng.uniform((-50e3, -50e3, 10e3), (50e3, 50e3, 110e3)), rng.uniform(-200, 200, 3)
        for sensor, t in ((0, 0.0), (1, 2.0), (0, 5.0)):
            row = measured(place + v * t, sensor, np.zeros(4), t)
            for name in ("x_m", "y_m", "z_m"):
                row[name] += rng.normal(0, 20.0)
            row["sequence"] = 3 * k
            rows.append(row)
    z = np.concatenate(rows)
    triples = triples_of(np.repeat(np.arange(1, n + 1), 3), z, np.ones(3 * n, bool), 10.0)
    assert triples.tolist() == [[3 * k, 3 * k + 1, 3 * k + 2] for k in range(n)]
    info, vector, own, own_v, seen = np.zeros((8, 8)), np.zeros(8), np.zeros((2, 4, 4)), np.zeros((2, 4)), np.zeros(2)
    zero = np.zeros((2, 4))
    compare(z, triples, table, np.ones(2, bool), zero, zero + 1.0, 0.0, 1e9, info, vector, own, own_v, seen)
    big_h, y = [], []
    r = (1.0 + 0.36 + 0.16) * np.array([[900.0, 300.0, 0.0], [300.0, 2500.0, 0.0], [0.0, 0.0, 400.0]])
    root = np.linalg.inv(np.linalg.cholesky(r))
    for one, mid, two in z[triples.ravel()].reshape(-1, 3):
        p, q, m = (np.array([w["x_m"], w["y_m"], w["z_m"]]) for w in (one, two, mid))
        v = (q - p) / 5.0
        h = np.zeros((3, 8))
        for sensor, sign in ((0, -1.0), (1, 1.0)):
            part = np.zeros((3, 4))
            levers(*m.tolist(), table[sensor], *v.tolist(), True, part)
            h[:, 4 * sensor : 4 * sensor + 4] = sign * part
        big_h.append(root @ h)
        y.append(root @ (m - p - 2.0 * v))
    stacked, right = np.concatenate(big_h), np.concatenate(y)
    assert np.allclose(info, stacked.T @ stacked, rtol=1e-9, atol=1e-9 * np.abs(info).max())
    assert np.allclose(vector, stacked.T @ right, rtol=1e-8, atol=1e-9 * np.abs(vector).max())
    prior = np.diag(np.tile([1e-4, 1e5, 50.0, 1e5], 2))
    x, covariance = np.zeros(8), np.zeros((8, 8))
    solve(info + prior, vector, x, covariance)
    assert np.allclose(x, np.linalg.solve(info + prior, vector), rtol=1e-6)
    assert np.allclose(covariance, np.linalg.inv(info + prior), rtol=1e-6, atol=1e-15)


def run(turns: list[tuple[float, float]], cut: int = 10**9, end_s: float = 120.0) -> tuple[Tracker, list[bytes]]:
    """Both radars over 40 flights; the second is turned by radians from a time on; both ranges are off."""
    sensors, plots = flat_scene(PATHS, end_s=end_s, seed=3)
    for since_s, turn in turns:
        late = (plots["sensor"] == 1) & (plots["t_valid_s"] > since_s)
        plots["az_rad"][late] = (plots["az_rad"][late] + turn) % (2 * np.pi)
    plots["range_m"] += np.where(plots["sensor"] == 1, 150.0, -60.0)
    tracker, begin, pictures = Tracker(FlatFrame(SITES_M), sensors, TrackerParams(register=True)), 0, []
    for t in np.arange(20.0, end_s, 20.0).tolist():
        end = int(np.searchsorted(plots["t_seen_s"], t, side="right"))
        for k in range(begin, end, cut):
            tracker.observe(plots[k : min(k + cut, end)])
        begin = end
        pictures.append(tracker.picture(t).tobytes())
    return tracker, pictures


def test_biases_are_found_with_what_they_are_worth() -> None:
    tracker, _ = run([(-1.0, 0.004)])
    true = np.array([[-60.0, 0.0], [150.0, 0.004]])
    found = tracker.biases
    for name, column, most in (("range_m", 0, 15.0), ("az_rad", 1, 0.0002)):
        wrong = np.abs(found[name] - true[:, column])
        assert (wrong < most).all(), name
        assert (wrong < 4.0 * found[f"sigma_{name}"]).all(), name
    assert tracker.jumps == ()


@pytest.mark.parametrize("turn", [0.02, -1.3])
def test_a_radar_that_loses_north_is_named_within_three_scans(turn: float) -> None:
    tracker, _ = run([(70.0, turn)])
    (jump,) = tracker.jumps
    assert jump.sensor == 1
    assert 70.0 < jump.t_s <= 70.0 + 3 * 6.0
    assert jump.turn_rad == pytest.approx(turn, abs=0.003)
    assert tracker.biases["az_rad"][1] == pytest.approx(turn, abs=0.0005)


def test_any_chunking_gives_the_same_bits() -> None:
    (_, whole), (_, pieces) = run([(70.0, 0.02)], end_s=100.0), run([(70.0, 0.02)], 17, end_s=100.0)
    assert whole == pieces
