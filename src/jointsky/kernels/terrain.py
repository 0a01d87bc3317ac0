"""The ground's horizon as a look reads it: one range for each azimuth and height of a site (`sensing.masks`).

Places in the table are found by scalars, and the table is read where it is used: an array handed to a compiled function
costs more than the look-up.
"""

import math
from typing import Any

from numpy.typing import NDArray

from jointsky.kernels.compiled import kernel

CEILING_M = 20_000.0
"""Height of a table's last column; column j stands for CEILING (j / last)^2."""


@kernel("int64(float64, float64, int64)")
def azimuth_bin(east: float, north: float, azimuths: int) -> int:
    """Return in which of the bins of azimuth a direction lies: evenly on the square |east| + |north| = 1, clockwise
    from north, so that no angle is computed. A direction without length is in the first.
    """
    across = abs(east) + abs(north)
    if not across > 0.0:
        return 0
    turn = 1.0 - north / across
    if east < 0.0:
        turn = 4.0 - turn
    place = int(turn * (0.25 * azimuths))
    return place if place < azimuths else azimuths - 1


@kernel("float64(float64, int64)")
def height_place(height_m: float, heights: int) -> float:
    """Return at which column of heights, and what share of the way to the next, a height lies; always below the last.

    Between columns the reach goes with the square root of the height, as a horizon does.
    """
    last = heights - 1.0
    x = last * math.sqrt(max(height_m, 0.0) / CEILING_M)
    return min(x, last - 1e-9)


@kernel("float64(Array(float32, 3, 'C', readonly=True), int64, float64, float64, float64)")
def terrain_reach(masks: NDArray[Any], row: int, east: float, north: float, height_m: float) -> float:
    """Return the range up to which site `row` sees a target of this height in this direction."""
    place = azimuth_bin(east, north, masks.shape[1])
    x = height_place(height_m, masks.shape[2])
    j = int(x)
    low = float(masks[row, place, j])
    return low + (x - j) * (float(masks[row, place, j + 1]) - low)
