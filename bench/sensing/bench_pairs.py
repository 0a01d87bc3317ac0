"""Cost of one dense radar-target pair, beside a bare arithmetic kernel over the same pairs in the same run; JSON.

Each pair is gated by range and horizon, then line of sight, signal-to-noise ratio and Pd are told (`detectable`, with
nothing found, so that every pair is looked at to the end). `look`: ground radars over a smooth earth. `terrain`: with
masks. `full`: ground and flying radars, four jammers, masks and clutter; `air` adds gas and lobing. `bare` computes
range, horizon and the fourth power of the range, and compares. Limits: look 25 ns, terrain 50 ns, full 80 ns.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "bench" / "sensing")]

from bench_sweep import bare, best_s, dense_sky  # noqa: E402
from sensing_scene import KINDS  # noqa: E402

from jointsky import catalogue  # noqa: E402
from jointsky.atlas.elevation import COARSE  # noqa: E402
from jointsky.scenario.surroundings import Surroundings  # noqa: E402
from jointsky.sensing import detectable  # noqa: E402
from jointsky.sensing.surroundings import surround  # noqa: E402
from jointsky.world.world import World  # noqa: E402

LIMITS_NS = {"look": 25.0, "terrain": 50.0, "full": 80.0}
JAMMERS, FLYING = 4, 2


def quiet() -> World:
    """The dense sky, with radars too weak to find anything."""
    world = dense_sky()
    world.state.radars["snr_ref_db"] = -60.0
    return world


def surrounded(world: World, asked: Surroundings) -> World:
    """The same with what is asked for about every radar, and the coarse ground."""
    names = list(KINDS)[:4]
    kinds = [catalogue.load().radar(names[i % 4]) for i in range(world.state.radars.size)]
    around = surround(asked, world.state.radars, kinds, COARSE)
    masks = np.where(around.masks > 0.0, np.float32(1e9), around.masks)  # read, but nothing hides: looked at to the end
    return World(replace(world.model, around=replace(around, masks=masks)), world.state)


def full(**more: bool) -> World:
    """Flying radars, jammers and clutter too."""
    world = quiet()
    crafts, radars = world.state.aircraft, world.state.radars
    world.model.aircraft_types["jam_power_w"] = 200.0
    world.model.aircraft_types["jam_gain_db"] = 10.0
    world.model.aircraft_types["jam_bandwidth_hz"] = 50e6
    crafts["jamming"][:JAMMERS] = 1
    crafts["alt_m"][-FLYING:] = 9000.0
    radars["platform"][-FLYING:] = np.arange(crafts.size - FLYING, crafts.size)
    return surrounded(world, Surroundings(clutter="farmland", notches=True, **more))


def main() -> None:
    """Measure and print."""
    worlds = {"look": quiet(), "terrain": surrounded(quiet(), Surroundings()), "full": full(),
              "air": full(air=True, lobing=True)}  # fmt: skip
    first = worlds["look"].state
    sites = np.column_stack((first.radars["pos_ecef_m"], first.radars["alt_m"]))
    targets = np.column_stack((first.aircraft["pos_ecef_m"], first.aircraft["alt_m"]))
    pairs = first.radars.size * first.aircraft.size
    bare(sites, targets)
    told: dict[str, object] = {"bench": "sensing pairs", "pairs": pairs}
    bare_ns = best_s(lambda: bare(sites, targets)) / pairs * 1e9
    told["bare_ns"] = round(bare_ns, 2)
    for name, world in worlds.items():
        detectable(world)
        spent = best_s(lambda world=world: detectable(world)) / pairs * 1e9
        told |= {f"{name}_ns": round(spent, 1), f"{name}_to_bare": round(spent / bare_ns, 1)}
        if name in LIMITS_NS:
            told[f"{name}_within"] = spent <= LIMITS_NS[name]
    print(json.dumps(told))


if __name__ == "__main__":
    main()
