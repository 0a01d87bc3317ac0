"""Anti-radiation missiles: a radar that radiates is destroyed, one that answers mostly is not, and faults are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from jointsky.engine.assemble import assemble
from jointsky.engine.check import judged
from jointsky.engine.warm import LAND, SCENE
from jointsky.errors import ScenarioErrors
from jointsky.scenario.load import reload
from jointsky.scenario.sources import Bundle
from jointsky.world.world import World


def tree(
    answer: dict[str, str] | None = None, hit: str = "100 %", memory: str = "0 %", **carried: Any
) -> dict[str, Any]:
    """The smallest scene with a fighter that carries one missile at its radar."""
    scene = yaml.safe_load(SCENE)
    radar = scene["units"]["home.radar"]["radars"][0]
    scene["units"] = {"home.radar": {"kind": "radar", "radars": [radar | ({"answer": answer} if answer else {})]}}
    scene["types"] = {"hunter": {"base": "anti_radiation_missile", "homing": {"hit": hit, "memory": memory}}}
    scene["raid"] = [{
        "id": "strike", "nation": "other", "type": "strike_fighter",
        "route": [{"at": [50.5, 10.5], "altitude": "8 km"}, {"at": [50.45, 10.45], "altitude": "8 km"},
                  {"at": [50.6, 10.7], "altitude": "8 km"}],
        "carries": {"type": "hunter", "count": 1, "release": 1, "hunts": ["home.radar.a"]} | carried,
    }]  # fmt: skip
    return scene | {"duration": "240 s"}


def flown(scene: dict[str, Any]) -> tuple[World, list[float]]:
    """The world after the missile came down, and when the radar reported anything."""
    engine = assemble(reload(Bundle("s.yaml", {"s.yaml": yaml.safe_dump(scene), "land.geojson": LAND})), 1)
    seen = [tick.t_s for tick in engine.run(240.0) if len(tick.plots)]
    return engine.world, seen


def test_a_radar_that_radiates_is_destroyed() -> None:
    world, seen = flown(tree())
    assert world.state.radars["alive"][0] == 0
    assert seen and max(seen) < 200.0  # nothing after it was hit


def test_a_radar_that_goes_silent_in_time_lives_and_comes_back() -> None:
    world, seen = flown(tree({"silent": "150 s"}))
    assert world.state.radars["alive"][0] == 1
    gap = max(later - before for before, later in zip(seen, seen[1:], strict=False))
    assert gap >= 150.0 and world.state.radars["on"][0] == 1


def test_memory_and_decoys_decide_by_their_chances() -> None:
    assert flown(tree({"silent": "150 s"}, memory="100 %"))[0].state.radars["alive"][0] == 0
    assert flown(tree({"silent": "0 s", "decoy": "100 %"}))[0].state.radars["alive"][0] == 1
    assert flown(tree(hit="0 %"))[0].state.radars["alive"][0] == 1


@pytest.mark.parametrize(("carried", "said"), [
    ({"hunts": ["home.radar.b"]}, "unknown radar 'home.radar.b'; did you mean home.radar.a"),
    ({"type": "cruise_missile"}, "has no seeker"),
    ({"targets": ["town"]}, "found both of targets and hunts"),
    ({"hunts": []}, "found neither of targets and hunts"),
])  # fmt: skip
def test_faults_of_hunters_are_told_with_their_place(tmp_path: Path, carried: dict[str, Any], said: str) -> None:
    (tmp_path / "land.geojson").write_text(LAND)
    path = tmp_path / "scene.yaml"
    path.write_text(yaml.safe_dump(tree(**carried)))
    with pytest.raises(ScenarioErrors) as found:
        judged(path)
    assert said in str(found.value) and str(found.value).startswith(f"{path}:")
