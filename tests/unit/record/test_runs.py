"""The folder of a run: a run that is not finished never looks as if it were."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from unit.record.test_recorder import RECIPE

from jointsky.errors import LogError
from jointsky.record.reading import log_in
from jointsky.record.recorder import Recorder
from jointsky.record.runs import RunFolder, Summary, claim, read_summary, reclaim

SUMMARY = Summary("d1", 3, "s1", "joint", 60.0, "0.1", 1.5, 1.25, {"leakers": 3.0, "first_s": math.nan})


def finished(path: Path) -> RunFolder:
    folder = claim(path)
    with Recorder(folder.log, RECIPE):
        pass
    folder.finish(SUMMARY)
    return folder


def names(path: Path) -> set[str]:
    return {entry.name for entry in path.iterdir()}


def test_a_finished_run_has_a_log_and_a_summary(tmp_path: Path) -> None:
    finished(tmp_path / "run")
    assert names(tmp_path / "run") == {"log", "summary.json"}
    content = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert {"digest", "seed", "scenario_sha256", "agreement", "wall_s", "cpu_s", "measures"} <= set(content)
    assert content["measures"] == {"leakers": 3.0, "first_s": None}
    read = read_summary(tmp_path / "run")
    assert math.isnan(read.measures["first_s"]) and read.digest == "d1" and read.seed == 3


def test_while_it_runs_there_is_neither(tmp_path: Path) -> None:
    folder = claim(tmp_path / "run")
    with Recorder(folder.log, RECIPE):
        assert names(tmp_path / "run") == {"log.partial"}
    with pytest.raises(LogError, match="is the run finished"):
        read_summary(tmp_path / "run")


def test_a_finished_run_is_not_overwritten_but_by_force(tmp_path: Path) -> None:
    finished(tmp_path / "run")
    before = (tmp_path / "run" / "summary.json").read_bytes()
    with pytest.raises(LogError, match="--force"):
        claim(tmp_path / "run")
    assert (tmp_path / "run" / "summary.json").read_bytes() == before
    (tmp_path / "run" / "notes.txt").write_text("mine")
    claim(tmp_path / "run", force=True)
    assert names(tmp_path / "run") == {"notes.txt"}


def test_a_killed_run_is_told_and_can_be_taken_up(tmp_path: Path) -> None:
    folder = claim(tmp_path / "run")
    recorder = Recorder(folder.log, RECIPE)
    recorder.log.close()
    old = Path(folder.log).read_bytes()
    with pytest.raises(LogError, match="--resume"):
        claim(tmp_path / "run")
    again = reclaim(tmp_path / "run")
    assert Path(log_in(tmp_path / "run")).read_bytes() == old
    recorder = Recorder(again.log, RECIPE)
    recorder.log.close()
    twice = reclaim(tmp_path / "run")
    assert names(tmp_path / "run") == {"log.killed"}
    with Recorder(twice.log, RECIPE):
        pass
    twice.finish(SUMMARY)
    assert names(tmp_path / "run") == {"log", "summary.json"}


def test_there_is_nothing_to_take_up(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no unfinished run"):
        reclaim(tmp_path)
    finished(tmp_path / "run")
    with pytest.raises(LogError, match="nothing to resume"):
        reclaim(tmp_path / "run")


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LogError, match="cannot use this folder"):
        claim(tmp_path / "file")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"measures": {}}', '{"measures": [1]}', '{"measures": {"a": "b"}}'])
def test_what_is_no_summary_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "summary.json").write_text(text)
    with pytest.raises(LogError, match="not the summary"):
        read_summary(tmp_path)


def test_a_kill_between_log_and_summary_leaves_a_run_to_take_up(tmp_path: Path) -> None:
    finished(tmp_path / "run")
    (tmp_path / "run" / "summary.json").unlink()
    with pytest.raises(LogError, match="--resume"):
        claim(tmp_path / "run")
    reclaim(tmp_path / "run")
    assert names(tmp_path / "run") == {"log.killed"}
