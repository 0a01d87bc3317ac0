"""What people order: the same authority as the post's own decisions, carried out or refused with clause and reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from jointsky.engine.assemble import assemble
from jointsky.engine.plan import Engine
from jointsky.engine.run import simulate
from jointsky.scenario.load import load
from jointsky.vocab.codes import Act, Flight, Identity, Shooter, Weapons
from jointsky.vocab.messages import Decision, Decisions, OperatorOrder, Orders
from jointsky.vocab.records import ORDER, Rows, empty

SCENARIO = Path(__file__).parents[3] / "scenarios" / "union-5-10.yaml"


def engine_at(agreement: str, t_s: float) -> Engine:
    """The reference hour run to `t_s`."""
    engine = assemble(load(SCENARIO, agreement=agreement), 1)
    for _ in engine.run(t_s):
        pass
    return engine


@cache
def first_hostile_s(agreement: str, post: str) -> float:
    """When a post first holds a hostile track, a little later."""
    engine = assemble(load(SCENARIO, agreement=agreement), 1)
    for tick in engine.run(3600.0):
        if (engine.posts[post].picture_rows["identity"] == Identity.HOSTILE).any():
            return tick.t_s + 1.0
    raise AssertionError("nothing hostile in the reference hour")


def track_of(engine: Engine, post: str, identity: Identity) -> int:
    rows = engine.posts[post].picture_rows
    return int(rows["track_id"][rows["identity"] == identity][0])


def order(post: str, act: Act, shooter: Shooter, row: int, track: int, **more: int) -> OperatorOrder:
    return OperatorOrder(post, int(act), int(shooter), row, track, ref=7, **more)


def give(engine: Engine, *orders: OperatorOrder) -> tuple[list[Decision], Rows]:
    """Give orders in the next tick: the decisions that answer them, and the ORDER rows sent in that tick."""
    engine.inputs[engine.world.state.tick] = list(orders)
    tick = engine.step()
    sent = [m for messages in tick.sent.values() for m in messages]
    notes = [note for m in sent if isinstance(m, Decisions) for note in m.notes if note.ref == 7]
    rows = [m.rows for m in sent if isinstance(m, Orders)]
    return notes, np.concatenate(rows) if rows else empty(ORDER)


def row_of(engine: Engine, kind: str, name: str) -> int:
    return getattr(engine.world.model.names, kind).index(name)


def fighter(engine: Engine, unit: str) -> int:
    """A fighter of a unit that stands ready on the ground."""
    aircraft = engine.world.state.aircraft
    number = engine.world.model.names.units.index(unit)
    return int(np.flatnonzero((aircraft["unit"] == number) & (aircraft["state"] == Flight.PARKED))[0])


def states(engine: Engine, rows: Sequence[int]) -> list[int]:
    return [int(engine.world.state.aircraft["state"][row]) for row in rows]


def test_a_scramble_is_ordered_and_flown() -> None:
    engine = engine_at("none", 30.0)
    row, track = fighter(engine, "west.qra"), int(engine.posts["west.cp"].picture_rows["track_id"][0])
    notes, rows = give(engine, order("west.cp", Act.SCRAMBLE, Shooter.FIGHTER, row, track))
    assert [note.allowed for note in notes] == [True] and notes[0].clauses == ("national",)
    assert notes[0].order_id == rows["order_id"][0] and notes[0].unit == "west.qra"
    for _ in engine.run(engine.t_s + 20.0):
        pass
    assert states(engine, [row])[0] in (Flight.STARTING, Flight.ORDERED)


def test_a_person_scrambles_towards_a_neutral_track_and_nobody_shoots() -> None:
    engine = engine_at("none", 60.0)
    row, track = fighter(engine, "west.qra"), track_of(engine, "west.cp", Identity.NEUTRAL)
    give(engine, order("west.cp", Act.SCRAMBLE, Shooter.FIGHTER, row, track))
    acts: set[int] = set()
    for tick in engine.run(engine.t_s + 60.0):
        acts |= {int(o["act"]) for o in tick.orders if o["row"] == row and o["shooter"] == Shooter.FIGHTER}
    assert acts == {Act.SCRAMBLE}


def test_another_nations_unit_is_refused_without_a_clause() -> None:
    engine = engine_at("none", 30.0)
    row, track = fighter(engine, "east.qra"), int(engine.posts["west.cp"].picture_rows["track_id"][0])
    notes, rows = give(engine, order("west.cp", Act.SCRAMBLE, Shooter.FIGHTER, row, track))
    assert [note.allowed for note in notes] == [False]
    assert "no clause in force grants" in notes[0].reason and not (rows["row"] == row).any()
    assert engine.posts["west.cp"].pending == []


def test_the_common_commander_may_by_its_clause_and_a_neighbour_may_not() -> None:
    engine = engine_at("joint-2009", 30.0)
    row, track = fighter(engine, "east.qra"), int(engine.posts["joint.cp"].picture_rows["track_id"][0])
    notes, _ = give(engine, order("west.cp", Act.SCRAMBLE, Shooter.FIGHTER, row, track))
    assert not notes[0].allowed and "C1 holds only in phase peace" in notes[0].reason
    notes, _ = give(engine, order("joint.cp", Act.SCRAMBLE, Shooter.FIGHTER, row, track))
    assert notes[0].allowed and notes[0].clauses == ("C3",)


def test_rules_of_engagement_bind_a_person_too() -> None:
    engine = engine_at("none", 60.0)
    track = track_of(engine, "west.cp", Identity.NEUTRAL)
    launcher = row_of(engine, "launchers", "west.sam.1.a")
    notes, _ = give(engine, order("west.cp", Act.ENGAGE, Shooter.LAUNCHER, launcher, track))
    assert not notes[0].allowed
    assert "hostile targets only" in notes[0].reason and "is neutral" in notes[0].reason


def test_engage_then_cease_and_the_policy_leaves_it_so() -> None:
    engine = engine_at("none", first_hostile_s("none", "west.cp"))
    post, track = engine.posts["west.cp"], track_of(engine, "west.cp", Identity.HOSTILE)
    launcher = row_of(engine, "launchers", "west.sam.1.a")
    asset = (int(Shooter.LAUNCHER), launcher)
    notes, rows = give(engine, order("west.cp", Act.ENGAGE, Shooter.LAUNCHER, launcher, track, shots=2))
    assert notes[0].allowed and rows["shots"][rows["order_id"] == notes[0].order_id][0] == 2
    assert post.planner is not None and post.planner.ledger.of(asset, track)
    again, _ = give(engine, order("west.cp", Act.ENGAGE, Shooter.LAUNCHER, launcher, track))
    assert not again[0].allowed and "already" in again[0].reason
    ceased, rows = give(engine, order("west.cp", Act.CEASE, Shooter.LAUNCHER, launcher, track))
    assert ceased[0].allowed and (rows["act"] == Act.CEASE).any()
    for _ in engine.run(engine.t_s + 60.0):
        assert not post.planner.ledger.of(asset, track)


def test_on_hold_the_policy_leaves_a_launcher_alone() -> None:
    engine = engine_at("none", 30.0)
    launchers = [i for i, name in enumerate(engine.world.model.names.launchers) if name.startswith("west.")]
    wishes = [order("west.cp", Act.WEAPONS_STATUS, Shooter.LAUNCHER, i, 0, weapons=Weapons.HOLD) for i in launchers]
    notes, _ = give(engine, *wishes)
    assert [note.allowed for note in notes] == [True] * len(launchers)
    used: set[int] = set()
    for tick in engine.run(1500.0):
        used |= {int(o["row"]) for o in tick.orders if o["shooter"] == Shooter.LAUNCHER and o["act"] == Act.ENGAGE}
    assert engine.world.state.launchers["weapons"][launchers].tolist() == [Weapons.HOLD] * len(launchers)
    assert used and not used & set(launchers)


@pytest.mark.parametrize(
    ("act", "shooter", "row", "track", "words"),
    [
        (Act.ENGAGE, Shooter.LAUNCHER, 0, 999_999, "not in the picture"),
        (Act.ENGAGE, Shooter.LAUNCHER, 9_999, 1, "no such launcher"),
        (Act.POSITION, Shooter.LAUNCHER, 0, 1, "none that a person may order"),
        (77, Shooter.LAUNCHER, 0, 1, "none that a person may order"),
        (Act.CEASE, Shooter.LAUNCHER, 14, 0, "no order under way"),
        (Act.RECOVER, Shooter.LAUNCHER, 14, 0, "does not fly"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(act: int, shooter: int, row: int, track: int, words: str) -> None:
    engine = engine_at("none", 12.0)
    before = engine.posts["west.cp"].planner
    notes, rows = give(engine, OperatorOrder("west.cp", int(act), int(shooter), row, track, ref=7))
    assert [note.allowed for note in notes] == [False] and words in notes[0].reason
    assert len(rows) == 0 and before is not None and not before.ledger.open and not before.weapons


def test_a_post_that_does_not_exist_in_the_phase_orders_nothing() -> None:
    engine = assemble(load(SCENARIO, agreement="joint-2009", overrides={"phase": "peace"}), 1)
    engine.step()
    notes, _ = give(engine, order("joint.cp", Act.SCRAMBLE, Shooter.FIGHTER, fighter(engine, "west.qra"), 1))
    assert not notes[0].allowed and "does not exist in phase peace" in notes[0].reason


def test_asking_changes_nothing() -> None:
    engine = engine_at("none", 30.0)
    post, row = engine.posts["west.cp"], fighter(engine, "west.qra")
    track = int(post.picture_rows["track_id"][0])
    assert post.judge(order("west.cp", Act.SCRAMBLE, Shooter.FIGHTER, row, track), engine.t_s).yes
    assert post.planner is not None and not post.planner.ledger.open and post.planner.orders_given == 0


def test_the_same_inputs_give_the_same_digest_and_others_another() -> None:
    engine = engine_at("none", 30.0)
    wish = order("west.cp", Act.SCRAMBLE, Shooter.FIGHTER, fighter(engine, "west.qra"), 1)
    scenario = load(SCENARIO, agreement="none")
    digests = [simulate(scenario, 1, until_s=90.0, inputs=given).digest for given in ({40: [wish]}, {40: [wish]}, {})]
    assert digests[0] == digests[1] != digests[2]
