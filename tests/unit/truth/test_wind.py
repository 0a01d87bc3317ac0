"""Wind against the wind triangle and the integral of the wind; still air leaves the same bits."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from worlds import Scene

from jointsky import geo, truth
from jointsky.scenario.wind import WindLevel
from jointsky.world.winds import wind_rows
from jointsky.world.world import Float, World


def flown(winds: Float, points: list[tuple[float, ...]], until_s: float, model: str = "airliner", drifts: bool = False,
          dt_s: float = 1.0) -> World:  # fmt: skip
    """One aircraft on a route in winds."""
    scene = Scene(dt_s=dt_s)
    scene.routed("plane", model, points)
    still = scene.world()
    types = frozenset({int(still.state.aircraft["type"][0])}) if drifts else frozenset[int]()
    world = World(replace(still.model, winds=winds, drifting=types), still.state)
    while world.t_s < until_s:
        truth.step(world, world.state.tick)
        world.state.tick += 1
    return world


def local(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Place and velocity of the aircraft, east, north, up of the middle of the scene."""
    turn = geo.enu_rotation(53.0, 28.0)
    plane = world.state.aircraft[0]
    return turn @ (plane["pos_ecef_m"] - geo.geodetic2ecef(53.0, 28.0, 0.0)), turn @ plane["vel_ecef_mps"]


def steady(*levels: tuple[float, float, float]) -> Float:
    return np.array(levels)


NORTH = [(0.0, 0.0, 9_000.0, 230.0), (0.0, 400_000.0, 9_000.0, 230.0)]


@pytest.mark.parametrize(("east", "north"), [(40.0, 0.0), (0.0, 50.0), (0.0, -50.0), (-60.0, 30.0)])
def test_over_the_ground_it_goes_as_the_wind_triangle_says(east: float, north: float) -> None:
    place, velocity = local(flown(steady((0.0, east, north)), NORTH, 600.0))
    along = math.sqrt(230.0**2 - east**2) + north
    assert velocity[1] == pytest.approx(along, rel=2e-3)
    assert abs(velocity[0]) < 1.0 and abs(place[0]) < 700.0  # the first turn into the wind takes it a little aside
    assert place[1] == pytest.approx(along * 600.0, rel=5e-3)


def test_still_air_with_a_table_flies_as_without_one() -> None:
    with_table, without = (flown(winds, NORTH, 300.0) for winds in (steady((0.0, 0.0, 0.0)), np.zeros((0, 3))))
    assert np.allclose(local(with_table)[0], local(without)[0], atol=1e-3)


def test_a_stronger_wind_than_it_flies_carries_it_away() -> None:
    _, velocity = local(flown(steady((0.0, 300.0, 0.0)), NORTH, 300.0))
    assert velocity[0] == pytest.approx(70.0, rel=0.02)


def test_a_balloon_drifts_along_the_integral_of_the_wind_and_rises_at_its_rate() -> None:
    levels = steady((0.0, 5.0, 0.0), (2_000.0, 5.0, 10.0), (4_000.0, 25.0, 10.0))
    rise, top, until = 12.0, 4_000.0, 1_000.0  # climb rate of the type
    place, velocity = local(flown(levels, [(0, 0, 0, 1), (1, 1, top, 1)], until, drifts=True))
    risen_s = top / rise
    east = 5.0 * risen_s / 2 + (5.0 + 25.0) / 2 * risen_s / 2 + 25.0 * (until - risen_s)
    north = 5.0 * risen_s / 2 + 10.0 * risen_s / 2 + 10.0 * (until - risen_s)
    aside = east**2 * math.tan(math.radians(53.0)) / 2 / 6.38e6  # due east all the way is no straight line
    assert place[:2] == pytest.approx([east, north + aside], rel=2e-3)
    assert place[2] == pytest.approx(top - (east**2 + north**2) / 2 / 6.38e6, abs=5.0)
    assert velocity[:2] == pytest.approx([25.0, 10.0], abs=0.2)


@pytest.mark.parametrize("dt_s", [0.5, 2.0])
def test_the_tick_does_not_move_a_balloon(dt_s: float) -> None:
    levels = steady((0.0, 5.0, 0.0), (4_000.0, 25.0, 10.0))
    points = [(0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 3_000.0, 1.0)]
    one, other = (local(flown(levels, points, 800.0, drifts=True, dt_s=dt))[0] for dt in (1.0, dt_s))
    assert np.allclose(one, other, atol=2.0)


def test_in_still_air_a_balloon_stays_and_at_the_end_of_its_time_it_is_gone() -> None:
    place, _ = local(flown(np.zeros((0, 3)), [(0, 0, 0, 1), (1, 1, 1_000, 1)], 300.0, drifts=True))
    assert np.hypot(place[0], place[1]) < 1.0
    scene = Scene()
    scene.routed("balloon", "airliner", [(0, 0, 0, 1), (1, 1, 1_000, 1)], fuel_s=50.0)
    still = scene.world()
    world = World(replace(still.model, drifting=frozenset(range(9))), still.state)
    alive = []
    for tick in range(60):
        truth.step(world, tick)
        world.state.tick += 1
        alive.append(int(world.state.aircraft["alive"][0]))
    assert alive == [1] * 49 + [0] * 11


@pytest.mark.parametrize(("source", "east", "north"), [(270.0, 10.0, 0.0), (0.0, 0.0, -10.0), (225.0, 7.0711, 7.0711)])
def test_a_wind_is_named_by_where_it_comes_from(source: float, east: float, north: float) -> None:
    level: dict[str, Any] = {"altitude": "1 km", "from": f"{source} deg", "speed": "10 m/s"}
    rows = wind_rows([WindLevel.model_validate(level)])
    assert rows[0] == pytest.approx([1_000.0, east, north], abs=1e-4)
