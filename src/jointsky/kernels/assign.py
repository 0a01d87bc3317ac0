"""Shots dealt to targets: the best next shot again and again, and one shot of every target dealt anew by one linear
assignment.

Everywhere n weapons, m targets, k pools; `worth` (m,) the targets' values, `p` (n, m) chances of a kill, `member`
(k, n) 1 where a weapon draws on a pool. `left` (n,) and `room` (k,) are the shots that weapons and pools still hold,
`x` (n, m) the shots dealt, `alive` (m,) the value expected to survive at each target; these four are changed in place.
"""

import math
from typing import Any

import numpy as np

from jointsky.kernels.compiled import kernel


@kernel("int64(int64, int64[::1], int64[:, ::1], int64[::1])")
def available(weapon: int, left: Any, member: Any, room: Any) -> int:
    """Return how many shots a weapon can still fire by its own stock and its pools."""
    most = left[weapon]
    for k in range(len(room)):
        if member[k, weapon] != 0 and room[k] < most:
            most = room[k]
    return most


@kernel("void(int64, int64, float64[:, ::1], int64[::1], int64[:, ::1], int64[::1], int64[:, ::1], float64[::1])")
def deal(weapon: int, target: int, p: Any, left: Any, member: Any, room: Any, x: Any, alive: Any) -> None:
    """Deal one shot."""
    x[weapon, target] += 1
    alive[target] *= 1.0 - p[weapon, target]
    left[weapon] -= 1
    for k in range(len(room)):
        if member[k, weapon] != 0:
            room[k] -= 1


@kernel("void(float64[:, ::1], int64[::1], int64[:, ::1], int64[::1], int64[:, ::1], float64[::1])")
def greedy(p: Any, left: Any, member: Any, room: Any, x: Any, alive: Any) -> None:
    """Deal the shot that saves most, again and again, until none saves anything (maximum marginal return; den Broeder
    and others, 1959). Ties go to the lowest target, then the lowest weapon.
    """
    n, m = p.shape
    best = np.full(m, -1)
    stale = np.ones(m, np.bool_)
    while True:
        most, target = 0.0, -1
        for j in range(m):
            if stale[j]:
                stale[j] = False
                best[j] = -1
                for i in range(n):
                    better = p[i, j] > 0.0 and (best[j] < 0 or p[i, j] > p[best[j], j])
                    if better and available(i, left, member, room) > 0:
                        best[j] = i
            if best[j] >= 0 and alive[j] * p[best[j], j] > most:
                most, target = alive[j] * p[best[j], j], j
        if target < 0:
            return
        weapon = best[target]
        deal(weapon, target, p, left, member, room, x, alive)
        for j in range(m):
            if best[j] >= 0 and (best[j] == weapon or len(room) > 0) and available(best[j], left, member, room) <= 0:
                stale[j] = True


@kernel("void(float64[:, ::1], int64[::1])")
def match(cost: Any, row_of: Any) -> None:
    """Give every column a row of its own at the least total cost: shortest augmenting paths (Jonker and Volgenant,
    1987), the cheapest rows tried first.

    `cost` is (columns, rows), columns <= rows, all finite; `row_of[column]` receives the answer.
    """
    n, m = cost.shape
    price = np.zeros(m)
    owner = np.full(m, -1)
    row_of[:] = -1
    for i in range(n):  # whoever likes a free row best takes it
        j = 0
        for c in range(1, m):
            if cost[i, c] < cost[i, j]:
                j = c
        if owner[j] < 0:
            owner[j], row_of[i] = i, j
    own = np.zeros(n)
    for i in range(n):
        own[i] = cost[i, 0]
        for c in range(1, m):
            own[i] = min(own[i], cost[i, c])
    least, way, open_ = np.empty(m), np.empty(m, np.int64), np.empty(m, np.int64)
    for start in range(n):
        if row_of[start] >= 0:
            continue
        for c in range(m):
            least[c], way[c], open_[c] = cost[start, c] - own[start] - price[c], start, c
        n_open, done, end = m, 0, -1
        far = 0.0
        closed = np.empty(m, np.int64)
        while end < 0:
            at = 0
            for k in range(1, n_open):
                a, b = open_[k], open_[at]
                if least[a] < least[b] or (least[a] == least[b] and owner[a] < 0 and owner[b] >= 0):
                    at = k
            c = open_[at]
            far = least[c]
            n_open -= 1
            open_[at] = open_[n_open]
            if owner[c] < 0:
                end = c
                break
            closed[done] = c
            done += 1
            i = owner[c]
            base = far - (cost[i, c] - price[c])
            for k in range(n_open):
                b = open_[k]
                reach = base + cost[i, b] - price[b]
                if reach < least[b]:
                    least[b], way[b] = reach, i
        own[start] += far
        for k in range(done):
            c = closed[k]
            price[c] += least[c] - far
            own[owner[c]] += far - least[c]
        c = end
        while True:
            i = way[c]
            owner[c] = i
            c, row_of[i] = row_of[i], c
            if i == start:
                break


