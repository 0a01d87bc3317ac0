"""Border watch: the table against the exact distance, the chance against scipy, and one alert a track and nation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import tracks
from scipy.stats import norm

from jointsky.picture.border import BorderField, BorderWatch, probability_inside, tabulate
from jointsky.vocab.codes import Alert, Identity

DEGREE_M = 111_000.0
BOX = (26.0, 52.0, 30.0, 56.0)


def north_of(lat_deg: float) -> Any:
    """All land south of a parallel: metres to it, and one border segment a degree of longitude."""
    return lambda lat, lon: ((lat - lat_deg) * DEGREE_M, np.floor(lon).astype(np.int64))


def island(lat: Any, lon: Any) -> Any:
    """A round island of 100 km about 54 N 28 E on a flat earth, in four quarters."""
    y, x = (lat - 54.0) * DEGREE_M, (lon - 28.0) * DEGREE_M
    return np.sqrt(x * x + y * y) - 100_000.0, (x > 0).astype(np.int64) + 2 * (y > 0)


@given(st.floats(52.0, 56.0), st.floats(26.0, 30.0))
def test_the_table_reads_like_the_exact_distance(lat: float, lon: float) -> None:
    """A distance is 1-Lipschitz: between points 11.1 km apart linear reading is off by half a diagonal at the most, and
    off the cone's tip by its curvature only."""
    field = tabulate(0, island, BOX)
    place = np.array([lat]), np.array([lon])
    exact, found = island(*place)[0], field.at(*place)
    from_tip = exact[0] + 100_000.0
    allowed = 0.1 * DEGREE_M if from_tip < 12_000.0 else 1.01 * (0.1 * DEGREE_M) ** 2 / (4.0 * (from_tip - 8_000.0))
    assert abs(found[0] - exact[0]) <= allowed
    straight = tabulate(0, north_of(54.03), BOX)
    assert straight.at(*place) == pytest.approx(north_of(54.03)(*place)[0], abs=1e-6)


def test_the_table_is_exact_at_its_points_and_bilinear_between() -> None:
    field = BorderField(0, 50.0, 20.0, 0.5, np.array([[0.0, 10.0, 20.0], [40.0, 70.0, 80.0]]), island)
    assert field.at(np.array([50.0, 50.5, 50.0]), np.array([20.0, 20.5, 21.0])) == pytest.approx([0, 70, 20], abs=1e-3)
    assert field.at(np.array([50.25]), np.array([20.25])) == pytest.approx([(0 + 10 + 40 + 70) / 4])
    assert field.at(np.array([49.0, 60.0]), np.array([10.0, 30.0])) == pytest.approx([0.0, 80.0], abs=1e-3)


def test_the_chance_to_be_inside_is_the_normal_distribution() -> None:
    luck = np.random.default_rng(1)
    sigma = luck.uniform(1.0, 5000.0, 2000)
    distance = sigma * luck.uniform(-9.0, 9.0, 2000)
    assert np.abs(probability_inside(distance, sigma) - norm.cdf(-distance / sigma)).max() < 6e-6
    assert probability_inside(np.array([-10.0, 0.0, 10.0]), np.zeros(3)) == pytest.approx([1.0, 0.5, 0.0])


def watch(*nations: int, threshold: float = 0.9) -> BorderWatch:
    return BorderWatch(tuple(tabulate(n, north_of(54.0 - 0.5 * n), BOX) for n in nations), threshold)


def south(lat_deg: float, **columns: Any) -> Any:
    given_columns = {"lat_deg": lat_deg, "lon_deg": 28.5, "identity": Identity.UNKNOWN, **columns}
    return tracks(1, (0.0, -200.0, 0.0), **given_columns)


def test_one_alert_a_track_and_nation() -> None:
    guard = watch(0, 1)
    raised = [guard.watch(south(lat), t) for t, lat in enumerate((54.2, 54.0, 53.9, 53.8, 54.2, 53.8, 53.3, 53.2))]
    assert [[int(a["nation"]) for a in rows] for rows in raised] == [[], [], [0], [], [], [], [1], []]
    (alert,) = raised[2]
    assert alert["kind"] == Alert.BORDER and alert["track_id"] == 1 and alert["t_s"] == 2.0
    assert alert["distance_m"] == pytest.approx(-0.1 * DEGREE_M) and alert["segment"] == 28
    assert alert["probability"] > 0.99 and (alert["lat_deg"], alert["lon_deg"]) == (53.9, 28.5)


def test_two_tracks_are_two_alerts() -> None:
    guard, both = watch(0), tracks(2, lat_deg=54.2, identity=Identity.HOSTILE)
    assert len(guard.watch(both, 0.0)) == 0
    both["lat_deg"] = 53.8
    assert guard.watch(both, 5.0)["track_id"].tolist() == [1, 2]


@pytest.mark.parametrize("harmless", [Identity.FRIEND, Identity.NEUTRAL, Identity.PENDING])
def test_no_alert_for_whom_it_is_not(harmless: Identity) -> None:
    guard = watch(0)
    guard.watch(south(54.2, identity=harmless), 0.0)
    assert len(guard.watch(south(53.8, identity=harmless), 5.0)) == 0
    assert len(guard.watch(south(53.8), 10.0)) == 1, "once it is known not to be harmless"


def test_whoever_was_first_seen_inside_has_not_crossed() -> None:
    guard = watch(0)
    assert len(guard.watch(south(53.8), 0.0)) == 0


def test_a_track_that_goes_on_under_another_number_is_the_same_track() -> None:
    guard = watch(0)
    guard.watch(south(54.2, track_id=1_000_000), 0.0)
    guard.follow({1_000_000: 7})
    assert len(guard.watch(south(53.8, track_id=7), 5.0)) == 1
    guard.follow({7: 1_000_000})
    assert len(guard.watch(south(53.8, track_id=1_000_000), 10.0)) == 0


@given(st.floats(53.9, 54.1), st.floats(100.0, 20_000.0), st.floats(0.55, 0.99))
def test_the_threshold_is_on_the_chance_to_be_inside(lat: float, sigma_m: float, threshold: float) -> None:
    guard = watch(0, threshold=threshold)
    guard.watch(south(55.0), 0.0)
    chance = norm.cdf(-(lat - 54.0) * DEGREE_M / sigma_m)
    if abs(chance - threshold) > 1e-4:
        assert (len(guard.watch(south(lat, sigma_pos_m=sigma_m), 1.0)) == 1) == (chance > threshold)


def test_inside_is_any_watched_land_and_nobody_watches_without_fields() -> None:
    seen = tracks(3, lat_deg=[54.2, 53.8, 53.2])
    assert watch(0, 1).inside(seen).tolist() == [False, True, True]
    assert watch(1).inside(seen).tolist() == [False, False, True]
    assert not BorderWatch(()).inside(seen).any() and len(BorderWatch(()).watch(seen, 0.0)) == 0
    assert len(watch(0).watch(tracks(0), 0.0)) == 0
