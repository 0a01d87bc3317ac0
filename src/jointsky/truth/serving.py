"""From what a scenario says of its units in time to the changes that happen in a run."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from jointsky import geo
from jointsky.scenario.forces import Battery, FighterUnit, SamUnit
from jointsky.scenario.readiness import Move, Serving, seconds_after
from jointsky.scenario.schema import Document
from jointsky.truth.absences import Change, between, failures, roster, unserviceable
from jointsky.truth.airfields import Airfields
from jointsky.truth.readiness import (
    AlertState,
    Arrival,
    Awaiting,
    Holding,
    Kind,
    Readiness,
    Relocation,
    SortieCrews,
    Thing,
)
from jointsky.truth.supply import Depots, Store
from jointsky.world.world import Names, World

HOURS = 3600.0
Streamed = tuple[Thing, Iterator[Change]]
MOVES = {"road": (11.0, 900.0, 1800.0), "rail": (9.0, 3.0 * HOURS, 4.0 * HOURS)}
"""Notional speed along the straight line (m/s), time to pack and time to be ready again (s): by road 50 km/h on roads a
third longer; by rail 40 km/h on lines a fifth longer, with loading and unloading."""


def readiness_of(document: Document, world: World) -> Readiness:
    """What happens to a scenario's units in time; one without a word of it gives one that does nothing."""
    return _Compiler(document, world).compiled()


def depots_of(document: Document, world: World) -> Depots:
    """The stores that supply batteries."""
    launchers, stores = world.model.names.launchers, list[Store]()
    for name, unit in sorted(document.units.items()):
        if isinstance(unit, SamUnit) and unit.depot is not None:
            depot = unit.depot
            rows = tuple(launchers.index(f"{name}.{battery.id}") for battery in unit.batteries)
            place = geo.geodetic2ecef(*depot.at, 0.0)
            stores.append(Store(place, depot.missiles, depot.lorries, depot.load, depot.handling, rows))
    return Depots(stores)


