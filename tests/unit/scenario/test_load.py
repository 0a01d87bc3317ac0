"""Reading right files: what the loader adds, how files merge, what a bundle carries."""

import json
import os
import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest
from unit.scenario.small import SMALL

from jointsky.errors import ScenarioErrors
from jointsky.scenario.forces import FighterUnit, RadarUnit, SamUnit
from jointsky.scenario.load import Scenario, load, reload

LAND = {"type": "Polygon", "coordinates": [[[20, 50], [30, 50], [30, 55], [20, 50]]]}
AGREEMENTS = Path(__file__).parents[2] / "fixtures/agreements"


def _write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        file = folder / name.replace("__", "/")
        file = file.with_name(file.name + ("" if file.name.endswith("geojson") else ".yaml"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder / "main.yaml"


def _small(tmp_path: Path, text: str = SMALL) -> Scenario:
    return load(_write(tmp_path, main=text))


def _faults(file: Path, **how: object) -> list[str]:
    with pytest.raises(ScenarioErrors) as caught:
        load(file, **how)  # type: ignore[arg-type]
    return [str(error) for error in caught.value.errors]


def test_a_right_file_is_read_in_si(tmp_path: Path) -> None:
    small = _small(tmp_path)
    assert small.start == datetime(2026, 6, 1, 4, tzinfo=UTC)
    assert (small.duration, small.tick) == (1200.0, 1.0)
    radar, qra, sam = small.units["west.radar.1"], small.units["west.qra"], small.units["west.sam.1"]
    assert isinstance(radar, RadarUnit) and radar.radars[0].at == (53.9, 27.5) and radar.radars[0].mast == 15.0
    assert isinstance(qra, FighterUnit) and qra.readiness == (300.0, 900.0)
    assert isinstance(sam, SamUnit) and sam.batteries[0].reloads == 24 and sam.batteries[1].shots is None
    assert small.raid[0].route[0].altitude == 10_000.0 and small.raid[0].route[1].speed is None
    assert small.traffic[0].squawk == 0o2001
    assert small.declarations[0].when.alert and small.declarations[0].after == 300.0
    assert small.networks["west"].loss == 0.02
    assert small.ready_errors() == []


def test_units_belong_to_the_nation_their_name_begins_with(tmp_path: Path) -> None:
    small = _small(tmp_path, SMALL.replace("airfields:", "  lone: {kind: ew, nation: east}\nairfields:"))
    assert {name: unit.nation for name, unit in small.units.items() if "ew" in name} == {
        "west.ew.1": "west",
        "east.aew.1": "east",
    }
    assert small.units["lone"].nation == "east"


def test_a_post_takes_over_from_its_host_what_it_does_not_say(tmp_path: Path) -> None:
    hosted = "  joint.cp: {nation: west, host: west.cp}\n  own.cp: {nation: east, host: west.cp, cycle: 7 s}\nlinks:"
    small = _small(
        tmp_path, SMALL.replace("cycle: 5 s, decision: 20 s", "cycle: 3 s, policy: greedy").replace("links:", hosted, 1)
    )
    west, joint, own = (small.posts[name] for name in ("west.cp", "joint.cp", "own.cp"))
    assert (west.cycle, west.decision, west.policy) == (3.0, 20.0, "greedy")
    assert (joint.cycle, joint.policy, joint.at) == (3.0, "greedy", (53.9, 27.6))
    assert own.cycle == 7.0


def test_the_including_file_wins_and_agreements_are_appended(tmp_path: Path) -> None:
    main = _write(
        tmp_path,
        main="include: [parts/one.yaml, parts/two.yaml]\ntitle: main\nunits:\n  a.u: {shots: 5}\n"
        "agreements:\n  - {name: third, parties: [a, b]}\n",
        parts__one="title: one\nabout: one\nnations: {a: {side: neutral}, b: {}}\n"
        "units:\n  a.u: {kind: sam, shots: 1, reloads: 2}\nagreements:\n  - {name: first, parties: [a, b]}\n",
        parts__two="about: two\ninclude: one.yaml\nagreements:\n  - {name: second, parties: [a, b]}\n",
    )
    read = load(main)
    assert (read.title, read.about) == ("main", "two")
    unit = read.units["a.u"]
    assert isinstance(unit, SamUnit) and (unit.shots, unit.reloads, unit.nation) == (5, 2, "a")
    assert [agreement.name for agreement in read.agreements] == ["first", "second", "third"]
    assert sorted(read.sources) == ["main.yaml", "parts/one.yaml", "parts/two.yaml"]


def test_a_fault_in_an_included_file_is_reported_there(tmp_path: Path) -> None:
    main = _write(tmp_path, main="include: part.yaml\ntitel: x\n", part="phases: [peace]\ntick: 3\n")
    first, second = _faults(main)
    assert first.startswith(f"{tmp_path}/main.yaml:2:1: titel: unknown key")
    assert second.startswith(f"{tmp_path}/part.yaml:2:7: tick: found 3 without a unit")


@pytest.mark.parametrize(
    ("texts", "where", "what"),
    [
        ({"main": "include: gone.yaml\n"}, "main.yaml:1:10: include", "gone.yaml: cannot read this file: no such file"),
        ({"main": "include: main.yaml\n"}, "main.yaml:1:10: include", "a circle of includes: main.yaml -> main.yaml"),
        (
            {"main": "include: a.yaml\n", "a": "include: main.yaml\n"},
            "a.yaml:1:10: include",
            "main.yaml -> a.yaml -> main.yaml",
        ),
        ({"main": "include: [[a]]\n"}, "main.yaml:1:11: include", "expected the name of a file"),
        ({"main": "agreement: [a]\n"}, "main.yaml:1:12: agreement", "expected the name or file of an arrangement"),
        ({"main": "agreement: nope\n"}, "main.yaml:1:12", "agreements/nope.yaml: cannot read this file"),
        ({"main": ""}, "main.yaml:1:1", "this file is empty"),
        ({"main": "- a\n"}, "main.yaml:1:1", "expected a map"),
        ({"main": "a: [1, 2\nb: c\n"}, "main.yaml:2:2", "this is not YAML"),
        ({"main": "a: b\n---\nc: d\n"}, "main.yaml:2:1", "this is not YAML"),
        ({"main": "title: !!python/object:os.system b\n"}, "main.yaml:1:8: title", "not determine a constructor"),
        ({"main": "title: &x [*x]\n"}, "main.yaml:1:", "this is not YAML"),
        ({"main": "? [a, b]\n: c\n"}, "main.yaml:1:3", "a key must be a name"),
        ({"main": "nations: {a: {territory: none.geojson}}\n"}, "main.yaml:1:26: nations.a.territory", "cannot read"),
        ({"main": "zones: {z: main.yaml}\n"}, "main.yaml:1:12: zones.z", "this is not JSON"),
        ({"main": "zones: {z: z.yaml}\n", "z": "{}"}, "main.yaml:1:12: zones.z", "this is not a GeoJSON area"),
        ({"main": "drop: W9\n"}, "main.yaml:1:7: drop", "no clause has the id 'W9'"),
    ],
)
def test_files_that_cannot_be_put_together(texts: dict[str, str], where: str, what: str, tmp_path: Path) -> None:
    first = _faults(_write(tmp_path, **texts))[0]
    assert first.startswith(f"{tmp_path}/{where}") and what in first, first


def test_a_missing_or_unreadable_main_file_says_so(tmp_path: Path) -> None:
    assert "cannot read this file: no such file or directory" in _faults(tmp_path / "gone.yaml")[0]
    (tmp_path / "bytes.yaml").write_bytes(b"title: \xff\xfe\n")
    assert "this is not UTF-8 text (octet 7)" in _faults(tmp_path / "bytes.yaml")[0]
    assert "cannot read this file: is a directory" in _faults(tmp_path)[0]


def test_aliases_that_unfold_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jointsky.scenario.tree.MOST_NODES", 10_000)
    levels = [f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 9)}]" for i in range(1, 9)]
    faults = _faults(_write(tmp_path, main="\n".join(["x0: &x0 [a, a]", *levels]) + "\n"))
    assert "unfolds into more than" in faults[0]


