"""The after-action report tells what the log of a hand-made run holds."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from unit.report.reading import Page, assert_self_contained
from unit.report.scene import GRANTED, HELD, REFUSED, UNSEEN, load_reference, record_run

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


def rows_under(html: str, caption: str) -> list[list[str]]:
    """The texts of the cells of the table with this caption."""
    body = html[html.index(f"<caption>{caption}") :].split("</tbody>")[0].split("<tbody>")[1]
    rows = [row for row in body.split("<tr>") if "<td" in row]
    return [[unescape(re.sub("<[^>]*>", "", cell)) for cell in row.split("</td>")[:-1]] for row in rows]


def test_refusals_stand_under_each_clause_that_was_against_them(html: str) -> None:
    rows = rows_under(html, "Refusals by clause")
    assert [row[:6] for row in rows] == [
        ["C3", "west.cp", "engage", "2", "0:01:00", "0:01:10"],
        ["law.east", "west.cp", "engage", "1", "0:01:00", "0:01:00"],
    ]
    assert {row[6] for row in rows} == {REFUSED}


def test_each_engagement_says_why(html: str) -> None:
    rows = rows_under(html, "Why each engagement was allowed")
    assert len(rows) == 1 and rows[0][:2] == ["0", "C3"]
    assert rows[0][2].startswith(GRANTED) and "order: scramble, position, engage" in rows[0][2]


def test_steps_of_delay_are_told(html: str) -> None:
    rows = {row[0]: row[1:] for row in rows_under(html, "From detectable to acted, step by step, min")}
    assert rows["decided \u2192 authorised"] == ["1", "0.1", "0.1", "0.1"]
    assert rows["detectable \u2192 acted"] == ["1", "1.2", "1.2", "1.2"]


def test_leakers_are_named_with_how_far_the_defence_got(html: str) -> None:
    assert rows_under(html, "Leakers: 1 of 2 raiders") == [["strike.2", "0:03:20", "never detectable", "0"]]


def test_what_people_said_and_what_became_of_it(html: str, page: Page) -> None:
    rows = rows_under(html, "What people said, and what became of it")
    assert [row[2] for row in rows] == ["took back consent to C3", "called for the help of S1", "BREACH of S1"]
    assert rows[1] == ["0:00:30", "west.president \u2192 west", "called for the help of S1", "help is refused"]
    assert "Breaches of what was promised: 1." in page.text


def test_hand_overs_and_dropped_tracks(html: str, page: Page) -> None:
    rows = rows_under(html, "At the seam")
    assert [row[2] for row in rows] == ["handed over a track, track 6", "DROPPED a track at the seam, track 5"]
    assert "2 tracks left one post's area for another's; 1 of them were dropped." in page.text


def test_tracks_of_others_are_counted_by_clause(html: str) -> None:
    assert rows_under(html, "Tracks in pictures that another") == [["S1 (joint-2009)", "west.cp", "9"]]


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
