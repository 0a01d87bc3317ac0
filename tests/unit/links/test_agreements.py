"""The three functions on the worked files: what the table of COMMAND.md says must come out."""

from __future__ import annotations

import numpy as np
import pytest
import treaties

from jointsky.links.agreements import (
    Datum,
    Situation,
    Target,
    Usable,
    commander_of,
    may_order,
    may_see,
    may_use,
    viewing_nation,
)
from jointsky.links.arrangement import Arrangement
from jointsky.links.force import weapons_limit
from jointsky.links.tables import commandable, fire_control_sensors, permits
from jointsky.vocab.codes import Act, Identity, Share, Weapons

RAID = Target(Identity.HOSTILE, False, lat_deg=54.0, lon_deg=29.0)
NEAR, FAR = (54.0, 30.5), (54.0, 36.0)
PEACE, THREAT, WAR = (Situation(phase, 100.0) for phase in ("peace", "threat", "war"))


@pytest.fixture(scope="module")
def worked() -> dict[str, Arrangement]:
    return {name: treaties.compiled(treaties.read(name)) for name in ("none", "tracks-1995", "joint-2009")}


def test_without_agreement_nothing_crosses_the_border(worked: dict[str, Arrangement]) -> None:
    arr = worked["none"]
    for situation in (PEACE, THREAT, WAR):
        for share in Share:
            assert not may_see(arr, "west", Datum(share, "east", "east.radar.1", *NEAR), situation).yes
            assert may_see(arr, "east", Datum(share, "east", "east.radar.1", *NEAR), situation).clauses == ("national",)
        for act in Act:
            assert not may_order(arr, "west.cp", act, "east.qra", RAID, situation).yes
        assert not may_use(arr, "west", Usable("airfields", "east"), situation).yes


def test_tracks_cross_within_150_km_of_the_border(worked: dict[str, Arrangement]) -> None:
    for name in ("tracks-1995", "joint-2009"):
        arr = worked[name]
        assert may_see(arr, "west", Datum(Share.TRACKS, "east", "east.radar.1", *NEAR), PEACE).clauses == ("E1",)
        assert may_see(arr, "east", Datum(Share.TRACKS, "west", "west.radar.1", *NEAR), PEACE).clauses == ("W1",)
        far = may_see(arr, "west", Datum(Share.TRACKS, "east", "east.radar.1", *FAR), PEACE)
        assert not far.yes and "E1 gives only what is within 150 km of border" in far.reason
        assert not may_see(arr, "west", Datum(Share.TRACKS, "east", "east.aew.1", *NEAR), PEACE).yes


def test_warning_goes_one_way(worked: dict[str, Arrangement]) -> None:
    arr = worked["tracks-1995"]
    assert may_see(arr, "west", Datum(Share.WARNING, "east", "east.warning"), PEACE).clauses == ("E2",)
    assert not may_see(arr, "east", Datum(Share.WARNING, "west", "west.radar.1"), PEACE).yes


def test_plots_and_fire_control_only_by_the_joint_agreement(worked: dict[str, Arrangement]) -> None:
    arr = worked["joint-2009"]
    assert not may_see(worked["tracks-1995"], "west", Datum(Share.PLOTS, "east", "east.radar.1"), WAR).yes
    assert may_see(arr, "west", Datum(Share.PLOTS, "east", "east.radar.1"), PEACE).clauses == ("S1",)
    assert not may_see(arr, "west", Datum(Share.FIRE_CONTROL, "east", "east.aew.1"), PEACE).yes
    assert may_see(arr, "west", Datum(Share.FIRE_CONTROL, "east", "east.aew.1"), THREAT).clauses == ("S2",)
    assert may_see(arr, "west", Datum(Share.PLOTS, "east", "east.aew.1"), WAR).clauses == ("S2",)
    assert not may_see(arr, "east", Datum(Share.FIRE_CONTROL, "west", "west.radar.1"), WAR).yes
    names = [arr.sensors[i].name for i in np.flatnonzero(fire_control_sensors(arr, "west", WAR))]
    assert names == ["west.radar.1", "east.aew.1"]


