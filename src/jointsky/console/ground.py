"""The ground a map is drawn on: outlines, where it begins, and how far sensors see."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.atlas import borders
from jointsky.geo import Area
from jointsky.geo.areas import Box
from jointsky.live.seats import SeatWatch
from jointsky.vocab.records import Rows

Float = NDArray[np.float64]
DETAIL_M = 2_000.0
"""Detail of outlines: vertices nearer to the last than this are left out."""
RING_POINTS = 72
MARGIN_DEG = 6.0
"""How far around the scenario's nations other countries are drawn."""


NOWHERE = Box(-10.0, 35.0, 40.0, 65.0)
"""Where a map begins that has nothing to show."""


def backdrop(areas: Mapping[str, Area], nations: Sequence[str]) -> dict[str, Any]:
    """What every seat of a scenario sees of the ground: `land` and `view`."""
    return {"land": land(areas, nations), "view": view(_box(areas))}


def coverage(table: Rows, watch: SeatWatch | None, height_m: float) -> list[dict[str, Any]]:
    """Where the sensors (SENSOR rows) that a seat knows see a target at `height_m` over a smooth earth: one ring (lon,
    lat) each, the nearer of horizon and greatest range.
    """
    rows = range(len(table)) if watch is None else watch.known.sensors.tolist()
    found: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        lat, lon, alt = float(table["lat_deg"][row]), float(table["lon_deg"][row]), float(table["alt_m"][row])
        if table["moving"][row] and watch is not None:
            if not math.isfinite(watch.heard_s[number]):
                continue
            lat, lon, alt = (float(part) for part in geo.ecef2geodetic(watch.sites[number]))
        reach_m = min(float(geo.horizon_range_m(alt, height_m)), float(table["max_range_m"][row]))
        found.append({"sensor": number, "ring": ring_of(lat, lon, reach_m)})
    return found


@lru_cache(maxsize=4096)
def ring_of(lat_deg: float, lon_deg: float, radius_m: float) -> list[list[float]]:
    """A circle on the earth as [lon, lat] points."""
    az = np.arange(RING_POINTS) * (2.0 * np.pi / RING_POINTS)
    lat, lon = geo.geodesic_end(lat_deg, lon_deg, az, radius_m)
    return [[round(float(x), 4), round(float(y), 4)] for x, y in zip(lon, lat, strict=True)]


def land(areas: Mapping[str, Area], nations: Sequence[str]) -> list[dict[str, Any]]:
    """Outlines of the scenario's nations, and of countries around them (nation -1)."""
    found = [
        {"name": name, "nation": nations.index(name), "rings": [_thin(ring) for ring in area.rings]}
        for name, area in areas.items()
    ]
    return found + around(_box(areas))


def around(box: Box) -> list[dict[str, Any]]:
    """Outlines of the countries in and around a window (nation -1)."""
    return list(_around(box))


@lru_cache(maxsize=8)
def _around(box: Box) -> tuple[dict[str, Any], ...]:
    """Countries in and around a window."""
    west, south, east, north = box
    wide = Box(west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG)
    found: list[dict[str, Any]] = []
    for country in borders.countries_near(wide):
        try:
            rings = [_thin(ring) for ring in borders.territory([country.number or country.name], wide).rings]
        except ValueError:  # none of its land lies there
            continue
        found.append({"name": country.name, "nation": -1, "rings": rings})
    return tuple(found)


def view(box: Box) -> dict[str, float]:
    """Where a map of a window begins."""
    lat = (box.south_deg + box.north_deg) / 2.0
    width_m = (box.east_deg - box.west_deg) * 111_320.0 * math.cos(math.radians(lat))
    return {"lon_deg": (box.west_deg + box.east_deg) / 2.0, "lat_deg": lat, "width_m": round(1.15 * width_m, 0)}


def _box(areas: Mapping[str, Area]) -> Box:
    boxes = [area.box for area in areas.values()]
    if not boxes:
        return NOWHERE
    return Box(
        min(b.west_deg for b in boxes),
        min(b.south_deg for b in boxes),
        max(b.east_deg for b in boxes),
        max(b.north_deg for b in boxes),
    )


def _thin(ring: Float) -> list[list[float]]:
    """A ring without vertices nearer than `DETAIL_M` to the last one kept."""
    kept = [ring[0]]
    for point in ring[1:]:
        gap = (point - kept[-1]) * (math.cos(math.radians(float(point[1]))), 1.0)
        if math.hypot(*gap) * 111_320.0 >= DETAIL_M:
            kept.append(point)
    return [[round(float(lon), 4), round(float(lat), 4)] for lon, lat in kept]