@dataclass(slots=True)
class _Compiler:
    """Collects the changes of all units."""

    document: Document
    world: World
    streams: list[Streamed] = field(default_factory=list[Streamed])
    relocations: list[Relocation] = field(default_factory=list[Relocation])
    arrivals: list[Arrival] = field(default_factory=list[Arrival])
    awaiting: list[Awaiting] = field(default_factory=list[Awaiting])
    crews: list[SortieCrews] = field(default_factory=list[SortieCrews])
    alerts: list[AlertState] = field(default_factory=list[AlertState])

    def compiled(self) -> Readiness:
        """Everything that happens in time."""
        for name, unit in sorted(self.document.units.items()):
            if isinstance(unit, Serving):
                self._serving(name, unit, things_of(self.world.model.names, name))
            if isinstance(unit, FighterUnit):
                self._fighters(name, unit)
            if isinstance(unit, SamUnit):
                for battery in sorted(unit.batteries, key=lambda battery: battery.id):
                    self._moves(name, battery)
        return Readiness(
            self.streams, self.relocations, self.arrivals, self.awaiting, self._holdings(), self.crews, self.alerts,
            depots_of(self.document, self.world), Airfields(self._tanks()),
        )  # fmt: skip

    def _serving(self, unit_name: str, unit: Serving, things: dict[str, Thing]) -> None:
        seed = self.world.model.seed
        for name, thing in things.items():
            own = [self._there(unit), unserviceable(seed, name, unit.serviceability)]
            if unit.failures is not None:
                own.append(failures(seed, name, unit.failures.every, unit.failures.repair))
            if unit.crews is not None and not isinstance(unit, FighterUnit):
                crews = unit.crews
                own.append(roster(seed, unit_name, crews.count, crews.duty, crews.rest))
            self.streams += [(thing, stream) for stream in own]
        self._mobilised(unit, tuple(things.values()))

    def _there(self, unit: Serving) -> Iterator[Change]:
        """Away before it arrives and after it has retired."""
        start = self.document.start
        first = 0.0 if unit.arrives is None else seconds_after(start, unit.arrives)
        last = math.inf if unit.retires is None else seconds_after(start, unit.retires)
        return chain(between(0.0, first), between(max(last, 0.0), math.inf))

    def _mobilised(self, unit: Serving, things: tuple[Thing, ...]) -> None:
        called = unit.mobilisation
        if called is None:
            return
        if called.phase is None or called.phase == self.document.phase:
            self.streams += [(thing, between(0.0, called.takes)) for thing in things]
        else:
            self.awaiting.append(Awaiting(called.phase, called.takes, things))

    def _fighters(self, name: str, unit: FighterUnit) -> None:
        rows = [row for _, row in things_of(self.world.model.names, name).values()]
        if unit.crews is not None:
            self.crews.append(SortieCrews(tuple(rows), unit.crews.count, unit.crews.rest))
        for phase, delays in unit.alert.items():
            own = tuple((row, delays[min(i, len(delays) - 1)]) for i, row in enumerate(rows))
            self.alerts.append(AlertState(phase, own))
        if unit.ferry is not None:
            first = seconds_after(self.document.start, unit.ferry.depart)
            for i, row in enumerate(rows):
                self._ferried(unit, row, max(first, 0.0) + i * unit.ferry.spacing)

    def _ferried(self, unit: FighterUnit, row: int, t_s: float) -> None:
        """An aircraft that comes from elsewhere: it is away until then."""
        ferry, state, types = unit.ferry, self.world.state, self.world.model.aircraft_types
        if ferry is None:
            return
        place = geo.geodetic2ecef(*ferry.start, ferry.altitude)
        plane = state.aircraft[row]
        way = state.airfields["pos_ecef_m"][plane["airfield"]] - place
        up = geo.enu_rotation(*ferry.start)[2]
        level = way - up * float((way * up).sum())
        speed = float(types["cruise_mps"][plane["type"]]) / max(float(np.sqrt((level * level).sum())), 1.0)
        lat, lon = (np.deg2rad(angle) for angle in ferry.start)
        self.arrivals.append(Arrival(t_s, row, place, level * speed, ferry.altitude, float(lat), float(lon)))
        self.streams.append((("aircraft", row), between(0.0, math.inf)))
        state.airfields["parked"][plane["airfield"]] -= 1

    def _moves(self, unit_name: str, battery: Battery) -> None:
        """A battery is away from when it packs up until it is ready at the new place."""
        names = self.world.model.names
        label = f"{unit_name}.{battery.id}"
        launcher = names.launchers.index(label)
        radars = (names.radars.index(f"{label}.search"),) if battery.search is not None else ()
        things: list[Thing] = [("launcher", launcher), *(("radar", row) for row in radars)]
        at = battery.at
        for move in battery.moves:
            there, ready = move_times_s(at, move)
            begin = max(seconds_after(self.document.start, move.depart), 0.0)
            self.streams += [(thing, between(begin, begin + ready)) for thing in things]
            place, enu = geo.geodetic2ecef(*move.to, move.elevation), geo.enu_rotation(*move.to)
            self.relocations.append(Relocation(begin + there, launcher, radars, place, enu, move.elevation))
            at = move.to

    def _tanks(self) -> dict[int, float]:
        """The fuel of airfields that say how much they have."""
        rows = {name: row for row, name in enumerate(self.world.model.names.airfields)}
        said = ((rows[name], field.fuel) for name, field in self.document.airfields.items())
        return {row: fuel for row, fuel in said if fuel is not None}

    def _holdings(self) -> list[Holding]:
        names, found = self.world.model.names, list[Holding]()
        for name, asset in sorted(self.document.assets.items()):
            if asset.holds:
                things = tuple(thing for held in asset.holds for thing in things_of(names, held).values())
                found.append(Holding(names.assets.index(name), things, asset.repair))
        return found


def move_times_s(start: tuple[float, float], move: Move) -> tuple[float, float]:
    """Seconds after a move's departure at which it is at its new place, and ready there: the straight way at the speed
    of its kind of transport between packing and deploying."""
    speed, pack, deploy = MOVES[move.by]
    away = geo.geodetic2ecef(*move.to, 0.0) - geo.geodetic2ecef(*start, 0.0)
    way_m = float(np.sqrt((away * away).sum()))
    there = (pack if move.pack is None else move.pack) + round(way_m / (move.speed or speed), 3)
    return there, there + (deploy if move.deploy is None else move.deploy)


def things_of(names: Names, name: str) -> dict[str, Thing]:
    """The launchers, radars and aircraft of a unit by their names, or the one that bears the name, or an airfield."""
    tables: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("launcher", names.launchers), ("radar", names.radars), ("aircraft", names.aircraft)
    )  # fmt: skip
    found: dict[str, Thing] = {}
    for kind, labels in tables:
        for row, label in enumerate(labels):
            if label == name or label.startswith(f"{name}."):
                found[label] = (kind, row)
    if name in names.airfields:
        found[name] = ("airfield", names.airfields.index(name))
    return found
