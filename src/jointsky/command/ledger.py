"""What a post has under way: orders given and not yet reported, counted as the chance that they kill their track."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.codes import Act, Shooter
from jointsky.vocab.records import Rows

Float = NDArray[np.float64]
NEWS_S = 20.0
"""An order of another post that is not repeated for so long is no longer under way."""
SAME_TIME_S = 20.0
"""Two meetings with a target nearer in time than this count as one moment."""
SAME_TARGET_M = 6_000.0
"""Two posts' tracks nearer than this are taken for one target when engagements are compared."""
USUAL_CHANCE = 0.6
"""Chance to kill that another post's engagement is credited with."""
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
    t_approved_s: float
    t_meet_s: float = -np.inf
    escalates: bool = True
    """Whether a scramble becomes an engagement as soon as it may; one that a person ordered does not by itself."""


@dataclass(slots=True)
class Ledger:
    """Orders under way by order number. `patience_s` is how long a launcher's order may stay unreported before the post
    plans anew.
    """

    patience_s: float = 240.0
    open: dict[int, Engagement] = field(default_factory=dict[int, Engagement])
    elsewhere: dict[int, np.void] = field(default_factory=dict[int, np.void])
    forbidden: set[tuple[Asset, int]] = field(default_factory=set[tuple[Asset, int]])
    """Pairs (asset, track) that a person has broken off: the policy takes them up no more."""

    declined: dict[tuple[Asset, int], float] = field(default_factory=dict[tuple[Asset, int], float])
    """Pairs (asset, track) that somebody else refused, and until when the policy leaves them alone."""

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
            if item.asset[0] == Shooter.LAUNCHER and now_s - item.t_approved_s > self.patience_s
        ]
        for number in stale:
            del self.open[number]

    def rename(self, alias: dict[int, int]) -> None:
        """Follow tracks that took over another number."""
        for item in self.open.values():
            item.track_id = alias.get(item.track_id, item.track_id)
        if self.forbidden and alias:
            self.forbidden = {(asset, alias.get(number, number)) for asset, number in self.forbidden}
        if self.declined and alias:
            self.declined = {(a, alias.get(number, number)): until for (a, number), until in self.declined.items()}

    def of(self, asset: Asset, track_id: int = 0) -> list[Engagement]:
        """What an asset has under way, against one track or (0) any."""
        return [item for item in self.open.values() if item.asset == asset and track_id in (0, item.track_id)]

    def survival(self, track_ids: NDArray[np.uint32]) -> Float:
        """Chance that each track survives everything under way against it (independent shots)."""
        product: dict[int, float] = {}
        for item in self.open.values():
            product[item.track_id] = product.get(item.track_id, 1.0) * (1.0 - item.chance)
        return np.array([product.get(int(number), 1.0) for number in track_ids], dtype=np.float64)

    def survival_until(self, track_ids: NDArray[np.uint32], t_meet_s: Float) -> Float:
        """Chance that each track is still there when each asset would meet it, (assets, tracks), for meetings at
        `t_meet_s` of that shape (seconds since scenario start): an engagement that ends later says nothing yet, so that
        a fighter on its way from afar does not keep a missile unit from firing now."""
        survival = np.ones(t_meet_s.shape)
        column = {int(number): j for j, number in enumerate(track_ids)}
        for item in self.open.values():
            j = column.get(item.track_id)
            if j is not None:
                survival[t_meet_s[:, j] >= item.t_meet_s - SAME_TIME_S, j] *= 1.0 - item.chance
        return survival

    def survival_elsewhere(self, tracks: Rows, now_s: float) -> Float:
        """Chance that each TRACK row survives what posts that share the command have told they engage (ORDER rows,
        refreshed while under way).
        """
        self.elsewhere = {n: row for n, row in self.elsewhere.items() if now_s - row["t_issued_s"] <= NEWS_S}
        survival = np.ones(len(tracks))
        if not self.elsewhere or not len(tracks):
            return survival
        orders = np.array(list(self.elsewhere.values()))
        there = orders["pos_ecef_m"] + orders["vel_ecef_mps"] * (tracks["t_valid_s"][0] - orders["t_valid_s"])[:, None]
        gap = tracks["pos_ecef_m"][None, :, :] - there[:, None, :]
        nearest = (gap * gap).sum(axis=2)
        rows = np.arange(len(orders))
        target = nearest.argmin(axis=1)
        same = nearest[rows, target] <= SAME_TARGET_M**2
        np.multiply.at(survival, target[same], 1.0 - USUAL_CHANCE)
        return survival
