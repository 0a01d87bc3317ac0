"""Where a target is, in whose area, over whose land, one by one and in rows: small cases written out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest
import treaties

from jointsky.links.agreements import Situation, Target, may_order
from jointsky.links.arrangement import Arrangement
from jointsky.links.compiler import compile_arrangement
from jointsky.links.places import Places, areas_of, place_allows, place_fault, responsible, responsible_rows
from jointsky.scenario.agreement import AgreementFile
from jointsky.vocab.codes import Act, Identity

NAN, INF = float("nan"), float("inf")
WAR, PEACE = Situation("war", 100.0), Situation("peace", 100.0)
OVER = {"west": (54.0, 27.0), "east": (54.0, 34.0), "south": (50.0, 30.0), "": (60.0, 30.0)}
OWN = {"west.cp": "west territory", "east.cp": "east territory", "south.cp": "south territory"}


class Rules(NamedTuple):
    """What a nation's rules say of places."""

    abroad: bool = True
    over_land: str = "any"


def arrangement(
    *agreements: dict[str, Any], laws: dict[str, Rules] | None = None, posts: dict[str, Any] | None = None,
    lands: tuple[str, ...] = ("west", "east", "south"),
) -> Arrangement:  # fmt: skip
    nations = ("west", "east", "south")
    text: dict[str, Any] = {
        "phases": ["peace", "war"],
        "nations": {name: {} for name in nations},
        "posts": {**{f"{name}.cp": {"nation": name, "commands": [f"{name}.*"]} for name in nations}, **(posts or {})},
        "links": {"net": {"between": [f"{name}.cp" for name in nations], "delay": "1 s"}},
        "units": {f"{name}.sam": {"kind": "sam"} for name in nations},
        "agreements": [{"parties": list(nations), **agreement} for agreement in agreements],
    }
    spec = AgreementFile.model_validate(text)
    outlines = {name: treaties.LANDS[name] for name in lands}
    written = {name: {"war": rule} for name, rule in (laws or {}).items()}
    return compile_arrangement(spec, [], treaties.things(list(spec.units), nations), outlines, laws=written)


def pact(areas: dict[str, str], takes: str = "60 s", name: str = "pact", **more: Any) -> dict[str, Any]:
    return {"name": name, "areas": areas, "handover": {"takes": takes}, **more}


def at(place: str, **more: Any) -> Target:
    lat, lon = OVER[place]
    return Target(Identity.HOSTILE, False, lat_deg=lat, lon_deg=lon, **more)


def test_a_target_is_where_it_is_and_only_without_a_position_where_its_land_is() -> None:
    zone = arrangement(pact(OWN)).lands["east"]
    assert at("east").is_in(zone) and not at("west").is_in(zone)
    assert not at("west", land="east").is_in(zone), "a position goes before the land that was told"
    for lat, lon in ((NAN, NAN), (54.0, NAN), (NAN, 34.0)):
        assert Target(6, False, "east", lat, lon).is_in(zone)
        assert not Target(6, False, "west", lat, lon).is_in(zone) and not Target(6, False, None, lat, lon).is_in(zone)
    plain = Target(6, False)
    assert (plain.land, plain.came_from, plain.crossed_s) == (None, None, INF) and plain.lat_deg != plain.lat_deg


@pytest.mark.parametrize("broken", [(54.0, NAN), (NAN, 34.0), (NAN, NAN)])
def test_the_land_that_was_told_has_the_law_of_a_target_without_a_position(broken: tuple[float, float]) -> None:
    arr = arrangement(laws={"east": Rules(True, "none")})
    for land, bound in (("east", True), ("west", False), (None, False)):
        fault = place_fault(arr, "west.cp", "west", Target(6, False, land, *broken), WAR)
        assert (fault is not None) == bound


@pytest.mark.parametrize("broken", [(54.0, NAN), (NAN, 27.0), (NAN, NAN)])
def test_a_land_whose_outline_nobody_gives_is_told_with_the_target(broken: tuple[float, float]) -> None:
    arr = arrangement(laws={"east": Rules(True, "none")}, lands=("west",))
    assert place_fault(arr, "west.cp", "west", Target(6, False, "east", *broken), WAR) is not None
    assert place_fault(arr, "west.cp", "west", Target(6, False, "east", *OVER["east"]), WAR) is None


def test_a_target_without_a_position_is_the_area_of_the_post_whose_land_was_told() -> None:
    arr = arrangement(pact(OWN))
    for land in ("west", "east", "south"):
        assert responsible(arr, Target(6, False, land), WAR) == f"{land}.cp"
    assert responsible(arr, Target(6, False), WAR) == "" and responsible(arr, at(""), WAR) == ""
    strips = arrangement(pact({"west.cp": "within 9 km of border of west", "east.cp": "east territory"}))
    assert responsible(strips, Target(6, False, "west"), WAR) == "west.cp", "no strip knows a land, its nation does"
    assert responsible(strips, Target(6, False, "south"), WAR) == ""


