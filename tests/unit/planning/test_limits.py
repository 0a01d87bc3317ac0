"""Treaty rules: the same deployment within or beyond them by number, owner, host, reach, zone and day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_world import MONEY, agreement, world

from jointsky.errors import ScenarioErrors
from jointsky.planning.limits import Counted, Finding, broken, limits
from jointsky.planning.places import reach_m
from jointsky.scenario.load import Scenario, load

ROOT = Path(__file__).parents[3]
DAY = date(2004, 1, 1)


def ruled(folder: Path, *rules: dict[str, Any], more: dict[str, Any] | None = None, **sections: Any) -> Scenario:
    section = agreement(name="treaty", parties=("west", "east", "south"), rules=list(rules), **(more or {}))
    return world(folder, agreements=section, **sections)


def rule(binds: str = "east", most: int = 0, **more: Any) -> dict[str, Any]:
    return {"id": "R", "binds": [binds], "most": most, "of": {"kinds": ["fighter"]}, **more}


def one(scenario: Scenario, on: date | None = DAY) -> Finding:
    found = limits(scenario, on)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("binds", "where", "held"),
    [
        ("east", None, 12),
        ("east", "east territory", 8),
        ("east", "owner territory", 8),
        ("east", "west territory", 4),
        ("west", "west territory", 8),
        ("south", "anywhere in west + east", 0),
        ("south", "anywhere in west + south", 6),
        ("east", "within 20 km of border", 4),
        ("east", "within 5 km of border", 0),
        ("west", "within 200 km of border of west", 8),
        ("east", "strip", 4),
    ],
)
def test_what_counts_depends_on_owner_and_place(tmp_path: Path, binds: str, where: str | None, held: int) -> None:
    ring = [[29, 51], [31, 51], [31, 53], [29, 53], [29, 51]]
    (tmp_path / "strip.geojson").write_text(f'{{"type": "Polygon", "coordinates": [{ring}]}}')
    at = {} if where is None else {"where": where}
    assert one(ruled(tmp_path, rule(binds, **at), zones={"strip": "strip.geojson"})).held == held


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_rule_is_broken_from_one_above_its_limit_on(
    tmp_path_factory: pytest.TempPathFactory, most: int, aircraft: int
) -> None:
    scenario = ruled(tmp_path_factory.mktemp("rule"), rule("west", most), units={"west.air": {"aircraft": aircraft}})
    found = one(scenario)
    assert (found.held, found.over) == (aircraft, max(0, aircraft - most))
    assert found.broken == (aircraft > most) == bool(broken(scenario, DAY))


def test_a_broken_rule_names_itself_and_what_counts(tmp_path: Path) -> None:
    found = one(ruled(tmp_path, rule("east", 10)))
    assert found.words() == (
        "rule R of treaty: east holds 12 fighters, at most 10, 2 too many; east.air (8), east.guest (4)"
    )
    assert one(ruled(tmp_path, rule("east", 0, where="west territory"))).words() == (
        "rule R of treaty: east holds 4 fighters in west territory, none allowed, 4 too many; east.guest (4)"
    )


@pytest.mark.parametrize(
    ("of", "held"),
    [
        ({"kinds": ["sam"]}, 2),  # batteries; the search radar beside one is none
        ({"types": ["sam_long"]}, 1),
        ({"types": ["sam_acquisition_sband_3d"]}, 1),
        ({"kinds": ["radar", "sam"]}, 3),
        ({"reach": ["50 km", "200 km"]}, 1),
        ({"reach": ["100 km", "101 km"]}, 1),
        ({"reach": ["101 km", "500 km"]}, 0),
        ({"kinds": ["sam"], "reach": ["1 km", "20 km"]}, 1),
        ({"kinds": ["fighter"], "reach": ["1 km", "500 km"]}, 0),
    ],
)
def test_kinds_types_and_reach(tmp_path: Path, of: dict[str, Any], held: int) -> None:
    assert one(ruled(tmp_path, rule(of=of))).held == held


def test_reach_comes_from_the_catalogue(tmp_path: Path) -> None:
    catalogue = world(tmp_path).catalogue
    assert reach_m(catalogue, "sam_long") == catalogue.sam("sam_long").range_max
    flown = catalogue.aircraft("cruise_missile")
    assert reach_m(catalogue, "cruise_missile") == flown.cruise * flown.endurance
    assert reach_m(catalogue, "fighter") is reach_m(catalogue, None) is reach_m(catalogue, "gap_filler_uhf_2d") is None


def arrows(held: str, **category: Any) -> dict[str, Any]:
    stock = {"category": "arrows", "held": held, "count": 4, "day": date(2001, 1, 1)}
    return {**MONEY, "categories": {"arrows": category}, "stocks": [stock]}


@pytest.mark.parametrize(
    ("held", "legal"), [("east", False), ("east in west", False), ("west", True), ("south in west", True)]
)
def test_a_ban_binds_one_party_wherever_it_stands(tmp_path: Path, held: str, legal: bool) -> None:
    ban = rule("east", of={"reach": ["500 km", "5500 km"]})
    assert (not broken(ruled(tmp_path, ban, ledger=arrows(held, reach="1500 km")), DAY)) is legal


@pytest.mark.parametrize(("held", "legal"), [("east", True), ("east in west", False), ("east in south", True)])
def test_a_host_may_be_what_makes_it_a_violation(tmp_path: Path, held: str, legal: bool) -> None:
    ban = rule("east", of={"categories": ["arrows"]}, where="west territory")
    assert (not broken(ruled(tmp_path, ban, ledger=arrows(held)), DAY)) is legal


@pytest.mark.parametrize(("reach", "held"), [("499 km", 0), ("500 km", 4), ("5500 km", 4), ("5501 km", 0)])
def test_the_window_of_reach_includes_its_ends(tmp_path: Path, reach: str, held: int) -> None:
    ban = rule("east", of={"reach": ["500 km", "5500 km"]})
    assert one(ruled(tmp_path, ban, ledger=arrows("east", reach=reach))).held == held


def test_a_category_has_the_reach_of_its_type(tmp_path: Path) -> None:
    ban = rule("east", of={"reach": ["500 km", "5500 km"]})
    assert one(ruled(tmp_path, ban, ledger=arrows("east", type="cruise_missile"))).held == 4
    assert one(ruled(tmp_path, ban, ledger=arrows("east", type="sam_long"))).held == 0
    assert one(ruled(tmp_path, ban, ledger=arrows("east"))).held == 0


def test_what_stands_nowhere_in_particular_is_named_and_not_counted(tmp_path: Path) -> None:
    found = one(
        ruled(tmp_path, rule(of={"categories": ["arrows"]}, where="within 50 km of border"), ledger=arrows("east"))
    )
    assert (found.held, found.unplaced) == (0, (Counted("arrows of east", 4),))
    assert found.words().endswith("without a site, not counted: arrows of east (4)")


@pytest.mark.parametrize(
    ("terms", "part", "day", "binds"),
    [
        ({}, {}, DAY, True),
        ({"kind": "intent"}, {}, DAY, False),
        ({"signed": date(2000, 1, 1)}, {}, DAY, False),
        ({"in_force": DAY}, {}, DAY, True),
        ({"in_force": date(2004, 1, 2)}, {}, DAY, False),
        ({"in_force": date(2000, 1, 1), "until": DAY}, {}, DAY, False),
        ({"in_force": date(2000, 1, 1), "suspended": {"from": DAY, "until": date(2004, 1, 2)}}, {}, DAY, False),
        (
            {"in_force": date(2000, 1, 1), "suspended": {"from": DAY, "until": date(2004, 1, 2)}},
            {},
            date(2004, 1, 2),
            True,
        ),
        ({}, {"in_force": date(2004, 1, 2)}, DAY, False),
        ({}, {"until": DAY}, DAY, False),
        ({}, {"until": date(2004, 1, 2)}, DAY, True),
    ],
)
def test_a_rule_binds_only_on_its_days(
    tmp_path: Path, terms: dict[str, Any], part: dict[str, Any], day: date, binds: bool
) -> None:
    assert bool(broken(ruled(tmp_path, rule(**part), more=terms), day)) == binds


def test_a_zone_without_an_outline_is_told_at_its_place(tmp_path: Path) -> None:
    scenario = ruled(tmp_path, rule(where="west territory"), nations={"west": {"territory": None}})
    with pytest.raises(ScenarioErrors, match=r"main.yaml:\d+:\d+: agreements\[0\].rules\[0\].where: .*outline of west"):
        limits(scenario, DAY)


def test_units_without_a_site_stand_at_home(tmp_path: Path) -> None:
    units = {"east.new": {"kind": "fighter", "type": "fighter", "aircraft": 3}}
    assert one(ruled(tmp_path, rule("east", where="east territory"), units=units)).held == 8 + 3
    assert one(ruled(tmp_path, rule("east", where="west territory"), units=units)).held == 4



@pytest.mark.parametrize(
    ("file", "day", "rules"),
    [
        ("ceilings.yaml", "2026-06-01", []),
        ("ceilings-one-more.yaml", "2026-06-01", [("N1", "east", 2)]),
        ("range-rule.yaml", "2007-11-13", []),
        ("range-rule.yaml", "2007-11-14", [("R1", "east", 4)]),
        ("range-rule.yaml", "2007-11-20", [("R1", "east", 4)]),
        ("range-rule.yaml", "2008-03-01", []),
        ("range-rule.yaml", "2019-08-02", []),
    ],
)
def test_the_shipped_cases(file: str, day: str, rules: list[tuple[str, str, int]]) -> None:
    found = broken(load(ROOT / "scenarios/ledgers" / file), date.fromisoformat(day))
    assert [(f.rule, f.nation, f.over) for f in found] == rules
