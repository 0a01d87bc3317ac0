"""Plots, times and tracks as files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jointsky.errors import TableError
from jointsky.feeds import columns as columns_module
from jointsky.feeds.sensors import SensorTable, read_sensors
from jointsky.feeds.tables import (
    FLAT_TRACK,
    GEODETIC_TRACK,
    read_plots,
    read_times,
    read_tracks,
    write_plots,
    write_tracks,
)

SENSORS = """sensor,nation,kind,x_m,y_m,z_m,period_s,phase_s,\
max_range_m,sigma_range_m,sigma_azimuth_deg,pd,clutter_per_scan,latency_s,sigma_xy_m
0,west,ssr,0,0,0,5,0,1000,40,0.1,0.9,10,0.5,
1,west,xy,,,,1,,,,,,,,3
"""
HEADING = "t_s,t_arrival_s,sensor,range_m,azimuth_deg,height_m,elevation_deg,code,x_m,y_m\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


@pytest.fixture
def sensors(tmp_path: Path) -> SensorTable:
    path = tmp_path / "sensors.csv"
    path.write_text(SENSORS)
    return read_sensors(path)


def test_plots_of_both_kinds(path: Path, sensors: SensorTable) -> None:
    path.write_text(HEADING + "1,2,0,500,-90,,10,7700,,\n1.5,2,1,,,,,,7,-8\n3,3.5,0,600,450,900,,,,\n")
    plots = read_plots(path, sensors)
    assert plots["t_s"].tolist() == [1, 1.5, 3]
    assert plots["sensor"].tolist() == [0, 1, 0]
    assert plots["code"].tolist() == [0o7700, -1, -1]
    assert np.allclose(plots["az_rad"], [1.5 * np.pi, np.nan, 0.5 * np.pi], equal_nan=True)
    assert np.allclose(plots["el_rad"], [np.radians(10), np.nan, np.nan], equal_nan=True)
    assert np.allclose(plots["height_m"], [np.nan, np.nan, 900], equal_nan=True)
    assert np.allclose(plots["x_m"], [np.nan, 7, np.nan], equal_nan=True)


def test_plots_are_read_back_as_written(path: Path, sensors: SensorTable) -> None:
    path.write_text(HEADING + "1,2,0,500,33.25,,10,0017,,\n1.5,2,1,,,,,,7,-8\n3,3.5,0,600,45,900,,,,\n")
    first = read_plots(path, sensors)
    write_plots(path, first, sensors)
    second = read_plots(path, sensors)
    for name in first.dtype.names or ():
        assert np.allclose(first[name], second[name], rtol=1e-14, equal_nan=True), name


@pytest.mark.parametrize(
    "text",
    [
        "\ufefft_s,t_arrival_s,sensor,range_m,azimuth_deg,x_m,y_m\r\n1,2,0,500,90,,\r\n",
        "t_s, t_arrival_s ,sensor,range_m,azimuth_deg,x_m,y_m\n 1 , 2 , 0 , 500 ,90,,\n",
        '"t_s",t_arrival_s,sensor,range_m,azimuth_deg,x_m,y_m,note\n1,2,"0",500,90,,,"a, b"\n',
        "t_s,t_arrival_s,sensor,range_m,azimuth_deg,x_m,y_m\n\n1,2,0,500,90,,\n\n",
        "sensor,y_m,x_m,azimuth_deg,range_m,t_arrival_s,t_s\n0,,,90.0,5e2,2,1",
    ],
)
def test_odd_but_right_files(path: Path, sensors: SensorTable, text: str) -> None:
    path.write_text(text, newline="")
    (plot,) = read_plots(path, sensors)
    assert (plot["t_s"], plot["t_arrival_s"], plot["sensor"], plot["range_m"]) == (1, 2, 0, 500)


@pytest.mark.parametrize(
    ("lines", "line", "column", "message"),
    [
        ("", 0, "", "no plots"),
        ("1,2,0,5,x,,,,,\n", 2, "azimuth_deg", "found 'x', expected a number"),
        ("1,2,0,5,1\n", 2, "", "5 cells, expected 10"),
        ("1,2,0,5,1,,,,,,\n", 2, "", "11 cells, expected 10"),
        ("1,2,0,5,1,,,,,\n1,2,0,,1,,,,,\n", 3, "range_m", "found nothing"),
        ("1,2,0,-5,1,,,,,\n", 2, "range_m", "found -5"),
        ("1,,0,5,1,,,,,\n", 2, "t_arrival_s", "found nothing"),
        ("nan,1,0,5,1,,,,,\n", 2, "t_s", "found nothing"),
        ("1,2,0,5,1,,,,,\n1,1,0,5,1,,,,,\n", 3, "t_arrival_s", "not before the line above"),
        ("1,2,9,5,1,,,,,\n", 2, "sensor", "found 9, not in the sensor file"),
        ("1,2,1,5,1,,,,,\n", 2, "x_m", "kind xy"),
        ("1,2,0,5,1,,,7800,,\n", 2, "code", "found 7800, expected up to four octal digits"),
    ],
)
def test_faults_have_a_place(
    path: Path, sensors: SensorTable, lines: str, line: int, column: str, message: str
) -> None:
    path.write_text(HEADING + lines)
    with pytest.raises(TableError) as caught:
        read_plots(path, sensors)
    assert (caught.value.line, caught.value.column_name) == (line, column)
    assert message in caught.value.message


def test_files_that_cannot_be_read(tmp_path: Path, sensors: SensorTable) -> None:
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00rubbish")
    for name, message in (("none.csv", "No such file"), ("binary.csv", "UTF-8"), (".", "directory")):
        with pytest.raises(TableError, match=message):
            read_plots(tmp_path / name, sensors)
    (tmp_path / "short.csv").write_text("t_s,t_arrival_s,sensor,x_m,y_m,azimuth_deg\n")
    with pytest.raises(TableError, match="column range_m: missing column"):
        read_plots(tmp_path / "short.csv", sensors)


def test_times(path: Path) -> None:
    assert read_times("4:236:4").tolist() == [4.0 + 4.0 * k for k in range(59)]
    assert read_times("0:1:0.1").tolist()[-1] == 1.0
    assert read_times("0:1:0.3").size == 4
    assert read_times("5:5:1").tolist() == [5.0]
    path.write_text("t_s\n1\n2.5\n")
    assert read_times(path).tolist() == [1.0, 2.5]


@pytest.mark.parametrize("span", ["1:2:0", "2:1:1", "a:b:c", "0:1:nan", "0:1e12:1e-3", "0:1:-1"])
def test_times_that_are_none(span: str) -> None:
    with pytest.raises(TableError):
        read_times(span)


def test_a_file_of_times_is_ascending(path: Path) -> None:
    for text, message in (("t_s\n2\n2\n", "after the line above"), ("t_s\n", "no times"), ("t\n1\n", "missing column")):
        path.write_text(text)
        with pytest.raises(TableError, match=message):
            read_times(path)


@pytest.mark.parametrize("dtype", [FLAT_TRACK, GEODETIC_TRACK])
def test_tracks(path: Path, dtype: Any) -> None:
    rows = np.zeros(3, dtype=dtype)
    for place, name in enumerate(dtype.names):
        rows[name] = np.arange(3) + place / 8
    write_tracks(path, rows)
    assert path.read_text().splitlines()[0].split(",") == list(dtype.names)
    found = read_tracks(path)
    assert found.dtype == dtype
    assert all(np.array_equal(found[name], rows[name]) for name in dtype.names)
    write_tracks(path, rows[:0])
    assert read_tracks(path).size == 0


def test_a_write_that_fails_leaves_the_old_file_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tracks(path, np.zeros(1, dtype=FLAT_TRACK))
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(columns_module.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_tracks(path, np.zeros(5, dtype=FLAT_TRACK))
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]
