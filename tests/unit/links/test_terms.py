"""Terms of a clause: between whom, which things, how much of it has been put into practice, up to which limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import treaties

from jointsky.links.agreements import Situation, Usable, may_order, may_use
from jointsky.links.arrangement import Arrangement, Stock
from jointsky.links.compiler import compile_arrangement
from jointsky.links.terms import counted
from jointsky.scenario.agreement import AgreementFile
from jointsky.vocab.codes import Act

THREE = ("west", "east", "south")


def arrangement(*clauses: dict[str, Any], stock: Any = None, **more: Any) -> Arrangement:
    text: dict[str, Any] = {
        "nations": {name: {} for name in THREE},
        "posts": {f"{name}.cp": {"nation": name, "commands": [f"{name}.*"]} for name in THREE},
        "links": {"net": {"between": [f"{name}.cp" for name in THREE], "delay": "1 s"}},
        "units": {f"{name}.{unit}": {"kind": kind} for name in THREE for unit, kind in UNITS.items()},
        "agreements": [{"name": "pact", "parties": list(THREE), "clauses": list(clauses)}],
    }
    spec = AgreementFile.model_validate({**text, **more})
    units = treaties.things(list(spec.units), THREE)
    sensors = [unit for unit in units if "radar" in unit.name]
    return compile_arrangement(spec, sensors, units, treaties.LANDS, stock=stock or {})


UNITS = {**{f"radar.{i}": "radar" for i in range(1, 6)}, "sam.1": "sam", "sam.2": "sam", "qra": "fighter"}


def plots(**more: Any) -> dict[str, Any]:
    return {"id": "S", "share": "plots", "from": "each", "to": "others", "over": "net", "of": {"sensors": ["*"]}} | more


def order(**more: Any) -> dict[str, Any]:
    return {
        "id": "C",
        "order": ["scramble", "engage"],
        "from": "each",
        "to": "others",
        "units": ["*.qra"],
        "approval": {"by": "owner", "takes": "5 s"},
    } | more


def test_between_makes_a_bilateral_clause_in_a_multilateral_frame() -> None:
    arr = arrangement(plots(between=["west", "east"]), order(between=["south", "west"]))
    assert {(g.giver, g.receiver) for g in arr.shares} == {("west", "east"), ("east", "west")}
    assert {(g.giver, tuple(g.posts)) for g in arr.orders} == {("west", ("south.cp",)), ("south", ("west.cp",))}
    assert {c.id: c.receivers for c in arr.clauses} == {"S": ("east", "west"), "C": ("south", "west")}
    one = arrangement(plots(**{"from": "west"}, of={"sensors": ["west.*"]}, between=["west", "south"]))
    assert [(g.giver, g.receiver) for g in one.shares] == [("west", "south")]


@pytest.mark.parametrize("name", ["S", "T", "another"])
def test_level_is_nested_and_counts_up_to_all(name: str) -> None:
    last: set[str] = set()
    for percent in range(0, 101, 5):
        arr = arrangement(plots(id=name, level=f"{percent} %"))
        taking = [arr.sensors[row].name for g in arr.shares for row in np.flatnonzero(g.sensors)]
        things = set(taking)
        assert len(things) == -(-percent * 15 // 100), "the nearest whole number of fifteen radars above"
        assert last <= things, "more level never takes one away"
        last = things


def test_level_goes_by_the_names_of_clause_and_thing() -> None:
    some = {name: arrangement(plots(id=name, level="40 %")).shares for name in ("S", "T")}
    masks = {name: np.array([g.sensors for g in grants]) for name, grants in some.items()}
    assert not np.array_equal(masks["S"], masks["T"])


def test_level_of_a_use_clause_scales_its_limit() -> None:
    arr = arrangement({"id": "U", "use": ["airfields", "munitions"], "from": "west", "to": "east", "level": "50 %",
                       "limits": {"airfields": 5, "munitions": "30 %"}})  # fmt: skip
    assert arr.clauses[0].limits == {"airfields": 2, "munitions": 0.15}
    places, shots = (may_use(arr, "east", Usable(word, "west"), Situation()) for word in ("airfields", "munitions"))
    assert (places.limit, places.most) == (0.0, 2) and (shots.limit, shots.most) == (0.15, 0)
    whole = arrangement({"id": "U", "use": "airfields", "from": "west", "to": "east"})
    assert may_use(whole, "east", Usable("airfields", "west"), Situation()).limit == 1.0
    refused = may_use(whole, "west", Usable("airfields", "east"), Situation())
    assert (refused.yes, refused.limit, refused.most, refused.against) == (False, 0.0, 0, ("none",))


def test_a_joint_unit_stands_for_its_parts_of_each_owner() -> None:
    joint = {"pair": {"of": ["west.qra", "east.sam.1"]}}
    arr = arrangement(order(units=["pair"]), joint_units=joint)
    named = {unit.name for g in arr.orders for unit, hit in zip(arr.units, g.units, strict=True) if hit}
    assert named == {"west.qra", "east.sam.1"} and arr.joint_units == {"pair": ("west.qra", "east.sam.1")}
    assert may_order(arr, "south.cp", Act.SCRAMBLE, "west.qra", None, Situation()).clauses == ("C",)
    assert not may_order(arr, "south.cp", Act.SCRAMBLE, "west.sam.1", None, Situation()).yes


def test_a_joint_unit_that_no_clause_names_is_not_given() -> None:
    joint = {"pair": {"of": ["west.qra", "east.sam.1"]}, "battery": {"of": ["east.sam.2"]}}
    arr = arrangement(order(units=["pair"]), joint_units=joint)
    assert not may_order(arr, "south.cp", Act.SCRAMBLE, "east.sam.2", None, Situation()).yes
    both = arrangement(order(units=["pair", "battery"]), joint_units=joint)
    assert may_order(both, "south.cp", Act.SCRAMBLE, "east.sam.2", None, Situation()).yes


def test_level_of_an_order_clause_is_of_its_units_and_leaves_its_limits() -> None:
    arr = arrangement(order(units=["*"], level="50 %", limits={"shots": 8, "aircraft": "50 %"}))
    assert arr.clauses[0].limits == {"shots": 8, "aircraft": 0.5}
    assert all(grant.most["shots"] == 8 for grant in arr.orders)


def test_only_shots_and_aircraft_are_counted_on_units() -> None:
    units = treaties.things(["west.qra", "west.sam.1"], THREE)
    held = {"west.qra": Stock(7, 28), "west.sam.1": Stock(0, 10)}
    limits = {"munitions": 0.3, "airfields": 2, "shots": 0.5, "aircraft": 4}
    assert counted(limits, units, np.array([True, True]), held) == {"shots": 19, "aircraft": 4}
    assert counted(limits, units, np.array([False, True]), held) == {"shots": 5, "aircraft": 4}


def test_limits_are_counts_or_shares_of_the_givers_own_stock() -> None:
    stock = {"west.qra": Stock(7, 28), "west.sam.1": Stock(0, 10), "east.qra": Stock(4, 16)}
    arr = arrangement(order(units=["*"], limits={"aircraft": 3, "shots": "30 %"}), stock=stock)
    most = {g.giver: dict(g.most) for g in arr.orders}
    assert most["west"] == {"aircraft": 3, "shots": 11} and most["east"] == {"aircraft": 3, "shots": 4}
    assert most["south"]["shots"] == 0, "a share of nothing"


def test_delay_refusal_and_consent_terms_are_kept() -> None:
    terms = {
        "approval": {"by": "owner", "takes": "60 s", "refused": "25 %"},
        "delay": "7 s",
        "over": "net",
        "withdrawal": {"by": ["west.head"], "takes": "2 min"},
        "if_attacked": {"within": "10 min", "takes": "5 min", "refused": "10 %", "declared_by": ["east.head"]},
    }
    (clause,) = arrangement(order(**terms)).clauses
    assert (clause.refused, clause.delay_s, clause.takes_s) == (0.25, 7.0, 60.0)
    assert clause.withdrawal is not None and clause.withdrawal.by == ("west.head",)
    assert clause.withdrawal.takes_s == 120.0
    assert clause.assistance is not None and clause.assistance.within_s == 600.0
    assert (clause.assistance.takes_s, clause.assistance.refused) == (300.0, 0.1)
    assert clause.assistance.declared_by == ("east.head",)
