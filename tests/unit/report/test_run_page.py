"""The after-action report tells what the log of a hand-made run holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from unit.report.reading import Page, assert_self_contained
from unit.report.scene import HELD, REFUSED, UNSEEN, load_reference, record_run

from jointsky.errors import LogError
from jointsky.report.pages import write_page
from jointsky.report.run_facts import RunFacts, read_run
from jointsky.report.run_page import run_html, write_run_page
from jointsky.report.words import NEVER, STAGES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record_run(tmp_path_factory.mktemp("run") / "shared", load_reference())


@pytest.fixture(scope="module")
def run(folder: Path) -> RunFacts:
    return read_run(folder)


@pytest.fixture(scope="module")
def html(run: RunFacts) -> str:
    return run_html(run)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return assert_self_contained(html)


def test_each_stage_has_the_time_it_was_recorded_at(run: RunFacts) -> None:
    found = [run.chain[stage][HELD] for stage in STAGES]
    assert found == [10.0, 20.0, 30.0, 50.0, 60.0, 65.0, 80.0]
    assert not any(run.chain[stage][UNSEEN] < 1e9 for stage in STAGES)


def test_the_chain_is_told_by_group_with_the_longest_step(page: Page) -> None:
    assert page.sources["log: first authorised, strike"] == "0:01:05 (1)"
    assert "identified: 0.3 min" in page.text or "reported \u2192 identified: 0.3 min" in page.text


def test_the_cover_names_all_that_makes_the_run_again(run: RunFacts, page: Page) -> None:
    for word in (
        "union-5-10",
        "joint-2009",
        run.summary.digest,
        run.summary.scenario_sha256,
        run.summary.log_chain,
        "1.2.3",
        "EXERCISE - WEAPONS SIMULATED",
        "single run",
        "jointsky replay",
    ):
        assert word in page.text


def test_measures_are_those_of_the_summary(page: Page) -> None:
    assert page.sources["summary.json: measures.stopped_share"].startswith("50.0\u00a0%")
    assert NEVER in page.sources["summary.json: measures.missiles_per_kill"]
    assert page.sources["summary.json: measures.west.cp.completeness"].startswith("62.5")


def test_a_track_held_by_release_alone_stands_with_its_clause(page: Page) -> None:
    assert "S1 (joint-2009)" in page.text
    readings = page.sources["log: PICTURE at TRUTH ticks, t_s - t_own_s > 60 and t_released_s finite"]
    assert readings.startswith("19")  # one track in nine readings, from 150 s to 230 s


def test_without_release_no_track_is_held_by_it(tmp_path: Path) -> None:
    html = run_html(read_run(record_run(tmp_path / "alone", load_reference(), shared=False)))
    assert "No post held any track by release alone" in html
    assert ", by release only" not in html


def test_engagements_carry_clause_phase_approval_and_result(html: str) -> None:
    row = html[html.index("log: ENGAGEMENTS row 0") :].split("</tr>")[0]
    for word in (
        "0:01:05",
        "0:01:06",
        "west.cp",
        "west.sam.1.a",
        "strike.1",
        "war",
        "C3",
        "0:01:20",
        "0:01:30",
        "0.75",
        "hit",
    ):
        assert f">{word}<" in row


def test_refusals_are_counted_with_their_reason(html: str) -> None:
    row = html[html.index("What posts wanted") :].split("</tbody>")[0]
    assert f"<td>{REFUSED}</td>" in row
    assert ">2</td><td>0:01:00</td><td>0:01:10</td>" in row


def test_maps_show_identity_by_shape_and_what_a_post_lacks(html: str) -> None:
    assert html.count('class="sym hostile"') > 1
    assert "raider, not held" in html
    assert 'class="only' in html
    assert ">minsk<" in html


def test_equal_recordings_make_equal_bytes(folder: Path, tmp_path: Path) -> None:
    again = record_run(tmp_path / "again", load_reference())
    assert write_run_page(again).read_bytes() == write_page(folder).read_bytes()
    assert not list(folder.glob("*.partial"))


def test_a_run_in_which_nothing_happened_has_a_page(tmp_path: Path) -> None:
    html = run_html(read_run(record_run(tmp_path / "short", load_reference(), last_tick=1)))
    page = assert_self_contained(html)
    assert f"Engagements: {NEVER}." in page.text
    assert "No order was refused" in page.text


def test_a_run_that_did_not_end_has_none(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes((folder / "log").read_bytes())
    with pytest.raises(LogError, match="summary.json"):
        write_run_page(tmp_path)


def test_reports_are_written_without_compiled_code(folder: Path) -> None:
    code = "import sys; from jointsky.report.pages import write_page; write_page(sys.argv[1]); "
    code += "sys.exit('numba' in sys.modules)"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code, str(folder)], env=environment, check=False)
    assert done.returncode == 0
