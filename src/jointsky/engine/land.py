"""The land of nations as every run of a scenario needs it: outlines, and tables of the distance to each border. Worked
out once a process.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.atlas import borders
from jointsky.geo.areas import Box
from jointsky.kernels.areas import border_distance_rows
from jointsky.picture.border import BorderField, tabulate
from jointsky.scenario.load import Scenario
from jointsky.units import DEG_RAD

Float = NDArray[np.float64]
MARGIN_DEG = 2.0
"""How far beyond a nation's box the distance to its border is tabulated."""


@dataclass(frozen=True, slots=True)
class Land:
    """The outline of each nation that has one, and the table of distances to its border."""

    areas: Mapping[str, geo.Area]
    fields: Mapping[str, BorderField]

    def polygons(self) -> dict[str, list[list[list[list[float]]]]]:
        """GeoJSON MultiPolygon coordinates by nation."""
        return {name: [[ring.tolist()] for ring in area.rings] for name, area in self.areas.items()}


@dataclass(frozen=True)
class Known:
    """A scenario known by the hash of its bundle, as a key of what is worked out once a process."""

    sha256: str
    scenario: Scenario = field(compare=False, hash=False)


def land_of(scenario: Scenario) -> Land:
    """The land of a scenario's nations: their own GeoJSON, or countries of the packed borders clipped to a box. Raises
    ScenarioErrors.
    """
    return _land(Known(scenario.sha256, scenario))


@lru_cache(maxsize=8)
def _land(known: Known) -> Land:
    scenario = known.scenario
    areas = {name: area for name in sorted(scenario.nations) if (area := _area(scenario, name)) is not None}
    nations = sorted(scenario.nations)
    return Land(areas, {name: _field(nations.index(name), area) for name, area in areas.items()})


def _area(scenario: Scenario, name: str) -> geo.Area | None:
    territory = scenario.nations[name].territory
    written = scenario.geojson(name)
    if written is not None:
        return geo.area_from_geojson(written)
    if territory is None:
        return None
    return borders.territory(territory.country, Box(*territory.box) if territory.box else None)


def _field(nation: int, area: geo.Area) -> BorderField:
    def exact(lat_deg: Float, lon_deg: Float) -> tuple[Float, NDArray[np.int64]]:
        distance_m, edge = np.empty(len(lat_deg)), np.empty(len(lat_deg), np.int64)
        border_distance_rows(lat_deg * DEG_RAD, lon_deg * DEG_RAD, area.vertices, area.ring_starts, distance_m, edge)
        return -distance_m, edge

    west, south, east, north = area.box
    return tabulate(nation, exact, (west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG))
