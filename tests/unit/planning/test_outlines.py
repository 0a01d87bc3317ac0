"""Outlines of masks against shapely, and by hand where cells touch at a corner."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

from jointsky.planning.outlines import multipolygon, rings

LAT, LON = 50.0 + 0.5 * np.arange(8), 20.0 + 0.25 * np.arange(9)


@settings(max_examples=60, deadline=None)
@given(arrays(np.bool_, (8, 9)))
def test_the_polygons_are_the_cells_as_shapely_joins_them(mask: np.ndarray) -> None:
    shapely = pytest.importorskip("shapely")
    found = shapely.geometry.shape(multipolygon(mask, LAT, LON))
    assert found.is_valid
    cells = [
        shapely.box(LON[c] - 0.125, LAT[r] - 0.25, LON[c] + 0.125, LAT[r] + 0.25) for r, c in np.argwhere(mask)
    ]
    judge = shapely.union_all(cells)
    assert found.symmetric_difference(judge).area < 1e-9
    assert found.area == pytest.approx(0.125 * mask.sum(), abs=1e-9)


def test_a_hole_runs_the_other_way_and_belongs_to_its_polygon() -> None:
    mask = np.ones((3, 3), np.bool_)
    mask[1, 1] = False
    outer, inner = rings(mask)
    assert len(outer) == 4 and len(inner) == 4
    (polygon,) = multipolygon(mask, LAT[:3], LON[:3])["coordinates"]
    assert len(polygon) == 2 and polygon[0][0] == polygon[0][-1]


def test_cells_that_touch_at_a_corner_stay_apart() -> None:
    assert len(list(rings(np.array([[True, False], [False, True]])))) == 2
    assert len(list(rings(np.array([[False, True], [True, False]])))) == 2
    assert list(rings(np.zeros((2, 2), np.bool_))) == []
