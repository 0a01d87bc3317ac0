"""What a partner's tracks add to own ones when tracks are shared and plots are not.

Two estimates of one target that may have data in common must never be averaged as if they had none. Where the sender
tells its estimate and the prediction from what it told before, the difference is an equivalent measurement (tracklet)
that holds only what is new (Drummond, "Tracklets and a hybrid fusion with process noise", SPIE 3163, 1997). Where the
history is not known, covariance intersection is right for any correlation (Julier and Uhlmann, "A non-divergent
estimation algorithm in the presence of unknown correlations", ACC 1997).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.associate import choose_pairs

REACH_M = 20_000.0
"""Estimates further apart than this are never of one target."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Estimates:
    """States (n, d) and covariances (n, d, d) of n targets."""

    x: Floats
    p: Floats

    def rows(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> "Estimates":
        """Some of them."""
        return Estimates(self.x[keep], self.p[keep])


@dataclass(frozen=True, slots=True)
class SharingRule:
    """When a target is shown: known to both, from a common existence of `both`; to one alone, confirmed, with an
    existence of at least `alone` and a plot within the last `fresh_s`."""

    both: float = 0.9
    alone: float = 0.95
    fresh_s: float = 8.0


@dataclass(frozen=True, eq=False)
class Told:
    """What one tracker tells of its n tracks: numbers, states, existence, age of the last plot (s), and whether it
    takes them for confirmed itself."""

    number: NDArray[np.int64]
    states: Estimates
    existence: Floats
    age_s: Floats
    confirmed: NDArray[np.bool_]

    def alone(self, rule: SharingRule) -> NDArray[np.bool_]:
        """Which tracks may be shown that the other has not."""
        return self.confirmed & (self.existence >= rule.alone) & (self.age_s <= rule.fresh_s)


def tracklets(now: Estimates, before: Estimates) -> tuple[Estimates, NDArray[np.bool_]]:
    """Equivalent measurements of the whole state: what the sender has learned since `before`, which is what it told
    last, predicted to the time of `now`. Also whether there is anything new, target by target (n); where there is not,
    the row says nothing.

    The information is the difference of inverses; directions in which it is not positive (rounding, process noise
    that differs) are left out.
    """
    more = np.linalg.inv(now.p) - np.linalg.inv(before.p)
    values, axes = np.linalg.eigh((more + np.swapaxes(more, 1, 2)) / 2.0)
    least = 1e-9 * np.abs(np.linalg.inv(now.p)).max(axis=(1, 2))[:, None]
    kept = np.where(values > least, values, 0.0)
    news = np.einsum("nij,nj,nkj->nik", axes, kept, axes)
    told = np.linalg.inv(now.p) @ now.x[..., None] - np.linalg.inv(before.p) @ before.x[..., None]
    inverse = np.einsum("nij,nj,nkj->nik", axes, np.where(kept > 0.0, 1.0 / np.maximum(kept, least), 0.0), axes)
    return Estimates((inverse @ told)[..., 0], news), (kept > 0.0).any(axis=1)


def add_tracklets(own: Estimates, news: Estimates) -> Estimates:
    """Own estimates with the partner's tracklets taken in; `news.p` are information matrices, as `tracklets` gives
    them, and the own estimates share nothing with them."""
    information = np.linalg.inv(own.p) + news.p
    p = np.linalg.inv(information)
    x = p @ (np.linalg.inv(own.p) @ own.x[..., None] + news.p @ news.x[..., None])
    return Estimates(x[..., 0], p)


def averaged(one: Estimates, other: Estimates) -> Estimates:
    """Estimates made from plots that no two of them share, as if their errors were independent; the process noise they
    have in common makes this somewhat too sure (Bar-Shalom and Campo, 1986)."""
    return add_tracklets(one, Estimates(other.x, np.linalg.inv(other.p)))


def same_targets(own: Estimates, other: Estimates, gate: float = 25.0) -> NDArray[np.int64]:
    """For each of the partner's estimates the row of the own one of the same target, or -1: the best assignment of
    pairs whose places (the first three of the state) differ by less than `gate` (squared Mahalanobis distance)."""
    found = np.full(len(other.x), -1, np.int64)
    if len(own.x) == 0 or len(other.x) == 0:
        return found
    gap = own.x[:, None, :3] - other.x[None, :, :3]
    i, j = np.nonzero((np.abs(gap) < REACH_M).all(axis=2))
    spread = own.p[i, :3, :3] + other.p[j, :3, :3]
    square = (gap[i, j] * np.linalg.solve(spread, gap[i, j][..., None])[..., 0]).sum(axis=1)
    near = square < gate
    local, tracks = np.unique(i[near], return_inverse=True)
    choose_pairs(int(near.sum()), tracks, j[near], gate - square[near], len(other.x), found)
    return np.where(found >= 0, local[found] if len(local) else -1, -1)


def combine(own: Told, other: Told, apart: bool, rule: SharingRule | None = None) -> Estimates:
    """One picture of what two trackers know: targets both have, better than either, then those only one has.

    `apart` says that the provenance of both is known and no plot is in both: then errors count as independent, and so
    do the existences (Bayes); else covariance intersection is used and the likelier existence stands. What only one of
    them has must be sure and fresh, as the other may have seen that there is nothing.
    """
    asked = rule or SharingRule()
    mine = same_targets(own.states, other.states)
    theirs = np.flatnonzero(mine >= 0)
    pair = own.states.rows(mine[theirs]), other.states.rows(theirs)
    better = averaged(*pair) if apart else intersect(*pair)
    a, b = own.existence[mine[theirs]], other.existence[theirs]
    either = own.confirmed[mine[theirs]] | other.confirmed[theirs]
    shown = either | (apart & (a * b / (a * b + (1.0 - a) * (1.0 - b)) >= asked.both))
    met = np.zeros(len(own.existence), np.bool_)
    met[mine[theirs]] = True
    alone = (own.alone(asked) & ~met, other.alone(asked) & (mine < 0))
    parts = (better.rows(shown), own.states.rows(alone[0]), other.states.rows(alone[1]))
    return Estimates(np.concatenate([part.x for part in parts]), np.concatenate([part.p for part in parts]))


def intersect(one: Estimates, other: Estimates, steps: int = 12) -> Estimates:
    """Covariance intersection, with the weight of the smallest determinant found by halving an interval `steps` times.

    The result is never surer than it may be: for any correlation of the two errors its covariance is no smaller than
    the true one, if theirs are.
    """
    a, b = np.linalg.inv(one.p), np.linalg.inv(other.p)
    low, high = np.zeros(len(a)), np.ones(len(a))
    for _ in range(steps):
        w = 0.5 * (low + high)
        mixed = w[:, None, None] * a + (1.0 - w)[:, None, None] * b
        slope = np.trace(np.linalg.solve(mixed, a - b), axis1=1, axis2=2)  # of the log-determinant of the information
        low, high = np.where(slope >= 0.0, w, low), np.where(slope <= 0.0, w, high)
    w = 0.5 * (low + high)[:, None, None]
    p = np.linalg.inv(w * a + (1.0 - w) * b)
    x = p @ (w * (a @ one.x[..., None]) + (1.0 - w) * (b @ other.x[..., None]))
    return Estimates(x[..., 0], p)
