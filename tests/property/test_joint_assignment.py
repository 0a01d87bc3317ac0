"""Invariant 10: with perfect links and no delay, an optimal joint assignment is never worse than separate or handover.

Exact by brute force on small problems (to 1e-9): `matching` deals at most one new order a track and moment, so it is
compared with every such deal; what both nations' separate deals save together, double shots included, is compared with
the best of all deals.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from night import cases

from jointsky.command.policies import PolicyParams, gains, matching
from jointsky.command.problem import Problem
from jointsky.vocab.codes import Shooter
from jointsky.vocab.records import CAPABILITY, TRACK, UNIT_STATUS, empty

PARAMS = PolicyParams(salvo=1, min_gain=0.0)


def problem(luck: np.random.Generator) -> tuple[Problem, np.ndarray]:
    """A few launchers of two nations against a few tracks; also which launchers are the first nation's."""
    assets, tracks = int(luck.integers(2, 5)), int(luck.integers(1, 5))
    cap, rows = empty(CAPABILITY, assets), empty(TRACK, tracks)
    cap["shooter"], rows["track_id"] = Shooter.LAUNCHER, np.arange(1, tracks + 1)
    pk = np.round(luck.uniform(0.0, 0.95, (assets, tracks)), 3) * (luck.random((assets, tracks)) < 0.8)
    meet = np.where(pk > 0.0, luck.uniform(10.0, 300.0, (assets, tracks)), np.inf)
    value, there = luck.uniform(1.0, 10.0, tracks), luck.uniform(50.0, 400.0, tracks)
    slots = np.ones(assets, np.int64)
    mine = np.arange(assets) < max(1, assets // 2)
    return Problem(0.0, 1, cap, empty(UNIT_STATUS, assets), rows, pk, meet, value, there,
                   np.ones((assets, tracks)), slots), mine  # fmt: skip


def restricted(whole: Problem, assets: np.ndarray, tracks: np.ndarray) -> Problem:
    """The same problem for some of the assets and tracks: the others' chances are nothing."""
    pk = whole.pk * assets[:, None] * tracks[None, :]
    return Problem(whole.now_s, whole.seed, whole.cap, whole.status, whole.tracks, pk, whole.t_meet_s, whole.value,
                   whole.t_there_s, whole.survival, whole.slots)  # fmt: skip


def dealt(part: Problem) -> list[tuple[int, int]]:
    return [(choice.asset, choice.track) for choice in matching(part, PARAMS)]


def saved(worth: np.ndarray, pairs: list[tuple[int, int]]) -> float:
    """The value that a deal saves when each track counts once: its best order."""
    return sum(max(worth[i, j] for i, j in pairs if j == track) for track in {j for _, j in pairs})


def expected(whole: Problem, worth: np.ndarray, pairs: list[tuple[int, int]]) -> float:
    """The same with double shots: each order takes its share of what the others leave."""
    total = 0.0
    for track in range(worth.shape[1]):
        left = 1.0
        for i, j in pairs:
            if j == track:
                left *= 1.0 - worth[i, j] / whole.value[track]
        total += whole.value[track] * (1.0 - left)
    return total


@pytest.mark.parametrize("number", cases(60, 1_000))
def test_joint_is_never_worse(number: int) -> None:
    luck = np.random.default_rng(number)
    whole, mine = problem(luck)
    _, worth = gains(whole, PARAMS)
    every = np.ones(worth.shape[1], np.bool_)
    deals = [
        [(i, j) for i, j in enumerate(deal) if j >= 0]
        for deal in itertools.product(range(-1, worth.shape[1]), repeat=len(whole.slots))
    ]
    joint = saved(worth, dealt(whole))
    single = [deal for deal in deals if len({j for _, j in deal}) == len(deal)]
    assert joint == pytest.approx(max(saved(worth, deal) for deal in single), abs=1e-9)
    separate = dealt(restricted(whole, mine, every)) + dealt(restricted(whole, ~mine, every))
    assert joint >= saved(worth, separate) - 1e-9
    ours = luck.random(worth.shape[1]) < 0.5
    handed = dealt(restricted(whole, mine, ours)) + dealt(restricted(whole, ~mine, ~ours))
    assert joint >= saved(worth, handed) - 1e-9
    best = max(expected(whole, worth, deal) for deal in deals)
    for deal in (separate, handed, dealt(whole)):
        assert best >= expected(whole, worth, deal) - 1e-9
