"""Zones against another reading: every place measured by every edge, none remembered, near edges, poles and the date
line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pyproj import Geod

from jointsky import geo
from jointsky.geo.frames import MEAN_RADIUS_M
from jointsky.kernels import cells
from jointsky.links.zones import (
    BORDER_TOLERANCE_M,
    Lines,
    Zone,
    ZoneText,
    area_of,
    common_border,
    joined,
    outline_of,
    parse_zone,
    strip_along,
)

Ring = list[list[float]]
EARTH = Geod(ellps="WGS84")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("within 150 km of border", ZoneText("strip", (), 150e3)),
        (" within  80 nmi of the border of east ", ZoneText("strip", ("east",), 80.0 * 1852.0)),
        ("receiver territory", ZoneText("role", ("receiver",))),
        ("owner territory", ZoneText("role", ("owner",))),
        ("anywhere in west + east", ZoneText("territory", ("west", "east"))),
        ("anywhere in west", ZoneText("territory", ("west",))),
        ("west territory", ZoneText("territory", ("west",))),
        ("lake-district.2", ZoneText("named", ("lake-district.2",), 0.0)),
    ],
)
def test_words_are_read_whole(text: str, read: ZoneText) -> None:
    assert parse_zone(text) == read


def ragged(luck: np.random.Generator, lat: float, lon: float, radius: float, corners: int = 24) -> Ring:
    """A ring of uneven radius, in degrees, over the date line where it comes to that."""
    angle = np.sort(luck.uniform(0.0, 2.0 * np.pi, corners))
    far = radius * luck.uniform(0.4, 1.0, corners)
    x = (lon + far * np.cos(angle) + 180.0) % 360.0 - 180.0
    return np.stack((x, lat + far * np.sin(angle)), axis=1).tolist()


def crossed(ring: Ring, lat: float, lon: float) -> bool:
    """Whether a ray to the east crosses a ring an odd number of times, longitudes taken relative to the place."""
    xs = [(x - lon + 180.0) % 360.0 - 180.0 for x, _ in ring]
    odd = False
    for k, (_, y) in enumerate(ring):
        j = (k + 1) % len(ring)
        y2 = ring[j][1]
        if (y <= lat) != (y2 <= lat):
            odd ^= xs[k] + (lat - y) / (y2 - y) * (xs[j] - xs[k]) > 0.0
    return odd


def inside(polygons: list[list[Ring]], lat: float, lon: float) -> bool:
    return bool(sum(crossed(ring, lat, lon) for rings in polygons for ring in rings) % 2)


def told(zone: Zone, lat: np.ndarray, lon: np.ndarray) -> list[list[bool]]:
    """The answers of a zone: at once, at once again, then one by one, and one by one again."""
    one = [[zone.holds(*place) for place in zip(lat.tolist(), lon.tolist(), strict=True)] for _ in range(2)]
    return [zone.inside(lat, lon).tolist(), zone.inside(lat, lon).tolist(), *one]


@pytest.mark.parametrize(("lat", "lon"), [(54.0, 30.0), (-3.0, 179.6), (0.0, 0.0), (-60.0, -179.9)])
def test_places_in_lands_of_several_parts_with_holes(lat: float, lon: float) -> None:
    luck = np.random.default_rng(int(abs(lat)))
    first = [[ragged(luck, lat, lon, 1.0), ragged(luck, lat, lon, 0.2, 7)]]
    second = [[ragged(luck, lat + 1.2, lon + 1.0, 0.8)], [ragged(luck, lat - 1.5, lon - 0.5, 0.3)]]
    zone = Zone("x", (area_of(first), area_of([]), area_of(second)))
    y, x = lat + luck.uniform(-2.5, 2.5, 800), lon + luck.uniform(-2.5, 2.5, 800)
    corners = np.array([corner for part in (*first, *second) for ring in part for corner in ring])
    y[: len(corners)] = corners[:, 1] + luck.choice([-1e-4, 1e-4], len(corners))
    x[: len(corners)] = corners[:, 0] + luck.choice([-1e-4, 1e-4], len(corners))
    expected = [inside(first, *at) or inside(second, *at) for at in zip(y.tolist(), x.tolist(), strict=True)]
    assert 50 < sum(expected) < 700
    assert told(zone, y, x) == [expected] * 4
    alone = area_of(second)
    assert alone.inside(y, x).tolist() == [inside(second, *at) for at in zip(y.tolist(), x.tolist(), strict=True)]


def test_rings_of_two_points_and_places_that_are_nowhere() -> None:
    square = [[30.0, 50.0], [31.0, 50.0], [31.0, 51.0], [30.0, 51.0]]
    zone = Zone("x", (area_of([[square, square[:2]], [square[1:3]]]),))
    lat, lon = np.array([50.5, np.nan, 50.5, np.nan, 51.5]), np.array([30.5, 30.5, np.nan, np.nan, 30.5])
    assert told(zone, lat, lon) == [[True, False, False, False, False]] * 4
    assert zone.inside(50.5, 30.5).tolist() == [True] and zone.inside([], []).tolist() == []
    triangle = [[30.0, 50.0], [31.0, 50.0], [30.0, 51.0]]
    assert told(Zone("x", (area_of([[triangle]]),)), lat[:1] - 0.3, lon[:1] - 0.3) == [[True]] * 4


def test_a_square_is_measured_once_and_the_last_places_at_an_edge_are_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = Counter[str]()

    def counting(name: str, measured: Callable[..., Any]) -> Callable[..., Any]:
        def measure(*args: Any) -> Any:
            calls[name] += 1
            return measured(*args)

        return measure

    for name in ("whole", "within_any"):
        monkeypatch.setattr(cells, name, counting(name, vars(cells)[name]))
    zone = Zone("x", (area_of([[[[30.05, 50.0], [32.0, 50.0], [32.0, 52.0], [30.05, 52.0]]]]),))
    far = np.linspace(30.41, 30.49, 100).tolist()
    assert all(zone.holds(51.05, lon) for lon in far) and calls == {"whole": 1}
    near = np.linspace(30.011, 30.09, 65).tolist()
    for _ in range(2):
        assert [zone.holds(51.05, lon) for lon in near[:64]] == [lon > 30.05 for lon in near[:64]]
    assert calls == {"whole": 2, "within_any": 64}
    assert zone.holds(51.05, near[64]) and not zone.holds(51.05, near[0])
    assert calls == {"whole": 2, "within_any": 66}, "more than 64 are not kept"
    strip = strip_along("x", outline_of(zone.areas[0]), 100e3)
    assert [strip.holds(lat, 31.05) for lat in (50.05, 50.55, 54.05)] == [True, True, False]
    assert calls == {"whole": 5, "within_any": 66}, "what is whole needs no measuring"


def spread(luck: np.random.Generator, line: Ring, reach_m: float, count: int) -> tuple[Any, Any]:
    """Places around the corners of a line, most of them as far away as the strip reaches."""
    corners = np.array(line)[luck.integers(len(line), size=count)]
    away = reach_m * np.where(luck.random(count) < 0.7, luck.uniform(0.98, 1.02, count), luck.uniform(0.0, 1.6, count))
    lon, lat, _ = EARTH.fwd(corners[:, 0], corners[:, 1], luck.uniform(0.0, 360.0, count), away)
    return np.asarray(lat), np.asarray(lon)


@pytest.mark.parametrize("reach_m", [5e3, 60e3, 400e3])
@pytest.mark.parametrize(("lat", "lon"), [(54.0, 30.0), (0.5, 179.7), (-79.0, -10.0), (87.5, 40.0), (89.2, 60.0)])
def test_strips_reach_as_far_everywhere(lat: float, lon: float, reach_m: float) -> None:
    luck = np.random.default_rng(int(abs(lat) + reach_m))
    line = ragged(luck, lat, lon, 0.6, 9)
    coast = ragged(luck, lat - 0.8, lon, 0.5)
    lines, land = outline_of(area_of([[line]])), area_of([[coast]])
    y, x = spread(luck, line, reach_m, 600)
    y[:100], x[:100] = spread(luck, coast, 2e3, 100)
    chord_m = 2.0 * MEAN_RADIUS_M * np.sin(0.5 * reach_m / MEAN_RADIUS_M)
    near = nearest_m(lines, y, x) <= chord_m
    assert 20 < near.sum() < 580
    assert told(strip_along("x", lines, reach_m), y, x) == [near.tolist()] * 4
    strip = strip_along("x", lines, reach_m).strip
    both = Zone("x", (land,), strip=strip)
    assert told(both, y, x) == [(near | land.inside(y, x)).tolist()] * 4


def nearest_m(lines: Lines, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Straight distance to the nearest piece, one piece after another."""
    places, nearest = geo.geodetic2ecef(lat, lon, 0.0), np.full(len(lat), np.inf)
    for start, run in zip(lines.start, lines.run, strict=True):
        along = np.clip((places - start) @ run / (run @ run), 0.0, 1.0)
        nearest = np.minimum(nearest, np.linalg.norm(places - start - along[:, None] * run, axis=1))
    return nearest


