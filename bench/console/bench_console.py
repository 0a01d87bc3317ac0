"""Frames a second of the console's map in a headless Chromium without a graphics card, beside a bare canvas; JSON.

    python bench/console/bench_console.py [--seconds 3] [--screenshot FILE]

Needs a Chromium; the measuring page is built where it is missing. Tracks move at 10 Hz, their places are carried on
every frame, and the view pans all the time. "bare" draws the same with the canvas's own calls and no map library.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from jointsky.atlas import borders

WEB = Path(__file__).resolve().parents[2] / "web"
PAGES = WEB / "dist-bench"
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
SWITCHES += ("--disable-component-update", "--disable-sync")
NEIGHBOURS = ("Belarus", "Russia", "Lithuania", "Latvia", "Poland", "Ukraine", "Estonia")
CASES = (
    {"tracks": 300, "symbols": 300, "labels": 300, "wanted": 50.0},
    {"tracks": 2000, "symbols": 500, "labels": 200, "wanted": 30.0},
    {"tracks": 20000, "symbols": 500, "labels": 200, "wanted": 20.0},
)


class Quiet(SimpleHTTPRequestHandler):
    """Serves the measuring page without writing a line for each request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is the base class's)
        """Say nothing."""


def land() -> list[dict[str, Any]]:
    """Outlines of a few countries as the server would send them."""
    box = (10.0, 45.0, 46.0, 64.0)
    return [
        {"nation": -1, "rings": [ring.tolist() for ring in borders.territory([name], box).rings]} for name in NEIGHBOURS
    ]


def measure(page: Page, seconds: float) -> list[dict[str, Any]]:
    """All cases, the map and the bare canvas in turn."""
    page.evaluate("land => window.view.setLand(land, [])", land())
    rows: list[dict[str, Any]] = []
    for case in CASES:
        asked = {key: case[key] for key in ("tracks", "symbols", "labels")}
        for draw in ("map", "bare"):
            row = page.evaluate("asked => window.measure(asked)", {**asked, "seconds": seconds, "draw": draw})
            rows.append({**row, "wanted": case["wanted"] if draw == "map" else None})
    return rows


def main() -> int:
    """Measure and print; 1 when a number is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--screenshot")
    asked = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        print(json.dumps({"bench": "console", "skipped": "chromium is not installed"}))
        return 0
    if not (PAGES / "bench.html").exists():
        subprocess.run([sys.executable, str(WEB.parent / "tools" / "build_client.py"), "--bench"], check=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(PAGES)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as play, tempfile.TemporaryDirectory() as profile:
        browser = play.chromium.launch_persistent_context(
            profile,
            executable_path=chromium,
            headless=True,
            args=list(SWITCHES),
            viewport={"width": 1280, "height": 800},
        )
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/bench.html")
        page.wait_for_selector("body[data-ready=yes]", state="attached")
        rows = measure(page, asked.seconds)
        if asked.screenshot:
            page.evaluate("asked => window.measure(asked)", {**CASES[0], "seconds": 0.3, "draw": "map"})
            page.screenshot(path=asked.screenshot)
        browser.close()
    server.shutdown()
    print(json.dumps({"bench": "console", "viewport": [1280, 800], "cases": rows}, indent=1))
    return int(any(row["wanted"] is not None and row["fps"] < row["wanted"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
