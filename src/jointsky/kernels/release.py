"""When a carrier passes the point where its weapons leave it."""

import math
from typing import Any

from jointsky.kernels.compiled import kernel
from jointsky.kernels.rowtypes import AIRCRAFT_ROWS, FLOAT, INT, WAYPOINT_MODEL

RELEASE_GATE_M = 15_000.0
"""A carried weapon is released at its parent's closest approach to the release point if that is nearer than this."""


@kernel(FLOAT(AIRCRAFT_ROWS, INT, WAYPOINT_MODEL, FLOAT))
def release_time(aircraft: Any, i: int, waypoints: Any, t_s: float) -> float:
    """Return when the parent of carried row i passed, or will pass, the release point (now: t_s); inf if it is far
    off.
    """
    row = aircraft[i]
    parent = aircraft[row.parent]
    p = parent.pos_ecef_m
    v = parent.vel_ecef_mps
    q = waypoints[row.first_waypoint].pos_ecef_m
    dx, dy, dz = q[0] - p[0], q[1] - p[1], q[2] - p[2]
    if dx * dx + dy * dy + dz * dz > RELEASE_GATE_M * RELEASE_GATE_M:
        return math.inf
    return t_s + (dx * v[0] + dy * v[1] + dz * v[2]) / max(v[0] * v[0] + v[1] * v[1] + v[2] * v[2], 1.0)
