"""A better laydown of a scenario: radars, batteries, fighter bases, heavy aircraft; each nation on its own land.

What is left out: terrain, jamming, roads. Radars cover by the rule of `coverage`; a battery covers what lies within its
greatest range. Early-warning radars and radars with a sector stay where they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from jointsky import geo
from jointsky.atlas import airfields
from jointsky.catalogue.types import AircraftType
from jointsky.engine.physics import type_range_m
from jointsky.errors import ScenarioError
from jointsky.planning.coverage import COVERED_PD
from jointsky.planning.ground import Land, Places, areas_of, distance_km, land_of, ring
from jointsky.planning.places import reach_m
from jointsky.planning.siting import Covering, Float, Whole, sited
from jointsky.scenario.forces import AewUnit, EarlyWarningUnit, FighterUnit, RadarUnit, SamUnit
from jointsky.scenario.load import Scenario

STEP_KM = 40.0
SETBACK_KM = 8.0
"""Nothing is put nearer to the border."""
BORDER_KM = 45.0
"""Land so near to the border counts BORDER_WEIGHT times for radars: warning is won there."""
BORDER_WEIGHT = 3.0
ASSET_KM = 12.0
"""Attackers of an asset are to be met this far beyond its edge, from all sides."""
BEARINGS = 12
FIGHTER_S = 900.0
"""Assets that a fighter unit can be at within so long count as covered by it."""
ORBIT_INSIDE_KM = 60.0
"""The middle of an orbit is put so far from the border."""
HEAVY_INSIDE_KM = 100.0
"""Heavy aircraft are kept so far from the border where an airfield allows it."""
ROAD_KMH, SET_UP_H = 40.0, 1.0
"""Notional: a column's speed on the road, and the time to take down and set up again."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that moves: unit, its part (empty for whole units), type, and from where to where: places or names."""

    unit: str
    part: str
    type: str
    before: Any
    after: Any
    km: float

    @property
    def hours(self) -> float:
        """Until it stands ready again, by road (notional); aircraft fly within the hour."""
        flies = isinstance(self.after, str) or self.part == "orbit"
        return 1.0 if flies else SET_UP_H + self.km / ROAD_KMH


@dataclass(slots=True)
class Laydown:
    """What a plan found: moves, worth before and after and the bound by what was sited, new values for units, notes."""

    moves: list[Move] = field(default_factory=list[Move])
    worth: dict[str, tuple[float, float, float]] = field(default_factory=dict[str, tuple[float, float, float]])
    units: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    notes: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class _Thing:
    """One movable thing: unit, number and name of its part, type, place and reach."""

    unit: str
    number: int
    part: str
    type: str
    at: tuple[float, float]
    reach_km: float


def plan_laydown(
    scenario: Scenario, height_m: float, told: Callable[[str], None], step_km: float = STEP_KM
) -> Laydown:  # fmt: skip
    """Plan every defending nation that has land. Raises ScenarioError where there is nothing to plan."""
    lands = {name: land_of(area, step_km) for name, area in areas_of(scenario).items()}
    done = Laydown()
    owners = sorted({unit.nation or "" for unit in scenario.units.values()} & set(lands))
    if not owners:
        raise ScenarioError(scenario.path or "", 0, 0, "units", "found no unit of a nation with a territory to plan")
    for nation in owners:
        land = lands[nation]
        told(f"{nation}: radars")
        _site(done, f"{nation} radars", _radars(scenario, nation, height_m), land, _watched(scenario, nation, land),
              _fixed(scenario, nation, height_m), scenario)  # fmt: skip
        told(f"{nation}: missile batteries")
        _site(done, f"{nation} batteries", _batteries(scenario, nation), land, _guarded(scenario, nation), [], scenario)
        told(f"{nation}: aircraft")
        _base_fighters(done, scenario, nation)
        _disperse_heavies(done, scenario, nation, land)
        _station_orbits(done, scenario, nation, land, height_m)
    return done


def radar_reach_km(scenario: Scenario, kind: str, mast_m: float | None, height_m: float) -> float:
    """Reach of a ground radar against 1 m2 at a height: range of even detection, instrument and horizon."""
    radar = scenario.catalogue.radar(kind)
    horizon_m = float(geo.horizon_range_m(radar.mast if mast_m is None else mast_m, height_m))
    return min(type_range_m(radar, 1.0, COVERED_PD), radar.max_range, horizon_m) / 1000.0


