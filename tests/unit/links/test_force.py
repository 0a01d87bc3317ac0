"""What is in force: deputies when a link is lost, consent withdrawn and given again, help after an attack."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import treaties

from jointsky.links import force
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
from jointsky.links.force import (
    areas_in_force,
    consent_withdrawn,
    fallen,
    force_fault,
    held_orders,
    in_force,
    links_between,
    order_stands,
    suspended,
    weapons_limit,
)
from jointsky.links.tables import commandable, permits, releases
from jointsky.vocab.codes import Act, Identity, Share, Weapons
from jointsky.vocab.messages import Called, Consent, LinkState

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
    assert (
        releases(arr, "west", Share.PLOTS, told).empty
        and not releases(arr, "west", Share.PLOTS, Situation("peace", 10.0)).empty
    )


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


def two_pacts(one: str, other: str, **deputies: Any) -> Arrangement:
    """Two agreements, each over its own link and with its own rule of what is left when that is lost."""
    text = treaties.read("none")
    text["links"] = {name: {"between": ["west.cp", "east.cp"], "delay": "1 s"} for name in ("a-net", "b-net", "c-net")}
    text["posts"]["joint.cp"] = {"nation": "west", "host": "west.cp", "precedence": 1, **deputies}
    text["agreements"] = [
        {"name": name, "parties": ["west", "east"],
         "on_link_loss": {"link": f"{name}-net", "after": "30 s", "then": then, "weapons": weapons},
         "clauses": [{"id": f"C-{name}", "order": "engage", "from": "east", "to": "joint.cp", "units": [units]},
                     {"id": f"S-{name}", "share": "plots", "from": "east", "to": "west", "over": f"{name}-net",
                      "of": {"sensors": ["east.*"]}},
                     {"id": f"T-{name}", "share": "plots", "from": "west", "to": "east", "over": "c-net",
                      "of": {"sensors": ["west.*"]}}]}
        for name, then, weapons, units in (("a", one, "hold", "east.sam.1"), ("b", other, "tight", "east.qra"))
    ]  # fmt: skip
    return treaties.compiled(text)


def held_by(arr: Arrangement, clause: str, situation: Situation) -> set[str]:
    return {name for order in held_orders(arr, situation) if order.grant.clause.id == clause for name in order.posts}


def down(**links: float) -> Situation:
    return Situation.with_down("peace", 1000.0, {f"{name}-net": down_s for name, down_s in links.items()})


def test_each_agreement_goes_by_its_own_link_and_its_own_rule() -> None:
    arr = two_pacts("deputy", "national", deputies=["west.cp"])
    everything = {"C-a", "S-a", "T-a", "C-b", "S-b", "T-b"}

    def holding(situation: Situation) -> set[str]:
        return {arr.clause_ids[index] for index in in_force(arr, situation)}

    assert holding(down()) == holding(down(a=30.0, b=30.0)) == holding(down(c=900.0)) == everything
    assert holding(down(a=31.0)) == everything - {"C-a", "S-a"} and holding(down(b=31.0)) == everything - {"C-b", "S-b"}
    for links in ({"a": 31.0}, {"b": 31.0}, {"a": 31.0, "b": 31.0}, {"c": 31.0}):
        told = down(**links)
        lost = everything - holding(told)
        assert {arr.clause_ids[index] for index in suspended(arr, told)} == lost
        assert {name for name in everything if not clause_in_force(arr, name, told)} == lost
        assert {rule.link for rule in fallen(arr, told)} == {f"{name}-net" for name in links} - {"c-net"}
    assert held_by(arr, "C-b", down(b=31.0)) == set() and held_by(arr, "C-b", down(a=31.0)) == {"joint.cp"}


def test_a_deputy_reaches_over_links_that_are_up_even_where_another_loss_leaves_it_to_the_nations() -> None:
    arr = two_pacts("deputy", "national", deputies=["west.cp"])
    assert held_by(arr, "C-a", down(a=31.0)) == {"west.cp"}
    assert held_by(arr, "C-a", down(a=31.0, b=31.0)) == {"west.cp"}, "over the third link"
    assert held_by(arr, "C-a", down(a=31.0, b=31.0, c=0.5)) == set(), "no link reaches east any more"
    assert held_by(arr, "C-a", down(a=31.0, c=31.0)) == {"west.cp"}
    assert held_by(arr, "C-a", down(c=31.0)) == {"joint.cp"}
    own = two_pacts("deputy", "national", deputies=["east.cp"])
    assert held_by(own, "C-a", down(a=31.0, b=31.0, c=31.0)) == {"east.cp"}, "its own nation's units need no link"
    back = Situation("peace", 1000.0, {"a-net": (900.0,), "b-net": (900.0, 990.0), "c-net": (900.0,)})
    assert held_by(arr, "C-a", back) == {"west.cp"}, "a link that is up again reaches"
    again = Situation("peace", 1000.0, {"a-net": (900.0,), "b-net": (900.0, 990.0, 995.0), "c-net": (900.0,)})
    assert held_by(arr, "C-a", again) == set(), "and one that broke again does not"


def test_an_order_stands_while_its_sender_holds_its_clause() -> None:
    arr = two_pacts("deputy", "national", deputies=["west.cp"])
    for situation, sender, clause, stands in (
        (down(), "joint.cp", "C-a", True), (down(), "west.cp", "C-a", False), (down(), "joint.cp", "C-x", False),
        (down(a=31.0), "joint.cp", "C-a", False), (down(a=31.0), "west.cp", "C-a", True),
        (down(a=31.0), "joint.cp", "C-b", True), (down(b=31.0), "joint.cp", "C-b", False),
    ):  # fmt: skip
        assert order_stands(arr, sender, clause, situation) == stands, (situation, sender, clause)


def test_weapons_go_by_the_strictest_rule_that_holds_and_bind_the_parties() -> None:
    arr = two_pacts("national", "national")
    for situation, limit in (
        (down(), None), (down(a=31.0), Weapons.HOLD), (down(b=31.0), Weapons.TIGHT),
        (down(a=31.0, b=31.0), Weapons.HOLD),
    ):  # fmt: skip
        assert weapons_limit(arr, "west", situation) is limit
    assert weapons_limit(arr, "south", down(a=31.0)) is None, "no party"
    silent = joint(lambda text, _: text["agreements"][1]["on_link_loss"].pop("weapons"))
    assert weapons_limit(silent, "west", lost()) is None


def test_what_stands_against_a_clause_in_words_and_ids() -> None:
    def change(text: dict[str, Any], clauses: Any) -> None:
        consented(text, clauses)
        clauses["R1"]["if_attacked"] = {"within": "10 min", "takes": "5 min"}

    arr = joint(change)
    clauses = {clause.id: clause for clause in arr.clauses}
    war = Situation("war", 1000.0)
    assert force_fault(arr, clauses["C3"], war) is None
    assert force_fault(arr, clauses["C3"], Situation()) == ("holds only in phase threat, war", ("C3",))
    assert force_fault(arr, clauses["C3"], lost()) == (
        "is out of force because its link is lost", ("C3", "link.joint"),
    )  # fmt: skip
    taken = Situation("war", 1000.0, withdrawn={"S1": (900.0,)})
    assert force_fault(arr, clauses["S1"], taken) == (
        "is out of force because consent was withdrawn", ("S1", "consent.S1"),
    )  # fmt: skip
    assert force_fault(arr, clauses["S2"], taken) is None
    assert force_fault(arr, clauses["R1"], war) == ("holds only after an attack", ("R1",))
    called = Situation("war", 1000.0, called={"R1": 900.0})
    assert force_fault(arr, clauses["R1"], called) == ("holds only in some time", ("R1",))
    assert force_fault(arr, clauses["R1"], called.at(1200.0)) is None


def test_each_clause_waits_for_its_own_help() -> None:
    def change(_: Any, clauses: Any) -> None:
        clauses["R1"]["if_attacked"] = {"within": "10 min", "takes": "5 min"}
        clauses["S2"]["if_attacked"] = {"within": "10 min", "takes": "1 min"}

    arr = joint(change)
    called = {"R1": 0.0, "S2": 0.0, "C3": 0.0, "unheard": 0.0}
    for t_s, held in ((59.0, set()), (60.0, {"S2"}), (299.0, {"S2"}), (300.0, {"S2", "R1"})):
        told = Situation("war", t_s, called=called)
        assert {name for name in ("S2", "R1") if clause_in_force(arr, name, told)} == held
        assert clause_in_force(arr, "C3", told), "what waits for no attack holds anyhow"


def test_consent_that_nobody_said_how_to_take_back_ends_at_once() -> None:
    arr = joint()
    for name in ("S1", "joint-2009"):
        assert not clause_in_force(arr, "S1", Situation("war", 1000.0, withdrawn={name: (1000.0,)}))


def test_consent_to_a_clause_its_agreement_or_one_above() -> None:
    def change(text: dict[str, Any], clauses: Any) -> None:
        clauses["C2"]["withdrawal"] = {"by": ["east.president"], "takes": "60 s"}
        text["agreements"][0]["withdrawal"] = {"by": ["west.president"], "takes": "1 min"}
        text["agreements"][1]["under"] = "tracks-1995"

    arr = joint(change)
    clauses = {clause.id: clause for clause in arr.clauses}
    for name, touched in (
        ("C2", {"C2"}),
        ("tracks-1995", set(clauses)),
        ("S1", {"S1"}),
        ("joint-2009", {name for name, one in clauses.items() if one.agreement == "joint-2009"}),
    ):
        told = Situation("peace", 1000.0, withdrawn={name: (940.0,)})
        assert {c.id for c in arr.clauses if consent_withdrawn(arr, c, told)} == touched
        assert {c.id for c in arr.clauses if consent_withdrawn(arr, c, told.at(999.9))} == touched - (
            {"C2"} if name == "C2" else set(clauses) if name == "tracks-1995" else set()
        )
        given = Situation("peace", 1000.0, withdrawn={name: (100.0, 900.0)})
        assert not any(consent_withdrawn(arr, clause, given) for clause in arr.clauses)
    assert not consent_withdrawn(arr, clauses["C2"], Situation())
    others = {"joint-2009": "tracks-1995", "tracks-1995": "joint-2009"}
    circle = {name: replace(pact, under=others[name]) for name, pact in arr.pacts.items()}
    told = Situation("peace", 1000.0, withdrawn={"joint-2009": (0.0,)})
    assert all(consent_withdrawn(replace(arr, pacts=circle), clause, told) for clause in arr.clauses)
    loose = replace(arr, pacts={})
    assert [c.agreement for c in arr.clauses if consent_withdrawn(loose, c, told)] == ["joint-2009"] * 6


def test_an_area_holds_while_its_agreement_does_and_its_post_exists() -> None:
    def change(text: dict[str, Any], _: Any) -> None:
        areas = {"west.cp": "west territory", "joint.cp": "east territory"}
        text["agreements"][1] |= {"areas": areas, "handover": {"takes": "10 s"}, "under": "tracks-1995"}
        text["agreements"][1]["withdrawal"] = {"by": ["west.president"], "takes": "5 s"}

    arr = joint(change)

    def posts(situation: Situation) -> list[str]:
        return [area.post for area in areas_in_force(arr, situation)]

    assert posts(Situation("war")) == ["joint.cp", "west.cp"] and posts(Situation("peace")) == ["west.cp"]
    assert posts(lost()) == [] and posts(Situation.with_down("war", 1000.0, {"joint": 20.0})) == ["joint.cp", "west.cp"]
    assert posts(Situation.with_down("war", 1000.0, {"exchange": 40.0})) == ["joint.cp", "west.cp"], "not its own link"
    for name, after in (("joint-2009", []), ("tracks-1995", []), ("C3", ["joint.cp", "west.cp"])):
        assert posts(Situation("war", 5.0, withdrawn={name: (0.0,)})) == after
    assert posts(Situation("war", 4.0, withdrawn={"joint-2009": (0.0,)})) == ["joint.cp", "west.cp"]
    assert areas_in_force(joint(), Situation("war")) == ()


@pytest.mark.parametrize(("confirmed", "back_s"), [(False, 60.0), (True, 61.0)])
def test_a_lost_link_counts_again_after_its_time(confirmed: bool, back_s: float) -> None:
    def change(text: dict[str, Any], _: Any) -> None:
        words = " and confirmed by both" if confirmed else ""
        text["agreements"][1]["on_link_loss"]["resume"] = f"after 60 s up{words}"

    arr = joint(change)
    for history, t_s, is_lost in (
        ((), 1e6, False), ((0.0,), 30.0, False), ((0.0,), 30.1, True), ((0.0, 30.0), 31.0, False),
        ((0.0, 31.0), 31.0 + back_s - 0.1, True), ((0.0, 31.0), 31.0 + back_s, False),
        ((0.0, 31.0, 40.0), 41.0, True), ((0.0, 31.0, 40.0, 50.0), 50.0 + back_s - 0.1, True),
        ((0.0, 31.0, 40.0, 50.0), 50.0 + back_s, False), ((0.0, 31.0, 200.0), 201.0, False),
        ((0.0, 31.0, 200.0), 230.1, True),
    ):  # fmt: skip
        assert bool(fallen(arr, Situation("war", t_s, {"joint": history}))) == is_lost, (history, t_s)


def test_links_that_join_a_post_with_another_nation() -> None:
    text = treaties.read("none")
    text["posts"] |= {"west.out": {"nation": "west"}, "east.own": {"nation": "east"}}
    text["posts"]["east.guest"] = {"nation": "east", "host": "west.out"}
    text["links"] = {
        "posts": {"between": ["west.cp", "east.cp"], "delay": "1 s"},
        "home": {"between": ["west.cp", "west.out"], "delay": "1 s"},
        "host": {"between": ["west.out", "east.own"], "delay": "1 s"},
        "guest": {"between": ["east.guest", "west.cp"], "delay": "1 s"},
    }
    arr = treaties.compiled(text)
    assert links_between(arr, "west.cp", "east") == links_between(arr, "west.out", "east") == ["posts", "host", "guest"]
    assert links_between(arr, "east.guest", "west") == ["posts", "home", "host", "guest"], "by way of its host as well"
    assert links_between(arr, "east.own", "west") == ["posts", "host", "guest"]


def test_the_force_of_a_history_is_what_it_is_worked_out_anew() -> None:
    """Whatever was asked before, at the very moments when something comes in or out of force and between them."""

    def change(text: dict[str, Any], clauses: Any) -> None:
        deputised(text, clauses)
        consented(text, clauses)
        clauses["S1"]["if_attacked"] = {"within": "900 s", "takes": "300 s"}

    arr, luck = joint(change), np.random.default_rng(5)
    assert any(clause.assistance for clause in arr.clauses)
    for _ in range(60):
        turns = np.sort(luck.choice(200.0 + 10.0 * np.arange(20), size=int(luck.integers(1, 4)), replace=False))
        told = Situation("war", 0.0, {"joint": tuple(turns.tolist()), "hotline": (215.0,)}, {"C2": (220.0,)})
        told = replace(told, called={"S1": 230.0})
        last = float(turns[-1])
        near = [last + after + step for after in (30.0, 60.0, 60.1) for step in (-2e-6, -1e-9, 0.0, 1e-9, 2e-6)]
        near += [moment + step for moment in (280.0, 530.0) for step in (-2e-6, -1e-9, 0.0, 1e-9)]
        for t_s in luck.permutation([0.0, last, last + 10.0, 700.0, *near, *near]).tolist():
            assert force.force_of(arr, told.at(t_s)) == force._force_of(arr, told.at(t_s)), (turns, t_s)


def test_a_history_is_looked_at_again_only_when_it_may_say_something_new(monkeypatch: pytest.MonkeyPatch) -> None:
    arr, worked_out = joint(consented), list[float]()

    def counted(arr: Arrangement, situation: Situation) -> force.Force:
        worked_out.append(situation.t_s)
        return plain(arr, situation)

    plain = force._force_of
    monkeypatch.setattr(force, "_force_of", counted)
    told = Situation("war", 0.0).after(LinkState("joint", False, 100.0)).after(Consent("C2", False, 110.0))
    found = [len(force.force_of(arr, told.at(float(t_s))).lost) for t_s in range(110, 400)]
    assert found == [0] * 21 + [1] * 269, "30 s are borne, and no more"
    assert worked_out == [110.0, 130.0, 131.0, 170.0, 171.0]
    other = joint(consented)
    force.force_of(other, told.at(399.0))
    assert worked_out[5:] == [399.0], "another agreement has another opinion"
    for number in range(200):
        force.force_of(arr, told.after(LinkState("joint", True, 400.0 + number)))
    assert len(force._known) <= force._MOST_KNOWN


def test_equal_forces_have_equal_hashes() -> None:
    one, other = (force.Force("war", withdrawn=frozenset(("C1", name))) for name in ("C2", "C2"))
    assert one == other and hash(one) == hash(other) and one is not other
    assert one != force.Force("war", withdrawn=frozenset(("C1",))) and "_hash" not in repr(one)
