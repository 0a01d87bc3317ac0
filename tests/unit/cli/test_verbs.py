"""The command line: help that needs no compiled code, examples, and one line with exit code 2 for what is wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_study import STUDY, lay_out

from jointsky.cli import main

ROOT = Path(__file__).resolve().parents[3]
SCENARIOS = ROOT / "scenarios"
SMALL = SCENARIOS / "coordination-8-12.yaml"
SHARED = ROOT.parent / "shared/agreements"
VERBS = ("agreement explain", "audit", "check", "emit", "exercise", "export", "ledger", "limits", "range", "replay",
         "report", "roe", "run", "schema", "study", "track", "types", "warmup", "watch")  # fmt: skip
START = "from jointsky.cli import main; main()"


@dataclass
class Said:
    """What a call said and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*words: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["jointsky", *map(str, words)])
        with pytest.raises(SystemExit) as found:
            main()
        out, err = capsys.readouterr()
        return Said(int(found.value.code or 0), out, err)

    return run


def process(*words: str | Path, code: str = START) -> subprocess.Popen[str]:
    env = os.environ | {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)], env=env, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_shows_an_example(verb: str, call) -> None:
    said = call(*verb.split(), "--help")
    assert said.code == 0
    assert re.search(rf"Example:.*jointsky {verb}\b", " ".join(said.out.replace("│", " ").split()))


def test_help_names_all_verbs(call) -> None:
    said = call("--help")
    assert said.code == 0 and all(re.search(rf"\b{verb.split()[0]}\b", said.out) for verb in VERBS)


def test_help_imports_no_compiled_code() -> None:
    code = f"""
import sys
try:
    {START.replace("; ", chr(10) + "    ")}
finally:
    heavy = {{'numba', 'scipy', 'polars', 'dask', 'matplotlib', 'pyarrow'}} & set(sys.modules)
    print(sorted(heavy), file=sys.stderr)
"""
    done = process("--help", code=code)
    out, err = done.communicate(timeout=60)
    assert done.returncode == 0 and "Usage" in out
    assert err.strip() == "[]"


