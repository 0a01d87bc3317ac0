"""A real browser for the tests of the console.

Where Chromium or the built client is absent, each test says so and is left out.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

BUILT = Path(__file__).resolve().parents[2] / "src" / "jointsky" / "console" / "static"
CHROMIUM = shutil.which("chromium")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SWITCHES += ["--disable-component-update", "--disable-sync"]


class Quiet(SimpleHTTPRequestHandler):
    """Serves the built client without writing a line for each request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is the base class's)
        """Say nothing."""


@pytest.fixture(scope="session")
def browser() -> Iterator[BrowserContext]:
    """One browser for all tests, with a profile of its own."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as play, tempfile.TemporaryDirectory() as profile:
        context = play.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, headless=True, args=SWITCHES, viewport={"width": 1280, "height": 800}
        )
        yield context
        context.close()


@pytest.fixture(scope="session")
def client_address() -> Iterator[str]:
    """Where the built client is served from, on loopback."""
    if not (BUILT / "index.html").exists():
        pytest.skip("the client is not built (python3 tools/build_client.py)")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(BUILT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """A fresh page; an error on it fails the test."""
    opened = browser.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    opened.close()
    assert errors == []
