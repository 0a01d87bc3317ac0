"""Authority: nobody has two commanders for one unit and target, and a neighbour's pair may be asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import treaties
from pictures import tracks

from jointsky.command.authority import Authority
from jointsky.links.agreements import Situation, Target, may_order
from jointsky.links.arrangement import Arrangement
from jointsky.vocab.codes import Act, Identity, Weapons
from jointsky.vocab.records import Rows

ACTS = (Act.SCRAMBLE, Act.ENGAGE)
AIMED = [(54.0, 29.0), (54.0, 31.0), (58.0, 31.0)]
"""Over west, over east, over neither."""


@pytest.fixture(scope="module")
def worked() -> dict[str, Arrangement]:
    return {name: treaties.compiled(treaties.read(name)) for name in ("none", "tracks-1995", "joint-2009")}


def authority(arr: Arrangement, post: str, phase: str) -> Authority:
    return Authority(arr, post, Situation(phase, 100.0))


def raiders(identity: Identity = Identity.HOSTILE) -> Rows:
    lat, lon = np.array(AIMED).T
    return tracks(len(AIMED), lat_deg=lat, lon_deg=lon, identity=identity)


def unconditional(arr: Arrangement, post: str, phase: str, act: Act) -> np.ndarray:
    """Pairs (unit, target) that a post may order now, first and without anybody's consent."""
    units = np.arange(len(arr.units), dtype=np.int32)
    asked = authority(arr, post, phase)
    table, deferred = asked.permits(act, units, raiders())
    consent = np.array([clause.approval_by is not None for clause in arr.clauses] + [False])
    return table.allowed & ~deferred & ~consent[table.clause]


@pytest.mark.parametrize("phase", ["peace", "threat", "war"])
@pytest.mark.parametrize("name", ["none", "tracks-1995", "joint-2009"])
@pytest.mark.parametrize("act", ACTS)
def test_nobody_has_two_commanders_for_one_unit_and_target(worked: Any, name: str, phase: str, act: Act) -> None:
    arr = worked[name]
    commanders = sum(unconditional(arr, post, phase, act).astype(int) for post in arr.posts)
    assert commanders.max() == 1
    assert (commanders == 1).all(), "and everybody has one"


@pytest.mark.parametrize("act", ACTS)
def test_in_war_the_common_post_commands_within_its_zone_and_the_nations_beyond(worked: Any, act: Act) -> None:
    arr = worked["joint-2009"]
    joint = unconditional(arr, "joint.cp", "war", act)
    if act == Act.ENGAGE:
        assert joint[:, :2].all() and not joint[:, 2].any()
        assert unconditional(arr, "east.cp", "war", act)[arr.unit_rows["east.qra"], 2]
    else:
        assert joint.all(), "starting engines happens nowhere"


@pytest.mark.parametrize(
    ("act", "target", "clause", "takes_s"), [(Act.SCRAMBLE, 0, "C1", 90.0), (Act.ENGAGE, 0, "C2", 60.0)]
)
def test_in_peace_the_neighbours_pair_may_be_asked_for(
    worked: Any, act: Act, target: int, clause: str, takes_s: float
) -> None:
    """A clause that grants the request is not undone because the owner commands the pair as well."""
    arr = worked["joint-2009"]
    asked = authority(arr, "west.cp", "peace")
    unit = arr.unit_rows["east.qra"]
    table, deferred = asked.permits(act, np.array([unit], np.int32), raiders())
    assert table.allowed[0, target] and not deferred[0, target]
    assert arr.clause_ids[table.clause[0, target]] == clause and table.takes_s[0, target] == takes_s
    verdict = asked.verdict(act, unit, raiders()[target])
    assert verdict.yes and verdict.clauses == (clause,)
    assert verdict.approval_by == "east" and verdict.takes_s == takes_s


def test_in_peace_fire_is_asked_for_over_ones_own_land_only_and_never_at_others(worked: Any) -> None:
    arr = worked["joint-2009"]
    unit = np.array([arr.unit_rows["east.qra"]], np.int32)
    asked = authority(arr, "west.cp", "peace")
    assert asked.permits(Act.ENGAGE, unit, raiders())[0].allowed.tolist() == [[True, False, False]]
    for identity in (Identity.NEUTRAL, Identity.SUSPECT, Identity.UNKNOWN):
        assert not asked.permits(Act.ENGAGE, unit, raiders(identity))[0].allowed.any()
    sam = np.array([arr.unit_rows["east.sam.1"]], np.int32)
    assert not asked.permits(Act.ENGAGE, sam, raiders())[0].allowed.any()


