"""Dependence: what is lent by which clause, what is left without a partner, what may be counted on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ledger_world import agreement, world

from jointsky.planning.dependence import Reach, falls_away, reaches
from jointsky.planning.places import arrangement, outlines, probes
from jointsky.scenario.load import Scenario, load

ROOT = Path(__file__).parents[3]
SEE = {"id": "S", "share": "plots", "from": "east", "to": "west", "of": {"sensors": ["east.radar"]}}
ORDER = {"id": "O", "order": "engage", "units": ["east.sam"], "from": "east", "to": "west", "phases": ["war"]}
LAND = {"id": "A", "use": "airfields", "from": "east", "to": "west"}


def counted(scenario: Scenario, phase: str = "war") -> dict[tuple[str, str], Reach]:
    lands = outlines(scenario)
    found = reaches(scenario, arrangement(scenario, None, lands), phase, probes(scenario, lands))
    return {(one.nation, one.sort): one for one in found}


def test_without_an_agreement_everybody_has_his_own(tmp_path: Path) -> None:
    found = counted(world(tmp_path))
    assert {key: one.joint for key, one in found.items()} == {key: one.own for key, one in found.items()}
    assert [found["west", sort].own for sort in ("sensors", "shooters", "airfields")] == [2, 1, 2]
    assert [found["east", sort].own for sort in ("sensors", "shooters", "airfields")] == [2, 3, 1]


def test_each_clause_lends_what_it_says(tmp_path: Path) -> None:
    found = counted(world(tmp_path, agreements=agreement(SEE, ORDER, LAND)))
    lent = {sort: (one.own, one.lent, one.clauses) for (nation, sort), one in found.items() if nation == "west"}
    assert lent == {
        "sensors": (2, {"east": 1}, {"east": ("S",)}),
        "shooters": (1, {"east": 1}, {"east": ("O",)}),
        "airfields": (2, {"east": 1}, {"east": ("A",)}),
    }
    assert not any(one.lent for (nation, _), one in found.items() if nation != "west")
    assert counted(world(tmp_path, agreements=agreement(ORDER)), "peace")["west", "shooters"].lent == {}


@pytest.mark.parametrize("where", ["within 100 km of border", "receiver territory", "anywhere in west + east"])
def test_what_is_lent_in_a_zone_counts_if_it_is_lent_anywhere(tmp_path: Path, where: str) -> None:
    see = {**SEE, "of": {"sensors": ["east.radar"], "zone": where}}
    found = counted(world(tmp_path, agreements=agreement(see, {**ORDER, "where": where})))
    assert (found["west", "sensors"].lent, found["west", "shooters"].lent) == ({"east": 1}, {"east": 1})


def test_a_common_post_makes_both_count_on_each_other(tmp_path: Path) -> None:
    post = {"nation": "west", "host": "west.cp", "precedence": 1}
    clause = {"id": "C", "order": ["scramble", "engage"], "units": ["*"], "from": "each", "to": "joint.cp"}
    found = counted(world(tmp_path, posts={"joint.cp": post}, agreements=agreement(clause)))
    assert found["west", "shooters"].lent == {"east": 3}
    assert found["east", "shooters"].lent == {"west": 1}
    assert found["south", "shooters"].lent == {}


def test_dependence_in_closed_form() -> None:
    reach = Reach("west", "sensors", 2, {"east": 5, "south": 3}, {"east": ("S",), "south": ("T",)})
    assert (reach.joint, reach.left("east"), reach.left("south"), reach.left("north")) == (10, 5, 7, 10)
    assert (reach.dependence("east"), reach.dependence("south"), reach.dependence("north")) == (0.5, 0.3, 0.0)
    assert reach.expected({"east": 0.8, "south": 0.5}) == 2 + 4.0 + 1.5
    assert reach.expected({}) == 10
    assert Reach("west", "sensors", 0, {}, {}).dependence("east") == 0.0


def test_what_is_left_is_what_the_agreement_of_the_others_gives(tmp_path: Path) -> None:
    """A partner who leaves takes along exactly what an agreement without it never had."""
    lend: list[dict[str, Any]] = [
        {**SEE, "id": f"S-{n}", "from": n, "of": {"sensors": ["*"]}} for n in ("east", "south")
    ]
    lend += [{**LAND, "id": f"A-{n}", "from": n} for n in ("east", "south")]
    units = {"south.radar": {"kind": "radar", "radars": [{"id": "a", "type": "gap_filler_uhf_2d", "at": [47.0, 25.0]}]}}
    three = ("west", "east", "south")
    both = counted(world(tmp_path, units=units, agreements=agreement(*lend, parties=three)))
    rest = [clause for clause in lend if clause["from"] != "east"]
    without = counted(world(tmp_path, units=units, agreements=agreement(*rest, parties=three)))
    for sort in ("sensors", "shooters", "airfields"):
        assert both["west", sort].left("east") == without["west", sort].joint


def test_the_clauses_that_end_are_those_between_the_two(tmp_path: Path) -> None:
    third = {**LAND, "id": "B", "from": "south", "to": "west"}
    scenario = world(tmp_path, agreements=agreement(SEE, ORDER, LAND, third, parties=("west", "east", "south")))
    arr = arrangement(scenario, None)
    assert falls_away(arr, "west", "east", "war") == falls_away(arr, "east", "west", "war") == ("A", "O", "S")
    assert falls_away(arr, "west", "east", "peace") == ("A", "S")
    assert falls_away(arr, "west", "south", "war") == ("B",)
    assert falls_away(arr, "east", "south", "war") == ()


def test_the_reference_case() -> None:
    found = counted(load(ROOT / "scenarios/union-5-10.yaml"))
    assert [found["west", sort].joint for sort in ("sensors", "shooters", "airfields")] == [31, 15, 9]
    assert [found["west", sort].left("east") for sort in ("sensors", "shooters", "airfields")] == [21, 9, 5]
