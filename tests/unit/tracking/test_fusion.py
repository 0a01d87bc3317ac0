"""Track to track: what partners tell confirms or is carried on, whatever the order it came in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import tracks

from jointsky.geo.frames import ecef2geodetic
from jointsky.tracking.fusion import (
    FIRST_REMOTE_ID,
    UNTOLD_SPEED_MPS,
    FusionRule,
    RemoteTracks,
    is_warning,
    nearest_match,
    predicted,
)
from jointsky.vocab.records import Rows

FAR_DEG = 1.0


def remote(count: int = 1, **columns: object) -> Rows:
    """Tracks of nation 1 as released by clause 0."""
    given_columns = {"origin": 1, "clause": 0, "t_own_s": -np.inf, "t_released_s": 0.0, **columns}
    return tracks(count, **given_columns)


def told(*batches: Rows) -> RemoteTracks:
    held = RemoteTracks()
    for rows in batches:
        held.accept(rows)
    return held


def test_a_confirmed_track_keeps_its_own_state_and_takes_over_the_partners_number() -> None:
    own = tracks(1, track_id=7)
    theirs = remote(1, lat_deg=54.005, track_id=3, code=1234)
    held = told(theirs)
    merged = held.merge(own, 0.0)
    assert len(merged) == 1 and merged["track_id"][0] == 7
    assert np.array_equal(merged["pos_ecef_m"], own["pos_ecef_m"])
    assert merged["t_released_s"][0] == 0.0 and merged["code"][0] == 1234
    assert own["t_released_s"][0] == -np.inf, "the tracker's own rows are not written to"
    assert held.alias == {FIRST_REMOTE_ID: 7}


def test_an_own_code_is_not_replaced_by_the_partners() -> None:
    assert told(remote(1, code=1)).merge(tracks(1, code=2), 0.0)["code"][0] == 2


def test_a_far_track_is_appended_with_a_number_that_stays() -> None:
    held = told(remote(1, lat_deg=54 + FAR_DEG, track_id=3))
    first = held.merge(tracks(1), 0.0)
    held.accept(remote(2, lat_deg=[56.0, 54 + FAR_DEG], track_id=[9, 3], t_valid_s=10.0))
    second = held.merge(tracks(1), 10.0)
    assert first["track_id"].tolist() == [1, FIRST_REMOTE_ID]
    assert sorted(second["track_id"].tolist()) == [1, FIRST_REMOTE_ID, FIRST_REMOTE_ID + 1]
    (same,) = second[second["track_id"] == FIRST_REMOTE_ID]
    assert same["lat_deg"] == pytest.approx(54 + FAR_DEG)


def test_tracks_of_two_partners_with_one_number_are_two() -> None:
    merged = told(remote(1, lat_deg=55.0), remote(1, lat_deg=55.0, origin=2)).merge(tracks(0), 0.0)
    assert len(merged) == 2 and len(set(merged["track_id"].tolist())) == 2


def test_news_expire_and_older_news_never_count() -> None:
    held = told(remote(1, lat_deg=55.0, t_valid_s=10.0), remote(1, lat_deg=56.0, t_valid_s=5.0))
    assert held.merge(tracks(0), 10.0)["lat_deg"][0] == pytest.approx(55.0)
    age = FusionRule().max_age_s
    assert len(held.merge(tracks(0), 10.0 + age)) == 1
    assert len(held.merge(tracks(0), 10.1 + age)) == 0


def test_a_number_is_followed_only_while_both_are_one() -> None:
    """When the own track ends, the partner's lives on under its number: orders on it must stay on it."""
    own = tracks(1, velocity_enu_mps=(0.0, 0.0, 0.0))
    held = told(remote(1, velocity_enu_mps=(0.0, 0.0, 0.0)))
    held.merge(own, 0.0)
    assert held.alias == {FIRST_REMOTE_ID: 1}
    assert held.merge(tracks(0), 5.0)["track_id"].tolist() == [FIRST_REMOTE_ID]
    assert held.alias == {1: FIRST_REMOTE_ID}, "orders on the own track go on with the partner's"
    assert held.merge(own, 10.0)["track_id"].tolist() == [1]
    assert held.alias == {FIRST_REMOTE_ID: 1}


