"""One incident of air policing: the order of its steps, who decides on force, and that nothing shoots by default."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from night import cases

from jointsky.command.policing.incident import Deed, Facts, Incident, Stage, Step, advance, bars
from jointsky.command.policing.procedure import Law, Procedure

NOBODY = Law("land")
STRICT = Law("land", "land.minister", 240.0, ("civil", "unclear", "military"))
OWN = Procedure("land", ("peace",), NOBODY)
OVER = Facts(0.0, why="no transponder", land="land")


def run(law: Law, until_s: float, *changes: tuple[float, dict[str, object]], own: Procedure = OWN) -> list[Step]:
    """All steps of an incident whose facts change at the given times."""
    incident, steps, facts = Incident(1, 0.0), list[Step](), OVER
    for t_s in np.arange(0.0, until_s, 5.0):
        for since_s, change in changes:
            facts = replace(facts, **change) if since_s == t_s else facts  # type: ignore[arg-type]
        steps += advance(incident, replace(facts, now_s=float(t_s)), own, law)
    return steps


def deeds(steps: list[Step]) -> list[Deed]:
    return list(dict.fromkeys(step.deed for step in steps))


def test_from_loss_of_contact_to_escort_and_nobody_shoots() -> None:
    steps = run(NOBODY, 1500.0, (600.0, {"seen": "civil"}))
    assert deeds(steps) == [Deed.CALL, Deed.NOTE, Deed.SCRAMBLE, Deed.SIGNAL]
    words = [step.reason for step in steps if step.deed not in (Deed.SCRAMBLE,)]
    assert "contact lost" in words[0] and words[-1] == "no force: the law of land lets nobody decide on force"
    assert steps[-1].against == ("law.land",)


@pytest.mark.parametrize(("change", "word"), [
    ({"explained": "it flies a filed plan"}, "explained"), ({"answered": True}, "answers"), ({"gone": True}, "closed"),
])  # fmt: skip
def test_what_explains_it_ends_it_at_any_stage(change: dict[str, object], word: str) -> None:
    for at_s in (30.0, 400.0, 700.0, 1200.0):
        steps = run(STRICT, 1500.0, (600.0, {"seen": "civil"}), (at_s, change))
        late = run(STRICT, at_s, (600.0, {"seen": "civil"}))
        assert any(word in step.reason for step in steps[len(late) :])
        assert (Deed.RECALL in deeds(steps)) == (at_s > 300.0)
        assert Deed.FORCE not in deeds(steps)


def test_force_on_a_renegade_waits_for_the_decision_and_falls_with_the_threat() -> None:
    begin = (600.0, {"seen": "civil"})
    assert Deed.FORCE not in deeds(run(STRICT, 3000.0, begin)), "a civil aircraft that flies at nothing"
    steps = run(STRICT, 3000.0, begin, (1000.0, {"threatens": True}))
    assert Deed.FORCE in deeds(steps) and any("land.minister has decided" in step.reason for step in steps)
    fallen = run(STRICT, 3000.0, begin, (1000.0, {"threatens": True}), (1200.0, {"threatens": False}))
    assert Deed.FORCE not in deeds(fallen) and any("question falls" in step.reason for step in fallen)
    late = run(STRICT, 3000.0, begin, (1000.0, {"threatens": True}), (1400.0, {"threatens": False}))
    assert deeds(late)[-1] == Deed.BREAK_OFF


def test_another_land_is_another_law() -> None:
    incident, force = Incident(1, 0.0), 0.0
    facts = replace(OVER, seen="unclear")
    lands = {"land": replace(STRICT, takes_s=600.0), "next": replace(STRICT, land="next", takes_s=600.0)}
    for t_s in np.arange(0.0, 3000.0, 5.0):
        land = "land" if t_s < 900.0 else "next"
        for step in advance(incident, replace(facts, now_s=float(t_s), land=land), OWN, lands[land]):
            force = float(t_s) if step.deed == Deed.FORCE else force
    assert force >= 900.0 + 600.0, "the other land's decision is a new one"


def test_the_pair_turns_back_where_no_clause_lets_it_follow() -> None:
    steps = run(NOBODY, 900.0, (600.0, {"seen": "civil"}), (700.0, {"may_follow": False, "land": "next"}))
    assert Deed.RECALL in deeds(steps) and "turns back" in steps[-2].reason


def test_generated_incidents_never_use_force_against_the_law() -> None:
    """Whatever happens in whatever order: force only against what the law of the land below names, decided by whom it
    names, after its time, without a break in any of the grounds, and never at what no crew has seen."""
    for case in cases(200, 10_000):
        luck = np.random.default_rng(case)
        law = {name: _law(luck, name) for name in ("one", "two", "")}
        own = Procedure("one", ("peace",), law["one"], *luck.uniform(0.0, 200.0, 7))
        incident, since_s = Incident(1, 0.0), dict.fromkeys(law, np.inf)
        facts = replace(OVER, land="one")
        for t_s in np.arange(0.0, 1500.0, 10.0):
            facts = _changed(luck, replace(facts, now_s=float(t_s)))
            ready = not bars(law[facts.land], facts) and not facts.followed
            since_s = {n: min(s, t_s) if ready and n == facts.land else np.inf for n, s in since_s.items()}
            for step in advance(incident, facts, own, law[facts.land]):
                if step.deed == Deed.FORCE:
                    below = law[facts.land]
                    assert facts.seen in below.against and below.decided_by and step.ids == (below.id,)
                    assert facts.seen != "civil" or facts.threatens
                    assert t_s - since_s[facts.land] >= below.takes_s
            if incident.stage == Stage.CLOSED:
                break


def _law(luck: np.random.Generator, land: str) -> Law:
    kinds = tuple(kind for kind in ("civil", "unclear", "military") if luck.random() < 0.5)
    return Law(land, "someone" if land and luck.random() < 0.7 else "", float(luck.uniform(0.0, 300.0)), kinds)


def _changed(luck: np.random.Generator, facts: Facts) -> Facts:
    pick = luck.random()
    if pick < 0.03:
        return replace(facts, seen=str(luck.choice(["civil", "civil", "unclear"])))
    if pick < 0.05:
        return replace(facts, threatens=not facts.threatens)
    if pick < 0.06:
        return replace(facts, land=str(luck.choice(["one", "two", ""])))
    if pick < 0.065:
        return replace(facts, followed=not facts.followed)
    return replace(facts, answered=pick > 0.9995, gone=pick > 0.9998)
