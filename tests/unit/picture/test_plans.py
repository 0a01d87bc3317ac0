"""Flight plans: distance to a route against a search over all its points, and when a plan counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import plan, tracks

from jointsky.picture.plans import RECHECK_S, PlanBook, distance_to_route_m

points = st.lists(st.tuples(*[st.floats(-1e5, 1e5)] * 3), min_size=2, max_size=6)
KM_NORTH_DEG = 1000.0 / 111_300.0


@given(points, st.tuples(*[st.floats(-1e5, 1e5)] * 3))
def test_distance_is_the_least_over_all_points_of_the_route(route: list, place: tuple) -> None:
    table, pos = np.array(route), np.array(place)
    share = np.linspace(0.0, 1.0, 2001)[:, None]
    along = np.concatenate([a + share * (b - a) for a, b in zip(table, table[1:], strict=False)])
    least = np.linalg.norm(along - pos, axis=1).min()
    found = distance_to_route_m(table, pos)
    assert found <= least + 1e-6 and found >= least - 0.5 * 3.5e5 / 2000


@pytest.mark.parametrize(
    ("code", "off_km", "now_s", "matches"),
    [
        (1200, 0.0, 100.0, True), (1200, 19.5, 100.0, True), (1200, 20.5, 100.0, False), (1201, 0.0, 100.0, False),
        (-1, 0.0, 100.0, False), (1200, 0.0, -1.0, False), (1200, 0.0, 0.0, True), (1200, 0.0, 3600.0, True),
        (1200, 0.0, 3601.0, False),
    ],
)  # fmt: skip
def test_a_plan_counts_with_code_time_and_route(code: int, off_km: float, now_s: float, matches: bool) -> None:
    book = PlanBook(*plan(1200, [(54.0, 27.9, 10_000.0), (54.0, 28.1, 10_000.0)]))
    seen = tracks(1, code=code, alt_m=10_000.0, lat_deg=54.0 + off_km * KM_NORTH_DEG)
    assert book.matches(seen, now_s).tolist() == [matches]


def test_beyond_the_ends_of_the_route_the_ends_count() -> None:
    book = PlanBook(*plan(1200, [(54.0, 27.0, 10_000.0), (54.0, 28.0, 10_000.0)]))
    seen = tracks(1, code=1200, alt_m=10_000.0, lon_deg=[28.0 + 40.0 * KM_NORTH_DEG])
    assert not book.matches(seen, 0.0)[0]


def test_a_verdict_holds_for_a_minute_and_is_then_asked_anew() -> None:
    book = PlanBook(*plan(1200, [(54.0, 27.0, 10_000.0), (54.0, 29.0, 10_000.0)]))
    on, off = tracks(1, code=1200, alt_m=10_000.0), tracks(1, code=1200, alt_m=10_000.0, lat_deg=55.0)
    assert book.matches(on, 0.0)[0] and book.matches(off, RECHECK_S - 1.0)[0]
    assert not book.matches(off, RECHECK_S)[0]


def test_a_changed_code_is_another_question() -> None:
    book = PlanBook(*plan(1200, [(54.0, 27.0, 10_000.0), (54.0, 29.0, 10_000.0)]))
    assert book.matches(tracks(1, code=1200, alt_m=10_000.0), 0.0)[0]
    assert not book.matches(tracks(1, code=1201, alt_m=10_000.0), 1.0)[0]


def test_no_plans_match_nothing() -> None:
    plans, waypoints = plan(1, [(54.0, 27.0, 0.0), (54.0, 29.0, 0.0)])
    assert not PlanBook(plans[:0], waypoints).matches(tracks(3, code=1), 0.0).any()
