"""ONE command post: the same messages in any cutting and order within a tick, the same bytes out; and who takes over
whose picture."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import treaties
from command_scene import forces, launcher, town
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import plan, tracks
from tracking_scene import geodetic_flight

from jointsky.command.authority import Authority
from jointsky.command.config import PlannerConfig, Roe
from jointsky.command.planner import ORDERS_PER_POST, Planner
from jointsky.command.policies import PolicyParams
from jointsky.links.arrangement import Situation
from jointsky.links.wire import encode
from jointsky.picture.border import BorderWatch, tabulate
from jointsky.picture.identification import Criteria, Identifier
from jointsky.picture.plans import PlanBook
from jointsky.post import Post
from jointsky.tracking.frames import GeodeticFrame
from jointsky.tracking.fusion import FIRST_REMOTE_ID
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.tracker import Tracker
from jointsky.vocab.codes import Act, Identity, Iff
from jointsky.vocab.messages import (
    Alerts,
    Decisions,
    LinkState,
    Message,
    Orders,
    Phase,
    Plots,
    Status,
    Tracks,
)
from jointsky.vocab.records import PLOT, Rows

SITES = [(54.0, 27.0, 200.0), (53.5, 28.5, 200.0), (54.3, 28.9, 200.0), (53.8, 29.3, 200.0)]
LINE_DEG = 54.05
END_S = 110
ARRANGEMENT = treaties.compiled(treaties.read("joint-2009"))
SENSORS, PLOTS, _ = geodetic_flight(SITES)
PLOTS["iff"] = Iff.NO_REPLY


def land(lat_deg: Any, lon_deg: Any) -> Any:
    """All land lies north of a parallel."""
    return (LINE_DEG - lat_deg) * 111e3, np.zeros(len(lat_deg), np.int64)


def west_planner(phase: str = "war") -> Planner:
    unit = ARRANGEMENT.unit_rows["west.sam.1"]
    cap, _ = forces(launcher(54.1, 28.2), unit=[unit])
    config = PlannerConfig(
        post="west.cp", post_index=0, seed=1, policy="matching", params=PolicyParams(), decision_s=0.0, capability=cap,
        unit_names=tuple(u.name for u in ARRANGEMENT.units), assets=town(54.5, 28.5), asset_names=("capital",),
        roe={phase: Roe() for phase in ARRANGEMENT.phases}, first_order_id=ORDERS_PER_POST,
    )  # fmt: skip
    return Planner(config, Authority(ARRANGEMENT, "west.cp", Situation(phase)))


def post(name: str = "west.cp", tracker: bool = True, planner: Planner | None = None) -> Post:
    plans, waypoints = plan(1200, [(54.0, 20.0, 1e4), (54.0, 21.0, 1e4)])
    return Post(
        name=name, nation=0, cycle_s=5.0, identifier=Identifier(Criteria(), PlanBook(plans, waypoints)),
        border=BorderWatch((tabulate(0, land, (26.0, 53.0, 30.0, 56.0)),)), situation=Situation("war"),
        sensors=SENSORS[:1], launch_sensors=np.ones(4, np.bool_), planner=planner,
        tracker=Tracker(GeodeticFrame(54.0, 28.0), SENSORS, TrackerParams(preview=True)) if tracker else None,
    )  # fmt: skip


def told(t_s: float) -> Rows:
    """Two tracks that a partner releases; one is the flight itself, seen by both, one is far away."""
    lat, lon = [54.0 + 0.0015 * t_s, 55.2], [28.0 + 0.002 * t_s, 29.0]
    speed = [(130.0, 167.0, 0.0), (0.0, -100.0, 0.0)]
    return tracks(2, speed, lat_deg=lat, lon_deg=lon, alt_m=1e4, origin=1, clause=0, t_valid_s=t_s, t_released_s=t_s)


def mail(t_s: float) -> list[Message]:
    """What arrives at the western post in the second up to `t_s`."""
    seen = PLOTS[(PLOTS["t_seen_s"] <= t_s) & (PLOTS["t_seen_s"] > t_s - 1.0)]
    messages: list[Message] = [Plots("west.network", seen)] if len(seen) else []
    if t_s % 2 == 0:
        _, status = forces(launcher(54.1, 28.2), unit=[ARRANGEMENT.unit_rows["west.sam.1"]])
        status["t_valid_s"], status["channels_free"] = t_s, 4
        messages.append(Status("west.units", status))
    if t_s % 10 == 0:
        messages += [Tracks("east.cp", 1, told(t_s - 4.0)), Tracks("east.cp", 1, told(t_s - 2.0))]
    return messages


def run(cut: Any = None, end_s: int = END_S) -> list[Message]:
    """All that a western post says; `cut` may cut and mix each second's mail."""
    subject = post(planner=west_planner())
    said: list[Message] = []
    for t_s in range(end_s):
        said += subject.receive(float(t_s), mail(t_s) if cut is None else cut(mail(t_s)))
    return said


def octets(said: list[Message]) -> list[bytes]:
    return [repr(message).encode() if isinstance(message, Decisions) else encode(message) for message in said]


@pytest.fixture(scope="module")
def plainly() -> list[Message]:
    return run()


def of_kind(said: list[Message], kind: Any) -> list[Any]:
    return [message for message in said if isinstance(message, kind)]


