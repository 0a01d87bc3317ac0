"""Routes: waypoints in SI, and the sideways shift against the geodesics of pyproj."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Geod

from jointsky.geo import geodetic2ecef
from jointsky.scenario.raid import Leg
from jointsky.world.routes import WaypointTable, shifted, waypoints

EARTH = Geod(ellps="WGS84")


def legs(*points: tuple[float, float]) -> list[Leg]:
    return [Leg.model_validate({"at": list(at), "altitude": "10 km"}) for at in points]


def test_waypoints_are_si_with_the_types_speed_where_none_is_given() -> None:
    route = [*legs((54.0, 20.0)), Leg.model_validate({"at": [54.0, 22.0], "altitude": "300 m", "speed": "900 km/h"})]
    rows = waypoints(route, 225.0)
    assert rows["alt_m"].tolist() == [10_000.0, 300.0]
    assert rows["speed_mps"].tolist() == [225.0, 250.0]
    assert rows["pos_ecef_m"][1] == pytest.approx(geodetic2ecef(54.0, 22.0, 300.0))


@pytest.mark.parametrize("course", [0.0, 45.0, 90.0, 135.0, 180.0, 270.0])
@pytest.mark.parametrize("lateral_m", [4_000.0, -4_000.0])
def test_a_route_is_moved_to_the_right_of_its_course(course: float, lateral_m: float) -> None:
    lon, lat, _ = EARTH.fwd(26.0, 54.0, course, 100_000.0)
    route = waypoints(legs((54.0, 26.0), (lat, lon)), 200.0)
    moved = shifted(route, lateral_m, 0.0)
    there, _, distance = EARTH.inv(26.0, 54.0, moved["lon_deg"][0], moved["lat_deg"][0])
    assert distance == pytest.approx(4_000.0, rel=0.01)
    off = (there - course - (90.0 if lateral_m > 0 else -90.0) + 180.0) % 360.0 - 180.0
    assert abs(off) < 1.5
    a, b = (EARTH.inv(r["lon_deg"][0], r["lat_deg"][0], r["lon_deg"][1], r["lat_deg"][1]) for r in (route, moved))
    assert b[2] == pytest.approx(a[2], rel=0.01), "the whole route moves, it does not bend"


def test_height_moves_too_and_stays_above_ground() -> None:
    route = waypoints(legs((54.0, 26.0), (55.0, 26.0)), 200.0)
    assert shifted(route, 0.0, 500.0)["alt_m"].tolist() == [10_500.0, 10_500.0]
    assert shifted(route, 0.0, -20_000.0)["alt_m"].tolist() == [30.0, 30.0]


def test_a_closed_route_has_no_side() -> None:
    route = waypoints(legs((54.0, 26.0), (55.0, 26.0), (54.0, 26.0)), 200.0)
    assert np.array_equal(shifted(route, 4_000.0, 0.0)["lat_deg"], route["lat_deg"])


def test_slices_of_the_table_follow_each_other() -> None:
    table = WaypointTable()
    one, two = waypoints(legs((54, 26), (55, 26)), 200.0), waypoints(legs((50, 26), (51, 26), (52, 26)), 200.0)
    assert (table.add(one), table.add(two)) == ((0, 2), (2, 3))
    assert table.table()["lat_deg"].tolist() == [54.0, 55.0, 50.0, 51.0, 52.0]
    assert len(WaypointTable().table()) == 0
