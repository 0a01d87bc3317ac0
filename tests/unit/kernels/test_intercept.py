"""Who can reach whom: the meeting against its own definition and a search, envelopes, horizon, fuel and waiting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from command_scene import fighter, forces, launcher
from hypothesis import given
from hypothesis import strategies as st
from pictures import tracks

from jointsky.kernels.intercept import EARTH_RADIUS_M, THERE_AND_BACK, entry_time_s, meeting_time_s, pair_reach
from jointsky.tracking.fusion import predicted
from jointsky.vocab.codes import AircraftKind, Flight
from jointsky.vocab.records import Rows

coordinates = st.tuples(*[st.floats(-3e5, 3e5)] * 3)
velocities = st.tuples(*[st.floats(-700.0, 700.0)] * 3)
NORTH_DEG_M = 111_300.0


def reach(assets: tuple[Rows, Rows], seen: Rows, now_s: float = 0.0) -> tuple[Any, Any, Any]:
    cap, status = assets
    shape = (len(cap), len(seen))
    pk, meet, wait = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    pair_reach(cap, status, seen, now_s, pk, meet, wait)
    return pk, meet, wait


def gap_m(d: Any, v: Any, speed: float, t: Any) -> Any:
    """How much farther the target is than the pursuer has flown."""
    return np.linalg.norm(np.array(d) + np.multiply.outer(t, np.array(v)), axis=-1) - speed * np.asarray(t)


@given(coordinates, velocities, st.floats(50.0, 1500.0))
def test_the_meeting_is_the_first_moment_at_which_the_pursuer_can_be_there(d: Any, v: Any, speed: float) -> None:
    t = meeting_time_s(*d, *v, speed)
    times = np.linspace(0.0, 20_000.0, 20_001)
    if t < 0.0:
        assert (gap_m(d, v, speed, times) > -1e-3).all()
    else:
        assert gap_m(d, v, speed, t) == pytest.approx(0.0, abs=1e-6 * (1.0 + speed * t))
        earlier = times[times < t * (1.0 - 1e-6) - 1e-6]
        assert (gap_m(d, v, speed, earlier) > -1e-6).all()


@pytest.mark.parametrize(
    ("d", "v", "speed", "t_s"),
    [
        ((30_000.0, 0.0, 0.0), (-200.0, 0.0, 0.0), 800.0, 30.0),  # head on
        ((30_000.0, 0.0, 0.0), (200.0, 0.0, 0.0), 800.0, 50.0),  # in its wake
        ((30_000.0, 0.0, 0.0), (0.0, 400.0, 0.0), 500.0, 100.0),  # at a right angle: 3-4-5
        ((30_000.0, 0.0, 0.0), (-300.0, 0.0, 0.0), 300.0, 50.0),  # as fast as the pursuer
        ((30_000.0, 0.0, 0.0), (300.0, 0.0, 0.0), 300.0, -1.0),  # runs away as fast
        ((30_000.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0, -1.0),  # nobody moves
        ((0.0, 0.0, 0.0), (100.0, 0.0, 0.0), 300.0, 0.0),  # already there
    ],
)
def test_meetings_by_hand(d: Any, v: Any, speed: float, t_s: float) -> None:
    assert meeting_time_s(*d, *v, speed) == pytest.approx(t_s)


@given(coordinates, velocities, st.floats(1e3, 1e5))
def test_the_entry_is_where_the_sphere_begins(d: Any, v: Any, radius: float) -> None:
    t = entry_time_s(*d, *v, radius)
    if np.isfinite(t):
        assert gap_m(d, v, 0.0, t) == pytest.approx(radius, abs=0.01)
        assert gap_m(d, v, 0.0, 0.5 * t) > radius - 0.01
    elif np.linalg.norm(d) > radius:
        assert (gap_m(d, v, 0.0, np.linspace(0.0, 1e5, 10_001)) > radius - 1.0).all()


def test_a_launcher_meets_after_reaction_and_flight() -> None:
    """50 km north, flying south at 200 m/s: after 10 s at 48 km, which 1000 + 200 m/s close in 40 s."""
    south = (0.0, -200.0, 0.0)
    seen = tracks(1, velocity_enu_mps=south, lat_deg=54.0 + 50e3 / NORTH_DEG_M, alt_m=200.0, fire_control=1)
    pk, meet, wait = reach(forces(launcher()), seen)
    assert pk[0, 0] == pytest.approx(0.7) and meet[0, 0] == pytest.approx(50.0, abs=0.2) and wait[0, 0] == 0.0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"range_max_m": 45e3}, "too far"),
        ({"range_min_m": 70e3}, "too near"),
        ({"alt_max_m": 4e3}, "too high"),
        ({"alt_min_m": 6e3}, "too low"),
        ({"speed_mps": 150.0, "range_max_m": 40e3}, "too slow"),
        ({"t_ready_s": np.inf}, "nothing left"),
        ({"pk": 0.0}, "no use"),
    ],
)
def test_a_launcher_does_not_reach_out_of_its_envelope(change: dict[str, Any], why: str) -> None:
    seen = tracks(1, velocity_enu_mps=(0.0, 200.0, 0.0), lat_deg=54.0 + 50e3 / NORTH_DEG_M, alt_m=5000.0)
    assert reach(forces(launcher()), seen)[0][0, 0] > 0.0
    pk, meet, wait = reach(forces(launcher(**change)), seen)
    assert pk[0, 0] == 0.0 and meet[0, 0] == np.inf and wait[0, 0] == np.inf, why


def test_below_the_horizon_only_fire_control_data_reach() -> None:
    assert pytest.approx(4 / 3 * 6371e3) == EARTH_RADIUS_M
    horizon_m = np.sqrt(2 * EARTH_RADIUS_M * 20.0) + np.sqrt(2 * EARTH_RADIUS_M * 100.0)
    assert 50e3 < horizon_m < 70e3
    seen = tracks(2, velocity_enu_mps=(0.0, 0.0, 0.0), lat_deg=54.0 + 70e3 / NORTH_DEG_M, alt_m=100.0)
    seen["fire_control"] = [0, 1]
    assert (reach(forces(launcher()), seen)[0] > 0.0).tolist() == [[False, True]]
    near = tracks(1, velocity_enu_mps=(0.0, 0.0, 0.0), lat_deg=54.0 + 0.9 * horizon_m / NORTH_DEG_M, alt_m=100.0)
    assert reach(forces(launcher()), near)[0][0, 0] > 0.0


def test_the_kind_of_target_decides_the_chance_and_an_unknown_one_counts_as_a_fighter() -> None:
    pk_of_kind = np.linspace(0.1, 0.9, 9)
    seen = tracks(3, lat_deg=54.3, alt_m=5000.0, kind=[AircraftKind.BOMBER, AircraftKind.BALLISTIC, 255])
    pk, _, _ = reach(forces(launcher(pk=pk_of_kind, reliability=0.5)), seen)
    assert pk[0] == pytest.approx(0.5 * pk_of_kind[[1, 8, 0]])


@pytest.mark.parametrize(
    ("state", "t_ready_s", "delay_s"),
    [
        (Flight.PARKED, 0.0, 300.0), (Flight.PARKED, 100.0, 400.0), (Flight.STARTING, 100.0, 100.0),
        (Flight.ORDERED, 0.0, 0.0), (Flight.ORDERED, 100.0, 0.0),
    ],
)
def test_a_fighter_on_the_ground_needs_its_readiness_time(state: Flight, t_ready_s: float, delay_s: float) -> None:
    seen = tracks(1, velocity_enu_mps=(0.0, 0.0, 0.0), lat_deg=54.0 + 90e3 / NORTH_DEG_M, alt_m=200.0)
    _, meet, _ = reach(forces(fighter(status=state, t_ready_s=t_ready_s)), seen)
    assert meet[0, 0] == pytest.approx(delay_s + 200.0, abs=1.0)


def test_a_fighter_goes_only_where_its_fuel_takes_it_and_back() -> None:
    seen = tracks(1, velocity_enu_mps=(0.0, 0.0, 0.0), lat_deg=54.0 + 90e3 / NORTH_DEG_M, alt_m=200.0)
    _, meet, _ = reach(forces(fighter(status=Flight.ORDERED)), seen)
    for share, can in ((1.001, True), (0.999, False)):
        pk, _, _ = reach(forces(fighter(status=Flight.ORDERED, fuel_s=share * THERE_AND_BACK * meet[0, 0])), seen)
        assert (pk[0, 0] > 0.0) == can


@given(st.floats(90e3, 400e3), st.floats(-60e3, 60e3), st.floats(100.0, 500.0))
def test_after_the_wait_an_order_reaches_and_before_it_does_not(north_m: float, east_m: float, speed: float) -> None:
    lon = 28.0 + east_m / (NORTH_DEG_M * np.cos(np.deg2rad(54.0)))
    seen = tracks(
        1, velocity_enu_mps=(0.0, -speed, 0.0), lat_deg=54.0 + north_m / NORTH_DEG_M, lon_deg=lon, alt_m=9e3,
        fire_control=1,
    )  # fmt: skip
    assets = forces(launcher(alt_min_m=-1e6, alt_max_m=1e6))
    pk, meet, wait = reach(assets, seen)
    if pk[0, 0] > 0.0 or np.isinf(wait[0, 0]):
        return
    assert wait[0, 0] > 0.0
    then, _, _ = reach(assets, predicted(seen, wait[0, 0] + 0.5))
    before, _, _ = reach(assets, predicted(seen, wait[0, 0] - 0.5))
    assert then[0, 0] > 0.0 and before[0, 0] == 0.0
    assert meet[0, 0] == pytest.approx(wait[0, 0] + 10.0 + 80.0)


def test_a_target_that_comes_is_waited_for_and_one_that_goes_is_not() -> None:
    seen = tracks(2, velocity_enu_mps=[[0.0, -300.0, 0.0], [0.0, 300.0, 0.0]], lat_deg=56.0, alt_m=9e3)
    _, _, wait = reach(forces(launcher()), seen)
    assert np.isfinite(wait[0, 0]) and wait[0, 0] > 0.0 and wait[0, 1] == np.inf


def test_pairs_do_not_depend_on_their_neighbours() -> None:
    luck = np.random.default_rng(5)
    seen = tracks(20, velocity_enu_mps=luck.uniform(-400, 400, (20, 3)) * (1, 1, 0), lat_deg=luck.uniform(53, 55, 20))
    cap, status = forces(*[launcher(luck.uniform(53, 55)) for _ in range(4)], *[fighter(53.5) for _ in range(3)])
    whole = np.array(reach((cap, status), seen))
    assert (whole[0] > 0).any() and (whole[0] == 0).any()
    order, columns = luck.permutation(7), luck.permutation(20)
    mixed = np.array(reach((cap[order], status[order]), np.ascontiguousarray(seen[columns])))
    assert mixed.tobytes() == np.ascontiguousarray(whole[:, order][:, :, columns]).tobytes()
