"""Command policies: functions from a Problem to Choices. Another policy is another function and one line in POLICIES.

`assignment` is the usual one; `greedy` and `matching` are its peers without a bound; `even` and `blind` are test
policies whose leakers have closed forms (every shot dealt evenly, or every shot picking a raider independently and
uniformly), by which the simulator is checked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from jointsky.command.dealing import Moment, deal
from jointsky.command.problem import Choice, Problem
from jointsky.rng import Stream, draw
from jointsky.vocab.codes import Shooter

Float = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class PolicyParams:
    """`salvo` missiles an order; an order is given only when it lowers the chance of survival by at least `min_gain`;
    `patience_s` weighs a kill now against one later; `late_worth` is what a kill after the track has arrived is still
    worth; `reserve` is what a missile is worth kept for raids to come, in the value that targets endanger (see
    `stages.raid_price`): an order that saves less is not given; `look_s` is how long after a meeting its result is
    known, so that a track that is there by then gets two orders at once; `fire_at_s` holds the test policies until all
    targets are in reach."""

    salvo: int = 1
    min_gain: float = 0.2
    patience_s: float = 600.0
    late_worth: float = 0.05
    reserve: float = 0.0
    look_s: float = 30.0
    fire_at_s: float = 0.0


Policy = Callable[[Problem, PolicyParams], list[Choice]]


def gains(problem: Problem, params: PolicyParams) -> tuple[Float, Float]:
    """Chance and worth of each (asset, track): the chance an order kills, and the value it saves, discounted for time;
    0 where not worth an order.
    """
    survives = np.ones_like(problem.pk)
    for _ in range(params.salvo):
        survives *= 1.0 - problem.pk
    chance = np.where(problem.cap["shooter"][:, None] == Shooter.LAUNCHER, 1.0 - survives, problem.pk)
    in_time = np.where(problem.t_meet_s <= problem.t_there_s[None, :], 1.0, params.late_worth)
    discount = params.patience_s / (params.patience_s + np.where(np.isfinite(problem.t_meet_s), problem.t_meet_s, 1e9))
    gain = chance * problem.survival
    worth = np.where(gain >= params.min_gain, gain * problem.value[None, :] * in_time * discount, 0.0)
    return chance, worth


def greedy(problem: Problem, params: PolicyParams) -> list[Choice]:
    """Give the best remaining pair its order, again and again (maximum marginal return)."""
    chance, worth = gains(problem, params)
    slots = problem.slots.copy()
    worth[slots <= 0] = 0.0
    choices: list[Choice] = []
    while worth.size and worth.max() > 0.0:
        asset, track = divmod(int(worth.argmax()), worth.shape[1])
        choices.append(_choice(problem, params, asset, track, chance[asset, track]))
        worth[:, track] = 0.0
        slots[asset] -= 1
        if slots[asset] <= 0:
            worth[asset, :] = 0.0
    return choices


def matching(problem: Problem, params: PolicyParams) -> list[Choice]:
    """At most one new order a track and moment, all dealt together by one linear assignment over the assets' free
    slots.
    """
    chance, worth = gains(problem, params)
    slots = np.clip(problem.slots, 0, worth.shape[1])
    slot_asset = np.repeat(np.arange(len(slots)), slots)
    if slot_asset.size == 0 or not worth.any():
        return []
    rows, columns = linear_sum_assignment(worth[slot_asset], maximize=True)
    pairs = [(int(slot_asset[r]), int(c)) for r, c in zip(rows, columns, strict=True)]
    return [_choice(problem, params, i, j, chance[i, j]) for i, j in pairs if worth[i, j] > 0.0]


def assignment(problem: Problem, params: PolicyParams) -> list[Choice]:
    """All new orders of the moment dealt together with a bound: one a track, two where no look will help any more."""
    chance, worth = gains(problem, params)
    kept = params.reserve * np.where(problem.cap["shooter"] == Shooter.LAUNCHER, params.salvo, 1)[:, None]
    worth = np.where(worth > kept, worth - kept, 0.0) if params.reserve > 0.0 else worth
    assets, tracks = worth.any(axis=1) & (problem.slots > 0), worth.any(axis=0)
    if not assets.any():
        return []
    rows, columns = np.flatnonzero(assets), np.flatnonzero(tracks)
    found = deal(_moment(problem, params, worth, rows, columns))
    pairs = [(int(rows[i]), int(columns[j])) for i, j in zip(*np.nonzero(found.x), strict=True)]
    made = [_choice(problem, params, i, j, chance[i, j]) for i, j in pairs]
    return [replace(choice, value=found.value, bound=found.bound) for choice in made]


def _moment(problem: Problem, params: PolicyParams, worth: Float, rows: Index, columns: Index) -> Moment:
    """The part of a problem in which something can be done. What is at stake counts what is under way; a second order
    must be worth one after the first."""
    pairs = np.ix_(rows, columns)
    survival = np.broadcast_to(problem.survival, problem.pk.shape)[pairs]
    saved = worth[pairs]
    alive = np.where(saved > 0.0, survival, 0.0).max(axis=0)
    first_s = np.where(saved > 0.0, problem.t_meet_s[pairs], np.inf).min(axis=0)
    last = problem.t_there_s[columns] < first_s + params.look_s
    again = alive * (1.0 - np.where(saved > 0.0, problem.pk[pairs], 0.0).max(axis=0)) ** params.salvo
    last &= again >= params.min_gain
    return Moment(problem.value[columns] * alive, saved, problem.slots[rows], last)


def even(problem: Problem, params: PolicyParams) -> list[Choice]:
    """Test policy: from `fire_at_s` on, deal all shots evenly over the tracks in order of their numbers."""
    tracks = _by_number(problem, params)
    if not len(tracks):
        return []
    return _dealt(problem, params, [tracks[k % len(tracks)] for k in range(int(problem.slots.sum()))])


def blind(problem: Problem, params: PolicyParams) -> list[Choice]:
    """Test policy: from `fire_at_s` on, each shot picks a track independently and uniformly."""
    tracks = _by_number(problem, params)
    if not len(tracks):
        return []
    entities = problem.cap["entity"].tolist()
    shots = [(entity, k) for entity, slots in zip(entities, problem.slots, strict=True) for k in range(slots)]
    picks = [int(draw(problem.seed, Stream.COMMAND, entity, k) * len(tracks)) for entity, k in shots]
    return _dealt(problem, params, [tracks[pick] for pick in picks])


def _by_number(problem: Problem, params: PolicyParams) -> NDArray[np.intp]:
    """Tracks in order of their numbers once the test policies may fire, none before."""
    due = problem.now_s >= params.fire_at_s
    return np.argsort(problem.tracks["track_id"], kind="stable")[: None if due else 0]


def _dealt(problem: Problem, params: PolicyParams, tracks: list[np.intp]) -> list[Choice]:
    """One choice for each shot in order of assets; a shot that cannot or may not be fired at its track stays."""
    assets = np.repeat(np.arange(len(problem.slots)), problem.slots)
    pairs = zip(assets.tolist(), map(int, tracks), strict=True)
    return [_choice(problem, params, i, j, problem.pk[i, j]) for i, j in pairs if problem.pk[i, j] > 0.0]


POLICIES: dict[str, Policy] = {
    "assignment": assignment,
    "greedy": greedy,
    "matching": matching,
    "even": even,
    "blind": blind,
}
"""Policies by the name a scenario gives."""


def _choice(problem: Problem, params: PolicyParams, asset: int, track: int, chance: float) -> Choice:
    meet = problem.t_meet_s[asset, track]
    survival = np.broadcast_to(problem.survival, problem.pk.shape)[asset, track]
    why = f"kills with chance {chance:.2f}, meets in {meet:.0f} s, survival so far {survival:.2f}"
    return Choice(asset, track, params.salvo, float(chance), why)
