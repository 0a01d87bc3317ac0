"""The tracker beside Stone Soup, perfect association and the bare filters: one table with what must be reached.

    python bench/tracking/bench_table.py [--seed 1] [--xl] [--stone-soup-m] [--json]

Scenes and scorer are the project's own. S and M take a minute or two; XL (20,000 targets) a few more; Stone Soup is
run on S, and on M by flag (it needs many minutes there). GOSPA: c = 2,000 m, p = 2, alpha = 2, RMS over the times, per
target. CPU seconds are of tracker and pictures, the better of two goes.
"""

import argparse
import json
import resource
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray
from runs import batches_s, floor_s, over_time, perfect, shrunk, tracked, worth
from scenes import Scene, scene

from jointsky.tracking.params import TrackerParams

KEPT = """gospa_per_object_m completeness spuriousness ambiguity number_changes_per_object_hour rms_horizontal_m
under_500_m""".split()
BROKEN_S = 120.0


@dataclass(frozen=True, slots=True)
class Must:
    """One line of the table."""

    measure: str
    found: float
    must: float
    least: bool = False

    def met(self) -> bool:
        """Whether it is reached."""
        return self.found >= self.must if self.least else self.found <= self.must

    def line(self) -> str:
        """As a row to read."""
        sign = ">=" if self.least else "<="
        return f"{self.measure:58s} {self.found:10.4g}  {sign} {self.must:<8g} {'met' if self.met() else 'NOT MET'}"


def ours(what: Scene) -> dict[str, float]:
    """Scores of our tracker, and plots for each CPU second."""
    runs = [tracked(what), tracked(what)]
    found = worth(what, runs[0])
    cpu_s = min(run.cpu_s for run in runs)
    return {name: found[name] for name in KEPT} | {"cpu_s": cpu_s, "plots_per_cpu_s": len(what.plots) / cpu_s}


def gospa_of(what: Scene, held_back_s: float) -> float:
    """Perfect association."""
    return worth(what, perfect(what, held_back_s))["gospa_per_object_m"]


def stone_soup(what: Scene) -> dict[str, float]:
    """Stone Soup's nearest neighbour; imported only here, as few have it."""
    from stone_soup import gnn

    run = gnn(what)
    found = worth(what, run)
    return {name: found[name] for name in KEPT} | {"cpu_s": run.cpu_s, "plots_per_cpu_s": len(what.plots) / run.cpu_s}


def bias_left(seed: int) -> tuple[float, float]:
    """Median over radars of the error of the bias after 120 s of M: range (m), azimuth (deg)."""
    what = shrunk(scene("M", seed, biased=True), BROKEN_S)
    found = tracked(what, TrackerParams(register=True)).tracker.biases
    off = (found["range_m"] - what.bias[:, 0], np.degrees(found["az_rad"]) - what.bias[:, 1])
    return float(np.median(np.abs(off[0]))), float(np.median(np.abs(off[1])))


def scans_to_recover(what: Scene, lost: NDArray[np.bool_]) -> float:
    """Longest turns from the loss of radars until GOSPA, over 20 s, is within 5 % of a tracker that never had them."""
    silent = lost[what.plots["sensor"]]
    broken = tracked(what.of(~(silent & (what.plots["t_valid_s"] > BROKEN_S))))
    never = tracked(what.of(~silent))
    after = what.asked_s > BROKEN_S
    ratio = (over_time(what, broken) / over_time(what, never))[after]
    mean = np.convolve(ratio, np.full(5, 0.2), "valid")
    first = what.asked_s[after][: len(mean)][mean <= 1.05]
    return (float(first[0]) - BROKEN_S if len(first) else np.inf) / float(what.sensors["period_s"].max())


