"""Coverage: areas against circles, unions that never shrink, and the value of a neighbour's radars."""

import math
from pathlib import Path

import numpy as np
import pytest

from jointsky.atlas.elevation import Elevation, Tile
from jointsky.planning.coverage import coverage, watchers
from jointsky.scenario.load import Scenario, load

REFERENCE = Path(__file__).parents[3] / "scenarios" / "union-5-10.yaml"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(REFERENCE)


def test_one_radar_covers_its_circle(scenario: Scenario) -> None:
    alone = {name: unit for name, unit in scenario.units.items() if name == "west.radar.1"}
    first = alone["west.radar.1"]
    one = first.model_copy(update={"radars": first.radars[2:3]})  # type: ignore[union-attr]
    single = scenario.model_copy(update={"units": {"west.radar.1": one}})
    found = coverage(single, 300.0, rcs_m2=1000.0, step_deg=0.02)
    mast_m = scenario.catalogue.radar("gap_filler_uhf_2d").mast
    horizon_m = math.sqrt(2 * 8_494_667.0 * mast_m) + math.sqrt(2 * 8_494_667.0 * 300.0)
    assert found.area_km2() == pytest.approx(math.pi * (horizon_m / 1000.0) ** 2, rel=0.02)


def test_together_is_the_union_and_never_less(scenario: Scenario) -> None:
    for height_m in (100.0, 3_000.0):
        found = coverage(scenario, height_m)
        west, east, both = found.area_km2("west"), found.area_km2("east"), found.area_km2()
        assert max(west, east) <= both <= west + east
        assert found.gain_km2("west") == pytest.approx(both - west) and found.gain_km2("west") > 0.0


def test_higher_and_larger_is_seen_farther(scenario: Scenario) -> None:
    low, high = coverage(scenario, 50.0).area_km2(), coverage(scenario, 3_000.0).area_km2()
    small = coverage(scenario, 3_000.0, rcs_m2=0.01).area_km2()
    assert low < high and small < high


@pytest.mark.parametrize(
    "bad", [{"height_m": 0.0}, {"height_m": 100.0, "rcs_m2": -1.0}, {"height_m": 1.0, "step_deg": 0.0}]
)
def test_impossible_numbers_are_refused(scenario: Scenario, bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected all above 0"):
        coverage(scenario, **bad)


def test_a_scenario_without_radars_is_refused(scenario: Scenario) -> None:
    with pytest.raises(ValueError, match="no radar"):
        coverage(scenario.model_copy(update={"units": {}}), 100.0)


def one_radar(scenario: Scenario, name: str = "west", lat: float = 54.0) -> dict[str, object]:
    """A unit of one gap-filler at 30 degrees east."""
    unit = scenario.units["west.radar.1"]
    site = unit.radars[2].model_copy(update={"at": (lat, 30.0), "elevation": 0.0})  # type: ignore[union-attr]
    return {f"{name}.radar.1": unit.model_copy(update={"radars": (site,), "nation": name})}


def wall(lat_deg: float, height_m: float) -> Elevation:
    """Flat ground with a wall from west to east."""
    heights = np.zeros((401, 61), np.float32)
    at = round((lat_deg - 53.0) / 0.005)
    heights[at - 1 : at + 2] = height_m
    return Elevation(f"wall {lat_deg} {height_m}", (Tile(53.0, 27.0, 0.005, 0.1, heights),))


def test_a_ridge_hides_a_target_and_the_joint_picture_keeps_it(scenario: Scenario) -> None:
    west = one_radar(scenario)
    both = {**west, **one_radar(scenario, "east", 54.45)}
    ridge = wall(54.2, 300.0)
    found = coverage(scenario.model_copy(update={"units": both}), 100.0, 1.0, 0.05, ridge)
    row, column = int(np.abs(found.lat_deg - 54.3).argmin()), int(np.abs(found.lon_deg - 30.0).argmin())
    assert not found.covered["west"][row, column] and found.covered["east"][row, column]
    assert found.joint()[row, column] and found.gain_km2("west") > 0.0
    free = coverage(scenario.model_copy(update={"units": west}), 100.0, 1.0, 0.05, wall(54.2, 0.0))
    row = int(np.abs(free.lat_deg - 54.3).argmin())
    assert free.covered["west"][row, int(np.abs(free.lon_deg - 30.0).argmin())]


def test_over_flat_ground_terrain_changes_little(scenario: Scenario) -> None:
    alone = scenario.model_copy(update={"units": one_radar(scenario)})
    smooth, flat = coverage(alone, 300.0, 100.0, 0.02), coverage(alone, 300.0, 100.0, 0.02, wall(54.2, 0.0))
    assert flat.area_km2() == pytest.approx(smooth.area_km2(), rel=0.03)


def test_radars_on_aircraft_count_where_they_are_asked_for(scenario: Scenario) -> None:
    flying = [site for site in watchers(scenario, 1.0, airborne=True) if site.flies]
    assert flying and all(site.above_m > 1000.0 for site in flying)
    assert not any(site.flies for site in watchers(scenario, 1.0))
