"""Outlines of covered places: a mask on a grid as the polygons of GeoJSON (RFC 7946), holes and all."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Corner = tuple[int, int]
"""(row, column) of a corner between cells."""


def multipolygon(mask: NDArray[np.bool_], lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> dict[str, Any]:
    """Return the MultiPolygon whose inside is the cells of `mask` (n, m) about (`lat_deg`, `lon_deg`), even grids.

    Outer rings run anticlockwise, holes clockwise; where two cells touch at a corner only, they stay apart.
    """
    step, across = float(lat_deg[1] - lat_deg[0]), float(lon_deg[1] - lon_deg[0])
    polygons: list[list[list[Corner]]] = []
    holes: list[list[Corner]] = []
    for ring in rings(mask):
        if _twice_area(ring) > 0:
            polygons.append([ring])
        else:
            holes.append(ring)
    for hole in holes:
        inside = [rings_ for rings_ in polygons if _contains(rings_[0], hole[0], hole[1])]
        min(inside, key=lambda rings_: _twice_area(rings_[0])).append(hole)
    place = [
        [[[round(float(lon_deg[0]) + (c - 0.5) * across, 6), round(float(lat_deg[0]) + (r - 0.5) * step, 6)]
          for r, c in [*ring, ring[0]]] for ring in polygon]
        for polygon in polygons
    ]  # fmt: skip
    return {"type": "MultiPolygon", "coordinates": place}


def rings(mask: NDArray[np.bool_]) -> Iterator[list[Corner]]:
    """Yield the closed lines between covered and other cells as corners, covered cells to the left, straight runs in
    one. No ring meets itself: one that comes back to a corner is cut there.
    """
    after = _edges(mask)
    while after:
        start = min(after)
        line, here = [start], _followed(after, start, start)
        while True:
            if here in line:
                cut = line.index(here)
                yield _straightened(line[cut:])
                del line[cut + 1 :]
                if here not in after:
                    break
            else:
                line.append(here)
            here = _followed(after, line[-1], line[-2] if len(line) > 1 else here)


def _followed(after: dict[Corner, list[Corner]], here: Corner, came: Corner) -> Corner:
    """Take one edge from a corner: where two lines cross, the one to the left, so that cells which share a corner only
    stay apart.
    """
    onward = after[here]
    left = here[0] + here[1] - came[1], here[1] - here[0] + came[0]
    taken = onward.pop(onward.index(left) if left in onward else 0)
    if not onward:
        del after[here]
    return taken


def _edges(mask: NDArray[np.bool_]) -> dict[Corner, list[Corner]]:
    """Edges with a covered cell on the left only (rows run north, columns east), by where they start."""
    wide = np.pad(mask, 1)
    after: dict[Corner, list[Corner]] = {}
    sides = ((-1, 0, (0, 0), (0, 1)), (0, 1, (0, 1), (1, 1)), (1, 0, (1, 1), (1, 0)), (0, -1, (1, 0), (0, 0)))
    for up, right, first, last in sides:
        beyond = np.roll(wide, (-up, -right), (0, 1))
        for row, column in np.argwhere(wide & ~beyond) - 1:
            start = int(row) + first[0], int(column) + first[1]
            after.setdefault(start, []).append((int(row) + last[0], int(column) + last[1]))
    return after


def _straightened(ring: list[Corner]) -> list[Corner]:
    return [
        b
        for a, b, c in zip([ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True)
        if (b[0] - a[0]) * (c[1] - b[1]) != (b[1] - a[1]) * (c[0] - b[0])
    ]


def _twice_area(ring: list[Corner]) -> int:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(a[1] * b[0] - b[1] * a[0] for a, b in pairs)


def _contains(ring: list[Corner], first: Corner, second: Corner) -> bool:
    """Whether the cell to the left of an edge, half a step inside, lies in the ring: crossings of a line eastward."""
    turn = np.sign(second[0] - first[0]), np.sign(second[1] - first[1])
    row = first[0] + 0.5 * (turn[0] + turn[1])
    column = first[1] + 0.5 * (turn[1] - turn[0])
    inside = False
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (a[0] > row) != (b[0] > row) and column < a[1]:
            inside = not inside
    return inside
