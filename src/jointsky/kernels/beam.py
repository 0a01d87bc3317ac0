"""Whom a turning beam meets during a tick, and when.

A target's bearing from the beam is known at both ends of a tick by the same numbers as its neighbours' ends, so a beam
meets each target once per scan whatever the tick.
"""

import math
from typing import Any

from numpy.typing import NDArray

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import TWO_PI, atan2, sincos, wrap_pi, wrap_two_pi
from jointsky.kernels.jamming import EFFECTIVE_EARTH_M
from jointsky.kernels.radar import ALT, JAMS, MOVES, REACH, START

FASTEST_CARRIER_MPS = 400.0
"""No aircraft that carries a rotating radar is faster."""
FAR_MOVES = 50.0
SECTOR_MARGIN_RAD = 0.025
"""A target farther than `FAR_MOVES` times its motion in the tick turns the line of sight by less than the margin: the
sector swept then tells whether the beam met it.
"""
WHO, SHARE, AZIMUTH, MEETING_COLUMNS = 0, 1, 2, 3


@kernel("boolean(float64, float64, float64, float64, float64, float64, float64)")
def _in_sector(
    east: float, north: float, sin_a: float, cos_a: float, sin_b: float, cos_b: float, width_rad: float
) -> bool:
    """Tell whether a direction lies clockwise between azimuths a and b, `width_rad` apart."""
    after_a = east * cos_a - north * sin_a >= 0.0
    before_b = north * sin_b - east * cos_b >= 0.0
    if width_rad <= 3.1:
        return after_a and before_b
    return after_a or before_b or width_rad >= 6.2


@kernel()
def meet(
    radar: Any,
    rows: NDArray[Any],
    targets: NDArray[Any],
    start: NDArray[Any],
    site: NDArray[Any],
    t0_s: float,
    t1_s: float,
    met: NDArray[Any],
) -> int:
    """Write whom the beam meets in [t0, t1), when (share of the tick) and at which azimuth (NaN: near, to be told from
    its position); return how many.
    """
    turns0 = (t0_s + radar.phase_s) / radar.period_s
    turns1 = (t1_s + radar.phase_s) / radar.period_s
    beam0 = TWO_PI * (turns0 - math.floor(turns0))
    beam1 = TWO_PI * (turns1 - math.floor(turns1))
    swept: float = TWO_PI * (turns1 - turns0)
    sin_a, cos_a = sincos(beam0 - SECTOR_MARGIN_RAD)
    sin_b, cos_b = sincos(beam1 + SECTOR_MARGIN_RAD)
    site_reach = math.sqrt(2.0 * EFFECTIVE_EARTH_M * max(site[ALT], 0.0)) + 100.0
    own_motion = (t1_s - t0_s) * FASTEST_CARRIER_MPS if radar.platform >= 0 else 0.0
    count = 0
    for a in range(rows.size):
        dx = targets[a, 0] - site[0]
        dy = targets[a, 1] - site[1]
        dz = targets[a, 2] - site[2]
        moves = targets[a, MOVES] + own_motion
        limit = 1.01 * (site_reach + targets[a, REACH]) + moves
        if limit > radar.max_range_m + moves and targets[a, JAMS] == 0.0:
            limit = radar.max_range_m + moves
        if dx * dx + dy * dy + dz * dz > limit * limit or rows[a] == radar.platform:
            continue
        east = site[3] * dx + site[4] * dy + site[5] * dz
        north = site[6] * dx + site[7] * dy + site[8] * dz
        far = east * east + north * north > FAR_MOVES * FAR_MOVES * moves * moves
        if far and not _in_sector(east, north, sin_a, cos_a, sin_b, cos_b, swept + 2.0 * SECTOR_MARGIN_RAD):
            continue
        dx = targets[a, START] - start[0]
        dy = targets[a, START + 1] - start[1]
        dz = targets[a, START + 2] - start[2]
        east0 = start[3] * dx + start[4] * dy + start[5] * dz
        north0 = start[6] * dx + start[7] * dy + start[8] * dz
        az1 = atan2(east, north)
        ahead0 = wrap_two_pi(az1 - beam0)
        crossings = 1
        inside = far and swept < 6.0 and SECTOR_MARGIN_RAD < ahead0 < swept - SECTOR_MARGIN_RAD
        if inside:  # crossed for certain, and the small turn of the line of sight needs no second arctangent
            tangent = (east * north0 - north * east0) / (east * east0 + north * north0)
            turned = tangent * (1.0 - tangent * tangent / 3.0)
            ahead0 -= turned
            passed = swept - turned
        else:
            az0 = atan2(east0, north0)
            ahead0 = wrap_two_pi(az0 - beam0)
            ahead1 = wrap_two_pi(az1 - beam1)
            ahead0 = TWO_PI if ahead0 == 0.0 else ahead0
            ahead1 = TWO_PI if ahead1 == 0.0 else ahead1
            passed = swept - wrap_pi(az1 - az0)
            turns: float = (ahead1 - ahead0 + passed) / TWO_PI
            crossings = int(math.floor(turns + 0.5))
        for crossing in range(crossings):
            share = (ahead0 + TWO_PI * crossing) / passed
            met[count, WHO] = a
            met[count, SHARE] = share
            met[count, AZIMUTH] = beam0 + share * swept if inside else math.nan
            count += 1
    return count
