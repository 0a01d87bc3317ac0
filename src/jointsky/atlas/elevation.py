"""Ground heights from files: HGT (SRTM), DTED and GeoTIFF tiles laid over the coarse grid.

Formats: SRTM HGT (big-endian 16-bit rows from the north, named by their south-west corner); DTED levels 0 to 2
(MIL-PRF-89020B); GeoTIFF 1.1 (OGC 19-008r4), uncompressed, geographic WGS84. Heights count as above mean sea level. A
tile with a hole or on another datum is refused: a hole would be a window in a mountain.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jointsky.atlas import geotiff, terrain
from jointsky.errors import TableError

Floats = NDArray[np.float64]

DEG_M = 111_194.9
VOIDS = (-32768, -32767)
"""What HGT and DTED write where they know no height."""
_HGT_SIDES = {1201 * 1201 * 2: 1201, 3601 * 3601 * 2: 3601}
_HGT_NAME = re.compile(r"([NS])(\d{2})([EW])(\d{3})", re.IGNORECASE)
_DTED_HEAD = 80 + 648 + 2700


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """Heights on an even grid: row 0 at `south_deg`, column 0 at `west_deg`, `height_m` (rows, columns)."""

    south_deg: float
    west_deg: float
    lat_step_deg: float
    lon_step_deg: float
    height_m: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Elevation:
    """Ground made of tiles, the first that covers a place deciding; elsewhere the coarse grid. `name` says which,
    `sha256` what is in the files (empty: not known)."""

    name: str
    tiles: tuple[Tile, ...] = ()
    sha256: str = ""

    @property
    def spacing_m(self) -> float:
        """The finest distance between heights from north to south."""
        return min((tile.lat_step_deg * DEG_M for tile in self.tiles), default=DEG_M / 12.0)

    def height_m(self, lat_deg: ArrayLike, lon_deg: ArrayLike) -> Floats:
        """Return ground heights (m), interpolated between four posts."""
        lat, lon = np.broadcast_arrays(np.asarray(lat_deg, dtype=np.float64), np.asarray(lon_deg, dtype=np.float64))
        height = terrain.height_m(lat, lon)
        for tile in reversed(self.tiles):
            row, column = (lat - tile.south_deg) / tile.lat_step_deg, (lon - tile.west_deg) / tile.lon_step_deg
            rows, columns = tile.height_m.shape
            within = (row >= 0.0) & (row <= rows - 1.0) & (column >= 0.0) & (column <= columns - 1.0)
            if within.any():
                height = np.where(within, _between(tile.height_m, row, column, within), height)
        return height


def content_sha256(path: str | Path | None) -> str:
    """The hash of a file of heights, of the built-in grid for None. Raises OSError."""
    octets = files("jointsky.atlas").joinpath("terrain.npz").read_bytes() if path is None else Path(path).read_bytes()
    return hashlib.sha256(octets).hexdigest()


COARSE = Elevation("coarse")
"""The built-in grid alone."""


def _between(height: NDArray[np.float32], row: Floats, column: Floats, within: NDArray[np.bool_]) -> Floats:
    row, column = np.where(within, row, 0.0), np.where(within, column, 0.0)
    south = np.minimum(row.astype(np.int64), height.shape[0] - 2)
    west = np.minimum(column.astype(np.int64), height.shape[1] - 2)
    up, right = row - south, column - west
    low = height[south, west] * (1.0 - right) + height[south, west + 1] * right
    high = height[south + 1, west] * (1.0 - right) + height[south + 1, west + 1] * right
    return low * (1.0 - up) + high * up


def open_elevation(paths: Sequence[str | Path]) -> Elevation:
    """Return the ground of these files over the coarse grid; a name that ends in .hgt, .dt0 to .dt2, .tif or .tiff
    tells the format. Raises TableError(file, row, what) for a file that is none of these, damaged, with a hole, or on
    another datum, and OSError for one that cannot be read.
    """
    tiles = tuple(_tile(str(path)) for path in paths)
    hashes = " ".join(content_sha256(path) for path in [None, *paths])
    whole = hashlib.sha256(hashes.encode()).hexdigest()
    return Elevation("+".join(str(path) for path in paths) or "coarse", tiles, whole)


@lru_cache(maxsize=64)
def _tile(path: str) -> Tile:
    readers = {".hgt": read_hgt, ".tif": read_geotiff, ".tiff": read_geotiff}
    readers |= dict.fromkeys((".dt0", ".dt1", ".dt2"), read_dted)
    reader = readers.get(Path(path).suffix.lower())
    if reader is None:
        raise TableError(path, 0, "name", "expected a name that ends in .hgt, .dt0, .dt1, .dt2, .tif or .tiff")
    return reader(path)


def read_hgt(path: str | Path) -> Tile:
    """Return a tile of SRTM heights; the name (such as N53E030.hgt) says where it lies. Raises as `open_elevation`."""
    octets = Path(path).read_bytes()
    side, named = _HGT_SIDES.get(len(octets)), _HGT_NAME.match(Path(path).name)
    if side is None:
        raise TableError(
            str(path), 0, "size", f"found {len(octets)} octets, expected 1201 x 1201 or 3601 x 3601 heights"
        )
    if named is None:
        raise TableError(str(path), 0, "name", "expected a name such as N53E030.hgt, the south-west corner")
    south = int(named[2]) * (1 if named[1] in "Nn" else -1)
    west = int(named[4]) * (1 if named[3] in "Ee" else -1)
    heights = np.frombuffer(octets, ">i2").reshape(side, side)
    _refuse_holes(path, heights, np.isin(heights, VOIDS))
    return Tile(south, west, 1.0 / (side - 1), 1.0 / (side - 1), _flipped(heights))


def read_dted(path: str | Path) -> Tile:
    """Return a tile of DTED heights. Raises as `open_elevation`."""
    octets = Path(path).read_bytes()
    if octets[:4] != b"UHL1" or octets[80:83] != b"DSI" or len(octets) < _DTED_HEAD:
        raise TableError(str(path), 0, "head", "expected the labels UHL1 and DSI of a DTED file")
    datum = octets[80 + 144 : 80 + 149].decode("ascii", "replace")
    if datum != "WGS84":
        raise TableError(str(path), 0, "datum", f"found horizontal datum {datum!r}, expected WGS84")
    try:
        west, south = _dms(octets[4:12]), _dms(octets[12:20])
        lon_step, lat_step = (int(octets[at : at + 4]) / 36_000.0 for at in (20, 24))
        columns, rows = int(octets[47:51]), int(octets[51:55])
    except ValueError as error:
        raise TableError(str(path), 0, "head", f"found no numbers where they belong: {error}") from None
    length = 12 + 2 * rows
    if len(octets) < _DTED_HEAD + columns * length or min(rows, columns) < 2:
        raise TableError(str(path), 0, "size", f"found {len(octets)} octets, too few for {columns} x {rows} heights")
    records = np.frombuffer(octets, np.uint8, columns * length, _DTED_HEAD).reshape(columns, length)
    _refuse_bad_records(path, records)
    raw = records[:, 8:-4].copy().view(">u2").astype(np.int64)
    heights = np.where(raw & 0x8000, -(raw & 0x7FFF), raw).T  # sign and magnitude; rows from the south
    _refuse_holes(path, heights, np.isin(heights, VOIDS))
    return Tile(south, west, lat_step, lon_step, np.ascontiguousarray(heights, dtype=np.float32))


def _refuse_bad_records(path: str | Path, records: NDArray[np.uint8]) -> None:
    sums = records[:, :-4].sum(axis=1, dtype=np.int64)
    said = records[:, -4:].copy().view(">u4")[:, 0].astype(np.int64)
    bad = np.flatnonzero((records[:, 0] != 0xAA) | (sums != said))
    if bad.size:
        raise TableError(str(path), int(bad[0]) + 1, "checksum", "this column of heights is damaged")


def _dms(text: bytes) -> float:
    """DDDMMSSH as degrees."""
    whole = text.decode("ascii")
    value = int(whole[:3]) + int(whole[3:5]) / 60.0 + int(whole[5:7]) / 3600.0
    return -value if whole[7] in "SW" else value


def read_geotiff(path: str | Path) -> Tile:
    """Return a tile of heights from an uncompressed GeoTIFF of one band. Raises as `open_elevation`."""
    raster = geotiff.read(path)
    heights = raster.values
    if heights.shape[2] != 1:
        raise TableError(str(path), 0, "bands", f"found {heights.shape[2]}, expected 1 of heights")
    plane = heights[:, :, 0].astype(np.float64)
    holes = ~np.isfinite(plane) | np.isin(plane, VOIDS)
    if raster.nodata is not None:
        holes |= plane == raster.nodata
    _refuse_holes(path, plane, holes)
    rows = plane.shape[0]
    south = raster.north_deg - (rows - 1) * raster.lat_step_deg
    return Tile(south, raster.west_deg, raster.lat_step_deg, raster.lon_step_deg, _flipped(plane))


def _flipped(heights: NDArray[np.generic]) -> NDArray[np.float32]:
    return np.ascontiguousarray(heights[::-1], dtype=np.float32)


def _refuse_holes(path: str | Path, heights: NDArray[np.generic], holes: NDArray[np.bool_]) -> None:
    if holes.any():
        row, column = (int(part) for part in np.argwhere(holes)[0])
        found = f"found no height ({heights[row, column]}) in column {column + 1}, {int(holes.sum())} such holes"
        raise TableError(str(path), row + 1, "heights", f"{found}; fill them first")
