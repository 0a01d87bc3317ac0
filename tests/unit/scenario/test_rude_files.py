"""Files that nobody would write: each is right, or ends in a few lines of the usual shape, and soon."""

from __future__ import annotations

import os
import random
import re
import sys
import time
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from reference_case import SCENARIOS

from jointsky.cli import main
from jointsky.engine.check import judged
from jointsky.errors import ScenarioErrors
from jointsky.planning.doubts import warnings

FIXTURES = Path(__file__).parents[2] / "fixtures"
EDITS = int(os.environ.get("JOINTSKY_FUZZ_EDITS", "120"))
HEAD = """\
nations: {west: {}, east: {}}
posts: {west.cp: {nation: west, commands: [west.*]}, east.cp: {nation: east, commands: [east.*]}}
units: {west.radar: {kind: radar}, east.qra: {kind: fighter, aircraft: 2}}
links: {line: {between: [west.cp, east.cp], delay: 1 s}}
"""
CLAUSES = """\
agreements:
  - name: pact
    parties: [west, east]
    clauses:
      - {id: C1, share: tracks, from: west, to: east, over: line, of: {sensors: [west.radar]}, every: 10 s}
"""
WHOLE = HEAD + CLAUSES


def clause(text: str) -> str:
    return HEAD + CLAUSES[: CLAUSES.index("      - ")] + f"      - {text}\n"


def bomb() -> str:
    steps = zip("abcdefgh", "bcdefghi", strict=True)
    return "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in steps
    )


