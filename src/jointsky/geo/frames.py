"""WGS84 frames as pairs of functions on arrays: geodetic, earth-centred (ECEF), local east-north-up, and polar.

Geodetic positions are in degrees and metres above the ellipsoid, because they stand at the edges; polar angles are in
radians. Vectors have a last axis of length 3. All functions broadcast and give the same bits on every machine.
Formulas: Bowring (1976, 1985), with the height of Bowring (1985); twins for compiled code are in `kernels.frames`.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jointsky.geo.angles import atan2, sincos

Floats = NDArray[np.float64]

SEMI_MAJOR_M = 6378137.0
FLATTENING = 1.0 / 298.257223563
SEMI_MINOR_M = SEMI_MAJOR_M * (1.0 - FLATTENING)
ECCENTRICITY_SQUARED = FLATTENING * (2.0 - FLATTENING)
SECOND_ECCENTRICITY_SQUARED = ECCENTRICITY_SQUARED / (1.0 - ECCENTRICITY_SQUARED)
MEAN_RADIUS_M = 6371008.7714
"""(2 a + b) / 3 of WGS84."""

_RAD = 0.017453292519943295
_DEG = 57.29577951308232
_TWO_PI = 6.283185307179586


def geodetic2ecef(lat_deg: ArrayLike, lon_deg: ArrayLike, alt_m: ArrayLike) -> Floats:
    """Return the earth-centred position in metres, shape (..., 3)."""
    alt = np.asarray(alt_m, dtype=np.float64)
    (sin_lat, sin_lon), (cos_lat, cos_lon) = sincos(_together(lat_deg, lon_deg) * _RAD)
    normal = SEMI_MAJOR_M / np.sqrt(1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat)
    across = (normal + alt) * cos_lat
    upward = (normal * (1.0 - ECCENTRICITY_SQUARED) + alt) * sin_lat
    return _stack(across * cos_lon, across * sin_lon, upward)


def ecef2geodetic(pos_ecef_m: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return (lat_deg, lon_deg, alt_m); within 1e-13 rad and a micrometre or so from -100 km to 2,000 km of height.

    Longitude is in [-180, 180], and 0 on the axis. The earth's centre gives NaN.
    """
    x, y, z = _components(pos_ecef_m)
    across = np.sqrt(x * x + y * y)
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.sqrt(across * across + z * z)
        tan_top = z * (1.0 + SECOND_ECCENTRICITY_SQUARED * SEMI_MINOR_M / distance)
        tan_bottom = across
        for _ in range(2):
            top, bottom = SEMI_MINOR_M * tan_top, SEMI_MAJOR_M * tan_bottom
            length = np.sqrt(top * top + bottom * bottom)
            s, c = top / length, bottom / length
            tan_top = z + SECOND_ECCENTRICITY_SQUARED * SEMI_MINOR_M * s * s * s
            tan_bottom = across - ECCENTRICITY_SQUARED * SEMI_MAJOR_M * c * c * c
        length = np.sqrt(tan_top * tan_top + tan_bottom * tan_bottom)
        s, c = tan_top / length, tan_bottom / length
        alt = across * c + z * s - SEMI_MAJOR_M * np.sqrt(1.0 - ECCENTRICITY_SQUARED * s * s)
    lat_rad, lon_rad = atan2(_together(tan_top, y), _together(tan_bottom, x))
    return lat_rad * _DEG, np.where(across == 0.0, 0.0, lon_rad) * _DEG, alt


def enu_rotation(lat_deg: ArrayLike, lon_deg: ArrayLike) -> Floats:
    """Return the matrix whose rows are east, north and up in ECEF, shape (..., 3, 3): enu = R ecef, ecef = R^T enu."""
    sin_lat, cos_lat = sincos(np.asarray(lat_deg, dtype=np.float64) * _RAD)
    sin_lon, cos_lon = sincos(np.asarray(lon_deg, dtype=np.float64) * _RAD)
    east = _stack(-sin_lon, cos_lon, np.zeros_like(sin_lon))
    north = _stack(-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat)
    up = _stack(cos_lat * cos_lon, cos_lat * sin_lon, sin_lat)
    return np.stack(np.broadcast_arrays(east, north, up), axis=-2)


