"""Missile defence in a run: what a neighbour's warning radar saw, told in time, is what a battery can launch on."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from jointsky.engine.assemble import assemble
from jointsky.scenario.load import load
from jointsky.vocab.codes import Shooter, Shot
from jointsky.vocab.messages import Decisions

SCENARIO = Path(__file__).resolve().parents[3] / "scenarios" / "missile-warning.yaml"
UNTIL_S = 640.0


def run(agreement: str) -> tuple[np.ndarray, list[tuple[float, str]]]:
    """The engagements of the west, and what its post said of missiles and when."""
    engine = assemble(load(SCENARIO, agreement=agreement), 2)
    said: list[tuple[float, str]] = []
    for tick in engine.run(UNTIL_S):
        for message in tick.sent.get("west.cp", []):
            if isinstance(message, Decisions):
                said += [(note.t_s, note.reason) for note in message.notes if "missile defence" in note.reason]
    return engine.world.state.engagements[: engine.world.state.engagements_used], said


@pytest.fixture(scope="module")
def warned() -> tuple[np.ndarray, list[tuple[float, str]]]:
    return run("warning-radar-shared")


def test_a_battery_that_was_told_launches_at_the_missiles(warned: tuple[np.ndarray, list[tuple[float, str]]]) -> None:
    shots, said = warned
    flown = shots[np.isfinite(shots["t_launch_s"])]
    assert len(flown) >= 2 and (flown["shooter"] == Shooter.LAUNCHER).all()
    assert set(flown["state"]) <= {Shot.HIT, Shot.MISS, Shot.LOST}, "each has come to an end"
    warning_s = min(t_s for t_s, words in said if re.search("warning for", words))
    assert 60.0 < warning_s < flown["t_launch_s"].min() < UNTIL_S - 30.0, "warned minutes before the launch"


def test_without_the_neighbours_radar_nobody_launches() -> None:
    shots, said = run("none")
    assert not len(shots) and not said
