"""Orders and engagements of truth: what shooters are told, what they do about it, and what comes of it.

A launcher's engagement takes a channel when its order arrives and frees it when it ends. After `reaction_s` its radar
looks for the airborne target nearest to the ordered place, carried on along its ordered velocity: inside max(4 km, 3
sigma), over the 4/3-earth horizon, inside the radar range. With a fire-control order (a track that an airborne radar
holds well enough to guide by) the radar and horizon of the launcher do not count; the rest does. It launches when the
predicted intercept, from the fly-out table, lies inside the envelope. It does not know whom it shoots at beyond the
reply to its own identification group: keeping other aircraft out of its gate is the business of identification and
authority.

An order repeated by the same post for the same shooter and track, or with the same number, refreshes the goal; one
whose engagement is over is ignored, so a new try needs a new number. HOLD means by order only, so an ENGAGE order is
obeyed under every weapons status. A refused order (dead, no free channel, no missiles, not ready) ends at once as
CEASED with no shots. CEASE also destroys missiles in flight of that launcher at that track.

Only ENGAGE lets a fighter fire; under SCRAMBLE it flies to the goal, finds the target and stays with it.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import RunError
from jointsky.kernels import engage, orders
from jointsky.vocab.records import SHOT_REPORT, Rows, empty
from jointsky.world.world import Float, World


def apply(world: World, due: Rows) -> None:
    """Carry out ORDER rows, in their order, at the current tick (`world.t_s`).

    Raises RunError when an order names a shooter or airfield that does not exist or no place, or the table of
    engagements is full.
    """
    if not len(due):
        return
    state = world.state
    used, fault = orders.apply(
        due, state.aircraft, state.launchers, state.airfields, state.engagements, state.engagements_used, world.t_s
    )  # fmt: skip
    if used < 0:
        raise _full(world, state.tick)
    if fault >= 0:
        order = due[fault]
        raise RunError(
            state.tick, "", f"order {order['order_id']}: shooter row {order['row']} or airfield {order['airfield']} "
            f"does not exist, or the place {order['pos_ecef_m']} is not near the earth's surface",
        )  # fmt: skip
    state.engagements_used = used


def resolve(world: World, tick: int, jam_factor: Float | None = None) -> Rows:
    """Take all engagements over the tick and return SHOT_REPORT rows of those that ended.

    `jam_factor` (one per launcher, 0 to 1) shortens the engagement radars' ranges, as (1 + J/N)**(-1/4); None: no
    jamming. Raises RunError when the table of engagements is full.
    """
    model, state = world.model, world.state
    ended = np.empty(len(state.engagements), dtype=np.int32)
    flyout = model.flyout
    used, count = engage.resolve(
        state.aircraft, model.aircraft_types, state.launchers, state.engagements, state.engagements_used,
        _clear(len(state.launchers)) if jam_factor is None else jam_factor,
        flyout.time_s, flyout.range_m[1], flyout.height_m[1], model.seed, tick * model.dt_s, (tick + 1) * model.dt_s,
        ended,
    )  # fmt: skip
    if used < 0:
        raise _full(world, tick)
    state.engagements_used = used
    return _report(state.engagements, ended[:count])


def _report(engagements: Rows, ended: NDArray[np.int32]) -> Rows:
    """Return SHOT_REPORT rows of the ended engagements; `shots` counts missiles launched."""
    out = empty(SHOT_REPORT, len(ended))
    if len(ended):
        rows = engagements[ended]
        for name in ("order_id", "track_id", "shooter", "row"):
            out[name] = rows[name]
        out["t_valid_s"] = rows["t_end_s"]
        out["result"] = rows["state"]
        out["shots"] = np.where(np.isfinite(rows["t_launch_s"]), rows["shots"], 0)
    return out


@lru_cache(maxsize=8)
def _clear(launchers: int) -> Float:
    return np.ones(launchers)


def _full(world: World, tick: int) -> RunError:
    return RunError(tick, "", f"more engagements than the {len(world.state.engagements)} rows there is room for")
