"""Which plots may belong to which tracks: a grid over tracks, and how much better each pair is than two strangers.

False plots are counted per sensor and cell, so that a patch of clutter weakens the claim of every plot inside it.
"""

import math
from typing import Any

from jointsky.kernels.bank import CONFIRMED, Bank
from jointsky.kernels.compiled import kernel
from jointsky.kernels.desk import FAR_FUTURE_S, PAIRS_PER_PLOT, Desk, Rules
from jointsky.kernels.elementary import exp, log
from jointsky.kernels.gauss import TWO_PI_CUBED, distance, forecast


@kernel()
def cell_of(x_m: float, y_m: float, cell_m: float) -> int:
    """Return the number of the grid cell that holds a point."""
    return int(math.floor(x_m / cell_m)) * 4194304 + int(math.floor(y_m / cell_m))


@kernel()
def bucket_of(cell: int, buckets: int) -> int:
    """Return the place of a cell in a table of grid heads, whose length is a power of two."""
    return ((cell * 2654435761) >> 12) & (buckets - 1)


@kernel()
def settle(bank: Bank, i: int, rules: Rules) -> None:
    """Note how uncertain row `i` is, for the reach of its gate."""
    largest = 0.0
    fastest = 0.0
    for m in range(bank.x.shape[1]):
        largest = max(largest, bank.p[i, m, 0, 0], bank.p[i, m, 1, 1])
        fastest = max(fastest, bank.p[i, m, 3, 3], bank.p[i, m, 4, 4])
    bank.life[i].sigma_m = math.sqrt(largest)
    bank.life[i].sigma_mps = math.sqrt(fastest)


@kernel()
def place(bank: Bank, i: int, t_s: float, q_m2ps3: float, rules: Rules, head: Any) -> None:
    """Put row `i` on the grid where it will be at `t_s`."""
    one = bank.life[i]
    dt = t_s - one.t_s
    x = 0.0
    y = 0.0
    vx = 0.0
    vy = 0.0
    for m in range(bank.x.shape[1]):
        x += bank.w[i, m] * bank.x[i, m, 0]
        y += bank.w[i, m] * bank.x[i, m, 1]
        vx += bank.w[i, m] * bank.x[i, m, 3]
        vy += bank.w[i, m] * bank.x[i, m, 4]
    one.grid_x_m = x + dt * vx
    one.grid_y_m = y + dt * vy
    one.grid_vx_mps = vx
    one.grid_vy_mps = vy
    span = max(dt, 0.0) + 0.5 * rules.window_s
    spread = math.sqrt(
        one.sigma_m * one.sigma_m + one.sigma_mps * one.sigma_mps * span * span + q_m2ps3 * span * span * span / 3.0
    )
    one.reach_m = min(math.sqrt(rules.gate) * spread, rules.cell_m)
    if one.hits == 1:
        one.reach_m = min(one.reach_m, rules.speed_max_mps * span + math.sqrt(rules.gate) * one.sigma_m)
    one.t_ahead_s = -FAR_FUTURE_S
    one.cell = cell_of(one.grid_x_m, one.grid_y_m, rules.cell_m)
    bucket = bucket_of(one.cell, head.shape[0])
    one.next = head[bucket]
    head[bucket] = i


@kernel()
def chance_of_plot(watch: Any, sites: Any, i: int, s: int, rules: Rules) -> float:
    """Return the probability that sensor `s` plots row `i` on a look, from its nominal value and what it did so far.

    A sensor that has never plotted the row may not be able to (a small, low or jammed target): with prior chance
    `rules.blind`, which each look without a plot makes likelier (Bayes).
    """
    w = watch[i, s]
    pd = (rules.pd_weight * sites[s].pd + w.hits) / (rules.pd_weight + w.hits + w.misses)
    if w.hits == 0.0 and rules.blind > 0.0:
        nominal = min(sites[s].pd, 0.98)
        able = (1.0 - rules.blind) * exp(w.misses * log(1.0 - nominal))
        pd = nominal * able / (able + rules.blind)
    return min(pd, 0.98)


