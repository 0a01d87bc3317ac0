"""The append log: what survives cuts, flips, kills and full disks, and what an edit cannot hide."""

from __future__ import annotations

import errno
import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from jointsky.errors import LogError
from jointsky.record import frames
from jointsky.record.frames import FILE_HEAD_BYTES, HEAD_BYTES, MARK, Position
from jointsky.record.log import Damage, Frame, LogReader, LogWriter

PAYLOADS = [b"", b"a", bytes(range(40)), MARK * 5, b"x" * 70]


def write_log(path: Path, payloads: list[bytes] = PAYLOADS, seal: bool = True) -> bytes:
    with LogWriter(path) as log:
        for kind, payload in enumerate(payloads):
            log.append(kind, payload)
        if not seal:
            log.close()
    return path.read_bytes()


def read(path: Path) -> tuple[list[Frame], LogReader]:
    reader = LogReader(path)
    return list(reader), reader


def ends_of(raw: bytes) -> list[int]:
    """Offsets behind each frame, the seal last."""
    ends, offset = [], FILE_HEAD_BYTES
    while offset < len(raw):
        head = frames.decode_head(raw[offset : offset + HEAD_BYTES], offset)
        assert head is not None
        offset += HEAD_BYTES + head.length
        ends.append(offset)
    return ends


def relinked(kinds_and_payloads: list[tuple[int, bytes]], at: Position) -> bytes:
    """Frames with sound CRCs and a chain that starts from `at`: what a forger who knows the format writes."""
    out = b""
    for kind, payload in kinds_and_payloads:
        head, at = frames.encode(kind, payload, at)
        out += head + payload
    return out


def test_what_is_written_is_read_and_sealed(tmp_path: Path) -> None:
    write_log(tmp_path / "log")
    found, reader = read(tmp_path / "log")
    assert [(f.kind, f.payload) for f in found] == list(enumerate(PAYLOADS))
    assert [f.sequence for f in found] == [0, 1, 2, 3, 4]
    assert reader.sealed and reader.damage == []
    assert list(reader) == found


def test_the_same_frames_make_the_same_file_and_chain(tmp_path: Path) -> None:
    assert write_log(tmp_path / "one") == write_log(tmp_path / "two")
    with LogWriter(tmp_path / "three") as log:
        for kind, payload in enumerate(PAYLOADS):
            log.append(kind, payload)
        chain = log.seal()
    reader = read(tmp_path / "one")[1]
    assert reader.chain.hex() == chain


def test_an_unsealed_log_says_so(tmp_path: Path) -> None:
    write_log(tmp_path / "log", seal=False)
    found, reader = read(tmp_path / "log")
    assert len(found) == len(PAYLOADS) and not reader.sealed and reader.damage == []


def test_cut_at_any_octet_gives_exactly_the_whole_frames(tmp_path: Path) -> None:
    raw = write_log(tmp_path / "log")
    ends = ends_of(raw)
    for cut in range(len(raw)):
        (tmp_path / "cut").write_bytes(raw[:cut])
        found, reader = read(tmp_path / "cut")
        whole = sum(end <= cut for end in ends[:-1])
        assert [f.payload for f in found] == PAYLOADS[:whole], cut
        assert not reader.sealed
        assert bool(reader.damage) == (cut not in (FILE_HEAD_BYTES, *ends)), cut
        assert all(note.end for note in reader.damage), cut


def test_every_single_flipped_bit_is_found_and_stays_in_its_frame(tmp_path: Path) -> None:
    payloads = [*PAYLOADS, *(bytes([i]) * 11 for i in range(3))]
    raw = write_log(tmp_path / "log", payloads)
    ends = ends_of(raw)
    assert len(raw) * 8 >= 3000
    with open(tmp_path / "log", "r+b", buffering=0) as file:
        for place in range(len(raw)):
            hurt = sum(end <= place for end in ends) if place >= FILE_HEAD_BYTES else -1
            for bit in range(8):
                os.pwrite(file.fileno(), bytes([raw[place] ^ 1 << bit]), place)
                found, reader = read(tmp_path / "log")
                assert reader.damage, (place, bit)
                assert [f.payload for f in found] == [p for i, p in enumerate(payloads) if i != hurt], (place, bit)
                assert hurt < 0 or reader.damage[0].offset == (ends[hurt - 1] if hurt else FILE_HEAD_BYTES)
            os.pwrite(file.fileno(), raw[place : place + 1], place)


