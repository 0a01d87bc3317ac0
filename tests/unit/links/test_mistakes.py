"""A corpus of mistakes, one a file: each is told on one line, at the word that is wrong, and nothing else is told.

Beside `NAME.yaml`, whose first line says what is wrong and with which word, lies `NAME.expected` with the lines that
the command prints. Random edits of the shipped agreements then show that nothing but such lines ever comes out.
"""

from __future__ import annotations

import faulthandler
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from reference_case import SCENARIOS

from jointsky.engine.check import check
from jointsky.errors import ScenarioErrors

MISTAKES = Path(__file__).parents[2] / "fixtures" / "mistakes"
AGREEMENTS = Path(__file__).parents[2] / "fixtures" / "agreements"
NAMES = sorted(file.stem for file in MISTAKES.glob("*.yaml") if file.stem != "base")
EDITS = int(os.environ.get("JOINTSKY_FUZZ_EDITS", "300"))
HANG_S = 120
"""When work on a short file counts as endless (it takes a tenth of a second): the test is ended with a traceback."""


def told(file: Path) -> list[str]:
    with pytest.raises(ScenarioErrors) as caught:
        check(file)
    return [str(error) for error in caught.value.errors]


def test_the_corpus_is_large_and_whole() -> None:
    assert len(NAMES) >= 60
    assert sorted(file.stem for file in MISTAKES.glob("*.expected")) == NAMES


def test_the_base_is_right() -> None:
    assert "3 agreements with 8 clauses and 2 treaty rules" in check(MISTAKES / "base.yaml")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("world", "2 nations, 2 posts, 8 units, no agreement"),
        ("none", "2 nations, 2 posts, 8 units, no agreement"),
        ("tracks-1995", "2 nations, 2 posts, 8 units, 1 agreement with 3 clauses, always in force"),
        (
            "joint-2009",
            "2 nations, 3 posts, 8 units, 2 agreements with 9 clauses, always in force; "
            "tracks-1995 from tracks-1995.yaml",
        ),
    ],
)
def test_the_worked_files_are_right_and_summed_up_in_a_line(name: str, words: str) -> None:
    assert check(AGREEMENTS / f"{name}.yaml") == words