def ecef2enu(pos_ecef_m: ArrayLike, lat0_deg: ArrayLike, lon0_deg: ArrayLike, alt0_m: ArrayLike) -> Floats:
    """Return positions in the east-north-up frame of a reference point, metres, shape (..., 3)."""
    return rotate2enu(_vector(pos_ecef_m) - geodetic2ecef(lat0_deg, lon0_deg, alt0_m), lat0_deg, lon0_deg)


def enu2ecef(pos_enu_m: ArrayLike, lat0_deg: ArrayLike, lon0_deg: ArrayLike, alt0_m: ArrayLike) -> Floats:
    """Return ECEF positions of points given in the east-north-up frame of a reference point; undoes `ecef2enu`."""
    return rotate2ecef(pos_enu_m, lat0_deg, lon0_deg) + geodetic2ecef(lat0_deg, lon0_deg, alt0_m)


def rotate2enu(vector_ecef: ArrayLike, lat_deg: ArrayLike, lon_deg: ArrayLike) -> Floats:
    """Return free vectors (velocities, differences) turned from ECEF to east-north-up at a place."""
    x, y, z = _components(vector_ecef)
    rows = enu_rotation(lat_deg, lon_deg)
    turned = [rows[..., i, 0] * x + rows[..., i, 1] * y + rows[..., i, 2] * z for i in range(3)]
    return _stack(*turned)


def rotate2ecef(vector_enu: ArrayLike, lat_deg: ArrayLike, lon_deg: ArrayLike) -> Floats:
    """Return free vectors turned from east-north-up at a place to ECEF; undoes `rotate2enu`."""
    e, n, u = _components(vector_enu)
    rows = enu_rotation(lat_deg, lon_deg)
    turned = [rows[..., 0, i] * e + rows[..., 1, i] * n + rows[..., 2, i] * u for i in range(3)]
    return _stack(*turned)


def enu2aer(pos_enu_m: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return (azimuth clockwise from north in [0, 2 pi), elevation in [-pi/2, pi/2], slant range in metres)."""
    e, n, u = _components(pos_enu_m)
    level = np.sqrt(e * e + n * n)
    az = atan2(e, n)
    az = np.where(az < 0.0, az + _TWO_PI, az)
    return np.where(az >= _TWO_PI, 0.0, az), atan2(u, level), np.sqrt(level * level + u * u)


def aer2enu(az_rad: ArrayLike, el_rad: ArrayLike, range_m: ArrayLike) -> Floats:
    """Return east-north-up positions in metres; undoes `enu2aer`."""
    slant = np.asarray(range_m, dtype=np.float64)
    sin_el, cos_el = sincos(el_rad)
    sin_az, cos_az = sincos(az_rad)
    level = slant * cos_el
    return _stack(level * sin_az, level * cos_az, slant * sin_el)


def geodetic2aer(
    lat_deg: ArrayLike,
    lon_deg: ArrayLike,
    alt_m: ArrayLike,
    lat0_deg: ArrayLike,
    lon0_deg: ArrayLike,
    alt0_m: ArrayLike,
) -> tuple[Floats, Floats, Floats]:
    """Return where points stand seen from a reference point: `enu2aer` of their position there."""
    return enu2aer(ecef2enu(geodetic2ecef(lat_deg, lon_deg, alt_m), lat0_deg, lon0_deg, alt0_m))


def aer2geodetic(
    az_rad: ArrayLike,
    el_rad: ArrayLike,
    range_m: ArrayLike,
    lat0_deg: ArrayLike,
    lon0_deg: ArrayLike,
    alt0_m: ArrayLike,
) -> tuple[Floats, Floats, Floats]:
    """Return (lat_deg, lon_deg, alt_m) of points seen from a reference point; undoes `geodetic2aer`."""
    return ecef2geodetic(enu2ecef(aer2enu(az_rad, el_rad, range_m), lat0_deg, lon0_deg, alt0_m))


def _together(one: ArrayLike, other: ArrayLike) -> Floats:
    """Both in one array: a function of angles costs as much for few as for twice as many."""
    return np.stack(np.broadcast_arrays(np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)))


def _vector(v: ArrayLike) -> Floats:
    array = np.asarray(v, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] != 3:
        raise ValueError(f"found shape {array.shape}, expected a last axis of length 3")
    return array


def _components(v: ArrayLike) -> tuple[Floats, Floats, Floats]:
    array = _vector(v)
    return array[..., 0], array[..., 1], array[..., 2]


def _stack(x: Floats, y: Floats, z: Floats) -> Floats:
    return np.stack(np.broadcast_arrays(x, y, z), axis=-1)
