"""The ground's horizon as a look reads it: one range for each azimuth and height of a site (`sensing.masks`)."""

import math
from typing import Any

from numpy.typing import NDArray

from jointsky.kernels.compiled import kernel

CEILING_M = 20_000.0
"""Height of a table's last column; column j stands for CEILING (j / last)^2."""


@kernel("float64(Array(float32, 3, 'C', readonly=True), int64, float64, float64, float64)")
def terrain_reach(masks: NDArray[Any], row: int, east: float, north: float, height_m: float) -> float:
    """Return the range up to which site `row` sees a target of this height in this direction.

    Azimuths lie evenly on the square |east| + |north| = 1, clockwise from north: no angle is computed. Between heights
    the reach is read linearly in the square root of the height, as a horizon goes.
    """
    across = abs(east) + abs(north)
    if not across > 0.0:
        return math.inf
    turn = 1.0 - north / across
    if east < 0.0:
        turn = 4.0 - turn
    azimuths = masks.shape[1]
    place = int(turn * (0.25 * azimuths))
    if place >= azimuths:
        place = azimuths - 1
    last = masks.shape[2] - 1
    x = last * math.sqrt(max(height_m, 0.0) / CEILING_M)
    if x >= last:
        return float(masks[row, place, last])
    j = int(x)
    low = float(masks[row, place, j])
    return low + (x - j) * (float(masks[row, place, j + 1]) - low)
