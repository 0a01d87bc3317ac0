"""From picture to orders: who is ordered when, under which clause, after whose approval, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import treaties
from command_scene import fighter, forces, launcher, town
from pictures import tracks

from jointsky.command.airspace import Airspace
from jointsky.command.authority import Authority
from jointsky.command.config import Plan, PlannerConfig, Roe
from jointsky.command.delegation import DELEGATE_WAIT_S
from jointsky.command.ledger import NEWS_S, USUAL_CHANCE
from jointsky.command.planner import LOST_S, ORDERS_PER_POST, Planner
from jointsky.command.policies import PolicyParams
from jointsky.links.agreements import Situation
from jointsky.links.arrangement import Arrangement
from jointsky.links.wire import encode
from jointsky.links.zones import area_of
from jointsky.vocab.codes import Act, Flight, Identity, Shooter, Weapons
from jointsky.vocab.messages import Orders
from jointsky.vocab.records import ORDER, SHOT_REPORT, Rows, empty

FIRST = ORDERS_PER_POST
NATIONAL = ("national",)


@pytest.fixture(scope="module")
def worked() -> dict[str, Arrangement]:
    return {name: treaties.compiled(treaties.read(name)) for name in ("none", "tracks-1995", "joint-2009")}


def planner(
    arr: Arrangement, post: str, phase: str, assets: dict[str, dict[str, Any]], roe: Roe | None = None, **config: Any
) -> Planner:
    """A planner of a post over assets by unit name, all of whom have just reported."""
    names = tuple(unit.name for unit in arr.units)
    cap, status = forces(*assets.values(), unit=[arr.unit_rows[name] for name in assets])
    settings = {
        "post": post, "post_index": 0, "seed": 1, "policy": "matching", "params": PolicyParams(min_gain=0.01),
        "decision_s": 0.0, "capability": cap, "unit_names": names, "assets": town(54.0, 28.0),
        "asset_names": ("capital",), "roe": dict.fromkeys(arr.phases, roe or Roe()), "first_order_id": FIRST,
    } | config  # fmt: skip
    made = Planner(PlannerConfig(**settings), Authority(arr, post, Situation(phase)))
    status["channels_free"] = cap["channels"]
    made.update_status(status)
    return made


def raid(count: int = 1, identity: Identity = Identity.HOSTILE, **columns: Any) -> Rows:
    """Raiders over western land 55 km north of the battery."""
    south = {"velocity_enu_mps": (0.0, -200.0, 0.0), "lat_deg": 54.5, "lon_deg": 28.0, "identity": identity}
    return tracks(count, **{**south, **columns})


def battery(**more: Any) -> dict[str, Any]:
    return launcher(54.0, 28.0, **more)


def test_an_order_names_unit_track_clause_and_reasons(worked: Any) -> None:
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery()})
    plan = post.plan(raid(), 40.0)
    (order,) = plan.orders
    assert (order["order_id"], order["act"], order["shooter"]) == (FIRST, Act.ENGAGE, Shooter.LAUNCHER)
    assert order["track_id"] == 1 and order["unit"] == worked["none"].unit_rows["west.sam.1"] and order["shots"] == 1
    assert np.array_equal(order["pos_ecef_m"], raid()["pos_ecef_m"][0]) and order["phase"] == 2
    assert order["t_issued_s"] == order["t_approved_s"] == order["t_effective_s"] == 40.0
    assert plan.clauses == (NATIONAL,)
    (note,) = plan.decisions
    assert note.allowed and note.unit == "west.sam.1" and note.order_id == FIRST and note.phase == "war"
    for words in ("capital", "kills with chance 0.70", "commands this unit of its own nation"):
        assert words in note.reason


def test_a_decision_carries_rank_value_and_bound_of_its_deal(worked: Any) -> None:
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery()}, policy="assignment")
    notes = post.plan(raid(3, lat_deg=np.array([54.5, 54.3, 54.45])), 40.0).decisions
    assert sorted(note.rank for note in notes) == [1, 2, 3]
    assert min(notes, key=lambda note: note.rank).track_id == 2  # the nearest to the capital
    (value,), (bound,) = {note.value for note in notes}, {note.bound for note in notes}
    assert 0.0 < bound <= value == pytest.approx(bound)
    for note in notes:
        assert f"danger {note.rank} of 3, capital: releases in" in note.reason


def test_a_target_seen_again_under_another_number_goes_on(worked: Any) -> None:
    """No new decision time, no second order, and the first order follows."""
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery(channels=1)}, decision_s=20.0)
    for now_s in (0.0, 10.0):
        assert not len(post.plan(raid(), now_s).orders)
    post.plan(raid(0), 15.0)
    again = raid(t_valid_s=20.0)
    again["track_id"] = 77
    (order,) = post.plan(again, 20.0).orders
    assert order["track_id"] == 77
    post.plan(raid(0), 25.0)
    third = raid(t_valid_s=30.0)
    third["track_id"] = 78
    (told,) = post.plan(third, 30.0).orders
    assert (told["order_id"], told["track_id"]) == (order["order_id"], 78)


@pytest.mark.parametrize("kind, shooters", [("fez", [Shooter.FIGHTER]), ("mez", [Shooter.LAUNCHER])])
def test_a_post_keeps_to_its_airspace_control(worked: Any, kind: Any, shooters: list[Shooter]) -> None:
    both = {"west.sam.1": battery(), "west.qra": fighter(54.0, 28.5)}
    ring = [[27.0, 53.0], [29.0, 53.0], [29.0, 56.0], [27.0, 56.0], [27.0, 53.0]]
    post = planner(worked["none"], "west.cp", "war", both, airspace=Airspace(((kind, area_of([[ring]])),)))
    assert post.plan(raid(2), 0.0).orders["shooter"].tolist() == shooters * (1 if kind == "fez" else 2)


def test_one_track_is_given_once_and_refreshed_under_its_number(worked: Any) -> None:
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery()})
    post.plan(raid(), 0.0)
    later = raid(lat_deg=54.45)
    again = post.plan(later, 5.0)
    assert again.orders["order_id"].tolist().count(FIRST) == 1
    refreshed = again.orders[again.orders["order_id"] == FIRST]
    assert np.array_equal(refreshed["pos_ecef_m"], later["pos_ecef_m"]) and refreshed["t_issued_s"][0] == 5.0
    assert all(note.order_id != FIRST for note in again.decisions), "a refreshed order is no new decision"


def test_a_target_that_is_probably_dead_is_left_alone(worked: Any) -> None:
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery(pk=0.9)}, params=PolicyParams(min_gain=0.2))
    assert len(post.plan(raid(), 0.0).orders) == 1
    assert post.plan(raid(), 5.0).orders["order_id"].tolist() == [FIRST]
    missed = empty(SHOT_REPORT, 1)
    missed["order_id"] = FIRST
    post.ledger.close_reported(missed)
    assert post.plan(raid(), 10.0).orders["order_id"].tolist() == [FIRST + 1]


def test_it_takes_its_time_to_decide(worked: Any) -> None:
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery()}, decision_s=20.0)
    orders = [len(post.plan(raid(), t).orders) for t in (0.0, 10.0, 19.9, 20.0)]
    assert orders == [0, 0, 0, 1]


def test_a_battery_fires_no_more_than_its_channels_and_missiles(worked: Any) -> None:
    for change, most in (({"channels": 2}, 2), ({"shots_left": 3}, 3), ({"status": 0}, 0), ({"shots_left": 0}, 0)):
        post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery(**change)})
        assert len(post.plan(raid(6), 0.0).orders) == most
        assert len(set(post.plan(raid(6), 1.0).orders["order_id"].tolist())) == most


def test_who_has_not_reported_is_not_ordered(worked: Any) -> None:
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery()})
    post.status["t_valid_s"] = -np.inf
    assert len(post.plan(raid(), 0.0).orders) == 0


@pytest.mark.parametrize("weapons", list(Weapons))
@pytest.mark.parametrize("identity", list(Identity))
def test_rules_of_engagement_say_whom(worked: Any, weapons: Weapons, identity: Identity) -> None:
    """Hold and tight: the named identities, and only by order; free: whatever is not friend, neutral or pending."""
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery()}, Roe(weapons))
    given = bool(len(post.plan(raid(identity=identity), 0.0).orders))
    allowed = {Identity.HOSTILE, *((Identity.SUSPECT, Identity.UNKNOWN) if weapons == Weapons.FREE else ())}
    assert given == (identity in allowed)


def test_a_lost_link_tightens_weapons(worked: Any) -> None:
    """The joint agreement leaves the parties weapons tight when its link is lost."""
    post = planner(worked["joint-2009"], "west.cp", "war", {"west.sam.1": battery()}, Roe(Weapons.FREE))
    post.authority.situation = Situation.with_down("war", 100.0, {"joint": 40.0})
    assert len(post.plan(raid(identity=Identity.UNKNOWN), 100.0).orders) == 0
    assert len(post.plan(raid(), 105.0).orders) == 1


@pytest.mark.parametrize("approval_s", [0.0, 60.0])
def test_the_nations_approval_delays_an_order_and_its_refreshments(worked: Any, approval_s: float) -> None:
    roe = Roe(Weapons.TIGHT, (Identity.HOSTILE,), approval_s)
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery()}, roe)
    plan = post.plan(raid(), 10.0)
    assert plan.orders["t_approved_s"].tolist() == [10.0 + approval_s]
    assert plan.decisions[0].t_approved_s == 10.0 + approval_s
    again = post.plan(raid(), 15.0).orders
    assert again["t_approved_s"][again["order_id"] == FIRST].tolist() == [10.0 + approval_s]


def test_no_order_of_a_post_that_does_not_exist_in_the_phase(worked: Any) -> None:
    assets = {"west.sam.1": battery(), "east.sam.1": battery()}
    post = planner(worked["joint-2009"], "joint.cp", "peace", assets)
    plan = post.plan(raid(), 0.0)
    assert len(plan.orders) == 0 and plan.decisions == ()
    post.authority.situation = Situation("war")
    assert set(post.plan(raid(2), 5.0).clauses) == {("C3",)}


def test_without_an_agreement_the_neighbours_battery_is_refused_once_with_the_reason(worked: Any) -> None:
    for name in ("none", "tracks-1995"):
        post = planner(worked[name], "west.cp", "war", {"east.sam.1": battery()})
        plan = post.plan(raid(), 0.0)
        assert len(plan.orders) == 0
        (note,) = plan.decisions
        assert not note.allowed and note.unit == "east.sam.1" and note.track_id == 1 and note.clauses == ()
        assert "no clause in force grants that west.cp may order east.sam.1 to engage" in note.reason
        assert post.plan(raid(), 5.0).decisions == ()


def test_a_refusal_names_the_clauses_that_nearly_grant_it(worked: Any) -> None:
    post = planner(worked["joint-2009"], "joint.cp", "war", {"east.sam.1": launcher(58.0, 31.0)})
    aimed = raid(lat_deg=58.3, lon_deg=31.0)
    (note,) = post.plan(aimed, 0.0).decisions
    assert not note.allowed and "C3" in note.reason and "west + east" in note.reason


def test_only_what_is_refused_is_noted_as_refused(worked: Any) -> None:
    """What a delegate leaves to the common commander for a while is not refused."""
    post = planner(worked["joint-2009"], "west.cp", "war", {"west.sam.1": battery()})
    assert post.plan(raid(), 0.0).decisions == ()
    late = post.plan(raid(), DELEGATE_WAIT_S)
    assert len(late.orders) == 1 and [note.allowed for note in late.decisions] == [True]


def peace(worked: Any, **more: Any) -> Planner:
    return planner(worked["joint-2009"], "west.cp", "peace", {"east.qra": fighter(54.0, 31.0)}, **more)


def test_in_peace_the_neighbours_pair_is_asked_for_and_waits_for_consent(worked: Any) -> None:
    plan = peace(worked).plan(raid(), 0.0)
    (order,) = plan.orders
    assert order["act"] == Act.ENGAGE and plan.clauses == (("C2",),) and order["t_approved_s"] == 60.0
    over_nobody = peace(worked).plan(raid(lat_deg=58.0), 0.0)
    assert over_nobody.orders["act"].tolist() == [Act.SCRAMBLE] and over_nobody.clauses == (("C1",),)
    assert over_nobody.orders["t_approved_s"].tolist() == [90.0]


def test_a_scrambled_pair_engages_only_after_the_consent_to_engage(worked: Any) -> None:
    """The consent to start (90 s) is not the consent to fire (60 s more once it may be asked for)."""
    post = peace(worked)
    post.plan(raid(lat_deg=56.1), 0.0)
    kept = post.plan(raid(lat_deg=56.05), 50.0).orders
    assert kept["act"].tolist() == [Act.SCRAMBLE] and kept["t_approved_s"].tolist() == [90.0]
    plan = post.plan(raid(lat_deg=55.9), 100.0)
    (order,) = plan.orders
    assert order["order_id"] == FIRST and order["act"] == Act.ENGAGE and plan.clauses == (("C2",),)
    assert order["t_approved_s"] == 160.0
    assert post.plan(raid(lat_deg=55.85), 105.0).orders["t_approved_s"].tolist() == [160.0]


def test_a_pair_breaks_off_where_the_clause_ends(worked: Any) -> None:
    """Fire was granted over western land only; the raider turns east."""
    post = peace(worked)
    assert post.plan(raid(), 0.0).orders["act"].tolist() == [Act.ENGAGE]
    plan = post.plan(raid(lon_deg=30.5), 5.0)
    assert plan.orders["act"].tolist() == [Act.CEASE] and plan.clauses == (("C2",),)
    assert post.plan(raid(lon_deg=30.5), 10.0).orders["act"].tolist() == [Act.SCRAMBLE]


def test_a_longer_approval_at_home_counts(worked: Any) -> None:
    roe = Roe(Weapons.TIGHT, (Identity.HOSTILE,), 180.0)
    assert peace(worked, roe=roe).plan(raid(), 0.0).orders["t_approved_s"].tolist() == [180.0]


@pytest.mark.parametrize("identity", [Identity.FRIEND, Identity.ASSUMED_FRIEND, Identity.NEUTRAL])
def test_an_engagement_of_what_turns_out_harmless_is_broken_off(worked: Any, identity: Identity) -> None:
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery()})
    post.plan(raid(), 0.0)
    plan = post.plan(raid(identity=identity), 5.0)
    assert plan.orders["act"].tolist() == [Act.CEASE] and plan.orders["order_id"].tolist() == [FIRST]
    assert not post.ledger.open and len(post.plan(raid(identity=identity), 10.0).orders) == 0


def test_a_silent_battery_is_given_up_and_the_target_given_anew(worked: Any) -> None:
    rule = PolicyParams(min_gain=0.2)
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery(pk=0.95)}, params=rule)
    standing = raid(velocity_enu_mps=(0.0, 0.0, 0.0))
    post.plan(standing, 0.0)
    news = post.status.copy()
    news["t_valid_s"] = 200.0
    post.update_status(news)
    assert post.plan(standing, post.ledger.patience_s).orders["order_id"].tolist() == [FIRST]
    assert post.plan(standing, post.ledger.patience_s + 1.0).orders["order_id"].tolist() == [FIRST + 1]


def test_states_of_unknown_assets_and_old_news_change_nothing(worked: Any) -> None:
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery()})
    before = post.status.tobytes()
    strange = post.status.copy()
    strange["row"], strange["shooter"] = 99, Shooter.FIGHTER
    post.update_status(strange)
    old = post.status.copy()
    old["t_valid_s"], old["shots_left"] = -5.0, 0
    post.update_status(old)
    assert post.status.tobytes() == before


def test_the_newest_state_counts_whatever_the_order_in_one_report(worked: Any) -> None:
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery()})
    both = np.concatenate([post.status, post.status])
    both["t_valid_s"], both["shots_left"] = [20.0, 10.0], [1, 5]
    post.update_status(both)
    assert post.status["shots_left"].tolist() == [1]


def test_a_fighter_that_follows_another_order_is_no_longer_counted(worked: Any) -> None:
    post = planner(worked["none"], "west.cp", "war", {"west.qra": fighter(54.0, 28.0)})
    post.plan(raid(), 0.0)
    assert len(post.ledger.open) == 1
    news = post.status.copy()
    news["t_valid_s"], news["order_id"], news["status"] = 30.0, FIRST, Flight.STARTING
    post.update_status(news)
    assert len(post.ledger.open) == 1
    news["t_valid_s"], news["order_id"], news["status"] = 60.0, 0, Flight.RETURNING
    post.update_status(news)
    assert not post.ledger.open


def test_plans_are_the_same_for_the_same_picture(worked: Any) -> None:
    def twice() -> list[Plan]:
        post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery(), "west.qra": fighter()})
        return [post.plan(raid(5, lat_deg=np.linspace(54.2, 54.8, 5)), t) for t in (0.0, 5.0, 10.0)]

    for one, other in zip(twice(), twice(), strict=True):
        sent = [encode(Orders("west.cp", plan.orders, plan.clauses)) for plan in (one, other)]
        assert sent[0] == sent[1] and repr(one.decisions) == repr(other.decisions)


def partners_order(order_id: int = 5 * ORDERS_PER_POST, t_s: float = 0.0, **columns: Any) -> Rows:
    """What a post that shares the command tells of an engagement of the raid."""
    row, aimed = empty(ORDER, 1), raid(t_valid_s=t_s, **columns)
    row["order_id"], row["act"], row["t_issued_s"], row["t_valid_s"] = order_id, Act.ENGAGE, t_s, t_s
    row["pos_ecef_m"], row["vel_ecef_mps"] = aimed["pos_ecef_m"], aimed["vel_ecef_mps"]
    return row


def test_what_a_partner_in_command_engages_is_counted_while_it_is_repeated(worked: Any) -> None:
    rule = PolicyParams(min_gain=0.7 * (1.0 - USUAL_CHANCE) + 0.05)
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery(pk=0.7)}, params=rule)
    post.note_engaged(partners_order())
    assert len(post.plan(raid(), 0.0).orders) == 0
    elsewhere = raid(lat_deg=54.3, track_id=2)
    assert post.plan(elsewhere, 1.0).orders["track_id"].tolist() == [2], "another target is not meant"
    assert len(post.plan(raid(), NEWS_S).orders) == 0
    assert post.plan(raid(), NEWS_S + 1.0).orders["track_id"].tolist() == [1]


def test_older_news_of_a_partners_engagement_do_not_count(worked: Any) -> None:
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery()})
    post.note_engaged(np.concatenate([partners_order(t_s=10.0), partners_order(t_s=5.0)]))
    assert post.ledger.elsewhere[5 * ORDERS_PER_POST]["t_issued_s"] == 10.0


def test_two_partners_engagements_of_one_target_both_count(worked: Any) -> None:
    post = planner(worked["none"], "west.cp", "war", {"west.sam.1": battery()})
    post.note_engaged(np.concatenate([partners_order(1), partners_order(2)]))
    there = raid(2, lat_deg=[54.5, 54.0])
    assert post.ledger.survival_elsewhere(there, 5.0) == pytest.approx([(1.0 - USUAL_CHANCE) ** 2, 1.0])
    assert post.ledger.survival_elsewhere(raid(0), 5.0).shape == (0,)


@pytest.mark.parametrize("unit", ["west.sam.1", "west.qra"])
def test_who_waits_for_approval_is_busy(worked: Any, unit: str) -> None:
    """Its reports cannot show an order that nobody has approved yet; that is no reason to give it another."""
    asset = battery(channels=1) if unit == "west.sam.1" else fighter(54.0, 28.0)
    roe = Roe(Weapons.TIGHT, (Identity.HOSTILE,), 180.0)
    post = planner(worked["none"], "west.cp", "war", {unit: asset}, roe)
    standing = raid(2, velocity_enu_mps=(0.0, 0.0, 0.0))
    for t_s in (0.0, 20.0, 100.0, 180.0, 185.0):
        news = post.status.copy()
        news["t_valid_s"] = t_s
        post.update_status(news)
        assert post.plan(standing, t_s).orders["order_id"].tolist() == [FIRST], t_s
    news["t_valid_s"] = 200.0
    post.update_status(news)
    assert FIRST + 1 in post.plan(standing, 200.0).orders["order_id"], "it never took the order up: it is free again"


@pytest.mark.parametrize(("approval_s", "acts"), [(180.0, [Act.CEASE]), (0.0, [])])
def test_a_waiting_order_is_taken_back_with_its_track(worked: Any, approval_s: float, acts: list) -> None:
    roe = Roe(Weapons.TIGHT, (Identity.HOSTILE,), approval_s)
    post = planner(worked["none"], "west.cp", "war", {"west.qra": fighter(54.0, 28.0)}, roe)
    post.plan(raid(), 0.0)
    assert len(post.plan(raid(0), LOST_S).orders) == 0
    gone = post.plan(raid(0), LOST_S + 1.0).orders
    assert gone["act"].tolist() == acts and set(gone["order_id"].tolist()) <= {FIRST}
    assert not post.ledger.open
