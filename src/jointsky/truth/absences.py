"""When a thing is out of service, as streams of changes: each yields (seconds, +1) when a reason begins that keeps it
away and (seconds, -1) when that reason ends. A thing serves while no reason is left.

Times are rounded to milliseconds, so that no library function decides a bit of a run. Luck is drawn by name.
"""

import math
from collections.abc import Iterator

from jointsky.links.outages import two_state
from jointsky.rng import Stream, draw, entity_key

Change = tuple[float, int]
"""Seconds since the start, and +1 (one reason more to be away) or -1 (one less)."""


def between(begin_s: float, end_s: float) -> Iterator[Change]:
    """Away from `begin_s` to `end_s` (infinite: for good)."""
    if end_s > begin_s:
        yield begin_s, 1
        if end_s < math.inf:
            yield end_s, -1


def failures(seed: int, name: str, every_s: float, repair_s: float) -> Iterator[Change]:
    """Away for repairs: exponential times between failures and of repair, in their steady state from the start.

    The share of time in service is every / (every + repair) (`links.chains.availability`), the chance to serve t after
    serving that of `links.chains.up_after` (Ross 2014, ch. 6).
    """
    away = False
    for t_s, works in two_state(seed, Stream.READINESS, name, every_s, repair_s):
        if works == away:
            yield t_s, -1 if works else 1
        away = not works


def unserviceable(seed: int, name: str, share: float) -> Iterator[Change]:
    """Away all the time with chance 1 - share."""
    if share < 1.0 and draw(seed, Stream.READINESS, entity_key(name), 0, 1) >= share:
        yield 0.0, 1


def roster(seed: int, name: str, crews: int, duty_s: float, rest_s: float) -> Iterator[Change]:
    """Away while all crews rest: they take turns of `duty_s`, then each rests for `rest_s`.

    The share of time manned is min(1, n duty / (duty + rest)); where in its cycle the unit starts is drawn by name.
    """
    cycle_s, manned_s = duty_s + rest_s, crews * duty_s
    if manned_s >= cycle_s:
        return
    begin_s = -round(draw(seed, Stream.READINESS, entity_key(name), 0, 2) * cycle_s, 3)
    number = 0
    while True:
        away_s, back_s = begin_s + number * cycle_s + manned_s, begin_s + (number + 1) * cycle_s
        if back_s > 0.0:
            yield max(away_s, 0.0), 1
            yield back_s, -1
        number += 1

