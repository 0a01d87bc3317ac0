"""Tiny worlds by hand: one call per thing, everything else at harmless values. For tests of truth, sensing and the
engine.

Places are metres east and north of 53 N 28 E, so that a test can be read with a pencil.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from jointsky.rng import entity_key
from jointsky.truth.flyout import build_flyout
from jointsky.truth.missiles import SAM_LONG, SAM_MEDIUM, SAM_SHORT
from jointsky.vocab import records, truth_records
from jointsky.vocab.codes import Act, AircraftKind, Flight, Shooter, Side
from jointsky.vocab.records import empty
from jointsky.world.world import Detection, Model, Names, Spoiler, State, World

LAT_DEG = 53.0
LON_DEG = 28.0
_A = 6378137.0
_E2 = 0.0066943799901413165


def ecef(lat_deg: float, lon_deg: float, alt_m: float) -> np.ndarray:
    """WGS84 geodetic to ECEF, metres."""
    lat, lon = math.radians(lat_deg), math.radians(lon_deg)
    n = _A / math.sqrt(1.0 - _E2 * math.sin(lat) ** 2)
    level = (n + alt_m) * math.cos(lat)
    return np.array([level * math.cos(lon), level * math.sin(lon), (n * (1.0 - _E2) + alt_m) * math.sin(lat)])


def place(east_m: float, north_m: float) -> tuple[float, float]:
    """Latitude and longitude in degrees of a point east and north of the middle (by the local radii of the
    ellipsoid).
    """
    sine = math.sin(math.radians(LAT_DEG))
    n = _A / math.sqrt(1.0 - _E2 * sine**2)
    m = n * (1.0 - _E2) / (1.0 - _E2 * sine**2)
    return LAT_DEG + math.degrees(north_m / m), LON_DEG + math.degrees(east_m / (n * math.cos(math.radians(LAT_DEG))))


def at(east_m: float, north_m: float, alt_m: float) -> np.ndarray:
    """ECEF of a point east and north of the middle at a WGS84 height."""
    return ecef(*place(east_m, north_m), alt_m)


def enu(lat_deg: float, lon_deg: float) -> np.ndarray:
    """Rows east, north, up in ECEF."""
    lat, lon = math.radians(lat_deg), math.radians(lon_deg)
    return np.array([
        [-math.sin(lon), math.cos(lon), 0.0],
        [-math.sin(lat) * math.cos(lon), -math.sin(lat) * math.sin(lon), math.cos(lat)],
        [math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)],
    ])  # fmt: skip


TYPES: dict[str, dict[str, Any]] = {
    "fighter": {
        "kind": AircraftKind.FIGHTER, "rcs_m2": 3.0, "cruise_mps": 250.0, "dash_mps": 450.0, "climb_mps": 120.0,
        "ceiling_m": 16_000.0, "max_g": 8.0, "endurance_s": 9000.0, "dash_fuel_factor": 3.0, "turnround_s": 3600.0,
        "missiles": 4, "aam_speed_mps": 800.0, "aam_range_m": 40_000.0, "aam_pk": 0.6, "radar_range_m": 70_000.0,
    },
    "bomber": {
        "kind": AircraftKind.BOMBER, "rcs_m2": 20.0, "cruise_mps": 225.0, "dash_mps": 260.0, "climb_mps": 15.0,
        "ceiling_m": 12_000.0, "max_g": 2.5, "endurance_s": 30_000.0, "dash_fuel_factor": 2.0, "damage": 5.0,
    },
    "cruise": {
        "kind": AircraftKind.CRUISE_MISSILE, "rcs_m2": 0.1, "cruise_mps": 230.0, "dash_mps": 230.0, "climb_mps": 50.0,
        "ceiling_m": 10_000.0, "max_g": 4.0, "endurance_s": 6000.0, "dash_fuel_factor": 1.0, "damage": 1.0,
    },
    "airliner": {
        "kind": AircraftKind.CIVIL, "rcs_m2": 60.0, "cruise_mps": 230.0, "dash_mps": 240.0, "climb_mps": 12.0,
        "ceiling_m": 12_500.0, "max_g": 1.4, "endurance_s": 30_000.0, "dash_fuel_factor": 1.2,
    },
    "aew": {
        "kind": AircraftKind.AEW, "rcs_m2": 60.0, "cruise_mps": 200.0, "dash_mps": 220.0, "climb_mps": 12.0,
        "ceiling_m": 12_000.0, "max_g": 1.5, "endurance_s": 14_400.0, "dash_fuel_factor": 1.2,
    },
}  # fmt: skip
"""Aircraft types by name, after the notional units."""
MISSILES = (SAM_LONG, SAM_MEDIUM, SAM_SHORT)


@dataclass
class Scene:
    """Collects rows; `world()` compiles them. Each method returns the row number it made."""

    dt_s: float = 1.0
    seed: int = 1
    room: int = 256
    aircraft: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    launchers: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    airfields: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    assets: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    waypoints: list[tuple[float, float, float, float]] = field(default_factory=list)
    spoilers: list[Spoiler] = field(default_factory=list)

    def routed(
        self, name: str, model: str, points: list[tuple[float, ...]], t_start_s: float = 0.0, **more: Any
    ) -> int:  # fmt: skip
        """An aircraft on a route of (east, north, alt, speed) points; a raider unless `side` says otherwise."""
        first = len(self.waypoints)
        self.waypoints += [tuple(p) for p in points]  # type: ignore[misc]
        row = {
            "type": list(TYPES).index(model), "kind": TYPES[model]["kind"], "side": Side.RAIDER, "state": Flight.PARKED,
            "first_waypoint": first, "waypoints": len(points), "t_start_s": t_start_s, "iff_group": -1, "nation": -1,
            "fuel_s": TYPES[model]["endurance_s"],
        }  # fmt: skip
        self.aircraft.append((name, row | more))
        return len(self.aircraft) - 1

    def carried(self, name: str, parent: int, points: list[tuple[float, ...]], **more: Any) -> int:
        """A cruise missile under an aircraft, released at its first point."""
        return self.routed(name, "cruise", points, state=Flight.CARRIED, parent=parent, **more)

    def fighter(self, name: str, airfield: int, readiness_s: float = 300.0, **more: Any) -> int:
        """A parked fighter of identification group 0."""
        _, home = self.airfields[airfield]
        row = {
            "type": 0, "kind": AircraftKind.FIGHTER, "side": Side.DEFENDER, "state": Flight.PARKED,
            "airfield": airfield, "missiles": TYPES["fighter"]["missiles"],
            "fuel_s": TYPES["fighter"]["endurance_s"], "iff_group": 0,
            "nation": 0, "readiness_s": readiness_s, "pos_ecef_m": home["pos_ecef_m"],
        }  # fmt: skip
        self.aircraft.append((name, row | more))
        return len(self.aircraft) - 1

    def airfield(self, name: str, east_m: float, north_m: float, alt_m: float = 150.0, slot_s: float = 30.0) -> int:
        """An open airfield."""
        row = {"pos_ecef_m": at(east_m, north_m, alt_m), "alt_m": alt_m, "open": 1, "parking": 40, "slot_s": slot_s}
        self.airfields.append((name, row))
        return len(self.airfields) - 1

    def asset(self, name: str, east_m: float, north_m: float, value: float = 10.0) -> int:
        """Something to defend."""
        self.assets.append((name, {"pos_ecef_m": at(east_m, north_m, 0.0), "value": value, "radius_m": 1000.0}))
        return len(self.assets) - 1

    def launcher(self, name: str, east_m: float, north_m: float, missile: int = 0, **more: Any) -> int:
        """A missile battery (missile 0 long, 1 medium, 2 short) with the notional envelope of its kind."""
        far, high, reaction = ((100e3, 27e3, 12.0), (40e3, 20e3, 16.0), (12e3, 6e3, 8.0))[missile]
        row = {
            "alive": 1, "missile": missile, "pos_ecef_m": at(east_m, north_m, 200.0), "alt_m": 200.0,
            "enu": enu(*place(east_m, north_m)), "range_min_m": 3000.0, "range_max_m": far, "alt_min_m": 20.0,
            "alt_max_m": high, "mast_m": 15.0, "channels": 6, "ready": 24, "capacity": 24, "stock": 24,
            "interval_s": 4.0, "reaction_s": reaction,
            "reload_s": 2700.0, "reliability": 1.0, "pk": 0.7, "radar_range_m": 190e3, "iff_group": 0,
        }  # fmt: skip
        self.launchers.append((name, row | more))
        return len(self.launchers) - 1

    def world(self) -> World:
        """Compile the scene."""
        names = replace(
            _NO_NAMES, aircraft=_names(self.aircraft), launchers=_names(self.launchers),
            airfields=_names(self.airfields), assets=_names(self.assets),
            missiles=tuple(m.name for m in MISSILES), aircraft_types=tuple(TYPES),
        )  # fmt: skip
        model = Model(
            seed=self.seed, dt_s=self.dt_s, names=names, aircraft_types=_types(), waypoints=self._waypoint_rows(),
            flight_plans=empty(records.FLIGHT_PLAN), plan_waypoints=empty(records.WAYPOINT),
            flyout=build_flyout(MISSILES), detection=Detection(0.0, 1.0, np.zeros((1, 2))),
            spoilers=tuple(self.spoilers),
        )  # fmt: skip
        state = State(
            tick=0, aircraft=self._aircraft_rows(), radars=empty(truth_records.RADAR),
            launchers=_rows(truth_records.LAUNCHER, self.launchers),
            engagements=empty(truth_records.ENGAGEMENT, self.room),
            engagements_used=0, airfields=_rows(truth_records.AIRFIELD, self.airfields),
            assets=_rows(records.ASSET, self.assets),
        )  # fmt: skip
        return World(model, state)

    def _aircraft_rows(self) -> records.Rows:
        blank = {"parent": -1, "airfield": -1, "asset": -1, "target": -1, "killer": -1, "code": -1, "t_end_s": math.inf}
        return _rows(truth_records.AIRCRAFT, [(name, blank | row) for name, row in self.aircraft])

    def _waypoint_rows(self) -> records.Rows:
        out = empty(records.WAYPOINT, len(self.waypoints))
        for row, (east, north, alt, speed) in zip(out, self.waypoints, strict=True):
            row["lat_deg"], row["lon_deg"] = place(east, north)
            row["alt_m"], row["speed_mps"], row["pos_ecef_m"] = alt, speed, at(east, north, alt)
        return out


def order(world: World, act: Act, shooter: Shooter, row: int, target: int = -1, **more: Any) -> records.Rows:
    """One ORDER row that takes effect now; the goal is the true state of aircraft row `target`, its number the
    track.
    """
    t_s = world.t_s
    out = empty(records.ORDER, 1)
    fields: dict[str, Any] = {
        "order_id": 1, "t_issued_s": t_s, "t_approved_s": t_s, "t_effective_s": t_s, "act": act, "shooter": shooter,
        "row": row, "track_id": target + 1, "shots": 1, "t_valid_s": t_s, "sigma_pos_m": 300.0, "airfield": -1,
    }  # fmt: skip
    if target >= 0:
        plane = world.state.aircraft[target]
        fields |= {"pos_ecef_m": plane["pos_ecef_m"], "vel_ecef_mps": plane["vel_ecef_mps"]}
    for name, value in (fields | more).items():
        out[name] = value
    return out


_NO_NAMES = Names(("west", "east"), ("joint", "other"), (), (), (), (), (), (), (), ())


def _names(rows: list[tuple[str, dict[str, Any]]]) -> tuple[str, ...]:
    return tuple(name for name, _ in rows)


def _rows(dtype: np.dtype[np.void], rows: list[tuple[str, dict[str, Any]]]) -> records.Rows:
    out = empty(dtype, len(rows))
    for target, (name, fields) in zip(out, rows, strict=True):
        target["entity"] = entity_key(name)
        for key, value in fields.items():
            target[key] = value
    return out


def _types() -> records.Rows:
    out = empty(truth_records.AIRCRAFT_TYPE, len(TYPES))
    for row, fields in zip(out, TYPES.values(), strict=True):
        for key, value in fields.items():
            row[key] = value
    return out