@pytest.mark.parametrize(
    "text", ["a: " + "[" * 50_000 + "]" * 50_000, "- " * 50_000 + "a", "[\n" * 50_000, "a: " + "[" * 900 + "]" * 900]
)
def test_bottomless_nesting_is_refused(text: str, tmp_path: Path) -> None:
    assert "nested too deeply" in _faults(_write(tmp_path, main=text))[0]


def test_merge_keys_and_anchors_work(tmp_path: Path) -> None:
    text = "nations: {a: &n {side: neutral, iff: g}, b: {<<: *n, side: raider}}\n"
    read = load(_write(tmp_path, main=text))
    assert (read.nations["b"].side, read.nations["b"].iff) == ("raider", "g")


def test_clauses_can_be_dropped(tmp_path: Path) -> None:
    main = _write(tmp_path, main=f"include: {AGREEMENTS}/joint-2009.yaml\ndrop: [S2, C2]\n")
    ids = [clause.id for agreement in load(main).agreements for clause in agreement.clauses]
    assert ids == ["W1", "E1", "E2", "S1", "C1", "C3", "R1"]


def test_rules_and_whole_agreements_can_be_dropped(tmp_path: Path) -> None:
    rules = "rules: [{id: T1, binds: a, of: {kinds: sam}, most: 1}, {id: T2, binds: a, of: {kinds: sam}, most: 2}]"
    text = "nations: {a: {}, b: {}}\nagreements:\n  - {name: one, parties: [a, b]}\n"
    main = _write(tmp_path, main=f"{text}  - {{name: two, parties: [a, b], {rules}}}\ndrop: [one, T1]\n")
    read = load(main)
    assert [agreement.name for agreement in read.agreements] == ["two"]
    assert [rule.id for rule in read.agreements[0].rules] == ["T2"]
    assert (
        "did you mean two?"
        in _faults(_write(tmp_path, main=f"{text}  - {{name: two, parties: [a, b]}}\ndrop: twoo"))[0]
    )


