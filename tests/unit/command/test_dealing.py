"""The deal of a moment: against a search over all deals, its bound never above, exact where each track gets one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointsky.command.dealing import Moment, deal

TIGHT = 1e-9


@st.composite
def moments(draw: st.DrawFn, second: bool) -> Moment:
    m, n = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    luck = np.random.default_rng(draw(st.integers(0, 2**31)))
    stake = luck.uniform(0.1, 10.0, n)
    saved = stake * luck.uniform(0, 1, (m, n)) * (luck.random((m, n)) < 0.8)
    last = luck.random(n) < 0.6 if second else np.zeros(n, np.bool_)
    return Moment(stake, saved, luck.integers(0, 3, m), last)


def least_left(moment: Moment) -> float:
    """The least value that any deal leaves, by trying all."""
    best = np.inf
    for bits in product((0, 1), repeat=moment.saved.size):
        x = np.array(bits).reshape(moment.saved.shape)
        within = (x.sum(axis=1) <= moment.slots).all() and (x.sum(axis=0) <= 1 + moment.last).all()
        if within and not x[moment.saved <= 0.0].any():
            best = min(best, float(moment.left(x).sum()))
    return best


def is_possible(moment: Moment, x: np.ndarray) -> bool:
    within = (x.sum(axis=1) <= moment.slots).all() and (x.sum(axis=0) <= 1 + moment.last).all()
    return bool(within and not x[moment.saved <= 0.0].any() and set(np.unique(x)) <= {0, 1})


@settings(max_examples=60)
@given(moments(second=False))
def test_one_order_a_track_is_dealt_best_and_proved(moment: Moment) -> None:
    found = deal(moment)
    best = least_left(moment)
    assert is_possible(moment, found.x)
    assert found.value == pytest.approx(best, rel=TIGHT) == pytest.approx(float(moment.left(found.x).sum()), rel=TIGHT)
    assert found.bound <= found.value and found.bound == pytest.approx(best, rel=1e-6)


@settings(max_examples=60)
@given(moments(second=True))
def test_second_orders_are_dealt_well_and_no_deal_is_below_the_bound(moment: Moment) -> None:
    found = deal(moment)
    best = least_left(moment)
    assert is_possible(moment, found.x)
    assert found.bound <= best * (1.0 + TIGHT) and best <= found.value * (1.0 + TIGHT)
    assert found.value <= 1.3 * best + TIGHT


def test_what_no_look_will_help_gets_two_orders_at_once() -> None:
    stake, saved = np.array([4.0, 4.0]), np.full((3, 2), 2.0)
    found = deal(Moment(stake, saved, np.ones(3, np.int64), np.array([False, True])))
    assert found.x.sum(axis=0).tolist() == [1, 2] and found.value == pytest.approx(2.0 + 1.0)
    assert found.bound == pytest.approx(found.value, rel=1e-2)


def test_the_order_of_assets_and_tracks_means_nothing() -> None:
    luck = np.random.default_rng(5)
    stake = luck.uniform(1, 9, 12)
    saved = stake * luck.uniform(0, 1, (8, 12))
    one = Moment(stake, saved, luck.integers(0, 3, 8), luck.random(12) < 0.3)
    rows, columns = luck.permutation(8), luck.permutation(12)
    other = Moment(stake[columns], saved[rows][:, columns], one.slots[rows], one.last[columns])
    assert deal(one).value == pytest.approx(deal(other).value, rel=1e-2)


def test_nobody_free_deals_nothing() -> None:
    found = deal(Moment(np.ones(2), np.full((2, 2), 0.5), np.zeros(2, np.int64), np.ones(2, np.bool_)))
    assert not found.x.any() and found.value == 2.0 == pytest.approx(found.bound)
