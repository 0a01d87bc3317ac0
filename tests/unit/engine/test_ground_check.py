"""Impossible radars and damaged ground are refused at load, each in a line with its place and reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jointsky.engine.check import judged
from jointsky.engine.physics import PHYSICS
from jointsky.engine.warm import LAND, SCENE
from jointsky.errors import ScenarioErrors
from jointsky.world.build import build


def written(folder: Path, more: str) -> Path:
    (folder / "land.geojson").write_text(LAND)
    path = folder / "scene.yaml"
    path.write_text(SCENE + more)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ScenarioErrors) as found:
        judged(path)
    return str(found.value)


@pytest.mark.parametrize(("line", "said"), [
    ("peak_power: -5 kW", "expected more than 0"), ("az_beam: 0 deg", "expected more than 0 deg"),
    ("el_beam: 0 deg", "expected more than 0 deg"), ("el_max: -3 deg", "expected el_max above"),
    ("max_range: 10 m", "expected max above"), ("noise_temperature: 0 K", "expected more than 0"),
])  # fmt: skip
def test_an_impossible_radar_is_refused(tmp_path: Path, line: str, said: str) -> None:
    path = written(tmp_path, f"types:\n  odd:\n    base: gap_filler_uhf_2d\n    {line}\n")
    found = refusal(path)
    assert found.startswith(f"{path}:") and said in found and "odd" in found


@pytest.mark.parametrize(("name", "said"), [("N50E010.hgt", "N50E010.hgt:8: "), ("none.hgt", "no such file"),
                                            ("hills.png", "expected a name that ends in")])  # fmt: skip
def test_ground_with_a_hole_is_refused(tmp_path: Path, name: str, said: str) -> None:
    heights = np.full((1201, 1201), 100, ">i2")
    heights[7, 3] = -32768
    (tmp_path / "N50E010.hgt").write_bytes(heights.tobytes())
    path = written(tmp_path, f"surroundings:\n  air: true\n  terrain: [coarse, {name}]\n")
    found = refusal(path)
    assert found.startswith(f"{path}:") and said in found and "surroundings.terrain" in found


def test_sound_ground_surrounds_every_radar_and_lifts_its_foot(tmp_path: Path) -> None:
    (tmp_path / "N50E010.hgt").write_bytes(np.full((1201, 1201), 350, ">i2").tobytes())
    scenario = judged(written(tmp_path, "surroundings: {air: true, terrain: N50E010.hgt, clutter: forest}\n"))
    world = build(scenario, scenario.catalogue, PHYSICS, 1)
    assert world.model.around.table.shape == (1, 7) and world.model.around.masks.shape[0] == 1
    assert world.state.radars["alt_m"][0] == 350.0 + scenario.catalogue.radar("gap_filler_uhf_2d").mast
