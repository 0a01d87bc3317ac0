"""Tracks by hand for tests of pictures and command: every column at a harmless value, places by latitude and
longitude."""

from __future__ import annotations

from typing import Any

import numpy as np

from jointsky.geo.frames import geodetic2ecef, rotate2ecef
from jointsky.vocab.codes import NONE, Identity, Iff
from jointsky.vocab.records import FLIGHT_PLAN, TRACK, WAYPOINT, Rows, empty

UNKNOWN_KIND = 255


def tracks(count: int = 1, velocity_enu_mps: Any = (200.0, 0.0, 0.0), **columns: Any) -> Rows:
    """TRACK rows numbered from 1, flying east at 200 m/s at 5 km over 54 N 28 E unless `columns` say otherwise."""
    rows = empty(TRACK, count)
    rows["track_id"] = np.arange(1, count + 1)
    rows["lat_deg"], rows["lon_deg"], rows["alt_m"] = 54.0, 28.0, 5000.0
    rows["clause"], rows["code"], rows["iff"], rows["kind"] = NONE, NONE, Iff.NOT_ASKED, UNKNOWN_KIND
    rows["identity"], rows["existence"], rows["sensors"] = Identity.PENDING, 1.0, 1
    rows["sigma_pos_m"], rows["sigma_vel_mps"], rows["sigma_height_m"] = 100.0, 10.0, 100.0
    rows["t_first_s"], rows["t_released_s"] = -100.0, -np.inf
    for name, value in columns.items():
        rows[name] = value
    place = rows["lat_deg"], rows["lon_deg"]
    if "pos_ecef_m" not in columns:
        rows["pos_ecef_m"] = geodetic2ecef(*place, rows["alt_m"])
    if "vel_ecef_mps" not in columns:
        rows["vel_ecef_mps"] = rotate2ecef(np.broadcast_to(velocity_enu_mps, (count, 3)), *place)
    return rows


def plan(code: int, points: list[tuple[float, float, float]], start_s: float = 0.0, end_s: float = 3600.0) -> Any:
    """One flight plan as (FLIGHT_PLAN rows, WAYPOINT rows) through (lat, lon, alt) points."""
    plans, waypoints = empty(FLIGHT_PLAN, 1), empty(WAYPOINT, len(points))
    plans["code"], plans["t_start_s"], plans["t_end_s"], plans["waypoints"] = code, start_s, end_s, len(points)
    table = np.array(points)
    waypoints["lat_deg"], waypoints["lon_deg"], waypoints["alt_m"] = table.T
    waypoints["pos_ecef_m"] = geodetic2ecef(*table.T)
    return plans, waypoints