def test_faults_count_agreements_as_their_own_file_does(tmp_path: Path) -> None:
    main = _write(
        tmp_path,
        main="include: part.yaml\nagreements:\n  - {name: one, parties: [a, b]}\n  - {name: two, parties: 3}\n",
        part="nations: {a: {}, b: {}}\nagreements:\n  - {name: zero, parties: [a, b]}\n",
    )
    assert _faults(main)[0].startswith(f"{tmp_path}/main.yaml:4:26: agreements[1].parties")
    read = load(_write(tmp_path, main=main.read_text().replace("parties: 3", "parties: [a, b]") + "drop: one\n"))
    assert str(read.error(("agreements", 1, "name"), "x")).startswith(f"{tmp_path}/main.yaml:4:12: agreements[1].name")


def test_names_are_not_followed_where_a_file_is_missing(tmp_path: Path) -> None:
    faults = _faults(_write(tmp_path, main="include: gone.yaml\nposts: {a.cp: {nation: a}}\nphase: war\n"))
    assert len(faults) == 1 and "gone.yaml: cannot read" in faults[0]


def test_declarations_withdraw_what_exists(tmp_path: Path) -> None:
    said = "by: west.president, when: alert"
    told = f"declarations: [{{withdraw: [W1, W9], {said}}}, {{attacked: wst, {said}}}, {{restore: trcks-1995, {said}}}]"
    main = _write(tmp_path, main=f"include: {AGREEMENTS}/joint-2009.yaml\n{told}\n")
    first, second, third = _faults(main)
    assert "declarations[0].withdraw[1]: unknown clause or agreement 'W9'" in first
    assert "unknown clause or agreement 'trcks-1995'; did you mean tracks-1995?" in third
    assert "declarations[1].attacked: unknown nation 'wst'; did you mean west?" in second


def test_overrides_lie_over_the_file(tmp_path: Path) -> None:
    main = _write(tmp_path, main=SMALL)
    values = {
        "links.wire.delay": "8 s",
        "units.west.sam.1.batteries.0.shots": 3,
        "assets": {"capital": {"value": 5}},
        "title": "x",
        "measures": ["raid"],
    }
    read = load(main, overrides=values)
    sam = read.units["west.sam.1"]
    assert read.links["wire"].delay == 8.0 and read.title == "x" and read.measures == ("raid",)
    assert isinstance(sam, SamUnit) and sam.batteries[0].shots == 3
    assert (read.assets["capital"].value, read.assets["capital"].radius) == (5, 8_000.0)
    assert _faults(main, overrides={"tick": 3}) == [
        "<overrides>: tick: found 3 without a unit, expected one: write '3 s'"
    ]
    assert "this path leads nowhere" in _faults(main, overrides={"raid.7.count": 1})[0]
    assert "this path leads nowhere" in _faults(main, overrides={"title.x": 1})[0]


