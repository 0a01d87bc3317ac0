"""Whose area, whose land: an independent reading of both, and the same answers row by row."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
import treaties

from jointsky.links.agreements import Situation, Target, may_order
from jointsky.links.arrangement import Arrangement
from jointsky.links.compiler import compile_arrangement
from jointsky.links.places import Places, areas_of, responsible, responsible_rows
from jointsky.links.tables import permits
from jointsky.scenario.agreement import AgreementFile
from jointsky.vocab.codes import Act, Identity
from jointsky.vocab.messages import Consent

THREE = ("west", "east", "south")
TAKES_S = 120.0
OVER = {"west": (54.0, 27.0), "east": (54.0, 34.0), "south": (50.0, 30.0), "": (60.0, 30.0)}
"""A place over each land, and one over nobody's."""


class Rules(NamedTuple):
    """What a nation's rules say of places."""

    abroad: bool = True
    over_land: str = "any"


def arrangement(areas: dict[str, str], laws: dict[str, Rules] | None = None, **pact: Any) -> Arrangement:
    text: dict[str, Any] = {
        "phases": ["peace", "war"],
        "nations": {name: {} for name in THREE},
        "posts": {f"{name}.cp": {"nation": name, "commands": [f"{name}.*"]} for name in THREE},
        "links": {"net": {"between": [f"{name}.cp" for name in THREE], "delay": "1 s"}},
        "units": {f"{name}.sam": {"kind": "sam"} for name in THREE},
        "agreements": [
            {
                "name": "pact", "parties": list(THREE), "areas": areas,
                **({"handover": {"takes": f"{TAKES_S:g} s"}} if areas else {}),
                "activates": {"war": {"declared_by": ["west.head"], "takes": "1 h"}},
                "clauses": [{"id": "C", "order": "engage", "from": "east", "to": "west", "units": ["east.*"],
                             "approval": {"by": "owner", "takes": "5 s"}}],
                **pact,
            }
        ],
    }  # fmt: skip
    spec = AgreementFile.model_validate(text)
    written = {name: {"war": rule} for name, rule in (laws or {}).items()}
    return compile_arrangement(spec, [], treaties.things(list(spec.units), THREE), treaties.LANDS, laws=written)


def target(land: str, **more: Any) -> Target:
    lat, lon = OVER[land]
    return Target(Identity.HOSTILE, False, lat_deg=lat, lon_deg=lon, **more)


OWN = {"west.cp": "west territory", "east.cp": "east territory", "south.cp": "south territory"}
WAR = Situation("war")


def who(arr: Arrangement, aim: Target, situation: Situation = WAR) -> set[str]:
    """The posts that may have their own unit engage."""
    posts = [name for name in THREE if may_order(arr, f"{name}.cp", Act.ENGAGE, f"{name}.sam", aim, situation).yes]
    return set(posts)


def test_exactly_one_post_engages_over_the_land_of_the_parties() -> None:
    arr = arrangement(OWN)
    for land in THREE:
        assert who(arr, target(land)) == {land}
    assert who(arr, target("")) == set(), "a post with an area engages only there"
    refused = may_order(arr, "west.cp", Act.ENGAGE, "west.sam", target("east"), WAR)
    assert refused.against == ("area.east.cp",)
    assert may_order(arr, "west.cp", Act.ENGAGE, "west.sam", target(""), WAR).against == ("area.west.cp",)
    assert may_order(arr, "west.cp", Act.CEASE, "west.sam", target("east"), WAR).yes, "breaking off is always free"


def test_a_post_without_an_area_is_free_and_a_hole_is_its_nations() -> None:
    two = {"west.cp": "within 100 km of border of west", "east.cp": "east territory"}
    arr = arrangement(two)
    assert "south" in who(arr, target("east")) and "south" in who(arr, target(""))
    middle = Target(Identity.HOSTILE, False, lat_deg=54.0, lon_deg=27.0)
    assert responsible(arr, middle, WAR) == "west.cp", "no strip reaches the middle of west, but the land is west's"


@pytest.mark.parametrize("came_from", ["west.cp", "south.cp", "", None])
@pytest.mark.parametrize("crossed_s", [0.0, 60.0, 119.9, 120.0, 500.0, float("inf")])
def test_hand_over_old_first_then_new_never_both_never_neither(crossed_s: float, came_from: str | None) -> None:
    arr = arrangement(OWN)
    engaged = who(arr, target("east", crossed_s=crossed_s, came_from=came_from))
    late = crossed_s >= TAKES_S or not came_from
    assert engaged == ({"east"} if late else {str(came_from).removesuffix(".cp")})


