"""WGS84 frames in compiled code: the twins of `jointsky.geo.frames`, scalars in, tuples out, then loops over rows.

Angles in radians, lengths in metres. A place's frame is its ECEF position and its 3 x 3 rotation (rows east, north,
up), computed once. Formulas: Bowring (1976, 1985).
"""

import math
from typing import Any

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import TWO_PI, atan2, sincos

SEMI_MAJOR_M = 6378137.0
FLATTENING = 1.0 / 298.257223563
SEMI_MINOR_M = SEMI_MAJOR_M * (1.0 - FLATTENING)
ECCENTRICITY_SQUARED = FLATTENING * (2.0 - FLATTENING)
SECOND_ECCENTRICITY_SQUARED = ECCENTRICITY_SQUARED / (1.0 - ECCENTRICITY_SQUARED)
MEAN_RADIUS_M = 6371008.7714

Triple = tuple[float, float, float]


@kernel("UniTuple(float64, 3)(float64, float64, float64)")
def geodetic2ecef(lat_rad: float, lon_rad: float, alt_m: float) -> Triple:
    """Return the earth-centred position (x, y, z) in metres."""
    sin_lat, cos_lat = sincos(lat_rad)
    sin_lon, cos_lon = sincos(lon_rad)
    normal = SEMI_MAJOR_M / math.sqrt(1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat)
    across = (normal + alt_m) * cos_lat
    upward = (normal * (1.0 - ECCENTRICITY_SQUARED) + alt_m) * sin_lat
    return across * cos_lon, across * sin_lon, upward


@kernel("UniTuple(float64, 3)(float64, float64, float64)")
def ecef2geodetic(x: float, y: float, z: float) -> Triple:
    """Return (lat_rad, lon_rad, alt_m); good to 1e-13 rad and about a micrometre from -100 km to 2,000 km of height."""
    across = math.sqrt(x * x + y * y)
    distance = math.sqrt(across * across + z * z)
    tan_top = z * (1.0 + SECOND_ECCENTRICITY_SQUARED * SEMI_MINOR_M / distance)
    tan_bottom = across
    for _ in range(2):
        top = SEMI_MINOR_M * tan_top
        bottom = SEMI_MAJOR_M * tan_bottom
        length = math.sqrt(top * top + bottom * bottom)
        s = top / length
        c = bottom / length
        tan_top = z + SECOND_ECCENTRICITY_SQUARED * SEMI_MINOR_M * s * s * s
        tan_bottom = across - ECCENTRICITY_SQUARED * SEMI_MAJOR_M * c * c * c
    length = math.sqrt(tan_top * tan_top + tan_bottom * tan_bottom)
    s = tan_top / length
    c = tan_bottom / length
    alt = across * c + z * s - SEMI_MAJOR_M * math.sqrt(1.0 - ECCENTRICITY_SQUARED * s * s)
    lon = atan2(y, x) if across > 0.0 else 0.0
    return atan2(tan_top, tan_bottom), lon, alt


@kernel("void(float64, float64, float64[:, ::1])")
def enu_rotation(lat_rad: float, lon_rad: float, rotation: Any) -> None:
    """Fill a 3 x 3 array whose rows are east, north and up in ECEF."""
    sin_lat, cos_lat = sincos(lat_rad)
    sin_lon, cos_lon = sincos(lon_rad)
    rotation[0, 0] = -sin_lon
    rotation[0, 1] = cos_lon
    rotation[0, 2] = 0.0
    rotation[1, 0] = -sin_lat * cos_lon
    rotation[1, 1] = -sin_lat * sin_lon
    rotation[1, 2] = cos_lat
    rotation[2, 0] = cos_lat * cos_lon
    rotation[2, 1] = cos_lat * sin_lon
    rotation[2, 2] = sin_lat


@kernel("UniTuple(float64, 3)(float64, float64, float64, float64, float64)")
def rotate2enu(x: float, y: float, z: float, lat_rad: float, lon_rad: float) -> Triple:
    """Return a free ECEF vector turned to east, north, up at a place."""
    sin_lat, cos_lat = sincos(lat_rad)
    sin_lon, cos_lon = sincos(lon_rad)
    return (
        -sin_lon * x + cos_lon * y + 0.0 * z,
        -sin_lat * cos_lon * x + -sin_lat * sin_lon * y + cos_lat * z,
        cos_lat * cos_lon * x + cos_lat * sin_lon * y + sin_lat * z,
    )


@kernel("UniTuple(float64, 3)(float64, float64, float64, float64, float64)")
def rotate2ecef(e: float, n: float, u: float, lat_rad: float, lon_rad: float) -> Triple:
    """Return a free east-north-up vector at a place turned to ECEF; undoes `rotate2enu`."""
    sin_lat, cos_lat = sincos(lat_rad)
    sin_lon, cos_lon = sincos(lon_rad)
    return (
        -sin_lon * e + -sin_lat * cos_lon * n + cos_lat * cos_lon * u,
        cos_lon * e + -sin_lat * sin_lon * n + cos_lat * sin_lon * u,
        0.0 * e + cos_lat * n + sin_lat * u,
    )


