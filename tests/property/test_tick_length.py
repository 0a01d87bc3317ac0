"""The length of a tick decides neither how often batteries kill nor when they meet what comes: equivalence at stated
margins (two one-sided tests at 95 %, Schuirmann 1987), not the absence of a difference."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from night import cases
from worlds import MISSILES, Scene, at

from jointsky import truth
from jointsky.vocab.codes import Act, Shooter, Shot
from jointsky.vocab.records import ORDER, empty

RAIDERS = 6
SHARE_MARGIN, RANGE_MARGIN_M, MISS_M = 0.05, 600.0, 1.0
"""What two lengths may differ by: five kills in a hundred, and less than three seconds of a raider's way; and how far
from the raider a missile may end at any length: in a run a kill is drawn from Pk, so that both must meet."""
Z95 = 1.645


def engaged(dt_s: float, seed: int) -> tuple[list[bool], list[float], list[float]]:
    """Whether each raider is killed by the battery that is ordered to engage it, how far out it is met (m), and how far
    from where it then is (m)."""
    scene = Scene(dt_s=dt_s, seed=seed)
    battery = scene.launcher("battery", 0.0, 0.0, missile=1, pk=0.55, channels=RAIDERS, ready=RAIDERS, capacity=RAIDERS)
    for k in range(RAIDERS):
        luck = np.random.default_rng([seed, k]).uniform(-1.0, 1.0, 3)
        start = (40_000.0 + 4_000.0 * luck[0], 55_000.0 + 6_000.0 * luck[1])
        way = [(*start, 6_000.0, 225.0 + 10.0 * luck[2]), (-3_000.0, -60_000.0, 6_000.0, 225.0 + 10.0 * luck[2])]
        scene.routed(f"raider.{k}", "bomber", way)
    world = scene.world()
    truth.step(world, 0)
    world.state.tick = 1
    due = empty(ORDER, RAIDERS)
    due["shooter"], due["row"], due["act"], due["airfield"] = Shooter.LAUNCHER, battery, Act.ENGAGE, -1
    due["order_id"], due["track_id"], due["shots"] = np.arange(RAIDERS) + 1, np.arange(RAIDERS) + 1, 1
    planes, off = world.state.aircraft, []
    while world.t_s < 330.0:
        if round(world.t_s / dt_s) % round(4.0 / dt_s) == 0:  # the post tells the places again every four seconds
            due["pos_ecef_m"], due["vel_ecef_mps"] = planes["pos_ecef_m"], planes["vel_ecef_mps"]
            due["t_valid_s"] = due["t_effective_s"] = world.t_s
            truth.apply(world, due)
        truth.step(world, world.state.tick)
        places, ways = planes["pos_ecef_m"].copy(), planes["vel_ecef_mps"].copy()
        done = len(truth.resolve(world, world.state.tick))
        for shot in world.state.engagements[: world.state.engagements_used] if done else ():
            now_s = world.t_s + dt_s
            if shot["state"] in (Shot.HIT, Shot.MISS) and world.t_s < shot["t_impact_s"] <= now_s:
                then = places[shot["target"]] - ways[shot["target"]] * (now_s - shot["t_impact_s"])
                off.append(float(np.sqrt(((shot["impact_ecef_m"] - then) ** 2).sum())))
        world.state.tick += 1
    shots = world.state.engagements[: world.state.engagements_used]
    flown = shots[np.isin(shots["state"], (Shot.HIT, Shot.MISS))]
    met = np.sqrt(((flown["impact_ecef_m"] - at(0.0, 0.0, 0.0)) ** 2).sum(axis=1))
    return (flown["state"] == Shot.HIT).tolist(), met.tolist(), off


@cache
def all_of(dt_s: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Kills, meeting ranges and miss distances of all runs."""
    runs = [engaged(dt_s, seed) for seed in cases(40, 400)]
    return tuple(np.array([value for run in runs for value in run[k]]) for k in range(3))  # type: ignore[return-value]


def is_equivalent(first: np.ndarray, second: np.ndarray, margin: float) -> bool:
    """Whether the 90 % interval of the difference of two means lies inside the margin."""
    apart = float(first.mean() - second.mean())
    wide = Z95 * math.sqrt(float(first.var()) / len(first) + float(second.var()) / len(second))
    return abs(apart) + wide < margin


@pytest.mark.parametrize("dt_s", [0.5, 2.0])
def test_kills_and_meetings_do_not_depend_on_the_tick(dt_s: float) -> None:
    kills, met, _ = all_of(1.0)
    other_kills, other_met, _ = all_of(dt_s)
    assert len(MISSILES) == 3 and len(kills) > 200 and len(other_kills) == len(kills)
    assert abs(kills.mean() - other_kills.mean()) < SHARE_MARGIN
    assert is_equivalent(met, other_met, RANGE_MARGIN_M)
    assert np.quantile(np.abs(np.sort(met) - np.sort(other_met)), 0.95) < 2.0 * RANGE_MARGIN_M


@pytest.mark.parametrize("dt_s", [0.5, 1.0, 2.0])
def test_missiles_end_where_their_targets_are_whatever_the_tick(dt_s: float) -> None:
    _, met, off = all_of(dt_s)
    assert len(off) == len(met) and off.max() < MISS_M


def test_the_test_can_tell_a_difference() -> None:
    _, met, _ = all_of(1.0)
    assert not is_equivalent(met, met + 1.5 * RANGE_MARGIN_M, RANGE_MARGIN_M)
