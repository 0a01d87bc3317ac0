"""Distances over the earth: geodesics, and how far one sees beyond the curve of it."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jointsky.geo.frames import MEAN_RADIUS_M

Floats = NDArray[np.float64]

STANDARD_REFRACTION = 4.0 / 3.0
"""Ratio of the effective to the true radius of the earth for radio waves in a standard atmosphere."""


def effective_radius_m(k: float = STANDARD_REFRACTION) -> float:
    """Return the earth's radius that makes rays bent by the air straight, for a refraction factor k."""
    return k * MEAN_RADIUS_M


def horizon_range_m(height1_m: ArrayLike, height2_m: ArrayLike, k: float = STANDARD_REFRACTION) -> Floats:
    """Return the longest straight ray between two heights over a smooth earth of radius k R; heights below 0 count as
    0.

    Each end contributes its tangent to the sphere, sqrt(h (2 k R + h)) (Skolnik, "Radar Handbook", 2008, ch. 26).
    """
    return _tangent_m(height1_m, k) + _tangent_m(height2_m, k)


def _tangent_m(height_m: ArrayLike, k: float) -> Floats:
    height = np.maximum(np.asarray(height_m, dtype=np.float64), 0.0)
    return np.sqrt(height * (2.0 * effective_radius_m(k) + height))


def geodesic(
    lat1_deg: ArrayLike, lon1_deg: ArrayLike, lat2_deg: ArrayLike, lon2_deg: ArrayLike
) -> tuple[Floats, Floats]:
    """Return (distance in metres, azimuth at the first point in [0, 2 pi)) along the WGS84 ellipsoid (Karney, 2013).

    For the edges only: the last bits may differ between machines, so results must not hang on them.
    """
    lat1, lon1, lat2, lon2 = _broadcast(lat1_deg, lon1_deg, lat2_deg, lon2_deg)
    az_deg, _, distance_m = _wgs84().inv(lon1, lat1, lon2, lat2)
    return np.asarray(distance_m), np.radians(np.asarray(az_deg)) % (2.0 * np.pi)


def geodesic_end(
    lat_deg: ArrayLike, lon_deg: ArrayLike, az_rad: ArrayLike, distance_m: ArrayLike
) -> tuple[Floats, Floats]:
    """Return (lat_deg, lon_deg) at the end of a geodesic; undoes `geodesic`, and is for the edges like it."""
    lat, lon, az, distance = _broadcast(lat_deg, lon_deg, az_rad, distance_m)
    end_lon, end_lat, _ = _wgs84().fwd(lon, lat, np.degrees(az), distance)
    return np.asarray(end_lat), np.asarray(end_lon)


def _broadcast(*columns: ArrayLike) -> tuple[Floats, ...]:
    return np.broadcast_arrays(*(np.asarray(column, dtype=np.float64) for column in columns))


def _wgs84() -> Any:
    from pyproj import Geod  # half a second to import: only where a geodesic is asked for

    return Geod(ellps="WGS84")