def quality(name: str, what: Scene, found: dict[str, dict[str, float]], peer: bool) -> list[Must]:
    """Ours against the peers on one scene."""
    mine = found[name] = ours(what)
    best = {"perfect_3s": gospa_of(what, 3.0), "perfect_0s": gospa_of(what, 0.0)}
    mine |= best
    lines = [
        Must(
            f"{name}: GOSPA / perfect association, 3 s held back", mine["gospa_per_object_m"] / best["perfect_3s"], 1.05
        ),
        Must(
            f"{name}: GOSPA / perfect association, nothing held back",
            mine["gospa_per_object_m"] / best["perfect_0s"],
            1.25,
        ),
    ]
    if peer:
        other = found[f"{name} Stone Soup"] = stone_soup(what)
        lines += [
            Must(f"{name}: GOSPA / Stone Soup", mine["gospa_per_object_m"] / other["gospa_per_object_m"], 0.70),
            Must(f"{name}: speed / Stone Soup", mine["plots_per_cpu_s"] / other["plots_per_cpu_s"], 400.0, least=True),
        ]
    return lines


def middle(seed: int, what: Scene, mine: dict[str, float]) -> list[Must]:
    """What is asked of M alone."""
    range_m, az_deg = bias_left(seed)
    one, half = np.zeros(len(what.sensors), np.bool_), what.sensors["nation"] == 1
    one[0] = True
    return [
        Must("M: speed / bare filters", mine["plots_per_cpu_s"] * floor_s(), 1.0 / 15.0, least=True),
        Must("M: changes of number per target and hour", mine["number_changes_per_object_hour"], 1.0),
        Must("M: horizontal RMS (m)", mine["rms_horizontal_m"], 215.0),
        Must("M biased: error of range bias after 120 s (m)", range_m, 15.0),
        Must("M biased: error of azimuth bias after 120 s (deg)", az_deg, 0.01),
        Must("M: a radar lost, turns until as good as without it", scans_to_recover(what, one), 3.0),
        Must("M: link to B cut, turns until as good as without it", scans_to_recover(what, half), 3.0),
    ]


def large(seed: int, found: dict[str, dict[str, float]]) -> list[Must]:
    """What is asked of 20,000 targets."""
    what = scene("XL", seed)
    lines = quality("XL", what, found, False)
    mine = found["XL"]
    perfect_found = worth(what, perfect(what, 0.0))
    found["XL perfect_0s"] = {name: perfect_found[name] for name in KEPT}
    held, shown = (1e3 * float(np.percentile(batches_s(what, preview), 99)) for preview in (False, True))
    small = found["M"]["plots_per_cpu_s"]
    return [
        *lines,
        Must("XL: completeness", mine["completeness"], 0.95, least=True),
        Must("XL: spuriousness", mine["spuriousness"], 0.02),
        Must("XL: ambiguity", mine["ambiguity"], 1.005),
        Must("XL: CPU seconds of the whole scene", mine["cpu_s"], 15.0),
        Must("XL: p99 of a 0.25 s batch, pictures 3 s ahead (ms)", held, 100.0),
        Must("XL: p99 of a 0.25 s batch, pictures of all plots (ms)", shown, 100.0),
        Must("XL: cost of a plot / that on M", small / mine["plots_per_cpu_s"], float(np.log(20_000) / np.log(500))),
        Must("XL: peak memory of this process (GB)", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 1.0),
    ]


def table(seed: int, xl: bool, peer_on_m: bool) -> tuple[list[Must], dict[str, dict[str, float]]]:
    """All lines, and the scores behind them."""
    found: dict[str, dict[str, float]] = {}
    m = scene("M", seed)
    tracked(shrunk(m, 20.0))  # compiles
    peer = find_spec("stonesoup") is not None
    lines = quality("S", scene("S", seed), found, peer)
    lines += quality("M", m, found, peer and peer_on_m)
    lines += middle(seed, m, found["M"])
    if xl:
        lines += large(seed, found)
    return lines, found


def main() -> None:
    """Run and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--xl", action="store_true")
    words.add_argument("--stone-soup-m", action="store_true")
    words.add_argument("--json", action="store_true", help="nothing to read, only JSON")
    given = words.parse_args()
    lines, found = table(given.seed, given.xl, given.stone_soup_m)
    if not given.json:
        print("\n".join(line.line() for line in lines))
    musts = [{"measure": one.measure, "found": one.found, "must": one.must, "met": one.met()} for one in lines]
    print(json.dumps({"musts": musts, "scores": found}, indent=1))


if __name__ == "__main__":
    main()
