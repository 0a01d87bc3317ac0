"""Maximal covering against brute force, and what happens when the solver fails."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from jointsky.planning import siting
from jointsky.planning.siting import Covering, greedy, sited


def covering(number: int) -> Covering:
    luck = np.random.default_rng(number)
    g, s, d = int(luck.integers(1, 3)), int(luck.integers(3, 5)), int(luck.integers(2, 7))
    return Covering(
        reach=luck.random((g, s, d)) < 0.5, count=luck.integers(1, 3, g), size=luck.integers(1, 3, g).astype(float),
        room=np.full(s, 4.0), weight=luck.uniform(0.0, 5.0, d), fixed=luck.integers(0, 2, d),
    )  # fmt: skip


def laydowns(problem: Covering) -> list[np.ndarray]:
    sites = problem.reach.shape[1]
    rows = [[r for r in itertools.product(range(int(c) + 1), repeat=sites) if sum(r) == c] for c in problem.count]
    found = [np.array(choice) for choice in itertools.product(*rows)]
    return [at for at in found if (problem.size @ at <= problem.room).all()]


def test_the_best_laydown_is_found() -> None:
    for number in range(40):
        problem = covering(number)
        every = laydowns(problem)
        best = max(map(problem.worth, every))
        found = sited(problem, every[0])
        assert found.worth == pytest.approx(problem.worth(found.at))
        assert best * (1.0 - 1e-3) - 1e-9 <= found.worth <= best + 1e-9 <= found.bound + 2e-9 + 1e-3 * best
        assert (found.at.sum(axis=1) == problem.count).all() and (problem.size @ found.at <= problem.room).all()
        assert not found.note


def test_a_failing_solver_leaves_the_greedy_laydown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siting, "milp", lambda *_a, **_k: SimpleNamespace(x=None, mip_dual_bound=None, message="no"))
    problem = covering(3)
    present = laydowns(problem)[0]
    found = sited(problem, present)
    assert found.worth == max(problem.worth(present), problem.worth(greedy(problem))) <= found.bound == problem.most
    assert "greedy stands" in found.note


def test_layers_count_for_less() -> None:
    one = np.ones((1, 1, 1), np.bool_)
    problem = Covering(one, np.array([3]), np.ones(1), np.array([3.0]), np.array([8.0]), np.zeros(1, np.int64))
    assert [problem.worth(np.array([[k]])) for k in range(5)] == [0.0, 8.0, 12.0, 14.0, 14.0]
