"""Refusals counted by what stood against them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from worlds import Scene

from jointsky.measures.authority import Authority
from jointsky.vocab.codes import Act
from jointsky.vocab.messages import Decision, Decisions
from jointsky.world.tick import Tick

WORLD = Scene().world()
NOTES = st.lists(st.tuples(st.booleans(), st.lists(st.sampled_from(["C1", "C2", "area.a.cp", "none"]), max_size=3)))


def note(allowed: bool, against: list[str]) -> Decision:
    return Decision(1.0, "a.cp", Act.ENGAGE, "u", 1, allowed, "war", (), "why", against=tuple(against))


@given(NOTES)
def test_every_refusal_counts_once_for_each_that_stood_against_it(told: list[tuple[bool, list[str]]]) -> None:
    measure = Authority()
    for number, (allowed, against) in enumerate(told):
        sent = {"a.cp": [Decisions("a.cp", (note(allowed, against),))]}
        measure.on_tick(WORLD, Tick(number, float(number), sent=sent))  # type: ignore[arg-type]
    refused = [set(against) for allowed, against in told if not allowed]
    found = measure.result(WORLD)
    assert found.pop("refused") == len(refused)
    assert found == {f"refused.{name}": sum(name in ids for ids in refused) for name in set().union(*refused)}


def test_a_run_without_decisions_refused_nothing() -> None:
    measure = Authority()
    measure.on_tick(WORLD, Tick(0, 0.0))
    assert measure.result(WORLD) == {"refused": 0.0}
