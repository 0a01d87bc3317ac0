"""The compiler: counts, names and order of rows, what hangs on what, and that nobody's luck depends on others."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from reference_case import copied, pictures, reference, shuffled, watch, with_units

from jointsky.engine.assemble import assemble
from jointsky.engine.physics import PHYSICS
from jointsky.geo import geodetic2ecef
from jointsky.rng import entity_key
from jointsky.scenario.load import Scenario, load
from jointsky.vocab.codes import NONE, AircraftKind, Flight, Side
from jointsky.vocab.records import Rows
from jointsky.world.build import build, survey
from jointsky.world.world import World

FAR_RADAR = {"east.radar.9": {"kind": "radar", "radars": [{"id": "a", "type": "quiet", "at": [59.8, 41.8]}]}}
FAR_SAM = {"east.sam.9": {"kind": "sam", "batteries": [{"id": "a", "type": "sam_short", "at": [59.8, 41.8]}]}}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return reference()


@pytest.fixture(scope="module")
def world(scenario: Scenario) -> World:
    return built(scenario, 7)


def built(scenario: Scenario, seed: int) -> World:
    return build(scenario, scenario.catalogue, PHYSICS, seed)


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every array, tuple and number of a world by path."""
    if is_dataclass(value) and not isinstance(value, type):
        return {k: v for f in fields(value) for k, v in leaves(getattr(value, f.name), f"{path}.{f.name}").items()}
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        return {k: v for i, item in enumerate(value) for k, v in leaves(item, f"{path}[{i}]").items()}
    return {path: value}


def equal(a: Any, b: Any) -> bool:
    """Bit for bit; what lies between the fields of a row is nothing."""
    if isinstance(a, np.ndarray) and a.dtype.names:
        return a.dtype == b.dtype and all(equal(a[name], b[name]) for name in a.dtype.names)
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return bool(a == b)


def test_counts_of_the_reference_case(world: World) -> None:
    aircraft, names = world.state.aircraft, world.model.names
    assert names.nations == ("east", "third", "west")
    raiders = aircraft[aircraft["side"] == Side.RAIDER]
    assert len(raiders) == 100
    kinds = {AircraftKind(k): int((raiders["kind"] == k).sum()) for k in np.unique(raiders["kind"])}
    assert kinds == {
        AircraftKind.BOMBER: 8, AircraftKind.CRUISE_MISSILE: 68, AircraftKind.FIGHTER: 20, AircraftKind.JAMMER: 4,
    }  # fmt: skip
    defenders = aircraft[aircraft["side"] == Side.DEFENDER]
    assert (defenders["kind"] == AircraftKind.FIGHTER).sum() == 40
    assert (defenders["kind"] == AircraftKind.AEW).sum() == 1
    assert len(world.state.launchers) == len(names.launchers) == 15
    assert len(world.state.radars) == len(names.radars)
    assert sum(".radar." in name for name in names.radars) == 20
    assert (world.state.radars["platform"] != NONE).sum() == 1
    parked = {name: int(n) for name, n in zip(names.airfields, world.state.airfields["parked"], strict=True) if n}
    assert parked == {"baranovichi": 8, "lida": 8, "vitebsk": 8, "smolensk": 8, "ostrov": 8}


def test_rows_carry_the_key_of_their_name_and_stand_in_name_order(world: World) -> None:
    state, names = world.state, world.model.names
    for rows, labels in (
        (state.aircraft, names.aircraft), (state.radars, names.radars), (state.launchers, names.launchers),
        (state.airfields, names.airfields), (state.assets, names.assets),
    ):  # fmt: skip
        assert rows["entity"].tolist() == [entity_key(name) for name in labels]
        assert len(set(labels)) == len(labels)
    for labels in (names.units, names.airfields, names.assets, names.launchers):
        assert list(labels) == sorted(labels)


def test_positions_are_metres_of_the_ellipsoid(scenario: Scenario, world: World) -> None:
    """Kilometres and degrees end here: heights and places of the scenario are ECEF metres."""
    row = world.model.names.assets.index("minsk")
    assert world.state.assets["pos_ecef_m"][row] == pytest.approx(geodetic2ecef(53.90, 27.56, 0.0))
    assert world.state.assets["radius_m"][row] == 8000.0
    waypoint = world.model.waypoints
    again = geodetic2ecef(waypoint["lat_deg"], waypoint["lon_deg"], waypoint["alt_m"])
    assert np.abs(waypoint["pos_ecef_m"] - again).max() < 1e-6
    assert waypoint["alt_m"].min() >= 30.0 and waypoint["alt_m"].max() < 15_000.0
    launcher = world.model.names.launchers.index("west.sam.1.a")
    assert world.state.launchers["range_max_m"][launcher] == scenario.catalogue.sam("sam_long").range_max == 100_000.0


