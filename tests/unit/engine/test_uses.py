"""Airfields and missiles of others: used by a clause that holds, up to its limits, and logged; else not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from effects_scene import LBAND, Watched, raiders, scene

from jointsky.engine.assemble import assemble
from jointsky.engine.plan import Engine
from jointsky.engine.uses import ROAD_MPS
from jointsky.geo.frames import geodetic2ecef
from jointsky.record.digest import Digest
from jointsky.record.kinds import Recipe
from jointsky.record.recorder import Recorder
from jointsky.report.audit import audit
from jointsky.vocab.codes import Act, Flight, Shooter
from jointsky.vocab.messages import Event

FIELDS = {"id": "A1", "use": "airfields", "from": "east", "to": "west"}
BOTH = {"id": "A2", "use": ["airfields", "munitions"], "from": "east", "to": "west", "limits": {"munitions": 3}}
HOME_CLOSE_S, HOUR_S = 1_190.0, 7_000.0
"""Fuel with which a fighter over the east must turn home about now; plenty."""


class Over:
    """A run in which both fighters of the west are in the air over the east, 20 km from its field, 110 km from home."""

    def __init__(self, *clauses: dict[str, Any], fuel_s: float = HOME_CLOSE_S, missiles: int = 4,
                 until_s: float = 1_500.0, state: Flight = Flight.ORDERED, **more: Any) -> None:  # fmt: skip
        self.engine: Engine = assemble(scene(*clauses, **more), 1)
        self.digest = Digest()
        self.engine.observers = [self.digest]
        self.planes = self.engine.world.state.aircraft[:2]
        for k, plane in enumerate(self.planes):
            plane["alive"], plane["state"], plane["order"] = 1, state, Act.POSITION
            plane["fuel_s"], plane["missiles"], plane["alt_m"] = fuel_s, missiles, 8_000.0
            plane["pos_ecef_m"] = geodetic2ecef(54.0 + 0.1 * k, 28.3, 8_000.0)
            plane["goal_ecef_m"], plane["vel_ecef_mps"] = plane["pos_ecef_m"], (0.0, 0.0, 250.0)
        self.engine.world.state.airfields["parked"][:] = 0
        self.events: list[Event] = []
        self.landed_s: list[float] = [np.inf, np.inf]
        self.left_s: list[float] = [np.inf, np.inf]
        for tick in self.engine.run(until_s):
            self.events += tick.events
            for k, plane in enumerate(self.planes):
                if plane["state"] != Flight.ORDERED and self.left_s[k] == np.inf:
                    self.left_s[k] = tick.t_s
                if plane["state"] == Flight.LANDED and self.landed_s[k] == np.inf:
                    self.landed_s[k] = float(plane["t_end_s"])

    @property
    def places(self) -> list[str]:
        """Where the two are based now."""
        return [self.engine.world.model.names.airfields[place] for place in self.planes["airfield"]]

    def told(self, what: str) -> list[Event]:
        return [event for event in self.events if event.what == what]


def test_a_fighter_stays_longer_and_lands_next_door_where_a_clause_lets_it() -> None:
    home, next_door = Over(), Over(FIELDS)
    assert home.places == ["west-field"] * 2 and not home.events
    assert next_door.places == ["east-field"] * 2
    assert min(next_door.left_s) - max(home.left_s) > 240.0, "it was on station for so much longer"
    assert max(home.landed_s) < 700.0 and max(next_door.landed_s) < 700.0
    used = next_door.told("used")
    assert [(event.name, event.by, event.to) for event in used] == [("A1", "east", "west.qra")] * 2
    assert "landed at east-field" in used[0].note and not next_door.told("barred")


def test_one_on_its_way_home_turns_to_the_nearer_field() -> None:
    home, next_door = (Over(*clauses, fuel_s=HOUR_S, state=Flight.RETURNING) for clauses in ((), (FIELDS,)))
    assert next_door.places == ["east-field"] * 2 and max(next_door.landed_s) < min(home.landed_s) - 200.0


def test_with_fuel_enough_nobody_goes_anywhere() -> None:
    run = Over(FIELDS, fuel_s=HOUR_S, until_s=300.0)
    assert run.places == ["west-field"] * 2 and not run.events


@pytest.mark.parametrize(("terms", "against"), [({"phases": ["peace"]}, "A1"), ({"until": "2020-01-01"}, None)])
def test_a_clause_that_does_not_hold_bars_it_and_is_named(terms: dict[str, Any], against: str | None) -> None:
    run, none = Over(FIELDS | terms), Over()
    assert run.places == ["west-field"] * 2 and run.digest.value() == none.digest.value()
    assert {event.name for event in run.told("barred")} == ({against} if against else set())
    assert len(run.told("barred")) == (2 if against else 0), "once each"


def test_a_limit_on_airfields_is_kept() -> None:
    none, one = (Over(FIELDS | {"limits": {"airfields": most}}) for most in (0, 1))
    assert none.places == ["west-field"] * 2 and "used up" in none.told("barred")[0].note
    assert one.places == ["east-field"] * 2, "both at the one field"
    second = {"second-field": {"nation": "east", "at": [54.1, 28.5], "elevation": "150 m", "parking": 1},
              "east-field": {"nation": "east", "at": [54.0, 28.6], "elevation": "150 m", "parking": 1}}  # fmt: skip
    two, less = Over(FIELDS, airfields=second), Over(FIELDS | {"limits": {"airfields": 1}}, airfields=second)
    assert sorted(two.places) == ["east-field", "second-field"], "each has room for one"
    assert sorted(less.places)[1] == "west-field" and {event.name for event in less.told("barred")} == {"A1"}


def test_consent_withdrawn_on_the_way_sends_it_home() -> None:
    terms = FIELDS | {"withdrawal": {"by": ["east.head"]}}
    people = [{"withdraw": "A1", "by": "east.head", "when": {"at": "20 s"}}]
    run = Over(terms, fuel_s=HOUR_S, state=Flight.RETURNING, declarations=people)
    near = Over(terms, fuel_s=HOUR_S, state=Flight.RETURNING)
    assert run.places == ["west-field"] * 2 and near.places == ["east-field"] * 2
    assert {event.name for event in run.told("barred")} == {"A1"} and not run.told("used")


def test_who_can_no_longer_reach_home_lands_in_distress_and_stays() -> None:
    terms = FIELDS | {"withdrawal": {"by": ["east.head"]}}
    people = [{"withdraw": "A1", "by": "east.head", "when": {"at": "900 s"}}]
    far = {"west-field": {"nation": "west", "at": [54.0, 24.9], "elevation": "150 m"}}
    run = Over(terms, fuel_s=1_600.0, declarations=people, airfields=far, until_s=3_000.0)
    assert run.places == ["east-field"] * 2 and set(run.planes["state"]) == {Flight.LANDED}
    assert np.isinf(run.planes["t_ready_s"]).all() and "in distress" in run.told("used")[0].note


def test_it_is_turned_round_with_the_missiles_it_brought_or_is_lent() -> None:
    bare, armed = (Over(clause, missiles=2, until_s=6_000.0) for clause in (FIELDS, BOTH))
    assert set(bare.planes["state"]) == {Flight.PARKED} == set(armed.planes["state"])
    assert bare.planes["missiles"].tolist() == [2, 2] and (bare.planes["fuel_s"] > HOUR_S).all()
    assert sorted(armed.planes["missiles"].tolist()) == [3, 4], "three are lent in all, by the clause"
    assert [(e.name, e.note.split()[0]) for e in armed.told("lent")] == [("A2", "2"), ("A2", "1")]
    assert {event.name for event in bare.told("barred")} == {"none"} and not armed.told("barred")


def test_without_missiles_it_flies_home_unless_it_is_armed_there() -> None:
    bare, armed = (Over(clause, missiles=0, fuel_s=HOUR_S, state=Flight.RETURNING) for clause in (FIELDS, BOTH))
    assert bare.places == ["west-field"] * 2 and armed.places == ["east-field"] * 2


EMPTY = {"west.sam.1": {"kind": "sam", "batteries": [
    {"id": "a", "type": "sam_long", "at": [54.0, 27.9], "shots": 4, "reloads": 0}]},
    "east.sam.1": {"kind": "sam", "batteries": [
        {"id": "a", "type": "sam_long", "at": [54.0, 28.05], "shots": 4, "reloads": 10}]}}  # fmt: skip


def fought(*clauses: dict[str, Any], until_s: float = 4_000.0) -> Watched:
    """The western battery has fired all but one of its missiles; the eastern one, ten kilometres away, has ten."""
    run = Watched(scene(*clauses, units=EMPTY, duration="5000 s"), until_s=0.5)
    state = run.engine.world.state
    west = [name.startswith("west") for name in run.engine.world.model.names.launchers]
    state.launchers["ready"][west] = 0
    for _ in run.engine.run(until_s):
        pass
    return run


def of(run: Watched, side: str) -> np.void:
    names = run.engine.world.model.names.launchers
    return run.engine.world.state.launchers[names.index(f"{side}.sam.1.a")]


def test_an_empty_battery_is_reloaded_from_next_door() -> None:
    without, with_clause = fought(), fought(BOTH | {"limits": {"munitions": "30 %"}})
    assert of(without, "west")["ready"] + of(without, "west")["stock"] == 0 and of(without, "east")["stock"] == 10
    assert of(with_clause, "west")["ready"] == 4 and of(with_clause, "east")["stock"] == 6
    (lent,) = with_clause.told("lent")
    assert (lent.name, lent.by, lent.to) == ("A2", "east", "west.sam.1.a")
    assert lent.note.startswith("4 missiles of east.sam.1.a, there at ")
    assert float(lent.note.split()[-2]) == pytest.approx(10_000.0 / ROAD_MPS, rel=0.1)
    total = sum(
        of(run, side)[name].astype(int)
        for run in (with_clause,)
        for side in ("west", "east")
        for name in ("ready", "stock")
    )
    assert total == 14, "nothing is made of nothing"


def test_the_limit_and_the_clause_stop_it() -> None:
    few, out = fought(BOTH | {"limits": {"munitions": 3}}), fought(BOTH | {"phases": ["peace"]})
    assert of(few, "west")["ready"] == 3 and of(few, "east")["stock"] == 7
    assert of(out, "west")["ready"] == 0 and [event.name for event in out.told("barred")] == ["A2"]
    again = fought(BOTH | {"limits": {"munitions": 3}})
    of(again, "west")["ready"] = 0
    for _ in again.engine.run(4_600.0):
        pass
    assert of(again, "west")["ready"] == 0 and "used up" in again.told("barred")[-1].note


def test_lent_missiles_are_fired_and_the_audit_counts_them(tmp_path: Path) -> None:
    """One missile of its own against two raids half an hour apart: the second is met with what the neighbour lent."""
    medium = {"type": "sam_medium", "shots": 1}
    units = {
        "west.radar.1": {"kind": "radar", "radars": [{"id": "a", "type": LBAND, "at": [53.9, 27.4]}]},
        "west.sam.1": {"kind": "sam", "batteries": [{"id": "a", "at": [54.0, 27.5], "reloads": 0, **medium}]},
        "east.sam.1": {"kind": "sam", "batteries": [{"id": "a", "at": [54.0, 27.65], "reloads": 10, **medium}]},
    }
    raids = [raiders(2, start=(54.4, 28.2), id=f"raid-{k}", depart=f"{1 + 3000 * k} s") for k in range(2)]
    lent = BOTH | {"limits": {"munitions": 1}}
    whats = [scene(*clauses, units=units, raid=raids, duration="3400 s") for clauses in ((), (lent,))]
    audits, shots = [], []
    for k, what in enumerate(whats):
        (tmp_path / str(k)).mkdir()
        engine = assemble(what, 1)
        with Recorder(tmp_path / str(k) / "run.log", Recipe.of(what, 1, None, "test")) as recorder:
            engine.observers = [recorder]
            for _ in engine.run(what.duration or 0.0):
                pass
            recorder.finish()
        audits.append(audit(tmp_path / str(k) / "run.log"))
        used = engine.world.state.engagements[: engine.world.state.engagements_used]
        west = (used["shooter"] == Shooter.LAUNCHER) & np.isfinite(used["t_launch_s"])
        shots.append(int(used["shots"][west].sum()))
    assert shots == [1, 2]
    assert [str(found) for report in audits for found in report.violations] == []