def test_a_place_exactly_as_far_as_a_strip_reaches_is_in_it() -> None:
    lines, lat, lon = outline_of(area_of([[ragged(np.random.default_rng(8), 50.5, 30.0, 1.0)]])), 52.0, 30.0
    far_m = float(lines.distance_m(geo.geodetic2ecef(np.array([lat]), np.array([lon]), 0.0))[0])
    strip = strip_along("x", lines, far_m).strip
    assert strip is not None
    for chord_m, held in ((far_m, True), (np.nextafter(far_m, 0.0), False)):
        zone = Zone("x", strip=replace(strip, reach=np.array([chord_m, strip.reach[1]])))
        assert told(zone, np.array([lat]), np.array([lon])) == [[held]] * 4


def test_an_outline_is_cut_into_short_pieces_from_corner_to_corner() -> None:
    square = [[29.95, 50.0], [30.5, 50.0], [30.5, 50.3], [29.95, 50.3], [29.95, 50.3]]
    lines = outline_of(area_of([[square]]))
    begin, end = (np.stack(geo.ecef2geodetic(ecef)[:2], axis=1) for ecef in (lines.start, lines.start + lines.run))
    assert len(begin) == 2 * (6 + 3), "a tenth of a degree at most, and none of a corner said twice"
    assert np.allclose(begin[1:], end[:-1], atol=1e-9) and np.allclose(begin[0], end[-1], atol=1e-9)
    corners = {tuple(np.round(place, 6).tolist()) for place in begin}
    assert corners >= {(50.0, 29.95), (50.0, 30.5), (50.3, 30.5), (50.3, 29.95)}
    assert np.abs(end - begin).max() <= 0.1 + 1e-9
    assert np.allclose(geo.ecef2geodetic(lines.start)[2], 0.0, atol=1e-6) and np.allclose(
        geo.ecef2geodetic(lines.start + lines.run)[2], 0.0, atol=1e-6
    )
    assert len(outline_of(area_of([[square, [[29.0, 50.0], [29.9, 50.0]]]])).start) == len(begin), (
        "two points are no ring"
    )
    many = joined([lines, joined([]), lines])
    assert len(many.start) == len(many.run) == 2 * len(lines.start)