def test_random_blocks_of_damage_are_always_found(tmp_path: Path) -> None:
    bits = np.arange(400, dtype=np.int64)
    payloads = [bytes(((bits * (k + 3)) % 251).astype(np.uint8)) for k in range(12)]
    raw = write_log(tmp_path / "log", payloads)
    for k in range(300):
        place, size = 7919 * k % (len(raw) - 64), 1 + k % 64
        hurt = bytearray(raw)
        hurt[place : place + size] = bytes((b + 1 + k) % 256 for b in hurt[place : place + size])
        if bytes(hurt) == raw:
            continue
        (tmp_path / "hurt").write_bytes(hurt)
        found, reader = read(tmp_path / "hurt")
        assert reader.damage
        assert {f.payload for f in found} <= set(payloads) and len(found) >= len(payloads) - 3


@pytest.fixture
def forged(tmp_path: Path) -> Iterator[tuple[Path, bytes, list[int]]]:
    raw = write_log(tmp_path / "log", [b"first", b"second", b"third!", b"fourth", b"fifth5"])
    yield tmp_path / "forged", raw, [FILE_HEAD_BYTES, *ends_of(raw)]


def position(raw: bytes, offset: int, sequence: int, before: int) -> Position:
    head = frames.decode_head(raw[before : before + HEAD_BYTES], before)
    assert head is not None
    return Position(offset, sequence, head.chain)


def test_an_edited_frame_with_mended_crcs_breaks_the_chain(forged: tuple[Path, bytes, list[int]]) -> None:
    path, raw, ends = forged
    edited = relinked([(2, b"THIRD!")], position(raw, ends[2], 2, ends[1]))
    path.write_bytes(raw[: ends[2]] + edited + raw[ends[3] :])
    found, reader = read(path)
    assert [note.offset for note in reader.damage] == [ends[3]]
    assert "does not continue" in reader.damage[0].why
    assert b"fourth" not in [f.payload for f in found] and found[-1].payload == b"fifth5"


def test_an_edit_that_keeps_the_chain_breaks_it_in_place(forged: tuple[Path, bytes, list[int]]) -> None:
    path, raw, ends = forged
    body = bytearray(raw[ends[2] : ends[2] + HEAD_BYTES - 4])
    body[-4:] = struct.pack("<I", zlib.crc32(b"THIRD!"))
    crc = zlib.crc32(bytes(body), zlib.crc32(struct.pack("<Q", ends[2])))
    path.write_bytes(raw[: ends[2]] + bytes(body) + struct.pack("<I", crc) + b"THIRD!" + raw[ends[3] :])
    found, reader = read(path)
    assert [note.offset for note in reader.damage] == [ends[2]]
    assert [f.payload for f in found] == [b"first", b"second", b"fourth", b"fifth5"]


def test_deleted_moved_and_doubled_frames_are_found(forged: tuple[Path, bytes, list[int]]) -> None:
    path, raw, ends = forged
    parts = [raw[: ends[0]]] + [raw[a:b] for a, b in zip(ends, ends[1:], strict=False)]
    orders = {
        "deleted": [0, 1, 2, 4, 5, 6],
        "moved": [0, 1, 2, 4, 3, 5, 6],
        "doubled": [0, 1, 2, 3, 3, 4, 5, 6],
        "first": [0, 2, 3],
    }
    for name, order in orders.items():
        path.write_bytes(b"".join(parts[i] for i in order))
        assert read(path)[1].damage, name


def test_deleted_frame_with_renumbered_followers_is_found(forged: tuple[Path, bytes, list[int]]) -> None:
    """The forger keeps the chains (he cannot keep both them and the content) and mends everything a CRC guards."""
    path, raw, ends = forged
    out = bytearray(raw[: ends[1]])
    for k in range(2, 6):
        body = bytearray(raw[ends[k] : ends[k] + HEAD_BYTES - 4])
        body[8:12] = struct.pack("<I", k - 1)
        crc = zlib.crc32(bytes(body), zlib.crc32(struct.pack("<Q", len(out))))
        out += body + struct.pack("<I", crc) + raw[ends[k] + HEAD_BYTES : ends[k + 1]]
    path.write_bytes(out)
    found, reader = read(path)
    assert "does not continue" in reader.damage[0].why and reader.damage[0].offset == ends[1]
    assert b"second" not in [f.payload for f in found]


