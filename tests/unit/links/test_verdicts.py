"""What an answer says: yes or no, by which clauses, whose consent and how soon, up to how much, and what stood against
it, in words and as ids."""

from __future__ import annotations

from typing import Any

import pytest
import treaties

from jointsky.links.agreements import (
    Datum,
    Situation,
    Target,
    Usable,
    Verdict,
    approver,
    bound_by_place,
    bound_by_target,
    clause_in_force,
    commander_of,
    consent_s,
    grants_act,
    is_delegate,
    may_order,
    may_see,
    may_use,
    needs_consent,
    partners_in_command,
    viewing_nation,
)
from jointsky.links.arrangement import Arrangement
from jointsky.vocab.codes import Act, Identity, Share

LOSS = {"link": "hotline", "after": "30 s", "then": "national"}
WEST, EAST = (54.0, 29.0), (54.0, 31.0)
PEACE, WAR = Situation("peace", 100.0), Situation("war", 100.0)
RAID = Target(Identity.HOSTILE, False, lat_deg=54.0, lon_deg=29.0)
EVERYTHING = ["scramble", "position", "engage", "weapons-status"]


def arrangement(*clauses: dict[str, Any], posts: dict[str, Any] | None = None, **more: Any) -> Arrangement:
    """West and east under one agreement of some clauses; a reserve post of west commands its battery alone."""
    text = treaties.read("none")
    text["links"]["hotline"]["delay"] = "2 s"
    text["posts"] = {**text["posts"], "west.reserve": {"nation": "west"}, "east.reserve": {"nation": "east"}}
    for name, terms in (posts or {}).items():
        text["posts"][name] = {**text["posts"].get(name, {}), **terms}
    war = {"war": {"declared_by": ["west.head"], "takes": "1 h"}}
    pact = {"name": "pact", "parties": ["west", "east"], "clauses": list(clauses), "activates": war}
    text["agreements"] = [pact | more]
    if any(clause.get("over") == "hotline" or "order" in clause for clause in clauses):
        pact["on_link_loss"] = LOSS
        text["agreements"] = [pact | more]
    return treaties.compiled(text)


def order(name: str = "C", consent: tuple[str, str] | None = ("owner", "5 s"), **more: Any) -> dict[str, Any]:
    by = {} if consent is None else {"approval": {"by": consent[0], "takes": consent[1]}}
    return {"id": name, "order": "engage", "from": "east", "to": "west", "units": ["east.*"]} | by | more


def share(name: str = "S", what: str = "plots", **more: Any) -> dict[str, Any]:
    return {"id": name, "share": what, "from": "east", "to": "west", "over": "hotline",
            "of": {"sensors": ["east.radar.1"]}} | more  # fmt: skip


def test_a_plain_yes_needs_nobody_and_has_no_limit_and_a_no_names_something() -> None:
    assert Verdict(True, ("C",), "why") == Verdict(True, ("C",), "why", None, 0.0, 1.0, 0, ())
    assert Verdict.no("why") == Verdict(False, (), "why", against=("none",))
    assert Verdict.no("why", "a", "b", "a").against == ("a", "b"), "each once, in order"


def test_data_in_words() -> None:
    arr = arrangement(share(), share("T", of={"sensors": ["east.radar.1"], "zone": "owner territory"}))
    own = may_see(arr, "east", Datum(Share.PLOTS, "east", "east.radar.1"), PEACE)
    assert own == Verdict(True, ("national",), "plots of east.radar.1 are east's own")
    some = may_see(arr, "west", Datum(Share.PLOTS, "east", "east.radar.1", *EAST), PEACE)
    assert some == Verdict(True, ("S", "T"), "west may see plots of east.radar.1 by S and T")
    assert may_see(arr, "west", Datum(Share.PLOTS, "east", "east.radar.1", *WEST), PEACE).clauses == ("S",)
    unnamed = may_see(arr, "west", Datum(Share.PLOTS, "east"), PEACE)
    assert (unnamed.clauses, unnamed.reason) == (("S",), "west may see plots of east by S"), "T asks where it was seen"
    other = may_see(arr, "west", Datum(Share.PLOTS, "east", "east.aew.1", *EAST), PEACE)
    assert other.reason == (
        "no clause in force grants that west may see plots of east.aew.1"
        "; S does not give data of east.aew.1; T does not give data of east.aew.1"
    )
    assert not other.yes and other.against == ("S", "T")
    assert may_see(arr, "east", Datum(Share.PLOTS, "west", "west.radar.1"), PEACE).against == ("none",)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("owner territory", "in owner territory"),
        ("within 50 km of border", "within 50 km of border"),
        ("anywhere in east", "anywhere in east"),
    ],
)
def test_the_zone_of_data_and_of_targets_in_words(zone: str, words: str) -> None:
    arr = arrangement(share(of={"sensors": ["east.radar.1"], "zone": zone}), order(where=zone))
    seen = may_see(arr, "west", Datum(Share.PLOTS, "east", "east.radar.1", 54.0, 24.5), PEACE)
    assert seen.reason.endswith(f"; S gives only what is {words}") and seen.against == ("S",)
    far = Target(Identity.HOSTILE, False, lat_deg=54.0, lon_deg=24.5)
    ordered = may_order(arr, "west.cp", Act.ENGAGE, "east.sam.1", far, PEACE)
    assert ordered.reason.endswith(f"; C holds only for targets {words}") and ordered.against == ("C",)


