"""The k best assignments of a cost matrix, in order of cost (Murty, "An algorithm for ranking all the assignments in
order of increasing cost", Operations Research 16, 1968)."""

import math
from typing import Any

import numpy as np

from jointsky.kernels.associate import assign_least_cost
from jointsky.kernels.compiled import kernel

NEVER = 1e9
"""Cost of a pair that may not be."""


@kernel()
def _solved(cost: Any, column_of: Any) -> float:
    """Fill the best assignment; return its cost, infinite where it needs a pair that may not be."""
    assign_least_cost(cost, column_of)
    total = 0.0
    for r in range(cost.shape[0]):
        one = cost[r, column_of[r]]
        if one >= NEVER:
            return math.inf
        total += one
    return total


@kernel()
def rank_assignments(cost: Any, k: int, columns: Any, costs: Any) -> int:
    """Fill the best `k` assignments of rows to columns of their own: `columns` (k, rows), `costs` (k); return how many
    there are. `cost` is (rows, columns), rows <= columns, with NEVER or more where a pair may not be."""
    rows = cost.shape[0]
    space = k * rows + 1
    matrices = np.empty((space, rows, cost.shape[1]))
    fixed = np.zeros(space, np.int64)
    answers = np.zeros((space, rows), np.int64)
    value = np.full(space, math.inf)
    matrices[0] = cost
    value[0] = _solved(matrices[0], answers[0])
    used = 1
    found = 0
    while found < k:
        best = 0
        for n in range(used):
            if value[n] < value[best]:
                best = n
        if not value[best] < math.inf:
            break
        columns[found] = answers[best]
        costs[found] = value[best]
        found += 1
        value[best] = math.inf
        if found == k:
            break
        for r in range(fixed[best], rows):  # the rest of this part of the space, split by the first row that differs
            if used == space:
                break
            matrices[used] = matrices[best]
            for q in range(fixed[best], r):
                for c in range(cost.shape[1]):
                    if c != answers[best, q]:
                        matrices[used, q, c] = NEVER
            matrices[used, r, answers[best, r]] = NEVER
            fixed[used] = r
            value[used] = _solved(matrices[used], answers[used])
            used += 1
    return found
