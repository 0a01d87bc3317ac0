"""Routes, released weapons, scrambles, recoveries and damage, one small scene each."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from worlds import Scene, at, order

from jointsky.errors import RunError
from jointsky.truth import apply, resolve, status, step
from jointsky.vocab.codes import Act, AircraftKind, Flight, Shooter, Side
from jointsky.world.world import Spoiler, World


def fly(world: World, ticks: int, each: Callable[[World], None] | None = None) -> None:
    """Run truth for a number of ticks from the world's tick on."""
    for _ in range(ticks):
        if each is not None:
            each(world)
        step(world, world.state.tick)
        resolve(world, world.state.tick)
        world.state.tick += 1


def fly_until(world: World, row: int, state: Flight, limit: int = 20_000) -> float:
    """Run until a row is in a state; return the time."""
    for _ in range(limit):
        if world.state.aircraft["state"][row] == state:
            return world.t_s
        fly(world, 1)
    raise AssertionError(f"row {row} never became {state.name}")


def distance(world: World, row: int, point: np.ndarray) -> float:
    return float(np.linalg.norm(world.state.aircraft["pos_ecef_m"][row] - point))


def test_a_route_is_flown_on_time_at_height() -> None:
    scene = Scene()
    row = scene.routed("liner", "airliner", [(0, 0, 9000, 200), (60e3, 0, 9000, 200), (60e3, 40e3, 9000, 200)])
    world = scene.world()
    fly(world, 200)
    plane = world.state.aircraft[row]
    assert distance(world, row, at(40e3, 0, 9000)) < 130.0  # great circle, and the scene's metres lie on the ground
    assert plane["alt_m"] == pytest.approx(9000.0, abs=0.01)
    assert math.degrees(plane["lat_rad"]) == pytest.approx(53.0, abs=0.01)
    assert np.linalg.norm(plane["vel_ecef_mps"]) == pytest.approx(200.0, abs=1e-6)
    ended = fly_until(world, row, Flight.GONE)
    straight = 100e3 * (1 + 9000 / 6.38e6) / 200
    assert straight < ended < straight + 20.0  # the corner is flown over, then turned at 1.4 g
    assert plane["t_end_s"] == pytest.approx(ended, abs=1.0)
    assert plane["alive"] == 0


def test_departure_waits_for_its_time_and_is_not_rounded_to_a_tick() -> None:
    scene = Scene(dt_s=2.0)
    row = scene.routed("late", "bomber", [(0, 0, 9000, 225), (100e3, 0, 9000, 225)], t_start_s=31.0)
    world = scene.world()
    fly(world, 15)
    assert world.state.aircraft["alive"][row] == 0
    fly(world, 1)
    assert world.state.aircraft["alive"][row] == 1
    assert distance(world, row, at(0, 0, 9000)) == pytest.approx(225.0, abs=0.01)


def test_climb_and_turn_are_limited() -> None:
    scene = Scene()
    corner = [(0, 0, 3000, 200), (1000, 0, 3000, 200), (1000, 10e3, 3000, 200)]
    row = scene.routed("liner", "airliner", [*corner, (1000, 80e3, 9000, 200)])
    world = scene.world()
    courses, heights = [], []

    def note(w: World) -> None:
        courses.append(np.array(w.state.aircraft["vel_ecef_mps"][row]))
        heights.append(float(w.state.aircraft["alt_m"][row]))

    fly(world, 120, note)
    assert max(np.diff(heights[2:])) == pytest.approx(12.0, abs=1e-6)
    limit = 9.80665 * math.sqrt(1.4**2 - 1.0) / 200.0
    turns = [
        math.acos(min(1.0, a @ b / np.linalg.norm(a) / np.linalg.norm(b)))
        for a, b in zip(courses[2:], courses[3:], strict=False)
    ]
    assert max(turns[:50]) == pytest.approx(limit, rel=1e-3)


def test_a_raider_leaks_and_its_damage_is_bounded() -> None:
    scene = Scene()
    city = scene.asset("city", 0, 0, value=8.0)
    rows = [
        scene.routed(f"b{i}", "bomber", [(30e3, i * 500, 5000, 225), (0, 0, 5000, 225)], asset=city) for i in range(2)
    ]
    world = scene.world()
    end = fly_until(world, rows[0], Flight.LEAKED)
    assert end == pytest.approx(30e3 / 225.0, abs=2.0)
    fly(world, 20)
    assert world.state.assets["damage"][city] == 8.0  # 2 x 5, no more than its value
    assert (world.state.aircraft["alive"] == 0).all()


def test_a_spoiler_reduces_damage() -> None:
    scene = Scene()
    city = scene.asset("city", 0, 0)
    row = scene.routed("b", "bomber", [(10e3, 0, 5000, 225), (0, 0, 5000, 225)], asset=city)
    scene.spoilers = [Spoiler(0, at(5e3, 0, 0), 6e3, 0.5), Spoiler(0, at(50e3, 0, 0), 6e3, 0.1)]
    world = scene.world()
    fly_until(world, row, Flight.LEAKED)
    assert world.state.assets["damage"][city] == 2.5


