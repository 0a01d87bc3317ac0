"""Ranked assignments against enumeration, and one scan of the mixture against every way it could have been."""

import itertools

import numpy as np
import pytest

from jointsky.kernels.mixture import Mixture, Scene, move_on, nothing, take_scan
from jointsky.kernels.ranked import NEVER, rank_assignments


def enumerated(cost: np.ndarray) -> list[float]:
    """Costs of all assignments that may be, in order."""
    ways = itertools.permutations(range(cost.shape[1]), cost.shape[0])
    sums = [sum(cost[r, c] for r, c in enumerate(way)) for way in ways]
    return sorted(total for total in sums if total < NEVER / 2)


@pytest.mark.parametrize("seed", range(12))
def test_ranked_assignments_are_those_of_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = sorted(rng.integers(1, 6, 2).tolist())
    cost = rng.normal(0, 3, (rows, columns))
    cost[rng.random(cost.shape) < 0.2] = NEVER
    k = 25
    found, costs = np.zeros((k, rows), np.int64), np.zeros(k)
    n = rank_assignments(cost, k, found, costs)
    all_of_them = enumerated(cost)
    assert n == min(k, len(all_of_them))
    assert np.allclose(costs[:n], all_of_them[:n])
    assert len({tuple(way) for way in found[:n].tolist()}) == n
    for way, total in zip(found[:n], costs, strict=False):
        assert len(set(way.tolist())) == rows
        assert cost[np.arange(rows), way].sum() == pytest.approx(total)


SCENE = Scene(0.01, 0.99, 0.9, 4.0, 0.05, 400.0, 1.0, 1.0, 10_000, 1e6, 0.0, 0.0)


def three_targets() -> Mixture:
    """Three likely targets in one place, in one hypothesis."""
    x = np.array([[0.0, 0, 0, 0], [1.0, 0, 0, 0], [0.0, 1.5, 0, 0]])
    p = np.tile(np.diag([0.5, 0.5, 0.1, 0.1]), (3, 1, 1))
    return Mixture(np.array([0.9, 0.6, 0.99]), x, p, np.array([[0, 1, 2]]), np.ones(1), np.array([7, 8, 9]))


def exact(mix: Mixture, plots: np.ndarray, hidden: float) -> np.ndarray:
    """P(target i made plot j) and, in the last column, that it made none, by summing over every way (Bayes)."""
    strange = (hidden * SCENE.detects + SCENE.clutter) / SCENE.area
    n, m = len(mix.r), len(plots)
    total, marginal = 0.0, np.zeros((n, m + 1))
    for way in itertools.product(range(m + 1), repeat=n):
        taken = [j for j in way if j < m]
        if len(set(taken)) < len(taken):
            continue
        weight = strange ** (m - len(taken))
        for i, j in enumerate(way):
            if j == m:
                weight *= 1.0 - mix.r[i] * SCENE.detects
                continue
            s = mix.p[i, :2, :2] + np.eye(2)
            v = plots[j] - mix.x[i, :2]
            weight *= mix.r[i] * SCENE.detects * np.exp(-0.5 * v @ np.linalg.solve(s, v))
            weight /= 2.0 * np.pi * np.sqrt(np.linalg.det(s))
        total += weight
        for i, j in enumerate(way):
            marginal[i, j] += weight
    return marginal / total


@pytest.mark.parametrize("seed", range(4))
def test_a_scan_of_the_mixture_is_exact_where_all_hypotheses_are_kept(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plots = rng.normal(0.5, 1.2, (3, 2))
    before = three_targets()
    expected = exact(before, plots, 0.3)
    after = take_scan(three_targets(), plots, np.array([10, 11, 12]), 0.3, SCENE)
    assert after.w.sum() == pytest.approx(1.0)
    assert after.number.tolist() == [7, 8, 9, 10, 11, 12]
    miss = [before.r[i] * 0.1 / (1.0 - before.r[i] * 0.9) for i in range(3)]
    for i in range(3):
        existence = (after.w * after.r[after.world[:, i]]).sum()
        assert existence == pytest.approx(expected[i, :3].sum() + expected[i, 3] * miss[i], rel=1e-9)
    for j in range(3):
        born = (after.w * (after.world[:, 3 + j] >= 0)).sum()
        assert born == pytest.approx(1.0 - expected[:, j].sum(), rel=1e-9)


def test_a_single_target_is_the_kalman_filter() -> None:
    """Alone and sure, the state is what the textbook's matrices say."""
    x, p = np.array([3.0, -2.0, 1.0, 0.5]), np.diag([1.0, 2.0, 0.3, 0.4])
    mix = Mixture(np.ones(1), x[None].copy(), p[None].copy(), np.array([[0]]), np.ones(1), np.array([1]))
    f, h = np.eye(4), np.eye(2, 4)
    f[0, 2] = f[1, 3] = 2.0
    q = 0.01 * np.kron(np.array([[8 / 3, 2.0], [2.0, 2.0]]), np.eye(2))
    move_on(mix, 2.0, SCENE._replace(survives=1.0))
    x, p = f @ x, f @ p @ f.T + q
    assert np.allclose(mix.x[0], x)
    assert np.allclose(mix.p[0], p)
    z = np.array([[5.5, -1.0]])
    after = take_scan(mix, z, np.array([2]), 1e-9, SCENE._replace(clutter=1e-9))
    gain = p @ h.T @ np.linalg.inv(h @ p @ h.T + np.eye(2))
    best = after.world[0, 0]
    assert np.allclose(after.x[best], x + gain @ (z[0] - h @ x))
    assert np.allclose(after.p[best], p - gain @ h @ p)


def test_nothing_stays_nothing() -> None:
    after = take_scan(nothing(), np.zeros((0, 2)), np.zeros(0, np.int64), 1.0, SCENE)
    assert (len(after.r), after.world.shape, after.w.tolist()) == (0, (1, 0), [1.0])
