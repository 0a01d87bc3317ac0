"""What is under way: survival is the product, and everything ends by report, by patience or under another number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointsky.command.ledger import Engagement, Ledger
from jointsky.vocab.codes import Act, Shooter
from jointsky.vocab.records import SHOT_REPORT, empty


def engagement(
    order_id: int, track: int, chance: float, shooter: Shooter = Shooter.LAUNCHER, t_s: float = 0.0
) -> Engagement:
    return Engagement(order_id, track, (int(shooter), order_id), chance, t_s, t_s, ("national",), 1, Act.ENGAGE, t_s)


def ledger(*items: Engagement) -> Ledger:
    book = Ledger()
    for item in items:
        book.add(item)
    return book


@given(st.lists(st.tuples(st.integers(1, 3), st.floats(0.0, 1.0)), max_size=8))
def test_survival_is_the_product_of_what_is_under_way(shots: list[tuple[int, float]]) -> None:
    book = ledger(*(engagement(i, track, chance) for i, (track, chance) in enumerate(shots)))
    expected = [np.prod([1.0 - c for t, c in shots if t == track]) for track in (1, 2, 3)]
    assert book.survival(np.array([1, 2, 3], np.uint32)) == pytest.approx(expected)
    assert book.survival(np.zeros(0, np.uint32)).shape == (0,)


def test_a_report_ends_a_launchers_order_and_not_a_fighters() -> None:
    book = ledger(engagement(1, 5, 0.5), engagement(2, 5, 0.5, Shooter.FIGHTER), engagement(3, 5, 0.5))
    reports = empty(SHOT_REPORT, 3)
    reports["order_id"], reports["shooter"] = [1, 2, 99], [Shooter.LAUNCHER, Shooter.FIGHTER, Shooter.LAUNCHER]
    book.close_reported(reports)
    assert sorted(book.open) == [2, 3]


def test_patience_ends_a_launchers_order_and_not_a_fighters() -> None:
    book = ledger(engagement(1, 5, 0.5), engagement(2, 5, 0.5, Shooter.FIGHTER), engagement(3, 5, 0.5, t_s=1.0))
    book.expire(book.patience_s)
    assert sorted(book.open) == [1, 2, 3]
    book.expire(book.patience_s + 0.5)
    assert sorted(book.open) == [2, 3]


def test_orders_follow_a_track_to_its_new_number() -> None:
    book = ledger(engagement(1, 1_000_000, 0.5), engagement(2, 8, 0.25))
    book.rename({1_000_000: 7})
    assert book.survival(np.array([7, 8, 1_000_000], np.uint32)).tolist() == [0.5, 0.75, 1.0]


def test_patience_begins_with_the_approval() -> None:
    item = engagement(1, 5, 0.5)
    item.t_approved_s = 180.0
    book = ledger(item)
    book.expire(180.0 + book.patience_s)
    assert 1 in book.open
    book.expire(181.0 + book.patience_s)
    assert not book.open
