"""Target reports and service messages in SI units."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.plots import ASTERIX_PLOT, decode_plots, plots, services
from jointsky.feeds.asterix.scan import Counters, scan

FULL: dict[str, Any] = {
    "010": {"SAC": 25, "SIC": 13},
    "140": 86399.9921875,
    "020": {"TYP": 5, "SIM": 1, "RAB": 0, "TST": 0, "ME": 1, "FOEFRI": 1},
    "040": {"RHO": 100.0, "THETA": 45.0},
    "070": {"V": 0, "G": 1, "L": 0, "MODE3A": "7700"},
    "090": {"V": 1, "G": 0, "FL": -1.25},
    "110": {"3DH": -250.0},
    "220": 0x3C660C,
    "240": "DLH65A",
    "250": [{"MBDATA": "c0780031bc0000", "BDS1": 4, "BDS2": 0}] * 2,
    "161": {"TRN": 4095},
    "042": {"X": -128.0, "Y": 0.5},
    "200": {"GSP": 0.125, "HDG": 270.0},
    "170": {"CNF": 1, "RAD": 2, "TRE": 1, "GHO": 0},
    "120": {"CAL": {"D": 0, "CAL": -300}},
}


def test_every_quantity_in_its_unit() -> None:
    (row,) = decode_plots(encode_block(48, [FULL]))
    expected = {
        "time_of_day_s": 86399.9921875,
        "rho_m": 185_200.0,
        "theta_rad": math.pi / 4,
        "flight_level_m": -38.1,
        "height_3d_m": -76.2,
        "x_m": -237_056.0,
        "y_m": 926.0,
        "ground_speed_mps": 231.5,
        "heading_rad": 1.5 * math.pi,
        "doppler_mps": -300.0,
    }
    assert {name: row[name] for name in expected} == pytest.approx(expected, rel=1e-14)
    codes = {"sac": 25, "sic": 13, "type": 5, "sim": 1, "rab": 0, "military_emergency": 1, "foe_friend": 1}
    codes |= {"mode3a": 0o7700, "mode3a_v": 0, "mode3a_g": 1, "flight_level_v": 1, "address": 0x3C660C}
    codes |= {"track_number": 4095, "tentative": 1, "track_end": 1, "ghost": 0, "mode_s_registers": 2, "datagram": 0}
    assert {name: int(row[name]) for name in codes} == codes
    assert row["aircraft_id"] == b"DLH65A"


def test_what_is_not_said_is_marked() -> None:
    (row,) = decode_plots(encode_block(48, [{"010": {"SAC": 1, "SIC": 2}}]))
    for name in (ASTERIX_PLOT.names or ())[: (ASTERIX_PLOT.names or ()).index("datagram")]:
        if name not in ("sac", "sic"):
            assert np.isnan(row[name]) if ASTERIX_PLOT[name].kind == "f" else row[name] == -1, name
    assert row["aircraft_id"] == b""


def test_identifications_with_undefined_characters() -> None:
    whole = encode_block(48, [{"240": "ABCDEFGH"}])
    holed = whole[:-6] + (int.from_bytes(whole[-6:]) & ~(63 << 36)).to_bytes(6)
    assert decode_plots([whole, holed])["aircraft_id"].tolist() == [b"ABCDEFGH", b"ACDEFGH"]


def test_service_messages() -> None:
    north = {"010": {"SAC": 25, "SIC": 13}, "000": 1, "030": 10.0, "041": 5.5}
    site = {"HGT": 120.0, "LAT": 45.0, "LON": -22.5}
    sector = {"010": {"SAC": 25, "SIC": 13}, "000": 2, "020": 90.0, "120": site, "050": {"COM": {"NOGO": 1, "TSV": 0}}}
    first, second = services(scan([encode_block(34, [north, sector])]))
    assert (first["type"], first["time_of_day_s"], first["rotation_s"], first["no_go"]) == (1, 10.0, 5.5, -1)
    assert second["sector_rad"] == pytest.approx(math.pi / 2)
    assert (second["lat_deg"], second["lon_deg"], second["height_m"]) == (45.0, -22.5, 120.0)
    assert (second["no_go"], second["time_invalid"]) == (1, 0)


def test_nothing_gives_empty_arrays_and_counts() -> None:
    counters = Counters()
    assert len(decode_plots(b"\x07\x00\x04\x00", counters=counters)) == 0
    assert counters.skipped == {"007": 1}
    assert len(plots(scan([]))) == len(services(scan([]))) == 0
