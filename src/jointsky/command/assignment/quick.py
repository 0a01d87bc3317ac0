"""A plan at once: greedy or in layers, then one shot of every target dealt anew by linear assignments. Budgets are
counts, so the plan is the same on every machine."""

import numpy as np

from jointsky.command.assignment.problem import Salvo, Whole
from jointsky.kernels.assign import greedy, layers, redeal

ROUNDS = 10
"""Re-deals of a quick plan."""
ABUNDANT = 0.9
"""From so many shots a target on, a plan is begun in layers."""
MOST_SLOTS = 4_000
"""So many shots at most are dealt in layers, whose linear assignments grow with them."""


def quick_plan(salvo: Salvo, rounds: int = ROUNDS) -> Whole:
    """A good plan (n, m), begun in the way that suits the number of shots, after up to `rounds` re-deals."""
    n_shots, m = _useful(salvo), len(salvo.worth)
    return _plan(salvo, ABUNDANT * m <= n_shots <= MOST_SLOTS, rounds)


def better_plan(salvo: Salvo, rounds: int) -> Whole:
    """The better of both beginnings."""
    plans = [_plan(salvo, False, rounds)]
    if _useful(salvo) <= MOST_SLOTS:
        plans.append(_plan(salvo, True, rounds))
    return min(plans, key=salvo.value)


def improved(salvo: Salvo, plan: Whole, rounds: int = ROUNDS) -> Whole:
    """A plan that is no worse than the given one: idle shots are dealt, then re-dealt."""
    x = plan.copy()
    fired = x.sum(axis=1)
    left, room = salvo.shots - fired, salvo.room - salvo.member @ fired
    alive = salvo.surviving(x)
    greedy(salvo.p, left, salvo.member, room, x, alive)
    redeal(salvo.worth, salvo.p, left, salvo.member, room, x, alive, rounds)
    return x


def repaired(salvo: Salvo, wish: Whole) -> Whole:
    """A plan within stocks and pools: of what is wished too often, the shots whose loss costs least are left out."""
    x = wish.copy()
    alive = salvo.surviving(x)
    odds = salvo.p / np.maximum(1.0 - salvo.p, 1e-12)
    fired = x.sum(axis=1)
    for held, members in [*zip(salvo.shots, np.eye(len(salvo.shots), dtype=np.int64), strict=True),
                          *zip(salvo.room, salvo.member, strict=True)]:  # fmt: skip
        rows = np.flatnonzero(members)
        while fired[rows].sum() > held:
            loss = np.where(x[rows] > 0, alive[None, :] * odds[rows], np.inf)
            at, j = np.unravel_index(int(loss.argmin()), loss.shape)
            i = int(rows[at])
            x[i, j] -= 1
            fired[i] -= 1
            alive[j] = alive[j] / max(1.0 - salvo.p[i, j], 1e-12)
    return x


def _plan(salvo: Salvo, in_layers: bool, rounds: int) -> Whole:
    left, room = salvo.shots.copy(), salvo.room.copy()
    x = np.zeros(salvo.p.shape, np.int64)
    alive = salvo.worth.copy()
    if in_layers:
        layers(salvo.p, left, salvo.member, room, x, alive)
    else:
        greedy(salvo.p, left, salvo.member, room, x, alive)
    redeal(salvo.worth, salvo.p, left, salvo.member, room, x, alive, rounds)
    return x


def _useful(salvo: Salvo) -> int:
    """Shots that something can be done with, each weapon's at most one a target."""
    can = salvo.p.any(axis=1)
    return int(np.minimum(salvo.supply(), len(salvo.worth))[can].sum())