def test_plots_become_a_picture_an_alert_decisions_and_orders(plainly: list[Message]) -> None:
    pictures = of_kind(plainly, Tracks)
    assert [message.rows["t_valid_s"][0] for message in pictures if len(message.rows)][-1] == 105.0
    assert len(pictures) == END_S // 5
    last = pictures[-1].rows
    assert sorted(last["track_id"] >= FIRST_REMOTE_ID) == [False, True] and (last["origin"] == 0).all()
    own = last[last["track_id"] < FIRST_REMOTE_ID][0]
    assert own["identity"] == Identity.HOSTILE and own["t_released_s"] > 90.0
    assert own["lat_deg"] == pytest.approx(54.0 + 0.0015 * 105.0, abs=0.005)
    (alert,) = of_kind(plainly, Alerts)
    assert len(alert.rows) == 1 and alert.rows["track_id"][0] == own["track_id"]
    orders = np.concatenate([message.rows for message in of_kind(plainly, Orders)])
    assert set(orders["act"].tolist()) == {Act.ENGAGE} and set(orders["track_id"].tolist()) == {own["track_id"]}
    notes = [note for message in of_kind(plainly, Decisions) for note in message.notes]
    assert any(note.allowed and note.clauses == ("national",) for note in notes)


def test_a_picture_holds_numbers_only(plainly: list[Message]) -> None:
    for message in of_kind(plainly, Tracks):
        for name in ("pos_ecef_m", "vel_ecef_mps", "sigma_pos_m", "sigma_vel_mps", "lat_deg", "lon_deg", "alt_m"):
            assert np.isfinite(message.rows[name]).all(), name


@settings(max_examples=20)
@given(st.integers(0, 2**31), st.integers(1, 3))
def test_cutting_and_order_within_a_tick_do_not_count(plainly: list[Message], luck: int, size: int) -> None:
    dice = random.Random(luck)

    def cut(messages: list[Message]) -> list[Message]:
        parts: list[Message] = []
        for message in messages:
            match message:
                case Plots(rows=rows):
                    shuffled = rows[dice.sample(range(len(rows)), len(rows))]
                    parts += [Plots(message.sender, shuffled[i : i + size]) for i in range(0, len(rows), size)]
                case Tracks(rows=rows):
                    parts += [Tracks(message.sender, 1, rows[i : i + 1]) for i in range(len(rows))]
                case _:
                    parts.append(message)
        dice.shuffle(parts)
        return parts

    assert octets(run(cut)) == octets(plainly)


def test_two_posts_told_the_same_say_the_same(plainly: list[Message]) -> None:
    assert octets(run()) == octets(plainly)


def test_nothing_in_is_an_empty_picture_every_cycle() -> None:
    subject = post(planner=west_planner())
    said = [message for t in range(21) for message in subject.receive(float(t), [])]
    assert [type(message) for message in said] == [Tracks] * 5 and all(len(message.rows) == 0 for message in said)
    empty = [Plots("west.network", np.zeros(0, PLOT)), Tracks("east.cp", 1, tracks(0))]
    assert [len(m.rows) for m in subject.receive(25.0, empty)] == [0]
    assert len(subject.picture(30.0)) == 0


@pytest.mark.parametrize("step_s", [0.5, 1.0, 2.5, 5.0, 7.0])
def test_a_cycle_falls_due_whatever_the_tick(step_s: float) -> None:
    subject = post(tracker=False)
    times = [k * step_s for k in range(int(60.0 / step_s))]
    spoke = [t for t in times if subject.receive(t, [])]
    expected = [t for k, t in enumerate(times) if k == 0 or int(t / 5.0) > int(times[k - 1] / 5.0)]
    assert spoke == expected


def test_a_hosted_post_takes_over_its_hosts_picture() -> None:
    host, guest = post(), post("joint.cp", tracker=False)
    for t_s in range(END_S):
        for message in host.receive(float(t_s), mail(t_s)):
            if isinstance(message, Tracks):
                guest_says = guest.receive(float(t_s), [Tracks("west.cp", 0, message.rows, hosted=True)])
                assert encode(Tracks("x", 0, guest_says[0].rows)) == encode(Tracks("x", 0, message.rows))
    assert len(guest.picture_rows) == 2
    before = host.picture_rows.copy()
    guest.picture_rows["identity"] = Identity.FRIEND
    assert np.array_equal(host.picture_rows["identity"], before["identity"]), "a copy, not the host's own rows"


def test_a_hosted_picture_is_carried_on_while_the_host_is_silent() -> None:
    guest = post("joint.cp", tracker=False)
    guest.receive(0.0, [Tracks("west.cp", 0, tracks(1, (0.0, 200.0, 0.0)), hosted=True)])
    (picture,) = guest.receive(5.0, [])
    assert picture.rows["lat_deg"][0] == pytest.approx(54.0 + 1000.0 / 111_300.0, abs=1e-5)


def test_phases_and_links_are_the_situation_of_command() -> None:
    subject = post(planner=west_planner())
    subject.receive(0.0, [Phase("threat", 0.0), LinkState("joint", False, 0.0)])
    assert subject.planner is not None
    assert subject.planner.authority.situation == Situation("threat", 0.0, {"joint": (0.0,)})
    subject.receive(5.0, [LinkState("joint", True, 4.0), Phase("war", 5.0)])
    assert subject.planner.authority.situation == Situation("war", 5.0, {"joint": (0.0, 4.0)})


def test_a_post_without_a_planner_watches_only() -> None:
    subject = post()
    said = [m for t in range(END_S) for m in subject.receive(float(t), mail(t))]
    assert {type(message) for message in said} == {Tracks, Alerts}


def test_each_identity_keeps_its_reasons() -> None:
    subject = post()
    for t_s in range(END_S):
        subject.receive(float(t_s), mail(t_s))
    assert sorted(subject.reasons) == sorted(subject.picture_rows["track_id"].tolist())
