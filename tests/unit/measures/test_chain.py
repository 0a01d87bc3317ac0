"""From detectable to acted on hand-made ticks: the first time of each stage, and none where it never came."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
from pictures import tracks
from worlds import Scene, at

from jointsky.measures.chain import LATE, STAGES, Chain
from jointsky.vocab.codes import Act, Identity, Shot, Side
from jointsky.vocab.messages import Message, Orders, Tracks
from jointsky.vocab.records import ORDER, PLOT, empty
from jointsky.vocab.truth_records import ENGAGEMENT
from jointsky.world.tick import Tick
from jointsky.world.world import World


def world() -> World:
    """An airliner, then two raiders 100 km apart (rows 1 and 2)."""
    scene = Scene()
    for i, side in enumerate((Side.NEUTRAL, Side.RAIDER, Side.RAIDER)):
        here = at(0.0, 100e3 * i, 9000.0)
        scene.routed(f"plane {i}", "bomber", [(0.0, 100e3 * i, 9000.0, 0.0)], side=side, alive=1, pos_ecef_m=here)
    return scene.world()


def picture(made: World, rows: list[int], identity: Identity = Identity.UNKNOWN) -> Message:
    """Tracks 10 + row on the aircraft of these rows."""
    seen = tracks(len(rows), pos_ecef_m=made.state.aircraft["pos_ecef_m"][rows], identity=identity)
    seen["track_id"] = np.array(rows) + 10
    return Tracks("west.cp", 0, seen)


def orders(track: int, issued_s: float, approved_s: float, act: Act = Act.ENGAGE) -> Message:
    rows = empty(ORDER, 1)
    rows["track_id"], rows["t_issued_s"], rows["t_approved_s"], rows["act"] = track, issued_s, approved_s, act
    return Orders("west.cp", rows, (("national",),))


def plots(truth: list[int], t_s: float) -> dict[str, Any]:
    rows = empty(PLOT, len(truth))
    rows["t_valid_s"] = t_s
    return {"plots": rows, "plot_truth": np.array(truth, np.int32)}


def sight(*rows: int) -> np.ndarray:
    """Which aircraft (of three) one of two nations could see."""
    table = np.zeros((2, 3), np.bool_)
    table[1, list(rows)] = True
    return table


def story() -> tuple[World, Chain]:
    made, chain = world(), Chain(period_s=10.0)
    ticks = [
        Tick(0, 0.0, detectable=sight(0)),
        Tick(10, 10.0, detectable=sight(1), **plots([0, -1], 10.2)),
        Tick(15, 15.0, **plots([1, 1], 15.4)),
        Tick(30, 30.0, sent={"west.cp": [picture(made, [0, 1])]}),
        Tick(35, 35.0, sent={"west.cp": [picture(made, [1, 2], Identity.HOSTILE)]}),
        Tick(40, 40.0, detectable=sight(1, 2), sent={"west.cp": [picture(made, [1], Identity.HOSTILE)]}),
        Tick(50, 50.0, sent={"west.cp": [orders(11, 50.0, 110.0), orders(10, 50.0, 50.0), orders(99, 50.0, 50.0)]}),
        Tick(55, 55.0, sent={"west.cp": [orders(11, 55.0, 110.0)], "east.cp": [orders(12, 1.0, 1.0)]}),
    ]
    for tick in ticks:
        chain.on_tick(made, tick)
    shots = empty(ENGAGEMENT, 4)
    shots["target"], shots["t_launch_s"] = [1, 1, 0, 2], [140.0, 120.0, 20.0, math.inf]
    shots["state"] = [Shot.MISS, Shot.HIT, Shot.HIT, Shot.CEASED]
    made.state.engagements[:4], made.state.engagements_used = shots, 4
    return made, chain


def test_each_stage_has_its_first_time() -> None:
    made, chain = story()
    chain.result(made)
    assert chain.raider_rows.tolist() == [1, 2]
    first = {stage: chain.first_s[stage].tolist() for stage in STAGES}
    assert first == {
        "detectable": [10.0, 40.0], "detected": [15.4, math.inf], "reported": [30.0, math.inf],
        "identified": [40.0, math.inf], "decided": [50.0, math.inf], "authorised": [110.0, math.inf],
        "acted": [120.0, math.inf],
    }  # fmt: skip


def test_the_result_is_waits_since_detectable_and_shares() -> None:
    made, chain = story()
    result = chain.result(made)
    waits = {"detected": 5.4, "reported": 20.0, "identified": 30.0, "decided": 40.0, "authorised": 100.0}
    waits["acted"] = 110.0
    for stage, wait in waits.items():
        assert result[f"{stage}_after_s"] == pytest.approx(wait) and result[f"{stage}_share"] == 0.5
        assert result[f"first_{stage}_s"] == pytest.approx(10.0 + wait)
    assert result["first_detectable_s"] == 10.0
    assert {stage for stage in STAGES if f"{stage}_after_p90_s" in result} == set(LATE)


def test_nine_in_ten_are_within_the_slow_end() -> None:
    made, chain = world(), Chain()
    chain.on_tick(made, Tick(0, 0.0, detectable=sight(1, 2), sent={"west.cp": [picture(made, [1, 2])]}))
    chain.on_tick(made, Tick(1, 1.0, sent={"west.cp": [orders(11, 20.0, 30.0), orders(12, 70.0, 130.0)]}))
    result = chain.result(made)
    assert result["decided_after_s"] == 45.0 and result["decided_after_p90_s"] == pytest.approx(65.0)
    assert result["authorised_after_p90_s"] == pytest.approx(120.0) and math.isnan(result["acted_after_p90_s"])


def test_the_median_is_over_those_who_reached_the_stage() -> None:
    made, chain = world(), Chain()
    chain.on_tick(made, Tick(0, 0.0, detectable=sight(1, 2), **plots([1], 4.0)))
    chain.on_tick(made, Tick(1, 1.0, **plots([2], 10.0)))
    result = chain.result(made)
    assert result["detected_after_s"] == 7.0 and result["detected_share"] == 1.0


def test_orders_other_than_to_engage_decide_nothing() -> None:
    made, chain = world(), Chain()
    chain.on_tick(made, Tick(0, 0.0, sent={"west.cp": [picture(made, [1])]}))
    for act in (Act.SCRAMBLE, Act.POSITION, Act.CEASE, Act.RECOVER):
        chain.on_tick(made, Tick(1, 1.0, sent={"west.cp": [orders(11, 1.0, 1.0, act)]}))
    assert chain.result(made)["decided_share"] == 0.0


@pytest.mark.parametrize("ticks", [[], [Tick(0, 0.0)], [Tick(0, 0.0, detectable=sight(), **plots([-1], 0.5))]])
def test_stages_that_never_came_are_not_numbers_and_nothing_is_said_aloud(ticks: list[Tick]) -> None:
    made, chain = world(), Chain()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for tick in ticks:
            chain.on_tick(made, tick)
        result = chain.result(made)
    for stage in STAGES[1:]:
        assert math.isnan(result[f"{stage}_after_s"]) and math.isnan(result[f"first_{stage}_s"])
        assert result[f"{stage}_share"] == 0.0


def test_without_raiders_there_are_no_shares() -> None:
    made, chain = Scene().world(), Chain()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chain.on_tick(made, Tick(0, 0.0, detectable=np.zeros((2, 0), np.bool_), **plots([-1, -1], 0.1)))
        chain.on_tick(made, Tick(1, 1.0, sent={"west.cp": [Tracks("west.cp", 0, tracks(2))]}))
        result = chain.result(made)
    assert all(math.isnan(value) for value in result.values())
