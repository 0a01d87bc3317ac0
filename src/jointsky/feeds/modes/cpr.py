"""Compact position reports to places.

Source: RTCA DO-260B, appendix A.1.7 (compact position reporting); zones of longitude by its closed form.
"""

from bisect import bisect_left
from math import acos, cos, degrees, floor, pi, sqrt

STEPS = 1 << 17
"""Each number of a report counts so many steps in a zone."""

_ZONES = 15
_EDGES = [
    degrees(acos(sqrt((1.0 - cos(pi / (2 * _ZONES))) / (1.0 - cos(2.0 * pi / count)))))
    for count in range(4 * _ZONES - 1, 1, -1)
]
"""The latitudes, ascending, from which on there is one zone of longitude fewer: 59 below the first, 1 above the
last."""

Place = tuple[float, float]
Pair = tuple[int, int]


def longitude_zones(lat_deg: float) -> int:
    """How many zones of longitude there are at a latitude."""
    return 4 * _ZONES - 1 - bisect_left(_EDGES, abs(lat_deg))


def _wrapped(lon_deg: float) -> float:
    return (lon_deg + 180.0) % 360.0 - 180.0


def global_place(even: Pair, odd: Pair, is_odd_newer: bool, turn_deg: float = 360.0) -> Place | None:
    """Latitude and longitude in degrees of the newer of an even and an odd report (latitude and longitude steps each).

    `turn_deg` is 360 in the air; on the ground it is 90, and the place is known up to 90 degrees of longitude and to
    the hemisphere. None where the two lie in different zones of longitude.
    """
    y_even, y_odd = even[0] / STEPS, odd[0] / STEPS
    zone = floor(59.0 * y_even - 60.0 * y_odd + 0.5)
    lats = [turn_deg / (60 - i) * (zone % (60 - i) + y) for i, y in enumerate((y_even, y_odd))]
    if turn_deg == 360.0:
        lats = [lat - 360.0 if lat >= 270.0 else lat for lat in lats]
    zones = longitude_zones(lats[0])
    if longitude_zones(lats[1]) != zones or max(map(abs, lats)) > 90.0:
        return None
    x_even, x_odd = even[1] / STEPS, odd[1] / STEPS
    count = max(zones - is_odd_newer, 1)
    turn = floor(x_even * (zones - 1) - x_odd * zones + 0.5)
    lon = turn_deg / count * (turn % count + (x_odd if is_odd_newer else x_even))
    return lats[is_odd_newer], _wrapped(lon)


def place_near(report: Pair, is_odd: bool, near: Place, turn_deg: float = 360.0) -> Place | None:
    """Latitude and longitude in degrees of one report, the place nearest to a known one (which is within half a zone,
    some 330 km in the air and 80 km on the ground). None for a latitude beyond the poles."""
    lat_zone = turn_deg / (60 - is_odd)
    y, x = report[0] / STEPS, report[1] / STEPS
    lat = lat_zone * (floor(0.5 + near[0] / lat_zone - y) + y)
    if abs(lat) > 90.0:
        return None
    lon_zone = turn_deg / max(longitude_zones(lat) - is_odd, 1)
    return lat, _wrapped(lon_zone * (floor(0.5 + near[1] / lon_zone - x) + x))


def steps_of(place: Place, is_odd: bool, turn_deg: float = 360.0) -> Pair:
    """The report of a place (degrees): steps of latitude and longitude in their zones."""
    lat_zone = turn_deg / (60 - is_odd)
    y = floor(STEPS * (place[0] % lat_zone) / lat_zone + 0.5)
    lat = lat_zone * (y / STEPS + floor(place[0] / lat_zone))
    lon_zone = turn_deg / max(longitude_zones(lat) - is_odd, 1)
    return y % STEPS, floor(STEPS * (place[1] % lon_zone) / lon_zone + 0.5) % STEPS
