"""What a partner's tracks add to own ones when tracks are shared and plots are not.

Two estimates of one target that may have data in common must never be averaged as if they had none. Where the sender
tells its estimate and the prediction from what it told before, the difference is an equivalent measurement (tracklet)
that holds only what is new (Drummond, "Tracklets and a hybrid fusion with process noise", SPIE 3163, 1997). Where the
history is not known, covariance intersection is right for any correlation (Julier and Uhlmann, "A non-divergent
estimation algorithm in the presence of unknown correlations", ACC 1997).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.associate import choose_pairs
from jointsky.kernels.bank import MEASUREMENT
from jointsky.vocab.codes import Iff
from jointsky.vocab.records import Rows

REACH_M = 20_000.0
"""Estimates further apart than this are never of one target."""
Floats = NDArray[np.float64]


COVARIANCE = (("xx", 0, 0), ("xy", 0, 1), ("xz", 0, 2), ("yy", 1, 1), ("yz", 1, 2), ("zz", 2, 2))
"""Where the parts of a measurement's covariance stand."""


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


def inverse(p: Floats) -> Floats:
    """Inverses of matrices (n, d, d)."""
    return np.asarray(np.linalg.inv(p), dtype=np.float64)


def tracklets(now: Estimates, before: Estimates) -> tuple[Estimates, NDArray[np.bool_]]:
    """Equivalent measurements of the whole state: what the sender has learned since `before`, which is what it told
    last, predicted to the time of `now`. Also whether there is anything new, target by target (n); where there is not,
    the row says nothing.

    The information is the difference of inverses; directions in which it is not positive (rounding, process noise
    that differs) are left out.
    """
    more = inverse(now.p) - inverse(before.p)
    values, axes = np.linalg.eigh((more + np.swapaxes(more, 1, 2)) / 2.0)
    least = 1e-9 * np.abs(inverse(now.p)).max(axis=(1, 2))[:, None]
    kept = np.where(values > least, values, 0.0)
    news = np.einsum("nij,nj,nkj->nik", axes, kept, axes)
    told = inverse(now.p) @ now.x[..., None] - inverse(before.p) @ before.x[..., None]
    back = np.einsum("nij,nj,nkj->nik", axes, np.where(kept > 0.0, 1.0 / np.maximum(kept, least), 0.0), axes)
    return Estimates((back @ told)[..., 0], news), np.asarray((kept > 0.0).any(axis=1))


@dataclass(slots=True)
class Teller:
    """What one post tells a partner of its tracks: for each confirmed track, what was plotted since it was last told,
    as one equivalent measurement, so that no plot is ever told twice. Of a new track its first plots are told one by
    one: two places tell a velocity.

    Such a tracklet holds neither the prior nor the process noise of the track, so it may be taken in by any filter
    like a plot of its own (Drummond, 1997, tracklets by least squares over the measurements). `memory_s` is longer
    than a plot stays young or a track tentative.
    """

    memory_s: float = 15.0
    _waiting: Rows = field(default_factory=lambda: np.zeros(0, MEASUREMENT))
    _owner: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    _told: dict[int, float] = field(default_factory=dict[int, float])
    _known: set[int] = field(default_factory=set[int])

    def tell(self, plots: Rows, owner: NDArray[np.int64], told: Told, t_s: float, sensor: int) -> Rows:
        """MEASUREMENT rows from `Tracker.owned` and `Tracker.estimates` at `t_s`; they say that they are of `sensor`,
        and came at `t_s`."""
        self._told = {n: t for n, t in self._told.items() if t > t_s - self.memory_s}
        rows, whose = np.concatenate((self._waiting, plots)), np.concatenate((self._owner, owner))
        _, newest = np.unique(rows["sequence"][::-1], return_index=True)
        fresh = len(rows) - 1 - newest
        untold = np.array([n not in self._told for n in rows["sequence"][fresh].tolist()], np.bool_)
        fresh = fresh[untold & (rows["t_s"][fresh] > t_s - self.memory_s)]
        rows, whose = rows[fresh], np.abs(whose[fresh])
        sure = np.isin(whose, told.number)
        self._waiting, self._owner = rows[~sure], whose[~sure]
        rows, whose = rows[sure], whose[sure]
        self._told |= dict(zip(rows["sequence"].tolist(), rows["t_s"].tolist(), strict=True))
        first = np.array([number not in self._known for number in whose.tolist()], np.bool_)
        self._known = set(told.number.tolist())
        return equivalent(rows, whose, np.where(first, rows["sequence"], -1), told, t_s, sensor)