@pytest.mark.parametrize("given", ["plots", "tracks", "fire-control", "warning", "identity", "flight-plans"])
def test_the_more_detailed_kind_brings_the_lesser_of_the_same_sensor(given: str) -> None:
    lesser = {"plots": {"plots", "warning"}, "fire-control": {"fire-control", "plots", "warning"}}
    arr = arrangement(share(what=given))
    for kind in Share:
        word = kind.name.lower().replace("_", "-")
        seen = may_see(arr, "west", Datum(kind, "east", "east.radar.1"), PEACE).yes
        assert seen == (word in lesser.get(given, {given})), word


def test_orders_in_words() -> None:
    arr = arrangement(order())
    own = may_order(arr, "west.cp", Act.SCRAMBLE, "west.qra", None, PEACE)
    assert own == Verdict(
        True, ("national",), "west.cp may order west.qra to scramble: it commands this unit of its own nation"
    )
    asked = may_order(arr, "west.cp", Act.ENGAGE, "east.sam.1", RAID, PEACE)
    assert asked == Verdict(True, ("C",), "west.cp may order east.sam.1 to engage by C", "east", 5.0)
    refused = may_order(arr, "west.cp", Act.SCRAMBLE, "east.qra", None, PEACE)
    assert refused.reason == (
        "no clause in force grants that west.cp may order east.qra to scramble; C grants engage only"
    )
    assert refused.against == ("C",)
    assert may_order(arr, "nobody", Act.CEASE, "east.qra", None, PEACE).reason == "there is no post nobody"
    assert may_order(arr, "west.cp", Act.CEASE, "east.tank", None, PEACE).reason == "there is no unit east.tank"
    aimless = may_order(arr, "west.cp", Act.ENGAGE, "west.sam.1", None, PEACE)
    assert (aimless.reason, aimless.against) == ("an engagement needs a target", ("none",))


def test_a_post_that_commands_nothing_has_no_authority_over_its_own_nation() -> None:
    arr = arrangement(order())
    for act in (Act.SCRAMBLE, Act.CEASE):
        assert may_order(arr, "west.reserve", act, "west.qra", None, PEACE).against == ("none",)
    assert commander_of(arr, "west.qra", "west.reserve", PEACE) == "west.cp"


def test_a_post_before_its_phase_is_named() -> None:
    arr = arrangement(order(), posts={"west.late": {"nation": "west", "phases": ["war"]}})
    early = may_order(arr, "west.late", Act.CEASE, "east.sam.1", None, PEACE)
    assert (early.reason, early.against) == ("post west.late does not exist in phase peace", ("post.west.late",))
    assert may_order(arr, "west.late", Act.ENGAGE, "east.sam.1", RAID, WAR).yes


