"""Impossible radars and damaged ground are refused at load, each in a line with its place and reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jointsky.engine.check import judged
from jointsky.engine.physics import PHYSICS
from jointsky.engine.warm import LAND, SCENE
from jointsky.errors import ScenarioErrors, TableError
from jointsky.kernels import surroundings
from jointsky.scenario.load import reload
from jointsky.world.build import build

SCENARIOS = Path(__file__).parents[3] / "scenarios"


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
    assert world.model.around.table.shape == (1, surroundings.SURROUND_COLUMNS)
    assert world.model.around.masks.shape[0] == 1
    assert world.state.radars["alt_m"][0] == 350.0 + scenario.catalogue.radar("gap_filler_uhf_2d").mast


def flat(folder: Path, height_m: int) -> None:
    (folder / "N50E010.hgt").write_bytes(np.full((1201, 1201), height_m, ">i2").tobytes())


def test_a_route_under_the_ground_is_refused_with_its_point(tmp_path: Path) -> None:
    flat(tmp_path, 350)
    low = SCENE.replace("{at: [50.2, 10.2], altitude: 8 km}", "{at: [50.2, 10.2], altitude: 300 m}")
    (tmp_path / "land.geojson").write_text(LAND)
    path = tmp_path / "scene.yaml"
    path.write_text(low + "surroundings: {terrain: N50E010.hgt}\n")
    line = next(number for number, text in enumerate(low.splitlines(), 1) if "300 m" in text)
    found = refusal(path)
    assert found.startswith(f"{path}:{line}:") and "raid[0].route[1].altitude" in found
    assert "found 300 m, but the ground there is at 350 m" in found
    path.write_text(low)
    judged(path)


def test_the_ground_is_hashed_into_what_a_recording_carries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flat(tmp_path, 350)
    scenario = judged(written(tmp_path, "surroundings: {terrain: [N50E010.hgt, coarse]}\n"))
    assert set(scenario.bundle.ground) == {"N50E010.hgt", "coarse"}
    bare = judged(written(tmp_path, ""))
    assert bare.bundle.ground == {} and bare.sha256 != scenario.sha256
    monkeypatch.chdir(tmp_path)
    again = reload(scenario.bundle)
    assert again.sha256 == scenario.sha256
    build(again, again.catalogue, PHYSICS, 1)
    flat(tmp_path, 351)
    with pytest.raises(TableError, match="N50E010.hgt: column sha256: found .* other heights than when this was"):
        build(again, again.catalogue, PHYSICS, 1)


def test_batteries_stand_on_the_ground_too(tmp_path: Path) -> None:
    flat(tmp_path, 350)
    scenario = judged(written(tmp_path, "surroundings: {terrain: N50E010.hgt}\n"))
    world = build(scenario, scenario.catalogue, PHYSICS, 1)
    assert world.state.launchers["alt_m"].tolist() == [350.0]
    assert world.model.around.table[0, surroundings.FOOT] == 350.0


def test_an_unknown_policy_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ScenarioErrors) as found:
        judged(SCENARIOS / "union-5-10.yaml", overrides={"posts.west.cp.policy": "evne"})
    assert "policy: unknown policy 'evne'; did you mean even?" in str(found.value)
