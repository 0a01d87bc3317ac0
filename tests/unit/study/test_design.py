"""Study files: what is right, and one clear line for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from jointsky.errors import StudyError
from jointsky.study.design import Design, read_design

GOOD = "study: s\nscenario: x.yaml\narms: {a: none, b: {agreement: joint, drop: [C1], label: B}}\n"


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "study.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    design = read_design(write(tmp_path, GOOD + "until: 20 min\nband: ['15 %', '20 %']\n"))
    assert design.until == 1200.0 and design.band == (0.15, 0.2)
    assert design.arms["a"].agreement == "none" and design.arms["b"].drop == ("C1",)


def test_replications_share_their_seed_over_arms_and_differ_from_each_other(tmp_path: Path) -> None:
    design = read_design(write(tmp_path, GOOD))
    seeds = [design.replication_seed(i) for i in range(500)]
    assert len(set(seeds)) == 500 and all(0 <= seed < 2**63 for seed in seeds)
    assert design.model_copy(update={"seed": 2}).replication_seed(0) not in seeds


@pytest.mark.parametrize(("text", "words"), [
    (GOOD.replace("scenario: x.yaml\n", ""), ["scenario"]),
    (GOOD + "replicatons: 3\n", ["replicatons"]),
    (GOOD + "replications: 0\n", ["replications", "1"]),
    (GOOD + "seed: -1\n", ["seed"]),
    (GOOD + "until: 20\n", ["until", "unit"]),
    (GOOD.replace("{a:", "{a/b:"), ["arms", "'a/b'"]),
    ("study: s\nscenario: x\narms: {}\n", ["arms"]),
    ("study: s\nscenario: x\n", ["arms", "at least 1"]),
    (GOOD + "staircase: {agreement: full, steps: {}}\n", ["staircase.steps", "at least 1"]),
    (GOOD + "staircase: {steps: {t: [T1]}}\n", ["staircase.agreement"]),
    (GOOD + "staircase: {agreement: full, steps: {t-1: [T1], t 1: [T2]}}\n", ["staircase.steps", "'t-1'", "rename"]),
    (GOOD + "staircase: {agreement: full, steps: {a: [T1]}}\n", ["staircase", "arm 'a'", "rename"]),
    (GOOD + "staircase: {agreement: full, steps: {'?': [T1]}}\n", ["no letter or digit"]),
    (GOOD + "factorial: {agreement: full, factors: {a b: [T1]}}\n", ["factorial.factors", "'a b'"]),
    (GOOD + "factorial: {agreement: full, factors: {}}\n", ["factorial.factors"]),
    (GOOD + "factorial: {agreement: full, factors: {p: [T1]}, full: third}\n", ["factorial.full"]),
    (GOOD + "factorial: {agreement: f, factors: {a1: A, a2: A, a3: A, a4: A, a5: A, a6: A, a7: A, a8: A}}\n", ["7"]),
    (GOOD.replace("label: B", "level: {C2: 50}"), ["arms.b.level", "unit"]),
    ("- a list\n", ["file"]),
    ("", ["file"]),
    ("study: [\n", ["not YAML"]),
    ("study: 2026-13-45\n", ["study.yaml"]),
    ("[" * 3000, ["not YAML"]),
    (b"\xff\xfe\x00", ["study.yaml"]),
    ("a: !!python/object/apply:os.system [true]\n", ["not YAML"]),
])  # fmt: skip
def test_faults_are_told_on_one_line_each(text: str | bytes, words: list[str], tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(StudyError) as found:
        read_design(path)
    for line in str(found.value).splitlines():
        assert line.startswith(str(path))
    for word in words:
        assert word in str(found.value)


def test_names_of_pairs_must_not_meet(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="'a-b-c'"):
        read_design(write(tmp_path, "study: s\nscenario: x\narms: {a: n, b-c: n, a-b: n, c: n}\n"))


def test_few_arms_are_all_compared_and_many_with_the_first_and_their_neighbours() -> None:
    def pairs(count: int) -> set[tuple[str, str]]:
        arms = {f"a{i:02d}": "none" for i in range(count)}
        return set(Design.model_validate({"study": "s", "scenario": "x", "arms": arms}).pairs)

    assert len(pairs(12)) == 12 * 11
    many = pairs(16)
    assert {("a07", "a00"), ("a00", "a07"), ("a07", "a08"), ("a08", "a07")} <= many and ("a05", "a09") not in many


def test_arms_and_a_staircase_stand_together(tmp_path: Path) -> None:
    design = read_design(write(tmp_path, GOOD + "staircase: {agreement: full, steps: {by wire: T1}}\n"))
    assert list(design.arms) == ["a", "b", "no-clause", "by-wire"]
    assert design.arms["by-wire"].keep == ("T1",)


@pytest.mark.parametrize("kind", ["missing", "folder"])
def test_a_file_that_is_none(kind: str, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="cannot be read"):
        read_design(tmp_path if kind == "folder" else tmp_path / "none.yaml")
