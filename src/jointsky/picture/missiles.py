"""Ballistic missiles as a post sees them: from the tracking beams of warning radars alone to launch, arc and impact.

Each beam of a radar follows one missile, so that looks need no association; two radars' beams on one missile stay two
tracks. An arc is fitted anew every `AGAIN_S` until it rests on `SPAN_S` of free flight.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jointsky.geo.frames import ecef2geodetic
from jointsky.geo.paths import between
from jointsky.picture.impact import Arc, End, Looks, foot, free_fall, impact, settled
from jointsky.vocab.codes import AircraftKind, Identity, Iff
from jointsky.vocab.records import TRACK, Rows, empty

Float = NDArray[np.float64]
ASSUMED_KGM2 = 6_000.0
"""The ballistic coefficient that posts assume of every missile. Notional."""
SPAN_S, AGAIN_S, LEAST_S = 300.0, 10.0, 20.0
FIRST_TRACK = 500_000_000
"""Numbers of ballistic tracks begin here, far from those of trackers."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is known of one missile: its track number, when a beam first had it, the fitted arc, the impact, the foot
    beside the launch point, and the arc flown on to the ground: knots (n, 7) of time, ECEF place and velocity."""

    track_id: int
    t_first_s: float
    arc: Arc
    impact: End
    foot: End
    knots: Float

    def at(self, t_s: float) -> Float:
        """ECEF place and velocity (6) at a time, held to the ends of the arc."""
        return between(self.knots, np.array([np.clip(t_s, self.knots[0, 0], self.knots[-1, 0])]))[0]


@dataclass(slots=True)
class MissilePicture:
    """All beams heard of, by (sensor, beam), and the estimates made of them."""

    looks: dict[tuple[int, int], list[Rows]] = field(default_factory=dict[tuple[int, int], list[Rows]])
    estimates: dict[int, Estimate] = field(default_factory=dict[int, Estimate])
    _numbers: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    _fitted_s: dict[tuple[int, int], float] = field(default_factory=dict[tuple[int, int], float])

    def observe(self, rows: Rows) -> None:
        """Take in LOOK rows."""
        for key in dict.fromkeys(zip(rows["sensor"].tolist(), rows["beam"].tolist(), strict=True)):
            mine = (rows["sensor"] == key[0]) & (rows["beam"] == key[1])
            self.looks.setdefault(key, []).append(rows[mine])
            self._numbers.setdefault(key, FIRST_TRACK + len(self._numbers))

    def update(self, now_s: float) -> None:
        """Fit what has enough new looks, and forget what has come down."""
        for key, parts in self.looks.items():
            last_s = float(parts[-1]["t_valid_s"][-1])
            if last_s - self._fitted_s.get(key, -np.inf) >= AGAIN_S:
                self._fit(key, last_s)
        self.estimates = {n: one for n, one in self.estimates.items() if one.impact.t_s > now_s}

    def tracks(self, now_s: float, nation: int) -> Rows:
        """TRACK rows of all estimates, flown to `now_s`."""
        rows = empty(TRACK, len(self.estimates))
        for row, one in zip(rows, self.estimates.values(), strict=True):
            state = one.at(now_s)
            lat, lon, alt = (float(v) for v in ecef2geodetic(state[:3]))
            row["pos_ecef_m"], row["vel_ecef_mps"] = state[:3], state[3:]
            row["lat_deg"], row["lon_deg"], row["alt_m"] = lat, lon, alt
            row["sigma_pos_m"] = np.sqrt(np.trace(one.arc.covariance[:3, :3]) / 3.0)
            row["sigma_vel_mps"] = np.sqrt(np.trace(one.arc.covariance[3:, 3:]) / 3.0)
            row["t_first_s"], row["t_update_s"], row["track_id"] = one.t_first_s, one.arc.t_s, one.track_id
        rows["t_valid_s"] = rows["t_seen_s"] = rows["t_own_s"] = now_s
        rows["t_released_s"], rows["existence"], rows["clause"], rows["origin"] = -np.inf, 1.0, -1, nation
        rows["identity"], rows["kind"], rows["iff"] = Identity.HOSTILE, AircraftKind.BALLISTIC, Iff.NOT_ASKED
        rows["code"], rows["sensors"] = -1, 1
        return rows

    def _fit(self, key: tuple[int, int], last_s: float) -> None:
        rows = np.concatenate(self.looks[key])
        first_s = float(rows["t_valid_s"][0])
        done = self.estimates.get(self._numbers[key])
        if last_s - first_s < LEAST_S or (done is not None and last_s - done.arc.t_s > SPAN_S):
            return
        self._fitted_s[key] = last_s
        try:
            arc = settled(_looks_of(rows), ASSUMED_KGM2, SPAN_S)
            if arc is not None:
                knots = free_fall(arc.state, arc.t_s, arc.ballistic_kgm2)
                number = self._numbers[key]
                self.estimates[number] = Estimate(number, first_s, arc, impact(arc), foot(arc), knots)
        except (ValueError, np.linalg.LinAlgError):
            return  # no free arc fits yet: the next looks may


def _looks_of(rows: Rows) -> Looks:
    one = rows[0]
    measured = np.stack([rows["range_m"], rows["az_rad"], rows["el_rad"]], axis=1)
    sigma = np.stack([rows["sigma_range_m"], rows["sigma_az_rad"], rows["sigma_el_rad"]], axis=1)
    bias = np.array([one["bias_range_m"], one["bias_az_rad"], 0.0])
    looks = Looks(rows["t_valid_s"].copy(), measured, sigma, float(one["lat_deg"]), float(one["lon_deg"]), 0.0)
    return replace(looks, alt_m=float(one["alt_m"]), bias=bias)
