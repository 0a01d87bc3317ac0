"""The page of a study says what the summary says, with intervals, and no more."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from unit.report.reading import assert_self_contained
from unit.report.scene import make_result

from jointsky.errors import LogError, StudyError
from jointsky.report.gains import facts_of, relative_gain
from jointsky.report.pages import write_page
from jointsky.report.study_page import staircase_svg, study_html, write_study_page
from jointsky.report.words import NEVER, wording
from jointsky.study.keep import write_results

RESULT = make_result(("none", "joint", "noisy"))
HTML = study_html(facts_of(RESULT))
PAGE = assert_self_contained(HTML)


def test_the_page_stands_alone_and_is_marked() -> None:
    assert HTML.count("EXERCISE - WEAPONS SIMULATED") == 2
    assert "What is &lt;joining&gt; worth?" in HTML


def test_numbers_of_arms_and_pairs_are_those_of_the_summary() -> None:
    for arm, measures in RESULT.summary["arms"].items():
        for name, found in measures.items():
            words = wording(name)
            told = PAGE.sources[f"summary.json: arms.{arm}.{name}"]
            assert told.startswith(words.number(found["mean"]))
            assert told.endswith(f"n\u00a0=\u00a0{found['n']}")
            assert found["low"] is None or words.interval(found["low"], found["high"]) in told
    for name, pair in RESULT.summary["pairs"]["joint-none"].items():
        source = f"summary.json: pairs.joint-none.{name}"
        assert wording(name).number(pair["diff"]) in PAGE.sources[f"{source}.diff"]
        assert wording(name).interval(pair["low"], pair["high"]) in PAGE.sources[f"{source}.low,high"]


def test_every_pair_of_arms_has_its_table() -> None:
    assert [
        f"{a} minus {b}, paired" in HTML for a, b in (("joint", "none"), ("noisy", "none"), ("noisy", "joint"))
    ] == [True] * 3


def test_the_gain_is_stated_against_zero_and_the_claim() -> None:
    study = facts_of(RESULT)
    gain = relative_gain(study.values("joint", "stopped_share"), study.values("none", "stopped_share"))
    assert gain.value is not None
    assert f"Relative gain {100 * gain.value:.1f}" in PAGE.text
    assert re.search(r"the joint arm: [^<]*the interval lies above zero[^<]*the claimed 15\u201320 %", HTML)
    assert re.search(r"the noisy arm: [^<]*the interval includes zero", HTML)
    assert HTML.count('class="band"') >= 2
    assert 'class="zero"' in HTML


def test_no_word_claims_more_than_an_interval_can() -> None:
    for word in ("significan", "proves", "proven", "p-value", "p <"):
        assert word not in PAGE.text.lower()
    assert "includes zero" in PAGE.text
    assert "notional" in PAGE.text
    assert "One scenario" in PAGE.text


def test_a_useful_margin_is_named_where_a_gain_stays_below_it() -> None:
    html = study_html(facts_of(make_result(margin=0.3)))
    assert "zero is outside the interval, but it lies below the useful margin" in html


def test_what_did_not_happen_is_said_so() -> None:
    assert PAGE.sources["summary.json: arms.joint.acted_after_s"] == f"{NEVER}; n\u00a0=\u00a00"
    assert "nan" not in PAGE.text.lower().replace("repugnant", "")


def test_an_arm_that_shares_nothing_is_checked() -> None:
    assert "the none arm: 0 in every replication, as it must be" in PAGE.text
    rows = [row | {"west.cp.released_only": 0.01} for row in RESULT.rows]
    assert "NOT 0" in study_html(facts_of(replace(RESULT, rows=rows)))


def test_one_arm_makes_a_page_that_states_no_gain() -> None:
    html = study_html(facts_of(make_result(("none",))))
    assert_self_contained(html)
    assert "one arm only" in html
    assert "it states a level and no gain" in html


def test_one_replication_makes_a_page_without_intervals() -> None:
    html = study_html(facts_of(make_result(replications=1)))
    assert_self_contained(html)
    assert "no interval" in html
    assert "the intervals are rough" in html


def test_equal_results_make_equal_bytes_and_the_folder_makes_them_again(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    page = write_study_page(RESULT, first)
    assert (
        page.read_bytes()
        == (first / "study.html").read_bytes()
        == write_study_page(make_result(("none", "joint", "noisy")), second).read_bytes()
    )
    write_results(second / "results.parquet", RESULT.rows)
    (second / "summary.json").write_text(json.dumps(RESULT.summary))
    (second / "report.html").unlink()
    assert write_page(second).read_bytes() == page.read_bytes()
    assert not list(second.glob("*.partial"))


def test_a_folder_that_is_no_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="neither a finished run"):
        write_page(tmp_path)
    with pytest.raises(LogError, match="no such folder"):
        write_page(tmp_path / "nowhere")
    write_results(tmp_path / "results.parquet", RESULT.rows)
    with pytest.raises(StudyError, match="no finished study"):
        write_page(tmp_path)
    (tmp_path / "summary.json").write_text("[]")
    with pytest.raises(StudyError, match="not the summary of a study"):
        write_page(tmp_path)


def test_the_staircase_stands_alone_too() -> None:
    svg = staircase_svg(RESULT)
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "prefers-color-scheme" in svg
    assert svg == staircase_svg(RESULT)
