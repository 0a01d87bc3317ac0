"""What a post makes of refusals, of consent that is withdrawn and of limits: it plans anew, says why, and never asks
for more than a clause gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import treaties
from command_scene import fighter, forces, launcher, town
from pictures import tracks

from jointsky.command.authority import Authority
from jointsky.command.config import PlannerConfig, Roe
from jointsky.command.planner import ORDERS_PER_POST, Planner
from jointsky.command.policies import PolicyParams
from jointsky.command.refusals import FULL_S, note_refusal
from jointsky.links.agreements import Situation
from jointsky.vocab.codes import Act, Identity, Shooter
from jointsky.vocab.messages import Consent, Refusal
from jointsky.vocab.records import SHOT_REPORT, Rows, empty

FIRST = ORDERS_PER_POST
Change = Callable[[dict[str, Any]], None]


def planner(change: Change, post: str, phase: str, units: list[str], assets: list[dict[str, Any]]) -> Planner:
    """A planner over assets of these units, under joint-2009 with its clauses changed."""
    text = treaties.read("joint-2009")
    change({c["id"]: c for pact in text["agreements"] for c in pact["clauses"]})
    arr = treaties.compiled(text)
    cap, status = forces(*assets, unit=[arr.unit_rows[name] for name in units])
    config = PlannerConfig(
        post=post, post_index=0, seed=1, policy="greedy", params=PolicyParams(min_gain=0.3), decision_s=0.0,
        capability=cap, unit_names=tuple(unit.name for unit in arr.units), assets=town(54.0, 28.0),
        asset_names=("capital",), roe=dict.fromkeys(arr.phases, Roe()), first_order_id=FIRST,
    )  # fmt: skip
    made = Planner(config, Authority(arr, post, Situation(phase)))
    status["channels_free"] = cap["channels"]
    made.update_status(status)
    return made


def raid(count: int = 1) -> Rows:
    return tracks(count, velocity_enu_mps=(0.0, -200.0, 0.0), lat_deg=54.5, identity=Identity.HOSTILE)


def unchanged(_: dict[str, Any]) -> None:
    """The agreement as it is."""


def two_pairs() -> Planner:
    return planner(unchanged, "west.cp", "peace", ["east.qra"] * 2, [fighter(54.0, 31.0), fighter(54.0, 31.5)])


def test_a_refused_order_is_closed_and_somebody_else_is_asked() -> None:
    post = two_pairs()
    (order,) = post.plan(raid(), 0.0).orders
    note_refusal(post, Refusal(FIRST, Act.ENGAGE, "C2", ("consent.C2",), "east refused", 60.0), 60.0)
    (note,) = post.notes
    assert (note.allowed, note.against, note.order_id, note.unit, note.t_s) == (
        False, ("consent.C2",), FIRST, "east.qra", 60.0,
    )  # fmt: skip
    (again,) = post.plan(raid(), 65.0).orders
    assert again["order_id"] == FIRST + 1 and again["row"] != order["row"]
    note_refusal(post, Refusal(FIRST + 1, Act.ENGAGE, "C2", ("consent.C2",), "east refused", 130.0), 130.0)
    later = post.plan(raid(), 2000.0).orders["act"].tolist()
    assert not {Act.ENGAGE, Act.SCRAMBLE} & set(later), "nobody is asked twice about one track"


def test_a_refusal_of_an_order_that_is_over_is_only_noted() -> None:
    post = two_pairs()
    note_refusal(post, Refusal(99, Act.ENGAGE, "C2", ("consent.C2",), "east refused", 60.0), 60.0)
    assert [note.order_id for note in post.notes] == [99] and post.ledger.declined == {}


def test_where_a_limit_was_in_the_way_it_asks_again_later() -> None:
    post = planner(unchanged, "west.cp", "peace", ["east.qra"], [fighter(54.0, 31.0)])
    post.plan(raid(), 0.0)
    note_refusal(post, Refusal(FIRST, Act.SCRAMBLE, "C1", ("C1",), "the limit is used up", 10.0), 10.0)
    assert len(post.plan(raid(), 15.0).orders) == 0
    assert len(post.plan(raid(), 10.0 + FULL_S).orders) == 1


def test_orders_under_withdrawn_consent_are_broken_off_and_not_given_again() -> None:
    def withdrawable(clauses: dict[str, Any]) -> None:
        clauses["C3"]["withdrawal"] = {"by": ["east.president"], "takes": "10 s"}

    post = planner(withdrawable, "joint.cp", "war", ["east.sam.1"], [launcher(54.0, 28.0)])
    assert post.plan(raid(), 0.0).orders["act"].tolist() == [Act.ENGAGE]
    told = Situation("war").after(Consent("C3", False, 1.0))
    post.settle(told.at(10.0))
    assert post.plan(raid(), 10.0).orders["act"].tolist() == [Act.ENGAGE], "it goes on for its time"
    post.settle(told.at(11.0))
    plan = post.plan(raid(), 11.0)
    assert plan.orders["act"].tolist() == [Act.CEASE]
    assert [(note.allowed, note.against, note.order_id) for note in post.notes] == [(False, ("consent.C3",), FIRST)]
    assert all("consent.C3" in note.against for note in plan.decisions if not note.allowed)
    assert len(post.plan(raid(), 16.0).orders) == 0


def limited(**limits: Any) -> Change:
    def change(clauses: dict[str, Any]) -> None:
        clauses["C3"]["limits"] = limits

    return change


def settled(post: Planner, count: int, now_s: float) -> Any:
    post.settle(Situation("war", now_s))
    return post.plan(raid(count), now_s)


def test_shots_of_a_clause_are_counted_over_all_orders() -> None:
    post = planner(limited(shots=3), "joint.cp", "war", ["east.sam.1"], [launcher(54.0, 28.0, channels=8)])
    assert len(settled(post, 6, 0.0).orders) == 3
    later = settled(post, 6, 5.0)
    assert len(set(later.orders["order_id"].tolist())) == 3, "refreshed, none new"
    refused = [note for note in later.decisions if not note.allowed]
    assert len(refused) == 3 and {note.against for note in refused} == {("C3",)}
    assert "used up: 3 shots of east" in refused[0].reason
    report = empty(SHOT_REPORT, 2)
    report["order_id"], report["shooter"], report["shots"] = [FIRST, FIRST + 1], Shooter.LAUNCHER, [1, 0]
    post.note_reports(report)
    fresh = set(settled(post, 6, 10.0).orders["order_id"].tolist()) - {FIRST, FIRST + 1, FIRST + 2}
    assert len(fresh) == 1, "what was not launched may be ordered again"


def test_a_fighters_own_shots_do_not_stand_against_it() -> None:
    post = planner(limited(shots=1), "joint.cp", "war", ["east.qra"], [fighter(54.0, 28.0)])
    assert settled(post, 1, 0.0).orders["act"].tolist() == [Act.ENGAGE]
    assert settled(post, 1, 5.0).orders["act"].tolist() == [Act.ENGAGE], "under way, refreshed, not broken off"


def test_aircraft_of_a_clause_at_a_time() -> None:
    pairs = [fighter(54.0, 28.0 + 0.1 * i, row=i) for i in range(4)]
    post = planner(limited(aircraft=2), "joint.cp", "war", ["east.qra"] * 4, pairs)
    first = settled(post, 4, 0.0)
    assert len(set(first.orders["row"].tolist())) == 2
    assert len(set(settled(post, 4, 5.0).orders["row"].tolist())) == 2
    home = empty(post.status.dtype, 4)
    home[:] = post.status
    home["t_valid_s"], home["order_id"] = 100.0, 0
    post.update_status(home)
    assert len(set(settled(post, 4, 100.0).orders["row"].tolist())) == 2, "when they are home others may go"


def test_a_pool_does_not_touch_what_is_a_nations_own() -> None:
    post = planner(limited(shots=0, aircraft=0), "west.cp", "peace", ["west.sam.1"], [launcher(54.0, 28.0)])
    post.settle(Situation("peace", 0.0))
    assert post.plan(raid(), 0.0).clauses == (("national",),)
    assert np.isfinite(post.pools.room(("C3", "west")))
