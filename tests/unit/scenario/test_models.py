"""The seven command models and the full agreement: each runs on the reference case, and decides what its name says."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from agreement_claims import compiled

from jointsky.engine.check import agreement_faults
from jointsky.engine.run import simulate
from jointsky.links.agreements import Arrangement, Situation, Target, Verdict, commander_of, may_order
from jointsky.report.agreement_facts import facts_of
from jointsky.scenario.load import Scenario, load
from jointsky.vocab.codes import Act, Identity

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT / "scenarios/union-5-10.yaml"
MODELS = ROOT / "scenarios/agreements/models"
NAMES = ("separate", "track-exchange", "coordinated", "joint-duty", "single-commander", "delegated", "fallback")
FULL = ROOT / "scenarios/agreements/full.yaml"
GROUPS = "HTIASCFE"
SHORT_S = 20.0
LANDS = ("west", "east")


@cache
def under(name: str) -> Scenario:
    """The reference case under a model."""
    return load(REFERENCE, agreement=str(MODELS / f"{name}.yaml"))


@cache
def decided(name: str) -> Arrangement:
    """A model compiled for the reference case."""
    return compiled(facts_of(under(name)))


def fires(name: str, post: str, unit: str, land: str, now: Situation | None = None) -> Verdict:
    """Whether a post may have a unit fire at a hostile target over a land in war."""
    target = Target(Identity.HOSTILE, False, land)
    return may_order(decided(name), post, Act.ENGAGE, unit, target, now or Situation("war"))


def test_there_are_seven_models() -> None:
    assert sorted(path.stem for path in MODELS.glob("*.yaml")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_model_is_valid_runs_and_says_what_it_resembles(name: str) -> None:
    head = (MODELS / f"{name}.yaml").read_text().split("include:")[0]
    assert re.search(rf"^# Model {NAMES.index(name)}, ", head) and len(head.splitlines()) <= 5
    assert "esembles" in head or "Neighbours" in head
    assert not agreement_faults(under(name)) and not under(name).ready_errors()
    assert simulate(under(name), 1, until_s=SHORT_S).t_end_s == SHORT_S


@pytest.mark.parametrize("name", ["separate", "track-exchange", "coordinated"])
def test_without_a_joint_command_nobody_fires_with_anothers_units(name: str) -> None:
    for post, unit, land in product(under(name).posts, under(name).units, LANDS):
        if under(name).units[unit].nation != under(name).posts[post].nation:
            assert not fires(name, post, unit, land).yes


def test_coordination_gives_each_post_its_area() -> None:
    for land, other in (LANDS, LANDS[::-1]):
        assert fires("coordinated", f"{land}.cp", f"{land}.sam.1", land).yes
        assert fires("coordinated", f"{land}.cp", f"{land}.sam.1", other).against == (f"area.{other}.cp",)
        assert fires("separate", f"{land}.cp", f"{land}.sam.1", other).yes


def test_on_joint_duty_the_land_below_orders_and_the_owner_agrees() -> None:
    for land, other in (LANDS, LANDS[::-1]):
        verdict = fires("joint-duty", f"{land}.cp", f"{other}.sam.1", land)
        assert verdict.yes and verdict.approval_by == other
        assert not fires("joint-duty", f"{land}.cp", f"{other}.sam.1", other).yes


@pytest.mark.parametrize("name", ["single-commander", "delegated", "fallback"])
def test_one_commander_orders_all_from_a_declared_phase(name: str) -> None:
    arr = decided(name)
    for unit in under(name).units:
        assert commander_of(arr, unit, "", Situation("war")) == "joint.cp"
        assert commander_of(arr, unit, "", Situation("peace")) == f"{under(name).units[unit].nation}.cp"


def test_only_delegation_leaves_the_nations_a_say() -> None:
    clauses = {name: under(name).agreements[0].clauses for name in ("single-commander", "delegated")}
    delegates = {name: {post for clause in some for post in clause.delegate} for name, some in clauses.items()}
    assert delegates == {"single-commander": set(), "delegated": {"west.cp", "east.cp"}}


def test_deputies_stand_in_when_the_joint_link_is_lost() -> None:
    lost = Situation.with_down("war", 1000.0, {"joint": 60.0})
    assert not fires("fallback", "joint.cp", "west.sam.1", "west", lost).yes
    assert fires("fallback", "west.cp", "west.sam.1", "west", lost).yes
    assert any(len(link.cuts) for link in under("fallback").links.values())
    assert fires("fallback", "west.cp", "east.sam.1", "east", lost).clauses == ("C1",)  # over the reserve line
    assert not fires("delegated", "west.cp", "east.sam.1", "east", lost).yes


def test_the_full_agreement_is_made_of_groups_that_can_be_left_out() -> None:
    whole = load(REFERENCE, agreement=str(FULL))
    ids = [clause.id for agreement in whole.agreements for clause in agreement.clauses]
    assert list(dict.fromkeys(name[0] for name in ids)) == list(GROUPS)
    assert all(re.fullmatch(r"[A-Z]\d", name) for name in ids)
    for count in range(len(GROUPS) + 1):
        dropped = [name for name in ids if name[0] not in GROUPS[:count]]
        left = load(REFERENCE, agreement=str(FULL), overrides={"drop": dropped})
        assert not agreement_faults(left)
        assert {clause.id[0] for agreement in left.agreements for clause in agreement.clauses} == set(GROUPS[:count])
