"""Something that works or does not, by chance: a two-state process of exponential times, drawn by name."""

import math
from collections.abc import Iterator

from jointsky.rng import Stream, draw, entity_key


def two_state(seed: int, stream: Stream, name: str, up_s: float, down_s: float) -> Iterator[tuple[float, bool]]:
    """Yield when it begins to work (True) or to fail (False), from (0.0, state) on, without end.

    Times are exponential of means `up_s` and `down_s`; the first state is that of the steady state, so that at any time
    it works with chance up/(up + down) (`links.chains.availability`, `up_after`; Ross 2014, ch. 6). They are rounded to
    milliseconds, so that no library function decides a bit of a run.
    """
    entity = entity_key(name)
    works = draw(seed, stream, entity, 0, 0) * (up_s + down_s) < up_s
    t_s, number = 0.0, 0
    while True:
        yield t_s, works
        number += 1
        mean_s = up_s if works else down_s
        t_s += round(-math.log1p(-draw(seed, stream, entity, number, 3)) * mean_s, 3)
        works = not works