def test_a_splice_of_two_recordings_is_found(tmp_path: Path) -> None:
    one = write_log(tmp_path / "one", [b"one-1", b"one-2", b"one-3", b"one-4"])
    two = write_log(tmp_path / "two", [b"two-1", b"two-2", b"two-3", b"two-4"])
    for end in ends_of(one)[:-1]:
        (tmp_path / "spliced").write_bytes(one[:end] + two[end:])
        assert [note.offset for note in read(tmp_path / "spliced")[1].damage] == [end]


def test_octets_behind_the_seal_are_found(tmp_path: Path) -> None:
    raw = write_log(tmp_path / "log")
    more = relinked([(9, b"more")], position(raw, len(raw), len(PAYLOADS) + 1, ends_of(raw)[-2]))
    for extra in (b"x", more):
        (tmp_path / "log").write_bytes(raw + extra)
        reader = read(tmp_path / "log")[1]
        assert not reader.sealed and "behind this seal" in reader.damage[0].why


def test_a_log_inside_a_log_is_never_taken_for_frames(tmp_path: Path) -> None:
    inner = write_log(tmp_path / "inner", [b"secret"])
    raw = bytearray(write_log(tmp_path / "log", [b"before", inner * 3, b"after"]))
    place = ends_of(bytes(raw))[0] + 5
    raw[place] ^= 1
    (tmp_path / "log").write_bytes(raw)
    assert [f.payload for f in read(tmp_path / "log")[0]] == [b"before", b"after"]


@pytest.mark.parametrize("content", [b"\x00" * 100, b"PK\x03\x04" * 50, b"name,value\n1,2\n"])
def test_what_is_no_log_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(LogError, match="not a log of jointsky"):
        list(LogReader(tmp_path / "file"))


def test_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(frames.file_head(version=7) + b"whatever")
    with pytest.raises(LogError, match="version 7"):
        list(LogReader(tmp_path / "log"))


