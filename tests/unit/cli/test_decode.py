"""The verbs decode and doctor, as people call them."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import polars as pl
import pytest
from asterix_records import shared

from jointsky.cli import main
from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.records import decode_records
from jointsky.feeds.pcap import read_capture, write_capture
from jointsky.feeds.wrappers import FINAL, wrap

SOURCE = {"010": {"SAC": 25, "SIC": 13}}
EVEN, ODD = "8d40621d58c382d690c8ac2863a7", "8d40621d58c386435cc412692ad6"


def record(t_s: float) -> dict[str, object]:
    return SOURCE | {"140": t_s % 86400.0, "040": {"RHO": 10.0 + t_s % 3200.0 / 64, "THETA": 90.0}}


def blocks(times: list[float]) -> list[tuple[int, bytes]]:
    return [(round((1.7e9 + t) * 1e9), encode_block(48, [record(t)])) for t in times]


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["jointsky", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_json_lines_have_one_object_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.pcap"
    file.write_bytes(write_capture(blocks([1.0, 2.0, 3.0]), 8600))
    assert run(monkeypatch, "decode", file) == 0
    told = capfd.readouterr()
    lines = [json.loads(line) for line in told.out.splitlines()]
    assert [(line["category"], line["sac"], line["sic"], line["time_of_day_s"]) for line in lines] == [
        ("048", 25, 13, t) for t in (1.0, 2.0, 3.0)
    ]
    assert lines[0]["items"]["040"] == {"RHO": 10.015625, "THETA": 90.0}
    assert "edition 1.32" in told.err and "records: CAT048 3" in told.err


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.parquet"])
def test_files_hold_the_same_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    file, out = tmp_path / "a.rec", tmp_path / name
    file.write_bytes(b"".join(wrap(octets, FINAL, k) for k, (_, octets) in enumerate(blocks([1.0, 2.0]))))
    assert run(monkeypatch, "decode", file, "--out", out) == 0
    read = {".jsonl": pl.read_ndjson, ".csv": pl.read_csv, ".parquet": pl.read_parquet}[out.suffix](out)
    assert read["time_of_day_s"].to_list() == [1.0, 2.0]
    if name != "x.jsonl":
        assert read["048/040/RHO"].to_list() == [10.015625, 10.03125]


def test_editions_may_be_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.ast"
    file.write_bytes(encode_block(48, [record(1.0)]))
    assert run(monkeypatch, "decode", file, "--edition", "25/13:48=1.27", "--edition", "48=1.30") == 0
    assert json.loads(capfd.readouterr().out)["edition"] == "1.27"
    for words in ("48=9.9", "7=1.0", "nonsense", "25/999:48=1.27", "48="):
        assert run(monkeypatch, "decode", file, "--edition", words) == 2
        assert capfd.readouterr().err.startswith("--edition")


def test_what_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "bad", tmp_path / "x.csv"
    for content, words in (
        (b"hello", "no known form"),
        (bytes([62, 0, 20]) + b"\xff" * 17, "no known edition fits"),
        (bytes([200, 0, 4, 0]) * 3, "without any block of a category that is known"),
    ):
        file.write_bytes(content)
        assert run(monkeypatch, "decode", file, "--out", out) == 2
        said = capfd.readouterr().err
        assert words in said and str(file) in said and said.count("\n") == 1
    assert run(monkeypatch, "decode", file, "--out", tmp_path / "x.doc") == 2
    assert "--out" in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == [file]


def test_mode_s_is_decoded_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.avr"
    file.write_text(f"*{ODD};\n*{EVEN};\n")
    assert run(monkeypatch, "decode", file) == 0
    last = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert (last["icao24"], round(last["latitude"], 5)) == ("40621d", 52.2572)
    for kind in ("csv", "parquet", "jsonl"):
        assert run(monkeypatch, "decode", file, "--out", tmp_path / f"x.{kind}") == 0
    assert pl.read_csv(tmp_path / "x.csv").height == pl.read_parquet(tmp_path / "x.parquet").height == 2
    assert run(monkeypatch, "doctor", file) == 0
    assert "2 messages of 1 addresses" in capfd.readouterr().out
    assert run(monkeypatch, "decode", file, "--near", "x") == 2


def test_the_doctor_tells_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    times = [float(t) for t in (*range(86300, 86400, 4), *range(86460, 86560, 4))]
    sent = blocks(times)
    sent += [sent[-1], (sent[-1][0], b"\x30\x00\x09\xff\xff"), (sent[-1][0], bytes([7, 0, 4, 0]))]
    file = tmp_path / "a.pcap"
    file.write_bytes(write_capture(sent, 8600))
    assert run(monkeypatch, "doctor", file) == 0
    said = capfd.readouterr().out
    for words in (
        "51 records",
        "its site is missing",
        "nothing from 23:59:56.0 to day 2 00:01:00.0 (64 s)",
        "crosses midnight",
        "1 records came twice",
        "1 broken blocks",
        "CAT007 has no layout here: 1 blocks",
        "its clock is",
    ):
        assert words in said, words


def test_the_doctor_finds_nothing_wrong_with_good_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    service = SOURCE | {"000": 1, "030": 0.5, "041": 4.0, "120": {"HGT": 100, "LAT": 45.0, "LON": 15.0}}
    file = tmp_path / "a.ast"
    file.write_bytes(encode_block(34, [service]) + b"".join(octets for _, octets in blocks([1.0, 5.0, 9.0])))
    assert run(monkeypatch, "doctor", file) == 0
    said = capfd.readouterr().out
    assert "nothing wrong was found" in said and "turns in 4.00 s" in said and "tells its site" in said


@pytest.mark.parametrize("name", ["cat_034_048", "cat_062_065"])
def test_the_sample_captures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    octets = shared(f"asterix/{name}.pcap")
    file, out = tmp_path / "a.pcap", tmp_path / "x.jsonl"
    file.write_bytes(octets)
    assert run(monkeypatch, "decode", file, "--out", out) == 0
    told = decode_records([datagram.octets for datagram in read_capture(octets)])
    assert [json.loads(line) for line in out.read_text().splitlines()] == told
    assert run(monkeypatch, "doctor", file) == 0


def test_a_capture_that_was_recorded_twice_is_told_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "twice.pcap"
    file.write_bytes(write_capture([datagram for datagram in blocks([1.0, 2.0, 3.0, 4.0]) for _ in range(2)], 8600))
    assert run(monkeypatch, "doctor", file) == 0
    said = capfd.readouterr().out
    assert "all 4 datagrams were recorded twice" in said and "came twice" not in said


@pytest.mark.parametrize("verb", ["doctor", "decode"])
def test_what_is_compressed_is_told_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], verb: str
) -> None:
    file = tmp_path / "packed.gz"
    file.write_bytes(gzip.compress(b"*8D4840D6202CC371C32CE0576098;\n"))
    assert run(monkeypatch, verb, file) == 2
    assert "found gzip, expected what is in it; unpack it first" in capfd.readouterr().err
