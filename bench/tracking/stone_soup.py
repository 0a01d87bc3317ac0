"""Stone Soup's global nearest neighbour on a scene: its filter, hypothesiser and two-dimensional assignment.

A KD-tree in front splits each quarter second of one radar into independent groups, so that Stone Soup only looks at
tracks that have a plot nearby: much faster than its own loop, with the same choice. Plots are held back 3 s and taken
in order of detection. Confirmed by the fourth plot; kept for 2.2 longest turns, unproved ones for 1.3.
"""

import datetime
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from runs import Run, recording
from scenes import Scene
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from stonesoup.dataassociator.neighbour import GNNWith2DAssignment
from stonesoup.hypothesiser.distance import DistanceHypothesiser
from stonesoup.measures import Mahalanobis
from stonesoup.models.measurement.linear import LinearGaussian
from stonesoup.models.transition.linear import CombinedLinearGaussianTransitionModel, ConstantVelocity
from stonesoup.predictor.kalman import KalmanPredictor
from stonesoup.types.detection import Detection
from stonesoup.types.state import GaussianState
from stonesoup.types.track import Track
from stonesoup.updater.kalman import KalmanUpdater

from jointsky.kernels.bank import MEASUREMENT
from jointsky.kernels.door import enter
from jointsky.tracking.frames import sites_of, turns_of
from jointsky.tracking.sharing import covariances
from jointsky.vocab.records import Rows

Floats = NDArray[np.float64]
ZERO = datetime.datetime(2024, 1, 1)
PLACE, VELOCITY = [0, 2, 4], [1, 3, 5]
HELD_BACK_S, BUCKET_S, GATE, PROVED = 3.0, 0.25, 4.0, 4
FASTEST_MPS = 600.0


def cartesian(what: Scene) -> Rows:
    """The scene's plots as MEASUREMENT rows, by our own door."""
    places = what.frame.places(what.sensors)
    rows, turns = np.zeros(len(what.plots), MEASUREMENT), turns_of(what.frame, places)
    enter(
        what.plots, what.sensors, True, np.zeros(3), np.eye(3), places, turns,
        sites_of(what.frame, what.sensors, places, 48), 6000.0, 12000.0, 0, rows, np.zeros(3, np.int64),
    )  # fmt: skip
    return rows


@dataclass(slots=True)
class Held:
    """A Stone Soup track with what the wrapper needs of it."""

    number: int
    track: Any
    t_s: float
    hits: int = 1

    def reach_m(self, now_s: float, q: float) -> float:
        """How far from its prediction its plot may lie, without the plot's own error."""
        p, dt = np.asarray(self.track.state.covar, float), now_s - self.t_s
        reach = GATE * float(np.sqrt(max(p[0, 0], p[2, 2]) + max(p[1, 1], p[3, 3]) * dt * dt + q * abs(dt) ** 3 / 3.0))
        return (
            reach if self.hits > 1 else min(reach, FASTEST_MPS * abs(dt) + GATE * float(np.sqrt(max(p[0, 0], p[2, 2]))))
        )

    def ahead(self, now_s: float) -> Floats:
        """Place and velocity carried straight on."""
        state = np.asarray(self.track.state.state_vector, float).ravel()
        return np.concatenate((state[PLACE] + (now_s - self.t_s) * state[VELOCITY], state[VELOCITY]))


