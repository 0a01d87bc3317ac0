"""Birth, proof and end of tracks: what a plot, or a look without one, says about existence.

Existence follows the integrated filter of Musicki, Evans and Stankovic (1994); association is hard, by optimal
assignment.
"""

import math
from typing import Any

from jointsky.kernels.bank import CONFIRMED, FREE, TENTATIVE, Bank, copy_row
from jointsky.kernels.compiled import kernel
from jointsky.kernels.desk import FAR_FUTURE_S, Desk, Rules
from jointsky.kernels.elementary import exp, log
from jointsky.kernels.gate import chance_of_plot, place, settle
from jointsky.kernels.gauss import filter_step


@kernel()
def covers(bank: Bank, sites: Any, i: int, s: int, t_s: float) -> bool:
    """Tell whether row `i` is at `t_s` where sensor `s` can see it: range, cone above the site, radio horizon (4/3
    earth).

    The horizon is that of the lowest height the row may well have (2 sigma): a target whose height nobody measured may
    fly low, and a radar that cannot see so low says nothing about it.
    """
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
    low = z - 2.0 * math.sqrt(max(bank.p[i, 0, 2, 2], 0.0))
    high = max(low + (x * x + y * y) / 12742000.0, 0.0)
    mast = max(site.z_m + (site.x_m * site.x_m + site.y_m * site.y_m) / 12742000.0, 0.0)
    return d < 0.97 * 4121.0 * (math.sqrt(high) + math.sqrt(mast))


@kernel()
def age(one: Any, t_s: float, rules: Rules) -> None:
    """Take into the existence of a track that targets end, one in `lifetime_s`."""
    if t_s > one.aged_s:
        one.existence *= exp(-(t_s - one.aged_s) / rules.lifetime_s)
        one.aged_s = t_s


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
                pd = chance_of_plot(bank.watch, sites, i, s, rules)
                age(one, w.t_ref_s + period, rules)
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
def take_plot(bank: Bank, sites: Any, i: int, z: Any, density: float, rules: Rules, noise: Any, desk: Desk) -> None:
    """Update row `i` with its plot: state, existence, who saw it when, code and reply."""
    one = bank.life[i]
    w = bank.watch[i, z.sensor]
    ratio = (
        chance_of_plot(bank.watch, sites, i, z.sensor, rules)
        * filter_step(bank, i, z, noise, rules.dwell_s, desk.xs, desk.ps)
        / density
    )
    age(one, z.t_s, rules)
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
def undetected(sites: Any, z: Any) -> float:
    """Return the chance that a target at plot `z`, there since knowledge began, has escaped every look so far.

    Looks are whole turns of the sensors that have been heard and reach the place; each finds it with the sensor's
    nominal chance. This is the intensity of targets nobody has detected yet, relative to what it was at first, as a
    Poisson multi-Bernoulli filter keeps it (Williams, 2015), for a survival of 1.
    """
    share = 1.0
    for s in range(sites.shape[0]):
        site = sites[s]
        dx = z.x_m - site.x_m
        dy = z.y_m - site.y_m
        if site.last_s < site.known_s or dx * dx + dy * dy > site.max_range_m * site.max_range_m:
            continue
        turns = math.floor((z.t_s - site.known_s) / site.period_s)
        if turns > 0.0:
            share *= exp(turns * log(1.0 - min(site.pd, 0.98)))
    return share


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
    high = min(z.zz, rules.height_sigma_m * rules.height_sigma_m) if z.flat == 1 else z.zz
    gx = z.xz / z.zz
    gy = z.yz / z.zz
    x, p, w = bank.x, bank.p, bank.w
    for m in range(x.shape[1]):
        w[i, m] = 1.0 / x.shape[1]
        for a in range(6):
            x[i, m, a] = 0.0
            for b in range(6):
                p[i, m, a, b] = 0.0
        x[i, m, 0] = z.x_m
        x[i, m, 1] = z.y_m
        x[i, m, 2] = z.z_m
        # what the plot says given the height, and the height as far as anybody knows it
        p[i, m, 0, 0] = z.xx - gx * z.xz + gx * gx * high
        p[i, m, 1, 1] = z.yy - gy * z.yz + gy * gy * high
        p[i, m, 0, 1] = z.xy - gx * z.yz + gx * gy * high
        p[i, m, 1, 0] = p[i, m, 0, 1]
        p[i, m, 2, 2] = high
        p[i, m, 0, 2] = gx * high
        p[i, m, 2, 0] = gx * high
        p[i, m, 1, 2] = gy * high
        p[i, m, 2, 1] = gy * high
        p[i, m, 3, 3] = rules.speed_sigma_mps * rules.speed_sigma_mps
        p[i, m, 4, 4] = p[i, m, 3, 3]
        p[i, m, 5, 5] = rules.climb_sigma_mps * rules.climb_sigma_mps
    born = (rules.birth + rules.unknown * undetected(sites, z)) * sites[z.sensor].density / z.extent_m
    one.t_s = z.t_s
    one.existence = born / (born + density)
    one.first_s = z.t_s
    one.update_s = z.t_s
    one.aged_s = z.t_s
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
