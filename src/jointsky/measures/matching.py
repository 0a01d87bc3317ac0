"""The best one-to-one match of two sets of points under a cut-off: what GOSPA and OSPA are made of.

A pair further apart than the cut-off never lowers the sum, so the match falls apart into the connected parts of the
graph of close pairs, each solved by itself: thousands of tracks cost little more than looking for neighbours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
from scipy.sparse import csr_array  # pyright: ignore[reportMissingTypeStubs]
from scipy.sparse.csgraph import connected_components  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
from scipy.spatial import cKDTree  # pyright: ignore[reportMissingTypeStubs]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Match:
    """Pairs of the best match: index in the first set, index in the second, distance (all [pairs])."""

    first: Indices
    second: Indices
    distance: Floats


def close_pairs(x: Floats, y: Floats, cutoff: float) -> tuple[Indices, Indices, Floats]:
    """All (i, j, distance) of points x[i] and y[j] (n, 3) nearer to each other than `cutoff`."""
    if len(x) == 0 or len(y) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    near = cast("Sequence[list[int]]", cKDTree(y).query_ball_point(x, cutoff))
    i = np.repeat(np.arange(len(x)), [len(found) for found in near])
    j = np.array([k for found in near for k in sorted(found)], np.int64)
    gap = x[i] - y[j]
    distance = np.sqrt((gap * gap).sum(axis=1))
    keep = distance < cutoff
    return i[keep], j[keep], distance[keep]


def best_match(x: Floats, y: Floats, cutoff: float, p: float = 2.0) -> Match:
    """The pairs that minimise sum(d^p) + cutoff^p / 2 for each point left alone; x (n, 3) and y (m, 3) in metres."""
    i, j, distance = close_pairs(x, y, cutoff)
    if len(i) == 0:
        return Match(i, j, distance)
    points = len(x) + len(y)
    graph = csr_array((np.ones(len(i)), (i, j + len(x))), shape=(points, points))
    part = np.asarray(connected_components(graph, directed=False)[1], np.int64)[i]
    chosen = np.sort(np.concatenate(list(_solved(part, i, j, distance, cutoff, p))))
    return Match(i[chosen], j[chosen], distance[chosen])


def _solved(part: Indices, i: Indices, j: Indices, distance: Floats, cutoff: float, p: float) -> Iterator[Indices]:
    """For each part of the graph, the numbers of the pairs chosen."""
    order = np.argsort(part, kind="stable")
    for pairs in np.split(order, np.flatnonzero(np.diff(part[order])) + 1):
        if len(pairs) == 1:
            yield pairs
            continue
        rows, row = np.unique(i[pairs], return_inverse=True)
        columns, column = np.unique(j[pairs], return_inverse=True)
        gain = np.zeros((len(rows), len(columns)))
        number = np.full(gain.shape, -1)
        gain[row, column] = distance[pairs] ** p - cutoff**p
        number[row, column] = pairs
        picked = number[linear_sum_assignment(gain)]
        yield picked[picked >= 0]
