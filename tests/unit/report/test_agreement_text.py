"""Agreements in sentences: what they claim is what the decisions say, nothing is left out, and nothing is left over."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from agreement_claims import claimed, claims_of, compiled, ordered, seen, situation, used
from treaties import random_text

from jointsky.links.agreements import Target, commander_of, may_order
from jointsky.links.arrangement import ACTS, NATIONAL, SHARES, Situation
from jointsky.links.force import suspended
from jointsky.report.agreement_bounds import abroad, covers
from jointsky.report.agreement_clauses import clause_sentences
from jointsky.report.agreement_facts import Facts, read_facts
from jointsky.report.agreement_text import ALONE, explain, text_of
from jointsky.vocab.codes import Act, Identity

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted((ROOT / "scenarios/agreements").rglob("*.yaml"))
EVERYTHING = ROOT / "tests/fixtures/agreements/everything.yaml"
FILES = [*SHIPPED, EVERYTHING]
LEFTOVERS = re.compile(r"None|[{}\[\]<>]|,,|  \S.*  |\(\)|\bof of\b| ,| \.| ;|\.\.|''|at all times at")
RANDOM = 30
"""So many random agreements are explained and asked about."""
LINES = {"see": seen, "order": ordered, "use": used}


def called(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def facts_in(path: Path) -> Facts:
    """A file read once for all tests."""
    return read_facts(path)


def everywhere(facts: Facts) -> str:
    return text_of(explain(facts))


@pytest.mark.parametrize("path", FILES, ids=called)
def test_sentences_are_whole(path: Path) -> None:
    facts = facts_in(path)
    for part in explain(facts):
        for item in part.sentences:
            assert not LEFTOVERS.search(item.text), item.text
            assert item.text.endswith(".") and item.text == " ".join(item.text.split())


@pytest.mark.parametrize("path", FILES, ids=called)
def test_every_clause_and_rule_in_force_is_told(path: Path) -> None:
    facts = facts_in(path)
    told = everywhere(facts)
    for agreement in facts.agreements:
        for part in (*agreement.clauses, *agreement.rules):
            assert f"({part.id})" in told
            assert not part.text or part.text[1:] in told
    for agreement in facts.scenario.agreements:
        assert agreement.name in told and agreement.title in told and agreement.source in told


@pytest.mark.parametrize("verb", LINES)
@pytest.mark.parametrize("path", FILES, ids=called)
def test_what_is_claimed_is_what_the_decisions_say(path: Path, verb: str) -> None:
    hold(facts_in(path), verb)


def hold(facts: Facts, verb: str) -> None:
    """Every cell is claimed by the clauses that the decisions name, and no other."""
    arr = compiled(facts)
    said = claimed(facts, arr, verb)
    for cell, by in LINES[verb](facts, arr):
        mine = said.pop(cell, set())
        assert mine == by or NATIONAL in by, cell  # a delegate orders by right what is its nation's own
    assert not said, "a claim about something that nobody can be asked"


def random_facts(seed: int, folder: Path) -> Facts:
    """A generated text between two or three nations, read."""
    text = random_text(np.random.default_rng(seed), ("west", "east", "south")[: 2 + seed % 2])
    (folder / "pact.yaml").write_text(yaml.safe_dump(text))
    return read_facts(folder / "pact.yaml")


@pytest.mark.parametrize("seed", range(RANDOM))
def test_the_same_of_random_agreements(seed: int, tmp_path: Path) -> None:
    """Generated texts between two or three nations, of data, orders and use in random places and phases."""
    facts = random_facts(seed, tmp_path)
    assert claims_of(facts)
    for verb in ("see", "use"):
        hold(facts, verb)
    arr, said = compiled(facts), claimed(facts, compiled(facts), "order")
    for cell, by in ordered(facts, arr):
        # a target must have the right identity and place, which the probes may all miss: nothing more is ever allowed
        assert by - {NATIONAL} <= said.get(cell, set()), cell


@pytest.mark.parametrize("path", FILES, ids=called)
def test_what_nobody_may_the_decisions_grant_to_nobody(path: Path) -> None:
    """And what nobody may is told in full."""
    facts = facts_in(path)
    if not facts.scenario.agreements:
        return
    arr, posts = compiled(facts), facts.scenario.posts
    for verb, cells in LINES.items():
        words = {claim.words: claim.phases for claim in claims_of(facts) if claim.verb == f"nobody {verb}"}
        told = {(word, phase) for some, phases in words.items() for word in some for phase in phases}
        may = {
            (word, phase)
            for (who, word, thing, phase), by in cells(facts, arr)
            if by and (verb != "order" or posts[who].nation != facts.scenario.units[thing].nation)
        }
        known = {"see": SHARES, "order": ACTS, "use": ("airfields", "munitions")}[verb]
        silent = set() if any(unit.kind == "early-warning" for unit in facts.scenario.units.values()) else {"warning"}
        every = {(word, phase) for word in known for phase in facts.phases if word not in silent}
        assert told == every - may


def test_a_lost_link_ends_what_the_decisions_end() -> None:
    for path in FILES:
        facts = facts_in(path)
        arr = compiled(facts)
        told = {
            item.clauses
            for part in explain(facts)
            if part.title == "When a link is lost"
            for item in part.sentences
            if item.clauses
        }
        for rule in arr.losses:
            lost = Situation.with_down("peace", 1e5, {rule.link: 1e4})
            ended = {arr.clauses[i].id for i in suspended(arr, lost) if arr.clauses[i].agreement == rule.agreement}
            assert ended in [set(ids) for ids in told]
        assert len(told) == len(arr.losses)


@pytest.mark.parametrize("path", FILES, ids=called)
def test_whom_units_follow_is_who_commands_them(path: Path) -> None:
    facts = facts_in(path)
    follow = [claim for claim in claims_of(facts) if claim.verb == "follow"]
    if path.stem in ("joint-2009", "norad", "everything"):
        assert follow
    arr = compiled(facts) if follow else None
    for claim in follow:
        for unit in claim.things:
            for phase in claim.phases:
                assert arr is not None
                assert commander_of(arr, unit, "", Situation(phase)) == claim.who


@pytest.mark.parametrize("path", SHIPPED, ids=called)
def test_no_foreign_unit_fires_over_land_that_no_clause_covers(path: Path) -> None:
    facts = facts_in(path)
    arr = compiled(facts)
    firing = [grant for grant in facts.grants() if "engage" in grant.clause.order and abroad(facts, grant)]
    bare = [nation for nation in facts.parties if not any(covers(grant, nation) for grant in firing)]
    for nation in bare:
        for post, role in facts.scenario.posts.items():
            for unit, section in facts.scenario.units.items():
                if section.nation != role.nation:
                    target = Target(Identity.HOSTILE, False, nation)
                    for phase in facts.phases:
                        assert not may_order(arr, post, Act.ENGAGE, unit, target, situation(facts, phase)).yes


@pytest.mark.parametrize("path", FILES, ids=called)
def test_a_sentence_has_the_terms_of_its_clause_and_no_others(path: Path) -> None:
    facts = facts_in(path)
    for grant in facts.grants():
        clause = grant.clause
        first = next(iter(clause_sentences(facts, grant))).text
        places = (clause.where, clause.of.zone if clause.of is not None else None)
        placed = any(places) and (clause.share or {"engage", "position"} & set(clause.order))
        assert ("must agree" in first) == (clause.approval is not None)
        assert ("may ask" in first) == (clause.approval is not None)
        assert ("says no in" in first) == (clause.approval is not None and clause.approval.refused > 0.0)
        assert ("never civil" in first) == (clause.targets is not None and bool(clause.targets.never))
        assert (" targets" in first) == (clause.targets is not None and bool(clause.targets.identity))
        assert bool(re.search(r" over \S.* land| over the land of |common border|'s? border", first)) == bool(placed)
        assert ("no more than" in first) == bool(clause.limits and clause.order)
        assert ("up to" in first) == bool(clause.limits and clause.use)
        assert ("put into practice" in first) == (clause.level < 1.0)
        assert (", every " in first) == (clause.every is not None)
        assert ("has been attacked" in first) == (clause.if_attacked is not None)
        assert (f"the {clause.over} link" in first) == (bool(clause.share) and clause.over is not None)
        assert ("at all times" in first.casefold()) == (
            len(facts.phases) > 1 and clause.if_attacked is None and facts.phases_of(clause) == facts.phases
        )


def test_without_an_agreement_nothing_crosses_the_border() -> None:
    for path in (ROOT / "scenarios/agreements/none.yaml", ROOT / "scenarios/agreements/models/separate.yaml"):
        assert everywhere(read_facts(path)) == ALONE


def test_the_joint_treaty_in_its_own_words() -> None:
    told = everywhere(read_facts(ROOT / "scenarios/agreements/joint-2009.yaml"))
    for line in (
        "In threat and war west sees what east's airborne early-warning aircraft measures, well enough to launch on, "
        "over the joint link, which takes 1 s (S2).",
        "In peace west may ask for east's alert fighters; east must agree, which takes 90 s (C1).",
        "War is declared by west.president and east.president together; it holds 30 min later (joint-2009).",
        "In threat and war west may use east's airfields and up to 30 % of east's munitions (R1).",
        "In threat and war west's units follow joint.cp before any other post over west's land.",
        "In threat and war west.cp and east.cp may do the same in the place of joint.cp, "
        "each with the units of its own nation (C3).",
        "Nothing else crosses the border.",
    ):
        assert f"  {line}\n" in told


def test_one_party_and_one_phase() -> None:
    facts = read_facts(ROOT / "scenarios/agreements/joint-2009.yaml")
    told = text_of(explain(facts, "west", "peace"))
    assert "\nWest\n" in told and "\nEast\n" not in told
    assert "(C1)" in told and "(C3)" not in told and "(R1)" not in told


def test_every_term_has_its_words() -> None:
    told = everywhere(read_facts(EVERYTHING))
    for words in (
        "is put together from", "Once Northland has been attacked", "owes it within 15 min and needs 5 min",
        "refuses in 20 % of cases", "is a breach and is logged", "50 % of this has been put into practice",
        "position only", "no more than 3 shots in all", "says no in 10 % of cases", "up to 2 of third's airfields",
        "may take back consent to all of frame, and it goes on for 30 days after that", "south.cp and north.cp",
        "weapons hold at most", "no missiles with a reach of 500 to 5500 km", "at most 2 missile units",
        "is declared by north.president or south.president", "only its own units may use weapons over its land",
        "its units do not engage over another's land", "enables nothing", "has not come into force", "under frame",
        "Northland gives third nothing", "which takes 25 s", "Nothing is agreed for the loss",
    ):  # fmt: skip
        assert words in told, words


def test_on_a_day_when_nothing_holds() -> None:
    told = everywhere(read_facts(EVERYTHING, date(2010, 6, 1)))
    assert "No clause is in force" in told and "frame is suspended" in told and "(S1)" not in told


def test_a_file_without_units_is_explained(tmp_path: Path) -> None:
    (tmp_path / "bare.yaml").write_text("""
nations: {west: {}, east: {}}
posts: {west.cp: {nation: west}, east.cp: {nation: east}}
links: {line: {between: [west.cp, east.cp], delay: 1 s}}
agreements:
  - name: pact
    parties: [west, east]
    clauses: [{id: S1, share: plots, from: each, to: others, of: {sensors: ["*.radar"]}, over: line}]
""")
    told = text_of(explain(read_facts(tmp_path / "bare.yaml")))
    assert "West has no units here." in told
