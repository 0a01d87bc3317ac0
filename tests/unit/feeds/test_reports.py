"""Target reports to plots."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from asterix_records import shared

from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.plots import decode_plots, plots, services
from jointsky.feeds.asterix.scan import scan
from jointsky.feeds.pcap import read_capture
from jointsky.feeds.reports import NOTIONAL_RADAR, place_unknown, sensor_rows, to_plots
from jointsky.feeds.sensors import FLAT, read_sensors
from jointsky.geo.frames import geodetic2ecef
from jointsky.vocab.codes import Iff, PlotKind
from jointsky.vocab.records import PLOT

MIDNIGHT_S = 20_000 * 86400.0
SENSORS = """sensor,nation,kind,lat_deg,lon_deg,alt_m,period_s,phase_s,max_range_m,\
sigma_range_m,sigma_azimuth_deg,sigma_height_m,pd,clutter_per_scan,latency_s,sac,sic
north,west,ssr,50,20,100,5,0,400000,60,0.1,30,0.9,10,0.5,25,13
south,east,3d,48,20,200,10,0,300000,90,0.2,400,0.8,50,0.5,25,14
"""
GOOD: dict[str, Any] = {
    "010": {"SAC": 25, "SIC": 13},
    "140": 86399.5,
    "020": {"TYP": 5},
    "040": {"RHO": 100.0, "THETA": 90.0},
    "070": {"V": 0, "G": 0, "MODE3A": "2000"},
    "090": {"V": 0, "G": 0, "FL": 330.0},
}


@pytest.fixture
def sensors(tmp_path: Path) -> Any:
    path = tmp_path / "sensors.csv"
    path.write_text(SENSORS)
    return read_sensors(path)


def convert(sensors: Any, *records: dict[str, Any]) -> Any:
    reports = decode_plots(encode_block(48, records))
    return to_plots(reports, np.array([MIDNIGHT_S + 0.5]), sensors, MIDNIGHT_S - 100.0)


def test_a_report_becomes_a_plot(sensors: Any) -> None:
    found = convert(sensors, GOOD)
    (plot,) = found.plots
    assert found.plots.dtype == PLOT
    assert found.dropped == {}
    assert (plot["t_valid_s"], plot["t_seen_s"]) == (99.5, 100.5), "stamped before midnight, captured after it"
    assert (plot["sensor"], plot["kind"], plot["iff"]) == (0, PlotKind.SECONDARY, Iff.NOT_ASKED)
    assert (plot["code"], plot["clause"]) == (0o2000, -1)
    assert plot["range_m"] == 185_200.0
    assert plot["az_rad"] == pytest.approx(math.pi / 2)
    assert plot["height_m"] == pytest.approx(33000 * 0.3048)
    assert plot["site_ecef_m"] == pytest.approx(geodetic2ecef(50.0, 20.0, 100.0))
    assert plot["sigma_range_m"] == 60.0
    assert plot["sigma_az_rad"] == pytest.approx(math.radians(0.1))
    assert np.isnan([plot["el_rad"], plot["range_rate_mps"], plot["snr_db"]]).all()


def test_garbled_replies_are_not_believed(sensors: Any) -> None:
    garbled = GOOD | {"070": {"G": 1, "MODE3A": "2000"}, "090": {"V": 1, "FL": 330.0}}
    both = garbled | {"110": {"3DH": 10_000.0}, "010": {"SAC": 25, "SIC": 14}, "020": {"TYP": 7, "FOEFRI": 1}}
    first, second = convert(sensors, garbled, both).plots
    assert first["code"] == -1
    assert np.isnan(first["height_m"])
    assert np.isnan(first["sigma_height_m"])
    assert (second["height_m"], second["sensor"], second["sigma_height_m"]) == (pytest.approx(3048.0), 1, 400.0)
    assert (second["kind"], second["iff"]) == (PlotKind.COMBINED, Iff.FRIEND)


def test_what_is_no_plot_is_counted_by_reason(sensors: Any) -> None:
    without = {name: {k: v for k, v in GOOD.items() if k != name} for name in ("140", "040", "010", "020")}
    found = convert(
        sensors,
        GOOD | {"020": {"TYP": 0}},
        GOOD | {"020": {"TYP": 2, "TST": 1}},
        GOOD | {"020": {"TYP": 2, "RAB": 1}},
        GOOD | {"010": {"SAC": 1, "SIC": 1}},
        *without.values(),
        GOOD,
    )
    expected = {"no detection": 2, "test target": 1, "fixed transponder": 1, "no position": 1, "no time": 1}
    assert found.dropped == expected | {"unknown source": 2}
    assert len(found.plots) == 1


def test_a_flat_table_has_no_place_for_an_unknown_source(sensors: Any) -> None:
    other = decode_plots(encode_block(48, [GOOD | {"010": {"SAC": 7, "SIC": 7}}]))
    none = services(scan([]))
    with pytest.raises(ValueError, match="flat frame"):
        place_unknown(replace(sensors, frame=FLAT), other, none, (0.0, 0.0, 0.0))
    assert place_unknown(replace(sensors, frame=FLAT), other[:0], none, (0.0, 0.0, 0.0))[1] == []


def test_sources_that_no_file_describes(sensors: Any) -> None:
    service = {"010": {"SAC": 9, "SIC": 9}, "000": 1, "041": 4.0, "120": {"HGT": 50.0, "LAT": 45.0, "LON": 22.5}}
    other = GOOD | {"010": {"SAC": 7, "SIC": 7}}
    own = GOOD | {"010": {"SAC": 9, "SIC": 9}}
    found = scan([encode_block(48, [GOOD, other, own, own]) + encode_block(34, [service])])
    reports = plots(found)
    table, warnings = place_unknown(sensors, reports, services(found), (50.0, 20.0, 0.0))
    assert table.names == ["north", "south", "007/007", "009/009"]
    assert len(warnings) == 2
    assert "7/7 is in no sensor file: placed at the origin 50, 20" in warnings[0]
    assert "9/9 is in no sensor file: placed where its service messages say" in warnings[1]
    assert table.rows["lat_deg"].tolist() == [50.0, 48.0, 50.0, 45.0]
    assert table.rows["period_s"].tolist() == [5.0, 10.0, NOTIONAL_RADAR["period_s"], 4.0]
    assert sensor_rows(reports, table).tolist() == [0, 2, 3, 3]


def test_the_sample_capture_without_a_sensor_file() -> None:
    datagrams = list(read_capture(shared("asterix/cat_034_048.pcap")))
    found = scan([d.octets for d in datagrams])
    reports = plots(found)
    table, warnings = place_unknown(None, reports, services(found), (45.0, 15.0, 0.0))
    captured = np.array([d.t_utc_ns for d in datagrams]) / 1e9
    result = to_plots(reports, captured, table, captured[0])
    assert len(result.plots) + sum(result.dropped.values()) == 128
    assert len(warnings) == len(table.names) > 1
    assert result.dropped.keys() <= {"no detection", "no position", "fixed transponder", "test target"}
    assert (result.plots["t_valid_s"] < result.plots["t_seen_s"]).all()
    assert (result.plots["t_seen_s"] - result.plots["t_valid_s"] < 5.0).all()
