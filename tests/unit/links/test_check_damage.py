"""Faults that may only follow from what could not be read are kept back; all others are told."""

from __future__ import annotations

import pytest

from jointsky.links.check_context import Fault, Path
from jointsky.links.check_damage import undamaged

CLAUSE: Path = ("agreements", 0, "clauses", 1)
LATER: Path = ("agreements", 1, "clauses", 0)


@pytest.mark.parametrize(
    ("fault", "damaged", "told"),
    [
        (Fault((*CLAUSE, "to"), "x"), (*CLAUSE, "to"), False),
        (Fault(CLAUSE, "expected units"), (*CLAUSE, "unts"), False),
        (Fault((*CLAUSE, "from"), "x"), (*CLAUSE, "to"), True),
        (Fault((*CLAUSE, "to"), "x"), (*CLAUSE[:3], 2), True),
        (Fault((*CLAUSE, "to"), "x"), ("agreements", 0, "parties", 0), False),
        (Fault((*LATER, "to"), "x"), ("agreements", 0, "parties", 0), True),
        (Fault((*LATER, "to"), "x"), ("agreements", 0), False),
        (Fault((*LATER, "phases", 0), "nobody can declare phase war"), ("agreements", 0, "activates", "war"), False),
        (Fault((*LATER, "phases", 0), "nobody can declare phase war"), ("agreements", 0, "activates", "threat"), True),
        (Fault((*LATER, "phases", 0), "nobody can declare phase war"), ("agreements", 0, "activates"), False),
        (Fault(("agreements", 0, "on_link_loss", "link"), "not used"), CLAUSE, False),
        (Fault((*CLAUSE, "over"), "found unknown link wire"), ("links", "wire", "delay"), False),
        (Fault((*CLAUSE, "over"), "found unknown link wires"), ("links", "wire", "delay"), True),
        (Fault((*CLAUSE, "units", 0), "found unknown unit *.qra"), ("units", "west.qra"), False),
        (Fault((*CLAUSE, "units", 0), "found unknown unit *.sam"), ("units", "west.qra"), True),
        (Fault((*CLAUSE, "to"), "x"), ("phases",), False),
        (Fault((*CLAUSE, "to"), "x"), ("post",), False),
        (Fault((*CLAUSE, "to"), "x"), ("titel",), True),
        (Fault((*CLAUSE, "to"), "x"), (), False),
    ],
)
def test_one_damage_one_fault(fault: Fault, damaged: Path, told: bool) -> None:
    assert undamaged([fault], [damaged]) == ([fault] if told else [])


def test_places_are_compared_by_the_numbers_before_anything_was_taken_out() -> None:
    fault = Fault((*CLAUSE, "to"), "x")
    assert undamaged([fault], [CLAUSE], lambda path: (*path[:3], 2, *path[4:])) == [fault]
    assert undamaged([fault], [(*CLAUSE[:3], 2)], lambda path: (*path[:3], 2, *path[4:])) == []
