"""Cost of sensing per (radar, aircraft) pair, beside a bare arithmetic kernel over the same pairs; JSON.

`sweep` is one tick of 22 turning radars and 250 aircraft, all within 350 km of each other (a dense sky: a tenth of all
pairs are looked at in a tick). `look` tells for every pair whether one look would detect (line of sight,
signal-to-noise ratio, Pd). `bare` computes range, horizon and the fourth power of the range, and compares.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from sensing_scene import KINDS, craft_row, fly, radar_row, scene  # noqa: E402

from jointsky.kernels.compiled import kernel  # noqa: E402
from jointsky.sensing import detectable, step  # noqa: E402
from jointsky.world.world import World  # noqa: E402

RADARS, AIRCRAFT, TICKS, REPEATS = 22, 250, 200, 5


@kernel()
def bare(sites: np.ndarray, targets: np.ndarray) -> int:
    """Count pairs above the horizon whose range to the fourth is below a limit."""
    near = 0
    for s in range(sites.shape[0]):
        for t in range(targets.shape[0]):
            x = targets[t, 0] - sites[s, 0]
            y = targets[t, 1] - sites[s, 1]
            z = targets[t, 2] - sites[s, 2]
            r2 = x * x + y * y + z * z
            reach = math.sqrt(1.7e7 * sites[s, 3]) + math.sqrt(1.7e7 * targets[t, 3])
            if r2 < reach * reach and r2 * r2 < 1e22:
                near += 1
    return near


def dense_sky() -> World:
    """All within reach of all."""
    names = list(KINDS)[:4]
    radars = [
        radar_row(f"r{i}", names[i % 4], 54 + 0.3 * (i % 5), 30 + 0.4 * (i // 5), false_per_scan=3.0, ssr=1)
        for i in range(RADARS)
    ]
    at = np.random.default_rng(1)
    crafts = [
        craft_row(f"a{i}", at.uniform(1e4, 3.5e5), at.uniform(0, 360), at.uniform(100, 12000)) for i in range(AIRCRAFT)
    ]
    return scene(radars, crafts)


def best_s(job: Callable[[], object]) -> float:
    """Least processor time of one call."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        for _ in range(TICKS):
            job()
        times.append((time.process_time() - start) / TICKS)
    return min(times)


def main() -> None:
    """Measure and print."""
    world = dense_sky()
    ticks = iter(range(10**9))
    plots = 0

    def tick() -> None:
        nonlocal plots
        fly(world)
        plots += step(world, next(ticks)).plots.size

    tick()
    sites = np.column_stack((world.state.radars["pos_ecef_m"], world.state.radars["alt_m"]))
    targets = np.column_stack((world.state.aircraft["pos_ecef_m"], world.state.aircraft["alt_m"]))
    bare(sites, targets), detectable(world)
    pairs = RADARS * AIRCRAFT
    flown = best_s(lambda: fly(world))
    plots = 0
    swept = best_s(tick) - flown
    world.state.radars["snr_ref_db"] = -60.0  # nothing found, so that every pair is looked at to the end
    told = {
        "bench": "sensing",
        "pairs": pairs,
        "plots_per_tick": round(plots / (TICKS * REPEATS), 1),
        "sweep_us_per_tick": round(swept * 1e6, 1),
        "sweep_ns_per_pair": round(swept / pairs * 1e9, 1),
        "look_ns_per_pair": round(best_s(lambda: detectable(world)) / pairs * 1e9, 1),
        "bare_ns_per_pair": round(best_s(lambda: bare(sites, targets)) / pairs * 1e9, 1),
    }
    told["look_to_bare"] = round(told["look_ns_per_pair"] / told["bare_ns_per_pair"], 1)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
