"""An exercise with another simulation, which runs in a process of its own: DIS on the loopback, both ways."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import dis_sender
import numpy as np
import pytest

from jointsky import geo
from jointsky.cli.federations import Joining
from jointsky.errors import FeedError
from jointsky.feeds.dis.layouts import Pdu
from jointsky.feeds.dis.pdus import decode, encode_pdu
from jointsky.feeds.dis.types import Types, read_types
from jointsky.feeds.pcap import Datagram
from jointsky.feeds.sources.datagrams import Endpoint, OpenPort
from jointsky.live.announcing import Announcer, bundled
from jointsky.live.arrivals import Arrivals, Ident, code_of, parameter_of
from jointsky.live.federation import Federation
from jointsky.live.replay import replay
from jointsky.live.session import Session, exercise
from jointsky.record.kinds import inputs_of, inputs_text
from jointsky.scenario.load import Scenario, reload
from jointsky.scenario.sources import Bundle
from jointsky.vocab.codes import Flight, Shot, Side
from jointsky.vocab.messages import Outside, OutsideShot
from jointsky.world.sites import radar_types

SENDER = Path(dis_sender.__file__)
SCENE = """
scenario: two-simulations
start: 2026-06-01T00:00:00Z
duration: 120 s
phases: [peace]
phase: peace
outside: 3
nations:
  home: {side: defender, territory: land.geojson}
  other: {side: raider}
posts:
  home.cp: {nation: home, commands: [home.*], at: [50, 10], cycle: 5 s, decision: 0 s}
units:
  home.radar: {kind: radar, radars: [{id: a, type: sam_acquisition_sband_3d, at: [50, 10]}]}
  home.sam: {kind: sam, batteries: [{id: a, type: sam_long, at: [50, 10.1]}]}
assets:
  town: {nation: home, at: [50.05, 10.05]}
raid:
  - id: raid
    nation: other
    type: bomber
    target: town
    route: [{at: [50.4, 10.4], altitude: 8 km}, {at: [50.2, 10.2], altitude: 8 km}]
"""
LAND = '{"type": "Polygon", "coordinates": [[[9.5, 49.5], [10.5, 49.5], [10.5, 50.5], [9.5, 50.5], [9.5, 49.5]]]}'
OWN = Ident(1, 1)
NOW_US = 1_780_272_000_000_000


def scene() -> Scenario:
    return reload(Bundle("two.yaml", {"two.yaml": SCENE, "land.geojson": LAND}))


def types() -> Types:
    return read_types(None, scene().catalogue.names("aircraft"))


def joined(session: Session, port: OpenPort) -> Federation:
    return Federation.of(port, session.engine, session.scenario, types(), OWN, 1)


def test_two_processes_see_each_other_and_a_replay_needs_no_network(tmp_path: Path) -> None:
    """The other one's bomber and airliner become tracks of our own picture, where it flies them; it hears of ours."""
    port = OpenPort(Endpoint("127.255.255.255", free_port()))
    session = exercise(scene(), 1, out=tmp_path / "run")
    session.join(joined(session, port))
    session.step()
    place = f"{port.place.host}:{port.port}"
    other = subprocess.Popen(
        [sys.executable, str(SENDER), place, "20", "50.1", "9.8"], stdout=subprocess.PIPE, text=True
    )
    begun, ticks = time.monotonic(), session.next_tick
    while other.poll() is None:
        session.step()
        time.sleep(max(begun + session.next_tick - ticks - time.monotonic(), 0.0))
    heard: dict[str, Any] = json.loads(other.communicate()[0])
    aircraft = session.engine.world.state.aircraft
    flown = aircraft[aircraft["state"] == Flight.OUTSIDE]
    assert sorted(flown["side"].tolist()) == [Side.NEUTRAL, Side.RAIDER]
    picture = session.engine.posts["home.cp"].picture_rows
    t_s = session.t_s
    for row in flown:
        off_m = np.linalg.norm(at(picture, t_s) - row["pos_ecef_m"], axis=1)
        assert off_m.min() < 1_500.0
    bomber = session.engine.world.model.names.aircraft.index("raid.1")
    last_m = np.array(heard["where"][str(bomber + 1)])
    assert np.linalg.norm(last_m - aircraft["pos_ecef_m"][bomber]) < 2_500.0
    assert {str(int(kind)) for kind in (Pdu.ENTITY_STATE, Pdu.EMISSION, Pdu.IFF)} <= heard["pdus"].keys()
    session.close()
    repeated = replay(tmp_path / "run")
    assert repeated.equal, repeated.words()


