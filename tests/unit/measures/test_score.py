"""Scoring a picture: GOSPA, OSPA, SIAP and NEES against their definitions and against Stone Soup."""

import datetime
import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from jointsky.cli.app import app
from jointsky.measures.consistency import nees, nees_of_sigma
from jointsky.measures.gospa import gospa, ospa
from jointsky.measures.matching import best_match
from jointsky.measures.siap import SiapSet

Floats = np.ndarray


def pictures(n: int = 60) -> list[tuple[Floats, Floats, float]]:
    """Random sets of true places and tracks with a cut-off, some empty."""
    rng = np.random.default_rng(7)
    found = []
    for _ in range(n):
        x = rng.uniform(0, 50, (rng.integers(0, 6), 3))
        near = x[rng.random(len(x)) < 0.7] + rng.normal(0, 3, 3)
        found.append(
            (x, np.concatenate((near, rng.uniform(0, 50, (rng.integers(0, 3), 3)))), float(rng.choice([5, 20, 60])))
        )
    return found


def by_enumeration(x: Floats, y: Floats, c: float) -> tuple[float, float]:
    """(squared GOSPA, OSPA) by trying every assignment."""
    small, large = (x, y) if len(x) <= len(y) else (y, x)
    d = np.linalg.norm(small[:, None] - large[None], axis=2)
    ways = itertools.permutations(range(len(large)), len(small))
    cut = [sum(min(d[i, j], c) ** 2 for i, j in enumerate(way)) for way in ways]
    left = len(large) - len(small)
    wide = min(cut)
    most = max(len(large), 1)
    return wide + c * c / 2 * left, float(np.sqrt((wide + c * c * left) / most))


@pytest.mark.parametrize(("x", "y", "c"), pictures())
def test_gospa_and_ospa_are_what_every_assignment_says(x: Floats, y: Floats, c: float) -> None:
    square, plain = by_enumeration(x, y, c)
    found = gospa(x, y, c)
    assert found.localisation + found.missed + found.false == pytest.approx(square, rel=1e-12)
    assert ospa(x, y, c) == pytest.approx(plain, rel=1e-12, abs=1e-12)
    assert ospa(y, x, c) == pytest.approx(ospa(x, y, c), rel=1e-12)


def test_gospa_is_stone_soups() -> None:
    metric = pytest.importorskip("stonesoup.metricgenerator.ospametric")
    from stonesoup.measures import Euclidean
    from stonesoup.types.state import State

    t = datetime.datetime(2026, 1, 1)
    for x, y, c in pictures():
        if len(x) == 0 or len(y) == 0:
            continue
        sets = [[State(p[:, None], timestamp=t) for p in points] for points in (y, x)]
        theirs = metric.GOSPAMetric(c=c, p=2, measure=Euclidean()).compute_gospa_metric(*sets)[0].value
        mine = gospa(x, y, c)
        assert mine.distance == pytest.approx(theirs["distance"], rel=1e-12)
        for name in ("localisation", "missed", "false"):
            assert getattr(mine, name) == pytest.approx(theirs[name], rel=1e-12, abs=1e-12)


def test_siap_by_hand() -> None:
    """Two objects, three times: held 1, 2, 2; one held twice at the last; one stray at the first; one new number."""
    siap = SiapSet(100.0)
    truth = np.array([[0.0, 0, 0], [1000.0, 0, 0]])
    shown = [([5, 9], [[10.0, 0, 0], [500.0, 0, 0]]), ([5, 6], [[10.0, 0, 0], [1010.0, 0, 0]]),
             ([5, 7, 8], [[10.0, 0, 0], [1010.0, 0, 0], [1050.0, 0, 0]])]  # fmt: skip
    for t, (numbers, places) in enumerate(shown):
        tracks = np.array(places)
        siap.take(float(t), np.array([1, 2]), truth, np.array(numbers), tracks, best_match(truth, tracks, 100.0))
    found = siap.result(1.0)
    assert found["completeness"] == 5 / 6
    assert found["ambiguity"] == 6 / 5
    assert found["spuriousness"] == 1 / 7
    assert found["number_changes"] == 1.0
    assert found["number_changes_per_object_hour"] == pytest.approx(1 / (6 / 3600))
    assert found["longest_segment"] == (3 + 1) / 6
    assert found["initiation_delay_s"] == 0.5


def test_nees_is_the_dimension_where_the_covariance_is_right() -> None:
    rng = np.random.default_rng(3)
    root = rng.normal(0, 1, (3, 3))
    error = rng.normal(0, 1, (20000, 3)) @ root.T
    value = nees(error, np.broadcast_to(root @ root.T, (20000, 3, 3)))
    assert value.mean() == pytest.approx(3.0, rel=0.03)
    assert nees_of_sigma(np.array([[3.0, 4.0]]), np.array([5.0]))[0] == 1.0


def scored(*words: object) -> tuple[int, str]:
    """Exit code and output, or the error's text."""
    done = CliRunner().invoke(app, ["score", *map(str, words)])
    return done.exit_code, done.output or str(done.exception)


def test_the_verb_scores_two_tables(tmp_path: Path) -> None:
    truth, tracks = tmp_path / "truth.csv", tmp_path / "tracks.csv"
    truth.write_text("t,id,x,y,z,vx,vy,vz\n1,0,0,0,0,1,0,0\n2,0,1,0,0,1,0,0\n2,1,9000,0,0,1,0,0\n")
    tracks.write_text(
        "t_s,track_id,x_m,y_m,z_m,vx_mps,vy_mps,vz_mps,sigma_position_m,existence\n"
        "1,7,3,4,0,1,0,0,5,1\n2,7,1,0,12,1,0,0,5,1\n"
    )
    code, text = scored(truth, tracks, "--json")
    assert code == 0
    found = json.loads(text)
    assert found["gospa_m"] == pytest.approx(np.sqrt((25 + 144 + 2e6) / 2))
    assert (found["rms_horizontal_m"], found["rms_height_m"]) == (pytest.approx(12.5**0.5), pytest.approx(72**0.5))
    assert found["nees"] == pytest.approx(0.25)
    assert found["completeness"] == pytest.approx(2 / 3)


def test_the_verb_knows_the_round_earth_and_says_what_it_misses(tmp_path: Path) -> None:
    head = "t_s,track_id,lat_deg,lon_deg,alt_m,v_east_mps,v_north_mps,v_up_mps\n"
    truth, tracks = tmp_path / "truth.csv", tmp_path / "tracks.csv"
    truth.write_text(head + "1,1,54,28,1000,100,0,0\n")
    tracks.write_text(head + "1,2,54,28,1100,100,3,0\n")
    found = json.loads(scored(truth, tracks, "--json")[1])
    assert found["rms_height_m"] == pytest.approx(100.0, abs=1e-6)
    assert found["rms_horizontal_m"] == pytest.approx(0.0, abs=1e-6)
    assert found["rms_velocity_mps"] == pytest.approx(3.0)
    assert found["nees"] is None
    tracks.write_text("t_s,track_id,x_m\n1,2,54\n")
    assert "missing column" in scored(truth, tracks)[1]
    tracks.write_text("t_s,track_id,x_m,y_m,z_m,vx_mps,vy_mps,vz_mps\n1,2,3,4,5,6,7,8\n")
    assert "frame" in scored(truth, tracks)[1]