@kernel("UniTuple(float64, 3)(float64, float64, float64, float64[::1], float64[:, ::1])")
def ecef2enu(x: float, y: float, z: float, origin: Any, rotation: Any) -> Triple:
    """Return a position in the frame of a place given by its ECEF origin (3) and rotation (3, 3)."""
    dx = x - origin[0]
    dy = y - origin[1]
    dz = z - origin[2]
    return (
        rotation[0, 0] * dx + rotation[0, 1] * dy + rotation[0, 2] * dz,
        rotation[1, 0] * dx + rotation[1, 1] * dy + rotation[1, 2] * dz,
        rotation[2, 0] * dx + rotation[2, 1] * dy + rotation[2, 2] * dz,
    )


@kernel("UniTuple(float64, 3)(float64, float64, float64, float64[::1], float64[:, ::1])")
def enu2ecef(e: float, n: float, u: float, origin: Any, rotation: Any) -> Triple:
    """Return the ECEF position of a point given in the frame of a place; undoes `ecef2enu`."""
    return (
        rotation[0, 0] * e + rotation[1, 0] * n + rotation[2, 0] * u + origin[0],
        rotation[0, 1] * e + rotation[1, 1] * n + rotation[2, 1] * u + origin[1],
        rotation[0, 2] * e + rotation[1, 2] * n + rotation[2, 2] * u + origin[2],
    )


@kernel("UniTuple(float64, 3)(float64, float64, float64)")
def enu2aer(e: float, n: float, u: float) -> Triple:
    """Return (azimuth clockwise from north in [0, 2 pi), elevation in [-pi/2, pi/2], slant range)."""
    level = math.sqrt(e * e + n * n)
    az = atan2(e, n)
    if az < 0.0:
        az += TWO_PI
    if az >= TWO_PI:
        az = 0.0
    return az, atan2(u, level), math.sqrt(level * level + u * u)


@kernel("UniTuple(float64, 3)(float64, float64, float64)")
def aer2enu(az_rad: float, el_rad: float, range_m: float) -> Triple:
    """Return (east, north, up); undoes `enu2aer`."""
    sin_el, cos_el = sincos(el_rad)
    sin_az, cos_az = sincos(az_rad)
    level = range_m * cos_el
    return level * sin_az, level * cos_az, range_m * sin_el


@kernel("float64(float64, float64, float64)")
def horizon_range_m(height1_m: float, height2_m: float, k: float) -> float:
    """Return the longest straight ray between two heights over a sphere of radius k R; heights below 0 count as 0."""
    twice = 2.0 * k * MEAN_RADIUS_M
    h1 = height1_m if height1_m > 0.0 else 0.0
    h2 = height2_m if height2_m > 0.0 else 0.0
    return math.sqrt(h1 * (twice + h1)) + math.sqrt(h2 * (twice + h2))


@kernel("void(float64[:, :], float64[:], float64[:], float64[:])")
def ecef2geodetic_rows(pos_ecef_m: Any, lat_rad: Any, lon_rad: Any, alt_m: Any) -> None:
    """Fill latitude, longitude and height of n positions, shape (n, 3)."""
    for row in range(pos_ecef_m.shape[0]):
        lat_rad[row], lon_rad[row], alt_m[row] = ecef2geodetic(
            pos_ecef_m[row, 0], pos_ecef_m[row, 1], pos_ecef_m[row, 2]
        )


@kernel("void(float64[:], float64[:], float64[:], float64[:, :])")
def geodetic2ecef_rows(lat_rad: Any, lon_rad: Any, alt_m: Any, pos_ecef_m: Any) -> None:
    """Fill n ECEF positions, shape (n, 3)."""
    for row in range(lat_rad.shape[0]):
        x, y, z = geodetic2ecef(lat_rad[row], lon_rad[row], alt_m[row])
        pos_ecef_m[row, 0] = x
        pos_ecef_m[row, 1] = y
        pos_ecef_m[row, 2] = z


@kernel("void(float64[:, :], float64[::1], float64[:, ::1], float64[:, :])")
def ecef2enu_rows(pos_ecef_m: Any, origin: Any, rotation: Any, pos_enu_m: Any) -> None:
    """Fill n positions in the frame of one place, shape (n, 3)."""
    for row in range(pos_ecef_m.shape[0]):
        e, n, u = ecef2enu(pos_ecef_m[row, 0], pos_ecef_m[row, 1], pos_ecef_m[row, 2], origin, rotation)
        pos_enu_m[row, 0] = e
        pos_enu_m[row, 1] = n
        pos_enu_m[row, 2] = u


@kernel("void(float64[:, :], float64[::1], float64[:, ::1], float64[:, :])")
def enu2ecef_rows(pos_enu_m: Any, origin: Any, rotation: Any, pos_ecef_m: Any) -> None:
    """Fill n ECEF positions from the frame of one place, shape (n, 3); undoes `ecef2enu_rows`."""
    for row in range(pos_enu_m.shape[0]):
        x, y, z = enu2ecef(pos_enu_m[row, 0], pos_enu_m[row, 1], pos_enu_m[row, 2], origin, rotation)
        pos_ecef_m[row, 0] = x
        pos_ecef_m[row, 1] = y
        pos_ecef_m[row, 2] = z
