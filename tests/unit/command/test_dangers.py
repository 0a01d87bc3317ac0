"""Threat per (track, asset): times and misses by hand, shares, ranks, and reasons in words."""

from __future__ import annotations

import numpy as np
import pytest

from jointsky.command.dangers import AIM_M, dangers
from jointsky.vocab.codes import AircraftKind
from jointsky.vocab.records import ASSET, TRACK, Rows, empty


def assets(*places: tuple[float, float], value: float = 5.0, radius_m: float = 2_000.0) -> Rows:
    rows = empty(ASSET, len(places))
    rows["pos_ecef_m"][:, :2] = np.reshape(places, (-1, 2))
    rows["value"], rows["radius_m"] = value, radius_m
    return rows


def track(at: tuple[float, float], velocity: tuple[float, float], kind: AircraftKind = AircraftKind.FIGHTER) -> Rows:
    rows = empty(TRACK, 1)
    rows["pos_ecef_m"][0, :2], rows["vel_ecef_mps"][0, :2], rows["kind"] = at, velocity, kind
    return rows


def test_times_and_misses_by_hand() -> None:
    found = dangers(track((-60_000.0, 0.0), (200.0, 0.0)), assets((0.0, 0.0), (0.0, 30_000.0)))
    assert found.t_closest_s[0] == pytest.approx([300.0, 300.0])
    assert found.miss_m[0] == pytest.approx([-2_000.0, 28_000.0])
    assert found.t_release_s[0, 0] == pytest.approx((60_000.0 - 12_000.0) / 200.0)
    assert np.isinf(found.t_release_s[0, 1])
    likely = np.array([1.0, AIM_M / (AIM_M + 28_000.0)])
    assert found.aim[0] == pytest.approx(likely / likely.sum())
    assert found.rate[0, 0] == pytest.approx(5.0 * found.aim[0, 0] / 240.0)
    assert "releases in 240 \u00b1 0 s" in found.reason(0, 0, "town")
    assert "not on this course" in found.reason(0, 1, "x")


def test_sooner_nearer_worthier_is_worse() -> None:
    town = assets((0.0, 0.0))
    far, near = (dangers(track((-x, 0.0), (200.0, 0.0)), town).rate[0, 0] for x in (200_000.0, 50_000.0))
    bomber = dangers(track((-50_000.0, 0.0), (200.0, 0.0), AircraftKind.BOMBER), town).rate[0, 0]
    away = dangers(track((-50_000.0, 0.0), (-200.0, 0.0)), town).rate[0, 0]
    assert far < near < bomber and 0.0 < away < far


def test_ranks_and_empty_pictures() -> None:
    rows = np.concatenate([track((-90_000.0, 0.0), (200.0, 0.0)), track((-40_000.0, 0.0), (200.0, 0.0))])
    assert dangers(rows, assets((0.0, 0.0))).rank().tolist() == [1, 0]
    assert dangers(rows, assets()).rank().tolist() == [0, 1]
    assert dangers(empty(TRACK, 0), assets((0.0, 0.0))).rate.shape == (0, 1)


def test_a_standing_track_and_one_already_there_are_finite() -> None:
    rows = np.concatenate([track((-40_000.0, 0.0), (0.0, 0.0)), track((0.0, 0.0), (200.0, 0.0))])
    found = dangers(rows, assets((0.0, 0.0)))
    assert np.isfinite(found.rate).all() and found.t_release_s[1, 0] == 0.0


def test_doubt_is_carried_along() -> None:
    """A vague track is aimed less surely at what lies ahead, and not surely past what it would miss; the reason says
    by how much it may be out."""
    town = assets((0.0, 0.0))
    sure, vague = track((-60_000.0, 0.0), (200.0, 0.0)), track((-60_000.0, 0.0), (200.0, 0.0))
    vague["sigma_pos_m"], vague["sigma_vel_mps"] = 3_000.0, 40.0
    ahead = dangers(np.concatenate([sure, vague]), town)
    assert ahead.aim[1, 0] < ahead.aim[0, 0] == 1.0
    assert ahead.doubt_m[1, 0] == pytest.approx(np.hypot(3_000.0, 40.0 * 300.0))
    assert ahead.doubt_s[1, 0] == pytest.approx(ahead.doubt_m[1, 0] / 200.0)
    assert "\u00b1 62 s" in ahead.reason(1, 0, "town") and "\u00b1 12.4 km" in ahead.reason(1, 0, "town")


def test_the_mean_miss_beyond_the_edge_is_that_of_many_draws() -> None:
    town = assets((0.0, 8_000.0))
    rows = track((-60_000.0, 0.0), (200.0, 0.0))
    rows["sigma_pos_m"] = 4_000.0
    drawn = 6_000.0 + 4_000.0 * np.random.default_rng(1).standard_normal(200_000)
    assert dangers(rows, town).aim[0, 0] == pytest.approx(
        AIM_M / (AIM_M + np.maximum(drawn, 0.0).mean()), rel=2e-3
    )
