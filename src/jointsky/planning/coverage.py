"""Radar coverage over ground at one height: the area each nation sees, and what both see together.

A place counts as covered by a radar when a target of the given cross-section at the given height above a smooth earth
lies within the range of detection probability one half (Swerling 1, free space) and above the radio horizon of the 4/3
earth. Terrain, jamming and clutter are left out, so this is an upper bound.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.engine.physics import type_range_m
from jointsky.scenario.forces import RadarUnit, SamUnit
from jointsky.scenario.load import Scenario

Float = NDArray[np.float64]
KM_PER_DEGREE = 111.194_9
COVERED_PD = 0.5


@dataclass(frozen=True, slots=True)
class Coverage:
    """Covered places on a grid: `lat_deg` (n,), `lon_deg` (m,), and for each nation a mask (n, m)."""

    lat_deg: Float
    lon_deg: Float
    covered: Mapping[str, NDArray[np.bool_]]

    def area_km2(self, *nations: str) -> float:
        """Area that at least one of these nations covers, in square kilometres (of all nations when none is named)."""
        masks = [self.covered[name] for name in nations or tuple(self.covered)]
        step = float(self.lat_deg[1] - self.lat_deg[0])
        cell_km2 = (step * KM_PER_DEGREE) ** 2 * np.cos(np.deg2rad(self.lat_deg))
        return float((np.logical_or.reduce(masks) * cell_km2[:, None]).sum())

    def gain_km2(self, nation: str) -> float:
        """Area that a nation sees only with the others' radars."""
        return self.area_km2() - self.area_km2(nation)


def coverage(scenario: Scenario, height_m: float, rcs_m2: float = 1.0, step_deg: float = 0.1) -> Coverage:
    """Coverage of every nation's ground radars at `height_m` against `rcs_m2`, on a grid of `step_deg`.

    Raises ValueError for a height, cross-section or step that is not positive, or a scenario without radars.
    """
    if min(height_m, rcs_m2, step_deg) <= 0.0:
        raise ValueError(
            f"found height {height_m} m, cross-section {rcs_m2} m2, step {step_deg} deg, expected all above 0"
        )
    sites = _sites(scenario, height_m, rcs_m2)
    if not sites:
        raise ValueError("found no radar on the ground, expected at least one")
    margin = max(reach for _, _, _, reach in sites) / 1000.0 / KM_PER_DEGREE
    lats, lons = [site[1] for site in sites], [site[2] for site in sites]
    wide = margin / max(float(np.cos(np.deg2rad(max(abs(v) for v in lats)))), 0.05)
    lat = np.arange(min(lats) - margin, max(lats) + margin + step_deg, step_deg)
    lon = np.arange(min(lons) - wide, max(lons) + wide + step_deg, step_deg)
    grid = geo.geodetic2ecef(lat[:, None], lon[None, :], np.float64(height_m))
    covered = {nation: np.zeros((len(lat), len(lon)), np.bool_) for nation, _, _, _ in sites}
    for nation, site_lat, site_lon, reach_m in sites:
        gap = grid - geo.geodetic2ecef(site_lat, site_lon, 0.0)
        covered[nation] |= (gap * gap).sum(axis=-1) <= reach_m**2
    return Coverage(lat, lon, covered)


def _sites(scenario: Scenario, height_m: float, rcs_m2: float) -> list[tuple[str, float, float, float]]:
    """(nation, latitude, longitude, reach in metres) of every ground radar that looks at aircraft."""
    found: list[tuple[str, float, float, float]] = []
    for _, unit in sorted(scenario.units.items()):
        if isinstance(unit, RadarUnit):
            named = [(site.type, site.at, site.mast) for site in unit.radars]
        elif isinstance(unit, SamUnit):
            named = [(battery.search, battery.at, None) for battery in unit.batteries if battery.search]
        else:
            continue
        for kind, at, mast in named:
            radar = scenario.catalogue.radar(kind or "")
            horizon_m = float(geo.horizon_range_m(radar.mast if mast is None else mast, height_m))
            reach_m = min(type_range_m(radar, rcs_m2, COVERED_PD), radar.max_range, horizon_m)
            found.append((unit.nation or "", *at, reach_m))
    return found
