"""The verb that sends a run: whole captures that other tools read, and refusals in one line."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from scenario_runs import short_run

from jointsky.cli import main
from jointsky.feeds.asterix.scan import scan
from jointsky.feeds.pcap import read_capture
from jointsky.feeds.sensors import read_sensors
from jointsky.live.emitting.told import told
from jointsky.record.kinds import Kind
from jointsky.vocab.codes import PlotKind

Emit = Callable[..., str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return short_run(tmp_path_factory.mktemp("run") / "run")


@pytest.fixture
def emit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Emit:
    def said(*words: object, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["jointsky", "emit", *map(str, words)])
        with pytest.raises(SystemExit) as done:
            main()
        found = capsys.readouterr()
        assert done.value.code == code, found.err
        return found.err if code else found.out

    return said


def test_a_capture_holds_every_plot_at_its_time(run: Path, tmp_path: Path, emit: Emit) -> None:
    words = emit(run, "--asterix", "--to", tmp_path / "a.pcap", "--sites", tmp_path / "sites.csv")
    datagrams = list(read_capture((tmp_path / "a.pcap").read_bytes()))
    found = scan([datagram.octets for datagram in datagrams])
    assert found.counters.errors == 0 and found.counters.padding == 0 and f"{len(datagrams)} datagrams" in words
    facts = told(run)
    plots = facts.recording.table(Kind.PLOTS).rows
    spoken = plots[(plots["kind"] != PlotKind.STROBE) & (plots["range_m"] < 474_000.0)]
    assert found.counters.records["048"] == len(spoken) > 0
    times = [datagram.t_utc_ns for datagram in datagrams]
    assert times == sorted(times) and times[0] >= facts.start_utc_s * 1e9
    sensors = read_sensors(tmp_path / "sites.csv")
    assert tuple(sensors.names) == facts.recording.names.radars
    assert len(set(facts.codes)) == len(facts.codes) == len(facts.senders)


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("form", ["asterix", "cot"])
def test_tshark_marks_nothing_malformed(run: Path, tmp_path: Path, form: str, emit: Emit) -> None:
    emit(run, f"--{form}", "--to", tmp_path / "a.pcap")
    options = ["-d", "udp.port==8600,asterix", "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
    wrong = ["-Y", "_ws.malformed || _ws.expert.severity == error"]
    done = subprocess.run(["tshark", "-r", tmp_path / "a.pcap", *options, *wrong], capture_output=True, check=True)
    assert done.stdout == b""


def test_what_is_sent_live_comes_whole_and_in_order(run: Path, emit: Emit) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        port = listening.getsockname()[1]
        emit(run, "--cot", "--to", f"udp://127.0.0.1:{port}", "--rate", 1000, "--only", "west.cp")
        listening.setblocking(False)
        events = []
        while True:
            try:
                events.append(listening.recv(65_535))
            except BlockingIOError:
                break
    facts = told(run)
    assert len(events) == sum(len(rows) for _, rows in facts.pictures("west.cp")) > 0
    assert all(event.startswith(b"<?xml") and b"west.cp" in event for event in events)


def test_the_same_run_gives_the_same_octets(run: Path, tmp_path: Path, emit: Emit) -> None:
    for name in ("a.pcap", "b.pcap"):
        emit(run, "--asterix", "--to", tmp_path / name)
    assert (tmp_path / "a.pcap").read_bytes() == (tmp_path / "b.pcap").read_bytes()


@pytest.mark.parametrize(
    ("words", "told_of"),
    [
        (["--to", "a.pcap"], "expected one of --asterix"),
        (["--to", "a.pcap", "--cot", "--asterix"], "found 2 formats"),
        (["--to", "a.csv", "--cot"], "expected a name in .pcap"),
        (["--to", "udp://127.0.0.1", "--cot"], "expected udp://, tcp:// or tls://"),
        (["--to", "udp://127.0.0.1:0", "--cot"], "expected udp://, tcp:// or tls://"),
        (["--to", "tcp://127.0.0.1:1", "--cot"], "cannot connect"),
        (["--to", "a.pcap", "--cot", "--only", "nobody"], "senders are"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    run: Path, words: list[str], told_of: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emit: Emit
) -> None:
    monkeypatch.chdir(tmp_path)
    said = emit(run, *words, code=2)
    assert told_of in said and said.count("\n") == 1 and not list(tmp_path.iterdir())


def test_a_folder_without_a_run_is_refused(tmp_path: Path, emit: Emit) -> None:
    assert "no recorded run" in emit(tmp_path, "--cot", "--to", tmp_path / "a.pcap", code=2)