BAD = {
    "an unknown verb": (["chek"], "No such command 'chek'"),
    "no file": (["check"], "Missing argument"),
    "a missing file": (["check", "nothing.yaml"], "nothing.yaml"),
    "a folder": (["check", "."], "directory"),
    "not YAML": (["check", "LICENSE"], "not YAML"),
    "an unknown type": (["types", "sam_lng"], "did you mean sam_long"),
    "an unknown option": (["run", "x.yaml", "--sed", "1"], "--sed"),
    "a negative seed": (["run", "x.yaml", "--seed", "-1"], "--seed"),
    "a seed that is a word": (["run", "x.yaml", "--seed", "one"], "--seed"),
    "no such scenario": (["run", "x.yaml"], "x.yaml"),
    "a run of a folder": (["run", "scenarios"], "directory"),
    "no such arrangement": (["run", "scenarios/union-5-10.yaml", "--agreement", "nono"], "nono.yaml"),
    "a run to a time that is none": (["run", "scenarios/coordination-8-12.yaml", "--until", "soon"], "--until"),
    "a run to nothing": (["run", "scenarios/coordination-8-12.yaml", "--until", "0"], "more than 0 s"),
    "a run backwards": (["run", "scenarios/coordination-8-12.yaml", "--until", "-5 s"], "--until"),
    "a run for ever": (["run", "scenarios/coordination-8-12.yaml", "--until", "inf"], "--until"),
    "an agreement alone is not run": (["run", "scenarios/agreements/none.yaml"], "missing"),
    "no workers": (["study", "studies/headline.yaml", "--workers", "0"], "--workers"),
    "no replications": (["study", "studies/headline.yaml", "--replications", "0"], "--replications"),
    "no such study": (["study", "nothing.yaml"], "cannot be read"),
    "a study that is a folder": (["study", "."], "cannot be read"),
    "a study that is none": (["study", "scenarios/union-5-10.yaml"], "study"),
    "a study that is not YAML": (["study", "README.md"], "README.md"),
    "tables that are not there": (["track", "--sensors", "x.csv", "--plots", "y.csv", "--out", "z.csv"], "x.csv"),
    "nothing to replay": (["replay", "nothing"], "nothing"),
    "nothing to audit": (["audit", "nothing"], "nothing"),
    "an audit of what is no log": (["audit", "LICENSE"], "not a log"),
    "nothing to report": (["report", "nothing"], "nothing"),
    "a capture that is not there": (["watch", "nothing.pcap"], "nothing.pcap"),
    "a capture that is none": (["watch", "LICENSE"], "LICENSE"),
    "a capture that is none, to be shown": (["watch", "LICENSE", "--port", "0"], "LICENSE"),
    "a capture that is not there, to be shown": (["watch", "nothing.pcap", "--port", "0"], "nothing.pcap"),
    "a text, to be examined": (["doctor", "LICENSE"], "no record could be read"),
    "a text, to be decoded": (["decode", "LICENSE"], "LICENSE"),
    "live data of nobody": (["watch", "udp://127.0.0.1:8600"], "--from"),
    "live data of somebody unreadable": (["watch", "udp://127.0.0.1:8600", "--from", "radar"], "--from: found 'radar'"),
    "live data from everywhere": (["watch", "udp://0.0.0.0:8600", "--from", "192.0.2.7", "--port", "0"], "0.0.0.0"),
    "live data at a rate": (["watch", "udp://127.0.0.1:8600", "--from", "127.0.0.1", "--rate", "5"], "--rate"),
    "a capture with a sender": (["watch", "nothing.pcap", "--from", "127.0.0.1"], "--from"),
    "a capture at no rate": (["watch", "nothing.pcap", "--rate", "0"], "--rate"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_and_ends_with_2(name: str, call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    words, told = BAD[name]
    if words[0] in ("report", "study", "run"):
        pytest.importorskip("jointsky.report", reason="the room report is not built yet")
    monkeypatch.chdir(ROOT)
    before = set(ROOT.iterdir())
    shown = any(word in words for word in ("--port", "--from", "--rate")) or "udp:" in str(words)
    out = ["--out", tmp_path / "out"] if words[0] == "study" or (words[0] == "watch" and not shown) else []
    said = call(*words, *out)
    lines = said.err.splitlines()
    assert said.code == 2, said
    assert told in said.err and lines and all(line.strip() for line in lines)
    assert "Traceback" not in said.err and said.out == ""
    if name not in ("an agreement alone is not run", "a study that is none"):
        assert len(lines) == 1
    assert not (tmp_path / "out").exists() and set(ROOT.iterdir()) == before


def test_faults_have_their_place(call, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("scenario: x\nduration: 10\nunits:\n  west.radar.1: {kind: rader}\n")
    said = call("check", bad)
    assert said.code == 2
    lines = said.err.splitlines()
    assert len(lines) >= 2 and all(re.match(rf"{re.escape(str(bad))}:\d+:\d+: ", line) for line in lines), lines


@pytest.mark.parametrize("name", ["none", "tracks-1995", "joint-2009"])
def test_agreement_files_of_others_are_right_as_they_are(name: str, call) -> None:
    file = SHARED / f"{name}.yaml"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    said = call("check", file)
    assert (said.code, said.err) == (0, "")
    assert "ok: 2 nations" in said.out


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda file: file.stem)
def test_shipped_scenarios_are_right(file: Path, call) -> None:
    said = call("check", file)
    assert (said.code, said.err) == (0, ""), said.err


@pytest.mark.parametrize(("until", "shots"), [("20 s", 12), ("20", 12), ("20.0", 12), ("11", 0), ("0.2 min", 12)])
def test_until_takes_units_and_bare_seconds(until: str, shots: int, call) -> None:
    said = call("run", SMALL, "--until", until)
    assert said.code == 0, said.err
    found = re.search(r"missiles\s+│\s+(\d+)", said.out)
    assert found is not None and int(found[1]) == shots


def test_the_plan_is_printed(call) -> None:
    said = call("run", SMALL, "--plan")
    assert said.code == 0
    places = [said.out.index(word) for word in ("orders", "truth", "sensing", "posts", "engagements", "observers")]
    assert places == sorted(places)


def test_a_run_writes_what_is_promised(call, tmp_path: Path) -> None:
    out = tmp_path / "run"
    said = call("run", SMALL, "--seed", "3", "--until", "20 s", "--no-report", "--out", out)
    assert said.code == 0, said.err
    summary = json.loads((out / "summary.json").read_text())
    assert {"digest", "seed", "scenario_sha256", "agreement", "wall_s", "cpu_s", "measures"} <= set(summary)
    assert summary["digest"] in said.out and summary["seed"] == 3 and (out / "log").exists()
    again = call("run", SMALL, "--no-report", "--out", out)
    assert again.code == 2 and len(again.err.splitlines()) == 1
    assert json.loads((out / "summary.json").read_text()) == summary
    replayed = call("replay", out)
    assert replayed.code == 0, replayed.err


def test_types_and_schema_are_json_where_asked(call) -> None:
    rows = json.loads(call("types", "--json").out)
    assert any("sam_long" in row.values() for row in rows)
    assert json.loads(call("schema").out)["type"] == "object"


@pytest.mark.parametrize("words", [["exercise", SMALL], ["watch", "capture.pcap"], ["replay", "x", "--console"]])
def test_a_second_server_on_a_port_is_refused_before_anything_is_done(words: list[str | Path], call, tmp_path: Path,
                                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as first:
        port = str(first.getsockname()[1])
        said = call(*words, "--port", port, "--no-open")
    assert said.code == 2 and said.err.splitlines() == [
        f"port {port} is taken: is another console running? Choose another with --port"
    ]
    assert said.out == "" and list(tmp_path.iterdir()) == []


def test_a_warm_up_is_done_once(call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done: list[str] = []
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("jointsky.engine.warm.warm", lambda: done.append("warm") or [("kernel", 1.0)])
    assert "kernels ready in 1.0 s" in call("warmup").out
    assert "kernels are ready" in call("warmup").out and done == ["warm"]
    call("warmup", "--again")
    assert done == ["warm", "warm"]


def test_a_reader_that_goes_away_is_no_error() -> None:
    done = process("schema")
    assert done.stdout is not None and done.stderr is not None
    done.stdout.read(10)
    done.stdout.close()
    done.wait(timeout=60)
    assert done.stderr.read() == ""


def test_a_study_from_the_command_line(call, tmp_path: Path) -> None:
    pytest.importorskip("jointsky.report.study_page", reason="the page of a study is not built yet")
    out = tmp_path / "out"
    said = call("study", lay_out(tmp_path / "in"), "--replications", "2", "--out", out)
    assert said.code == 0, said.err
    assert {"results.parquet", "summary.json", "study.html"} <= {path.name for path in out.iterdir()}
    assert "even" in said.out and "blind" in said.out
    assert (
        "4 replications were kept" in call("study", tmp_path / "in/study.yaml", "--replications", "2", "--out", out).out
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_study_says_how_to_go_on(workers: int, tmp_path: Path) -> None:
    pytest.importorskip("jointsky.report.study_page", reason="the page of a study is not built yet")
    files, out = lay_out(tmp_path / "in", STUDY.replace("replications: 4", "replications: 500")), tmp_path / "out"
    running = process("study", files, "--workers", str(workers), "--out", out)
    until = time.monotonic() + 120.0
    while len(list((out / "parts").glob("*.json"))) < 3 and running.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to all of its processes
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert f"kept in {out}" in err and "the same command goes on" in err
    assert "Traceback" not in err
    assert not (out / "summary.json").exists() and len(list((out / "parts").glob("*.json"))) >= 3


def test_the_package_runs_as_a_module_like_the_command() -> None:
    told = subprocess.run([sys.executable, "-m", "jointsky", "check", "nothing.yaml"], capture_output=True, text=True)
    assert told.returncode == 2 and told.stderr.startswith("nothing.yaml: ") and not told.stdout
