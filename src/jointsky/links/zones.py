"""Where a clause holds: territories, named zones, and strips along a border, as tests on arrays of positions.

Edges of polygons are straight in longitude and latitude (RFC 7946); distances are chords of the WGS84 ellipsoid, a few
metres short of the geodesic at 150 km. Only sums, products, quotients and roots: the same answer on every machine.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jointsky.geo.angles import sincos
from jointsky.geo.frames import MEAN_RADIUS_M, ecef2geodetic, geodetic2ecef
from jointsky.units import parse_quantity

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Polygons = Sequence[Sequence[Sequence[Sequence[float]]]]
"""The coordinates of a GeoJSON MultiPolygon: polygons of rings of (longitude, latitude) in degrees."""

BORDER_TOLERANCE_M = 5000.0
"""Two outlines this close are one border: maps of two sources never meet exactly."""
_STEP_DEG = 0.1
_SLIP_DEG = 1e-6
"""More than rounding may move a point over the edge of its cell."""
_CELL_RADIUS_M = 8_000.0
"""No point of a cell is farther than this from its middle."""
_DEGREE_M = 110_000.0
_CUBE_M = 50_000.0
_BESIDE = [(x, y, z) for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1)]
"""Steps to a cube itself and to all that touch it."""
_RAD = 0.017453292519943295
_CHUNK = 1 << 18
_NOT_ASKED, _OUTSIDE, _INSIDE, _EDGE = -1, 0, 1, 2


@dataclass(frozen=True, slots=True)
class ZoneText:
    """A zone as written: `kind` is strip, role (`names` = receiver or owner), territory, or named.

    `distance_m` and, in `names`, the nation of "border of NATION" (none: the common border) belong to a strip.
    """

    kind: str
    names: tuple[str, ...] = ()
    distance_m: float = 0.0


def parse_zone(text: str) -> ZoneText:
    """Read the words of a zone; raises ValueError saying what is expected."""
    words = " ".join(text.split())
    strip = re.fullmatch(r"within (.+?) of (?:the )?border(?: of (\S+))?", words)
    if strip:
        return ZoneText("strip", (strip[2],) if strip[2] else (), parse_quantity(strip[1], "m"))
    if words in ("receiver territory", "owner territory"):
        return ZoneText("role", (words.split()[0],))
    lands = re.fullmatch(r"anywhere in (\S+(?: \+ \S+)*)", words) or re.fullmatch(r"(\S+) territory", words)
    if lands:
        return ZoneText("territory", tuple(lands[1].split(" + ")))
    if re.fullmatch(r"[\w.\-]+", words):
        return ZoneText("named", (words,))
    raise ValueError(
        f"found {text!r}, expected 'within 150 km of border', 'within 150 km of border of NATION', "
        "'receiver territory', 'owner territory', 'anywhere in NATION + NATION' or the name of a zone"
    )


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """Polygons as edges: `lat` and `lon` (relative to `lon0_deg`), each of shape (edges, 2), in degrees.

    `cells` remembers, for squares of a tenth of a degree from `corner_deg` (south, west) on, whether they lie wholly
    inside, wholly outside or across an edge, so that only points near an edge are measured. It fills up as it is asked
    and changes no answer.
    """

    lon0_deg: float
    lat: Floats
    lon: Floats
    corner_deg: tuple[float, float]
    cells: NDArray[np.int8]

    def inside(self, lat_deg: Floats, lon_deg: Floats) -> Bools:
        """Which points lie inside: even-odd rule, an edge belongs to its northern point no more than once."""
        found = np.zeros(lat_deg.size, dtype=np.bool_)
        south, west = self.corner_deg
        with np.errstate(invalid="ignore"):
            x = _relative(lon_deg, self.lon0_deg)
            row, column = np.floor((lat_deg - south) / _STEP_DEG), np.floor((x - west) / _STEP_DEG)
            rows, columns = self.cells.shape
            near = np.flatnonzero((row >= 0) & (row < rows) & (column >= 0) & (column < columns))
        places = row[near].astype(np.int64), column[near].astype(np.int64)
        state = self.cells[places]
        if (state == _NOT_ASKED).any():
            self._measure_cells(*(part[state == _NOT_ASKED] for part in places))
            state = self.cells[places]
        found[near] = state == _INSIDE
        edge = near[state == _EDGE]
        found[edge] = self._measured(lat_deg[edge], x[edge])
        return found

    def _measured(self, lat_deg: Floats, x: Floats) -> Bools:
        """The same by all edges, for points with longitudes relative to `lon0_deg`."""
        found = np.zeros(lat_deg.size, dtype=np.bool_)
        (lat1, lat2), (lon1, lon2) = self.lat.T, self.lon.T
        for rows in _chunks(np.arange(lat_deg.size), len(lat1)):
            y = lat_deg[rows, None]
            crossed = (lat1 <= y) != (lat2 <= y)
            share = np.where(crossed, y - lat1, 0.0) / np.where(lat1 == lat2, 1.0, lat2 - lat1)
            east = crossed & (x[rows, None] < lon1 + share * (lon2 - lon1))
            found[rows] = np.count_nonzero(east, axis=1) % 2 == 1
        return found

    def _measure_cells(self, row: NDArray[np.int64], column: NDArray[np.int64]) -> None:
        """A cell that the box of no edge reaches is inside or outside as a whole, like its middle."""
        cell = np.unique(row * self.cells.shape[1] + column)
        row, column = np.divmod(cell, self.cells.shape[1])
        south = np.asarray(self.corner_deg[0] + row * _STEP_DEG, dtype=np.float64)
        west = np.asarray(self.corner_deg[1] + column * _STEP_DEG, dtype=np.float64)
        touched = np.zeros(len(cell), dtype=np.bool_)
        for part in _chunks(np.arange(len(cell)), len(self.lat)):
            y, x = south[part, None], west[part, None]
            beside = (self.lat.max(axis=1) < y - _SLIP_DEG) | (self.lat.min(axis=1) > y + _STEP_DEG + _SLIP_DEG)
            beside |= (self.lon.max(axis=1) < x - _SLIP_DEG) | (self.lon.min(axis=1) > x + _STEP_DEG + _SLIP_DEG)
            touched[part] = ~beside.all(axis=1)
        middle = self._measured(south + 0.5 * _STEP_DEG, west + 0.5 * _STEP_DEG)
        self.cells[row, column] = np.where(touched, _EDGE, np.where(middle, _INSIDE, _OUTSIDE))


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Short straight pieces of outlines: start and run in ECEF metres, each of shape (pieces, 3)."""

    start: Floats
    run: Floats

    def distance_m(self, pos_ecef_m: Floats) -> Floats:
        """Straight distance of points, shape (n, 3), to the nearest piece; infinite without any piece."""
        nearest = np.full(len(pos_ecef_m), np.inf)
        length2 = _dot(self.run, self.run)
        for rows in _chunks(np.arange(len(pos_ecef_m)), max(1, len(self.start))):
            away = pos_ecef_m[rows, None, :] - self.start
            along = np.clip(_dot(away, self.run) / length2, 0.0, 1.0)
            rest = away - along[..., None] * self.run
            nearest[rows] = np.sqrt(np.min(_dot(rest, rest), axis=1, initial=np.inf))
        return nearest


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """All points within `chord_m` of `lines`.

    `cells` remembers, for squares of a tenth of a degree from `south_deg` and `west_deg` on, whether they lie wholly
    inside, wholly outside or across the edge, so that only points near the edge are measured. It fills up as it is
    asked and changes no answer.
    """

    lines: Lines
    chord_m: float
    south_deg: float
    west_deg: float
    cells: NDArray[np.int8]

    def inside(self, lat_deg: Floats, lon_deg: Floats) -> Bools:
        """Which points lie inside."""
        found = np.zeros(lat_deg.size, dtype=np.bool_)
        with np.errstate(invalid="ignore"):
            y = np.floor((lat_deg - self.south_deg) / _STEP_DEG)
            x = np.floor(np.mod(lon_deg - self.west_deg, 360.0) / _STEP_DEG)
            near = np.flatnonzero((y >= 0) & (y < self.cells.shape[0]) & (x >= 0) & (x < self.cells.shape[1]))
        row, column = y[near].astype(np.int64), x[near].astype(np.int64)
        state = self.cells[row, column]
        if (state == _NOT_ASKED).any():
            self._measure_cells(row[state == _NOT_ASKED], column[state == _NOT_ASKED])
            state = self.cells[row, column]
        edge = near[state == _EDGE]
        found[near] = state == _INSIDE
        if edge.size:
            found[edge] = self.lines.distance_m(geodetic2ecef(lat_deg[edge], lon_deg[edge], 0.0)) <= self.chord_m
        return found

    def _measure_cells(self, row: NDArray[np.int64], column: NDArray[np.int64]) -> None:
        cell = np.unique(row * self.cells.shape[1] + column)
        row, column = np.divmod(cell, self.cells.shape[1])
        lat = self.south_deg + (row + 0.5) * _STEP_DEG
        middle = geodetic2ecef(lat, self.west_deg + (column + 0.5) * _STEP_DEG, 0.0)
        distance = self.lines.distance_m(middle)
        state = np.where(distance > self.chord_m + _CELL_RADIUS_M, _OUTSIDE, _EDGE)
        self.cells[row, column] = np.where(distance < self.chord_m - _CELL_RADIUS_M, _INSIDE, state)


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """A region: inside any of `areas`, or in `strip`.

    `text` repeats the author's words; `lands` are the nations whose territories the areas are.
    """

    text: str
    areas: tuple[Area, ...] = ()
    lands: tuple[str, ...] = ()
    strip: Strip | None = None

    def inside(self, lat_deg: ArrayLike, lon_deg: ArrayLike) -> Bools:
        """Which of n positions lie in the zone, shape (n,); an unknown position (NaN) lies in none."""
        lat = np.atleast_1d(np.asarray(lat_deg, dtype=np.float64))
        lon = np.atleast_1d(np.asarray(lon_deg, dtype=np.float64))
        found = np.zeros(lat.size, dtype=np.bool_) if self.strip is None else self.strip.inside(lat, lon)
        for area in self.areas:
            found |= area.inside(lat, lon)
        return found


