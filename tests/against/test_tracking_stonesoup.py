"""Whole scenes beside Stone Soup's global nearest neighbour: the same plots, the same scorer.

The scenes, the scorer and the Stone Soup wrapper are the benchmark's own files, which stand beside a checkout (or where
JOINTSKY_SHARED points).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jointsky.live.track_tables import track_tables

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("JOINTSKY_SHARED", ROOT.parent / "shared"))
BENCH, FLIGHTS = SHARED / "bench" / "tracking", SHARED / "data" / "flights" / "paris.csv.gz"

pytestmark = pytest.mark.skipif(not BENCH.is_dir(), reason="the benchmark's scenes are not beside this checkout")


def run(script: str, *words: object) -> str:
    """What a script of the benchmark prints."""
    command = [sys.executable, str(BENCH / script), *map(str, words)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def scored(folder: Path, tracks: Path) -> dict[str, float]:
    """The scorer's numbers."""
    return json.loads(run("score.py", folder, tracks))


def ours(folder: Path) -> dict[str, float]:
    """Track the scene from its tables and score it."""
    run("tables.py", "in", folder, folder / "in")
    where = folder / "in"
    track_tables(where / "sensors.csv", where / "plots.csv", where / "times.csv", folder / "tracks.csv")
    run("tables.py", "out", folder / "tracks.csv", folder / "mine.csv")
    return scored(folder, folder / "mine.csv")


def test_a_small_scene_beats_stone_soup(tmp_path: Path) -> None:
    pytest.importorskip("stonesoup")
    run("gen.py", "--size", "S", "--seed", 11, "--duration", 100, "--out", tmp_path)
    run("ss_baseline.py", tmp_path, tmp_path / "gnn.csv", "--mode", "gnn", "--q", 400)
    mine, theirs = ours(tmp_path), scored(tmp_path, tmp_path / "gnn.csv")
    assert mine["gospa_per_target"] <= 0.8 * theirs["gospa_per_target"]
    assert mine["siap_spuriousness"] <= 0.08
    assert mine["siap_ambiguity"] <= 1.02


@pytest.mark.skipif(not FLIGHTS.is_file(), reason="the flights are not beside this checkout")
def test_real_flights_come_near_perfect_association(tmp_path: Path) -> None:
    run("gen.py", "--real", FLIGHTS, "--seed", 5, "--duration", 400, "--out", tmp_path)
    mine = ours(tmp_path)  # perfect association with a hold-back of 3 s: 324 m; Stone Soup's gnn: about twice that
    assert mine["gospa_per_target"] <= 380.0
    assert mine["rmse_horizontal"] < 150.0
    assert mine["siap_completeness"] >= 0.93
    assert mine["siap_spuriousness"] <= 0.03
