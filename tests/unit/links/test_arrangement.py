"""Situations as news change them, the words of the language, and names and patterns of names."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pytest
import treaties

from jointsky.links.agreements import Datum, Target, Usable, may_order, may_see, may_use
from jointsky.links.arrangement import (
    ACT_WORDS,
    ACTS,
    SHARE_WORDS,
    SHARES,
    Arrangement,
    Clause,
    Law,
    Link,
    LossRule,
    Situation,
    Stock,
    matching,
    owner_of,
)
from jointsky.scenario.link_terms import Outages, Slots, Voice
from jointsky.scenario.words import ResumeRule
from jointsky.vocab.codes import Act, Identity, Share
from jointsky.vocab.messages import Called, Consent, LinkState, Phase


def test_every_kind_of_data_and_every_act_has_its_own_word() -> None:
    def word(name: str) -> str:
        return name.lower().replace("_", "-")

    assert {share: word(share.name) for share in Share} == SHARE_WORDS
    assert {word(share.name): share for share in Share} == SHARES
    assert {act: word(act.name) for act in Act} == ACT_WORDS
    assert {word(act.name): act for act in Act if act not in (Act.RECOVER, Act.CEASE, Act.WATCH)} == ACTS


def test_what_is_not_said_forbids_nothing_and_holds_nothing() -> None:
    assert Situation() == Situation("peace", 0.0, {}, {}, {}, frozenset())
    assert Law() == Law(True, "any") and Stock() == Stock(0, 0)
    arr = treaties.compiled(treaties.read("joint-2009"))
    plain = next(clause for clause in arr.clauses if clause.id == "C1")
    bare = replace(plain, refused=0.0, delay_s=0.0, level=1.0, withdrawal=None, assistance=None)
    assert plain == bare and hash(plain) == hash(bare)
    assert replace(plain, level=0.5) != plain


def test_a_clause_made_without_terms_is_given_whole_at_once_and_never_refused() -> None:
    clause = Clause(
        index=0, id="U", agreement="pact", verb="use", words=("airfields",), phases=frozenset(("war",)), link=None,
        every_s=0.0, fields=frozenset(), identities=None, never_civil=False, approval_by=None, takes_s=0.0, limits={},
    )  # fmt: skip
    assert (clause.refused, clause.delay_s, clause.level, clause.receivers) == (0.0, 0.0, 1.0, ())
    assert clause.withdrawal is None and clause.assistance is None
    assert LossRule("pact", "net", 30.0, None, ResumeRule(0.0, False), ()).then == "national"


def test_links_that_have_been_down_and_those_that_are_up() -> None:
    told = Situation.with_down("war", 100.0, {"a": 30.0, "b": 0.0, "d": 0.5})
    assert (told.phase, told.t_s) == ("war", 100.0) and told.links == {"a": (70.0,), "d": (99.5,)}
    assert told.down_s("a") == 30.0 and told.down_s("b") == 0.0 and told.down_s("c") == 0.0
    assert told.at(110.0).down_s("a") == 40.0 and told.at(110.0).phase == "war"


def test_news_of_links_make_a_history_and_no_news_is_no_change() -> None:
    start = Situation("war", 5.0)
    down = start.after(LinkState("a", False, 10.0))
    assert down == Situation("war", 10.0, {"a": (10.0,)})
    assert down.after(LinkState("a", False, 20.0)) is down and start.after(LinkState("a", True, 20.0)) is start
    up = down.after(LinkState("b", False, 12.0)).after(LinkState("a", True, 15.0))
    assert up == Situation("war", 15.0, {"a": (10.0, 15.0), "b": (12.0,)})
    assert up.at(18.0).down_s("a") == 0.0 and up.at(18.0).down_s("b") == 6.0
    assert up.after(LinkState("a", False, 30.0)).at(31.0).down_s("a") == 1.0


def test_news_of_consent_make_a_history() -> None:
    start = Situation("war", 5.0)
    assert start.withdrawn_s("C") is None and start.after(Consent("C", True, 20.0)) is start
    taken = start.after(Consent("C", False, 10.0))
    assert taken == Situation("war", 10.0, withdrawn={"C": (10.0,)})
    assert taken.withdrawn_s("C") == 0.0 and taken.at(14.0).withdrawn_s("C") == 4.0
    given = taken.after(Consent("C", True, 15.0))
    assert given.withdrawn == {"C": (10.0, 15.0)} and given.t_s == 15.0 and given.withdrawn_s("C") is None
    assert given.after(Consent("C", False, 20.0)).at(27.0).withdrawn_s("C") == 7.0


def test_news_of_phases_and_calls_for_help() -> None:
    start = Situation("peace", 5.0, {"a": (1.0,)})
    assert start.after(Phase("war", 9.0)) == Situation("war", 9.0, {"a": (1.0,)})
    called = start.after(Called("H", 20.0)).after(Called("J", 30.0)).after(Called("H", 40.0))
    assert called.called == {"H": 20.0, "J": 30.0} and called.t_s == 40.0 and called.links == {"a": (1.0,)}


def withdrawable() -> Arrangement:
    text = treaties.read("joint-2009")
    clauses = {c["id"]: c for pact in text["agreements"] for c in pact["clauses"]}
    clauses["C3"]["withdrawal"] = {"by": ["east.president"], "takes": "60 s"}
    clauses["R1"]["if_attacked"] = {"within": "10 min", "takes": "5 min"}
    return treaties.compiled(text)


def test_while_the_standing_stays_equal_so_do_all_verdicts() -> None:
    arr = withdrawable()
    moments = (0.0, 20.0, 31.0, 59.0, 60.0, 200.0, 299.0, 300.0, 500.0)
    facts: list[dict[str, Any]] = [
        {}, {"links": {"joint": (0.0,)}}, {"links": {"exchange": (0.0,)}}, {"withdrawn": {"C3": (0.0,)}},
        {"withdrawn": {"S1": (0.0,)}}, {"called": {"R1": 0.0}}, {"spent": frozenset({("C3", "east")})},
        {"spent": frozenset({("C3", "west")})}, {"links": {"joint": (0.0,)}, "spent": frozenset({("C3", "east")})},
    ]  # fmt: skip
    raid = Target(Identity.HOSTILE, False, lat_deg=54.0, lon_deg=29.0)
    met: dict[Any, tuple[Any, Situation]] = {}
    for phase, t_s, told in itertools.product(("peace", "war"), moments, facts):
        situation = Situation(phase, t_s, **told)
        verdicts = (
            *(may_order(arr, "joint.cp", Act.ENGAGE, f"{owner}.sam.1", raid, situation) for owner in ("east", "west")),
            may_see(arr, "west", Datum(Share.PLOTS, "east", "east.radar.1"), situation),
            may_see(arr, "west", Datum(Share.TRACKS, "east", "east.radar.1", 54.0, 30.5), situation),
            may_use(arr, "west", Usable("airfields", "east"), situation),
        )
        known, other = met.setdefault(situation.standing, (verdicts, situation))
        assert known == verdicts, (situation, other)
    assert len({verdicts for verdicts, _ in met.values()}) > 8, "and they do differ"


def test_while_nothing_has_happened_time_alone_changes_no_standing() -> None:
    for phase in ("peace", "war"):
        assert Situation(phase, 1.0).standing == Situation(phase, 9e3).standing
    assert Situation("peace").standing != Situation("war").standing


@pytest.mark.parametrize(
    ("patterns", "names", "hits"),
    [
        (["west.*"], ["west.sam", "west.", "west", "east.west.sam"], [True, True, False, False]),
        (["a.b"], ["a.b", "axb", "a.bc", "ca.b"], [True, False, False, False]),
        (["*.radar.*", "x"], ["w.radar.1", "x", "xx", "radar.1"], [True, True, False, False]),
        ([], ["a", ""], [False, False]),
        (["*"], ["a", "", "a.b"], [True, True, True]),
        (["a+"], ["a+", "aa"], [True, False]),
    ],
)
def test_patterns_of_names(patterns: list[str], names: list[str], hits: list[bool]) -> None:
    assert matching(patterns, names) == hits


def test_patterns_against_another_reading() -> None:
    luck = np.random.default_rng(3)
    names = ["".join(luck.choice(list("ab."), size=int(luck.integers(0, 6)))) for _ in range(200)]
    for _ in range(50):
        patterns = ["".join(luck.choice(list("ab.*"), size=int(luck.integers(1, 5)))) for _ in range(3)]
        assert matching(patterns, names) == [any(fnmatchcase(n, pattern) for pattern in patterns) for n in names]


def test_an_owner_is_the_nation_with_the_longest_name_that_a_name_begins_with() -> None:
    nations = ["a", "a.b", "zz", "a.b.c.d"]
    assert [owner_of(name, nations) for name in ("a.x", "a.b.x", "a.bc", "zz.sam", "a.b.c.d.e")] == [
        "a", "a.b", "a", "zz", "a.b.c.d",
    ]  # fmt: skip
    assert [owner_of(name, nations) for name in ("a", "ab.x", "b.a.x", "")] == [None] * 4
    assert owner_of("a.x", reversed(nations)) == "a" and owner_of("a.x", []) is None


def outages_of(loss: str) -> Outages:
    return Outages.model_validate({"every": "60 s", "lasts": "5 s", "loss": loss})


@pytest.mark.parametrize(
    ("terms", "free", "plain"),
    [
        ({}, True, True),
        ({"loss": 0.1}, True, False),
        ({"loss": 1.0}, True, False),
        ({"outages": outages_of("100 %")}, True, True),
        ({"outages": outages_of("50 %")}, True, False),
        ({"capacity_per_s": 20.0}, False, False),
        ({"slots": Slots()}, False, False),
        ({"voice": Voice()}, False, False),
        ({"voice": Voice(), "slots": Slots(), "capacity_per_s": 1.0}, False, False),
    ],
)
def test_what_waits_on_a_link_and_what_may_get_lost_on_it(terms: dict[str, Any], free: bool, plain: bool) -> None:
    """Outages that lose all of it are times when the link is down, not losses while it is up."""
    link = Link(**({"name": "net", "ends": ("a", "b"), "delay_s": 1.0, "loss": 0.0, "cuts": ()} | terms))
    assert (link.is_free, link.is_plain) == (free, plain)
