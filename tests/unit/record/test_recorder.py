"""A run written down and read back: everything that happened, and no truth among what a post could see."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from unit.record.scene import TRUTH_MARK, busy_tick, make_tick, make_world

from jointsky.errors import LogError
from jointsky.record.digest import Digest
from jointsky.record.kinds import DTYPES, Kind, Recipe, pack_header, pack_note, unpack_note
from jointsky.record.log import LogReader, LogWriter
from jointsky.record.reading import read_recording
from jointsky.record.recorder import Recorder
from jointsky.scenario.sources import Bundle
from jointsky.vocab.messages import Orders, Tracks
from jointsky.vocab.records import ORDER, PLOT, Rows, empty
from jointsky.world.tick import Tick

RECIPE = Recipe(
    Bundle("main.yaml", {"main.yaml": "scenario: é\n"}, "a.yaml", {"tick": 1.0}), 2**40 + 7, 90.0, "joint", "0.1"
)
TICKS = 25


def record(path: Path, ticks: int = TICKS) -> list[Tick]:
    world = make_world()
    done = [busy_tick(n) if n % 5 == 0 else make_tick(n) for n in range(ticks)]
    with Recorder(path, RECIPE) as recorder:
        for tick in done:
            recorder.on_tick(world, tick)
            world.state.tick += 1
    return done


def same(one: Rows, other: Rows) -> bool:
    """Equal field by field, NaN equal to NaN."""
    return all(np.array_equal(one[name], other[name], equal_nan=True) for name in other.dtype.names or ())


def test_everything_comes_back(tmp_path: Path) -> None:
    ticks = record(tmp_path / "log")
    found = read_recording(tmp_path)
    assert found.sealed and found.damage == [] and found.recipe == RECIPE
    assert found.names == make_world().model.names and found.dt_s == 1.0
    assert found.last_tick == TICKS - 1
    busy = [tick for tick in ticks if tick.number % 5 == 0]
    wanted = {
        Kind.PLOTS: [t.plots for t in ticks],
        Kind.APPLIED: [t.orders for t in busy],
        Kind.SHOTS: [t.reports for t in busy],
        Kind.PICTURE: [m.rows for t in ticks for m in t.sent["east"] if isinstance(m, Tracks)],
        Kind.ORDERS: [m.rows for t in busy for m in t.sent["east"] if isinstance(m, Orders)],
    }
    for kind, rows in wanted.items():
        assert same(found.table(kind).rows, np.concatenate(rows)), kind
    assert (
        found.table(Kind.PLOT_TRUTH).rows["aircraft"].tolist() == np.concatenate([t.plot_truth for t in ticks]).tolist()
    )
    assert found.inputs() == {t.number: t.inputs for t in busy}
    assert found.phases() == [p for t in busy for p in t.phases]
    notes = [note for t in busy for m in t.sent["east"] for note in getattr(m, "notes", ())]
    assert [repr(d) for d in found.decisions()] == [repr(d) for d in notes]
    assert found.order_clauses() == [("c1", "c2"), ()] * len(busy)
    assert all(np.array_equal(found.detectable()[t.number], t.detectable) for t in busy)
    assert same(found.last(Kind.AIRCRAFT), make_world().state.aircraft)
    assert len(found.notes(Kind.AIRCRAFT)) == 2


def test_tables_tell_tick_and_sender(tmp_path: Path) -> None:
    record(tmp_path / "log")
    table = read_recording(tmp_path).table(Kind.PICTURE)
    assert table.tick.tolist() == [n for n in range(TICKS) for _ in range(3)]
    assert table.senders == ("east",) and set(table.sender) == {0}
    assert len(table.of("east").rows) == len(table.rows) and len(table.of("nobody").rows) == 0
    assert same(table.at(7), table.rows[21:24]) and len(table.at(99)) == 0


def test_no_frame_but_the_link_holds_truth(tmp_path: Path) -> None:
    record(tmp_path / "log")
    mark = np.int32(TRUTH_MARK).tobytes()
    holders = {Kind(frame.kind) for frame in LogReader(tmp_path / "log") if mark in frame.payload}
    assert holders == {Kind.PLOT_TRUTH}
    assert not {"truth", "aircraft", "target", "row"} & set(DTYPES[Kind.PLOTS].names or ())


def test_digests_are_those_of_the_digest_observer(tmp_path: Path) -> None:
    ticks, digest = record(tmp_path / "log"), Digest()
    found = read_recording(tmp_path).digests
    for tick in ticks:
        digest.on_tick(make_world(), tick)
        assert found[tick.number] == digest.hexdigest()


def test_the_same_run_makes_the_same_log_whatever_its_buffers_held(tmp_path: Path) -> None:
    record(tmp_path / "one")
    record(tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    dirty = np.full(2 * PLOT.itemsize, 0xEE, np.uint8).view(PLOT)
    for name in PLOT.names or ():
        dirty[name] = 0
    assert pack_note(Kind.PLOTS, 1, rows=dirty) == pack_note(Kind.PLOTS, 1, rows=empty(PLOT, 2))


def test_an_error_leaves_the_log_unsealed_with_its_whole_ticks(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), Recorder(tmp_path / "log", RECIPE) as recorder:
        recorder.on_tick(make_world(), busy_tick(0))
        raise RuntimeError
    found = read_recording(tmp_path)
    assert not found.sealed and found.last_tick == 0 and found.chain


def test_cut_anywhere_a_recording_tells_its_whole_ticks(tmp_path: Path) -> None:
    record(tmp_path / "log", 3)
    raw = (tmp_path / "log").read_bytes()
    frames = list(LogReader(tmp_path / "log"))
    ends = {f.offset + 40 + len(f.payload): f for f in frames}
    (tmp_path / "cut").mkdir()
    for cut in range(frames[1].offset, len(raw), 97):
        (tmp_path / "cut" / "log.partial").write_bytes(raw[:cut])
        whole = [f for end, f in ends.items() if end <= cut and f.kind == Kind.TICK]
        found = read_recording(tmp_path / "cut")
        assert found.last_tick == len(whole) - 1 and not found.sealed


def test_rows_of_another_dtype_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "log", RECIPE)
    tick = make_tick(0)
    tick.plots = empty(ORDER, 2)
    size = recorder.log.size_bytes
    with pytest.raises(TypeError, match="expected"):
        recorder.on_tick(make_world(), tick)
    assert recorder.log.size_bytes == size


def test_a_header_of_another_format_and_a_lost_header_are_told(tmp_path: Path) -> None:
    with LogWriter(tmp_path / "log") as log:
        log.append(Kind.HEADER, b'{"format": 9}')
    with pytest.raises(LogError, match="format 9"):
        read_recording(tmp_path)
    with LogWriter(tmp_path / "texts") as log:
        log.append(Kind.HEADER, pack_header(RECIPE).replace("é".encode(), "è".encode()))
    with pytest.raises(LogError, match="not those it was made from"):
        read_recording(tmp_path / "texts")
    with LogWriter(tmp_path / "other") as log:
        log.append(Kind.TICK, b"")
    with pytest.raises(LogError, match="header of this log is lost"):
        read_recording(tmp_path / "other")
    with LogWriter(tmp_path / "third") as log:
        log.append(Kind.HEADER, b"[1]")
    with pytest.raises(LogError, match="no header of a recording"):
        read_recording(tmp_path / "third")
    with pytest.raises(LogError, match="no recorded run"):
        read_recording(tmp_path / "nowhere")


def without_field(header: bytes, kind: str, field: str) -> bytes:
    content = json.loads(header)
    told = content["dtypes"][kind]
    place = told["names"].index(field)
    for part in ("names", "formats", "shapes", "offsets"):
        del told[part][place]
    return json.dumps(content).encode()


def test_a_log_from_before_a_field_came_is_still_read(tmp_path: Path) -> None:
    """The dtype comes from the header, so a field that a later version appends does not make older logs unreadable."""
    record(tmp_path / "log", 2)
    with LogWriter(tmp_path / "older") as log:
        for frame in LogReader(tmp_path / "log"):
            payload = without_field(frame.payload, "PLOTS", "iff") if frame.kind == Kind.HEADER else frame.payload
            log.append(frame.kind, payload)
    older, newer = (read_recording(tmp_path / name).table(Kind.PLOTS).rows for name in ("older", "log"))
    assert "iff" not in (older.dtype.names or ()) and same(newer, older)


def test_a_field_of_a_later_version_is_told(tmp_path: Path) -> None:
    with LogWriter(tmp_path / "log") as log:
        log.append(Kind.HEADER, pack_header(RECIPE).replace(b'"iff"', b'"new"'))
    with pytest.raises(LogError, match="field new of PLOTS"):
        read_recording(tmp_path)


@pytest.mark.parametrize(
    "payload", [b"", b"x" * 15, b"\xff" * 16, b"\x00" * 17, pack_note(Kind.PLOTS, 1, rows=empty(PLOT, 2))[1][:-1]]
)
def test_octets_that_are_no_note_are_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match="octets"):
        unpack_note(payload, PLOT)
