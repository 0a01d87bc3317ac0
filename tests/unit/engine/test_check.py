"""Judging files: what may be named, and faults with their place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reference_case import REFERENCE, SCENARIOS

from jointsky.engine.assemble import assemble
from jointsky.engine.check import check, sensor_names
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
