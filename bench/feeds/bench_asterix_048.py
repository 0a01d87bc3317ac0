"""ASTERIX 048 decoding: records a second on one core, beside libasterix on the same octets in the same run.

    python bench/feeds/bench_asterix_048.py [--records 200000] [--peer-records 2000] [--capture FILE.pcap]

Prints JSON. Ours is measured three ways: plots (columns in SI units), every field of every item as columns, and
dictionaries as `decode_records` gives them; libasterix parses the records (it reads fields only on demand). Without
a capture the records are made by our encoder from a seed. It also counts the fields that differ between the two.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "tests" / "against")]

from asterix_records import random_items  # noqa: E402

from jointsky.feeds.asterix.encode import encode_block  # noqa: E402
from jointsky.feeds.asterix.plots import plots  # noqa: E402
from jointsky.feeds.asterix.records import decode_records  # noqa: E402
from jointsky.feeds.asterix.scan import scan  # noqa: E402
from jointsky.feeds.pcap import read_capture  # noqa: E402

RECORDS_A_BLOCK = 5
ABSENT = -(2**62)


def payloads(capture: str | None) -> list[bytes]:
    """Datagrams of category 048: of a capture, or 1,000 records from a seed."""
    if capture:
        return [d.octets for d in read_capture(Path(capture).read_bytes()) if d.octets[0] == 48]
    luck = random.Random(48)
    return [encode_block(48, [random_items(luck, 48) for _ in range(RECORDS_A_BLOCK)]) for _ in range(200)]


def every_field(datagrams: list[bytes]) -> None:
    """All fields of all items as columns."""
    for records in scan(datagrams).records.values():
        records.integers(tuple(records.program.places), ABSENT)
        for path in records.program.elements:
            records.repeated(path)


def peer_parse(datagrams: list[bytes]) -> int:
    """libasterix on the same octets; returns how many 048 records it found."""
    from test_asterix_libasterix import peer, spec

    layout, count = spec(48, 32).cv_uap, 0
    for octets in datagrams:
        for block in peer.RawDatablock.parse(peer.Bits.from_bytes(octets)):
            if block.get_category() == 48:
                records = layout.parse(block.get_raw_records())
                count += 0 if isinstance(records, ValueError) else len(records)
    return count


def differences(datagrams: list[bytes]) -> dict[str, int]:
    """Fields compared with libasterix, and how many differ."""
    from test_asterix_libasterix import ours, peer, peer_record, spec

    compared = unequal = 0
    for octets in datagrams:
        mine = [record for record in decode_records(octets) if record["category"] == "048"]
        blocks = peer.RawDatablock.parse(peer.Bits.from_bytes(octets))
        raw = [block for block in blocks if block.get_category() == 48]
        theirs = [record for block in raw for record in spec(48, 32).cv_uap.parse(block.get_raw_records())]
        for left, right in zip(mine, theirs, strict=True):
            fields, others = ours(left), peer_record(right)
            compared += len(others)
            unequal += sum(fields.get(path) != value for path, value in others.items())
    return {"fields_compared": compared, "fields_different": unequal}


def rate(work: Callable[[], Any], records: int, repeats: int) -> float:
    """Records a second, the best of some repeats."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return records / best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--peer-records", type=int, default=2_000)
    parser.add_argument("--capture")
    asked = parser.parse_args()
    once = payloads(asked.capture)
    size = len(scan(once).records[48])
    many, few = once * max(1, asked.records // size), once * max(1, asked.peer_records // size)
    count, few_count = size * (len(many) // len(once)), size * (len(few) // len(once))
    assert peer_parse(few) == few_count
    result: dict[str, Any] = {
        "records": count,
        "octets_a_record": round(sum(map(len, once)) / size, 1),
        "plots_per_s": rate(lambda: plots(scan(many)), count, 5),
        "every_field_per_s": rate(lambda: every_field(many), count, 5),
        "dictionaries_per_s": rate(lambda: decode_records(few), few_count, 3),
        "libasterix_parse_per_s": rate(lambda: peer_parse(few), few_count, 3),
    }
    for name in ("plots", "every_field", "dictionaries"):
        result[f"{name}_ratio"] = result[f"{name}_per_s"] / result["libasterix_parse_per_s"]
    result |= differences(once)
    print(json.dumps({key: round(value, 1) for key, value in result.items()}, indent=1))


if __name__ == "__main__":
    main()
