"""One scan of a Poisson multi-Bernoulli mixture in the plane: several global hypotheses about which plot was whose.

Williams, "Marginal multi-Bernoulli filters", IEEE Trans. Aerospace and Electronic Systems 51 (2015); Garcia-Fernandez,
Williams, Granstrom and Svensson, "Poisson multi-Bernoulli mixture filter: direct derivation and implementation", same
journal 54 (2018). Targets nobody has detected yet are spread evenly over the area watched.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import exp, log
from jointsky.kernels.ranked import NEVER, rank_assignments

TWO_PI = 6.283185307179586


class Scene(NamedTuple):
    """What a scene is like: white acceleration, survival a scan, detection probability, false plots and new targets
    a scan, area, variance of a plot per axis, variance of a new target's speed per axis; most hypotheses, squared gate,
    least existence that is kept and least weight of a hypothesis."""

    q: float
    survives: float
    detects: float
    clutter: float
    birth: float
    area: float
    variance: float
    speed_variance: float
    hypotheses: int = 60
    gate: float = 20.0
    least_existence: float = 1e-4
    least_weight: float = 1e-5


class Mixture(NamedTuple):
    """What is believed. Of each single hypothesis: existence `r` [h], state `x` (h, 4) (x, y, vx, vy) and covariance
    `p` (h, 4, 4), and the number of its track [h]; `world` (g, tracks) holds one single hypothesis a track or -1, `w`
    [g] the weights, `number` [tracks] the tracks' numbers."""

    r: Any
    x: Any
    p: Any
    world: Any
    w: Any
    number: Any


def nothing() -> Mixture:
    """One hypothesis, in which nothing has been detected."""
    return Mixture(
        np.zeros(0),
        np.zeros((0, 4)),
        np.zeros((0, 4, 4)),
        np.zeros((1, 0), np.int64),
        np.ones(1),
        np.zeros(0, np.int64),
    )


@kernel()
def move_on(mix: Mixture, dt: float, scene: Scene) -> None:
    """Predict all single hypotheses by `dt` seconds, in place, with survival of one scan."""
    r, x, p = mix.r, mix.x, mix.p
    for h in range(r.shape[0]):
        r[h] *= scene.survives
        for a in range(2):
            x[h, a] += dt * x[h, 2 + a]
        for a in range(2):
            for b in range(2):
                p[h, a, b] += dt * (p[h, a, 2 + b] + p[h, 2 + a, b]) + dt * dt * p[h, 2 + a, 2 + b]
        for a in range(2):
            for b in range(2):
                p[h, a, 2 + b] += dt * p[h, 2 + a, 2 + b]
                p[h, 2 + b, a] = p[h, a, 2 + b]
        for a in range(2):
            p[h, a, a] += scene.q * dt * dt * dt / 3.0
            p[h, a, 2 + a] += scene.q * dt * dt / 2.0
            p[h, 2 + a, a] += scene.q * dt * dt / 2.0
            p[h, 2 + a, 2 + a] += scene.q * dt


@kernel()
def _update(mix: Mixture, h: int, zx: float, zy: float, variance: float, x: Any, p: Any) -> None:
    """Fill `x`, `p` with single hypothesis `h` updated by a plot."""
    old, q = mix.x, mix.p
    a, b, c = q[h, 0, 0] + variance, q[h, 0, 1], q[h, 1, 1] + variance
    det = a * c - b * b
    vx, vy = zx - old[h, 0], zy - old[h, 1]
    for i in range(4):
        g0 = (q[h, i, 0] * c - q[h, i, 1] * b) / det
        g1 = (q[h, i, 1] * a - q[h, i, 0] * b) / det
        x[i] = old[h, i] + g0 * vx + g1 * vy
        for j in range(4):
            p[i, j] = q[h, i, j] - g0 * q[h, 0, j] - g1 * q[h, 1, j]


