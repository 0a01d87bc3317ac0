"""What is allowed and hardly meant: told by `check` as warnings, one file for each, and nothing refused for it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from reference_case import SCENARIOS

from jointsky.cli import main
from jointsky.engine.check import judged
from jointsky.errors import ScenarioError
from jointsky.planning.doubts import warnings

DOUBTS = Path(__file__).parents[2] / "fixtures" / "doubts"
NAMES = sorted(file.stem for file in DOUBTS.glob("*.yaml") if file.stem != "base")


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["jointsky", "check", *map(str, words)])
        with pytest.raises(SystemExit) as found:
            main()
        return (int(found.value.code or 0), *capsys.readouterr())

    return run


def test_every_doubt_has_its_lines() -> None:
    assert len(NAMES) >= 25
    assert sorted(file.stem for file in DOUBTS.glob("*.expected")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_one_doubt_is_one_line_at_its_word(name: str, call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DOUBTS)
    code, out, err = call(f"{name}.yaml")
    assert code == 0
    assert err == Path(f"{name}.expected").read_text()
    lines, text = err.splitlines(), Path(f"{name}.yaml").read_text().splitlines()
    assert out.startswith(f"{name}.yaml: ok: ")
    assert out.endswith(f"; {len(lines)} warning{'s' if len(lines) > 1 else ''}\n")
    words = re.match(r"# doubt at (.*?): ", text[0])
    assert words is not None
    for line, word in zip(lines, words[1].split(" and at "), strict=True):
        place = re.match(rf"{name}\.yaml:(\d+):(\d+): warning: \S", line)
        assert place is not None, line
        assert text[int(place[1]) - 1][int(place[2]) - 1 :].startswith(word), line
        assert "found" in line and ("expected" in line or "known:" in line)


def test_the_base_leaves_no_doubt(call) -> None:
    code, out, err = call(DOUBTS / "base.yaml")
    assert (code, err) == (0, "") and "warning" not in out


@pytest.mark.parametrize(
    "file", [file for file in sorted(SCENARIOS.rglob("*.yaml")) if file.parent.name != "pieces"], ids=lambda f: f.stem
)
def test_the_shipped_files_leave_none_but_one(file: Path) -> None:
    """The clause of the telephone is there to be measured, though the exchange gives all that it does."""
    found = warnings(judged(file))
    assert [error.message.split(":")[0] for error in found] == (["clause H1"] if file.stem == "full" else [])


def test_faults_are_told_without_warnings(call, tmp_path: Path) -> None:
    for file in ("base.yaml", *(f"{name}.geojson" for name in ("west", "east", "isle", "lake"))):
        (tmp_path / file).write_text((DOUBTS / file).read_text())
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text((DOUBTS / "limit-of-none.yaml").read_text().replace("to: east", "to: esat"))
    code, out, err = call(wrong)
    assert (code, out) == (2, "")
    assert "did you mean east" in err and "warning" not in err


TERMS = [
    ("every: 30 s", True),  # less often
    ("every: 5 s", False),
    ("every: 10 s, delay: 5 s", True),
    ("every: 10 s, phases: [war]", True),
    ("every: 10 s, fields: [position]", True),
    ("every: 10 s, level: 50 %", True),
    ("every: 10 s, in_force: 2001-01-01", True),
]


@pytest.mark.parametrize(("terms", "within"), TERMS)
def test_a_clause_is_covered_when_no_term_is_better(terms: str, within: bool, tmp_path: Path) -> None:
    assert (covered(tmp_path, f"over: line, {terms}") == ["E1"]) == within


@pytest.mark.parametrize(
    "wide",
    [
        "phases: [war]",
        "level: 50 %",
        "delay: 5 s",
        "fields: [position]",
        "until: 2001-01-01",
        "if_attacked: {within: 1 h}",
        "withdrawal: {by: west.president}",
    ],
)
def test_what_is_bound_more_covers_nothing_that_is_free(wide: str, tmp_path: Path) -> None:
    assert covered(tmp_path, "over: line, every: 10 s", f"over: line, every: 10 s, {wide}") == []


def covered(folder: Path, narrow: str, wide: str = "over: line, every: 10 s") -> list[str]:
    """The clauses that are covered among E1 with the terms `narrow` and E2, from all to all, with the terms `wide`."""
    for file in ("base.yaml", *(f"{name}.geojson" for name in ("west", "east", "isle", "lake"))):
        (folder / file).write_text((DOUBTS / file).read_text())
    (folder / "two.yaml").write_text(f"""\
include: base.yaml
drop: [P1]
agreements:
  - name: extra
    parties: [west, east]
    clauses:
      - {{id: E1, share: tracks, from: west, to: east, of: {{sensors: [west.radar]}}, {narrow}}}
      - {{id: E2, share: tracks, from: each, to: others, of: {{sensors: ["*.radar"]}}, {wide}}}
""")
    found = warnings(judged(folder / "two.yaml"))
    return [error.message.split(":")[0].split()[1] for error in found if "already" in error.message]


def test_a_warning_is_one_line_of_the_usual_shape() -> None:
    error = ScenarioError("a.yaml", 3, 4, "nations.west", "found\nsomething")
    assert error.as_warning() == "a.yaml:3:4: warning: nations.west: found something"
    assert ScenarioError("a.yaml", 0, 0, "", "x").as_warning() == "a.yaml: warning: x"


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("agreements/joint-2009.yaml", "; tracks-1995 from tracks-1995.yaml"),
        ("union-5-10.yaml", "; tracks-1995 from tracks-1995.yaml; joint-2009 from joint-2009.yaml"),
        ("agreements/treaties/cis-1995.yaml", "; cis-hijack-2011 under cis-1995"),
        ("agreements/none.yaml", "8 units, no agreement"),
    ],
)
def test_success_tells_of_what_was_included_and_of_frames(file: str, told: str, call) -> None:
    code, out, _ = call(SCENARIOS / file)
    assert code == 0 and out.rstrip().endswith(told)


def test_an_agreement_without_its_frame_is_told(call, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("""\
nations: {west: {}, east: {}}
agreements:
  - {name: frame, parties: [west, east], in_force: 1990-01-01, until: 2000-01-01}
  - {name: duty, parties: [west, east], under: frame}
""")
    day = r"\d{4}-\d\d-\d\d"
    out = call(tmp_path / "a.yaml")[1]
    assert re.search(f": 1 no longer in force on {day}, 1 without its frame on {day}; duty under frame$", out.strip())
