"""Sensor and plot files as the records that a tracker receives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jointsky.feeds.sensors import read_sensors
from jointsky.feeds.table_records import nations, plot_records, sensor_records, sites_m
from jointsky.feeds.tables import read_plots
from jointsky.geo.frames import geodetic2ecef
from jointsky.rng import entity_key
from jointsky.vocab.codes import Iff, PlotKind, SensorKind
from jointsky.vocab.records import PLOT, SENSOR

REST = "period_s,phase_s,max_range_m,sigma_range_m,sigma_azimuth_deg,sigma_height_m,pd,clutter_per_scan,latency_s"
NUMBERS = "5,0.5,150000,40,0.1,300,0.9,100,0.4"
PLOTS = "t_s,t_arrival_s,sensor,range_m,azimuth_deg,height_m,code\n1,2,b,500,90,,7700\n3,4,a,600,0,900,\n"


@pytest.mark.parametrize("position", ["lat_deg,lon_deg,alt_m", "x_m,y_m,z_m"])
def test_both_frames(tmp_path: Path, position: str) -> None:
    (tmp_path / "s.csv").write_text(
        f"sensor,nation,kind,{position},{REST}\na,east,ssr,1,2,3,{NUMBERS}\nb,west,ewr,4,5,6,{NUMBERS}\n"
    )
    (tmp_path / "p.csv").write_text(PLOTS)
    sensors = read_sensors(tmp_path / "s.csv")
    flat = position.startswith("x")
    places = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    expected = places if flat else geodetic2ecef(places[:, 0], places[:, 1], places[:, 2])
    assert np.array_equal(sites_m(sensors), expected)
    rows = sensor_records(sensors)
    assert rows.dtype == SENSOR
    assert nations(sensors) == ["east", "west"]
    assert rows["nation"].tolist() == [0, 1]
    assert rows["entity"].tolist() == [entity_key("a"), entity_key("b")]
    assert rows["kind"].tolist() == [SensorKind.SSR, SensorKind.EARLY_WARNING]
    assert np.isnan(rows["lat_deg"]).all() == flat
    assert (rows["period_s"][0], rows["pd"][0], rows["clutter_per_scan"][0], rows["unit"][0]) == (5, 0.9, 100, -1)
    plots = plot_records(read_plots(tmp_path / "p.csv", sensors), sensors)
    assert plots.dtype == PLOT
    assert plots["sensor"].tolist() == [1, 0]
    assert (plots["t_valid_s"].tolist(), plots["t_seen_s"].tolist()) == ([1, 3], [2, 4])
    assert (plots["range_m"].tolist(), plots["code"].tolist()) == ([500, 600], [0o7700, -1])
    assert plots["az_rad"][0] == pytest.approx(np.pi / 2)
    assert np.array_equal(plots["height_m"], [np.nan, 900], equal_nan=True)
    assert np.isnan(plots["el_rad"]).all()
    assert plots["kind"].tolist() == [PlotKind.PRIMARY, PlotKind.SECONDARY]
    assert (plots["iff"] == Iff.NOT_ASKED).all()
    assert np.array_equal(plots["site_ecef_m"], expected[[1, 0]])
    assert plots["sigma_range_m"].tolist() == [40, 40]
