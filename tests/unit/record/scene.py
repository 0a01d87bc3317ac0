"""A tiny world and ticks made of plain numbers, for tests of the record room: no draw, no engine."""

from __future__ import annotations

import numpy as np

from jointsky.vocab.codes import Act, Flight
from jointsky.vocab.messages import Alerts, Decision, Decisions, Event, Message, OperatorOrder, Orders, Phase, Tracks
from jointsky.vocab.records import ALERT, ASSET, FLIGHT_PLAN, ORDER, PLOT, SHOT_REPORT, TRACK, WAYPOINT, Rows, empty
from jointsky.vocab.truth_records import AIRCRAFT, AIRCRAFT_TYPE, AIRFIELD, ENGAGEMENT, LAUNCHER, RADAR
from jointsky.world.tick import Tick
from jointsky.world.world import Detection, Flyout, Model, Names, State, World

TRUTH_MARK = 987654
"""A row of truth so odd that its bytes stand out wherever they leak."""


def made(dtype: np.dtype[np.void], rows: int, start: int = 0) -> Rows:
    """Rows whose every field holds a different small number."""
    filled = empty(dtype, rows)
    for k, name in enumerate(dtype.names or ()):
        count = filled[name].size // max(rows, 1)
        filled[name] = (np.arange(rows * count).reshape(filled[name].shape) + start + k) % 97
    return filled


def make_world(aircraft: int = 4) -> World:
    """A world of a few rows of each kind."""
    names = Names(
        nations=("west", "east"),
        iff_groups=("west",),
        units=("sam-1", "air-1"),
        aircraft_types=("fighter",),
        aircraft=tuple(f"a{i}" for i in range(aircraft)),
        radars=("r1", "r2"),
        launchers=("l1",),
        airfields=("f1",),
        assets=("c1",),
        missiles=("m1",),
    )
    grid = np.zeros((1, 2, 2))
    model = Model(
        seed=5,
        dt_s=1.0,
        names=names,
        aircraft_types=made(AIRCRAFT_TYPE, 1),
        waypoints=made(WAYPOINT, 2),
        flight_plans=made(FLIGHT_PLAN, 1),
        plan_waypoints=made(WAYPOINT, 1),
        flyout=Flyout(np.zeros(2), np.zeros(2), grid, grid),
        detection=Detection(0.0, 1.0, np.zeros((1, 2))),
    )
    state = State(
        tick=0,
        aircraft=made(AIRCRAFT, aircraft),
        radars=made(RADAR, 2),
        launchers=made(LAUNCHER, 1),
        engagements=empty(ENGAGEMENT, 8),
        engagements_used=0,
        airfields=made(AIRFIELD, 1),
        assets=made(ASSET, 1),
    )
    state.aircraft["state"] = Flight.ROUTE
    return World(model, state)


def make_tick(number: int) -> Tick:
    """A tick with four plots and the picture of one post."""
    plots = made(PLOT, 4, number)
    plots["height_m"][1] = np.nan
    truth = np.array([0, -1, TRUTH_MARK, 3], np.int32)
    sent: dict[str, list[Message]] = {"east": [Tracks("east", 1, made(TRACK, 3, number))]}
    return Tick(number, float(number), plots, truth, sent=sent)


def busy_tick(number: int) -> Tick:
    """A tick in which everything happens."""
    tick = make_tick(number)
    tick.orders = made(ORDER, 2, number)
    tick.reports = made(SHOT_REPORT, 2, number)
    tick.phases = [Phase("war", tick.t_s)]
    tick.events = [Event(tick.t_s, "declared", "war", "east.head", note="in force now")]
    tick.inputs = [OperatorOrder("east", int(Act.ENGAGE), 0, 0, 7)]
    tick.detectable = np.array([[True, False, True, False], [False, False, False, True]])
    note = Decision(tick.t_s, "east", int(Act.ENGAGE), "sam-1", 7, True, "war", ("c1", "c2"), "nearest", 3)
    refused = Decision(tick.t_s, "east", int(Act.SCRAMBLE), "air-1", 8, False, "war", ("c3",), "not its own", 0)
    tick.sent["east"] += [
        Alerts("east", made(ALERT, 1, number)),
        Decisions("east", (note, refused)),
        Orders("east", made(ORDER, 2, number), (("c1", "c2"), ())),
    ]
    return tick
