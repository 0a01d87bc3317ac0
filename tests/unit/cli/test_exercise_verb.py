"""The verb that opens an exercise: what is wrong with its agreement is said before a seat is opened."""

import sys
from pathlib import Path

import pytest

from jointsky.cli import main

REFERENCE = Path(__file__).resolve().parents[3] / "scenarios" / "union-5-10.yaml"


def test_an_agreement_that_gives_away_what_is_not_ones_own_opens_no_seat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        "agreements:\n  - name: generous\n    parties: [west, east]\n    clauses:\n"
        "      - {id: G, share: plots, from: west, to: east, of: {sensors: [east.*]}, over: joint}\n"
    )
    out = tmp_path / "out"
    words = ["exercise", str(REFERENCE), "--agreement", str(wrong), "--port", "0", "--no-open", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["jointsky", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 2 and "wrong.yaml:5:" in said and "G" in said and not out.exists(), said
