"""The new orders of one moment dealt over all tracks together, with what they leave and what no deal could go below.

Shoot, look, shoot: a track gets one new order a moment, so that the next is given after a look. A track that will have
done its work before a look can help gets two at once. One order a track is a linear assignment, which is exact; second
orders are dealt by freeing and dealing anew, again and again. Prices of the assets' orders prove a bound on every deal
(Lagrange; see `command.assignment` for the same at length). Budgets are counts, so a moment's deal is the same on every
machine.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Float = NDArray[np.float64]
Whole = NDArray[np.int64]
Bool = NDArray[np.bool_]
ROUNDS = 6
"""Times that orders are freed and dealt anew where a track may get two."""
STEPS = 12
"""Steps of prices after the first, where the first do not prove the deal."""
CLOSE = 1e-3
"""Gap, as a part of the value, at which no further steps are taken."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Who could take what now: `stake` (n,) value at stake at each track, `saved` (m, n) what one order alone takes
    from it (0: not to be given; at most the stake), `slots` (m,) orders each asset can take, `last` (n,) tracks that no
    look will help any more.
    """

    stake: Float
    saved: Float
    slots: Whole
    last: Bool

    def chance(self) -> Float:
        """What one order takes of the stake, as a part of it."""
        return self.saved / np.where(self.stake > 0.0, self.stake, 1.0)[None, :]

    def left(self, x: Whole) -> Float:
        """What orders `x` (m, n) leave of each stake."""
        return self.stake * np.prod(np.where(x > 0, 1.0 - self.chance(), 1.0), axis=0)


@dataclass(frozen=True, slots=True)
class Deal:
    """Orders `x` (m, n), 0 or 1 each; the value expected to be lost by them, and the `bound` that no deal of this
    moment goes below."""

    x: Whole
    value: float
    bound: float


def deal(moment: Moment) -> Deal:
    """The best orders of this moment; `value == bound` but for rounding where each track gets one order at most."""
    x = np.zeros(moment.saved.shape, np.int64)
    prices = np.zeros(len(moment.slots))
    for turn in range(ROUNDS if moment.last.any() else 1):
        tried, asked = _dealt(moment, _freed(moment, x, turn))
        if turn == 0:
            prices = _prices(asked, tried, moment.slots)
        if moment.left(tried).sum() < moment.left(x).sum():
            x = tried
    value = float(moment.left(x).sum())
    return Deal(x, value, min(value, _bound(moment, x, prices, value)))


def _freed(moment: Moment, x: Whole, turn: int) -> Whole:
    """The orders that stay when each track gives back one, in turn its first and its last; a track that may have a
    second order gives back none every other time."""
    kept = x.copy()
    for j in np.flatnonzero(x.any(axis=0)):
        given = np.flatnonzero(x[:, j])
        if len(given) == 2 or not moment.last[j] or turn % 2 == 0:
            kept[given[0 if turn % 4 < 2 else -1], j] = 0
    return kept


def _dealt(moment: Moment, kept: Whole) -> tuple[Whole, Float]:
    """One order more for each track, by one linear assignment over what assets can still take; and what each would
    save."""
    worth = moment.chance() * moment.left(kept)[None, :]
    worth[kept > 0] = 0.0
    free = np.clip(moment.slots - kept.sum(axis=1), 0, worth.shape[1])
    asset = np.repeat(np.arange(len(free)), free)
    x = kept.copy()
    if len(asset):
        rows, columns = linear_sum_assignment(worth[asset], maximize=True)
        good = worth[asset[rows], columns] > 0.0
        x[asset[rows[good]], columns[good]] = 1
    return x, worth


def _prices(worth: Float, x: Whole, slots: Whole) -> Float:
    """Prices (m,) that support a best linear assignment: the longest ways in its graph of exchanges (Bellman, Ford)."""
    price, (asset, track) = np.zeros(len(slots)), np.nonzero(x)
    spare = x.sum(axis=1) < slots
    for _ in range(len(slots) + 1):
        profit = np.zeros(worth.shape[1])
        profit[track] = worth[asset, track] - price[asset]
        better = np.maximum(price, (worth - profit[None, :]).max(axis=1, initial=0.0))
        better[spare] = 0.0
        if (better <= price + 1e-12 * worth.max(initial=0.0)).all():
            break
        price = better
    return price


def _bound(moment: Moment, x: Whole, price: Float, value: float) -> float:
    """The most that prices prove: the given ones, then some along the slope, until they are close to the value."""
    best, step = -np.inf, 1.0
    for _ in range(STEPS + 1):
        floor, asked = _floor(moment, price)
        proved = float(floor.sum() - (price * moment.slots).sum())
        step = step if proved > best else 0.6 * step
        best = max(best, proved)
        if value - best <= CLOSE * value or not moment.last.any():
            break
        slope = asked - moment.slots
        slope = np.where((price <= 0.0) & (slope < 0.0), 0.0, slope).astype(np.float64)
        square = float((slope * slope).sum())
        if square == 0.0:
            break
        price = np.maximum(0.0, price + step * (value - proved) / square * slope)
    return best - 1e-12 * abs(best)


def _floor(moment: Moment, price: Float) -> tuple[Float, Whole]:
    """The least each track costs at prices, survivors and orders together, and how many orders each asset is asked
    for."""
    miss = 1.0 - moment.chance()
    paid = np.where(moment.saved > 0.0, 0.0, np.inf) + price[:, None]
    one = moment.stake[None, :] * miss + paid
    best, tracks = one.argmin(axis=0), np.arange(len(moment.stake))
    floor = np.minimum(moment.stake, one[best, tracks])
    asked = np.zeros(one.shape, np.int64)
    asked[best, tracks] = one[best, tracks] < moment.stake
    for j in np.flatnonzero(moment.last) if len(price) > 1 else ():
        two = moment.stake[j] * miss[:, None, j] * miss[None, :, j] + paid[:, None, j] + paid[None, :, j]
        np.fill_diagonal(two, np.inf)
        pair = divmod(int(two.argmin()), len(price))
        if two[pair] < floor[j]:
            floor[j], asked[:, j] = two[pair], 0
            asked[list(pair), j] = 1
    return floor, asked.sum(axis=1)
