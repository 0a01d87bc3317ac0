"""What must hold of truth whatever the scene: order of rows, strangers far away, length of the tick, missiles,
coordination.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import Scene, order

from jointsky.rng import entity_key
from jointsky.truth import apply, resolve, step
from jointsky.vocab.codes import Act, Flight, Shooter, Shot
from jointsky.vocab.records import ORDER, empty
from jointsky.vocab.truth_records import ENGAGEMENT
from jointsky.world.world import Names, World

RAIDERS = 8
SHOTS = 12


def tick(world: World, orders: np.ndarray | None = None) -> None:
    """One tick of truth."""
    if orders is not None:
        apply(world, orders)
    step(world, world.state.tick)
    resolve(world, world.state.tick)
    world.state.tick += 1


def battle(seed: int, permute: int = 0, stranger: bool = False, dt_s: float = 1.0) -> World:
    """Six raiders, two batteries and two fighters by name; `permute` shuffles rows, `stranger` adds a far pair."""
    scene = Scene(dt_s=dt_s, seed=seed)
    city = scene.asset("city", 0, 0, 100.0)
    base = scene.airfield("base", -30e3, 10e3, slot_s=7.0)
    raids = [
        (f"raider {i}", "bomber", [(150e3, 12e3 * i - 30e3, 9000, 225), (60e3, 9e3 * i, 9000, 225), (0, 0, 9000, 225)])
        for i in range(6)
    ]
    fighters = [("fighter a", 40.0), ("fighter b", 60.0)]
    sites = [("site a", 0.0, -8e3), ("site b", 5e3, 9e3)]
    if permute:
        for group in (raids, fighters, sites):
            np.random.default_rng(permute).shuffle(group)  # type: ignore[arg-type]
    if stranger:
        scene.launcher("far site", 900e3, 0, pk=0.5)
        scene.routed("far raider", "bomber", [(990e3, 0, 9000, 225), (900e3, 0, 9000, 225)])
    for name, kind, points in raids[: 2 if permute else 6]:
        scene.routed(name, kind, points, asset=city)  # type: ignore[arg-type]
    for name, readiness in fighters:
        scene.fighter(name, base, readiness)
    for name, kind, points in raids[2 if permute else 6 :]:
        scene.routed(name, kind, points, asset=city)  # type: ignore[arg-type]
    for name, east, north in sites:
        scene.launcher(name, east, north, pk=0.4, ready=5, capacity=5, stock=6, reload_s=60.0)
    return scene.world()


def fight(world: World, until_s: float = 800.0) -> World:
    """Orders by name every 20 s: raider k to shooter k mod 4, and the far pair to each other."""
    names = world.model.names
    shooters = [
        (Shooter.LAUNCHER, names.launchers.index("site a")), (Shooter.FIGHTER, names.aircraft.index("fighter a")),
        (Shooter.LAUNCHER, names.launchers.index("site b")), (Shooter.FIGHTER, names.aircraft.index("fighter b")),
    ]  # fmt: skip
    every = round(20.0 / world.model.dt_s)
    while world.t_s < until_s:
        rows = []
        if world.state.tick % every == every - 1:
            number = 100 * (world.state.tick // every)
            for k in range(6):
                target = names.aircraft.index(f"raider {k}")
                if world.state.aircraft["alive"][target]:
                    shooter, row = shooters[k % 4]
                    more = {"order_id": number + k, "track_id": k + 1}
                    rows.append(order(world, Act.ENGAGE, shooter, row, target, **more))
            if "far site" in names.launchers:
                row, target = names.launchers.index("far site"), names.aircraft.index("far raider")
                rows.append(order(world, Act.ENGAGE, Shooter.LAUNCHER, row, target, order_id=number + 50, track_id=99))
        tick(world, np.concatenate(rows) if rows else empty(ORDER))
    return world


def fates(world: World) -> dict[str, tuple[int, float, tuple[float, ...]]]:
    """State, end and place of every aircraft by name."""
    return {
        name: (int(row["state"]), float(row["t_end_s"]), tuple(row["pos_ecef_m"].tolist()))
        for name, row in zip(world.model.names.aircraft, world.state.aircraft, strict=True)
    }


@settings(max_examples=8)
@given(seed=st.integers(0, 2**64 - 1), permute=st.integers(1, 99))
def test_permuting_rows_leaves_every_fate(seed: int, permute: int) -> None:
    assert fates(fight(battle(seed))) == fates(fight(battle(seed, permute)))


@settings(max_examples=6)
@given(seed=st.integers(0, 2**64 - 1))
def test_a_stranger_far_away_changes_nobody(seed: int) -> None:
    alone, watched = fates(fight(battle(seed))), fates(fight(battle(seed, stranger=True)))
    assert {name: watched[name] for name in alone} == alone


@settings(max_examples=8)
@given(seed=st.integers(0, 2**64 - 1))
def test_missiles_are_conserved_and_kills_have_launches(seed: int) -> None:
    world = fight(battle(seed))
    rows = world.state.engagements[: world.state.engagements_used]
    launched = np.isfinite(rows["t_launch_s"])
    for shooter, left, held in (
        (Shooter.LAUNCHER, world.state.launchers["ready"] + world.state.launchers["stock"], 11),
        (Shooter.FIGHTER, world.state.aircraft["missiles"], 4),
    ):
        for row in range(len(left)):
            if shooter == Shooter.FIGHTER and world.state.aircraft["airfield"][row] < 0:
                continue
            mine = launched & (rows["shooter"] == shooter) & (rows["row"] == row)
            assert rows["shots"][mine].sum() + left[row] == held
    assert (world.state.launchers["channels_busy"] >= 0).all()
    assert (world.state.aircraft["fuel_s"] >= 0.0).all()
    for plane in world.state.aircraft[world.state.aircraft["state"] == Flight.KILLED]:
        row = rows[plane["killer"]]
        assert row["state"] == Shot.HIT
        assert row["t_order_s"] < row["t_launch_s"] < row["t_impact_s"] <= plane["t_end_s"] == row["t_end_s"]
    assert (rows["state"][launched] >= Shot.IN_FLIGHT).all()
    assert launched.sum() > 5


def path(dt_s: float, times: tuple[float, ...]) -> dict[float, np.ndarray]:
    """Positions of a raider with two corners and of a fighter that scrambles against it."""
    scene = Scene(dt_s=dt_s)
    base = scene.airfield("base", 0, 0)
    row = scene.fighter("own", base, 40.0)
    points = [(200e3, 0, 9000, 225), (150e3, 10e3, 7000, 225), (120e3, -30e3, 7000, 240), (-100e3, 0, 7000, 240)]
    raider = scene.routed("raider", "bomber", points)
    world = scene.world()
    out = {}
    while world.t_s < max(times):
        orders = None
        if world.t_s > 0.0 and world.t_s % 20.0 == 0.0:
            orders = order(world, Act.SCRAMBLE, Shooter.FIGHTER, row, raider)
        tick(world, orders)
        if world.t_s in times:
            out[world.t_s] = np.array(world.state.aircraft["pos_ecef_m"])
    return out


def test_tick_length_leaves_the_ways_unchanged() -> None:
    """Half, one and two seconds: the route within 15 m after two turns, the intercept within 200 m until they meet."""
    times = (100.0, 150.0, 240.0, 350.0)
    half, one, two = (path(dt_s, times) for dt_s in (0.5, 1.0, 2.0))
    for t_s in times:
        for other in (one, two):
            apart = np.linalg.norm(other[t_s] - half[t_s], axis=1)
            assert apart[1] < 15.0
            assert apart[0] < 200.0


def test_tick_length_leaves_kills_alike() -> None:
    """Mean kills over 40 seeds differ by less than three standard errors of the difference, and kill times by a few
    seconds.
    """
    kills, times = [], []
    for dt_s in (0.5, 2.0):
        ended = [fates(fight(battle(seed, dt_s=dt_s), 700.0)) for seed in range(40)]
        kills.append([sum(f[0] == Flight.KILLED for f in e.values()) for e in ended])
        times.append(np.mean([f[1] for e in ended for f in e.values() if f[0] == Flight.KILLED]))
    gap = np.array(kills[0]) - np.array(kills[1])
    assert abs(gap.mean()) <= max(3.0 * gap.std() / np.sqrt(len(gap)), 0.15)
    assert abs(times[0] - times[1]) < 10.0


def volley() -> World:
    """Eight raiders 14 km apart coming abreast at twelve batteries of one missile each, Pk 0.6."""
    scene = Scene(dt_s=5.0, room=SHOTS)
    for i in range(RAIDERS):
        scene.routed(f"raider {i}", "bomber", [(70e3, 14e3 * i - 49e3, 9000, 225), (-70e3, 14e3 * i - 49e3, 9000, 225)])
    for i in range(SHOTS):
        scene.launcher(f"site {i}", 0, 0, ready=1, capacity=1, stock=0, pk=0.6)
    world = scene.world()
    tick(world)
    return world


def leakers(start: World, seed: int, aims: np.ndarray) -> int:
    """Play the volley with battery k at raider aims[k] under this seed; return the raiders left."""
    state = replace(
        start.state, aircraft=start.state.aircraft.copy(), launchers=start.state.launchers.copy(),
        engagements=empty(ENGAGEMENT, SHOTS), engagements_used=0,
    )  # fmt: skip
    world = World(replace(start.model, seed=seed), state)
    apply(world, np.concatenate([_AIMED[start.t_s, k, int(aim)] for k, aim in enumerate(aims)]))
    for _ in range(28):
        tick(world)
    assert np.isin(state.engagements["state"], (Shot.HIT, Shot.MISS, Shot.LOST)).all()
    return int(state.aircraft["alive"].sum())


_AIMED: dict[tuple[float, int, int], np.ndarray] = {}


@pytest.mark.parametrize(("policy", "expected"), [("even", 2.24), ("blind", 8 * (1 - 0.6 / 8) ** 12)])
def test_coordination_limits(policy: str, expected: float) -> None:
    """Closed forms: 4 x 0.4 + 4 x 0.16 evenly, 8 (1 - 0.6/8)**12 where each shot picks by itself; 2,000
    replications.
    """
    start = volley()
    for k in range(SHOTS):
        for aim in range(RAIDERS):
            _AIMED[start.t_s, k, aim] = order(start, Act.ENGAGE, Shooter.LAUNCHER, k, aim, order_id=k + 1)
    rng = np.random.default_rng(8)
    even = np.arange(SHOTS) % RAIDERS
    left = [leakers(start, s, even if policy == "even" else rng.integers(0, RAIDERS, SHOTS)) for s in range(2000)]
    error = np.std(left, ddof=1) / np.sqrt(len(left))
    assert abs(np.mean(left) - expected) < 1.96 * error
    assert error < 0.04


def test_luck_goes_by_name() -> None:
    """Renaming a battery changes its draws, and nobody else's: the two batteries here have one target each."""
    def results(name: str) -> list[tuple[int, int]]:
        out = []
        for seed in range(30):
            scene = Scene(seed=seed)
            for k, site in enumerate(("fixed", name)):
                scene.launcher(site, 0, 40e3 * k, pk=0.5)
                scene.routed(f"raider {k}", "bomber", [(60e3, 40e3 * k, 9000, 225), (0, 40e3 * k, 9000, 225)])
            world = scene.world()
            tick(world)
            orders = [order(world, Act.ENGAGE, Shooter.LAUNCHER, k, k, order_id=k + 1) for k in range(2)]
            tick(world, np.concatenate(orders))
            for _ in range(100):
                tick(world)
            out.append(tuple(int(s) for s in world.state.engagements["state"][:2]))
        return out  # type: ignore[return-value]

    first, second = results("one"), results("two")
    assert [r[0] for r in first] == [r[0] for r in second]
    assert [r[1] for r in first] != [r[1] for r in second]
    assert entity_key("one") != entity_key("two")


def test_names_hold_every_kind() -> None:
    """The builder names what it makes, in row order."""
    names: Names = battle(1).model.names
    assert names.launchers == ("site a", "site b")
    assert len(names.aircraft) == 8
