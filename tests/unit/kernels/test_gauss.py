"""Filters against closed forms: straight flight, mixing that keeps the moments, batch least squares."""

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.bank import MEASUREMENT, empty_bank
from jointsky.kernels.gauss import distance, filter_step, forecast, mix, predict, update

NOISE = np.array([[2.0, 0.25], [500.0, 0.25]])


def spd(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    a = rng.normal(size=(n, n))
    return a @ a.T + n * np.eye(n)


def measurement(z: NDArray[np.float64], r: NDArray[np.float64], t_s: float = 0.0) -> np.void:
    row = np.zeros(1, MEASUREMENT)
    row["t_s"], row["x_m"], row["y_m"], row["z_m"] = t_s, *z
    for name, a, b in (("xx", 0, 0), ("xy", 0, 1), ("xz", 0, 2), ("yy", 1, 1), ("yz", 1, 2), ("zz", 2, 2)):
        row[name] = r[a, b]
    return row[0]


def process_noise(dt: float, q: float, vertical: float) -> NDArray[np.float64]:
    block = np.diag([q, q, q * vertical])
    return np.block([[block * dt**3 / 3, block * dt**2 / 2], [block * dt**2 / 2, block * dt]])


def test_prediction_is_the_closed_form() -> None:
    rng = np.random.default_rng(1)
    for dt in (0.3, 5.0, 12.0):
        x, p = rng.normal(size=(1, 1, 6)), spd(rng, 6)[None, None].copy()
        f = np.block([[np.eye(3), dt * np.eye(3)], [np.zeros((3, 3)), np.eye(3)]])
        want_x, want_p = f @ x[0, 0], f @ p[0, 0] @ f.T + process_noise(dt, 7.0, 0.25)
        predict(x, p, 0, 0, dt, 7.0, 0.25)
        np.testing.assert_allclose(x[0, 0], want_x, rtol=1e-13)
        np.testing.assert_allclose(p[0, 0], want_p, rtol=1e-12)


def test_a_step_backwards_undoes_a_noiseless_one() -> None:
    rng = np.random.default_rng(2)
    x, p = rng.normal(size=(1, 1, 6)), spd(rng, 6)[None, None].copy()
    before = x.copy(), p.copy()
    predict(x, p, 0, 0, 3.0, 0.0, 0.25)
    predict(x, p, 0, 0, -3.0, 9.0, 0.25)
    np.testing.assert_allclose(x, before[0], rtol=1e-12)
    np.testing.assert_allclose(p, before[1], rtol=1e-11)


def test_update_is_the_information_form() -> None:
    rng = np.random.default_rng(3)
    x, p, r, z = rng.normal(size=(1, 1, 6)), spd(rng, 6)[None, None].copy(), spd(rng, 3), rng.normal(size=3)
    h = np.eye(3, 6)
    s = h @ p[0, 0] @ h.T + r
    v = z - x[0, 0, :3]
    want_p = np.linalg.inv(np.linalg.inv(p[0, 0]) + h.T @ np.linalg.inv(r) @ h)
    want_x = want_p @ (np.linalg.inv(p[0, 0]) @ x[0, 0] + h.T @ np.linalg.inv(r) @ z)
    want = np.exp(-0.5 * v @ np.linalg.inv(s) @ v) / np.sqrt(np.linalg.det(2 * np.pi * s))
    got = update(x, p, 0, 0, measurement(z, r), np.zeros((6, 7)))
    np.testing.assert_allclose(x[0, 0], want_x, rtol=1e-10)
    np.testing.assert_allclose(p[0, 0], want_p, rtol=1e-9)
    assert abs(got / want - 1.0) < 1e-10


def test_distance_is_mahalanobis() -> None:
    rng = np.random.default_rng(4)
    s, v = spd(rng, 3), rng.normal(size=3)
    square, det = distance(*v, s[0, 0], s[0, 1], s[0, 2], s[1, 1], s[1, 2], s[2, 2])
    assert abs(square - v @ np.linalg.inv(s) @ v) < 1e-12
    assert abs(det / np.linalg.det(s) - 1.0) < 1e-12


def moments(x: NDArray[np.float64], p: NDArray[np.float64], w: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    mean = w @ x
    return mean, sum(w[m] * (p[m] + np.outer(x[m] - mean, x[m] - mean)) for m in range(len(w)))


def test_mixing_keeps_mean_and_spread() -> None:
    rng = np.random.default_rng(5)
    for models in (2, 3):
        x, w = rng.normal(size=(1, models, 6)), rng.dirichlet(np.ones(models))[None]
        p = np.array([[spd(rng, 6) for _ in range(models)]])
        before = moments(x[0], p[0], w[0])
        want_w = 0.8 * w[0] + 0.2 * (1.0 - w[0]) / (models - 1)
        mix(x, p, w, 0, 0.2, np.zeros((6, 7)), np.zeros((6, 6, 6)))
        after = moments(x[0], p[0], w[0])
        np.testing.assert_allclose(w[0], want_w, rtol=1e-13)
        np.testing.assert_allclose(after[0], before[0], rtol=1e-12)
        np.testing.assert_allclose(after[1], before[1], rtol=1e-12)


def test_one_model_without_noise_is_batch_least_squares() -> None:
    rng = np.random.default_rng(6)
    bank = empty_bank(1, 1, 1)
    prior = np.diag([1e8] * 3 + [1e6] * 3)
    bank.p[0, 0], bank.w[0, 0] = prior, 1.0
    info, right = np.linalg.inv(prior), np.zeros(6)
    for t in np.arange(1.0, 30.0, 2.7):
        r, z = 100.0 * spd(rng, 3), np.array([300.0 * t, 1000.0 - 100.0 * t, 8000.0]) + rng.normal(size=3)
        filter_step(bank, 0, measurement(z, r, t), np.array([[0.0, 0.25]]), 40.0, np.zeros((6, 7)), np.zeros((6, 6, 6)))
        h = np.hstack([np.eye(3), t * np.eye(3)])  # in terms of the state at time 0
        info, right = info + h.T @ np.linalg.inv(r) @ h, right + h.T @ np.linalg.inv(r) @ z
    batch = np.linalg.solve(info, right)
    np.testing.assert_allclose(bank.x[0, 0, :3] - t * bank.x[0, 0, 3:], batch[:3], rtol=1e-6)
    np.testing.assert_allclose(bank.x[0, 0, 3:], batch[3:], rtol=1e-6)


def test_forecast_is_what_the_filter_predicts() -> None:
    rng = np.random.default_rng(7)
    bank = empty_bank(1, 2, 1)
    bank.x[0], bank.w[0] = rng.normal(size=(2, 6)), [0.3, 0.7]
    bank.p[0] = [spd(rng, 6), spd(rng, 6)]
    forecast(bank, 0, 4.0, NOISE, 40.0, bank.ahead)
    stay = np.exp(-0.1)
    np.testing.assert_allclose(bank.ahead[0, :, 0], [0.3 * stay + 0.7 * (1 - stay), 0.7 * stay + 0.3 * (1 - stay)])
    for m in range(2):
        predict(bank.x, bank.p, 0, m, 4.0, NOISE[m, 0], NOISE[m, 1])
        np.testing.assert_allclose(bank.ahead[0, m, 1:4], bank.x[0, m, :3], rtol=1e-13)
        np.testing.assert_allclose(bank.ahead[0, m, 7:], bank.p[0, m][np.triu_indices(3)], rtol=1e-12)


def test_the_model_that_fits_wins() -> None:
    bank = empty_bank(1, 2, 1)
    bank.p[0], bank.w[0] = np.diag([1e4] * 3 + [1e2] * 3), 0.5
    bank.x[0, :, 3] = 200.0
    for t in (5.0, 10.0, 15.0, 20.0):
        z = np.array([200.0 * t, 20.0 * t * t, 0.0])  # 4 g to the side
        filter_step(bank, 0, measurement(z, 1e4 * np.eye(3), t), NOISE, 40.0, np.zeros((6, 7)), np.zeros((6, 6, 6)))
    assert bank.w[0, 1] > 0.95
