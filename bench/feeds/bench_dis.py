"""DIS Entity State: PDUs a second on one core each way, beside opendis on the same octets.

    python bench/feeds/bench_dis.py [--pdus 200000] [--peer-pdus 5000] [--peer-python PYTHON]

Mixed lengths: no, one or four articulated parts a state, a Fire after every tenth, eight PDUs a datagram. Prints JSON.
`--peer-python` is an interpreter that has opendis (BSD), in an environment of its own; without it the peer is left out.
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
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from dis_pdus import random_pdu  # noqa: E402

from jointsky.feeds.dis.entities import decode_entities, encode_entities  # noqa: E402
from jointsky.feeds.dis.layouts import Pdu  # noqa: E402
from jointsky.feeds.dis.pdus import encode_pdu  # noqa: E402

PARTS = (0, 1, 4)
EACH_DATAGRAM = 8
BATCH = 4_096
PEER = """
import io, json, sys, time
from opendis.DataOutputStream import DataOutputStream
from opendis.PduFactory import createPdu
octets = open(sys.argv[1], "rb").read()
pieces, at = [], 0
while at < len(octets):
    end = at + int.from_bytes(octets[at + 8 : at + 10], "big")
    if octets[at + 2] == 1:
        pieces.append(octets[at:end])
    at = end
best = {"read": float("inf"), "write": float("inf")}
for _ in range(3):
    start = time.process_time()
    pdus = [createPdu(piece) for piece in pieces]
    best["read"] = min(best["read"], time.process_time() - start)
    start = time.process_time()
    try:
        for pdu in pdus:
            pdu.serialize(DataOutputStream(io.BytesIO()))
        best["write"] = min(best["write"], time.process_time() - start)
    except Exception as error:
        best["write"], best["cannot_write"] = None, repr(error)
print(json.dumps({k: v if isinstance(v, str) or v is None else len(pieces) / v for k, v in best.items()}))
"""


def datagrams(count: int) -> list[bytes]:
    """Datagrams with `count` entity states in all, every tenth followed by a Fire."""
    luck = random.Random(1278)
    states = [[_state(luck, parts) for _ in range(50)] for parts in PARTS]
    fires = [encode_pdu(random_pdu(luck, Pdu.FIRE)) for _ in range(20)]
    pdus: list[bytes] = []
    for k in range(count):
        pdus.append(luck.choice(luck.choice(states)))
        if k % 10 == 9:
            pdus.append(luck.choice(fires))
    return [b"".join(pdus[k : k + EACH_DATAGRAM]) for k in range(0, len(pdus), EACH_DATAGRAM)]


def _state(luck: random.Random, parts: int) -> bytes:
    pdu = random_pdu(luck, Pdu.ENTITY_STATE)
    parameter = {"type": 0, "change": 1, "attached_to": 0, "parameter": 4107, "octets": bytes(8)}
    return encode_pdu({**pdu, "parameters": [parameter] * parts})


def rate(work: Callable[[], Any], count: int, repeats: int = 5) -> float:
    """How many a second of CPU time, the best of some repeats."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return count / best


def peer_per_s(python: str, octets: bytes) -> dict[str, Any]:
    """Entity states a second of opendis, in its own process."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(octets)
        file.flush()
        done = subprocess.run([python, "-c", PEER, file.name], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pdus", type=int, default=200_000)
    parser.add_argument("--peer-pdus", type=int, default=5_000)
    parser.add_argument("--peer-python", default="")
    asked = parser.parse_args()
    data = datagrams(asked.pdus)
    batches = [data[k : k + BATCH] for k in range(0, len(data), BATCH)]
    found = [decode_entities(batch) for batch in batches]
    count = sum(len(one.rows) for one in found)
    assert count == asked.pdus and not any(one.faults for one in found)
    written = b"".join(encode_entities(one.rows, one.parameters)[0] for one in found)
    same = decode_entities(written)
    ours = {
        "read": rate(lambda: [decode_entities(batch) for batch in batches], count),
        "write": rate(lambda: [encode_entities(one.rows, one.parameters) for one in found], count),
    }
    told: dict[str, Any] = {
        "entity_states": count,
        "octets": sum(map(len, data)),
        "same_after_writing": bool(len(same.rows) == count),
        "read_per_s": round(ours["read"]),
        "write_per_s": round(ours["write"]),
    }
    if asked.peer_python:
        peer = peer_per_s(asked.peer_python, b"".join(datagrams(asked.peer_pdus)))
        told |= {f"opendis_{name}": value for name, value in peer.items()}
        told |= {f"{name}_ratio": round(ours[name] / peer[name], 1) for name in ours if peer.get(name)}
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
