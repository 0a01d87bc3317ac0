"""Holdings by date: what was held by whom and where, from first counts and movements that add up.

A count holds when its day begins, a movement when its day ends; on one day things may arrive and leave in any order.
Nothing moves that is not there: each such movement is a fault, named by its place in the ledger.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from jointsky.scenario.ledger import Account, Ledger, Meanings, Movement, Note, Stock, dangling


class Key(NamedTuple):
    """What is counted together: one category, of one owner, in one place."""

    category: str
    account: Account

    def __str__(self) -> str:
        return f"{self.category} of {self.account}"


@dataclass(frozen=True, slots=True)
class Step:
    """What one day changed in one account: how many arrived and left, and the count when the day ended."""

    day: date
    key: Key
    arrived: int
    left: int
    count: int
    purposes: tuple[str, ...]


def keys(ledger: Ledger) -> tuple[Key, ...]:
    """All accounts of a ledger, sorted."""
    found = {Key(stock.category, stock.held) for stock in ledger.stocks if stock.held is not None}
    for move in ledger.movements:
        found |= {Key(move.category, end) for end in (move.origin, move.goal) if end is not None}
    return tuple(sorted(found))


def journal(ledger: Ledger) -> tuple[Step, ...]:
    """Every change, by day and account."""
    return tuple(sorted((step for key in keys(ledger) for step in _steps(ledger, key)), key=lambda s: (s.day, s.key)))


def holdings(ledger: Ledger, on: date) -> dict[Key, int]:
    """How many each account holds when the day `on` ends, by account; one that is first counted later is left out.

    Raises ValueError with the first fault of a ledger that does not add up.
    """
    trouble = next(faults(ledger), None)
    if trouble is not None:
        raise ValueError(trouble[1])
    found: dict[Key, int] = {}
    for key in keys(ledger):
        first = _first(ledger, key)
        if first is None or first.day <= on:
            counts = [step.count for step in _steps(ledger, key) if step.day <= on]
            found[key] = counts[-1] if counts else 0 if first is None else first.count
    return found


def totals(ledger: Ledger, on: date) -> dict[str, int]:
    """How many of each category there are in all when the day `on` ends."""
    found: dict[str, int] = {}
    for key, count in holdings(ledger, on).items():
        found[key.category] = found.get(key.category, 0) + count
    return found


def days(ledger: Ledger) -> tuple[date, ...]:
    """Every day on which something is counted or moves, in order."""
    return tuple(sorted({entry.day for entry in (*ledger.stocks, *ledger.movements)}))


def faults(ledger: Ledger) -> Iterator[Note]:
    """What does not add up: a movement of what is not there or before the first count, and a later count that the
    movements contradict. Of each account the first."""
    for key in keys(ledger):
        found = next(_faults_of(ledger, key), None)
        if found is not None:
            yield found


def ledger_notes(ledger: Ledger, known: Meanings, *, whole: bool = True) -> Iterator[Note]:
    """Everything that is wrong with a ledger: names that lead nowhere, numbers without a source, and, once all names
    mean something, what does not add up; of one that is not `whole` the sums say nothing."""
    names = list(dangling(ledger, known))
    yield from names or (faults(ledger) if whole else ())


def _faults_of(ledger: Ledger, key: Key) -> Iterator[Note]:
    first = _first(ledger, key)
    count = 0 if first is None else first.count
    for day in sorted({entry.day for entry in (*_stocks(ledger, key), *_moves(ledger, key))}):
        for number, stock in _numbered_stocks(ledger, key):
            if stock.day == day and stock.count != count:
                said = f"found {stock.count} {key} on {day}, expected {count} by what stands before"
                yield ("ledger", "stocks", number, "count"), said
        moves = [(number, move) for number, move in _numbered_moves(ledger, key) if move.day == day]
        if first is not None and day < first.day:
            said = f"found {key} moving on {day}, expected {first.day} or later, from when they are counted"
            yield ("ledger", "movements", moves[0][0], "day"), said
        there = count + sum(move.count for _, move in moves if move.goal == key.account)
        for number, move in moves:
            if move.origin == key.account:
                if move.count > there:
                    said = f"found {move.count} {key} leaving on {day}, expected at most the {there} that are there"
                    yield ("ledger", "movements", number, "count"), said
                there -= move.count
        count = there


def _steps(ledger: Ledger, key: Key) -> Iterator[Step]:
    first = _first(ledger, key)
    count = 0 if first is None else first.count
    moves = _moves(ledger, key)
    for day in sorted({move.day for move in moves}):
        today = [move for move in moves if move.day == day]
        arrived = sum(move.count for move in today if move.goal == key.account)
        left = sum(move.count for move in today if move.origin == key.account)
        count += arrived - left
        yield Step(day, key, arrived, left, count, tuple(sorted({move.purpose for move in today if move.purpose})))


def _stocks(ledger: Ledger, key: Key) -> list[Stock]:
    return [stock for _, stock in _numbered_stocks(ledger, key)]


def _numbered_stocks(ledger: Ledger, key: Key) -> list[tuple[int, Stock]]:
    return [pair for pair in enumerate(ledger.stocks) if (pair[1].category, pair[1].held) == key]


def _moves(ledger: Ledger, key: Key) -> list[Movement]:
    return [move for _, move in _numbered_moves(ledger, key)]


def _numbered_moves(ledger: Ledger, key: Key) -> list[tuple[int, Movement]]:
    named = [pair for pair in enumerate(ledger.movements) if pair[1].category == key.category]
    return [pair for pair in named if key.account in (pair[1].origin, pair[1].goal)]


def _first(ledger: Ledger, key: Key) -> Stock | None:
    return min(_stocks(ledger, key), key=lambda stock: stock.day, default=None)
