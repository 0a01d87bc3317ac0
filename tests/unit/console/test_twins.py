"""Two worlds that differ only in what a nation may not see send its seat the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from jointsky.console import wire
from jointsky.scenario.load import load
from seats import SCENARIOS, Seat, paused, run, served

STEPS, TICKS = 12, 25

EAST_ONLY = {
    "pieces/forces.yaml": [
        ("type: surveillance_long_range_lband_3d, at: [57.55, 28.70]", "type: surveillance_long_range_vhf_2d, at: [57.75, 29.90]"),
        ("{id: d, type: gap_filler_uhf_2d, at: [55.65, 31.20]}", "{id: d, type: gap_filler_uhf_2d, at: [55.05, 31.90]}\n      - {id: e, type: gap_filler_uhf_2d, at: [54.2, 32.5]}"),
        ("at: [57.70, 28.55], shots: 24, reloads: 24", "at: [57.10, 28.95], shots: 8, reloads: 2"),
        ("decision: 20 s, policy: matching}\n\nnetworks", "decision: 20 s, policy: greedy}\n\nnetworks"),
    ],
    "pieces/geography.yaml": [("smolensk-city: {nation: east, at: [54.78, 32.05], radius: 6 km, value: 6}", "smolensk-city: {nation: east, at: [54.88, 32.55], radius: 9 km, value: 2}")],
}  # fmt: skip


def copy(folder: Path, changes: dict[str, list[tuple[str, str]]]) -> Path:
    """The shipped scenarios in a folder, with a few words changed."""
    shutil.copytree(SCENARIOS, folder)
    for name, pairs in changes.items():
        text = (folder / name).read_text()
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        (folder / name).write_text(text)
    return folder / "union-5-10.yaml"


def sent(file: Path, agreement: str, seats: tuple[str, ...]) -> dict[str, list[list[Any]]]:
    """Everything each seat was sent, one list a step: texts in order, and the last update."""
    found: dict[str, list[list[Any]]] = {name: [] for name in seats}

    async def gather(seat: Seat, tick: int) -> None:
        await seat.at(tick)
        found[seat.name].append([*seat.texts, wire.without_sending_time(seat.updates[-1])])
        seat.texts.clear()

    async def body() -> None:
        scenario = load(file, agreement=agreement, overrides={"posts": {}} and None)
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
            found["control"] = [[wire.without_sending_time(control.updates[-1])]]

    run(body())
    return found


@pytest.mark.parametrize(("agreement", "seat"), [("none", "west.cp")])
def test_a_seat_is_sent_the_same_in_twin_worlds(agreement: str, seat: str, tmp_path: Path) -> None:
    quiet = [("cycle: 10 s, decision: 20 s", "cycle: 10 s, decision: 50 min")]
    still = {"pieces/forces.yaml": quiet}
    changed = {name: [*quiet, *pairs] if name == "pieces/forces.yaml" else pairs for name, pairs in EAST_ONLY.items()}
    changed["pieces/forces.yaml"] = [(old.replace("decision: 20 s", "decision: 50 min"), new.replace("decision: 20 s", "decision: 50 min")) for old, new in changed["pieces/forces.yaml"]]
    changed["pieces/forces.yaml"][0] = quiet[0]
    one = sent(copy(tmp_path / "one", still), agreement, (seat, "east.cp"))
    other = sent(copy(tmp_path / "other", changed), agreement, (seat, "east.cp"))
    assert one["east.cp"] != other["east.cp"], "the twins must differ, or the test shows nothing"
    for step, (first, second) in enumerate(zip(one[seat], other[seat], strict=True)):
        assert first == second, f"step {step}"
