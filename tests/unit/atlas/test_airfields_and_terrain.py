"""Airfields by code, ground heights by place."""

import numpy as np
import pytest

from jointsky import geo
from jointsky.atlas import airfields, borders, terrain


def test_a_known_airfield() -> None:
    field = airfields.find("umms")
    assert field.name == "Minsk International Airport"
    assert (field.lat_deg, field.lon_deg) == pytest.approx((53.882, 28.03), abs=0.01)
    assert field.elevation_m == pytest.approx(204.0, abs=2.0)
    assert field.elevation_from == "listed"


def test_an_unknown_airfield_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match=r"unknown airfield 'UMMX'; did you mean .*UMM"):
        airfields.find("UMMX")


def test_the_table_is_whole() -> None:
    table = airfields.table()
    assert len(table) > 3000
    for code, field in table.items():
        assert code == field.icao
        assert bool(terrain.covers(field.lat_deg, field.lon_deg))
        assert -50.0 < field.elevation_m < 3500.0
        assert field.elevation_from in ("listed", "terrain")
    minsk = table["UMMS"]
    assert bool(geo.point_in_area(borders.country("Belarus"), minsk.lat_deg, minsk.lon_deg))


def test_listed_elevations_agree_with_the_ground() -> None:
    listed = [
        field for field in airfields.table().values() if field.elevation_from == "listed" and field.elevation_m > 0.0
    ]
    ground = terrain.height_m([field.lat_deg for field in listed], [field.lon_deg for field in listed])
    difference = ground - np.array([field.elevation_m for field in listed])
    assert abs(float(np.median(difference))) < 10.0
    assert float(np.percentile(np.abs(difference), 80)) < 60.0


@pytest.mark.parametrize(
    ("lat", "lon", "low", "high"),
    [
        (53.9, 27.56, 180, 260),
        (46.5, 8.5, 1500, 2600),
        (52.3, 4.76, -6, 5),
        (58.0, 20.0, -1, 5),
        (55.75, 37.6, 120, 200),
    ],
)
def test_ground_heights(lat: float, lon: float, low: float, high: float) -> None:
    assert low <= float(terrain.height_m(lat, lon)) <= high


def test_heights_are_those_of_the_cells_and_even_between_them() -> None:
    grid = terrain.grid()
    lat, lon = grid.south_deg + 200 / 12, grid.west_deg + 300 / 12
    assert float(terrain.height_m(lat, lon)) == pytest.approx(grid.height_m[200, 300], abs=1e-6)
    middle = grid.height_m[200:202, 300:302].mean()
    assert float(terrain.height_m(lat + 1 / 24, lon + 1 / 24)) == pytest.approx(middle, abs=1e-6)


def test_beyond_the_grid_the_earth_is_smooth() -> None:
    assert terrain.height_m([27.98, 53.9, 90.0], [86.92, 27.5, 0.0]).tolist()[::2] == [0.0, 0.0]
    assert terrain.covers([27.98, 53.9], [86.92, 27.5]).tolist() == [False, True]
    rows, columns = terrain.grid().height_m.shape
    corner = terrain.height_m(terrain.grid().south_deg + (rows - 1) / 12, terrain.grid().west_deg + (columns - 1) / 12)
    assert corner.shape == ()
