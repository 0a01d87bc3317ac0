"""Which agreements hold on a day, against every case of the language's table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import treaties

from jointsky.links.agreements import Situation, Usable, may_use
from jointsky.links.compiler import compile_arrangement
from jointsky.links.days import agreements_on
from jointsky.scenario.agreement import AgreementFile

DAY = date(2009, 6, 1)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


def ids(on: date | None, *, clause: dict[str, Any] | None = None, base: Any = None, **more: Any) -> tuple[str, ...]:
    text = treaties.read("none")
    text["agreements"] = [
        *(base or []),
        {
            "name": "pact",
            "parties": ["west", "east"],
            "activates": {"war": {"declared_by": ["west.head"], "takes": "1 h"}},
            "areas": {"west.cp": "west territory"},
            "on_link_loss": {"link": "hotline", "after": "30 s", "then": "national"},
            "clauses": [
                {"id": "S1", "share": "plots", "from": "west", "to": "east", "over": "hotline",
                 "of": {"sensors": ["west.radar.1"]}},
                {"id": "U1", "use": "airfields", "from": "west", "to": "east", **(clause or {})},
            ],
            **more,
        },
    ]  # fmt: skip
    spec = AgreementFile.model_validate(text)
    units = treaties.things(list(spec.units), list(spec.nations))
    arr = compile_arrangement(spec, units[:1], units, treaties.LANDS, on=on)
    held = "pact" in arr.pacts
    assert (bool(arr.losses), bool(arr.activations), bool(arr.areas)) == (held,) * 3, "what hangs on it goes with it"
    assert may_use(arr, "east", Usable("airfields", "west"), Situation()).yes == ("U1" in arr.clause_ids)
    return tuple(name for name in arr.clause_ids if name in ("S1", "U1"))


BOTH = ("S1", "U1")


@pytest.mark.parametrize(
    ("days", "on", "holds"),
    [
        ({}, DAY, True),
        ({}, None, True),
        ({"signed": BEFORE}, DAY, False),
        ({"signed": BEFORE}, None, False),
        ({"signed": BEFORE, "in_force": DAY}, DAY, True),
        ({"signed": BEFORE, "in_force": DAY}, BEFORE, False),
        ({"in_force": DAY}, None, True),
        ({"in_force": AFTER}, DAY, False),
        ({"until": AFTER}, DAY, True),
        ({"until": DAY}, DAY, False),
        ({"in_force": BEFORE, "until": DAY}, None, True),
        ({"suspended": [{"from": DAY, "until": AFTER}]}, DAY, False),
        ({"suspended": [{"from": DAY, "until": AFTER}]}, AFTER, True),
        ({"suspended": [{"from": DAY}]}, AFTER + timedelta(days=900), False),
        ({"kind": "intent"}, DAY, False),
        ({"kind": "intent", "in_force": BEFORE}, None, False),
    ],
)
def test_days_of_an_agreement(days: dict[str, Any], on: date | None, holds: bool) -> None:
    assert ids(on, **days) == (BOTH if holds else ())


def test_days_of_a_clause_only_narrow() -> None:
    assert ids(BEFORE, clause={"in_force": DAY}) == ("S1",)
    assert ids(DAY, clause={"in_force": DAY, "until": AFTER}) == BOTH
    assert ids(AFTER, clause={"in_force": DAY, "until": AFTER}) == ("S1",)
    assert ids(None, clause={"until": DAY}) == BOTH
    assert ids(BEFORE, clause={"in_force": AFTER}, in_force=DAY) == ()


def test_one_that_hangs_on_another_falls_with_it() -> None:
    def frame(**more: Any) -> list[dict[str, Any]]:
        return [{"name": "frame", "parties": ["west", "east"], **more}]

    assert ids(DAY, base=frame(), under="frame") == BOTH
    assert ids(DAY, base=frame(until=DAY), under="frame") == ()
    over = [*frame(under="roof"), {"name": "roof", "parties": ["west", "east"], "until": DAY}]
    assert ids(BEFORE, base=over, under="frame") == BOTH and ids(DAY, base=over, under="frame") == ()


def pacts_on(on: date | None, *pacts: dict[str, Any]) -> list[str]:
    """Names of the agreements that hold on a day, of a text that nothing else has looked at."""
    text = treaties.read("none") | {"agreements": [{"parties": ["west", "east"], **pact} for pact in pacts]}
    return [pact.name for pact in agreements_on(AgreementFile.model_validate(text), on)]


@pytest.mark.parametrize("on", [None, DAY])
def test_none_of_those_that_hang_on_each_other_or_on_nothing_holds(on: date | None) -> None:
    circle = [{"name": "a", "under": "b"}, {"name": "b", "under": "c"}, {"name": "c", "under": "b"}]
    assert pacts_on(on, *circle, {"name": "alone", "under": "alone"}, {"name": "lost", "under": "nowhere"}) == []
    assert pacts_on(on, *circle, {"name": "frame"}, {"name": "in-it", "under": "frame"}) == ["frame", "in-it"]


@pytest.mark.parametrize(
    ("days", "held"),
    [
        ({}, (True, True, True)),
        ({"in_force": DAY}, (False, True, True)),
        ({"until": DAY}, (True, False, False)),
        ({"in_force": DAY, "until": AFTER}, (False, True, False)),
    ],
)
def test_a_rule_binds_on_its_own_days_and_on_every_day_where_none_is_asked_about(
    days: dict[str, Any], held: tuple[bool, ...]
) -> None:
    rule = {"id": "T1", "binds": ["west"], "of": {"kinds": ["sam"]}, "most": 3, **days}
    text = treaties.read("none") | {"agreements": [{"name": "pact", "parties": ["west", "east"], "rules": [rule]}]}
    spec = AgreementFile.model_validate(text)
    assert [bool(agreements_on(spec, on)[0].rules) for on in (BEFORE, DAY, AFTER)] == list(held)
    assert agreements_on(spec, None)[0].rules == spec.agreements[0].rules
