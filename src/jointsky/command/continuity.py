"""A target that was lost and is seen again under another number is the same target: what a post knows of it goes on.

Low flyers come and go behind the horizon, and each time a tracker gives them a new number. Without this a post would
wait for its decision time anew and send another fighter, while the first flies to where nothing is.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from jointsky.vocab.records import TRACK, Rows

MEMORY_S = 60.0
"""For how long a lost target is looked for."""
GATE_M = 4_000.0
"""Distance from where it should be within which a new track may be the lost target, at once ..."""
DRIFT_MPS = 60.0
"""... and how much more for each second since it was seen last."""
TURN_MPS = 150.0
"""Its velocity may have changed by so much."""


@dataclass(slots=True)
class Continuity:
    """The targets a post has lately had in its picture, as last seen, by track number."""

    known: dict[int, np.void] = field(default_factory=dict[int, np.void])

    def follow(self, targets: Rows, now_s: float) -> dict[int, int]:
        """Take in the targets (TRACK rows) of a cycle; which lost numbers go on under which new ones."""
        seen = {int(row["track_id"]): row.copy() for row in targets}
        lost = [row for number, row in self.known.items() if number not in seen]
        lost = [row for row in lost if now_s - row["t_valid_s"] <= MEMORY_S]
        new = [row for number, row in seen.items() if number not in self.known]
        renamed = _same(np.array(lost, TRACK), np.array(new, TRACK)) if lost and new else {}
        kept = {int(row["track_id"]): row for row in lost if int(row["track_id"]) not in renamed}
        self.known = kept | seen
        return renamed


def _same(lost: Rows, new: Rows) -> dict[int, int]:
    """Lost numbers by the new ones that fit: one to one, the least sum of distances, in order of numbers."""
    lost, new = lost[np.argsort(lost["track_id"])], new[np.argsort(new["track_id"])]
    age_s = np.maximum(new["t_valid_s"][None, :] - lost["t_valid_s"][:, None], 0.0)
    there = lost["pos_ecef_m"][:, None, :] + lost["vel_ecef_mps"][:, None, :] * age_s[:, :, None]
    off_m = np.sqrt(((new["pos_ecef_m"][None, :, :] - there) ** 2).sum(axis=2))
    change = new["vel_ecef_mps"][None, :, :] - lost["vel_ecef_mps"][:, None, :]
    gate_m = GATE_M + DRIFT_MPS * age_s
    fits = (off_m <= gate_m) & ((change * change).sum(axis=2) <= TURN_MPS**2)
    rows, columns = linear_sum_assignment(np.where(fits, off_m - gate_m, 0.0))
    pairs = [(i, j) for i, j in zip(rows.tolist(), columns.tolist(), strict=True) if fits[i, j]]
    return {int(lost["track_id"][i]): int(new["track_id"][j]) for i, j in pairs}
