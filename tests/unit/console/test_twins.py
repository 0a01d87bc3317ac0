"""Two worlds that differ only in what a nation may not see send its seat the same bytes."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from seats import SCENARIOS, Seat, paused, run, served

from jointsky.console import wire
from jointsky.live import seats
from jointsky.scenario.load import load

STEPS, TICKS = 12, 25

Changes = dict[str, list[tuple[str, str]]]
Sent = dict[str, list[list[Any]]]
FORCES, GEOGRAPHY = "pieces/forces.yaml", "pieces/geography.yaml"
BATTERY = ("at: [57.70, 28.55], shots: 24, reloads: 24", "at: [57.10, 28.95], shots: 8, reloads: 2")
RADAR = ("surveillance_long_range_lband_3d, at: [57.55, 28.70]", "surveillance_long_range_vhf_2d, at: [57.75, 29.90]")
LAST = "{id: d, type: gap_filler_uhf_2d, at: [55.65, 31.20]}"
NEW_RADAR = (LAST, f"{LAST}\n      - {{id: e, type: gap_filler_uhf_2d, at: [54.2, 32.5]}}")
ASSET = ("at: [54.78, 32.05], radius: 6 km, value: 6", "at: [54.88, 32.55], radius: 9 km, value: 2")
UNRELEASED: Changes = {FORCES: [BATTERY]}
"""A battery moves, with its search radar, whose plots no clause releases."""
EAST_ONLY: Changes = {FORCES: [RADAR, NEW_RADAR, BATTERY], GEOGRAPHY: [ASSET]}


def copy(folder: Path, changes: Changes) -> Path:
    """The shipped scenarios in a folder, with a few words changed."""
    shutil.copytree(SCENARIOS, folder)
    for name, pairs in changes.items():
        text = (folder / name).read_text()
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        (folder / name).write_text(text)
    return folder / "union-5-10.yaml"


def sent(file: Path, agreement: str, seats: tuple[str, ...]) -> Sent:
    """Everything each seat was sent, one list a step: texts in order, and the last update."""
    found: Sent = {name: [] for name in seats}

    async def gather(seat: Seat, tick: int) -> None:
        await seat.at(tick)
        found[seat.name].append([*seat.texts, wire.without_wall_time(seat.updates[-1])])
        seat.texts.clear()

    async def body() -> None:
        scenario = load(file, agreement=agreement)
        async with served(paused(scenario)) as console, console.seat("control") as control:
            for name in seats:
                async with console.seat(name) as seat:
                    await gather(seat, console.session.next_tick)
            lines = [console.seat(name) for name in seats]
            sitting = [await one.__aenter__() for one in lines]
            for step in range(1, STEPS + 1):
                await control.ask("step", ticks=TICKS)
                for seat in sitting:
                    await gather(seat, step * TICKS)
            for one in lines:
                await one.__aexit__(None, None, None)
            found["control"] = [[wire.without_wall_time(control.updates[-1])]]

    run(body())
    return found


QUIET = ("cycle: 10 s, decision: 20 s", "cycle: 10 s, decision: 50 min")
"""The neighbour gives no orders, so that what it knows cannot show in who flies where: that a seat may see."""


def twins(folder: Path, agreement: str, changes: Changes, seat: str) -> tuple[Sent, Sent]:
    """What a seat and its neighbour were sent in both worlds."""
    quiet = changes | {FORCES: [QUIET, *changes[FORCES]]}
    pair = [copy(folder / "one", {FORCES: [QUIET]}), copy(folder / "other", quiet)]
    one, other = (sent(file, agreement, (seat, "east.cp")) for file in pair)
    assert one["east.cp"] != other["east.cp"], "the twins must differ, or the test shows nothing"
    return one, other


@pytest.mark.parametrize(
    ("agreement", "changes"), [("none", EAST_ONLY), ("tracks-1995", UNRELEASED), ("joint-2009", UNRELEASED)]
)
def test_a_seat_is_sent_the_same_in_twin_worlds(agreement: str, changes: Changes, tmp_path: Path) -> None:
    one, other = twins(tmp_path, agreement, changes, "west.cp")
    for step, (first, second) in enumerate(zip(one["west.cp"], other["west.cp"], strict=True)):
        assert first == second, f"step {step}"


def every_sensor(world: Any, arrangement: Any, post: Any) -> seats.Known:
    known = KNOWN_TO(world, arrangement, post)
    return replace(known, sensors=np.arange(len(world.state.radars)))


def every_shooter(world: Any, arrangement: Any, post: Any) -> seats.Known:
    known = KNOWN_TO(world, arrangement, post)
    return replace(known, shooters=np.arange(len(post.planner.config.capability)))


def every_asset(world: Any, arrangement: Any, post: Any) -> seats.Known:
    known = KNOWN_TO(world, arrangement, post)
    return replace(known, assets=np.arange(len(world.state.assets)))


KNOWN_TO = seats.known_to


@pytest.mark.parametrize("leak", [every_sensor, every_shooter, every_asset])
def test_a_planted_leak_is_found(leak: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "known_to", leak)
    monkeypatch.setattr(sys.modules[__name__], "STEPS", 1)
    one, other = twins(tmp_path, "none", EAST_ONLY, "west.cp")
    assert one["west.cp"] != other["west.cp"]


def test_a_machines_own_row_number_is_a_leak_that_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The neighbour's new radar moves the rows of all later ones, so a strobe must name its sensor by the seat's own
    number.
    """
    monkeypatch.setattr(seats.SeatWatch, "sensor", lambda self, row: row)
    monkeypatch.setattr(sys.modules[__name__], "STEPS", 3)
    one, other = twins(tmp_path, "none", EAST_ONLY, "west.cp")
    assert one["west.cp"] != other["west.cp"]
