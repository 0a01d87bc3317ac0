"""Failures, rosters and serviceability against their closed forms."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import pytest

from jointsky.links.chains import availability, up_after
from jointsky.truth.absences import Change, between, failures, roster, unserviceable

HOUR_S = 3600.0


def serving(stream: Iterator[Change], t_s: float) -> bool:
    """Whether nothing keeps the thing away at a time."""
    return sum(change for _, change in itertools.takewhile(lambda change: change[0] <= t_s, stream)) == 0


def away_s(stream: Iterator[Change], until_s: float) -> float:
    """Seconds away until a time."""
    total, since, reasons = 0.0, 0.0, 0
    for t_s, change in itertools.chain(itertools.takewhile(lambda c: c[0] < until_s, stream), [(until_s, 0)]):
        total += (t_s - since) * (reasons > 0)
        since, reasons = t_s, reasons + change
    return total


@pytest.mark.parametrize(("every_s", "repair_s"), [(4 * HOUR_S, HOUR_S), (HOUR_S, 3 * HOUR_S)])
def test_the_share_in_service_is_that_of_the_steady_state_at_any_time(every_s: float, repair_s: float) -> None:
    share = availability(every_s, repair_s)
    for t_s in (0.0, 1.3 * HOUR_S, 40.0 * HOUR_S):
        up = sum(serving(failures(3, f"radar.{i}", every_s, repair_s), t_s) for i in range(1500))
        assert abs(up / 1500 - share) < 4.0 * math.sqrt(share * (1.0 - share) / 1500)


def test_who_serves_now_serves_later_as_a_two_state_process_says() -> None:
    every_s, repair_s, later_s = 4 * HOUR_S, HOUR_S, 0.7 * HOUR_S
    names = [f"radar.{i}" for i in range(2000)]
    up = [name for name in names if serving(failures(5, name, every_s, repair_s), 0.0)]
    still = sum(serving(failures(5, name, every_s, repair_s), later_s) for name in up) / len(up)
    expected = up_after(later_s, every_s, repair_s)
    assert abs(still - expected) < 4.0 * math.sqrt(expected * (1.0 - expected) / len(up))


@pytest.mark.parametrize(("crews", "share"), [(1, 0.25), (2, 0.5), (4, 1.0), (5, 1.0)])
def test_crews_man_a_unit_their_share_of_the_time(crews: int, share: float) -> None:
    cycles = 8 * HOUR_S * 4 * 50
    away = away_s(roster(1, "north.sam", crews, 8 * HOUR_S, 24 * HOUR_S), cycles)
    assert away / cycles == pytest.approx(1.0 - share, abs=1e-9)


def test_the_share_of_things_that_work_at_all_is_drawn_by_name() -> None:
    works = [serving(unserviceable(1, f"plane.{i}", 0.7), 1e9) for i in range(2000)]
    assert abs(sum(works) / 2000 - 0.7) < 4.0 * math.sqrt(0.21 / 2000)
    assert works == [serving(unserviceable(1, f"plane.{i}", 0.7), 0.0) for i in range(2000)]


def test_a_span_begins_and_ends_and_an_empty_one_does_nothing() -> None:
    assert list(between(5.0, 9.0)) == [(5.0, 1), (9.0, -1)]
    assert list(between(5.0, math.inf)) == [(5.0, 1)]
    assert list(between(5.0, 5.0)) == []
