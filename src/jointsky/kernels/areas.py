"""Areas in compiled code: the twins of `jointsky.geo.areas`, over packed rings.

`vertices` has shape (m, 4): latitude and longitude in radians, cosine of the latitude, and 1 where a border edge
begins (0 where an edge only closes a map). `ring_starts` has the first vertex of each ring and, last, m. An `Area`
holds both.
"""

import math
from typing import Any

import numpy as np

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import TWO_PI, sincos
from jointsky.kernels.frames import ECCENTRICITY_SQUARED, SEMI_MAJOR_M

RUN = 16
"""So many edges, and so many runs of them, are passed over together when all of them are too far away."""


@kernel("boolean(float64, float64, float64[:, ::1], int64[::1])")
def inside(lat_rad: float, lon_rad: float, vertices: Any, ring_starts: Any) -> bool:
    """Return whether a point (longitude in [-pi, pi]) is inside an odd number of rings."""
    odd = False
    for ring in range(ring_starts.shape[0] - 1):
        before = ring_starts[ring + 1] - 1
        for here in range(ring_starts[ring], ring_starts[ring + 1]):
            a_lat = vertices[before, 0]
            b_lat = vertices[here, 0]
            if (a_lat > lat_rad) != (b_lat > lat_rad):
                a_lon = vertices[before, 1]
                share = (lat_rad - a_lat) / (b_lat - a_lat)
                east = a_lon + share * (vertices[here, 1] - a_lon) - lon_rad
                odd ^= (east > 0.0) ^ (east > TWO_PI)
            before = here
    return odd


@kernel("Tuple((float64, float64))(float64, float64, float64, float64, float64, float64[:, ::1], int64, int64)")
def _to_edge(
    lat_rad: float,
    lon_rad: float,
    cos_lat: float,
    normal: float,
    meridian: float,
    vertices: Any,
    here: int,
    after: int,
) -> tuple[float, float]:
    """Return (square of the metres from a point to an edge, share of the edge that lies before the nearest place), on
    a plane whose scale is that between the point and each end."""
    a_lon = vertices[here, 1] - lon_rad
    a_lon = a_lon - TWO_PI * math.floor(a_lon / TWO_PI + 0.5)
    b_lon = a_lon + (vertices[after, 1] - vertices[here, 1])
    ax = a_lon * normal * (0.5 * (cos_lat + vertices[here, 2]))
    ay = (vertices[here, 0] - lat_rad) * meridian
    dx = b_lon * normal * (0.5 * (cos_lat + vertices[after, 2])) - ax
    dy = (vertices[after, 0] - lat_rad) * meridian - ay
    length2 = dx * dx + dy * dy
    share = 0.0
    if length2 > 0.0:
        share = min(max(-(ax * dx + ay * dy) / length2, 0.0), 1.0)
    px = ax + share * dx
    py = ay + share * dy
    return px * px + py * py, share


@kernel("float64(float64, float64, float64, float64, float64, float64[:, ::1], int64, int64, float64)")
def _to_nearest(
    lat_rad: float,
    lon_rad: float,
    cos_lat: float,
    normal: float,
    meridian: float,
    vertices: Any,
    here: int,
    after: int,
    near_share: float,
) -> float:
    """Return the metres from a point to its nearest edge, with one scale for the whole plane, in which the edge is
    truly straight."""
    d_lat = vertices[after, 0] - vertices[here, 0]
    d_lon = vertices[after, 1] - vertices[here, 1]
    near_cos = sincos(vertices[here, 0] + near_share * d_lat)[1]
    a_lon = vertices[here, 1] - lon_rad
    a_lon = a_lon - TWO_PI * math.floor(a_lon / TWO_PI + 0.5)
    scale = normal * (0.5 * (cos_lat + near_cos))
    ax = a_lon * scale
    ay = (vertices[here, 0] - lat_rad) * meridian
    dx = d_lon * scale
    dy = d_lat * meridian
    length2 = dx * dx + dy * dy
    share = 0.0
    if length2 > 0.0:
        share = min(max(-(ax * dx + ay * dy) / length2, 0.0), 1.0)
    px = ax + share * dx
    py = ay + share * dy
    return math.sqrt(px * px + py * py)


