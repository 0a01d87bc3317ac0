"""Routes as written: times over points, formations, ground followed, fuel that does not reach."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from effects_scene import raiders, scene

from jointsky.atlas.elevation import open_elevation
from jointsky.engine.assemble import assemble
from jointsky.engine.check import judged
from jointsky.engine.plan import Engine
from jointsky.errors import ScenarioErrors
from jointsky.scenario.load import Scenario
from jointsky.world.routes import follow_ground, waypoint_rows

START, END = (54.0, 32.0), (54.0, 30.0)


def engine(*groups: dict[str, Any], **more: Any) -> Engine:
    return assemble(scene(raid=list(groups), **more), 1)


def passed(run: Engine, lon_deg: float, until_s: float) -> list[float]:
    """When each raider passes a meridian on its way west."""
    planes = run.world.state.aircraft
    rows = np.flatnonzero(planes["unit"] < 0)
    found = np.full(len(rows), np.inf)
    for tick in run.run(until_s):
        over = (planes["alive"][rows] == 1) & (np.rad2deg(planes["lon_rad"][rows]) <= lon_deg)
        found[over & np.isinf(found)] = tick.t_s + 1.0
    return found.tolist()


def group(*legs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**raiders(**more), "route": list(legs), "target": None}


def leg(at: tuple[float, float], **more: Any) -> dict[str, Any]:
    return {"at": list(at), "altitude": "7 km", **more}


def test_a_route_with_times_is_over_its_points_at_those_times() -> None:
    legs = (leg(START), leg((54.0, 31.0)), leg((54.0, 30.5), time="450 s"), leg(END, time="700 s"))
    run = engine(group(*legs, depart="50 s"))
    assert passed(run, 30.5, 520.0)[0] == pytest.approx(500.0, abs=3.0)


def test_a_line_flies_abreast_and_a_column_in_trail() -> None:
    for shape, count in (("line", 3), ("column", 3)):
        run = engine(group(leg(START), leg(END), count=count, spacing="0 s",
                           formation={"shape": shape, "spacing": "2 km"}))  # fmt: skip
        list(run.run(200.0))
        planes = run.world.state.aircraft[run.world.state.aircraft["unit"] < 0]
        gaps = np.linalg.norm(np.diff(planes["pos_ecef_m"], axis=0), axis=1)
        assert gaps == pytest.approx([2_000.0] * 2, rel=0.02)
        lat = np.rad2deg(planes["lat_rad"])
        assert bool(np.ptp(lat) > 0.03) is (shape == "line")


def test_a_wedge_has_its_leader_ahead() -> None:
    run = engine(group(leg(START), leg(END), count=5, spacing="0 s", formation={"spacing": "1 km"}))
    times = passed(run, 31.0, 400.0)
    assert times[0] == min(times) and times[1] == times[2] and times[3] == times[4] > times[1]


def test_the_ground_is_followed_at_its_clearance() -> None:
    ground = open_elevation([])
    legs = waypoint_rows(np.array([47.0, 47.0]), np.array([13.0, 11.0]), np.array([200.0, 200.0]), np.full(2, 250.0))
    route, places = follow_ground(legs, [200.0, 200.0], ground.height_m)
    assert places == [0, len(route) - 1] and len(route) > 60
    share = np.linspace(0.0, 1.0, 2_001)
    flown = np.interp(share, np.linspace(0.0, 1.0, len(route)), route["alt_m"])
    below = ground.height_m(np.full(2_001, 47.0), 13.0 - 2.0 * share)
    assert (flown - below).min() > 0.0 and np.ptp(route["alt_m"]) > 500.0
    assert (route["alt_m"] - ground.height_m(route["lat_deg"], route["lon_deg"])).min() >= 200.0 - 0.01


def test_without_ground_a_route_keeps_its_points() -> None:
    legs = waypoint_rows(np.array([47.0, 47.5]), np.array([13.0, 11.0]), np.array([200.0, 300.0]), np.full(2, 250.0))
    route, places = follow_ground(legs, [np.nan, np.nan], lambda lat, lon: lat * np.inf)
    assert places == [0, 1] and (route == legs).all()


def test_weapons_leave_where_they_did_when_the_carrier_follows_the_ground() -> None:
    carries = {"type": "cruise_missile", "count": 1, "release": 1, "targets": ["west-town"]}
    low = {"above": "ground", "altitude": "300 m"}
    run = engine(group(leg(START), {**leg((54.0, 31.0)), **low}, leg(END), carries=carries, type="bomber"))
    weapon = run.world.model.names.aircraft.index("raid.1.cruise_missile.1")
    first = run.world.model.waypoints[run.world.state.aircraft["first_waypoint"][weapon]]
    assert (float(first["lat_deg"]), float(first["lon_deg"])) == pytest.approx((54.0, 31.0), abs=1e-6)


def written(tmp_path: Path, what: Scenario, **more: Any) -> Path:
    """The scenario of a scene as files."""
    for name, text in what.sources.items():
        tree = {**yaml.safe_load(text), **more} if name == "case.yaml" else None
        (tmp_path / name).write_text(text if tree is None else yaml.safe_dump(tree))
    return tmp_path / "case.yaml"


def balloon(**more: Any) -> dict[str, Any]:
    return {"id": "b", "type": "balloon", "route": [leg(START), leg(END)], "plan": "none", **more}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"raid": [group(leg((54.0, 60.0)), leg((54.0, 20.0)), type="uav_one_way")]}, "needs fuel for"),
        ({"raid": [group(leg(START), leg(END, time="60 s"))]}, "to be there 60 s after departure"),
        ({"raid": [group(leg(START), leg(END, time="60 s", speed="200 m/s"))]}, "at most one of the two"),
        ({"raid": [group(leg(START), leg(END, time="60 s"), leg(START, time="50 s"))]}, "do not rise"),
        ({"wind": [{"altitude": "1 km", "from": "270 deg", "speed": "9 m/s"}] * 2}, "two winds at 1000 m"),
        ({"units": {"west.qra": {"kind": "fighter", "type": "fighter", "aircraft": 1, "base": "west-field",
                                 "readiness": ["60 s"], "ferry": {"from": [10.0, 100.0], "depart": "0 s"}}}},
         "needs fuel for"),
    ],
)  # fmt: skip
def test_what_cannot_be_flown_is_refused_with_its_line(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    file = written(tmp_path, scene(raid=[group(leg(START), leg(END))]), **more)
    with pytest.raises(ScenarioErrors) as refused:
        judged(file, to_run=True)
    assert said in str(refused.value) and all(error.line > 0 for error in refused.value.errors)


def test_a_balloon_in_a_scenario_goes_with_the_wind() -> None:
    wind = [{"altitude": "0 km", "from": "270 deg", "speed": "20 m/s"}]
    run = engine(traffic=[balloon()], wind=wind)
    list(run.run(300.0))
    row = run.world.state.aircraft[run.world.model.names.aircraft.index("b.1")]
    assert np.rad2deg(row["lon_rad"]) == pytest.approx(32.0 + 20.0 * 300.0 / 65_400.0, abs=2e-3)
    assert np.rad2deg(row["lat_rad"]) == pytest.approx(54.0, abs=1e-3)
