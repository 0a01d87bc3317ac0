"""The client alone, in a real browser, against a stand-in for the server."""

from typing import Any

import pytest
from console_stand_in import StandIn, tracks_at
from playwright.sync_api import Page, expect

CONTRAST = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const linear = (x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const back = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0.99) return color;
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || e.getClientRects().length === 0) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(back(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) bad.push(`${e.tagName}#${e.id} ${e.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return bad;
}"""
"""Texts on the page whose contrast is below 4.5 to 1 (WCAG 2.2, 1.4.3)."""

PIXELS = """() => {
  const canvas = document.querySelector(".track-canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return [...new Uint32Array(data.buffer)];
}"""
"""The track canvas, a word a pixel."""


def opened(page: Page, address: str, **how: Any) -> StandIn:
    """The console open in a seat, with a picture."""
    server = StandIn(page, **how)
    page.goto(f"{address}#seat=west.cp&key=secret")
    expect(page.locator("#seat")).not_to_have_text("…")
    return server


def pixels_that_differ(page: Page, server: StandIn, before: float, after: float) -> int:
    """How many pixels of the track canvas change between two moments."""
    frames = []
    for t_s in (before, after):
        server.tick(t_s)
        page.wait_for_timeout(250)
        frames.append(page.evaluate(PIXELS))
    return sum(a != b for a, b in zip(*frames, strict=True))


def test_says_whose_seat_it_is_and_that_weapons_are_simulated(page: Page, client_address: str) -> None:
    opened(page, client_address)
    assert page.locator("#mode").inner_text() == "EXERCISE"
    assert page.locator("#seat").inner_text() == "west.cp"
    assert page.locator("#nation").inner_text() == "west"
    assert page.locator("#agreement").inner_text() == "joint-2009"
    assert page.locator("#phase").inner_text() == "war"
    expect(page.locator("#clock")).to_contain_text("04:0")
    expect(page.locator("#simulated")).to_have_text("WEAPONS SIMULATED")


@pytest.mark.parametrize("harm", ["e.remove()", "e.hidden = true", "e.style.display = 'none'", "e.textContent = ''"])
def test_the_safety_words_come_back(page: Page, client_address: str, harm: str) -> None:
    opened(page, client_address)
    page.evaluate(f"() => {{ const e = document.getElementById('simulated'); {harm}; }}")
    expect(page.locator("#simulated")).to_be_visible(timeout=3000)
    expect(page.locator("#simulated")).to_have_text("WEAPONS SIMULATED", timeout=3000)


def test_tracks_move_on_the_map_and_stand_in_the_table(page: Page, client_address: str) -> None:
    server = opened(page, client_address)
    assert pixels_that_differ(page, server, 10.0, 130.0) > 2000
    expect(page.locator("#track-table tbody tr")).to_have_count(40, timeout=3000)
    expect(page.locator("#tracks-count")).to_contain_text("40 of 40")


def test_a_click_hooks_a_track_and_shows_why(page: Page, client_address: str) -> None:
    server = opened(page, client_address)
    server.tick(10.0)
    row = tracks_at(10.0, 40)[3]
    page.keyboard.press("f")
    page.locator("#track-table tbody tr[data-track='4']").click()
    expect(page.locator("#hooked-title")).to_have_text("Track 4")
    facts = page.locator("#hooked-facts")
    expect(facts).to_contain_text("hostile")
    expect(facts).to_contain_text(f"{round(row['speed_mps'] * 3600 / 1852)} kt")
    expect(page.locator("#hooked-reason-list")).to_contain_text("came across the border from outside")
    page.keyboard.press("c")
    page.keyboard.press("Escape")
    expect(page.locator("#hooked-title")).to_have_text("No track hooked")
    box = page.locator("#map").bounding_box()
    assert box is not None
    server.tick(10.0)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#hooked-title")).to_contain_text("Track ")


def test_a_released_track_names_its_clause(page: Page, client_address: str) -> None:
    opened(page, client_address)
    page.get_by_label("only by release").check()
    expect(page.locator("#tracks-count")).to_contain_text("8 of 40", timeout=3000)
    page.locator("#track-table tbody tr").first.click()
    expect(page.locator("#hooked-facts")).to_contain_text("S1 (share plots) · held only by release")


def test_the_table_goes_by_keyboard(page: Page, client_address: str) -> None:
    opened(page, client_address)
    page.keyboard.press("f")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    third = page.locator("#track-table tbody tr").nth(2)
    expect(third).to_be_focused()
    page.keyboard.press("Enter")
    expect(third).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="FL", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("FL")


def test_an_alert_is_told_and_acknowledged_and_not_told_again(page: Page, client_address: str) -> None:
    server = opened(page, client_address)
    alert = {
        "type": "alert",
        "alert": 0,
        "track": 1,
        "nation": 1,
        "probability": 0.93,
        "distance_m": -1200,
        "lon_deg": 25,
        "lat_deg": 54,
        "severity": "danger",
        "text": "track 1 has crossed the border of west",
    }
    server.tell(alert)
    expect(page.locator("#alerts-open")).to_have_text("1")
    expect(page.locator("#announce")).to_contain_text("crossed the border")
    page.keyboard.press("n")
    expect(page.locator("#hooked-title")).to_have_text("Track 1")
    page.keyboard.press("2")
    expect(page.locator("#alert-list")).to_contain_text("probability inside 93 %, 1 km inside")
    page.keyboard.press("a")
    expect(page.locator("#alerts-open")).to_have_text("")
    server.tell(alert)
    expect(page.locator("#alert-list")).to_contain_text("(2 times)")
    expect(page.locator("#alerts-open")).to_have_text("")


def test_an_order_is_allowed_by_a_clause_or_refused_with_a_reason(page: Page, client_address: str) -> None:
    server = opened(page, client_address)
    reason = "the target is over the partner's land and no consent is given"
    server.verdict = lambda order: (False, ["C2"], reason) if order["act"] == "engage" else (True, ["C3"], "")
    page.keyboard.press("]")
    page.keyboard.press("s")
    expect(page.locator("#verdict-scramble")).to_have_text("allowed by C3")
    expect(page.locator("#verdict-engage")).to_contain_text(reason)
    page.keyboard.press("Enter")
    expect(page.locator("#order-log li").first).to_contain_text("allowed by C3")
    sent = [command for command in server.commands if command["kind"] == "order"]
    assert [(order["act"], order["track"]) for order in sent] == [
        ("scramble", int(page.locator("#order-target").inner_text().split()[1]))
    ]
    assert server.static()["shooters"][sent[0]["shooter"]]["kind"] == 1
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.locator("#order-log li").first).to_contain_text(f"refused: {reason} (C2)")
    expect(page.locator("#order-outcome")).to_be_in_viewport()
    expect(page.locator("#order-outcome")).to_contain_text(f"refused: {reason} (C2)")


def test_the_clause_that_stands_against_an_order_is_named_and_own_forces_need_none(
    page: Page, client_address: str
) -> None:
    server = opened(page, client_address)
    server.against = ["R7"]
    server.verdict = lambda order: (order["act"] == "weapons", ["national"], "no consent")
    page.keyboard.press("]")
    page.keyboard.press("w")
    expect(page.locator("#verdict-weapons-hold")).to_have_text("allowed: own forces")
    expect(page.locator("#verdict-engage")).to_have_text("refused: no consent (R7)")
    page.keyboard.press("Enter")
    sent = [command for command in server.commands if command["kind"] == "order"]
    assert [(order["act"], order["weapons"]) for order in sent] == [("weapons", "hold")]
    expect(page.locator("#order-outcome")).to_contain_text("allowed: own forces")


def test_a_track_says_when_it_was_first_seen(page: Page, client_address: str) -> None:
    server = opened(page, client_address)
    server.tick(600.0)
    page.keyboard.press("f")
    page.locator("#track-table tbody tr[data-track='4']").click()
    first = page.locator("#hooked-facts div", has_text="First seen").locator("dd")
    expect(first).to_have_text("T+0:09:30")


def test_control_pauses_and_steps_and_others_cannot(page: Page, client_address: str) -> None:
    server = opened(page, client_address, control=True)
    expect(page.locator("#hooked-title")).to_have_text("No track hooked")
    page.keyboard.press("p")
    expect(page.locator("#run-state")).to_have_text("paused")
    page.keyboard.press(".")
    page.keyboard.press("p")
    expect(page.locator("#run-state")).to_contain_text("running")
    assert [command["kind"] for command in server.commands] == ["pause", "step", "resume"]
    other = opened(page.context.new_page(), client_address)
    assert other.socket is not None
    seat = page.context.pages[-1]
    expect(seat.locator("#control")).to_be_hidden()
    seat.keyboard.press("p")
    seat.keyboard.press(".")
    seat.wait_for_timeout(200)
    assert {command["kind"] for command in other.commands} <= {"ask"}  # a post's seat asks what it may order
    seat.close()


def test_a_lost_connection_is_said_and_comes_back(page: Page, client_address: str) -> None:
    server = opened(page, client_address)
    server.tell({"type": "link", "link": "joint", "up": False})
    expect(page.locator("#alerts-open")).to_have_text("1")
    server.drop()
    expect(page.locator("#connection")).to_contain_text("Connection lost")
    expect(page.locator("#connection")).to_contain_text("frozen at")
    expect(page.locator("#connection")).to_be_hidden(timeout=5000)
    assert [hello["since"] for hello in server.hellos] == [0, 1]
    expect(page.locator("#alerts-open")).to_have_text("1")


def test_bytes_that_are_no_update_end_the_connection_and_not_the_page(page: Page, client_address: str) -> None:
    server = opened(page, client_address)
    assert server.socket is not None
    server.socket.send(b"JSK1 and then nonsense that is long enough to be a head, but not a table")
    expect(page.locator("#connection")).to_contain_text("update refused at byte")
    expect(page.locator("#connection")).to_be_hidden(timeout=5000)


def test_an_address_without_a_seat_is_told(page: Page, client_address: str) -> None:
    page.goto(client_address)
    expect(page.locator("#connection")).to_contain_text("names no seat")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_text_can_be_read(page: Page, client_address: str, theme: str) -> None:
    server = opened(page, client_address)
    page.keyboard.press("]")
    if page.locator("body").get_attribute("data-theme") != theme:
        page.keyboard.press("t")
    assert page.locator("body").get_attribute("data-theme") == theme
    server.tell({"type": "link", "link": "joint", "up": False})
    for tab in "12345":
        page.keyboard.press(tab)
        page.wait_for_timeout(100)
        assert page.evaluate(CONTRAST) == []
    server.drop()
    expect(page.locator("#connection")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
    if theme == "light":
        page.keyboard.press("t")


def test_coverage_is_asked_for_at_a_height(page: Page, client_address: str) -> None:
    server = opened(page, client_address)
    page.keyboard.press("4")
    page.get_by_label("Radar coverage at").select_option("300")
    expect(page.locator("#coverage-note")).to_contain_text("at 300 m")
    assert [command["height_m"] for command in server.commands if command["kind"] == "coverage"] == [300]
