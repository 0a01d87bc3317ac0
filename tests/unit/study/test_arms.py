"""Arms that leave clauses out: the scenario an arm gets is the agreement as if it had been written without them."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from jointsky.errors import StudyError
from jointsky.scenario.load import load, reload
from jointsky.study.arms import scenario_of
from jointsky.study.design import Arm, Design
from jointsky.study.task import bundle_text

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"
WHOLE = ("E1", "E2", "W1", "C1", "C2", "C3", "R1", "S1", "S2")
"""Clauses of the arrangement joint-2009, in the order they stand in it."""


def scene(name: str = "a", **arm: Any):
    design = Design(
        study="s", scenario="union-5-10.yaml", arms={name: Arm.model_validate({"agreement": "joint-2009", **arm})}
    )
    return scenario_of(design, SCENARIOS, name)


def ids(scenario: Any) -> set[str]:
    return {clause.id for agreement in scenario.agreements for clause in agreement.clauses}


def test_an_arm_that_leaves_nothing_out_is_the_scenario_itself() -> None:
    plain = load(SCENARIOS / "union-5-10.yaml", agreement="joint-2009")
    assert scene().sha256 == plain.sha256
    assert scene(keep=["*"]).sha256 == scene(drop=[]).sha256 == plain.sha256


@pytest.mark.parametrize(("arm", "left"), [
    ({"drop": ["C1"]}, set(WHOLE) - {"C1"}),
    ({"drop": ["S*", "C2"]}, set(WHOLE) - {"S1", "S2", "C2"}),
    ({"keep": ["tracks-1995"]}, {"E1", "E2", "W1"}),
    ({"keep": ["tracks-1995", "C*"], "drop": ["E2"]}, {"E1", "W1", "C1", "C2", "C3"}),
    ({"drop": ["joint-*"]}, {"E1", "E2", "W1"}),
    ({"keep": []}, set()),
])  # fmt: skip
def test_ids_patterns_and_agreements_name_clauses(arm: dict[str, Any], left: set[str]) -> None:
    assert ids(scene(**arm)) == left


@settings(max_examples=12)
@given(st.sets(st.sampled_from(WHOLE)))
def test_keeping_is_dropping_the_rest(kept: set[str]) -> None:
    keeping = scene(keep=sorted(kept))
    dropping = scene(drop=sorted(set(WHOLE) - kept))
    assert ids(keeping) == ids(dropping) == kept
    assert {a.name for a in keeping.agreements} == {"tracks-1995", "joint-2009"}, "who declares phases stays"


def test_what_is_left_says_what_it_said() -> None:
    whole = {c.id: c for a in scene().agreements for c in a.clauses}
    for gone in list(combinations(WHOLE, 2))[::5]:
        for clause in [c for a in scene(drop=gone).agreements for c in a.clauses]:
            assert clause == whole[clause.id]
    rule = {a.name: a.on_link_loss for a in scene(drop=["S1"]).agreements}
    assert rule == {a.name: a.on_link_loss for a in scene().agreements}, "a rule about a link in use stays"


def test_a_level_is_written_into_its_clauses_alone() -> None:
    found = {c.id: c for a in scene(level={"S*": "50 %", "C3": "29 %"}).agreements for c in a.clauses}
    whole = {c.id: c for a in scene().agreements for c in a.clauses}
    for name, clause in found.items():
        wanted = {"S1": 0.5, "S2": 0.5, "C3": 0.29}.get(name)
        assert clause == (whole[name] if wanted is None else whole[name].model_copy(update={"level": wanted}))


def test_terms_are_written_into_the_clause_or_agreement_of_that_name() -> None:
    taken = {"by": ["west.president"], "takes": "10 s"}
    found = scene(terms={"joint-2009": {"withdrawal": taken}, "E1": {"every": "30 s"}}, drop=["C1"])
    by_name = {agreement.name: agreement for agreement in found.agreements}
    assert by_name["joint-2009"].withdrawal is not None and by_name["joint-2009"].withdrawal.takes == 10.0
    assert by_name["tracks-1995"].withdrawal is None
    assert {c.id: c.every for c in by_name["tracks-1995"].clauses} == {"W1": 10.0, "E1": 30.0, "E2": None}


def test_an_overlay_lies_over_the_scenario_of_its_arm() -> None:
    found = scene(overlay={"phase": "peace", "networks.west.delay": "9 s"}, drop=["C1"])
    assert found.phase == "peace" and found.networks["west"].delay == 9.0 and "C1" not in ids(found)


def test_an_arm_may_have_a_scenario_of_its_own() -> None:
    assert scene(scenario="union-5-10-peace.yaml").scenario == "union-5-10-peace"


def test_the_bundle_carries_the_agreement_of_the_arm(tmp_path: Path) -> None:
    found = scene(keep=["S1"], level={"S1": "50 %"})
    again = reload(found.bundle)
    assert again.sha256 == found.sha256 and ids(again) == {"S1"}
    assert "29" not in bundle_text(found).split("level")[1][:10]


@pytest.mark.parametrize(("arm", "words"), [
    ({"drop": ["C9"]}, ["arms.a.drop", "'C9'", "known: ", "C1"]),
    ({"keep": ["traks-1995"]}, ["arms.a.keep", "'traks-1995'", "did you mean tracks-1995"]),
    ({"keep": ["D*"]}, ["arms.a.keep", "'D*'", "joint-2009"]),
    ({"terms": {"joint-2008": {}}}, ["arms.a.terms", "'joint-2008'", "did you mean joint-2009"]),
    ({"level": {"S3": "50 %"}}, ["arms.a.level", "'S3'", "S1", "S2"]),
])  # fmt: skip
def test_an_unknown_clause_is_refused_with_advice(arm: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(StudyError) as found:
        scene(**arm)
    for word in words:
        assert word in str(found.value)
    assert len(str(found.value).splitlines()) == 1


def test_an_agreement_without_clauses_left_keeps_no_rule_of_its_own(tmp_path: Path) -> None:
    empty = scene(keep=[])
    assert all(agreement.on_link_loss is None and not agreement.areas for agreement in empty.agreements)
    assert {p for a in empty.agreements for p in a.activates} == {"threat", "war"}


def test_rewritten_texts_are_plain_yaml(tmp_path: Path) -> None:
    bundle = scene(drop=["C1"]).bundle
    changed = [name for name, text in bundle.texts.items() if text != scene().bundle.texts[name]]
    assert changed == ["agreements/joint-2009.yaml"], "files without a clause that goes stay as they are, to the letter"
    assert yaml.safe_load(bundle.texts[changed[0]])["include"] == "tracks-1995.yaml"