FILES: dict[str, tuple[str | bytes, int, str]] = {
    # what is in the file, the exit code, a part of what is said
    "whole": (WHOLE, 0, "ok"),
    "empty": ("", 2, "main.yaml:1:1: this file is empty: expected a map"),
    "only a comment": ("# nothing\n", 2, "this file is empty"),
    "a mark of byte order": (b"\xef\xbb\xbf" + WHOLE.encode(), 0, "ok"),
    "another encoding": (WHOLE.encode("utf-16"), 2, "main.yaml: this is not UTF-8 text (octet 0), expected a file"),
    "an old encoding": (WHOLE.encode() + b"# \xe9\n", 2, "this is not UTF-8 text"),
    "half a letter": (b"nations: {w\xed\xa0\x80: {}}\n", 2, "this is not UTF-8 text"),
    "a binary file": (bytes(range(256)) * 20, 2, "this is not UTF-8 text (octet 128)"),
    "the character 0": (HEAD + "\0" + CLAUSES, 2, "main.yaml:5:1: this is not YAML: found the character U+0000"),
    "old line ends": (WHOLE.replace("\n", "\r"), 0, "ok"),
    "other line ends": (WHOLE.replace("\n", "\r\n"), 0, "ok"),
    "a tab for spaces": (WHOLE.replace("  - name", "\t- name"), 2, "main.yaml:6:1: this is not YAML"),
    "a list": ("- a\n", 2, "main.yaml:1:1: expected a map of names to values"),
    "a number": ("42\n", 2, "expected a map of names to values"),
    "two documents": (HEAD + "---\n" + CLAUSES, 2, "take out the line ---"),
    "deep brackets": ("nations: " + "[" * 100_000 + "]" * 100_000, 2, "nested too deeply"),
    "deep maps": ("nations: " + "{a: " * 900 + "1" + "}" * 900, 2, "nested too deeply"),
    "deep lists": ("- " * 990 + "a\n", 2, "nested too deeply"),
    "deep lines": ("".join(" " * i + f"k{i}:\n" for i in range(950)), 2, "nested too deeply"),
    "a bomb of aliases": (bomb() + HEAD, 2, "it unfolds into more than"),
    "an alias of itself": ("nations: &a {west: *a}\n", 2, "an alias that contains itself"),
    "an alias of nothing": ("nations: *a\n", 2, "found undefined alias"),
    "code": (HEAD.replace("{kind: radar}", "!!python/object/apply:os.system [ls]"), 2, "found a list"),
    "a key of several": ("? [a, b]\n: c\n" + HEAD, 2, "a key must be a name"),
    "no for a nation": (HEAD.replace("east: {}}", "east: {}, no: {}}"), 2, "YAML reads the key no as false"),
    "yes for a giver": (WHOLE.replace("from: west", "from: yes"), 2, "YAML reads an unquoted yes"),
    "a circle": ("include: main.yaml\n", 2, "a circle of includes: main.yaml -> main.yaml"),
    "a folder": ("include: .\n", 2, "is a directory"),
    "a device": ("include: /dev/zero\n", 2, "this is not a file"),
    "a name with the character 0": ('include: "a\\0b.yaml"\n', 2, "a name cannot hold the character 0"),
    "land in a name with the character 0": ('nations: {a: {territory: "a\\0b"}}\n', 2, "cannot hold the character 0"),
    "a name too long": (f"include: {'x' * 9000}.yaml\n", 2, "cannot read this file"),
    "a long name": (WHOLE.replace("name: pact", f"name: {'x' * 50_000}"), 0, "ok"),
    "a long wrong name": (WHOLE.replace("from: west", f"from: {'w' * 50_000}"), 2, "found unknown party www"),
    "a long number": (HEAD.replace("aircraft: 2", f"aircraft: {'9' * 5000}"), 2, "cannot read '999"),
    "a large number": (HEAD.replace("aircraft: 2", f"aircraft: {'9' * 400}"), 0, "ok"),
    "signs of a terminal": (WHOLE.replace("from: west", 'from: "\\e[31mwest"'), 2, r"found '\x1b[31mwest'"),
    "a key of a terminal": (HEAD + '"\\e[31m": 1\n', 2, r"unknown key '\u001b[31m'"),
    "a pattern of many stars": (
        HEAD.replace("west.radar", f"west.{'a' * 60}")
        + clause(f'{{id: C, order: scramble, from: west, to: east, units: ["{"*a" * 25}*b"]}}')[len(HEAD) :],
        2,
        "found unknown unit",
    ),
    "units within units": (
        HEAD
        + "joint_units: {"
        + "".join(f"j{i}: {{of: [j{i + 1}, j{i + 1}]}}, " for i in range(40))
        + "j40: {of: [east.qra]}}\n"
        + clause("{id: C, order: scramble, from: east, to: west, units: [j0]}")[len(HEAD) :],
        0,
        "ok",
    ),
    "many clauses": (
        clause(
            "\n      - ".join(
                f"{{id: C{i}, share: tracks, from: west, to: east, over: line, of: {{sensors: [west.radar]}}, "
                f"every: {i + 1} s, level: {1 + i % 100} %}}"
                for i in range(300)
            )
        ),
        0,
        "ok",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_rude_file_is_told_in_a_few_lines(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, code, told = FILES[name]
    (tmp_path / "main.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["jointsky", "check", "main.yaml"])
    begun = time.process_time()
    with pytest.raises(SystemExit) as found:
        main()
    out, err = capsys.readouterr()
    assert time.process_time() - begun < 20.0
    assert found.value.code == code, err
    assert told in (out if code == 0 else err)
    assert not code or len(err.splitlines()) <= 3
    for line in err.splitlines():
        assert re.match(r"main\.yaml(:\d+:\d+)?: \S", line) and len(line) < 2500
        assert line.isprintable()


def test_files_that_include_the_next_twice_are_read_once(tmp_path: Path) -> None:
    for i in range(40):
        (tmp_path / f"f{i}.yaml").write_text(f"include: [f{i + 1}.yaml, f{i + 1}.yaml]\n")
    (tmp_path / "f40.yaml").write_text(WHOLE)
    begun = time.process_time()
    assert [agreement.name for agreement in judged(tmp_path / "f0.yaml").agreements] == ["pact"]
    assert time.process_time() - begun < 10.0


@pytest.mark.parametrize(
    ("section", "text"), [("nations", "[west, east]"), ("nations", "~"), ("phases", "{a: b}"), ("units", "3")]
)
def test_what_hangs_on_a_section_that_cannot_be_read_is_not_told(section: str, text: str, tmp_path: Path) -> None:
    lines = [line for line in WHOLE.splitlines() if not line.startswith(f"{section}:")]
    ledger = "ledger: {currency: USD, year: 2000, source: notional, costs: {east.qra: {operation: 1 USD}}}"
    (tmp_path / "main.yaml").write_text("\n".join([f"{section}: {text}", *lines, ledger, ""]))
    with pytest.raises(ScenarioErrors) as caught:
        judged(tmp_path / "main.yaml")
    assert [error.path for error in caught.value.errors] == [section]


# ---- edits of what the text means

SPARE: list[Any] = [
    *(
        "no",
        "~",
        "each",
        "others",
        "owner",
        "receiver",
        "30 %",
        "10",
        "*",
        "**",
        "2009-02-30",
        "a..b",
        ".west",
        "nan s",
    ),
    *("anywhere in west + nobody", "", "130 %", "-5 s", "1e400 s", "a b", "w\u0435st", "within -5 km of border"),
    *("within 1e9 km of border of west", "x" * 300, "\u202e", "\x07", "nowhere/at-all.yaml", ".."),
    *(None, True, False, 0, -1, 3.5, 1e308, float("nan"), float("inf"), 10**30),
    *([], {}, [[]], [None], {"a": None}, ["west", "west"]),
]
"""What is put in the place of something."""


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to everything in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in places(item, (*path, key)))]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def edited(document: Any, rng: random.Random) -> Any:
    """The document with one to three of its values or keys deleted, doubled, exchanged, or made another type."""
    document = deepcopy(document)
    for _ in range(rng.choice((1, 1, 2, 3))):
        known = [path for path in places(document) if path]
        if not known:
            break
        one, other = rng.choice(known), rng.choice(known)
        parent, key, value = at(document, one[:-1]), one[-1], at(document, one)
        match rng.choice(("drop", "spare", "copy", "list", "map", "key", "swap", "double", "number")):
            case "drop":
                del parent[key]
            case "spare":
                parent[key] = deepcopy(rng.choice(SPARE))
            case "copy":
                parent[key] = deepcopy(at(document, other))
            case "list":
                parent[key] = [value]
            case "map":
                parent[key] = {"x": value}
            case "key" if isinstance(parent, dict):
                new = other[-1] if rng.random() < 0.7 else rng.choice(("x", False, None, 3, f"{key}x"))
                parent[new] = parent.pop(key)
            case "swap" if one != other[: len(one)] and other != one[: len(other)]:
                parent[key], at(document, other[:-1])[other[-1]] = at(document, other), value
            case "double" if isinstance(parent, list):
                parent.insert(key, deepcopy(value))
            case "number" if isinstance(value, str):
                parent[key] = re.sub(
                    r"\d+", lambda found: rng.choice((f"-{found[0]}", "0", f"{found[0]}e9", ".")), value
                )
            case _:
                parent[key] = str(value)
    return document


def test_edits_of_what_a_file_means_end_in_lines_or_in_order(tmp_path: Path) -> None:
    """Keys and values dropped, swapped and bent: the file is right, or every line says where, and reading it ends."""
    sources = {
        "agreements": SCENARIOS / "agreements",
        "ledgers": SCENARIOS / "ledgers",
        "fixtures": FIXTURES / "agreements",
        "doubts": FIXTURES / "doubts",
    }
    for name, folder in {**sources, "pieces": SCENARIOS / "pieces"}.items():
        for file in folder.rglob("*"):
            if file.is_file():
                target = tmp_path / name / file.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read_bytes())
    (tmp_path / "union-5-10.yaml").write_text((SCENARIOS / "union-5-10.yaml").read_text())
    files = [file for name in sources for file in sorted((tmp_path / name).rglob("*.yaml"))]
    texts = {file: file.read_text() for file in files}
    documents = {file: yaml.safe_load(text) for file, text in texts.items()}
    rng = random.Random(1995)
    wrong = 0
    for _ in range(EDITS):
        file = rng.choice(files)
        changed = edited(documents[file], rng)
        file.write_text(
            yaml.dump(changed, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True), encoding="utf-8"
        )
        try:
            warnings(judged(file))
        except ScenarioErrors as found:
            wrong += 1
            assert found.errors
            for error in found.errors:
                line = str(error)
                assert re.match(rf"{re.escape(str(tmp_path))}/[\w.\-/]+\.(yaml|geojson)(:\d+:\d+)?: \S", line), line
                assert line.isprintable() and len(line) < 2500
        file.write_text(texts[file])
    assert wrong > 0.4 * EDITS