def test_what_no_area_holds_over_a_land_is_the_first_post_of_its_nation() -> None:
    posts = {"east.a": {"nation": "east"}, "east.b": {"nation": "east"}}
    areas = {"east.b": "within 9 km of border of east", "east.a": "within 9 km of border of south"}
    arr = arrangement(pact(areas), posts=posts)
    places = Places.at(*np.array(list(OVER.values())).T)
    assert [responsible(arr, at(land), WAR) for land in OVER] == ["", "east.a", "", ""]
    assert areas_of(arr, places, WAR) == ["", "east.a", "", ""]
    far = arrangement(pact(areas), posts=posts, lands=("west", "east", "south"))
    assert areas_of(far, Places.at([57.01, 50.0], [34.0, 30.0]), WAR) == ["east.b", ""]


def test_where_areas_overlap_the_first_post_by_name_has_the_target() -> None:
    areas = {"west.cp": "within 900 km of border of west", "east.cp": "within 900 km of border of east"}
    arr = arrangement(pact(areas))
    assert responsible(arr, at("west"), WAR) == "east.cp" and areas_of(arr, Places.at(54.0, 27.0), WAR) == ["east.cp"]


def test_an_area_without_the_outline_of_its_land_is_known_by_its_own_zone() -> None:
    areas = {"west.cp": "within 60 km of border of west", "south.cp": "west territory"}
    arr = arrangement(pact(areas), lands=("west",))
    places = Places.at([54.0, 50.0, 54.0], [27.0, 30.0, 29.8])
    aims = [Target(6, False, None, *where) for where in ((54.0, 27.0), (50.0, 30.0), (54.0, 29.8))]
    found = [responsible(arr, aim, WAR) for aim in aims]
    assert found == areas_of(arr, places, WAR) == ["south.cp", "", "south.cp"]


def rows(arr: Arrangement, *targets: Target, known: bool = True) -> list[str]:
    """`responsible` in rows, beside one by one."""
    places = Places.at([one.lat_deg for one in targets], [one.lon_deg for one in targets])
    if known:
        places.crossed_s = np.array([one.crossed_s for one in targets])
        places.came_from = [one.came_from for one in targets]
        assert responsible_rows(arr, places, WAR) == [responsible(arr, one, WAR) for one in targets]
    return responsible_rows(arr, places, WAR)


def test_for_a_while_after_the_seam_the_old_post_has_the_target() -> None:
    arr = arrangement(pact(OWN))
    times = (0.0, 59.9, 60.0, 61.0, INF)

    def over(land: str, **old: Any) -> list[str]:
        return rows(arr, *(at(land, crossed_s=t, **old) for t in times))

    assert over("east", came_from="west.cp") == ["west.cp"] * 2 + ["east.cp"] * 3
    assert over("east", came_from="east.cp") == over("east", came_from="") == ["east.cp"] * 5
    assert over("east") == ["east.cp"] * 5, "of two others it is not known which it was"
    assert over("", came_from="west.cp") == ["west.cp"] * 2 + [""] * 3
    assert over("") == [""] * 5
    assert rows(arr, at("east", crossed_s=5.0, came_from="west.cp"), known=False) == ["east.cp"]


def test_between_two_areas_of_one_agreement_the_old_one_is_the_other() -> None:
    two = pact({"west.cp": "west territory", "east.cp": "east territory"}, "60 s")
    other = {"name": "other", "areas": {"south.cp": "south territory", "joint.cp": "within 1 km of border of south"},
             "handover": {"takes": "20 s"}}  # fmt: skip
    arr = arrangement(two, other, posts={"joint.cp": {"nation": "west"}})
    aims = [at(land, crossed_s=t) for land in ("west", "east", "south", "") for t in (10.0, 60.0)]
    assert rows(arr, *aims) == ["east.cp", "west.cp", "west.cp", "east.cp", "joint.cp", "south.cp", "", ""]
    late = [at("west", crossed_s=t, came_from="south.cp") for t in (19.0, 20.0)]
    assert rows(arr, *late) == ["south.cp", "west.cp"], "how long goes by the agreement of the area that was left"


def test_without_knowledge_of_who_it_came_from_rows_take_the_other() -> None:
    arr = arrangement(pact({"west.cp": "west territory", "east.cp": "east territory"}))
    places = Places(np.array([54.0, 54.0]), np.array([34.0, 34.0]), np.array([10.0, 70.0]))
    assert responsible_rows(arr, places, WAR) == ["west.cp", "east.cp"]
    places.came_from = ["west.cp"]
    with pytest.raises(ValueError, match="shorter|longer"):
        responsible_rows(arr, places, WAR)


