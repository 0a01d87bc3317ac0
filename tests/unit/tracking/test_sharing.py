"""Sharing tracks: tracklets are as good as the plots behind them, intersection is never too sure."""

import numpy as np
import pytest

from jointsky.tracking.sharing import Estimates, Told, add_tracklets, combine, intersect, tracklets

F = np.eye(4)
F[0, 2] = F[1, 3] = 4.0
Q = np.diag([1.0, 1.0, 0.5, 0.5])
H = np.eye(2, 4)


def predicted(e: Estimates, q: np.ndarray) -> Estimates:
    return Estimates(e.x @ F.T, F @ e.p @ F.T + q)


def updated(e: Estimates, z: np.ndarray, r: np.ndarray) -> Estimates:
    gain = e.p @ H.T @ np.linalg.inv(H @ e.p @ H.T + r)
    return Estimates(e.x + ((z - e.x @ H.T)[:, None] @ np.swapaxes(gain, 1, 2))[:, 0], e.p - gain @ H @ e.p)


def start(rng: np.random.Generator, n: int) -> tuple[np.ndarray, Estimates]:
    p = np.diag([1e4, 1e4, 1e3, 1e3])
    truth = rng.normal(0, 50, (n, 4))
    return truth, Estimates(truth + rng.multivariate_normal(np.zeros(4), p, n), np.tile(p, (n, 1, 1)))


def test_tracklets_without_process_noise_are_as_good_as_the_plots() -> None:
    """The receiver that is told tracklets ends where the one that has all plots ends."""
    rng = np.random.default_rng(1)
    truth, all_plots = start(rng, 20)
    own, sender = all_plots, Estimates(np.zeros((20, 4)), np.tile(np.eye(4) * 1e8, (20, 1, 1)))
    told = sender
    for _ in range(6):
        truth = truth @ F.T
        z = [truth @ H.T + rng.normal(0, s, (20, 2)) for s in (10.0, 20.0)]
        own, sender, told, all_plots = (predicted(e, 0 * Q) for e in (own, sender, told, all_plots))
        all_plots = updated(updated(all_plots, z[0], 100 * np.eye(2)), z[1], 400 * np.eye(2))
        sender = updated(sender, z[1], 400 * np.eye(2))
        own = updated(own, z[0], 100 * np.eye(2))
        news, fresh = tracklets(sender, told)
        assert fresh.all()
        own, told = add_tracklets(own, news), sender
    assert np.allclose(own.x, all_plots.x, atol=0.1)
    assert np.allclose(own.p, all_plots.p, rtol=1e-3, atol=1e-3)
    again, fresh = tracklets(sender, told)
    assert not fresh.any()
    assert np.allclose(add_tracklets(own, again).x, own.x)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.95, -0.7])
def test_intersection_is_never_surer_than_right(correlation: float) -> None:
    rng = np.random.default_rng(2)
    a, b = np.diag([4.0, 1.0]), np.array([[1.0, 0.3], [0.3, 3.0]])
    cross = correlation * np.linalg.cholesky(a) @ np.linalg.cholesky(b).T
    joint = np.block([[a, cross], [cross.T, b]])
    error = rng.multivariate_normal(np.zeros(4), joint, 20000)
    n = len(error)
    found = intersect(Estimates(error[:, :2], np.tile(a, (n, 1, 1))), Estimates(error[:, 2:], np.tile(b, (n, 1, 1))))
    true = found.x.T @ found.x / n
    assert np.linalg.eigvalsh(found.p[0] - true).min() > -0.05
    assert np.linalg.det(found.p[0]) < min(np.linalg.det(a), np.linalg.det(b))


def test_intersection_weighs_by_brute_force() -> None:
    rng = np.random.default_rng(3)
    roots = rng.normal(0, 1, (2, 5, 4, 4))
    a, b = (r @ np.swapaxes(r, 1, 2) + 0.1 * np.eye(4) for r in roots)
    found = intersect(Estimates(np.zeros((5, 4)), a), Estimates(np.ones((5, 4)), b), steps=30)
    for k in range(5):
        best = min(
            np.linalg.det(np.linalg.inv(w * np.linalg.inv(a[k]) + (1 - w) * np.linalg.inv(b[k])))
            for w in np.linspace(0, 1, 2001)
        )
        assert np.linalg.det(found.p[k]) == pytest.approx(best, rel=1e-4)


def test_intersection_of_a_track_with_itself_changes_nothing() -> None:
    """Data that comes back to its sender is not counted twice."""
    rng = np.random.default_rng(4)
    _, own = start(rng, 5)
    found = intersect(own, own)
    assert np.allclose(found.x, own.x)
    assert np.allclose(found.p, own.p)


def told(x: list[float], existence: list[float], age_s: float = 1.0) -> Told:
    """Tracks on the x axis; confirmed from 0.99 on."""
    n = len(x)
    states = Estimates(np.zeros((n, 6)), np.tile(np.diag([100.0, 100.0, 100.0, 9.0, 9.0, 9.0]), (n, 1, 1)))
    states.x[:, 0] = x
    chance = np.array(existence)
    return Told(np.arange(n), states, chance, np.full(n, age_s), chance >= 0.99)


def test_a_partners_tracks_are_added_or_make_own_ones_better() -> None:
    """Two targets both have, one only the partner has."""
    own, other = told([0.0, 5000.0], [0.999, 0.999]), told([4990.0, 50e3, 10.0], [0.999, 0.999, 0.999])
    for apart in (False, True):
        found = combine(own, other, apart)
        assert sorted(found.x[:, 0].tolist()) == pytest.approx([5.0, 4995.0, 50e3])
        assert found.p[0, 0, 0] == pytest.approx(50.0 if apart else 100.0)
        assert len(combine(own, told([], []), apart).x) == 2
        assert len(combine(told([], []), other, apart).x) == 3


def test_existence_is_fused_and_what_one_alone_has_must_be_fresh() -> None:
    maybe = told([0.0], [0.8])
    assert len(combine(maybe, told([5.0], [0.8]), True).x) == 1
    assert len(combine(maybe, told([5.0], [0.8]), False).x) == 0
    assert len(combine(maybe, told([5.0], [0.3]), True).x) == 0
    assert len(combine(told([], []), told([0.0], [0.999], 20.0), True).x) == 0