def _radars(scenario: Scenario, nation: str, height_m: float) -> list[_Thing]:
    return [
        _Thing(name, k, site.id, site.type, site.at, radar_reach_km(scenario, site.type, site.mast, height_m))
        for name, unit in sorted(scenario.units.items())
        if isinstance(unit, RadarUnit) and unit.nation == nation
        for k, site in enumerate(unit.radars)
        if site.sector is None
    ]


def _fixed(scenario: Scenario, nation: str, height_m: float) -> list[_Thing]:
    """Radars that stay: those with a sector, and those beside batteries, which move on their own account."""
    return [
        _Thing(name, k, site.id, site.type, site.at, radar_reach_km(scenario, site.type, site.mast, height_m))
        for name, unit in sorted(scenario.units.items())
        if isinstance(unit, RadarUnit | EarlyWarningUnit) and unit.nation == nation
        for k, site in enumerate(unit.radars)
        if site.sector is None and isinstance(unit, EarlyWarningUnit)
    ]


def _batteries(scenario: Scenario, nation: str) -> list[_Thing]:
    return [
        _Thing(name, k, one.id, one.type, one.at, (reach_m(scenario.catalogue, one.type) or 0.0) / 1000.0)
        for name, unit in sorted(scenario.units.items())
        if isinstance(unit, SamUnit) and unit.nation == nation
        for k, one in enumerate(unit.batteries)
    ]


def _watched(scenario: Scenario, nation: str, land: Land) -> tuple[Places, Float]:
    """Places that radars should cover, and their weights: land, the border's more, assets by value."""
    assets = [asset for asset in scenario.assets.values() if asset.nation == nation]
    weight = np.where(land.inside_km < BORDER_KM, BORDER_WEIGHT, 1.0)
    return (
        np.concatenate([land.cells, np.array([asset.at for asset in assets]).reshape(-1, 2)]),
        np.concatenate([weight, [asset.value for asset in assets]]),
    )


def _guarded(scenario: Scenario, nation: str) -> tuple[Places, Float]:
    """Places where batteries should meet attackers: rings about assets, weighted by value."""
    assets = [asset for _, asset in sorted(scenario.assets.items()) if asset.nation == nation]
    rings = [ring(asset.at, asset.radius / 1000.0 + ASSET_KM, BEARINGS) for asset in assets]
    places = np.concatenate(rings) if rings else np.empty((0, 2))
    return places, np.repeat([asset.value / BEARINGS for asset in assets], BEARINGS)


def _site(
    done: Laydown, what: str, things: list[_Thing], land: Land, asked: tuple[Places, Float], fixed: list[_Thing],
    scenario: Scenario,
) -> None:  # fmt: skip
    """Site things of one sort, and note moves and new values."""
    places, weight = asked
    if not things or not len(places):
        return
    sites = _candidates(things, land, places)
    groups: dict[tuple[str, float], list[_Thing]] = {}
    for thing in things:
        groups.setdefault((thing.type, thing.reach_km), []).append(thing)
    away = distance_km(sites, places)
    problem = Covering(
        reach=np.array([away <= reach_km for _, reach_km in groups]),
        count=np.array([len(members) for members in groups.values()]),
        size=np.ones(len(groups)),
        room=_room(things, sites),
        weight=weight,
        fixed=_times(fixed, places),
    )
    present = np.array([_present(members, sites) for members in groups.values()])
    found = sited(problem, present)
    done.worth[what] = (problem.worth(present), found.worth, found.bound)
    if found.note:
        done.notes.append(f"{what}: {found.note}")
    for members, at in zip(groups.values(), found.at, strict=True):
        _move(done, scenario, members, sites, at)


def _candidates(things: list[_Thing], land: Land, places: Places) -> Places:
    """Where something may stand: where something stands now, and the land's cells away from the border."""
    cells = land.cells[land.inside_km >= SETBACK_KM]
    near = places[distance_km(places, cells).min(axis=1) < STEP_KM] if len(cells) else places[:0]
    return np.unique(np.concatenate([np.array([thing.at for thing in things]), cells, near[::4]]), axis=0)


