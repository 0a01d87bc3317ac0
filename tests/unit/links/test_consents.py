"""Who may say what of consent and attacks, when it counts, and what follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import treaties

from jointsky.errors import AuthorityError
from jointsky.links.consents import Consents
from jointsky.scenario.raid import Declaration
from jointsky.vocab.messages import Called, Consent


def consents(*plans: dict[str, Any], seed: int = 1, **help_terms: Any) -> Consents:
    text = treaties.read("joint-2009")
    clauses = {c["id"]: c for pact in text["agreements"] for c in pact["clauses"]}
    clauses["C2"]["withdrawal"] = {"by": ["east.president", "east.minister"], "takes": "60 s"}
    text["agreements"][0]["withdrawal"] = {"by": ["west.president"], "takes": "1 h"}
    clauses["R1"]["if_attacked"] = {"within": "10 min", "takes": "5 min", **help_terms}
    return Consents(treaties.compiled(text), seed, [Declaration.model_validate(plan) for plan in plans])


def told(state: Consents) -> list[tuple[float, str, str, str]]:
    return [(event.t_s, event.what, event.name, event.by) for event in state.log]


def test_only_who_is_named_takes_back_and_gives_again() -> None:
    state = consents()
    for person, name in (("west.president", "C2"), ("east.president", "tracks-1995"), ("east.president", "S1")):
        with pytest.raises(AuthorityError):
            state.withdraw(person, name, 1.0)
        with pytest.raises(AuthorityError):
            state.restore(person, name, 1.0)
    state.withdraw("east.minister", "C2", 10.0)
    state.withdraw("east.president", "C2", 20.0)
    assert state.due(20.0) == [Consent("C2", False, 10.0)], "twice changes nothing"
    assert state.due(69.0) == [] and told(state) == [(10.0, "withdrawn", "C2", "east.minister")]
    assert state.due(70.0) == [] and told(state)[1:] == [(70.0, "consent", "C2", "")]
    state.restore("east.president", "C2", 80.0)
    state.restore("east.president", "C2", 90.0)
    assert state.due(90.0) == [Consent("C2", True, 80.0)]


def test_given_again_in_time_it_never_ends() -> None:
    state = consents()
    state.withdraw("east.minister", "C2", 10.0)
    state.restore("east.minister", "C2", 30.0)
    assert state.due(1000.0) == [Consent("C2", False, 10.0), Consent("C2", True, 30.0)]
    assert [event.what for event in state.log] == ["withdrawn", "restored"]


def test_a_whole_agreement() -> None:
    state = consents()
    state.withdraw("west.president", "tracks-1995", 0.0)
    state.due(3600.0)
    assert told(state)[-1] == (3600.0, "consent", "tracks-1995", "")


def test_planned_words_wait_for_their_moment_and_are_logged_when_they_change_nothing() -> None:
    state = consents(
        {"withdraw": ["C2", "C1"], "by": ["east.president"], "when": {"at": "30 s"}},
        {"restore": "C2", "by": "east.president", "when": "alert", "after": "20 s"},
    )
    assert state.due(29.0) == []
    assert state.due(30.0) == [Consent("C2", False, 30.0)]
    assert told(state)[1] == (30.0, "ineffective", "C1", "east.president")
    state.alerted("west.cp", 31.0, hostile=False)
    assert state.due(60.0) == []
    state.alerted("east.cp", 61.0, hostile=False)
    assert state.due(80.0) == [] and state.due(81.0) == [Consent("C2", True, 81.0)]


def test_the_first_hostile_alert_of_a_receiver_calls_once() -> None:
    state = consents()
    state.alerted("west.cp", 5.0, hostile=False)
    assert state.due(5.0) == []
    state.alerted("west.cp", 100.0, hostile=True)
    state.alerted("east.cp", 200.0, hostile=True)
    assert state.due(200.0) == [Called("R1", 100.0)]
    state.due(5000.0)
    assert told(state) == [(100.0, "called", "R1", "west.cp"), (400.0, "help", "R1", "")]
    with pytest.raises(AuthorityError):
        state.attacked("west.president", "west", 1.0)


def test_only_who_is_declared_calls_where_people_are_named() -> None:
    state = consents({"attacked": "west", "by": ["west.president", "east.president"], "when": {"at": "10 s"}},
                     declared_by=["west.president"])  # fmt: skip
    state.alerted("west.cp", 5.0, hostile=True)
    assert state.due(9.0) == []
    assert state.due(10.0) == [Called("R1", 10.0)]
    assert [(e.what, e.by) for e in state.log] == [("called", "west.president"), ("ineffective", "east.president")]


def test_help_that_comes_late_is_a_breach_and_still_comes() -> None:
    state = consents()
    clauses = state.arr.clauses
    late = tuple(replace(c, assistance=c.assistance and replace(c.assistance, takes_s=900.0)) for c in clauses)
    state = Consents(replace(state.arr, clauses=late), 1)
    state.alerted("west.cp", 100.0, hostile=True)
    assert state.due(100.0) == [Called("R1", 100.0)]
    state.due(1e4)
    assert [(e.t_s, e.what, e.to) for e in state.log[1:]] == [(700.0, "breach", "west"), (1000.0, "help", "west")]


def test_refused_help_is_a_breach_and_no_news() -> None:
    given: dict[int, bool] = {}
    for seed in range(200):
        state = consents(seed=seed, refused="30 %")
        state.alerted("west.cp", 100.0, hostile=True)
        given[seed] = state.due(1e4) == [Called("R1", 100.0)]
        what = [(e.t_s, e.what) for e in state.log]
        assert what == [(100.0, "called"), (400.0, "help") if given[seed] else (700.0, "breach")]
    assert 40 <= 200 - sum(given.values()) <= 82, "binomial, 3.3 sigma about 60"
    always, never = consents(refused="100 %"), consents(refused="0 %")
    for state in (always, never):
        state.alerted("west.cp", 1.0, hostile=True)
    assert always.due(1.0) == [] and never.due(1.0) == [Called("R1", 1.0)]
