"""`jointsky assign` from a file to standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from jointsky.cli.app import main

PROBLEM = {
    "values": [60, 30],
    "p": [[0.7, 0.6], [0.5, 0.5]],
    "shots": [1, 1],
    "pools": [{"weapons": [0, 1], "shots": 1}],
}


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["jointsky", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize("options", [(), ("--prove",), ("--time", "0.02")])
def test_a_plan_is_printed(
    options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.json").write_text(json.dumps(PROBLEM))
    assert run(monkeypatch, "assign", tmp_path / "p.json", *options) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["assignment"] == [[1, 0], [0, 0]]
    assert found["value"] == pytest.approx(48.0) and found["bound"] <= found["value"]
    assert {"gap", "seconds", "proved"} <= set(found)


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--prove", "--time", "1"), "one of both"), (("--time", "0"), "more than 0"), (("--time", "nan"), "more than 0")],
)
def test_bad_words(
    words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (tmp_path / "p.json").write_text(json.dumps(PROBLEM))
    assert run(monkeypatch, "assign", tmp_path / "p.json", *words) == 2
    assert said in capsys.readouterr().err


def test_a_bad_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.json").write_text(json.dumps(PROBLEM | {"shots": [1, 0.5]}))
    assert run(monkeypatch, "assign", tmp_path / "p.json") == 2
    told = capsys.readouterr()
    assert "shots[1]: found 0.5" in told.err and not told.out
    assert run(monkeypatch, "assign", tmp_path / "none.json") == 2
