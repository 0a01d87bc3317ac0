"""The verb audit: its table, its lines, its exit code."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from jointsky.cli import main
from jointsky.live.recorded import run_recorded
from jointsky.record.frames import SEAL
from jointsky.record.kinds import Kind, pack_note, unpack_note
from jointsky.record.log import LogReader, LogWriter
from jointsky.report.audit import NEEDED
from jointsky.scenario.load import load
from jointsky.vocab.records import ORDER

SMALL = Path(__file__).resolve().parents[3] / "scenarios/coordination-8-12.yaml"


def said(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["jointsky", "audit", str(folder)])
    with pytest.raises(SystemExit) as found:
        main()
    return int(found.value.code or 0), *capsys.readouterr()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "run"
    run_recorded(load(SMALL), 3, until=30.0, out=out)
    return out


def test_a_run_that_is_covered(run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(run, monkeypatch, capsys)
    assert (code, err) == (0, "") and "every engagement is covered" in out
    assert "12 engagements" in out and "national" in out


def test_each_violation_is_one_line_and_the_code_is_1(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with LogWriter(tmp_path / "log") as log:
        for frame in LogReader(run / "log"):
            payload = frame.payload
            if frame.kind == Kind.ORDERS:
                note = unpack_note(payload, ORDER)
                ids = json.dumps([["Z9"]] * len(note.rows))
                payload = pack_note(Kind.ORDERS, note.tick, note.sender, note.rows, ids)[1]
            if frame.kind != SEAL:
                log.append(frame.kind, payload)
    code, out, err = said(tmp_path, monkeypatch, capsys)
    lines = [line for line in out.splitlines() if "Z9 is not in the agreement" in line]
    assert code == 1 and err == "" and len(lines) == 12 and all(line.startswith("order ") for line in lines)
    assert "violations" in out.splitlines()[-1]


def test_the_audit_reads_no_more_than_it_needs() -> None:
    assert Kind.PLOT_TRUTH not in NEEDED and Kind.DETECTABLE not in NEEDED
