"""From the scenario's ballistic groups to rows and flights: each whole flight is computed when the world is built."""

import numpy as np

from jointsky.rng import Stream, normal
from jointsky.scenario.raid import Ballistic
from jointsky.vocab.codes import Flight, Side
from jointsky.world.fliers import Fleet
from jointsky.world.physics import Physics, Place
from jointsky.world.register import SIDES
from jointsky.world.routes import METRES_PER_DEGREE
from jointsky.world.world import Ballistics, Float

SPREAD_DRAW = 3
"""Draws 0 to 2 of a name are its route's jitter."""


def add_rockets(fleet: Fleet, physics: Physics) -> Ballistics:
    """Add a row for each missile of the document's ballistic groups; their flights.

    An announced launch is nobody's raid: it counts as neutral. Raises ValueError for a target out of reach; a judged
    scenario has none.
    """
    rows: list[int] = []
    knots: list[Float] = []
    announced: list[bool] = []
    for group in sorted(fleet.document.ballistic, key=lambda item: item.id):
        rocket = fleet.catalogue.aircraft(group.type).rocket or ""
        for i in range(group.count):
            rows.append(len(fleet.rows))
            row = _row(fleet, group, i)
            flight = physics.rocket(rocket, group.at, _goal(fleet, group, int(row["entity"])), group.elevation)
            row["pos_ecef_m"], row["vel_ecef_mps"] = flight[0, 1:4], 0.0
            knots.append(flight)
            announced.append(group.announced)
    return Ballistics(np.array(rows, np.int64), tuple(knots), np.array(announced, np.bool_))


def _row(fleet: Fleet, group: Ballistic, number: int) -> np.void:
    nation = fleet.names.nations.index(group.nation)
    side = Side.NEUTRAL if group.announced else SIDES[fleet.document.nations[group.nation].side]
    row = fleet.add(f"{group.id}.{number + 1}", group.type, nation, side)
    row["state"], row["t_start_s"] = Flight.PARKED, group.depart + number * group.spacing
    row["lat_rad"], row["lon_rad"], row["alt_m"] = np.deg2rad(group.at[0]), np.deg2rad(group.at[1]), group.elevation
    if group.target is not None:
        row["asset"] = fleet.names.assets.index(group.target)
    return row


def _goal(fleet: Fleet, group: Ballistic, entity: int) -> Place:
    """Where this one comes down: the aim, off by its own luck."""
    lat, lon = group.aim or fleet.document.assets[group.target or ""].at
    if group.spread == 0.0:
        return lat, lon
    north, east = (normal(fleet.seed, Stream.SCENARIO, entity, 0, SPREAD_DRAW + k) * group.spread for k in (0, 1))
    per_degree = METRES_PER_DEGREE * max(float(np.cos(np.deg2rad(lat))), 0.01)
    return lat + north / METRES_PER_DEGREE, lon + east / per_degree
