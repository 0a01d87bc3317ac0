"""What is kept of the gain of sharing plots when two nations share only tracks: one JSON line.

    python bench/tracking/bench_sharing.py SCENE

SCENE is a folder the benchmark's generator made (size M has radars of two nations). GOSPA per target (c = 2,000 m) of
nation A alone, of A with B's tracks (covariance intersection, and as estimates that share no plot), and of both
nations' plots in one tracker; the share of the gain that is kept, and NEES / 2 over ground (1 is right).
"""

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jointsky.feeds.sensors import read_sensors
from jointsky.feeds.tables import read_plots
from jointsky.live import track_tables as door
from jointsky.live.score_tables import read_recording
from jointsky.measures.consistency import nees
from jointsky.measures.gospa import gospa
from jointsky.measures.matching import best_match
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.sharing import Estimates, Told, combine
from jointsky.tracking.tracker import Tracker

CUTOFF_M = 2000.0


def pictures(where: Path, nation: str | None, times: NDArray[np.float64]) -> list[Told]:
    """What is told at each time from the plots of one nation's radars (None: all)."""
    table = read_sensors(where / "sensors.csv")
    lines = read_plots(where / "plots.csv", table)
    mine = np.array([nation in (None, name) for name in table.nations])
    sensors, plots = door.sensor_rows(table, lines, {}), door.plot_rows(table, lines)
    plots = plots[mine[plots["sensor"]]]
    tracker, begin, found = Tracker(door.frame_of(table), sensors, TrackerParams(), mine), 0, []
    for t in times.tolist():
        end = int(np.searchsorted(plots["t_seen_s"], t, side="right"))
        tracker.observe(plots[begin:end])
        begin = end
        found.append(tracker.estimates(t))
    return found


def worth(truth: list[NDArray[np.float64]], shown: list[Estimates]) -> tuple[float, float]:
    """(GOSPA per target, NEES / 2 over ground)."""
    squares, normal = [], []
    for true, now in zip(truth, shown, strict=True):
        match = best_match(true, now.x[:, :3], CUTOFF_M)
        squares.append(gospa(true, now.x[:, :3], CUTOFF_M, match=match).distance ** 2)
        error = now.x[match.second, :2] - true[match.first, :2]
        normal.append(nees(error, now.p[match.second][:, :2, :2]) / 2.0)
    objects = np.mean([len(true) for true in truth])
    return float(np.sqrt(np.mean(squares) / objects)), float(np.median(np.concatenate(normal)) / 0.6931)


def main() -> None:
    """Track three times, combine, print."""
    scene = Path(sys.argv[1])
    truth, _ = read_recording(scene / "truth.csv")
    times = np.unique(truth.t_s)
    true = [truth.at(t).place_m for t in times.tolist()]
    a, b, both = (pictures(scene / "in", nation, times) for nation in ("A", "B", None))
    shown = {
        "alone": [one.states.rows(one.confirmed) for one in a],
        "intersected": [combine(p, q, False) for p, q in zip(a, b, strict=True)],
        "apart": [combine(p, q, True) for p, q in zip(a, b, strict=True)],
        "plots": [one.states.rows(one.confirmed) for one in both],
    }
    found = {name: worth(true, pictures_of) for name, pictures_of in shown.items()}
    gain = found["alone"][0] - found["plots"][0]
    kept = {f"kept_{n}": round((found["alone"][0] - found[n][0]) / gain, 3) for n in ("intersected", "apart")}
    values = {name: {"gospa": round(g, 1), "nees_by_median": round(e, 3)} for name, (g, e) in found.items()}
    print(json.dumps({**values, **kept}))


if __name__ == "__main__":
    main()
