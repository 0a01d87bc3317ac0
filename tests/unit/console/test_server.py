"""The console over real websockets: who may sit where, see what and order whom, and what becomes of bad manners."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
import websockets
from seats import SCENARIOS, Seat, Served, paused, reference, run, served

from jointsky.console import line, server, wire
from jointsky.errors import ConsoleError, LogError, RunError
from jointsky.live.replay import replay
from jointsky.live.session import Session, replayed
from jointsky.record.reading import read_recording
from jointsky.report.run_page import write_run_page

POST_TABLES = {"tracks", "units", "engagements", "strobes", "sensors"}
TRUTH_TABLES = {"truth", "shots"}
LATE = 4408


def number(static: dict[str, Any], name: str) -> int:
    """The seat's number of the first launcher or fighter whose name begins so."""
    return next(i for i, row in enumerate(static["shooters"]) if row["name"].startswith(name))


async def first_track(seat: Seat, tick: int) -> int:
    return int((await seat.at(tick))["tracks"]["track"][0])


def test_a_post_sees_its_picture_and_control_the_truth() -> None:
    async def body() -> None:
        async with (
            served(paused(reference())) as console,
            console.seat("west.cp") as west,
            console.seat("control") as control,
        ):
            step = await control.ask("step", ticks=60)
            assert step["ok"] and step["tick"] == 60
            tables = await west.at(60)
            assert set(tables) == POST_TABLES and len(tables["tracks"]) > 3 and len(tables["units"]) > 10
            truth = await control.at(60)
            assert set(truth) == TRUTH_TABLES and len(truth["truth"]) > 10
            told, all_told = west.texts[0], control.texts[0]
            assert told["truth"] == [] and told["scenario"]["seed"] is None and told["scenario"]["about"] == ""
            assert all_told["truth"] and all_told["scenario"]["seed"] == 1
            names = {row["name"] for row in told["shooters"]}
            assert names and all(name.startswith(("west.", "east.qra")) for name in names)  # C1 names the pair
            assert told["coast_s"] > 15.0 and all_told["coast_s"] is None
            assert told["banner"] == "WEAPONS SIMULATED" and told["mode"] == "exercise"

    run(body())


def test_control_looks_at_a_posts_picture() -> None:
    async def body() -> None:
        async with served(paused(reference())) as console, console.seat("control") as control:
            assert (await control.ask("look", post="east.cp"))["ok"]
            await control.until(lambda said: said["kind"] == "static" and said["seat"]["looks_at"] == "east.cp")
            await control.ask("step", ticks=20)
            assert set(await control.at(20)) == POST_TABLES | TRUTH_TABLES
            assert not (await control.ask("look", post="nowhere"))["ok"]

    run(body())


def test_a_wrong_key_opens_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def body() -> None:
        async with served(paused(reference())) as console:
            keys = console.keys
            wrong = {"west.cp": "wrong", "nobody": keys["control"], "control": keys["west.cp"], "east.cp": ""}
            for seat, key in wrong.items():
                async with console.socket() as bare:
                    await bare.send(json.dumps({"kind": "hello", "seat": seat, "key": key}))
                    closing = json.loads(await bare.recv())
                    assert closing == {"kind": "closing", "code": 4401, "reason": "wrong seat or key"}
                    with pytest.raises(websockets.ConnectionClosedError) as ended:
                        await bare.recv()
                    assert ended.value.rcvd is not None and ended.value.rcvd.code == 4401
            async with console.seat("west.cp") as west:
                assert west.texts
            assert "wrong seat or key" in caplog.text and not any(key in caplog.text for key in keys.values())

    run(body())


def test_wrong_keys_are_answered_ever_more_slowly() -> None:
    async def body() -> None:
        async with served(paused(reference())):
            door = line.Door(None, 1, 1)  # type: ignore[arg-type]
            waits = [door._penalty_s() for _ in range(12)]
            assert waits == sorted(waits) and waits[0] < 1.0 and waits[-1] == 8.0

    run(body())


def test_another_origin_is_refused() -> None:
    async def body() -> None:
        async with served(paused(reference())) as console:
            for origin in (None, "http://evil.example", "http://127.0.0.1:1", "null"):
                with pytest.raises(websockets.InvalidStatus) as refused:
                    async with console.socket(origin=origin):
                        pass
                assert refused.value.response.status_code == 403

    run(body())