def at(tracks: Any, t_s: float) -> Any:
    return tracks["pos_ecef_m"] + tracks["vel_ecef_mps"] * (t_s - tracks["t_valid_s"])[:, None]


def free_port() -> int:
    port = OpenPort(Endpoint("127.0.0.1", 0))
    try:
        return port.port
    finally:
        port.close()


# ---------------------------------------------------------------- what comes in


def state(number: int = 1, **of: Any) -> dict[str, Any]:
    place = geo.geodetic2ecef(50.0, 10.0, 5_000.0)
    return {
        "type": Pdu.ENTITY_STATE, "exercise": 1, "id": {"site": 9, "application": 9, "entity": number}, "force": 2,
        "entity_type": {"kind": 1, "domain": 2, "category": 3},
        "location_ecef_m": dict(zip("xyz", place.tolist(), strict=True)), "velocity_mps": {"x": 100.0},
        "reckoning": {"algorithm": 2}, "marking": b"BLUE",
    } | of  # fmt: skip


def hear(arrivals: Arrivals, *pdus: dict[str, Any], after_s: float = 0.0, t_s: float = 0.0) -> list[Any]:
    now_us = NOW_US + int(after_s * 1e6)
    octets = b"".join(encode_pdu(pdu) for pdu in pdus)
    return list(arrivals.hear([Datagram(now_us * 1000, octets, 0)] if octets else [], t_s, now_us))


@pytest.fixture
def session() -> Session:
    return exercise(scene(), 1)


@pytest.fixture
def arrivals(session: Session) -> Arrivals:
    return Arrivals(session.engine.world, types(), OWN, 1)


def test_the_last_word_counts_and_silence_ends_it(arrivals: Arrivals) -> None:
    said = hear(arrivals, state(velocity_mps={"x": 1.0}), state(velocity_mps={"x": 2.0}))
    assert [one.vel_ecef_mps for one in said] == [(2.0, 0.0, 0.0)]
    assert said[0].name == "9:9:1 BLUE" and said[0].side == Side.RAIDER
    assert hear(arrivals, after_s=11.9) == []
    (gone,) = hear(arrivals, after_s=12.1, t_s=12.0)
    assert not gone.alive and gone.row == said[0].row
    assert hear(arrivals, after_s=13.0) == []
    (back,) = hear(arrivals, state(), after_s=14.0, t_s=14.0)
    assert back.alive and back.row == said[0].row


@pytest.mark.parametrize(
    ("of", "why"),
    [
        ({"exercise": 2}, "of another exercise"),
        ({"entity_type": {"kind": 3}}, "no type of the table"),
        ({"location_ecef_m": {"x": float("nan")}}, "nowhere in the air"),
        ({"location_ecef_m": {"x": 1.0}}, "nowhere in the air"),
        ({"velocity_mps": {"x": 1e5}}, "nowhere in the air"),
    ],
)
def test_what_cannot_be_is_counted(arrivals: Arrivals, of: dict[str, Any], why: str) -> None:
    assert hear(arrivals, state(**of)) == []
    assert arrivals.refused[why] == 1


def test_our_own_words_come_back_unheard(arrivals: Arrivals) -> None:
    assert hear(arrivals, state(id=Ident(1, 1, 5)._asdict())) == []
    assert not +arrivals.refused


def test_rows_are_given_until_none_is_left_and_again_when_free(arrivals: Arrivals) -> None:
    rows = [one.row for one in hear(arrivals, *(state(number) for number in range(1, 5)))]
    assert len(set(rows)) == 3 and arrivals.refused["no row left"] == 1
    (gone,) = hear(arrivals, state(2, appearance=1 << 23), after_s=1.0)
    assert not gone.alive
    (new,) = hear(arrivals, state(7), after_s=2.0)
    assert new.row == gone.row


