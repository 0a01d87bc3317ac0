"""Trackers run on a scene of `scenes.py`, and what came of it: ours, perfect association, and the bare filters."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scenes import Scene

from jointsky.kernels.bank import MEASUREMENT, empty_bank
from jointsky.kernels.compiled import kernel
from jointsky.kernels.gauss import filter_step
from jointsky.measures.gospa import gospa
from jointsky.measures.score import Recording, score
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.tracker import Tracker
from jointsky.vocab.records import Rows

CUTOFF_M = 2000.0
PERFECT = TrackerParams(
    q_m2ps3=(2.0, 2000.0), vertical=0.25, dwell_s=40.0, speed_sigma_mps=250.0, speed_max_mps=1e4, gate=1e3, unknown=1e9,
    confirm=0.0, report=0.0, drop=-1.0, hold_tentative_scans=2.2, lifetime_s=1e12, sigma_max_m=1e9, cell_m=40e3,
)  # fmt: skip
"""Two models of white acceleration, a track from the second plot until 2.2 longest turns after the last."""


@dataclass(frozen=True, eq=False)
class Run:
    """Tracks at the times asked, the CPU seconds of tracker and pictures, and the tracker itself."""

    tracks: Recording
    cpu_s: float
    tracker: Tracker


def tracked(what: Scene, params: TrackerParams | None = None, plots: Rows | None = None) -> Run:
    """Track a scene (or other PLOT rows by arrival in it), and look at every time asked."""
    rows = what.plots if plots is None else plots
    heard = np.isin(np.arange(len(what.sensors)), rows["sensor"])
    tracker, begin, found = Tracker(what.frame, what.sensors, params, heard), 0, []
    ends = np.searchsorted(rows["t_seen_s"], what.asked_s, side="right").tolist()
    start_s = time.process_time()
    for t, end in zip(what.asked_s.tolist(), ends, strict=True):
        tracker.observe(rows[begin:end])
        tracks, states = tracker.states(t)
        begin = end
        found.append((np.full(len(tracks), t), tracks["track_id"].astype(np.int64), states))
    cpu_s = time.process_time() - start_s
    t, number, state = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Run(recording(t, number, state), cpu_s, tracker)


def recording(t_s: NDArray[np.float64], number: NDArray[np.int64], state: NDArray[np.float64]) -> Recording:
    """Rows of a plane as a recording."""
    up = np.tile((0.0, 0.0, 1.0), (len(t_s), 1))
    return Recording(t_s, number, state[:, :3], state[:, 3:], up, np.full(len(t_s), np.nan))


def perfect(what: Scene, held_back_s: float) -> Run:
    """Tracks when every plot's target is known; held back, or with all that had come by each time asked.

    The target goes in as the transponder code, which our tracker never mixes; nothing else of it decides.
    """
    known = what.of(what.target >= 0)
    plots, sensors = known.plots.copy(), known.sensors.copy()
    plots["code"], sensors["clutter_per_scan"] = known.target, 0.0
    params = replace(PERFECT, preview=held_back_s == 0.0, lateness_s=held_back_s or 3.0)
    return tracked(replace(known, sensors=sensors, plots=plots), params)


def worth(what: Scene, run: Run) -> dict[str, float]:
    """The scores of a run."""
    return score(what.truth, run.tracks, CUTOFF_M)


def over_time(what: Scene, run: Run) -> NDArray[np.float64]:
    """GOSPA per target at each time asked."""
    found = []
    for t in what.asked_s.tolist():
        true = what.truth.at(t).place_m
        found.append(gospa(true, run.tracks.at(t).place_m, CUTOFF_M).distance / np.sqrt(len(true)))
    return np.array(found)


def shrunk(what: Scene, until_s: float) -> Scene:
    """The beginning of a scene."""
    asked = what.asked_s[what.asked_s <= until_s]
    return replace(what.of(what.plots["t_seen_s"] <= until_s), asked_s=asked)


@kernel()
def _filter_all(bank: Any, z: Any, noise: Any, xs: Any, ps: Any, rounds: int) -> float:
    total = 0.0
    for _ in range(rounds):
        for i in range(z.shape[0]):
            z[i].t_s += 2.0
            total += filter_step(bank, i, z[i], noise, 40.0, xs, ps)
    return total


def floor_s(rounds: int = 20, rows: int = 2000) -> float:
    """CPU seconds a plot takes when it only has to be filtered (two models mixed, predicted, updated)."""
    bank, z = empty_bank(rows, 2, 1), np.zeros(rows, MEASUREMENT)
    bank.p[:], bank.w[:] = np.diag((1e4,) * 6), 0.5
    z["xx"] = z["yy"] = z["zz"] = 1e4
    noise, xs, ps = np.array([[2.0, 0.25], [2000.0, 0.25]]), np.empty((6, 7)), np.empty((2, 6, 6))
    _filter_all(bank, z, noise, xs, ps, 1)
    return best_of(lambda: _filter_all(bank, z, noise, xs, ps, rounds)) / (rounds * rows)


def best_of(work: Callable[[], object], times: int = 3) -> float:
    """CPU seconds of the quickest of several goes."""
    found = []
    for _ in range(times):
        start_s = time.process_time()
        work()
        found.append(time.process_time() - start_s)
    return min(found)


def batches_s(what: Scene, preview: bool, every_s: float = 0.25, until_s: float = 60.0) -> NDArray[np.float64]:
    """CPU seconds of each batch: what came in `every_s`, and a picture."""
    tracker, begin, found = Tracker(what.frame, what.sensors, TrackerParams(preview=preview)), 0, []
    for t in np.arange(every_s, until_s, every_s).tolist():
        end = int(np.searchsorted(what.plots["t_seen_s"], t, side="right"))
        start_s = time.process_time()
        tracker.observe(what.plots[begin:end])
        tracker.picture(t)
        found.append(time.process_time() - start_s)
        begin = end
    return np.array(found[1:])
