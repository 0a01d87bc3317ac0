"""What a study's page says about clauses: steps, shares, delays and refusals, each as the summary has it."""

from __future__ import annotations

from typing import Any

import pytest
from unit.report.reading import assert_self_contained
from unit.report.scene import make_result

from jointsky.report.gains import facts_of
from jointsky.report.study_page import MANY, staircase_svg, study_html
from jointsky.report.words import wording
from jointsky.study.design import Design
from jointsky.study.effects import effects_of, steps_of
from jointsky.study.run import Result
from jointsky.study.summary import counted, summarise

STEPS = {f"step <{i}>": f"T{i}" for i in range(1, 9)}
STAIRS = {"staircase": {"agreement": "full", "first": "two separate defences", "steps": STEPS}}
SHARES = {"factorial": {"agreement": "full", "factors": {"p": "P*", "q": ["Q1", "Q2"], "r": "R"}}}


def result_of(ladder: dict[str, Any], **more: Any) -> Result:
    """A study whose later arms stop more, but for step 3, which adds nothing; two arms refuse."""
    content = {"study": "s", "scenario": "x.yaml", "replications": 5, "band": ["15 %", "20 %"], **ladder, **more}
    design = Design.model_validate(content)
    rows: list[dict[str, Any]] = []
    for index, arm in enumerate(design.arms):
        for k in range(5):
            worth = 0.5 + 0.02 * (index - (index >= 3)) + 0.01 * k + 0.001 * ((k * 7 + index * 3) % 5)
            row = {"arm": arm, "replication": k, "seed": k, "digest": "d", "stopped_share": worth, "leakers": 30.0 - k}
            row |= {"double_shots": 1.0, "acted_after_s": 60.0 + k, "acted_after_p90_s": 120.0, "refused": float(index)}
            rows.append(row | ({"refused.C2": float(k), "refused.law.east": 1.0} if index in (1, 2) else {}))
    rows = counted(rows)
    summary = {
        "scenario_sha256": {}, **summarise(rows, list(design.arms), 5, design.pairs),
        **steps_of(design, rows), **effects_of(design, rows),
    }  # fmt: skip
    return Result(design, rows, summary, 0)


def test_counts_that_only_some_arms_have_are_zero_in_the_others() -> None:
    result = result_of(STAIRS)
    assert result.summary["arms"]["step-3"]["refused.C2"] == {"n": 5, "mean": 0.0, "low": 0.0, "high": 0.0}
    assert result.summary["arms"]["step-1"]["refused.C2"]["mean"] == 2.0


def test_every_step_is_told_with_its_interval_and_the_page_says_where_it_includes_zero() -> None:
    result = result_of(STAIRS)
    html = study_html(facts_of(result))
    page = assert_self_contained(html)
    words = wording("stopped_share")
    steps = result.summary["staircase"]["steps"]
    for index, step in enumerate(steps):
        told = page.sources[f"summary.json: staircase.steps[{index}].adds.mean,low,high"]
        assert (
            told
            == f"{words.number(step['adds']['mean'])} ({words.interval(step['adds']['low'], step['adds']['high'])})"
        )
    nothing = [step["arm"] for step in steps if step["adds"]["includes_zero"]]
    assert nothing == ["step-3"]
    assert "Of 8 steps 7 add something and 0 take something" in page.text
    assert "the interval of the other 1 includes zero." in page.text
    assert "step &lt;3&gt;" in html and "In another order" not in html and "in another order" in html


def test_a_step_that_changes_nothing_in_any_replication_is_told_from_one_that_is_lost_in_the_noise() -> None:
    result = result_of(STAIRS)
    rows = [row | {"stopped_share": 0.5 + 0.01 * row["replication"]} for row in result.rows]
    summary = {**result.summary, **steps_of(result.design, rows)}
    page = assert_self_contained(study_html(facts_of(Result(result.design, rows, summary, 0))))
    assert "the interval of the other 8 includes zero, and 8 of them changed nothing in any replication." in page.text
    assert page.sources["summary.json: staircase.steps[0].adds.differ"] == "0"


def test_the_staircase_has_a_column_a_step_the_band_and_zero() -> None:
    svg = staircase_svg(result_of(STAIRS))
    assert svg.count('class="band"') == 2 and svg.count('class="zero"') == 2
    for index in range(9):
        name = "two-separate-defences" if index == 0 else f"step-{index}"
        assert svg.count(f"<title>{name}: ") == (1 if index == 0 else 2)


def test_shares_add_up_on_the_page_as_in_the_summary() -> None:
    result = result_of(SHARES)
    told = result.summary["factorial"]
    page = assert_self_contained(study_html(facts_of(result)))
    words = wording("stopped_share")
    for key in ("shapley", "main"):
        for name, found in told[key].items():
            assert page.sources[f"summary.json: factorial.{key}.{name}.mean,low,high"].startswith(
                words.number(found["mean"])
            )
    assert sum(found["mean"] for found in told["shapley"].values()) == pytest.approx(told["total"]["mean"], abs=1e-9)
    assert f"The Shapley values add up to {words.number(told['total']['mean'])}" in page.text


def test_half_a_factorial_says_what_it_cannot_tell() -> None:
    half = {"factorial": SHARES["factorial"] | {"full": "half"}}
    page = assert_self_contained(study_html(facts_of(result_of(half))))
    assert "Half of the combinations were run" in page.text and "Main effect" in page.text


def test_leaks_delays_and_refusals_stand_with_n_for_every_arm() -> None:
    result = result_of(STAIRS)
    page = assert_self_contained(study_html(facts_of(result)))
    for arm in result.design.arms:
        for name in ("leakers", "double_shots", "acted_after_s", "acted_after_p90_s", "refused", "refused.C2"):
            found, words = result.summary["arms"][arm][name], wording(name)
            told = page.sources[f"results.parquet: mean of {name}, arm {arm}"]
            interval = words.interval(found["low"], found["high"])
            assert told == f"{words.number(found['mean'])} ({interval}); n\u00a0=\u00a05"
    assert "law.east" in page.text


def test_a_study_that_counted_no_refusals_says_so() -> None:
    page = assert_self_contained(study_html(facts_of(make_result())))
    assert "did not count them" in page.text and "Main effect" not in page.text


def test_a_factorial_of_many_arms_has_a_page_without_a_column_for_each() -> None:
    factors = {name: name.upper() for name in ("p", "q", "r", "s", "t")}
    result = result_of({"factorial": {"agreement": "full", "factors": factors}})
    assert len(result.design.arms) > MANY
    page = assert_self_contained(study_html(facts_of(result)))
    assert "further arms stand in the table" in page.text and "Shapley value" in page.text
