"""Time: the only file that reads the wall clock."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple


@dataclass
class SimClock:
    """Simulated time: the master is an integer tick; seconds are computed from it and never summed.

    Raises ValueError for a tick length that is not above zero, or a negative tick.
    """

    dt_s: float
    tick: int = 0

    def __post_init__(self) -> None:
        if not 0.0 < self.dt_s < float("inf"):
            raise ValueError(f"tick length {self.dt_s} s, expected more than 0 s")
        if self.tick < 0:
            raise ValueError(f"tick {self.tick}, expected 0 or more")

    @property
    def t_s(self) -> float:
        """Seconds since the start of the scenario."""
        return self.tick * self.dt_s

    def advance(self) -> None:
        """Go one tick on."""
        self.tick += 1

    def tick_at(self, t_s: float) -> int:
        """Return the last tick that does not begin after `t_s`, reading within a billionth of a tick as equal."""
        return int(t_s / self.dt_s + 1e-9)


class WallClock:
    """Real time, for pacing: seconds on a clock that never steps back, whose zero means nothing."""

    def now_s(self) -> float:
        """Return the present reading."""
        return time.monotonic()

    def sleep(self, duration_s: float) -> None:
        """Wait; a duration of zero or less returns at once."""
        if duration_s > 0.0:
            time.sleep(duration_s)


def today() -> date:
    """The day it is now, in UTC."""
    return datetime.now(UTC).date()


class Elapsed(NamedTuple):
    """Seconds on the wall, and seconds of processor time of this process in all its threads."""

    wall_s: float
    cpu_s: float


class Stopwatch:
    """Started when made; read as often as wanted."""

    def __init__(self) -> None:
        self._wall_s = time.perf_counter()
        self._cpu_s = time.process_time()

    def read(self) -> Elapsed:
        """Return what has passed since the start."""
        return Elapsed(time.perf_counter() - self._wall_s, time.process_time() - self._cpu_s)


def stopwatch() -> Stopwatch:
    """Return a stopwatch, started now."""
    return Stopwatch()


def utc_now_us() -> int:
    """Return microseconds since 1970-01-01 00:00 UTC, the stamp of logs and of the wire."""
    return time.time_ns() // 1000
