"""Steps, main effects and Shapley values against their definitions and on games whose answer is known."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointsky.errors import StudyError
from jointsky.study.design import Design
from jointsky.study.effects import effects_of, main_effect, shapley, steps_of

NAMES = ("p", "q", "r")
PLAN = {"agreement": "full", "factors": {"p": ["P*"], "q": ["Q1", "Q2"], "r": "R"}}
SUBSETS = [frozenset(n for i, n in enumerate(NAMES) if k >> i & 1) for k in range(8)]
WORTH = st.lists(st.floats(-1e3, 1e3), min_size=8, max_size=8).map(
    lambda values: {on: np.array([value]) for on, value in zip(SUBSETS, values, strict=True)}
)


def rows_of(design: Design, worth: Any) -> list[dict[str, Any]]:
    plan = design.factorial
    assert plan is not None
    return [
        {"arm": plan.name_of(on), "replication": i, "stopped_share": worth(on, i)}
        for on in plan.combinations()
        for i in range(design.replications)
    ]


@given(WORTH)
def test_shapley_is_the_mean_over_all_orders(worth: dict[frozenset[str], Any]) -> None:
    found = shapley(NAMES, worth)
    for name in NAMES:
        added = []
        for order in permutations(NAMES):
            before = frozenset(order[: order.index(name)])
            added.append(float(worth[before | {name}][0] - worth[before][0]))
        assert float(found[name][0]) == pytest.approx(sum(added) / 6, abs=1e-9)
    total = float(worth[frozenset(NAMES)][0] - worth[frozenset()][0])
    assert sum(float(values[0]) for values in found.values()) == pytest.approx(total, abs=1e-9)


@given(WORTH)
def test_a_factor_that_never_adds_has_no_share_and_equals_share_alike(worth: dict[frozenset[str], Any]) -> None:
    idle = {on: worth[on - {"r"}] for on in SUBSETS}
    assert float(shapley(NAMES, idle)["r"][0]) == 0.0 and float(main_effect("r", idle)[0]) == 0.0
    swap = {"p": "q", "q": "p", "r": "r"}
    even = {on: worth[on] + worth[frozenset(swap[n] for n in on)] for on in SUBSETS}
    shares = shapley(NAMES, even)
    assert float(shares["p"][0]) == pytest.approx(float(shares["q"][0]), abs=1e-9)


def test_without_interaction_shapley_and_main_effect_are_the_effect_itself() -> None:
    effect = {"p": 0.5, "q": -0.25, "r": 2.0}
    worth = {on: np.array([1.0 + sum(effect[n] for n in on)]) for on in SUBSETS}
    for name, value in effect.items():
        assert float(shapley(NAMES, worth)[name][0]) == pytest.approx(value)
        assert float(main_effect(name, worth)[0]) == pytest.approx(value)


def test_a_factorial_is_written_out_and_told_in_the_summary() -> None:
    design = Design.model_validate({"study": "s", "scenario": "x", "factorial": PLAN, "replications": 4})
    assert list(design.arms) == ["nothing", "r", "q", "q.r", "p", "p.r", "p.q", "p.q.r"]
    assert design.arms["p.q"].keep == ("P*", "Q1", "Q2") and design.arms["nothing"].keep == ()
    worth = lambda on, i: 0.1 * len(on) + (0.05 if {"p", "q"} <= on else 0.0) + 0.01 * i * ("r" in on)  # noqa: E731
    found = effects_of(design, rows_of(design, worth))["factorial"]
    assert found["total"]["mean"] == pytest.approx(0.35 + 0.015) and found["total"]["n"] == 4
    assert sum(part["mean"] for part in found["shapley"].values()) == pytest.approx(found["total"]["mean"], abs=1e-9)
    assert found["sum_of_shapley"] == pytest.approx(found["total"]["mean"], abs=1e-9) and found["off_by"] <= 1e-9
    assert found["shapley"]["p"]["mean"] == pytest.approx(0.125) and found["main"]["p"]["mean"] == pytest.approx(0.125)


def test_a_replication_that_lacks_an_arm_is_left_out_of_all_shares() -> None:
    design = Design.model_validate({"study": "s", "scenario": "x", "factorial": PLAN, "replications": 3})
    rows = rows_of(design, lambda on, i: float(len(on) + i))
    rows = [row | {"stopped_share": None} if row["arm"] == "p.q" and row["replication"] == 1 else row for row in rows]
    found = effects_of(design, rows)["factorial"]
    assert {part["n"] for part in (*found["shapley"].values(), found["total"])} == {2}


def test_half_a_factorial_tells_main_effects_and_no_shares() -> None:
    design = Design.model_validate({"study": "s", "scenario": "x", "factorial": PLAN | {"full": "half"}})
    assert list(design.arms) == ["r", "q", "p", "p.q.r"]
    found = effects_of(design, rows_of(design, lambda on, i: 2.0 * ("p" in on) - ("q" in on)))["factorial"]
    assert found["main"]["p"]["mean"] == pytest.approx(2.0) and found["main"]["q"]["mean"] == pytest.approx(-1.0)
    assert found["main"]["r"]["mean"] == pytest.approx(0.0) and "shapley" not in found


def test_a_factor_may_be_a_level() -> None:
    plan = {"agreement": "full", "always": ["A"], "factors": {"p": {"of": ["P*"], "low": "50 %"}, "q": ["Q"]}}
    design = Design.model_validate({"study": "s", "scenario": "x", "factorial": plan})
    assert design.arms["nothing"].keep == ("A", "P*") and design.arms["nothing"].level == {"P*": 0.5}
    assert design.arms["p"].keep == ("A", "P*") and design.arms["p"].level == {}


STAIRS = {"agreement": "full", "first": "two separate", "steps": {"by telephone": ["T*"], "tracks": ["W1", "E1"]}}


def test_a_staircase_grows_and_tells_what_each_step_adds() -> None:
    design = Design.model_validate({"study": "s", "scenario": "x", "staircase": STAIRS, "replications": 3})
    assert list(design.arms) == ["two-separate", "by-telephone", "tracks"]
    assert [arm.keep for arm in design.arms.values()] == [(), ("T*",), ("T*", "W1", "E1")]
    assert [arm.label for arm in design.arms.values()] == ["two separate", "by telephone", "tracks"]
    worth = {"two-separate": 0.1, "by-telephone": 0.1, "tracks": 0.4}
    rows = [
        {"arm": arm, "replication": i, "stopped_share": value + 0.01 * i + 0.001 * i * (arm == "tracks")}
        for arm, value in worth.items()
        for i in range(3)
    ]
    steps = steps_of(design, rows)["staircase"]["steps"]
    assert [step["arm"] for step in steps] == ["by-telephone", "tracks"]
    assert steps[0]["adds"]["mean"] == pytest.approx(0.0) and steps[0]["adds"]["includes_zero"]
    assert (steps[0]["adds"]["differ"], steps[1]["adds"]["differ"]) == (0, 3)
    assert steps[1]["adds"]["mean"] == pytest.approx(0.301) and not steps[1]["adds"]["includes_zero"]
    assert sum(step["adds"]["mean"] for step in steps) == pytest.approx(steps[-1]["in_all"]["mean"], abs=1e-12)


def test_a_plain_study_tells_neither() -> None:
    design = Design.model_validate({"study": "s", "scenario": "x", "arms": {"a": "none"}})
    assert steps_of(design, []) == {} == effects_of(design, [])


def test_rows_that_do_not_fit_their_shares_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    design = Design.model_validate({"study": "s", "scenario": "x", "factorial": PLAN, "replications": 2})
    monkeypatch.setattr("jointsky.study.effects.shapley", lambda names, worth: {n: np.ones(2) for n in names})
    with pytest.raises(StudyError, match="miss the total gain"):
        effects_of(design, rows_of(design, lambda on, i: 0.0))
