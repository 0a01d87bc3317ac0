"""Pinned digests: the same seed gives the same bits on every machine, Python and day.

After a change that is meant to change runs: `pytest tests/golden --update`, and say in the commit why they moved.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jointsky.engine.run import simulate
from jointsky.scenario.load import load

ROOT = Path(__file__).resolve().parents[2]
PINNED = Path(__file__).with_name("digests.json")
RUNS = {
    "reference none": ("union-5-10.yaml", "none", 1, 600.0),
    "reference tracks-1995": ("union-5-10.yaml", "tracks-1995", 1, 600.0),
    "reference joint-2009": ("union-5-10.yaml", "joint-2009", 1, 600.0),
    "peace joint-2009": ("union-5-10-peace.yaml", "joint-2009", 2, 300.0),
    "coordination 8 12": ("coordination-8-12.yaml", None, 3, None),
    "coordination 20 40": ("coordination-20-40.yaml", None, 4, None),
}
"""Scenario, arrangement, seed, length (s)."""


@pytest.mark.parametrize("name", RUNS)
def test_a_pinned_run(name: str, request: pytest.FixtureRequest) -> None:
    file, agreement, seed, until_s = RUNS[name]
    digest = simulate(load(ROOT / "scenarios" / file, agreement=agreement), seed, until_s=until_s).digest
    if request.config.getoption("--update"):
        known = json.loads(PINNED.read_text()) if PINNED.exists() else {}
        PINNED.write_text(json.dumps(known | {name: digest}, indent=2, sort_keys=True) + "\n")
    assert digest == json.loads(PINNED.read_text())[name]