@pytest.mark.parametrize("act", list(Act))
def test_which_acts_a_clause_covers(act: Act) -> None:
    """Who may engage may break off; who may start or move may send home; nobody asks consent for either."""
    covers = {Act.CEASE: {"engage"}, Act.RECOVER: {"scramble", "position"}}
    for word in EVERYTHING:
        arr = arrangement(order(order=word))
        wanted = covers.get(act, {act.name.lower().replace("_", "-")})
        verdict = may_order(arr, "west.cp", act, "east.sam.1", RAID, PEACE)
        assert verdict.yes == (word in wanted) == grants_act(arr.orders[0], act)
        free = act in (Act.CEASE, Act.RECOVER)
        if verdict.yes:
            assert (verdict.approval_by, verdict.takes_s) == ((None, 0.0) if free else ("east", 5.0))
        clause = arr.clauses[0]
        assert needs_consent(clause, act) == (not free) and consent_s(clause, act) == (0.0 if free else 5.0)
    assert bound_by_place(act) == (act in (Act.ENGAGE, Act.POSITION))
    assert bound_by_target(act) == (act not in (Act.CEASE, Act.RECOVER))


def test_who_consents() -> None:
    for by, who in (("owner", "east"), ("east.cp", "east.cp"), ("east", "east")):
        arr = arrangement(order(consent=(by, "0 s")))
        verdict = may_order(arr, "west.cp", Act.ENGAGE, "east.sam.1", RAID, PEACE)
        assert (verdict.approval_by, verdict.takes_s) == (who, 0.0), "asked even where consent takes no time"
        assert approver(arr.clauses[0], "east") == who
    to_joint = order(consent=None, to="joint.cp")
    plain = arrangement(to_joint, posts={"joint.cp": {"nation": "west", "host": "west.cp", "precedence": 1}})
    assert may_order(plain, "joint.cp", Act.ENGAGE, "east.sam.1", RAID, PEACE) == Verdict(
        True, ("C",), "joint.cp may order east.sam.1 to engage by C"
    )
    assert not needs_consent(plain.clauses[0], Act.ENGAGE) and approver(plain.clauses[0], "east") is None


def test_the_soonest_consent_stands_first_and_among_equals_the_first_clause() -> None:
    def asked(*takes: str) -> tuple[tuple[str, ...], str | None, float]:
        arr = arrangement(*(order(f"C{k}", ("owner" if k else "east.cp", t)) for k, t in enumerate(takes)))
        verdict = may_order(arr, "west.cp", Act.ENGAGE, "east.sam.1", RAID, PEACE)
        return verdict.clauses, verdict.approval_by, verdict.takes_s

    assert asked("9 s", "4 s") == (("C1", "C0"), "east", 4.0)
    assert asked("4 s", "9 s") == (("C0", "C1"), "east.cp", 4.0)
    assert asked("4 s", "4 s") == (("C0", "C1"), "east.cp", 4.0)


def test_targets_in_words() -> None:
    arr = arrangement(order(order=["scramble", "engage", "position"],
                            targets={"identity": ["hostile", "assumed-friend"], "not": ["civil"]}))  # fmt: skip

    def against(identity: Identity, civil: bool = False, act: Act = Act.ENGAGE) -> str:
        verdict = may_order(arr, "west.cp", act, "east.qra", Target(identity, civil, None, *WEST), PEACE)
        assert verdict.yes == (not verdict.against) and (verdict.yes or verdict.against == ("C",))
        return "" if verdict.yes else verdict.reason.partition("; ")[2]

    assert against(Identity.HOSTILE) == against(Identity.ASSUMED_FRIEND) == ""
    assert against(Identity.HOSTILE, civil=True) == "C forbids civil targets"
    allowed = "C holds against assumed-friend or hostile targets only, this one is "
    assert against(Identity.SUSPECT) == allowed + "suspect"
    assert against(Identity.UNKNOWN, act=Act.SCRAMBLE) == allowed + "unknown"
    for act in (Act.CEASE, Act.RECOVER):
        assert against(Identity.FRIEND, civil=True, act=act) == "", "breaking off is always free"
    assert may_order(arr, "west.cp", Act.SCRAMBLE, "east.qra", None, PEACE).yes


def test_a_place_binds_shooting_and_moving() -> None:
    arr = arrangement(order(order=EVERYTHING, where="receiver territory"))
    east = Target(Identity.HOSTILE, False, lat_deg=EAST[0], lon_deg=EAST[1])
    assert not may_order(arr, "west.cp", Act.WATCH, "east.qra", RAID, PEACE).yes, "no clause can grant it"
    for act in set(Act) - {Act.WATCH}:
        assert may_order(arr, "west.cp", act, "east.qra", RAID, PEACE).yes
        free = act not in (Act.ENGAGE, Act.POSITION)
        assert may_order(arr, "west.cp", act, "east.qra", east, PEACE).yes == free
    assert may_order(arr, "west.cp", Act.POSITION, "east.qra", None, PEACE).yes, "no target, no place"


