"""Launchers and fighters engage: acquisition, envelope, salvo, reload, refusal and result, one small scene each."""

import math

import numpy as np
import pytest
from worlds import Scene, order

from jointsky.errors import RunError
from jointsky.truth import apply, resolve, step
from jointsky.vocab.codes import Act, Flight, Shooter, Shot, Weapons
from jointsky.vocab.records import Rows
from jointsky.world.world import World


def run(world: World, ticks: int, jam: float | None = None) -> list[Rows]:
    """Run truth for some ticks; return the shot reports."""
    reports: list[Rows] = []
    factor = None if jam is None else np.full(len(world.state.launchers), jam)
    for _ in range(ticks):
        step(world, world.state.tick)
        reports += list(resolve(world, world.state.tick, factor))
        world.state.tick += 1
    return reports


def duel(
    east_m: float = 80e3, alt_m: float = 9000.0, speed: float = 225.0, kind: str = "bomber", to_m: float = -100e3,
    **site: object,
) -> World:  # fmt: skip
    """A launcher in the middle and one raider that flies from the east over it."""
    scene = Scene()
    scene.launcher("site", 0, 0, **({"pk": 1.0} | site))  # type: ignore[arg-type]
    scene.routed("raider", kind, [(east_m, 0, alt_m, speed), (to_m, 0, alt_m, speed)])
    world = scene.world()
    run(world, 1)
    return world


def engage(world: World, **more: object) -> None:
    apply(world, order(world, Act.ENGAGE, Shooter.LAUNCHER, 0, 0, **more))


def test_an_engagement_from_order_to_kill() -> None:
    world = duel()
    engage(world, phase=2, post=4)
    reports = run(world, 120)
    row = world.state.engagements[0]
    site = world.state.launchers[0]
    assert row["t_launch_s"] == pytest.approx(1.0 + 12.0, abs=1.0)
    flight = row["t_impact_s"] - row["t_launch_s"]
    assert 0.5 * 80e3 / 1500 < flight < 80e3 / 700
    assert (row["state"], row["phase"], row["post"], row["t_approved_s"]) == (Shot.HIT, 2, 4, 1.0)
    raider = world.state.aircraft[0]
    assert (raider["state"], raider["alive"], raider["killer"]) == (Flight.KILLED, 0, 0)
    assert raider["t_end_s"] == row["t_impact_s"] == row["t_end_s"]
    assert (site["ready"], site["channels_busy"]) == (23, 0)
    fields = ["order_id", "track_id", "result", "shots", "row"]
    assert [tuple(int(r[name]) for name in fields) for r in reports] == [(1, 1, Shot.HIT, 1, 0)]
    assert np.linalg.norm(row["pos_ecef_m"] - raider["pos_ecef_m"]) < 1500.0


def test_the_missile_flies_by_its_table() -> None:
    """A slow crossing target: the flight time is the table's at the place of the hit."""
    world = duel(60e3, 8000.0, 60.0)
    engage(world)
    run(world, 120)
    row = world.state.engagements[0]
    offset = row["impact_ecef_m"] - world.state.launchers["pos_ecef_m"][0]
    east, north, up = world.state.launchers["enu"][0] @ offset
    flyout = world.model.flyout
    i, j = np.hypot(east, north) / flyout.range_m[1], up / flyout.height_m[1]
    corner = flyout.time_s[0, int(i) : int(i) + 2, int(j) : int(j) + 2]
    share = np.array([1 - i % 1, i % 1]), np.array([1 - j % 1, j % 1])
    assert row["t_impact_s"] - row["t_launch_s"] == pytest.approx(share[0] @ corner @ share[1], abs=0.05)


def test_a_salvo_counts_every_missile_and_keeps_the_interval() -> None:
    world = duel(pk=0.0)
    engage(world, shots=3)
    apply(world, order(world, Act.ENGAGE, Shooter.LAUNCHER, 0, 0, order_id=2, track_id=5))
    reports = run(world, 200)
    assert [(r["result"], r["shots"]) for r in reports] == [(Shot.MISS, 3), (Shot.MISS, 1)]
    launches = world.state.engagements["t_launch_s"][:2]
    assert launches[1] - launches[0] == pytest.approx(12.0, abs=1.0)
    assert world.state.launchers["ready"][0] == 20
    assert reports[0]["t_valid_s"] >= world.state.engagements["t_impact_s"][0] + 8.0