def test_pages_keep_to_themselves() -> None:
    async def body() -> None:
        async with served(paused(reference())) as console:
            status, headers, text = await console.get("/healthz")
            assert status == 200 and json.loads(text) == {"ok": True}
            policy = headers["content-security-policy"]
            assert (
                "default-src 'none'" in policy
                and "unsafe" not in policy
                and headers["x-content-type-options"] == "nosniff"
            )
            assert (await console.get("/", method="POST"))[0] == 403
            assert (await console.get("/", method="DELETE", origin=console.origin))[0] == 403
            assert (await console.get("/healthz", host="evil.example"))[0] == 403
            assert (await console.get("/healthz", origin="http://evil.example"))[0] == 403
            assert (await console.get("/" + "x" * 4_000))[0] in (403, 414, 400)
            assert (await console.get("/report/guess"))[0] == 404
            assert (await console.get("/../../pyproject.toml"))[0] == 404

    run(body())


def test_the_built_client_is_served(tmp_path: Path) -> None:
    async def body() -> None:
        (tmp_path / "index.html").write_text("<!doctype html><title>jointsky</title>")
        (tmp_path / "app.js").write_text("export {}")
        async with served(paused(reference()), client=tmp_path) as console:
            assert "jointsky" in (await console.get("/"))[2]
            status, headers, _ = await console.get("/app.js")
            assert status == 200 and "javascript" in headers["content-type"]
            assert (await console.get("/app.js/../../x"))[0] == 404

    run(body())


def test_orders_are_carried_out_or_refused_with_their_clause() -> None:
    async def body() -> None:
        async with (
            served(paused(reference())) as console,
            console.seat("joint.cp") as joint,
            console.seat("control") as control,
        ):
            await control.ask("step", ticks=60)
            track = await first_track(joint, 60)
            static = joint.texts[0]
            pair = number(static, "west.qra")
            verdict = await joint.ask("ask", act="scramble", shooter=pair, track=track)
            assert verdict["allowed"] and verdict["clauses"] == ["C3"]
            given = await joint.ask("order", act="scramble", shooter=pair, track=track)
            assert given["ok"] and given["tick"] == 60
            wrong = await joint.ask("order", act="scramble", shooter=number(static, "west.sam"), track=track)
            await control.ask("step", ticks=1)
            note = await joint.event(lambda e: e["type"] == "decision" and e["command"] == given["id"])
            assert note["allowed"] and note["clauses"] == ["C3"] and note["unit"] == "west.qra"
            refusal = await joint.event(lambda e: e["type"] == "decision" and e["command"] == wrong["id"])
            assert not refusal["allowed"] and "does not fly" in refusal["reason"]
            tables = await joint.at(61)
            assert tables["tracks"]["engaged"][tables["tracks"]["track"] == track].tolist() == [1]

    run(body())


def test_a_nation_is_refused_what_its_rules_forbid_and_cannot_name_the_neighbours_units() -> None:
    async def body() -> None:
        async with (
            served(paused(reference("none"))) as console,
            console.seat("west.cp") as west,
            console.seat("control") as control,
        ):
            await control.ask("step", ticks=120)
            tracks = (await west.at(120))["tracks"]
            neutral = int(tracks["track"][tracks["identity"] == 4][0])
            static = west.texts[0]
            assert all(row["name"].startswith("west.") for row in static["shooters"] + static["sensors"])
            given = await west.ask("order", act="engage", shooter=number(static, "west.sam.1"), track=neutral)
            beyond = await west.ask("order", act="engage", shooter=len(static["shooters"]), track=neutral)
            assert not beyond["ok"] and "there is no launcher or fighter" in beyond["reason"]
            await control.ask("step", ticks=1)
            note = await west.event(lambda e: e["type"] == "decision" and e["command"] == given["id"])
            assert not note["allowed"] and "hostile targets only" in note["reason"]

    run(body())


def test_only_control_moves_time() -> None:
    async def body() -> None:
        session = paused(reference())
        async with served(session) as console, console.seat("west.cp") as west, console.seat("control") as control:
            for kind, fields in {
                "pause": {},
                "resume": {},
                "rate": {"rate": 2.0},
                "step": {},
                "end": {},
                "report": {},
                "look": {"post": None},
            }.items():
                answer = await west.ask(kind, **fields)
                assert not answer["ok"] and "only exercise control" in answer["reason"]
            assert session.next_tick == 0 and session.pace.rate == 1.0
            assert not (await control.ask("order", act="scramble", shooter=0, track=1))["ok"]
            assert (await control.ask("rate", rate=20.0))["ok"] and (await control.ask("resume"))["ok"]
            assert not (await control.ask("step", ticks=1))["ok"]
            await west.at(5)
            assert (await control.ask("pause"))["ok"]
            stood = session.next_tick
            assert (await control.ask("step", ticks=3))["tick"] == stood + 3
            state = await west.until(
                lambda said: said["kind"] == "session" and said["state"] == "paused" and said["rate"] == 20.0
            )
            assert state["orders"] is True

    run(body())


