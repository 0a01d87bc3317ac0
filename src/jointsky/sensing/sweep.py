"""One tick of all radars: plots out of truth.

Order of a tick: truth has moved the aircraft to the tick's end; `step` sweeps every beam through the tick and stamps
each plot with the moment its beam crossed the target. Heights of antennas and aircraft are taken over a smooth earth;
a radar reports height by the 4/3 earth it was also seen by.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import RunError
from jointsky.kernels.radar import carry, mark_detectable
from jointsky.kernels.sweep import sweep
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

    Plots are ordered by radar row, then aircraft row, then false alarms. Raises RunError where an
    aircraft's motion or a radar's report is not a number.
    """
    state = world.state
    sensed = _sweep_with_room(world, tick, 64 + 8 * state.radars.size + 4 * state.aircraft.size)
    _refuse_not_a_number(world, tick, sensed.plots)
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
        state.aircraft, model.aircraft_types, state.radars, table.pd, table.snr_min_db, table.snr_step_db, seen
    )
    return seen


def _sweep_with_room(world: World, tick: int, room: int) -> Sensed:
    model, state = world.model, world.state
    table = model.detection
    while True:
        plots = empty(PLOT, room)
        truth = np.empty(room, np.int32)
        count = sweep(
            model.seed, tick, model.dt_s, state.aircraft, model.aircraft_types, state.radars,
            table.pd, table.snr_min_db, table.snr_step_db, plots, truth,
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
