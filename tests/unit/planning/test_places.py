"""What can be counted: every piece of the reference case once, whose it is, and what belongs to a raid."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ledger_world import MONEY, agreement, world
from reference_case import SCENARIOS

from jointsky.errors import ScenarioErrors
from jointsky.planning.ledgers import bill
from jointsky.planning.limits import limits
from jointsky.planning.places import arrangement, pieces
from jointsky.scenario.load import Scenario, load

BOMBERS: dict[str, Any] = {
    "id": "bombers",
    "nation": "third",
    "type": "bomber",
    "count": 2,
    "route": [{"at": [52.0, 19.0], "altitude": "9 km"}, {"at": [52.0, 21.0], "altitude": "9 km"}],
    "carries": {"type": "cruise_missile", "count": 6, "release": 1, "targets": ["town"]},
}


def raided(folder: Path, group: dict[str, Any], **sections: Any) -> Scenario:
    town = {"town": {"nation": "west", "at": [52.0, 25.0]}}
    third = {"third": {"side": "raider"}}
    return world(folder, nations=third, assets=town, raid=[group], **sections)


def test_every_piece_of_the_reference_case_is_counted_once() -> None:
    """Forty fighters defend, twenty more are the raiders' own; the raid is exactly a hundred."""
    scenario = load(SCENARIOS / "union-5-10.yaml")
    found = pieces(scenario)
    count = Counter[tuple[str, str]]()
    for piece in found:
        count[piece.owner, piece.kind] += piece.count
    assert {key: number for key, number in count.items() if key[0] != "third"} == {
        ("west", "fighter"): 24,
        ("east", "fighter"): 16,
        ("west", "radar"): 12,
        ("east", "radar"): 8,
        ("west", "sam"): 9,
        ("east", "sam"): 6,
        ("west", "search"): 9,
        ("east", "search"): 5,
        ("west", "ew"): 1,
        ("east", "aew"): 1,
        ("east", "early-warning"): 1,
    }
    assert {kind: number for (owner, kind), number in count.items() if owner == "third"} == {
        "bomber": 8,
        "cruise_missile": 6 * 8 + 20,
        "fighter": 20,
        "jammer": 4,
    }
    assert sum(piece.count for piece in found if piece.raiding) == 100
    assert {piece.owner for piece in found if piece.raiding} == {"third"}
    standing = [piece for piece in found if not piece.raiding]
    assert {piece.unit for piece in standing} == set(scenario.units)
    assert len({(p.unit, p.kind, p.type, p.lat_deg, p.lon_deg) for p in standing}) == len(standing)


def test_a_bill_of_one_coin_a_thing_is_the_count_of_units(tmp_path: Path) -> None:
    types = {piece.type for piece in pieces(load(SCENARIOS / "union-5-10.yaml")) if piece.type}
    costs = "".join(f"    {name}: {{acquisition: 1 USD}}\n" for name in sorted(types - {"fighter"}))
    (tmp_path / "coins.yaml").write_text(
        f"include: {SCENARIOS / 'union-5-10.yaml'}\nledger:\n  currency: USD\n  year: 2000\n  source: notional\n"
        f"  costs:\n{costs}    west.fighter.1: {{acquisition: 1 USD}}\n"
    )
    found = bill(load(tmp_path / "coins.yaml", agreement=str(SCENARIOS / "agreements/none.yaml")), None)
    # radars, batteries and their search radars; one unit by name; the aircraft and the radar of early warning
    assert found.of("west") == 12 + 9 + 9 + 1
    assert found.of("east") == 8 + 6 + 5 + 1 + 1
    assert found.of("third") == 0.0


def test_a_raid_carries_what_it_carries(tmp_path: Path) -> None:
    ban = {"id": "R", "binds": ["third"], "most": 0, "of": {"reach": ["100 km", "9000 km"]}}
    section = agreement(name="treaty", parties=("west", "third"), rules=[ban])
    found = limits(raided(tmp_path, BOMBERS, agreements=section), None)
    assert [(one.held, [str(item) for item in one.counted]) for one in found] == [(12, ["bombers (12)"])]


def test_a_raid_is_nobodys_unit_even_under_the_name_of_one(tmp_path: Path) -> None:
    costs = {"gap_filler_uhf_2d": {"acquisition": "1 USD"}, "bomber": {"acquisition": "1 USD"}}
    scenario = raided(tmp_path, {**BOMBERS, "id": "west.radar"}, ledger={**MONEY, "costs": costs})
    assert {(line.party, line.purpose) for line in bill(scenario, None).lines} == {
        ("west", "2 x gap_filler_uhf_2d"),
        ("east", "1 x gap_filler_uhf_2d"),
    }


def test_a_zone_without_an_outline_is_told_in_the_file(tmp_path: Path) -> None:
    far = {"id": "C", "order": "engage", "units": ["*"], "from": "east", "to": "west", "where": "within 9 km of border"}
    scenario = world(tmp_path, nations={"east": {"territory": None}}, agreements=agreement(far))
    with pytest.raises(ScenarioErrors, match=r"main\.yaml:\d+:\d+: agreements\[0\]: zone .* needs the outline of east"):
        arrangement(scenario, None)