def area_of(polygons: Polygons) -> Area:
    """The area of a territory or zone."""
    rings = [np.asarray(ring, dtype=np.float64)[:, :2] for polygon in polygons for ring in polygon if len(ring) >= 3]
    if not rings:
        return Area(0.0, np.zeros((0, 2)), np.zeros((0, 2)), (0.0, 0.0), np.zeros((0, 0), np.int8))
    lon0 = float(rings[0][0, 0])
    closed = [np.concatenate((ring, ring[:1])) for ring in rings]
    lat = np.concatenate([np.stack((ring[:-1, 1], ring[1:, 1]), axis=1) for ring in closed])
    lon = np.concatenate([np.stack((ring[:-1, 0], ring[1:, 0]), axis=1) for ring in closed])
    x = _relative(lon, lon0)
    corner = (float(lat.min()), float(x.min()))
    shape = (int((lat.max() - corner[0]) / _STEP_DEG) + 1, int((x.max() - corner[1]) / _STEP_DEG) + 1)
    return Area(lon0, lat, x, corner, np.full(shape, _NOT_ASKED, dtype=np.int8))


def outline_of(area: Area) -> Lines:
    """The whole outline of an area, cut into pieces of at most a tenth of a degree."""
    return _lines(*_pieces(area))


def common_border(one: Area, other: Area) -> Lines:
    """The pieces of either outline that run along the other, within BORDER_TOLERANCE_M; the same for both orders."""
    first, second = outline_of(one), outline_of(other)
    kept = [_along(first, second), _along(second, first)]
    return joined(kept)