def _room(things: list[_Thing], sites: Places) -> Float:
    """One thing a site; as many as stand there now."""
    return np.maximum(_present(things, sites), 1).astype(np.float64)


def _present(things: list[_Thing], sites: Places) -> Whole:
    """How many of some things stand at each site now."""
    at = np.zeros(len(sites), np.int64)
    for thing in things:
        at[int(np.flatnonzero((sites == thing.at).all(axis=1))[0])] += 1
    return at


def _times(things: list[_Thing], places: Places) -> Whole:
    """How often things that stay cover each place."""
    times = np.zeros(len(places), np.int64)
    for thing in things:
        times += distance_km(np.array([thing.at]), places)[0] <= thing.reach_km
    return times


def _move(done: Laydown, scenario: Scenario, members: list[_Thing], sites: Places, at: Whole) -> None:
    """Give each thing of a group its new site: those that may stay stay, the others go to the nearest."""
    free = np.repeat(np.arange(len(sites)), at).tolist()
    going: list[_Thing] = []
    for thing in members:
        here = [s for s in free if tuple(sites[s]) == thing.at]
        if here:
            free.remove(here[0])
        else:
            going.append(thing)
    if not going:
        return
    away = distance_km(np.array([thing.at for thing in going]), sites[free])
    for a, b in zip(*linear_sum_assignment(away), strict=True):
        thing, place = going[int(a)], [round(float(v), 4) for v in sites[free[int(b)]]]
        done.moves.append(Move(thing.unit, thing.part, thing.type, list(thing.at), place, float(away[a, b])))
        _rewrite(done, scenario, thing, place)


def _rewrite(done: Laydown, scenario: Scenario, thing: _Thing, place: list[float]) -> None:
    """The unit's list of parts as a file writes it, one part at its new place."""
    unit = scenario.units[thing.unit]
    key = "batteries" if isinstance(unit, SamUnit) else "radars"
    parts: Sequence[Any] = unit.batteries if isinstance(unit, SamUnit) else getattr(unit, "radars", ())
    new = done.units.setdefault(thing.unit, {})
    new.setdefault(key, [_written(part) for part in parts])[thing.number]["at"] = place


def _written(part: Any) -> dict[str, Any]:
    """A radar site or battery as a scenario writes it."""
    given = part.model_dump(exclude_unset=True)
    given["at"] = list(part.at)
    if given.get("sector") is not None:
        given["sector"] = list(given["sector"])
    return {key: f"{value:g} m" if key in ("elevation", "mast") else value for key, value in given.items()
            if value is not None}  # fmt: skip


def _fields(scenario: Scenario, nation: str) -> list[str]:
    """The nation's own airfields with a known place."""
    return [name for name, one in sorted(scenario.airfields.items()) if one.nation == nation]


def airfield_at(scenario: Scenario, name: str) -> tuple[float, float]:
    """Where an airfield lies."""
    field_ = scenario.airfields[name]
    if field_.at is not None:
        return field_.at
    known = airfields.find(field_.icao or "")
    return known.lat_deg, known.lon_deg


def _base_fighters(done: Laydown, scenario: Scenario, nation: str) -> None:
    """Give fighter units the airfields from which they are soonest at most of what is worth defending."""
    units = [(name, unit) for name, unit in sorted(scenario.units.items())
             if isinstance(unit, FighterUnit) and unit.nation == nation and unit.base and unit.type]  # fmt: skip
    fields = _fields(scenario, nation)
    assets = [asset for _, asset in sorted(scenario.assets.items()) if asset.nation == nation]
    units = [(name, unit) for name, unit in units if unit.base in fields]
    if not units or not assets:
        return
    at = np.array([airfield_at(scenario, name) for name in fields])
    away = distance_km(at, np.array([asset.at for asset in assets]))
    size = np.array([float(unit.aircraft or 1) for _, unit in units])
    present = np.array([[int(unit.base == name) for name in fields] for _, unit in units])
    parking = np.array([float(scenario.airfields[name].parking) for name in fields])
    problem = Covering(
        reach=np.array([away <= _within_km(scenario, unit) for _, unit in units]),
        count=np.ones(len(units), np.int64),
        size=size,
        room=np.maximum(parking, size @ present),
        weight=np.array([asset.value for asset in assets]),
        fixed=np.zeros(len(assets), np.int64),
    )
    found = sited(problem, present)
    before = problem.worth(present)
    done.worth[f"{nation} fighters"] = (before, found.worth, found.bound)
    for (name, unit), row in zip(units, found.at, strict=True):
        base = fields[int(row.argmax())]
        if base != unit.base and found.worth > before:
            km = float(distance_km(at[[fields.index(unit.base or "")]], at[[fields.index(base)]])[0, 0])
            done.moves.append(Move(name, "", unit.type or "", unit.base, base, km))
            done.units.setdefault(name, {})["base"] = base