def equivalent(
    plots: Rows, owner: NDArray[np.int64], apart: NDArray[np.int64], told: Told, t_s: float, sensor: int
) -> Rows:
    """One MEASUREMENT row for each owner of plots (and each number in `apart`): their least-squares place at their mean
    time, each plot moved there with the track's velocity, and its covariance."""
    pairs, group = np.unique(np.stack((owner, apart), axis=1), axis=0, return_inverse=True)
    numbers = pairs[:, 0]
    count = np.bincount(group, minlength=len(numbers))
    mean_s = np.bincount(group, plots["t_s"], len(numbers)) / np.maximum(count, 1)
    row_of = np.argsort(told.number, kind="stable")
    velocity = told.states.x[row_of[np.searchsorted(told.number[row_of], numbers)], 3:]
    place = np.stack([plots[name] for name in ("x_m", "y_m", "z_m")], axis=1)
    place = place - velocity[group] * (plots["t_s"] - mean_s[group])[:, None]
    information, vector = np.zeros((len(numbers), 3, 3)), np.zeros((len(numbers), 3))
    weight = inverse(covariances(plots))
    np.add.at(information, group, weight)
    np.add.at(vector, group, (weight @ place[..., None])[..., 0])
    spread = inverse(information)
    rows = np.zeros(len(numbers), MEASUREMENT)
    rows["x_m"], rows["y_m"], rows["z_m"] = (spread @ vector[..., None])[..., 0].T
    for name, a, b in COVARIANCE:
        rows[name] = spread[:, a, b]
    rows["extent_m"] = plots["extent_m"].max(initial=0.0)
    rows["t_s"], rows["seen_s"], rows["sensor"] = mean_s, t_s, sensor
    rows["code"], rows["clause"], rows["iff"] = -1, -1, Iff.NOT_ASKED
    return rows


def covariances(plots: Rows) -> Floats:
    """The covariances (n, 3, 3) of MEASUREMENT rows."""
    r = np.zeros((len(plots), 3, 3))
    for name, a, b in COVARIANCE:
        r[:, a, b] = r[:, b, a] = plots[name]
    return r


def add_tracklets(own: Estimates, news: Estimates) -> Estimates:
    """Own estimates with the partner's tracklets taken in; `news.p` are information matrices, as `tracklets` gives
    them, and the own estimates share nothing with them."""
    information = inverse(own.p) + news.p
    p = inverse(information)
    x = p @ (inverse(own.p) @ own.x[..., None] + news.p @ news.x[..., None])
    return Estimates(x[..., 0], p)


def averaged(one: Estimates, other: Estimates) -> Estimates:
    """Estimates made from plots that no two of them share, as if their errors were independent; the process noise they
    have in common makes this somewhat too sure (Bar-Shalom and Campo, 1986)."""
    return add_tracklets(one, Estimates(other.x, inverse(other.p)))


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
    a, b = inverse(one.p), inverse(other.p)
    low, high = np.zeros(len(a)), np.ones(len(a))
    for _ in range(steps):
        w = 0.5 * (low + high)
        mixed = w[:, None, None] * a + (1.0 - w)[:, None, None] * b
        slope = np.trace(np.linalg.solve(mixed, a - b), axis1=1, axis2=2)  # of the log-determinant of the information
        low, high = np.where(slope >= 0.0, w, low), np.where(slope <= 0.0, w, high)
    w = 0.5 * (low + high)[:, None, None]
    p = inverse(w * a + (1.0 - w) * b)
    x = p @ (w * (a @ one.x[..., None]) + (1.0 - w) * (b @ other.x[..., None]))
    return Estimates(x[..., 0], p)
