"""Radar coverage over ground at one height: the area each nation sees, and what all see together.

A place counts as covered by a radar when a target of the given cross-section at the given height lies within the range
of detection probability one half (Swerling 1, free space) and above the radio horizon of the 4/3 earth. Without a
terrain heights are above a smooth earth; with one they are above the ground at each place, and hills hide
(`sensing.masks`). Jamming and clutter are left out, so this is an upper bound.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.atlas.elevation import Elevation
from jointsky.engine.physics import type_range_m
from jointsky.scenario.forces import AewUnit, RadarUnit, SamUnit
from jointsky.scenario.load import Scenario
from jointsky.sensing.masks import mask_reach_m, mask_table

Float = NDArray[np.float64]
KM_PER_DEGREE = 111.194_9
COVERED_PD = 0.5


@dataclass(frozen=True, slots=True)
class Coverage:
    """Covered places on a grid: `lat_deg` (n,), `lon_deg` (m,), and for each nation a mask (n, m)."""

    lat_deg: Float
    lon_deg: Float
    covered: Mapping[str, NDArray[np.bool_]]

    def joint(self) -> NDArray[np.bool_]:
        """What at least one nation covers, as a mask (n, m)."""
        return np.logical_or.reduce(list(self.covered.values()))

    def area_km2(self, *nations: str) -> float:
        """Area that at least one of these nations covers, in square kilometres (of all nations when none is named)."""
        masks = [self.covered[name] for name in nations or tuple(self.covered)]
        step = float(self.lat_deg[1] - self.lat_deg[0])
        cell_km2 = (step * KM_PER_DEGREE) ** 2 * np.cos(np.deg2rad(self.lat_deg))
        return float((np.logical_or.reduce(masks) * cell_km2[:, None]).sum())

    def gain_km2(self, nation: str) -> float:
        """Area that a nation sees only with the others' radars."""
        return self.area_km2() - self.area_km2(nation)


@dataclass(frozen=True, slots=True)
class Watcher:
    """A radar that looks: whose it is, where it stands, its antenna above the ground (`above_m`) and above the sea as
    the scenario says it (`antenna_m`), whether it flies, and how far it detects the target in free space.
    """

    nation: str
    lat_deg: float
    lon_deg: float
    above_m: float
    antenna_m: float
    flies: bool
    range_m: float


def coverage(
    scenario: Scenario,
    height_m: float,
    rcs_m2: float = 1.0,
    step_deg: float = 0.1,
    terrain: Elevation | None = None,
    airborne: bool = False,
    progress: Callable[[float, float], None] | None = None,
) -> Coverage:
    """Coverage of every nation's ground radars at `height_m` against `rcs_m2`, on a grid of `step_deg`.

    `airborne` adds radars on aircraft, in the middle of their orbits; `progress` is told (done, in all). Raises
    ValueError for a height, cross-section or step that is not positive, or a scenario without radars.
    """
    if min(height_m, rcs_m2, step_deg) <= 0.0:
        raise ValueError(
            f"found height {height_m} m, cross-section {rcs_m2} m2, step {step_deg} deg, expected all above 0"
        )
    sites = watchers(scenario, rcs_m2, airborne)
    if not sites:
        raise ValueError("found no radar on the ground, expected at least one")
    lat, lon = _grid(sites, height_m, step_deg, terrain)
    ground = np.zeros((len(lat), len(lon))) if terrain is None else terrain.height_m(lat[:, None], lon[None, :])
    target = ground + height_m
    places = geo.geodetic2ecef(lat[:, None], lon[None, :], np.float64(height_m))
    covered = {site.nation: np.zeros((len(lat), len(lon)), np.bool_) for site in sites}
    for done, site in enumerate(sites):
        covered[site.nation] |= _seen(site, places, target, height_m, terrain)
        if progress is not None:
            progress(done + 1, len(sites))
    return Coverage(lat, lon, covered)


def watchers(scenario: Scenario, rcs_m2: float, airborne: bool = False) -> list[Watcher]:
    """Every radar that looks at aircraft, by unit; with those on aircraft where `airborne`."""
    found: list[Watcher] = []
    for _, unit in sorted(scenario.units.items()):
        if isinstance(unit, RadarUnit):
            named = [(site.type, site.at, site.mast, site.elevation, False) for site in unit.radars]
        elif isinstance(unit, SamUnit):
            named = [(battery.search, battery.at, None, battery.elevation, False) for battery in unit.batteries
                     if battery.search]  # fmt: skip
        elif airborne and isinstance(unit, AewUnit) and unit.orbit is not None:
            ends = unit.orbit.start, unit.orbit.end
            middle = 0.5 * (ends[0][0] + ends[1][0]), 0.5 * (ends[0][1] + ends[1][1])
            carrier = scenario.catalogue.aircraft(unit.type or "")
            named = [(carrier.radar, middle, unit.orbit.altitude, 0.0, True)] if carrier.radar else []
        else:
            continue
        for kind, at, mast, elevation_m, flies in named:
            radar = scenario.catalogue.radar(kind or "")
            above_m = radar.mast if mast is None else mast
            reach_m = min(type_range_m(radar, rcs_m2, COVERED_PD), radar.max_range)
            found.append(Watcher(unit.nation or "", *at, above_m, elevation_m + above_m, flies, reach_m))
    return found


def _reach_m(site: Watcher, height_m: float, terrain: Elevation | None) -> float:
    """The farthest that a site sees: without a terrain its horizon over a smooth earth counts."""
    if terrain is not None:
        return site.range_m
    return min(site.range_m, float(geo.horizon_range_m(site.above_m, height_m)))


def _grid(sites: list[Watcher], height_m: float, step_deg: float, terrain: Elevation | None) -> tuple[Float, Float]:
    far_m = max(_reach_m(site, height_m, terrain) for site in sites)
    if terrain is not None:  # nowhere on the ground would one see farther than from and to a summit
        far_m = min(far_m, max(float(geo.horizon_range_m(site.antenna_m + 2e3, height_m + 2e3)) for site in sites))
    margin = far_m / 1000.0 / KM_PER_DEGREE
    lats, lons = [site.lat_deg for site in sites], [site.lon_deg for site in sites]
    wide = margin / max(float(np.cos(np.deg2rad(max(abs(v) for v in lats)))), 0.05)
    lat = np.arange(min(lats) - margin, max(lats) + margin + step_deg, step_deg)
    return lat, np.arange(min(lons) - wide, max(lons) + wide + step_deg, step_deg)


def _seen(
    site: Watcher, places: Float, target_m: Float, height_m: float, terrain: Elevation | None
) -> NDArray[np.bool_]:
    gap = places - geo.geodetic2ecef(site.lat_deg, site.lon_deg, 0.0)
    squared = (gap * gap).sum(axis=-1)
    near = squared <= _reach_m(site, height_m, terrain) ** 2
    if terrain is None or not near.any():
        return near
    antenna_m = site.antenna_m
    if not site.flies:
        antenna_m = max(antenna_m, float(terrain.height_m(site.lat_deg, site.lon_deg)) + site.above_m)
    table = mask_table(terrain, site.lat_deg, site.lon_deg, antenna_m, site.range_m)
    local = geo.rotate2enu(gap[near], site.lat_deg, site.lon_deg)
    near[near] = squared[near] <= mask_reach_m(table, local[:, 0], local[:, 1], target_m[near]) ** 2
    return near