@kernel()
def _children(mix: Mixture, plots: Any, numbers: Any, hidden: float, scene: Scene, child: Any, gain: Any) -> Mixture:
    """The single hypotheses after a scan: each old one missed, or with each plot in its gate, and a new one a plot.

    `child` (h, plots + 1) receives their places (the last for the miss), `gain` the log-weights, of a plot relative to
    a miss and to the plot's being nobody's that was known.
    """
    n, m = mix.r.shape[0], plots.shape[0]
    r0, x0, p0 = mix.r, mix.x, mix.p
    fresh = hidden * scene.detects / scene.area
    strange = fresh + scene.clutter / scene.area
    total = n + m
    for h in range(n):
        a, b, c = p0[h, 0, 0] + scene.variance, p0[h, 0, 1], p0[h, 1, 1] + scene.variance
        det = a * c - b * b
        missed = 1.0 - r0[h] * scene.detects
        child[h, m] = h
        gain[h, m] = log(missed)
        for j in range(m):
            vx, vy = plots[j, 0] - x0[h, 0], plots[j, 1] - x0[h, 1]
            square = (c * vx * vx - 2.0 * b * vx * vy + a * vy * vy) / det
            child[h, j] = -1
            if square < scene.gate:
                likelihood = exp(-0.5 * square) / (TWO_PI * math.sqrt(det))
                gain[h, j] = log(r0[h] * scene.detects * likelihood / (missed * strange))
                child[h, j] = total
                total += 1
    r, x, p = np.zeros(total), np.zeros((total, 4)), np.zeros((total, 4, 4))
    for h in range(n):
        r[h] = r0[h] * (1.0 - scene.detects) / (1.0 - r0[h] * scene.detects)
        x[h], p[h] = x0[h], p0[h]
        for j in range(m):
            if child[h, j] >= 0:
                k = child[h, j]
                r[k] = 1.0
                _update(mix, h, plots[j, 0], plots[j, 1], scene.variance, x[k], p[k])
    for j in range(m):
        r[n + j] = fresh / strange
        x[n + j, 0], x[n + j, 1] = plots[j, 0], plots[j, 1]
        for a in range(2):
            p[n + j, a, a] = scene.variance
            p[n + j, 2 + a, 2 + a] = scene.speed_variance
    return Mixture(r, x, p, mix.world, mix.w, np.concatenate((mix.number, numbers)))


@kernel()
def _costs(world: Any, g: int, child: Any, gain: Any) -> tuple[Any, Any, Any]:
    """Of hypothesis `g`: plots that some track may have made, those tracks, and the costs of giving the ones to the
    others; a plot's own last column, at no cost, leaves it to nobody that was known."""
    m = child.shape[1] - 1
    rows, tracks = np.empty(m, np.int64), np.empty(world.shape[1], np.int64)
    at = np.full(world.shape[1], -1)
    n_rows, n_tracks = 0, 0
    for j in range(m):
        met = False
        for t in range(world.shape[1]):
            if world[g, t] >= 0 and child[world[g, t], j] >= 0:
                met = True
                if at[t] < 0:
                    at[t] = n_tracks
                    tracks[n_tracks] = t
                    n_tracks += 1
        if met:
            rows[n_rows] = j
            n_rows += 1
    cost = np.full((n_rows, n_tracks + n_rows), NEVER)
    for i in range(n_rows):
        cost[i, n_tracks + i] = 0.0
        for c in range(n_tracks):
            h = world[g, tracks[c]]
            if child[h, rows[i]] >= 0:
                cost[i, c] = -gain[h, rows[i]]
    return rows[:n_rows], tracks[:n_tracks], cost


