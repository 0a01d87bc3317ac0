"""Prices of shots without a linear programme: one price for all that balances demand with stock, then subgradients.

Prices prove a bound on every plan (Lagrange), and tell which columns are worth a look.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from jointsky.command.assignment.columns import Columns, Pricer
from jointsky.command.assignment.problem import Float


@dataclass(slots=True)
class Prices:
    """The best prices so far, what they prove, and the columns met on the way."""

    pricer: Pricer
    price: Float = field(init=False)
    bound: float = -np.inf
    met: list[Columns] = field(default_factory=list[Columns])

    def __post_init__(self) -> None:
        self.price = np.zeros(len(self.pricer.salvo.shots) + len(self.pricer.salvo.room))

    def tried(self, price: Float) -> Columns:
        """Search at these prices, keep them if they prove more; the cheapest columns."""
        found = self.pricer.cheapest(price)
        bound = self.pricer.bound(price, found.floor)
        if bound > self.bound:
            self.bound, self.price = bound, price.copy()
        self.met.append(found.columns)
        return found.columns

    def level(self, over: Callable[[], bool], halvings: int = 10) -> None:
        """Find one price for all weapons at which about as many shots are asked for as there are."""
        n, k = len(self.pricer.salvo.shots), len(self.pricer.salvo.room)
        held = self.pricer.salvo.shots.sum()
        low, high = 0.0, float(self.pricer.salvo.worth.max())
        self.tried(np.zeros(n + k))
        for _ in range(halvings):
            if over():
                return
            middle = low + (high - low) / 2.0 if low > 0.0 else high / 4.0
            asked = self.tried(np.concatenate([np.full(n, middle), np.zeros(k)])).shots.sum()
            low, high = (middle, high) if asked > held else (low, middle)

    def climb(self, value: float, steps: int, over: Callable[[], bool]) -> None:
        """Up to `steps` steps along smoothed subgradients (Polyak's length, shortened when the bound stays; Held, Wolfe
        and Crowder, 1974) towards `value`, that of a plan.
        """
        price, slope, length, since = self.price.copy(), np.zeros(len(self.price)), 1.0, 0
        for _ in range(steps):
            if over() or value - self.bound <= 1e-7 * value:
                return
            before = self.bound
            columns = self.tried(price)
            since = 0 if self.bound > before else since + 1
            if since >= 4:
                length, since = 0.6 * length, 0
            wanted = -self.pricer.slack_of(columns)
            slope = 0.7 * slope + 0.3 * np.where((price <= 0.0) & (wanted < 0.0), 0.0, wanted)
            square = float((slope * slope).sum())
            if square == 0.0:
                return
            price = np.maximum(0.0, price + length * (value - self.bound) / square * slope)