@pytest.mark.parametrize("name", ["none", "tracks-1995"])
@pytest.mark.parametrize("phase", ["peace", "threat", "war"])
def test_without_an_order_clause_each_commands_its_own(worked: Any, name: str, phase: str) -> None:
    arr = worked[name]
    units = np.arange(len(arr.units), dtype=np.int32)
    for nation in ("west", "east"):
        own = [unit.nation == nation for unit in arr.units]
        for act in ACTS:
            table, _ = authority(arr, f"{nation}.cp", phase).permits(act, units, raiders())
            assert table.allowed.all(axis=1).tolist() == own and table.allowed.any(axis=1).tolist() == own


@pytest.mark.parametrize("phase", ["peace", "threat", "war"])
def test_table_and_words_agree_and_nothing_goes_beyond_the_agreement(worked: Any, phase: str) -> None:
    arr, aimed = worked["joint-2009"], raiders()
    units = np.arange(len(arr.units), dtype=np.int32)
    for post in arr.posts:
        asked = authority(arr, post, phase)
        for act in ACTS:
            table, _ = asked.permits(act, units, aimed)
            for unit in units:
                for j, track in enumerate(aimed):
                    verdict = asked.verdict(act, int(unit), track)
                    assert verdict.yes == table.allowed[unit, j], (post, act, arr.units[unit].name, j)
                    if verdict.yes:
                        assert verdict.takes_s == table.takes_s[unit, j] and verdict.clauses
                    else:
                        assert verdict.reason and not verdict.clauses


def test_a_post_that_does_not_exist_in_the_phase_may_nothing(worked: Any) -> None:
    arr = worked["joint-2009"]
    asked = authority(arr, "joint.cp", "peace")
    assert not asked.exists() and authority(arr, "joint.cp", "war").exists()
    units = np.arange(len(arr.units), dtype=np.int32)
    assert not asked.permits(Act.ENGAGE, units, raiders())[0].allowed.any()
    nobody = authority(arr, "nobody.cp", "war")
    assert not nobody.exists() and not nobody.permits(Act.ENGAGE, units, raiders())[0].allowed.any()
    assert nobody.verdict(Act.ENGAGE, 0, raiders()[0]).against == ("post.nobody.cp",)
    assert nobody.weapons_limit() is Weapons.FREE, "links of no nation are lost"


def test_when_the_link_is_lost_command_falls_back_to_the_nations(worked: Any) -> None:
    arr = worked["joint-2009"]
    units = np.arange(len(arr.units), dtype=np.int32)
    lost = Situation.with_down("war", 1000.0, {"joint": 40.0})
    own = Authority(arr, "east.cp", lost)
    table, deferred = own.permits(Act.ENGAGE, units, raiders())
    east = [unit.nation == "east" for unit in arr.units]
    assert table.allowed.all(axis=1).tolist() == east and not deferred.any()
    theirs = Authority(arr, "joint.cp", lost).permits(Act.ENGAGE, units, raiders())[0]
    assert not theirs.allowed.any(), "the joint post's orders have no clause left"


def test_the_phase_index_is_the_phases_place(worked: Any) -> None:
    assert [authority(worked["none"], "west.cp", p).phase_index for p in ("peace", "threat", "war")] == [0, 1, 2]


def test_the_agreement_itself_would_say_no(worked: Any) -> None:
    """The authority only ever takes away from what the agreement grants."""
    arr, units = worked["joint-2009"], np.arange(8, dtype=np.int32)
    for phase in ("peace", "war"):
        for post in arr.posts:
            table, _ = authority(arr, post, phase).permits(Act.ENGAGE, units, raiders())
            for unit, j in zip(*np.nonzero(table.allowed), strict=True):
                aimed = authority(arr, post, phase)
                target = raiders()[j]
                assert aimed.verdict(Act.ENGAGE, int(unit), target).clauses == may_order(
                    arr, post, Act.ENGAGE, arr.units[unit].name,
                    Target(int(target["identity"]), False, lat_deg=target["lat_deg"], lon_deg=target["lon_deg"]),
                    Situation(phase, 100.0),
                ).clauses  # fmt: skip


def changed(change: Any, name: str = "joint-2009") -> Arrangement:
    text = treaties.read(name)
    change(text, {c["id"]: c for pact in text["agreements"] for c in pact["clauses"]})
    return treaties.compiled(text)


def undelegated(_: Any, clauses: Any) -> None:
    del clauses["C3"]["delegate"]


