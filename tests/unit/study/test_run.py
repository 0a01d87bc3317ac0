"""Running a study: keyed tasks, kept rows, kills, full disks, workers."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from small_study import STUDY, lay_out

from jointsky.errors import StudyError
from jointsky.study import keep as keeping
from jointsky.study.design import Design, read_design
from jointsky.study.keep import PARTS, keep, kept, read_results, write_results
from jointsky.study.run import Result, run_study, step_rows, tasks_of
from jointsky.study.task import replicate

AGREEMENT = (
    "agreements: [{name: pact, parties: [blue, red], clauses: [{id: X1, use: airfields, from: red, to: blue}]}]\n"
)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "in")


def run(path: Path, out: Path | None, **more: int) -> Result:
    return run_study(read_design(path), path.parent, out, **more)


def results(out: Path) -> bytes:
    return (out / "results.parquet").read_bytes()


def test_tasks_are_keyed_once_each_and_arms_share_seeds(files: Path) -> None:
    tasks = tasks_of(read_design(files), files.parent)
    assert len({task.key for task in tasks}) == len({task.fingerprint for task in tasks}) == len(tasks) == 8
    assert [task.arm for task in tasks[:4]] == ["blind", "even", "blind", "even"], "a stopped study is balanced"
    for a, b in zip(tasks[::2], tasks[1::2], strict=True):
        assert a.seed == b.seed


def test_summary_has_the_promised_keys_and_rows_are_kept(files: Path, tmp_path: Path) -> None:
    result = run(files, tmp_path / "out")
    summary = json.loads((tmp_path / "out/summary.json").read_text())
    rows = read_results(tmp_path / "out/results.parquet")
    assert summary == json.loads(json.dumps(result.summary))
    assert [(row["arm"], row["replication"]) for row in rows] == [(a, i) for a in ("blind", "even") for i in range(4)]
    assert set(summary["arms"]) == {"blind", "even"} and set(summary["pairs"]) == {"blind-even", "even-blind"}
    for found in summary["arms"].values():
        assert set(found["stopped"]) == {"n", "mean", "low", "high"}
    pair = summary["pairs"]["even-blind"]["stopped"]
    assert {"n", "diff", "low", "high"} <= set(pair)
    stopped = {arm: [row["stopped"] for row in rows if row["arm"] == arm] for arm in ("blind", "even")}
    assert pair["diff"] == pytest.approx(sum(stopped["even"]) / 4 - sum(stopped["blind"]) / 4)
    assert pair["low"] == pytest.approx(-summary["pairs"]["blind-even"]["stopped"]["high"])
    assert len({row["digest"] for row in rows}) == 8


def test_a_second_call_keeps_everything_and_the_same_bytes(files: Path, tmp_path: Path) -> None:
    first = run(files, tmp_path / "out")
    before = results(tmp_path / "out")
    again = run(files, tmp_path / "out")
    assert (first.resumed, again.resumed) == (0, 8)
    assert results(tmp_path / "out") == before
    assert again.rows == first.rows


def test_results_hold_no_times_and_times_stand_beside(files: Path, tmp_path: Path) -> None:
    run(files, tmp_path / "a")
    run(files, tmp_path / "b")
    assert results(tmp_path / "a") == results(tmp_path / "b")
    assert (tmp_path / "a/times.csv").read_text().startswith("arm,replication,wall_s,cpu_s\n")
    assert "wall_s" not in read_results(tmp_path / "a/results.parquet")[0]


def test_more_replications_keep_the_first_ones(files: Path, tmp_path: Path) -> None:
    first = run(files, tmp_path / "out")
    files.write_text(STUDY.replace("replications: 4", "replications: 6"))
    more = run(files, tmp_path / "out")
    assert more.resumed == 8 and len(more.rows) == 12
    assert [row for row in more.rows if row["replication"] < 4] == first.rows


@pytest.mark.parametrize(
    "change", [("seed: 5", "seed: 6"), ("until: 36 s", "until: 35 s"), ("study: small", "study: s2")]
)
def test_rows_of_another_study_are_not_used(change: tuple[str, str], files: Path, tmp_path: Path) -> None:
    run(files, tmp_path / "out")
    files.write_text(STUDY.replace(*change))
    assert run(files, tmp_path / "out").resumed == 0


def test_rows_of_another_scenario_or_other_code_are_not_used(files: Path, tmp_path: Path) -> None:
    design = read_design(files)
    task = tasks_of(design, files.parent)[0]
    keep(tmp_path, task, {"arm": task.arm, "stopped": 1.0})
    assert kept(tmp_path, task) == {"arm": task.arm, "stopped": 1.0}
    assert kept(tmp_path, replace(task, code="other")) is None
    case = files.parent / "case.yaml"
    case.write_text(case.read_text().replace("60 %}", "61 %}"))
    assert kept(tmp_path, tasks_of(design, files.parent)[0]) is None


def test_a_worker_with_other_code_refuses(files: Path) -> None:
    task = tasks_of(read_design(files), files.parent)[0]
    with pytest.raises(StudyError, match="another version"):
        replicate(replace(task, code="other"))


def test_a_damaged_part_is_run_again(files: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(files, out)
    before = results(out)
    parts = sorted((out / PARTS).iterdir())
    assert len(parts) == 8
    text = parts[3].read_text()
    spoilt = [
        b"", b"{", b"[]", b"null", b"\xff\xfe", text[: len(text) // 2].encode(),
        text.replace('"stopped": ', '"stopped": 1', 1).encode(), b"[" * 100_000,
    ]  # fmt: skip
    for part, octets in zip(parts, spoilt, strict=True):
        part.write_bytes(octets)
    assert run(files, out).resumed == 0
    assert results(out) == before


def test_any_flipped_bit_of_a_part_is_noticed(files: Path, tmp_path: Path) -> None:
    task = tasks_of(read_design(files), files.parent)[0]
    row = {"arm": task.arm, "replication": 0, "seed": task.seed, "digest": "00ff", "stopped": 5.0}
    keep(tmp_path, task, row)
    part = tmp_path / PARTS / f"{task.key}.json"
    good = part.read_bytes()
    for at in range(len(good)):
        part.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        assert kept(tmp_path, task) in (None, row), at


SCRIPT = """
import sys
from pathlib import Path
from jointsky.study.design import read_design
from jointsky.study.run import run_study
path = Path(sys.argv[1])
run_study(read_design(path), path.parent, Path(sys.argv[2]))
"""


def start(files: Path, out: Path) -> subprocess.Popen[bytes]:
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(files), str(out)], env=env, stderr=subprocess.PIPE)


def test_a_killed_study_ends_with_the_bytes_of_one_that_was_not(files: Path, tmp_path: Path) -> None:
    files.write_text(STUDY.replace("replications: 4", "replications: 300"))
    out = tmp_path / "killed"
    process = start(files, out)
    until = time.monotonic() + 120.0
    while len(list((out / PARTS).glob("*.json"))) < 5 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, (process.stderr or sys.stderr).read()
    done = len(list((out / PARTS).glob("*.json")))
    assert 5 <= done < 600 and not (out / "results.parquet").exists() and not (out / "summary.json").exists()
    files.write_text(STUDY.replace("replications: 4", f"replications: {done // 2 + 3}"))
    again = run(files, out)
    assert again.resumed == done
    run(files, tmp_path / "whole")
    assert results(out) == results(tmp_path / "whole")


def test_dask_workers_give_the_same_rows(files: Path, tmp_path: Path) -> None:
    run(files, tmp_path / "one")
    spread = run(files, tmp_path / "two", workers=2)
    assert results(tmp_path / "one") == results(tmp_path / "two")
    assert len(spread.rows) == 8


def test_order_of_finishing_does_not_matter(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(files, tmp_path / "one")
    monkeypatch.setattr("jointsky.study.run.run_here", lambda tasks: ((t, replicate(t)) for t in reversed(tasks)))
    run(files, tmp_path / "two")
    assert results(tmp_path / "one") == results(tmp_path / "two")


def test_a_task_that_came_twice_counts_once(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a worker was thought dead and its task was run elsewhere as well."""
    whole = run(files, tmp_path / "one")
    monkeypatch.setattr("jointsky.study.run.run_here", lambda tasks: ((t, replicate(t)) for t in [*tasks, *tasks[:3]]))
    twice = run(files, tmp_path / "two")
    assert len(twice.rows) == 8 and results(tmp_path / "one") == results(tmp_path / "two")
    assert twice.summary["arms"]["even"]["stopped"]["n"] == 4
    assert whole.summary["pairs"] == twice.summary["pairs"]


