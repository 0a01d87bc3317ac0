"""Which track of a picture stands for which aircraft of truth: nearest over ground within a gate, one to one.

Height is left out, since a track of radars without height stands for an aircraft all the same.
"""

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.records import Rows

GATE_M = 6_000.0


def track_of(truth_ecef_m: NDArray[np.float64], tracks: Rows, gate_m: float = GATE_M) -> NDArray[np.int64]:
    """For each true position (n, 3) the index of the nearest TRACK row within `gate_m` whose own nearest truth it is,
    or -1.
    """
    if len(tracks) == 0 or len(truth_ecef_m) == 0:
        return np.full(len(truth_ecef_m), -1, np.int64)
    gap = truth_ecef_m[:, None, :] - tracks["pos_ecef_m"][None, :, :]
    place = tracks["pos_ecef_m"]
    up = place / np.sqrt((place * place).sum(axis=1, keepdims=True))
    rise = (gap * up[None, :, :]).sum(axis=2)
    distance2 = np.maximum((gap * gap).sum(axis=2) - rise * rise, 0.0)
    best = distance2.argmin(axis=1)
    rows = np.arange(len(truth_ecef_m))
    mutual = distance2.argmin(axis=0)[best] == rows
    return np.where(mutual & (distance2[rows, best] <= gate_m**2), best, -1)
