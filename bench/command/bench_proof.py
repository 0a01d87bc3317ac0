"""Proofs: twelve instances up to 200 x 100, 300 x 600 with stocks, 500 x 250 dense; one JSON line.

    python bench/command/bench_proof.py [--only small|large] [--peer-s 20]

Each with its seconds on the wall and of processor time; scipy's milp on one instance in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "src"), str(Path(__file__).resolve().parent)]

from families import instance  # noqa: E402
from peer import by_tangents  # noqa: E402

from jointsky.command.assignment.solve import make_ready, solve  # noqa: E402

SMALL = (
    ("dense", 100, 100, 1), ("wide", 100, 100, 1), ("sparse", 100, 100, 1), ("near", 100, 100, 1),
    ("stocks", 100, 100, 1), ("grades", 100, 100, 1), ("dense", 200, 100, 1), ("wide", 200, 100, 1),
    ("sparse", 200, 100, 1), ("near", 200, 100, 1), ("stocks", 60, 120, 1), ("near-stocks", 50, 100, 1),
)  # fmt: skip
LARGE = (("stocks", 300, 600, 1), ("dense", 500, 250, 1))


def proof(family: str, n: int, m: int, seed: int) -> dict[str, object]:
    """One instance."""
    salvo = instance(family, n, m, seed)
    began = time.process_time()
    answer = solve(salvo, None)
    return {
        "family": family, "weapons": n, "targets": m, "value": answer.value, "gap": answer.gap, "proved": answer.proved,
        "wall_s": round(answer.seconds, 2), "cpu_s": round(time.process_time() - began, 2),
    }  # fmt: skip


def main() -> None:
    """Run and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--only", choices=("small", "large"))
    words.add_argument("--peer-s", type=float, default=20.0)
    given = words.parse_args()
    make_ready()
    cases = {"small": SMALL, "large": LARGE}.get(given.only, SMALL + LARGE)
    found = [proof(*case) for case in cases]
    salvo = instance("dense", 200, 100, 1)
    peer = by_tangents(salvo, given.peer_s)
    best = solve(salvo, None).value
    print(json.dumps({
        "bench": "assignment proofs", "cases": found, "all_proved": all(case["proved"] for case in found),
        "peer": {"name": "scipy milp, tangents, dense 200 x 100", "seconds": given.peer_s,
                 "gap": round(peer / best - 1.0, 4)},
        "load": os.getloadavg()[0],
    }))  # fmt: skip


if __name__ == "__main__":
    main()
