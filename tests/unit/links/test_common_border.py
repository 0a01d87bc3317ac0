"""The common border of two lands: what is measured in cubes side by side is what measuring everything finds."""

from __future__ import annotations

import numpy as np
import pytest

from jointsky.links import zones
from jointsky.links.zones import BORDER_TOLERANCE_M, Lines, area_of, common_border, joined, outline_of


def everything(line: Lines, other: Lines) -> Lines:
    middle = line.start + 0.5 * line.run
    close = other.distance_m(middle) <= BORDER_TOLERANCE_M
    return Lines(line.start[close], line.run[close])


def ragged(rng: np.random.Generator, lon: float, lat: float, gap_deg: float):
    """Two lands side by side along a ragged line, with a gap of some width between them."""
    north = lat + np.arange(0.0, 3.0, 0.03)
    line = np.stack((lon + rng.normal(0.0, 0.02, len(north)), north), axis=1)
    far = [[lon - 4.0, lat + 3.0], [lon - 4.0, lat]], [[lon + 4.0, lat + 3.0], [lon + 4.0, lat]]
    moved = np.add(line, (gap_deg, 0.0)).tolist()
    return (
        area_of([[[*line.tolist(), *far[0], line[0].tolist()]]]),
        area_of([[[*moved, *far[1], moved[0]]]]),
    )


@pytest.mark.parametrize("gap_deg", [0.0, 0.03, 0.06, 0.5])
@pytest.mark.parametrize(("lon", "lat"), [(30.0, 50.0), (179.9, 0.0), (10.0, 75.0), (-60.0, -40.0)])
def test_cubes_find_what_measuring_everything_finds(lon: float, lat: float, gap_deg: float) -> None:
    one, other = ragged(np.random.default_rng(7), lon, lat, gap_deg)
    first, second = outline_of(one), outline_of(other)
    expected = joined([everything(first, second), everything(second, first)])
    found = common_border(one, other)
    assert np.array_equal(found.start, expected.start) and np.array_equal(found.run, expected.run)
    assert (len(found.start) > 0) == (gap_deg < 0.5)


def test_what_runs_exactly_at_the_tolerance_is_border_and_what_runs_beyond_is_not() -> None:
    straight = np.array([[0.0, 0.0, 2.0]])
    line = Lines(np.array([[6.4e6, 0.0, 0.0]]), straight)
    for apart_m, found in ((BORDER_TOLERANCE_M, 1), (BORDER_TOLERANCE_M + 1e-3, 0)):
        other = Lines(np.array([[6.4e6 + apart_m, 0.0, 0.0]]), straight)
        assert len(zones._along(line, other).start) == len(zones._along(other, line).start) == found


def test_lands_without_outlines_share_nothing() -> None:
    one, _ = ragged(np.random.default_rng(1), 30.0, 50.0, 0.0)
    assert not len(common_border(one, area_of([])).start)
    assert not len(common_border(area_of([]), one).start)
