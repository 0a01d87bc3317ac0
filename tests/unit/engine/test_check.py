"""Judging files: what may be named, and faults with their place."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from reference_case import REFERENCE, SCENARIOS

from jointsky.engine.assemble import assemble
from jointsky.engine.check import check, judged, sensor_names, summary
from jointsky.errors import ScenarioErrors
from jointsky.scenario.load import load

CLAUSE = """\
include: world.yaml
agreements:
  - name: x
    parties: [west, east]
    clauses:
      - {id: S1, share: plots, from: west, to: east, of: {sensors: [SENSOR]}, over: hotline}
"""


def under(folder: Path, sensor: str) -> tuple[Path, str]:
    shutil.copytree(SCENARIOS, folder / "s")
    path = folder / "s/agreements/x.yaml"
    path.write_text(CLAUSE.replace("SENSOR", sensor))
    return folder / "s" / REFERENCE.name, str(path)


def test_sensors_are_named_as_in_the_world() -> None:
    scenario = load(REFERENCE)
    assert sorted(sensor_names(scenario)) == sorted(assemble(scenario, 1).world.model.names.radars)


@pytest.mark.parametrize("sensor", ["west.radar.1", "west.radar.1.a", "west.radar.*", "'*'"])
def test_a_clause_may_name_units_and_single_radars(sensor: str, tmp_path: Path) -> None:
    assert "1 agreement with 1 clause" in check(*under(tmp_path, sensor))


def test_a_clause_about_a_radar_that_is_not_there(tmp_path: Path) -> None:
    scenario, agreement = under(tmp_path, "west.radar.7")
    for judge in (lambda: check(scenario, agreement), lambda: assemble(load(scenario, agreement=agreement), 1)):
        with pytest.raises(ScenarioErrors) as found:
            judge()
        assert "x.yaml:6:" in str(found.value) and "did you mean west.radar.1" in str(found.value)


def test_a_scenario_that_could_not_be_run_is_not_right(tmp_path: Path) -> None:
    text = REFERENCE.read_text().replace("duration: 60 min\n", "")
    shutil.copytree(SCENARIOS, tmp_path / "s")
    (tmp_path / "s/x.yaml").write_text(text)
    with pytest.raises(ScenarioErrors, match="'duration' is missing"):
        check(tmp_path / "s/x.yaml")


@pytest.mark.parametrize(
    ("days", "state"),
    [
        ("", "always in force"),
        (", kind: intent", "of intent (enables nothing)"),
        (", signed: 1995-02-10", "signed but never in force"),
        (", in_force: 1995-02-10", "in force on 2000-01-01"),
        (", in_force: 2000-01-01", "in force on 2000-01-01"),
        (", in_force: 2000-01-02", "not yet in force on 2000-01-01"),
        (", until: 2000-01-01", "no longer in force on 2000-01-01"),
        (", until: 2000-01-02", "in force on 2000-01-01"),
        (", suspended: {from: 1999-01-01}", "suspended on 2000-01-01"),
        (", suspended: {from: 1999-01-01, until: 2000-01-01}", "in force on 2000-01-01"),
    ],
)
def test_the_summary_says_what_is_in_force(days: str, state: str, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(f"nations: {{a: {{}}, b: {{}}}}\nagreements:\n  - {{name: x, parties: [a, b]{days}}}\n")
    told = summary(judged(file), date(2000, 1, 1))
    assert told == f"2 nations, 0 posts, 0 units, 1 agreement with 0 clauses, {state}"
