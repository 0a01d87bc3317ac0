"""A recorded run as encoders see it: who is there, when it was, and what each may be called on the wire."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import LogError
from jointsky.feeds.asterix.spoken import Speaker
from jointsky.record.kinds import Kind
from jointsky.record.reading import Recording, read_recording
from jointsky.scenario.load import reload
from jointsky.sensing.sites import known_of
from jointsky.vocab.records import Rows

NOMINAL_START = datetime(2026, 1, 1, tzinfo=UTC)
"""When a scenario begins that does not say."""
POST_SIC = 200
"""Posts of a nation have the codes from here on, its sensors those from 1 on: at most 199 sensors a nation."""
_NEEDED = (Kind.PLOTS, Kind.PICTURE, Kind.ALERTS, Kind.RADARS, Kind.TICK)


class Emission(NamedTuple):
    """One datagram: when it is sent (seconds since scenario start), by whom (a row of `Told.senders`), and what makes
    its octets, with the stamps that are right when it is asked."""

    t_s: float
    sender: int
    encode: Callable[[], bytes]


@dataclass(slots=True)
class Told:
    """A recorded run, and what its encoders need beside: `start_utc_s` (UTC seconds since 1970; may be moved until
    something is encoded), `sensors` (SENSOR
    rows), `flying` and `lasting` [sensors] (whether one flies; whether it worked to the end), `codes` (SAC, SIC) of all
    `senders`, which are the sensors and then the posts."""

    recording: Recording
    start_utc_s: float
    sensors: Rows
    flying: NDArray[np.bool_]
    lasting: NDArray[np.bool_]
    senders: tuple[str, ...]
    codes: list[tuple[int, int]]

    @property
    def end_s(self) -> float:
        """The end of the recording."""
        return (self.recording.last_tick + 1) * self.recording.dt_s

    @property
    def posts(self) -> tuple[str, ...]:
        """Names of the posts that had a picture."""
        return self.senders[len(self.sensors) :]

    def speaker(self, sender: int) -> Speaker:
        """Who a sender is in ASTERIX."""
        return Speaker(*self.codes[sender], self.start_utc_s)

    def pictures(self, post: str) -> Iterator[tuple[float, Rows]]:
        """Time and TRACK rows of every cycle of a post that has recorded one, in order."""
        for note in self.recording.notes(Kind.PICTURE):
            if note.sender == post:
                yield note.tick * self.recording.dt_s, note.rows


def told(run_dir: str | os.PathLike[str]) -> Told:
    """Read a recorded run. Raises LogError for a folder without one, or one that ended
    before its first tick."""
    recording = read_recording(run_dir, _NEEDED)
    if recording.last_tick < 0:
        raise LogError(f"{recording.path}: not one whole tick was recorded, so nothing was sent")
    radars = recording.first(Kind.RADARS)
    start_utc_s = (reload(recording.recipe.bundle).start or NOMINAL_START).timestamp()
    posts = tuple(sorted({note.sender for note in recording.notes(Kind.PICTURE)}))
    sensors = known_of(radars)
    last = recording.last(Kind.RADARS)
    return Told(
        recording,
        start_utc_s,
        sensors,
        radars["platform"] >= 0,
        (last["alive"] > 0) & (last["on"] > 0),
        (*recording.names.radars, *posts),
        _codes(sensors["nation"].tolist(), recording.names.nations, posts, recording.path),
    )


def _codes(owners: Sequence[int], nations: Sequence[str], posts: Sequence[str], path: str) -> list[tuple[int, int]]:
    """A system area code for each nation, and one behind them for posts of none; numbers by the order of names."""
    counts: dict[int, int] = {}
    found: list[tuple[int, int]] = []
    for nation in owners:
        counts[nation] = counts.get(nation, 0) + 1
        found.append((nation + 1, counts[nation]))
    if len(nations) > 254 or max(counts.values(), default=0) >= POST_SIC:
        raise LogError(f"{path}: more nations or sensors than ASTERIX codes hold (254, and 199 of each nation)")
    for number, post in enumerate(posts):
        nation = post.split(".")[0]
        area = nations.index(nation) + 1 if nation in nations else len(nations) + 1
        found.append((area, POST_SIC + number % (256 - POST_SIC)))
    return found
