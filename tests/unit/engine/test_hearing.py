"""What two nations hear and see together: a jammer that neither places alone, a target behind a ridge."""

from __future__ import annotations

from pathlib import Path

import generated
import numpy as np
import pytest
import yaml

from jointsky.engine.assemble import assemble
from jointsky.engine.check import judged
from jointsky.engine.run import simulate
from jointsky.errors import ScenarioErrors
from jointsky.scenario.load import Scenario, load
from jointsky.vocab.codes import PlotKind
from jointsky.vocab.messages import Tracks

ROOT = Path(__file__).resolve().parents[3]
HEARING = ROOT / "scenarios" / "hearing.yaml"
LBAND = "surveillance_long_range_lband_3d"


def nearest_m(scenario: Scenario, name: str, until_s: float, seed: int = 3) -> dict[str, list[float]]:
    """How far from an aircraft the nearest track of each post was, cycle by cycle."""
    engine = assemble(scenario, seed)
    row = engine.world.model.names.aircraft.index(name)
    found: dict[str, list[float]] = {post: [] for post in engine.posts}
    for tick in engine.run(until_s):
        place = engine.world.state.aircraft["pos_ecef_m"][row]
        for post, messages in tick.sent.items():
            for picture in (m.rows for m in messages if isinstance(m, Tracks)):
                away = np.sqrt(((picture["pos_ecef_m"] - place) ** 2).sum(axis=1))
                found[post].append(float(away.min()) if len(away) else np.inf)
    return found


def test_strobes_of_two_nations_place_a_jammer_that_neither_places_alone() -> None:
    joint = nearest_m(two_strobes(shared=True), "jammer.1", 180.0)
    alone = nearest_m(two_strobes(shared=False), "jammer.1", 180.0)
    for post in ("west.cp", "east.cp"):
        after = joint[post][18:]  # a minute and a half
        assert np.mean(np.array(after) < 10e3) > 0.9 and np.median(after) < 5e3
        assert min(alone[post]) > 50e3


def test_places_need_the_word_in_the_post() -> None:
    tree = two_strobes(shared=True, triangulate=False)
    assert min(nearest_m(tree, "jammer.1", 120.0)["west.cp"]) > 50e3


def two_strobes(shared: bool, triangulate: bool = True) -> Scenario:
    """The shipped scene with one radar each and nothing else to hear with."""
    tree = yaml.safe_load(HEARING.read_text())
    tree["units"] = {name: unit for name, unit in tree["units"].items() if unit["kind"] == "radar"}
    tree["raid"] = [group for group in tree["raid"] if group["id"] == "jammer"]
    tree |= {"traffic": [], "agreements": tree["agreements"] if shared else []}
    for post in tree["posts"].values():
        post["triangulate"] = triangulate
    for nation, land in (("west", "west.geojson"), ("east", "east.geojson")):
        tree["nations"][nation]["territory"] = land
    tree["start"] = "2026-06-01T04:00:00Z"
    return generated.scenario(tree)


def bearings_of(scenario: Scenario, until_s: float) -> int:
    """How many bearings of strike fighters the listening stations told."""
    engine, count = assemble(scenario, 5), 0
    names = engine.world.model.names
    strike = {i for i, name in enumerate(names.aircraft) if name.startswith("strike")}
    ears = {i for i, name in enumerate(names.radars) if ".ears." in name}
    for tick in engine.run(until_s):
        heard = tick.plots["kind"] == PlotKind.STROBE
        told = zip(tick.plots["sensor"][heard].tolist(), tick.plot_truth[heard].tolist(), strict=True)
        count += sum(sensor in ears and row in strike for sensor, row in told)
    return count


def test_a_raid_with_its_radars_off_is_not_heard() -> None:
    loud = load(HEARING)
    number = next(i for i, group in enumerate(loud.raid) if group.id == "strike")
    quiet = [group.model_copy(update={"silent": True}) if i == number else group for i, group in enumerate(loud.raid)]
    assert bearings_of(loud, 60.0) > 10
    assert bearings_of(loud.model_copy(update={"raid": tuple(quiet)}), 60.0) == 0


