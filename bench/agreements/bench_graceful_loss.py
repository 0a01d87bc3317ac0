"""Target 6, graceful loss: the joint link fails at a random time; is the value kept at least that of separate defences?

Paired runs of a small scenario (two nations, a dozen raiders, six minutes), the same luck in every arm: separate,
joint with the link failing for good at a time drawn uniformly over the run, and joint unbroken for comparison. Held
when the whole 95 % interval of the mean difference in value kept (joint failing minus separate) lies above minus 1 %.
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

import generated  # noqa: E402
import numpy as np  # noqa: E402

from jointsky.engine.assemble import assemble  # noqa: E402
from jointsky.measures.raid import outcome  # noqa: E402

END_S = 360.0
MARGIN = 0.01
LBAND = "surveillance_long_range_lband_3d"
ARMS = ("separate", "failing", "joint")


def _battery(lat: float, lon: float, kind: str, shots: int) -> dict[str, Any]:
    site = {"id": "a", "type": kind, "at": [lat, lon], "shots": shots, "reloads": 0,
            "search": "sam_acquisition_sband_3d"}  # fmt: skip
    return {"kind": "sam", "batteries": [site]}


def _raiders(name: str, kind: str, count: int, start: tuple[float, float], target: str, depart: str) -> dict[str, Any]:
    lat, lon = {"west-town": (54.0, 27.2), "east-town": (54.0, 28.9), "middle": (53.6, 27.9)}[target]
    half = [(start[0] + lat) / 2, (start[1] + lon) / 2]
    way = [{"at": list(start), "altitude": "7 km"}, {"at": half, "altitude": "5 km"}]
    return {"id": name, "nation": "red", "type": kind, "count": count, "spacing": "12 s", "depart": depart,
            "jitter": {"time": "10 s", "lateral": "6 km"}, "target": target, "route": way}  # fmt: skip


def scenario(joint: bool) -> Any:
    """The small scenario, alone or under one command in war."""
    roe = {"war": {"weapons": "tight", "identity": ["hostile", "suspect", "unknown"]}}
    tree: dict[str, Any] = {
        "scenario": "graceful", "start": "2026-06-01T04:00:00Z", "duration": f"{END_S:g} s",
        "phases": ["war"], "phase": "war",
        "nations": {name: {"side": "defender", "iff": "union", "territory": f"{name}.geojson", "roe": roe}
                    for name in ("west", "east")} | {"red": {"side": "raider", "iff": "red"}},
        "posts": {f"{name}.cp": {"nation": name, "commands": [f"{name}.*"], "at": list(generated.MIDDLES[name]),
                                 "cycle": "5 s", "decision": "10 s"} for name in ("west", "east")},
        "units": {
            "west.radar.1": {"kind": "radar", "radars": [{"id": "a", "type": LBAND, "at": [54.2, 26.8]}]},
            "east.radar.1": {"kind": "radar", "radars": [{"id": "a", "type": LBAND, "at": [54.1, 29.2]}]},
            "west.sam.1": _battery(54.0, 27.1, "sam_medium", 6), "west.sam.2": _battery(53.6, 27.7, "sam_medium", 6),
            "east.sam.1": _battery(53.95, 28.7, "sam_medium", 6), "east.sam.2": _battery(53.7, 28.2, "sam_long", 6),
        },
        "assets": {"west-town": {"nation": "west", "at": [54.0, 27.2], "value": 6},
                   "east-town": {"nation": "east", "at": [54.0, 28.9], "value": 6},
                   "middle": {"nation": "west", "at": [53.6, 27.9], "value": 4}},
        "raid": [_raiders("a", "strike_fighter", 4, (54.5, 25.9), "west-town", "0 s"),
                 _raiders("b", "strike_fighter", 3, (54.9, 28.2), "east-town", "20 s"),
                 _raiders("c", "cruise_missile", 3, (53.1, 27.0), "middle", "30 s"),
                 _raiders("d", "strike_fighter", 4, (53.0, 28.6), "middle", "90 s")],
        "networks": {name: {"delay": "1 s", "loss": "1 %"} for name in ("west", "east")},
        "links": {"joint": {"between": ["west.cp", "east.cp"], "delay": "1 s"}},
        "agreements": [],
    }  # fmt: skip
    if joint:
        tree["posts"]["joint.cp"] = {"nation": "west", "host": "west.cp"}
        tree["links"]["joint"]["between"].append("joint.cp")
        tree["agreements"] = [{
            "name": "one-command", "parties": ["west", "east"],
            "clauses": [
                {"id": "S", "share": "plots", "from": "each", "to": "others", "of": {"sensors": ["*"]},
                 "over": "joint"},
                {"id": "C", "order": ["scramble", "engage"], "units": ["*"], "from": "each", "to": "joint.cp",
                 "delegate": ["west.cp", "east.cp"], "over": "joint"},
            ],
            "on_link_loss": {"link": "joint", "after": "30 s", "then": "national", "weapons": "tight",
                             "resume": "after 60 s up and confirmed by both"},
        }]  # fmt: skip
    return generated.scenario(tree)


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
