"""Plans in the after-action report: who ordered what together, how good it was, and which logs tell nothing of it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from unit.report.reading import assert_self_contained
from unit.report.scene import GRANTED, load_reference, record_run

from jointsky.report.run_decisions import decisions_part, gap, plans_of
from jointsky.report.run_facts import read_run
from jointsky.report.run_page import run_html
from jointsky.vocab.codes import Act
from jointsky.vocab.messages import Decision

NOTE = Decision(10.0, "west.cp", Act.ENGAGE, "west.sam.1", 5, True, "war", ("C3",), "soon", 11, rank=1, value=4.0,
                bound=3.0)  # fmt: skip


def run(*notes: Decision) -> Any:
    """A run of which only the decisions are asked for."""
    return SimpleNamespace(recording=SimpleNamespace(decisions=lambda: list(notes)))


def test_orders_of_one_post_and_moment_are_one_plan() -> None:
    together = replace(NOTE, order_id=12, rank=2)
    later, other = replace(NOTE, t_s=20.0), replace(NOTE, post="east.cp")
    found = plans_of(run(later, NOTE, other, together))
    assert found == [[other], [NOTE, together], [later]]


def test_what_was_refused_or_ordered_by_a_person_is_in_no_plan() -> None:
    assert plans_of(run(replace(NOTE, allowed=False), replace(NOTE, rank=0, ref=3))) == []
    (told,) = decisions_part(run())
    assert "no plan" in told


def test_the_gap_is_a_part_of_the_value() -> None:
    assert gap(NOTE) == 0.25 and math.isnan(gap(replace(NOTE, bound=math.nan)))
    assert gap(replace(NOTE, value=0.0, bound=0.0)) == 0.0


@pytest.mark.parametrize("count", [1, 900])
def test_long_lists_are_cut_and_counted(count: int) -> None:
    text = "".join(decisions_part(run(*(replace(NOTE, t_s=float(k)) for k in range(count)))))
    assert ("further orders are in the log" in text) == (count > 400)


def test_the_page_of_a_run_tells_threat_plan_value_bound_and_gap(tmp_path: Path) -> None:
    page = assert_self_contained(run_html(read_run(record_run(tmp_path / "run", load_reference()))))
    assert page.sources["log: DECISIONS of west.cp, allowed and ranked"].startswith("1")
    for word in ("Threats and plans", "4.000", "3.900", "2.50", GRANTED):
        assert word in page.text