def test_without_delegation_the_nations_post_leaves_to_the_commander_what_it_may_order() -> None:
    arr, units = changed(undelegated), np.arange(8, dtype=np.int32)
    own, sam = authority(arr, "east.cp", "war"), arr.unit_rows["east.sam.1"]
    table, deferred = own.permits(Act.ENGAGE, units, raiders())
    east = np.array([unit.nation == "east" for unit in arr.units])
    assert table.allowed.tolist() == [[False, False, bool(mine)] for mine in east], "its own right beyond the zone"
    assert not deferred.any(), "what is taken out is nobody's second choice"
    for k, track in enumerate(raiders()):
        told = own.verdict(Act.ENGAGE, sam, track)
        assert told.yes == (k == 2) and told.against == (() if k == 2 else ("commander.joint.cp",))
        assert k == 2 or told.reason == "east.sam.1 is commanded by joint.cp against this target"
    joint = authority(arr, "joint.cp", "war")
    assert joint.permits(Act.ENGAGE, units, raiders())[0].allowed[:, :2].all()
    assert joint.verdict(Act.ENGAGE, sam, raiders()[0]).yes, "nobody leaves anything to itself"


def test_with_delegation_it_may_do_what_the_commander_leaves_undone() -> None:
    arr, units = treaties.compiled(treaties.read("joint-2009")), np.arange(8, dtype=np.int32)
    table, deferred = authority(arr, "east.cp", "war").permits(Act.ENGAGE, units, raiders())
    east = np.array([unit.nation == "east" for unit in arr.units])
    assert table.allowed.tolist() == [[bool(mine)] * 3 for mine in east]
    assert deferred.tolist() == [[bool(mine), bool(mine), False] for mine in east]


def test_the_weapons_of_a_unit_are_its_commanders_to_free_and_its_engines_are_not() -> None:
    arr = changed(undelegated)
    own, sam = authority(arr, "east.cp", "war"), arr.unit_rows["east.sam.1"]
    freed = own.verdict(Act.WEAPONS_STATUS, sam, None)
    assert (freed.yes, freed.reason) == (False, "east.sam.1 is commanded by joint.cp")
    assert freed.against == ("commander.joint.cp",)
    assert own.verdict(Act.SCRAMBLE, arr.unit_rows["east.qra"], None).yes
    assert not own.verdict(Act.SCRAMBLE, arr.unit_rows["east.qra"], raiders()[0]).yes
    assert own.verdict(Act.WEAPONS_STATUS, arr.unit_rows["west.sam.1"], None).against != ("commander.joint.cp",), (
        "another nation's unit was never its own to leave"
    )
    assert authority(arr, "east.cp", "peace").verdict(Act.WEAPONS_STATUS, sam, None).clauses == ("national",)


def test_neutral_tracks_are_civil_and_others_are_not() -> None:
    def spared(_: Any, clauses: Any) -> None:
        clauses["C3"]["targets"] = {"not": ["civil"]}

    arr, units = changed(spared), np.arange(8, dtype=np.int32)
    joint, sam = authority(arr, "joint.cp", "war"), arr.unit_rows["east.sam.1"]
    for identity in Identity:
        allowed = joint.permits(Act.ENGAGE, units, raiders(identity))[0].allowed[sam, 0]
        assert allowed == joint.verdict(Act.ENGAGE, sam, raiders(identity)[0]).yes == (identity != Identity.NEUTRAL)


def test_what_units_may_engage_follows_tracks_and_situation_whatever_shots_are_left() -> None:
    arr, rows = treaties.compiled(treaties.read("joint-2009")), raiders()
    asked = authority(arr, "joint.cp", "war")

    def table(picture: Rows) -> Any:
        return np.array([asked.may_engage([unit] * len(picture), picture) for unit in range(len(arr.units))])

    first = table(rows)
    assert first[:, :2].all() and not first[:, 2].any()
    used_up = Situation("war", 100.0, spent=frozenset({("C3", "east"), ("C3", "west")}))
    asked.situation = used_up
    assert not asked.permits(Act.ENGAGE, np.arange(8, dtype=np.int32), rows)[0].allowed.any()
    assert np.array_equal(table(rows), first) and asked.situation is used_up
    asked.situation = Situation("peace", 100.0)
    assert not table(rows).any()
    asked.situation = Situation("war", 100.0)
    away = tracks(2, lat_deg=np.array([58.0, 54.0]), lon_deg=31.0, identity=Identity.HOSTILE)
    assert table(away).any(axis=0).tolist() == [False, True]