def test_carried_weapons_hang_on_their_carrier_and_end_at_their_target(scenario: Scenario, world: World) -> None:
    aircraft, names, table = world.state.aircraft, world.model.names, world.model.waypoints
    carried = np.flatnonzero(aircraft["parent"] != NONE)
    assert len(carried) == 48 and (aircraft["state"][carried] == Flight.CARRIED).all()
    groups = {group.id: group for group in scenario.raid}
    for row in carried.tolist():
        parent = int(aircraft["parent"][row])
        assert names.aircraft[row].startswith(f"{names.aircraft[parent]}.")
        weapon = groups[names.aircraft[parent].rsplit(".", 1)[0]].carries
        assert weapon is not None
        release = table[int(aircraft["first_waypoint"][parent]) + weapon.release]
        route = slice_of(table, aircraft[row])
        assert (route["lat_deg"][0], route["lon_deg"][0]) == (release["lat_deg"], release["lon_deg"])
        target = scenario.assets[names.assets[int(aircraft["asset"][row])]]
        assert (route["lat_deg"][-1], route["lon_deg"][-1]) == target.at
        number = int(names.aircraft[row].rsplit(".", 1)[1]) - 1
        assert names.assets[int(aircraft["asset"][row])] == weapon.targets[number % len(weapon.targets)]


def slice_of(table: Rows, row: Any) -> Rows:
    return table[int(row["first_waypoint"]) : int(row["first_waypoint"]) + int(row["waypoints"])]


def test_a_target_is_the_last_point_at_the_routes_last_height_and_speed(scenario: Scenario, world: World) -> None:
    names = world.model.names
    group = next(group for group in scenario.raid if group.target is not None)
    row = world.state.aircraft[names.aircraft.index(f"{group.id}.1")]
    route = slice_of(world.model.waypoints, row)
    assert len(route) == len(group.route) + 1
    assert (route["lat_deg"][-1], route["lon_deg"][-1]) == scenario.assets[group.target or ""].at
    assert route["alt_m"][-1] == route["alt_m"][-2] and route["speed_mps"][-1] == route["speed_mps"][-2]


def test_each_nation_that_holds_a_plan_has_its_row(scenario: Scenario, world: World) -> None:
    plans, names = world.model.flight_plans, world.model.names
    filed = [stream for stream in scenario.traffic if stream.plan == "filed"]
    expected = sum(s.count * len(names.nations if s.known_to is None else s.known_to) for s in filed)
    assert len(plans) == expected > 0
    for stream in filed:
        codes = np.arange(stream.count) + (stream.squawk if stream.squawk is not None else NONE)
        held = plans[np.isin(plans["code"], codes)]
        holders = {names.nations[n] for n in held["nation"]}
        assert holders == set(names.nations if stream.known_to is None else stream.known_to)
        flown = world.state.aircraft[world.state.aircraft["code"] == codes[0]][0]
        plan = held[held["code"] == codes[0]][0]
        assert plan["t_start_s"] < flown["t_start_s"] < plan["t_end_s"]
        route = slice_of(world.model.plan_waypoints, plan)
        assert [tuple(point) for point in route[["lat_deg", "lon_deg"]].tolist()] == [leg.at for leg in stream.route]


def test_the_order_of_the_file_changes_no_byte_of_the_world(world: World, tmp_path: Path) -> None:
    luck = np.random.default_rng(3)
    other = built(load(copied(tmp_path, lambda name, tree: shuffled(tree, luck))), 7)
    mine, theirs = leaves(world), leaves(other)
    assert mine.keys() == theirs.keys()
    assert [name for name in mine if not equal(mine[name], theirs[name])] == []


