"""Which plot belongs to which track: clusters of the gated pairs, and the optimal assignment inside each."""

import math
from typing import Any

import numpy as np

from jointsky.kernels.compiled import kernel


@kernel()
def find(parent: Any, i: int) -> int:
    """Return the root of `i` in a union-find forest, halving the path."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@kernel("void(float64[:, ::1], int64[::1])")
def assign_least_cost(cost: Any, column_of: Any) -> None:
    """Give every row a column of its own at the least total cost (shortest augmenting paths; Jonker and Volgenant,
    1987).

    `cost` is (rows, columns) with rows <= columns, all finite; `column_of[row]` receives the answer. Ties go to the
    lowest column.
    """
    n, m = cost.shape
    u = np.zeros(n + 1)
    v = np.zeros(m + 1)
    row_at = np.zeros(m + 1, np.int64)
    way = np.zeros(m + 1, np.int64)
    least = np.empty(m + 1)
    done = np.empty(m + 1, np.bool_)
    for i in range(1, n + 1):
        row_at[0] = i
        j0 = 0
        least[:] = math.inf
        done[:] = False
        while True:
            done[j0] = True
            i0 = row_at[j0]
            delta = math.inf
            j1 = 0
            for j in range(1, m + 1):
                if not done[j]:
                    reduced = cost[i0 - 1, j - 1] - u[i0] - v[j]
                    if reduced < least[j]:
                        least[j] = reduced
                        way[j] = j0
                    if least[j] < delta:
                        delta = least[j]
                        j1 = j
            for j in range(m + 1):
                if done[j]:
                    u[row_at[j]] += delta
                    v[j] -= delta
                else:
                    least[j] -= delta
            j0 = j1
            if row_at[j0] == 0:
                break
        while j0 != 0:
            j1 = way[j0]
            row_at[j0] = row_at[j1]
            j0 = j1
    for j in range(1, m + 1):
        if row_at[j] > 0:
            column_of[row_at[j] - 1] = j - 1


@kernel()
def _solve_cluster(
    members: Any,
    pair_track: Any,
    pair_plot: Any,
    score: Any,
    n_tracks: int,
    place: Any,
    track_of_plot: Any,
) -> None:
    """Assign inside one cluster; rows are its plots, columns its tracks and one dummy column per plot."""
    rows = 0
    columns = 0
    tracks = np.empty(len(members), np.int64)
    plots = np.empty(len(members), np.int64)
    for k in members:
        if place[pair_track[k]] < 0:
            place[pair_track[k]] = columns
            tracks[columns] = pair_track[k]
            columns += 1
        if place[n_tracks + pair_plot[k]] < 0:
            place[n_tracks + pair_plot[k]] = rows
            plots[rows] = pair_plot[k]
            rows += 1
    cost = np.zeros((rows, columns + rows))
    for r in range(rows):
        for c in range(columns):
            cost[r, c] = 1.0
    for k in members:
        cost[place[n_tracks + pair_plot[k]], place[pair_track[k]]] = -score[k]
    column_of = np.empty(rows, np.int64)
    assign_least_cost(cost, column_of)
    for r in range(rows):
        if column_of[r] < columns and cost[r, column_of[r]] < 0.0:
            track_of_plot[plots[r]] = tracks[column_of[r]]


@kernel("void(int64, int64[::1], int64[::1], float64[::1], int64, int64[::1])")
def choose_pairs(n_pairs: int, pair_track: Any, pair_plot: Any, score: Any, n_plots: int, track_of_plot: Any) -> None:
    """Pick pairs (each track and plot at most once) of the highest total score; a pair is never forced.

    Tracks are numbered 0 .. within the pairs, scores are positive. `track_of_plot[plot]` receives the track or -1.
    """
    n_tracks = 0
    for k in range(n_pairs):
        n_tracks = max(n_tracks, pair_track[k] + 1)
    parent = np.arange(n_tracks + n_plots)
    size = np.zeros(n_tracks + n_plots, np.int64)
    track_of_plot[:n_plots] = -1
    for k in range(n_pairs):
        a = find(parent, pair_track[k])
        b = find(parent, n_tracks + pair_plot[k])
        if a != b:
            parent[max(a, b)] = min(a, b)
    for k in range(n_pairs):
        size[find(parent, pair_track[k])] += 1
    start = np.zeros(n_tracks + n_plots + 1, np.int64)
    for r in range(n_tracks + n_plots):
        start[r + 1] = start[r] + size[r]
    order = np.empty(n_pairs, np.int64)
    fill = start[:-1].copy()
    for k in range(n_pairs):
        r = find(parent, pair_track[k])
        order[fill[r]] = k
        fill[r] += 1
    place = np.full(n_tracks + n_plots, -1)
    for r in range(n_tracks + n_plots):
        if size[r] == 1:
            k = order[start[r]]
            track_of_plot[pair_plot[k]] = pair_track[k]
        elif size[r] > 1:
            _solve_cluster(order[start[r] : start[r + 1]], pair_track, pair_plot, score, n_tracks, place, track_of_plot)
