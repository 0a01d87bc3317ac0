"""Anti-radiation missiles and what a radar does about them.

A missile flies the route to its radar. A radar with an `answer` that plots it goes silent for a while. Where the
missile arrives it destroys the radar with the chance of its seeker, which is small where the radar is silent by then
and the missile goes by memory; a decoy beside the radar draws it away first. Everything is simulated, chances are
notional.
"""

import numpy as np
from numpy.typing import NDArray

from jointsky.rng import Stream, draws, pair_key
from jointsky.vocab.codes import Flight
from jointsky.world.world import World

ARRIVED_M = 2_000.0
"""A missile whose flight ended so near its radar, over the ground, has arrived."""


def hunt(world: World, sensors: NDArray[np.int32], truth: NDArray[np.int32]) -> None:
    """Let radars hide from what they have plotted in this tick (`sensors` and `truth`, plot by plot), and missiles that
    arrived in it take effect."""
    hunts, state = world.model.emissions.hunts, world.state
    if not len(hunts):
        return
    end_s = (state.tick + 1) * world.model.dt_s
    answers = {int(row): (silent_s, decoy) for row, silent_s, decoy in world.model.emissions.answers.tolist()}
    for missile, radar, hit, memory in hunts.tolist():
        row, prey = int(missile), int(radar)
        craft = state.aircraft[row]
        seen = bool(craft["alive"]) and bool(((sensors == prey) & (truth == row)).any())
        if prey in answers and seen:
            state.quiet_until_s[prey] = end_s + answers[prey][0]
        if craft["state"] == Flight.GONE and end_s - world.model.dt_s < craft["t_end_s"] <= end_s:
            radiates = bool(state.radars["on"][prey])
            _arrive(world, row, prey, hit if radiates else memory, answers.get(prey, (0.0, 0.0))[1])


def _arrive(world: World, missile: int, radar: int, chance: float, decoy: float) -> None:
    """Destroy a radar, or not, where the missile came down by it."""
    craft, site = world.state.aircraft[missile], world.state.radars[radar]
    away = craft["pos_ecef_m"] - site["pos_ecef_m"]
    up = site["enu"][2]
    level = away - up * float(away[0] * up[0] + away[1] * up[1] + away[2] * up[2])
    if not site["alive"] or float((level * level).sum()) > ARRIVED_M**2:
        return
    key = np.array([pair_key(int(craft["entity"]), int(site["entity"]))], np.uint64)
    drawn_off, luck = (float(draws(world.model.seed, Stream.KILL, key, 0, k)[0]) for k in (0, 1))
    if drawn_off >= decoy and luck < chance:
        world.state.radars["alive"][radar] = 0
