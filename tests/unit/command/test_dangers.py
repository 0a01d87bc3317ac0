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
    assert "releases in 240 s" in found.reason(0, 0, "town") and "not on this course" in found.reason(0, 1, "x")


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