def test_between_two_areas_the_old_one_need_not_be_told() -> None:
    arr = arrangement({"west.cp": "west territory", "east.cp": "east territory"})
    assert responsible(arr, target("east", crossed_s=10.0), WAR) == "west.cp"
    assert responsible(arr, target("east", crossed_s=120.0), WAR) == "east.cp"
    assert responsible(arr, target("east", crossed_s=10.0, came_from=""), WAR) == "east.cp"


def test_areas_go_with_their_agreement() -> None:
    loss = {"link": "net", "after": "30 s", "then": "national"}
    arr = arrangement(OWN, on_link_loss=loss, withdrawal={"by": ["west.head"]})
    down = Situation.with_down("war", 100.0, {"net": 31.0})
    ended = WAR.after(Consent("pact", False, 5.0))
    for situation in (down, ended):
        assert who(arr, target("east"), situation) == set(THREE), "each its own units, wherever the target is"


def allowed_by(laws: dict[str, Rules], owner: str, land: str) -> bool:
    """The two rules, written once more and plainly."""
    if not land:
        return True
    over = laws.get(land, Rules()).over_land
    if over == "none" or (over == "own" and owner != land):
        return False
    return laws.get(owner, Rules()).abroad or owner == land


@pytest.mark.parametrize("over_land", ["any", "own", "none"])
@pytest.mark.parametrize("abroad", [True, False])
def test_law_of_the_land_binds_everybody_even_its_own(over_land: str, abroad: bool) -> None:
    laws = {"west": Rules(abroad), "east": Rules(True, over_land)}
    arr = arrangement({}, laws)
    for land in OVER:
        for owner in THREE:
            verdict = may_order(arr, f"{owner}.cp", Act.ENGAGE, f"{owner}.sam", target(land), WAR)
            assert verdict.yes == allowed_by(laws, owner, land), (owner, land)
            assert verdict.yes or set(verdict.against) <= {"law.west", "law.east"}
        foreign = may_order(arr, "west.cp", Act.ENGAGE, "east.sam", target(land), WAR)
        assert foreign.yes == allowed_by(laws, "east", land), "the unit's nation counts, not the post's"
        by_land = Target(Identity.HOSTILE, False, land or None)
        assert may_order(arr, "west.cp", Act.ENGAGE, "west.sam", by_land, WAR).yes == allowed_by(laws, "west", land)
    assert may_order(arr, "west.cp", Act.ENGAGE, "west.sam", target("east"), Situation("peace")).yes, "only in war"


@pytest.mark.parametrize("number", range(40))
def test_rows_say_what_one_by_one_says(number: int) -> None:
    luck = np.random.default_rng(number)
    zones = [f"{name} territory" for name in THREE] + ["within 150 km of border", "within 80 km of border of south"]
    with_area = luck.permutation(THREE)[: int(luck.choice([0, 2, 3]))]
    areas = {f"{name}.cp": str(zone) for name, zone in zip(with_area, luck.permutation(zones), strict=False)}
    rules = {n: Rules(bool(luck.random() < 0.6), str(luck.choice(["any", "own", "none"]))) for n in THREE}
    arr = arrangement(areas, {n: r for n, r in rules.items() if luck.random() < 0.6})
    count = 60
    lat, lon = luck.uniform(47, 58, count), luck.uniform(22, 40, count)
    crossed = np.where(luck.random(count) < 0.5, luck.uniform(0, 240, count), np.inf)
    choices = [None, "", *areas]
    old = [choices[i] for i in luck.integers(0, len(choices), count)]
    places = Places(lat, lon, crossed, old)
    aims = [Target(6, False, None, *row) for row in zip(lat.tolist(), lon.tolist(), crossed.tolist(), old, strict=True)]
    for situation in (WAR, Situation("peace")):
        posts = responsible_rows(arr, places, situation)
        assert posts == [responsible(arr, aim, situation) for aim in aims]
        plain = [Target(6, False, None, aim.lat_deg, aim.lon_deg) for aim in aims]
        assert areas_of(arr, places, situation) == [responsible(arr, aim, situation) for aim in plain]
        for post in arr.posts:
            for act in (Act.ENGAGE, Act.SCRAMBLE, Act.CEASE):
                table = permits(arr, post, act, np.arange(3), np.full(count, 6), np.zeros(count, bool), lat, lon,
                                situation, places)  # fmt: skip
                for u, unit in enumerate(arr.units):
                    for k, aim in enumerate(aims):
                        verdict = may_order(arr, post, act, unit.name, aim, situation)
                        assert table.allowed[u, k] == verdict.yes
                        assert verdict.yes == (not verdict.against)
                        if verdict.yes:
                            assert table.takes_s[u, k] == verdict.takes_s
