"""Agreements on a day, against each other, and as an order of battle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from jointsky.links.agreements import Situation, commander_of
from jointsky.links.days import agreements_on
from jointsky.report.agreement_days import (
    IN_FORCE,
    INTENT,
    NO_MORE,
    NOT_YET,
    SIGNED,
    SUSPENDED,
    UNDER,
    day_text,
    standings,
    timeline,
)
from jointsky.report.agreement_diff import compare, diff_text
from jointsky.report.agreement_facts import Facts, read_facts
from jointsky.report.agreement_orbat import order_of_battle
from jointsky.report.agreement_text import explain, text_of

ROOT = Path(__file__).resolve().parents[3]
EVERYTHING = ROOT / "tests/fixtures/agreements/everything.yaml"
FILES = ROOT / "scenarios/agreements"
Edit = Callable[[dict[str, Any]], None]


@pytest.mark.parametrize(
    ("on", "frame", "hangs", "clause"),
    [
        (date(2000, 12, 31), NOT_YET, UNDER, NOT_YET),
        (date(2001, 1, 1), IN_FORCE, IN_FORCE, NOT_YET),
        (date(2005, 1, 1), IN_FORCE, IN_FORCE, IN_FORCE),
        (date(2010, 1, 1), SUSPENDED, UNDER, SUSPENDED),
        (date(2011, 1, 1), IN_FORCE, IN_FORCE, IN_FORCE),
        (date(2015, 5, 1), SUSPENDED, UNDER, SUSPENDED),
        (date(2030, 1, 1), NO_MORE, UNDER, NO_MORE),
    ],
)
def test_how_things_stand_on_a_day(on: date, frame: str, hangs: str, clause: str) -> None:
    found = {item.name: item.state for item in standings(read_facts(EVERYTHING), on)}
    assert (found["frame"], found["under-it"], found["U1"]) == (frame, hangs, clause)
    assert (found["wish"], found["X1"], found["unborn"], found["Z1"]) == (INTENT, INTENT, SIGNED, SIGNED)


def test_what_is_in_force_is_what_is_compiled() -> None:
    """On every day around every date of the file."""
    facts = read_facts(EVERYTHING)
    for event in timeline(facts):
        for on in (event.on - timedelta(days=1), event.on, event.on + timedelta(days=1)):
            told = {item.name for item in standings(facts, on) if item.state == IN_FORCE}
            held = agreements_on(facts.scenario, on)
            parts = {part.id for item in held for part in (*item.clauses, *item.rules)}
            assert told == {item.name for item in held} | parts


def test_the_days_stand_in_order_with_the_day_asked_about_among_them() -> None:
    facts = read_facts(EVERYTHING)
    events = [event.on for event in timeline(facts)]
    assert events == sorted(events) and len(events) == 10
    lines = day_text(facts, date(2004, 6, 1)).split("All days\n")[1].splitlines()
    days = [line.split()[0] for line in lines]
    assert days == sorted(days) and sum("<- this day" in line for line in lines) == 1
    assert "clause U1 of frame: it comes into force on 1 January 2005" in day_text(facts, date(2004, 6, 1))


def test_a_file_without_agreements_has_no_days() -> None:
    assert "no agreement" in day_text(read_facts(FILES / "none.yaml"), date(2020, 1, 1))


def edited(tmp_path: Path, edit: Edit) -> Facts:
    """The file with every term after an edit of its tree."""
    text = yaml.safe_load(EVERYTHING.read_text())
    edit(text)
    (tmp_path / "edited.yaml").write_text(yaml.safe_dump(text, sort_keys=False))
    return read_facts(tmp_path / "edited.yaml")


def in_clause(number: int, key: str, value: Any) -> Edit:
    """An edit of one term of a clause."""
    return partial(_put, number, key, value)


def _put(number: int, key: str, value: Any, text: dict[str, Any]) -> None:
    clause = text["agreements"][0]["clauses"][number]
    clause.update({key: value}) if value is not None else clause.pop(key)


def test_a_file_does_not_differ_from_itself() -> None:
    found = compare(read_facts(EVERYTHING), read_facts(EVERYTHING))
    assert (found.changes, found.effects) == ((), ()) and diff_text(found) == "There is no difference."


@pytest.mark.parametrize(
    ("edit", "name", "term", "old", "new", "told"),
    [
        (in_clause(1, "delay", "10 s"), "S2", "delay", "5 s", "10 s", "which takes 30 s (S2)"),
        (in_clause(0, "level", None), "S1", "level", "50 %", "not said", "the tracks of north.radar.1"),
        (in_clause(2, "limits", {"shots": 2}), "O1", "limits", "shots 3", "shots 2", "no more than 2 shots"),
        (in_clause(4, "until", "2008-01-01"), "U1", "until", "not said", "2008-01-01", ""),
        (in_clause(3, "withdrawal", None), "O2", "withdrawal", "by south.president; takes 1 h", "not said", ""),
    ],
)
def test_a_changed_term_is_told_with_old_and_new(
    tmp_path: Path, edit: Edit, name: str, term: str, old: str, new: str, told: str
) -> None:
    found = compare(read_facts(EVERYTHING), edited(tmp_path, edit))
    assert [(change.what, change.name, change.kind) for change in found.changes] == [("clause", name, "changed")]
    assert [(item.name, item.old, item.new) for item in found.changes[0].terms] == [(term, old, new)]
    assert told in diff_text(found)


def test_removing_a_clause_takes_its_sentences_away(tmp_path: Path) -> None:
    def without(text: dict[str, Any]) -> None:
        del text["agreements"][0]["clauses"][4]

    there, back = read_facts(EVERYTHING), edited(tmp_path, without)
    gone, come = compare(there, back), compare(back, there)
    assert [(change.name, change.kind) for change in gone.changes] == [("U1", "removed")]
    assert [(change.name, change.kind) for change in come.changes] == [("U1", "added")]
    for effect in gone.effects:
        opposite = next(item for item in come.effects if item.of == effect.of)
        assert (effect.no_more, effect.now) == (opposite.now, opposite.no_more)
    assert any("(U1)" in text for text in next(e for e in gone.effects if e.of == "Northland").no_more)


def test_a_clause_that_only_changes_its_name_changes_nothing_for_the_parties(tmp_path: Path) -> None:
    def renamed(text: dict[str, Any]) -> None:
        text["agreements"][0]["clauses"][1]["id"] = "S9"
        text["agreements"][0]["clauses"][0]["level"] = "100 %"  # which things a part of it means goes by its name

    def alike(text: dict[str, Any]) -> None:
        text["agreements"][0]["clauses"][0]["level"] = "100 %"

    (tmp_path / "a").mkdir()
    found = compare(edited(tmp_path / "a", alike), edited(tmp_path, renamed))
    parties = ("Northland", "The Southern Isles", "Third", "joint.cp")
    assert {change.kind for change in found.changes} == {"added", "removed"}
    assert not [effect for effect in found.effects if effect.of in parties]


def test_law_posts_and_links_are_compared_too(tmp_path: Path) -> None:
    def other(text: dict[str, Any]) -> None:
        text["nations"]["south"]["roe"]["war"]["over_land"] = "none"
        text["posts"]["joint.cp"]["deputies"] = ["north.cp"]
        text["links"]["slow"]["delay"] = "30 s"

    told = diff_text(compare(read_facts(EVERYTHING), edited(tmp_path, other)))
    for line in ("~ law south.war", "over land: own -> none", "~ post joint.cp", "~ link slow", "delay: 20 s -> 30 s"):
        assert line in told


@pytest.mark.parametrize("path", sorted(FILES.rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_order_of_battle_has_every_unit_in_every_phase_once(path: Path) -> None:
    facts = read_facts(path)
    lines = order_of_battle(facts)
    cells = [(line.unit, phase) for line in lines for phase in line.phases]
    assert sorted(cells) == sorted((unit, phase) for unit in facts.scenario.units for phase in facts.phases)
    for line in lines:
        assert line.owner in facts.scenario.nations and line.commander in facts.scenario.posts


def test_commander_and_users_follow_the_phase() -> None:
    facts = read_facts(FILES / "joint-2009.yaml")
    found = {(line.unit, phase): line for line in order_of_battle(facts) for phase in line.phases}
    assert found["east.sam.1", "peace"].commander == "east.cp" and not found["east.sam.1", "peace"].users
    assert found["east.qra", "peace"].users == ("west (C1 by asking, C2 by asking)",)
    assert found["east.sam.1", "war"].commander == "joint.cp" and found["east.sam.1", "war"].users == ("joint.cp (C3)",)
    assert [line.phases for line in order_of_battle(facts, "war")] == [("war",)] * len(facts.scenario.units)


def test_a_right_over_anothers_land_does_not_make_a_commander_at_home() -> None:
    facts = read_facts(FILES / "treaties/benelux-2015.yaml")
    found = {line.unit: line for line in order_of_battle(facts)}
    assert found["belgium.qra"].commander == "belgium.crc"
    assert {user.split(" ")[0] for user in found["belgium.qra"].users} == {
        "netherlands", "luxembourg", "netherlands.justice-ministry",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("file", "unit", "phase", "told"),
    [
        ("treaties/benelux-2015", "belgium.qra", "peace", [
            "over the Netherlands' land: netherlands.crc by C1",
            "over Luxembourg's land: luxembourg.defence-ministry by C1",
            "elsewhere: belgium.crc",
        ]),
        ("treaties/norad", "usa.fighters", "peace", [
            "over the land of Canada and the United States: norad.hq by C1", "elsewhere: usa.region",
        ]),
        ("treaties/norad", "usa.radar", "peace", []),
        ("treaties/belarus-russia-2009", "russia.sam.1", "war", []),  # the same commander everywhere
        ("treaties/belarus-russia-2009", "russia.air.1", "peace", []),  # who must ask commands nobody
        ("joint-2009", "east.sam.1", "peace", []),
        ("joint-2009", "east.sam.1", "war", ["over the land of west and east: joint.cp by C3", "elsewhere: east.cp"]),
        ("full", "west.qra", "war", [
            "over the land of west and east: joint.cp by C1 and C2",
            "within 150 km of the common border: joint.cp by S1",
            "elsewhere: west.cp",
        ]),
    ],
)  # fmt: skip
def test_who_commands_where_is_told_by_place(file: str, unit: str, phase: str, told: list[str]) -> None:
    line = next(line for line in order_of_battle(read_facts(FILES / f"{file}.yaml"), phase) if line.unit == unit)
    assert list(line.by_place) == told
    assert line.row()["commander"] == ("; ".join(told) or line.commander)


BOUND = """
nations: {north: {}, south: {}}
zones: {lake: lake.geojson}
posts: {n.cp: {nation: north, commands: [north.*]}, s.cp: {nation: south}}
units: {north.qra: {kind: fighter}}
agreements:
  - name: only
    parties: [north, south]
    clauses:
      - {id: Z, order: engage, units: [north.*], from: north, to: south, where: lake}
      - {id: B, order: scramble, units: [north.*], from: north, to: south, where: within 9 km of border}
      - {id: A, order: position, units: [north.*], from: north, to: south, approval: {by: owner, takes: 1 s}}
