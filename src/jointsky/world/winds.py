"""The wind of a scenario as rows that kernels read."""

from collections.abc import Sequence

import numpy as np

from jointsky.geo.angles import sincos
from jointsky.scenario.wind import WindLevel
from jointsky.world.world import Float


def wind_rows(levels: Sequence[WindLevel]) -> Float:
    """Rows (n, 3) of height in metres and the wind's speed towards east and towards north in m/s, rising. A wind is
    named by where it comes from: 270 degrees blows towards the east."""
    rows = np.zeros((len(levels), 3))
    for row, level in zip(rows, sorted(levels, key=lambda level: level.altitude), strict=True):
        sine, cosine = sincos(np.deg2rad(level.source + 180.0))
        row[:] = level.altitude, level.speed * float(sine), level.speed * float(cosine)
    return rows