def joined(parts: Sequence[Lines]) -> Lines:
    """Several lines as one."""
    empty = np.zeros((0, 3))
    return Lines(
        np.concatenate([empty, *(part.start for part in parts)]), np.concatenate([empty, *(part.run for part in parts)])
    )


def strip_along(text: str, lines: Lines, distance_m: float) -> Zone:
    """The zone of all points within a distance over ground of some lines."""
    lat, lon, _ = ecef2geodetic(lines.start)
    margin = distance_m / _DEGREE_M + 2.0 * _STEP_DEG
    south, north = max(-90.0, float(lat.min()) - margin), min(90.0, float(lat.max()) + margin)
    shrink = max(0.02, float(sincos((90.0 - max(abs(south), abs(north))) * _RAD)[0]))
    offset = _relative(lon, float(lon[0]))
    west = float(lon[0]) + float(offset.min()) - margin / shrink
    width = min(360.0, float(offset.max() - offset.min()) + 2.0 * margin / shrink)
    shape = (int((north - south) / _STEP_DEG) + 1, int(width / _STEP_DEG) + 1)
    chord = 2.0 * MEAN_RADIUS_M * float(sincos(0.5 * distance_m / MEAN_RADIUS_M)[0])
    return Zone(text, strip=Strip(lines, chord, south, west, np.full(shape, _NOT_ASKED, dtype=np.int8)))