"""


def test_a_zone_and_a_strip_are_places_of_their_own(tmp_path: Path) -> None:
    """A foreign post that commands in a zone or along the border commands nowhere else, and never by asking."""
    (tmp_path / "lake.geojson").write_text((ROOT / "tests/fixtures/mistakes/lake.geojson").read_text())
    (tmp_path / "bound.yaml").write_text(BOUND)
    facts = read_facts(tmp_path / "bound.yaml")
    (line,) = order_of_battle(facts)
    assert line.commander == "n.cp"
    assert line.by_place == (
        "within 9 km of the common border: s.cp by B",
        "in zone lake: s.cp by Z",
        "elsewhere: n.cp",
    )
    assert "follow" not in text_of(explain(facts))


@pytest.mark.parametrize("path", sorted(FILES.rglob("*.yaml")), ids=lambda path: path.stem)
def test_at_home_somebody_commands_who_is_told_for_that_land(path: Path) -> None:
    facts = read_facts(path)
    for line in order_of_battle(facts):
        home = facts.name(line.owner)
        over = [text for text in line.by_place if text.startswith("over ") and home in text.split(":")[0]]
        assert line.commander in (over or line.by_place[-1:] or (line.commander,))[0]


def test_at_home_agrees_with_the_decisions_where_no_place_is_named() -> None:
    from agreement_claims import compiled

    facts = read_facts(FILES / "treaties/belarus-russia-2009.yaml")
    arr = compiled(facts)
    for line in order_of_battle(facts):
        for phase in line.phases:
            assert line.commander == commander_of(arr, line.unit, "", Situation(phase))
