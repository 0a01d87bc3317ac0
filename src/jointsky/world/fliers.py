"""From the scenario's air units, raid and traffic to rows: one AIRCRAFT row each, with jitter drawn by name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from jointsky.atlas.elevation import Elevation, open_elevation
from jointsky.catalogue import AircraftType, Catalogue
from jointsky.rng import Stream, entity_key, normal
from jointsky.scenario.forces import AewUnit, EarlyWarningUnit, FighterUnit, RadarUnit
from jointsky.scenario.raid import Carried, Jitter, Leg, RaidGroup, Traffic
from jointsky.scenario.schema import Document
from jointsky.vocab.codes import NONE, Flight, Side
from jointsky.vocab.records import FLIGHT_PLAN, Rows, empty
from jointsky.vocab.truth_records import AIRCRAFT, AIRCRAFT_TYPE, OUTSIDE
from jointsky.world.physics import Physics
from jointsky.world.register import KINDS, SIDES, Register, units_of
from jointsky.world.routes import WaypointTable, follow_ground, shifted, waypoints
from jointsky.world.sites import chances

PLAN_MARGIN_S = 900.0
"""A filed plan holds from this long before its departure until this long after its planned end."""


def type_rows(catalogue: Catalogue, names: Register, physics: Physics) -> Rows:
    """AIRCRAFT_TYPE rows in name order."""
    rows = empty(AIRCRAFT_TYPE, len(names.aircraft_types))
    for row, name in zip(rows, names.aircraft_types, strict=True):
        _fill_type(row, catalogue.aircraft(name), catalogue, physics)
    return rows


def _fill_type(row: np.void, kind: AircraftType, catalogue: Catalogue, physics: Physics) -> None:
    row["kind"], row["swerling"], row["rcs_m2"] = KINDS[kind.is_a], kind.swerling, kind.rcs
    row["cruise_mps"], row["dash_mps"], row["climb_mps"] = kind.cruise, kind.dash, kind.climb
    row["ceiling_m"], row["max_g"], row["endurance_s"] = kind.ceiling, kind.max_load, kind.endurance
    row["dash_fuel_factor"], row["turnround_s"] = kind.dash_fuel, kind.turnround
    row["missiles"], row["damage"] = kind.missiles, kind.damage
    if kind.aam is not None:
        row["aam_speed_mps"], row["aam_range_m"], row["aam_pk"] = (
            kind.aam.speed,
            kind.aam.no_escape,
            chances(kind.aam.pk),
        )
    if kind.radar is not None and kind.missiles > 0:
        row["radar_range_m"] = round(physics.range_m(catalogue.radar(kind.radar), 1.0, 0.5), 3)
    if kind.jammer is not None:
        row["jam_power_w"], row["jam_gain_db"] = kind.jammer.power, kind.jammer.gain
        row["jam_bandwidth_hz"], row["jam_freq_hz"] = kind.jammer.bandwidth, kind.jammer.frequency or 0.0
        row["jam_pause"] = 1.0 - kind.jammer.duty


RELEASE_INTERVAL_S = 4.0
"""Notional time between two weapons leaving one carrier."""


@dataclass(slots=True)
class Fleet:
    """Collects AIRCRAFT rows with their names, their routes, and the filed plans."""

    document: Document
    catalogue: Catalogue
    names: Register
    seed: int
    airfields: Rows
    ground: Elevation | None = None
    """What is followed where a route says so; the built-in grid when left out."""
    rows: list[Rows] = field(default_factory=list[Rows])
    labels: list[str] = field(default_factory=list[str])
    routes: WaypointTable = field(default_factory=WaypointTable)
    plans: list[Rows] = field(default_factory=list[Rows])
    plan_routes: WaypointTable = field(default_factory=WaypointTable)
    hunts: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """The row of each anti-radiation missile and the radar that it hunts."""

    def gather(self) -> None:
        """Rows for every air unit, raid group and traffic stream of the document."""
        for name, unit in units_of(self.document, FighterUnit):
            self._fighters(name, unit)
        for name, unit in units_of(self.document, AewUnit):
            self._aew(name, unit)
        for group in sorted(self.document.raid, key=lambda item: item.id):
            self._raid(group)
        for stream in sorted(self.document.traffic, key=lambda item: item.id):
            self._traffic(stream)
        for i in range(self.document.outside):
            self.add(outside_name(i), self.names.aircraft_types[0], NONE, Side.NEUTRAL)

    def aircraft(self) -> Rows:
        """All AIRCRAFT rows."""
        return np.concatenate(self.rows) if self.rows else empty(AIRCRAFT)

    def flight_plans(self) -> Rows:
        """All FLIGHT_PLAN rows; a plan held by two nations is two rows."""
        return np.concatenate(self.plans) if self.plans else empty(FLIGHT_PLAN)

    def aew_rows(self) -> dict[str, int]:
        """Aircraft row by name of each early-warning aircraft."""
        units = {name for name, _ in units_of(self.document, AewUnit)}
        return {label: i for i, label in enumerate(self.labels) if label.rsplit(".", 1)[0] in units}

    def add(self, label: str, type_name: str, nation: int, side: Side) -> np.void:
        """A new AIRCRAFT row, parked, without a base, route or target."""
        kind = self.catalogue.aircraft(type_name)
        row = empty(AIRCRAFT, 1)
        row["entity"], row["side"], row["kind"] = entity_key(label), side, KINDS[kind.is_a]
        row["type"], row["nation"] = self.names.aircraft_types.index(type_name), nation
        row["iff_group"] = self.names.iff_of(self.document, nation) if nation >= 0 else NONE
        row["missiles"], row["fuel_s"] = kind.missiles, kind.endurance
        for name in ("code", "unit", "parent", "airfield", "asset", "target", "killer"):
            row[name] = NONE
        row["t_end_s"] = row["t_start_s"] = np.inf
        self.rows.append(row)
        self.labels.append(label)
        return row[0]

    def _fighters(self, unit_name: str, unit: FighterUnit) -> None:
        nation = self.names.nation_of(self.document, unit_name)
        base = self.names.airfields.index(unit.base or "")
        for i in range(unit.aircraft or 0):
            row = self.add(f"{unit_name}.{i + 1}", unit.type or "", nation, Side.DEFENDER)
            row["unit"], row["state"], row["airfield"] = self.names.units.index(unit_name), Flight.PARKED, base
            row["readiness_s"] = unit.readiness[min(i, len(unit.readiness) - 1)] if unit.readiness else 0.0
            row["pos_ecef_m"] = self.airfields["pos_ecef_m"][base]
            row["lat_rad"] = np.deg2rad(self.airfields["lat_deg"][base])
            row["lon_rad"] = np.deg2rad(self.airfields["lon_deg"][base])
            row["alt_m"] = self.airfields["alt_m"][base]
            self.airfields["parked"][base] += 1

    def _aew(self, unit_name: str, unit: AewUnit) -> None:
        if unit.orbit is None:
            return
        nation = self.names.nation_of(self.document, unit_name)
        ends = (unit.orbit.start, unit.orbit.end)
        legs = [_leg(at, unit.orbit.altitude, unit.orbit.speed) for at in ends]
        for i in range(unit.aircraft):
            kind = self.catalogue.aircraft(unit.type or "")
            row = self.add(f"{unit_name}.{i + 1}", unit.type or "", nation, Side.DEFENDER)
            row["unit"] = self.names.units.index(unit_name)
            row["airfield"] = self.names.airfields.index(unit.base) if unit.base else NONE
            row["t_start_s"] = unit.on_station + i * kind.endurance
            self._set_route(row, waypoints(legs, kind.cruise))

    def _raid(self, group: RaidGroup) -> None:
        nation = self.names.nations.index(group.nation)
        side = SIDES[self.document.nations[group.nation].side]
        kind = self.catalogue.aircraft(group.type)
        for i in range(group.count):
            row = self.add(f"{group.id}.{i + 1}", group.type, nation, side)
            late_s, lateral_m, climb_m = self._jitter(row, group.jitter)
            route = waypoints(group.route, kind.cruise)
            if group.formation is not None:
                right_m, behind_m = group.formation.place_m(i, group.count)
                lateral_m, late_s = lateral_m + right_m, late_s + round(behind_m / float(route["speed_mps"][1]), 6)
            route = shifted(route, lateral_m, climb_m)
            row["t_start_s"] = max(group.depart + i * group.spacing + late_s, 0.0)
            row["jamming"] = kind.jammer is not None and group.jamming
            if group.target is not None:
                row["asset"] = self.names.assets.index(group.target)
                route = np.concatenate([route, self._onto(group.target, route)])
            route, places = self._over_ground(group.route, route)
            first, _ = self._set_route(row, route)
            if group.carries is not None:
                self._carry(group.carries, group, len(self.rows) - 1, first + places[group.carries.release])

    def _carry(self, weapon: Carried, group: RaidGroup, parent: int, release: int) -> None:
        carrier = self.rows[parent][0]
        kind = self.catalogue.aircraft(weapon.type)
        for i, target in zip(range(weapon.count), _round_robin(weapon.targets or weapon.hunts), strict=False):
            row = self.add(
                f"{self.labels[parent]}.{weapon.type}.{i + 1}",
                weapon.type,
                carrier["nation"],
                Side(int(carrier["side"])),
            )
            row["state"], row["parent"], row["t_start_s"] = Flight.CARRIED, parent, i * RELEASE_INTERVAL_S
            if weapon.hunts:
                self.hunts.append((len(self.rows) - 1, target))
            else:
                row["asset"] = self.names.assets.index(target)
            start = self.routes.table()[release : release + 1].copy()
            start["speed_mps"] = weapon.speed or kind.cruise
            start["alt_m"] = kind.altitude if weapon.altitude is None else weapon.altitude
            legs = waypoints(weapon.route, weapon.speed or kind.cruise) if weapon.route else start[:0]
            path = np.concatenate([start, legs])
            path = np.concatenate([shifted(path, 0.0, 0.0), self._onto(target, path)])
            self._set_route(row, self._over_ground((None, *(weapon.route or ())), path)[0])

    def _traffic(self, stream: Traffic) -> None:
        kind = self.catalogue.aircraft(stream.type)
        for i in range(stream.count):
            row = self.add(f"{stream.id}.{i + 1}", stream.type, NONE, Side.NEUTRAL)
            late_s, lateral_m, climb_m = self._jitter(row, stream.jitter)
            planned = waypoints(stream.route, kind.cruise)
            row["t_start_s"] = max(stream.depart + i * stream.every + late_s, 0.0)
            row["code"] = NONE if stream.squawk is None else stream.squawk + i
            self._set_route(row, self._over_ground(stream.route, shifted(planned, lateral_m, climb_m))[0])
            if stream.plan == "filed":
                self._file(stream, row, planned)

    def _file(self, stream: Traffic, row: np.void, planned: Rows) -> None:
        first, count = self.plan_routes.add(planned)
        for name in self.names.nations if stream.known_to is None else sorted(stream.known_to):
            plan = empty(FLIGHT_PLAN, 1)
            plan["code"], plan["nation"] = row["code"], self.names.nations.index(name)
            plan["t_start_s"], plan["t_end_s"] = row["t_start_s"] - PLAN_MARGIN_S, row["t_start_s"] + 6.0 * 3600.0
            plan["first_waypoint"], plan["waypoints"] = first, count
            self.plans.append(plan)

    def _over_ground(self, legs: Sequence[Leg | None], route: Rows) -> tuple[Rows, list[int]]:
        """A route with the ground followed where its legs say so, to what is attacked behind the last one too; and
        where its points stand then."""
        clear = [np.nan if leg is None or leg.above != "ground" else leg.altitude for leg in legs]
        clear += [clear[-1]] * (len(route) - len(clear))
        if np.isnan(clear).all():
            return route, list(range(len(route)))
        return follow_ground(route, clear, (self.ground or open_elevation([])).height_m)

    def _onto(self, target: str, route: Rows) -> Rows:
        """The target as one more waypoint, flown at the route's last height and speed."""
        at = self.document.assets[target].at if target in self.document.assets else radar_at(self.document, target)
        end = route[-1]
        return waypoints([_leg(at, float(end["alt_m"]), float(end["speed_mps"]))], 0.0)

    def _set_route(self, row: np.void, route: Rows) -> tuple[int, int]:
        first, count = self.routes.add(route)
        row["first_waypoint"], row["waypoints"], row["leg"] = first, count, 0
        row["pos_ecef_m"], row["alt_m"] = route["pos_ecef_m"][0], route["alt_m"][0]
        row["lat_rad"], row["lon_rad"] = np.deg2rad(route["lat_deg"][0]), np.deg2rad(route["lon_deg"][0])
        return first, count

    def _jitter(self, row: np.void, jitter: Jitter) -> tuple[float, float, float]:
        entity = int(row["entity"])
        sigmas = (jitter.time, jitter.lateral, jitter.altitude)
        late, lateral, climb = (
            normal(self.seed, Stream.SCENARIO, entity, 0, k) * s if s else 0.0 for k, s in enumerate(sigmas)
        )
        return late, lateral, climb


def outside_name(number: int) -> str:
    """What the row kept for the entity of that number (from 0) is called that somebody outside flies."""
    return f"outside.{number + 1}"


def outside_rows(fleet: Fleet) -> Rows:
    """OUTSIDE rows of the rows kept for entities that others fly: nothing said of any yet."""
    rows = empty(OUTSIDE, fleet.document.outside)
    rows["row"] = [fleet.labels.index(outside_name(i)) for i in range(len(rows))]
    return rows


def radar_at(document: Document, name: str) -> tuple[float, float]:
    """Where a radar on the ground stands, by its name in runs; a loaded document has it."""
    unit_name, _, site_name = name.rpartition(".")
    unit = document.units[unit_name]
    sites = unit.radars if isinstance(unit, RadarUnit | EarlyWarningUnit) else ()
    return next(site.at for site in sites if site.id == site_name)


def _leg(at: tuple[float, float], altitude_m: float, speed_mps: float | None) -> Leg:
    """A point of a route made here, already in SI."""
    return Leg.model_construct(at=at, altitude=altitude_m, speed=speed_mps)


def _round_robin(targets: tuple[str, ...]) -> Iterator[str]:
    while True:
        yield from targets
