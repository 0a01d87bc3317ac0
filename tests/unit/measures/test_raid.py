"""Outcome of a raid on hand-made worlds: every count by hand, double shots against a search."""

from __future__ import annotations

import math
import warnings
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import Scene

from jointsky.measures.raid import RaidOutcome, double_shots, outcome
from jointsky.vocab.codes import Flight, Shot, Side
from jointsky.vocab.records import Rows, empty
from jointsky.vocab.truth_records import ENGAGEMENT
from jointsky.world.world import World

ROUTE = [(0.0, 0.0, 9000.0, 200.0), (100e3, 0.0, 9000.0, 200.0)]


def world(states: list[tuple[Side, Flight]], **shots: Any) -> World:
    scene = Scene()
    for i, (side, state) in enumerate(states):
        scene.routed(f"plane {i}", "bomber", ROUTE, side=side, state=state)
    scene.asset("capital", 0.0, 0.0, 10.0)
    scene.asset("port", 50e3, 0.0, 30.0)
    made = scene.world()
    made.state.assets["nation"] = [0, 1]
    made.state.assets["damage"] = [2.0, 3.0]
    if shots:
        rows = engagements(**shots)
        made.state.engagements[: len(rows)] = rows
        made.state.engagements_used = len(rows)
    return made


def engagements(**columns: Any) -> Rows:
    rows = empty(ENGAGEMENT, len(columns["state"]))
    rows["shots"], rows["t_launch_s"], rows["t_end_s"] = 1, math.inf, math.inf
    for name, value in columns.items():
        rows[name] = value
    return rows


def test_raiders_are_counted_by_their_end() -> None:
    raid = [Flight.KILLED, Flight.KILLED, Flight.LEAKED, Flight.ROUTE, Flight.GONE]
    found = outcome(world([(Side.RAIDER, state) for state in raid] + [(Side.NEUTRAL, Flight.LEAKED)]))
    assert found["raiders"] == 5 and found["stopped"] == 2 and found["leakers"] == 1
    assert found["stopped_share"] == pytest.approx(0.4) and found["leaked_share"] == pytest.approx(0.2)
    assert found["damage"] == 5.0 and found["damage_share"] == pytest.approx(5.0 / 40.0)
    assert found["damage_west"] == 2.0 and found["damage_east"] == 3.0


def test_own_and_civil_losses_are_told_apart() -> None:
    states = [(side, Flight.KILLED) for side in (Side.NEUTRAL, Side.DEFENDER, Side.DEFENDER, Side.RAIDER)]
    found = outcome(world([*states, (Side.NEUTRAL, Flight.ROUTE)]))
    assert found["civil_lost"] == 1 and found["friends_lost"] == 2 and found["stopped"] == 1


def test_missiles_are_those_that_flew() -> None:
    found = outcome(world(
        [(Side.RAIDER, Flight.KILLED)], state=list(Shot), shots=2, t_launch_s=np.arange(9.0) + 50.0, target=0, post=0
    ))  # fmt: skip
    assert found["missiles"] == 2 * 4, "in flight, hit, missed, lost"
    assert found["missiles_per_kill"] == 8.0 and found["first_launch_s"] == 50.0 + Shot.IN_FLIGHT
    assert found["double_shots"] == 0


def test_without_raid_and_without_shots_what_did_not_happen_is_not_a_number() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = outcome(world([]))
        nothing = outcome(Scene().world())
    assert found["stopped_share"] == found["missiles"] == found["double_shots"] == 0.0
    for name in ("missiles_per_kill", "first_launch_s"):
        assert math.isnan(found[name])
    assert nothing["damage_share"] == 0.0


SHOTS = st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 2), st.integers(0, 20), st.integers(1, 20)), max_size=8)


@given(SHOTS)
def test_double_shots_are_all_overlapping_pairs_of_different_posts(shots: list[tuple[int, int, int, int]]) -> None:
    target, post, start, lasts = np.array(shots, dtype=int).reshape(-1, 4).T
    fired = engagements(
        state=[Shot.HIT] * len(shots), target=target, post=post, t_launch_s=start, t_end_s=start + lasts
    )
    expected = {
        frozenset((a, b))
        for a, b in combinations(range(len(shots)), 2)
        if target[a] == target[b] >= 0
        and post[a] != post[b]
        and max(start[a], start[b]) < min(start[a] + lasts[a], start[b] + lasts[b])
    }
    found = [frozenset(pair) for pair in double_shots(fired)]
    assert len(found) == len(set(found)) and set(found) == expected


def test_the_measure_reads_the_end_of_the_run() -> None:
    made = world([(Side.RAIDER, Flight.KILLED)])
    assert RaidOutcome().result(made) == pytest.approx(outcome(made), nan_ok=True)
