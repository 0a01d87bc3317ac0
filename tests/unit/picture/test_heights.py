"""Heights nobody measured: below the horizon of radars that would see the track if it were higher."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import tracks

from jointsky.geo.frames import ecef2geodetic
from jointsky.picture.heights import LEAST_M, REACH_M, UNMEASURED_M, horizon_bound_m, with_heights
from jointsky.vocab.codes import SensorKind
from jointsky.vocab.records import SENSOR, Rows

KM_DEG = 1.0 / 111.3
EFFECTIVE_M = 4.0 / 3.0 * 6371e3


def radar(alt_m: float = 200.0, **columns: Any) -> Rows:
    row = np.zeros(1, SENSOR)
    row["lat_deg"], row["lon_deg"], row["alt_m"], row["kind"] = 54.0, 28.0, alt_m, SensorKind.RADAR_3D
    for name, value in columns.items():
        row[name] = value
    return row


def unmeasured(km: float, alt_m: float = 6000.0, **columns: Any) -> Rows:
    return tracks(1, lat_deg=54.0 + km * KM_DEG, alt_m=alt_m, **{"sigma_height_m": 4000.0, **columns})


@given(st.floats(20.0, 115.0), st.floats(10.0, 400.0))
def test_the_bound_is_the_height_whose_horizon_meets_the_antennas(km: float, antenna_m: float) -> None:
    seen = unmeasured(km, alt_m=0.0)
    bound = float(horizon_bound_m(seen, radar(antenna_m))[0])
    horizon_m = np.sqrt(2 * EFFECTIVE_M * antenna_m) + np.sqrt(2 * EFFECTIVE_M * bound)
    if bound > 0.0:
        assert horizon_m == pytest.approx(1000.0 * km, rel=0.01)
    else:
        assert horizon_m >= 0.99 * 1000.0 * km


def test_an_unmeasured_height_is_halved_under_the_horizon_and_places_agree() -> None:
    seen = unmeasured(110.0)
    placed = with_heights(seen, radar())
    bound = float(horizon_bound_m(seen, radar())[0])
    assert placed["alt_m"][0] == pytest.approx(bound / 2.0) and 0.0 < bound < 3000.0
    lat, lon, alt = ecef2geodetic(placed["pos_ecef_m"])
    assert (lat[0], lon[0]) == pytest.approx((seen["lat_deg"][0], 28.0)) and alt[0] == pytest.approx(bound / 2.0)
    assert seen["alt_m"][0] == 6000.0, "the tracker's rows are not written to"
    assert with_heights(unmeasured(20.0), radar())["alt_m"][0] == LEAST_M


@pytest.mark.parametrize(
    ("seen", "sensors"),
    [
        (unmeasured(110.0, sigma_height_m=UNMEASURED_M), radar()),
        (unmeasured(REACH_M / 1000.0 + 1.0), radar()),
        (unmeasured(110.0), radar(kind=SensorKind.RADAR_2D)),
        (unmeasured(110.0), radar(moving=1)),
        (unmeasured(110.0, alt_m=50.0), radar()),
        (unmeasured(110.0), radar()[:0]),
        (tracks(0), radar()),
    ],
    ids=["measured", "out of reach", "no height there either", "flying radar", "lower already", "nobody", "nothing"],
)
def test_all_others_stay_as_they_are(seen: Rows, sensors: Rows) -> None:
    assert np.array_equal(with_heights(seen, sensors), seen)


def test_the_lowest_bound_counts() -> None:
    both = np.concatenate([radar(), radar(lat_deg=54.0 + 60.0 * KM_DEG)])
    seen = unmeasured(110.0)
    bounds = [float(horizon_bound_m(seen, row)[0]) for row in (both[:1], both[1:])]
    assert bounds[0] != bounds[1] and horizon_bound_m(seen, both)[0] == min(bounds)