def test_carried_on_places_agree_with_each_other() -> None:
    moved = predicted(remote(1, velocity_enu_mps=(200.0, 150.0, 0.0)), 30.0)
    lat, lon, alt = ecef2geodetic(moved["pos_ecef_m"])
    assert moved["lat_deg"][0] == lat[0] and moved["lon_deg"][0] == lon[0] and moved["alt_m"][0] == alt[0]
    assert moved["lat_deg"][0] - 54.0 == pytest.approx(150 * 30 / 111_300, rel=0.01)
    assert moved["sigma_pos_m"][0] == pytest.approx(np.hypot(100.0, 10.0 * 30.0))
    assert moved["t_valid_s"][0] == 30.0


def untold_velocity(count: int = 1, **columns: object) -> Rows:
    return remote(count, vel_ecef_mps=np.nan, sigma_vel_mps=np.nan, **columns)


def numbers(rows: Rows) -> np.ndarray:
    names = ("pos_ecef_m", "vel_ecef_mps", "sigma_pos_m", "sigma_vel_mps", "lat_deg", "lon_deg", "alt_m", "t_valid_s")
    return np.concatenate([np.ravel(rows[name]) for name in names])


def test_without_granted_velocity_no_nan_spreads() -> None:
    held = told(untold_velocity(2, lat_deg=[54.0, 55.0]))
    merged = held.merge(tracks(1), 20.0)
    assert np.isfinite(numbers(merged)).all()
    assert merged["sigma_pos_m"][-1] > 20.0 * 100.0, "it may have flown anywhere by now"


def test_without_granted_velocity_two_reports_tell_it() -> None:
    truth = remote(1, velocity_enu_mps=(0.0, 230.0, 0.0), lat_deg=55.0)
    later = predicted(truth, 10.0)
    for rows in (truth, later):
        rows["vel_ecef_mps"], rows["sigma_vel_mps"] = np.nan, np.nan
    merged = told(truth, later).merge(tracks(0), 20.0)
    expected = predicted(remote(1, velocity_enu_mps=(0.0, 230.0, 0.0), lat_deg=55.0), 20.0)
    assert np.abs(merged["pos_ecef_m"] - expected["pos_ecef_m"]).max() < 1.0
    assert merged["sigma_vel_mps"][0] == pytest.approx(np.hypot(later["sigma_pos_m"][0], 100.0) / 10.0)


def test_without_granted_velocity_an_own_track_nearby_is_still_the_same() -> None:
    merged = told(untold_velocity(1, lat_deg=54.003)).merge(tracks(1), 0.0)
    assert merged["track_id"].tolist() == [1]


places = st.lists(st.tuples(st.floats(53.9, 54.1), st.floats(27.9, 28.1)), min_size=1, max_size=8)


def at(where: list[tuple[float, float]], make: object = tracks, **columns: object) -> Rows:
    lat, lon = np.array(where).T
    return make(len(where), lat_deg=lat, lon_deg=lon, **columns)  # type: ignore[operator]


@given(places, places)
def test_nearest_match_is_what_a_search_over_all_finds(own: list[tuple[float, float]], told_at: list) -> None:
    mine, theirs, rule = at(own), at(told_at, remote), FusionRule()
    found = nearest_match(theirs, mine, rule)
    for row, index in zip(theirs, found, strict=True):
        away = [float(np.linalg.norm(row["pos_ecef_m"] - m["pos_ecef_m"])) for m in mine]
        gate = np.sqrt(rule.gate_floor_m**2 + 2 * rule.gate_sigmas**2 * (100.0**2 + 100.0**2))
        if min(away) < gate - 1e-3:
            assert away[index] == pytest.approx(min(away), abs=1e-3)
        elif min(away) > gate + 1e-3:
            assert index == -1


