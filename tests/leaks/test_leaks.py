"""Planted leaks: every one must be found by the twins. A few every day, all in the nightly run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import planting
import pytest
from night import NIGHT

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import planted  # noqa: E402


@pytest.mark.parametrize("leak", planted.LEAKS, ids=lambda leak: leak.name)
def test_a_leak_can_still_be_planted(leak: planted.Leak) -> None:
    text = planting.edited(leak.module, leak.old, leak.new)
    compile(text, leak.module, "exec")


def test_there_are_forty_and_no_two_alike() -> None:
    assert len({leak.name for leak in planted.LEAKS}) == len(planted.LEAKS) >= 40
    assert len({(leak.module, leak.old, leak.new) for leak in planted.LEAKS}) == len(planted.LEAKS)
    assert set(planted.DAILY) <= {leak.name for leak in planted.LEAKS}


def test_every_planted_leak_is_found() -> None:
    names = [] if NIGHT else list(planted.DAILY)
    done = subprocess.run([sys.executable, str(HERE / "trying.py"), *names], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["planted"] == (len(planted.LEAKS) if NIGHT else len(planted.DAILY))
    assert told["twins_differ_anyway"] == {}
    assert told["missed"] == told["errors"] == {}
    assert told["found"] == told["planted"]
