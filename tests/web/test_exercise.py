"""The whole of it: an exercise served for real, four seats in a browser, orders given, refused and run again."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect
from serving import ROOT, Serving

SEATS = ("control", "east.cp", "joint.cp", "west.cp")
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the exercise is recorded."""
    return tmp_path_factory.mktemp("exercise") / "run"


@pytest.fixture(scope="module")
def exercise(folder: Path, client_address: str) -> Iterator[Serving]:
    """The reference raid, ten times as fast as life."""
    scenario = str(ROOT / "scenarios" / "union-5-10.yaml")
    running = Serving("exercise", scenario, "--agreement", "joint-2009", "--rate", "10", "--out", str(folder))
    yield running
    if running.process.poll() is None:
        running.end()


@pytest.fixture(scope="module")
def seats(exercise: Serving, browser: BrowserContext) -> dict[str, Page]:
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


def test_a_dropped_seat_comes_back_to_the_running_exercise(exercise: Serving, browser: BrowserContext) -> None:
    page, lines = browser.new_page(), list[WebSocketRoute]()

    def through(route: WebSocketRoute) -> None:
        lines.append(route)
        route.connect_to_server()

    page.route_web_socket(re.compile("/ws$"), through)
    page.goto(exercise.links["east.cp"])
    hook_something(page, "BMR")
    hooked, elapsed = page.locator("#hooked-title").inner_text(), page.locator("#elapsed").inner_text()
    lines[0].close(code=1012, reason="dropped")
    expect(page.locator("#connection")).to_contain_text("Connection lost", timeout=PATIENCE_MS)
    expect(page.locator("#connection")).to_be_hidden(timeout=PATIENCE_MS)
    expect(page.locator("#elapsed")).not_to_have_text(elapsed, timeout=PATIENCE_MS)
    assert len(lines) == 2 and page.locator("#hooked-title").inner_text() == hooked
    page.close()


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


def test_a_wrong_key_is_refused_and_said(exercise: Serving, browser: BrowserContext, seats: dict[str, Page]) -> None:
    page = browser.new_page()
    page.goto(re.sub("key=.*", "key=wrong", exercise.links["west.cp"]))
    expect(page.locator("#connection")).to_contain_text("Refused", timeout=PATIENCE_MS)
    page.close()


def test_a_seat_says_what_its_agreement_lets_it_say(seats: dict[str, Page]) -> None:
    page = seats["west.cp"]
    page.bring_to_front()
    page.keyboard.press("3")
    words = page.locator("#saying option").all_inner_texts()
    assert [text.rpartition(" ")[2] for text in words] == ["C1", "C2"]
    page.locator("#saying").select_option(label=words[0])
    page.locator("#say").click()
    expect(page.locator("#say-outcome")).to_have_text(f"Said: {words[0]}", timeout=PATIENCE_MS)
    assert not seats["joint.cp"].locator("#sayings").is_visible()


def test_control_ends_the_exercise_and_opens_its_report(seats: dict[str, Page], browser: BrowserContext) -> None:
    control = seats["control"]
    control.bring_to_front()
    control.locator("#report").click()
    expect(control.locator("#notice")).to_contain_text("end the session first", timeout=PATIENCE_MS)
    control.locator("#end").click()
    expect(control.locator("#run-state")).to_contain_text("running")
    control.locator("#end").click()
    for page in seats.values():
        expect(page.locator("#run-state")).to_contain_text("ended: exercise control ended it", timeout=PATIENCE_MS)
    control.locator("#report").click()
    link = control.locator("#notice a")
    expect(link).to_have_text("Open the report", timeout=PATIENCE_MS)
    with browser.expect_page() as opening:
        link.click()
    expect(opening.value.locator("h1").first).to_be_visible(timeout=PATIENCE_MS)
    # A page the client opened may complain before anyone listens, and cannot be reloaded while it is still
    # moving to its own process: what it says is heard in a page of our own.
    report, complaints = browser.new_page(), list[str]()
    report.on("console", lambda said: complaints.append(said.text))
    report.goto(opening.value.url)
    opening.value.close()
    expect(report.locator("h1").first).to_be_visible()
    expect(report.locator("figure svg").first).to_be_visible()
    assert "SIMULATED" in report.locator("body").inner_text().upper() and complaints == []
    report.close()


def test_the_recording_is_shown_again(
    exercise: Serving, seats: dict[str, Page], folder: Path, browser: BrowserContext
) -> None:
    assert exercise.end() in (0, 130)
    expect(seats["west.cp"].locator("#connection")).to_contain_text("Connection lost", timeout=PATIENCE_MS)
    for page in seats.values():
        page.close()
    replay = Serving("replay", str(folder), "--console")
    page = browser.new_page()
    page.goto(replay.links["west.cp"])
    expect(page.locator("#mode")).to_have_text("REPLAY", timeout=PATIENCE_MS)
    page.keyboard.press("3")
    expect(page.locator("#orders-closed")).to_contain_text("replay")
    page.close()
    assert replay.end() in (0, 130)
