"""What the ground hides from a site: shadows along one azimuth, and the table (azimuth x height) that a look reads.

A target that flies level away from a site is hidden for good once the ground hides it: its elevation falls and the
horizon behind it only rises. So one range for each azimuth and height tells all. Rays are straight over a 4/3 earth;
the ground is sampled at half its spacing; heights are above mean sea level, and the geoid is not applied.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jointsky import geo
from jointsky.atlas.elevation import Elevation
from jointsky.geo.angles import sincos
from jointsky.geo.frames import MEAN_RADIUS_M
from jointsky.sensing.mask_store import kept

Floats = NDArray[np.float64]

EFFECTIVE_EARTH_M = 8_494_677.0
AZIMUTHS, HEIGHTS, CEILING_M = 512, 48, 20_000.0
"""Size of a table; height j stands for CEILING (j / (HEIGHTS - 1))^2: fine where it matters."""
OPEN_M = 1e9
"""Reach where the ground hides nothing within the samples."""
_LEAST_STEP_M = 100.0
_PART = 128


def table_heights_m() -> Floats:
    """Return the heights (m) of the columns of a mask table."""
    return CEILING_M * (np.arange(HEIGHTS) / (HEIGHTS - 1.0)) ** 2


def table_directions() -> Floats:
    """Return the unit vectors (east, north) in the middle of each azimuth bin, shape (AZIMUTHS, 2).

    Bins divide the square |east| + |north| = 1 evenly, clockwise from north, so that no angle is needed to find one.
    """
    turn = (np.arange(AZIMUTHS) + 0.5) * 4.0 / AZIMUTHS
    north = 1.0 - np.where(turn <= 2.0, turn, 4.0 - turn)
    east = (1.0 - np.abs(north)) * np.where(turn <= 2.0, 1.0, -1.0)
    return np.stack((east, north), axis=1) / np.sqrt(east * east + north * north)[:, None]


def terrain_shadow_m(
    ground: Elevation, lat_deg: float, lon_deg: float, antenna_m: float, az_rad: float, ranges_m: ArrayLike
) -> Floats:
    """Return, for increasing ranges along one azimuth, the height (m) below which the ground up to there hides a
    target. Exact for the ground as sampled at these ranges.
    """
    ranges = np.asarray(ranges_m, dtype=np.float64)
    sine, cosine = sincos(az_rad)
    direction = np.array([[float(sine), float(cosine)]])
    return _height_at(ranges, antenna_m, _horizon(ground, lat_deg, lon_deg, antenna_m, direction, ranges))[0]


def mask_table(
    ground: Elevation, lat_deg: float, lon_deg: float, antenna_m: float, max_range_m: float
) -> NDArray[np.float32]:
    """Return the range (m) up to which a site sees targets, shape (AZIMUTHS, HEIGHTS); `OPEN_M` where the ground hides
    nothing out to `max_range_m`. Built once for each site and ground, and kept, on disk too
    (`mask_store`).
    """
    site = round(lat_deg, 7), round(lon_deg, 7), round(antenna_m, 2), round(max_range_m)
    return _kept(ground, site)


@lru_cache(maxsize=512)
def _kept(ground: Elevation, site: tuple[float, float, float, float]) -> NDArray[np.float32]:
    table = kept(ground.sha256, site, (AZIMUTHS, HEIGHTS), lambda: _built(ground, *site))
    table.flags.writeable = False
    return table


def _built(ground: Elevation, lat: float, lon: float, antenna_m: float, max_range_m: float) -> NDArray[np.float32]:
    step = max(0.5 * ground.spacing_m, _LEAST_STEP_M)
    ranges = np.arange(step, max_range_m + step, step)
    directions = table_directions()
    table = np.empty((AZIMUTHS, HEIGHTS), np.float32)
    for first in range(0, AZIMUTHS, _PART):
        part = slice(first, first + _PART)
        shadow = _height_at(ranges, antenna_m, _horizon(ground, lat, lon, antenna_m, directions[part], ranges))
        table[part] = _reach(ranges, np.maximum.accumulate(shadow, axis=1))
    return table


def _reach(ranges: Floats, shadow: Floats) -> NDArray[np.float32]:
    """Where each azimuth's shadow, which only rises, reaches each height of the table (m), between two samples."""
    heights = table_heights_m()
    found = np.full((len(shadow), HEIGHTS), OPEN_M, np.float32)
    for row, line in enumerate(shadow):
        after = np.searchsorted(line, heights, side="right")
        hidden = after < len(ranges)
        at = after[hidden]
        before = np.maximum(at - 1, 0)
        rise = np.where(at > before, line[at] - line[before], 1.0)
        share = np.where(at > before, (heights[hidden] - line[before]) / rise, 1.0)
        found[row, hidden] = ranges[before] + share * (ranges[at] - ranges[before])
    return found


def _horizon(
    ground: Elevation, lat_deg: float, lon_deg: float, antenna_m: float, directions: Floats, ranges: Floats
) -> Floats:
    """The greatest sine of elevation of the ground up to each range, shape (directions, ranges)."""
    drop = -(ranges * ranges) / (2.0 * MEAN_RADIUS_M)
    local = np.empty((len(directions), len(ranges), 3))
    local[:, :, 0], local[:, :, 1] = directions[:, :1] * ranges, directions[:, 1:] * ranges
    local[:, :, 2] = drop
    lat, lon, _ = geo.ecef2geodetic(geo.enu2ecef(local, lat_deg, lon_deg, 0.0))
    return np.maximum.accumulate(_sine(ranges, antenna_m, ground.height_m(lat, lon)), axis=1)


def _sine(ranges: Floats, antenna_m: float, height_m: Floats) -> Floats:
    low, high = EFFECTIVE_EARTH_M + antenna_m, EFFECTIVE_EARTH_M + height_m
    return ((high - low) * (high + low) - ranges * ranges) / (2.0 * ranges * low)


def _height_at(ranges: Floats, antenna_m: float, sine: Floats) -> Floats:
    low = EFFECTIVE_EARTH_M + antenna_m
    return np.sqrt(low * low + ranges * ranges + 2.0 * ranges * low * sine) - EFFECTIVE_EARTH_M


def mask_reach_m(table: NDArray[np.float32], east: ArrayLike, north: ArrayLike, height_m: ArrayLike) -> Floats:
    """Return how far a site sees targets of these heights in these directions: `kernels.terrain` over whole arrays."""
    e, n = np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64)
    across = np.maximum(np.abs(e) + np.abs(n), 1e-9)
    turn = np.where(e < 0.0, 3.0 + n / across, 1.0 - n / across)
    place = np.minimum((turn * (0.25 * AZIMUTHS)).astype(np.int64), AZIMUTHS - 1)
    x = (HEIGHTS - 1) * np.sqrt(np.clip(np.asarray(height_m, dtype=np.float64) / CEILING_M, 0.0, 1.0))
    low = np.minimum(x.astype(np.int64), HEIGHTS - 2)
    under = table[place, low].astype(np.float64)
    return under + (x - low) * (table[place, low + 1] - under)
