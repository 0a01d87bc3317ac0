"""Threat: the sooner and the more valuable, the greater."""

from __future__ import annotations

import numpy as np
import pytest
from command_scene import town
from hypothesis import given
from hypothesis import strategies as st
from pictures import tracks

from jointsky.command.threat import STRIKE_WORTH, evaluate
from jointsky.vocab.codes import AircraftKind
from jointsky.vocab.records import ASSET, Rows, empty

SOUTH = (0.0, -250.0, 0.0)
DEGREE_M = 111_300.0


def raider(lat_deg: float, **columns: object) -> Rows:
    """One bomber that flies south along 28 E towards 54 N."""
    return tracks(1, **{"velocity_enu_mps": SOUTH, "lat_deg": lat_deg, "kind": AircraftKind.BOMBER, **columns})


@given(st.floats(54.1, 57.0), st.floats(54.1, 57.0))
def test_the_sooner_the_greater(one: float, other: float) -> None:
    near, far = sorted((one, other))
    towns = town(54.0, 28.0)
    soon, late = evaluate(raider(near), towns), evaluate(raider(far), towns)
    assert soon.value[0] >= late.value[0] and soon.t_there_s[0] <= late.t_there_s[0]
    if far - near > 1e-3:
        assert soon.value[0] > late.value[0]


@given(st.floats(0.1, 100.0), st.floats(1.01, 10.0), st.floats(53.0, 57.0))
def test_the_more_valuable_the_greater(value: float, more: float, lat: float) -> None:
    low, high = (evaluate(raider(lat), town(54.0, 28.0, v)) for v in (value, value * more))
    assert high.value[0] == pytest.approx(more * low.value[0])


@given(st.floats(100.0, 600.0))
def test_the_time_is_distance_over_speed(speed: float) -> None:
    found = evaluate(raider(55.0, velocity_enu_mps=(0.0, -speed, 0.0)), town(54.0, 28.0))
    assert found.t_there_s[0] == pytest.approx(DEGREE_M / speed, rel=0.01)
    share = 1800.0 / (1800.0 + found.t_there_s[0])
    assert found.value[0] == pytest.approx(10.0 * share * STRIKE_WORTH[AircraftKind.BOMBER])


def test_who_flies_away_or_past_counts_a_tenth() -> None:
    away = evaluate(raider(55.0, velocity_enu_mps=(0.0, 250.0, 0.0)), town(54.0, 28.0))
    past = evaluate(raider(55.0), town(54.0, 30.0))
    for found in (away, past):
        assert found.t_there_s[0] == np.inf and found.value[0] == pytest.approx(2.0)


def test_the_most_endangered_asset_is_found() -> None:
    towns = np.concatenate([town(53.0, 30.0, 50.0), town(54.0, 28.0, 40.0)])
    found = evaluate(raider(55.0), towns)
    assert found.asset[0] == 1


def test_unknown_kinds_count_one_and_kinds_by_their_strike() -> None:
    kinds = [255, AircraftKind.CRUISE_MISSILE, AircraftKind.BOMBER, AircraftKind.UAV]
    found = evaluate(tracks(4, SOUTH, lat_deg=55.0, kind=kinds), town(54.0, 28.0))
    assert (found.value / found.value[0]).tolist() == pytest.approx([1.0, 1.0, 2.0, 0.3])


def test_nothing_to_guard_and_nobody_to_fear() -> None:
    found = evaluate(raider(55.0), empty(ASSET))
    assert found.value.tolist() == [1.0] and found.t_there_s[0] == np.inf
    assert len(evaluate(tracks(0), town(54.0, 28.0)).value) == 0


def test_a_track_that_stands_still_endangers_nobody_the_more() -> None:
    found = evaluate(raider(55.0, velocity_enu_mps=(0.0, 0.0, 0.0)), town(54.0, 28.0))
    assert np.isfinite(found.value).all() and found.value[0] == pytest.approx(2.0)
