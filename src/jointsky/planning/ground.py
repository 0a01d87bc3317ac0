"""Places to plan with: grids over a nation's land, points along its border, and distances between places."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.atlas import borders
from jointsky.geo.areas import Area, Box
from jointsky.planning.coverage import KM_PER_DEGREE
from jointsky.scenario.load import Scenario

Float = NDArray[np.float64]
Places = NDArray[np.float64]
"""(n, 2) latitudes and longitudes in degrees."""


@dataclass(frozen=True, slots=True)
class Land:
    """A nation's land: `cells` on a grid, `inside_km` how far each lies from the border, `border` points along it."""

    cells: Places
    inside_km: Float
    border: Places


def areas_of(scenario: Scenario) -> dict[str, Area]:
    """The land of every nation that has one, in order of names."""
    found: dict[str, Area] = {}
    for name, nation in sorted(scenario.nations.items()):
        written, land = scenario.geojson(name), nation.territory
        if written is not None:
            found[name] = geo.area_from_geojson(written)
        elif land is not None:
            found[name] = borders.territory(land.country, Box(*land.box) if land.box else None)
    return found


def land_of(area: Area, step_km: float) -> Land:
    """The land within an outline, on a grid of `step_km`, and its border at that step; edges that only close a map are
    none."""
    west, south, east, north = area.box
    lat = np.arange(south + 0.3 * step_km / KM_PER_DEGREE, north, step_km / KM_PER_DEGREE)
    rows: list[Places] = []
    for one in lat.tolist():
        lon = np.arange(west, east, step_km / (KM_PER_DEGREE * max(float(np.cos(np.deg2rad(one))), 0.05)))
        rows.append(np.stack([np.full(len(lon), one), lon], axis=1))
    grid = np.concatenate(rows) if rows else np.empty((0, 2))
    grid = grid[geo.point_in_area(area, grid[:, 0], grid[:, 1])]
    inside_km = geo.distance_to_border_m(area, grid[:, 0], grid[:, 1]) / 1000.0
    return Land(grid, inside_km, _along(area, step_km))


def _along(area: Area, step_km: float) -> Places:
    """Points about every `step_km` along the border."""
    found: list[Places] = []
    for lon_lat, real in zip(area.rings, area.real, strict=True):
        closed = np.concatenate([lon_lat, lon_lat[:1]])[:, ::-1]
        way: Float = np.concatenate([[0.0], np.cumsum(_steps_km(closed[:-1], closed[1:]))])
        at: Float = np.linspace(0.0, float(way[-1]), max(int(way[-1] / step_km), 1), endpoint=False)
        at = at[real[np.minimum(np.searchsorted(way, at, side="right") - 1, len(real) - 1)]]
        found.append(np.stack([np.interp(at, way, closed[:, 0]), np.interp(at, way, closed[:, 1])], axis=1))
    return np.concatenate(found) if found else np.empty((0, 2))


def _steps_km(a: Places, b: Places) -> Float:
    """Lengths of short steps from each place of `a` to that of `b`."""
    north = (b[:, 0] - a[:, 0]) * KM_PER_DEGREE
    east = (b[:, 1] - a[:, 1]) * KM_PER_DEGREE * np.cos(np.deg2rad(0.5 * (a[:, 0] + b[:, 0])))
    return np.hypot(north, east)


def distance_km(a: Places, b: Places) -> Float:
    """Straight distances (n, m) between places on the ellipsoid."""
    gap = (geo.geodetic2ecef(a[:, 0], a[:, 1], 0.0)[:, None] - geo.geodetic2ecef(b[:, 0], b[:, 1], 0.0)[None]) / 1000.0
    return np.sqrt((gap * gap).sum(axis=2))


def ring(at: tuple[float, float], radius_km: float, count: int) -> Places:
    """Places on a circle."""
    turn = 2.0 * np.pi * np.arange(count) / count
    lat = at[0] + radius_km / KM_PER_DEGREE * np.cos(turn)
    lon = at[1] + radius_km / (KM_PER_DEGREE * np.cos(np.deg2rad(at[0]))) * np.sin(turn)
    return np.stack([lat, lon], axis=1)
