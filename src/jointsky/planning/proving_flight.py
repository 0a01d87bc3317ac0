"""Aircraft on the range: turns and climbs flown by the integrator of truth, reach by fuel, what weapons do."""

import math
from dataclasses import dataclass

import numpy as np

from jointsky import geo
from jointsky.catalogue import AircraftType
from jointsky.engine.physics import type_range_m
from jointsky.kernels.flight import fly, surface
from jointsky.planning.cards import Curve, Line, Trial, exact, proportion
from jointsky.rng import Stream, draws, entity_key
from jointsky.truth.performance import combat_radius_m
from jointsky.vocab.records import Rows, empty
from jointsky.vocab.truth_records import AIRCRAFT

STEP_S = 0.5
DASH_S = 600.0
RESERVE_S = 600.0
USUAL = ("fighter", "bomber", "cruise_missile")
_PLACE = (50.0, 30.0)
_LONGEST_S = 7_200.0


@dataclass(slots=True)
class _Pilot:
    """One aircraft in level flight to the north, steered by hand."""

    kind: AircraftType
    rows: Rows

    @classmethod
    def at(cls, kind: AircraftType, height_m: float) -> "_Pilot":
        rows = empty(AIRCRAFT, 1)
        rows["pos_ecef_m"] = geo.geodetic2ecef(*_PLACE, height_m)
        rows["vel_ecef_mps"] = kind.cruise * geo.enu_rotation(*_PLACE)[1]
        rows["alt_m"] = height_m
        return cls(kind, rows)

    def fly(self, aim: tuple[float, float, float], height_m: float, speed_mps: float) -> None:
        """One step towards an ECEF direction, a height and a speed."""
        up = surface(*(float(v) for v in self.rows["pos_ecef_m"][0]))
        fly(self.rows, 0, *up, *aim, height_m, speed_mps, self.kind.climb, self.kind.max_load, STEP_S)

    def velocity(self) -> tuple[float, float, float]:
        """ECEF velocity."""
        x, y, z = (float(v) for v in self.rows["vel_ecef_mps"][0])
        return x, y, z


def aircraft(trial: Trial, name: str, kind: AircraftType) -> tuple[list[Line], Curve]:
    """The card of an aircraft."""
    turned_s, radius_m = _turn(kind)
    heights, times = _climb(kind)
    trial.progress(0.5, 1.0)
    how = f"flown by the integrator at {kind.altitude:,.0f} m"
    lines = [
        exact("radar cross-section", kind.rcs, "m2", f"Swerling {kind.swerling}"),
        exact("half turn", turned_s, "s", f"{how}, {kind.max_load:g} g, {kind.cruise:g} m/s"),
        exact("radius of the turn", radius_m / 1e3, "km", how),
        exact("climb to the ceiling", times[-1] / 60.0, "min", f"to {kind.ceiling:,.0f} m, flown"),
        exact("endurance", kind.endurance / 3600.0, "h", "fuel at cruise"),
        exact("range", kind.endurance * kind.cruise / 1e3, "km", "fuel at cruise, no reserve"),
        exact("combat radius", _radius_m(kind) / 1e3, "km", f"{DASH_S:g} s dash, {RESERVE_S:g} s reserve"),
        exact("turn-round", kind.turnround / 60.0, "min", "on the ground"),
    ]
    lines += _sensors(trial, kind) + _weapons(trial, name, kind)
    trial.progress(1.0, 1.0)
    climbed = ("climb", tuple(t / 60.0 for t in times), tuple(h / 1e3 for h in heights))
    return lines, Curve("Climb", "time, min", "height, km", (climbed,))


def _turn(kind: AircraftType) -> tuple[float, float]:
    """Time (s) and radius (m) of half a turn at the load limit: how long the course takes to lie opposite."""
    pilot = _Pilot.at(kind, kind.altitude)
    start, place = pilot.velocity(), pilot.rows["pos_ecef_m"][0].copy()
    east = geo.enu_rotation(*_PLACE)[0]
    turned = 0.0
    steps = 0
    while turned < math.pi - 1e-6 and steps * STEP_S < _LONGEST_S:
        vx, vy, vz = pilot.velocity()
        right = np.cross([vx, vy, vz], place / np.linalg.norm(place))
        pilot.fly((float(right[0]), float(right[1]), float(right[2])), kind.altitude, kind.cruise)
        now = np.array(pilot.velocity())
        cosine = float(now @ np.array(start)) / (kind.cruise * float(np.linalg.norm(now)))
        before, turned = turned, math.acos(min(max(cosine, -1.0), 1.0))
        steps += 1
        if turned < before:
            turned = math.pi
    across = abs(float((pilot.rows["pos_ecef_m"][0] - place) @ east))
    return steps * STEP_S, 0.5 * across


def _climb(kind: AircraftType) -> tuple[list[float], list[float]]:
    """Heights (m) and times (s) of a climb from the ground to the ceiling."""
    pilot = _Pilot.at(kind, 0.0)
    heights, times, steps = [0.0], [0.0], 0
    while heights[-1] < kind.ceiling - 1.0 and times[-1] < _LONGEST_S:
        for _ in range(20):
            pilot.fly(pilot.velocity(), kind.ceiling, kind.cruise)
            steps += 1
            if float(pilot.rows["alt_m"][0]) >= kind.ceiling - 1.0:
                break
        heights.append(float(pilot.rows["alt_m"][0]))
        times.append(steps * STEP_S)
    return heights, times


def _radius_m(kind: AircraftType) -> float:
    return combat_radius_m(
        fuel_s=kind.endurance, cruise_mps=kind.cruise, dash_s=min(DASH_S, 0.2 * kind.endurance),
        dash_factor=kind.dash_fuel, reserve_s=min(RESERVE_S, 0.1 * kind.endurance),
    )  # fmt: skip


def _sensors(trial: Trial, kind: AircraftType) -> list[Line]:
    """How far its own radar sees the usual targets."""
    if kind.radar is None:
        return []
    radar = trial.catalogue.radar(kind.radar)
    return [
        exact(f"own radar on {target}", type_range_m(radar, craft.rcs, 0.5) / 1e3, "km", f"{kind.radar}, Pd 0.5")
        for target, craft in trial.targets(USUAL)
    ]


def _weapons(trial: Trial, name: str, kind: AircraftType) -> list[Line]:
    """Kills by one of its missiles and by all of them."""
    if kind.aam is None or kind.missiles < 1:
        return []
    lines = [exact("missile's reach, head on", kind.aam.range_head_on / 1e3, "km", "catalogue")]
    for target, craft in trial.targets(USUAL):
        names = np.array([entity_key(f"{name}/{target}/{run}") for run in range(trial.runs)], np.uint64)
        luck = np.array([draws(trial.seed, Stream.KILL, names, k) for k in range(kind.missiles)])
        hit = luck < kind.aam.pk[craft.is_a]
        lines.append(proportion(f"{target}: kill by one missile", int(hit[0].sum()), trial.runs, "Pk"))
        lines.append(
            proportion(f"{target}: kill by all", int(hit.any(axis=0).sum()), trial.runs, "one after the other")
        )
    return lines
