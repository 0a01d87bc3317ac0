"""Distances of many points to a border: the same bits as of each alone, and quick for the longest borders."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from jointsky.atlas import borders
from jointsky.engine.land import land_of
from jointsky.geo.areas import Area, Box, area_from_rings
from jointsky.kernels.areas import border_distance, border_distance_rows
from jointsky.scenario.load import load

ROOT = Path(__file__).parents[3]
AREAS = {
    "inland": borders.territory(("Belarus",)),
    "clipped": borders.territory(("Russia",), Box(27, 52, 42, 60)),
    "islands": borders.territory(("Indonesia",)),
    "antimeridian": area_from_rings([[[170, 60], [-170, 60], [-170, 70], [170, 70]]]),
    "pole": area_from_rings([[[-180, -90], [180, -90], [180, -65], [0, -60], [-180, -65]]]),
    "half": area_from_rings([[[-90, -80], [90, -80], [90, 80], [-90, 80]]]),
    "nothing": area_from_rings([]),
}


def places(area: Area, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A grid, places anywhere, and corners and places beside them."""
    lat = [np.repeat(np.linspace(-1.5, 1.5, 7), 9), rng.uniform(-1.57, 1.57, 150)]
    lon = [np.tile(np.linspace(-3.2, 3.2, 9), 7), rng.uniform(-3.2, 3.2, 150)]
    if len(area.vertices):
        corners = area.vertices[rng.integers(0, len(area.vertices), 100)]
        west, south, east, north = area.box
        lat += [corners[:, 0], corners[:, 0] + rng.normal(0.0, 1e-4, 100)]
        lon += [corners[:, 1], corners[:, 1] + rng.normal(0.0, 1e-4, 100)]
        lat.append(np.deg2rad(np.repeat(np.linspace(south - 2, north + 2, 12), 20)))
        lon.append(np.deg2rad(np.tile(np.linspace(west - 2, east + 2, 20), 12)))
    return np.concatenate(lat), np.concatenate(lon)


@pytest.mark.parametrize("name", AREAS)
def test_rows_have_the_bits_of_single_points(name: str) -> None:
    area = AREAS[name]
    lat, lon = places(area, np.random.default_rng(11))
    distance_m, edge = np.empty(len(lat)), np.empty(len(lat), np.int64)
    border_distance_rows(lat, lon, area.vertices, area.ring_starts, distance_m, edge)
    for row in range(len(lat)):
        found = border_distance(lat[row], lon[row], area.vertices, area.ring_starts)
        assert (distance_m[row], edge[row]) == found


def test_the_order_of_points_does_not_matter() -> None:
    area = AREAS["islands"]
    rng = np.random.default_rng(12)
    lat, lon = places(area, rng)
    order = rng.permutation(len(lat))
    found = [np.empty(len(lat)), np.empty(len(lat))]
    edge = np.empty(len(lat), np.int64)
    border_distance_rows(lat, lon, area.vertices, area.ring_starts, found[0], edge)
    border_distance_rows(lat[order], lon[order], area.vertices, area.ring_starts, found[1], edge)
    assert np.array_equal(found[0][order], found[1])


def test_the_land_of_a_continent_takes_seconds() -> None:
    """Two and a half million places against seventeen thousand corners: measured one by one it took five minutes."""
    scenario = load(ROOT / "scenarios/agreements/treaties/norad.yaml")
    begun = time.process_time()
    land = land_of(scenario)
    assert time.process_time() - begun < 20.0
    assert sum(field.distance_m.size for field in land.fields.values()) > 2_000_000
