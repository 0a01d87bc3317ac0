"""The verb coverage: every file it writes can be read, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from jointsky.atlas import geotiff
from jointsky.cli.app import app
from jointsky.errors import JointskyError

SCENARIO = str(Path(__file__).parents[3] / "scenarios" / "union-5-10.yaml")


def asked(*words: str) -> str:
    """What the verb prints."""
    done = CliRunner().invoke(app, ["coverage", SCENARIO, *words])
    if done.exception is not None:
        raise done.exception
    return done.output


def test_the_files_tell_the_same_areas(tmp_path: Path) -> None:
    out = tmp_path / "cover"
    rows = json.loads(asked("--heights", "300,50", "--step", "0.2", "--out", str(out), "--json"))
    assert [row["height_m"] for row in rows] == [50.0, 50.0, 300.0, 300.0]
    assert json.loads((out / "coverage.json").read_text()) == rows
    for row in rows:
        assert row["gained_km2"] == pytest.approx(row["together_km2"] - row["alone_km2"], abs=1)
    shapes = json.loads((out / "coverage.geojson").read_text())["features"]
    together = {shape["properties"]["height_m"]: shape["properties"]["area_km2"] for shape in shapes
                if shape["properties"]["nation"] == "together"}  # fmt: skip
    raster = geotiff.read(out / "coverage-300m.tif")
    assert raster.about == "bands, 1 where covered: east, west, together"
    north = raster.north_deg - raster.lat_step_deg * np.arange(len(raster.values))
    cell = (raster.lat_step_deg * 111.1949) ** 2 * np.cos(np.deg2rad(north))
    assert (raster.values[:, :, 2] * cell[:, None]).sum() == pytest.approx(together[300.0], rel=1e-4)
    picture = (out / "coverage.svg").read_text()
    assert picture.startswith("<svg xmlns") and "300 m:" in picture and sorted(p.name for p in out.iterdir()) == [
        "coverage-300m.tif", "coverage-50m.tif", "coverage.geojson", "coverage.json", "coverage.svg",
    ]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), [
    (("--heights", "0"), "expected heights above 0"), (("--heights", "low"), "expected numbers with commas"),
    (("--rcs", "-1"), "expected more than 0"), (("--terrain", "hills.png"), "expected a name that ends in"),
])  # fmt: skip
def test_impossible_questions_are_refused_and_nothing_is_written(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(JointskyError, match=said):
        asked(*words, "--out", str(tmp_path / "cover"))
    assert not (tmp_path / "cover").exists()