def test_no_lines_are_infinitely_far_and_many_places_are_measured_in_portions() -> None:
    lat, lon = np.linspace(49.0, 52.0, 3000), np.linspace(29.0, 31.0, 3000)
    places = geo.geodetic2ecef(lat, lon, 0.0)
    assert np.isinf(joined([]).distance_m(places)).all()
    lines = outline_of(area_of([[ragged(np.random.default_rng(4), 50.5, 30.0, 1.5, 40)]]))
    assert len(lines.start) * len(lat) > 1 << 18
    assert np.allclose(lines.distance_m(places), nearest_m(lines, lat, lon), rtol=1e-12)


def test_the_map_of_a_strip_is_as_large_as_need_be() -> None:
    square, cap = ([[x, y], [x + 1.0, y], [x + 1.0, y + 0.5], [x, y + 0.5]] for x, y in ((30.0, 0.0), (30.0, 89.0)))
    rows, columns = narrow = shape_of(strip_along("x", outline_of(area_of([[square]])), 11e3))
    assert 7 <= rows <= 13 and 12 <= columns <= 18, narrow
    assert shape_of(strip_along("x", outline_of(area_of([[cap]])), 11e3))[1] == 3601, "all around the pole"


def shape_of(zone: Zone) -> tuple[int, ...]:
    assert zone.strip is not None
    return zone.strip.cells.shape


def test_common_borders_all_over_the_globe_are_what_measuring_everything_finds() -> None:
    luck = np.random.default_rng(11)
    for _ in range(60):
        lat, lon = float(np.degrees(np.arcsin(luck.uniform(-0.98, 0.98)))), float(luck.uniform(-179.0, 178.0))
        square = [[lon, lat], [lon + 0.6, lat], [lon + 0.6, lat + 0.6], [lon, lat + 0.6]]
        shift = luck.normal(0.0, 0.03, 2) / (np.cos(np.radians(lat)), 1.0)
        one, other = area_of([[square]]), area_of([[np.add(square, shift).tolist()]])
        first, second = outline_of(one), outline_of(other)
        found = common_border(one, other)
        kept = [along(first, second), along(second, first)]
        assert np.array_equal(found.start, np.concatenate(kept)), (lat, lon)


def along(line: Lines, other: Lines) -> np.ndarray:
    return line.start[other.distance_m(line.start + 0.5 * line.run) <= BORDER_TOLERANCE_M]


@pytest.mark.parametrize(("gap_m", "shared"), [(4999.9, True), (5000.6, False)])
def test_outlines_are_one_border_up_to_five_kilometres_apart(gap_m: float, shared: bool) -> None:
    east_deg, _, _ = EARTH.fwd(30.0, 0.0, 90.0, gap_m)
    west = area_of([[[[29.0, -0.5], [30.0, -0.5], [30.0, 0.5], [29.0, 0.5]]]])
    east = area_of([[[[east_deg, -0.5], [31.0, -0.5], [31.0, 0.5], [east_deg, 0.5]]]])
    assert (len(common_border(west, east).start) > 0) == shared