@pytest.mark.parametrize(
    ("name", "situation", "yes", "words"),
    [
        ("none", WAR, False, "there is no post joint.cp"),
        ("tracks-1995", WAR, False, "there is no post joint.cp"),
        ("joint-2009", PEACE, False, "post joint.cp does not exist in phase peace"),
        ("joint-2009", THREAT, True, "by C3"),
        ("joint-2009", WAR, True, "by C3"),
    ],
)
def test_the_common_commander(
    worked: dict[str, Arrangement], name: str, situation: Situation, yes: bool, words: str
) -> None:
    verdict = may_order(worked[name], "joint.cp", Act.ENGAGE, "east.sam.1", RAID, situation)
    assert verdict.yes is yes
    assert words in verdict.reason


def test_asking_for_the_neighbours_pair_in_peace(worked: dict[str, Arrangement]) -> None:
    arr = worked["joint-2009"]
    ask = may_order(arr, "west.cp", Act.SCRAMBLE, "east.qra", None, PEACE)
    assert (ask.yes, ask.clauses, ask.approval_by, ask.takes_s) == (True, ("C1",), "east", 90.0)
    fire = may_order(arr, "west.cp", Act.ENGAGE, "east.qra", RAID, PEACE)
    assert (fire.yes, fire.clauses, fire.approval_by, fire.takes_s) == (True, ("C2",), "east", 60.0)
    stop = may_order(arr, "west.cp", Act.CEASE, "east.qra", None, PEACE)
    assert (stop.yes, stop.approval_by, stop.takes_s) == (True, None, 0.0)
    over_east = Target(Identity.HOSTILE, False, lat_deg=54.0, lon_deg=33.0)
    assert "in receiver territory" in may_order(arr, "west.cp", Act.ENGAGE, "east.qra", over_east, PEACE).reason
    assert not may_order(arr, "west.cp", Act.ENGAGE, "east.sam.1", RAID, PEACE).yes
    assert "C1 holds only in phase peace" in may_order(arr, "west.cp", Act.SCRAMBLE, "east.qra", None, WAR).reason


def test_never_civil_and_only_hostile(worked: dict[str, Arrangement]) -> None:
    arr = worked["joint-2009"]
    civil = Target(Identity.HOSTILE, True, lat_deg=54.0, lon_deg=29.0)
    assert "C2 forbids civil targets" in may_order(arr, "west.cp", Act.ENGAGE, "east.qra", civil, PEACE).reason
    unknown = Target(Identity.UNKNOWN, False, lat_deg=54.0, lon_deg=29.0)
    reason = may_order(arr, "west.cp", Act.ENGAGE, "east.qra", unknown, PEACE).reason
    assert "C2 holds against hostile targets only, this one is unknown" in reason


def test_a_target_may_be_told_by_the_land_below(worked: dict[str, Arrangement]) -> None:
    arr = worked["joint-2009"]
    for land, yes in (("west", True), ("east", False), (None, False)):
        target = Target(Identity.HOSTILE, False, land)
        assert may_order(arr, "west.cp", Act.ENGAGE, "east.qra", target, PEACE).yes is yes


def test_own_units_need_nobody(worked: dict[str, Arrangement]) -> None:
    for arr in worked.values():
        for situation in (PEACE, WAR):
            assert may_order(arr, "west.cp", Act.ENGAGE, "west.sam.1", RAID, situation).clauses == ("national",)
    assert "needs a target" in may_order(arr, "west.cp", Act.ENGAGE, "west.sam.1", None, WAR).reason
    assert "no unit" in may_order(arr, "west.cp", Act.ENGAGE, "west.sam.9", RAID, WAR).reason


def test_airfields_and_munitions(worked: dict[str, Arrangement]) -> None:
    arr = worked["joint-2009"]
    assert not may_use(arr, "west", Usable("munitions", "east"), PEACE).yes
    some = may_use(arr, "west", Usable("munitions", "east"), WAR)
    assert (some.yes, some.clauses, some.limit) == (True, ("R1",), pytest.approx(0.3))
    assert may_use(arr, "west", Usable("airfields", "east"), WAR).limit == 1.0
    assert may_use(arr, "west", Usable("munitions", "west"), PEACE).clauses == ("national",)


