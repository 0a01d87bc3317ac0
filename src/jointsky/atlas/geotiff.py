"""GeoTIFF rasters on WGS84 latitude and longitude, uncompressed: a small reader and a small writer.

TIFF 6.0 (Adobe, 1992) and GeoTIFF 1.1 (OGC 19-008r4). Values come as (rows from the north, columns from the west,
bands).
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import TableError

WGS84 = 4326
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, ABOUT, STRIPS = 256, 257, 258, 259, 262, 270, 273
BANDS, STRIP_ROWS, STRIP_OCTETS, PLANAR, TILED, EXTRA, FORMAT = 277, 278, 279, 284, 322, 338, 339
SCALE, TIE, KEYS, NODATA = 33550, 33922, 34735, 42113
_MODEL, _RASTER, _GEOGRAPHIC = 1024, 1025, 2048
_KINDS = {1: "B", 2: "s", 3: "H", 4: "I", 12: "d"}
_NUMBERS = {(1, 8): "u1", (1, 16): "u2", (2, 16): "i2", (2, 32): "i4", (1, 32): "u4", (3, 32): "f4", (3, 64): "f8"}


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """Values (rows, columns, bands) with the centre of the first at (`north_deg`, `west_deg`)."""

    north_deg: float
    west_deg: float
    lat_step_deg: float
    lon_step_deg: float
    values: NDArray[Any]
    nodata: float | None = None
    about: str = ""


def read(path: str | Path) -> Raster:
    """Return the first image. Raises TableError for what is no uncompressed GeoTIFF in strips on WGS84 degrees."""
    octets = Path(path).read_bytes()
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(octets[:4])
    if order is None:
        raise TableError(str(path), 0, "head", "expected a TIFF file (not BigTIFF)")
    try:
        tags = _tags(octets, order)
        return _raster(str(path), octets, order, tags)
    except (struct.error, IndexError, KeyError, ValueError) as error:
        raise TableError(str(path), 0, "tags", f"the file is damaged or lacks a tag: {error}") from None


def _tags(octets: bytes, order: str) -> dict[int, Any]:
    (at,) = struct.unpack_from(order + "I", octets, 4)
    (count,) = struct.unpack_from(order + "H", octets, at)
    found: dict[int, Any] = {}
    for entry in range(count):
        place = at + 2 + 12 * entry
        tag, kind, size = struct.unpack_from(order + "HHI", octets, place)
        if kind not in _KINDS:
            continue
        form = f"{order}{size}{_KINDS[kind]}"
        inside = struct.calcsize(form) <= 4
        where = place + 8 if inside else struct.unpack_from(order + "I", octets, place + 8)[0]
        values = struct.unpack_from(form, octets, where)
        found[tag] = values[0].rstrip(b"\0").decode("latin-1") if kind == 2 else values
    return found


def _raster(path: str, octets: bytes, order: str, tags: dict[int, Any]) -> Raster:
    if tags.get(COMPRESSION, (1,))[0] != 1 or TILED in tags or tags.get(PLANAR, (1,))[0] != 1:
        raise TableError(path, 0, "layout", "found compression, tiles or planes, expected plain uncompressed strips")
    keys = tags.get(KEYS, ())
    known = {keys[i]: keys[i + 3] for i in range(4, len(keys) - 3, 4)}
    if known.get(_MODEL) != 2 or known.get(_GEOGRAPHIC) != WGS84:
        found = known.get(_GEOGRAPHIC, "none" if not known else f"model {known.get(_MODEL)}")
        raise TableError(path, 0, "datum", f"found coordinate system {found}, expected EPSG:{WGS84} (WGS84 degrees)")
    bands, columns, rows = tags.get(BANDS, (1,))[0], tags[WIDTH][0], tags[HEIGHT][0]
    kind = _NUMBERS.get((tags.get(FORMAT, (1,))[0], tags[BITS][0]))
    if kind is None:
        raise TableError(path, 0, "numbers", f"found {tags[BITS][0]} bits, expected 8, 16 or 32 bits or reals")
    strips = zip(tags[STRIPS], tags[STRIP_OCTETS], strict=True)
    data = b"".join(octets[at : at + size] for at, size in strips)
    values = np.frombuffer(data, order + kind, rows * columns * bands).reshape(rows, columns, bands)
    (lon_step, lat_step), tie = tags[SCALE][:2], tags[TIE]
    half = 0.0 if known.get(_RASTER) == 2 else 0.5  # a place is a pixel's corner, or its centre
    north, west = tie[4] - (half - tie[1]) * lat_step, tie[3] + (half - tie[0]) * lon_step
    nodata = float(tags[NODATA]) if NODATA in tags else None
    return Raster(north, west, lat_step, lon_step, values, nodata, tags.get(ABOUT, ""))


def encode(raster: Raster) -> bytes:
    """Return the octets of a little-endian GeoTIFF of 8-bit values, one strip, bands interleaved."""
    values = np.ascontiguousarray(raster.values, dtype=np.uint8)
    rows, columns, bands = values.shape
    corner = raster.north_deg + 0.5 * raster.lat_step_deg, raster.west_deg - 0.5 * raster.lon_step_deg
    entries: list[tuple[int, int, tuple[Any, ...]]] = [
        (WIDTH, 4, (columns,)), (HEIGHT, 4, (rows,)), (BITS, 3, (8,) * bands), (COMPRESSION, 3, (1,)),
        (PHOTOMETRIC, 3, (1,)), (ABOUT, 2, (raster.about.encode("ascii", "replace") + b"\0",)), (STRIPS, 4, (0,)),
        (BANDS, 3, (bands,)), (STRIP_ROWS, 4, (rows,)), (STRIP_OCTETS, 4, (values.size,)), (PLANAR, 3, (1,)),
        *([(EXTRA, 3, (0,) * (bands - 1))] if bands > 1 else []),
        (SCALE, 12, (raster.lon_step_deg, raster.lat_step_deg, 0.0)),
        (TIE, 12, (0.0, 0.0, 0.0, corner[1], corner[0], 0.0)),
        (KEYS, 3, (1, 1, 0, 3, _MODEL, 0, 1, 2, _RASTER, 0, 1, 1, _GEOGRAPHIC, 0, 1, WGS84)),
    ]  # fmt: skip
    first = 8 + 2 + 12 * len(entries) + 4
    packed = [struct.pack(f"<{_length(kind, given)}{_KINDS[kind]}", *given) for _, kind, given in entries]
    start = first + sum(len(part) + len(part) % 2 for part in packed if len(part) > 4)
    head, tail = struct.pack("<2sHIH", b"II", 42, 8, len(entries)), b""
    for (tag, kind, given), part in zip(entries, packed, strict=True):
        part = struct.pack("<I", start) if tag == STRIPS else part
        inside = part.ljust(4, b"\0") if len(part) <= 4 else struct.pack("<I", first + len(tail))
        head += struct.pack("<HHI", tag, kind, _length(kind, given)) + inside
        tail += b"" if len(part) <= 4 else part + b"\0" * (len(part) % 2)
    return head + b"\0" * 4 + tail + values.tobytes()


def _length(kind: int, given: tuple[Any, ...]) -> int:
    return len(given[0]) if kind == 2 else len(given)
