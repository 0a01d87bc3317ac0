"""Zones: words, territories, strips along borders; distances against the geodesic of pyproj."""

from __future__ import annotations

import numpy as np
import pytest
import treaties
from pyproj import Geod

from jointsky.links.zones import Zone, area_of, common_border, outline_of, parse_zone, strip_along


def test_words() -> None:
    assert parse_zone("within 150 km of border").distance_m == 150e3
    assert parse_zone("within 80 nmi of the border of east").names == ("east",)
    assert parse_zone("receiver territory").kind == "role"
    assert parse_zone("anywhere in west + east").names == ("west", "east")
    assert parse_zone("west territory").names == ("west",)
    assert parse_zone("lake-district").kind == "named"


@pytest.mark.parametrize(
    "text", ["within 150 of border", "near the border", "within 3 s of border", "anywhere in a +", ""]
)
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_zone(text)


def test_inside_a_territory_with_a_hole_and_across_the_date_line() -> None:
    square = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]
    hole = [[4.0, 4.0], [6.0, 4.0], [6.0, 6.0], [4.0, 6.0]]
    zone = Zone("x", (area_of([[square, hole]]),))
    assert zone.inside([5, 3, 11, np.nan], [5, 3, 3, 3]).tolist() == [False, True, False, False]
    wide = Zone("x", (area_of([[[[0.0, 0.0], [90.0, 0.0], [179.8, 0.0], [179.8, 10.0], [90.0, 10.0], [0.0, 10.0]]]]),))
    assert wide.inside([5, 5, 5], [179.5, 179.9, -179.9]).tolist() == [True, False, False]
    assert wide.holds(5.0, 179.5) and not wide.holds(5.0, 179.9) and not wide.holds(5.0, -179.9)
    pacific = Zone("x", (area_of([[[[175.0, 0.0], [-175.0, 0.0], [-175.0, 10.0], [175.0, 10.0]]]]),))
    assert pacific.inside([5, 5, 5, 5], [179, -179, 174, -174]).tolist() == [True, True, False, False]


def test_the_common_border_is_the_same_from_both_sides() -> None:
    west, east = area_of(treaties.WEST), area_of(treaties.EAST)
    one = strip_along("x", common_border(west, east), 150e3)
    other = strip_along("x", common_border(east, west), 150e3)
    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(50, 58, 4000), rng.uniform(26, 34, 4000)
    assert (one.inside(lat, lon) == other.inside(lat, lon)).all()
    assert one.inside(54.0, 30.0)[0] and not one.inside(54.0, 27.0)[0] and not one.inside(59.5, 30.0)[0]


def test_far_nations_have_no_common_border() -> None:
    far = area_of([[[[60.0, 0.0], [70.0, 0.0], [70.0, 10.0], [60.0, 10.0]]]])
    assert len(common_border(area_of(treaties.WEST), far).start) == 0


def test_width_of_a_strip_against_geodesics() -> None:
    """Points 149.5 km and 150.5 km due east of a meridian border, found by pyproj."""
    strip = strip_along("x", common_border(area_of(treaties.WEST), area_of(treaties.EAST)), 150e3)
    lat = np.linspace(53.0, 55.0, 21)
    for distance, inside in ((149.9e3, True), (150.1e3, False)):
        lon, at, _ = Geod(ellps="WGS84").fwd(np.full(21, 30.0), lat, np.full(21, 90.0), np.full(21, distance))
        assert (strip.inside(at, lon) == inside).all()


def test_remembered_cells_change_no_answer() -> None:
    lines = outline_of(area_of(treaties.WEST))
    rng = np.random.default_rng(2)
    lat, lon = rng.uniform(49, 59, 20000), rng.uniform(18, 36, 20000)
    strip = strip_along("x", lines, 120e3)
    at_once = strip.inside(lat, lon)
    fresh = strip_along("x", lines, 120e3)
    assert (np.array([fresh.inside(a, o)[0] for a, o in zip(lat[:500], lon[:500], strict=True)]) == at_once[:500]).all()
    assert strip.strip is not None
    from jointsky import geo

    exact = lines.distance_m(geo.geodetic2ecef(lat, lon, 0.0)) <= strip.strip.reach[0]
    assert (exact == at_once).all()