def test_who_commands_may_depend_on_where_the_target_is() -> None:
    """Two common commanders, one for each land: over each land one may order, and the nation's own post neither."""

    def split(text: Any, clauses: Any) -> None:
        text["posts"] |= {f"joint.{name}": {"nation": "west", "precedence": k} for k, name in enumerate("ab", 1)}
        for link in text["links"].values():
            link["between"] = [*link["between"], "joint.a", "joint.b"]
        one, other = clauses["C3"], dict(clauses["C3"])
        one |= {"to": "joint.a", "where": "anywhere in west", "delegate": []}
        other |= {"id": "C4", "to": "joint.b", "where": "anywhere in east", "delegate": []}
        next(pact for pact in text["agreements"] if one in pact["clauses"])["clauses"].append(other)

    arr, units = changed(split), np.arange(8, dtype=np.int32)
    aimed = tracks(3, lat_deg=np.array([54.0, 54.0, 58.0]), lon_deg=np.array([29.0, 31.0, 31.0]),
                   identity=Identity.HOSTILE)  # fmt: skip
    allowed = {post: authority(arr, post, "war").permits(Act.ENGAGE, units, aimed)[0].allowed for post in arr.posts}
    assert (sum(table.astype(int) for table in allowed.values()) == 1).all(), "one commander for each unit and target"
    assert allowed["joint.a"].tolist() == [[True, False, False]] * 8
    assert allowed["joint.b"].tolist() == [[False, True, False]] * 8
    east = authority(arr, "east.cp", "war")
    sam = next(row for row, unit in enumerate(arr.units) if unit.name == "east.sam.1")
    against = [east.verdict(Act.ENGAGE, sam, track).against for track in aimed]
    assert against == [("commander.joint.a",), ("commander.joint.b",), ()]
    assert east.commanders()[sam] == "joint.a", "whatever the place, the first by precedence"


def test_an_order_is_without_consent_when_all_its_clauses_are() -> None:
    def withdrawable(_: Any, clauses: Any) -> None:
        for name in ("C1", "C2"):
            clauses[name]["withdrawal"] = {"by": ["east.president"], "takes": "10 s"}

    asked = authority(changed(withdrawable), "west.cp", "peace")
    assert asked.withdrawn(("C1",)) == ()
    asked.situation = Situation("peace", 100.0, withdrawn={"C1": (50.0,)})
    assert asked.withdrawn(("C1",)) == ("consent.C1",)
    for others in (("C1", "C2"), ("C2",), ("national",)):
        assert asked.withdrawn(others) == ()
    asked.situation = Situation("peace", 100.0, withdrawn={"C1": (50.0,), "C2": (80.0,)})
    assert asked.withdrawn(("C1", "C2")) == ("consent.C1", "consent.C2")
    asked.situation = Situation("peace", 55.0, withdrawn={"C1": (50.0,)})
    assert asked.withdrawn(("C1",)) == (), "consent goes on for its time"


def test_weapons_are_free_until_a_lost_link_says_otherwise() -> None:
    arr = treaties.compiled(treaties.read("joint-2009"))
    assert authority(arr, "west.cp", "war").weapons_limit() is Weapons.FREE
    lost = Authority(arr, "west.cp", Situation.with_down("war", 1000.0, {"joint": 40.0}))
    assert lost.weapons_limit() is Weapons.TIGHT and lost.nation == "west"


def test_commanders_follow_the_situation() -> None:
    arr = treaties.compiled(treaties.read("joint-2009"))
    asked = authority(arr, "east.cp", "war")
    assert set(asked.commanders()) == {"joint.cp"} and len(asked.commanders()) == len(arr.units)
    assert asked.commanders() is asked.commanders(), "worked out once"
    asked.situation = Situation("peace", 100.0)
    assert asked.commanders() == tuple(f"{unit.nation}.cp" for unit in arr.units)


def test_a_post_that_does_not_exist_yet_watches_nothing() -> None:
    def areas(text: Any, _: Any) -> None:
        text["agreements"][0]["areas"] = {"west.cp": "west territory", "east.cp": "east territory"}
        text["agreements"][0]["handover"] = {"takes": "60 s"}

    arr = changed(areas)
    for post, crossed in (("joint.cp", np.inf), ("west.cp", 0.0)):
        asked = Authority(arr, post, Situation("peace", 0.0))
        assert asked.watch(raiders()[:1]) == []
        asked.situation = Situation("war", 10.0)
        over_east = raiders()[1:2]
        over_east["track_id"] = 1
        assert len(asked.watch(over_east)) == (post == "west.cp") and asked.seams.of(1, 10.0)[0] == crossed
