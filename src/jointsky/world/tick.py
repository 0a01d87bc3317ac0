"""What happened in one tick, for those who look and change nothing: recorder, console, measures."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.messages import Event, Input, Message, Phase
from jointsky.vocab.records import ORDER, PLOT, SHOT_REPORT, Rows, empty
from jointsky.world.world import World


@dataclass(slots=True)
class Tick:
    """One tick as it happened.

    `plots` are PLOT rows made by the sensors; `plot_truth[i]` is the aircraft row behind plot i, -1 for a false alarm:
    the only place where the two meet, and no post sees it. `detectable[nation, aircraft]`, when it was looked up this
    tick, says which aircraft some radar of a nation could see. `orders` (ORDER rows) took effect, `reports`
    (SHOT_REPORT rows) ended, `phases` came into force, `inputs` were given by people, `sent` are the messages of each
    post by its name (picture, orders, decisions, alerts), `events` what became of the agreements.
    """

    number: int
    t_s: float
    plots: Rows = field(default_factory=lambda: empty(PLOT))
    plot_truth: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    detectable: NDArray[np.bool_] | None = None
    orders: Rows = field(default_factory=lambda: empty(ORDER))
    reports: Rows = field(default_factory=lambda: empty(SHOT_REPORT))
    phases: list[Phase] = field(default_factory=list[Phase])
    inputs: list[Input] = field(default_factory=list[Input])
    sent: dict[str, list[Message]] = field(default_factory=dict[str, list[Message]])
    events: list[Event] = field(default_factory=list[Event])


class Observer(Protocol):
    """Looks after each tick and changes nothing."""

    def on_tick(self, world: World, tick: Tick) -> None:
        """Look at the world and at what happened; read-only."""
        ...


class Measure(Observer, Protocol):
    """An observer that ends in numbers."""

    def result(self, world: World) -> dict[str, float]:
        """The measure's numbers at the end of a run, by name (NaN: did not happen)."""
        ...


def is_due(t_s: float, dt_s: float, period_s: float) -> bool:
    """Whether a multiple of `period_s` lies in [t, t + dt)."""
    return int((t_s + dt_s) / period_s - 1e-9) > int(t_s / period_s - 1e-9) or t_s == 0.0
