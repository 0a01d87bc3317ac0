"""One tick of all radars: plots out of truth.

Order of a tick: truth has moved the aircraft to the tick's end; `step` sweeps every beam through the tick and stamps
each plot with the moment its beam crossed the target. Heights of antennas and aircraft are taken over a smooth earth;
a radar reports height by the 4/3 earth it was also seen by.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import RunError
from jointsky.kernels.radar import carry, mark_detectable
from jointsky.kernels.sweep import sweep
from jointsky.sensing.chaff import clouds_now
from jointsky.sensing.hunters import hunt
from jointsky.sensing.watchers import control_emissions, is_silent, watch
from jointsky.vocab.codes import PlotKind
from jointsky.vocab.records import PLOT, Rows, empty
from jointsky.world.world import World


@dataclass(frozen=True, slots=True)
class Sensed:
    """What one tick of sensing gives: PLOT rows, and beside them the rows of truth.

    `truth[i]` is the aircraft row of plot i (of the jammer, for a strobe), -1 for a false alarm. It is for recorders
    and measures; no post gets it.
    """

    plots: Rows
    truth: NDArray[np.int32]


def step(world: World, tick: int) -> Sensed:
    """Sweep all radars through [tick dt, (tick + 1) dt); remember positions and move flying radars with their aircraft.

    Plots are ordered by radar row, then aircraft row, then false alarms; those of watchers come last. Raises RunError
    where an aircraft's motion or a radar's report is not a number.
    """
    state = world.state
    control_emissions(world)
    sensed = _sweep_with_room(world, tick, 64 + 8 * state.radars.size + 4 * state.aircraft.size)
    _refuse_not_a_number(world, tick, sensed.plots)
    if world.model.emissions.watchers:
        plots, truth = watch(world, tick)
        sensed = Sensed(np.concatenate([sensed.plots, plots]), np.concatenate([sensed.truth, truth]))
    hunt(world, sensed.plots["sensor"], sensed.truth)
    carry(state.aircraft, state.radars)
    return sensed


def detectable(world: World) -> NDArray[np.bool_]:
    """Return (nations, aircraft): whether some radar of the nation would now detect the aircraft with Pd >= 1/2 in
    one look.

    Range, horizon, elevation and jamming count; the moving-target notch, transponders and the place of the beam do not.
    """
    model, state = world.model, world.state
    seen = np.zeros((len(model.names.nations), state.aircraft.size), np.bool_)
    table = model.detection
    mark_detectable(
        state.aircraft, model.aircraft_types, state.radars, table.pd, table.snr_min_db, table.snr_step_db,
        model.around.table, model.around.masks, clouds_now(world), seen,
    )  # fmt: skip
    return seen


def early_warning(world: World, tick: int, radars: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the early-warning `radars` (a mask over all) report something in [tick dt, (tick + 1) dt).

    They look with their own physics, as if switched on; their plots go nowhere. Nothing is looked at while everything
    is too slow for their notch. Call before `step`.
    """
    state, found = world.state, np.zeros(len(radars), np.bool_)
    rows = np.flatnonzero(radars)
    if not rows.size or not _is_any_fast(state.aircraft, float(state.radars["mdv_mps"][rows].min())):
        return found
    looking = state.radars[rows]
    looking["on"] = ~is_silent(world)[rows]
    model = replace(world.model, around=world.model.around.of(rows))
    plots = _sweep_with_room(World(model, replace(state, radars=looking)), tick, 64 + 4 * len(rows)).plots
    found[rows[np.unique(plots["sensor"][plots["kind"] != PlotKind.STROBE])]] = True
    return found


def _is_any_fast(aircraft: Rows, least_mps: float) -> bool:
    velocity = aircraft["vel_ecef_mps"][aircraft["alive"] == 1]
    return bool(((velocity * velocity).sum(axis=1) > least_mps**2).any())


def _sweep_with_room(world: World, tick: int, room: int) -> Sensed:
    model, state = world.model, world.state
    table = model.detection
    while True:
        plots = empty(PLOT, room)
        truth = np.empty(room, np.int32)
        count = sweep(
            model.seed, tick, model.dt_s, state.aircraft, model.aircraft_types, state.radars,
            table.pd, table.snr_min_db, table.snr_step_db, model.around.table, model.around.masks,
            clouds_now(world), plots, truth,
        )  # fmt: skip
        if count >= 0:
            return Sensed(plots[:count], truth[:count])
        if count < -1:
            raise RunError(tick, model.names.aircraft[-2 - count], "position or velocity is not a number")
        room *= 2


def _refuse_not_a_number(world: World, tick: int, plots: Rows) -> None:
    bad = ~np.isfinite(plots["az_rad"] + plots["t_valid_s"] + plots["t_seen_s"])
    bad |= np.isnan(plots["range_m"]) & (plots["kind"] != PlotKind.STROBE)
    if bad.any():
        sensor = int(plots["sensor"][bad][0])
        raise RunError(tick, world.model.names.radars[sensor], "time, range or azimuth of a plot is not a number")
