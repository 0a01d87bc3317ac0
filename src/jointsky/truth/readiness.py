"""Units in time: what is in service at each tick of a run, and where.

Launchers and radars that are away neither see nor shoot. Aircraft that are away stand as landed and cannot be ordered;
one that is in the air flies on and is kept when it has landed. Damage keeps what an asset holds until it is repaired.
"""

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jointsky.truth.absences import Change, between
from jointsky.truth.airfields import Airfields
from jointsky.truth.supply import Depots
from jointsky.vocab.codes import Flight
from jointsky.world.world import World

Kind = Literal["launcher", "radar", "aircraft", "airfield"]
Thing = tuple[Kind, int]
"""A row of truth."""
Float = NDArray[np.float64]
Due = tuple[float, int, Thing, int, Iterator[Change]]
"""When, in which order, what changes by how much, and where the next change comes from."""
ON_GROUND = (Flight.PARKED, Flight.LANDED)
IN_USE = (Flight.STARTING, Flight.ORDERED, Flight.RETURNING, Flight.ROUTE)


@dataclass(frozen=True, slots=True)
class Relocation:
    """A launcher (and the radars beside it) stands at another place from `t_s` on: `alt_m` of the ground, `enu` its
    rows east, north, up."""

    t_s: float
    launcher: int
    radars: tuple[int, ...]
    pos_ecef_m: Float
    enu: Float
    alt_m: float


@dataclass(frozen=True, slots=True)
class Arrival:
    """An aircraft that comes from outside: in the air at `t_s` at a place, flying at `vel_ecef_mps` to its base."""

    t_s: float
    aircraft: int
    pos_ecef_m: Float
    vel_ecef_mps: Float
    alt_m: float
    lat_rad: float
    lon_rad: float


@dataclass(frozen=True, slots=True)
class Awaiting:
    """Things that are there `takes_s` after a phase has come into force."""

    phase: str
    takes_s: float
    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """Things in an asset that damage puts out of service: all of its value takes `repair_s`."""

    asset: int
    things: tuple[Thing, ...]
    repair_s: float


@dataclass(frozen=True, slots=True)
class SortieCrews:
    """The aircraft of one unit share `count` crews, which rest for `rest_s` after each landing."""

    aircraft: tuple[int, ...]
    count: int
    rest_s: float


@dataclass(frozen=True, slots=True)
class AlertState:
    """The delay to take-off of each aircraft of a unit in one phase."""

    phase: str
    delays_s: tuple[tuple[int, float], ...]


