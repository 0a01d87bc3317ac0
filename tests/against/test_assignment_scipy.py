"""Optimal assignment of plots to tracks against scipy."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from jointsky.kernels.associate import assign_least_cost, choose_pairs


def test_least_cost_equals_scipy() -> None:
    rng = np.random.default_rng(1)
    for _ in range(300):
        n = int(rng.integers(1, 12))
        m = n + int(rng.integers(0, 8))
        cost = rng.normal(size=(n, m)) * 10.0
        if rng.random() < 0.3:
            cost = np.round(cost)
        column_of = np.empty(n, np.int64)
        assign_least_cost(cost, column_of)
        assert len(set(column_of.tolist())) == n
        rows, columns = linear_sum_assignment(cost)
        assert abs(cost[np.arange(n), column_of].sum() - cost[rows, columns].sum()) < 1e-9


def test_chosen_pairs_have_the_highest_score() -> None:
    rng = np.random.default_rng(2)
    for _ in range(300):
        tracks, plots = int(rng.integers(1, 9)), int(rng.integers(1, 9))
        score = np.where(rng.random((tracks, plots)) < 0.35, rng.uniform(0.1, 30.0, (tracks, plots)), 0.0)
        pairs = np.argwhere(score > 0.0)
        if not len(pairs):
            continue
        used = {t: k for k, t in enumerate(dict.fromkeys(pairs[:, 0].tolist()))}
        track = np.array([used[t] for t in pairs[:, 0].tolist()])
        chosen = np.empty(plots, np.int64)
        choose_pairs(len(pairs), track, pairs[:, 1].copy(), score[pairs[:, 0], pairs[:, 1]], plots, chosen)
        back = {k: t for t, k in used.items()}
        got = [(back[t], j) for j, t in enumerate(chosen.tolist()) if t >= 0]
        assert len({t for t, _ in got}) == len(got)
        assert all(score[pair] > 0.0 for pair in got)
        rows, columns = linear_sum_assignment(-score)
        assert abs(sum(score[pair] for pair in got) - score[rows, columns].sum()) < 1e-9