def test_a_fire_from_outside_is_noted_and_touches_nothing(session: Session, arrivals: Arrivals) -> None:
    shot = {"type": Pdu.FIRE, "exercise": 1, "firing": Ident(9, 9, 1)._asdict(), "target": Ident(1, 1, 1)._asdict()}
    hit = shot | {"type": Pdu.DETONATION, "result": 1}
    noted = hear(arrivals, shot, hit)
    assert [one.what for one in noted] == ["fire", "detonation"]
    before = session.engine.world.state.aircraft.copy()
    quiet = exercise(scene(), 1)
    session.engine.inputs[0] = noted
    session.step()
    quiet.step()
    assert (session.engine.world.state.aircraft == quiet.engine.world.state.aircraft).all()
    assert len(before) == len(quiet.engine.world.state.aircraft)


def test_a_body_s_velocity_is_turned_into_the_world(arrivals: Arrivals) -> None:
    turned = {"psi": np.pi / 2, "theta": 0.0, "phi": 0.0}
    (said,) = hear(arrivals, state(reckoning={"algorithm": 6}, orientation_rad=turned))
    assert said.algorithm == 2
    assert said.vel_ecef_mps == pytest.approx((0.0, 100.0, 0.0), abs=1e-4)


def test_codes_are_heard_and_said() -> None:
    for code in (0, 0o7000, 0o1234, 0o7777):
        assert code_of(parameter_of(code)) == code
    assert code_of(0o4321) == -1
    assert parameter_of(0o1234) & 7 == 1


def test_inputs_survive_the_log() -> None:
    told = [
        Outside(3, 1, 2, -1, True, 2, 1.25, (1.0, 2.0, 3.0), (4.0, 5.0, 6.0), (0.1, 0.2, 0.3), "9:9:1"),
        OutsideShot("fire", "9:9:1", "1:1:1", 2.5, (1.0, 2.0, 3.0)),
    ]
    assert inputs_of(inputs_text(told)) == told


def test_what_was_killed_here_stays_so(session: Session, arrivals: Arrivals) -> None:
    session.engine.inputs[0] = hear(arrivals, state())
    session.step()
    row = arrivals.row_of(Ident(9, 9, 1))
    aircraft = session.engine.world.state.aircraft
    assert aircraft["alive"][row] == 1
    aircraft["state"][row], aircraft["alive"][row] = Flight.KILLED, 0
    session.engine.inputs[1] = hear(arrivals, state(), after_s=1.0, t_s=1.0)
    session.step()
    assert (aircraft["state"][row], aircraft["alive"][row]) == (Flight.KILLED, 0)


# ---------------------------------------------------------------- what goes out


def announcer(session: Session, arrivals: Arrivals) -> Announcer:
    kinds = radar_types(session.scenario, session.scenario.catalogue)
    return Announcer(session.engine.world, types(), OWN, 1, arrivals, kinds)


def said(datagrams: list[bytes], kind: Pdu) -> list[dict[str, Any]]:
    found = [decode(one) for one in datagrams]
    assert not any(one.faults or one.ignored for one in found)
    return [pdu for one in found for pdu in one.pdus if pdu["type"] == kind]


def test_heartbeats_and_the_last_word(session: Session, arrivals: Arrivals) -> None:
    ours, told = announcer(session, arrivals), []
    for tick in range(12):
        session.step()
        told.append(said(ours.announce(NOW_US + tick * 1_000_000), Pdu.ENTITY_STATE))
    bomber = session.engine.world.model.names.aircraft.index("raid.1") + 1
    when = [k for k, states in enumerate(told) if any(one["id"]["entity"] == bomber for one in states)]
    assert when[0] == 1 and max(np.diff(when)) <= 5
    one = next(one for one in told[1] if one["id"]["entity"] == bomber)
    assert one["marking"].rstrip(b"\0") == b"raid.1" and one["force"] == 2
    assert tuple(one["entity_type"].values()) == types().entity("bomber")
    last = said(ours.farewell(NOW_US), Pdu.ENTITY_STATE)
    assert [one["id"]["entity"] for one in last] == [bomber] and last[0]["appearance"] == 1 << 23


