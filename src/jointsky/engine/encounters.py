"""Where air policing meets truth: what crews do that no plan says, who hears a call on the radio, what a crew beside an
aircraft sees, and who follows the signals. Posts learn of it by messages alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jointsky.links.network import Network
from jointsky.rng import Stream, draw
from jointsky.scenario.load import Scenario
from jointsky.scenario.raid import Conduct
from jointsky.vocab.codes import NONE, Act, Flight, Side
from jointsky.vocab.messages import Event, Hail, Heeded, Sighting
from jointsky.vocab.records import Rows
from jointsky.world.routes import waypoint_rows, waypoints
from jointsky.world.world import World

SIGHT_M = 4_000.0
"""Notional distance at which a crew sees what an aircraft is."""
CALLED_M = 15_000.0
"""A call names a place; the aircraft nearest to it within so far takes it for itself."""
SIGNALS_M = 6_000.0
"""Signals are seen from within this distance."""
REPLY_S = 15.0
"""Notional time until a crew that heard or saw answers."""
DIVERSION_M = 3_000.0
"""Height of the approach to the airfield that an aircraft is led to."""
Slice = tuple[int, int]
"""First row and number of rows of a route in the table of waypoints."""


@dataclass(frozen=True, slots=True)
class Flown:
    """The conduct of one aircraft row: from `t_s` on, with the route it flies then (None: its own)."""

    row: int
    t_s: float
    conduct: Conduct
    route: Slice | None


@dataclass(slots=True)
class Encounters:
    """All that crews do. `leads_to` are the approaches to the airfields of nations that lead aircraft somewhere."""

    flown: Mapping[int, Flown]
    leads_to: Mapping[str, Slice]
    log: list[Event] = field(default_factory=list[Event])
    _begun: set[int] = field(default_factory=set[int])
    _met: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    _replies: list[tuple[float, str, Heeded, int]] = field(default_factory=list[tuple[float, str, Heeded, int]])
    """When, to which post, what, and the row that answers."""

    def step(self, world: World, network: Network) -> None:
        """What happens on board, what crews see, and answers whose time has come."""
        for flown in self.flown.values():
            if flown.row not in self._begun and world.t_s >= flown.t_s and world.state.aircraft["alive"][flown.row]:
                self._begin(world, flown)
        self._look(world, network)
        for due_s, post, reply, row in [item for item in self._replies if item[0] <= world.t_s]:
            self._replies.remove((due_s, post, reply, row))
            self._answer(world, network, post, reply, row)

    def hear(self, world: World, network: Network, hail: Hail) -> None:
        """A post calls, by radio or by the signals of its fighter."""
        row = self._called(world, hail)
        if row is None or hail.how == "proceed":
            return
        flown = self.flown.get(row)
        begun = flown is not None and row in self._begun
        civil = world.state.aircraft["side"][row] == Side.NEUTRAL
        by_radio = hail.how == "radio"
        heeds = civil and not (begun and flown is not None and not _heeds(flown.conduct, by_radio))
        if heeds:
            reply = Heeded(hail.track_id, "radio" if by_radio else "signals", world.t_s + REPLY_S)
            self._replies.append((world.t_s + REPLY_S, hail.sender, reply, row))

    def _begin(self, world: World, flown: Flown) -> None:
        plane = world.state.aircraft[flown.row]
        self._begun.add(flown.row)
        plane["code"] = NONE if flown.conduct.squawk is None else flown.conduct.squawk
        if flown.route is not None:
            plane["first_waypoint"], plane["waypoints"] = flown.route
            plane["leg"] = 0
        told = "its transponder is off" if flown.conduct.squawk is None else f"it squawks {flown.conduct.squawk:04o}"
        radio = "answers" if flown.conduct.answers else "is silent on the radio"
        note = f"{told}, it {radio}" + (", it leaves its route" if flown.route is not None else "")
        self.log.append(Event(world.t_s, "silent", world.model.names.aircraft[flown.row], note=note))

    def _look(self, world: World, network: Network) -> None:
        """Crews beside the aircraft that they were sent to tell what they see, once for each track."""
        planes = world.state.aircraft
        beside = (planes["state"] == Flight.ORDERED) & (planes["order"] == Act.SCRAMBLE) & (planes["target"] >= 0)
        for row in np.flatnonzero(beside).tolist():
            target, number = int(planes["target"][row]), int(planes["track_id"][row])
            if (row, number) in self._met or not planes["alive"][target]:
                continue
            if _apart_m(planes["pos_ecef_m"][row], planes["pos_ecef_m"][target]) <= SIGHT_M:
                self._met.add((row, number))
                self._tell(world, network, row, target)

    def _tell(self, world: World, network: Network, row: int, target: int) -> None:
        plane, names = world.state.aircraft[row], world.model.names
        post = network.desk.book.senders.get(int(plane["order_id"]), "")
        if not post:
            return
        seen, number = self._seen(world, target), int(plane["track_id"])
        unit = names.units[int(plane["unit"])]
        self.log.append(Event(world.t_s, "seen", names.aircraft[target], unit, post, number, note=seen))
        nation = names.nations[int(plane["nation"])]
        network.post_answer(nation, post, Sighting(number, row, seen, world.t_s), world.t_s)

    def _seen(self, world: World, target: int) -> str:
        plane, flown = world.state.aircraft[target], self.flown.get(target)
        if plane["side"] != Side.NEUTRAL:
            return "military"
        doubtful = flown is not None and flown.conduct.unclear > 0.0
        if doubtful and flown is not None:
            luck = draw(world.model.seed, Stream.SIGHT, int(plane["entity"]), 0)
            return "unclear" if luck < flown.conduct.unclear else "civil"
        return "civil"

    def _called(self, world: World, hail: Hail) -> int | None:
        """The aircraft that takes a call for itself."""
        planes = world.state.aircraft
        if hail.row >= 0:
            target = int(planes["target"][hail.row])
            near = target >= 0 and _apart_m(planes["pos_ecef_m"][hail.row], planes["pos_ecef_m"][target]) <= SIGNALS_M
            return target if near and planes["alive"][target] else None
        gap = planes["pos_ecef_m"] - np.array(hail.pos_ecef_m)
        away = np.where(planes["alive"] == 1, (gap * gap).sum(axis=1), np.inf)
        row = int(away.argmin()) if len(away) else NONE
        return row if row >= 0 and away[row] <= CALLED_M**2 else None

    def _answer(self, world: World, network: Network, post: str, reply: Heeded, row: int) -> None:
        plane = world.state.aircraft[row]
        if not plane["alive"]:
            return
        nation = network.arr.posts[post].nation
        if reply.how == "signals":
            way = self.leads_to.get(nation)
            if way is not None and plane["state"] == Flight.ROUTE:
                plane["first_waypoint"], plane["waypoints"] = way
                plane["leg"] = 0
        name = world.model.names.aircraft[row]
        self.log.append(Event(world.t_s, "heeded", name, "", post, reply.track_id, note=reply.how))
        network.post_answer(nation, post, reply, world.t_s)


def encounters_of(scenario: Scenario, world: World) -> tuple[World, Encounters | None]:
    """The encounters of a scenario, and its world with the routes that crews may take; None where no nation polices."""
    policing = {name: nation.policing for name, nation in scenario.nations.items() if nation.policing is not None}
    if not policing:
        return world, None
    table = [world.model.waypoints]
    flown = {one.row: one for one in _flown(scenario, world, table)}
    leads_to = {
        name: _added(table, _approach(world, world.model.names.airfields.index(rules.leads_to)))
        for name, rules in sorted(policing.items())
        if rules.leads_to is not None
    }
    model = replace(world.model, waypoints=np.concatenate(table))
    return replace(world, model=model), Encounters(flown, leads_to)


def _flown(scenario: Scenario, world: World, table: list[Rows]) -> list[Flown]:
    found: list[Flown] = []
    names = world.model.names.aircraft
    for flight in scenario.traffic:
        if flight.conduct is None:
            continue
        cruise = scenario.catalogue.aircraft(flight.type).cruise
        for i in range(flight.count):
            row = names.index(f"{flight.id}.{i + 1}")
            route = flight.conduct.route
            way = None if route is None else _added(table, waypoints(route, cruise))
            t_s = float(world.state.aircraft["t_start_s"][row]) + flight.conduct.after
            found.append(Flown(row, t_s, flight.conduct, way))
    return found


def _approach(world: World, place: int) -> Rows:
    row = world.state.airfields[place]
    lat, lon = np.full(2, row["lat_deg"]), np.full(2, row["lon_deg"])
    return waypoint_rows(lat, lon, np.array([DIVERSION_M, float(row["alt_m"]) + 100.0]), np.array([180.0, 80.0]))


def _added(table: list[Rows], rows: Rows) -> Slice:
    first = sum(len(part) for part in table)
    table.append(rows)
    return first, len(rows)


def _heeds(conduct: Conduct, by_radio: bool) -> bool:
    return conduct.answers if by_radio else conduct.follows


def _apart_m(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    gap = one - other
    return float(np.sqrt((gap * gap).sum()))
