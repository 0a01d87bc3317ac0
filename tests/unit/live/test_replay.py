"""A recorded run, run again from its own log by the real engine: equal, or from where on it differs; a killed one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jointsky.errors import LogError, RunError, ScenarioError
from jointsky.live.recorded import RecordedRun, resume, run_recorded
from jointsky.live.replay import replay
from jointsky.record.kinds import Kind, pack_header, unpack_header
from jointsky.record.log import Frame, LogReader, LogWriter
from jointsky.record.reading import read_recording
from jointsky.record.runs import read_summary
from jointsky.scenario.load import Scenario, load
from jointsky.vocab.codes import Act, Shooter
from jointsky.vocab.messages import OperatorOrder

ROOT = Path(__file__).resolve().parents[3]
UNTIL_S = 30.0
INPUT_TICK = 12


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(ROOT / "scenarios" / "union-5-10.yaml", agreement="joint-2009")


@pytest.fixture(scope="module")
def inputs(scenario: Scenario) -> dict[int, list[OperatorOrder]]:
    return {INPUT_TICK: [OperatorOrder(sorted(scenario.posts)[0], int(Act.ENGAGE), int(Shooter.LAUNCHER), 0, 1)]}


@pytest.fixture(scope="module")
def done(
    scenario: Scenario, inputs: dict[int, list[OperatorOrder]], tmp_path_factory: pytest.TempPathFactory
) -> RecordedRun:
    return run_recorded(scenario, 3, until=UNTIL_S, out=tmp_path_factory.mktemp("runs") / "run", inputs=inputs)


def rewritten(
    run: RecordedRun, path: Path, change: Callable[[Frame], tuple[int, bytes] | None], seal: bool = True
) -> Path:
    """The log of a run with every frame passed through `change`, sound again, in a folder of its own."""
    path.mkdir()
    log = LogWriter(path / ("log" if seal else "log.partial"))
    log.append_all(entry for entry in map(change, LogReader(Path(run.folder or "") / "log")) if entry is not None)
    if seal:
        log.seal()
    log.close()
    return path


def as_it_is(frame: Frame) -> tuple[int, bytes]:
    return frame.kind, frame.payload


def until(tick: int) -> Callable[[Frame], tuple[int, bytes] | None]:
    """Frames up to the end of a tick, as a kill leaves them."""
    state = {"ticks": 0}

    def change(frame: Frame) -> tuple[int, bytes] | None:
        kept = state["ticks"] <= tick
        state["ticks"] += frame.kind == Kind.TICK
        return (frame.kind, frame.payload) if kept else None

    return change


def test_replay_is_equal_and_the_summary_says_the_same(
    done: RecordedRun, inputs: dict[int, list[OperatorOrder]]
) -> None:
    heard: list[tuple[float, float]] = []
    found = replay(done.folder or "", progress=lambda now, end: heard.append((now, end)))
    assert found.equal and found.sealed and found.first_difference_s is None and found.damage == ()
    assert found.digest == found.recorded_digest == done.outcome.digest == read_summary(done.folder or "").digest
    assert found.until_s == UNTIL_S and heard[-1] == (UNTIL_S, UNTIL_S)
    recording = read_recording(done.folder or "")
    assert recording.inputs() == inputs and len(recording.digests) == int(UNTIL_S / recording.dt_s)
    assert recording.chain == read_summary(done.folder or "").log_chain
    assert found.words() == f"equal: {found.digest}"


def test_the_run_is_the_same_without_a_recorder(
    done: RecordedRun, scenario: Scenario, inputs: dict[int, list[OperatorOrder]]
) -> None:
    plain = run_recorded(scenario, 3, until=f"{UNTIL_S:g} s", inputs=inputs)
    assert plain.outcome.digest == done.outcome.digest and plain.folder is None
    assert {row["measure"] for row in plain.rows()} == set(plain.outcome.measures)


def test_another_seed_differs_and_the_second_is_told(done: RecordedRun, tmp_path: Path) -> None:
    def change(frame: Frame) -> tuple[int, bytes]:
        if frame.kind != Kind.HEADER:
            return as_it_is(frame)
        recipe, _ = unpack_header(frame.payload)
        return frame.kind, pack_header(
            type(recipe)(recipe.bundle, recipe.seed + 1, recipe.until_s, recipe.agreement, recipe.version)
        )

    found = replay(rewritten(done, tmp_path / "seed", change))
    assert not found.equal and found.first_difference_s is not None and found.digest != found.recorded_digest
    assert "different from t =" in found.words()


def test_a_lost_input_differs_from_its_tick_on(done: RecordedRun, tmp_path: Path) -> None:
    found = replay(rewritten(done, tmp_path / "lost", lambda f: None if f.kind == Kind.INPUTS else as_it_is(f)))
    assert not found.equal and found.first_difference_s == float(INPUT_TICK)


def test_one_forged_digest_is_told_at_its_second(done: RecordedRun, tmp_path: Path) -> None:
    def change(frame: Frame) -> tuple[int, bytes]:
        forged = frame.kind == Kind.TICK and int.from_bytes(frame.payload[:4], "little") == 17
        return frame.kind, frame.payload[:-1] + bytes([frame.payload[-1] ^ 1]) if forged else frame.payload

    found = replay(rewritten(done, tmp_path / "forged", change))
    assert not found.equal and found.first_difference_s == 17.0


def test_a_damaged_log_is_replayed_as_far_as_it_can_be_and_not_called_equal(done: RecordedRun, tmp_path: Path) -> None:
    raw = bytearray((Path(done.folder or "") / "log").read_bytes())
    plots = next(f for f in LogReader(Path(done.folder or "") / "log") if f.kind == Kind.PLOTS)
    raw[plots.offset + 60] ^= 1
    (tmp_path / "log").write_bytes(raw)
    found = replay(tmp_path)
    assert not found.equal and found.first_difference_s is None
    assert found.damage == (f"{plots.offset}: its payload is damaged",)
    assert "equal where the log could be read" in found.words()


def test_a_killed_run_is_compared_as_far_as_it_went_and_taken_up(done: RecordedRun, tmp_path: Path) -> None:
    folder = rewritten(done, tmp_path / "killed", until(19), seal=False)
    with open(folder / "log.partial", "ab") as file:
        file.write(b"\xf7JS\x0a torn")
    found = replay(folder)
    assert found.equal and not found.sealed and found.until_s == 20.0
    assert "did not end" in found.words() and "20 s" in found.words()
    again = resume(folder)
    assert again.outcome.digest == done.outcome.digest
    assert {entry.name for entry in folder.iterdir()} == {"log", "summary.json"}
    assert (folder / "log").read_bytes() == (Path(done.folder or "") / "log").read_bytes()


def test_a_run_that_another_version_would_run_otherwise_is_not_taken_up(done: RecordedRun, tmp_path: Path) -> None:
    def change(frame: Frame) -> tuple[int, bytes] | None:
        kept = keep(frame)
        return None if kept is None or frame.kind == Kind.INPUTS else kept

    keep = until(19)
    folder = rewritten(done, tmp_path / "killed", change, seal=False)
    with pytest.raises(LogError, match="from t = 12 s on"):
        resume(folder)
    assert not (folder / "summary.json").exists() and (folder / "log.killed").exists()


def test_no_whole_tick_no_comparison(done: RecordedRun, tmp_path: Path) -> None:
    folder = rewritten(done, tmp_path / "early", lambda f: as_it_is(f) if f.kind == Kind.HEADER else None, seal=False)
    with pytest.raises(LogError, match="not one whole tick"):
        replay(folder)


def test_a_wrong_time_and_an_unready_scenario_leave_no_folder(scenario: Scenario, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="--until"):
        run_recorded(scenario, 1, until="soon", out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_run_that_cannot_begin_leaves_nothing_in_the_way(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RunError(0, "r1", "no number")

    monkeypatch.setattr("jointsky.live.recorded.simulate", fails)
    with pytest.raises(RunError):
        run_recorded(scenario, 1, out=tmp_path / "run")
    assert list((tmp_path / "run").iterdir()) == []


def test_a_disk_that_fills_in_mid_run_is_told_and_nothing_looks_whole(scenario: Scenario, tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=384k", "tmpfs", str(tmp_path)]
    mounted = subprocess.run(mount, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"a size-capped file system cannot be mounted here: {mounted.stderr.strip()}")
    try:
        with pytest.raises(
            LogError, match=r"log\.partial: no space left on device; \d+ frames \(\d+ octets\) are safe"
        ):
            run_recorded(scenario, 3, until=200.0, out=tmp_path / "run")
        assert {entry.name for entry in (tmp_path / "run").iterdir()} == {"log.partial"}
        found = read_recording(tmp_path / "run")
        assert 0 < found.last_tick < 199 and found.damage == [] and not found.sealed
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


RUN = """
import sys
from jointsky.live.recorded import run_recorded
from jointsky.scenario.load import load
run_recorded(load(sys.argv[1], agreement="joint-2009"), 3, until=float(sys.argv[3]), out=sys.argv[2])
"""


def test_a_run_that_is_killed_leaves_no_whole_looking_run_and_resumes_to_the_same_digest(tmp_path: Path) -> None:
    path = os.pathsep.join(p for p in sys.path if p)
    arguments = [sys.executable, "-c", RUN, str(ROOT / "scenarios" / "union-5-10.yaml"), str(tmp_path / "run"), "300"]
    process = subprocess.Popen(arguments, env={**os.environ, "PYTHONPATH": path})
    log = tmp_path / "run" / "log.partial"
    while process.poll() is None and not (log.exists() and log.stat().st_size > 450_000):
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert {entry.name for entry in (tmp_path / "run").iterdir()} == {"log.partial"}
    reached = read_recording(tmp_path / "run").last_tick
    assert 0 < reached < 299
    again = resume(tmp_path / "run")
    assert again.outcome.t_end_s == 300.0 and replay(tmp_path / "run").equal
