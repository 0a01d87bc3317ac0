"""What units use of another nation's in a run: airfields to land at, and missiles.

Nothing is used but by a clause, asked of `may_use` at that moment and counted against its limits; every use and every
refusal where an agreement speaks of it is logged. Without such a clause nothing here does anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from jointsky.engine.visits import Visits
from jointsky.links.agreements import Verdict
from jointsky.links.arrangement import Arrangement, Situation
from jointsky.links.pools import Stores
from jointsky.vocab.messages import Event
from jointsky.vocab.records import Rows
from jointsky.world.tick import is_due
from jointsky.world.world import World

ASK_S = 4.0
"""How often units look whether they need anything of a neighbour's."""
ROAD_MPS = 11.0
"""Notional speed of a missile convoy along the straight line: 50 km/h on roads a third longer."""


@dataclass(frozen=True, slots=True)
class Convoy:
    """Missiles on the road to a launcher, there at `t_s`."""

    t_s: float
    row: int
    count: int


@dataclass(slots=True)
class Uses:
    """Uses of a run under way. `log` is what happened since it was last taken."""

    arr: Arrangement
    stores: Stores
    log: list[Event] = field(default_factory=list[Event])
    visits: Visits = field(init=False)
    _convoys: list[Convoy] = field(default_factory=list[Convoy])
    _refused: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])

    def __post_init__(self) -> None:
        """Share the log and the counts with the visits to airfields."""
        self.visits = Visits(self.arr, self.stores, self.log)

    def step(self, world: World, situation: Situation) -> None:
        """What units use in this tick, after everybody has moved."""
        if not self.arr.uses:
            return
        t_s, due = world.t_s, is_due(world.t_s, world.model.dt_s, ASK_S)
        self.visits.step(world, situation, due)
        self._arrive(world.state.launchers, t_s)
        if due:
            self._send(world, situation, t_s)

    def _arrive(self, launchers: Rows, t_s: float) -> None:
        for convoy in [convoy for convoy in self._convoys if convoy.t_s <= t_s]:
            self._convoys.remove(convoy)
            launchers["stock"][convoy.row] += convoy.count
            if launchers["ready"][convoy.row] <= 0:
                launchers["t_reloaded_s"][convoy.row] = t_s + launchers["reload_s"][convoy.row]

    def _send(self, world: World, situation: Situation, t_s: float) -> None:
        """Send missiles to launchers whose own store is empty and whose rails are half empty or more."""
        launchers = world.state.launchers
        low = (launchers["stock"] == 0) & (2 * launchers["ready"] <= launchers["capacity"]) & (launchers["alive"] == 1)
        waiting = {convoy.row for convoy in self._convoys}
        for row in np.flatnonzero(low).tolist():
            if row not in waiting:
                self._supply(world, row, situation, t_s)

    def _supply(self, world: World, row: int, situation: Situation, t_s: float) -> None:
        launchers, names = world.state.launchers, world.model.names
        nation = names.nations[int(launchers["nation"][row])]
        for donor in self._donors(world, row, nation):
            giver = names.nations[int(launchers["nation"][donor])]
            wanted = int(min(launchers["capacity"][row], launchers["stock"][donor]))
            count, verdict = self.stores.missiles_for(nation, giver, wanted, situation)
            if count == 0:
                self._refuse(row, names.launchers[row], giver, verdict, t_s)
                continue
            away = launchers["pos_ecef_m"][donor] - launchers["pos_ecef_m"][row]
            there_s = t_s + float(np.sqrt((away * away).sum())) / ROAD_MPS
            launchers["stock"][donor] -= count
            self._convoys.append(Convoy(there_s, row, count))
            note = f"{count} missiles of {names.launchers[donor]}, there at {there_s:.0f} s"
            self.log.append(Event(t_s, "lent", verdict.clauses[0], giver, names.launchers[row], note=note))
            return

    def _donors(self, world: World, row: int, nation: str) -> Iterator[int]:
        """Launchers of nations that lend missiles, with the same missile in store, the nearest first."""
        launchers, names = world.state.launchers, world.model.names
        lenders = {g.giver for g in self.arr.uses if g.receiver == nation and "munitions" in g.words}
        theirs = np.array([names.nations[int(owner)] in lenders for owner in launchers["nation"]], np.bool_)
        same = (launchers["missile"] == launchers["missile"][row]) & (launchers["stock"] > 0) & theirs
        away = launchers["pos_ecef_m"] - launchers["pos_ecef_m"][row]
        order = np.argsort((away * away).sum(axis=1), kind="stable")
        return iter(order[same[order]].tolist())

    def _refuse(self, row: int, name: str, giver: str, verdict: Verdict, t_s: float) -> None:
        """Log a refusal once for each launcher and reason."""
        if (row, verdict.reason) not in self._refused:
            self._refused.add((row, verdict.reason))
            self.log.append(Event(t_s, "barred", verdict.against[0], giver, name, note=verdict.reason))
