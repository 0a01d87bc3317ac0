"""Every pair of frames undoes itself, anywhere from below the ground to 2,000 km up."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jointsky import geo

latitude = st.floats(-90.0, 90.0)
longitude = st.floats(-180.0, 180.0)
height = st.floats(-10_000.0, 2_000_000.0)


@given(latitude, longitude, height)
def test_geodetic_and_ecef(lat: float, lon: float, alt: float) -> None:
    lat_back, lon_back, alt_back = geo.ecef2geodetic(geo.geodetic2ecef(lat, lon, alt))
    assert abs(lat_back - lat) < 1e-12
    assert abs(alt_back - alt) < 1e-7
    turn = abs(lon_back - lon) * math.cos(math.radians(lat))
    assert min(turn, abs(turn - 360.0 * math.cos(math.radians(lat)))) < 1e-12


@given(latitude, longitude, height, latitude, longitude)
def test_ecef_and_enu(lat: float, lon: float, alt: float, lat0: float, lon0: float) -> None:
    pos = geo.geodetic2ecef(lat, lon, alt)
    local = geo.ecef2enu(pos, lat0, lon0, 150.0)
    assert np.abs(geo.enu2ecef(local, lat0, lon0, 150.0) - pos).max() < 1e-7
    assert np.abs(geo.rotate2ecef(geo.rotate2enu(pos, lat0, lon0), lat0, lon0) - pos).max() < 1e-7


@given(st.floats(0.0, 6.28), st.floats(-1.57, 1.57), st.floats(1.0, 3e6))
def test_enu_and_polar(az: float, el: float, slant: float) -> None:
    az_back, el_back, slant_back = geo.enu2aer(geo.aer2enu(az, el, slant))
    assert abs(el_back - el) < 1e-12
    assert abs(slant_back - slant) < 1e-8
    assert abs(math.remainder(float(az_back) - az, 2 * math.pi)) * math.cos(el) < 1e-12


@given(latitude, longitude, height, st.floats(-89.0, 89.0), longitude)
def test_geodetic_and_polar(lat: float, lon: float, alt: float, lat0: float, lon0: float) -> None:
    polar = geo.geodetic2aer(lat, lon, alt, lat0, lon0, 20.0)
    back = geo.geodetic2ecef(*geo.aer2geodetic(*polar, lat0, lon0, 20.0))
    assert np.abs(back - geo.geodetic2ecef(lat, lon, alt)).max() < 1e-6