def test_an_area_binds_while_its_post_exists() -> None:
    posts = {"south.war": {"nation": "south", "phases": ["war"]}}
    activates = {"war": {"declared_by": ["west.head"], "takes": "1 h"}}
    areas = {"south.war": "south territory", "west.cp": "west territory"}
    arr = arrangement(pact(areas, activates=activates), posts=posts)
    assert responsible(arr, at("south"), WAR) == "south.war" and responsible(arr, at("south"), PEACE) == ""
    assert areas_of(arr, Places.at(*OVER["south"]), PEACE) == [""]


def test_faults_say_whose_area_and_whose_law() -> None:
    arr = arrangement(pact(OWN), laws={"east": Rules(True, "own"), "west": Rules(False), "south": Rules(True, "none")})

    def fault(post: str, owner: str, land: str, situation: Situation = WAR) -> Any:
        return place_fault(arr, post, owner, at(land), situation)

    assert fault("west.cp", "west", "west") is None and fault("east.cp", "east", "east") is None
    assert fault("west.cp", "east", "") == ("the target is outside the area of west.cp", ("area.west.cp",))
    assert fault("west.cp", "west", "east", PEACE) == ("the target is in the area of east.cp", ("area.east.cp",))
    own = "by the law of east only units of east use weapons over its land in phase war"
    home = "by the law of west its units do not engage over the land of east in phase war"
    both = ("area.east.cp", "law.east", "law.west")
    assert fault("west.cp", "west", "east") == (f"the target is in the area of east.cp; {own}; {home}", both)
    assert fault("east.cp", "south", "east") == (own, ("law.east",))
    nobody = "by the law of south nobody uses weapons over its land in phase war"
    assert fault("south.cp", "south", "south") == (nobody, ("law.south",))
    assert fault("south.cp", "south", "south", PEACE) is None


def test_over_disputed_ground_a_law_is_named_once() -> None:
    arr = arrangement(laws={"west": Rules(False)})
    disputed = replace(arr, lands={**arr.lands, "south": arr.lands["east"]})
    fault = place_fault(disputed, "west.cp", "west", at("east"), WAR)
    assert fault is not None and fault[1] == ("law.west",) and "east" in fault[0] and "south" in fault[0]


@pytest.mark.parametrize("abroad", [True, False])
@pytest.mark.parametrize("over_land", ["any", "own", "none"])
def test_rows_of_the_law_are_the_single_answers(abroad: bool, over_land: str) -> None:
    laws = {"west": Rules(abroad), "east": Rules(True, over_land), "south": Rules(not abroad, "own")}
    for agreements in ((), (pact({"west.cp": "west territory", "east.cp": "east territory"}),)):
        arr = arrangement(*agreements, laws=laws)
        places, owners = Places.at(*np.array(list(OVER.values())).T), ["west", "east", "west", "south"]
        for post in arr.posts:
            for situation in (WAR, PEACE):
                allowed = place_allows(arr, post, owners, places, situation)
                for u, owner in enumerate(owners):
                    for k, land in enumerate(OVER):
                        free = place_fault(arr, post, owner, at(land), situation) is None
                        assert (True if allowed is None else allowed[u, k]) == free, (post, owner, land)


def test_where_no_place_says_anything_nothing_is_worked_out() -> None:
    places = Places.at([54.0, 54.0], [27.0, 34.0])
    assert place_allows(arrangement(), "west.cp", ["west"], places, WAR) is None
    lawful = arrangement({"name": "pact", "areas": {"east.cp": "east territory"}}, laws={"east": Rules(True, "own")})
    assert place_allows(lawful, "west.cp", ["west"], places, PEACE) is None, "neither bound by an area nor by a law"
    found = place_allows(lawful, "west.cp", ["west", "east"], places, WAR)
    assert found is not None and found.tolist() == [[True, False], [True, True]]
    bound = place_allows(lawful, "east.cp", ["west", "east"], places, PEACE)
    assert bound is not None and bound.tolist() == [[False, True], [False, True]]


def test_the_same_places_answer_for_every_zone() -> None:
    """Places remember what they were asked: of another zone they must not give the same answer."""
    arr = arrangement(pact(OWN))
    places = Places.at([54.0, 54.0], [27.0, 34.0])
    for _ in range(2):
        assert places.inside(arr.lands["west"]).tolist() == [True, False]
        assert places.inside(arr.lands["east"]).tolist() == [False, True]
    assert places.inside(arr.lands["west"]) is places.inside(arr.lands["west"]), "worked out once"
    assert Places.at(54.0, 27.0).inside(arr.lands["west"]).tolist() == [True]
    assert Places.at([], []).inside(arr.lands["west"]).tolist() == []


def test_an_engagement_alone_is_bound_by_areas_and_laws() -> None:
    arr = arrangement(pact(OWN), laws={"west": Rules(False)})
    for act in Act:
        verdict = may_order(arr, "west.cp", act, "west.sam", at("east"), WAR)
        assert verdict.yes == (act != Act.ENGAGE)
    refused = may_order(arr, "west.cp", Act.ENGAGE, "west.sam", at("east"), WAR)
    assert refused.against == ("area.east.cp", "law.west") and "would else be allowed" in refused.reason
