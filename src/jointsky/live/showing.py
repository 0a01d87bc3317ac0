"""What a console can show, whatever drives it: its kind, whether it moves, at which pace, and what its seats know."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import StrEnum

from jointsky.live.seats import SeatWatch

LEAST_RATE, MOST_RATE = 0.1, 60.0
BEHIND_S = 0.5
"""How far, in wall seconds, a session may fall behind its pace before it counts anew instead of catching up."""


class Mode(StrEnum):
    """What is shown; nobody may take one for another: a scenario played or played again, or real sensors' data as they
    come or from a capture.
    """

    EXERCISE = "exercise"
    REPLAY = "replay"
    LIVE = "live"
    RECORDED = "recorded"


class State(StrEnum):
    """Whether a session moves."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(slots=True)
class Pace:
    """When the next tick is due: `rate` scenario seconds a wall second, counted from an anchor so that nothing is
    summed up.
    """

    dt_s: float
    rate: float = 1.0
    _from_wall_s: float = 0.0
    _from_tick: int = 0

    def anchor(self, wall_s: float, tick: int) -> None:
        """Count from here: tick `tick` is due now."""
        self._from_wall_s, self._from_tick = wall_s, tick

    def wait_s(self, wall_s: float, tick: int) -> float:
        """Wall seconds until tick `tick` is due, 0 when it is; a session that fell behind counts from now."""
        wait_s = self._from_wall_s + (tick - self._from_tick) * self.dt_s / self.rate - wall_s
        if wait_s < -BEHIND_S:
            self.anchor(wall_s, tick)
        return max(wait_s, 0.0)


@dataclass(slots=True, kw_only=True)
class Showing(ABC):
    """Something under way that seats are shown. Not safe for threads: call it from one at a time.

    `watches` hold what each post's seat may know; `reason` says why an ended one ended; `failure` is for control alone:
    what a failed run says may name what a seat must not know.
    """

    mode: Mode
    pace: Pace
    end_s: float
    state: State = State.RUNNING
    reason: str = ""
    failure: str = ""
    watches: dict[str, SeatWatch] = field(default_factory=dict[str, SeatWatch])

    @property
    @abstractmethod
    def t_s(self) -> float:
        """Seconds since its start."""

    @property
    @abstractmethod
    def next_tick(self) -> int:
        """The number of the next tick."""

    @property
    @abstractmethod
    def start_ms(self) -> float:
        """When it begins, in UTC milliseconds since 1970 (0: nobody said)."""

    @property
    def phase(self) -> str:
        """The phase in force; empty where there are none."""
        return ""

    @property
    def takes_orders(self) -> bool:
        """Whether people may order now."""
        return False

    @property
    def edition(self) -> int:
        """Grows when what seats are told once has changed."""
        return 0

    @abstractmethod
    def step(self) -> object:
        """One tick, whatever the clock says; None when it has ended."""

    def set_rate(self, rate: float, wall_s: float) -> None:
        """Go at another rate from now. Raises ValueError for one out of range."""
        if not LEAST_RATE <= rate <= MOST_RATE:
            raise ValueError(f"rate {rate:g}, expected {LEAST_RATE:g} to {MOST_RATE:g}")
        self.pace.rate = rate
        self.pace.anchor(wall_s, self.next_tick)

    def pause(self) -> None:
        """Stand still."""
        if self.state == State.RUNNING:
            self.state = State.PAUSED

    def resume(self, wall_s: float) -> None:
        """Go on from now."""
        if self.state == State.PAUSED:
            self.state = State.RUNNING
            self.pace.anchor(wall_s, self.next_tick)

    def close(self, reason: str = "it was stopped") -> None:
        """End it, once."""
        if self.state != State.ENDED:
            self.state, self.reason = State.ENDED, reason