@kernel("Tuple((float64, int64))(float64, float64, float64[:, ::1], int64[::1])")
def border_distance(lat_rad: float, lon_rad: float, vertices: Any, ring_starts: Any) -> tuple[float, int]:
    """Return (metres to the border, positive inside and negative outside; index of the vertex where the nearest edge
    begins).

    Infinite, and -1, without any border.
    """
    sin_lat, cos_lat = sincos(lat_rad)
    curvature = 1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat
    normal = SEMI_MAJOR_M / math.sqrt(curvature)
    meridian = normal * (1.0 - ECCENTRICITY_SQUARED) / curvature
    least = math.inf
    edge = -1
    edge_end = -1
    near_share = 0.0
    for ring in range(ring_starts.shape[0] - 1):
        first = ring_starts[ring]
        last = ring_starts[ring + 1] - 1
        for here in range(first, last + 1):
            if vertices[here, 3] == 0.0:
                continue
            after = first if here == last else here + 1
            square, share = _to_edge(lat_rad, lon_rad, cos_lat, normal, meridian, vertices, here, after)
            if square < least:
                least = square
                edge = here
                edge_end = after
                near_share = share
    sign = 1.0 if inside(lat_rad, lon_rad, vertices, ring_starts) else -1.0
    if edge < 0:
        return sign * math.inf, edge
    metres = _to_nearest(lat_rad, lon_rad, cos_lat, normal, meridian, vertices, edge, edge_end, near_share)
    return sign * metres, edge


@kernel("void(float64[:], float64[:], float64[:, ::1], int64[::1], boolean[:])")
def inside_rows(lat_rad: Any, lon_rad: Any, vertices: Any, ring_starts: Any, is_inside: Any) -> None:
    """Fill whether each of n points is inside."""
    for row in range(lat_rad.shape[0]):
        is_inside[row] = inside(lat_rad[row], lon_rad[row], vertices, ring_starts)


