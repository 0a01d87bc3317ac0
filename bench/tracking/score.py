"""Our tracker beside perfect association and Stone Soup on the benchmark's scenes: one JSON object of ratios.

    python bench/tracking/score.py SHARED [--sizes S,M] [--seed 101] [--stone-soup] [--real]

SHARED holds `bench/tracking` (generator, scorer, peers) and `data/flights`. Stone Soup takes minutes on M. CPU seconds
of ours count the tracker and its pictures at every scoring time, not the reading of files, as the wrapper does.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from jointsky.feeds.sensors import read_sensors
from jointsky.feeds.tables import read_plots, read_times
from jointsky.live import track_tables as door
from jointsky.tracking.tracker import Tracker

KEPT = """gospa_per_target rmse_horizontal rmse_height siap_completeness siap_spuriousness siap_ambiguity
changes_per_target_hour init_delay_mean_s""".split()


def run(bench: Path, script: str, *words: object) -> str:
    """What a script of the benchmark prints, on one thread."""
    command = [sys.executable, str(bench / script), *map(str, words)]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
    ).stdout


def scored(bench: Path, folder: Path, tracks: Path) -> dict[str, Any]:
    """The scorer's numbers that are kept."""
    every = json.loads(run(bench, "score.py", folder, tracks))
    return {name: every[name] for name in KEPT}


def ours(bench: Path, folder: Path) -> dict[str, Any]:
    """Score and speed of our tracker on a scene."""
    run(bench, "tables.py", "in", folder, folder / "in")
    where = folder / "in"
    door.track_tables(where / "sensors.csv", where / "plots.csv", where / "times.csv", folder / "tracks.csv")
    run(bench, "tables.py", "out", folder / "tracks.csv", folder / "mine.csv")
    cpu_s, plots = bare_seconds(where)
    return {**scored(bench, folder, folder / "mine.csv"), "cpu_s": cpu_s, "plots_per_cpu_s": plots / cpu_s}


def bare_seconds(where: Path) -> tuple[float, int]:
    """(CPU seconds of the tracker, plots), best of three."""
    table = read_sensors(where / "sensors.csv")
    lines = read_plots(where / "plots.csv", table)
    sensors, plots = door.sensor_rows(table, lines, {}), door.plot_rows(table, lines)
    asked = read_times(where / "times.csv")
    ends = np.searchsorted(plots["t_seen_s"], asked, side="right").tolist()
    best = float("inf")
    for _ in range(3):
        tracker, begin, start_s = Tracker(door.frame_of(table), sensors), 0, time.process_time()
        for t_s, end in zip(asked.tolist(), ends, strict=True):
            tracker.observe(plots[begin:end])
            tracker.picture(t_s)
            begin = end
        best = min(best, time.process_time() - start_s)
    return best, len(plots)


def scene(bench: Path, folder: Path, stone_soup: bool) -> dict[str, Any]:
    """All trackers on one scene, and the ratios."""
    mine = ours(bench, folder)
    found: dict[str, Any] = {"ours": mine}
    for name, late in (("perfect_3s", "3"), ("perfect_0s", "0")):
        run(bench, "oracle.py", folder, folder / f"{name}.csv", "--imm", "2,2000", "--late", late)
        found[name] = scored(bench, folder, folder / f"{name}.csv")
        found[f"gospa_ours_over_{name}"] = round(mine["gospa_per_target"] / found[name]["gospa_per_target"], 3)
    if stone_soup:
        speed = json.loads(run(bench, "ss_baseline.py", folder, folder / "gnn.csv", "--mode", "gnn", "--q", "400"))
        found["stone_soup_gnn"] = {
            **scored(bench, folder, folder / "gnn.csv"),
            "plots_per_cpu_s": speed["plots_per_cpu_s"],
        }
        found["gospa_ours_over_stone_soup"] = round(
            mine["gospa_per_target"] / found["stone_soup_gnn"]["gospa_per_target"], 3
        )
        found["speed_ours_over_stone_soup"] = round(mine["plots_per_cpu_s"] / speed["plots_per_cpu_s"], 1)
    return found


def main() -> None:
    """Make the scenes, run, print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("shared", type=Path)
    words.add_argument("--sizes", default="S,M")
    words.add_argument("--seed", default="101")
    words.add_argument("--stone-soup", action="store_true")
    words.add_argument("--real", action="store_true")
    given = words.parse_args()
    bench = given.shared / "bench" / "tracking"
    with tempfile.TemporaryDirectory() as place:
        found = {}
        for size in given.sizes.split(","):
            run(bench, "gen.py", "--size", size, "--seed", given.seed, "--out", Path(place) / size)
            found[size] = scene(bench, Path(place) / size, given.stone_soup)
        if given.real:
            flights = given.shared / "data" / "flights" / "paris.csv.gz"
            run(
                bench,
                "gen.py",
                "--real",
                flights,
                "--seed",
                given.seed,
                "--duration",
                "1800",
                "--out",
                Path(place) / "real",
            )
            found["real"] = scene(bench, Path(place) / "real", given.stone_soup)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
