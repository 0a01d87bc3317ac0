"""WGS84: frames as pairs of pure functions, distances and horizons (`earth`), areas and borders (`areas`)."""

from jointsky.geo.areas import (
    Area,
    BorderDistance,
    area_from_geojson,
    area_m2,
    border_distance,
    clip_to_box,
    distance_to_border_m,
    point_in_area,
)
from jointsky.geo.earth import effective_radius_m, geodesic, geodesic_end, horizon_range_m
from jointsky.geo.frames import (
    aer2enu,
    aer2geodetic,
    ecef2enu,
    ecef2geodetic,
    enu2aer,
    enu2ecef,
    enu_rotation,
    geodetic2aer,
    geodetic2ecef,
    rotate2ecef,
    rotate2enu,
)

__all__ = [
    "Area",
    "BorderDistance",
    "aer2enu",
    "aer2geodetic",
    "area_from_geojson",
    "area_m2",
    "border_distance",
    "clip_to_box",
    "distance_to_border_m",
    "ecef2enu",
    "ecef2geodetic",
    "effective_radius_m",
    "enu2aer",
    "enu2ecef",
    "enu_rotation",
    "geodesic",
    "geodesic_end",
    "geodetic2aer",
    "geodetic2ecef",
    "horizon_range_m",
    "point_in_area",
    "rotate2ecef",
    "rotate2enu",
]
