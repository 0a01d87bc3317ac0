"""A planned laydown: on its own land, no worse by its measure, a scenario that runs, and better in paired runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from night import cases

from jointsky import geo
from jointsky.cli.app import main
from jointsky.engine.check import judged
from jointsky.engine.run import simulate
from jointsky.planning.ground import areas_of, distance_km, land_of, ring
from jointsky.planning.laydown import Laydown, plan_laydown
from jointsky.planning.overlay import write_overlay
from jointsky.planning.reaction import gaps, isochrones
from jointsky.scenario.forces import AewUnit, FighterUnit
from jointsky.scenario.load import Scenario, load
from jointsky.study.statistics import mean_interval

SCENARIOS = Path(__file__).parents[3] / "scenarios"
BAD = SCENARIOS / "siting" / "bad-laydown.yaml"
PLANNED = SCENARIOS / "siting" / "planned.yaml"
REFERENCE = SCENARIOS / "union-5-10.yaml"


@pytest.fixture(scope="module")
def bad() -> Scenario:
    return load(BAD)


@pytest.fixture(scope="module")
def plan(bad: Scenario) -> Laydown:
    return plan_laydown(bad, 500.0, lambda _text: None, 15.0)


def test_the_plan_covers_more_and_stays_at_home(bad: Scenario, plan: Laydown) -> None:
    assert set(plan.worth) == {"blue radars", "blue batteries"}
    for before, after, bound in plan.worth.values():
        assert before < after <= bound + 1e-9
    area = areas_of(bad)["blue"]
    places = np.array([move.after for move in plan.moves])
    assert len(places) == 6 and geo.point_in_area(area, places[:, 0], places[:, 1]).all()


def test_the_plan_is_a_scenario(bad: Scenario, plan: Laydown, tmp_path: Path) -> None:
    write_overlay(BAD, tmp_path / "deep" / "planned.yaml", "planned", plan)
    after = judged(tmp_path / "deep" / "planned.yaml", to_run=True)
    moved = {(move.unit, move.part): tuple(move.after) for move in plan.moves}
    for name, key in (("blue.radar", "radars"), ("blue.sam", "batteries")):
        for old, new in zip(getattr(bad.units[name], key), getattr(after.units[name], key), strict=True):
            assert new.at == moved[name, new.id] and new.model_copy(update={"at": old.at}) == old
    assert sum(gap.km for gap in gaps(after, 60.0)) <= sum(gap.km for gap in gaps(bad, 60.0))


def test_the_plan_stops_more_by_an_interval() -> None:
    before, after = load(BAD), load(PLANNED)
    pairs = [[simulate(one, seed).measures["stopped_share"] for one in (before, after)] for seed in cases(3, 15)]
    gain = mean_interval(np.array([b - a for a, b in pairs]))
    assert gain.low > 0.0


def test_the_reference_stays_within_its_nations() -> None:
    scenario = load(REFERENCE)
    found = plan_laydown(scenario, 500.0, lambda _text: None, 80.0)
    lands = areas_of(scenario)
    for move in found.moves:
        owner = scenario.units[move.unit].nation or ""
        if isinstance(move.after, str):
            assert scenario.airfields[move.after].nation == owner
        elif move.part == "orbit":
            assert geo.point_in_area(lands[owner], *np.mean(move.after, axis=0))
        else:
            assert geo.point_in_area(lands[owner], *move.after)
    before, after, _ = found.worth["east.aew.1 orbit"]
    assert after >= before
    parked: dict[str, int] = {}
    for name, unit in scenario.units.items():
        if isinstance(unit, FighterUnit | AewUnit):
            base = str(found.units.get(name, {}).get("base", unit.base))
            parked[base] = parked.get(base, 0) + (unit.aircraft or 1)
    assert all(count <= scenario.airfields[base].parking for base, count in parked.items())


def test_gaps_and_isochrones_by_hand(bad: Scenario) -> None:
    assert gaps(bad, 10_000.0) == []  # from high up the corner sees the whole square
    low = gaps(bad, 10.0)
    assert low and all(gap.nation == "blue" for gap in low)
    assert 200.0 < sum(gap.km for gap in low) < 490.0  # of some 480 km, all but the corner
    west = next(one for one in isochrones(load(REFERENCE)) if one.unit == "west.qra")
    assert west.reach_km[5] == 0.0 and west.reach_km[15] == pytest.approx(2.0 * west.reach_km[10])
    assert min(west.assets_min.values()) >= 5.0


def test_ground() -> None:
    at = (54.0, 28.0)
    assert distance_km(np.array([at]), ring(at, 20.0, 8))[0] == pytest.approx(20.0, rel=5e-3)
    land = land_of(areas_of(load(BAD))["blue"], 10.0)
    assert 130 < len(land.cells) < 160 and len(land.border) == pytest.approx(48, abs=4)
    assert (land.inside_km >= 0.0).all() and land.inside_km.max() > 40.0


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["jointsky", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_the_verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "planned.yaml"
    assert run(monkeypatch, "plan", BAD, "--step", "25 km", "--out", out, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert len(facts["moves"]) == 6 and facts["gaps"]["after_km"] <= facts["gaps"]["before_km"]
    assert out.exists()
    assert run(monkeypatch, "plan", BAD, "--step", "25 km") == 0
    assert "6 moves" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--height", "0 m"), "--height"), (("--step", "1 km"), "--step"), (("--height", "nan m"), "--height"),
        (("--out", str(BAD)), "scenario itself"),
    ],
)  # fmt: skip
def test_bad_words(
    words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "plan", BAD, *words) == 2
    assert said in capsys.readouterr().err


def test_nothing_to_plan(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "plan", SCENARIOS / "siting" / "alone.yaml") == 2
    assert "found no unit" in capsys.readouterr().err
