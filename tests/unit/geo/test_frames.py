"""Frames: known places, edges, shapes; the compiled twins give the same bits."""

import math

import numpy as np
import pytest

from jointsky import geo
from jointsky.geo.frames import SEMI_MAJOR_M, SEMI_MINOR_M
from jointsky.kernels import frames

RAD = 0.017453292519943295
DEG = 57.29577951308232


@pytest.mark.parametrize(
    ("lat", "lon", "alt", "expected"),
    [
        (0.0, 0.0, 0.0, (SEMI_MAJOR_M, 0.0, 0.0)),
        (0.0, 90.0, 100.0, (0.0, SEMI_MAJOR_M + 100.0, 0.0)),
        (0.0, 180.0, 0.0, (-SEMI_MAJOR_M, 0.0, 0.0)),
        (90.0, 0.0, 1000.0, (0.0, 0.0, SEMI_MINOR_M + 1000.0)),
        (-90.0, 0.0, 0.0, (0.0, 0.0, -SEMI_MINOR_M)),
    ],
)
def test_known_places(lat: float, lon: float, alt: float, expected: tuple[float, float, float]) -> None:
    pos = geo.geodetic2ecef(lat, lon, alt)
    assert pos == pytest.approx(np.array(expected), abs=1e-8)
    back = geo.ecef2geodetic(pos)
    assert [float(v) for v in back] == pytest.approx([lat, lon, alt], abs=1e-8)


def test_the_centre_of_the_earth_has_no_latitude() -> None:
    assert np.isnan(geo.ecef2geodetic([0.0, 0.0, 0.0])[2])


def test_polar_coordinates_by_compass() -> None:
    az, el, slant = geo.enu2aer(
        [[0.0, 10.0, 0.0], [10.0, 0.0, 0.0], [0.0, -10.0, 0.0], [-10.0, 0.0, 0.0], [0.0, 0.0, 5.0]]
    )
    assert az[:4] * DEG == pytest.approx([0.0, 90.0, 180.0, 270.0])
    assert el * DEG == pytest.approx([0.0, 0.0, 0.0, 0.0, 90.0])
    assert slant.tolist() == [10.0, 10.0, 10.0, 10.0, 5.0]


def test_azimuth_stays_below_a_full_turn() -> None:
    assert float(geo.enu2aer([-1e-320, 1.0, 0.0])[0]) < 2.0 * math.pi
    assert frames.enu2aer(-1e-320, 1.0, 0.0)[0] < 2.0 * math.pi


def test_rotation_is_a_rotation() -> None:
    rotation = geo.enu_rotation(53.0, 27.5)
    assert rotation @ rotation.T == pytest.approx(np.eye(3), abs=1e-15)
    assert np.linalg.det(rotation) == pytest.approx(1.0)


def test_shapes() -> None:
    pos = geo.geodetic2ecef(np.zeros((4, 1)), np.arange(5.0), 0.0)
    assert pos.shape == (4, 5, 3)
    assert geo.ecef2enu(pos, 50.0, 20.0, 0.0).shape == (4, 5, 3)
    assert geo.enu_rotation(np.zeros(7), np.zeros(7)).shape == (7, 3, 3)
    with pytest.raises(ValueError, match="last axis of length 3"):
        geo.ecef2geodetic([1.0, 2.0])


def test_compiled_twins_give_the_same_bits() -> None:
    luck = np.random.default_rng(8)
    lat, lon, alt = luck.uniform(-90, 90, 500), luck.uniform(-180, 180, 500), luck.uniform(-1e4, 2e6, 500)
    pos = geo.geodetic2ecef(lat, lon, alt)
    twin = np.empty_like(pos)
    frames.geodetic2ecef_rows(lat * RAD, lon * RAD, alt, twin)
    assert (twin == pos).all()
    columns = np.empty((3, 500))
    frames.ecef2geodetic_rows(pos, *columns)
    assert (np.stack(geo.ecef2geodetic(pos)) == columns * np.array([[DEG], [DEG], [1.0]])).all()
    origin = geo.geodetic2ecef(53.0, 27.0, 200.0)
    rotation = np.empty((3, 3))
    frames.enu_rotation(53.0 * RAD, 27.0 * RAD, rotation)
    assert (rotation == geo.enu_rotation(53.0, 27.0)).all()
    local = geo.ecef2enu(pos, 53.0, 27.0, 200.0)
    frames.ecef2enu_rows(pos, origin, rotation, twin)
    assert (twin == local).all()
    frames.enu2ecef_rows(local, origin, rotation, twin)
    assert (twin == geo.enu2ecef(local, 53.0, 27.0, 200.0)).all()
    az, el, slant = geo.enu2aer(local)
    free, unfree = geo.rotate2enu(pos, 53.0, 27.0), geo.rotate2ecef(pos, 53.0, 27.0)
    back = geo.aer2enu(az, el, slant)
    for row in range(500):
        assert frames.enu2aer(*local[row].tolist()) == (az[row], el[row], slant[row])
        assert frames.aer2enu(az[row], el[row], slant[row]) == tuple(back[row])
        assert frames.rotate2enu(*pos[row].tolist(), 53.0 * RAD, 27.0 * RAD) == tuple(free[row])
        assert frames.rotate2ecef(*pos[row].tolist(), 53.0 * RAD, 27.0 * RAD) == tuple(unfree[row])


def test_horizon() -> None:
    assert float(geo.horizon_range_m(10.0, 0.0)) == pytest.approx(13_034.0, abs=5.0)
    assert float(geo.horizon_range_m(10.0, 10_000.0)) == pytest.approx(425_200.0, abs=300.0)
    assert float(geo.horizon_range_m(-5.0, 100.0)) == float(geo.horizon_range_m(0.0, 100.0))
    for h1, h2 in ((0.0, 3.0), (20.0, 12_000.0), (-1.0, 50.0)):
        assert frames.horizon_range_m(h1, h2, 4.0 / 3.0) == float(geo.horizon_range_m(h1, h2))
    assert geo.effective_radius_m(1.0) == pytest.approx(6_371_008.8, abs=0.1)
