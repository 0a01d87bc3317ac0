"""Areas: insides, holes, islands, the antimeridian, clipping; twins give the same bits."""

import numpy as np
import pytest

from jointsky import geo
from jointsky.geo.areas import Box, area_from_rings
from jointsky.kernels import areas

RAD = 0.017453292519943295
LAND = {
    "type": "Polygon",
    "coordinates": [
        [[20, 50], [30, 50], [30, 56], [20, 56], [20, 50]],
        [[24, 52], [26, 52], [26, 53], [24, 53], [24, 52]],
    ],
}


@pytest.fixture
def land() -> geo.Area:
    return geo.area_from_geojson({"type": "Feature", "properties": {}, "geometry": LAND})


def test_inside_outside_and_in_the_hole(land: geo.Area) -> None:
    assert geo.point_in_area(land, [51.0, 52.5, 49.0, 51.0], [25.0, 25.0, 25.0, -160.0]).tolist() == [
        True,
        False,
        False,
        False,
    ]
    assert geo.point_in_area(land, 51.0, 25.0 + 360.0).shape == ()
    assert bool(geo.point_in_area(land, 51.0, 25.0 + 360.0))


def test_distance_is_positive_inside_and_names_edge_and_place(land: geo.Area) -> None:
    found = geo.border_distance(land, [50.1, 49.9, 51.9], [22.0, 22.0, 25.0])
    assert found.distance_m == pytest.approx([11_124.0, -11_124.0, 11_127.0], abs=10.0)
    assert found.edge.tolist() == [0, 0, 4]
    assert found.lat_deg == pytest.approx([50.0, 50.0, 52.0])
    assert found.lon_deg == pytest.approx([22.0, 22.0, 25.0])
    assert geo.distance_to_border_m(land, 50.1, 22.0) == found.distance_m[0]


def test_an_area_across_the_antimeridian() -> None:
    area = area_from_rings([[[170, 60], [-170, 60], [-170, 70], [170, 70]]])
    assert geo.point_in_area(area, [65, 65, 65, 65], [179.0, -179.0, 165.0, -165.0]).tolist() == [
        True,
        True,
        False,
        False,
    ]
    near = geo.border_distance(area, [65.0, 65.0], [-171.0, -169.0])
    assert near.distance_m == pytest.approx([47_170.0, -47_170.0], rel=0.003)
    assert near.lon_deg == pytest.approx([-170.0, -170.0])
    two_halves = area_from_rings(
        [[[170, 60], [180, 60], [180, 70], [170, 70]], [[-180, 60], [-170, 60], [-170, 70], [-180, 70]]]
    )
    middle = geo.border_distance(two_halves, 65.0, [179.9, -179.9])
    assert (middle.distance_m > 400_000.0).all()


def test_an_area_around_the_pole_closed_along_the_map() -> None:
    cap = area_from_rings([[[-180, -90], [180, -90], [180, -65], [0, -60], [-180, -65]]])
    assert geo.point_in_area(cap, [-80, -80, -80, -50], [-170.0, 0.0, 179.0, 0.0]).tolist() == [True, True, True, False]


def test_clipping_keeps_the_true_border_only(land: geo.Area) -> None:
    part = geo.clip_to_box(land, Box(22.0, 40.0, 25.0, 80.0))
    assert geo.point_in_area(part, [51.0, 51.0, 52.5, 52.5], [24.0, 26.0, 24.5, 23.0]).tolist() == [
        True,
        False,
        False,
        True,
    ]
    assert part.box == Box(22.0, 50.0, 25.0, 56.0)
    assert float(geo.distance_to_border_m(part, 51.0, 22.01)) == pytest.approx(111_250.0, abs=100.0)
    assert geo.clip_to_box(land, Box(100.0, 0.0, 120.0, 10.0)).rings == ()


def test_an_area_without_a_border_is_infinitely_far() -> None:
    window = geo.clip_to_box(area_from_rings([[[0, 0], [90, 0], [90, 60], [0, 60]]]), Box(10.0, 10.0, 20.0, 20.0))
    assert geo.distance_to_border_m(window, [15.0, 5.0], [15.0, 5.0]).tolist() == [np.inf, -np.inf]
    assert areas.border_distance(15 * RAD, 15 * RAD, window.vertices, window.ring_starts) == (np.inf, -1)


def test_surface_less_its_holes(land: geo.Area) -> None:
    assert geo.area_m2(land) == pytest.approx(4.31926e11, rel=1e-5)


def test_compiled_twins_give_the_same_bits(land: geo.Area) -> None:
    luck = np.random.default_rng(9)
    lat, lon = luck.uniform(45, 60, 3000), luck.uniform(-180, 180, 3000)
    lon[:2000] = luck.uniform(15, 35, 2000)
    found = geo.border_distance(land, lat, lon)
    distance, edge, within = np.empty(3000), np.empty(3000, np.int64), np.empty(3000, np.bool_)
    areas.border_distance_rows(lat * RAD, lon * RAD, land.vertices, land.ring_starts, distance, edge)
    areas.inside_rows(lat * RAD, lon * RAD, land.vertices, land.ring_starts, within)
    assert (distance == found.distance_m).all()
    assert (edge == found.edge).all()
    assert (within == geo.point_in_area(land, lat, lon)).all()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "expected a GeoJSON object"),
        ({"type": "Point", "coordinates": [1, 2]}, "found type 'Point'"),
        ({"type": "Polygon"}, "no list 'coordinates'"),
        ({"type": "FeatureCollection", "features": []}, "found no polygon"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 2]]]}, "at least 3"),
        ({"type": "Polygon", "coordinates": [[[1, 99], [3, 4], [1, 2]]]}, "not on the earth"),
        ({"type": "Polygon", "coordinates": [[[1, float("nan")], [3, 4], [1, 2]]]}, "not on the earth"),
        ({"type": "Polygon", "coordinates": [[1, 2, 3]]}, "expected a list of"),
        ({"type": "Polygon", "coordinates": [["a", "b"]]}, "could not convert"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3]]]}, "inhomogeneous"),
    ],
)
def test_what_is_no_area_is_refused(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        geo.area_from_geojson(value)


def test_no_points_give_no_answers(land: geo.Area) -> None:
    assert geo.point_in_area(land, [], []).shape == (0,)
    assert geo.border_distance(land, [], []).distance_m.shape == (0,)
