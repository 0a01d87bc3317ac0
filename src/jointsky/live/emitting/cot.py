"""A run as Cursor on Target: the tracks of every post, once a cycle."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from jointsky.feeds.cot import track_event
from jointsky.live.emitting.told import Emission, Told


def cot(run: Told) -> Iterator[Emission]:
    """Every event as a datagram, in order of time."""
    found = [
        Emission(t_s, len(run.sensors) + number, partial(_event, run, post, track, t_s))
        for number, post in enumerate(run.posts)
        for t_s, tracks in run.pictures(post)
        for track in tracks
    ]
    yield from sorted(found, key=lambda emission: emission[:2])


def _event(run: Told, post: str, track: np.void, t_s: float) -> bytes:
    return track_event(track, post, run.start_utc_s, t_s)
