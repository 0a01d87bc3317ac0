"""Frames and areas against pyproj (PROJ), pymap3d, geographiclib and shapely."""

import numpy as np
import pytest

from jointsky import geo

DEG = 57.29577951308232
COUNT = 2000


@pytest.fixture
def places() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    luck = np.random.default_rng(12)
    lat = np.concatenate([luck.uniform(-90, 90, COUNT), [90.0, -90.0, 0.0, 89.999999, 0.0, 52.0]])
    lon = np.concatenate([luck.uniform(-180, 180, COUNT), [0.0, 0.0, 180.0, 30.0, -180.0, 179.9999999]])
    return (
        lat,
        lon,
        np.concatenate(
            [
                np.where(luck.uniform(size=COUNT) < 0.5, 1.0, 0.01) * luck.uniform(-1e4, 2e6, COUNT),
                [0.0, 5e3, 1e4, 0.0, 2e6, -100.0],
            ]
        ),
    )


def test_ecef_as_proj(places: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    pyproj = pytest.importorskip("pyproj")
    transformer = pyproj.Transformer.from_crs(4979, 4978)
    pos = geo.geodetic2ecef(*places)
    assert np.abs(pos - np.stack(transformer.transform(*places), axis=-1)).max() < 1e-6
    lat, lon, alt = geo.ecef2geodetic(pos)
    lat_p, lon_p, alt_p = transformer.transform(*np.moveaxis(pos, -1, 0), direction="INVERSE")
    low = places[2] < 15_000.0  # above, PROJ's own inverse strays: its round trip misses by 1.4e-7 degrees, 2 cm
    assert low.sum() > 10
    assert np.abs(lat - lat_p)[low].max() < 1e-9
    assert np.abs((lon - lon_p + 180.0) % 360.0 - 180.0)[:COUNT].max() < 1e-9
    assert np.abs(alt - alt_p)[low].max() < 1e-4


def test_local_frames_as_pymap3d(places: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    pymap3d = pytest.importorskip("pymap3d")
    lat, lon, alt = places
    local = geo.ecef2enu(geo.geodetic2ecef(lat, lon, alt), 53.9, 27.56, 220.0)
    theirs = np.stack(pymap3d.geodetic2enu(lat, lon, alt, 53.9, 27.56, 220.0), axis=-1)
    assert np.abs(local - theirs).max() < 1e-3
    az, el, slant = geo.geodetic2aer(lat, lon, alt, 53.9, 27.56, 220.0)
    az_p, el_p, slant_p = pymap3d.geodetic2aer(lat, lon, alt, 53.9, 27.56, 220.0)
    assert np.abs((az * DEG - az_p + 180.0) % 360.0 - 180.0).max() < 1e-8
    assert np.abs(el * DEG - el_p).max() < 1e-8
    assert np.abs(slant - slant_p).max() < 1e-3


def test_geodesics_as_geographiclib() -> None:
    geodesic = pytest.importorskip("geographiclib.geodesic").Geodesic.WGS84
    luck = np.random.default_rng(13)
    hard = [
        (0.0, 0.0, 0.5, 179.5),
        (0.0, 0.0, 0.0, 180.0),
        (30.0, 0.0, -29.9, 179.8),
        (90.0, 0.0, -90.0, 10.0),
        (1.0, 2.0, 1.0, 2.0),
    ]
    drawn = [(a, b, c, d) for a, c, b, d in luck.uniform([-90, -90, -180, -180], [90, 90, 180, 180], (300, 4))]
    for lat1, lon1, lat2, lon2 in hard + drawn:
        distance, az = geo.geodesic(lat1, lon1, lat2, lon2)
        theirs = geodesic.Inverse(lat1, lon1, lat2, lon2)
        assert abs(float(distance) - theirs["s12"]) < 1e-3
        end_lat, end_lon = geo.geodesic_end(lat1, lon1, az, distance)
        missed = geodesic.Inverse(float(end_lat), float(end_lon), lat2, lon2)["s12"]
        assert missed < 1e-3


def test_karneys_twenty_geodesics_both_ways() -> None:
    rows = pytest.importorskip("geographiclib.test.test_geodesic").GeodesicTest.testcases
    assert len(rows) == 20
    for lat1, lon1, az1, lat2, lon2, az2, s12, *_ in rows:
        distance, az = geo.geodesic(lat1, lon1, lat2, lon2)
        assert abs(float(distance) - s12) < 1e-3
        assert abs((float(az) * DEG - az1 + 180.0) % 360.0 - 180.0) < 1e-8
        back, back_az = geo.geodesic(lat2, lon2, lat1, lon1)
        assert abs(float(back) - s12) < 1e-3
        assert abs((float(back_az) * DEG - az2) % 360.0 - 180.0) < 1e-8
        end_lat, end_lon = geo.geodesic_end(lat1, lon1, az1 / DEG, s12)
        assert abs(float(end_lat) - lat2) < 1e-8
        assert abs((float(end_lon) - lon2 + 180.0) % 360.0 - 180.0) < 1e-8


def ragged_land(luck: np.random.Generator, lat0: float, lon0: float) -> list[list[float]]:
    turn = np.linspace(0.0, 2.0 * np.pi, 120, endpoint=False)
    reach = 3.0 + luck.uniform(-0.8, 0.8, turn.size)
    return np.stack((lon0 + 1.6 * reach * np.cos(turn), lat0 + reach * np.sin(turn)), axis=-1).tolist()


@pytest.mark.parametrize(("lat0", "lon0"), [(54.0, 28.0), (-10.0, -70.0), (68.0, 100.0)])
def test_insides_as_shapely_and_distances_as_geodesics(lat0: float, lon0: float) -> None:
    shapely = pytest.importorskip("shapely")
    luck = np.random.default_rng(14)
    ring = ragged_land(luck, lat0, lon0)
    area = geo.area_from_geojson({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
    lat, lon = luck.uniform(lat0 - 5, lat0 + 5, 400), luck.uniform(lon0 - 8, lon0 + 8, 400)
    theirs = shapely.contains_xy(shapely.Polygon(ring), lon, lat)
    assert (geo.point_in_area(area, lat, lon) == theirs).all()
    dense = np.concatenate(
        [np.linspace(a, b, 200, endpoint=False) for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
    )
    for row in range(0, 400, 10):
        every, _ = geo.geodesic(lat[row], lon[row], dense[:, 1], dense[:, 0])
        found = geo.border_distance(area, lat[row], lon[row])
        exact, _ = geo.geodesic(lat[row], lon[row], found.lat_deg, found.lon_deg)
        assert abs(float(found.distance_m)) == pytest.approx(float(exact), rel=0.003, abs=0.1)
        assert float(exact) <= 1.003 * every.min() + 0.1
