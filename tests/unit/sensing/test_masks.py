"""Shadows of the ground against the closed form of a ridge, and the table that a look reads."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from jointsky import geo
from jointsky.atlas.elevation import COARSE, Elevation, Tile
from jointsky.kernels.terrain import terrain_reach
from jointsky.sensing.mask_store import folder, kept
from jointsky.sensing.masks import (
    AZIMUTHS,
    mask_table,
    table_directions,
    table_heights_m,
    terrain_shadow_m,
)
from jointsky.sensing.refraction import ridge_shadow_m, shadow_height_m

LAT, LON, ANTENNA_M = 54.0, 30.0, 20.0
RIDGE_LAT, RIDGE_M = 54.2, 400.0


def ridge() -> Elevation:
    """Flat ground at sea level, and one row of posts that is a wall from west to east."""
    heights = np.zeros((601, 61), np.float32)
    heights[round((RIDGE_LAT - 53.5) / 0.002)] = RIDGE_M
    return Elevation("ridge", (Tile(53.5, 28.0, 0.002, 4.0 / 60.0, heights),))


RIDGE_AT_M = float(geo.geodesic(LAT, LON, RIDGE_LAT, LON)[0])


def test_the_shadow_of_a_ridge_is_its_closed_form_within_half_a_metre() -> None:
    ranges = np.unique(np.concatenate((np.arange(200.0, 50e3, 100.0), [RIDGE_AT_M])))
    shadow = terrain_shadow_m(ridge(), LAT, LON, ANTENNA_M, 0.0, ranges)
    at_crest = float(shadow[np.searchsorted(ranges, RIDGE_AT_M)])
    assert at_crest == pytest.approx(RIDGE_M, abs=1.0)  # the tile's posts and the ray's place agree to a metre
    for far in (30e3, 40e3, 49e3):
        judge = ridge_shadow_m(ANTENNA_M, at_crest, RIDGE_AT_M, far)
        assert np.interp(far, ranges, shadow) == pytest.approx(judge, abs=0.5)


def test_over_flat_ground_the_shadow_is_the_horizon() -> None:
    flat = Elevation("flat", (Tile(50.0, 25.0, 8.0, 10.0, np.zeros((2, 2), np.float32)),))
    ranges = np.arange(100.0, 120e3, 100.0)
    shadow = terrain_shadow_m(flat, LAT, LON, ANTENNA_M, 1.0, ranges)
    for far in (30e3, 60e3, 119e3):
        assert np.interp(far, ranges, shadow) == pytest.approx(shadow_height_m(far, ANTENNA_M), abs=1.0)


def test_a_look_reads_the_reach_of_its_azimuth_and_height() -> None:
    broad = ridge()
    at = round((RIDGE_LAT - 53.5) / 0.002)
    broad.tiles[0].height_m[at - 1 : at + 2] = RIDGE_M
    masks = mask_table(broad, LAT, LON, ANTENNA_M, 50e3)[None]
    for column in (6, 7, 8):  # heights of the table: 326, 444 and 579 m
        height = float(table_heights_m()[column])
        ranges = np.arange(RIDGE_AT_M, 50e3, 20.0)
        hidden = [ridge_shadow_m(ANTENNA_M, RIDGE_M, RIDGE_AT_M, r) > height for r in ranges]
        reach = terrain_reach(masks, 0, 1.0, 1000.0, height)
        assert reach == pytest.approx(ranges[hidden.index(True)], rel=0.015)
        assert terrain_reach(masks, 0, 1.0, 1000.0, height + 5.0) >= reach
    assert terrain_reach(masks, 0, 0.0, -1.0, 300.0) > 48e3  # nothing stands in the south


def test_directions_go_once_around_clockwise_and_are_found_again() -> None:
    directions = table_directions()
    turned = np.unwrap(np.arctan2(directions[:, 0], directions[:, 1]))
    assert (np.diff(turned) > 0.0).all() and turned[-1] - turned[0] < 2 * math.pi
    masks = np.broadcast_to(np.arange(AZIMUTHS, dtype=np.float32)[None, :, None], (1, AZIMUTHS, 4)).copy()
    for place, (east, north) in enumerate(directions):
        assert terrain_reach(masks, 0, 5e4 * east, 5e4 * north, 123.0) == place


def test_higher_targets_are_seen_at_least_as_far_over_real_ground() -> None:
    table = mask_table(COARSE, 53.9, 27.5, 300.0, 150e3)
    assert (np.diff(table, axis=1) >= 0.0).all()
    assert (table[:, 1] < 150e3).all() and table_heights_m()[1] < 10.0


def test_masks_are_kept_on_disk_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made: list[int] = []

    def make() -> np.ndarray:
        made.append(1)
        return np.full((4, 3), 5e4, np.float32)

    site = (54.0, 30.0, 25.0, 160000.0)
    for ground, times in (("a" * 64, 1), ("a" * 64, 1), ("b" * 64, 2), ("", 3), ("", 4)):
        assert np.array_equal(kept(ground, site, (4, 3), make), np.full((4, 3), 5e4, np.float32))
        assert len(made) == times
    assert len(list(folder().iterdir())) == 2
    for damaged in folder().iterdir():
        damaged.write_bytes(damaged.read_bytes()[:-5])
    kept("a" * 64, site, (4, 3), make)
    assert len(made) == 5 and len(kept("a" * 64, site, (4, 3), make)) == 4 and len(made) == 5