@pytest.mark.parametrize("name", NAMES)
def test_one_mistake_is_one_line_at_its_word(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(MISTAKES)
    file = Path(f"{name}.yaml")
    lines = told(file)
    assert lines == Path(f"{name}.expected").read_text().splitlines()
    text = file.read_text().splitlines()
    words = re.match(r"# mistake at (.*?): ", text[0])
    assert words is not None
    for line, word in zip(lines, words[1].split(" and at "), strict=True):
        place = re.match(rf"{name}\.yaml:(\d+):(\d+): \S", line)
        assert place is not None, line
        assert text[int(place[1]) - 1][int(place[2]) - 1 :].startswith(word), line


def test_a_line_says_what_was_found_and_what_is_expected() -> None:
    """Each line has a hint beside the complaint: what is expected, or a name that is near."""
    hints = ("expected", "did you mean", "write", "known:", "is missing", "first on line", "see also", "in quotes")
    mute = [name for name in NAMES if not any(hint in (MISTAKES / f"{name}.expected").read_text() for hint in hints)]
    # what no words can mend: a file that is not there, ids and words that nothing is like
    assert set(mute) <= {"drop-unknown", "include-missing", "limits-of-a-share", "every-with-plots",
                         "fields-in-order", "delay-in-use", "approval-of-a-share", "unit-without-owner"}  # fmt: skip


def test_many_mistakes_are_told_together(tmp_path: Path) -> None:
    """What cannot be read and what makes no sense are told at once, in the order of the file, and nothing that only
    follows from them."""
    text = (AGREEMENTS / "world.yaml").read_text().replace("zones/west", str(AGREEMENTS / "zones/west"))
    text = text.replace("zones/east", str(AGREEMENTS / "zones/east"))
    text = text.replace("west.qra:     {kind: fighter", "west.qra:     {kind: fihgter")
    text += """\
agreements:
  - name: a
    parties: [west, east]
    clauses:
      - {id: A1, share: tracks, from: wets, to: east, of: {sensors: [west.radar.*]}, over: hotline, every: 10}
      - {id: A2, share: plots, from: west, to: east, of: {sensors: [east.radar.*]}, over: hotlin}
      - {id: A3, order: scramble, unts: [west.qra], from: west, to: east}
      - {id: A2, use: munitions, from: west, to: east}
"""
    file = tmp_path / "many.yaml"
    file.write_text(text)
    lines = told(file)
    assert len(lines) == 7, lines
    fragments = ["unknown kind 'fihgter'", "did you mean west", "write 10 s", "what is not its own",
                 "did you mean hotline", "unknown key 'unts'", "A2 stands twice"]  # fmt: skip
    for line, fragment in zip(lines, fragments, strict=True):
        assert fragment in line
    places = [tuple(map(int, re.findall(r":(\d+)", line)[:2])) for line in lines]
    assert places == sorted(places)


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from jointsky.cli.app import main; main()", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["misspelt-giver", "id-twice", "two-commanders", "bare-number", "include-missing"])
def test_the_command_line_tells_it_and_writes_nothing(name: str, tmp_path: Path) -> None:
    for file in ("base.yaml", "lake.geojson", f"{name}.yaml"):
        (tmp_path / file).write_text((MISTAKES / file).read_text())
    before = sorted(tmp_path.iterdir())
    done = run("check", f"{name}.yaml", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (MISTAKES / f"{name}.expected").read_text()
    assert done.stdout == ""
    assert sorted(tmp_path.iterdir()) == before


def test_a_run_under_a_wrong_agreement_writes_nothing(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text((SCENARIOS / "agreements/joint-2009.yaml").read_text().replace("over: joint", "over: jiont", 1))
    for file in ("world.yaml", "tracks-1995.yaml"):
        (tmp_path / file).write_text((SCENARIOS / "agreements" / file).read_text())
    out = tmp_path / "out"
    reference = str(SCENARIOS / "union-5-10.yaml")
    done = run("run", reference, "--agreement", str(wrong), "--until", "1 min", "--out", str(out), folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1 and "wrong.yaml:" in done.stderr and "did you mean joint?" in done.stderr
    assert not out.exists()


# ---- random edits

TOKEN = re.compile(r"[A-Za-z][\w.*\-]*|\d[\d.]*|[\[\]{},:%\"#\-]|\n *")
SPARE = """no ~ 0 -1 1e9 west each others joint 30% [] {} war share to : ' &a *a !x within null \t under é 2009-02-03
  -  from: each, of: units: {zone: x} ? | >""".split(" ")


def edited(text: str, rng: random.Random) -> str:
    """The text with one to three of its words dropped, doubled, exchanged, or put in the place of others."""
    for _ in range(rng.randint(1, 3)):
        words = list(TOKEN.finditer(text))
        one, other = rng.choice(words), rng.choice(words)
        new = {
            "drop": "",
            "double": f"{one[0]} {one[0]}",
            "copy": other[0],
            "spare": rng.choice(SPARE),
            "letter": one[0][:1] + one[0][2:],
        }[rng.choice(["drop", "double", "copy", "copy", "spare", "spare", "letter"])]
        text = text[: one.start()] + new + text[one.end() :]
    return text


def test_random_edits_end_in_lines_or_in_order(tmp_path: Path) -> None:
    """Whatever a hurried hand makes of a file: it is right, or every line says where, and reading it ends."""
    texts = {file.name: file.read_text() for file in SCENARIOS.joinpath("agreements").glob("*.yaml")}
    texts |= {"base.yaml": (MISTAKES / "base.yaml").read_text()}
    (tmp_path / "lake.geojson").write_text((MISTAKES / "lake.geojson").read_text())
    rng = random.Random(2009)
    wrong = 0
    for number in range(EDITS):
        faulthandler.dump_traceback_later(HANG_S, exit=True)
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        name = rng.choice(sorted(texts))
        file = tmp_path / name
        file.write_text(edited(texts[name], rng), encoding="utf-8")
        try:
            check(file)
        except ScenarioErrors as found:
            wrong += 1
            assert found.errors, number
            for error in found.errors:
                assert re.match(rf"{re.escape(str(tmp_path))}/[\w.\-]+\.(yaml|geojson)(:\d+:\d+)?: \S", str(error)), (
                    error
                )
                assert "\n" not in str(error) and len(str(error)) < 2000
    faulthandler.cancel_dump_traceback_later()
    assert wrong > 0.5 * EDITS
