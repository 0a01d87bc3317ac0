"""A study and a recorded run made of plain numbers that a test can know by heart: no engine, no draw."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from jointsky import geo
from jointsky.record.kinds import Kind, Recipe
from jointsky.record.recorder import Recorder
from jointsky.record.runs import Summary, claim
from jointsky.scenario.load import Scenario, load
from jointsky.study.design import Design
from jointsky.study.run import Result
from jointsky.study.summary import summarise
from jointsky.vocab.codes import Act, Flight, Identity, Shooter, Shot, Side
from jointsky.vocab.messages import Decision, Decisions, Event, Message, Orders, Tracks
from jointsky.vocab.records import ASSET, FLIGHT_PLAN, ORDER, PLOT, TRACK, WAYPOINT, Rows, empty
from jointsky.vocab.truth_records import AIRCRAFT, AIRCRAFT_TYPE, AIRFIELD, ENGAGEMENT, LAUNCHER, RADAR
from jointsky.world.tick import Tick
from jointsky.world.world import Detection, Flyout, Model, Names, State, World

ROOT = Path(__file__).resolve().parents[3]
HELD, UNSEEN, AIRLINER = 0, 1, 2
"""Rows of truth: a raider that is held and shot down, a raider nobody holds, and an airliner."""
PLACES = ((54.0, 27.0), (57.0, 29.0), (53.0, 26.0))
REFUSED = "no clause in force grants it"
GRANTED = "nearest to the <capital>; west.cp may order west.sam.1 to engage by C3"
EVENTS = (
    Event(20.0, "withdrawn", "C3", "east.president", note="out of force at 80 s"),
    Event(30.0, "called", "S1", "west.president", "west", note="help is refused"),
    Event(90.0, "breach", "S1", to="west", note="help was refused"),
    Event(100.0, "handed-over", "", "west.cp", "east.cp", 6),
    Event(110.0, "dropped", "", "west.cp", "east.cp", 5, note="crossed at 50 s"),
)


def make_result(arms: tuple[str, ...] = ("none", "joint"), replications: int = 6, margin: float = 0.0) -> Result:
    """A study with known gains: the second arm stops 0.1 more each time, the third nothing more on the mean."""
    design = Design(
        study="tiny", question="What is <joining> worth?", scenario="s.yaml", replications=replications, seed=3,
        arms={name: {"agreement": name, "label": f"the {name} arm"} for name in arms},  # type: ignore[misc]
        band=("15 %", "20 %"), useful_margin=margin,  # type: ignore[arg-type]
    )  # fmt: skip
    rows = [_row(arm, index, number) for index, arm in enumerate(arms) for number in range(replications)]
    summary = {
        "study": design.study, "question": design.question, "scenario": design.scenario, "seed": design.seed,
        "replications": replications, "headline": design.headline, "scenario_sha256": dict.fromkeys(arms, "ab" * 32),
        "design": design.model_dump(mode="json"), "resumed": 2, "wall_s": 1.0,
        **summarise(rows, list(arms), replications),
    }  # fmt: skip
    return Result(design, rows, summary, 2)


def _row(arm: str, index: int, number: int) -> dict[str, Any]:
    stopped = 0.5 + 0.01 * number + (0.0, 0.1 + 0.002 * (number % 2), 0.03 * (-1) ** number)[index]
    return {
        "arm": arm, "replication": number, "seed": number, "digest": "d", "wall_s": 1.0, "cpu_s": 1.0,
        "stopped_share": stopped, "damage_share": 0.4 - 0.1 * index + 0.01 * number,
        "missiles_per_kill": None if number == 0 else 2.0 + 0.1 * number, "double_shots": float(number % 3),
        "acted_after_s": None, "west.cp.released_only": 0.0 if index == 0 else 0.25, "west.cp.identity_right": 0.8,
    }  # fmt: skip


def load_reference() -> Scenario:
    """The reference hour, for its map and its clauses."""
    return load(ROOT / "scenarios" / "union-5-10.yaml", agreement="joint-2009")


def clause_index(scenario: Scenario, name: str) -> int:
    """The index that tracks carry for a clause."""
    named = sorted((agreement.name, clause.id) for agreement in scenario.agreements for clause in agreement.clauses)
    return [clause for _, clause in named].index(name)


def record_run(folder: Path, scenario: Scenario, shared: bool = True, last_tick: int = 240) -> Path:
    """Record a run of four minutes by hand; `shared`: the airliner's track lives on data that clause S1 released."""
    claimed = claim(folder)
    world = _world(scenario)
    with Recorder(claimed.log, Recipe.of(scenario, 7, float(last_tick), "1.2.3")) as recorder:
        for number in range(last_tick):
            world.state.tick = number
            _happen(world, number)
            recorder.on_tick(world, _tick(world, scenario, number, shared))
    measures = {"stopped_share": 0.5, "acted_after_s": 70.0, "missiles_per_kill": math.nan, "double_shots": 0.0,
                "west.cp.completeness": 0.625, "west.cp.released_only": 0.25 if shared else 0.0}  # fmt: skip
    claimed.finish(
        Summary(
            recorder.digest.hexdigest(),
            7,
            scenario.sha256,
            "joint-2009",
            float(last_tick),
            "1.2.3",
            1.0,
            1.0,
            measures,
            recorder.chain,
        )
    )
    return folder