def test_the_shipped_scene_runs_and_repeats() -> None:
    assert simulate(load(HEARING), 1, until_s=90.0).digest == simulate(load(HEARING), 1, until_s=90.0).digest


@pytest.mark.parametrize(("old", "new", "said"), [
    ("type: border_post", "type: borderpost", "unknown watcher type 'borderpost'; did you mean border_post"),
    ("type: border_post", "type: fighter", "expected a watcher type"),
    ("until: 9 min", "until: 7 min", "expected the end after the start"),
    ("id: north, type", "id: south, type", "stands twice"),
])  # fmt: skip
def test_faults_of_watchers_are_told_with_their_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "hearing.yaml"
    path.write_text(HEARING.read_text().replace(old, new))
    with pytest.raises(ScenarioErrors) as found:
        judged(path)
    line = str(found.value)
    assert said in line and line.startswith(f"{path}:") and line.split(":")[1].isdigit() and "\n" not in line


def test_a_receiver_without_a_band_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hearing.yaml"
    odd = "types:\n  deaf: {base: esm_station, band_to: 100 MHz}\n"
    path.write_text(HEARING.read_text() + odd)
    with pytest.raises(ScenarioErrors, match="expected band_to above"):
        judged(path)


def ridge(folder: Path) -> None:
    """Flat ground at 100 m with a wall of 900 m from south to north at 27.5 east."""
    heights = np.full((1201, 1201), 100, ">i2")
    heights[:, 595:606] = 900
    for name in ("N54E027", "N53E027"):
        (folder / f"{name}.hgt").write_bytes(heights.tobytes())
    for name in ("N54E026", "N54E028", "N53E026", "N53E028"):
        (folder / f"{name}.hgt").write_bytes(np.full((1201, 1201), 100, ">i2").tobytes())


def behind_a_ridge(folder: Path, shared: bool) -> Scenario:
    """A low flyer from west to east over a ridge; west's radar stands west of it, east's east of it."""
    tree = yaml.safe_load(HEARING.read_text())
    tree["units"] = {
        "west.radar": {"kind": "radar", "radars": [{"id": "a", "type": LBAND, "at": [54.05, 26.4]}]},
        "east.radar": {"kind": "radar", "radars": [{"id": "a", "type": LBAND, "at": [54.05, 28.6]}]},
    }
    tree["nations"]["west"]["territory"] = {"country": "Belarus"}
    route = [{"at": [54.0, lon], "altitude": "1000 m"} for lon in (26.6, 28.4)]
    tree["raid"] = [{"id": "low", "nation": "third", "type": "strike_fighter", "route": route}]
    tiles = [f"N5{n}E02{e}.hgt" for n in (3, 4) for e in (6, 7, 8)]
    tree |= {"traffic": [], "agreements": tree["agreements"] if shared else [], "surroundings": {"terrain": tiles}}
    tree["start"] = "2026-06-01T04:00:00Z"
    path = folder / f"ridge-{shared}.yaml"
    path.write_text(yaml.safe_dump(tree))
    return load(path)


def test_a_ridge_hides_a_target_and_the_joint_picture_keeps_it(tmp_path: Path) -> None:
    ridge(tmp_path)
    alone = nearest_m(behind_a_ridge(tmp_path, False), "low.1", 420.0)["west.cp"]
    joint = nearest_m(behind_a_ridge(tmp_path, True), "low.1", 420.0)["west.cp"]
    before, behind = slice(10, 40), slice(62, 84)  # the wall is passed after some 236 s
    assert np.mean(np.array(alone[before]) < 3e3) > 0.8
    assert np.mean(np.array(alone[behind]) < 3e3) < 0.1
    assert np.mean(np.array(joint[behind]) < 3e3) > 0.9
