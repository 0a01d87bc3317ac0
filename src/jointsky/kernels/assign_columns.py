"""What is best to fire at one target when every shot has a price: depth-first search with a fractional-knapsack bound.

A column is a set of shots at one target; its price is what survives of the target plus the price of its shots. Weapons
are taken in order of price for their logarithm of survival; what the rest can still do is bounded by letting shots be
fired in parts, which is exact for that relaxation since exp(-q) is convex (Dantzig's knapsack bound).
"""

import math
from typing import Any

import numpy as np

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import log

TABLE = 48
"""Cells of the table of what further shots can save."""
DEEPEST = 400
"""So many shots at one target at most; a deeper column is left out, and the search says that it is not whole."""


@kernel("float64(float64, int64, int64, float64[::1], float64[::1], float64[::1])")
def _floor(alive: float, first: int, count: int, ratio: Any, whole: Any, cost: Any) -> float:
    """Return the least of survivors plus price by shots in parts of the items `first` .. `count`."""
    paid = 0.0
    for k in range(first, count):
        if alive <= ratio[k]:
            break
        rest = alive * whole[k]
        if rest >= ratio[k]:
            alive = rest
            paid += cost[k]
        else:
            paid += ratio[k] * log(alive / ratio[k])
            alive = ratio[k]
            break
    return alive + paid


@kernel("float64(float64, float64, float64, float64[::1])")
def _saved(alive: float, low: float, high: float, table: Any) -> float:
    """Return no less than what further shots can save of `alive`, by chords of the convex `table` over squares of
    equal steps from `low` to `high`."""
    if alive <= low:
        return table[0] * alive / low if low > 0.0 else 0.0
    steps = len(table) - 1
    at = min(int(math.sqrt((alive - low) / (high - low)) * steps), steps - 1)
    a = low + (high - low) * (at / steps) ** 2
    b = low + (high - low) * ((at + 1) / steps) ** 2
    part = (alive - a) / (b - a)
    return table[at] + (table[at + 1] - table[at]) * min(max(part, 0.0), 1.0)


@kernel("float64(float64, int64, float64[::1], float64[::1], float64[::1])")
def _tabulate(high: float, count: int, p: Any, price: Any, table: Any) -> float:
    """Fill `table` with the most that shots in any number save, net of price; return where it begins.

    With unlimited shots the saving G(s) = max(0, max_i s p_i - price_i + G(s (1 - p_i))) is a maximum of straight lines
    in what survives, s, so it is convex and lies below its chords.
    """
    low, steps = high, len(table) - 1
    for k in range(count):
        low = min(low, price[k] / p[k])
    low = max(low, 1e-9 * high)
    below = 0.0
    for t in range(steps + 1):
        s = low + (high - low) * (t / steps) ** 2
        most = 0.0
        for k in range(count):
            gain, rest = s * p[k] - price[k], s * (1.0 - p[k])
            if rest <= below or t == 0:
                whole = gain + (_saved(rest, low, high, table) if t > 0 else 0.0)
                if t == 0:  # the chord from the origin
                    whole = gain / p[k]
            else:  # the rest lies in the cell that is being filled
                w = (rest - below) / (s - below)
                whole = (gain + (1.0 - w) * table[t - 1]) / (1.0 - w)
            most = max(most, whole)
        table[t] = min(most, s)
        below = s
    return low


@kernel("Tuple((int64, int64, float64, boolean))(float64, float64[::1], float64[::1], int64[::1], float64, float64, "
        "boolean, int64, int64[::1], int64, int64[::1], float64[::1], int64)")  # fmt: skip
