"""Borders: countries by name and number, common borders known exactly, windows, the author's own files."""

import json
from pathlib import Path

import numpy as np
import pytest

from jointsky import errors, geo
from jointsky.atlas import borders
from jointsky.geo.areas import Box


@pytest.mark.parametrize(
    ("name", "km2"),
    [
        ("Belarus", 207_600),
        ("Poland", 312_700),
        ("Switzerland", 41_285),
        ("South Africa", 1_219_000),
        ("Lesotho", 30_355),
    ],
)
def test_land_has_the_surface_it_should(name: str, km2: float) -> None:
    assert geo.area_m2(borders.country(name)) / 1e6 == pytest.approx(km2, rel=0.02)


@pytest.mark.parametrize(
    ("lat", "lon", "name"),
    [
        (53.9, 27.57, "Belarus"), (55.75, 37.62, "Russia"), (52.23, 21.01, "Poland"), (48.85, 2.35, "France"),
        (54.71, 20.5, "Russia"), (67.0, -175.0, "Russia"), (-33.9, 18.6, "South Africa"), (-29.6, 28.2, "Lesotho"),
        (-85.0, 100.0, "Antarctica"), (-17.8, 178.0, "Fiji"), (35.68, 139.6, "Japan"),
        (38.9, -77.1, "United States of America"),
    ],
)  # fmt: skip
def test_each_place_lies_in_one_country(lat: float, lon: float, name: str) -> None:
    holders = [c.name for c in borders.countries() if bool(geo.point_in_area(borders.country(c.name), lat, lon))]
    assert holders == [name]


def test_a_country_goes_by_name_and_number() -> None:
    by_name = borders.country("belarus").vertices
    for other in ("112", 112, "BELARUS", " Belarus "):
        assert (borders.country(other).vertices == by_name).all()
    assert (borders.country(8).vertices == borders.country("Albania").vertices).all()


def test_an_unknown_country_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"unknown country 'Belrus'; did you mean Belarus\?"):
        borders.country("Belrus")


def test_names_are_told_apart_and_numbers_are_iso() -> None:
    names = [item.name.casefold() for item in borders.countries()]
    numbers = [item.number for item in borders.countries() if item.number]
    assert len(set(names)) == len(names) > 200
    assert all(len(number) == 3 and number.isdigit() for number in numbers)


def test_a_border_between_joined_countries_is_none() -> None:
    alone, joined = borders.country("Belarus"), borders.territory(["Belarus", "Russia"])
    line = np.concatenate(borders.common_border(["Belarus"], ["Russia"]))
    middle = line[len(line) // 2]
    assert abs(float(geo.distance_to_border_m(alone, middle[1], middle[0]))) < 1.0
    assert float(geo.distance_to_border_m(joined, middle[1], middle[0])) > 50_000.0
    assert (borders.country("Belarus", "Russia").vertices == joined.vertices).all()
    assert bool(geo.point_in_area(joined, 53.9, 27.57))
    assert bool(geo.point_in_area(joined, 55.75, 37.62))


def test_common_borders() -> None:
    lines = borders.common_border(["Belarus"], ["Russia", "Ukraine"])
    assert all(line.ndim == 2 and line.shape[1] == 2 for line in lines)
    length = sum(
        float(geo.geodesic(a[1], a[0], b[1], b[0])[0]) for line in lines for a, b in zip(line, line[1:], strict=False)
    )
    assert 1_500_000.0 < length < 2_600_000.0
    assert borders.common_border(["Belarus"], ["France"]) == ()


WINDOWS = [Box(17, 45, 39, 63), Box(176, -25, 185, 5), Box(-36, 54, -4, 76), Box(-180, -90, 180, 90)]


@pytest.mark.parametrize("box", WINDOWS)
def test_no_country_with_land_in_a_window_is_missed(box: Box) -> None:
    def has_land(item: borders.Country) -> bool:
        try:
            return bool(borders.territory([item.number or item.name], box).rings)
        except ValueError:
            return False

    near = set(borders.countries_near(box))
    assert {item for item in borders.countries() if has_land(item)} <= near
    assert len(near) < len(borders.countries()) or box.east_deg - box.west_deg == 360


def test_a_window_cuts_without_drawing_a_border() -> None:
    box = Box(19.0, 49.0, 45.0, 62.0)
    west = borders.territory(["Russia"], box)
    assert west.box.east_deg == 45.0
    assert bool(geo.point_in_area(west, 55.75, 37.62))
    assert not bool(geo.point_in_area(west, 55.0, 60.0))
    whole = borders.country("Russia")
    assert float(geo.distance_to_border_m(west, 54.0, 32.5)) == pytest.approx(
        float(geo.distance_to_border_m(whole, 54.0, 32.5)), rel=1e-9
    )
    with pytest.raises(ValueError, match="no land of Belarus"):
        borders.territory(["Belarus"], Box(0.0, 0.0, 5.0, 5.0))


def test_an_authors_own_land(tmp_path: Path) -> None:
    file = tmp_path / "west.geojson"
    file.write_text(json.dumps({"type": "Polygon", "coordinates": [[[20, 50], [30, 50], [30, 56], [20, 50]]]}))
    assert bool(geo.point_in_area(borders.load_geojson(file), 51.0, 28.0))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", ":1:2: is not JSON"),
        ('{"type": "Point"}', ": is not a GeoJSON area: found type 'Point'"),
        ("[" * 100_000, ": is not"),
        ('{"type":"Polygon","coordinates":[[[1,2],["x",4],[5,6]]]}', ": is not a GeoJSON area"),
        ('{"type":"Polygon","coordinates":[[[1,2],[{},4],[5,6]]]}', ": is not a GeoJSON area"),
        ('{"type":"Polygon","coordinates":[7]}', ": is not a GeoJSON area"),
        ('{"type":"MultiPolygon","coordinates":[7]}', ": is not a GeoJSON area"),
    ],
)
def test_a_file_that_is_no_land_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "bad.geojson"
    file.write_text(text)
    with pytest.raises(errors.ScenarioError) as caught:
        borders.load_geojson(file)
    assert str(caught.value).startswith(f"{file}{message}")


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(errors.ScenarioError, match="cannot be read"):
        borders.load_geojson(tmp_path / "none.geojson")
    (tmp_path / "octets").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(errors.ScenarioError, match="is not a GeoJSON area"):
        borders.load_geojson(tmp_path / "octets")