class Peer:
    """The tracks, and one step of them."""

    def __init__(self, q: float, longest_s: float) -> None:
        self.q, self.longest_s, self.held, self.count = q, longest_s, list[Held](), 0
        motion = CombinedLinearGaussianTransitionModel(
            [ConstantVelocity(q), ConstantVelocity(q), ConstantVelocity(q / 4)]
        )
        predictor, self.updater = KalmanPredictor(motion), KalmanUpdater(None)
        self.choose = GNNWith2DAssignment(
            DistanceHypothesiser(predictor, self.updater, Mahalanobis(), missed_distance=GATE)
        )

    def step(self, z: Floats, r: Floats, now_s: float) -> None:
        """Take one radar's plots of a quarter second: proved tracks first, then the others, then new ones."""
        stamp = ZERO + datetime.timedelta(seconds=now_s)
        plots = [
            Detection(x[:, None], timestamp=stamp, measurement_model=LinearGaussian(6, PLACE, s))
            for x, s in zip(z, r, strict=True)
        ]
        free = np.arange(len(plots))
        for proved in (True, False):
            some = [one for one in self.held if (one.hits >= PROVED) == proved]
            free = free[~self._matched(some, [plots[k] for k in free], z[free], r[free], now_s, stamp)]
        for k in free.tolist():
            p, x = np.zeros((6, 6)), np.zeros((6, 1))
            p[np.ix_(PLACE, PLACE)], p[1, 1], p[3, 3], p[5, 5], x[PLACE, 0] = r[k], 250.0**2, 250.0**2, 400.0, z[k]
            self.count += 1
            self.held.append(Held(self.count, Track([GaussianState(x, p, timestamp=stamp)]), now_s))

    def _matched(
        self, some: list[Held], plots: list[Any], z: Floats, r: Floats, now_s: float, stamp: Any
    ) -> NDArray[np.bool_]:
        taken = np.zeros(len(plots), np.bool_)
        if not some or not plots:
            return taken
        wide = GATE * np.sqrt(np.linalg.eigvalsh(r[:, :2, :2])[:, 1].max())
        ahead = np.array([one.ahead(now_s)[:2] for one in some])
        near = cKDTree(z[:, :2]).query_ball_point(ahead, [one.reach_m(now_s, self.q) + wide for one in some])
        pairs = [(i, j) for i, found in enumerate(near) for j in found]
        if not pairs:
            return taken
        i, j = np.array(pairs).T
        n = len(some) + len(plots)
        part = connected_components(coo_array((np.ones(len(i)), (i, j + len(some))), (n, n)), directed=False)[1]
        for group in np.unique(part[i]).tolist():
            tracks, mine = np.unique(i[part[i] == group]), np.unique(j[part[i] == group])
            chosen = self.choose.associate({some[k].track for k in tracks}, {plots[k] for k in mine}, stamp)
            for k in tracks.tolist():
                guess = chosen[some[k].track]
                if guess:
                    some[k].track.states = [self.updater.update(guess)]
                    some[k].hits, some[k].t_s = some[k].hits + 1, now_s
                    taken[[n for n in mine.tolist() if plots[n] is guess.measurement]] = True
        return taken

    def forget(self, now_s: float) -> None:
        """End tracks without news."""
        self.held = [
            one for one in self.held if now_s - one.t_s < (2.2 if one.hits >= PROVED else 1.3) * self.longest_s
        ]


def gnn(what: Scene, q: float = 400.0) -> Run:
    """Track a scene with it; white acceleration `q` (m2/s3), its best setting on such scenes."""
    z = cartesian(what)
    z = z[z["seen_s"] - z["t_s"] <= HELD_BACK_S]
    bucket = np.floor(z["t_s"] / BUCKET_S).astype(np.int64)
    order = np.lexsort((z["t_s"], z["sensor"], bucket))
    z, bucket = z[order], bucket[order]
    place, spread = np.stack([z[name] for name in ("x_m", "y_m", "z_m")], axis=1), covariances(z)
    cuts = np.flatnonzero((np.diff(bucket) != 0) | (np.diff(z["sensor"]) != 0)) + 1
    peer, asked, found = Peer(q, float(what.sensors["period_s"].max())), list(what.asked_s), list[tuple[Any, ...]]()

    def look(t: float) -> None:
        proved = [one for one in peer.held if one.hits >= PROVED]
        found.extend((t, one.number, *one.ahead(t)) for one in proved)

    start_s = time.process_time()
    for part in np.split(np.arange(len(z)), cuts):
        while asked and asked[0] - HELD_BACK_S < bucket[part[0]] * BUCKET_S:
            look(asked.pop(0))
        now_s = (float(bucket[part[0]]) + 0.5) * BUCKET_S
        peer.forget(now_s)
        peer.step(place[part], spread[part], now_s)
    cpu_s = time.process_time() - start_s
    for t in asked:
        look(t)
    rows = np.array(found).reshape(-1, 8)
    return Run(recording(rows[:, 0], rows[:, 1].astype(np.int64), rows[:, 2:]), cpu_s, Any)