def test_lost_link_leaves_national_command(worked: dict[str, Arrangement]) -> None:
    arr = worked["joint-2009"]
    before = Situation.with_down("war", 1000.0, {"joint": 30.0})
    after = Situation.with_down("war", 1000.0, {"joint": 30.1})
    assert may_order(arr, "joint.cp", Act.ENGAGE, "east.sam.1", RAID, before).yes
    refusal = may_order(arr, "joint.cp", Act.ENGAGE, "east.sam.1", RAID, after)
    assert not refusal.yes and "C3 is out of force because its link is lost" in refusal.reason
    assert not may_use(arr, "west", Usable("airfields", "east"), after).yes
    assert not may_see(arr, "west", Datum(Share.PLOTS, "east", "east.radar.1"), after).yes
    assert may_see(arr, "west", Datum(Share.TRACKS, "east", "east.radar.1", *NEAR), after).yes, "over another link"
    assert may_order(arr, "east.cp", Act.ENGAGE, "east.sam.1", RAID, after).yes
    assert weapons_limit(arr, "west", before) is None
    assert weapons_limit(arr, "west", after) is Weapons.TIGHT


def test_resume_needs_a_minute_up_and_a_message_of_confirmation(worked: dict[str, Arrangement]) -> None:
    arr = worked["joint-2009"]
    history = {"joint": (100.0, 140.0)}
    for t_s, yes in ((110.0, True), (131.0, False), (141.0, False), (200.9, False), (201.0, True)):
        links = {"joint": tuple(time for time in history["joint"] if time <= t_s)}
        situation = Situation("war", t_s, links)
        assert may_order(arr, "joint.cp", Act.ENGAGE, "east.sam.1", RAID, situation).yes is yes, t_s
    broken_again = Situation("war", 205.0, {"joint": (100.0, 140.0, 190.0, 195.0)})
    assert not may_order(arr, "joint.cp", Act.ENGAGE, "east.sam.1", RAID, broken_again).yes


def test_commander(worked: dict[str, Arrangement]) -> None:
    arr = worked["joint-2009"]
    assert commander_of(arr, "east.sam.1", "east.cp", PEACE) == "east.cp"
    assert commander_of(arr, "east.qra", "west.cp", PEACE) == "east.cp", "who must ask does not command"
    assert commander_of(arr, "east.sam.1", "east.cp", WAR) == "joint.cp"
    lost = Situation.with_down("war", 1000.0, {"joint": 31.0})
    assert commander_of(arr, "east.sam.1", "east.cp", lost) == "east.cp"
    assert commander_of(worked["none"], "east.sam.1", "west.cp", WAR) == "east.cp"


def test_a_hosted_post_sees_with_its_hosts_eyes(worked: dict[str, Arrangement]) -> None:
    text = treaties.read("joint-2009")
    text["posts"]["joint.cp"]["nation"] = "east"
    assert viewing_nation(treaties.compiled(text), "joint.cp") == "west"


def test_table_of_orders_equals_single_questions(worked: dict[str, Arrangement]) -> None:
    rng = np.random.default_rng(5)
    lat, lon = rng.uniform(51.0, 57.5, 40), rng.uniform(23.0, 39.0, 40)
    identity, civil = rng.choice([1, 5, 6], 40), rng.random(40) < 0.3
    for arr in worked.values():
        units = np.arange(len(arr.units))
        for post in arr.posts:
            for act in Act:
                for situation in (PEACE, WAR):
                    table = permits(arr, post, act, units, identity, civil, lat, lon, situation)
                    for u in units:
                        for k in range(40):
                            target = Target(int(identity[k]), bool(civil[k]), None, float(lat[k]), float(lon[k]))
                            one = may_order(arr, post, act, arr.units[u].name, target, situation)
                            assert table.allowed[u, k] == one.yes
                            if one.yes:
                                first = one.clauses[0]
                                assert table.takes_s[u, k] == one.takes_s
                                index = table.clause[u, k]
                                assert first == ("national" if index < 0 else arr.clause_ids[index])


def test_commandable_units(worked: dict[str, Arrangement]) -> None:
    arr = worked["joint-2009"]
    assert commandable(arr, "joint.cp", WAR).all()
    assert not commandable(arr, "joint.cp", PEACE).any()
    mine = {arr.units[i].name for i in np.flatnonzero(commandable(arr, "west.cp", PEACE))}
    assert mine == {"west.radar.1", "west.sam.1", "west.qra", "east.qra"}