@kernel()
def _branch(mix: Mixture, n: int, m: int, child: Any, gain: Any, scene: Scene) -> tuple[Any, Any]:
    """Every hypothesis with its best ways through the scan: (worlds after, log-weights). There were `n` single
    hypotheses before and `m` plots."""
    world, w = mix.world, mix.w
    most = np.empty(w.shape[0], np.int64)
    for g in range(w.shape[0]):
        most[g] = max(1, int(math.ceil(float(scene.hypotheses * w[g]))))
    after = np.full((most.sum(), world.shape[1] + m), -1)
    weight = np.zeros(after.shape[0])
    made = 0
    for g in range(w.shape[0]):
        missed = log(w[g])
        for t in range(world.shape[1]):
            if world[g, t] >= 0:
                missed += gain[world[g, t], m]
        rows, tracks, cost = _costs(world, g, child, gain)
        columns, costs = np.zeros((most[g], len(rows)), np.int64), np.zeros(most[g])
        ways = 1 if len(rows) == 0 else rank_assignments(cost, most[g], columns, costs)
        for f in range(ways):
            row = after[made]
            row[: world.shape[1]] = world[g]
            for j in range(m):
                row[world.shape[1] + j] = n + j
            for i in range(len(rows)):
                if columns[f, i] < len(tracks):
                    t = tracks[columns[f, i]]
                    row[t] = child[world[g, t], rows[i]]
                    row[world.shape[1] + rows[i]] = -1
            weight[made] = missed - costs[f]
            made += 1
    return after[:made], weight[:made]


@kernel()
def _merged(world: Any, weight: Any, scene: Scene) -> tuple[Any, Any]:
    """The heaviest hypotheses, equal ones as one, with weights that sum to 1."""
    order = np.argsort(-weight, kind="mergesort")
    top = weight[order[0]]
    kept, w = np.empty(len(order), np.int64), np.zeros(len(order))
    n = 0
    for g in order:
        share = exp(weight[g] - top)
        if share < scene.least_weight:
            break
        same = -1
        for k in range(n):
            if (world[kept[k]] == world[g]).all():
                same = k
                break
        if same >= 0:
            w[same] += share
        elif n < scene.hypotheses:
            kept[n], w[n] = g, share
            n += 1
    total = 0.0
    for k in range(n):
        total += w[k]
    return world[kept[:n]], w[:n] / total


@kernel()
def _compact(mix: Mixture, world: Any, w: Any) -> Mixture:
    """Only single hypotheses and tracks that some world has."""
    place = np.full(mix.r.shape[0], -1)
    lives = np.zeros(world.shape[1], np.bool_)
    n = 0
    for g in range(world.shape[0]):
        for t in range(world.shape[1]):
            h = world[g, t]
            if h >= 0:
                lives[t] = True
                if place[h] < 0:
                    place[h] = n
                    n += 1
    back = np.empty(n, np.int64)
    for h in range(place.shape[0]):
        if place[h] >= 0:
            back[place[h]] = h
    tracks = np.flatnonzero(lives)
    new = np.full((world.shape[0], len(tracks)), -1)
    for g in range(world.shape[0]):
        for k in range(len(tracks)):
            h = world[g, tracks[k]]
            if h >= 0:
                new[g, k] = place[h]
    return Mixture(mix.r[back], mix.x[back], mix.p[back], new, w, mix.number[tracks])


@kernel()
def take_scan(mix: Mixture, plots: Any, numbers: Any, hidden: float, scene: Scene) -> Mixture:
    """Return the mixture after a scan of `plots` (m, 2), which would start tracks of these `numbers` [m]; `hidden` is
    the expected number of targets nobody has detected yet."""
    n, m = mix.r.shape[0], plots.shape[0]
    child, gain = np.full((n, m + 1), -1), np.zeros((n, m + 1))
    grown = _children(mix, plots, numbers, hidden, scene, child, gain)
    world, weight = _branch(mix, n, m, child, gain, scene)
    for g in range(world.shape[0]):
        for t in range(world.shape[1]):
            if world[g, t] >= 0 and grown.r[world[g, t]] < scene.least_existence:
                world[g, t] = -1
    world, w = _merged(world, weight, scene)
    return _compact(grown, world, w)