def search(
    worth: float, p: Any, price: Any, supply: Any, limit: float, slack: float, only_best: bool, nodes: int,
    shot: Any, n_shots: int, start: Any, survivors: Any, n_columns: int,
) -> tuple[int, int, float, bool]:  # fmt: skip
    """Columns of one target whose total is below `limit`; with `only_best` the cheapest of them alone. `slack` is
    `limit` less the least total: a weapon dearer by more than that than all it could save is in no such column.

    `p`, `price`, `supply` (n,). Columns are appended: their weapons, one entry a shot, to `shot` from `n_shots` on, the
    ends to `start` (start[c + 1] is the end of column c), what survives to `survivors`, from `n_columns` on. Returns
    (shots, columns, a total that no column is below, whether the search was whole); it is not whole after `nodes` steps
    or when the arrays are full.
    """
    n = len(p)
    raw = np.empty(n)
    item = np.empty(n, np.int64)
    count = 0
    for i in range(n):
        if supply[i] > 0 and p[i] > 0.0 and price[i] - worth * p[i] < slack:
            item[count] = i
            raw[count] = price[i] / -log(max(1.0 - p[i], 1e-300))
            count += 1
    order = np.argsort(raw[:count], kind="mergesort")
    ratio, whole, cost = np.empty(count), np.empty(count), np.empty(count)
    front_p, front_price, front = np.empty(count), np.empty(count), 0
    for a in np.argsort(price[item[:count]], kind="mergesort"):  # a dearer weapon that kills less saves no more
        i = item[a]
        if front == 0 or p[i] > front_p[front - 1]:
            front_p[front], front_price[front], front = p[i], price[i], front + 1
    table = np.zeros(TABLE + 1)
    low = _tabulate(worth, front, front_p, front_price, table) if worth > 0.0 else 0.0
    for k in range(count):
        i = item[order[k]]
        ratio[k] = raw[order[k]]
        cost[k] = price[i] * supply[i]
        whole[k] = 1.0
        for _ in range(supply[i]):
            whole[k] *= 1.0 - p[i]
            if whole[k] == 0.0:
                break
    taken = np.empty(DEEPEST + 1, np.int64)
    used = np.zeros(DEEPEST + 1, np.int64)
    following = np.zeros(DEEPEST + 1, np.int64)
    alive, paid = np.empty(DEEPEST + 1), np.empty(DEEPEST + 1)
    alive[0], paid[0] = worth, 0.0
    root = _floor(worth, 0, count, ratio, whole, cost)
    best = limit
    first_shot, first_column = n_shots, n_columns
    if worth < best:
        start[n_columns + 1] = n_shots
        survivors[n_columns] = worth
        n_columns += 1
        best = worth if only_best else limit
    depth, steps = 0, 0
    while depth >= 0:
        k = following[depth]
        stop = k >= count
        if not stop:
            floor = paid[depth] + _floor(alive[depth], k, count, ratio, whole, cost)
            stop = floor >= best * (1.0 - 1e-12) if only_best else floor >= best
        if stop:
            depth -= 1
            continue
        steps += 1
        if steps > nodes or depth >= DEEPEST:
            return n_shots, n_columns, root, False
        following[depth] += 1
        i = item[order[k]]
        again = used[depth] if depth > 0 and taken[depth] == k else 0
        if again >= supply[i]:
            continue
        deep = depth + 1
        rest = alive[depth] * (1.0 - p[i])
        total = rest + paid[depth] + price[i]
        if total - _saved(rest, low, worth, table) >= best * (1.0 - 1e-12 * only_best):
            following[depth] = k + 1
            continue
        taken[deep], used[deep], following[deep] = k, again + 1, k
        alive[deep], paid[deep] = rest, paid[depth] + price[i]
        depth = deep
        if total < best:
            if only_best:
                n_shots, n_columns, best = first_shot, first_column, total
            if n_shots + deep > len(shot) or n_columns + 2 > len(start):
                return n_shots, n_columns, root, False
            for d in range(1, deep + 1):
                shot[n_shots] = item[order[taken[d]]]
                n_shots += 1
            start[n_columns + 1] = n_shots
            survivors[n_columns] = alive[deep]
            n_columns += 1
    return n_shots, n_columns, best * (1.0 - 1e-12) if only_best else min(root, limit), True


@kernel("Tuple((int64, boolean))(float64[::1], float64[:, ::1], float64[::1], int64[::1], float64[::1], float64, "
        "boolean, int64, int64[::1], int64[::1], float64[::1], int64[::1], float64[::1])")  # fmt: skip
def sweep(
    worth: Any, p_of_target: Any, price: Any, supply: Any, limit: Any, slack: float, only_best: bool, nodes: int,
    shot: Any, start: Any, survivors: Any, target: Any, floor: Any,
) -> tuple[int, bool]:  # fmt: skip
    """`search` for every target: `p_of_target` (m, n), `limit` (m,); `target` receives each column's target and `floor`
    (m,) the totals that no column is below. Returns (columns, whether all was searched).
    """
    n_shots, n_columns, whole = 0, 0, True
    start[0] = 0
    for j in range(len(worth)):
        before = n_columns
        n_shots, n_columns, floor[j], full = search(
            worth[j], p_of_target[j], price, supply, limit[j], slack, only_best, nodes,
            shot, n_shots, start, survivors, n_columns,
        )  # fmt: skip
        whole = whole and full
        target[before:n_columns] = j
        if math.isnan(floor[j]):
            return n_columns, False
    return n_columns, whole