def test_shots_that_are_used_up() -> None:
    arr = arrangement(order(limits={"shots": 3}, **{"from": "each", "to": "others"}, units=["*"]), order("D"))
    gone = Situation("peace", 100.0, spent=frozenset({("C", "east"), ("X", "west")}))
    one = may_order(arr, "west.cp", Act.ENGAGE, "east.sam.1", RAID, gone)
    assert one.clauses == ("D",), "another clause goes on"
    both = Situation("peace", 100.0, spent=frozenset({("C", "east"), ("D", "east")}))
    refused = may_order(arr, "west.cp", Act.ENGAGE, "east.sam.1", RAID, both)
    assert refused.reason.partition("; ")[2] == "C is used up: 3 shots of east; D is used up: 0 shots of east"
    assert refused.against == ("C", "D")
    assert may_order(arr, "east.cp", Act.ENGAGE, "west.sam.1", RAID, both).yes, "west's shots are counted apart"
    assert may_order(arr, "west.cp", Act.CEASE, "east.sam.1", RAID, both).yes


def test_use_up_to_the_largest_share_or_number() -> None:
    def use(name: str, **more: Any) -> dict[str, Any]:
        return {"id": name, "use": ["airfields", "munitions"], "from": "east", "to": "west"} | more

    arr = arrangement(
        use("A", limits={"munitions": "30 %", "airfields": 2}), use("B", limits={"munitions": "50 %", "airfields": 5}),
        use("C", use="airfields", phases=["war"], level="40 %"), use("D", **{"from": "west", "to": "east"}),
    )  # fmt: skip
    shots, fields = Usable("munitions", "east"), Usable("airfields", "east")
    found = may_use(arr, "west", shots, PEACE)
    assert found == Verdict(True, ("A", "B"), "west may use munitions of east by A and B", limit=0.5, most=0)
    assert (may_use(arr, "west", fields, PEACE).limit, may_use(arr, "west", fields, PEACE).most) == (0.0, 5)
    war = may_use(arr, "west", fields, WAR)
    assert (war.clauses, war.limit, war.most) == (("A", "B", "C"), 0.4, 5)
    assert "; C holds only in phase war" not in war.reason
    own = may_use(arr, "east", fields, PEACE)
    assert own == Verdict(True, ("national",), "east may use airfields of east: they are its own")
    assert may_use(arr, "east", Usable("airfields", "west"), PEACE).clauses == ("D",)
    lonely = arrangement(use("C", use="airfields", phases=["war"]))
    refused = may_use(lonely, "west", fields, PEACE)
    told = "no clause in force grants that west may use airfields of east; C holds only in phase war"
    assert refused == Verdict(False, (), told, limit=0.0, most=0, against=("C",))
    assert may_use(lonely, "west", shots, WAR).against == ("none",)
    assert may_use(lonely, "west", fields, WAR).limit == 1.0


def test_clauses_in_force_by_id() -> None:
    arr = arrangement(order(), order("W", phases=["war"]))
    held = [clause_in_force(arr, name, PEACE) for name in ("C", "W", "national", "unheard")]
    assert held == [True, False, True, False]
    assert clause_in_force(arr, "W", WAR)


def commanding(**posts: Any) -> Arrangement:
    """Two clauses give east's units to two posts, both without consent."""
    base = {"joint.a": {"nation": "west", "precedence": 2}, "joint.b": {"nation": "west", "precedence": 1}}
    text = {name: base.get(name, {}) | posts.get(name, {}) for name in {*base, *posts}}
    one, two = order("A", None, to="joint.a", delegate=["east.reserve"]), order("B", None, to="joint.b", phases=["war"])
    return arrangement(one, two, posts=text)


def test_the_commander_is_who_needs_no_consent_then_the_lower_precedence_then_the_owner() -> None:
    arr = commanding()
    assert commander_of(arr, "east.sam.1", "east.cp", PEACE) == "joint.a"
    assert commander_of(arr, "east.sam.1", "east.cp", WAR) == "joint.b"
    assert commander_of(arr, "west.sam.1", "west.cp", WAR) == "west.cp"
    asked = arrangement(order())
    assert commander_of(asked, "east.sam.1", "west.cp", WAR) == "east.cp", "who must ask does not command"
    late = commanding(**{"joint.b": {"phases": ["war"]}})
    assert commander_of(late, "east.sam.1", "east.cp", PEACE) == "joint.a"
    plain = arrangement(order(), posts={"east.cp": {"precedence": 3}, "east.reserve": {"commands": ["east.*"]}})
    assert commander_of(plain, "east.sam.1", "east.reserve", WAR) == "east.cp", "a precedence goes before none"


