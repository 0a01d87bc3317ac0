"""Routes that the fuel, the speed or the height of who flies them does not allow: refused before anything runs."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from jointsky import geo
from jointsky.atlas import airfields
from jointsky.catalogue import AircraftType
from jointsky.errors import ScenarioError
from jointsky.scenario.forces import AewUnit, FighterUnit
from jointsky.scenario.load import Scenario
from jointsky.scenario.raid import Leg, RaidGroup
from jointsky.scenario.tree import Path
from jointsky.world.routes import leg_lengths_m, waypoints

Place = tuple[float, float]
SLACK = 1e-6
"""Speeds so little above a type's count as its own: they come from lengths and times."""


def reach_faults(scenario: Scenario) -> Iterator[ScenarioError]:
    """Every route and ferry that cannot be flown as it is written."""
    for number, group in enumerate(scenario.raid):
        goal = None if group.target is None else scenario.assets[group.target].at
        kind = scenario.catalogue.aircraft(group.type)
        yield from _route(scenario, ("raid", number, "route"), group.route, group.type, kind, goal)
        yield from _carried(scenario, number, group)
    for number, stream in enumerate(scenario.traffic):
        kind = scenario.catalogue.aircraft(stream.type)
        yield from _route(scenario, ("traffic", number, "route"), stream.route, stream.type, kind, None)
    for name, unit in scenario.units.items():
        if isinstance(unit, FighterUnit) and unit.ferry is not None:
            yield from _ferry(scenario, name, unit)
        elif isinstance(unit, AewUnit) and unit.orbit is not None and unit.base is not None:
            yield from _orbit(scenario, name, unit)


def fuel_needed_s(kind: AircraftType, legs: Sequence[Leg], goal: Place | None = None) -> float:
    """The fuel of a route in seconds at cruising speed: each leg's time, times the type's factor where it is flown
    nearer to dash than to cruise; on to `goal` at the last leg's speed."""
    rows = waypoints([*legs, *_on_to(legs, goal)], kind.cruise)
    speeds, lengths = rows["speed_mps"][1:], leg_lengths_m(rows)[1:]
    burn = np.where(speeds > 0.5 * (kind.cruise + kind.dash), kind.dash_fuel, 1.0)
    return float((lengths / speeds * burn).sum())


def _on_to(legs: Sequence[Leg], goal: Place | None) -> list[Leg]:
    end = legs[-1]
    speed = None if end.time is not None else end.speed
    return [] if goal is None else [end.model_copy(update={"at": goal, "time": None, "speed": speed})]


def _route(
    scenario: Scenario, path: Path, legs: Sequence[Leg], name: str, kind: AircraftType, goal: Place | None
) -> Iterator[ScenarioError]:
    if kind.drifts:
        return
    speeds = waypoints(legs, kind.cruise)["speed_mps"].tolist()
    for k, (leg, speed) in enumerate(zip(legs, speeds, strict=True)):
        if k > 0 and leg.time is not None and speed > kind.dash * (1.0 + SLACK):
            found = f"needs {speed:.0f} m/s to be there {leg.time:g} s after departure"
            yield scenario.error((*path, k, "time"), f"{found}, {name} flies {kind.dash:g} m/s at most")
    needed = fuel_needed_s(kind, legs, goal)
    if needed > kind.endurance:
        found = f"needs fuel for {needed / 60.0:.0f} min at cruising speed"
        yield scenario.error(path, f"{found}, {name} has it for {kind.endurance / 60.0:.0f} min")


def _carried(scenario: Scenario, number: int, group: RaidGroup) -> Iterator[ScenarioError]:
    weapon = group.carries
    if weapon is None:
        return
    kind = scenario.catalogue.aircraft(weapon.type)
    start = group.route[weapon.release].model_copy(update={"speed": weapon.speed or kind.cruise, "time": None})
    for target in sorted(set(weapon.targets)):
        legs = (start, *(weapon.route or ()))
        needed = fuel_needed_s(kind, legs, scenario.assets[target].at)
        if needed > kind.endurance:
            path = ("raid", number, "carries", "release")
            yield scenario.error(path, _short(needed, f"to {target}", weapon.type, kind.endurance))


def _ferry(scenario: Scenario, name: str, unit: FighterUnit) -> Iterator[ScenarioError]:
    kind, base = scenario.catalogue.aircraft(unit.type or ""), _place(scenario, unit.base)
    if unit.ferry is None or base is None:
        return
    needed = _way_m(unit.ferry.start, base) / kind.cruise
    if needed > kind.endurance:
        message = _short(needed, f"to {unit.base}", unit.type, kind.endurance)
        yield scenario.error(("units", name, "ferry", "from"), message)


def _orbit(scenario: Scenario, name: str, unit: AewUnit) -> Iterator[ScenarioError]:
    kind, base = scenario.catalogue.aircraft(unit.type or ""), _place(scenario, unit.base)
    if unit.orbit is None or base is None:
        return
    needed = _way_m(unit.orbit.start, base) / kind.cruise
    if needed > kind.endurance:
        message = _short(needed, f"from its orbit to {unit.base}", unit.type, kind.endurance)
        yield scenario.error(("units", name, "orbit", "from"), message)


def _short(needed_s: float, way: str, kind: str | None, endurance_s: float) -> str:
    return f"needs fuel for {needed_s / 60.0:.0f} min {way}, {kind} has it for {endurance_s / 60.0:.0f} min"


def _place(scenario: Scenario, airfield: str | None) -> Place | None:
    """Where an airfield is."""
    if airfield is None:
        return None
    field = scenario.airfields[airfield]
    known = airfields.find(field.icao) if field.at is None and field.icao is not None else None
    return field.at if known is None else (known.lat_deg, known.lon_deg)


def _way_m(start: Place, end: Place) -> float:
    away = geo.geodetic2ecef(*start, 0.0) - geo.geodetic2ecef(*end, 0.0)
    return math.sqrt(float((away * away).sum()))
