"""Where a clause holds: territories, named zones, and strips along a border, as tests on arrays of positions.

Edges of polygons are straight in longitude and latitude (RFC 7946); distances are chords of the WGS84 ellipsoid, a few
metres short of the geodesic at 150 km. Only sums, products, quotients and roots: the same answer on every machine.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jointsky.geo.angles import sincos
from jointsky.geo.frames import MEAN_RADIUS_M, ecef2geodetic, geodetic2ecef
from jointsky.units import parse_quantity
from jointsky.vocab.squares import EDGE, INSIDE, NOT_ASKED

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Polygons = Sequence[Sequence[Sequence[Sequence[float]]]]
"""The coordinates of a GeoJSON MultiPolygon: polygons of rings of (longitude, latitude) in degrees."""

BORDER_TOLERANCE_M = 5000.0
"""Two outlines this close are one border: maps of two sources never meet exactly."""
_STEP_DEG = 0.1
_CELL_RADIUS_M = 8_000.0
"""No point of a cell is farther than this from its middle."""
_DEGREE_M = 110_000.0
_CUBE_M = 50_000.0
_BESIDE = [(x, y, z) for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1)]
"""Steps to a cube itself and to all that touch it."""
_RAD = 0.017453292519943295
_CHUNK = 1 << 18
_MOST_AT_EDGE = 64
"""A target near an edge is asked about many times in one moment, then never again."""


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


@cache
def _cells() -> Any:
    """The compiled code, fetched with the first position: whoever only reads an agreement needs none."""
    from jointsky.kernels import cells

    return cells


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """Polygons as edges: `lat` and `lon` (relative to `lon0_deg`), each of shape (edges, 2), in degrees."""

    lon0_deg: float
    lat: Floats
    lon: Floats

    def inside(self, lat_deg: Floats, lon_deg: Floats) -> Bools:
        """Which points lie inside: even-odd rule, an edge belongs to its northern point no more than once."""
        return Regions.of((self,)).inside(np.array(lat_deg), np.array(lon_deg))


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Some areas together, as `kernels.cells` takes them.

    `cells` remembers, for squares of a tenth of a degree, whether they lie wholly inside, wholly outside or across an
    edge, so that only points near an edge are measured. It fills up as it is asked and changes no answer.
    """

    grids: Floats
    parts: Ints
    cells: NDArray[np.int8]
    edges: Floats

    @classmethod
    def of(cls, areas: Sequence[Area]) -> "Regions":
        """The regions of areas, of which nobody has asked yet."""
        grids, parts, cells, edge = np.zeros((len(areas), 5)), np.zeros((len(areas), 5), np.int64), 0, 0
        for i, area in enumerate(areas):
            south, west = area.lat.min(initial=90.0), area.lon.min(initial=180.0)
            rows = int(max(0.0, area.lat.max(initial=-90.0) - south) / _STEP_DEG) + 1
            columns = int(max(0.0, area.lon.max(initial=-180.0) - west) / _STEP_DEG) + 1
            grids[i] = area.lon0_deg, 180.0, south, west, _STEP_DEG
            parts[i] = rows, columns, cells, edge, edge + len(area.lat)
            cells, edge = cells + rows * columns, edge + len(area.lat)
        ends = [np.stack((area.lat[:, 0], area.lon[:, 0], area.lat[:, 1], area.lon[:, 1]), axis=1) for area in areas]
        return cls(grids, parts, np.full(cells, NOT_ASKED, np.int8), np.concatenate((np.zeros((0, 4)), *ends)))

    def square(self, south_deg: float, west_deg: float) -> int:
        """The state (`kernels.cells`) of one square of a tenth of a degree."""
        return _cells().whole(south_deg, west_deg, self.grids, self.parts, self.edges)

    def holds(self, lat_deg: float, lon_deg: float) -> bool:
        """`inside` for one position."""
        return _cells().within_any(lat_deg, lon_deg, self.grids, self.parts, self.edges)

    def inside(self, lat_deg: Floats, lon_deg: Floats) -> Bools:
        """Which points lie inside any of the areas."""
        found = np.empty(lat_deg.size, np.bool_)
        _cells().inside_any(lat_deg, lon_deg, self.grids, self.parts, self.cells, self.edges, found)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Short straight pieces of outlines: start and run in ECEF metres, each of shape (pieces, 3)."""

    start: Floats
    run: Floats

    def distance_m(self, pos_ecef_m: Floats) -> Floats:
        """Straight distance of points, shape (n, 3), to the nearest piece; infinite without any piece."""
        nearest = np.full(len(pos_ecef_m), np.inf)
        length2 = _dot(self.run, self.run)
        for rows in _chunks(np.arange(len(pos_ecef_m)), len(self.start)):
            away = pos_ecef_m[rows, None, :] - self.start
            along = np.clip(_dot(away, self.run) / length2, 0.0, 1.0)
            rest = away - along[..., None] * self.run
            nearest[rows] = np.sqrt(np.min(_dot(rest, rest), axis=1, initial=np.inf))
        return nearest


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """All points within `reach[0]` metres of `lines`, straight. `cells` is as in `Regions`, on one grid; `reach[1]` is
    how far any point of a cell is from its middle at most."""

    lines: Lines
    reach: Floats
    grid: Floats
    cells: NDArray[np.int8]

    def inside(self, lat_deg: Floats, lon_deg: Floats) -> Bools:
        """Which points lie inside."""
        found = np.empty(lat_deg.size, np.bool_)
        lines = self.lines
        _cells().inside_strip(lat_deg, lon_deg, self.grid, self.cells, lines.start, lines.run, self.reach, found)
        return found

    def square(self, south_deg: float, west_deg: float) -> int:
        """The state (`kernels.cells`) of one square of a tenth of a degree."""
        return _cells().strip_cell(south_deg, west_deg, _STEP_DEG, self.lines.start, self.lines.run, self.reach)

    def holds(self, lat_deg: float, lon_deg: float) -> bool:
        """`inside` for one position."""
        return bool(_cells().away_m(lat_deg, lon_deg, self.lines.start, self.lines.run) <= self.reach[0])


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """A region: inside any of `areas`, or in `strip`.

    `text` repeats the author's words; `lands` are the nations whose territories the areas are.
    """

    text: str
    areas: tuple[Area, ...] = ()
    lands: tuple[str, ...] = ()
    strip: Strip | None = None
    _regions: Regions = field(init=False)
    _squares: dict[tuple[float, float], int] = field(default_factory=dict[tuple[float, float], int])
    """The states (`kernels.cells`) of the squares of a tenth of a degree that were asked about, by their number from
    the equator and from Greenwich."""
    _edge: dict[tuple[float, float], bool] = field(default_factory=dict[tuple[float, float], bool])
    """The answers to the last positions in squares across an edge."""

    def __post_init__(self) -> None:
        """Put the areas together."""
        object.__setattr__(self, "_regions", Regions.of(self.areas))

    def inside(self, lat_deg: ArrayLike, lon_deg: ArrayLike) -> Bools:
        """Which of n positions lie in the zone, shape (n,); an unknown position (NaN) lies in none."""
        lat, lon = np.array(lat_deg, np.float64, ndmin=1), np.array(lon_deg, np.float64, ndmin=1)
        if self.strip is None:
            return self._regions.inside(lat, lon)
        return self.strip.inside(lat, lon) | self._regions.inside(lat, lon)

    def holds(self, lat_deg: float, lon_deg: float) -> bool:
        """`inside` for one position, mostly without measuring anything."""
        if lat_deg != lat_deg or lon_deg != lon_deg:
            return False
        square = lat_deg // _STEP_DEG, lon_deg // _STEP_DEG
        if square not in self._squares:
            self._squares[square] = self._whole(square[0] * _STEP_DEG, square[1] * _STEP_DEG)
        state = self._squares[square]
        return state == INSIDE if state != EDGE else self._at_edge(lat_deg, lon_deg)

    def _whole(self, south_deg: float, west_deg: float) -> int:
        state = self._regions.square(south_deg, west_deg)
        if self.strip is None or state == INSIDE:
            return state
        beside = self.strip.square(south_deg, west_deg)
        return EDGE if EDGE in (state, beside) and beside != INSIDE else beside

    def _at_edge(self, lat_deg: float, lon_deg: float) -> bool:
        found = self._edge.get((lat_deg, lon_deg))
        if found is None:
            found = self._regions.holds(lat_deg, lon_deg)
            if self.strip is not None and not found:
                found = self.strip.holds(lat_deg, lon_deg)
            if len(self._edge) >= _MOST_AT_EDGE:
                self._edge.clear()
            self._edge[lat_deg, lon_deg] = found
        return found


def area_of(polygons: Polygons) -> Area:
    """The area of a territory or zone."""
    rings = [np.asarray(ring, dtype=np.float64)[:, :2] for polygon in polygons for ring in polygon if len(ring) >= 3]
    if not rings:
        return Area(0.0, np.zeros((0, 2)), np.zeros((0, 2)))
    lon0 = float(rings[0][0, 0])
    closed = [np.concatenate((ring, ring[:1])) for ring in rings]
    lat = np.concatenate([np.stack((ring[:-1, 1], ring[1:, 1]), axis=1) for ring in closed])
    lon = np.concatenate([np.stack((ring[:-1, 0], ring[1:, 0]), axis=1) for ring in closed])
    return Area(lon0, lat, _relative(lon, lon0))


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
    shrink = float(sincos((90.0 - max(abs(south), abs(north))) * _RAD)[0])
    beside = margin / shrink if shrink > 0.02 else 180.0  # around a pole all longitudes are near
    offset = _relative(lon, float(lon[0]))
    west = float(lon[0]) + float(offset.min()) - beside
    width = min(360.0, float(offset.max() - offset.min()) + 2.0 * beside)
    shape = (int((north - south) / _STEP_DEG) + 1, int(width / _STEP_DEG) + 1)
    chord = 2.0 * MEAN_RADIUS_M * float(sincos(0.5 * distance_m / MEAN_RADIUS_M)[0])
    grid = np.array([west, 0.0, south, 0.0, _STEP_DEG])
    reach = np.array([chord, _CELL_RADIUS_M])
    return Zone(text, strip=Strip(lines, reach, grid, np.full(shape, NOT_ASKED, np.int8)))


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
