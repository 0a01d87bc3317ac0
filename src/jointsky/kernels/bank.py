"""The arrays a tracker lives in: one row per track, sensor rows, measurements; what they hold and how they are
copied."""

from typing import Any, NamedTuple

import numpy as np

from jointsky.kernels.compiled import kernel

FREE, TENTATIVE, CONFIRMED = 0, 1, 2

MEASUREMENT = np.dtype(
    [
        ("t_s", "f8"),
        ("seen_s", "f8"),
        ("x_m", "f8"),
        ("y_m", "f8"),
        ("z_m", "f8"),
        ("xx", "f8"),
        ("xy", "f8"),
        ("xz", "f8"),
        ("yy", "f8"),
        ("yz", "f8"),
        ("zz", "f8"),
        ("extent_m", "f8"),
        ("sequence", "i8"),
        ("sensor", "i4"),
        ("code", "i2"),
        ("clause", "i2"),
        ("iff", "u1"),
        ("flat", "u1"),
    ],
    align=True,
)
"""One plot in the tracker's frame: position, its covariance (`xx` .. `zz`, m2), the vertical extent over which false
plots
spread (`extent_m`), and its number in order of arrival. `flat` is 1 where no height was measured."""

LIFE = np.dtype(
    [
        ("t_s", "f8"),
        ("existence", "f8"),
        ("first_s", "f8"),
        ("update_s", "f8"),
        ("aged_s", "f8"),
        ("own_s", "f8"),
        ("released_s", "f8"),
        ("due_s", "f8"),
        ("grid_x_m", "f8"),
        ("grid_y_m", "f8"),
        ("grid_vx_mps", "f8"),
        ("grid_vy_mps", "f8"),
        ("sigma_m", "f8"),
        ("sigma_mps", "f8"),
        ("reach_m", "f8"),
        ("t_ahead_s", "f8"),
        ("number", "i8"),
        ("cell", "i8"),
        ("next", "i8"),
        ("hits", "i4"),
        ("state", "i4"),
        ("code", "i2"),
        ("clause", "i2"),
        ("iff", "u1"),
    ],
    align=True,
)
"""The life of a track: time of its state, probability of existence, times of its first and last plots, time up to which
that targets end is in its existence (`aged_s`), when the next look at missing plots is due, where it stands in the
gating grid, its number, state (FREE, TENTATIVE, CONFIRMED) and identity data."""

WATCH = np.dtype([("t_ref_s", "f8"), ("hit_s", "f8"), ("hits", "f8"), ("misses", "f8")], align=True)
"""How one sensor sees one track: beam time up to which looks are accounted for, last hit, and fading counts of both
outcomes."""

SITE = np.dtype(
    [
        ("x_m", "f8"),
        ("y_m", "f8"),
        ("z_m", "f8"),
        ("period_s", "f8"),
        ("max_range_m", "f8"),
        ("pd", "f8"),
        ("density", "f8"),
        ("latency_s", "f8"),
        ("last_s", "f8"),
        ("cell_m", "f8"),
        ("known_s", "f8"),
        ("horizon", "u1"),
    ],
    align=True,
)
"""A sensor as the kernels see it: place in the frame, scan, detection probability, nominal false plots per m2 and scan
(`density`), time of its last plot (`last_s`), side of a clutter cell, time since which clutter is learned. `horizon`
is 1 where
the earth is round."""


class Bank(NamedTuple):
    """Tracks of one tracker, `capacity` rows, `models` motion models and `sensors` sensors.

    `x` (capacity, models, 6) are position and velocity (m, m/s), `p` (capacity, models, 6, 6) covariances, `w`
    (capacity, models)
    model probabilities; `ahead` (capacity, models, 13) holds the prediction gating works with; `used[0]` is the
    number of rows in use.
    """

    x: Any
    p: Any
    w: Any
    life: Any
    watch: Any
    ahead: Any
    used: Any


def empty_bank(capacity: int, models: int, sensors: int) -> Bank:
    """A bank without tracks."""
    return Bank(
        np.zeros((capacity, models, 6)),
        np.zeros((capacity, models, 6, 6)),
        np.zeros((capacity, models)),
        np.zeros(capacity, LIFE),
        np.zeros((capacity, sensors), WATCH),
        np.zeros((capacity, models, 13)),
        np.zeros(1, np.int64),
    )


def grown(bank: Bank, capacity: int) -> Bank:
    """The same tracks with room for `capacity` rows."""
    new = empty_bank(capacity, bank.x.shape[1], bank.watch.shape[1])
    n = int(bank.used[0])
    for old, fresh in zip(bank[:-1], new[:-1], strict=True):
        fresh[:n] = old[:n]
    new.used[0] = n
    return new


@kernel()
def copy_row(source: Bank, i: int, target: Bank, k: int) -> None:
    """Copy track `i` of one bank to row `k` of another (or the same)."""
    target.life[k] = source.life[i]
    watch, x, p, w = source.watch, source.x, source.p, source.w
    watch_to, x_to, p_to, w_to = target.watch, target.x, target.p, target.w
    for s in range(watch.shape[1]):
        watch_to[k, s] = watch[i, s]
    for m in range(x.shape[1]):
        w_to[k, m] = w[i, m]
        for a in range(6):
            x_to[k, m, a] = x[i, m, a]
            for b in range(6):
                p_to[k, m, a, b] = p[i, m, a, b]


def copy_bank(source: Bank, target: Bank) -> None:
    """Copy all tracks to an other bank of at least the same capacity, array by array: whole blocks of memory. What is
    worked out anew for each window (`ahead`) is left."""
    n = int(source.used[0])
    for old, fresh in ((source.x, target.x), (source.p, target.p), (source.w, target.w)):
        fresh[:n] = old[:n]
    target.life[:n] = source.life[:n]
    target.watch[:n] = source.watch[:n]
    target.used[0] = n
