"""Fighters at another nation's airfields: which they may recover to, when they do, and what they get there.

A fighter goes to a neighbour's airfield that is nearer than its own when it must land: it is on its way home, or its
fuel would send it home now, so that it stays on station for as long as the shorter way back allows. Without missiles it
does so only if it may be given some there, or cannot reach home. It asks when it decides and again until it is down;
if the answer changes it flies home, if it still can, and else lands in distress and stays. Once down it is turned round
as at home, but armed only with what it brought and what a clause on munitions gives. When it takes off again its own
airfield is home again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from jointsky.kernels.motion import FUEL_RESERVE_S
from jointsky.links.agreements import Usable, Verdict, may_use
from jointsky.links.arrangement import Arrangement, Situation
from jointsky.links.pools import Stores
from jointsky.vocab.codes import Flight
from jointsky.vocab.messages import Event
from jointsky.vocab.records import Rows
from jointsky.world.world import World

FLYING = (Flight.ORDERED, Flight.RETURNING)
LAST_CALL_S = 15.0
"""A fighter decides where to land so long, by its fuel, before it must turn home: one look at the highest burn."""


@dataclass(slots=True)
class Visit:
    """One fighter's use of an airfield: booked under `clause` of `giver`; `missiles` those it brought, once it is down.
    """

    airfield: int
    clause: str
    giver: str
    distress: bool = False
    missiles: int | None = None
    armed: bool = False


@dataclass(slots=True)
class Visits:
    """All visits under way, by aircraft row. `log` is shared with whoever takes it."""

    arr: Arrangement
    stores: Stores
    log: list[Event]
    open: dict[int, Visit] = field(default_factory=dict[int, Visit])
    _home: dict[int, int] = field(default_factory=dict[int, int])
    _refused: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])

    def step(self, world: World, situation: Situation, due: bool) -> None:
        """Follow the visits; when a look is `due`, decide where those that must land go."""
        if not any("airfields" in grant.words for grant in self.arr.uses):
            return
        aircraft = world.state.aircraft
        if not self._home:
            guests = (aircraft["unit"] >= 0) & (aircraft["waypoints"] == 0) & (aircraft["airfield"] >= 0)
            self._home = {row: int(aircraft["airfield"][row]) for row in np.flatnonzero(guests).tolist()}
        if not self._home:
            return
        for row in list(self.open):
            self._follow(world, row, situation, due)
        for row in self._landing(world) if due else ():
            if row not in self.open:
                self._decide(world, row, situation)

    def _landing(self, world: World) -> list[int]:
        """Fighters that must land: on their way home, or short of what the way home takes and a last look."""
        rows = np.fromiter(self._home, np.int64)
        planes = world.state.aircraft[rows]
        away = world.state.airfields["pos_ecef_m"][list(self._home.values())] - planes["pos_ecef_m"]
        home_s = np.sqrt((away * away).sum(axis=1)) / world.model.aircraft_types["cruise_mps"][planes["type"]]
        short = planes["fuel_s"] <= home_s + FUEL_RESERVE_S + LAST_CALL_S
        must = (planes["state"] == Flight.RETURNING) | ((planes["state"] == Flight.ORDERED) & short)
        return rows[must].tolist()

    def _follow(self, world: World, row: int, situation: Situation, due: bool) -> None:
        plane, visit = world.state.aircraft[row], self.open[row]
        state = Flight(int(plane["state"]))
        if state == Flight.LANDED and visit.missiles is None:
            self._land(world, row, visit)
        elif state == Flight.PARKED and not visit.armed:
            self._arm(world, row, visit, situation)
        elif state in FLYING and visit.missiles is not None:
            self._refused = {(other, why) for other, why in self._refused if other != row}
            plane["airfield"] = self._home[row]
            del self.open[row]
        elif state in FLYING and due:
            self._ask_again(world, row, visit, situation)
        elif state in (Flight.KILLED, Flight.GONE):
            del self.open[row]

    def _decide(self, world: World, row: int, situation: Situation) -> None:
        """Book an airfield for a fighter that must land, if a neighbour's is nearer and may be used."""
        plane, t_s = world.state.aircraft[row], world.t_s
        home_s = self._way_s(world, row, self._home[row])
        nation = world.model.names.nations[int(plane["nation"])]
        for place, giver in self._nearer(world, row, nation, home_s):
            in_vain = plane["missiles"] <= 0 and not self._gives_missiles(nation, giver, situation)
            if in_vain and plane["fuel_s"] > home_s:
                continue
            name = world.model.names.airfields[place]
            verdict = self.stores.airfield_for(nation, giver, name, self._used(world, nation, giver), situation)
            if verdict.yes:
                self.open[row] = Visit(place, verdict.clauses[0], giver)
                plane["airfield"] = place
                return
            self._refuse(world, row, giver, verdict, t_s)

    def _nearer(self, world: World, row: int, nation: str, home_s: float) -> Iterator[tuple[int, str]]:
        """Airfields that neighbours lend at all, with room, nearer than home: the nearest first, with their owners."""
        fields, names, plane = world.state.airfields, world.model.names.nations, world.state.aircraft[row]
        lenders = {grant.giver for grant in self.arr.uses if grant.receiver == nation and "airfields" in grant.words}
        away = fields["pos_ecef_m"] - plane["pos_ecef_m"]
        ways_s = np.sqrt((away * away).sum(axis=1)) / world.model.aircraft_types["cruise_mps"][plane["type"]]
        booked = [visit.airfield for visit in self.open.values() if visit.missiles is None]
        near = np.flatnonzero((ways_s < home_s) & (fields["open"] == 1))
        for place in near[np.argsort(ways_s[near], kind="stable")].tolist():
            giver = names[int(fields["nation"][place])]
            if giver in lenders and fields["parked"][place] + booked.count(place) < fields["parking"][place]:
                yield place, giver

    def _used(self, world: World, nation: str, giver: str) -> dict[str, set[str]]:
        """The airfields of a giver that a nation uses now, by clause."""
        names, nations = world.model.names, world.state.aircraft["nation"]
        used: dict[str, set[str]] = {}
        for row, visit in self.open.items():
            if visit.giver == giver and names.nations[int(nations[row])] == nation:
                used.setdefault(visit.clause, set()).add(names.airfields[visit.airfield])
        return used

    def _ask_again(self, world: World, row: int, visit: Visit, situation: Situation) -> None:
        """A fighter still in the air turns home when it may no longer land there, or when home is nearer after all."""
        plane = world.state.aircraft[row]
        nation = world.model.names.nations[int(plane["nation"])]
        home_s = self._way_s(world, row, self._home[row])
        verdict = may_use(self.arr, nation, Usable("airfields", visit.giver), situation)
        if not verdict.yes and not visit.distress:
            self._refuse(world, row, visit.giver, verdict, world.t_s)
            visit.distress = bool(plane["fuel_s"] < home_s)
        if not visit.distress and (not verdict.yes or home_s <= self._way_s(world, row, visit.airfield)):
            plane["airfield"] = self._home[row]
            del self.open[row]

    def _land(self, world: World, row: int, visit: Visit) -> None:
        plane, names = world.state.aircraft[row], world.model.names
        visit.missiles = int(plane["missiles"])
        place, ready_s = names.airfields[visit.airfield], float(plane["t_ready_s"])
        note = f"{names.aircraft[row]} landed at {place}, turned round at {ready_s:.0f} s"
        if visit.distress:
            plane["t_ready_s"] = np.inf
            note = f"{names.aircraft[row]} landed in distress at {place} and stays there"
        self.log.append(Event(world.t_s, "used", visit.clause, visit.giver, self._unit(world, row), note=note))

    def _arm(self, world: World, row: int, visit: Visit, situation: Situation) -> None:
        """Take back what the turn-round has hung on that is nobody's to give, and count the rest."""
        plane, names = world.state.aircraft[row], world.model.names
        brought, visit.armed = visit.missiles or 0, True
        wanted = int(plane["missiles"]) - brought
        nation = names.nations[int(plane["nation"])]
        count, verdict = self.stores.missiles_for(nation, visit.giver, wanted, situation) if wanted > 0 else (0, None)
        plane["missiles"] = brought + count
        if verdict is not None and count > 0:
            note = f"{count} missiles for {names.aircraft[row]} at {names.airfields[visit.airfield]}"
            event = Event(world.t_s, "lent", verdict.clauses[0], visit.giver, self._unit(world, row), note=note)
            self.log.append(event)
        elif verdict is not None:
            self._refuse(world, row, visit.giver, verdict, world.t_s)

    def _gives_missiles(self, nation: str, giver: str, situation: Situation) -> bool:
        return may_use(self.arr, nation, Usable("munitions", giver), situation).yes

    def _refuse(self, world: World, row: int, giver: str, verdict: Verdict, t_s: float) -> None:
        """Log a refusal once for each fighter and reason, until it has been down."""
        if (row, verdict.reason) not in self._refused:
            self._refused.add((row, verdict.reason))
            event = Event(t_s, "barred", verdict.against[0], giver, self._unit(world, row), note=verdict.reason)
            self.log.append(event)

    def _unit(self, world: World, row: int) -> str:
        return world.model.names.units[int(world.state.aircraft["unit"][row])]

    def _way_s(self, world: World, row: int, place: int) -> float:
        """Seconds to an airfield at cruising speed."""
        plane: Rows = world.state.aircraft[row : row + 1]
        away = world.state.airfields["pos_ecef_m"][place] - plane["pos_ecef_m"][0]
        speed = float(world.model.aircraft_types["cruise_mps"][int(plane["type"][0])])
        return float(np.sqrt((away * away).sum())) / speed