@kernel("int64(float64[::1], float64[:, ::1], int64[::1], int64[:, ::1], int64[::1], int64[:, ::1], float64[::1], "
        "int64)")  # fmt: skip
def redeal(worth: Any, p: Any, left: Any, member: Any, room: Any, x: Any, alive: Any, rounds: int) -> int:
    """Free one shot of every target, every other time of half of them, and deal all of these with the idle ones by one
    linear assignment; again with other shots, `rounds` times or until nothing has helped for a while. Returns the
    rounds done; never makes a plan worse.
    """
    n, m = p.shape
    quiet = 0
    for turn in range(rounds):
        most_kinds = 1
        freed = np.full(m, -1)
        rest = alive.copy()
        for j in range(m):
            kinds = 0
            for i in range(n):
                kinds += x[i, j] > 0
            if kinds == 0 or (turn % 2 == 1 and (((j + 1) * 40503 + turn * 30011) >> 4) % 2 == 0):
                continue  # every other time half of the targets keep all and may be dealt one more
            most_kinds = max(most_kinds, kinds)
            wanted, seen = (turn + (j * turn) // 3) % kinds, 0
            for i in range(n):
                if x[i, j] > 0:
                    if seen == wanted:
                        freed[j] = i
                    seen += 1
            rest[j] = worth[j]
            for i in range(n):
                for _ in range(x[i, j] - (i == freed[j])):
                    rest[j] *= 1.0 - p[i, j]
        slots = np.empty(2 * m, np.int64)
        n_slots = 0
        for j in range(m):
            if freed[j] >= 0:
                slots[n_slots] = freed[j]
                n_slots += 1
        n_freed = n_slots
        for i in range(n):
            pooled = 0
            for k in range(len(room)):
                pooled += member[k, i]
            for _ in range(left[i] if pooled == 0 else 0):
                if n_slots < 2 * m:
                    slots[n_slots] = i
                    n_slots += 1
        width = max(n_slots, m)
        cost = np.zeros((m, width))
        before, after = 0.0, 0.0
        for j in range(m):
            before += alive[j]
            for s in range(n_slots):
                cost[j, s] = -rest[j] * p[slots[s], j]
        row_of = np.empty(m, np.int64)
        match(cost, row_of)
        for j in range(m):
            after += rest[j] + cost[j, row_of[j]]
        if after < before * (1.0 - 1e-13):
            quiet = 0
            for s in range(n_freed):
                left[slots[s]] += 1
                for k in range(len(room)):
                    room[k] += member[k, slots[s]]
            for j in range(m):
                if freed[j] >= 0:
                    x[freed[j], j] -= 1
            for j in range(m):
                alive[j] = rest[j]
                s = row_of[j]
                if s < n_slots and p[slots[s], j] > 0.0:
                    deal(int(slots[s]), j, p, left, member, room, x, alive)
        else:
            quiet += 1
            if quiet >= 2 * most_kinds + 4:
                return turn + 1
    return rounds


@kernel("void(float64[:, ::1], int64[::1], int64[:, ::1], int64[::1], int64[:, ::1], float64[::1])")
def layers(p: Any, left: Any, member: Any, room: Any, x: Any, alive: Any) -> None:
    """Deal in layers: one shot for every target by one linear assignment, then the next, while shots save anything.
    Where shots outnumber targets this starts better than `greedy`, which spends the best shots too early.
    """
    n, m = p.shape
    row_of = np.empty(m, np.int64)
    while True:
        n_slots = 0
        for i in range(n):
            n_slots += min(available(i, left, member, room), m)
        slots = np.empty(n_slots, np.int64)
        n_slots = 0
        for i in range(n):
            for _ in range(min(available(i, left, member, room), m)):
                slots[n_slots] = i
                n_slots += 1
        cost = np.zeros((m, max(n_slots, m)))
        for j in range(m):
            for s in range(n_slots):
                cost[j, s] = -alive[j] * p[slots[s], j]
        match(cost, row_of)
        dealt = 0
        for j in range(m):
            s = row_of[j]
            if s < n_slots and cost[j, s] < 0.0 and available(int(slots[s]), left, member, room) > 0:
                deal(int(slots[s]), j, p, left, member, room, x, alive)
                dealt += 1
        if dealt == 0:
            return


@kernel("float64(float64, float64[::1], int64[::1])")
def survives(worth: float, p: Any, shots: Any) -> float:
    """Return what survives of a target's worth after shots (n,) of chances p (n,)."""
    for i in range(len(p)):
        miss = 1.0 - p[i]
        for _ in range(shots[i]):
            worth *= miss
            if worth == 0.0:
                return worth
    return worth if not math.isnan(worth) else 0.0
