"""Speed of the append log beside a bare file that takes the same octets, in turns in one run; JSON.

The load is that of the recorders' comparison: batches of 100 records of 200 octets. `log` is one frame a batch,
`log_single` one frame a record, `log_durable` waits for the disk after every batch, `log_read` reads and checks what
was written. `bare` is `os.write` of the batch with neither check nor chain, `bare_durable` the same with `fdatasync`.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

from jointsky.record.log import LogReader, LogWriter  # noqa: E402

BATCH, RECORD_BYTES, BATCHES, DURABLE_BATCHES, ROUNDS = 100, 200, 1000, 100, 7
RECORDS = [bytes((i * 7 + k) % 251 for k in range(RECORD_BYTES)) for i in range(BATCH)]
CONTENT = b"".join(RECORDS)


def bare(path: Path, durable: bool) -> int:
    """Write batches into a file and believe that they arrived."""
    batches = DURABLE_BATCHES if durable else BATCHES
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for _ in range(batches):
        os.write(file, CONTENT)
        if durable:
            os.fdatasync(file)
    os.close(file)
    return batches * BATCH


def framed(path: Path, durable: bool) -> int:
    """One frame a batch."""
    batches = DURABLE_BATCHES if durable else BATCHES
    log = LogWriter(path, durable=durable)
    for _ in range(batches):
        log.append(1, CONTENT)
    log.close()
    return batches * BATCH


def single(path: Path) -> int:
    """One frame a record, a batch in one write."""
    log = LogWriter(path)
    for _ in range(BATCHES):
        log.append_all((1, record) for record in RECORDS)
    log.close()
    return BATCHES * BATCH


def reading(path: Path) -> int:
    """Read a log of one frame a batch and check everything."""
    reader = LogReader(path)
    frames = sum(1 for _ in reader)
    if frames != BATCHES or reader.damage:
        raise SystemExit(f"{frames} frames and {reader.damage}, expected {BATCHES} frames and no damage")
    return frames * BATCH


def per_second(work: Callable[[Path], int], path: Path) -> float:
    """Records a second of one piece of work."""
    begin = time.perf_counter()
    records = work(path)
    return records / (time.perf_counter() - begin)


WORK: dict[str, Callable[[Path], int]] = {
    "bare": lambda path: bare(path, durable=False),
    "log": lambda path: framed(path, durable=False),
    "log_read": reading,
    "log_single": single,
    "bare_durable": lambda path: bare(path, durable=True),
    "log_durable": lambda path: framed(path, durable=True),
}


def main() -> None:
    """Run everything in turns and print medians and ratios."""
    found: dict[str, list[float]] = {name: [] for name in WORK}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            for name, work in WORK.items():
                path = Path(folder) / ("log" if name == "log_read" else name)
                if name != "log_read":
                    path.unlink(missing_ok=True)
                found[name].append(per_second(work, path))
    rates = {name: round(statistics.median(values)) for name, values in found.items()}
    result = {
        "bench": "append log",
        "record_octets": RECORD_BYTES,
        "batch": BATCH,
        "records_per_s": rates,
        "log_to_bare": round(rates["log"] / rates["bare"], 3),
        "log_durable_to_bare_durable": round(rates["log_durable"] / rates["bare_durable"], 3),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
