"""What launchers and fighters say of themselves to the posts that may command or watch them."""

import numpy as np

from jointsky.kernels.status import fighter_status, launcher_status
from jointsky.vocab.records import UNIT_STATUS, Rows
from jointsky.world.world import World


def status(world: World, tick: int) -> Rows:
    """Return UNIT_STATUS rows of all launchers, then of all fighters that take orders, as after this tick.

    A launcher's `shots_left` are the missiles on its rails, `t_ready_s` when it may launch next (inf: never again); a
    fighter's `channels_free` is 1 while it is armed and has no order.
    """
    state = world.state
    out = np.zeros(len(state.launchers) + len(state.aircraft), dtype=UNIT_STATUS)
    t_s = (tick + 1) * world.model.dt_s
    used = launcher_status(state.launchers, t_s, out)
    return out[: fighter_status(state.aircraft, t_s, out, used)]