def _along(line: Lines, other: Lines) -> Lines:
    """The pieces of `line` whose middles are within BORDER_TOLERANCE_M of `other`. Only pieces in cubes side by side
    are measured: none is longer than a cube less the tolerance."""
    middle = line.start + 0.5 * line.run
    there: dict[tuple[int, ...], list[int]] = {}
    for row, cube in enumerate(_cubes(other.start)):
        there.setdefault(cube, []).append(row)
    here: dict[tuple[int, ...], list[int]] = {}
    for row, cube in enumerate(_cubes(middle)):
        here.setdefault(cube, []).append(row)
    close = np.zeros(len(middle), np.bool_)
    for cube, rows in here.items():
        beside = [tuple(np.add(cube, step).tolist()) for step in _BESIDE]
        near = sorted(row for key in beside for row in there.get(key, ()))
        if near:
            part = Lines(other.start[near], other.run[near])
            close[rows] = part.distance_m(middle[rows]) <= BORDER_TOLERANCE_M
    return Lines(line.start[close], line.run[close])


def _cubes(pos_ecef_m: Floats) -> list[tuple[int, ...]]:
    return [tuple(cube) for cube in np.floor(pos_ecef_m / _CUBE_M).astype(np.int64).tolist()]


def _pieces(area: Area) -> tuple[Floats, Floats, Floats, Floats]:
    """Edges cut into short pieces: (lat1, lon1, lat2, lon2) in degrees."""
    lat1, lat2 = area.lat[:, 0], area.lat[:, 1]
    lon1, lon2 = area.lon[:, 0] + area.lon0_deg, area.lon[:, 1] + area.lon0_deg
    span = np.maximum(np.abs(lat2 - lat1), np.abs(lon2 - lon1))
    real = np.isfinite(span) & (span > 0.0)
    lat1, lat2, lon1, lon2, span = lat1[real], lat2[real], lon1[real], lon2[real], span[real]
    count = np.ceil(span / _STEP_DEG).astype(np.int64)
    edge = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    begin, end = step / count[edge], (step + 1) / count[edge]
    d_lat, d_lon = (lat2 - lat1)[edge], (lon2 - lon1)[edge]
    return lat1[edge] + begin * d_lat, lon1[edge] + begin * d_lon, lat1[edge] + end * d_lat, lon1[edge] + end * d_lon


def _lines(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Lines:
    start = geodetic2ecef(lat1, lon1, 0.0)
    return Lines(start, geodetic2ecef(lat2, lon2, 0.0) - start)


def _relative(lon_deg: Floats, lon0_deg: float) -> Floats:
    return np.mod(lon_deg - lon0_deg + 180.0, 360.0) - 180.0


def _dot(a: Floats, b: Floats) -> Floats:
    return a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1] + a[..., 2] * b[..., 2]


def _chunks(rows: NDArray[np.intp], columns: int) -> list[NDArray[np.intp]]:
    """Rows in portions whose tables against `columns` stay small."""
    size = max(1, _CHUNK // max(1, columns))
    return [rows[i : i + size] for i in range(0, len(rows), size)]
