"""Distances between a picture and truth: GOSPA with its parts, and OSPA.

GOSPA: Rahmathullah, Garcia-Fernandez and Svensson, "Generalized optimal sub-pattern assignment metric", FUSION 2017,
with alpha = 2, the only one that splits into localisation, missed and false. OSPA: Schuhmacher, Vo and Vo, IEEE Trans.
Signal Processing 56 (2008).
"""

import math
from dataclasses import dataclass

from jointsky.measures.matching import Floats, Match, best_match


@dataclass(frozen=True, slots=True)
class Gospa:
    """GOSPA to the power p and its parts (m^p), with how many were missed and how many are false."""

    localisation: float
    missed: float
    false: float
    missed_count: int
    false_count: int
    p: float

    @property
    def distance(self) -> float:
        """The metric itself, in metres."""
        return (self.localisation + self.missed + self.false) ** (1.0 / self.p)


def gospa(truth: Floats, tracks: Floats, cutoff: float, p: float = 2.0, match: Match | None = None) -> Gospa:
    """GOSPA of true places (n, 3) and tracks (m, 3); `match` where it is known already."""
    found = match or best_match(truth, tracks, cutoff, p)
    missed, false = len(truth) - len(found.first), len(tracks) - len(found.first)
    each = cutoff**p / 2.0
    localisation = math.fsum((found.distance**p).tolist())
    return Gospa(localisation, each * missed, each * false, missed, false, p)


def ospa(truth: Floats, tracks: Floats, cutoff: float, p: float = 2.0, match: Match | None = None) -> float:
    """OSPA of true places (n, 3) and tracks (m, 3), in metres; 0 where both are empty."""
    found = match or best_match(truth, tracks, cutoff, p)
    most = max(len(truth), len(tracks))
    if most == 0:
        return 0.0
    gained = math.fsum((found.distance**p - cutoff**p).tolist())
    return (max(gained + most * cutoff**p, 0.0) / most) ** (1.0 / p)