def test_waiting_for_the_envelope_and_giving_up() -> None:
    world = duel(150e3)
    engage(world)
    run(world, 500)
    assert world.state.engagements["state"][0] == Shot.HIT
    assert world.state.engagements["t_launch_s"][0] > 60.0
    for away in (duel(101e3, to_m=250e3), duel(60e3, 28_500.0)):
        engage(away, sigma_pos_m=2000.0)
        reports = run(away, 60)
        assert [r["result"] for r in reports] == [Shot.OUT_OF_ENVELOPE]
        assert away.state.launchers["channels_busy"][0] == 0


def test_the_horizon_hides_a_low_target_unless_fire_control_is_given() -> None:
    """4/3-earth horizon of a 15 m mast and a target 60 m above the site's ground: 16.0 + 31.9 km."""
    low = {"alt_m": 260.0, "speed": 230.0, "kind": "cruise"}
    world = duel(90e3, **low)  # type: ignore[arg-type]
    launched = {}
    for flag in (0, 1):
        world = duel(90e3, **low)  # type: ignore[arg-type]
        for _ in range(40):
            engage(world, fire_control=flag, order_id=1)
            run(world, 10)
        row = world.state.engagements[0]
        launched[flag] = 90e3 - 230.0 * row["t_launch_s"]
    assert launched[0] == pytest.approx(math.sqrt(2 * 8494667) * (math.sqrt(15) + math.sqrt(60)), abs=400.0)
    assert launched[1] > 80e3


def test_jamming_shortens_the_radar() -> None:
    world = duel(90e3, kind="cruise", speed=230.0)
    for _ in range(30):
        engage(world)
        run(world, 10, jam=0.3)
    ground = math.sqrt((0.3 * 190e3 * 0.1**0.25) ** 2 - 8800.0**2)
    assert 90e3 - 230 * world.state.engagements["t_launch_s"][0] == pytest.approx(ground, abs=400.0)


def test_nothing_in_the_gate_is_reported() -> None:
    world = duel()
    engage(world, pos_ecef_m=world.state.aircraft["pos_ecef_m"][0] + 9000.0)
    reports = run(world, 300)
    assert [(r["result"], r["shots"]) for r in reports] == [(Shot.NO_ACQUISITION, 0)]
    assert world.state.launchers["ready"][0] == 24


def test_it_shoots_at_whatever_is_nearest_but_its_own_group() -> None:
    """Truth knows no sides here: identification and authority exist to keep an airliner out of the gate."""
    for group, struck in ((0, "far"), (1, "near")):
        scene = Scene()
        scene.launcher("site", 0, 0, pk=1.0)
        scene.routed("near", "airliner", [(60e3, 200, 9000, 200), (0, 200, 9000, 200)], iff_group=group)
        scene.routed("far", "airliner", [(60e3, 2000, 9000, 200), (0, 2000, 9000, 200)])
        world = scene.world()
        run(world, 1)
        engage(world)
        run(world, 120)
        assert [world.model.names.aircraft[k] for k in np.flatnonzero(world.state.aircraft["killer"] >= 0)] == [struck]


def test_reload_comes_from_stock_after_its_time() -> None:
    world = duel(ready=2, capacity=4, stock=3, pk=0.0, reload_s=100.0)
    engage(world, shots=5)
    run(world, 60)
    assert world.state.engagements["shots"][0] == 2
    assert (world.state.launchers["ready"][0], world.state.launchers["stock"][0]) == (0, 3)
    run(world, 70)
    assert (world.state.launchers["ready"][0], world.state.launchers["stock"][0]) == (3, 0)


@pytest.mark.parametrize("site", [{"alive": 0}, {"channels": 0}, {"ready": 0, "stock": 0}])
def test_what_it_cannot_do_is_refused_at_once(site: dict[str, int]) -> None:
    world = duel(**site)
    engage(world)
    reports = run(world, 1)
    assert [(r["result"], r["shots"]) for r in reports] == [(Shot.CEASED, 0)]
    assert world.state.launchers["channels_busy"][0] == 0


def test_channels_limit_and_come_back() -> None:
    world = duel(channels=1)
    engage(world)
    apply(world, order(world, Act.ENGAGE, Shooter.LAUNCHER, 0, 0, order_id=2, track_id=9))
    assert list(world.state.engagements["state"][:2]) == [Shot.ACQUIRING, Shot.CEASED]
    run(world, 120)
    assert world.state.launchers["channels_busy"][0] == 0
    assert world.state.engagements["state"][0] == Shot.HIT


def test_orders_refresh_and_late_ones_do_not_reopen() -> None:
    world = duel()
    for order_id in (1, 1, 2):  # the same number, then another number for the same track
        engage(world, order_id=order_id)
    assert world.state.engagements_used == 1
    run(world, 120)
    engage(world, order_id=1)
    assert world.state.engagements_used == 1
    older = order(world, Act.ENGAGE, Shooter.LAUNCHER, 0, 0, order_id=3)
    apply(world, older)
    assert world.state.engagements_used == 2
    apply(world, order(world, Act.ENGAGE, Shooter.LAUNCHER, 0, 0, order_id=3, t_valid_s=0.0, sigma_pos_m=9.0))
    assert world.state.engagements["goal_sigma_m"][1] == 300.0


