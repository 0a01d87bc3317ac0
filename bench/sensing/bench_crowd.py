"""A crowd: 10,000 aircraft and 100 turning radars, tracks off, on one core; JSON.

Aircraft fly straight over an area of 2,000 by 2,000 km in which the radars stand; `sweep` is a tick of 1 s of sensing,
with the straight motion of all aircraft. `bare` computes, over the same pairs in the same run, range, horizon and the
fourth power of the range. Wanted: 60 times real time. `--surrounded` adds gas, lobing, clutter and notches.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "bench" / "sensing")]

import bench_sweep  # noqa: E402
from bench_sweep import bare, best_s  # noqa: E402
from sensing_scene import KINDS, craft_row, fly, radar_row, scene  # noqa: E402

from jointsky import catalogue  # noqa: E402
from jointsky.scenario.surroundings import Surroundings  # noqa: E402
from jointsky.sensing import step  # noqa: E402
from jointsky.sensing.surroundings import surround  # noqa: E402
from jointsky.world.world import World  # noqa: E402

RADARS, AIRCRAFT, TICKS, WANTED = 100, 10_000, 20, 60.0
HALF_M = 1.0e6


def crowd(surrounded: bool) -> World:
    """Radars on a grid of 200 km, aircraft anywhere between 100 m and 12 km."""
    names = list(KINDS)[:4]
    radars = [
        radar_row(f"r{i}", names[i % 4], 46.0 + 1.8 * (i // 10), 16.0 + 2.8 * (i % 10), false_per_scan=3.0)
        for i in range(RADARS)
    ]
    at = np.random.default_rng(1)
    crafts = []
    for i in range(AIRCRAFT):
        east, north = at.uniform(-HALF_M, HALF_M, 2)
        away, azimuth = float(np.hypot(east, north)), float(np.degrees(np.arctan2(east, north)))
        speed = float(at.uniform(-250, 250))
        crafts.append(craft_row(f"a{i}", away, azimuth, at.uniform(100, 12000), speed, 54.0, 28.6, cross_mps=100.0))
    world = scene(radars, crafts)
    if not surrounded:
        return world
    kinds = [catalogue.load().radar(names[i % 4]) for i in range(RADARS)]
    asked = Surroundings(air=True, lobing=True, clutter="farmland", notches=True)
    return World(replace(world.model, around=surround(asked, world.state.radars, kinds, None)), world.state)


def main() -> None:
    """Measure and print."""
    world = crowd("--surrounded" in sys.argv)
    bench_sweep.TICKS = TICKS
    ticks, plots = iter(range(10**9)), 0

    def tick() -> None:
        nonlocal plots
        fly(world)
        plots += step(world, next(ticks)).plots.size

    tick()
    sites = np.column_stack((world.state.radars["pos_ecef_m"], world.state.radars["alt_m"]))
    targets = np.column_stack((world.state.aircraft["pos_ecef_m"], world.state.aircraft["alt_m"]))
    bare(sites, targets)
    plots = 0
    swept = best_s(tick)
    told = {
        "bench": "sensing crowd", "radars": RADARS, "aircraft": AIRCRAFT,
        "plots_per_tick": round(plots / (TICKS * bench_sweep.REPEATS)),
        "sweep_ms_per_tick": round(swept * 1e3, 2), "times_real_time": round(1.0 / swept, 1),
        "bare_ms_per_tick": round(best_s(lambda: bare(sites, targets)) * 1e3, 2),
    }  # fmt: skip
    told |= {"sweep_to_bare": round(told["sweep_ms_per_tick"] / told["bare_ms_per_tick"], 1), "wanted": WANTED}
    print(json.dumps(told | {"within": told["times_real_time"] >= WANTED}))


if __name__ == "__main__":
    main()
