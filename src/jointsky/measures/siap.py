"""The single integrated air picture set: how much of truth is shown, how often twice, and how much that is nothing;
how long numbers last and how soon they come.

Votruba et al., "Single integrated air picture metrics and methods" (SIAP System Engineering Task Force, 2001):
completeness = objects with a track / objects, ambiguity = assigned tracks / objects with a track, spuriousness = tracks
near no object / tracks. Every track goes to its nearest object within the cut-off. Numbers are followed one to one: an
object keeps its number while that track is within the cut-off and no other object has it, else it takes that of the
best match.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.spatial import cKDTree  # pyright: ignore[reportMissingTypeStubs]

from jointsky.measures.matching import Floats, Indices, Match


@dataclass(slots=True)
class SiapSet:
    """Running sums over scoring times; `result` gives the set."""

    cutoff_m: float = 2000.0
    objects: int = 0
    held: int = 0
    tracks: int = 0
    assigned: int = 0
    changes: int = 0
    number_of: dict[int, int] = field(default_factory=dict[int, int])
    first_true_s: dict[int, float] = field(default_factory=dict[int, float])
    first_held_s: dict[int, float] = field(default_factory=dict[int, float])
    runs: dict[int, dict[int, int]] = field(default_factory=dict[int, dict[int, int]])

    def take(self, t_s: float, ids: Indices, truth: Floats, numbers: Indices, tracks: Floats, match: Match) -> None:
        """Add one scoring time: true ids [n] and places (n, 3), track numbers [m] and places (m, 3), best match."""
        self.objects += len(truth)
        self.tracks += len(tracks)
        if len(truth) and len(tracks):
            gap, nearest = cKDTree(truth).query(tracks, distance_upper_bound=self.cutoff_m)
            near = np.isfinite(np.asarray(gap))
            self.assigned += int(near.sum())
            self.held += len(np.unique(np.asarray(nearest)[near]))
        for one in ids.tolist():
            self.first_true_s.setdefault(one, t_s)
        for one, number in self._numbered(ids, truth, numbers, tracks, match).items():
            self.first_held_s.setdefault(one, t_s)
            run = self.runs.setdefault(one, {})
            run[number] = run.get(number, 0) + 1

    def _numbered(self, ids: Indices, truth: Floats, numbers: Indices, tracks: Floats, match: Match) -> dict[int, int]:
        """The number each object goes by now, and how many objects changed theirs."""
        row_of = {number: row for row, number in enumerate(numbers.tolist())}
        now: dict[int, int] = {}
        taken: set[int] = set()
        for row, one in enumerate(ids.tolist()):
            number = self.number_of.get(one)
            if number is None or number not in row_of or number in taken:
                continue
            gap = tracks[row_of[number]] - truth[row]
            if float(gap @ gap) < self.cutoff_m**2:
                now[one] = number
                taken.add(number)
        for row, column in zip(match.first.tolist(), match.second.tolist(), strict=True):
            one, number = int(ids[row]), int(numbers[column])
            if one not in now and number not in taken:
                self.changes += self.number_of.get(one, number) != number
                self.number_of[one] = now[one] = number
                taken.add(number)
        return now

    def result(self, step_s: float) -> dict[str, float]:
        """The set; `step_s` is the time between scoring times. Where nothing was to be measured: NaN."""
        longest = sum(max(run.values()) for run in self.runs.values())
        delays = [self.first_held_s[one] - self.first_true_s[one] for one in self.first_held_s]
        return {
            "completeness": _ratio(self.held, self.objects),
            "ambiguity": _ratio(self.assigned, self.held),
            "spuriousness": _ratio(self.tracks - self.assigned, self.tracks),
            "number_changes": float(self.changes),
            "number_changes_per_object_hour": _ratio(self.changes, self.objects * step_s / 3600.0),
            "longest_segment": _ratio(longest, self.objects),
            "initiation_delay_s": float(np.mean(delays)) if delays else float("nan"),
        }


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
