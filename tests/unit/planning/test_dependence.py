"""What a nation has by an agreement, what is left when a partner leaves, and which clauses fall away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_world import agreement, world
from reference_case import SCENARIOS

from jointsky.planning.dependence import Reach, falls_away, reaches
from jointsky.planning.places import arrangement, outlines, probes
from jointsky.planning.statements import ledger_facts
from jointsky.scenario.load import Scenario, load

LINK = {"line": {"between": ["west.cp", "east.cp", "south.cp"], "delay": "1 s"}}
SEE = {"id": "S", "share": "plots", "from": "east", "to": "west", "over": "line", "of": {"sensors": ["east.radar.*"]}}
LEND = {"id": "C", "order": "engage", "units": ["east.air", "east.sam"], "from": "east", "to": "west"}
LAND = {"id": "U", "use": "airfields", "from": "each", "to": "others"}
WAR = {"activates": {"war": {"declared_by": ["west.president"], "takes": "1 h"}}}


def dealt(folder: Path, *clauses: dict[str, Any], parties: tuple[str, ...] = ("west", "east"), **more: Any) -> Scenario:
    section = agreement(*clauses, parties=parties, **WAR, **more)
    return world(folder, links=LINK, agreements=section)


def found_in(scenario: Scenario, phase: str = "peace") -> dict[tuple[str, str], Reach]:
    lands = outlines(scenario)
    arr = arrangement(scenario, None, lands)
    return {(one.nation, one.sort): one for one in reaches(scenario, arr, phase, probes(scenario, lands))}


def test_alone_a_nation_has_its_own(tmp_path: Path) -> None:
    """Two radars at one unit are two sensors, a search radar beside a battery is one; air and missile units shoot."""
    found = found_in(world(tmp_path))
    own = {key: one.own for key, one in found.items()}
    assert own == {
        ("west", "sensors"): 2,
        ("west", "shooters"): 1,
        ("west", "airfields"): 2,
        ("east", "sensors"): 2,
        ("east", "shooters"): 3,
        ("east", "airfields"): 1,
        ("south", "sensors"): 0,
        ("south", "shooters"): 1,
        ("south", "airfields"): 1,
    }
    assert all(one.joint == one.own and not one.clauses for one in found.values())


def test_each_sort_is_lent_by_its_clause(tmp_path: Path) -> None:
    found = found_in(dealt(tmp_path, SEE, LEND, LAND))
    assert (found["west", "sensors"].lent, found["west", "sensors"].clauses) == ({"east": 1}, {"east": ("S",)})
    assert (found["west", "shooters"].lent, found["west", "shooters"].clauses) == ({"east": 2}, {"east": ("C",)})
    assert (found["west", "airfields"].lent, found["west", "airfields"].clauses) == ({"east": 1}, {"east": ("U",)})
    assert (found["east", "airfields"].lent, found["east", "airfields"].clauses) == ({"west": 2}, {"west": ("U",)})
    assert found["east", "shooters"].lent == found["east", "sensors"].lent == found["south", "airfields"].lent == {}


def test_what_is_left_without_a_partner(tmp_path: Path) -> None:
    clauses = (LEND, {**LEND, "id": "D", "units": ["south.air"], "from": "south"})
    reach = found_in(dealt(tmp_path, *clauses, parties=("west", "east", "south")))["west", "shooters"]
    assert (reach.joint, reach.left("east"), reach.left("south"), reach.left("nobody")) == (4, 2, 3, 4)
    assert (reach.dependence("east"), reach.dependence("south"), reach.dependence("nobody")) == (0.5, 0.25, 0.0)
    assert reach.expected({}) == 4.0
    assert reach.expected({"east": 0.5, "south": 0.0}) == 1 + 0.5 * 2
    assert reach.clauses == {"east": ("C",), "south": ("D",)}


@given(
    st.integers(0, 50),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 50)),
    st.dictionaries(st.sampled_from("abc"), st.floats(0.0, 1.0)),
)
def test_what_is_left_and_what_is_lost_add_up(own: int, lent: dict[str, int], chance: dict[str, float]) -> None:
    reach = Reach("x", "sensors", own, lent, {})
    for partner in "abc":
        assert reach.left(partner) + lent.get(partner, 0) == reach.joint
        assert 0.0 <= reach.dependence(partner) <= 1.0
        assert reach.dependence(partner) * reach.joint == pytest.approx(lent.get(partner, 0))
    assert own <= reach.expected(chance) <= reach.joint


@pytest.mark.parametrize(
    ("terms", "peace", "war"),
    [
        ({}, 2, 2),
        ({"phases": ["war"]}, 0, 2),
        ({"order": "weapons-status"}, 0, 0),  # neither to fly nor to fire
        ({"order": "scramble"}, 2, 2),
        ({"where": "south territory"}, 2, 2),  # somewhere is enough
        ({"where": "within 20 km of border"}, 2, 2),
        ({"targets": {"identity": ["friend"]}}, 0, 0),  # never against a hostile
        ({"approval": {"by": "owner", "takes": "1 min"}}, 2, 2),
        ({"units": ["east.sam"]}, 1, 1),
        ({"units": ["east.radar"]}, 0, 0),
        ({"to": "west.cp"}, 2, 2),
    ],
)
def test_a_shooter_counts_where_it_may_be_ordered(tmp_path: Path, terms: dict[str, Any], peace: int, war: int) -> None:
    scenario = dealt(tmp_path, {**LEND, **terms})
    lent = [found_in(scenario, phase)["west", "shooters"].lent.get("east", 0) for phase in ("peace", "war")]
    assert lent == [peace, war]


def test_who_lends_its_units_does_not_count_on_those_of_who_commands_them(tmp_path: Path) -> None:
    found = found_in(dealt(tmp_path, LEND))
    assert (found["west", "shooters"].lent, found["east", "shooters"].lent) == ({"east": 2}, {})


def test_a_common_commander_counts_for_every_nation_whose_units_it_commands(tmp_path: Path) -> None:
    """The post is one of the west; the east counts on western shooters because its own units follow the same post."""
    posts = {"joint.cp": {"nation": "west", "precedence": 1}}
    joint = {"id": "J", "order": "engage", "units": ["*.air"], "from": "each", "to": "joint.cp"}
    scenario = world(tmp_path, links=LINK, posts=posts, agreements=agreement(joint))
    found = found_in(scenario)
    assert found["west", "shooters"].lent == {"east": 1}
    assert found["east", "shooters"].lent == {"west": 1}
    assert found["east", "shooters"].clauses == {"west": ("J",)}
    assert found["south", "shooters"].lent == {}


@pytest.mark.parametrize(("zone", "seen"), [("west territory", 1), ("within 20 km of border", 1), (None, 1)])
def test_a_sensor_counts_when_its_data_may_be_seen_somewhere(tmp_path: Path, zone: str | None, seen: int) -> None:
    of = {"sensors": ["east.radar.*"]} if zone is None else {"sensors": ["east.radar.*"], "zone": zone}
    assert found_in(dealt(tmp_path, {**SEE, "of": of}))["west", "sensors"].lent == {"east": seen}


def test_identities_are_no_sensors(tmp_path: Path) -> None:
    told = {"id": "I", "share": ["identity", "flight-plans"], "from": "east", "to": "west", "over": "line"}
    assert found_in(dealt(tmp_path, told))["west", "sensors"].lent == {}


def test_a_unit_whose_radars_are_not_listed_yet_is_one_sensor() -> None:
    found = found_in(load(SCENARIOS / "agreements/joint-2009.yaml"))
    assert found["west", "sensors"].own > 0
    assert found["west", "sensors"].lent["east"] > 0


def test_raiders_count_on_nobody(tmp_path: Path) -> None:
    scenario = world(tmp_path, nations={"third": {"side": "raider"}})
    assert {nation for nation, _ in found_in(scenario)} == {"west", "east", "south"}


def test_clauses_fall_away_with_either_of_a_pair(tmp_path: Path) -> None:
    clauses = (
        SEE,
        {**LEND, "phases": ["war"]},
        {**LAND, "between": ["west", "south"]},
        {**SEE, "id": "T", "to": "south"},
    )
    scenario = dealt(tmp_path, *clauses, parties=("west", "east", "south"))
    arr = arrangement(scenario, None, outlines(scenario))
    assert falls_away(arr, "west", "east", "peace") == falls_away(arr, "east", "west", "peace") == ("S",)
    assert falls_away(arr, "west", "east", "war") == ("C", "S")
    assert falls_away(arr, "west", "south", "peace") == ("U",)
    assert falls_away(arr, "east", "south", "peace") == ("T",)


def test_a_clause_to_a_post_falls_away_with_its_nation_and_not_with_the_giver_alone(tmp_path: Path) -> None:
    posts = {"joint.cp": {"nation": "west", "precedence": 1}}
    joint = {"id": "J", "order": "engage", "units": ["*.air"], "from": "each", "to": "joint.cp", "delegate": "east.cp"}
    scenario = world(tmp_path, links=LINK, posts=posts, agreements=agreement(joint, parties=("west", "east", "south")))
    arr = arrangement(scenario, None, outlines(scenario))
    assert falls_away(arr, "west", "east", "peace") == ("J",)
    assert falls_away(arr, "east", "south", "peace") == ()


def test_a_signed_treaty_lends_nothing(tmp_path: Path) -> None:
    found = found_in(dealt(tmp_path, SEE, LEND, LAND, signed="2020-01-01"))
    assert all(not one.lent for one in found.values())


def test_the_ledger_of_the_deal_tells_what_is_left() -> None:
    scenario = load(SCENARIOS / "ledgers/deal-2009.yaml")
    facts = {(one["nation"], one["what"]): one for one in ledger_facts(scenario, None, {}, "war")["benefit"]}
    assert facts["west", "shooters"]["own"] == 6 + 3
    assert facts["east", "shooters"]["own"] == 4 + 2
