"""Where the border is not seen, and how soon each base's fighters are anywhere: read off a scenario as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jointsky.catalogue.types import AircraftType
from jointsky.planning.ground import Places, areas_of, distance_km, land_of
from jointsky.planning.laydown import airfield_at, radar_reach_km
from jointsky.scenario.forces import EarlyWarningUnit, FighterUnit, RadarUnit, SamUnit
from jointsky.scenario.load import Scenario

BORDER_STEP_KM = 10.0
MINUTES = (5, 10, 15, 20, 30)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a nation's border over which none of its ground radars sees 1 m2 at the height asked."""

    nation: str
    begin: tuple[float, float]
    end: tuple[float, float]
    km: float


@dataclass(frozen=True, slots=True)
class Isochrone:
    """How far (km) a unit's first aircraft is so many minutes after the order, and the minutes until it is over each
    of its nation's assets."""

    unit: str
    base: str
    reach_km: dict[int, float]
    assets_min: dict[str, float]


def gaps(scenario: Scenario, height_m: float) -> list[Gap]:
    """The gaps of every nation with land and radars, the longest first."""
    found: list[Gap] = []
    for nation, area in areas_of(scenario).items():
        seeing = _radars(scenario, nation, height_m)
        if seeing:
            found += _runs(nation, land_of(area, BORDER_STEP_KM).border, seeing)
    return sorted(found, key=lambda gap: (-gap.km, gap.nation, gap.begin))


def _radars(scenario: Scenario, nation: str, height_m: float) -> list[tuple[tuple[float, float], float]]:
    found: list[tuple[tuple[float, float], float]] = []
    for _, unit in sorted(scenario.units.items()):
        if unit.nation != nation:
            continue
        if isinstance(unit, RadarUnit | EarlyWarningUnit):
            found += [(site.at, radar_reach_km(scenario, site.type, site.mast, height_m)) for site in unit.radars]
        elif isinstance(unit, SamUnit):
            found += [(one.at, radar_reach_km(scenario, one.search, None, height_m)) for one in unit.batteries
                      if one.search]  # fmt: skip
    return found


def _runs(nation: str, border: Places, seeing: Sequence[tuple[tuple[float, float], float]]) -> list[Gap]:
    """Unseen runs of neighbouring border points; each point stands for the way to the next one, where that is near."""
    away = distance_km(np.array([at for at, _ in seeing]), border)
    seen: list[bool] = np.any(away <= np.array([reach for _, reach in seeing])[:, None], axis=0).tolist()
    found: list[Gap] = []
    run: list[int] = []
    for k in range(len(border) + 1):
        near = k < len(border) and (not run or _apart_km(border, run[-1], k) < 3.0 * BORDER_STEP_KM)
        if k < len(border) and not seen[k] and near:
            run.append(k)
            continue
        if run:
            km = BORDER_STEP_KM + sum(_apart_km(border, a, b) for a, b in zip(run, run[1:], strict=False))
            found.append(Gap(nation, _place(border, run[0]), _place(border, run[-1]), km))
        run = [k] if k < len(border) and not seen[k] else []
    return found


def _apart_km(border: Places, a: int, b: int) -> float:
    return float(distance_km(border[[a]], border[[b]])[0, 0])


def _place(border: Places, k: int) -> tuple[float, float]:
    return round(float(border[k, 0]), 4), round(float(border[k, 1]), 4)


def isochrones(scenario: Scenario) -> list[Isochrone]:
    """Of every fighter unit with a base and a type: its first aircraft's readiness, then dash speed; no climb."""
    found: list[Isochrone] = []
    for name, unit in sorted(scenario.units.items()):
        kind = scenario.catalogue.types.get(getattr(unit, "type", None) or "")
        if not isinstance(unit, FighterUnit) or not unit.base or not isinstance(kind, AircraftType):
            continue
        ready_min, km_a_min = min(unit.readiness, default=0.0) / 60.0, kind.dash * 0.06
        reach = {minutes: max(0.0, minutes - ready_min) * km_a_min for minutes in MINUTES}
        here = np.array([airfield_at(scenario, unit.base)])
        assets = {
            asset: round(ready_min + float(distance_km(here, np.array([one.at]))[0, 0]) / km_a_min, 2)
            for asset, one in sorted(scenario.assets.items())
            if one.nation == unit.nation
        }
        found.append(Isochrone(name, unit.base, reach, assets))
    return found
