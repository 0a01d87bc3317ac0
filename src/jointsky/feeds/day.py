"""Time of day to time: ASTERIX stamps say seconds since midnight UTC and start again at 0 each day; they know no
leap second."""

import numpy as np
from numpy.typing import NDArray

from jointsky.units import DAY_S

Seconds = NDArray[np.float64]


def unroll_near(time_of_day_s: Seconds, near_utc_s: Seconds) -> Seconds:
    """UTC seconds since 1970 of stamps [n], each taken within half a day of a known time [n], such as that of its
    capture."""
    ahead = np.mod(time_of_day_s - near_utc_s + DAY_S / 2, DAY_S) - DAY_S / 2
    return near_utc_s + ahead


def unroll_in_order(time_of_day_s: Seconds) -> Seconds:
    """Seconds since the first stamp's midnight of stamps [n] in order of arrival: a fall by more than half a day
    starts a new day.

    A rise by more than half a day is a stamp from before midnight that came late. NaN stays NaN.
    """
    known = np.isfinite(time_of_day_s)
    steps = np.diff(time_of_day_s[known], prepend=time_of_day_s[known][:1])
    days = np.cumsum((steps < -DAY_S / 2).astype(np.float64) - (steps > DAY_S / 2))
    unrolled = np.full(time_of_day_s.shape, np.nan)
    unrolled[known] = time_of_day_s[known] + DAY_S * days
    return unrolled
