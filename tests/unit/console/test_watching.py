"""Radar data in the console, over real websockets: one seat, its picture, no orders and no truth."""

from __future__ import annotations

from pathlib import Path

from radar_feed import START_S, capture, datagrams
from seats import run, served

from jointsky.console import wire
from jointsky.live.feed import read_recording
from jointsky.live.showing import Mode
from jointsky.live.watching import Watching, watching

POST_TABLES = {"tracks", "units", "engagements", "strobes", "sensors"}


def stood(folder: Path, seconds: float = 60.0) -> Watching:
    """A capture that stands still until it is stepped."""
    shown = watching(read_recording(capture(folder / "made.pcap", datagrams(seconds)), None, None))
    shown.pause()
    return shown


def test_a_recording_has_one_seat_which_moves_its_time(tmp_path: Path) -> None:
    async def body() -> None:
        async with served(stood(tmp_path)) as console, console.seat("watch") as seat:
            assert list(console.keys) == ["watch"]
            static = seat.texts[0]
            assert static["mode"] == "recorded" and static["banner"] == "WEAPONS SIMULATED"
            assert static["seat"]["may"] == ["pause", "rate", "step"] and not static["seat"]["control"]
            assert [sensor["name"] for sensor in static["sensors"]] == ["025/007"]
            assert static["truth"] == [] and static["shooters"] == [] and static["land"]
            assert (await seat.ask("step", ticks=40))["tick"] == 40
            tables = await seat.at(40)
            assert set(tables) == POST_TABLES and len(tables["tracks"]) == 3 and len(tables["sensors"]) == 1
            head, _ = wire.unpack(seat.updates[-1])
            assert head.utc_ms == 1000.0 * (START_S + 40.0) and head.flags == wire.IN_FORCE
            rings = (await seat.ask("coverage", height_m=3_000.0))["rings"]
            assert [ring["sensor"] for ring in rings] == [0]
            assert (await seat.ask("rate", rate=60.0))["ok"] and (await seat.ask("resume"))["ok"]
            ended = await seat.until(lambda said: said["kind"] == "session" and said["state"] == "ended")
            assert ended["reason"] == "the recording is over" and ended["orders"] is False

    run(body())


def test_nobody_orders_looks_or_reports_on_radar_data(tmp_path: Path) -> None:
    async def body() -> None:
        async with served(stood(tmp_path)) as console, console.seat("watch") as seat:
            await seat.ask("step", ticks=40)
            for kind, fields in {
                "order": {"act": "scramble", "shooter": 0, "track": 1},
                "ask": {"act": "engage", "shooter": 0, "track": 1},
                "look": {"post": None},
                "end": {},
                "report": {},
            }.items():
                answer = await seat.ask(kind, **fields)
                assert not answer["ok"] and answer["reason"], kind

    run(body())


def test_live_data_cannot_be_paused(tmp_path: Path) -> None:
    async def body() -> None:
        shown = stood(tmp_path)
        shown.mode, shown.end_s = Mode.LIVE, float("inf")
        async with served(shown) as console, console.seat("watch") as seat:
            assert seat.texts[0]["mode"] == "live" and seat.texts[0]["seat"]["may"] == []
            assert seat.texts[0]["scenario"]["duration_s"] is None
            assert (await seat.kind("session"))["end_s"] is None
            for kind, fields in {"pause": {}, "rate": {"rate": 2.0}, "step": {"ticks": 1}}.items():
                answer = await seat.ask(kind, **fields)
                assert not answer["ok"] and "live data" in answer["reason"]

    run(body())
