"""What the log of a run loses under kills, cuts, rot and forgery; one JSON record a promise, exit code 1 when one is
broken.

R4: writers killed at random moments. R5: every kind of cut (here: at sampled octets, the durable prefix must come
back).
R6: single flipped bits, 512-octet sectors, 4096-octet blocks. S6: edits, deletions, moves and splices whose CRCs the
forger has mended. Honest limits: one machine, no real power cut; the forger does not rewrite the whole rest of the
chain, which only a copy of the seal's chain (`log_chain` in summary.json) would tell.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

from jointsky.record.frames import FILE_HEAD_BYTES, HEAD_BYTES, decode_head  # noqa: E402
from jointsky.record.log import LogReader, LogWriter  # noqa: E402

SEED = 20
WRITER = """
import sys
from jointsky.record.log import LogWriter
log, n = LogWriter(sys.argv[1]), 0
while True:
    n += 100
    log.append_all((1, b'%08d' % k * 25) for k in range(n - 100, n))
    sys.stdout.write(f"{n}\\n")
    sys.stdout.flush()
"""


def payload_of(number: int, luck: random.Random) -> bytes:
    """A payload that tells its own number."""
    return b"%08d" % number + luck.randbytes(luck.randrange(400))


def kills(trials: int, luck: random.Random, folder: Path) -> dict[str, object]:
    """Writers killed 0 to 100 ms after their first acknowledgement."""
    lost = unreadable = acknowledged_in_all = 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for trial in range(trials):
        path = folder / f"killed{trial}"
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, env=environment)
        if writer.stdout is None:
            raise SystemExit("no pipe to the writer")
        told = writer.stdout.readline()
        time.sleep(luck.uniform(0.0, 0.1))
        os.kill(writer.pid, signal.SIGKILL)
        told += writer.stdout.read()
        writer.wait()
        acknowledged = int(told[: told.rfind(b"\n")].split()[-1])
        reader = LogReader(path)
        numbers = [int(frame.payload[:8]) for frame in reader]
        lost += acknowledged - min(acknowledged, len(numbers))
        unreadable += numbers != list(range(len(numbers))) or any(not note.end for note in reader.damage)
        acknowledged_in_all += acknowledged
        path.unlink()
    good = not lost and not unreadable
    return {
        "promise": "R4",
        "kills": trials,
        "acknowledged": acknowledged_in_all,
        "lost": lost,
        "unreadable": unreadable,
        "held": good,
    }


def cuts(trials: int, luck: random.Random, path: Path, raw: bytes, ends: list[int]) -> dict[str, object]:
    """Files that end too early."""
    wrong = 0
    for _ in range(trials):
        cut = luck.randrange(len(raw))
        path.write_bytes(raw[:cut])
        reader = LogReader(path)
        frames = sum(1 for _ in reader)
        wrong += frames != min(sum(end <= cut for end in ends), len(ends) - 1) or reader.sealed
    return {"promise": "R5", "cuts": trials, "wrong": wrong, "held": not wrong}


def rot(trials: dict[int, int], luck: random.Random, path: Path, raw: bytes, ends: list[int]) -> dict[str, object]:
    """Bits, sectors and blocks gone bad."""
    silent = spread = 0
    for size, count in trials.items():
        for _ in range(count):
            hurt = bytearray(raw)
            place = luck.randrange(len(raw) - size)
            if size == 1:
                hurt[place] ^= 1 << luck.randrange(8)
            else:
                hurt[place : place + size] = luck.randbytes(size)
            path.write_bytes(hurt)
            reader = LogReader(path)
            frames = sum(1 for _ in reader)
            touched = sum(end > place for end in ends) - sum(end - 1 > place + size - 1 for end in ends) + 1
            silent += not reader.damage
            spread += frames < len(ends) - 1 - touched
    return {
        "promise": "R6",
        "faults": {str(k): v for k, v in trials.items()},
        "silent": silent,
        "spread": spread,
        "held": not silent and not spread,
    }


def mended(body: bytes, offset: int, payload: bytes) -> bytes:
    """A frame with a head body of the forger's choice and sound CRCs."""
    body = body[:-4] + struct.pack("<I", zlib.crc32(payload))
    return body + struct.pack("<I", zlib.crc32(body, zlib.crc32(struct.pack("<Q", offset)))) + payload


