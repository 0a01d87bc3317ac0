"""Ground heights: a coarse grid of Europe, a smooth earth (height 0) elsewhere.

The packed file comes from itur (MIT), the grid of ITU-R P.1511-2; see `tools/pack_terrain.py`. Its heights are means
of cells of 1/12 degree, some 9 km high and 5 km wide: good for the elevation of a site, not for masking by hills.
Above mean sea level; the geoid (up to 50 m in Europe) is not applied.
"""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_STEPS_PER_DEG = 12.0


class Grid(NamedTuple):
    """Heights in metres, shape (rows from south, columns from west), and the place of the first."""

    south_deg: float
    west_deg: float
    height_m: Floats


@cache
def grid() -> Grid:
    """Return the packed grid, read once."""
    with (
        files("jointsky.atlas").joinpath("terrain.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as packed,
    ):
        south, west = packed["south_west_deg"].tolist()
        return Grid(south, west, np.cumsum(packed["steps_m"], axis=1, dtype=np.float64))


def covers(lat_deg: ArrayLike, lon_deg: ArrayLike) -> NDArray[np.bool_]:
    """Return whether places lie within the grid."""
    row, column = _place(lat_deg, lon_deg)
    rows, columns = grid().height_m.shape
    return (row >= 0.0) & (row <= rows - 1.0) & (column >= 0.0) & (column <= columns - 1.0)


def height_m(lat_deg: ArrayLike, lon_deg: ArrayLike) -> Floats:
    """Return the ground's height in metres, interpolated between four cells; 0 where the grid ends."""
    height = grid().height_m
    row, column = _place(lat_deg, lon_deg)
    within = covers(lat_deg, lon_deg)
    south = np.clip(np.floor(np.where(within, row, 0.0)), 0, height.shape[0] - 2).astype(np.int64)
    west = np.clip(np.floor(np.where(within, column, 0.0)), 0, height.shape[1] - 2).astype(np.int64)
    up, right = row - south, column - west
    low = height[south, west] * (1.0 - right) + height[south, west + 1] * right
    high = height[south + 1, west] * (1.0 - right) + height[south + 1, west + 1] * right
    return np.where(within, low * (1.0 - up) + high * up, 0.0)


def _place(lat_deg: ArrayLike, lon_deg: ArrayLike) -> tuple[Floats, Floats]:
    lat, lon = np.broadcast_arrays(np.asarray(lat_deg, dtype=np.float64), np.asarray(lon_deg, dtype=np.float64))
    return (lat - grid().south_deg) * _STEPS_PER_DEG, (lon - grid().west_deg) * _STEPS_PER_DEG
