"""ASTERIX 048 decoding: records a second on one core, beside libasterix and asterix_decoder on the same octets.

    python bench/feeds/bench_asterix_048.py [--records 200000] [--peer-records 2000] [--capture FILE.pcap]
        [--decoder-python PYTHON]

Prints JSON. Ours is measured three ways: plots (columns in SI units), every field of every item as columns in physical
units, and dictionaries as `decode_records` gives them, in batches of 5,000 datagrams; libasterix parses the records,
and once more reads every field (it does so only on demand). asterix_decoder (GPL) owns the module name that libasterix
uses, so it runs in the Python of an environment of its own, which --decoder-python names. Times are CPU time of the
process, so that a busy machine does not count. Without a capture the records are made by our encoder from a seed. It
also counts the fields that differ between libasterix and us.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "tests" / "against")]

from asterix_records import random_items  # noqa: E402

from jointsky.feeds.asterix.columns import columns  # noqa: E402
from jointsky.feeds.asterix.encode import encode_block  # noqa: E402
from jointsky.feeds.asterix.plots import plots  # noqa: E402
from jointsky.feeds.asterix.records import decode_records  # noqa: E402
from jointsky.feeds.asterix.scan import scan  # noqa: E402
from jointsky.feeds.pcap import read_capture  # noqa: E402

RECORDS_A_BLOCK = 5
BATCH = 2_000
"""Datagrams at a time: what is made of them then still fits the memory that the last ones left warm."""
DECODER = """
import sys, time, json
import asterix
blocks = open(sys.argv[1], "rb").read()
pieces, at = [], 0
while at < len(blocks):
    end = at + int.from_bytes(blocks[at + 1 : at + 3], "big")
    pieces.append(blocks[at:end])
    at = end
best, count = float("inf"), 0
for _ in range(3):
    start = time.process_time()
    count = sum(len(asterix.parse(piece)) for piece in pieces)
    best = min(best, time.process_time() - start)
print(json.dumps({"records": count, "per_s": count / best}))
"""


def payloads(capture: str | None) -> list[bytes]:
    """Datagrams of category 048: of a capture, or 1,000 records from a seed."""
    if capture:
        return [d.octets for d in read_capture(Path(capture).read_bytes()) if d.octets[0] == 48]
    luck = random.Random(48)
    return [encode_block(48, [random_items(luck, 48) for _ in range(RECORDS_A_BLOCK)]) for _ in range(200)]


def batches(datagrams: list[bytes]) -> list[list[bytes]]:
    """Many datagrams at a time, as a reader of a long capture would take them."""
    return [datagrams[k : k + BATCH] for k in range(0, len(datagrams), BATCH)]


def every_field(datagrams: list[bytes]) -> None:
    """All fields of all items as columns."""
    for some in batches(datagrams):
        for records in scan(some).groups:
            columns(records)


def decoder_per_s(python: str, datagrams: list[bytes]) -> float:
    """Records a second of asterix_decoder in its own process, of the blocks of category 048."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"".join(datagrams))
        file.flush()
        done = subprocess.run([python, "-c", DECODER, file.name], capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1])["per_s"])


def peer_parse(datagrams: list[bytes]) -> int:
    """libasterix on the same octets; returns how many 048 records it found."""
    from test_asterix_libasterix import peer, spec

    layout, count = spec(48, "1.32").cv_uap, 0
    for octets in datagrams:
        for block in peer.RawDatablock.parse(peer.Bits.from_bytes(octets)):
            if block.get_category() == 48:
                records = layout.parse(block.get_raw_records())
                count += 0 if isinstance(records, ValueError) else len(records)
    return count


def peer_fields(datagrams: list[bytes]) -> int:
    """libasterix on the same octets, every field read; returns how many fields."""
    from test_asterix_libasterix import peer, peer_record, spec

    layout, count = spec(48, "1.32").cv_uap, 0
    for octets in datagrams:
        for block in peer.RawDatablock.parse(peer.Bits.from_bytes(octets)):
            if block.get_category() == 48:
                for record in layout.parse(block.get_raw_records()):
                    count += sum(map(len, peer_record(record).values()))
    return count


def differences(datagrams: list[bytes]) -> dict[str, int]:
    """Fields compared with libasterix, and how many differ."""
    from test_asterix_libasterix import ours, peer, peer_record, spec

    compared = unequal = 0
    for octets in datagrams:
        mine = [record for record in decode_records(octets) if record["category"] == "048"]
        blocks = peer.RawDatablock.parse(peer.Bits.from_bytes(octets))
        raw = [block for block in blocks if block.get_category() == 48]
        theirs = [record for block in raw for record in spec(48, "1.32").cv_uap.parse(block.get_raw_records())]
        for left, right in zip(mine, theirs, strict=True):
            fields, others = ours(left), peer_record(right)
            compared += len(others)
            unequal += sum(fields.get(path) != value for path, value in others.items())
    return {"fields_compared": compared, "fields_different": unequal}


def rate(work: Callable[[], Any], records: int, repeats: int) -> float:
    """Records a second of CPU time, the best of some repeats."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return records / best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--peer-records", type=int, default=2_000)
    parser.add_argument("--capture")
    parser.add_argument("--decoder-python")
    asked = parser.parse_args()
    once = payloads(asked.capture)
    size = len(scan(once).records[48])
    many, few = once * max(1, asked.records // size), once * max(1, asked.peer_records // size)
    count, few_count = size * (len(many) // len(once)), size * (len(few) // len(once))
    assert peer_parse(few) == few_count
    result: dict[str, Any] = {
        "records": count,
        "octets_a_record": round(sum(map(len, once)) / size, 1),
        "plots_per_s": rate(lambda: [plots(scan(some)) for some in batches(many)], count, 5),
        "every_field_per_s": rate(lambda: every_field(many), count, 5),
        "dictionaries_per_s": rate(lambda: decode_records(few), few_count, 3),
        "libasterix_parse_per_s": rate(lambda: peer_parse(few), few_count, 3),
        "libasterix_fields_per_s": rate(lambda: peer_fields(few), few_count, 3),
    }
    for name in ("plots", "every_field", "dictionaries"):
        result[f"{name}_ratio"] = result[f"{name}_per_s"] / result["libasterix_parse_per_s"]
    result["every_field_over_libasterix"] = result["every_field_per_s"] / result["libasterix_fields_per_s"]
    if asked.decoder_python:
        result["asterix_decoder_per_s"] = decoder_per_s(asked.decoder_python, few)
        result["every_field_over_asterix_decoder"] = result["every_field_per_s"] / result["asterix_decoder_per_s"]
    result |= differences(once)
    print(json.dumps({key: round(value, 1) for key, value in result.items()}, indent=1))


if __name__ == "__main__":
    main()
