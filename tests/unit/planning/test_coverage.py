"""Coverage: areas against circles, unions that never shrink, and the value of a neighbour's radars."""

import math
from pathlib import Path

import pytest

from jointsky.planning.coverage import coverage
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
