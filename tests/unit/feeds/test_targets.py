"""Target reports of other categories than 048 reach a post."""

from __future__ import annotations

import numpy as np
import pytest

from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.plots import ASTERIX_SERVICE
from jointsky.feeds.asterix.scan import scan
from jointsky.feeds.asterix.targets import target_reports
from jointsky.feeds.reports import place_unknown, to_plots
from jointsky.geo.frames import aer2geodetic
from jointsky.vocab.codes import PlotKind

DAY_0 = 19_000 * 86400.0
SOURCE = {"010": {"SAC": 25, "SIC": 13}}
PLACE = {"LAT": 45.0, "LON": 16.0}


def block(number: int) -> bytes:
    """One target at 10:00:00, flight level 330, code 2000."""
    t_s = 36_000.0
    items = {
        1: {
            "020": {"TYP": 0, "SSRPSR": 2},
            "040": {"RHO": 100.0, "THETA": 90.0},
            "070": {"MODE3A": "2000"},
            "090": {"HGT": 330.0},
            "141": t_s % 512.0,
        },
        21: {"071": t_s, "130": PLACE, "070": {"MODE3A": "2000"}, "145": 330.0, "080": 0x4B1234, "170": "ABC123"},
        62: {"070": t_s, "105": PLACE, "060": {"MODE3A": "2000"}, "136": 330.0, "040": 77, "380": {"ADR": 0x4B1234}},
    }[number]
    return encode_block(number, [SOURCE | items])


@pytest.mark.parametrize("number", [1, 21, 62])
def test_a_target_becomes_a_plot(number: int) -> None:
    reports = target_reports(scan([block(number)]))
    table, warnings = place_unknown(None, reports, np.zeros(0, ASTERIX_SERVICE), (44.0, 15.0, 0.0))
    found = to_plots(reports, np.array([DAY_0 + 36_000.5]), table, DAY_0)
    assert found.dropped == {} and len(warnings) == 1
    (plot,) = found.plots
    assert plot["t_valid_s"] == pytest.approx(36_000.0)
    assert plot["kind"] == PlotKind.SECONDARY and plot["code"] == 0o2000
    assert plot["height_m"] == pytest.approx(330 * 30.48)
    if number == 1:
        assert (plot["range_m"], plot["az_rad"]) == (pytest.approx(185_200.0), pytest.approx(np.pi / 2))


def test_latitude_and_longitude_come_back_from_range_and_azimuth() -> None:
    far = encode_block(21, [SOURCE | {"071": 36_001.0, "130": {"LAT": 47.0, "LON": 19.0}, "145": 330.0}])
    reports = target_reports(scan([block(21), far]))
    table, _ = place_unknown(None, reports, np.zeros(0, ASTERIX_SERVICE), (0.0, 0.0, 0.0))
    found = to_plots(reports, np.array([DAY_0 + 36_000.5, DAY_0 + 36_001.5]), table, DAY_0).plots
    site = table.rows[0]
    for plot, place in zip(found, ((45.0, 16.0), (47.0, 19.0)), strict=True):
        reach, rise = float(plot["range_m"]), float(plot["height_m"])
        low, high = -0.3, 1.5
        for _ in range(60):  # the elevation at which the slant range ends at that height
            middle = (low + high) / 2
            height = aer2geodetic(plot["az_rad"], middle, reach, site["lat_deg"], site["lon_deg"], site["alt_m"])[2]
            low, high = (middle, high) if height < rise else (low, middle)
        lat, lon, _ = aer2geodetic(plot["az_rad"], low, reach, site["lat_deg"], site["lon_deg"], site["alt_m"])
        assert (float(lat), float(lon)) == pytest.approx(place, abs=1e-4)


def test_category_048_is_as_before_and_order_is_that_of_the_datagrams() -> None:
    plot = encode_block(48, [SOURCE | {"140": 36_000.0, "040": {"RHO": 1.0, "THETA": 2.0}}])
    reports = target_reports(scan([block(62), plot, block(1), block(21)]))
    assert reports["category"].tolist() == [62, 48, 1, 21]
    assert reports["address"].tolist() == [0x4B1234, -1, -1, 0x4B1234]
    assert reports["aircraft_id"].tolist() == [b"", b"", b"", b"ABC123"]
