"""Radar data in a real browser: a capture by its own clock and live datagrams, unmistakable for an exercise."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from radar_feed import capture, datagrams
from serving import Serving

PATIENCE_MS = 60_000


def picture(page: Page, link: str) -> None:
    """Open the seat and wait until it has tracks."""
    page.goto(link)
    expect(page.locator("#seat")).to_have_text("watching post", timeout=PATIENCE_MS)
    expect(page.locator("#tracks-count")).to_contain_text(re.compile("^3 of 3"), timeout=PATIENCE_MS)
    expect(page.locator("#simulated")).to_have_text("WEAPONS SIMULATED")
    page.keyboard.press("]")
    expect(page.locator("#hooked-title")).to_contain_text("Track")
    page.keyboard.press("3")
    expect(page.locator("#orders-closed")).to_contain_text("gives no orders")


def test_a_capture_is_shown_as_recorded_data(page: Page, client_address: str, tmp_path: Path) -> None:
    file = capture(tmp_path / "made.pcap", datagrams(600.0))
    serving = Serving("watch", str(file), "--rate", "20")
    assert list(serving.links) == ["watch"] and "RECORDED DATA" in serving.said
    picture(page, serving.links["watch"])
    expect(page.locator("#mode")).to_have_text("RECORDED DATA")
    expect(page.locator("#source")).to_have_text("made.pcap")
    expect(page.locator("#agreement")).to_be_hidden()
    expect(page.locator("#control")).to_be_visible()
    expect(page.locator("#end")).to_be_hidden()
    page.keyboard.press("p")
    expect(page.locator("#run-state")).to_have_text("paused")
    page.keyboard.press("2")
    expect(page.locator("#alert-list")).to_contain_text("is in no sensor file")
    page.screenshot(path=tmp_path / "recorded.png")
    assert serving.end() == 0 and "3 tracks" in serving.said and "Traceback" not in serving.said


@pytest.fixture
def radar() -> Iterator[socket.socket]:
    """A sender on the loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        sending.bind(("127.0.0.1", 0))
        yield sending


def test_live_datagrams_are_shown_as_live_data(page: Page, client_address: str, radar: socket.socket) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        place = probe.getsockname()
    serving = Serving("watch", f"udp://127.0.0.1:{place[1]}", "--from", f"127.0.0.1:{radar.getsockname()[1]}")
    assert "LIVE DATA" in serving.said
    stop = threading.Event()

    def send() -> None:
        """The radar, as fast as life."""
        for number, (t_s, octets) in enumerate(made):
            radar.sendto(octets, place)
            if stop.wait((made[number + 1][0] - t_s) if number + 1 < len(made) else 0.0):
                return

    made = datagrams(90.0, period_s=1.0)  # a fast turner, so that the test need not wait
    sender = threading.Thread(target=send)
    sender.start()
    try:
        picture(page, serving.links["watch"])
        expect(page.locator("#mode")).to_have_text("LIVE DATA")
        assert page.locator("#control").is_hidden()
        page.keyboard.press("p")
        expect(page.locator("#run-state")).to_contain_text("running")
    finally:
        stop.set()
        sender.join()
        code = serving.end()
    assert code == 0 and "CAT048" in serving.said and "dropped 0 datagrams" in serving.said, serving.said
