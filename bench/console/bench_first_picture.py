"""How long from `make exercise` to tracks on the screen, the first time and the second; JSON.

    python bench/console/bench_first_picture.py [--command "make exercise PORT=0"] [--runs 2]

Runs the command in the root of the repository with Chromium open beside it, as a user has it, opens control's link as
soon as it is printed, and waits until the map has drawn tracks. `links_s` is when the links came, `page_s` when the
page stood, `picture_s` when tracks were drawn, all from the start of the command. The first run counts as the first
time where nothing was run before since `make setup`; pass marks are 20 s and 8 s.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
LINK = re.compile(r"^ +control +(http://\S+)$")
DRAWN = "() => Number.parseInt(document.getElementById('detail').textContent) > 0"
WANTED_S = (20.0, 8.0)
PATIENCE_MS = 300_000


def link_of(process: subprocess.Popen[str]) -> str:
    """Control's link, as soon as it is printed."""
    for line in process.stdout or ():
        found = LINK.match(line.rstrip())
        if found:
            return found[1]
    raise SystemExit("no link was printed")


def measured(browser: BrowserContext, command: str) -> dict[str, Any]:
    """One run of the command, from its start to its first picture."""
    page = browser.new_page()
    begin_s = time.perf_counter()
    process = subprocess.Popen(
        shlex.split(command), cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True, env=os.environ
    )
    try:
        found: dict[str, Any] = {}
        link = link_of(process)
        found["links_s"] = round(time.perf_counter() - begin_s, 2)
        page.goto(link)
        found["page_s"] = round(time.perf_counter() - begin_s, 2)
        page.wait_for_function(DRAWN, timeout=PATIENCE_MS, polling=50)
        found["picture_s"] = round(time.perf_counter() - begin_s, 2)
        found["in_view"] = page.locator("#detail").inner_text()
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
        page.close()
    return found


def main() -> int:
    """Measure and print; 1 when a number is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", default="make --no-print-directory exercise PORT=0")
    parser.add_argument("--runs", type=int, default=2)
    asked = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        print(json.dumps({"bench": "first picture", "skipped": "chromium is not installed"}))
        return 0
    with sync_playwright() as play, tempfile.TemporaryDirectory() as profile:
        browser = play.chromium.launch_persistent_context(
            profile, executable_path=chromium, headless=True, args=list(SWITCHES)
        )
        runs = [measured(browser, asked.command) for _ in range(asked.runs)]
        browser.close()
    for number, run in enumerate(runs):
        run["wanted_s"] = WANTED_S[min(number, 1)]
    print(json.dumps({"bench": "first picture", "command": asked.command, "runs": runs}, indent=2))
    return int(any(run["picture_s"] > run["wanted_s"] for run in runs))


if __name__ == "__main__":
    sys.exit(main())
