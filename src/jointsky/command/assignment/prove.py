"""The proof: column generation to the linear programme's bound, then all columns that could be in a better plan.

Any plan that uses a column whose total is `slack` above its target's floor is worth at least the bound plus `slack`. So
when the best plan of all columns below that is worth no more, it is the best of all plans.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from jointsky.command.assignment.columns import Columns, Pricer, distinct, empty_columns
from jointsky.command.assignment.master import Master, Relaxed, SolverFailure
from jointsky.command.assignment.prices import Prices
from jointsky.command.assignment.problem import Salvo, Whole
from jointsky.command.assignment.quick import improved, repaired

PROVED = 1e-6
"""Value less bound, as a part of the value, at which a plan counts as proved the best."""
CLOSE = 2e-5
"""Linear programme less bound, as a part of the value, at which columns are listed."""
MOST_COLUMNS = 150_000
KEPT_COLUMNS = 40_000
MOST_ROUNDS = 150


@dataclass(slots=True)
class Proof:
    """Works on one problem: `plan` and `value` only fall, `bound` only rises."""

    salvo: Salvo
    prices: Prices
    plan: Whole
    left_s: Callable[[], float]
    told: Callable[[str], None]
    value: float = field(init=False)
    bound: float = field(init=False)

    def __post_init__(self) -> None:
        self.value, self.bound = self.salvo.value(self.plan), self.prices.bound

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.value - self.bound <= 0.4 * PROVED * self.value or self.left_s() <= 0.0

    def run(self) -> None:
        """Prove, until done or out of time. Raises SolverFailure."""
        self._generate()
        if not self.done:
            self._list()

    def _offer(self, plan: Whole) -> None:
        value = self.salvo.value(plan)
        if value < self.value:
            self.plan, self.value = plan, value

    def _raise(self, bound: float) -> None:
        self.bound = max(self.bound, min(bound, self.value))

    def _generate(self) -> None:
        """Column generation, its prices smoothed between the best and the newest (Wentges, 1997)."""
        pool = distinct([*self.prices.met, self._planned(), empty_columns(self.salvo)])
        smooth, gap = 0.5, np.inf
        for turn in range(MOST_ROUNDS):
            if self.done:
                return
            found = Master(self.salvo, self.value).relaxed(pool, self.left_s())
            self._round_off(pool, found)
            self.prices.met = []
            before = self.prices.bound
            self.prices.tried(smooth * self.prices.price + (1.0 - smooth) * found.price)
            smooth = min(0.8, 1.2 * smooth) if self.prices.bound > before else 0.6 * smooth
            self.prices.tried(found.price)
            self._raise(self.prices.bound)
            gap = (found.value - self.prices.bound) / self.value
            self.told(f"round {turn + 1}: value {self.value:.6g}, bound {self.bound:.6g}, {len(pool)} columns")
            if gap <= CLOSE:
                return
            if turn == 0 or len(pool) > KEPT_COLUMNS:  # never later: what is dropped may have to come back
                pool = pool.take(found.reduced <= max(self.value - self.bound, 1e-4 * self.value))
            pool = distinct([pool, *self.prices.met, self._planned()])

    def _planned(self) -> Columns:
        return self.prices.pricer.of_plan(self.plan)

    def _round_off(self, pool: Columns, found: Relaxed) -> None:
        """A plan from the linear programme: each target's largest share, made possible and improved."""
        order = np.lexsort((found.share, pool.target))
        last = order[np.searchsorted(pool.target[order], np.arange(len(self.salvo.worth)), side="right") - 1]
        wish = np.rint(pool.shots[last].toarray()).astype(np.int64).T
        self._offer(improved(self.salvo, repaired(self.salvo, np.ascontiguousarray(wish))))

    def _list(self) -> None:
        """List the columns within a slack of their floors and choose among them; widen until the choice proves itself.
        """
        pricer, price = self.prices.pricer, self.prices.price
        floor = pricer.cheapest(price).floor
        base = pricer.bound(price, floor)
        slack, wide = min(1e-4 * self.value, self.value - base), np.inf
        while not self.done:
            listed = pricer.below(price, floor, slack, MOST_COLUMNS)
            if not listed.whole:
                wide, slack = slack, 0.6 * slack
                if slack < 1e-9 * self.value:
                    return
                continue
            columns = distinct([listed.columns, self._planned(), empty_columns(self.salvo)])
            self.told(f"choosing among {len(columns)} columns: value {self.value:.6g}, bound {self.bound:.6g}")
            chosen = Master(self.salvo, self.value).whole(columns, self.left_s())
            if chosen.plan is not None and self.salvo.keeps(chosen.plan):
                self._offer(improved(self.salvo, chosen.plan))
            self._raise(min(chosen.bound - 1e-9 * self.value, base + slack))
            if self.value <= base + slack:
                return
            slack = min(5.0 * slack, (self.value - base) * (1.0 + 1e-9))
            if slack >= wide:
                return


__all__ = ["PROVED", "Pricer", "Proof", "SolverFailure"]
