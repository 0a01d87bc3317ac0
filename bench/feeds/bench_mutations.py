"""Mutated inputs for every parser: process deaths, undeclared exceptions, inputs above 50 ms of thread time, memory.

    python bench/feeds/bench_mutations.py [--count 2000] [--parser NAME ...] [--child 20000]

`--count 100000` is a commit's worth, `--count 10000000` a night's. Each `--child` inputs run in a process of their own,
each with another seed. Prints JSON; exit code 1 when anything hurt.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from mutants import PARSERS, try_out  # noqa: E402

SHOWN = 5


def child(name: str, count: int, seed: int) -> None:
    """Try inputs in this process; what hurt, how far memory grew (MiB) and the CPU seconds, as JSON."""
    try_out(name, 20, seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    hurt = try_out(name, count, seed)
    spent = time.process_time() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps({"hurt": hurt, "grown_mib": grown, "cpu_s": spent}))


def tried(name: str, count: int, each: int) -> dict[str, Any]:
    """All inputs of one parser, in children."""
    told: dict[str, Any] = {"inputs": 0, "deaths": 0, "hurt": [], "grown_mib": 0.0, "cpu_s": 0.0}
    for seed, first in enumerate(range(0, count, each)):
        some = min(each, count - first)
        words = [sys.executable, __file__, "--one", name, "--count", str(some), "--seed", str(seed)]
        done = subprocess.run(words, capture_output=True, text=True)
        told["inputs"] += some
        if done.returncode:
            told["deaths"] += 1
            told["hurt"].append(f"seed {seed} ended with {done.returncode}: {done.stderr[-300:]}")
            continue
        found = json.loads(done.stdout.splitlines()[-1])
        told["hurt"] += found["hurt"]
        told["grown_mib"] = max(told["grown_mib"], found["grown_mib"])
        told["cpu_s"] += found["cpu_s"]
    return told


def main() -> None:
    """Try and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--parser", nargs="*", default=list(PARSERS), choices=list(PARSERS))
    parser.add_argument("--child", type=int, default=20_000)
    parser.add_argument("--one", default="")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if asked.one:
        child(asked.one, asked.count, asked.seed)
        return
    hurt = 0
    for name in asked.parser:
        told = tried(name, asked.count, asked.child)
        hurt += len(told["hurt"])
        rate = round(told["inputs"] / told["cpu_s"]) if told["cpu_s"] else 0
        numbers = {"grown_mib": round(told["grown_mib"], 1), "per_cpu_s": rate, "hurting": len(told["hurt"])}
        print(json.dumps({"parser": name, **told, **numbers, "hurt": told["hurt"][:SHOWN]}), flush=True)
    sys.exit(1 if hurt else 0)


if __name__ == "__main__":
    main()