def test_the_seed_decides_chance_and_nothing_else(scenario: Scenario, world: World) -> None:
    mine, theirs = leaves(world), leaves(built(scenario, 8))
    differing = {name for name in mine if not equal(mine[name], theirs[name])}
    assert differing == {
        ".model.seed", ".model.waypoints", ".model.flight_plans", ".state.aircraft", ".state.radars",
    }  # fmt: skip
    a, b = world.state.radars, theirs[".state.radars"]
    fixed = [name for name in a.dtype.names or () if a[name].tobytes() == b[name].tobytes()]
    assert {"pos_ecef_m", "phase_s", "pd_table", "nation"} <= set(fixed)


def test_shared_ground_is_the_same_world_and_stays_clean(scenario: Scenario, world: World) -> None:
    ground = survey(scenario, scenario.catalogue, PHYSICS)
    first = build(scenario, scenario.catalogue, PHYSICS, 7, ground)
    first.state.launchers["ready"] = 0
    first.state.assets["damage"] = 9.0
    first.state.airfields["parked"] = 99
    second = leaves(build(scenario, scenario.catalogue, PHYSICS, 7, ground))
    mine = leaves(world)
    assert [name for name in mine if not equal(mine[name], second[name])] == []


def quiet(tree: dict[str, Any], scenario: Scenario) -> dict[str, Any]:
    """A gap filler without false plots, as a type of the scenario's own."""
    known = scenario.catalogue.radar("gap_filler_uhf_2d").model_dump(exclude={"about"}, exclude_none=True)
    units = {
        "frequency": "Hz", "peak_power": "W", "pulse": "s", "prf": "Hz", "bandwidth": "Hz", "gain": "dB", "loss": "dB",
        "sidelobe": "dB", "noise_temperature": "K", "az_beam": "deg", "el_min": "deg", "el_max": "deg", "period": "s",
        "min_range": "m", "max_range": "m", "mast": "m", "mdv": "m/s", "range_floor": "m", "az_floor": "deg",
        "bias_range": "m", "bias_az": "deg", "bias_time": "s", "latency": "s",
    }  # fmt: skip
    fields = {k: f"{v!r} {units[k]}" if k in units else v for k, v in known.items()} | {"false_per_scan": 0}
    return tree | {"types": {"quiet": fields}}


@pytest.mark.parametrize("more", [FAR_RADAR, FAR_SAM], ids=["radar", "battery"])
def test_a_far_unit_changes_nobody_elses_rows_or_luck(more: dict[str, Any], scenario: Scenario, tmp_path: Path) -> None:
    path = with_units(tmp_path, more)
    if more is FAR_RADAR:
        forces = tmp_path / "pieces/forces.yaml"
        forces.write_text(yaml.safe_dump(quiet(yaml.safe_load(forces.read_text()), scenario), sort_keys=False))
    alone, ticks = watch(scenario, 5, 150.0)
    joined, more_ticks = watch(load(path), 5, 150.0)
    names, more_names = alone.model.names, joined.model.names
    for kind in ("aircraft", "radars", "launchers", "airfields", "assets"):
        rows, others = getattr(alone.state, kind), getattr(joined.state, kind)
        place = [getattr(more_names, kind).index(name) for name in getattr(names, kind)]
        assert len(others) - len(rows) == (kind == ("radars" if more is FAR_RADAR else "launchers"))
        for field in set(rows.dtype.names) - {"unit", "pd_table", "type", "missile"}:
            assert rows[field].tobytes() == others[field][place].tobytes(), (kind, field)
    radars = np.array([more_names.radars.index(name) for name in names.radars])
    for mine, theirs in zip(ticks, more_ticks, strict=True):
        assert mine.plot_truth.tolist() == theirs.plot_truth.tolist()
        assert radars[mine.plots["sensor"]].tolist() == theirs.plots["sensor"].tolist()
        for field in set(mine.plots.dtype.names or ()) - {"sensor"}:
            assert mine.plots[field].tobytes() == theirs.plots[field].tobytes(), (mine.number, field)
    for post in ("west.cp", "east.cp"):
        both = list(zip(pictures(ticks, post), pictures(more_ticks, post), strict=True))
        assert sum(len(mine) for mine, _ in both) > 0
        for mine, theirs in both:
            for field in mine.dtype.names or ():
                assert mine[field].tobytes() == theirs[field].tobytes(), (post, field)


def test_the_engine_builds_what_build_builds(scenario: Scenario, world: World) -> None:
    mine, theirs = leaves(world), leaves(assemble(scenario, 7).world)
    assert [name for name in mine if not equal(mine[name], theirs[name])] == []
