"""Airfields: who cannot land at home lands elsewhere, and a store of fuel lasts as many tanks as it holds."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import Scene, at

from jointsky import truth
from jointsky.truth.airfields import Airfields
from jointsky.vocab.codes import Flight
from jointsky.world.world import World


def returning(fuel_s: float = 3_000.0) -> World:
    """A fighter on its way home to the first of three airfields, 60 km out; the third is another nation's."""
    scene = Scene()
    places = [scene.airfield(name, east, 0.0) for name, east in (("a", 0.0), ("b", -40_000.0), ("c", 30_000.0))]
    row = scene.fighter("plane", places[0], unit=0)
    world = scene.world()
    plane = world.state.aircraft[row]
    plane["state"], plane["alive"], plane["fuel_s"], plane["alt_m"] = Flight.RETURNING, 1, fuel_s, 5_000.0
    plane["pos_ecef_m"], plane["vel_ecef_mps"] = at(60_000.0, 0.0, 5_000.0), (0.0, 0.0, 200.0)
    world.state.airfields["nation"] = [0, 0, 1]
    world.state.airfields["parking"], world.state.airfields["parked"] = 5, 0
    return world


def flown(world: World, fields: Airfields, until_s: float = 900.0) -> int:
    """Where the fighter stands in the end."""
    while world.t_s < until_s:
        fields.step(world)
        truth.step(world, world.state.tick)
        world.state.tick += 1
    assert world.state.aircraft["state"][0] == Flight.LANDED
    return int(world.state.aircraft["airfield"][0])


def test_home_takes_it_while_it_is_open_and_has_room() -> None:
    assert flown(returning(), Airfields()) == 0


@pytest.mark.parametrize(("key", "value"), [("open", 0), ("parked", 5)])
def test_a_closed_or_full_home_sends_it_to_the_nearest_other_of_its_nation(key: str, value: int) -> None:
    world = returning()
    world.state.airfields[key][0] = value
    assert flown(world, Airfields()) == 1


def test_beyond_its_fuel_it_goes_home_all_the_same() -> None:
    world = returning(fuel_s=350.0)
    world.state.airfields["open"][0] = 0
    assert flown(world, Airfields()) == 0


def test_a_store_fills_as_many_tanks_as_it_holds() -> None:
    scene = Scene()
    home = scene.airfield("a", 0.0, 0.0)
    rows = [scene.fighter(f"plane.{i}", home, unit=0) for i in range(5)]
    world = scene.world()
    fields, planes = Airfields({home: 1.5}), world.state.aircraft
    planes["state"] = Flight.RETURNING
    fields.step(world)
    for row in rows:  # each comes home on half a tank: three of five are filled
        planes["state"][row], planes["t_ready_s"][row], planes["fuel_s"][row] = Flight.LANDED, 100.0, 4_500.0
        fields.step(world)
    assert np.isinf(planes["t_ready_s"]).sum() == 2 and fields.dry == {3, 4}
    assert fields.tanks[home] == pytest.approx(0.0)
