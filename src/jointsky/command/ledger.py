"""What a post has under way: orders given and not yet reported, counted as the chance that they kill their track."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.codes import Act, Shooter
from jointsky.vocab.records import Rows

Float = NDArray[np.float64]
Asset = tuple[int, int]
"""(Shooter code, row)."""


@dataclass(slots=True)
class Engagement:
    """One order under way."""

    order_id: int
    track_id: int
    asset: Asset
    chance: float
    t_issued_s: float
    t_last_seen_s: float
    clauses: tuple[str, ...]
    shots: int
    act: Act


@dataclass(slots=True)
class Ledger:
    """Orders under way by order number. `patience_s` is how long a launcher's order may stay unreported before the post plans anew."""

    patience_s: float = 240.0
    open: dict[int, Engagement] = field(default_factory=dict[int, Engagement])

    def add(self, engagement: Engagement) -> None:
        """Open a new engagement."""
        self.open[engagement.order_id] = engagement

    def close_reported(self, reports: Rows) -> None:
        """Close what SHOT_REPORT rows say has ended (a fighter stays committed until it says it returns)."""
        for order_id, shooter in zip(reports["order_id"], reports["shooter"], strict=True):
            if shooter == Shooter.LAUNCHER:
                self.open.pop(int(order_id), None)

    def expire(self, now_s: float) -> None:
        """Close launcher orders that nobody reported in time."""
        stale = [
            number
            for number, item in self.open.items()
            if item.asset[0] == Shooter.LAUNCHER and now_s - item.t_issued_s > self.patience_s
        ]
        for number in stale:
            del self.open[number]

    def rename(self, alias: dict[int, int]) -> None:
        """Follow tracks that took over another number."""
        for item in self.open.values():
            item.track_id = alias.get(item.track_id, item.track_id)

    def survival(self, track_ids: NDArray[np.uint32]) -> Float:
        """Chance that each track survives everything under way against it (independent shots)."""
        product: dict[int, float] = {}
        for item in self.open.values():
            product[item.track_id] = product.get(item.track_id, 1.0) * (1.0 - item.chance)
        return np.array([product.get(int(number), 1.0) for number in track_ids], dtype=np.float64)
