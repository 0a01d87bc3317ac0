"""A post that watches radar data: a capture at its own pace, and a live sender's datagrams over a real socket."""

from __future__ import annotations

import socket
from pathlib import Path

import numpy as np
import pytest
from asterix_records import shared
from radar_feed import SITE, capture, datagrams

from jointsky.errors import TableError
from jointsky.feeds.sources.datagrams import DatagramSource, Endpoint
from jointsky.live import reception as receiving
from jointsky.live.feed import read_recording
from jointsky.live.reception import Reception, receive
from jointsky.live.seats import Notice
from jointsky.live.showing import Mode, State
from jointsky.live.watch import watch_capture
from jointsky.live.watching import POST, Watching, watching

LOCAL = "127.0.0.1"


def told(shown: Watching) -> list[str]:
    return [event.what.text for event in shown.watches[POST].events if isinstance(event.what, Notice)]


def test_a_capture_is_followed_to_its_end(tmp_path: Path) -> None:
    shown = watching(read_recording(capture(tmp_path / "made.pcap", datagrams(60.0)), None, None), rate=20.0)
    assert shown.mode == Mode.RECORDED and shown.pace.rate == 20.0 and not shown.takes_orders
    while shown.step() is not None:
        pass
    assert (shown.state, shown.reason) == (State.ENDED, "the recording is over")
    assert len(shown.tracks) == 3 and 60.0 <= shown.t_s <= 64.0
    assert told(shown) == [
        "source 25/7 is in no sensor file: placed where its service messages say, with notional accuracy"
    ]
    assert np.isfinite(shown.watches[POST].heard_s).all()


def test_the_console_and_the_tables_show_the_same_tracks(tmp_path: Path) -> None:
    file = capture(tmp_path / "made.pcap", datagrams(60.0))
    shown = watching(read_recording(file, None, None))
    while shown.step() is not None:
        pass
    assert watch_capture(file, None, tmp_path / "out").tracks == len(shown.tracks)


def test_a_capture_without_reports_is_shown_and_told(tmp_path: Path) -> None:
    file = capture(tmp_path / "other.pcap", [(0.0, bytes([62, 0, 3])), (5.0, bytes([65, 0, 3]))])
    shown = watching(read_recording(file, None, None))
    while shown.step() is not None:
        pass
    assert told(shown) == ["no ASTERIX record of a category with a layout here was found"]
    assert len(shown.post.picture(shown.t_s)) == 0


@pytest.mark.parametrize(("name", "plots"), [("cat_034_048.pcap", 126), ("cat_062_065.pcap", 2)])
def test_real_captures_are_watched(name: str, plots: int, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(shared(f"asterix/{name}"))
    recording = read_recording(file, None, None)
    shown = watching(recording)
    while shown.step() is not None:
        pass
    assert len(recording.plots) == plots and shown.reason == "the recording is over" and told(shown)


class Wire:
    """A reception on the loopback, and its sender."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOCAL, 0))
        self.source = DatagramSource(Endpoint(LOCAL, 0), Endpoint(*self.socket.getsockname()))
        self.reception = receive(self.source, None, None)

    def send(self, octets: list[bytes]) -> None:
        """Send, and wait until all of it waits to be taken."""
        for part in octets:
            self.socket.sendto(part, self.source.place)
        while len(self.source._waiting) < len(octets):
            pass

    def close(self) -> None:
        self.source.close()
        self.socket.close()


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.close()


def test_live_data_make_tracks_whatever_clock_the_radar_has(wire: Wire) -> None:
    reception: Reception = wire.reception
    shown = watching(reception)
    assert shown.mode == Mode.LIVE and not np.isfinite(shown.end_s) and shown.step() is not None
    wire.send([octets for _, octets in datagrams(40.0)])
    shown.step()
    assert shown.edition == 1 and shown.watches[POST].known.sensors.tolist() == [0]
    assert reception.plots == 30 and reception.counters.records == {"034": 10, "048": 30}
    assert reception.table.rows["lat_deg"] == pytest.approx([SITE[0]], abs=1e-4)
    assert any("is in no sensor file" in text for text in told(shown))
    assert any("off this machine's" in text for text in told(shown))
    shown.close()
    assert shown.state == State.ENDED


def test_a_source_that_tells_no_site_waits_for_it_and_is_then_placed(wire: Wire) -> None:
    reports = [octets for _, octets in datagrams(8.0) if octets[0] == 48]
    wire.send(reports)
    assert len(wire.reception.until(1.0)) == 0 and wire.reception.dropped == {"unknown source": len(reports)}
    wire.send(reports)
    assert len(wire.reception.until(1.0 + receiving.SETTLE_S)) == len(reports)
    assert wire.reception.edition == 1 and any("at the origin" in text for text in wire.reception.news())


def test_silence_and_its_end_are_told_once(wire: Wire) -> None:
    reception = wire.reception
    reception.until(0.0)
    for t_s in (receiving.SILENCE_S, receiving.SILENCE_S + 1.0, receiving.SILENCE_S + 2.0):
        reception.until(t_s)
    assert len(silence := reception.news()) == 1 and "nothing has come from" in silence[0]
    wire.send([b"\x30\x00\x03"])
    reception.until(20.0)
    assert any("is heard again" in text for text in reception.news())


def test_octets_that_are_no_asterix_are_counted_and_harm_nothing(wire: Wire) -> None:
    shown = watching(wire.reception)
    wire.send([b"", b"\xff" * 40, b"GET / HTTP/1.1"])
    shown.step()
    assert shown.state == State.RUNNING and wire.reception.plots == 0


def test_a_source_that_fails_ends_the_showing_and_says_why(wire: Wire) -> None:
    shown = watching(wire.reception)
    wire.source.failure = "listening failed: the network is down"
    shown.step()
    assert (shown.state, shown.reason) == (State.ENDED, "listening failed: the network is down")


@pytest.mark.parametrize("origin", ["here", "91,0", "1", "1,2,3"])
def test_an_origin_that_is_none_is_refused_before_anything_is_shown(wire: Wire, origin: str) -> None:
    with pytest.raises(TableError, match="--origin"):
        receive(wire.source, None, origin)