def frames_of(raw: bytes, ends: list[int]) -> Iterator[tuple[bytes, bytes]]:
    """Head bodies and payloads."""
    for first, last in zip([FILE_HEAD_BYTES, *ends], ends, strict=False):
        yield raw[first : first + HEAD_BYTES - 4], raw[first + HEAD_BYTES : last]


def forged(
    kind: str, luck: random.Random, own: list[tuple[bytes, bytes]], other: list[tuple[bytes, bytes]]
) -> list[tuple[bytes, bytes]]:
    """The frames of a log after one forgery."""
    frames, k = list(own), luck.randrange(1, len(own) - 2)
    if kind == "edit":
        body, payload = frames[k]
        at = luck.randrange(len(payload))
        frames[k] = body, payload[:at] + bytes([payload[at] ^ (1 + luck.randrange(255))]) + payload[at + 1 :]
    elif kind == "delete":
        del frames[k]
    elif kind == "move":
        frames[k], frames[k + 1] = frames[k + 1], frames[k]
    elif kind == "splice":
        frames[k:] = other[k:]
    else:
        frames[k:k] = [other[k]]
    return frames


def forgeries(
    trials: int, luck: random.Random, path: Path, own: bytes, own_ends: list[int], other: bytes, other_ends: list[int]
) -> dict[str, object]:
    """Manipulations whose lengths, numbers and CRCs the forger has mended, but not the chains."""
    kinds, unseen = ("edit", "delete", "move", "splice", "insert"), 0
    mine, theirs = list(frames_of(own, own_ends)), list(frames_of(other, other_ends))
    for trial in range(trials):
        out = bytearray(own[:FILE_HEAD_BYTES])
        for number, (body, payload) in enumerate(forged(kinds[trial % len(kinds)], luck, mine, theirs)):
            renumbered = body[:4] + struct.pack("<II", len(payload), number) + body[12:]
            out += mended(renumbered, len(out), payload)
        path.write_bytes(out)
        reader = LogReader(path)
        for _ in reader:
            pass
        unseen += not reader.damage
    return {"promise": "S6", "forgeries": trials, "unseen": unseen, "held": not unseen}


def sample_log(path: Path, luck: random.Random, frames: int) -> tuple[bytes, list[int]]:
    """A sealed log and the offsets behind its frames, the seal last."""
    with LogWriter(path) as log:
        for number in range(frames):
            log.append(1, payload_of(number, luck))
    raw, ends, offset = path.read_bytes(), [], FILE_HEAD_BYTES
    while offset < len(raw):
        head = decode_head(raw[offset : offset + HEAD_BYTES], offset)
        if head is None:
            raise SystemExit(f"no frame at {offset}")
        offset += HEAD_BYTES + head.length
        ends.append(offset)
    return raw, ends


def main() -> None:
    """Run every promise at a size and print its record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1, help="10 for the nightly size, 100 for that of the promises")
    scale = parser.parse_args().scale
    luck = random.Random(SEED)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw, ends = sample_log(folder / "one", luck, 60)
        other, other_ends = sample_log(folder / "two", luck, 60)
        records = [
            kills(20 * scale, luck, folder),
            cuts(1000 * scale, luck, folder / "cut", raw, ends),
            rot({1: 1000 * scale, 512: 100 * scale, 4096: 20 * scale}, luck, folder / "rot", raw, ends),
            forgeries(1000 * scale, luck, folder / "forged", raw, ends, other, other_ends),
        ]
    for record in records:
        print(json.dumps({"bench": "log faults", "seed": SEED, **record}))
    if not all(record["held"] for record in records):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
