"""The constant-velocity filter against Stone Soup's Kalman predictor and updater."""

import datetime

import numpy as np
import pytest

from jointsky.kernels.bank import MEASUREMENT, empty_bank
from jointsky.kernels.gauss import filter_step

linear = pytest.importorskip("stonesoup.models.transition.linear")


def test_one_model_is_stone_soups_kalman_filter() -> None:
    from stonesoup.models.measurement.linear import LinearGaussian
    from stonesoup.predictor.kalman import KalmanPredictor
    from stonesoup.types.detection import Detection
    from stonesoup.types.hypothesis import SingleHypothesis
    from stonesoup.types.state import GaussianState
    from stonesoup.updater.kalman import KalmanUpdater

    start = datetime.datetime(2024, 1, 1)
    q, vertical = 20.0, 0.25
    models = [linear.ConstantVelocity(q), linear.ConstantVelocity(q), linear.ConstantVelocity(q * vertical)]
    predictor, updater = KalmanPredictor(linear.CombinedLinearGaussianTransitionModel(models)), KalmanUpdater(None)
    prior = np.diag([1e6, 250.0**2, 1e6, 250.0**2, 1e4, 400.0])
    state = GaussianState(np.zeros((6, 1)), prior, timestamp=start)
    theirs_to_ours = [0, 2, 4, 1, 3, 5]
    bank = empty_bank(1, 1, 1)
    bank.p[0, 0], bank.w[0, 0] = prior[np.ix_(theirs_to_ours, theirs_to_ours)], 1.0
    rng = np.random.default_rng(1)
    for t in (1.0, 6.5, 7.0, 19.0):
        a = rng.normal(size=(3, 3)) * 50.0
        r, z = a @ a.T + 400.0 * np.eye(3), np.array([200.0 * t, -100.0 * t, 9000.0]) / 10.0
        detection = Detection(
            z[:, None],
            timestamp=start + datetime.timedelta(seconds=t),
            measurement_model=LinearGaussian(6, [0, 2, 4], r),
        )
        state = updater.update(SingleHypothesis(predictor.predict(state, timestamp=detection.timestamp), detection))
        row = np.zeros(1, MEASUREMENT)
        row["t_s"], row["x_m"], row["y_m"], row["z_m"] = t, *z
        for name, i, j in (("xx", 0, 0), ("xy", 0, 1), ("xz", 0, 2), ("yy", 1, 1), ("yz", 1, 2), ("zz", 2, 2)):
            row[name] = r[i, j]
        filter_step(bank, 0, row[0], np.array([[q, vertical]]), 40.0, np.zeros((6, 7)), np.zeros((6, 6, 6)))
        mean = np.asarray(state.state_vector, float).ravel()[theirs_to_ours]
        np.testing.assert_allclose(bank.x[0, 0], mean, rtol=1e-8, atol=1e-6)
        np.testing.assert_allclose(
            bank.p[0, 0], np.asarray(state.covar, float)[np.ix_(theirs_to_ours, theirs_to_ours)], rtol=1e-6, atol=1e-3
        )
