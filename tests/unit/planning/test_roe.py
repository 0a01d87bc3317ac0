"""Laws side by side: what each law says of its own units and of guests, and the cells in which two contradict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ledger_world import agreement, world

from jointsky.links.zones import Lines, strip_along
from jointsky.planning import roe
from jointsky.planning.places import arrangement, outlines
from jointsky.planning.roe import (
    FREE,
    Answer,
    Cell,
    Conflict,
    Saying,
    cells,
    conflicts,
    effective,
    land_law,
    own_law,
    strictest,
    table,
)
from jointsky.scenario.load import Scenario, load
from jointsky.scenario.rules import Roe

ROOT = Path(__file__).parents[3]
WAR = {"activates": {"war": {"declared_by": ["west.president"], "takes": "1 h"}}}
ALLOWED = Saying(Answer.ALLOWED, 0.0, "law of west")


def cell(over: str = "west", identity: str = "hostile", civil: bool = False, phase: str = "war") -> Cell:
    return Cell(phase, identity, civil, over)


def lawful(folder: Path, *clauses: dict[str, Any], west: Any = None, east: Any = None, **sections: Any) -> Scenario:
    """The small world under laws of two nations in war."""
    laws = {name: {"roe": {"war": law}} for name, law in (("west", west), ("east", east)) if law is not None}
    return world(folder, nations=laws, agreements=agreement(*clauses, **WAR), **sections)


def order(to: str = "west.cp", giver: str = "east", **terms: Any) -> dict[str, Any]:
    return {"id": "C", "order": "engage", "units": ["*"], "from": giver, "to": to, "phases": ["war"], **terms}


def found_in(scenario: Scenario) -> tuple[Conflict, ...]:
    lands = outlines(scenario)
    return conflicts(scenario, arrangement(scenario, None, lands), lands)


@pytest.mark.parametrize(
    ("law", "where", "answer", "why"),
    [
        ({"weapons": "hold"}, cell(), Answer.FORBIDDEN, "weapons hold, self-defence only"),
        ({"weapons": "hold", "abroad": False}, cell("east"), Answer.FORBIDDEN, "weapons hold, self-defence only"),
        ({"over_land": "none"}, cell(), Answer.FORBIDDEN, "no weapons over its land"),
        ({"over_land": "none"}, cell("east"), Answer.ALLOWED, "law of west"),
        ({"over_land": "own"}, cell(), Answer.ALLOWED, "law of west"),
        ({"abroad": False}, cell("east"), Answer.FORBIDDEN, "not over another's land"),
        ({"abroad": False}, cell("west"), Answer.ALLOWED, "law of west"),
        ({"abroad": False}, cell(""), Answer.ALLOWED, "law of west"),
        ({}, cell(identity="suspect"), Answer.FORBIDDEN, "only hostile"),
        ({"identity": ("suspect", "hostile")}, cell(identity="suspect"), Answer.ALLOWED, "law of west"),
        ({"identity": ()}, cell(), Answer.FORBIDDEN, "only nothing"),
        ({"weapons": "free", "identity": ()}, cell(identity="unknown"), Answer.ALLOWED, "law of west"),
        ({"weapons": "free"}, cell(identity="friend"), Answer.FORBIDDEN, "only unknown, suspect, hostile"),
        ({"approval": "60 s"}, cell(), Answer.APPROVAL, "law of west"),
        ({"approval": "60 s"}, cell(identity="friend"), Answer.FORBIDDEN, "only hostile"),
    ],
)
def test_a_law_says_what_its_own_units_may(law: dict[str, Any], where: Cell, answer: Answer, why: str) -> None:
    said = own_law({"war": Roe.model_validate(law)}, "west", where)
    assert said.answer == answer
    assert said.why.endswith(why)
    assert said.takes_s == (60.0 if answer == Answer.APPROVAL else 0.0)


def test_a_phase_that_a_law_does_not_speak_of_has_the_usual_rules() -> None:
    held = {"peace": Roe(weapons="hold")}
    assert own_law(held, "west", cell()) == ALLOWED
    assert own_law(held, "west", cell(phase="peace")).answer == Answer.FORBIDDEN
    assert own_law({}, "west", cell(identity="unknown")).answer == Answer.FORBIDDEN


@pytest.mark.parametrize("identity", ["pending", "unknown", "assumed-friend", "friend", "neutral", "suspect"])
def test_free_takes_all_but_friends_and_what_is_being_identified(identity: str) -> None:
    said = own_law({"war": Roe(weapons="free")}, "west", cell(identity=identity))
    assert (said.answer == Answer.ALLOWED) == (identity in FREE)


@pytest.mark.parametrize(
    ("over_land", "guest", "host"),
    [
        ("any", None, None),
        ("own", "only its own units over its land", None),
        ("none", "no weapons over its land", None),
    ],
)
def test_the_law_of_the_land_binds_guests(over_land: Any, guest: str | None, host: str | None) -> None:
    """To its own units the host's law speaks by `own_law`, which knows a ban over the land too."""
    rules = {"war": Roe(over_land=over_land)}
    for nation, why in (("east", guest), ("west", host)):
        said = land_law(rules, "west", nation, cell())
        assert (said.answer == Answer.FORBIDDEN) == (why is not None)
        assert said.why == (f"law of west: {why}" if why else "law of west")


