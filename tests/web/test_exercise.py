"""The whole of it: an exercise served for real, four seats in a browser, orders given, refused and run again."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"^ +(\S+) +(http://\S+)$", re.MULTILINE)
SEATS = ("control", "east.cp", "joint.cp", "west.cp")
PATIENCE_MS = 60_000


class Exercise:
    """A `jointsky` process that serves seats, and their links."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-c", "from jointsky.cli import main; main()", *words, "--port", "0", "--no-open"]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        while "Ctrl-C" not in self.said:
            line = self.process.stdout.readline() if self.process.stdout is not None else ""
            if line == "":
                raise RuntimeError(f"the exercise did not start: {self.said}")
            self.said += line
        self.links = dict(LINK.findall(self.said))

    def end(self) -> int:
        """Ctrl-C, and wait until the recording is sealed."""
        self.process.send_signal(2)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the exercise is recorded."""
    return tmp_path_factory.mktemp("exercise") / "run"


@pytest.fixture(scope="module")
def exercise(folder: Path, client_address: str) -> Iterator[Exercise]:
    """The reference raid, ten times as fast as life."""
    scenario = str(ROOT / "scenarios" / "union-5-10.yaml")
    running = Exercise("exercise", scenario, "--agreement", "joint-2009", "--rate", "10", "--out", str(folder))
    yield running
    if running.process.poll() is None:
        running.end()


@pytest.fixture(scope="module")
def seats(exercise: Exercise, browser: BrowserContext) -> dict[str, Page]:
    """Four pages, one a seat."""
    pages: dict[str, Page] = {}
    for name in SEATS:
        pages[name] = browser.new_page()
        pages[name].goto(exercise.links[name])
        expect(pages[name].locator("#seat")).not_to_have_text("…", timeout=PATIENCE_MS)
    return pages


def hook_something(page: Page, words: str) -> None:
    """Hook the first track of the table whose row holds some words."""
    page.bring_to_front()
    page.keyboard.press("f")
    page.locator("#track-table tbody tr", has_text=words).first.click(timeout=PATIENCE_MS)
    expect(page.locator("#hooked-title")).to_contain_text(re.compile("Track|Truth"))


def test_four_seats_each_say_whose_they_are(seats: dict[str, Page]) -> None:
    for name, page in seats.items():
        assert page.locator("#mode").inner_text() == "EXERCISE"
        assert page.locator("#simulated").inner_text() == "WEAPONS SIMULATED"
        expect(page.locator("#connection")).to_be_hidden()
        assert name.split(".")[0] in page.locator("#seat").inner_text()
    assert seats["control"].locator("#control").is_visible()
    assert not seats["west.cp"].locator("#control").is_visible()


def test_tracks_come_and_move(seats: dict[str, Page]) -> None:
    page = seats["joint.cp"]
    hook_something(page, "BMR")
    place = page.locator("#hooked-facts dd").nth(4)
    before = place.inner_text()
    expect(place).not_to_have_text(before, timeout=PATIENCE_MS)
    expect(page.locator("#hooked-reason-list li").first).not_to_be_empty()
    lag = page.locator("#lag").inner_text()
    assert re.fullmatch(r"\d+ ms", lag) is not None


def test_a_scramble_is_ordered_and_names_its_clause(seats: dict[str, Page]) -> None:
    page = seats["joint.cp"]
    hook_something(page, "neutral")
    page.keyboard.press("s")
    expect(page.locator("#verdict-scramble")).to_contain_text("allowed by", timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    expect(page.locator("#order-log li").first).to_contain_text("allowed by", timeout=PATIENCE_MS)


def test_an_order_is_refused_and_says_why(seats: dict[str, Page]) -> None:
    page = seats["joint.cp"]
    hook_something(page, "neutral")
    page.keyboard.press("e")
    expect(page.locator("#verdict-engage")).to_contain_text("refused", timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    refused = page.locator("#order-log li").first
    expect(refused).to_contain_text("Engage")
    expect(refused).to_contain_text(re.compile("refused: .{10,}"), timeout=PATIENCE_MS)


def test_control_pauses_for_all_and_steps(seats: dict[str, Page]) -> None:
    control = seats["control"]
    control.bring_to_front()
    control.keyboard.press("p")
    for page in seats.values():
        expect(page.locator("#run-state")).to_have_text("paused")
    before = control.locator("#elapsed").inner_text()
    control.keyboard.press(".")
    expect(control.locator("#elapsed")).not_to_have_text(before)
    control.keyboard.press("p")
    expect(control.locator("#run-state")).to_contain_text("running")


def test_control_sees_truth_and_nobody_else_does(seats: dict[str, Page]) -> None:
    hook_something(seats["control"], "bombers")
    expect(seats["control"].locator("#hooked-title")).to_contain_text("Truth")
    assert "bombers" not in seats["west.cp"].locator("#track-table").inner_text()


def test_a_wrong_key_is_refused_and_said(exercise: Exercise, browser: BrowserContext, seats: dict[str, Page]) -> None:
    page = browser.new_page()
    page.goto(re.sub("key=.*", "key=wrong", exercise.links["west.cp"]))
    expect(page.locator("#connection")).to_contain_text("Refused", timeout=PATIENCE_MS)
    page.close()


def test_the_recording_is_shown_again(
    exercise: Exercise, seats: dict[str, Page], folder: Path, browser: BrowserContext
) -> None:
    assert exercise.end() in (0, 130)
    expect(seats["west.cp"].locator("#connection")).to_contain_text("Connection lost", timeout=PATIENCE_MS)
    for page in seats.values():
        page.close()
    replay = Exercise("replay", str(folder), "--console")
    page = browser.new_page()
    page.goto(replay.links["west.cp"])
    expect(page.locator("#mode")).to_have_text("REPLAY", timeout=PATIENCE_MS)
    page.keyboard.press("3")
    expect(page.locator("#orders-closed")).to_contain_text("replay")
    page.close()
    replay.end()
