"""Reading fly-out tables: how long a missile needs to a point, and when it meets a moving target."""

import math
from typing import Any

from jointsky.kernels.compiled import kernel
from jointsky.kernels.flight import collision_time
from jointsky.kernels.rowtypes import CUBE_MODEL, FLOAT, INT

TOLERANCE_S = 1e-4
"""How well the flight time to a moving target is solved."""
_MOST_STEPS = 16
_MOST_SHORTER = 8
_SHORTER = 1.25
"""Where no time is known, a point nearer by this share on the same line is asked."""


@kernel(FLOAT(CUBE_MODEL, INT, FLOAT, FLOAT, FLOAT, FLOAT))
def flight_time(
    time_s: Any, missile: int, range_step_m: float, height_step_m: float, range_m: float, height_m: float
) -> float:
    """Return the time of flight to a point at this ground range and height over the launcher's level plane; NaN out of
    reach.

    Linear between the points of `time_s[missile, range, height]`; heights below zero read as zero.
    """
    x = range_m / range_step_m
    y = max(height_m, 0.0) / height_step_m
    if not (x <= time_s.shape[1] - 1 and y <= time_s.shape[2] - 1):
        return math.nan
    i = min(int(x), time_s.shape[1] - 2)
    j = min(int(y), time_s.shape[2] - 2)
    x -= i
    y -= j
    low = time_s[missile, i, j] + x * (time_s[missile, i + 1, j] - time_s[missile, i, j])
    high = time_s[missile, i, j + 1] + x * (time_s[missile, i + 1, j + 1] - time_s[missile, i, j + 1])
    return low if y == 0.0 else low + y * (high - low)


@kernel(FLOAT(CUBE_MODEL, INT, FLOAT, FLOAT, FLOAT, FLOAT))
def time_beyond(
    time_s: Any, missile: int, range_step_m: float, height_step_m: float, range_m: float, height_m: float
) -> float:
    """Return `flight_time`, and out of reach what the missile would need if it went on along the line of sight at the
    mean speed it has to the farthest point of that line for which a time is known: never a time to launch by, only a
    way towards one. NaN where none is known.
    """
    top_m = (time_s.shape[2] - 1) * height_step_m
    far_m = (time_s.shape[1] - 1) * range_step_m
    beyond = max(1.0, max(range_m / far_m, height_m / top_m) * (1.0 + 1e-12))
    for _ in range(_MOST_SHORTER):
        found_s = flight_time(time_s, missile, range_step_m, height_step_m, range_m / beyond, height_m / beyond)
        if found_s == found_s:
            return found_s * beyond
        beyond *= _SHORTER
    return math.nan


@kernel(FLOAT(CUBE_MODEL, INT, *[FLOAT] * 10))
def intercept_time(
    time_s: Any, missile: int, range_step_m: float, height_step_m: float, east_m: float, north_m: float, up_m: float,
    v_east: float, v_north: float, v_up: float, age_s: float, guess_s: float,
) -> float:  # fmt: skip
    """Return the time of flight T, counted from launch, at which the missile meets the target; -1 where it never does.

    The target is now at (east, north, up) of the launcher and flies straight; the missile was launched `age_s` ago (0:
    it would be launched now). T solves T = flight_time(position at launch + T) by the secant rule from `guess_s`; on
    the way there positions out of reach count by `time_beyond`: what dives from above the table is met inside it.
    """
    t_old = 0.0
    miss_old = 0.0
    t = guess_s
    for step in range(_MOST_STEPS):
        x = east_m + v_east * (t - age_s)
        y = north_m + v_north * (t - age_s)
        z = up_m + v_up * (t - age_s)
        away = math.sqrt(x * x + y * y)
        miss = time_beyond(time_s, missile, range_step_m, height_step_m, away, z) - t
        if not abs(miss) < 1e9:
            return -1.0
        if abs(miss) < TOLERANCE_S:
            reached_s = flight_time(time_s, missile, range_step_m, height_step_m, away, z)
            return t if reached_s == reached_s else -1.0
        slope = -1.0
        if step > 0 and t != t_old:
            slope = min((miss - miss_old) / (t - t_old), -0.1)
        t_old, miss_old = t, miss
        t = max(t - miss / slope, 0.0)
    return -1.0


@kernel(FLOAT(CUBE_MODEL, INT, *[FLOAT] * 9))
def first_guess(
    time_s: Any, missile: int, range_step_m: float, height_step_m: float, reach_m: float, east_m: float, north_m: float,
    up_m: float, v_east: float, v_north: float, v_up: float,
) -> float:  # fmt: skip
    """Return a time of flight from the missile's mean speed over two thirds of its reach, to start `intercept_time`
    from; -1: none.
    """
    share = 0.67 * reach_m
    mean = share / time_beyond(time_s, missile, range_step_m, height_step_m, share, max(up_m, 0.1 * share))
    if not mean > 0.0:
        return -1.0
    return collision_time(
        east_m * east_m + north_m * north_m + up_m * up_m,
        east_m * v_east + north_m * v_north + up_m * v_up,
        v_east * v_east + v_north * v_north + v_up * v_up,
        mean,
    )