def test_one_who_comes_back_gets_what_came_later() -> None:
    async def body() -> None:
        async with served(paused(reference("none"))) as console, console.seat("control") as control:
            await control.ask("step", ticks=600)
            async with console.seat("west.cp") as west:
                seen = (await west.kind("events"))["events"]
                assert [event["n"] for event in seen] == list(range(1, len(seen) + 1)) and seen
            await control.ask("step", ticks=300)
            async with console.seat("west.cp", since=len(seen)) as west:
                later = (await west.kind("events"))["events"]
                assert later[0]["n"] == len(seen) + 1 and later[0]["t_s"] >= 600.0

    run(body())


def test_bad_messages_are_refused_and_change_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def body() -> None:
        session = paused(reference())
        async with served(session) as console, console.seat("joint.cp") as joint, console.seat("control") as control:
            for text in ("{", "[1]", '{"kind":"order","id":"x"}', '{"kind":"launch","id":"y"}', "[" * 10_000):
                await joint.socket.send(text)
            await joint.socket.send(b"\x00\x01")
            await joint.until(lambda said: said["kind"] == "answer" and "octets" in said["reason"])
            refused = [said for said in joint.texts if said["kind"] == "answer"]
            assert len(refused) == 6 and not any(said["ok"] for said in refused)
            assert [said["id"] for said in refused[2:4]] == ["x", "y"] and all(said["reason"] for said in refused)
            assert session.engine.inputs == {} and "refused a message" in caplog.text
            assert (await control.ask("step"))["ok"]

    caplog.set_level(logging.WARNING)
    run(body())


def test_an_oversized_message_ends_its_own_line_only() -> None:
    async def body() -> None:
        session = paused(reference())
        async with served(session) as console, console.seat("control") as control:
            async with console.seat("west.cp") as west:
                await west.socket.send(json.dumps({"kind": "pause", "id": "x" * 20_000}))
                with pytest.raises(websockets.ConnectionClosed) as ended:
                    while True:
                        await west.read()
                assert ended.value.rcvd is not None and ended.value.rcvd.code == 1009
            assert (await control.ask("step"))["ok"] and session.engine.inputs == {}

    run(body())


def test_who_does_not_say_hello_is_let_go() -> None:
    async def body() -> None:
        async with served(paused(reference())) as console:
            for first in (
                "nothing",
                "{}",
                '{"kind":"hello"}',
                '{"kind":"pause","id":"a"}',
                '{"kind":"hello","seat":1,"key":2}',
            ):
                async with console.socket() as bare:
                    await bare.send(first)
                    closing = json.loads(await bare.recv())
                    assert closing["code"] == 4400 and "no hello" in closing["reason"]

    run(body())


def test_a_run_that_fails_says_why_to_control_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def body() -> None:
        session = paused(reference())
        async with served(session) as console, console.seat("west.cp") as west, console.seat("control") as control:
            monkeypatch.setattr(type(session.engine), "step", failing)
            await control.ask("step")
            ended = await west.until(lambda said: said["kind"] == "session" and said["state"] == "ended")
            assert ended["reason"] == "the run failed"
            told = await control.until(lambda said: said["kind"] == "session" and said["state"] == "ended")
            assert "raid.7" in told["reason"]

    run(body())


def failing(_: object) -> None:
    raise RunError(3, "raid.7", "a position is no number")


def test_who_says_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "HELLO_S", 0.2)

    async def body() -> None:
        async with served(paused(reference())) as console, console.socket() as bare:
            assert json.loads(await bare.recv())["code"] == LATE

    run(body())


