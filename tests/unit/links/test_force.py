"""What is in force: deputies when a link is lost, consent withdrawn and given again, help after an attack."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import treaties

from jointsky.links.agreements import (
    Datum,
    Situation,
    Target,
    Usable,
    clause_in_force,
    commander_of,
    may_order,
    may_see,
    may_use,
)
from jointsky.links.arrangement import Arrangement
from jointsky.links.force import held_orders, in_force, order_stands
from jointsky.links.tables import commandable, permits, releases
from jointsky.vocab.codes import Act, Identity, Share
from jointsky.vocab.messages import Called, Consent

RAID = Target(Identity.HOSTILE, False, lat_deg=54.0, lon_deg=31.0)


def joint(change: Any = None) -> Arrangement:
    text = treaties.read("joint-2009")
    if change is not None:
        change(text, {c["id"]: c for pact in text["agreements"] for c in pact["clauses"]})
    return treaties.compiled(text)


def deputised(text: dict[str, Any], _: Any) -> None:
    text["posts"]["joint.cp"]["deputies"] = ["west.reserve", "east.cp", "west.cp"]
    text["posts"]["west.reserve"] = {"nation": "west", "phases": ["threat"]}
    text["agreements"][1]["on_link_loss"]["then"] = "deputy"


def lost(**more: float) -> Situation:
    return Situation.with_down("war", 1000.0, {"joint": 40.0, **more})


def test_the_first_deputy_that_exists_and_is_reached_stands_in() -> None:
    arr = joint(deputised)
    held = {order.grant.giver: order.posts for order in held_orders(arr, lost()) if order.grant.clause.id == "C3"}
    assert held == {"east": {"east.cp"}, "west": {"east.cp"}}, "east.cp is first and reaches west over the hotline"
    assert may_order(arr, "east.cp", Act.ENGAGE, "west.sam.1", RAID, lost()).clauses == ("C3",)
    assert commander_of(arr, "west.sam.1", "west.cp", lost()) == "east.cp"
    refused = may_order(arr, "joint.cp", Act.ENGAGE, "west.sam.1", RAID, lost())
    assert not refused.yes and refused.against == ("C3", "link.joint")


def test_a_deputy_that_no_link_reaches_gives_way_to_the_next() -> None:
    arr = joint(deputised)
    apart = lost(hotline=10.0, exchange=10.0)
    held = {order.grant.giver: order.posts for order in held_orders(arr, apart) if order.grant.clause.id == "C3"}
    assert held == {"east": {"east.cp"}, "west": {"west.cp"}}


def test_without_a_deputy_rule_or_before_its_time_nothing_passes() -> None:
    for arr, situation in ((joint(), lost()), (joint(deputised), Situation.with_down("war", 1000.0, {"joint": 20.0}))):
        answer = may_order(arr, "east.cp", Act.ENGAGE, "west.sam.1", RAID, situation)
        assert not answer.yes and answer.against

    def absent(text: dict[str, Any], clauses: Any) -> None:
        deputised(text, clauses)
        text["posts"]["joint.cp"]["deputies"] = ["west.reserve"]

    nobody = joint(absent)
    held = [order for order in held_orders(nobody, lost()) if order.grant.clause.id == "C3"]
    assert held == []


def test_deputies_in_rows() -> None:
    arr = joint(deputised)
    for post in arr.posts:
        for situation in (lost(), lost(hotline=10.0, exchange=10.0), Situation("war")):
            table = permits(arr, post, Act.ENGAGE, np.arange(len(arr.units)), [Identity.HOSTILE], [False], [54.0],
                            [31.0], situation)  # fmt: skip
            some = commandable(arr, post, situation)
            for row, unit in enumerate(arr.units):
                verdict = may_order(arr, post, Act.ENGAGE, unit.name, RAID, situation)
                assert table.allowed[row, 0] == verdict.yes
                assert some[row] or not verdict.yes
                if not verdict.yes:
                    assert verdict.against


def consented(_: Any, clauses: Any) -> None:
    clauses["C2"]["withdrawal"] = {"by": ["east.president"], "takes": "60 s"}
    clauses["S1"]["withdrawal"] = {"by": ["east.president"]}


def asks(arr: Arrangement, situation: Situation) -> Any:
    over_west = Target(Identity.HOSTILE, False, lat_deg=54.0, lon_deg=29.0)
    return may_order(arr, "west.cp", Act.ENGAGE, "east.qra", over_west, situation)


def test_withdrawn_consent_goes_on_for_its_time_and_names_itself() -> None:
    arr = joint(consented)
    told = Situation("peace", 0.0).after(Consent("C2", False, 100.0))
    for t_s in (100.0, 159.9):
        assert asks(arr, told.at(t_s)).yes
    refused = asks(arr, told.at(160.0))
    assert not refused.yes and refused.against == ("C1", "C2", "consent.C2")
    assert not clause_in_force(arr, "C2", told.at(160.0)) and clause_in_force(arr, "C1", told.at(160.0))
    assert not order_stands(arr, "west.cp", "C2", told.at(160.0))
    back = told.after(Consent("C2", True, 170.0))
    assert back.withdrawn == {"C2": (100.0, 170.0)} and asks(arr, back.at(170.0)).yes
    again = back.after(Consent("C2", True, 180.0)).after(Consent("C2", False, 200.0)).after(Consent("C2", False, 210.0))
    assert again.withdrawn == {"C2": (100.0, 170.0, 200.0)}
    assert asks(arr, again.at(259.0)).yes and not asks(arr, again.at(260.0)).yes


def test_withdrawn_data_stop_in_words_and_rows() -> None:
    arr = joint(consented)
    told = Situation("peace", 10.0).after(Consent("S1", False, 10.0))
    seen = may_see(arr, "west", Datum(Share.PLOTS, "east", "east.radar.1"), told)
    assert not seen.yes and "consent.S1" in seen.against
    assert releases(arr, "west", Share.PLOTS, told).empty and not releases(
        arr, "west", Share.PLOTS, Situation("peace", 10.0)
    ).empty


def test_a_whole_agreement_withdrawn_takes_those_under_it() -> None:
    def change(text: dict[str, Any], _: Any) -> None:
        text["agreements"][0]["withdrawal"] = {"by": ["west.president"], "takes": "1 min"}
        text["agreements"][1]["under"] = "tracks-1995"

    arr = joint(change)
    everything = in_force(arr, Situation("war", 0.0))
    told = Situation("war", 0.0).after(Consent("tracks-1995", False, 0.0))
    assert in_force(arr, told.at(59.0)) == everything and in_force(arr, told.at(60.0)) == frozenset()


@pytest.mark.parametrize("phase", ["peace", "threat", "war"])
def test_help_holds_only_after_it_was_called_for(phase: str) -> None:
    def change(_: Any, clauses: Any) -> None:
        clauses["R1"] |= {"if_attacked": {"within": "10 min", "takes": "5 min"}, "phases": ["peace", "threat", "war"]}

    arr = joint(change)
    thing = Usable("airfields", "east")
    calm = may_use(arr, "west", thing, Situation(phase, 500.0))
    assert not calm.yes and calm.against == ("R1",) and "after an attack" in calm.reason
    called = Situation(phase, 0.0).after(Called("R1", 100.0)).after(Called("R1", 900.0))
    assert called.called == {"R1": 100.0}, "help is called for once"
    assert not may_use(arr, "west", thing, called.at(399.0)).yes
    assert may_use(arr, "west", thing, called.at(400.0)).clauses == ("R1",)


def test_every_refusal_names_something() -> None:
    arr = joint(deputised)
    assert may_order(arr, "nobody.cp", Act.ENGAGE, "west.sam.1", RAID, lost()).against == ("post.nobody.cp",)
    assert may_order(arr, "joint.cp", Act.ENGAGE, "west.sam.1", RAID, Situation()).against == ("post.joint.cp",)
    assert may_order(arr, "west.cp", Act.ENGAGE, "west.sam.9", RAID, Situation()).against == ("none",)
    assert may_order(arr, "west.cp", Act.ENGAGE, "west.sam.1", None, Situation()).against == ("none",)
    assert may_order(arr, "west.cp", Act.SCRAMBLE, "east.sam.1", None, Situation()).against == ("none",)
    assert may_order(arr, "west.cp", Act.SCRAMBLE, "east.qra", None, Situation("war")).against == ("C1", "C2")
    assert may_order(arr, "west.cp", Act.ENGAGE, "west.sam.1", RAID, Situation()).against == ()
    none = treaties.compiled(treaties.read("none"))
    assert may_order(none, "west.cp", Act.ENGAGE, "east.sam.1", RAID, Situation()).against == ("none",)
    assert may_see(none, "west", Datum(Share.PLOTS, "east", "east.radar.1"), Situation()).against == ("none",)
