"""Directions as measurements: places where they cross, ghosts that wait, and what a picture may be made from."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jointsky import geo
from jointsky.tracking.crossings import Crossings, with_crossings
from jointsky.vocab.codes import PlotKind
from jointsky.vocab.records import PLOT, SENSOR, Rows, empty

SITES = ((54.5, 30.0), (53.3, 30.1), (53.9, 31.4))
HEIGHT_M = 9_000.0


def sensors() -> Rows:
    table = empty(SENSOR, len(SITES))
    table["period_s"], table["max_range_m"] = 10.0, (4e5, 3e5, 3e5)
    return table


def strobes(places: list[tuple[float, float]], sites: tuple[int, ...], t_s: float, sigma: float = 0.2) -> Rows:
    """One direction of every emitter from every site."""
    rows = empty(PLOT, len(places) * len(sites))
    cells = [(site, place) for site in sites for place in places]
    for row, (site, (lat, lon)) in zip(rows, cells, strict=True):
        az, _, _ = geo.geodetic2aer(lat, lon, HEIGHT_M, *SITES[site], 20.0)
        row["sensor"], row["kind"], row["az_rad"], row["sigma_az_rad"] = site, PlotKind.STROBE, az, math.radians(sigma)
        row["site_ecef_m"], row["t_valid_s"], row["t_seen_s"] = geo.geodetic2ecef(*SITES[site], 20.0), t_s, t_s + 1.0
        row["range_m"] = math.nan
        row["clause"] = -1
    return rows


def placed_km(plot: np.void, place: tuple[float, float]) -> float:
    """How far a plot is from a place, along and across its direction."""
    lat, lon, alt = (float(part) for part in geo.ecef2geodetic(plot["site_ecef_m"]))
    az, _, far = (float(part) for part in geo.geodetic2aer(*place, HEIGHT_M, lat, lon, alt))
    turn = (float(plot["az_rad"]) - az + math.pi) % (2.0 * math.pi) - math.pi
    return math.hypot(float(plot["range_m"]) - far, turn * far) / 1e3


def test_two_directions_give_a_place_and_one_gives_none() -> None:
    place = (54.1, 28.2)
    assert len(Crossings(sensors()).observe(strobes([place], (0,), 5.0))) == 0
    found = Crossings(sensors()).observe(strobes([place], (0, 1), 5.0))
    assert len(found) == 1 and found["kind"][0] == PlotKind.PRIMARY and found["sensor"][0] == 0
    assert placed_km(found[0], place) < 1.0
    assert math.isnan(found["height_m"][0]) and math.isnan(found["el_rad"][0])


def test_variances_bound_the_fix() -> None:
    place, luck, misses = (54.1, 28.2), np.random.default_rng(1), []
    for _ in range(300):
        rows = strobes([place], (0, 1), 5.0)
        rows["az_rad"] += luck.normal(0.0, np.hypot(math.radians(0.2), math.radians(0.12)), 2)
        plot = Crossings(sensors()).observe(rows)[0]
        az, _, far = geo.geodetic2aer(*place, HEIGHT_M, *SITES[0], 20.0)
        misses.append(((plot["az_rad"] - az) / plot["sigma_az_rad"], (plot["range_m"] - far) / plot["sigma_range_m"]))
    squared = (np.array(misses) ** 2).sum(axis=1)
    assert np.mean(squared < 5.99) > 0.97  # 95 % would be exact; twice the variances bound what is correlated
    assert np.median(squared) > 0.2


def test_ghosts_of_two_emitters_wait_for_a_third_site() -> None:
    places = [(54.3, 28.0), (53.5, 28.4)]
    assert len(Crossings(sensors()).observe(strobes(places, (0, 1), 5.0))) == 0
    found = Crossings(sensors()).observe(strobes(places, (0, 1, 2), 5.0))
    assert len(found) == 2
    for place in places:
        assert min(placed_km(plot, place) for plot in found) < 1.0


def test_a_known_place_is_found_again_among_others() -> None:
    crossings, first, second = Crossings(sensors()), (54.3, 28.0), (53.5, 28.4)
    assert len(crossings.observe(strobes([first], (0, 1), 5.0))) == 1
    found = crossings.observe(strobes([first, second], (0, 1), 15.0))  # alone these two would have ghosts as good
    assert len(found) == 2
    assert min(placed_km(plot, first) for plot in found) < 1.0 and min(placed_km(plot, second) for plot in found) < 1.0


def test_order_and_other_plots_mean_nothing() -> None:
    rows = strobes([(54.3, 28.0), (53.5, 28.4)], (0, 1, 2), 5.0)
    echo = rows[:1].copy()
    echo["kind"], echo["range_m"] = PlotKind.PRIMARY, 1e5
    once = Crossings(sensors()).observe(rows)
    again = Crossings(sensors()).observe(np.concatenate([echo, rows[::-1]]))
    assert once.tobytes() == again.tobytes()
    assert with_crossings(None, echo) is echo and len(with_crossings(Crossings(sensors()), echo)) == 1


def test_a_released_direction_marks_the_place_it_helped_to_find() -> None:
    rows = strobes([(54.1, 28.2)], (0, 1), 5.0)
    rows["clause"][1] = 4
    found = Crossings(sensors()).observe(rows)
    assert (found["clause"][0], found["sensor"][0]) == (4, 1)


@pytest.mark.parametrize("field", ["az_rad", "t_valid_s"])
def test_directions_that_are_no_numbers_are_left_out(field: str) -> None:
    rows = strobes([(54.1, 28.2)], (0, 1), 5.0)
    rows[field][0] = math.nan
    assert len(Crossings(sensors()).observe(rows)) == 0