def test_a_launch_and_a_hit_are_told(session: Session, arrivals: Arrivals) -> None:
    session.engine.inputs[0] = hear(arrivals, state())
    ours = announcer(session, arrivals)
    session.step()
    ours.announce(NOW_US)
    shots = session.engine.world.state.engagements
    session.engine.world.state.engagements_used = 1
    shots[0]["state"], shots[0]["target"], shots[0]["shots"] = Shot.IN_FLIGHT, arrivals.row_of(Ident(9, 9, 1)), 1
    shots[0]["pos_ecef_m"] = [1.0, 2.0, 3.0]
    first = ours.announce(NOW_US + 1)
    (fire,) = said(first, Pdu.FIRE)
    assert fire["target"] == Ident(9, 9, 1)._asdict()
    assert any(one["id"] == fire["munition"] for one in said(first, Pdu.ENTITY_STATE))
    shots[0]["state"] = Shot.HIT
    then = ours.announce(NOW_US + 2)
    (hit,) = said(then, Pdu.DETONATION)
    assert hit["result"] == 1 and hit["event"] == fire["event"] and not said(then, Pdu.FIRE)
    assert not said(ours.announce(NOW_US + 3), Pdu.DETONATION)


def test_bundles_stay_short_and_lose_nothing() -> None:
    pdus = [encode_pdu({"type": Pdu.RECEIVER, "radio": k}) for k in range(100)]
    datagrams = bundled(pdus)
    assert max(map(len, datagrams)) <= 1_400 < sum(map(len, pdus))
    assert [pdu["radio"] for one in datagrams for pdu in decode(one).pdus] == list(range(100))


# ---------------------------------------------------------------- words


def test_the_table_says_most_first() -> None:
    table = types()
    assert table.of((1, 2, 225, 50, 1, 4, 0)) == "uav_one_way"
    assert table.of((1, 2, 0, 99, 0, 0, 0)) == "fighter"
    assert table.of((1, 3, 0, 1, 0, 0, 0)) is None
    assert table.entity("bomber") == (1, 2, 0, 3, 0, 0, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- 1", "expected aircraft, others"),
        (
            "{aircraft: [{type: figter, entity: 1.2}], others: {}}",
            "aircraft 1: unknown aircraft type 'figter'; did you",
        ),
        ("{aircraft: [{type: fighter, entity: 1.2.x}], others: {}}", "expected up to seven numbers"),
        ("{aircraft: [{type: fighter}], others: {}}", "aircraft 1: found {'type': 'fighter'}, expected type, entity"),
        ("a: [", "expected a YAML table of entity types"),
    ],
)
def test_a_table_that_is_none(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "types.yaml"
    path.write_text(text)
    with pytest.raises(FeedError, match=message.replace("{", "\\{")):
        read_types(path, ["fighter"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("here", 0, "127.0.0.1", 1, "1:1", None, 1.0), "--dis: found 'here', expected ADDRESS:PORT"),
        (("192.0.2.9:3000", 0, "127.0.0.1", 1, "1:1", None, 1.0), "--dis: 192.0.2.9:3000: expected an address of this"),
        (("127.0.0.1:3000", 0, "eth0", 1, "1:1", None, 1.0), "--dis-interface: found 'eth0'"),
        (("127.0.0.1:3000", 0, "127.0.0.1", 1, "7", None, 1.0), "--dis-id: found '7'"),
        (("127.0.0.1:3000", 0, "127.0.0.1", 1, "1:1", None, 10.0), "--rate: found 10, expected 1 with --dis"),
    ],
)
def test_words_that_mean_nothing(words: tuple[Any, ...], message: str) -> None:
    with pytest.raises(FeedError, match=message):
        Joining.of(*words)
