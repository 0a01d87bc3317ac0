"""What the tracking kernels work with besides the tracks: the rules they keep and the desk they work on."""

from typing import Any, NamedTuple

import numpy as np

FAR_FUTURE_S = 1e18


class Rules(NamedTuple):
    """What decides the life of tracks; SI units. `gate` is a squared Mahalanobis distance, `memory_scans` how long
    clutter is remembered."""

    window_s: float
    dwell_s: float
    gate: float
    speed_sigma_mps: float
    climb_sigma_mps: float
    speed_max_mps: float
    birth: float
    unknown: float
    confirm: float
    confirm_hits: int
    drop: float
    hold_tentative_s: float
    hold_confirmed_s: float
    sigma_max_m: float
    lifetime_s: float
    cell_m: float
    memory_scans: float
    pd_weight: float
    blind: float
    height_m: float
    height_sigma_m: float


PAIRS_PER_PLOT = 24
LEAST_HEADS = 4096


class Desk(NamedTuple):
    """Scratch of one call: grid heads, stamps of rows seen in a group, pairs, assignment, filter space.

    `owner` is what is left after the call: for each measurement the number of the track that took it, below 0
    for a tentative one.
    """

    head: Any
    stamp: Any
    local: Any
    row_of: Any
    pair_track: Any
    pair_plot: Any
    score: Any
    chosen: Any
    density: Any
    cell: Any
    owner: Any
    xs: Any
    ps: Any


def make_desk(capacity: int, plots: int, models: int) -> Desk:
    """Scratch for banks of `capacity` rows and batches of `plots` measurements."""
    n = max(1, plots)
    heads = LEAST_HEADS
    while heads < capacity:
        heads *= 2
    return Desk(
        np.empty(heads, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(n * PAIRS_PER_PLOT, np.int64),
        np.zeros(n * PAIRS_PER_PLOT, np.int64),
        np.zeros(n * PAIRS_PER_PLOT, np.int64),
        np.zeros(n * PAIRS_PER_PLOT),
        np.zeros(n, np.int64),
        np.zeros(n),
        np.zeros((n, 2), np.int64),
        np.zeros(n, np.int64),
        np.zeros((max(models, 6), 7)),
        np.zeros((max(models, 1), 6, 6)),
    )