def test_a_slow_client_harms_nobody_and_is_dropped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(line, "SEND_S", 0.5)
    monkeypatch.setattr(line, "COMMANDS_A_SECOND", 10_000.0)

    async def body() -> None:
        async with (
            served(paused(reference())) as console,
            console.seat("east.cp") as east,
            console.seat("control") as control,
        ):
            slow = await sits_and_reads_nothing(console, "west.cp")
            for tick in range(1, 2_000):
                await control.ask("step", ticks=1)
                await east.at(tick)
                if "dropped" in caplog.text:
                    break
            assert "seat west.cp: dropped" in caplog.text
            slow.close()

    run(body())


async def sits_and_reads_nothing(console: Served, name: str) -> socket.socket:
    """A client whose receive buffer is tiny, which asks for a lot and never reads."""
    bare = socket.socket()
    bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    bare.connect(("127.0.0.1", console.port))
    bare.setblocking(False)
    loop = asyncio.get_running_loop()
    head = f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{console.port}\r\nOrigin: {console.origin}\r\nUpgrade: websocket\r\n"
    key = "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    await loop.sock_sendall(bare, (head + key).encode())
    await loop.sock_recv(bare, 1_024)
    await loop.sock_sendall(bare, masked(json.dumps({"kind": "hello", "seat": name, "key": console.keys[name]})))
    for k in range(250):
        await loop.sock_sendall(bare, masked(json.dumps({"kind": "coverage", "id": str(k), "height_m": 5_000.0})))
    return bare


def masked(text: str) -> bytes:
    """One client's text frame, masked with zeros."""
    data = text.encode()
    length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + data


def test_too_many_sockets_at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_WAITING", 2)

    async def body() -> None:
        async with (
            served(paused(reference())) as console,
            console.socket(),
            console.socket(),
            console.socket() as third,
        ):
            assert json.loads(await third.recv())["code"] == 4409

    run(body())


def test_a_taken_port_and_a_foreign_address_are_refused() -> None:
    with server.listen("127.0.0.1", 0) as first, pytest.raises(ConsoleError, match="is taken"):
        server.listen("127.0.0.1", int(first.getsockname()[1]))
    for host in ("0.0.0.0", "192.0.2.1", "::", "example.org"):
        with pytest.raises(ConsoleError, match="own address only"):
            server.listen(host, 0)


def test_an_exercise_with_orders_is_recorded_replayed_and_shown_again(tmp_path: Path) -> None:
    folder = tmp_path / "exercise"

    async def body() -> None:
        session = paused(reference(), out=folder)
        async with (
            served(session, report=lambda: tmp_path / "page.html") as console,
            console.seat("joint.cp") as joint,
            console.seat("control") as control,
        ):
            await control.ask("step", ticks=40)
            track = await first_track(joint, 40)
            await joint.ask("order", act="scramble", shooter=number(joint.texts[0], "west.qra"), track=track)
            await control.ask("step", ticks=60)
            early = await control.ask("report")
            assert not early["ok"] and "end the session first" in early["reason"]
            assert (await control.ask("end"))["ok"]
            late = await joint.ask("order", act="scramble", shooter=1, track=track)
            assert not late["ok"] and "has ended" in late["reason"]
            (tmp_path / "page.html").write_text("<p>report</p>")
            url = (await control.ask("report"))["url"]
            status, headers, text = await console.get(url)
            assert status == 200 and text == "<p>report</p>" and "script" not in headers["content-security-policy"]

    run(body())
    found = replay(folder)
    assert found.equal and found.sealed and found.until_s == 100.0

    async def again() -> None:
        session: Session = replayed(folder)
        session.pause()
        async with served(session) as console, console.seat("joint.cp") as joint, console.seat("control") as control:
            assert joint.texts[0]["mode"] == "replay"
            answer = await joint.ask("order", act="scramble", shooter=0, track=1)
            assert not answer["ok"] and "replay" in answer["reason"]
            assert (await control.ask("step", ticks=600))["tick"] == 100
            note = await joint.event(lambda e: e["type"] == "decision" and "person" in e["reason"])
            assert note["allowed"]
            assert (await control.until(lambda said: said["kind"] == "session" and said["state"] == "ended"))["reason"]

    run(again())


