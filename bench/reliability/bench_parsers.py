"""Mutated octets against every parser of surveillance data: no death, no undeclared error, nothing slow, nothing clean
lost.

    python bench/reliability/bench_parsers.py [--inputs 100000] [--parser NAME ...] [--seed 1] [--peer]

One line of JSON for each parser. Seeds are made by our own encoders, in all categories and editions (and wrapped in
every form), each input has 1 to 8 bits or octets changed, put in, or cut out. A child process takes 2,000 inputs under
a memory cap; its death counts with the seed that repeats it. An input that takes more than 50 ms of thread CPU time is
tried three times more and counts by the fastest. For ASTERIX every input has a clean block in front of the mutated one:
its records must come out as they went in. All night: --inputs 10000000. `--peer` runs libasterix on the same inputs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from asterix_records import random_items  # noqa: E402

from jointsky.errors import DecodeError  # noqa: E402
from jointsky.feeds.asterix.columns import columns  # noqa: E402
from jointsky.feeds.asterix.detect import detect  # noqa: E402
from jointsky.feeds.asterix.editions import KNOWN, editions  # noqa: E402
from jointsky.feeds.asterix.encode import encode_block  # noqa: E402
from jointsky.feeds.asterix.records import in_order  # noqa: E402
from jointsky.feeds.asterix.scan import EVERY, scan  # noqa: E402
from jointsky.feeds.examination import examine  # noqa: E402
from jointsky.feeds.modes.forms import AVR, BEAST, HEX, JSON_LINES, SBS, form_of, read_frames  # noqa: E402
from jointsky.feeds.modes.reports import decode_frames  # noqa: E402
from jointsky.feeds.modes.trust import doubts  # noqa: E402
from jointsky.feeds.pcap import write_capture  # noqa: E402
from jointsky.feeds.recorded import read_recorded  # noqa: E402
from jointsky.feeds.wrappers import BLOCKS, FINAL, LENGTH_FIRST, wrap  # noqa: E402

A_CHILD = 2000
SLOW_S = 0.050
CLEAN_ITEMS = {"010": {"SAC": 1, "SIC": 2}, "140": 3600.5, "040": {"RHO": 12.5, "THETA": 90.0}}
CLEAN = encode_block(48, [CLEAN_ITEMS])
FRAMES = [
    "8d40621d58c382d690c8ac2863a7",
    "8d40621d58c386435cc412692ad6",
    "8d485020994409940838175b284f",
    "5d4ca2d1c6a1b2",
]
SBS_LINE = "MSG,3,1,1,4CA216,1,2024/06/06,08:58:39.500,2024/06/06,08:58:39.500,,37000,,,43.5,1.25,,,0,0,0,0\n"


def mutated(luck: random.Random, seed: bytes) -> bytes:
    """1 to 8 changes: a bit, an octet, octets put in or cut out."""
    octets = bytearray(seed)
    for _ in range(luck.randint(1, 8)):
        at = luck.randrange(len(octets) + 1)
        kind = luck.randrange(4)
        if kind == 0 and at < len(octets):
            octets[at] ^= 1 << luck.randrange(8)
        elif kind == 1 and at < len(octets):
            octets[at] = luck.choice((0, 255, luck.randrange(256)))
        elif kind == 2:
            octets[at:at] = luck.randbytes(luck.randint(1, 4))
        else:
            del octets[at : at + luck.randint(1, 8)]
    return bytes(octets)


def asterix_seeds() -> list[tuple[bytes, Any]]:
    """A block of three random records for each edition of each category, and how to read it."""
    luck = random.Random(5)
    return [
        (encode_block(n, [random_items(luck, n, edition=e) for _ in range(3)], e), {(n, EVERY): e, (48, EVERY): "1.32"})
        if n != 48
        else (encode_block(n, [random_items(luck, n, edition=e) for _ in range(3)], e), {(n, EVERY): e})
        for n in KNOWN
        for e in editions(n)
    ]


def read_asterix(octets: bytes, named: Any) -> None:
    """A clean block and the mutated one: all records and columns; the clean record must be there."""
    found = scan([CLEAN + octets], named)
    records = in_order(found)
    for group in found.groups:
        columns(group)
    if not records or records[0]["items"] != CLEAN_ITEMS:
        raise AssertionError("the clean record was lost")


def file_seeds() -> list[tuple[bytes, Any]]:
    luck = random.Random(6)
    blocks = [encode_block(n, [random_items(luck, n) for _ in range(2)]) for n in (48, 34, 62, 21)]
    wrapped = [
        b"".join(wrap(block, form, k) for k, block in enumerate(blocks)) for form in (BLOCKS, LENGTH_FIRST, FINAL)
    ]
    return [(octets, None) for octets in [*wrapped, write_capture([(10**18, block) for block in blocks], 8600)]]


def read_file(octets: bytes, _named: Any) -> None:
    """A recording of any form, examined as the doctor does."""
    recorded = read_recorded(octets)
    detect([datagram.octets for datagram in recorded.datagrams])
    examine(recorded)


def modes_seeds() -> list[tuple[bytes, Any]]:
    beast = b"".join(
        b"\x1a3" + (b"\0\0\1\2\3\4\x40" + bytes.fromhex(f)).replace(b"\x1a", b"\x1a\x1a") for f in FRAMES[:3]
    )
    texts = {
        AVR: "".join(f"*{frame};\n" for frame in FRAMES),
        HEX: "".join(f"{k}.5,{frame}\n" for k, frame in enumerate(FRAMES)),
        JSON_LINES: "".join(json.dumps({"timestamp": k, "frame": frame}) + "\n" for k, frame in enumerate(FRAMES)),
        SBS: SBS_LINE * 3,
    }
    return [(beast, BEAST), *((text.encode(), form) for form, text in texts.items())]


def read_modes(octets: bytes, form: Any) -> None:
    """Reports and doubts."""
    form_of(octets)
    read = read_frames(octets, form)
    doubts([*decode_frames(read.frames)[0], *read.reports])


def read_peer(octets: bytes, _named: Any) -> None:
    """libasterix on the same octets, category 048 in its newest edition."""
    from asterix import base, generated

    blocks = base.RawDatablock.parse(base.Bits.from_bytes(CLEAN + octets))
    for block in [] if isinstance(blocks, ValueError) else blocks:
        generated.manifest["CATS"][48][-1].cv_uap.parse(block.get_raw_records())


PARSERS: dict[str, tuple[Callable[[], list[tuple[bytes, Any]]], Callable[[bytes, Any], None]]] = {
    "asterix": (asterix_seeds, read_asterix),
    "recordings": (file_seeds, read_file),
    "modes": (modes_seeds, read_modes),
}


def spent(read: Callable[[bytes, Any], None], octets: bytes, named: Any) -> float:
    """Seconds of thread CPU time; a declared error is all right."""
    start = time.thread_time()
    with suppress(DecodeError):
        read(octets, named)
    return time.thread_time() - start


def child(name: str, seed: int, count: int) -> dict[str, Any]:
    """Read so many inputs and say what happened."""
    make, read = (asterix_seeds, read_peer) if name == "libasterix" else PARSERS[name]
    seeds = make()
    for octets, named in seeds:
        spent(read, octets, named)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    luck = random.Random(seed)
    found: dict[str, Any] = {"undeclared": 0, "slow": 0, "worst_ms": 0.0, "first": ""}
    for k in range(count):
        octets, named = luck.choice(seeds)
        octets = mutated(luck, octets)
        try:
            seconds = spent(read, octets, named)
            if seconds > SLOW_S:
                seconds = min(spent(read, octets, named) for _ in range(3))
        except Exception as error:
            found["undeclared"] += 1
            found["first"] = found["first"] or f"seed {seed}, input {k}: {type(error).__name__}: {error}"
            continue
        found["slow"] += seconds > SLOW_S
        found["worst_ms"] = max(found["worst_ms"], 1000.0 * seconds)
    found["memory"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10) - before
    return found


def in_a_child(name: str, seed: int, count: int) -> dict[str, Any] | None:
    """The same in a process of its own; None where it died."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        try:
            os.write(writer, json.dumps(child(name, seed, count)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(told) if told else None


def attack(name: str, inputs: int, seed: int) -> dict[str, Any]:
    """All inputs of one parser."""
    total: dict[str, Any] = {"parser": name, "inputs": 0, "deaths": 0, "undeclared": 0, "slow": 0, "worst_ms": 0.0}
    total |= {"memory_mib": 0.0, "seed": seed, "first": ""}
    start = time.perf_counter()
    for k, first in enumerate(range(0, inputs, A_CHILD)):
        count = min(A_CHILD, inputs - first)
        found = in_a_child(name, 1_000_003 * seed + k, count)
        total["inputs"] += count
        if found is None:
            total["deaths"] += 1
            total["first"] = total["first"] or f"death with seed {1_000_003 * seed + k}"
            continue
        for key in ("undeclared", "slow"):
            total[key] += found[key]
        total["worst_ms"] = max(total["worst_ms"], found["worst_ms"])
        total["memory_mib"] = max(total["memory_mib"], found["memory"] / (1 << 20))
        total["first"] = total["first"] or found["first"]
    total["inputs_per_s"] = total["inputs"] / (time.perf_counter() - start)
    total["pass"] = not (total["deaths"] or total["undeclared"] or total["slow"]) and total["memory_mib"] < 64
    return {key: round(value, 2) if isinstance(value, float) else value for key, value in total.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--parser", nargs="*", choices=list(PARSERS), default=list(PARSERS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer", action="store_true")
    asked = parser.parse_args()
    for name in [*asked.parser, *(["libasterix"] if asked.peer else [])]:
        print(json.dumps(attack(name, asked.inputs, asked.seed)), flush=True)


if __name__ == "__main__":
    main()