def test_cease_destroys_missiles_in_flight_and_weapons_status_is_kept() -> None:
    world = duel()
    engage(world)
    run(world, 30)
    assert world.state.engagements["state"][0] == Shot.IN_FLIGHT
    apply(world, order(world, Act.CEASE, Shooter.LAUNCHER, 0, 0))
    apply(world, order(world, Act.WEAPONS_STATUS, Shooter.LAUNCHER, 0, weapons=Weapons.TIGHT))
    reports = run(world, 60)
    assert [(r["result"], r["shots"]) for r in reports] == [(Shot.CEASED, 1)]
    assert world.state.aircraft["state"][0] == Flight.ROUTE
    assert world.state.launchers["weapons"][0] == Weapons.TIGHT


def test_a_missile_whose_target_is_gone_is_lost() -> None:
    world = duel()
    engage(world)
    run(world, 30)
    world.state.aircraft["alive"][0] = 0
    world.state.aircraft["state"][0] = Flight.GONE
    assert [r["result"] for r in run(world, 2)] == [Shot.LOST]


def interceptor(missiles: int = 4, pk: float = 1.0, **raider: object) -> World:
    scene = Scene()
    base = scene.airfield("base", 0, 0)
    scene.fighter("own", base, 0.0, missiles=missiles)
    scene.routed("raider", "bomber", [(200e3, 0, 9000, 225), (-200e3, 0, 9000, 225)], **raider)
    world = scene.world()
    world.model.aircraft_types["aam_pk"][:] = pk
    run(world, 1)
    return world


def test_a_fighter_fires_inside_its_range_and_kills() -> None:
    world = interceptor()
    apply(world, order(world, Act.ENGAGE, Shooter.FIGHTER, 0, 1, shots=2))
    reports = run(world, 400)
    row = world.state.engagements[0]
    assert [(r["shooter"], r["result"], r["shots"]) for r in reports] == [(Shooter.FIGHTER, Shot.HIT, 2)]
    assert (row["t_impact_s"] - row["t_launch_s"]) * 800.0 <= 40_000.0
    assert world.state.aircraft["state"][1] == Flight.KILLED
    plane = world.state.aircraft[0]
    assert (plane["missiles"], plane["order"], plane["order_id"]) == (2, Act.POSITION, 0)


def test_a_fighter_goes_on_after_a_miss_until_its_missiles_are_gone() -> None:
    world = interceptor(missiles=3, pk=0.0)
    apply(world, order(world, Act.ENGAGE, Shooter.FIGHTER, 0, 1))
    reports = run(world, 1500)
    assert [r["result"] for r in reports] == [Shot.MISS] * 3
    assert {r["order_id"] for r in reports} == {1}
    assert world.state.aircraft["missiles"][0] == 0
    assert world.state.aircraft["state"][0] in (Flight.RETURNING, Flight.LANDED)


def test_a_fighter_does_not_fire_on_its_own_group() -> None:
    world = interceptor(iff_group=0)
    apply(world, order(world, Act.ENGAGE, Shooter.FIGHTER, 0, 1))
    run(world, 600)
    assert world.state.aircraft["missiles"][0] == 4
    assert world.state.aircraft["target"][0] == -1


def test_a_new_order_ends_the_old_engagement() -> None:
    world = interceptor()
    apply(world, order(world, Act.ENGAGE, Shooter.FIGHTER, 0, 1))
    run(world, 5)
    apply(world, order(world, Act.ENGAGE, Shooter.FIGHTER, 0, 1, order_id=2, track_id=8))
    assert [(r["order_id"], r["result"]) for r in run(world, 1)] == [(1, Shot.CEASED)]
    assert world.state.aircraft["order_id"][0] == 2


def test_bad_rows_and_a_full_table_stop_the_run() -> None:
    world = duel()
    with pytest.raises(RunError, match="shooter row 7"):
        apply(world, order(world, Act.ENGAGE, Shooter.LAUNCHER, 7))
    with pytest.raises(RunError, match="airfield 0"):
        apply(world, order(world, Act.ENGAGE, Shooter.LAUNCHER, 0, airfield=0))
    for k in range(len(world.state.engagements)):
        engage(world, order_id=k + 1, track_id=k + 1)
    with pytest.raises(RunError, match="256 rows"):
        engage(world, order_id=999, track_id=999)
