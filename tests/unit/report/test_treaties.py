"""Six real treaties as files: short, sourced, valid, and deciding what their texts decide."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from agreement_claims import compiled

from jointsky.engine.check import check
from jointsky.links.agreements import Arrangement, Datum, Situation, Target, may_order, may_see
from jointsky.report.agreement_facts import Facts, read_facts
from jointsky.report.agreement_text import explain, text_of
from jointsky.vocab.codes import Act, Identity, Share

TREATIES = Path(__file__).resolve().parents[3] / "scenarios/agreements/treaties"
NAMES = ("norad", "benelux-2015", "baltnet-2020", "cis-1995", "belarus-russia-2009", "russia-kazakhstan-2013")
LINES = 40


@cache
def read(name: str, on: date | None = None) -> tuple[Facts, Arrangement]:
    """A treaty's facts, and the treaty compiled on its land."""
    facts = read_facts(TREATIES / f"{name}.yaml", on)
    return facts, compiled(facts)


def orders(name: str, post: str, act: Act, unit: str, land: str | None, phase: str = "peace", civil: bool = False):
    """What a post may order a unit to do against a hostile target over a land."""
    return may_order(read(name)[1], post, act, unit, Target(Identity.HOSTILE, civil, land), Situation(phase))


def test_no_treaty_is_forgotten() -> None:
    assert sorted(path.stem for path in TREATIES.glob("*.yaml")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_treaty_is_short_sourced_and_valid(name: str) -> None:
    path = TREATIES / f"{name}.yaml"
    text = path.read_text()
    assert len(text.splitlines()) < LINES and "otional" in text.split("phases:")[0]
    assert all(agreement.source and agreement.title for agreement in read(name)[0].scenario.agreements)
    assert f"{len(read(name)[0].scenario.posts)} posts" in check(path)


@pytest.mark.parametrize("name", NAMES)
def test_a_treaty_tells_of_each_party_and_what_nobody_may(name: str) -> None:
    facts = read(name)[0]
    titles = [part.title.casefold() for part in explain(facts)]
    for party in facts.parties:
        assert facts.name(party).casefold() in titles
    assert {"what nobody may", "days", "sources"} <= set(titles)
    assert "Nothing else crosses the border." in text_of(explain(facts))


def test_over_luxembourg_nobody_fires_in_any_phase() -> None:
    facts, arr = read("benelux-2015")
    posts, units = list(facts.scenario.posts), list(facts.scenario.units)
    for post, unit, identity, civil, phase in product(posts, units, Identity, (False, True), facts.phases):
        target = Target(identity, civil, "luxembourg")
        verdict = may_order(arr, post, Act.ENGAGE, unit, target, Situation(phase))
        assert not verdict.yes and verdict.against
    inside = Target(Identity.HOSTILE, False, None, 49.8, 6.1)
    assert not any(may_order(arr, p, Act.ENGAGE, u, inside, Situation("peace")).yes for p in posts for u in units)
    own = may_order(arr, "belgium.crc", Act.ENGAGE, "belgium.qra", inside, Situation("peace"))
    assert own.against == ("law.luxembourg",)


def test_over_luxembourg_its_ministry_has_jets_led() -> None:
    for unit in ("belgium.qra", "netherlands.qra"):
        assert orders("benelux-2015", "luxembourg.defence-ministry", Act.POSITION, unit, "luxembourg").yes
        assert not orders("benelux-2015", "luxembourg.defence-ministry", Act.POSITION, unit, "belgium").yes


def test_in_the_benelux_the_nation_below_decides() -> None:
    fire = {
        (post, land): orders("benelux-2015", post, Act.ENGAGE, unit, land).yes
        for post, unit in (
            ("belgium.defence-ministry", "netherlands.qra"),
            ("netherlands.justice-ministry", "belgium.qra"),
        )
        for land in ("belgium", "netherlands")
    }
    assert fire == {
        ("belgium.defence-ministry", "belgium"): True,
        ("belgium.defence-ministry", "netherlands"): False,
        ("netherlands.justice-ministry", "belgium"): False,
        ("netherlands.justice-ministry", "netherlands"): True,
    }
    assert orders("benelux-2015", "belgium.defence-ministry", Act.ENGAGE, "netherlands.qra", "belgium", civil=True).yes
    assert not orders("benelux-2015", "belgium.crc", Act.ENGAGE, "netherlands.qra", "belgium").yes


def test_before_2017_each_guarded_its_own() -> None:
    arr = read("benelux-2015", date(2016, 12, 31))[1]
    assert not arr.clauses


def test_in_norad_control_passes_with_the_border_and_each_nation_approves_fire() -> None:
    assert orders("norad", "canada.region", Act.POSITION, "usa.fighters", "canada").yes
    assert not orders("norad", "canada.region", Act.POSITION, "usa.fighters", "usa").yes
    fire = orders("norad", "canada.region", Act.ENGAGE, "usa.fighters", "canada")
    assert fire.yes and fire.approval_by == "usa" and fire.clauses == ("C3",) and fire.takes_s == 120.0
    assert not orders("norad", "canada.region", Act.ENGAGE, "usa.fighters", "usa").yes
    assert orders("norad", "usa.region", Act.ENGAGE, "canada.fighters", "usa").approval_by == "canada"
    assert orders("norad", "norad.hq", Act.SCRAMBLE, "canada.fighters", None).approval_by is None


def test_baltic_centres_replace_one_another() -> None:
    _, arr = read("baltnet-2020")
    over, up, down = Target(Identity.HOSTILE, False, "latvia"), Situation("peace", 100.0), {"caoc": 60.0}
    lost = Situation.with_down("peace", 100.0, down)
    assert may_order(arr, "lithuania.crc", Act.POSITION, "nato.qra", over, up).yes
    assert not may_order(arr, "latvia.crc", Act.POSITION, "nato.qra", over, up).yes
    assert not may_order(arr, "lithuania.crc", Act.POSITION, "nato.qra", over, lost).yes
    assert may_see(arr, "estonia", Datum(Share.PLOTS, "latvia", "latvia.radar"), up).clauses == ("S1",)
    assert not may_see(arr, "nato", Datum(Share.PLOTS, "latvia", "latvia.radar"), up).yes


def test_baltic_centres_take_each_others_place() -> None:
    """When the common link to the centre above is lost, whoever has a line of its own stands in for the others."""
    _, arr = read("baltnet-2020")
    lost = Situation.with_down("peace", 100.0, {"caoc": 60.0})
    over = {land: Target(Identity.HOSTILE, False, land) for land in ("estonia", "latvia", "lithuania")}
    may = {
        (post, land): may_order(arr, f"{post}.crc", Act.ENGAGE, "nato.qra", target, lost).yes
        for post, (land, target) in product(("estonia", "latvia", "lithuania"), over.items())
    }
    assert {pair for pair, yes in may.items() if yes} == {
        ("latvia", "estonia"),
        ("latvia", "lithuania"),
        ("estonia", "latvia"),
    }
    assert may_order(arr, "latvia.crc", Act.POSITION, "nato.qra", over["lithuania"], lost).clauses == ("C1",)
    both = Situation.with_down("peace", 100.0, {"caoc": 60.0, "latvia-line": 1.0})
    assert may_order(arr, "estonia.crc", Act.POSITION, "nato.qra", over["lithuania"], both).yes
    assert not may_order(arr, "latvia.crc", Act.POSITION, "nato.qra", over["lithuania"], both).yes


def test_a_renegade_is_the_nation_belows() -> None:
    for post, land in product(("estonia.crc", "latvia.crc", "lithuania.crc"), ("estonia", "latvia", "lithuania")):
        assert orders("baltnet-2020", post, Act.ENGAGE, "nato.qra", land).yes == post.startswith(land)


def test_in_the_cis_nobody_orders_anothers_unit_without_asking() -> None:
    facts, arr = read("cis-1995")
    for post, role in facts.scenario.posts.items():
        for unit, section in facts.scenario.units.items():
            for act in (Act.SCRAMBLE, Act.POSITION, Act.ENGAGE, Act.WEAPONS_STATUS):
                verdict = may_order(arr, post, act, unit, Target(Identity.HOSTILE, False), Situation("peace"))
                if verdict.yes and section.nation != role.nation:
                    assert (post, act, verdict.approval_by) == ("committee.chairman", Act.POSITION, section.nation)
    plots = Datum(Share.PLOTS, "armenia", "armenia.radar")
    sees = [nation for nation in facts.parties if may_see(arr, nation, plots, Situation("peace")).yes]
    assert sees == ["armenia", "russia"]  # a bilateral clause inside the frame
    assert not [c for c in read("cis-1995", date(2012, 5, 2))[1].clauses if c.id == "H1"]


def test_the_common_commander_exists_from_direct_threat_on() -> None:
    name = "belarus-russia-2009"
    for phase, yes in (("peace", False), ("direct-threat", True), ("war", True)):
        assert orders(name, "joint.cp", Act.ENGAGE, "russia.sam.1", None, phase).yes is yes
    duty = orders(name, "belarus.cp", Act.ENGAGE, "russia.air.1", "belarus")
    assert duty.clauses == ("D1",) and duty.approval_by == "russia"
    assert not orders(name, "belarus.cp", Act.ENGAGE, "russia.air.1", "belarus", civil=True).yes
    assert not orders(name, "belarus.cp", Act.ENGAGE, "russia.air.1", "russia").yes
    assert not [c for c in read(name, date(2017, 1, 1))[1].clauses if c.id == "D1"]


def test_each_keeps_the_right_to_decide_on_its_own_troops() -> None:
    name = "russia-kazakhstan-2013"
    for nation, phase in product(("russia", "kazakhstan"), ("threat", "war")):
        verdict = orders(name, "joint.cp", Act.ENGAGE, f"{nation}.sam", None, phase)
        assert verdict.yes and verdict.approval_by == nation
        assert not orders(name, "joint.cp", Act.ENGAGE, f"{nation}.sam", None, "peace").yes