def _world(scenario: Scenario) -> World:
    names = Names(
        nations=tuple(sorted(scenario.nations)), iff_groups=("a",), units=("west.sam.1",), aircraft_types=("t",),
        aircraft=("strike.1", "strike.2", "line.1"), radars=("west.radar.1.a",), launchers=("west.sam.1.a",),
        airfields=("lida",), assets=("minsk",), missiles=("m",),
    )  # fmt: skip
    grid = np.zeros((1, 2, 2))
    model = Model(7, 1.0, names, empty(AIRCRAFT_TYPE, 1), empty(WAYPOINT), empty(FLIGHT_PLAN), empty(WAYPOINT),
                  Flyout(np.zeros(2), np.zeros(2), grid, grid), Detection(0.0, 1.0, np.zeros((1, 2))))  # fmt: skip
    state = State(
        0,
        _aircraft(),
        empty(RADAR, 1),
        empty(LAUNCHER, 1),
        empty(ENGAGEMENT, 4),
        0,
        empty(AIRFIELD, 1),
        empty(ASSET, 1),
    )
    for rows in (state.radars, state.launchers, state.airfields, state.assets):
        rows["pos_ecef_m"] = np.array(geo.geodetic2ecef(53.9, 27.5, 200.0)).reshape(3)
    state.radars["platform"], state.assets["lat_deg"], state.assets["lon_deg"], state.assets["value"] = (
        -1,
        53.9,
        27.5,
        10.0,
    )
    return World(model, state)


def _aircraft() -> Rows:
    rows = empty(AIRCRAFT, len(PLACES))
    rows["alive"], rows["state"], rows["side"] = 1, Flight.ROUTE, (Side.RAIDER, Side.RAIDER, Side.NEUTRAL)
    for row, (lat, lon) in zip(rows, PLACES, strict=True):
        row["lat_rad"], row["lon_rad"], row["alt_m"] = math.radians(lat), math.radians(lon), 8_000.0
        row["pos_ecef_m"] = np.array(geo.geodetic2ecef(lat, lon, 8_000.0)).reshape(3)
    return rows


def _happen(world: World, number: int) -> None:
    """An engagement of the held raider: away at 80 s, a hit at 90 s."""
    if number == 70:
        shot = world.state.engagements[0]
        shot["state"], shot["shooter"], shot["order_id"], shot["target"], shot["track_id"] = (
            Shot.IN_FLIGHT,
            Shooter.LAUNCHER,
            11,
            HELD,
            5,
        )
        shot["t_order_s"], shot["t_approved_s"], shot["t_launch_s"], shot["t_end_s"] = 66.0, 65.0, 80.0, 90.0
        shot["post"], shot["phase"], shot["shots"], shot["pk"] = 2, 2, 2, 0.75
        world.state.engagements_used = 1
    if number == 90:
        world.state.engagements["state"][0] = Shot.HIT
        world.state.aircraft["alive"][HELD], world.state.aircraft["state"][HELD] = 0, Flight.KILLED
    if number == 200:
        raider = world.state.aircraft[UNSEEN : UNSEEN + 1]
        raider["alive"], raider["state"], raider["t_end_s"] = 0, Flight.LEAKED, 200.0


def _tick(world: World, scenario: Scenario, number: int, shared: bool) -> Tick:
    tick = Tick(number, float(number))
    if number == 20:
        tick.plots, tick.plot_truth = empty(PLOT, 2), np.array([HELD, -1], np.int32)
    tick.events = [event for event in EVENTS if event.t_s == number]
    if number % 10 == 0:
        tick.detectable = np.zeros((len(world.model.names.nations), len(PLACES)), np.bool_)
        tick.detectable[0, HELD] = number >= 10
        sent: list[Message] = [Tracks("west.cp", 2, _tracks(world, scenario, number, shared))]
        if number == 60:
            sent.append(Orders("west.cp", _order(), (("C3",),)))
        if number in (60, 70):
            sent.append(Decisions("west.cp", (*([_grant()] if number == 60 else ()), _refusal(number))))
        tick.sent = {"west.cp": sent}
    return tick


def _tracks(world: World, scenario: Scenario, number: int, shared: bool) -> Rows:
    wanted = [(HELD, 5)] if 30 <= number < 90 else []
    wanted += [(AIRLINER, 6)] if number >= 150 else []
    rows = empty(TRACK, len(wanted))
    for row, (aircraft, track_id) in zip(rows, wanted, strict=True):
        row["track_id"], row["t_valid_s"], row["clause"] = track_id, number, -1
        row["pos_ecef_m"] = world.state.aircraft["pos_ecef_m"][aircraft] + 100.0
        row["t_own_s"], row["t_released_s"] = number, number - 2.0  # released data only confirm what own data hold
        row["identity"] = Identity.HOSTILE if aircraft == HELD and number >= 50 else Identity.PENDING
        if aircraft == AIRLINER and shared:
            row["t_own_s"], row["t_released_s"], row["clause"] = -np.inf, number - 4.0, clause_index(scenario, "S1")
    return rows


def _order() -> Rows:
    rows = empty(ORDER, 1)
    rows["order_id"], rows["act"], rows["track_id"], rows["t_issued_s"], rows["t_approved_s"] = (
        11,
        Act.ENGAGE,
        5,
        60.0,
        65.0,
    )
    return rows


def _refusal(number: int) -> Decision:
    against = ("C3", "law.east") if number == 60 else ("C3",)
    return Decision(float(number), "west.cp", Act.ENGAGE, "east.sam.1", 5, False, "war", (), REFUSED, against=against)


def _grant() -> Decision:
    return Decision(
        60.0, "west.cp", Act.ENGAGE, "west.sam.1", 5, True, "war", ("C3",), GRANTED, 11, 65.0, rank=1, value=4.0,
        bound=3.9,
    )  # fmt: skip


__all__ = ["Kind", "clause_index", "load_reference", "make_result", "record_run"]
