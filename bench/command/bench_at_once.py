"""100 x 100 at once: the plan's time (p99) and its gap to a proved optimum, and the time to a bound; one JSON line.

    python bench/command/bench_at_once.py [--instances 20] [--repeats 50]

The peer is scipy's milp in the same run on the same instance: each weapon's shot priced by tangents of the exponential
in the logarithm of survival (a model that any mixed-integer solver takes), given `--peer-s` seconds. Times are of this
process after loading; `load` is the machine's load average, since a busy machine lengthens the tail. `ms` counts the
processor time of the thread, `wall_ms` the wall.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "src"), str(Path(__file__).resolve().parent)]

from families import instance  # noqa: E402
from peer import by_tangents  # noqa: E402

from jointsky.command.assignment.quick import quick_plan  # noqa: E402
from jointsky.command.assignment.solve import make_ready, solve  # noqa: E402


def timed(salvo: object, repeats: int) -> tuple[list[float], list[float]]:
    """Milliseconds of processor and of wall of each plan."""
    cpu, wall = [], []
    for _ in range(repeats):
        began, at = time.thread_time(), time.perf_counter()
        quick_plan(salvo)  # type: ignore[arg-type]
        cpu.append(1e3 * (time.thread_time() - began))
        wall.append(1e3 * (time.perf_counter() - at))
    return cpu, wall


def main() -> None:
    """Run and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--instances", type=int, default=20)
    words.add_argument("--repeats", type=int, default=50)
    words.add_argument("--families", default="dense,wide,sparse,near,grades,stocks")
    words.add_argument("--peer-s", type=float, default=10.0)
    given = words.parse_args()
    make_ready()
    found: dict[str, object] = {}
    for family in given.families.split(","):
        cpu, wall, gaps, bound_s, bound_gap = [], [], [], [], []
        for seed in range(given.instances):
            salvo = instance(family, 100, 100, 1000 + seed)
            quick_plan(salvo)
            c, w = timed(salvo, given.repeats)
            cpu, wall = cpu + c, wall + w
            proof = solve(salvo, None)
            gaps.append(salvo.value(quick_plan(salvo)) / proof.value - 1.0 if proof.proved else float("nan"))
            shown = solve(salvo, 0.1)
            bound_s.append(shown.seconds)
            bound_gap.append(1.0 - shown.bound / proof.value)
        found[family] = {
            "n": len(cpu), "p50_ms": round(float(np.percentile(cpu, 50)), 2),
            "p99_ms": round(float(np.percentile(cpu, 99)), 2), "wall_p99_ms": round(float(np.percentile(wall, 99)), 2),
            "gap_worst": round(max(gaps), 5), "gap_mean": round(float(np.mean(gaps)), 5),
            "bound_s_worst": round(max(bound_s), 3), "bound_below_optimum_worst": round(max(bound_gap), 4),
        }  # fmt: skip
    salvo = instance("dense", 100, 100, 1000)
    peer = by_tangents(salvo, given.peer_s)
    best = solve(salvo, None).value
    print(json.dumps({
        "bench": "assignment at once, 100 x 100", "instances": given.instances, "families": found,
        "peer": {"name": "scipy milp, tangents", "seconds": given.peer_s, "gap": round(peer / best - 1.0, 4)},
        "load": os.getloadavg()[0],
    }))  # fmt: skip


if __name__ == "__main__":
    main()
