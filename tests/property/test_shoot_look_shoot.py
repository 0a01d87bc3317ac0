"""Shoot, look, shoot against a dynamic programme written anew: what a policy is worth, outcome by outcome."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from night import cases

from jointsky.command.assignment.problem import Salvo, Whole
from jointsky.command.assignment.quick import better_plan
from jointsky.command.assignment.stages import Stages, exact, is_small, next_shots, priced, raid_price

Alive = tuple[int, ...]


def small(number: int) -> Stages:
    """At most six shots of up to three weapons, four targets and three stages."""
    luck = np.random.default_rng(number)
    m, n = int(luck.integers(1, 5)), int(luck.integers(1, 4))
    shots = luck.multinomial(int(luck.integers(1, 7)), np.full(n, 1.0 / n))
    p = np.round(luck.uniform(0.2, 0.9, (n, m)), 2)
    keep = luck.uniform(0.0, 1.0, n) * (luck.random() < 0.4)
    return Stages(Salvo.of(luck.uniform(1.0, 10.0, m), p, shots), int(luck.integers(1, 4)), keep)


def outcomes(alive: Alive, miss: np.ndarray) -> list[tuple[float, Alive]]:
    """Every outcome of a stage with its chance."""
    found = []
    for after in itertools.product(*[(0, 1) if one else (0,) for one in alive]):
        chance = 1.0
        for j, (was, still) in enumerate(zip(alive, after, strict=True)):
            chance *= (miss[j] if still else 1.0 - miss[j]) if was else 1.0
        if chance > 0.0:
            found.append((chance, after))
    return found


def end(stages: Stages, left: tuple[int, ...], alive: Alive) -> float:
    return float(np.dot(stages.salvo.worth, alive) - np.dot(stages.kept(), left))


def followed(stages: Stages, policy: Callable[[Stages], Whole]) -> float:
    """What a policy is worth when it is asked anew after every look."""
    salvo = stages.salvo

    @cache
    def go(looks: int, left: tuple[int, ...], alive: Alive) -> float:
        if looks == 0:
            return end(stages, left, alive)
        now = Salvo.of(salvo.worth * np.array(alive), salvo.p, np.array(left))
        x = policy(Stages(now, looks, stages.keep))
        assert now.keeps(x)
        rest = tuple((np.array(left) - x.sum(axis=1)).tolist())
        miss = np.prod((1.0 - salvo.p) ** x, axis=0)
        return sum(chance * go(looks - 1, rest, after) for chance, after in outcomes(alive, miss))

    return go(stages.looks, tuple(salvo.shots.tolist()), (1,) * len(salvo.worth))


def best(stages: Stages) -> float:
    """The dynamic programme itself, by trying every set of shots in every state."""
    salvo, m = stages.salvo, len(stages.salvo.worth)

    @cache
    def go(looks: int, left: tuple[int, ...], alive: Alive) -> float:
        if looks == 0:
            return end(stages, left, alive)
        living = [j for j in range(m) if alive[j]]
        rows = [[r for r in itertools.product(range(h + 1), repeat=len(living)) if sum(r) <= h] for h in left]
        least = float("inf")
        for choice in itertools.product(*rows):
            miss = np.ones(m)
            for i, row in enumerate(choice):
                for j, shots in zip(living, row, strict=True):
                    miss[j] *= (1.0 - salvo.p[i, j]) ** shots
            rest = tuple(h - sum(row) for h, row in zip(left, choice, strict=True))
            least = min(least, sum(chance * go(looks - 1, rest, after) for chance, after in outcomes(alive, miss)))
        return least

    return go(stages.looks, tuple(salvo.shots.tolist()), (1,) * m)


@pytest.mark.parametrize("number", cases(20, 1_000))
def test_small_cases_are_followed_to_their_optimum(number: int) -> None:
    stages = small(number)
    assert is_small(stages)
    worth = exact(stages)[1]
    assert followed(stages, next_shots) == pytest.approx(worth, rel=1e-9, abs=1e-9)
    assert followed(stages, priced) >= worth - 1e-9


@pytest.mark.parametrize("number", cases(5, 60))
def test_the_optimum_is_the_dynamic_programmes(number: int) -> None:
    luck = np.random.default_rng(number)
    n, m = int(luck.integers(1, 3)), int(luck.integers(1, 4))
    salvo = Salvo.of(luck.uniform(1.0, 9.0, m), np.round(luck.uniform(0.2, 0.9, (n, m)), 2), luck.integers(1, 3, n))
    stages = Stages(salvo, int(luck.integers(2, 4)), luck.uniform(0.0, 0.5, n))
    assert exact(stages)[1] == pytest.approx(best(stages), rel=1e-9, abs=1e-9)


def test_prices_beat_firing_all_at_once() -> None:
    for number in range(2):
        luck = np.random.default_rng(number)
        p = np.round(luck.uniform(0.3, 0.8, (1, 5)), 2)
        stages = Stages(Salvo.of(luck.uniform(1.0, 10.0, 5), p, np.array([6])), 2)
        at_once = followed(stages, lambda now: better_plan(now.salvo, 10))
        assert exact(stages)[1] <= followed(stages, priced) < 0.95 * at_once


def test_shots_in_flight_count_and_salvos_are_limited() -> None:
    salvo = Salvo.of(np.array([5.0, 5.0]), np.full((1, 2), 0.5), np.array([1]))
    for policy in (lambda s: exact(s)[0], priced):
        assert policy(Stages(salvo, 1, flying=np.array([0.1, 1.0]))).tolist() == [[0, 1]]
    many = Salvo.of(np.array([5.0]), np.full((1, 1), 0.5), np.array([6]))
    assert exact(Stages(many, 1, most=2))[0].tolist() == [[2]]
    assert priced(Stages(many, 1, most=2)).tolist() == [[2]]


def test_a_reserve_is_held_for_a_raid_that_pays_better() -> None:
    now = Salvo.of(np.array([1.0]), np.full((2, 1), 0.5), np.array([1, 1]))
    later = raid_price(Salvo.of(np.full(4, 50.0), np.full((2, 4), 0.6), np.array([1, 1])), 0.5)
    assert (later > 1.0).all()
    assert not next_shots(Stages(now, 1, later)).any() and next_shots(Stages(now, 1)).any()
    assert not priced(Stages(now, 1, later)).any()


def test_pools_hold_over_all_stages() -> None:
    salvo = Salvo(np.array([5.0, 4.0]), np.full((2, 2), 0.5), np.array([2, 2]), np.array([[1, 1]]), np.array([1]))
    x, worth = exact(Stages(salvo, 3))
    assert x.sum() <= 1 and worth == pytest.approx(2.5 + 4.0)