def test_a_post_that_does_not_exist_yet_commands_nothing() -> None:
    late = {"nation": "west", "phases": ["war"], "commands": ["west.sam.1"], "precedence": 1}
    arr = arrangement(order("A", None), posts={"west.late": late, "west.cp": {"precedence": 2}})
    for unit in ("west.sam.1", "east.sam.1"):
        assert commander_of(arr, unit, "west.cp", PEACE) == "west.cp"
        assert commander_of(arr, unit, "west.cp", WAR) == "west.late"


def test_a_unit_that_nobody_commands_has_no_commander() -> None:
    arr = arrangement(order(), posts={"east.cp": {"commands": ["east.qra"]}})
    assert commander_of(arr, "east.sam.1", "east.cp", PEACE) == "" and commander_of(arr, "east.qra", "x", PEACE) != ""


def test_posts_that_stand_level_name_whoever_asks() -> None:
    level = arrangement(order("A", None), posts={"west.cp": {"precedence": 5}, "west.reserve": {"precedence": 5}})
    for post in ("west.cp", "west.reserve"):
        assert commander_of(level, "east.sam.1", post, PEACE) == post
    assert commander_of(level, "east.sam.1", "east.cp", PEACE) == "west.cp", "for anybody else the first by name"


def test_partners_and_delegates() -> None:
    arr = commanding(**{"joint.b": {"phases": ["war"]}})
    assert partners_in_command(arr, "joint.a", PEACE) == ("east.reserve",)
    assert partners_in_command(arr, "east.reserve", PEACE) == ("joint.a",)
    assert partners_in_command(arr, "joint.b", WAR) == partners_in_command(arr, "west.cp", WAR) == ()
    assert [is_delegate(arr, post, PEACE) for post in ("east.reserve", "joint.a", "east.cp")] == [True, False, False]
    asked = arrangement(order("A", to="joint.a", delegate=["east.reserve"]), posts={"joint.a": {"nation": "west"}})
    assert partners_in_command(asked, "joint.a", PEACE) == (), "who must ask is no partner"
    assert is_delegate(asked, "east.reserve", PEACE)
    nations = arrangement(order("A", None), posts={"west.late": {"nation": "west", "phases": ["war"]}})
    assert partners_in_command(nations, "west.cp", PEACE) == ("west.reserve",)
    assert partners_in_command(nations, "west.cp", WAR) == ("west.late", "west.reserve")


def test_a_guest_sees_what_its_last_host_sees() -> None:
    posts = {"east.guest": {"nation": "east", "host": "west.reserve"}, "west.reserve": {"host": "west.cp"},
             "east.guests.guest": {"nation": "east", "host": "east.guest"}}  # fmt: skip
    arr = arrangement(order(), posts=posts)
    for post, nation in (("east.guests.guest", "west"), ("east.guest", "west"), ("east.cp", "east")):
        assert viewing_nation(arr, post) == nation


def test_a_deputy_of_a_lost_post_may_and_the_post_says_why_not() -> None:
    posts = {"joint.cp": {"nation": "west", "deputies": ["east.reserve"]}}
    one = order("A", None, to="joint.cp", units=["east.sam.*"])
    arr = arrangement(one, posts=posts, on_link_loss=LOSS | {"then": "deputy"})
    lost = Situation.with_down("peace", 1000.0, {"hotline": 40.0})
    assert may_order(arr, "east.reserve", Act.ENGAGE, "east.sam.1", RAID, lost).clauses == ("A",)
    gone = may_order(arr, "joint.cp", Act.ENGAGE, "east.sam.1", RAID, lost)
    assert gone.against == ("A", "link.hotline") and "A is out of force because its link is lost" in gone.reason
    before = may_order(arr, "east.reserve", Act.ENGAGE, "east.sam.1", RAID, PEACE)
    assert not before.yes and before.against == ("none",), "no clause speaks of a deputy before the loss"
    assert may_order(arr, "east.reserve", Act.ENGAGE, "east.qra", RAID, lost).against == ("none",)
