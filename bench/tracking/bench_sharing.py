"""What two nations gain by sharing plots, and how much of it by sharing tracks alone; with biased radars and without.

    python bench/tracking/bench_sharing.py [--seeds 1,2,3,4,5] [--size M]

One JSON object. GOSPA per target (c = 2,000 m) of A alone, B alone, A with B's tracklets (told every 2 s) and of both
nations' plots in one tracker, as means over the seeds with 95 % intervals; what is kept of the gain; NEES / 2 over
ground (1 is right); reports of tracks for each plot of B. `registered` estimates the biases of the radars each tracker
hears on the way.
"""

import argparse
import json
import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from runs import CUTOFF_M
from scenes import Scene, scene
from scipy.stats import t as student

from jointsky.measures.consistency import nees
from jointsky.measures.gospa import gospa
from jointsky.measures.matching import best_match
from jointsky.tracking.frames import FlatFrame
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.sharing import Teller, Told
from jointsky.tracking.tracker import Tracker

EVERY_S = 2.0
A, B = 0, 1


@dataclass(slots=True)
class Station:
    """A nation's tracker that is fed a scene's plots as they come."""

    tracker: Tracker
    what: Scene
    begin: int = 0

    def until(self, t_s: float) -> None:
        """Take what has come by now."""
        end = int(np.searchsorted(self.what.plots["t_seen_s"], t_s, side="right"))
        self.tracker.observe(self.what.plots[self.begin : end])
        self.begin = end


def with_partner(what: Scene) -> Scene:
    """The scene with one more sensor, which stands for what a partner tells."""
    extra = what.sensors[:1].copy()
    extra["period_s"], extra["pd"], extra["clutter_per_scan"], extra["latency_s"] = EVERY_S / 2.0, 0.5, 3.0, 0.0
    extra["max_range_m"], extra["nation"] = 1e6, 9
    frame = FlatFrame(np.concatenate((what.frame.sites_m, what.frame.sites_m.mean(axis=0, keepdims=True))))
    return replace(what, frame=frame, sensors=np.concatenate((what.sensors, extra)))


def station(what: Scene, nations: tuple[int, ...], registered: bool) -> Station:
    """A tracker that hears some nations' radars (9: a partner's tracks)."""
    rules = TrackerParams(register=registered, lateness_s=2.0 + EVERY_S)
    return Station(
        Tracker(what.frame, what.sensors, rules, np.isin(what.sensors["nation"], nations)), what.nation(*nations)
    )


def pictures(what: Scene, nations: tuple[int, ...], registered: bool) -> list[Told]:
    """What some nations' plots tell at the times asked."""
    one, found = station(what, nations, registered), []
    for t in what.asked_s.tolist():
        one.until(t)
        found.append(one.tracker.estimates(t))
    return found


def shared(what: Scene, registered: bool) -> tuple[list[Told], float]:
    """A's pictures with B's tracklets, and how many tracklets there were for each plot of B."""
    mine, theirs, teller = station(what, (A, 9), registered), station(what, (B,), registered), Teller()
    found, reports, last = list[Told](), 0, what.asked_s[-1]
    for t in np.arange(EVERY_S, last + 0.5, EVERY_S).tolist():
        mine.until(t)
        theirs.until(t)
        news = teller.tell(*theirs.tracker.owned(t), theirs.tracker.estimates(t), t, len(what.sensors) - 1)
        mine.tracker.hear(news)
        reports += len(news)
        if t in what.asked_s:
            found.append(mine.tracker.estimates(t))
    return found, reports / max(theirs.begin, 1)


def worth(what: Scene, told: list[Told]) -> tuple[float, float]:
    """(GOSPA per target, mean NEES / 2 over ground)."""
    squares, normal = list[float](), list[NDArray[np.float64]]()
    for t, one in zip(what.asked_s.tolist(), told, strict=True):
        now, true = one.states.rows(one.confirmed), what.truth.at(t).place_m
        match = best_match(true, now.x[:, :3], CUTOFF_M)
        squares.append(gospa(true, now.x[:, :3], CUTOFF_M, match=match).distance ** 2)
        normal.append(nees(now.x[match.second, :2] - true[match.first, :2], now.p[match.second][:, :2, :2]) / 2.0)
    targets = len(what.truth.t_s) / len(what.asked_s)
    return math.sqrt(float(np.mean(squares)) / targets), float(np.concatenate(normal).mean())


def one_seed(size: str, seed: int, biased: bool, registered: bool) -> dict[str, float]:
    """All arms on one scene."""
    what = with_partner(scene(size, seed, biased))
    arms = {"A": pictures(what, (A,), registered), "B": pictures(what, (B,), registered)}
    arms["tracks"], load = shared(what, registered)
    arms["plots"] = pictures(what, (A, B), registered)
    found = {name: worth(what, told) for name, told in arms.items()}
    line = {name: value for name, (value, _) in found.items()}
    line |= {f"nees_{name}": value for name, (_, value) in found.items()}
    gain = line["A"] - line["plots"]
    return line | {"kept": (line["A"] - line["tracks"]) / gain, "reports_per_plot": load}


def interval(values: list[float]) -> dict[str, float]:
    """Mean and half the 95 % interval (Student)."""
    x = np.array(values)
    half = float(student.ppf(0.975, len(x) - 1) * x.std(ddof=1) / math.sqrt(len(x))) if len(x) > 1 else math.nan
    return {"mean": round(float(x.mean()), 3), "half": round(half, 3)}


def table(size: str, seeds: list[int]) -> dict[str, object]:
    """Every arm without bias, with it, and with it registered; whether A is ever worse than alone."""
    found: dict[str, object] = {}
    for name, biased, registered in (("exact", False, False), ("biased", True, False), ("registered", True, True)):
        lines = [one_seed(size, seed, biased, registered) for seed in seeds]
        words: dict[str, object] = {key: interval([line[key] for line in lines]) for key in lines[0]}
        words["never_worse_than_alone"] = all(line["tracks"] <= line["A"] for line in lines)
        words["plots_never_worse"] = all(line["plots"] <= min(line["A"], line["B"]) for line in lines)
        found[name] = words
    return found


def main() -> None:
    """Run and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--seeds", default="1,2,3,4,5")
    words.add_argument("--size", default="M")
    given = words.parse_args()
    print(json.dumps(table(given.size, [int(seed) for seed in given.seeds.split(",")]), indent=1))


if __name__ == "__main__":
    main()
