"""What sensors and posts say in ASTERIX comes back as it was, to the steps of the format."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.plots import decode_plots
from jointsky.feeds.asterix.records import decode_records
from jointsky.feeds.asterix.spoken import Speaker, jam_strobe, says, service_status, system_track, target_report
from jointsky.geo.frames import rotate2ecef
from jointsky.vocab.codes import Iff, PlotKind, SensorKind
from jointsky.vocab.records import PLOT, TRACK, empty

STEP_M = 1852.0 / 256
DAY_S = 86_400.0
WHO = Speaker(25, 7, 1_780_286_400.0)
turns = st.floats(-1.0, 7.0)


@given(st.floats(0.0, 470_000.0), turns, st.floats(0.0, 3e6), st.floats(-1000.0, 60_000.0), st.sampled_from(Iff))
def test_a_plot_comes_back(range_m: float, az_rad: float, t_s: float, height_m: float, iff: Iff) -> None:
    plot = empty(PLOT, 1)
    plot["t_valid_s"], plot["range_m"], plot["az_rad"], plot["height_m"] = t_s, range_m, az_rad, height_m
    plot["kind"], plot["iff"], plot["code"], plot["range_rate_mps"] = PlotKind.COMBINED, iff, 0o7421, np.nan
    assert says(plot).all()
    (back,) = decode_plots(encode_block(48, [target_report(WHO, plot[0], SensorKind.RADAR_3D)]))
    assert abs(back["rho_m"] - range_m) <= STEP_M / 2 + 1e-6
    assert abs(math.remainder(back["theta_rad"] - az_rad, 2 * math.pi)) <= math.pi / 65_536 + 1e-9
    assert abs(math.remainder(back["time_of_day_s"] - (WHO.start_utc_s + t_s), DAY_S)) <= 1 / 256 + 1e-6
    assert abs(back["height_3d_m"] - height_m) <= 12.5 * 0.3048 + 1e-6
    assert back["mode3a"] == 0o7421 and back["sim"] == 1 and (back["sac"], back["sic"]) == (25, 7)


@given(st.floats(-85.0, 85.0), st.floats(-179.9, 179.9), st.floats(-500.0, 4e4), st.floats(-3000.0, 3000.0))
def test_a_track_comes_back(lat_deg: float, lon_deg: float, alt_m: float, speed_mps: float) -> None:
    track = empty(TRACK, 1)
    track["lat_deg"], track["lon_deg"], track["alt_m"], track["code"] = lat_deg, lon_deg, alt_m, -1
    track["vel_ecef_mps"] = rotate2ecef([speed_mps, -speed_mps / 2, 10.0], lat_deg, lon_deg)
    track["sigma_pos_m"], track["sigma_height_m"] = 250.0, np.nan
    (record,) = decode_records(encode_block(62, [system_track(WHO, track[0], 9, True)]))
    items = record["items"]
    assert abs(items["105"]["LAT"] - lat_deg) < 3e-6 and abs(items["105"]["LON"] - lon_deg) < 3e-6
    assert abs(items["185"]["VX"] - speed_mps) <= 0.126 and abs(items["185"]["VY"] + speed_mps / 2) <= 0.126
    assert abs(items["130"] - alt_m / 0.3048) <= 3.13 and items["040"] == 9
    assert items["080"]["SIM"] == 1 and items["080"]["TSB"] == 1 and items["500"]["APC"]["X"] == 250.0


def test_what_category_048_cannot_say_is_told_by_says() -> None:
    plots = empty(PLOT, 4)
    plots["kind"] = [PlotKind.PRIMARY, PlotKind.PRIMARY, PlotKind.STROBE, PlotKind.PRIMARY]
    plots["range_m"] = [474_000.0, 475_000.0, np.nan, np.nan]
    assert says(plots).tolist() == [True, False, False, False]


@given(turns, st.floats(0.0, 0.2))
def test_a_strobe_is_a_window_about_its_azimuth(az_rad: float, sigma_rad: float) -> None:
    plot = empty(PLOT, 1)
    plot["kind"], plot["az_rad"], plot["sigma_az_rad"] = PlotKind.STROBE, az_rad, sigma_rad
    (record,) = decode_records(encode_block(34, [jam_strobe(WHO, plot[0], 300_000.0)]))
    start, end = (math.radians(record["items"]["100"][name]) for name in ("THETAST", "THETAEND"))
    middle = start + (end - start) % (2 * math.pi) / 2
    assert abs(math.remainder(middle - az_rad, 2 * math.pi)) < 2e-4


def test_the_last_instant_of_a_day_is_not_beyond_it() -> None:
    assert Speaker(1, 1, DAY_S - 0.001).time_of_day_s(0.0) == 0.0
    for record in service_status(Speaker(1, 1, 0.0), DAY_S - 0.001, 256):
        (back,) = decode_records(encode_block(65, [record]))
        assert back["time_of_day_s"] == 0.0