def test_a_track_that_flies_the_other_way_is_another() -> None:
    theirs = remote(1, velocity_enu_mps=(-200.0, 0.0, 0.0))
    assert nearest_match(theirs, tracks(1), FusionRule()).tolist() == [-1]


@given(places, places, st.randoms(use_true_random=False), st.integers(1, 4))
def test_order_and_batches_of_news_do_not_count(own: list, told_at: list, luck: object, cut: int) -> None:
    mine, theirs = at(own), at(told_at, remote)
    theirs["track_id"] = np.arange(len(theirs)) % 3 + 1
    theirs["origin"] = np.arange(len(theirs)) % 2 + 1
    theirs["clause"] = np.arange(len(theirs))
    shuffled = list(range(len(theirs)))
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = told(theirs), told(*(theirs[shuffled][i : i + cut] for i in range(0, len(theirs), cut)))
    assert one.merge(mine, 5.0).tobytes() == other.merge(mine, 5.0).tobytes()
    assert one.alias == other.alias


def late(count: int = 1, **columns: object) -> Rows:
    """Reports that were a minute old when they came."""
    return remote(count, **{"t_seen_s": 60.0, "vel_ecef_mps": np.nan, "sigma_vel_mps": np.nan, **columns})


def test_a_report_that_came_too_late_is_a_warning_with_an_honest_error() -> None:
    rule = FusionRule()
    held = told(late(1, lat_deg=55.0))
    (row,) = held.merge(tracks(0), 60.0)
    assert is_warning(row) and not is_warning(tracks(1)[0]) and not is_warning(remote(1)[0])
    turned = 0.5 * rule.turn_mps2 * 60.0**2
    assert row["sigma_pos_m"] == pytest.approx(np.sqrt(100.0**2 + (60.0 * UNTOLD_SPEED_MPS) ** 2 + turned**2))
    assert len(held.merge(tracks(0), 120.0)) == 0, "by now it may be anywhere"


def test_the_next_warning_tells_a_velocity() -> None:
    truth = remote(1, velocity_enu_mps=(0.0, 230.0, 0.0), lat_deg=55.0)
    later = predicted(truth, 120.0)
    later["t_update_s"], later["t_seen_s"] = 120.0, 180.0
    truth["t_seen_s"] = 60.0
    for rows in (truth, later):
        rows["vel_ecef_mps"], rows["sigma_vel_mps"] = np.nan, np.nan
    held = told(truth)
    first = held.merge(tracks(0), 60.0)
    held.accept(later)
    merged = held.merge(tracks(0), 180.0)
    expected = predicted(remote(1, velocity_enu_mps=(0.0, 230.0, 0.0), lat_deg=55.0), 180.0)
    assert merged["track_id"].tolist() == first["track_id"].tolist()
    assert np.abs(merged["pos_ecef_m"] - expected["pos_ecef_m"]).max() < 10.0
    assert 7_000.0 < merged["sigma_pos_m"][0] < 7_500.0


def test_an_own_track_stays_as_it_is_beside_a_warning() -> None:
    own = tracks(1, track_id=7)
    assert told(late(1, lat_deg=54.02)).merge(own, 60.0)["pos_ecef_m"].tobytes() == own["pos_ecef_m"].tobytes()


def test_what_sinks_or_climbs_is_carried_on_within_the_air() -> None:
    """A climb taken from two poor heights put a warning 65 km under the ground, and the run ended."""
    for climb_mps, expected_m in ((-700.0, -500.0), (900.0, 40_000.0)):
        rows = tracks(1, alt_m=6_000.0, velocity_enu_mps=(0.0, 0.0, climb_mps))
        there = predicted(rows, float(rows["t_valid_s"][0]) + 100.0)
        assert there["alt_m"][0] == pytest.approx(expected_m)
        assert ecef2geodetic(there["pos_ecef_m"])[2][0] == pytest.approx(expected_m, abs=1e-3)