def test_the_stricter_law_holds_and_among_equals_the_longer_wait(tmp_path: Path) -> None:
    scenario = lawful(tmp_path, west={"approval": "60 s"}, east={"over_land": "own"})
    assert effective(scenario, "west", cell("west")) == Saying(Answer.APPROVAL, 60.0, "law of west")
    assert effective(scenario, "west", cell("")) == Saying(Answer.APPROVAL, 60.0, "law of west")
    assert effective(scenario, "west", cell("east")).why == "law of east: only its own units over its land"
    assert effective(scenario, "east", cell("east")).answer == Answer.ALLOWED
    short, long = (Saying(Answer.APPROVAL, takes, "x") for takes in (1.0, 2.0))
    assert strictest((short, ALLOWED, long)) == long
    assert strictest((long, Saying(Answer.FORBIDDEN, 0.0, "y"))).answer == Answer.FORBIDDEN


def test_sayings_and_cells_in_words() -> None:
    assert Saying(Answer.APPROVAL, 90.0, "z").words() == "needs approval (90 s)"
    assert Saying(Answer.FORBIDDEN, 0.0, "z").words() == "forbidden (z)"
    assert ALLOWED.words() == "allowed"
    assert cell("east").words() == "war, hostile, military, over east"
    assert cell("", civil=True).words() == "war, hostile, civil, over no land of theirs"


def test_cells_are_all_cases_once(tmp_path: Path) -> None:
    scenario = world(tmp_path, nations={"third": {"side": "raider"}, "fourth": {"side": "raider", "roe": {"war": {}}}})
    found = list(cells(scenario))
    lands = {"west", "east", "south", "fourth", ""}
    assert len(found) == len(set(found)) == 2 * len(lands) * 7 * 2
    assert {one.over for one in found} == lands


def test_the_table_is_of_nations_with_rules(tmp_path: Path) -> None:
    scenario = lawful(tmp_path, west={"weapons": "hold"})
    found = table(scenario)
    assert list(found) == ["west"]
    assert list(found["west"]) == list(cells(scenario))
    assert {said.answer for at, said in found["west"].items() if at.phase == "war"} == {Answer.FORBIDDEN}


WAIT = {"approval": "60 s"}


def test_laws_that_differ_conflict_only_where_units_meet(tmp_path: Path) -> None:
    found = found_in(lawful(tmp_path, order(where="east territory"), west=WAIT, east={}))
    assert {one.pair for one in found} == {("east", "west")}
    # hostile, civil or not, over the land of the clause
    assert {(one.cell.phase, one.cell.identity, one.cell.over) for one in found} == {("war", "hostile", "east")}
    assert len(found) == 2
    assert found[0].clauses == ("C",)
    assert found[0].says == (Saying(Answer.ALLOWED, 0.0, "law of east"), Saying(Answer.APPROVAL, 60.0, "law of west"))
    assert found[0].wins == found[0].says[1]


@pytest.mark.parametrize(
    ("terms", "conflicting"),
    [
        ({}, 8),  # two kinds over each of three lands and over nobody's
        ({"targets": {"not": "civil"}}, 4),
        ({"targets": {"identity": ["suspect"]}}, 0),  # neither law lets its units take a suspect
        ({"units": ["*.radar"]}, 0),  # what shoots nothing meets nobody in a fight
        ({"order": "scramble"}, 0),
        ({"order": ["scramble", "engage"]}, 8),
        ({"to": "joint.cp"}, 0),  # a post that commands no unit of its own nation: only one nation's units
        ({"where": "anywhere in west + east"}, 4),
        ({"approval": {"by": "owner", "takes": "1 min"}}, 8),
    ],
)
def test_a_conflict_needs_a_clause_that_lets_one_post_order_both(
    tmp_path: Path, terms: dict[str, Any], conflicting: int
) -> None:
    posts = {"joint.cp": {"nation": "west"}}
    found = found_in(lawful(tmp_path, order(**terms), west=WAIT, east={}, posts=posts))
    assert len(found) == conflicting


