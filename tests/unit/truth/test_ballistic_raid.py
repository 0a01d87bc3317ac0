"""Ballistic missiles in a run: they fly their arcs, do damage, warn, and do not warn where they were announced."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from effects_scene import Watched, scene

from jointsky import geo
from jointsky.engine.check import out_of_reach
from jointsky.errors import ScenarioErrors
from jointsky.truth import ballistic
from jointsky.vocab.codes import Flight, Side

START = (54.0, 30.9)
TOWN = (54.0, 27.4)
RAID: dict[str, Any] = {"id": "arc", "nation": "red", "type": "ballistic_250", "at": list(START), "target": "west-town",
                        "depart": "20 s"}  # fmt: skip
WARNS = {"id": "E1", "share": "warning", "from": "east", "to": "west", "over": "line",
         "of": {"sensors": ["east.warning"]}}  # fmt: skip
EYE = {"east.warning": {"kind": "early-warning", "radars": [
    {"id": "a", "type": "early_warning_uhf", "at": [54.0, 28.4]}]}}  # fmt: skip


def run(**more: Any) -> Watched:
    return Watched(scene(WARNS, ballistic=[RAID | more], units=EYE, duration="420 s"))


@pytest.fixture(scope="module")
def attacked() -> Watched:
    return run()


def test_it_flies_its_arc_and_does_its_damage(attacked: Watched) -> None:
    row = attacked.aircraft("arc.1")
    flight = ballistic.aim(ballistic.TBM_250, START, TOWN)
    assert row["state"] == Flight.LEAKED and row["t_end_s"] == pytest.approx(20.0 + flight.time_s, abs=1e-9)
    assert row["side"] == Side.RAIDER and not row["alive"]
    assert attacked.engine.world.state.assets["damage"].sum() == 2.0
    gap, _ = geo.geodesic(np.rad2deg(row["lat_rad"]), np.rad2deg(row["lon_rad"]), *TOWN)
    assert float(gap) < 2.0 and row["alt_m"] == pytest.approx(0.0, abs=1.0)


def test_it_warns(attacked: Watched) -> None:
    assert [event.name for event in attacked.told("told")][:1] == ["E1"]


def test_an_announced_launch_warns_nobody() -> None:
    quiet = run(announced=True)
    assert not quiet.told("told") and quiet.aircraft("arc.1")["side"] == Side.NEUTRAL


def test_spread_is_luck_by_name() -> None:
    ends = []
    for seed in (1, 1, 2):
        found = scene(ballistic=[RAID | {"spread": "2 km", "count": 2}], duration="30 s")
        world = Watched(found, seed).engine.world
        ends.append([tuple(k[-1, 1:4]) for k in world.model.ballistics.knots])
    assert ends[0] == ends[1] != ends[2]
    assert ends[0][0] != ends[0][1]


def test_the_tick_does_not_matter() -> None:
    times = {Watched(scene(ballistic=[RAID], duration="420 s", tick=tick)).aircraft("arc.1")["t_end_s"]
             for tick in ("0.5 s", "1 s", "2 s")}  # fmt: skip
    assert len(times) == 1


def test_what_cannot_be_is_refused() -> None:
    (far,) = out_of_reach(scene(ballistic=[RAID | {"at": [54.0, 40.0]}]))
    assert "ballistic" in str(far) and "expected" in str(far) and "km" in str(far)
    for wrong, said in (
        ({"type": "bomber"}, "expected a type with a rocket"), ({"aim": [54.0, 27.0]}, "found both"),
        ({"target": None}, "found neither"), ({"target": "nowhere"}, "unknown asset"),
    ):  # fmt: skip
        with pytest.raises(ScenarioErrors, match=said):
            scene(ballistic=[{k: v for k, v in (RAID | wrong).items() if v is not None}])