@kernel("float64[:, ::1](float64[:, ::1], int64[::1], int64)")
def _runs(vertices: Any, after: Any, length: int) -> Any:
    """Return the boxes of runs of `length` edges, both ends of each: south, north, west, east, and the least cosine."""
    count = vertices.shape[0]
    boxes = np.empty(((count + length - 1) // length, 5))
    for run in range(boxes.shape[0]):
        boxes[run, 0] = boxes[run, 2] = boxes[run, 4] = math.inf
        boxes[run, 1] = boxes[run, 3] = -math.inf
        for here in range(run * length, min((run + 1) * length, count)):
            for end in (here, after[here]):
                boxes[run, 0] = min(boxes[run, 0], vertices[end, 0])
                boxes[run, 1] = max(boxes[run, 1], vertices[end, 0])
                boxes[run, 2] = min(boxes[run, 2], vertices[end, 1])
                boxes[run, 3] = max(boxes[run, 3], vertices[end, 1])
                boxes[run, 4] = min(boxes[run, 4], vertices[end, 2])
    return boxes


@kernel("boolean(float64, float64, float64, float64, float64, float64, float64[:, ::1], int64)")
def _is_within(
    most: float, lat: float, lon: float, cos_lat: float, normal: float, meridian: float, runs: Any, run: int
) -> bool:
    """Return whether an edge of a run may lie within the square root of `most` of a point: no place of an edge is
    nearer than the box of its ends, unless that reaches over the meridian opposite the point."""
    up = max(runs[run, 0] - lat, lat - runs[run, 1], 0.0) * meridian
    if up * up > most:
        return False
    west = runs[run, 2] - lon
    west = west - TWO_PI * math.floor(west / TWO_PI + 0.5)
    east = west + (runs[run, 3] - runs[run, 2])
    if east >= math.pi - 1e-9:
        return True
    side = max(west, -east, 0.0) * normal * (0.5 * (cos_lat + runs[run, 4]))
    return side * side + up * up <= most


@kernel("int64(float64, float64[:, ::1], int64[::1], float64[::1])")
def _crossings(lat: float, vertices: Any, ring_starts: Any, crossed: Any) -> int:
    """Fill the longitudes at which edges cross a parallel, as `inside` finds them; return how many."""
    found = 0
    for ring in range(ring_starts.shape[0] - 1):
        before = ring_starts[ring + 1] - 1
        for here in range(ring_starts[ring], ring_starts[ring + 1]):
            a_lat = vertices[before, 0]
            b_lat = vertices[here, 0]
            if (a_lat > lat) != (b_lat > lat):
                a_lon = vertices[before, 1]
                share = (lat - a_lat) / (b_lat - a_lat)
                crossed[found] = a_lon + share * (vertices[here, 1] - a_lon)
                found += 1
            before = here
    return found


@kernel("void(float64[:], float64[:], float64[:, ::1], int64[::1], float64[:], int64[:])")
def border_distance_rows(
    lat_rad: Any, lon_rad: Any, vertices: Any, ring_starts: Any, distance_m: Any, edge: Any
) -> None:
    """Fill the signed distance and the nearest edge of each of n points.

    The same bits as `border_distance` of each. Points that follow each other on a grid cost little: what crosses a
    parallel is gathered once for all that lie on it, and runs of edges that are farther away than the edge that was
    nearest to the point before are passed over.
    """
    count = vertices.shape[0]
    after = np.empty(count, np.int64)
    for ring in range(ring_starts.shape[0] - 1):
        for here in range(ring_starts[ring], ring_starts[ring + 1]):
            after[here] = ring_starts[ring] if here + 1 == ring_starts[ring + 1] else here + 1
    runs = _runs(vertices, after, RUN)
    blocks = _runs(vertices, after, RUN * RUN)
    crossed = np.empty(count)
    crossings = 0
    last = -1
    for row in range(lat_rad.shape[0]):
        lat, lon = lat_rad[row], lon_rad[row]
        if row == 0 or lat != lat_rad[row - 1]:
            crossings = _crossings(lat, vertices, ring_starts, crossed)
        odd = False
        for k in range(crossings):
            east = crossed[k] - lon
            odd ^= (east > 0.0) ^ (east > TWO_PI)
        sign = 1.0 if odd else -1.0
        sin_lat, cos_lat = sincos(lat)
        curvature = 1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat
        normal = SEMI_MAJOR_M / math.sqrt(curvature)
        meridian = normal * (1.0 - ECCENTRICITY_SQUARED) / curvature
        most = math.inf
        if last >= 0:
            most = _to_edge(lat, lon, cos_lat, normal, meridian, vertices, last, after[last])[0]
            most = most * (1.0 + 1e-9) + 1.0
        least = math.inf
        near = -1
        near_share = 0.0
        run = -1
        while run + 1 < runs.shape[0]:
            run += 1
            if run % RUN == 0 and not _is_within(most, lat, lon, cos_lat, normal, meridian, blocks, run // RUN):
                run += RUN - 1
                continue
            if not _is_within(most, lat, lon, cos_lat, normal, meridian, runs, run):
                continue
            for here in range(run * RUN, min((run + 1) * RUN, count)):
                if vertices[here, 3] == 0.0:
                    continue
                square, share = _to_edge(lat, lon, cos_lat, normal, meridian, vertices, here, after[here])
                if square < least:
                    least = square
                    near = here
                    near_share = share
        last = near
        edge[row] = near
        distance_m[row] = sign * math.inf
        if near >= 0:
            metres = _to_nearest(lat, lon, cos_lat, normal, meridian, vertices, near, after[near], near_share)
            distance_m[row] = sign * metres
