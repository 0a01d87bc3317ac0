"""A short recorded run of a shipped scenario, for what is made of runs."""

from __future__ import annotations

from pathlib import Path

from jointsky.live.recorded import run_recorded
from jointsky.scenario.load import load

SCENARIO = Path(__file__).resolve().parent.parent / "scenarios" / "union-5-10.yaml"
SECONDS = 120


def short_run(folder: Path, seconds: int = SECONDS) -> Path:
    """Run the first two minutes and return the folder of the recording."""
    run_recorded(load(SCENARIO, agreement="joint-2009"), 7, until=float(seconds), out=folder)
    return folder