def test_a_missing_log_and_a_taken_name_are_told(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no such file"):
        list(LogReader(tmp_path / "none"))
    write_log(tmp_path / "log")
    with pytest.raises(LogError, match="exists"):
        LogWriter(tmp_path / "log")


class Disk:
    """A disk in memory that takes `room` octets, `bite` at a time, and fails where it is told."""

    def __init__(self, room: int = 1 << 20, bite: int = 1 << 20) -> None:
        self.content = bytearray()
        self.room, self.bite = room, bite
        self.fail_sync = self.fail_cut = self.interrupt = False

    def write(self, data: bytes, offset: int) -> int:
        if self.interrupt:
            self.content[offset : offset + len(data)] = data
            raise KeyboardInterrupt
        taken = min(len(data), self.bite, self.room - offset)
        if taken <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.content[offset : offset + taken] = data[:taken]
        return taken

    def sync(self) -> None:
        if self.fail_sync:
            raise OSError(errno.EIO, "Input/output error")

    def cut(self, offset: int) -> None:
        if self.fail_cut:
            raise OSError(errno.EIO, "Input/output error")
        del self.content[offset:]

    def close(self) -> None:
        """Nothing to give back."""


def read_disk(disk: Disk, tmp_path: Path) -> tuple[list[Frame], LogReader]:
    (tmp_path / "image").write_bytes(disk.content)
    return read(tmp_path / "image")


def test_short_writes_are_completed(tmp_path: Path) -> None:
    disk = Disk(bite=7)
    log = LogWriter("disk", storage=disk)
    for kind, payload in enumerate(PAYLOADS):
        log.append(kind, payload)
    assert [f.payload for f in read_disk(disk, tmp_path)[0]] == PAYLOADS


@pytest.mark.parametrize("fail_cut", [False, True])
@pytest.mark.parametrize("bite", [5, 1 << 20])
def test_a_full_disk_at_every_size_keeps_what_was_acknowledged(tmp_path: Path, bite: int, fail_cut: bool) -> None:
    for room in range(FILE_HEAD_BYTES, 420, 3):
        disk = Disk(room, bite)
        log = LogWriter("disk/log", storage=disk)
        acknowledged: list[bytes] = []
        disk.fail_cut = fail_cut
        with pytest.raises(
            LogError, match=r"disk/log: no space left on device; \d+ frames \(\d+ octets\) are safe"
        ) as caught:
            for k in range(100):
                log.append(k, payload := b"p%02d" % k * 4)
                acknowledged.append(payload)
        assert f"{len(acknowledged)} frames" in str(caught.value)
        found, reader = read_disk(disk, tmp_path)
        assert [f.payload for f in found] == acknowledged
        assert fail_cut or reader.damage == []
        disk.room, disk.fail_cut = 1 << 20, False
        log.append(7, b"there is space again")
        log.seal()
        found, reader = read_disk(disk, tmp_path)
        assert [f.payload for f in found] == [*acknowledged, b"there is space again"] and reader.sealed


def test_after_a_failed_sync_nothing_more_is_acknowledged(tmp_path: Path) -> None:
    disk = Disk()
    log = LogWriter(tmp_path / "log", durable=True, storage=disk)
    log.append(1, b"kept")
    disk.fail_sync = True
    with pytest.raises(LogError, match="1 frames .* are safe"):
        log.append(2, b"lost")
    disk.fail_sync = False
    for attempt in (lambda: log.append(3, b"too late"), log.seal):
        with pytest.raises(LogError, match="failed to keep"):
            attempt()
    assert [f.payload for f in read_disk(disk, tmp_path)[0]] == [b"kept"]


def test_ctrl_c_in_a_write_leaves_whole_frames_and_no_seal(tmp_path: Path) -> None:
    disk = Disk()
    with pytest.raises(KeyboardInterrupt), LogWriter("disk", storage=disk) as log:
        log.append(1, b"whole")
        disk.interrupt = True
        log.append(2, b"interrupted")
    found, reader = read_disk(disk, tmp_path)
    assert [f.payload for f in found] == [b"whole"] and not reader.sealed and reader.damage == []


def test_nothing_can_be_added_to_a_sealed_or_closed_log(tmp_path: Path) -> None:
    log = LogWriter(tmp_path / "log")
    log.seal()
    with pytest.raises(LogError, match="sealed"):
        log.append(1, b"x")
    log.close()
    log.close()
    other = LogWriter(tmp_path / "other")
    other.close()
    with pytest.raises(LogError, match="closed"):
        other.append(1, b"x")


WRITER = """
import sys
from jointsky.record.log import LogWriter
log = LogWriter(sys.argv[1])
n = 0
while True:
    log.append_all([(1, b'%08d' % (n + k) * 25) for k in range(5)])
    n += 5
    sys.stdout.write(f"{n}\\n")
    sys.stdout.flush()
"""


def test_a_killed_writer_loses_no_acknowledged_record(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    for attempt in range(20):
        path = tmp_path / f"log{attempt}"
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, env=environment)
        assert writer.stdout is not None
        told = writer.stdout.readline()
        time.sleep(0.001 + 0.0037 * attempt)
        os.kill(writer.pid, signal.SIGKILL)
        rest = writer.stdout.read()
        writer.wait()
        acknowledged = int((told + rest[: rest.rfind(b"\n") + 1]).split()[-1])
        found, reader = read(path)
        assert len(found) >= acknowledged > 0
        assert [f.payload[:8] for f in found] == [b"%08d" % n for n in range(len(found))]
        assert not reader.sealed and all(note.end for note in reader.damage)


def test_a_full_tmpfs_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a size-capped file system cannot be mounted here: {mounted.stderr.strip()}")
    try:
        log, count = LogWriter(place / "log"), 0
        with pytest.raises(LogError, match="no space left on device"):
            while True:
                log.append(1, b"%09d" % count * 111)
                count += 1
        log.close()
        found, reader = read(place / "log")
        assert [f.payload[:9] for f in found] == [b"%09d" % n for n in range(count)] and count > 100
        assert reader.damage == [] and not reader.sealed
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_damage_is_plain(tmp_path: Path) -> None:
    raw = bytearray(write_log(tmp_path / "log", [b"one", b"two"]))
    raw[-60] ^= 4
    (tmp_path / "log").write_bytes(raw)
    found = read(tmp_path / "log")[1].damage
    assert all(isinstance(note, Damage) and note.why and note.offset > 0 for note in found)
