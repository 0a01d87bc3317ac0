"""From routes in latitude and longitude to slices of one table of waypoints."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.scenario.raid import Leg
from jointsky.vocab.records import WAYPOINT, Rows, empty

Floats = NDArray[np.float64]
METRES_PER_DEGREE = 111_194.9
"""Along a meridian of the sphere of 6371 km: good enough to shift a route sideways by chance."""


@dataclass(slots=True)
class WaypointTable:
    """Collects WAYPOINT rows; `add` returns (first row, count)."""

    rows: list[Rows] = field(default_factory=list[Rows])
    used: int = 0

    def add(self, waypoints: Rows) -> tuple[int, int]:
        """Append a route; its slice of the table."""
        first = self.used
        self.rows.append(waypoints)
        self.used += len(waypoints)
        return first, len(waypoints)

    def table(self) -> Rows:
        """All WAYPOINT rows."""
        return np.concatenate(self.rows) if self.rows else empty(WAYPOINT)


def waypoints(legs: Sequence[Leg], cruise_mps: float) -> Rows:
    """WAYPOINT rows of a route; a leg without a speed is flown at `cruise_mps`, one with a time so fast that it is over
    its point at that time."""
    lat = np.array([leg.at[0] for leg in legs])
    lon = np.array([leg.at[1] for leg in legs])
    alt = np.array([leg.altitude for leg in legs])
    speed = np.array([leg.speed or cruise_mps for leg in legs])
    rows = waypoint_rows(lat, lon, alt, speed)
    if any(leg.time is not None for leg in legs):
        rows["speed_mps"] = paced(rows, [leg.time for leg in legs])
    return rows


def leg_lengths_m(rows: Rows) -> NDArray[np.float64]:
    """Length of the way to each point from the one before (0 for the first), straight."""
    away = np.diff(rows["pos_ecef_m"], axis=0)
    return np.concatenate([[0.0], np.sqrt((away * away).sum(axis=1))])


def paced(rows: Rows, times_s: Sequence[float | None]) -> NDArray[np.float64]:
    """Speeds towards each point that are over those with a time at that time after the departure: legs before it that
    say no time share the pace."""
    speeds, lengths = rows["speed_mps"].copy(), leg_lengths_m(rows)
    begin, begun_s = 0, 0.0
    for k, time_s in enumerate(times_s):
        if time_s is not None and k > begin:
            way_m = float(lengths[begin + 1 : k + 1].sum())
            speeds[begin + 1 : k + 1] = round(way_m / (time_s - begun_s), 6)
            begin, begun_s = k, time_s
    return speeds


def follow_ground(
    rows: Rows, clearances_m: Sequence[float], height_m: Callable[[Floats, Floats], Floats], step_m: float = 2_000.0
) -> tuple[Rows, list[int]]:
    """A route with points every `step_m` where it follows the ground, and where its own points stand among them.

    `clearances_m`: one for each point, the height above the ground flown towards it, NaN where the ground does not
    count. Each point is so high above the highest ground up to half a step before and behind it.
    """
    parts: list[Rows] = [rows[:1].copy()]
    places, used = [0], 1
    lengths = leg_lengths_m(rows)
    for k in range(1, len(rows)):
        count = 1 if np.isnan(clearances_m[k]) else max(int(np.ceil(lengths[k] / step_m)), 1)
        share = np.arange(1, count + 1) / count
        lat, lon = (rows[x][k - 1] + (rows[x][k] - rows[x][k - 1]) * share for x in ("lat_deg", "lon_deg"))
        parts.append(waypoint_rows(lat, lon, np.full(count, rows["alt_m"][k]), np.full(count, rows["speed_mps"][k])))
        if not np.isnan(clearances_m[k]):
            _lift(parts[-1], rows[k - 1 : k + 1], share, clearances_m[k], height_m)
        used += count
        places.append(used - 1)
    if not np.isnan(clearances_m[0]):
        _lift(parts[0], rows[:2], np.zeros(1), clearances_m[0], height_m)
    return np.concatenate(parts), places


def _lift(
    points: Rows, ends: Rows, share: Floats, clearance_m: float, height_m: Callable[[Floats, Floats], Floats]
) -> None:
    """Set points of a leg above the highest ground at them and a quarter and half a step to both sides."""
    step = share[0] if len(share) and share[0] > 0.0 else 0.0
    highest = np.full(len(points), -np.inf)
    for part in (-0.5, -0.25, 0.0, 0.25, 0.5):
        at = np.clip(share + part * step, 0.0, 1.0)
        lat, lon = (ends[x][0] + (ends[x][1] - ends[x][0]) * at for x in ("lat_deg", "lon_deg"))
        highest = np.maximum(highest, height_m(lat, lon))
    alt = np.asarray(np.round(highest, 2) + clearance_m, np.float64)
    points[:] = waypoint_rows(points["lat_deg"], points["lon_deg"], alt, points["speed_mps"])


def waypoint_rows(
    lat_deg: NDArray[np.float64],
    lon_deg: NDArray[np.float64],
    alt_m: NDArray[np.float64],
    speed_mps: NDArray[np.float64],
) -> Rows:
    """WAYPOINT rows of equally long columns."""
    rows = empty(WAYPOINT, len(lat_deg))
    rows["lat_deg"], rows["lon_deg"], rows["alt_m"], rows["speed_mps"] = lat_deg, lon_deg, alt_m, speed_mps
    rows["pos_ecef_m"] = geo.geodetic2ecef(lat_deg, lon_deg, alt_m)
    return rows


def shifted(rows: Rows, lateral_m: float, climb_m: float) -> Rows:
    """The route moved sideways (positive: right of its first-to-last course) and up."""
    east = (rows["lon_deg"][-1] - rows["lon_deg"][0]) * _cosine(rows["lat_deg"][0])
    north = rows["lat_deg"][-1] - rows["lat_deg"][0]
    length = max(float(np.sqrt(east * east + north * north)), 1e-9)
    lat = rows["lat_deg"] - lateral_m / METRES_PER_DEGREE * east / length
    lon = rows["lon_deg"] + lateral_m / METRES_PER_DEGREE * north / length / _cosine(rows["lat_deg"][0])
    return waypoint_rows(lat, lon, np.maximum(rows["alt_m"] + climb_m, 30.0), rows["speed_mps"])


def _cosine(lat_deg: float) -> float:
    x2 = (lat_deg / 57.29577951308232) ** 2
    return max(1.0 - x2 / 2.0 * (1.0 - x2 / 12.0 * (1.0 - x2 / 30.0)), 0.01)
