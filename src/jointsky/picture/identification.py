"""Identity of tracks: friend, neutral or hostile by Bayes over independent evidence, never by one spoofable source
alone.

A transponder code can lie, so it counts only together with a filed plan and a position on the route; the crypto reply
(IFF) is the only single source trusted for a friend. Criteria are data of each nation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.picture.evidence import Evidence, heard, posterior
from jointsky.picture.plans import PlanBook
from jointsky.vocab.codes import AircraftKind, Identity, Iff
from jointsky.vocab.records import Rows

Bool = NDArray[np.bool_]
Float = NDArray[np.float64]
Told = Mapping[int, int]
"""What partners found on tracks: Evidence bits by track number."""
UNKNOWN_KIND = 255
CIVIL_SPEED_LIMIT_MPS = 285.0
LOW_M = 600.0
FAST_MPS = 170.0


@dataclass(frozen=True, slots=True)
class Criteria:
    """When a nation calls a track what: probability thresholds, prior and how long a track must have been seen."""

    hostile: float = 0.95
    suspect: float = 0.6
    neutral: float = 0.9
    friend: float = 0.9
    settle_s: float = 20.0
    prior: tuple[float, float, float] = (0.3, 0.4, 0.3)


@dataclass(frozen=True, slots=True)
class Identified:
    """Identity codes, Evidence bits and P(hostile), one per track."""

    identity: NDArray[np.uint8]
    reasons: NDArray[np.uint16]
    p_hostile: Float


@dataclass(slots=True)
class Identifier:
    """Gives tracks their identity. Remembers, per track number, whether the track was first seen outside the protected
    land. Where `judges_codes` is false a transponder code says nothing, neither for a track nor against it.
    """

    criteria: Criteria
    plans: PlanBook
    judges_codes: bool = True
    from_outside: dict[int, bool] = field(default_factory=dict[int, bool])

    def identify(self, tracks: Rows, inside: Bool, now_s: float, told: Told | None = None) -> Identified:
        """Identity of each TRACK row; `inside` says which are over protected land now, `told` what partners found on
        tracks (Evidence bits by track number). A partner's word makes nobody more than an assumed friend."""
        if len(tracks) == 0:
            return Identified(np.zeros(0, np.uint8), np.zeros(0, np.uint16), np.zeros(0))
        found, hearsay = self._evidence(tracks, inside, now_s), dict[Evidence, Bool]()
        if told:
            bits = np.array([told.get(number, 0) for number in tracks["track_id"].tolist()], np.uint16)
            hearsay = heard(found, bits)
        chance = posterior(found, self.criteria.prior, hearsay)
        identity = self._decide(chance, found, tracks, now_s)
        return Identified(identity, _bits(found) | _told_bits(hearsay, len(tracks)), chance[:, 2])

    def follow(self, alias: Mapping[int, int]) -> None:
        """Let tracks that go on under another number (old to new) keep where they came from."""
        for old, new in alias.items():
            if old in self.from_outside:
                self.from_outside.setdefault(new, self.from_outside[old])

    def _evidence(self, tracks: Rows, inside: Bool, now_s: float) -> dict[Evidence, Bool]:
        speed = _speed_mps(tracks)
        coded = tracks["code"] >= 0
        planned = self.plans.matches(tracks, now_s) & self.judges_codes
        asked = tracks["iff"] != Iff.NOT_ASKED
        return {
            Evidence.IFF_REPLY: tracks["iff"] == Iff.FRIEND,
            Evidence.NO_IFF_REPLY: asked & (tracks["iff"] == Iff.NO_REPLY),
            Evidence.PLAN_MATCHES: planned,
            Evidence.CODE_WITHOUT_PLAN: coded & ~planned & self.judges_codes,
            Evidence.NO_CODE: asked & ~coded,
            Evidence.CROSSED_BORDER: inside & self._came_from_outside(tracks, inside),
            Evidence.LOW_AND_FAST: (tracks["alt_m"] < LOW_M) & (speed > FAST_MPS),
            Evidence.FASTER_THAN_CIVIL: speed > CIVIL_SPEED_LIMIT_MPS,
        }

    def _came_from_outside(self, tracks: Rows, inside: Bool) -> Bool:
        known, numbers = self.from_outside, tracks["track_id"].tolist()
        came = [known.setdefault(number, not within) for number, within in zip(numbers, inside.tolist(), strict=True)]
        return np.array(came, dtype=np.bool_)

    def _decide(self, chance: Float, found: dict[Evidence, Bool], tracks: Rows, now_s: float) -> NDArray[np.uint8]:
        rule = self.criteria
        friend, neutral, hostile = chance.T
        identity = np.full(len(tracks), Identity.UNKNOWN, np.uint8)
        identity[friend > 0.5] = Identity.ASSUMED_FRIEND
        identity[hostile >= rule.suspect] = Identity.SUSPECT
        identity[hostile >= rule.hostile] = Identity.HOSTILE
        identity[neutral >= rule.neutral] = Identity.NEUTRAL
        identity[(friend >= rule.friend) & found[Evidence.IFF_REPLY]] = Identity.FRIEND
        identity[(now_s - tracks["t_first_s"] < rule.settle_s) & (identity != Identity.FRIEND)] = Identity.PENDING
        return identity


def guess_kind(tracks: Rows) -> NDArray[np.uint8]:
    """Kind of aircraft (AircraftKind) guessed from height and speed alone, 255 where nothing fits. The bounds are
    notional.
    """
    speed, alt = _speed_mps(tracks), tracks["alt_m"]
    kind = np.full(len(tracks), UNKNOWN_KIND, np.uint8)
    kind[speed >= 15.0] = AircraftKind.UAV
    kind[speed >= 80.0] = AircraftKind.BOMBER
    kind[speed > CIVIL_SPEED_LIMIT_MPS] = AircraftKind.FIGHTER
    kind[(alt < LOW_M) & (speed > FAST_MPS)] = AircraftKind.CRUISE_MISSILE
    return kind


def _speed_mps(tracks: Rows) -> Float:
    velocity = tracks["vel_ecef_mps"]
    return np.sqrt((velocity * velocity).sum(axis=1))


def _bits(found: dict[Evidence, Bool]) -> NDArray[np.uint16]:
    rows = len(next(iter(found.values())))
    bits = np.zeros(rows, np.uint16)
    for kind, mask in found.items():
        bits[mask] |= int(kind)
    return bits


def _told_bits(told: dict[Evidence, Bool], rows: int) -> NDArray[np.uint16]:
    bits = np.zeros(rows, np.uint16)
    for kind, mask in told.items():
        bits[mask] |= int(kind | Evidence.TOLD_BY_PARTNER)
    return bits