def _within_km(scenario: Scenario, unit: FighterUnit) -> float:
    """How far a unit's first aircraft gets within FIGHTER_S of the order, its readiness counted."""
    kind = scenario.catalogue.types.get(unit.type or "")
    speed_mps = kind.dash if isinstance(kind, AircraftType) else 0.0
    return max(0.0, FIGHTER_S - min(unit.readiness, default=0.0)) * speed_mps / 1000.0


def _disperse_heavies(done: Laydown, scenario: Scenario, nation: str, land: Land) -> None:
    """One heavy unit an airfield where there are enough, far from the border, then near to its orbit."""
    units = [(name, unit) for name, unit in sorted(scenario.units.items())
             if isinstance(unit, AewUnit) and unit.nation == nation and unit.base and unit.orbit]  # fmt: skip
    fields = _fields(scenario, nation)
    if not units or not fields or not len(land.border):
        return
    at = np.array([airfield_at(scenario, name) for name in fields])
    inside = distance_km(at, land.border).min(axis=1)
    orbits = np.array([np.mean([unit.orbit.start, unit.orbit.end], axis=0) for _, unit in units if unit.orbit])
    exposed = 10.0 * np.maximum(HEAVY_INSIDE_KM - inside, 0.0)
    cost = distance_km(orbits, at) + exposed[None, :]
    crowded = np.concatenate([cost + 1e6 * turn for turn in range(len(units))], axis=1)
    for u, f in zip(*linear_sum_assignment(crowded), strict=True):
        (name, unit), base = units[int(u)], fields[int(f) % len(fields)]
        if base != unit.base:
            before = np.array([airfield_at(scenario, unit.base or "")])
            km = float(distance_km(before, at[[fields.index(base)]])[0, 0])
            done.moves.append(Move(name, "", unit.type or "", unit.base, base, km))
            done.units.setdefault(name, {})["base"] = base


def _station_orbits(done: Laydown, scenario: Scenario, nation: str, land: Land, height_m: float) -> None:
    """Shift each early-warning orbit, its length and direction kept, to where it sees most of what radars should cover;
    it stays where nothing sees more.
    """
    places, weight = _watched(scenario, nation, land)
    middles = land.cells[land.inside_km >= ORBIT_INSIDE_KM]
    for name, unit in sorted(scenario.units.items()):
        kind = scenario.catalogue.types.get(getattr(unit, "type", None) or "")
        if not isinstance(unit, AewUnit) or unit.nation != nation or unit.orbit is None or not len(middles):
            continue
        if not isinstance(kind, AircraftType) or kind.radar is None:
            continue
        ends = np.array([unit.orbit.start, unit.orbit.end])
        horizon_m = float(geo.horizon_range_m(unit.orbit.altitude, height_m))
        reach_km = min(scenario.catalogue.radar(kind.radar).max_range, horizon_m) / 1000.0
        sites = np.concatenate([ends.mean(axis=0)[None], middles])
        away = distance_km(sites, places)
        seen = (away <= reach_km) @ weight
        best = int(np.lexsort((distance_km(sites[:1], sites)[0], -seen))[0])
        done.worth[f"{name} orbit"] = (float(seen[0]), float(seen[best]), float(seen.max()))
        if best == 0:
            continue
        moved = [[round(float(v), 4) for v in end + sites[best] - sites[0]] for end in ends]
        km = float(distance_km(sites[:1], sites[[best]])[0, 0])
        done.moves.append(Move(name, "orbit", unit.type or "", ends.tolist(), moved, km))
        orbit = {"from": moved[0], "to": moved[1], "altitude": f"{unit.orbit.altitude:g} m"}
        if unit.orbit.speed is not None:
            orbit["speed"] = f"{unit.orbit.speed:g} m/s"
        done.units.setdefault(name, {})["orbit"] = orbit