def test_the_people_at_a_seat_speak_for_whom_the_agreement_names_and_a_replay_repeats_it(tmp_path: Path) -> None:
    folder = tmp_path / "exercise"
    agreement = str(SCENARIOS / "ledgers" / "revocable.yaml")

    async def body() -> None:
        async with (
            served(paused(reference(agreement), out=folder)) as console,
            console.seat("west.cp") as west,
            console.seat("joint.cp") as joint,
            console.seat("control") as control,
        ):
            told = [(one["word"], one["name"]) for one in west.texts[0]["sayings"]]
            assert told == [("withdraw", "revocable"), ("restore", "revocable")]
            assert joint.texts[0]["sayings"] == [] and control.texts[0]["sayings"] == []
            await control.ask("step", ticks=5)
            for seat, reason in ((joint, "the agreement names others"), (control, "speaks for nobody")):
                answer = await seat.ask("say", word="withdraw", name="revocable")
                assert not answer["ok"] and reason in answer["reason"]
            assert not (await west.ask("say", word="withdraw", name="S1"))["ok"]
            assert not (await west.ask("say", word="launch", name="S1"))["ok"]
            given = await west.ask("say", word="withdraw", name="revocable")
            assert given["ok"] and given["tick"] == 5
            await control.ask("step", ticks=2)
            assert (await west.event(lambda e: e["type"] == "notice" and "west.president" in e["text"]))["t_s"] == 5.0
            await joint.event(lambda e: e["type"] == "notice" and e["text"] == "consent to revocable was taken back")
            await control.ask("step", ticks=400)
            await control.ask("end")
            assert not (await west.ask("say", word="restore", name="revocable"))["ok"]

    run(body())
    found = replay(folder)
    assert found.equal and found.sealed and found.until_s == 407.0
    events = read_recording(folder).events()
    happened = [(event.what, event.t_s) for event in events if event.name == "revocable"]
    assert happened == [("withdrawn", 5.0), ("consent", 305.0)]


def test_a_report_in_the_making_holds_nobody_up(tmp_path: Path) -> None:
    asked, answered = threading.Event(), threading.Event()

    def slow() -> Path:
        asked.set()
        assert answered.wait(60.0)
        (tmp_path / "page.html").write_text("<p>report</p>")
        return tmp_path / "page.html"

    async def body() -> None:
        async with (
            served(paused(reference(), out=tmp_path / "x"), report=slow) as console,
            console.seat("control") as control,
            console.seat("west.cp") as west,
        ):
            await control.ask("step", ticks=5)
            await control.ask("end")
            making = asyncio.create_task(control.ask("report"))
            await asyncio.to_thread(asked.wait, 60.0)
            assert (await west.ask("coverage", height_m=1_000.0))["ok"] and not making.done()
            answered.set()
            assert (await making)["ok"]

    run(body())


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), LogError("the log is damaged at octet 7")])
def test_a_report_that_fails_is_told_and_can_be_asked_for_again(fault: Exception, tmp_path: Path) -> None:
    faults = [fault]

    def report() -> Path:
        if faults:
            raise faults.pop()
        (tmp_path / "page.html").write_text("<p>report</p>")
        return tmp_path / "page.html"

    async def body() -> None:
        async with (
            served(paused(reference(), out=tmp_path / "x"), report=report) as console,
            console.seat("control") as control,
        ):
            await control.ask("step", ticks=5)
            await control.ask("end")
            failed = await control.ask("report")
            assert not failed["ok"] and str(fault).rpartition("] ")[2] in failed["reason"]
            assert (await console.get((await control.ask("report"))["url"]))[0] == 200

    run(body())


def test_a_whole_exercise_ends_by_itself_and_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "hour"

    async def body() -> None:
        session = paused(reference(), out=folder)
        async with (
            served(session, report=lambda: Path(write_run_page(folder))) as console,
            console.seat("control") as control,
        ):
            for _ in range(6):
                await control.ask("step", ticks=600)
            ended = await control.until(lambda said: said["kind"] == "session" and said["state"] == "ended")
            assert ended["reason"] == "the scenario is over" and session.t_s == session.end_s
            status, _, page = await console.get((await control.ask("report"))["url"])
            assert status == 200 and "SIMULATED" in page.upper() and "refused" in page

    run(body())


def test_a_session_that_never_moved_leaves_no_half_recording(tmp_path: Path) -> None:
    async def body() -> None:
        async with served(paused(reference(), out=tmp_path / "x")):
            pass

    run(body())
    assert list((tmp_path / "x").iterdir()) == []


def test_updates_say_when_they_were_sent() -> None:
    async def body() -> None:
        async with served(paused(reference())) as console, console.seat("control") as control:
            await control.ask("step")
            await control.at(1)
            head, _ = wire.unpack(control.updates[-1])
            assert head.made_ms > 1.7e12 and head.utc_ms == 1_780_286_400_000.0 + 1_000.0

    run(body())