def test_equal_laws_do_not_conflict(tmp_path: Path) -> None:
    assert found_in(lawful(tmp_path, order(), west=WAIT, east=WAIT)) == ()


def test_no_clause_no_conflict(tmp_path: Path) -> None:
    assert found_in(lawful(tmp_path, west={"weapons": "hold"}, east={"weapons": "free"})) == ()


def test_the_land_below_forbids_to_a_guest_what_its_own_law_lets(tmp_path: Path) -> None:
    """Both nations' own laws say the same; over one land only the host's units may shoot."""
    found = found_in(lawful(tmp_path, order(), west={"over_land": "own"}, east={}))
    assert {one.cell.over for one in found} == {"west"}
    assert {one.says[0].why for one in found} == {"law of west: only its own units over its land"}
    assert {one.says[1].answer for one in found if one.cell.identity == "hostile"} == {Answer.ALLOWED}


def test_units_meet_along_a_border_and_in_a_named_zone(tmp_path: Path) -> None:
    ring = [[35, 51], [36, 51], [36, 52], [35, 52], [35, 51]]
    (tmp_path / "box.geojson").write_text(f'{{"type": "Polygon", "coordinates": [{ring}]}}')
    strip = found_in(lawful(tmp_path, order(where="within 20 km of border"), west=WAIT, east={}))
    # beyond its ends a strip lies over nobody's land, and over a third nation's
    assert {one.cell.over for one in strip} == {"west", "east", "south", ""}
    # a zone is looked for at its own corners, which lie over one land
    named = found_in(lawful(tmp_path, order(where="box"), west=WAIT, east={}, zones={"box": "box.geojson"}))
    assert {one.cell.over for one in named} == {"east"}


def test_three_nations_meet_in_pairs_that_clauses_name(tmp_path: Path) -> None:
    scenario = world(
        tmp_path,
        nations={"west": {"roe": {"war": WAIT}}},
        agreements=agreement(order(), {**order(giver="south"), "id": "D"}, parties=("west", "east", "south"), **WAR),
    )
    found = found_in(scenario)
    by_pair = {one.pair: one.clauses for one in found}
    assert by_pair == {("east", "west"): ("C",), ("south", "west"): ("D",)}
    assert {one.pair for one in found_in(lawful(tmp_path, order(), west=WAIT))} == {("east", "west")}


def test_the_shipped_case() -> None:
    scenario = load(ROOT / "scenarios/ledgers/laws-differ.yaml")
    found = found_in(scenario)
    assert found
    assert {one.clauses for one in found} == {("C3",)}
    assert {one.cell.phase for one in found} == {"threat", "war"}
    says = {(one.cell.phase, one.cell.identity, one.cell.over): one.says for one in found if not one.cell.civil}
    assert says["war", "suspect", "east"][0].answer == Answer.ALLOWED
    assert says["war", "suspect", "east"][1].answer == Answer.FORBIDDEN
    assert says["threat", "hostile", "west"][0].why == "law of west: only its own units over its land"


def test_a_strip_that_no_corner_of_an_outline_lies_in_is_looked_at_all_the_same(tmp_path: Path) -> None:
    """The lands meet along one straight edge of five degrees; a strip around a piece in between has no corner in it."""
    scenario = lawful(tmp_path, order(where="within 50 km of border"), east={"abroad": False})
    lands = outlines(scenario)
    arr = arrangement(scenario, None, lands)
    zone = arr.orders[0].zone
    assert zone is not None and zone.strip is not None
    middle = len(zone.strip.lines.start) // 4
    part = Lines(zone.strip.lines.start[middle : middle + 1], zone.strip.lines.run[middle : middle + 1])
    few = strip_along(zone.text, part, 5e3)
    spots = roe.probes(scenario, lands)
    assert not few.inside([lat for lat, _ in spots], [lon for _, lon in spots]).any()
    along = list(roe._along(few))
    assert len(along) == 5 and few.inside([lat for lat, _ in along], [lon for _, lon in along]).all()
    narrow = replace(arr, orders=(replace(arr.orders[0], zone=few),))
    assert {found.cell.over for found in conflicts(scenario, narrow, lands)} == {"west"}
