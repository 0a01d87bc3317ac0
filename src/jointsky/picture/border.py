"""Border violation: how likely a track is inside, how far the line is, and when it will be crossed.

Signed distance to a nation's border is tabulated once on a grid of latitude and longitude, so that a picture of
hundreds of tracks costs microseconds; an alert then asks the exact border for its segment.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.codes import Alert, Identity
from jointsky.vocab.records import ALERT, Rows, empty

Float = NDArray[np.float64]
SignedDistance = Callable[[Float, Float], tuple[Float, NDArray[np.int64]]]
"""(lat_deg, lon_deg) -> signed distance to the border in metres (negative inside) and the border segment nearest."""


@dataclass(frozen=True, slots=True)
class BorderField:
    """Signed distance to one nation's border on a regular grid (`distance_m[i, j]` at `south_deg + i*step`, `west_deg +
    j*step`), negative inside.
    """

    nation: int
    south_deg: float
    west_deg: float
    step_deg: float
    distance_m: Float
    exact: SignedDistance

    def at(self, lat_deg: Float, lon_deg: Float) -> Float:
        """Signed distance in metres, bilinear between grid points; places off the grid take the value at its edge."""
        rows, columns = self.distance_m.shape
        y = np.clip((lat_deg - self.south_deg) / self.step_deg, 0.0, rows - 1.000001)
        x = np.clip((lon_deg - self.west_deg) / self.step_deg, 0.0, columns - 1.000001)
        i, j = y.astype(np.int64), x.astype(np.int64)
        fy, fx = y - i, x - j
        low = self.distance_m[i, j] * (1 - fx) + self.distance_m[i, j + 1] * fx
        high = self.distance_m[i + 1, j] * (1 - fx) + self.distance_m[i + 1, j + 1] * fx
        return low * (1 - fy) + high * fy


def tabulate(nation: int, exact: SignedDistance, box_deg: Sequence[float], step_deg: float = 0.1) -> BorderField:
    """Tabulate `exact` over `box_deg` = (west, south, east, north)."""
    west, south, east, north = box_deg
    rows, columns = round((north - south) / step_deg) + 2, round((east - west) / step_deg) + 2
    lat = south + step_deg * np.arange(rows, dtype=np.float64)
    lon = west + step_deg * np.arange(columns, dtype=np.float64)
    distance_m, _ = exact(np.repeat(lat, columns), np.tile(lon, rows))
    return BorderField(nation, south, west, step_deg, distance_m.reshape(rows, columns), exact)


_Z = np.linspace(-8.0, 8.0, 1601)
_NORMAL = np.array([round(0.5 * math.erfc(-z / math.sqrt(2.0)), 12) for z in _Z])
"""Normal distribution function at steps of 0.01, rounded so that every machine holds the same bits (linear reading is
within 6e-6).
"""


def probability_inside(distance_m: Float, sigma_m: Float) -> Float:
    """Probability that a position with 1-sigma error `sigma_m` is inside, given the signed distance of its mean
    (negative inside).

    The line is taken as straight over the width of the error: P = Phi(-distance / sigma).
    """
    return np.interp(-distance_m / np.maximum(sigma_m, 1.0), _Z, _NORMAL)


@dataclass(slots=True)
class BorderWatch:
    """Raises one BORDER alert per track and nation when a track that is not friend or neutral has crossed the line with
    probability `threshold`.
    """

    fields: tuple[BorderField, ...]
    threshold: float = 0.9
    outside: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    raised: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])

    def inside(self, tracks: Rows) -> NDArray[np.bool_]:
        """Which TRACK rows are over the land of any watched nation."""
        over = np.zeros(len(tracks), np.bool_)
        for line in self.fields:
            over |= line.at(tracks["lat_deg"], tracks["lon_deg"]) < 0.0
        return over

    def follow(self, alias: Mapping[int, int]) -> None:
        """Let tracks that go on under another number (old to new) keep what is known of them."""
        for known in (self.outside, self.raised):
            known.update([(nation, alias[number]) for nation, number in known if number in alias])

    def watch(self, tracks: Rows, now_s: float) -> Rows:
        """New alerts (ALERT rows) for a picture of TRACK rows."""
        rows = [alert for line in self.fields for alert in self._along(line, tracks, now_s)]
        return np.concatenate(rows) if rows else empty(ALERT)

    def _along(self, line: BorderField, tracks: Rows, now_s: float) -> list[Rows]:
        distance_m = line.at(tracks["lat_deg"], tracks["lon_deg"])
        chance = probability_inside(distance_m, tracks["sigma_pos_m"])
        harmless = (tracks["identity"] == Identity.FRIEND) | (tracks["identity"] == Identity.NEUTRAL)
        harmless |= tracks["identity"] == Identity.PENDING
        self.outside.update((line.nation, int(number)) for number in tracks["track_id"][chance < 0.5])
        crossed = np.nonzero((chance >= self.threshold) & ~harmless)[0]
        news = [i for i in crossed if self._is_news(line.nation, tracks[i])]
        return [self._alert(line, tracks[i], chance[i], now_s) for i in news]

    def _is_news(self, nation: int, track: np.void) -> bool:
        key = (nation, int(track["track_id"]))
        if key in self.raised or key not in self.outside:
            return False
        self.raised.add(key)
        return True

    def _alert(self, line: BorderField, track: np.void, chance: float, now_s: float) -> Rows:
        lat, lon = np.atleast_1d(track["lat_deg"]), np.atleast_1d(track["lon_deg"])
        distance_m, segment = line.exact(lat, lon)
        alert = empty(ALERT, 1)
        alert["t_s"], alert["kind"], alert["nation"] = now_s, Alert.BORDER, line.nation
        alert["track_id"], alert["lat_deg"], alert["lon_deg"] = track["track_id"], lat, lon
        alert["probability"], alert["distance_m"], alert["segment"] = chance, distance_m, segment
        alert["t_cross_s"] = 0.0
        return alert
