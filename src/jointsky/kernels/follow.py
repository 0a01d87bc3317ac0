"""One walk through windows of time: look for misses, gate, assign, update, start."""

import math
from typing import Any

from jointsky.kernels.associate import choose_pairs
from jointsky.kernels.bank import CONFIRMED, Bank
from jointsky.kernels.compiled import kernel
from jointsky.kernels.desk import Desk, Rules
from jointsky.kernels.gate import gate_group
from jointsky.kernels.lifecycle import learn, start, take_plot, tend


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
    group = 0
    j = 0
    desk.stamp[:] = -1
    for k in range(window_from, window_to):
        t_mid_s = (k + 0.5) * rules.window_s
        tend(bank, sites, k * rules.window_s, t_now_s, preview, rules, noise, desk.head)
        while j < z.shape[0] and math.floor(z[j].t_s / rules.window_s) == k:
            end = j + 1
            while end < z.shape[0] and z[end].sensor == z[j].sensor and math.floor(z[end].t_s / rules.window_s) == k:
                end += 1
            n_pairs = gate_group(bank, sites, clutter, z, j, end, t_mid_s, group, rules, noise, desk)
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
                    number = bank.life[i].number
                    desk.owner[n] = number if bank.life[i].state == CONFIRMED else -number
                else:
                    start(bank, z[n], density, sites, rules, t_mid_s, noise, desk.head)
                    weight = 1.0 - bank.life[bank.used[0] - 1].existence
                    desk.owner[n] = -bank.life[bank.used[0] - 1].number
                if not preview:
                    learn(clutter, sites, z[n], desk.cell[n - j, 0], desk.cell[n - j, 1], weight, rules)
            sites[z[j].sensor].last_s = max(sites[z[j].sensor].last_s, z[end - 1].t_s)
            j = end
