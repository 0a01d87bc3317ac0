"""Truth against picture on hand-made worlds: who stands for whom, how complete, how true, and what only a clause
gave."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pictures import tracks
from worlds import Scene, at

from jointsky.measures.association import GATE_M, track_of
from jointsky.measures.pictures import MEMORY_S, PictureQuality
from jointsky.vocab.codes import Identity, Side
from jointsky.vocab.messages import Alerts, Tracks
from jointsky.vocab.records import ALERT, Rows, empty
from jointsky.world.tick import Tick
from jointsky.world.world import World

SIDES = (Side.RAIDER, Side.RAIDER, Side.DEFENDER, Side.NEUTRAL)
NORTH_M = (0.0, 50e3, 100e3, 150e3)


def world() -> World:
    """Four in the air, two raiders, a defender and an airliner, and one raider on the ground."""
    scene = Scene()
    for i, (side, north) in enumerate(zip(SIDES, NORTH_M, strict=True)):
        here = at(0.0, north, 9000.0)
        scene.routed(f"plane {i}", "bomber", [(0.0, north, 9000.0, 0.0)], side=side, alive=1, pos_ecef_m=here)
    scene.routed("parked", "bomber", [(0.0, 10e3, 200.0, 0.0)], alive=0, pos_ecef_m=at(0.0, 10e3, 200.0))
    return scene.world()


def picture(north_m: Any, identity: Any = Identity.UNKNOWN, **columns: Any) -> Rows:
    places = np.array([at(300.0, north, 8500.0) for north in north_m]).reshape(-1, 3)
    return tracks(len(places), pos_ecef_m=places, identity=identity, **columns)


def quality(*pictures: Rows, t_s: float = 0.0) -> dict[str, float]:
    measure, made = PictureQuality(), world()
    for k, rows in enumerate(pictures):
        measure.on_tick(made, Tick(k, t_s + 20.0 * k, sent={"west.cp": [Tracks("west.cp", 0, rows)]}))
    return measure.result(made)


def test_a_full_and_true_picture() -> None:
    named = [Identity.HOSTILE, Identity.SUSPECT, Identity.ASSUMED_FRIEND, Identity.NEUTRAL]
    assert quality(picture(NORTH_M, named)) == {
        "west.cp.completeness": 1.0, "west.cp.raiders_held": 1.0, "west.cp.spurious": 0.0,
        "west.cp.identity_right": 1.0, "west.cp.civil_called_hostile": 0.0, "west.cp.released_only": 0.0,
    }  # fmt: skip


def test_what_is_missing_wrong_and_false_is_counted() -> None:
    found = quality(picture([0.0, 150e3, 250e3, 10e3], [Identity.FRIEND, Identity.HOSTILE, 1, 1]))
    assert found["west.cp.completeness"] == 0.5 and found["west.cp.raiders_held"] == 0.5
    assert found["west.cp.spurious"] == 0.5, "one far from everybody, one over an aircraft on the ground"
    assert found["west.cp.identity_right"] == 0.0 and found["west.cp.civil_called_hostile"] == 1.0


def test_two_tracks_of_one_aircraft_are_one_and_a_false_one() -> None:
    found = quality(picture([0.0, 100.0]))
    assert found["west.cp.completeness"] == 0.25 and found["west.cp.spurious"] == 0.5


def test_readings_are_summed() -> None:
    found = quality(picture(NORTH_M), picture([]))
    assert found["west.cp.completeness"] == 0.5 and found["west.cp.spurious"] == 0.0


def test_it_reads_every_period_and_only_pictures() -> None:
    measure, made = PictureQuality(period_s=20.0), world()
    for t_s in range(40):
        sent = {"west.cp": [Alerts("west.cp", empty(ALERT, 1)), Tracks("west.cp", 0, picture([0.0]))]}
        measure.on_tick(made, Tick(t_s, float(t_s), sent=sent if t_s % 5 == 0 else {}))
    assert measure.sums["west.cp"]["aircraft"] == 2 * 4


@pytest.mark.parametrize(
    ("own_s", "released_s", "only"),
    [(-np.inf, 90.0, 1.0), (100.0 - MEMORY_S - 1.0, 90.0, 1.0), (100.0 - MEMORY_S + 1.0, 90.0, 0.0),
     (-np.inf, -np.inf, 0.0), (95.0, -np.inf, 0.0)],
)  # fmt: skip
def test_released_only_is_what_own_sensors_have_not_seen_for_a_minute(
    own_s: float, released_s: float, only: float
) -> None:
    found = quality(picture([0.0], t_own_s=own_s, t_released_s=released_s), t_s=100.0)
    assert found["west.cp.released_only"] == only


def test_an_empty_picture_of_an_empty_sky_has_no_shares() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = quality(picture([]))
        measure, nobody = PictureQuality(), Scene().world()
        measure.on_tick(nobody, Tick(0, 0.0, sent={"west.cp": [Tracks("west.cp", 0, picture([]))]}))
        alone = measure.result(nobody)
    assert found["west.cp.completeness"] == 0.0 and math.isnan(found["west.cp.spurious"])
    assert math.isnan(alone["west.cp.completeness"]) and PictureQuality().result(nobody) == {}


places = st.lists(st.tuples(st.floats(-2e4, 2e4), st.floats(-2e4, 2e4), st.floats(1e3, 1.5e4)), max_size=7)


@given(places, places)
@example(real=[(0.0, 101.0, 1000.0), (0.0, 0.0, 1000.0)], seen=[(0.0, 0.0, 7042.0)])
def test_a_track_stands_for_the_nearest_over_ground_and_one_for_one(real: list, seen: list) -> None:
    truth = np.array([at(*place) for place in real]).reshape(-1, 3)
    rows = tracks(len(seen), pos_ecef_m=np.array([at(*place) for place in seen]).reshape(-1, 3))
    match = track_of(truth, rows)
    flat_m = np.array([[math.dist(a[:2], b[:2]) for b in seen] for a in real]).reshape(len(real), len(seen))
    taken = match[match >= 0].tolist()
    assert len(taken) == len(set(taken))
    for i, j in enumerate(match):
        if j >= 0:
            assert flat_m[i, j] <= min(flat_m[i].min(), flat_m[:, j].min()) + 100.0 and flat_m[i, j] < GATE_M + 100.0
        elif len(seen):
            near = int(flat_m[i].argmin())
            others = np.delete(flat_m[:, near], i)
            tied = np.partition(np.append(flat_m[i], np.inf), 1)[1] < flat_m[i, near] + 200.0
            wanted_more = (others < flat_m[i, near] + 200.0).any()
            assert flat_m[i, near] > GATE_M - 100.0 or wanted_more or tied
