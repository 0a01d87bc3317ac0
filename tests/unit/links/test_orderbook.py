"""Orders on their way: consent to one act is not consent to another."""

from __future__ import annotations

from jointsky.links.orderbook import OrderBook
from jointsky.vocab.codes import Act
from jointsky.vocab.records import ORDER, Rows, empty


def order(act: Act, approved_s: float) -> Rows:
    row = empty(ORDER, 1)
    row["order_id"], row["act"], row["t_approved_s"] = 7, act, approved_s
    return row


def test_a_refreshed_order_neither_overtakes_nor_delays_its_approval() -> None:
    book = OrderBook()
    book.take("a", order(Act.ENGAGE, 60.0), ("C2",), 0.0)
    book.take("a", order(Act.ENGAGE, 5.0), ("C2",), 5.0)
    book.take("a", order(Act.ENGAGE, 90.0), ("C2",), 10.0)
    assert book.to_send(59.0) == [] and len(book.to_send(60.0)) == 3


def test_consent_to_start_is_not_consent_to_engage() -> None:
    book = OrderBook()
    book.take("a", order(Act.SCRAMBLE, 0.0), ("C1",), 0.0)
    assert len(book.to_send(0.0)) == 1
    book.take("a", order(Act.ENGAGE, 100.0), ("C2",), 40.0)
    book.take("a", order(Act.ENGAGE, 45.0), ("C2",), 45.0)
    assert book.to_send(99.0) == [] and [float(e.row["t_approved_s"][0]) for e in book.to_send(100.0)] == [100.0, 100.0]


def test_what_is_broken_off_before_its_approval_is_never_sent() -> None:
    book = OrderBook()
    book.take("a", order(Act.ENGAGE, 60.0), ("C2",), 0.0)
    book.take("a", order(Act.CEASE, 20.0), ("C2",), 20.0)
    assert [int(e.row["act"][0]) for e in book.to_send(100.0)] == [Act.CEASE]