@dataclass(slots=True)
class Readiness:
    """What is in service. Call `step` once a tick before anything moves, and `phase` when a phase comes into force."""

    streams: Sequence[tuple[Thing, Iterator[Change]]] = ()
    relocations: Sequence[Relocation] = ()
    arrivals: Sequence[Arrival] = ()
    awaiting: Sequence[Awaiting] = ()
    holdings: Sequence[Holding] = ()
    crews: Sequence[SortieCrews] = ()
    alerts: Sequence[AlertState] = ()
    depots: Depots = field(default_factory=Depots)
    fields: Airfields = field(default_factory=Airfields)
    remask: Callable[[World, int], None] | None = None
    """Renews what the ground hides from a radar row that stands elsewhere; None where ground hides nothing."""
    _heap: list[Due] = field(default_factory=list[Due])
    _away: Counter[Thing] = field(default_factory=Counter[Thing])
    _kept: dict[int, float] = field(default_factory=dict[int, float])
    """When each aircraft that is kept on the ground would be ready."""
    _damage: dict[int, float] = field(default_factory=dict[int, float])
    _repaired_s: dict[int, float] = field(default_factory=dict[int, float])
    _resting: dict[int, list[float]] = field(default_factory=dict[int, list[float]])
    _flying: dict[int, frozenset[int]] = field(default_factory=dict[int, frozenset[int]])
    _unmanned: set[int] = field(default_factory=set[int])
    _pushed: int = 0

    def __post_init__(self) -> None:
        """Put the first change of every stream in order, and what moves."""
        for thing, stream in self.streams:
            self._push(thing, stream)
        self.relocations = sorted(self.relocations, key=lambda move: move.t_s)
        self.arrivals = sorted(self.arrivals, key=lambda flight: (flight.t_s, flight.aircraft))
        for waiting in self.awaiting:
            for thing in waiting.things:
                self._push(thing, between(0.0, math.inf))

    def step(self, world: World) -> None:
        """Bring everything to the time of the world."""
        t_s = world.t_s
        self._damaged(world, t_s)
        while self._heap and self._heap[0][0] <= t_s:
            _, _, thing, change, stream = heapq.heappop(self._heap)
            self._change(world, thing, change)
            self._push(thing, stream)
        self._move(world, t_s)
        self.depots.step(world)
        self.fields.step(world)
        for number, crews in enumerate(self.crews):
            self._man(world, number, crews, t_s)
        if self._away or self._kept:
            self._keep(world, t_s)

    def phase(self, world: World, name: str, t_s: float) -> dict[int, float]:
        """A phase has come into force: mobilisation for it begins, and its alert states hold. Returns the delay to
        take-off of every aircraft whose alert state that is.
        """
        for waiting in [waiting for waiting in self.awaiting if waiting.phase == name]:
            for thing in waiting.things:
                self._push(thing, iter([(t_s + waiting.takes_s, -1)]))
        self.awaiting = [waiting for waiting in self.awaiting if waiting.phase != name]
        raised = [alert for alert in self.alerts if alert.phase == name]
        for alert in raised:
            set_alert(world, alert, t_s)
        return {row: delay_s for alert in raised for row, delay_s in alert.delays_s}

    def away(self, thing: Thing) -> bool:
        """Whether a thing is out of service now."""
        return self._away[thing] > 0

    def _push(self, thing: Thing, stream: Iterator[Change]) -> None:
        change = next(stream, None)
        if change is not None:
            self._pushed += 1
            heapq.heappush(self._heap, (change[0], self._pushed, thing, change[1], stream))

    def _change(self, world: World, thing: Thing, change: int) -> None:
        self._away[thing] += change
        if not self._away[thing]:
            del self._away[thing]
        kind, row = thing
        serves = int(not self._away[thing])
        if kind == "launcher":
            world.state.launchers["alive"][row] = serves
        elif kind == "radar":
            world.state.radars["alive"][row] = serves
        elif kind == "airfield":
            world.state.airfields["open"][row] = serves

    def _keep(self, world: World, t_s: float) -> None:
        """Keep on the ground what is away and down, and let go what is not away any more."""
        planes = world.state.aircraft
        for row in [row for row in self._kept if not self._away[("aircraft", row)]]:
            planes["t_ready_s"][row] = max(self._kept.pop(row), t_s)
        for kind, row in self._away:
            if kind == "aircraft" and row not in self._kept and planes["state"][row] in ON_GROUND:
                self._kept[row] = float(planes["t_ready_s"][row])
                planes["state"][row], planes["t_ready_s"][row] = Flight.LANDED, math.inf

    def _move(self, world: World, t_s: float) -> None:
        while self.relocations and self.relocations[0].t_s <= t_s:
            relocate(world, self.relocations[0])
            if self.remask is not None:
                for row in self.relocations[0].radars:
                    self.remask(world, row)
            self.relocations = self.relocations[1:]
        while self.arrivals and self.arrivals[0].t_s <= t_s:
            flight = self.arrivals[0]
            self._kept.pop(flight.aircraft, None)
            self._change(world, ("aircraft", flight.aircraft), -1)
            bring(world, flight)
            self.arrivals = self.arrivals[1:]

    def _damaged(self, world: World, t_s: float) -> None:
        assets = world.state.assets
        for holding in self.holdings:
            damage = float(assets["damage"][holding.asset])
            new = damage - self._damage.get(holding.asset, 0.0)
            if new > 0.0:
                self._damage[holding.asset] = damage
                begin_s = max(self._repaired_s.get(holding.asset, t_s), t_s)
                end_s = begin_s + holding.repair_s * new / float(assets["value"][holding.asset])
                self._repaired_s[holding.asset] = end_s
                for thing in holding.things:
                    self._push(thing, between(begin_s, end_s))

    def _man(self, world: World, number: int, crews: SortieCrews, t_s: float) -> None:
        """Keep all aircraft of a unit on the ground but as many as have a crew that is fit to fly."""
        state = world.state.aircraft["state"]
        busy = frozenset(row for row in crews.aircraft if state[row] in IN_USE)
        resting = [until for until in self._resting.get(number, []) if until > t_s]
        resting += [t_s + crews.rest_s] * len(self._flying.get(number, frozenset()) - busy)
        self._resting[number], self._flying[number] = resting, busy
        fit = crews.count - len(busy) - len(resting)
        idle = sorted((row for row in crews.aircraft if row not in busy), key=lambda row: self._turn(world, row))
        for place, row in enumerate(idle):
            if (place >= fit) != (row in self._unmanned):
                self._unmanned ^= {row}
                self._change(world, ("aircraft", row), 1 if row in self._unmanned else -1)

    def _turn(self, world: World, row: int) -> tuple[bool, float, int]:
        """Which aircraft get a crew first: those in service, then those ready earliest."""
        other = self._away[("aircraft", row)] > int(row in self._unmanned)
        return other, self._kept.get(row, float(world.state.aircraft["t_ready_s"][row])), row


def relocate(world: World, move: Relocation) -> None:
    """Set a launcher and the radars beside it down at their new place."""
    site = world.state.launchers[move.launcher]
    before_m = float(site["alt_m"])
    site["pos_ecef_m"], site["enu"], site["alt_m"] = move.pos_ecef_m, move.enu, move.alt_m
    for row in move.radars:
        radar = world.state.radars[row]
        mast_m = float(radar["alt_m"]) - before_m
        radar["pos_ecef_m"] = move.pos_ecef_m + move.enu[2] * mast_m
        radar["enu"], radar["alt_m"] = move.enu, move.alt_m + mast_m


def bring(world: World, flight: Arrival) -> None:
    """Put an aircraft into the air on its way to its base."""
    plane = world.state.aircraft[flight.aircraft]
    plane["pos_ecef_m"], plane["vel_ecef_mps"], plane["alt_m"] = flight.pos_ecef_m, flight.vel_ecef_mps, flight.alt_m
    plane["lat_rad"], plane["lon_rad"] = flight.lat_rad, flight.lon_rad
    plane["alive"], plane["state"], plane["target"] = 1, Flight.RETURNING, -1
    plane["fuel_s"] = world.model.aircraft_types["endurance_s"][plane["type"]]


def set_alert(world: World, alert: AlertState, t_s: float) -> None:
    """Bring the aircraft of a unit to another alert state. One that gets quicker is so only after the time that it was
    slower; one that gets slower is so at once."""
    planes = world.state.aircraft
    for row, delay_s in alert.delays_s:
        earlier_s = float(planes["readiness_s"][row]) - delay_s
        if earlier_s > 0.0 and planes["state"][row] == Flight.PARKED:
            planes["t_ready_s"][row] = max(float(planes["t_ready_s"][row]), t_s + earlier_s)
        planes["readiness_s"][row] = delay_s