def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every later write fails, then the disk has room again: what was finished is kept, and the end is the same."""
    real, calls = os.fsync, [0]

    def refuse(handle: int) -> None:
        calls[0] += 1
        if calls[0] > 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(keeping.os, "fsync", refuse)
    with pytest.raises(StudyError, match="No space left"):
        run(files, tmp_path / "out")
    monkeypatch.setattr(keeping.os, "fsync", real)
    names = sorted(path.name for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert names == ["blind.00000.json", "blind.00001.json", "even.00000.json"]
    assert run(files, tmp_path / "out").resumed == 3
    run(files, tmp_path / "whole")
    assert results(tmp_path / "out") == results(tmp_path / "whole")


def test_a_disk_that_is_really_full(files: Path, tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)]
    found = subprocess.run(mount, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip(f"a size-capped file system cannot be mounted here: {found.stderr.strip()}")
    try:
        with pytest.raises(StudyError, match="No space left"):
            run(files, place / "out")
        assert not (place / "out/results.parquet").exists()
        assert not list(place.rglob("*.part"))
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_place_that_cannot_be_a_folder_is_known_before_anything_runs(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("jointsky.study.run.run_here", lambda tasks: pytest.fail("it ran"))
    for out in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(StudyError, match="cannot be a folder of results"):
            run(files, out)


def test_a_staircase_is_run_arm_by_arm_and_its_steps_are_told(files: Path, tmp_path: Path) -> None:
    ladder = "staircase: {agreement: even, first: nothing, steps: {all of it: '*'}}\n"
    agreement = files.parent / "agreements/even.yaml"
    agreement.write_text(agreement.read_text() + AGREEMENT)
    files.write_text(re.sub(r"arms:.*?(?=^\w)", ladder, STUDY, flags=re.MULTILINE | re.DOTALL))
    result = run(files, tmp_path / "out")
    (step,) = result.summary["staircase"]["steps"]
    assert step["arm"] == "all-of-it" and step["adds"] == step["in_all"]
    assert step["adds"]["mean"] == pytest.approx(result.summary["pairs"]["all-of-it-nothing"]["stopped"]["diff"])
    assert step_rows(result.summary)[0]["clauses"] == "*"


def test_a_headline_that_no_run_measures_is_refused_at_the_first_row(files: Path) -> None:
    files.write_text(STUDY.replace("headline: stopped", "headline: stoped"))
    with pytest.raises(StudyError, match="did you mean stopped"):
        run(files, None)


def test_workers_are_at_least_one(files: Path) -> None:
    with pytest.raises(StudyError, match="0 workers"):
        run(files, None, workers=0)


def test_a_cluster_that_is_not_there(files: Path) -> None:
    with pytest.raises(StudyError, match="no cluster there"):
        run_study(read_design(files), files.parent, None, cluster="not-an-address:x")


def test_rows_with_a_measure_that_did_not_happen(tmp_path: Path) -> None:
    rows = [{"arm": "a", "replication": i, "seed": i, "digest": "", "late": late} for i, late in ((1, None), (0, 2.0))]
    write_results(tmp_path / "results.parquet", rows)
    assert [row["late"] for row in read_results(tmp_path / "results.parquet")] == [2.0, None]


def test_a_table_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "results.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(StudyError, match="not a table of results"):
        read_results(tmp_path / "results.parquet")


def test_the_study_is_a_function_too(files: Path) -> None:
    import jointsky.study as study

    found = study(files.parent / "case.yaml", ["blind", "even"], replications=2, until_s=36.0)
    assert found.arms["even"]["stopped"].n == 2
    assert isinstance(found.result.design, Design)
    assert found.pairs["even-blind"]["stopped"].mean == pytest.approx(
        found.arms["even"]["stopped"].mean - found.arms["blind"]["stopped"].mean
    )
    with pytest.raises(StudyError, match="replications"):
        study(files.parent / "case.yaml", ["even"], replications=0)
