"""Areas on the earth: territories with holes and islands, who is inside, and how far the border is.

An edge is straight in longitude and latitude, as GeoJSON says (RFC 7946, 3.1.1). Distances are taken on a metric plane
about each asked point, with the meridians' convergence taken at the middle latitude: within 0.3 % up to 300 km between
75 degrees south and north, exact at the border itself. Twins for compiled code are in `kernels.areas`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jointsky.geo.angles import sincos
from jointsky.geo.frames import ECCENTRICITY_SQUARED, SEMI_MAJOR_M

Floats = NDArray[np.float64]

_RAD = 0.017453292519943295
_DEG = 57.29577951308232
_TWO_PI = 6.283185307179586
_CELLS_AT_ONCE = 2_000_000


class Box(NamedTuple):
    """A window in degrees, west to east and south to north."""

    west_deg: float
    south_deg: float
    east_deg: float
    north_deg: float


@dataclass(frozen=True, eq=False)
class Area:
    """Land inside an odd number of rings. Each ring is (n, 2) of longitude and latitude in degrees, its end not
    repeated.

    A ring across the antimeridian runs on beyond 180 degrees instead of jumping. `real` says of each ring's edges (the
    one from vertex i to i + 1) whether it is border: edges that only close a map, along the antimeridian or a clipping
    window, are not. Build one with `area_from_rings` or `area_from_geojson`.
    """

    rings: tuple[Floats, ...]
    real: tuple[NDArray[np.bool_], ...]

    @cached_property
    def vertices(self) -> Floats:
        """All vertices, (m, 4): latitude and longitude in radians, cosine of latitude, 1 where a border edge begins."""
        lon_lat = np.concatenate(self.rings) if self.rings else np.empty((0, 2))
        border = np.concatenate(self.real) if self.real else np.empty(0, dtype=np.bool_)
        lat_rad = lon_lat[:, 1] * _RAD
        return np.stack((lat_rad, lon_lat[:, 0] * _RAD, sincos(lat_rad)[1], border.astype(np.float64)), axis=-1)

    @cached_property
    def ring_starts(self) -> NDArray[np.int64]:
        """First vertex of each ring and, last, the number of vertices: shape (rings + 1,)."""
        return np.cumsum([0, *(len(ring) for ring in self.rings)], dtype=np.int64)

    @cached_property
    def following(self) -> NDArray[np.int64]:
        """For each vertex the one that ends its edge."""
        after = np.arange(1, len(self.vertices) + 1, dtype=np.int64)
        after[self.ring_starts[1:] - 1] = self.ring_starts[:-1]
        return after

    @property
    def box(self) -> Box:
        """The smallest window that holds the area; its east may exceed 180 degrees."""
        low, high = np.concatenate(self.rings).min(axis=0), np.concatenate(self.rings).max(axis=0)
        return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


class BorderDistance(NamedTuple):
    """Metres to the border (positive inside), the nearest edge (index into `Area.vertices`) and the place on it."""

    distance_m: Floats
    edge: NDArray[np.int64]
    lat_deg: Floats
    lon_deg: Floats


def area_from_rings(rings: Sequence[ArrayLike], real: Sequence[ArrayLike] | None = None) -> Area:
    """Return the area of rings of (longitude, latitude) in degrees, closed or not; holes are rings inside others.

    `real` says of each ring's edges whether they are border (all, if not given). Rings around a pole are closed there.
    Raises ValueError for a ring of fewer than three places, or a place that is not on the earth.
    """
    smooth = [_smooth(np.asarray(ring, dtype=np.float64)) for ring in rings]
    lines = [_closing(ring) for ring in smooth]
    for line, given in zip(lines, real if real is not None else (), strict=False):
        edges = np.asarray(given, dtype=np.bool_)
        line[: len(edges)] |= ~edges
    return Area(tuple(smooth), tuple(~line for line in lines))


def area_from_geojson(value: object) -> Area:
    """Return the area of a GeoJSON Polygon, MultiPolygon, Feature, FeatureCollection or GeometryCollection, as parsed
    JSON.

    Raises ValueError for anything else, and as `area_from_rings`.
    """
    try:
        rings = [np.asarray(ring, dtype=np.float64) for polygon in _polygons(value) for ring in polygon]
    except TypeError as error:  # an object or a number where a list of numbers belongs
        raise ValueError(f"found coordinates that are no lists of places ({error})") from error
    if not rings:
        raise ValueError("found no polygon, expected at least one")
    return area_from_rings(rings)


def point_in_area(area: Area, lat_deg: ArrayLike, lon_deg: ArrayLike) -> NDArray[np.bool_]:
    """Return, for many points, whether they are inside; shape as broadcast from the two arguments."""
    lat, lon, shape = _points(lat_deg, lon_deg)
    parts = [_inside(area, lat[part], lon[part]) for part in _parts(len(lat), len(area.vertices))]
    return np.concatenate(parts).reshape(shape)


def distance_to_border_m(area: Area, lat_deg: ArrayLike, lon_deg: ArrayLike) -> Floats:
    """Return the distance to the border in metres, positive inside and negative outside."""
    return border_distance(area, lat_deg, lon_deg).distance_m


def border_distance(area: Area, lat_deg: ArrayLike, lon_deg: ArrayLike) -> BorderDistance:
    """Return for points how far the border is, which edge is nearest and where on it; infinite without a border."""
    lat, lon, shape = _points(lat_deg, lon_deg)
    parts = [_nearest(area, lat[part], lon[part]) for part in _parts(len(lat), len(area.vertices))]
    distance, edge, near_lat, near_lon = (np.concatenate(column).reshape(shape) for column in zip(*parts, strict=True))
    return BorderDistance(distance, edge.astype(np.int64), near_lat * _DEG, near_lon * _DEG)


def clip_to_box(area: Area, box: Box | tuple[float, float, float, float]) -> Area:
    """Return the part of an area inside a window (Sutherland and Hodgman, 1974); edges along the window are no border.

    The result may be empty (no rings).
    """
    west, south, east, north = box
    rings: list[Floats] = []
    real: list[NDArray[np.bool_]] = []
    for ring, ring_real in zip(area.rings, area.real, strict=True):
        for shift in (-360.0, 0.0, 360.0):
            corners = [(float(lon) + shift, float(lat), bool(r)) for (lon, lat), r in zip(ring, ring_real, strict=True)]
            for axis, limit, sign in (
                (0, west, 1),
                (0, east, -1),
                (1, south, 1),
                (1, north, -1),
            ):
                corners = _cut(corners, axis, limit, sign)
            if len(corners) >= 3:
                rings.append(np.array([corner[:2] for corner in corners]))
                real.append(np.array([corner[2] for corner in corners]))
    return Area(tuple(rings), tuple(real))


def area_m2(area: Area) -> float:
    """Return the surface in square metres on the ellipsoid, edges taken as geodesics; holes count as negative by their
    place.

    For the edges only, as `geodesic` is.
    """
    from pyproj import Geod  # half a second to import: only where a surface is asked for

    wgs84 = Geod(ellps="WGS84")
    total = 0.0
    for index, ring in enumerate(area.rings):
        others = Area(area.rings[:index] + area.rings[index + 1 :], area.real[:index] + area.real[index + 1 :])
        middle = (ring[0] + ring[1]) / 2.0
        hole = bool(point_in_area(others, middle[1], middle[0])) if others.rings else False
        surface = abs(float(cast(Any, wgs84).polygon_area_perimeter(ring[:, 0], ring[:, 1])[0]))
        total += -surface if hole else surface
    return total


def _smooth(ring: Floats) -> Floats:
    """Return a checked ring without jumps at the antimeridian, its end not repeated, its west in [-180, 180)."""
    if ring.ndim != 2 or ring.shape[1] < 2:
        raise ValueError(f"found a ring of shape {ring.shape}, expected a list of [longitude, latitude]")
    ring = ring[:, :2]
    if not np.isfinite(ring).all() or (np.abs(ring[:, 1]) > 90.0).any() or (np.abs(ring[:, 0]) > 540.0).any():
        raise ValueError("found a place that is not on the earth, expected [longitude, latitude] in degrees")
    if len(ring) > 0 and (ring[0] != ring[-1]).any():
        ring = np.concatenate((ring, ring[:1]))
    if len(ring) < 4:
        raise ValueError(f"found a ring of {max(0, len(ring) - 1)} different places, expected at least 3")
    steps = np.diff(ring[:, 0])
    jumps = (np.abs(steps) > 180.0) & (np.abs(ring[1:, 1]) < 90.0)  # a step around a pole is no jump
    turns = np.concatenate(([0.0], np.cumsum(np.where(jumps, np.round(steps / 360.0), 0.0))))
    ring = np.stack((ring[:, 0] - 360.0 * turns, ring[:, 1]), axis=-1)
    if turns[-1] == 0.0:
        ring = ring[:-1]
    else:
        pole = math.copysign(90.0, float(ring[:, 1].sum()))
        ring = np.concatenate((ring, [[ring[-1, 0], pole], [ring[0, 0], pole]]))
    whole = math.floor((float(ring[:, 0].min()) + 180.0) / 360.0)
    return ring - np.array([360.0 * whole, 0.0])


def _closing(ring: Floats) -> NDArray[np.bool_]:
    """Edges that run along 180 degrees or to a pole only close a map."""
    ends = np.roll(ring, -1, axis=0)
    along_180 = (np.abs(ring[:, 0]) == 180.0) & (np.abs(ends[:, 0]) == 180.0)
    return along_180 | (np.abs(ring[:, 1]) == 90.0) | (np.abs(ends[:, 1]) == 90.0)


def _polygons(value: object) -> Iterator[Sequence[ArrayLike]]:
    if not isinstance(value, Mapping):
        raise ValueError(f"found {type(value).__name__}, expected a GeoJSON object")
    item = cast(Mapping[str, Any], value)
    kind = item.get("type")
    if kind == "Feature":
        yield from _polygons(item.get("geometry"))
    elif kind in ("FeatureCollection", "GeometryCollection"):
        for part in _list(item, "features" if kind == "FeatureCollection" else "geometries"):
            yield from _polygons(part)
    elif kind == "Polygon":
        yield _list(item, "coordinates")
    elif kind == "MultiPolygon":
        yield from _list(item, "coordinates")
    else:
        raise ValueError(f"found type {kind!r}, expected Polygon, MultiPolygon, Feature or FeatureCollection")


def _list(item: Mapping[str, Any], key: str) -> list[Any]:
    value = item.get(key)
    if not isinstance(value, list):
        raise ValueError(f"found no list {key!r} in a GeoJSON {item.get('type')}")
    return cast(list[Any], value)


def _points(lat_deg: ArrayLike, lon_deg: ArrayLike) -> tuple[Floats, Floats, tuple[int, ...]]:
    """Return flat latitudes and longitudes in radians, the latter in [-pi, pi), and the shape to give back."""
    lat, lon = np.broadcast_arrays(np.asarray(lat_deg, dtype=np.float64), np.asarray(lon_deg, dtype=np.float64))
    lon = lon - 360.0 * np.floor((lon + 180.0) / 360.0)
    return lat.ravel() * _RAD, lon.ravel() * _RAD, lat.shape


def _parts(points: int, edges: int) -> list[slice]:
    size = max(1, _CELLS_AT_ONCE // max(1, edges))
    return [slice(start, start + size) for start in range(0, max(points, 1), size)]


def _inside(area: Area, lat: Floats, lon: Floats) -> NDArray[np.bool_]:
    """Count edges crossed by a ray to the east; a second ray one turn on meets rings that run beyond 180 degrees."""
    a, b = area.vertices, area.vertices[area.following]
    crosses = (a[:, 0] > lat[:, None]) != (b[:, 0] > lat[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (lat[:, None] - a[:, 0]) / (b[:, 0] - a[:, 0])
        east = a[:, 1] + share * (b[:, 1] - a[:, 1]) - lon[:, None]
    odd = (crosses & (east > 0.0)).sum(axis=1) + (crosses & (east > _TWO_PI)).sum(axis=1)
    return odd % 2 == 1


def _nearest(area: Area, lat: Floats, lon: Floats) -> tuple[Floats, NDArray[np.int64], Floats, Floats]:
    """Find the nearest edge with the scale of each vertex; measure it in a plane of one scale, where it is straight."""
    a = area.vertices
    sign = np.where(_inside(area, lat, lon), 1.0, -1.0)
    if not (a[:, 3] > 0.0).any():
        return sign * np.inf, np.full(len(lat), -1), np.full(len(lat), np.nan), np.full(len(lat), np.nan)
    b = a[area.following]
    sin_lat, cos_lat = sincos(lat)
    curvature = 1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat
    normal = SEMI_MAJOR_M / np.sqrt(curvature)
    meridian = normal * (1.0 - ECCENTRICITY_SQUARED) / curvature
    a_lon = _half_turn(a[:, 1] - lon[:, None])
    b_lon = a_lon + (b[:, 1] - a[:, 1])
    ax = a_lon * normal[:, None] * (0.5 * (cos_lat[:, None] + a[:, 2]))
    ay = (a[:, 0] - lat[:, None]) * meridian[:, None]
    dx = b_lon * normal[:, None] * (0.5 * (cos_lat[:, None] + b[:, 2])) - ax
    dy = (b[:, 0] - lat[:, None]) * meridian[:, None] - ay
    square, share = _square_to_edge(ax, ay, dx, dy)
    edge = np.where(a[:, 3] > 0.0, square, np.inf).argmin(axis=1)
    a, b = a[edge], b[edge]
    d_lat, d_lon = b[:, 0] - a[:, 0], b[:, 1] - a[:, 1]
    near_cos = sincos(a[:, 0] + share[np.arange(len(lat)), edge] * d_lat)[1]
    scale = normal * (0.5 * (cos_lat + near_cos))
    ax, ay = _half_turn(a[:, 1] - lon) * scale, (a[:, 0] - lat) * meridian
    square, share = _square_to_edge(ax, ay, d_lon * scale, d_lat * meridian)
    return sign * np.sqrt(square), edge, a[:, 0] + share * d_lat, _half_turn(a[:, 1] + share * d_lon)


def _square_to_edge(ax: Floats, ay: Floats, dx: Floats, dy: Floats) -> tuple[Floats, Floats]:
    """Return the squared distance of the origin from edges that begin at a and run by d, and the share of each."""
    length2 = dx * dx + dy * dy
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(length2 > 0.0, np.clip(-(ax * dx + ay * dy) / length2, 0.0, 1.0), 0.0)
    px, py = ax + share * dx, ay + share * dy
    return px * px + py * py, share


def _half_turn(lon_rad: Floats) -> Floats:
    return lon_rad - _TWO_PI * np.floor(lon_rad / _TWO_PI + 0.5)


def _cut(
    corners: list[tuple[float, float, bool]], axis: int, limit: float, sign: int
) -> list[tuple[float, float, bool]]:
    """Keep what lies at or beyond a limit along one axis; new edges along the limit are marked as no border."""
    kept: list[tuple[float, float, bool]] = []
    for index, corner in enumerate(corners):
        after = corners[(index + 1) % len(corners)]
        here_in = sign * (corner[axis] - limit) >= 0.0
        after_in = sign * (after[axis] - limit) >= 0.0
        if here_in:
            kept.append(corner)
        if here_in != after_in:
            share = (limit - corner[axis]) / (after[axis] - corner[axis])
            place = [corner[i] + share * (after[i] - corner[i]) for i in (0, 1)]
            place[axis] = limit
            kept.append((place[0], place[1], corner[2] and after_in))
    return kept
