"""A delegate acts where the common commander has left a target: not beside it, and not where it can hold none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from command_scene import forces, launcher, town
from pictures import tracks
from treaties import compiled, read

from jointsky.command.authority import Authority
from jointsky.command.config import PlannerConfig, Roe
from jointsky.command.delegation import DELEGATE_WAIT_S, FRESH_S, SHOWN_S, unheld
from jointsky.command.ledger import NEWS_S
from jointsky.command.planner import ORDERS_PER_POST, Planner
from jointsky.command.policies import PolicyParams
from jointsky.engine.pictures import commanders_of
from jointsky.links.agreements import Situation
from jointsky.links.tables import heard_sensors
from jointsky.vocab.codes import Act, Identity
from jointsky.vocab.records import ORDER, Rows, empty

CYCLE_S = 5.0
ARRANGEMENT = compiled(read("joint-2009"))


@pytest.fixture
def delegate() -> Planner:
    """West's post in war, when joint.cp commands and has delegated; one battery with eight channels."""
    arr = ARRANGEMENT
    cap, status = forces(launcher(54.0, 28.0), unit=[arr.unit_rows["west.sam.1"]])
    config = PlannerConfig(
        post="west.cp", post_index=0, seed=1, policy="matching", params=PolicyParams(min_gain=0.2), decision_s=0.0,
        capability=cap, unit_names=tuple(unit.name for unit in arr.units), assets=town(54.0, 28.0),
        asset_names=("capital",), roe=dict.fromkeys(arr.phases, Roe()), first_order_id=ORDERS_PER_POST,
    )  # fmt: skip
    made = Planner(config, Authority(arr, "west.cp", Situation("war")))
    status["channels_free"] = cap["channels"]
    made.update_status(status)
    return made


def raid(count: int = 1, lat_deg: float = 54.5) -> Rows:
    south: dict[str, Any] = {"velocity_enu_mps": (0.0, -200.0, 0.0), "lon_deg": 28.0, "identity": Identity.HOSTILE}
    return tracks(count, lat_deg=lat_deg, **south)


def commanders_order(track: np.void, now_s: float) -> Rows:
    """What the common commander tells of its engagement of a target."""
    order = empty(ORDER, 1)
    order["order_id"], order["act"], order["t_issued_s"] = 9 * ORDERS_PER_POST, Act.ENGAGE, now_s
    for name in ("pos_ecef_m", "vel_ecef_mps", "t_valid_s"):
        order[name] = track[name]
    return order


def first_order_s(post: Planner, told_until_s: float, until_s: float) -> float:
    """When the delegate first fires at a raider that the commander engages until `told_until_s`."""
    for now_s in np.arange(0.0, until_s, CYCLE_S):
        picture = raid()
        if now_s <= told_until_s:
            post.note_engaged(commanders_order(picture[0], now_s))
        if len(post.plan(picture, float(now_s)).orders):
            return float(now_s)
    return np.inf


def test_what_nobody_engages_it_takes_up_after_a_while(delegate: Planner) -> None:
    assert first_order_s(delegate, -1.0, 100.0) == DELEGATE_WAIT_S


def test_what_the_commander_engages_it_leaves_alone(delegate: Planner) -> None:
    assert first_order_s(delegate, 200.0, 200.0) == np.inf


def test_when_the_commander_has_missed_it_waits_anew(delegate: Planner) -> None:
    """The commander hears of the miss no sooner than the delegate: it fires again first."""
    first_s = first_order_s(delegate, 60.0, 200.0)
    assert 60.0 + DELEGATE_WAIT_S < first_s <= 60.0 + NEWS_S + CYCLE_S + DELEGATE_WAIT_S


def test_a_target_out_of_reach_does_not_count_as_left(delegate: Planner) -> None:
    """The wait begins when the delegate could fire, not when the raider became hostile far away."""
    for now_s in np.arange(0.0, 60.0, CYCLE_S):
        assert len(delegate.plan(raid(lat_deg=58.0), float(now_s)).orders) == 0
    assert len(delegate.plan(raid(), 60.0).orders) == 0
    assert len(delegate.plan(raid(), 60.0 + DELEGATE_WAIT_S).orders) == 1


def test_for_a_target_that_the_commander_cannot_hold_it_does_not_wait(delegate: Planner) -> None:
    picture = raid(2)
    delegate.delegation.unshown = frozenset({int(picture["track_id"][1])})
    assert delegate.plan(picture, 0.0).orders["track_id"].tolist() == [int(picture["track_id"][1])]


def test_a_commander_holds_what_a_sensor_that_it_hears_sees_now_or_saw_while_nobody_else_does() -> None:
    now_s, heard = 100.0, np.array([True, False])
    now, lately, long_ago = now_s - FRESH_S / 2, now_s - (FRESH_S + SHOWN_S) / 2, now_s - 2 * SHOWN_S
    cases = {
        (now, now): False, (now, long_ago): False, (lately, lately): False, (lately, long_ago): False,
        (lately, now): True, (long_ago, now): True, (long_ago, lately): True, (long_ago, long_ago): False,
    }  # fmt: skip
    assert unheld(np.array(list(cases)), heard, now_s).tolist() == list(cases.values())
    assert not unheld(np.array(list(cases)), np.ones(2, np.bool_), now_s).any()


def test_a_commander_hears_its_own_and_what_clauses_give_it() -> None:
    sensors = ARRANGEMENT.sensors
    assert commanders_of(ARRANGEMENT, "east.cp") == ("west",)
    heard = heard_sensors(ARRANGEMENT, "west", Situation("war", 0.0), np.array([54.0]), np.array([28.0]))[0]
    assert len(heard) == len(sensors)
    for sensor, known in zip(sensors, heard, strict=True):
        given = sensor.name.startswith(("east.radar", "east.aew"))  # an early warning makes no tracks
        assert known == (sensor.nation == "west" or given), sensor
    assert commanders_of(ARRANGEMENT, "joint.cp") == ()
    assert commanders_of(compiled(read("tracks-1995")), "east.cp") == ()
