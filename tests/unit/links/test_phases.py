"""Phases change only by those who may declare them, and not before it takes."""

from __future__ import annotations

from typing import Any

import pytest
import treaties

from jointsky.errors import AuthorityError
from jointsky.links.phases import Phases
from jointsky.scenario.raid import Declaration
from jointsky.vocab.messages import Phase


def phases(start: str = "peace", *plans: dict[str, Any], everyone: bool = True) -> Phases:
    text = treaties.read("joint-2009")
    for way in text["agreements"][1]["activates"].values():
        way["all"] = everyone
    return Phases(treaties.compiled(text), start, [Declaration.model_validate(plan) for plan in plans])


def test_both_must_declare_and_the_time_runs_from_the_last() -> None:
    state = phases()
    assert state.declare("west.president", "threat", 100.0) is None
    assert state.due(9000.0) == []
    assert state.declare("east.president", "threat", 500.0) == 500.0 + 7200.0
    assert state.due(7699.0) == []
    assert state.due(7700.0) == [Phase("threat", 7700.0)]
    assert state.current == "threat" and state.due(9000.0) == []


def test_any_one_where_not_all_are_needed() -> None:
    state = phases(everyone=False)
    assert state.declare("east.president", "war", 10.0) == 1810.0
    assert state.due(1810.0) == [Phase("war", 1810.0)]


@pytest.mark.parametrize(
    ("by", "phase"), [("west.cp", "threat"), ("west.minister", "war"), ("west.president", "peace")]
)
def test_nobody_else_and_nothing_else(by: str, phase: str) -> None:
    state = phases()
    with pytest.raises(AuthorityError):
        state.declare(by, phase, 1.0)
    assert state.due(1e6) == [] and state.current == "peace"


def test_declaring_twice_changes_nothing() -> None:
    state = phases()
    state.declare("west.president", "war", 0.0)
    assert state.declare("west.president", "war", 900.0) is None
    assert state.declare("east.president", "war", 100.0) == 1900.0
    assert state.declare("east.president", "war", 1000.0) == 1900.0
    assert [entry.by for entry in state.log] == ["west.president", "west.president", "east.president", "east.president"]
    assert state.due(2000.0) == [Phase("war", 2000.0)] and state.log[-1].t_s == 1900.0


def test_planned_declarations_wait_for_their_moment() -> None:
    people = ["west.president", "east.president"]
    state = phases("peace", {"phase": "war", "by": people, "when": "alert", "after": "60 s"})
    assert state.due(50.0) == []
    state.alerted("west.cp", 100.0)
    state.alerted("west.cp", 300.0)
    assert state.due(200.0) == [] and [entry.t_s for entry in state.log] == [200.0]
    state.alerted("east.cp", 240.0)
    assert state.due(299.0) == [] and len(state.log) == 1
    assert state.due(300.0) == [] and len(state.log) == 2
    assert state.due(2100.0) == [Phase("war", 2100.0)]


def test_a_plan_that_nobody_may_carry_out_is_only_logged() -> None:
    arr = treaties.compiled(treaties.read("none"))
    plan = Declaration.model_validate({"phase": "war", "by": ["west.president"], "when": {"at": "10 s"}})
    state = Phases(arr, "peace", [plan])
    assert state.due(1e5) == [] and state.current == "peace"
    assert "refused" in state.log[0].note
