"""From the author's words to rules: every part of a compiled agreement, as the text says it."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pytest
import treaties

from jointsky.errors import ScenarioErrors
from jointsky.links.arrangement import Activation, Arrangement, Law, Link, LossRule, Pact, Stock, Thing, Withdrawal
from jointsky.links.compiler import compile_arrangement
from jointsky.links.zones import Zone
from jointsky.scenario.agreement import AgreementFile
from jointsky.scenario.words import ResumeRule
from jointsky.vocab.codes import Act, Identity, Share, Weapons

THREE = ("west", "east", "south")
ISLAND = [[[[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0], [0.0, 0.0]]]]
BOX = [[[[29.0, 53.0], [31.0, 53.0], [31.0, 55.0], [29.0, 55.0], [29.0, 53.0]]]]
LOSS = {"link": "net", "after": "30 s", "then": "national"}
OVER_WEST, OVER_EAST, OVER_SOUTH = (54.0, 27.0), (54.0, 34.0), (50.0, 31.0)


class Rules(NamedTuple):
    """What a nation's rules say of places."""

    abroad: bool = True
    over_land: str = "any"


def text_of(*agreements: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Three nations with a radar, an early-warning radar, a battery and a pair each."""
    kinds = {"radar.1": "radar", "warning": "early-warning", "sam": "sam", "qra": "fighter"}
    return {
        "phases": ["peace", "war"],
        "nations": {name: {} for name in THREE},
        "posts": {
            **{f"{name}.cp": {"nation": name, "commands": [f"{name}.*"]} for name in THREE},
            "joint.cp": {"nation": "west", "host": "west.cp", "precedence": 1},
        },
        "links": {"net": {"between": [f"{name}.cp" for name in THREE], "delay": "1 s"}},
        "units": {f"{name}.{unit}": {"kind": kind} for name in THREE for unit, kind in kinds.items()},
        "agreements": [{"parties": list(THREE), **agreement} for agreement in agreements],
    } | more


def compiled(text: dict[str, Any], *, outlines: dict[str, Any] | None = None, **more: Any) -> Arrangement:
    spec = AgreementFile.model_validate(text)
    units = treaties.things(list(spec.units), list(spec.nations))
    looking = [unit for unit in units if spec.units[unit.name].kind in ("radar", "early-warning")]
    return compile_arrangement(spec, looking, units, treaties.LANDS if outlines is None else outlines, **more)


def pact(*clauses: dict[str, Any], name: str = "pact", **more: Any) -> dict[str, Any]:
    war = {"war": {"declared_by": ["west.head"], "takes": "1 h"}}
    return {"name": name, "on_link_loss": LOSS, "activates": war, "clauses": list(clauses), **more}


def order(**more: Any) -> dict[str, Any]:
    return {"id": "C", "order": "engage", "from": "east", "to": "west", "units": ["east.*"],
            "approval": {"by": "owner", "takes": "5 s"}} | more  # fmt: skip


def share(**more: Any) -> dict[str, Any]:
    of = {"sensors": ["east.*"]}
    return {"id": "S", "share": "plots", "from": "east", "to": "west", "over": "net", "of": of} | more


def names(things: tuple[Thing, ...], mask: np.ndarray) -> list[str]:
    return [things[row].name for row in np.flatnonzero(mask)]


def over(zone: Zone | None) -> list[bool]:
    assert zone is not None
    return [bool(zone.inside(*place)[0]) for place in (OVER_WEST, OVER_EAST, OVER_SOUTH)]


def test_things_posts_links_and_nations_are_taken_over() -> None:
    text = text_of()
    text["posts"]["west.cp"] |= {"deputy": "east", "deputies": ["east.cp"], "precedence": 4}
    text["posts"]["west.cp"]["commands"] = ["*.sam", "west.q*"]
    cuts = [{"start": "10 s", "end": "20 s"}, {"start": "1 min", "end": "2 min"}]
    text["links"]["net"] |= {"loss": "5 %", "cuts": cuts}
    arr = compiled(text)
    assert arr.phases == ("peace", "war") and arr.nations == ("east", "south", "west")
    assert [arr.units[row].name for row in arr.unit_rows.values()] == list(arr.unit_rows) == list(text["units"])
    assert [arr.sensors[row].name for row in arr.sensor_rows.values()] == list(arr.sensor_rows)
    assert set(arr.sensor_rows) == {f"{name}.{what}" for name in THREE for what in ("radar.1", "warning")}
    net = Link("net", ("west.cp", "east.cp", "south.cp"), 1.0, 0.05, ((10.0, 20.0), (60.0, 120.0)))
    assert arr.links == {"net": net}
    west, joint = arr.posts["west.cp"], arr.posts["joint.cp"]
    assert names(arr.units, west.units) == ["west.sam", "west.qra"], "its own nation's alone, whatever it says"
    assert (west.name, west.nation, west.host, west.precedence) == ("west.cp", "west", None, 4)
    assert (west.deputy, west.deputies, west.phases) == ("east", ("east.cp",), {"peace", "war"})
    assert (joint.host, joint.phases, names(arr.units, joint.units)) == ("west.cp", {"peace", "war"}, [])
    assert (arr.areas, arr.laws, arr.lands, arr.joint_units, arr.pacts) == ({}, {}, {}, {}, {})
    text = text_of(pact(order()))
    text["posts"]["joint.cp"]["phases"] = ["war"]
    assert compiled(text).posts["joint.cp"].phases == {"war"}


def test_what_is_wrong_is_told_with_its_place() -> None:
    with pytest.raises(ScenarioErrors) as told:
        compiled(text_of(pact(order(**{"from": "nowhere"}), order(id="D", units=["east.tank"]))))
    assert {"agreements.0.clauses.0.from", "agreements.0.clauses.1.units.0"} <= {e.path for e in told.value.errors}


def test_clauses_stand_by_agreement_and_id_whatever_the_files_order() -> None:
    one = pact(order(id="Z"), order(id="B", to="south"), name="b")
    other = {"name": "a", "clauses": [{"id": "Q", "use": "airfields", "from": "west", "to": "others"}]}
    arr = compiled(text_of(one, other))
    assert [(clause.agreement, clause.id) for clause in arr.clauses] == [("a", "Q"), ("b", "B"), ("b", "Z")]
    assert [clause.index for clause in arr.clauses] == [0, 1, 2] and arr.clause_ids == ("Q", "B", "Z")
    assert [grant.clause.id for grant in arr.orders] == ["B", "Z"]
    assert {(grant.giver, grant.receiver) for grant in arr.uses} == {("west", "east"), ("west", "south")}
    assert all(grant.words == {"airfields"} for grant in arr.uses)


def test_terms_that_are_left_out() -> None:
    arr = compiled(text_of(pact(share(), order(approval=None, to="joint.cp", phases=["war"]), name="p")))
    plain, commanding = arr.clauses[1], arr.clauses[0]
    assert (plain.verb, plain.words, plain.link, plain.every_s, plain.delay_s) == ("share", ("plots",), "net", 0.0, 0.0)
    assert plain.phases == {"peace", "war"} and plain.fields == {"position", "velocity", "identity"}
    assert plain.identities is None and plain.never_civil is False and plain.receivers == ("west",)
    assert (commanding.approval_by, commanding.takes_s, commanding.refused, commanding.link) == (None, 0.0, 0.0, None)
    assert (plain.level, plain.withdrawal, plain.assistance, dict(plain.limits)) == (1.0, None, None, {})
    assert commanding.phases == {"war"}


def test_terms_that_are_said() -> None:
    aimed = order(targets={"identity": ["hostile", "assumed-friend"], "not": ["civil"]}, phases=["war"], level="50 %",
                  approval={"by": "south", "takes": "7 s", "refused": "20 %"}, over="net", delay="3 s",
                  limits={"shots": 5})  # fmt: skip
    told = share(share="tracks", every="10 s", fields=["velocity"], to="others")
    arr = compiled(text_of(pact(aimed, told)))
    one, other = arr.clauses
    assert one.identities == {int(Identity.HOSTILE), int(Identity.ASSUMED_FRIEND)} and one.never_civil
    assert (one.approval_by, one.takes_s, one.refused) == ("south", 7.0, 0.2)
    assert (one.link, one.delay_s, one.level, dict(one.limits)) == ("net", 3.0, 0.5, {"shots": 5})
    assert one.words == ("engage",) and one.phases == {"war"}
    assert other.every_s == 10.0 and other.fields == {"position", "velocity"} and other.receivers == ("south", "west")
    assert compiled(text_of(pact(order(targets={"not": ["civil"]})))).clauses[0].identities is None
    assert not compiled(text_of(pact(order(targets={"identity": ["hostile"]})))).clauses[0].never_civil


def test_data_of_the_givers_own_sensors() -> None:
    radars = {"sensors": ["*.radar.*"]}
    some = share(id="T", share=["tracks", "identity"], of=radars, **{"from": "each", "to": "others"})
    placed = share(id="U", of={"sensors": ["east.*"], "zone": "owner territory"})
    anything = share(id="V", share="identity", of=None)
    arr = compiled(text_of(pact(share(), some, placed, anything)))
    by_id = {name: [grant for grant in arr.shares if grant.clause.id == name] for name in "STUV"}
    (plain,), (zoned,), (all_of,) = by_id["S"], by_id["U"], by_id["V"]
    assert names(arr.sensors, all_of.sensors) == ["east.radar.1", "east.warning"] and all_of.zone is None
    assert names(arr.sensors, plain.sensors) == ["east.radar.1", "east.warning"] and plain.zone is None
    assert (plain.giver, plain.receiver, plain.shares) == ("east", "west", {Share.PLOTS})
    assert names(arr.sensors, zoned.sensors) == ["east.radar.1", "east.warning"]
    assert over(zoned.zone) == [False, True, False]
    assert len(by_id["T"]) == 6 and all(grant.shares == {Share.TRACKS, Share.IDENTITY} for grant in by_id["T"])
    for grant in by_id["T"]:
        assert names(arr.sensors, grant.sensors) == [f"{grant.giver}.radar.1"] and grant.receiver != grant.giver


def test_orders_are_given_by_the_named_post_or_all_of_a_nation_and_by_delegates_for_their_own() -> None:
    joint = order(id="J", to="joint.cp", units=["*"], phases=["war"], approval=None, delegate=["east.cp", "south.cp"],
                  order=["scramble", "weapons-status"], **{"from": "each"})  # fmt: skip
    text = text_of(pact(joint, order()))
    text["posts"]["west.reserve"] = {"nation": "west"}
    arr = compiled(text)
    (plain,) = (grant for grant in arr.orders if grant.clause.id == "C")
    assert plain.posts == plain.to == {"west.cp", "west.reserve", "joint.cp"} and plain.acts == {Act.ENGAGE}
    commands = {grant.giver: grant for grant in arr.orders if grant.clause.id == "J"}
    assert set(commands) == set(THREE)
    for giver, grant in commands.items():
        own = {f"{giver}.cp"} & {"east.cp", "south.cp"}
        assert grant.to == {"joint.cp"} and grant.posts == {"joint.cp"} | own
        assert names(arr.units, grant.units) == [unit.name for unit in arr.units if unit.nation == giver]
        assert grant.acts == {Act.SCRAMBLE, Act.WEAPONS_STATUS} and grant.zone is None


def test_level_takes_of_all_givers_together_and_limits_count_what_takes_part() -> None:
    half = order(units=["*.sam"], level="50 %", limits={"shots": "50 %"}, **{"from": "each", "to": "others"})
    stock = {f"{name}.sam": Stock(0, 10) for name in THREE} | {f"{name}.qra": Stock(2, 8) for name in THREE}
    arr = compiled(text_of(pact(half)), stock=stock)
    taking = {grant.giver: (names(arr.units, grant.units), dict(grant.most)) for grant in arr.orders}
    assert sum(len(some) for some, _ in taking.values()) == 2, "half of three batteries, rounded up"
    for giver, (some, most) in taking.items():
        assert some in ([], [f"{giver}.sam"]) and most == {"shots": 5 if some else 0}
    assert all(dict(grant.most) == {"shots": 0} for grant in compiled(text_of(pact(half))).orders), "no stock, no share"


def test_rules_are_read_only() -> None:
    arr = compiled(text_of(pact(share(), order())))
    masks = [grant.sensors for grant in arr.shares] + [grant.units for grant in arr.orders]
    for mask in (*masks, *(post.units for post in arr.posts.values())):
        with pytest.raises(ValueError, match="read-only"):
            mask[0] = True


def test_joint_units_are_their_parts_by_pattern_in_row_order() -> None:
    joint = {"wall": {"of": ["south.sam", "west.sam"]}, "all": {"of": ["*.qra"]}}
    assert compiled(text_of(joint_units=joint)).joint_units == {
        "wall": ("west.sam", "south.sam"),
        "all": ("west.qra", "east.qra", "south.qra"),
    }


@pytest.mark.parametrize(
    ("words", "inside", "lands"),
    [
        ("receiver territory", [True, False, False], ("west",)),
        ("owner territory", [False, True, False], ("east",)),
        ("south territory", [False, False, True], ("south",)),
        ("anywhere in west + south", [True, False, True], ("west", "south")),
        ("box", [False, False, False], ("box",)),
    ],
)
def test_zones_are_areas(words: str, inside: list[bool], lands: tuple[str, ...]) -> None:
    text = text_of(pact(order(where=words)), zones={"box": "box.geojson"})
    (grant,) = compiled(text, zones={"box": BOX}).orders
    assert over(grant.zone) == inside and grant.zone is not None
    assert (grant.zone.text, grant.zone.lands) == (words, lands)
    assert grant.zone.inside(54.0, 30.0)[0] == (words in ("box", "owner territory", "anywhere in east"))


def within(arr: Arrangement, lat: float, lon: float) -> bool:
    zone = arr.orders[0].zone
    assert zone is not None and zone.lands == ()
    return bool(zone.inside(lat, lon)[0])


def test_a_strip_runs_along_the_border_of_the_parties_or_of_one_nation() -> None:
    """A degree of longitude is 65 km at 54 N, one of latitude 111 km; west and east meet at 30 E, south lies below."""
    common = compiled(text_of(pact(order(where="within 100 km of border"))))
    for place, inside in (((54.0, 31.0), True), ((54.0, 28.0), False), ((52.5, 34.0), True), ((50.0, 31.0), False),
                          ((55.8, 36.0), False), ((54.0, 24.1), False)):  # fmt: skip
        assert within(common, *place) == inside, place
    two = compiled(text_of(pact(order(where="within 100 km of border"), parties=["west", "east"])))
    for place, inside in (((54.0, 31.0), True), ((52.5, 34.0), False)):
        assert within(two, *place) == inside, place
    south = compiled(text_of(pact(order(where="within 100 km of border of south"), parties=["east", "west"])))
    for place, inside in (((54.0, 31.0), False), ((52.5, 34.0), True), ((48.5, 31.0), True), ((50.0, 31.0), False)):
        assert within(south, *place) == inside, place


def test_two_agreements_have_the_borders_of_their_own_parties() -> None:
    strip = "within 100 km of border"
    near = pact(order(id="A", where=strip), name="a", parties=["west", "east"])
    far = pact(order(id="B", to="south", where=strip), name="b", parties=["east", "south"], activates={})
    zones = {grant.clause.id: grant.zone for grant in compiled(text_of(near, far)).orders if grant.zone is not None}
    found = {name: [bool(zone.inside(*at)[0]) for at in ((55.0, 30.5), (52.2, 37.0))] for name, zone in zones.items()}
    assert found == {"A": [True, False], "B": [False, True]}


def test_zones_outlines_and_borders_are_worked_out_once_for_all_clauses() -> None:
    places = ["within 100 km of border", "within 50 km of border", "east territory", "anywhere in west + east"]
    clauses = [order(id=f"{kind}{k}", where=where) for kind in "AB" for k, where in enumerate(places)]
    clauses += [order(id="C0", where="owner territory"), order(id="C1", where="receiver territory")]
    found = [grant.zone for grant in compiled(text_of(pact(*clauses))).orders]
    zones = [zone for zone in found if zone is not None]
    assert all(one is other for one, other in zip(zones[:4], zones[4:8], strict=True)), "of the same words"
    assert len({id(zone) for zone in zones}) == 6 == len(zones) - 4
    wide, narrow, land, both = zones[:4]
    assert wide.strip is not None and narrow.strip is not None and wide.strip.lines is narrow.strip.lines
    assert both.areas[1] is land.areas[0] is zones[8].areas[0], "the owner is east"


@pytest.mark.parametrize(
    ("where", "outlines", "words"),
    [
        ("east territory", {"west": treaties.WEST}, "needs the outline of east"),
        ("within 10 km of border", {"west": treaties.WEST}, "needs the outline of east"),
        ("within 10 km of border", {"west": treaties.WEST, "east": ISLAND}, "no common border"),
    ],
)
def test_a_zone_without_its_outline_is_told(where: str, outlines: dict[str, Any], words: str) -> None:
    text = text_of(pact(order(where=where), parties=["west", "east"]))
    with pytest.raises(ScenarioErrors, match=words) as told:
        compiled(text, outlines=outlines)
    (error,) = told.value.errors
    assert (error.file, error.line, error.column, error.path) == ("agreement", 0, 0, "agreements.pact")
    assert where in error.message
    island = text_of(pact(order(where="within 10 km of border of east"), parties=["west", "east"]))
    assert within(compiled(island, outlines={"west": treaties.WEST, "east": ISLAND}), 0.0, 1.0)


def test_loss_rules_and_phases_and_pacts_stand_by_name() -> None:
    last = {
        "name": "z",
        "on_link_loss": LOSS | {"then": "deputy", "weapons": "hold", "resume": "after 5 s up"},
        "clauses": [order(id="Z")],
        "withdrawal": {"by": ["west.head"], "takes": "2 min"},
        "under": "a",
        "activates": {"war": {"declared_by": ["west.head", "east.head"], "all": False, "takes": "1 min"}},
    }
    first = {"name": "a", "on_link_loss": LOSS, "clauses": [order(id="A")], "parties": ["west", "east"],
             "activates": {"war": {"declared_by": ["west.head"], "takes": "2 min"},
                           "peace": {"declared_by": ["east.head"], "takes": "3 min"}}}  # fmt: skip
    text = text_of(last, first)
    text["posts"]["west.cp"]["deputies"] = ["east.cp"]
    text["posts"]["joint.cp"]["deputies"] = ["east.cp"]
    arr = compiled(text)
    assert arr.losses == (
        LossRule("a", "net", 30.0, None, ResumeRule(0.0, False), ("west", "east"), "national"),
        LossRule("z", "net", 30.0, Weapons.HOLD, ResumeRule(5.0, False), THREE, "deputy"),
    )
    assert arr.activations == (
        Activation("a", "peace", ("east.head",), True, 180.0),
        Activation("a", "war", ("west.head",), True, 120.0),
        Activation("z", "war", ("west.head", "east.head"), False, 60.0),
    )
    assert arr.pacts == {
        "a": Pact("a", ("west", "east"), None, None),
        "z": Pact("z", THREE, "a", Withdrawal(("west.head",), 120.0)),
    }
    assert list(arr.pacts) == ["a", "z"]


def test_only_what_holds_on_the_day_is_compiled() -> None:
    early, late = pact(order(), until=date(2010, 1, 1)), pact(share(), name="late", in_force=date(2010, 1, 1))
    ids = {year: compiled(text_of(early, late), on=date(year, 6, 1)).clause_ids for year in (2009, 2010)}
    assert ids == {2009: ("C",), 2010: ("S",)} and compiled(text_of(early, late)).clause_ids == ("S", "C")


def test_an_area_is_that_of_the_first_agreement_and_brings_the_lands() -> None:
    first = {"name": "a", "areas": {"west.cp": "west territory", "east.cp": "east territory"}}
    last = {"name": "b", "areas": {"west.cp": "within 9 km of border of south", "south.cp": "anywhere in south"},
            "handover": {"takes": "90 s"}}  # fmt: skip
    for agreements in ((first, last), (last, first)):
        arr = compiled(text_of(*agreements))
        found = {post: (area.post, area.agreement, area.takes_s, over(area.zone)) for post, area in arr.areas.items()}
        assert found == {
            "west.cp": ("west.cp", "a", 0.0, [True, False, False]),
            "east.cp": ("east.cp", "a", 0.0, [False, True, False]),
            "south.cp": ("south.cp", "b", 90.0, [False, False, True]),
        }
        assert {name: (zone.lands, over(zone)) for name, zone in arr.lands.items()} == {
            "east": (("east",), [False, True, False]),
            "south": (("south",), [False, False, True]),
            "west": (("west",), [True, False, False]),
        }


def test_laws_are_kept_where_they_say_something() -> None:
    laws = {"west": {"war": Rules(False), "peace": Rules(), "never": Rules(False)},
            "east": {"war": Rules(True, "own")}, "south": {"war": Rules()}}  # fmt: skip
    outlines = {"west": treaties.WEST, "east": treaties.EAST}
    arr = compiled(text_of(), laws=laws, outlines=outlines)
    assert arr.laws == {("west", "war"): Law(False, "any"), ("east", "war"): Law(True, "own")}
    assert list(arr.lands) == ["east", "west"], "lands whose outline is known"
    assert compiled(text_of(), laws={"west": {"war": Rules()}}).lands == {}
