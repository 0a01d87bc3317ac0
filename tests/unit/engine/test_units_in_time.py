"""Units in time in runs: arrival, mobilisation, moves, ferries, crews, supply, damage and repair, alert states."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from effects_scene import raiders, scene

from jointsky.engine.assemble import assemble
from jointsky.engine.plan import Engine
from jointsky.errors import ScenarioErrors
from jointsky.geo.frames import ecef2geodetic, geodetic2ecef
from jointsky.truth.serving import MOVES
from jointsky.truth.supply import ROAD_MPS
from jointsky.vocab.codes import Act, Flight, Shooter
from jointsky.vocab.records import ORDER, empty

HERE, THERE = [54.0, 27.9], [54.0, 27.0]
SAM = {"kind": "sam", "batteries": [{"id": "a", "type": "sam_long", "at": HERE, "shots": 4, "reloads": 0}]}
FIGHTERS = {"kind": "fighter", "type": "fighter", "aircraft": 2, "base": "west-field", "readiness": ["60 s"]}


def engine(seed: int = 1, **more: Any) -> Engine:
    """A run of the two neighbours with other units."""
    return assemble(scene(**more), seed)


def until(run: Engine, t_s: float) -> None:
    for _ in run.run(t_s):
        pass


def battery(**more: Any) -> dict[str, Any]:
    return {"units": {"west.sam.1": {**SAM, **more}}}


def moving(*moves: dict[str, Any]) -> dict[str, Any]:
    site = {**SAM["batteries"][0], "search": "sam_acquisition_sband_3d", "moves": list(moves)}  # type: ignore[index]
    return {"units": {"west.sam.1": {**SAM, "batteries": [site]}}}


def planes(**more: Any) -> dict[str, Any]:
    return {"units": {"west.qra": {**FIGHTERS, **more}}}


def order(run: Engine, row: int, act: Act = Act.POSITION) -> None:
    """Order a fighter to a place over the west."""
    due = empty(ORDER, 1)
    due["shooter"], due["row"], due["act"], due["airfield"] = Shooter.FIGHTER, row, act, -1
    due["order_id"], due["track_id"] = 1_000 + row, 7
    due["pos_ecef_m"] = geodetic2ecef(54.0, 27.0, 8_000.0)
    due["t_effective_s"] = due["t_valid_s"] = run.t_s
    from jointsky import truth

    truth.apply(run.world, due)


def test_a_unit_is_there_from_its_arrival_until_it_retires() -> None:
    run = engine(**battery(arrives="100 s", retires="200 s"))
    seen = [int(run.world.state.launchers["alive"][0]) for _ in run.run(260.0)]
    assert seen == [0] * 100 + [1] * 100 + [0] * 60


def test_a_date_counts_from_the_start_of_the_scenario() -> None:
    run = engine(**battery(arrives="2026-06-01T04:01:40Z"))
    seen = [int(run.world.state.launchers["alive"][0]) for _ in run.run(150.0)]
    assert seen.index(1) == 100


@pytest.mark.parametrize("phase", [None, "war"])
def test_mobilisation_takes_its_time_after_the_phase_or_the_start(phase: str | None) -> None:
    called = {"takes": "50 s"} | ({"phase": phase} if phase else {})
    run = engine(**battery(mobilisation=called))
    seen = [int(run.world.state.launchers["alive"][0]) for _ in run.run(80.0)]
    assert seen.index(1) == 50


def test_mobilisation_waits_for_the_phase() -> None:
    run = engine(**battery(mobilisation={"takes": "50 s", "phase": "threat"}))
    until(run, 60.0)
    assert run.world.state.launchers["alive"][0] == 0
    run.readiness.phase(run.world, "threat", run.t_s)
    seen = [int(run.world.state.launchers["alive"][0]) for _ in run.run(130.0)]
    assert seen.index(1) == 50


def test_a_battery_moves_and_is_out_of_action_as_long_as_the_way_takes() -> None:
    run = engine(**moving({"depart": "60 s", "to": THERE, "pack": "5 min", "deploy": "10 min"}))
    way_m = float(np.linalg.norm(geodetic2ecef(*HERE, 0.0) - geodetic2ecef(*THERE, 0.0)))
    ready_s = 60.0 + 300.0 + way_m / MOVES["road"][0] + 600.0
    state = run.world.state
    away = [t.t_s for t in run.run(ready_s + 20.0) if state.launchers["alive"][0] == 0]
    assert away[0] == 60.0 and abs(away[-1] + 1.0 - ready_s) <= 1.0
    search = state.radars[run.world.model.names.radars.index("west.sam.1.a.search")]
    for place, height in ((state.launchers["pos_ecef_m"][0], 0.0), (search["pos_ecef_m"], 15.0)):
        assert np.allclose([float(x) for x in ecef2geodetic(place)], [*THERE, height], atol=1e-6)
    assert search["alive"] == 1


def test_the_railway_takes_longer_to_load_and_the_search_radar_is_away_too() -> None:
    run = engine(**moving({"depart": "0 s", "to": THERE, "by": "rail"}))
    until(run, 30.0)
    search = run.world.model.names.radars.index("west.sam.1.a.search")
    assert run.world.state.radars["alive"][search] == 0
    assert MOVES["rail"][1] > MOVES["road"][1]


def test_aircraft_ferried_in_land_at_their_base_and_fight_after_a_turn_round() -> None:
    start = [54.0, 24.0]
    run = engine(**planes(ferry={"from": start, "depart": "60 s", "altitude": "8 km", "spacing": "100 s"}))
    way_s = float(np.linalg.norm(geodetic2ecef(*start, 8e3) - geodetic2ecef(54.0, 26.6, 150.0))) / 250.0
    plane = run.world.state.aircraft
    order(run, 0)
    until(run, 50.0)
    assert plane["alive"].tolist() == [0, 0] and plane["state"][0] == Flight.LANDED
    until(run, 200.0)
    assert plane["alive"].tolist() == [1, 1]
    until(run, 60.0 + way_s + 400.0)
    assert plane["state"].tolist() == [Flight.LANDED] * 2
    for number, landed_s in enumerate(plane["t_end_s"].tolist()):
        assert abs(landed_s - (60.0 + 100.0 * number + way_s)) < 30.0
    assert run.world.state.airfields["parked"].tolist() == [0, 2]
    until(run, float(plane["t_end_s"].max()) + 3_601.0)
    assert plane["state"].tolist() == [Flight.PARKED] * 2 and plane["missiles"].tolist() == [4, 4]


def test_one_crew_flies_one_aircraft_and_then_rests() -> None:
    run = engine(**planes(crews={"count": 1, "rest": "500 s"}))
    plane = run.world.state.aircraft
    until(run, 5.0)
    order(run, 0)
    order(run, 1)
    until(run, 100.0)
    assert sorted(plane["alive"].tolist()) == [0, 1]
    flown = int(np.flatnonzero(plane["alive"])[0])
    plane["state"][flown] = Flight.RETURNING
    for _ in run.run(2_000.0):
        if plane["state"][flown] == Flight.LANDED:
            break
    landed_s = run.t_s
    until(run, landed_s + 498.0)
    order(run, 1 - flown)
    assert plane["state"][1 - flown] == Flight.LANDED
    until(run, landed_s + 503.0)
    order(run, 1 - flown)
    assert plane["state"][1 - flown] == Flight.STARTING


def test_a_depot_supplies_as_fast_as_its_lorries_go() -> None:
    depot = {"at": [54.0, 27.7], "missiles": 10, "lorries": 1, "load": 2, "handling": "100 s"}
    run = engine(**battery(depot=depot))
    site = run.world.state.launchers
    way_s = float(np.linalg.norm(geodetic2ecef(*HERE, 0.0) - geodetic2ecef(54.0, 27.7, 0.0))) / ROAD_MPS
    first_s, trip_s = 200.0 + way_s, 200.0 + 2.0 * way_s
    stock = {t.t_s: int(site["stock"][0]) for t in run.run(first_s + trip_s + 10.0)}
    risen = [t_s for t_s in stock if t_s and stock[t_s] > stock[t_s - 1.0]]
    assert [abs(t_s - want) <= 2.0 for t_s, want in zip(risen, (first_s, first_s + trip_s), strict=True)] == [True] * 2
    assert site["stock"][0] == 4
    until(run, 3 * trip_s + first_s)
    assert site["stock"][0] == 4  # what stands behind it is full again: no more comes


def test_damage_keeps_what_an_asset_holds_until_it_is_repaired() -> None:
    town = {"nation": "west", "at": [54.0, 27.4], "value": 5, "holds": ["west.sam.1", "west-field"], "repair": "1000 s"}
    run = engine(assets={"west-town": town})
    state = run.world.state
    until(run, 10.0)
    state.assets["damage"][0] = 1.0
    away = [t.t_s for t in run.run(100.0) if state.launchers["alive"][0] == 0]
    assert away[0] == 10.0 and state.airfields["open"].tolist() == [1, 0]
    state.assets["damage"][0] = 2.0
    away += [t.t_s for t in run.run(500.0) if state.launchers["alive"][0] == 0]
    assert away[-1] == 10.0 + 1000.0 * 2.0 / 5.0 - 1.0  # each fifth of its value takes a fifth of the time
    assert state.airfields["open"].tolist() == [1, 1]


def test_an_alert_state_holds_from_its_phase_on() -> None:
    run = engine(**planes(readiness=["900 s"], alert={"threat": ["300 s", "60 s"]}))
    until(run, 10.0)
    run.readiness.phase(run.world, "threat", run.t_s)
    order(run, 0)
    order(run, 1)
    assert run.world.state.aircraft["t_ready_s"].tolist() == [910.0, 910.0]  # the time to get there is not given away
    later = engine(**planes(readiness=["900 s"], alert={"threat": ["300 s", "60 s"]}))
    later.readiness.phase(later.world, "threat", 0.0)
    until(later, 1_000.0)
    order(later, 0)
    order(later, 1)
    assert later.world.state.aircraft["t_ready_s"].tolist() == [1_300.0, 1_060.0]


def test_failures_by_name_do_not_change_with_other_units() -> None:
    more = {"failures": {"every": "100 s", "repair": "50 s"}}
    alone = [int(r.world.state.launchers["alive"][0]) for r in [engine(**battery(**more))] for _ in r.run(200.0)]
    units = {**battery(**more)["units"], "west.a": {**SAM, **more}}
    beside = engine(units=units)
    row = beside.world.model.names.launchers.index("west.sam.1.a")
    assert alone == [int(beside.world.state.launchers["alive"][row]) for _ in beside.run(200.0)]
    assert 0 < sum(alone) < 200


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (battery(arrives="2 h", retires="1 h"), "retires later"),
        (battery(mobilisation={"takes": "1 h", "phase": "wra"}), "unknown phase 'wra'"),
        (battery(arrives="soon"), "soon"),
        (planes(alert={"thraet": ["1 min"]}), "unknown phase 'thraet'"),
        (moving({"depart": "2 h", "to": HERE}, {"depart": "1 h", "to": THERE}), "later move"),
        ({"assets": {"west-town": {"nation": "west", "at": [54.0, 27.4], "holds": ["west.sma.1"]}}}, "west.sma.1"),
    ],
)
def test_nonsense_is_refused_where_it_stands(more: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioErrors) as refused:
        scene(**more)
    assert said in str(refused.value) and refused.value.errors[0].line > 0


def test_a_raid_puts_out_what_its_target_holds() -> None:
    town = {"nation": "west", "at": [54.0, 27.4], "value": 5, "holds": ["west.sam.1"], "repair": "1000 s"}
    end = (54.0, 27.6)
    run = engine(assets={"west-town": town}, raid=[raiders(start=(54.0, 27.8), end=end)],
                 units={"west.sam.1": {**SAM, "shots": 0}})  # fmt: skip
    until(run, 200.0)
    assert run.world.state.assets["damage"][0] > 0.0
    assert run.world.state.launchers["alive"][0] == 0
