"""Target 6, graceful loss: the joint link fails at a random time; is the value kept at least that of separate defences?

Paired runs of a small scenario (tests/small_raid.py: two nations, fourteen raiders, thirteen minutes until the last is
through), the same luck in every arm: separate, joint with the link failing for good at a time drawn uniformly over the
run, and joint unbroken for comparison. Held when the whole 95 % interval of the mean difference in value kept (joint
failing minus separate) lies above minus 1 %.
One JSON record; exit code 1 when it does not hold.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
for folder in ("src", "tests"):
    sys.path.insert(0, str(ROOT / folder))

import numpy as np  # noqa: E402
from small_raid import END_S, scenario  # noqa: E402

from jointsky.engine.assemble import assemble  # noqa: E402
from jointsky.measures.raid import outcome  # noqa: E402

MARGIN = 0.01
ARMS = ("separate", "failing", "joint")


def kept(arm: str, seed: int) -> tuple[float, float]:
    """Value kept and share of raiders stopped in one run."""
    engine = assemble(_scenario(arm != "separate"), seed)
    fails_s = float(np.random.default_rng([seed, 6]).uniform(0.0, END_S)) if arm == "failing" else math.inf
    for tick in engine.run(END_S):
        if tick.t_s >= fails_s:
            engine.network.cut("joint", tick.t_s)
            fails_s = math.inf
    found = outcome(engine.world)
    return 1.0 - found["damage_share"], found["stopped_share"]


_KNOWN: dict[bool, Any] = {}


def _scenario(joint: bool) -> Any:
    if joint not in _KNOWN:
        _KNOWN[joint] = scenario(joint)
    return _KNOWN[joint]


def pair(seed: int) -> list[tuple[float, float]]:
    """All arms of one seed."""
    return [kept(arm, seed) for arm in ARMS]


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean and 95 % interval of a mean."""
    half = 1.96 * float(values.std(ddof=1)) / math.sqrt(len(values))
    return round(float(values.mean()), 5), round(float(values.mean()) - half, 5), round(float(values.mean()) + half, 5)


def main() -> None:
    """Run the pairs and print the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.runs)
    with ProcessPoolExecutor(asked.workers) as pool:
        found = np.array(list(pool.map(pair, seeds, chunksize=10)))
    separate, failing, joint = found[:, 0], found[:, 1], found[:, 2]
    mean, low, high = interval(failing[:, 0] - separate[:, 0])
    whole = interval(joint[:, 0] - separate[:, 0])
    stopped = interval(failing[:, 1] - separate[:, 1])
    held = low > -MARGIN
    means = found.mean(axis=0).round(4).tolist()
    arms = {arm: {"value_kept": means[k][0], "stopped": means[k][1]} for k, arm in enumerate(ARMS)}
    print(json.dumps({
        "bench": "graceful loss", "n": asked.runs, "seed": asked.seed, "target": "whole interval above -0.01",
        "arms": arms, "value_kept_failing_minus_separate": {"mean": mean, "low": low, "high": high},
        "stopped_failing_minus_separate": {"mean": stopped[0], "low": stopped[1], "high": stopped[2]},
        "value_kept_joint_minus_separate": {"mean": whole[0], "low": whole[1], "high": whole[2]}, "held": held,
    }))  # fmt: skip
    if not held:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