def test_a_bundle_is_enough_to_read_the_scenario_again(tmp_path: Path) -> None:
    _write(tmp_path, z__west__geojson=json.dumps(LAND))
    (tmp_path / "z/west/geojson").rename(tmp_path / "z/west.geojson")
    text = SMALL.replace("{territory: {country: Portugal}", "{territory: z/west.geojson")
    main = _write(tmp_path, main=text, agreements__other="phases: [peace, threat, war]\nagreements: []\n")
    read = load(main, agreement="other", overrides={"title": "x"})
    for file in tmp_path.rglob("*.*"):
        file.unlink()
    again = reload(read.bundle)
    assert again.model_dump() == read.model_dump() and again.sha256 == read.sha256 and again.arrangement == "other"
    assert again.geojson("west") == LAND and again.geojson("east") is None
    assert pickle.loads(pickle.dumps(read)).sha256 == read.sha256  # noqa: S301


def test_the_hash_tells_bundles_apart(tmp_path: Path) -> None:
    main = _write(tmp_path, main=SMALL)
    one = load(main).sha256
    assert load(main).sha256 == one != load(main, overrides={"tick": "2 s"}).sha256
    main.write_text(SMALL + "\n# a remark\n")
    assert load(main).sha256 != one


def test_all_faults_of_a_file_come_at_once_in_its_order(tmp_path: Path) -> None:
    text = (
        SMALL.replace("type: bomber", "type: bommer").replace("mast: 15 m", "mast: 15").replace("value: 10", "value: 0")
    )
    text = text.replace("type: gap_filler_uhf_2d", "type: gap").replace("base: home", "base: away")
    lines = [int(fault.split("main.yaml:")[1].split(":")[0]) for fault in _faults(_write(tmp_path, main=text))]
    assert lines == sorted(lines) and len(lines) == 5


@pytest.mark.parametrize("name", ["none", "tracks-1995", "joint-2009", "world"])
def test_agreement_files_are_read_as_they_are(name: str) -> None:
    read = load(AGREEMENTS / f"{name}.yaml")
    lacks = [str(error) for error in read.ready_errors()]
    assert any("'radars' is missing" in lack for lack in lacks) and any("'start' is missing" in lack for lack in lacks)
    assert read.units["west.qra"].nation == "west"
    assert read.geojson("east")


def test_another_arrangement_can_be_laid_under_a_scenario(tmp_path: Path) -> None:
    text = SMALL.replace("agreements:\n  - name: pact", "agreement: two\nagreements:\n  - name: pact")
    main = _write(
        tmp_path, main=text, agreements__two="title: loses\nagreements: [{name: two, parties: [west, east]}]\n"
    )
    outside = tmp_path / "elsewhere" / "three.yaml"
    outside.parent.mkdir()
    outside.write_text("agreements: [{name: three, parties: [west, east]}]\n")
    names = {
        how: [agreement.name for agreement in load(main, agreement=how).agreements]
        for how in (None, "two", str(outside))
    }
    assert names == {None: ["two", "pact"], "two": ["two", "pact"], str(outside): ["three", "pact"]}
    assert load(main).title == "A small scenario"
    assert [load(main, agreement=how).arrangement for how in (None, str(outside))] == ["two", "three"]


def test_someone_else_can_report_a_fault_at_its_place(tmp_path: Path) -> None:
    small = _small(tmp_path)
    error = small.error(("links", "wire", "delay"), "too slow")
    assert str(error) == f"{tmp_path}/main.yaml:16:46: links.wire.delay: too slow"


SHIPPED = Path(__file__).parents[3] / "scenarios" / "agreements" / "world.yaml"


def test_a_pipe_that_the_process_was_given_is_read_and_one_with_a_name_is_not(tmp_path: Path) -> None:
    """As a shell gives it for `<(...)`; nobody may ever write into a pipe that lies in a folder."""
    reader, writer = os.pipe()
    try:
        os.write(writer, SHIPPED.read_bytes())
        os.close(writer)
        assert set(load(f"/dev/fd/{reader}").nations) == set(load(SHIPPED).nations)
    finally:
        os.close(reader)
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(ScenarioErrors, match="this is not a file"):
        load(tmp_path / "pipe.yaml")
