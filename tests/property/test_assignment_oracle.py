"""The assignment solver against brute force: stocks, forbidden pairs and pools on problems small enough to try all."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from night import NIGHT

from jointsky.command.assignment.problem import Salvo
from jointsky.command.assignment.solve import plan_at_once, solve

CASES = 5_000 if NIGHT else 1_000


def problem(number: int) -> Salvo:
    """A few weapons, targets and pools; chances and values over several orders, some of them equal."""
    luck = np.random.default_rng(number)
    n, m, k = int(luck.integers(1, 5)), int(luck.integers(1, 4)), int(luck.integers(0, 3))
    p = np.round(luck.random((n, m)), int(luck.integers(1, 4))) * (luck.random((n, m)) < 0.8)
    worth = np.round(luck.uniform(0.0, 10.0, m), 1) * 10.0 ** luck.integers(-2, 3)
    member = (luck.random((k, n)) < 0.6).astype(np.int64)
    return Salvo(worth, p, luck.integers(0, 3, n), member, luck.integers(0, 4, k))


def least(salvo: Salvo) -> float:
    """The least value that any plan leaves, by trying all."""
    m = len(salvo.worth)
    rows = [
        [
            row for row in itertools.product(range(int(held) + 1), repeat=m)
            if sum(row) <= held and all(shots == 0 or p > 0.0 for shots, p in zip(row, chances, strict=True))
        ]
        for held, chances in zip(salvo.shots, salvo.p, strict=True)
    ]  # fmt: skip
    best = float("inf")
    for rows_chosen in itertools.product(*rows):
        x = np.array(rows_chosen)
        if (salvo.member @ x.sum(axis=1) <= salvo.room).all():
            best = min(best, float((salvo.worth * np.prod((1.0 - salvo.p) ** x, axis=0)).sum()))
    return best


def test_the_proof_is_what_brute_force_finds() -> None:
    for number in range(CASES):
        salvo = problem(number)
        answer, best = solve(salvo, seconds=None), least(salvo)
        assert salvo.keeps(answer.assignment), number
        assert answer.value == pytest.approx(best, rel=1e-9, abs=1e-300), number
        assert answer.bound <= answer.value and answer.bound <= best * (1.0 + 1e-13), number
        assert answer.proved and not answer.note, number


def test_a_plan_at_once_is_possible_and_its_bound_holds() -> None:
    for number in range(CASES // 5):
        salvo = problem(number)
        answer, best = solve(salvo, seconds=1e-3), least(salvo)
        assert salvo.keeps(answer.assignment), number
        assert answer.bound <= best * (1.0 + 1e-12) <= answer.value * (1.0 + 2e-12), number
        plan = plan_at_once(salvo, 4)
        assert salvo.keeps(plan) and np.array_equal(plan, plan_at_once(salvo, 4)), number


def larger(luck: np.random.Generator) -> tuple[Salvo, Salvo]:
    """A problem, and the same with less allowed: forbidden pairs, a pool, fewer shots."""
    n, m = int(luck.integers(3, 12)), int(luck.integers(3, 10))
    p, worth = luck.uniform(0.1, 0.95, (n, m)), luck.uniform(1.0, 100.0, m)
    shots = luck.integers(1, 4, n)
    less = Salvo(worth, p * (luck.random((n, m)) < 0.7), np.maximum(shots - luck.integers(0, 2, n), 0),
                 (luck.random((1, n)) < 0.5).astype(np.int64), luck.integers(1, 6, 1))  # fmt: skip
    return Salvo.of(worth, p, shots), less


def test_more_allowed_is_never_worse() -> None:
    for number in range(60 if NIGHT else 12):
        more, less = larger(np.random.default_rng(number))
        whole, part = solve(more, seconds=None), solve(less, seconds=None)
        assert whole.proved and part.proved
        assert whole.value <= part.value * (1.0 + 1e-9), number


def test_the_order_of_weapons_and_targets_does_not_matter() -> None:
    for number in range(8):
        luck = np.random.default_rng(number)
        _, salvo = larger(luck)
        rows, columns = luck.permutation(len(salvo.shots)), luck.permutation(len(salvo.worth))
        turned = Salvo(salvo.worth[columns], salvo.p[rows][:, columns].copy(), salvo.shots[rows],
                       salvo.member[:, rows].copy(), salvo.room)  # fmt: skip
        assert solve(turned, None).value == pytest.approx(solve(salvo, None).value, rel=1e-9)
