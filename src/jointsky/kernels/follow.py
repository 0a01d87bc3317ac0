"""The life of tracks in windows of time: misses, drops, gating, assignment, updates, starts.

Existence follows the integrated filter of Musicki, Evans and Stankovic (1994) with the association made hard by optimal assignment;
false plots are counted per sensor and cell, so that a patch of clutter does not start tracks.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from jointsky.kernels.associate import choose_pairs
from jointsky.kernels.bank import CONFIRMED, FREE, TENTATIVE, Bank, copy_row
from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import exp, log
from jointsky.kernels.gauss import distance, filter_step, forecast

FAR_FUTURE_S = 1e18


class Rules(NamedTuple):
    """What decides the life of tracks; SI units. `gate` is a squared Mahalanobis distance, `memory_scans` how long clutter is remembered."""

    window_s: float
    dwell_s: float
    gate: float
    speed_sigma_mps: float
    climb_sigma_mps: float
    speed_max_mps: float
    birth: float
    confirm: float
    confirm_hits: int
    drop: float
    hold_tentative_s: float
    hold_confirmed_s: float
    sigma_max_m: float
    lifetime_s: float
    cell_m: float
    memory_scans: float
    pd_weight: float
    height_m: float
    height_sigma_m: float


class Desk(NamedTuple):
    """Scratch of one call: grid heads, stamps of rows seen in a group, pairs, assignment, filter space."""

    head: Any
    stamp: Any
    local: Any
    row_of: Any
    pair_track: Any
    pair_plot: Any
    score: Any
    chosen: Any
    density: Any
    cell: Any
    xs: Any
    ps: Any


PAIRS_PER_PLOT = 24


def make_desk(capacity: int, plots: int, models: int) -> Desk:
    """Scratch for banks of `capacity` rows and batches of `plots` measurements."""
    n = max(1, plots)
    return Desk(
        np.empty(4096, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(capacity, np.int64),
        np.zeros(n * PAIRS_PER_PLOT, np.int64),
        np.zeros(n * PAIRS_PER_PLOT, np.int64),
        np.zeros(n * PAIRS_PER_PLOT, np.int64),
        np.zeros(n * PAIRS_PER_PLOT),
        np.zeros(n, np.int64),
        np.zeros(n),
        np.zeros((n, 2), np.int64),
        np.zeros((max(models, 6), 7)),
        np.zeros((max(models, 1), 6, 6)),
    )


@kernel()
def cell_of(x_m: float, y_m: float, cell_m: float) -> int:
    """Return the number of the grid cell that holds a point."""
    return np.int64(math.floor(x_m / cell_m)) * np.int64(4194304) + np.int64(math.floor(y_m / cell_m))


@kernel()
def bucket_of(cell: int) -> int:
    """Return the place of a cell in the table of grid heads."""
    return ((cell * np.int64(2654435761)) >> 12) & 4095


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
    bucket = bucket_of(one.cell)
    one.next = head[bucket]
    head[bucket] = i


@kernel()
def chance_of_plot(bank: Bank, sites: Any, i: int, s: int, rules: Rules) -> float:
    """Return the probability that sensor `s` plots row `i` on a look, from its nominal value and what it did so far."""
    w = bank.watch[i, s]
    pd = (rules.pd_weight * sites[s].pd + w.hits) / (rules.pd_weight + w.hits + w.misses)
    return min(pd, 0.98)


@kernel()
def covers(bank: Bank, sites: Any, i: int, s: int, t_s: float) -> bool:
    """Tell whether row `i` is at `t_s` where sensor `s` can see it: range, cone above the site, radio horizon (4/3 earth)."""
    dt = t_s - bank.life[i].t_s
    x = bank.x[i, 0, 0] + dt * bank.x[i, 0, 3]
    y = bank.x[i, 0, 1] + dt * bank.x[i, 0, 4]
    z = bank.x[i, 0, 2] + dt * bank.x[i, 0, 5]
    site = sites[s]
    d = math.sqrt((x - site.x_m) * (x - site.x_m) + (y - site.y_m) * (y - site.y_m))
    if d > 0.985 * site.max_range_m or (z - site.z_m) > 1.2 * d:
        return False
    if site.horizon == 0:
        return True
    high = max(z + (x * x + y * y) / 12742000.0, 0.0)
    mast = max(site.z_m + (site.x_m * site.x_m + site.y_m * site.y_m) / 12742000.0, 0.0)
    return d < 0.97 * 4121.0 * (math.sqrt(high) + math.sqrt(mast))


@kernel()
def count_misses(bank: Bank, sites: Any, i: int, t_s: float, t_now_s: float, preview: bool, rules: Rules) -> None:
    """Account for the looks of all sensors at row `i` that should have given a plot by `t_s` and did not."""
    one = bank.life[i]
    soonest = FAR_FUTURE_S
    for s in range(sites.shape[0]):
        period = sites[s].period_s
        margin = 0.15 * period + 0.5 * rules.window_s
        w = bank.watch[i, s]
        while True:
            due = w.t_ref_s + period + margin
            if due > t_s or (preview and due > t_now_s - sites[s].latency_s - 1.0):
                break
            if sites[s].last_s < w.t_ref_s + 0.5 * period:  # the sensor is silent: it says nothing about anybody
                if sites[s].last_s < due - 3.0 * period:
                    w.t_ref_s += period
                    continue
                break
            if covers(bank, sites, i, s, w.t_ref_s + period):
                pd = chance_of_plot(bank, sites, i, s, rules)
                one.existence = one.existence * (1.0 - pd) / (1.0 - one.existence * pd)
                w.hits *= 0.9
                w.misses = 0.9 * w.misses + 1.0
            w.t_ref_s += period
        soonest = min(soonest, max(w.t_ref_s + period + margin, t_s + rules.window_s))
    one.due_s = soonest


@kernel()
def tend(
    bank: Bank,
    sites: Any,
    t_s: float,
    t_now_s: float,
    preview: bool,
    rules: Rules,
    noise: Any,
    head: Any,
) -> None:
    """Open a window at `t_s`: count misses, drop what is gone, lay the grid for its middle."""
    head[:] = -1
    i = 0
    largest_q = 0.0
    for m in range(noise.shape[0]):
        largest_q = max(largest_q, noise[m, 0])
    while i < bank.used[0]:
        one = bank.life[i]
        if one.due_s <= t_s:
            count_misses(bank, sites, i, t_s, t_now_s, preview, rules)
        hold = rules.hold_confirmed_s if one.state == CONFIRMED else rules.hold_tentative_s
        if one.existence < rules.drop or t_s - one.update_s > hold or one.sigma_m > rules.sigma_max_m:
            last = bank.used[0] - 1
            if last != i:
                copy_row(bank, last, bank, i)
            bank.life[last].state = FREE
            bank.used[0] = last
            continue
        place(bank, i, t_s + 0.5 * rules.window_s, largest_q, rules, head)
        i += 1


@kernel()
def false_density(sites: Any, clutter: Any, z: Any, rules: Rules) -> tuple[float, int, int]:
    """Return (false plots per m3 and scan where `z` is, row and column of its cell)."""
    site = sites[z.sensor]
    side = clutter.shape[1]
    a = min(max(np.int64(math.floor((z.x_m - site.x_m) / site.cell_m)) + side // 2, 0), side - 1)
    b = min(max(np.int64(math.floor((z.y_m - site.y_m) / site.cell_m)) + side // 2, 0), side - 1)
    scans = max(z.t_s - site.known_s, 0.0) / site.period_s
    heard = rules.memory_scans * (1.0 - exp(-scans / rules.memory_scans))
    s = z.sensor
    counted = clutter[s, a, b, 0] * exp(-max(z.t_s - clutter[s, a, b, 1], 0.0) / (site.period_s * rules.memory_scans))
    density = (2.0 * site.density + counted / (site.cell_m * site.cell_m)) / (2.0 + heard)
    return max(density, 1e-30) / z.extent_m, a, b


@kernel()
def pair_score(
    bank: Bank,
    i: int,
    z: Any,
    t_mid_s: float,
    noise: Any,
    density: float,
    pd: float,
    rules: Rules,
) -> float:
    """Return how much better the pair is than leaving both alone (0 or less: not a pair)."""
    one = bank.life[i]
    if one.t_ahead_s != t_mid_s:
        forecast(bank, i, t_mid_s, noise, rules.dwell_s, bank.ahead)
        one.t_ahead_s = t_mid_s
    dt = z.t_s - t_mid_s
    nearest = FAR_FUTURE_S
    likelihood = 0.0
    h = bank.ahead
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
        if square < 4.0 * rules.gate:
            likelihood += h[i, m, 0] * exp(-0.5 * square) / math.sqrt(248.05021344239853 * det)
    if nearest > rules.gate or not likelihood > 0.0:
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
) -> tuple[int, int]:
    """List the pairs of plots first .. last - 1 (one sensor, one window) with tracks that may have made them; return (pairs, tracks)."""
    head, stamp, local, life, watch = desk.head, desk.stamp, desk.local, bank.life, bank.watch
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
                i = head[bucket_of(cell)]
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
                    score = pair_score(
                        bank,
                        here,
                        plot,
                        t_mid_s,
                        noise,
                        density,
                        chance_of_plot(bank, sites, here, plot.sensor, rules),
                        rules,
                    )
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
    return n_pairs, n_tracks


@kernel()
def take_plot(bank: Bank, sites: Any, i: int, z: Any, density: float, rules: Rules, noise: Any, desk: Desk) -> None:
    """Update row `i` with its plot: state, existence, who saw it when, code and reply."""
    one = bank.life[i]
    w = bank.watch[i, z.sensor]
    ratio = (
        chance_of_plot(bank, sites, i, z.sensor, rules)
        * filter_step(bank, i, z, noise, rules.dwell_s, desk.xs, desk.ps)
        / density
    )
    one.existence *= exp(-max(z.t_s - one.update_s, 0.0) / rules.lifetime_s)
    one.existence = min(ratio * one.existence / (1.0 - one.existence + ratio * one.existence), 0.9995)
    one.hits += 1
    one.update_s = max(one.update_s, z.t_s)
    note_source(one, z)
    w.hits = 0.9 * w.hits + 1.0
    w.misses *= 0.9
    w.t_ref_s = z.t_s
    w.hit_s = z.t_s
    one.t_ahead_s = -FAR_FUTURE_S
    settle(bank, i, rules)
    if one.state == TENTATIVE and one.hits >= rules.confirm_hits and one.existence >= rules.confirm:
        one.state = CONFIRMED


@kernel()
def note_source(one: Any, z: Any) -> None:
    """Keep by whose plot a track was last updated, and the latest transponder replies."""
    if z.clause < 0:
        one.own_s = z.t_s
    else:
        one.released_s = z.t_s
        one.clause = z.clause
    if z.code >= 0:
        one.code = z.code
    if z.iff != 2:
        one.iff = z.iff


@kernel()
def start(
    bank: Bank,
    z: Any,
    density: float,
    sites: Any,
    rules: Rules,
    t_mid_s: float,
    noise: Any,
    head: Any,
) -> None:
    """Begin a tentative track at a plot that belongs to nobody."""
    i = bank.used[0]
    bank.used[0] = i + 1
    one = bank.life[i]
    flat = z.flat == 1
    x, p, w = bank.x, bank.p, bank.w
    lift = 0.0 if flat else 1.0
    for m in range(x.shape[1]):
        w[i, m] = 1.0 / x.shape[1]
        for a in range(6):
            x[i, m, a] = 0.0
            for b in range(6):
                p[i, m, a, b] = 0.0
        x[i, m, 0] = z.x_m
        x[i, m, 1] = z.y_m
        x[i, m, 2] = z.z_m
        p[i, m, 0, 0] = z.xx
        p[i, m, 1, 1] = z.yy
        p[i, m, 0, 1] = z.xy
        p[i, m, 1, 0] = z.xy
        p[i, m, 2, 2] = min(z.zz, rules.height_sigma_m * rules.height_sigma_m) if flat else z.zz
        p[i, m, 0, 2] = lift * z.xz
        p[i, m, 2, 0] = lift * z.xz
        p[i, m, 1, 2] = lift * z.yz
        p[i, m, 2, 1] = lift * z.yz
        p[i, m, 3, 3] = rules.speed_sigma_mps * rules.speed_sigma_mps
        p[i, m, 4, 4] = p[i, m, 3, 3]
        p[i, m, 5, 5] = rules.climb_sigma_mps * rules.climb_sigma_mps
    born = rules.birth * sites[z.sensor].density / z.extent_m
    one.t_s = z.t_s
    one.existence = born / (born + density)
    one.first_s = z.t_s
    one.update_s = z.t_s
    one.own_s = -math.inf
    one.released_s = -math.inf
    one.number = z.sequence + 1
    one.hits = 1
    one.state = TENTATIVE
    one.code = -1
    one.clause = -1
    one.iff = 2
    note_source(one, z)
    one.due_s = FAR_FUTURE_S
    for s in range(sites.shape[0]):
        w = bank.watch[i, s]
        w.t_ref_s = z.t_s
        w.hit_s = z.t_s if s == z.sensor else -FAR_FUTURE_S
        w.hits = 0.0
        w.misses = 0.0
        one.due_s = min(one.due_s, z.t_s + 1.15 * sites[s].period_s)
    settle(bank, i, rules)
    place(bank, i, t_mid_s, noise[noise.shape[0] - 1, 0], rules, head)


@kernel()
def learn(clutter: Any, sites: Any, z: Any, a: int, b: int, weight: float, rules: Rules) -> None:
    """Count a plot that nobody wanted as false, by `weight`."""
    s = z.sensor
    faded = exp(-max(z.t_s - clutter[s, a, b, 1], 0.0) / (sites[s].period_s * rules.memory_scans))
    clutter[s, a, b, 0] = clutter[s, a, b, 0] * faded + weight
    clutter[s, a, b, 1] = max(clutter[s, a, b, 1], z.t_s)


@kernel()
def follow(
    bank: Bank,
    sites: Any,
    clutter: Any,
    z: Any,
    window_from: int,
    window_to: int,
    t_now_s: float,
    preview: bool,
    rules: Rules,
    noise: Any,
    desk: Desk,
) -> None:
    """Bring the bank through windows `window_from` .. `window_to` - 1 with the measurements `z`.

    `z` is sorted by (window, sensor, time); all its plots lie in these windows. With `preview` no clutter is learned:
    the bank is then a copy that will be thrown away.
    """
    group = np.int64(0)
    j = 0
    desk.stamp[:] = -1
    for k in range(window_from, window_to):
        t_mid_s = (k + 0.5) * rules.window_s
        tend(bank, sites, k * rules.window_s, t_now_s, preview, rules, noise, desk.head)
        while j < z.shape[0] and math.floor(z[j].t_s / rules.window_s) == k:
            end = j + 1
            while end < z.shape[0] and z[end].sensor == z[j].sensor and math.floor(z[end].t_s / rules.window_s) == k:
                end += 1
            n_pairs, n_tracks = gate_group(bank, sites, clutter, z, j, end, t_mid_s, group, rules, noise, desk)
            choose_pairs(n_pairs, desk.pair_track, desk.pair_plot, desk.score, end - j, desk.chosen)
            group += 1
            for n in range(j, end):
                density = desk.density[n - j]
                local = desk.chosen[n - j]
                weight = 1.0
                if local >= 0:
                    i = desk.row_of[local]
                    take_plot(bank, sites, i, z[n], density, rules, noise, desk)
                    weight = 1.0 - bank.life[i].existence
                else:
                    start(bank, z[n], density, sites, rules, t_mid_s, noise, desk.head)
                if not preview:
                    learn(clutter, sites, z[n], desk.cell[n - j, 0], desk.cell[n - j, 1], weight, rules)
            sites[z[j].sensor].last_s = max(sites[z[j].sensor].last_s, z[end - 1].t_s)
            j = end
