"""The sensor file: both frames, every kind, and faults by line and column."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from jointsky.errors import TableError
from jointsky.feeds.sensors import FLAT, GEODETIC, read_sensors, write_sensors
from jointsky.vocab.codes import SensorKind

HEADING = (
    "sensor,nation,kind,x_m,y_m,z_m,period_s,phase_s,max_range_m,sigma_range_m,sigma_azimuth_deg,sigma_height_m,"
    "pd,clutter_per_scan,latency_s"
)
LINE = "a,west,3d,1,2,3,5,0.5,150000,40,0.1,300,0.9,100,0.4"
GEO = HEADING.replace("x_m,y_m,z_m", "lat_deg,lon_deg,alt_m") + ",sac,sic"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sensors.csv"


def test_a_flat_table(path: Path) -> None:
    path.write_text("\n".join([HEADING, LINE, LINE.replace("a,west,3d", "b,east,psr").replace(",300,", ",,")]) + "\n")
    table = read_sensors(path)
    assert (table.frame, table.names, table.nations) == (FLAT, ["a", "b"], ["west", "east"])
    assert table.rows["kind"].tolist() == [SensorKind.RADAR_3D, SensorKind.RADAR_2D]
    row = table.rows[0]
    assert (row["x_m"], row["y_m"], row["z_m"], row["period_s"], row["phase_s"]) == (1, 2, 3, 5, 0.5)
    assert (row["max_range_m"], row["sigma_range_m"], row["pd"], row["latency_s"]) == (150000, 40, 0.9, 0.4)
    assert row["sigma_az_rad"] == pytest.approx(math.radians(0.1))
    assert np.isnan(table.rows["sigma_height_m"][1])
    assert np.isnan(row["lat_deg"])
    assert table.sources() == {}


def test_a_geodetic_table_with_sources(path: Path) -> None:
    path.write_text(f"{GEO}\n{LINE},25,13\n{LINE.replace('a,', 'b,', 1)},,\n")
    table = read_sensors(path)
    assert table.frame == GEODETIC
    assert table.sources() == {(25, 13): 0}
    assert (table.rows["lat_deg"][0], table.rows["lon_deg"][0], table.rows["alt_m"][0]) == (1, 2, 3)


def test_a_textbook_sensor(path: Path) -> None:
    path.write_text("sensor,nation,kind,period_s,sigma_xy_m,x_min_m,x_max_m\ns,n,xy,1,5,-100,100\n")
    table = read_sensors(path)
    assert table.frame == FLAT
    assert (table.rows["kind"][0], table.rows["sigma_xy_m"][0]) == (SensorKind.CARTESIAN, 5)
    assert (table.rows["x_min_m"][0], table.rows["x_max_m"][0]) == (-100, 100)


@pytest.mark.parametrize("heading", [HEADING, GEO])
def test_what_is_written_is_read_back(path: Path, heading: str) -> None:
    end = ",25,13" if heading is GEO else ""
    path.write_text(f"{heading}\n{LINE}{end}\n{LINE.replace('a,west,3d', 'b,,ewr')}{end.replace('13', '14')}\n")
    first = read_sensors(path)
    write_sensors(path, first)
    second = read_sensors(path)
    assert (second.frame, second.names, second.nations) == (first.frame, first.names, first.nations)
    for name in first.rows.dtype.names or ():
        assert np.allclose(second.rows[name], first.rows[name], rtol=1e-15, equal_nan=True), name


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, "", "empty file"),
        (HEADING + "\n", 0, "", "no sensors"),
        (f"{HEADING.replace('kind', 'knid')}\n{LINE}\n", 1, "kind", "did you mean knid"),
        (f"{HEADING.replace('period_s', 'period')}\n{LINE}\n", 1, "period_s", "missing column"),
        (f"{HEADING},period_s\n{LINE},5\n", 1, "period_s", "named twice"),
        (f"{HEADING.replace('x_m,y_m,z_m', 'a,b,c')}\n{LINE}\n", 1, "lat_deg", "missing column; expected lat_deg"),
        (f"{HEADING},lat_deg\n{LINE},5\n", 1, "", "both lat_deg"),
        (f"{HEADING}\n{LINE}\n{LINE}\n", 3, "sensor", "a is given twice"),
        (f"{HEADING}\n{LINE.replace('a,', ',', 1)}\n", 2, "sensor", "found nothing"),
        (f"{HEADING}\n{LINE.replace('3d', '4d')}\n", 2, "kind", "found 4d; known: 2d, psr, 3d"),
        (f"{HEADING}\n{LINE.replace('0.9', '1.1')}\n", 2, "pd", "found 1.1, expected 0 to 1"),
        (f"{HEADING}\n{LINE.replace('150000', 'far')}\n", 2, "max_range_m", "found 'far', expected a number"),
        (f"{HEADING}\n{LINE.replace('150000', '')}\n", 2, "max_range_m", "found nothing"),
        (f"{HEADING}\n{LINE.replace(',40,', ',-4,')}\n", 2, "sigma_range_m", "found -4"),
        (f"{HEADING}\n{LINE.replace(',40,', ',inf,')}\n", 2, "sigma_range_m", "found inf"),
        (f"{HEADING}\n{LINE},7\n", 2, "", "16 cells, expected 15"),
        (f"{GEO}\n{LINE},25,13\n{LINE.replace('a,', 'b,', 1)},25,13\n", 3, "sac", "source 25/13 is given twice"),
        (f"{GEO}\n{LINE},25,\n", 2, "sic", "both sac and sic"),
        (f"{GEO}\n{LINE},25,256\n", 2, "sic", "found 256"),
        (f"{GEO}\n{LINE.replace(',1,2,3', ',91,2,3')},25,2\n", 2, "lat_deg", "found 91, expected -90 to 90"),
        ("sensor,nation,kind\ns,n,xy\n", 2, "sigma_xy_m", "kind xy"),
    ],
)
def test_faults_have_a_place(path: Path, text: str, line: int, column: str, message: str) -> None:
    path.write_text(text)
    with pytest.raises(TableError) as caught:
        read_sensors(path)
    error = caught.value
    assert (error.line, error.column_name) == (line, column)
    assert message in error.message
    assert str(error).startswith(str(path))
    assert "\n" not in str(error)