@kernel()
def false_density(sites: Any, clutter: Any, z: Any, rules: Rules) -> tuple[float, int, int]:
    """Return (false plots per m3 and scan where `z` is, row and column of its cell)."""
    site: Any = sites[z.sensor]
    side = clutter.shape[1]
    a = min(max(int(math.floor(float(z.x_m - site.x_m) / float(site.cell_m))) + side // 2, 0), side - 1)
    b = min(max(int(math.floor(float(z.y_m - site.y_m) / float(site.cell_m))) + side // 2, 0), side - 1)
    scans = max(z.t_s - site.known_s, 0.0) / site.period_s
    heard = rules.memory_scans * (1.0 - exp(-scans / rules.memory_scans))
    s = z.sensor
    counted = clutter[s, a, b, 0] * exp(-max(z.t_s - clutter[s, a, b, 1], 0.0) / (site.period_s * rules.memory_scans))
    density = (2.0 * site.density + counted / (site.cell_m * site.cell_m)) / (2.0 + heard)
    return max(density, 1e-30) / z.extent_m, a, b


@kernel()
def pair_score(
    one: Any,
    h: Any,
    i: int,
    z: Any,
    dt: float,
    density: float,
    pd: float,
    gate: float,
) -> float:
    """Return how much better plot `z` with track `one` is than leaving both alone (0 or less: not a pair).

    `h` is the bank's `ahead`, row `i` of it forecast to `dt` seconds before the plot.
    """
    nearest = FAR_FUTURE_S
    likelihood = 0.0
    for m in range(h.shape[1]):
        v0 = z.x_m - h[i, m, 1] - dt * h[i, m, 4]
        v1 = z.y_m - h[i, m, 2] - dt * h[i, m, 5]
        v2 = z.z_m - h[i, m, 3] - dt * h[i, m, 6]
        square, det = distance(
            v0,
            v1,
            v2,
            h[i, m, 7] + z.xx,
            h[i, m, 8] + z.xy,
            h[i, m, 9] + z.xz,
            h[i, m, 10] + z.yy,
            h[i, m, 11] + z.yz,
            h[i, m, 12] + z.zz,
        )
        nearest = min(nearest, square)
        if square < 4.0 * gate:
            likelihood += h[i, m, 0] * exp(-0.5 * square) / math.sqrt(TWO_PI_CUBED * det)
    if nearest > gate or not likelihood > 0.0:
        return -1.0
    score = log(pd * likelihood / density) + (20.0 if one.state == CONFIRMED else 8.0 + log(one.existence + 1e-6))
    if one.code >= 0 and one.code == z.code:
        score += 3.0
    return score


@kernel()
def gate_group(
    bank: Bank,
    sites: Any,
    clutter: Any,
    z: Any,
    first: int,
    last: int,
    t_mid_s: float,
    group: int,
    rules: Rules,
    noise: Any,
    desk: Desk,
) -> int:
    """List the pairs of plots first .. last - 1 (one sensor, one window) with tracks that may have made them; return
    how many."""
    head, stamp, local = desk.head, desk.stamp, desk.local
    life, watch, ahead = bank.life, bank.watch, bank.ahead
    row_of, pair_track, pair_plot, scores = desk.row_of, desk.pair_track, desk.pair_plot, desk.score
    n_pairs = 0
    n_tracks = 0
    for j in range(first, last):
        plot = z[j]
        density, a, b = false_density(sites, clutter, plot, rules)
        desk.density[j - first] = density
        desk.cell[j - first, 0] = a
        desk.cell[j - first, 1] = b
        spread = math.sqrt(rules.gate * max(plot.xx, plot.yy))
        mine = 0
        for u in range(-1, 2):
            for v in range(-1, 2):
                cell = cell_of(plot.x_m + u * rules.cell_m, plot.y_m + v * rules.cell_m, rules.cell_m)
                i = head[bucket_of(cell, head.shape[0])]
                while i >= 0:
                    one = life[i]
                    here = i
                    i = one.next
                    if one.cell != cell or mine >= PAIRS_PER_PLOT:
                        continue
                    dt = plot.t_s - t_mid_s
                    dx = plot.x_m - one.grid_x_m - dt * one.grid_vx_mps
                    dy = plot.y_m - one.grid_y_m - dt * one.grid_vy_mps
                    far = one.reach_m + spread
                    if dx * dx + dy * dy > far * far or (one.code >= 0 and plot.code >= 0 and one.code != plot.code):
                        continue
                    if plot.t_s - watch[here, plot.sensor].hit_s < 0.4 * sites[plot.sensor].period_s:
                        continue
                    if one.t_ahead_s != t_mid_s:
                        forecast(bank, here, t_mid_s, noise, rules.dwell_s, ahead)
                        one.t_ahead_s = t_mid_s
                    pd = chance_of_plot(watch, sites, here, plot.sensor, rules)
                    score = pair_score(one, ahead, here, plot, dt, density, pd, rules.gate)
                    if score <= 0.0:
                        continue
                    if stamp[here] != group:
                        stamp[here] = group
                        local[here] = n_tracks
                        row_of[n_tracks] = here
                        n_tracks += 1
                    pair_track[n_pairs] = local[here]
                    pair_plot[n_pairs] = j - first
                    scores[n_pairs] = score
                    n_pairs += 1
                    mine += 1
    return n_pairs
