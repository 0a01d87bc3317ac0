"""Missiles from a depot to batteries that run out: lorries with a load, along a road, with time to handle it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.records import Rows
from jointsky.world.world import World

ROAD_MPS = 11.0
"""Notional speed of a lorry along the straight line: 50 km/h on roads a third longer."""


@dataclass(slots=True)
class Store:
    """One depot: where, how many missiles are left, how many lorries with which load, seconds to load or unload one,
    and the launchers it supplies, which are served in this order."""

    pos_ecef_m: NDArray[np.float64]
    missiles: int
    lorries: int
    load: int
    handling_s: float
    launchers: tuple[int, ...]
    back_s: list[float] = field(default_factory=list[float])
    """When each lorry that is out is back."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Missiles on the way to a launcher."""

    t_s: float
    launcher: int
    count: int


@dataclass(slots=True)
class Depots:
    """All stores of a run and what is on the way."""

    stores: Sequence[Store] = ()
    _coming: list[Delivery] = field(default_factory=list[Delivery])

    def step(self, world: World) -> None:
        """Unload what has arrived, and send lorries to whom is short."""
        launchers, t_s = world.state.launchers, world.t_s
        for delivery in [delivery for delivery in self._coming if delivery.t_s <= t_s]:
            self._coming.remove(delivery)
            take_in(launchers, delivery.launcher, delivery.count, t_s)
        for store in self.stores:
            store.back_s = [back for back in store.back_s if back > t_s]
            for row in store.launchers:
                self._supply(launchers, store, row, t_s)

    def _supply(self, launchers: Rows, store: Store, row: int, t_s: float) -> None:
        coming = sum(delivery.count for delivery in self._coming if delivery.launcher == row)
        short = int(launchers["capacity"][row]) - int(launchers["stock"][row]) - coming
        while short > 0 and store.missiles > 0 and len(store.back_s) < store.lorries:
            count = min(short, store.load, store.missiles)
            way_s = road_s(store.pos_ecef_m, launchers["pos_ecef_m"][row])
            there_s = t_s + 2.0 * store.handling_s + way_s
            store.missiles -= count
            store.back_s.append(there_s + way_s)
            self._coming.append(Delivery(there_s, row, count))
            short -= count


def take_in(launchers: Rows, row: int, count: int, t_s: float) -> None:
    """Add missiles to what stands behind a launcher; one that was out begins to reload."""
    launchers["stock"][row] += count
    begun = t_s < launchers["t_reloaded_s"][row] < np.inf
    if launchers["ready"][row] <= 0 and not begun:
        launchers["t_reloaded_s"][row] = t_s + launchers["reload_s"][row]


def road_s(start_ecef_m: NDArray[np.float64], end_ecef_m: NDArray[np.float64]) -> float:
    """Seconds between two places for a lorry, rounded to milliseconds."""
    away = end_ecef_m - start_ecef_m
    return round(float(np.sqrt((away * away).sum())) / ROAD_MPS, 3)