def carrier(t_start_s: float = 0.0) -> tuple[World, int, int]:
    scene = Scene()
    city = scene.asset("city", 0, 0)
    bomber = scene.routed("bomber", "bomber", [(200e3, 0, 9000, 225), (150e3, 0, 9000, 225), (150e3, 90e3, 9000, 225)])
    points = [(170e3, 2e3, 9000, 230), (0, 0, 100, 230)]
    weapon = scene.carried("weapon", bomber, points, asset=city, t_start_s=t_start_s)
    return scene.world(), bomber, weapon


@pytest.mark.parametrize("delay_s", [0.0, 40.0])
def test_a_weapon_is_released_where_its_parent_passes(delay_s: float) -> None:
    world, bomber, weapon = carrier(delay_s)
    t_s = fly_until(world, weapon, Flight.ROUTE)
    assert t_s == pytest.approx(30e3 / 225.0 + delay_s, abs=1.5)
    assert distance(world, weapon, world.state.aircraft["pos_ecef_m"][bomber]) < 30.0
    assert world.state.aircraft["alive"][weapon] == 1
    fly_until(world, weapon, Flight.LEAKED)
    assert world.state.assets["damage"][0] == 1.0


def test_a_weapon_dies_with_its_parent() -> None:
    world, bomber, weapon = carrier()
    fly(world, 20)
    world.state.aircraft["state"][bomber] = Flight.KILLED
    world.state.aircraft["alive"][bomber] = 0
    world.state.aircraft["killer"][bomber] = 7
    fly(world, 1)
    assert world.state.aircraft["state"][weapon] == Flight.KILLED
    assert world.state.aircraft["killer"][weapon] == 7


def test_a_weapon_whose_release_point_was_never_passed_is_gone_with_its_parent() -> None:
    scene = Scene()
    bomber = scene.routed("bomber", "bomber", [(200e3, 0, 9000, 225), (180e3, 0, 9000, 225)])
    lost = scene.carried("lost", bomber, [(100e3, 0, 9000, 230), (0, 0, 100, 230)])
    last = scene.carried("last", bomber, [(180e3, 0, 9000, 230), (0, 0, 100, 230)])
    world = scene.world()
    fly_until(world, bomber, Flight.GONE)
    assert world.state.aircraft["state"][lost] == Flight.GONE
    assert world.state.aircraft["state"][last] == Flight.ROUTE


def test_an_airborne_radar_flies_its_pattern_until_fuel_calls_it_home() -> None:
    scene = Scene()
    base = scene.airfield("base", -20e3, 0)
    row = scene.routed(
        "eye", "aew", [(0, 0, 9000, 200), (50e3, 0, 9000, 200)], airfield=base, side=Side.DEFENDER, fuel_s=3000.0
    )
    world = scene.world()
    out: list[float] = []
    fly(world, 1)
    fly(world, 2000, lambda w: out.append(distance(w, row, at(0, 0, 9000))))
    assert max(out) < 62e3
    assert sum(1 for a, b in zip(out, out[1:], strict=False) if a < 25e3 <= b) >= 3
    landed = fly_until(world, row, Flight.LANDED)
    assert 2300.0 < landed < 3000.0
    fly(world, 8000)
    assert world.state.aircraft["state"][row] == Flight.LANDED  # a planned route is flown once


def alert(readiness_s: float = 300.0, slot_s: float = 30.0) -> tuple[World, int, int, int]:
    scene = Scene()
    base = scene.airfield("base", 0, 0, slot_s=slot_s)
    scene.airfield("other", 0, 120e3)
    first = scene.fighter("first", base, readiness_s)
    second = scene.fighter("second", base, readiness_s)
    raider = scene.routed("raider", "bomber", [(400e3, 0, 9000, 225), (-100e3, 0, 9000, 225)])
    world = scene.world()
    fly(world, 1)  # the raider is in the air
    return world, first, second, raider


def test_scramble_takes_its_readiness_and_the_runway_one_at_a_time() -> None:
    world, first, second, raider = alert()
    fly(world, 9)
    for row in (second, first):
        apply(world, order(world, Act.SCRAMBLE, Shooter.FIGHTER, row, raider))
    earlier, later = sorted((first, second), key=lambda row: int(world.state.aircraft["entity"][row]))
    assert fly_until(world, earlier, Flight.ORDERED) == pytest.approx(310.0, abs=1.0)
    assert fly_until(world, later, Flight.ORDERED) == pytest.approx(340.0, abs=1.0)
    assert world.state.airfields["parked"][0] == -2  # counted from the scene's zero


def test_mobilisation_comes_before_readiness() -> None:
    world, first, _, raider = alert()
    world.state.aircraft["t_ready_s"][first] = 600.0  # after mobilisation
    apply(world, order(world, Act.SCRAMBLE, Shooter.FIGHTER, first, raider))
    assert fly_until(world, first, Flight.ORDERED) == pytest.approx(900.0, abs=1.0)


