"""The face of assignment: a problem in, a plan with its value and bound out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from jointsky.clock import Stopwatch, stopwatch
from jointsky.command.assignment.columns import Pricer
from jointsky.command.assignment.master import SolverFailure
from jointsky.command.assignment.prices import Prices
from jointsky.command.assignment.problem import Merged, Salvo, Whole, merged
from jointsky.command.assignment.prove import PROVED, Proof
from jointsky.command.assignment.quick import better_plan, improved, quick_plan

CLIMBS = 40
"""Steps of prices before the first linear programme."""
LONG_S = 0.25
"""With less time left than this no linear programme is begun."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan: `assignment` (n, m) shots, its expected surviving `value`, the `bound` that no plan goes below, `seconds`
    of work, and a `note` where something went otherwise than asked.
    """

    assignment: Whole
    value: float
    bound: float
    seconds: float
    note: str = ""

    @property
    def gap(self) -> float:
        """Value less bound as a part of the value."""
        return (self.value - self.bound) / self.value if self.value > 0.0 else 0.0

    @property
    def proved(self) -> bool:
        """Whether no plan can be better by more than a millionth."""
        return self.value - self.bound <= PROVED * self.value


def solve(
    salvo: Salvo, seconds: float | None = 0.1, told: Callable[[str], None] = lambda text: None
) -> Answer:  # fmt: skip
    """The best plan within about `seconds` of work; with None until it is proved, however long that takes.

    A failure of the solver leaves the best plan until then and its bound, and the note says so.
    """
    watch = stopwatch()
    whole = merged(salvo)
    small = whole.salvo
    left_s = _left(watch, seconds)
    plan = quick_plan(small)
    prices = Prices(Pricer(small))
    prices.level(lambda: left_s() <= 0.0)
    if left_s() > 0.0:
        plan = min(plan, better_plan(small, 200 if seconds is None else 40), key=small.value)
    prices.climb(small.value(plan), CLIMBS if left_s() > LONG_S else 10_000, lambda: left_s() <= 0.0)
    if left_s() <= LONG_S:
        return _answer(salvo, whole, plan, prices.bound, watch, "")
    proof, note = Proof(small, prices, plan, left_s, told), ""
    try:
        proof.run()
    except SolverFailure as failure:
        note = f"the solver failed ({failure}): this is the best plan until then, with its bound"
    return _answer(salvo, whole, proof.plan, proof.bound, watch, note)


def make_ready() -> None:
    """Fetch compiled code before the clock runs."""
    solve(Salvo.of(np.ones(1), np.full((1, 1), 0.5), np.ones(1, np.int64)), seconds=None)


def plan_at_once(salvo: Salvo, rounds: int) -> Whole:
    """A plan by counts alone, the same on every machine: for use inside a run."""
    whole = merged(salvo)
    return whole.split(quick_plan(whole.salvo, rounds))


def _left(watch: Stopwatch, seconds: float | None) -> Callable[[], float]:
    most = float("inf") if seconds is None else seconds
    return lambda: most - watch.read().wall_s


def _answer(salvo: Salvo, whole: Merged, plan: Whole, bound: float, watch: Stopwatch, note: str) -> Answer:
    x = whole.split(plan)
    value = salvo.value(x)
    return Answer(x, value, min(max(bound * whole.unit, 0.0), value), watch.read().wall_s, note)


__all__ = ["Answer", "improved", "plan_at_once", "solve"]
