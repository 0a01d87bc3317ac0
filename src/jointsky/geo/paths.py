"""Paths given by knots: places and velocities at some times, and Hermite's cubic between them."""

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def between(knots: Float, t_s: Float) -> Float:
    """Return place and velocity (n, 6) at times within the `knots` (m, 7: time s, place m, velocity m/s), by Hermite's
    cubic: times before the first or after the last knot are carried on."""
    at = np.clip(np.searchsorted(knots[:, 0], t_s, side="right") - 1, 0, len(knots) - 2)
    a, b = knots[at], knots[at + 1]
    h = (b[:, 0] - a[:, 0])[:, None]
    s = (np.asarray(t_s) - a[:, 0])[:, None] / h
    place = (
        (1.0 + 2.0 * s) * (1.0 - s) ** 2 * a[:, 1:4] + s * (1.0 - s) ** 2 * h * a[:, 4:7]
        + s * s * (3.0 - 2.0 * s) * b[:, 1:4] - s * s * (1.0 - s) * h * b[:, 4:7]
    )  # fmt: skip
    velocity = (
        6.0 * s * (s - 1.0) * (a[:, 1:4] - b[:, 1:4]) / h + (1.0 - s) * (1.0 - 3.0 * s) * a[:, 4:7]
        + s * (3.0 * s - 2.0) * b[:, 4:7]
    )  # fmt: skip
    return np.concatenate([place, velocity], axis=1)
