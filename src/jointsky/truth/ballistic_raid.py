"""Ballistic missiles of a run: rows that follow the flights computed when the world was built.

PARKED until `t_start_s`, then BALLISTIC, at the end LEAKED where they were aimed at an asset, else GONE; KILLED rows
stay where they were hit.
"""

import numpy as np

from jointsky import geo
from jointsky.geo.paths import between
from jointsky.vocab.codes import NONE, Flight
from jointsky.vocab.records import Rows
from jointsky.world.world import Float, World


def ride(world: World, end_s: float) -> int:
    """Bring every ballistic row to `end_s`; how many reached an asset since the last time."""
    flights = world.model.ballistics
    aircraft = world.state.aircraft
    return sum(
        _carry(aircraft[row : row + 1], knots, end_s) for row, knots in zip(flights.row, flights.knots, strict=True)
    )


def announced(world: World) -> Rows | None:
    """The aircraft as those know them who were told of the announced launches: those are taken out. None where none is
    in the air."""
    flights = world.model.ballistics
    rows = flights.row[flights.announced]
    if not len(rows) or not world.state.aircraft["alive"][rows].any():
        return None
    known = world.state.aircraft.copy()
    known["alive"][rows] = 0
    return known


def _carry(row: Rows, knots: Float, end_s: float) -> int:
    since = end_s - float(row["t_start_s"][0])
    if since < 0.0 or row["state"][0] not in (Flight.PARKED, Flight.BALLISTIC):
        return 0
    down = since >= knots[-1, 0]
    state = between(knots, np.array([min(since, knots[-1, 0])]))[0]
    lat_deg, lon_deg, alt_m = geo.ecef2geodetic(state[:3])
    row["pos_ecef_m"], row["vel_ecef_mps"] = state[:3], state[3:]
    row["lat_rad"], row["lon_rad"], row["alt_m"] = np.deg2rad(lat_deg), np.deg2rad(lon_deg), alt_m
    row["alive"], row["state"] = not down, Flight.BALLISTIC
    if not down:
        return 0
    row["t_end_s"] = row["t_start_s"] + knots[-1, 0]
    row["state"] = Flight.GONE if row["asset"][0] == NONE else Flight.LEAKED
    return int(row["asset"][0] != NONE)