def test_a_scramble_meets_its_raider_without_firing() -> None:
    world, first, _, raider = alert(60.0)
    apply(world, order(world, Act.SCRAMBLE, Shooter.FIGHTER, first, raider))
    fly(world, 1400)
    plane = world.state.aircraft[first]
    assert plane["target"] == raider
    assert distance(world, first, world.state.aircraft["pos_ecef_m"][raider]) < 3000.0
    assert plane["missiles"] == 4
    assert world.state.engagements_used == 0


def test_fuel_sends_it_home_and_the_turn_round_rearms_it() -> None:
    world, first, _, raider = alert(60.0)
    world.state.aircraft["fuel_s"][first] = 2500.0
    world.state.aircraft["missiles"][first] = 1
    apply(world, order(world, Act.SCRAMBLE, Shooter.FIGHTER, first, raider))
    fuel: list[float] = []
    for _ in range(3000):
        fly(world, 1)
        fuel.append(float(world.state.aircraft["fuel_s"][first]))
    plane = world.state.aircraft[first]
    assert plane["state"] == Flight.LANDED
    assert 0.0 < min(fuel) < 700.0  # the reserve is flown into on the way down at most
    assert distance(world, first, world.state.airfields["pos_ecef_m"][0]) < 1e-6
    parked = fly_until(world, first, Flight.PARKED)
    assert parked == pytest.approx(plane["t_end_s"] + 3600.0, abs=1.0)
    assert (plane["missiles"], plane["fuel_s"], plane["order_id"]) == (4, 9000.0, 0)


def test_recover_to_another_airfield() -> None:
    world, first, _, raider = alert(0.0)
    apply(world, order(world, Act.SCRAMBLE, Shooter.FIGHTER, first, raider))
    fly(world, 100)
    apply(world, order(world, Act.RECOVER, Shooter.FIGHTER, first, airfield=1))
    fly_until(world, first, Flight.LANDED)
    assert distance(world, first, world.state.airfields["pos_ecef_m"][1]) < 1e-6


def test_recover_and_cease_on_the_ground_cancel_the_start() -> None:
    world, first, second, raider = alert()
    for row, act in ((first, Act.RECOVER), (second, Act.CEASE)):
        apply(world, order(world, Act.SCRAMBLE, Shooter.FIGHTER, row, raider))
        fly(world, 5)
        apply(world, order(world, act, Shooter.FIGHTER, row, raider))
        assert world.state.aircraft["state"][row] == Flight.PARKED
    fly(world, 600)
    assert (world.state.aircraft["alive"][[first, second]] == 0).all()


def test_a_fighter_waits_at_its_position() -> None:
    world, first, _, _ = alert(0.0)
    apply(world, order(world, Act.POSITION, Shooter.FIGHTER, first, pos_ecef_m=at(60e3, 30e3, 8000)))
    fly(world, 500)
    places: list[float] = []
    fly(world, 1000, lambda w: places.append(distance(w, first, at(60e3, 30e3, 8000))))
    assert max(places) < 16e3


def test_a_closed_airfield_lets_nobody_start() -> None:
    world, first, _, raider = alert()
    world.state.airfields["open"][0] = 0
    apply(world, order(world, Act.SCRAMBLE, Shooter.FIGHTER, first, raider))
    assert world.state.aircraft["state"][first] == Flight.PARKED


def test_no_fuel_and_no_airfield_ends_a_flight() -> None:
    scene = Scene()
    points = [(0, 0, 9000, 250), (9e3, 0, 9000, 250)]
    row = scene.routed("stray", "fighter", points, fuel_s=200.0, kind=AircraftKind.JAMMER)
    world = scene.world()
    assert fly_until(world, row, Flight.GONE) == pytest.approx(201.0, abs=1.5)
    assert world.state.aircraft["fuel_s"][row] == 0.0


def test_not_a_number_stops_the_run() -> None:
    world, _, _, raider = alert()
    fly(world, 3)
    world.state.aircraft["pos_ecef_m"][raider, 1] = math.nan
    with pytest.raises(RunError, match="tick 4: raider"):
        fly(world, 1)


def test_status_tells_launchers_and_own_fighters_only() -> None:
    scene = Scene()
    base = scene.airfield("base", 0, 0)
    site = scene.launcher("site", 0, 0, ready=0, stock=5, t_reloaded_s=99.0)
    scene.routed("escort", "fighter", [(100e3, 0, 9000, 250), (0, 0, 9000, 250)])
    row = scene.fighter("own", base)
    world = scene.world()
    rows = status(world, 9)
    assert list(rows["shooter"]) == [Shooter.LAUNCHER, Shooter.FIGHTER]
    assert list(rows["row"]) == [site, row]
    assert list(rows["t_ready_s"]) == [99.0, 10.0]
    assert list(rows["shots_left"]) == [0, 4]
    assert list(rows["channels_free"]) == [6, 1]
    assert rows["status"][1] == Flight.PARKED
