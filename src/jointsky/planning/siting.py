"""Maximal covering: where things must stand so that the most weight lies within their reach (Church and ReVelle, 1974).

Covered twice or thrice counts on, for less: a place behind one radar is lost with that radar.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, eye_array, hstack, kron

Float = NDArray[np.float64]
Whole = NDArray[np.int64]
Bool = NDArray[np.bool_]

LAYERS = (1.0, 0.5, 0.25)
"""What being covered once, again and a third time is worth."""
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Covering:
    """s sites, d places, g groups of equal things: `reach` (g, s, d) whether one of the group at the site covers the
    place; `count` (g,) things, each taking `size` (g,) of the sites' `room` (s,); `weight` (d,) of the places; `fixed`
    (d,) how often things that stay cover them.
    """

    reach: Bool
    count: Whole
    size: Float
    room: Float
    weight: Float
    fixed: Whole

    def worth(self, at: Whole) -> float:
        """What a laydown `at` (g, s), how many of each group at each site, covers."""
        times = self.fixed + np.einsum("gs,gsd->d", at, self.reach.astype(np.int64))
        layers = sum(value * (times > layer) for layer, value in enumerate(LAYERS))
        return float((self.weight * layers).sum())

    @property
    def most(self) -> float:
        """What covering everything in every layer would be worth."""
        return float(self.weight.sum()) * sum(LAYERS)


@dataclass(frozen=True, slots=True)
class Sited:
    """A laydown `at` (g, s), its `worth`, the `bound` that no laydown exceeds, and a `note` where the solver failed."""

    at: Whole
    worth: float
    bound: float
    note: str = ""


def sited(problem: Covering, present: Whole, seconds: float = SECONDS) -> Sited:
    """The laydown that covers most, by HiGHS; at least as good as `present` (g, s) and as the greedy one. Where HiGHS
    fails or runs out of time the best of these stands and the note says so.
    """
    start = max((present, greedy(problem)), key=problem.worth)
    groups, sites, places = problem.reach.shape
    layers = len(LAYERS)
    gained = np.concatenate([value * problem.weight for value in LAYERS])
    cost = np.concatenate([np.zeros(groups * sites), -gained])
    covers = csc_array(problem.reach.reshape(groups * sites, places).T.astype(np.float64))
    done = milp(
        cost,
        integrality=np.repeat(np.array([1, 0], np.int64), [groups * sites, layers * places]),
        bounds=Bounds(0.0, np.concatenate([np.repeat(problem.count, sites), np.ones(layers * places)])),
        constraints=[
            LinearConstraint(hstack([-covers, *[eye_array(places)] * layers]), -np.inf, problem.fixed),
            LinearConstraint(_padded(kron(eye_array(groups), np.ones((1, sites))), layers * places), problem.count,
                             problem.count),
            LinearConstraint(_padded(kron(problem.size[None, :], eye_array(sites)), layers * places), -np.inf,
                             problem.room),
        ],
        options={"time_limit": seconds, "mip_rel_gap": 1e-3},
    )  # fmt: skip
    bound = problem.most if done.mip_dual_bound is None else min(-float(done.mip_dual_bound), problem.most)
    if done.x is None:
        return Sited(start, problem.worth(start), bound, f"the solver gave no laydown ({done.message}): greedy stands")
    found = np.rint(done.x[: groups * sites]).astype(np.int64).reshape(groups, sites)
    best = max((start, found), key=problem.worth)
    worth = problem.worth(best)
    late = "" if done.status == 0 else f"the solver stopped early ({done.message})"
    return Sited(best, worth, max(bound, worth), late)


def greedy(problem: Covering) -> Whole:
    """Put one thing after the other where it adds most."""
    at = np.zeros(problem.reach.shape[:2], np.int64)
    room, times = problem.room.copy(), problem.fixed.copy()
    next_layer = np.array([*LAYERS, 0.0])
    for g in np.repeat(np.arange(len(problem.count)), problem.count).tolist():
        adds = problem.reach[g] @ (problem.weight * next_layer[np.minimum(times, len(LAYERS))])
        adds[room < problem.size[g]] = -1.0
        s = int(adds.argmax())
        at[g, s] += 1
        room[s] -= problem.size[g]
        times = times + problem.reach[g, s]
    return at


def _padded(left: Any, more: int) -> csc_array:
    """A matrix with empty columns for the places' shares."""
    return csc_array(hstack([left, csc_array((left.shape[0], more))]))
