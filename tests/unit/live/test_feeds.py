"""Many feeds into one post: a sources file and its faults, feeds apart from each other, and Mode S that is judged."""

from __future__ import annotations

import math
import socket
import time
from pathlib import Path

import numpy as np
import pytest
from radar_feed import capture, datagrams

from jointsky.errors import ScenarioErrors
from jointsky.feeds.modes.cpr import steps_of
from jointsky.feeds.modes.messages import remainder
from jointsky.live.feeds import Feeds, open_feeds
from jointsky.live.watch_feeds import follow
from jointsky.live.watching import watching

LOCAL = "127.0.0.1"
PLACE = (54.0, 27.0)


def sources(folder: Path, text: str) -> Path:
    file = folder / "sources.yaml"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("feeds: {}", "feeds: "),
        ("feeds:\n  a:\n    from: udp://127.0.0.1:8600\n", "2:3: feeds.a: a feed over UDP needs the one sender"),
        ("feeds:\n  a:\n    from: tcp://127.0.0.1:30005\n", "2:3: feeds.a: a Mode S receiver needs its place"),
        (
            "feeds:\n  a:\n    from: ftp://127.0.0.1:1\n",
            "3:11: feeds.a.from: found 'ftp://127.0.0.1:1', expected udp://",
        ),
        ("feeds:\n  a:\n    from: none.pcap\n", "2:3: feeds.a: there is no file none.pcap"),
        ("feeds:\n  a:\n    from: x\n    formt: beast\n", "4:5: feeds.a.formt"),
        ("feeds:\n  a:\n    from: x\n    editions: {'48': '9.9'}\n", "category 048 has no edition 9.9"),
        ("feeds:\n  a:\n    from: x\n    sites: {'1/300': {at: [1, 2]}}\n", "expected SAC/SIC such as '25/7'"),
        (
            "feeds:\n  a:\n    from: x\n    sites: {'1/3': {at: [91, 2]}}\n",
            "4:25: feeds.a.sites.1/3.at: the latitude 91",
        ),
        ("feeds:\n  a:\n    from: x\n    categories: [48, 49]\n", "found category 49"),
        ("feeds:\n  a:\n   from: x\n  b: [", "not YAML"),
    ],
)
def test_a_faulty_sources_file_is_refused_at_its_place(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioErrors) as refused:
        open_feeds(sources(tmp_path, text))
    assert told in str(refused.value) and "sources.yaml" in str(refused.value)


TWO = """
feeds:
  one: {from: one.pcap, sites: {25/7: {at: [54.0, 27.0], height: 200 m, name: north}}}
  other: {from: two.pcap, sites: {25/7: {at: [54.0, 27.0], height: 200 m, name: north}}}
"""


def test_feeds_with_the_same_source_are_sensors_of_their_own(tmp_path: Path) -> None:
    for name in ("one", "two"):
        capture(tmp_path / f"{name}.pcap", datagrams(60.0))
    feeds = open_feeds(sources(tmp_path, TWO))
    assert feeds.table.names == ["one north", "other north"] and 56.0 < feeds.end_s < 61.0
    rows = feeds.until(math.inf)
    assert np.bincount(rows["sensor"]).tolist() == [len(rows) // 2] * 2
    assert (np.diff(rows["t_seen_s"]) >= 0.0).all()


def test_recorded_feeds_are_followed_to_their_end_and_written(tmp_path: Path) -> None:
    for name in ("one", "two"):
        capture(tmp_path / f"{name}.pcap", datagrams(60.0))
    found = follow(open_feeds(sources(tmp_path, TWO)), tmp_path / "out", None)
    assert found.tracks == 3 and set(found.feeds) == {"one", "other"}
    assert {entry.name for entry in (tmp_path / "out").iterdir()} == {"notices.log", "summary.json", "tracks.csv"}


def squitter(address: int, message: int) -> bytes:
    octets = (17 << 3 | 5).to_bytes(1) + address.to_bytes(3) + message.to_bytes(7) + bytes(3)
    return octets[:-3] + remainder(octets).to_bytes(3)


def position(address: int, place: tuple[float, float], is_odd: bool) -> bytes:
    """An airborne position of type code 11 at 30,000 feet."""
    steps = (30_000 + 1000) // 25
    height = (steps & 0x7F0) << 1 | 0x10 | steps & 0xF
    lat, lon = steps_of(place, is_odd)
    return squitter(address, 11 << 51 | height << 36 | is_odd << 34 | lat << 17 | lon)


def velocity(address: int, east_kt: int, north_kt: int) -> bytes:
    return squitter(address, 19 << 51 | 1 << 48 | (east_kt + 1) << 32 | (north_kt + 1) << 21)


def recording(folder: Path, seconds: int = 60) -> Path:
    """Three aircraft: one flies as it says, one stands still and says that it flies, one is two."""
    lines: list[str] = []
    for tick in range(2 * seconds):
        t_s = 1_780_000_000.0 + tick / 2
        north = PLACE[0] + 0.3 + tick / 2 * 0.1 / 60
        far = (PLACE[0] + 0.8, PLACE[1]) if tick % 6 > 2 else (PLACE[0] - 0.8, PLACE[1])
        frames = [position(0xA, (north, PLACE[1] + 0.2), tick % 2 == 1), velocity(0xA, 0, 360)]
        frames += [position(0xB, (PLACE[0] - 0.4, PLACE[1]), tick % 2 == 1), velocity(0xB, 0, 480)]
        frames += [position(0xC, far, tick % 2 == 1)]
        lines += [f"{t_s:.3f} {frame.hex()}" for frame in frames]
    (folder / "modes.txt").write_text("\n".join(lines))
    return sources(folder, "feeds:\n  receiver: {from: modes.txt, at: [54.0, 27.0], height: 100 m}\n")


def test_places_of_aircraft_become_plots_and_those_that_cannot_be_true_do_not(tmp_path: Path) -> None:
    feeds = open_feeds(recording(tmp_path))
    shown = watching(feeds)
    while shown.step() is not None:
        pass
    member = feeds.members["receiver"]
    assert set(member.squitters.doubted) == {"00000b", "00000c"}
    assert member.left_out["ghost"] > 50 and len(shown.tracks) >= 1
    told = [event.what.text for event in shown.watches["watch"].events]
    assert any(text.startswith("receiver: 00000b: ghost: moves at 0 m/s and tells 247 m/s") for text in told)


def test_a_receiver_over_tcp_is_heard_in_whatever_pieces_it_sends(tmp_path: Path) -> None:
    frames = [position(0xA, (54.3, 27.2), odd) for odd in (False, True)] * 20
    octets = b"".join(
        b"\x1a3" + (bytes(6) + b"\x20" + frame).replace(b"\x1a", b"\x1a\x1a") for frame in [*frames, frames[0]]
    )
    with socket.create_server((LOCAL, 0)) as server:
        text = f"feeds:\n  r: {{from: 'tcp://127.0.0.1:{server.getsockname()[1]}', at: [54.0, 27.0]}}\n"
        feeds: Feeds = open_feeds(sources(tmp_path, text))
        there, _ = server.accept()
        with there:
            for start in range(0, len(octets), 7):
                there.sendall(octets[start : start + 7])
            rows, end_s = feeds.until(1.0), time.monotonic() + 20.0
            while not len(rows):
                assert time.monotonic() < end_s
                rows = feeds.until(1.0)
        feeds.close()
    assert abs(rows["range_m"][0] - 37_200.0) < 2000.0 and feeds.table.names == ["r"]
    assert feeds.members["r"].squitters.broken == 0
