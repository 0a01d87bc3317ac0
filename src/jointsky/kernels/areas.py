"""Areas in compiled code: the twins of `jointsky.geo.areas`, over packed rings.

`vertices` has shape (m, 4): latitude and longitude in radians, cosine of the latitude, and 1 where a border edge
begins (0 where an edge only closes a map). `ring_starts` has the first vertex of each ring and, last, m. An `Area`
holds both.
"""

import math
from typing import Any

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import TWO_PI, sincos
from jointsky.kernels.frames import ECCENTRICITY_SQUARED, SEMI_MAJOR_M


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
            square = px * px + py * py
            if square < least:
                least = square
                edge = here
                edge_end = after
                near_share = share
    sign = 1.0 if inside(lat_rad, lon_rad, vertices, ring_starts) else -1.0
    if edge < 0:
        return sign * math.inf, edge
    # Once more for this edge alone, with one scale for the whole plane, in which the edge is truly straight.
    d_lat = vertices[edge_end, 0] - vertices[edge, 0]
    d_lon = vertices[edge_end, 1] - vertices[edge, 1]
    near_cos = sincos(vertices[edge, 0] + near_share * d_lat)[1]
    a_lon = vertices[edge, 1] - lon_rad
    a_lon = a_lon - TWO_PI * math.floor(a_lon / TWO_PI + 0.5)
    scale = normal * (0.5 * (cos_lat + near_cos))
    ax = a_lon * scale
    ay = (vertices[edge, 0] - lat_rad) * meridian
    dx = d_lon * scale
    dy = d_lat * meridian
    length2 = dx * dx + dy * dy
    share = 0.0
    if length2 > 0.0:
        share = min(max(-(ax * dx + ay * dy) / length2, 0.0), 1.0)
    px = ax + share * dx
    py = ay + share * dy
    return sign * math.sqrt(px * px + py * py), edge


@kernel("void(float64[:], float64[:], float64[:, ::1], int64[::1], boolean[:])")
def inside_rows(lat_rad: Any, lon_rad: Any, vertices: Any, ring_starts: Any, is_inside: Any) -> None:
    """Fill whether each of n points is inside."""
    for row in range(lat_rad.shape[0]):
        is_inside[row] = inside(lat_rad[row], lon_rad[row], vertices, ring_starts)


@kernel("void(float64[:], float64[:], float64[:, ::1], int64[::1], float64[:], int64[:])")
def border_distance_rows(
    lat_rad: Any, lon_rad: Any, vertices: Any, ring_starts: Any, distance_m: Any, edge: Any
) -> None:
    """Fill the signed distance and the nearest edge of each of n points."""
    for row in range(lat_rad.shape[0]):
        distance_m[row], edge[row] = border_distance(lat_rad[row], lon_rad[row], vertices, ring_starts)
