"""Crossings of the seam as one post sees them, and what it makes of a refusal or of consent withdrawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import treaties
from pictures import tracks

from jointsky.command.authority import Authority
from jointsky.command.seams import Seams
from jointsky.links.agreements import Situation
from jointsky.links.arrangement import Arrangement
from jointsky.vocab.codes import Act
from jointsky.vocab.records import Rows

OVER = {"west": 29.0, "east": 31.0, "away": 45.0}


@pytest.fixture(scope="module")
def arr() -> Arrangement:
    text = treaties.read("tracks-1995")
    areas = {"west.cp": "west territory", "east.cp": "east territory"}
    text["agreements"][0] |= {"areas": areas, "handover": {"takes": "60 s"}}
    return treaties.compiled(text)


def at(*lands: str) -> Rows:
    return tracks(len(lands), lat_deg=np.full(len(lands), 54.0), lon_deg=np.array([OVER[land] for land in lands]))


def test_a_track_that_leaves_is_handed_over_once(arr: Arrangement) -> None:
    seams, told = Seams(), []
    for t_s, land in ((0.0, "west"), (10.0, "west"), (20.0, "east"), (30.0, "east"), (90.0, "east")):
        told += seams.watch(arr, "west.cp", at(land), Situation("war", t_s))
    (crossing,) = told
    assert (crossing.sender, crossing.to, crossing.track_id) == ("west.cp", "east.cp", 1)
    assert (crossing.t_s, crossing.t_due_s) == (20.0, 80.0)
    assert seams.of(1, 90.0) == (70.0, "west.cp") and seams.area(1) == "east.cp"


def test_one_that_comes_in_is_the_others_to_hand_over(arr: Arrangement) -> None:
    seams = Seams()
    assert seams.watch(arr, "west.cp", at("east"), Situation("war", 0.0)) == []
    assert seams.watch(arr, "west.cp", at("west"), Situation("war", 10.0)) == []
    assert seams.of(1, 20.0) == (10.0, "east.cp")


def test_one_that_turns_back_in_time_never_left(arr: Arrangement) -> None:
    seams = Seams()
    for t_s, land in ((0.0, "west"), (10.0, "east"), (40.0, "west")):
        seams.watch(arr, "west.cp", at(land), Situation("war", t_s))
    assert seams.of(1, 40.0) == (np.inf, "")
    for t_s, land in ((100.0, "east"), (161.0, "west")):
        seams.watch(arr, "west.cp", at(land), Situation("war", t_s))
    assert seams.of(1, 161.0) == (0.0, "east.cp"), "after the hand-over it is east's until it is handed back"


def test_first_sighting_and_nobodys_area_are_no_crossings(arr: Arrangement) -> None:
    seams = Seams()
    seams.watch(arr, "west.cp", at("away", "west"), Situation("war", 0.0))
    assert seams.of(1, 0.0)[0] == np.inf and seams.of(2, 0.0)[0] == np.inf
    assert seams.watch(arr, "west.cp", at("west", "away"), Situation("war", 10.0)) == []
    assert seams.of(1, 10.0) == (0.0, ""), "what comes from nobody's area is the new one's at once"


def test_a_track_keeps_its_crossing_under_another_number(arr: Arrangement) -> None:
    seams = Seams()
    for t_s, land in ((0.0, "west"), (10.0, "east")):
        seams.watch(arr, "west.cp", at(land), Situation("war", t_s))
    seams.follow({1: 8})
    assert seams.of(8, 15.0) == (5.0, "west.cp") and seams.of(1, 15.0)[0] == np.inf


@pytest.mark.parametrize(("t_s", "engages"), [(10.0, "west"), (69.0, "west"), (70.0, "east"), (500.0, "east")])
def test_two_posts_that_see_the_same_never_both_and_never_neither(arr: Arrangement, t_s: float, engages: str) -> None:
    rows = at("east")
    for nation in ("west", "east"):
        asked = Authority(arr, f"{nation}.cp", Situation("war", 0.0))
        for now_s, land in ((0.0, "west"), (10.0, "east"), (t_s, "east")):
            asked.situation = Situation("war", now_s)
            asked.watch(at(land))
        unit = arr.unit_rows[f"{nation}.sam.1"]
        table, _ = asked.permits(Act.ENGAGE, np.array([unit], np.int32), rows)
        verdict = asked.verdict(Act.ENGAGE, unit, rows[0])
        assert table.allowed[0, 0] == verdict.yes == (nation == engages)
        if not verdict.yes:
            assert verdict.against == (f"area.{engages}.cp",)


def test_the_same_rows_asked_about_later_are_handed_over_by_then(arr: Arrangement) -> None:
    asked, rows, unit = Authority(arr, "west.cp", Situation("war", 0.0)), at("east"), arr.unit_rows["west.sam.1"]
    asked.watch(at("west"))
    for t_s, engages in ((10.0, True), (69.0, True), (70.0, False), (500.0, False)):
        asked.situation = Situation("war", t_s)
        asked.watch(rows)
        table, _ = asked.permits(Act.ENGAGE, np.array([unit], np.int32), rows)
        assert table.allowed[0, 0] == asked.verdict(Act.ENGAGE, unit, rows[0]).yes == engages, t_s


def test_without_areas_nothing_is_watched() -> None:
    plain: Any = treaties.compiled(treaties.read("none"))
    seams = Seams()
    assert seams.watch(plain, "west.cp", at("west"), Situation()) == [] and seams.crossings == {}
