"""The scenarios that come with the project: complete, of the promised size, under all three arrangements."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from jointsky.atlas import airfields, borders
from jointsky.atlas.borders import Box
from jointsky.geo import Area, geodetic2ecef, point_in_area
from jointsky.scenario.forces import AewUnit, EarlyWarningUnit, EwUnit, FighterUnit, RadarUnit, SamUnit
from jointsky.scenario.load import Scenario, load

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "scenarios/union-5-10.yaml"
SHIPPED = sorted((ROOT / "scenarios").rglob("*.yaml"))


@pytest.fixture(scope="module")
def union() -> Scenario:
    return load(REFERENCE)


@pytest.mark.parametrize(
    "file", [file for file in SHIPPED if file.name.startswith("union")], ids=lambda file: file.stem
)
@pytest.mark.parametrize("arrangement", ["none", "tracks-1995", "joint-2009"])
def test_scenarios_are_ready_under_every_arrangement(file: Path, arrangement: str) -> None:
    scenario = load(file, agreement=arrangement)
    assert scenario.ready_errors() == []
    assert scenario.arrangement == arrangement
    assert ("joint.cp" in scenario.posts) == (arrangement == "joint-2009")


@pytest.mark.parametrize(
    "file", [file for file in SHIPPED if file.parent.name == "agreements"], ids=lambda file: file.stem
)
def test_arrangements_are_right_on_their_own(file: Path) -> None:
    assert load(file).posts


def test_the_reference_hour_has_its_size(union: Scenario) -> None:
    units = union.units.values()
    radars = [unit for unit in units if isinstance(unit, RadarUnit)]
    sams = [unit for unit in units if isinstance(unit, SamUnit)]
    fighters = [unit for unit in units if isinstance(unit, FighterUnit)]
    assert [len(unit.radars) for unit in radars] == [4] * 5
    assert (len(sams), sum(len(unit.batteries) for unit in sams)) == (10, 15)
    assert [unit.aircraft for unit in fighters] == [8] * 5
    assert [sum(isinstance(unit, kind) for unit in units) for kind in (EwUnit, AewUnit, EarlyWarningUnit)] == [1, 1, 1]
    assert union.duration == 3600.0 and union.phase == "war"


def test_the_raid_has_a_hundred_raiders(union: Scenario) -> None:
    sizes = {group.id: group.count * (1 + (group.carries.count if group.carries else 0)) for group in union.raid}
    assert sum(sizes.values()) == 100
    assert {group.nation for group in union.raid} == {"third"}
    assert sum(group.count for group in union.raid if group.type == "jammer_aircraft") == 4
    assert 35 <= sum(flight.count for flight in union.traffic) <= 45


def test_everything_stands_in_its_own_land_and_raiders_start_outside(union: Scenario) -> None:
    lands = {name: land(union, name) for name in ("west", "east")}
    sites = [(unit.nation, site.at) for unit in union.units.values() for site in getattr(unit, "radars", ())]
    sites += [(unit.nation, battery.at) for unit in union.units.values() for battery in getattr(unit, "batteries", ())]
    sites += [(asset.nation, asset.at) for asset in union.assets.values()]
    codes = [(field.nation, airfields.find(field.icao or "")) for field in union.airfields.values()]
    sites += [(nation, (field.lat_deg, field.lon_deg)) for nation, field in codes]
    misplaced = [(nation, at) for nation, at in sites if not point_in_area(lands[nation or ""], *at)]
    assert misplaced == []
    starts = [group.route[0].at for group in union.raid]
    assert not any(point_in_area(area, *at) for area in lands.values() for at in starts)


def land(union: Scenario, nation: str) -> Area:
    territory = union.nations[nation].territory
    assert territory is not None
    return borders.territory(territory.country, Box(*territory.box) if territory.box else None)


def test_the_raid_begins_in_good_time_and_is_over_within_the_hour(union: Scenario) -> None:
    lands = [land(union, name) for name in ("west", "east")]
    crossed, done = [], []
    for points, start_s, speed in flights(union):
        lat, lon = np.concatenate([np.linspace(one, two, 200) for one, two in pairwise(points)]).T
        steps_m = np.linalg.norm(np.diff(geodetic2ecef(lat, lon, 0.0 * lat), axis=0), axis=1)
        t_s = start_s + np.concatenate(([0.0], np.cumsum(steps_m))) / speed
        inside = point_in_area(lands[0], lat, lon) | point_in_area(lands[1], lat, lon)
        crossed.append(float(t_s[inside].min(initial=np.inf)))
        done.append(float(t_s[-1]))
    assert 8 * 60 < min(crossed) < 12 * 60
    assert max(done) < 58 * 60


def flights(union: Scenario) -> Iterator[tuple[list[tuple[float, float]], float, float]]:
    """Route with target, start and speed of the last of every group that strikes, and of the weapons under it."""
    for group in union.raid:
        cruise = union.catalogue.aircraft(group.type).cruise
        start_s = group.depart + group.spacing * (group.count - 1)
        points = [leg.at for leg in group.route]
        if group.target is not None:
            yield [*points, union.assets[group.target].at], start_s, cruise
        if group.carries is not None:
            way = [*points[: group.carries.release + 1], *(leg.at for leg in group.carries.route or ())]
            for target in group.carries.targets:
                yield [*way, union.assets[target].at], start_s, cruise


def test_codes_of_traffic_do_not_collide(union: Scenario) -> None:
    codes = [flight.squawk + i for flight in union.traffic if flight.squawk is not None for i in range(flight.count)]
    assert len(codes) == len(set(codes))


def test_the_reference_hour_runs_under_agreement_files_of_others() -> None:
    theirs = load(REFERENCE, agreement=str(ROOT / "tests/fixtures/agreements/joint-2009.yaml"))
    ours = load(REFERENCE, agreement="joint-2009")
    assert theirs.agreements == ours.agreements and theirs.posts == ours.posts and theirs.links == ours.links
    assert theirs.nations == ours.nations and theirs.raid == ours.raid
    assert theirs.units.keys() == ours.units.keys()
