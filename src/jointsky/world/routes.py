"""From routes in latitude and longitude to slices of one table of waypoints."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.scenario.raid import Leg
from jointsky.vocab.records import WAYPOINT, Rows, empty

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
    """WAYPOINT rows of a route; a leg without a speed is flown at `cruise_mps`."""
    lat = np.array([leg.at[0] for leg in legs])
    lon = np.array([leg.at[1] for leg in legs])
    alt = np.array([leg.altitude for leg in legs])
    speed = np.array([leg.speed or cruise_mps for leg in legs])
    return waypoint_rows(lat, lon, alt, speed)


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
