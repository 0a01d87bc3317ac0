"""Aircraft in closed form: air and speeds, turns, fuel, who meets whom, against integration and searches by scipy.

Tolerances: standard air 2e-5, conversions 1e-4, kinematics 1e-6.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from jointsky import truth
from jointsky.truth.air import impact_pressure_ratio, mach_of_impact

integrate = pytest.importorskip("scipy.integrate")
optimize = pytest.importorskip("scipy.optimize")

# Geopotential height m: temperature K, pressure Pa, density kg/m3, speed of sound m/s (ISO 2533:1975, table 1).
ISO_2533 = {
    0.0: (288.150, 101325.0, 1.22500, 340.294),
    5000.0: (255.650, 54019.9, 0.736116, 320.529),
    11000.0: (216.650, 22632.0, 0.363918, 295.069),
    20000.0: (216.650, 5474.88, 0.0880349, 295.069),
    32000.0: (228.650, 868.014, 0.0132250, 303.131),
}


@pytest.mark.parametrize("height", ISO_2533)
def test_standard_air(height: float) -> None:
    assert truth.isa(height, geopotential=True) == pytest.approx(ISO_2533[height], rel=2e-5)
    assert truth.isa(truth.geopotential2geometric_m(height)) == truth.isa(height, geopotential=True)


def test_air_is_in_balance_up_to_forty_kilometres() -> None:
    """dp/dz = -rho g (R/(R+z))^2, integrated by scipy from the ground with the temperatures of the layers."""

    def slope(z: float, p: np.ndarray) -> np.ndarray:
        gravity = 9.80665 * (6_356_766.0 / (6_356_766.0 + z)) ** 2
        return -p * gravity / (287.05287 * truth.isa(z).temperature_k)

    at = np.linspace(0.0, 40_000.0, 41)
    found = integrate.solve_ivp(slope, (0.0, 40_000.0), [101_325.0], t_eval=at, rtol=1e-10, atol=1e-9, max_step=200.0)
    assert [truth.isa(z).pressure_pa for z in at] == pytest.approx(found.y[0], rel=2e-5)


def test_pressure_height_undoes_the_air() -> None:
    for height in (0.0, 3_000.0, 11_000.0, 25_000.0, 60_000.0):
        assert truth.pressure_height_m(truth.isa(height, True).pressure_pa) == pytest.approx(height, abs=1e-6)
    with pytest.raises(ValueError, match="expected one of the standard air"):
        truth.pressure_height_m(1.0)
    with pytest.raises(ValueError, match="expected a number from -5000"):
        truth.isa(math.nan)


@pytest.mark.parametrize("mach", [0.1, 0.5, 0.85, 1.0, 1.3, 2.0, 3.5])
def test_impact_pressure_against_a_normal_shock(mach: float) -> None:
    """Above Mach 1: pressure and Mach number behind the shock, then brought to rest without loss."""
    before, still = 1.0, mach
    if mach > 1.0:
        before = 1.0 + 2.8 / 2.4 * (mach**2 - 1.0)
        still = math.sqrt((1.0 + 0.2 * mach**2) / (1.4 * mach**2 - 0.2))
    total = before * (1.0 + 0.2 * still**2) ** 3.5
    assert impact_pressure_ratio(mach) == pytest.approx(total - 1.0, rel=1e-12)
    assert mach_of_impact(total - 1.0) == pytest.approx(mach, rel=1e-10)


def test_speeds_convert_there_and_back() -> None:
    for height in (0.0, 3_000.0, 9_000.0, 15_000.0):
        for tas in (60.0, 150.0, 240.0, 320.0, 500.0, 700.0):
            assert truth.cas2tas(truth.tas2cas(tas, height), height) == pytest.approx(tas, rel=1e-9)
            assert truth.eas2tas(truth.tas2eas(tas, height), height) == pytest.approx(tas, rel=1e-12)
    assert truth.tas2cas(200.0, 0.0) == pytest.approx(200.0, rel=1e-4)


def test_climbs_change_from_speed_to_mach_number_where_the_textbook_says() -> None:
    """The crossover in closed form below the tropopause: pressure ratio of the two impact pressures, then ISA's power
    law."""
    for knots, mach in ((300.0, 0.78), (280.0, 0.75), (320.0, 0.82)):
        cas = knots * 1852.0 / 3600.0
        delta = ((1.0 + 0.2 * (cas / 340.294) ** 2) ** 3.5 - 1.0) / ((1.0 + 0.2 * mach**2) ** 3.5 - 1.0)
        expected = 288.15 * (1.0 - delta**0.190263) / 0.0065
        height = truth.crossover_height_m(cas, mach)
        assert truth.geometric2geopotential_m(height) == pytest.approx(expected, rel=1e-4)
        assert truth.cas2mach(cas, height) == pytest.approx(mach, rel=1e-8)


@pytest.mark.parametrize(("speed", "bank"), [(100.0, 0.3), (250.0, 1.0), (400.0, 1.4)])
def test_level_turn_flown_by_integration(speed: float, bank: float) -> None:
    rate, radius = truth.turn_rate_radps(speed, bank), truth.turn_radius_m(speed, bank)
    half = truth.turn_time_s(speed, bank, math.pi)

    def flown(_t: float, s: np.ndarray) -> list[float]:
        push = 9.80665 * math.sqrt(truth.load_factor(bank) ** 2 - 1.0) / math.hypot(s[2], s[3])
        return [s[2], s[3], -push * s[3], push * s[2]]

    end = integrate.solve_ivp(flown, (0.0, half), [0.0, 0.0, speed, 0.0], rtol=1e-11, atol=1e-8).y[:, -1]
    assert end[:2] == pytest.approx([0.0, 2.0 * radius], abs=1e-6 * radius)
    assert rate * radius == pytest.approx(speed, rel=1e-12)
    assert truth.bank_rad(truth.load_factor(bank)) == pytest.approx(bank, rel=1e-9)
    assert truth.bank_for_rate_rad(speed, rate) == pytest.approx(bank, rel=1e-12)


def test_breguet_against_burning() -> None:
    """dm/dt = -c m g / (L/D), flown at constant speed by scipy."""
    c, ratio, speed, start, end = 1.7e-5, 16.0, 230.0, 60_000.0, 48_000.0

    def burn(_t: float, m: np.ndarray) -> np.ndarray:
        return -c * m * 9.80665 / ratio

    def empty(_t: float, m: np.ndarray) -> float:
        return float(m[0] - end)

    empty.terminal = True  # type: ignore[attr-defined]
    found = integrate.solve_ivp(burn, (0.0, 1e6), [start], events=empty, rtol=1e-11, atol=1e-6)
    masses = {"lift_to_drag": ratio, "start_kg": start, "end_kg": end}
    endurance = truth.breguet_endurance_s(specific_consumption_kgpns=c, **masses)
    assert endurance == pytest.approx(found.t_events[0][0], rel=1e-6)
    range_m = truth.breguet_range_m(speed_mps=speed, specific_consumption_kgpns=c, **masses)
    assert range_m == pytest.approx(speed * endurance, rel=1e-12)
    needed = truth.fuel_for_range_kg(
        range_m=range_m, speed_mps=speed, specific_consumption_kgpns=c, lift_to_drag=ratio, start_kg=start
    )
    assert needed == pytest.approx(start - end, rel=1e-9)
    propeller = truth.breguet_propeller_range_m(
        propeller_efficiency=0.8, power_consumption_kgpj=0.8 * c / speed, **masses
    )
    assert propeller == pytest.approx(range_m, rel=1e-12)
    with pytest.raises(ValueError, match="expected the end above 0"):
        truth.breguet_endurance_s(specific_consumption_kgpns=c, lift_to_drag=16.0, start_kg=1.0, end_kg=2.0)


def test_fuel_by_regime_and_climb_by_bands() -> None:
    regimes = truth.Regimes(loiter_kgps=0.5, cruise_kgps=0.8, dash_kgps=3.0)
    assert regimes.burnt_kg(loiter_s=10.0, cruise_s=20.0, dash_s=5.0) == 36.0
    station = regimes.time_on_station_s(5000.0, 500.0, 400e3, 250.0)
    assert regimes.burnt_kg(loiter_s=station, cruise_s=2 * 400e3 / 250.0) == pytest.approx(4500.0)
    bands = ((3000.0, 100.0), (9000.0, 60.0), (15000.0, 20.0))
    assert truth.climb_time_s(0.0, 12_000.0, bands) == pytest.approx(30.0 + 100.0 + 150.0)
    assert truth.climb_time_s(2000.0, 2500.0, bands) == pytest.approx(5.0)
    with pytest.raises(ValueError, match="expected at most the ceiling 15000"):
        truth.climb_time_s(0.0, 16_000.0, bands)
    out = truth.combat_radius_m(fuel_s=9000.0, cruise_mps=250.0, dash_s=600.0, dash_factor=3.0, reserve_s=600.0)
    assert out == pytest.approx(0.5 * 250.0 * 6600.0)
    waited = truth.scramble_time_s(
        readiness_s=300.0, take_off_s=30.0, climb_m=9000.0, climb_mps=90.0, distance_m=60e3, climb_speed_mps=200.0,
        speed_mps=400.0,
    )  # fmt: skip
    assert waited == pytest.approx(300.0 + 30.0 + 100.0 + 100.0)


@pytest.mark.parametrize("seed", range(40))
def test_collision_course_is_the_first_root(seed: int) -> None:
    """Against a fine search: the distance to be flown less what has been flown changes sign there and not before."""
    luck = np.random.default_rng(seed)
    place, velocity = luck.uniform(-50e3, 50e3, 3), luck.uniform(-400.0, 400.0, 3)
    speed = luck.uniform(100.0, 700.0)

    def gap(t: np.ndarray) -> np.ndarray:
        return np.linalg.norm(place[:, None] + velocity[:, None] * t, axis=0) - speed * t

    found = truth.collision_course(place, velocity, speed)
    times = np.linspace(0.0, 3000.0, 300_001)
    crossed = np.flatnonzero(gap(times) <= 0.0)
    if found is None or found.time_s > 3000.0:
        assert not len(crossed)
        return
    first = times[crossed[0]]
    root = optimize.brentq(lambda t: float(gap(np.array([t]))[0]), first - 0.01, first, xtol=1e-12)
    assert found.time_s == pytest.approx(root, rel=1e-6)
    assert found.place_m == pytest.approx(tuple(place + velocity * root), rel=1e-6, abs=1e-3)


def test_collision_course_cases_without_a_solution_and_at_the_edges() -> None:
    assert truth.collision_course((10e3, 0.0), (300.0, 0.0), 250.0) is None, "it flies away faster"
    assert truth.collision_course((10e3, 0.0), (0.0, 300.0), 250.0) is None, "it crosses too fast"
    assert truth.collision_course((10e3, 0.0), (250.0, 0.0), 250.0) is None, "equal speeds, flying away"
    equal = truth.collision_course((10e3, 0.0), (-250.0, 0.0), 250.0)
    assert equal is not None and equal.time_s == pytest.approx(20.0)
    slower = truth.collision_course((10e3, 0.0), (-300.0, 0.0), 200.0)
    assert slower is not None and slower.time_s == pytest.approx(20.0)
    here = truth.collision_course((0.0, 0.0), (300.0, 0.0), 0.0)
    assert here is not None and here.time_s == 0.0
    with pytest.raises(ValueError, match="expected 0 or more"):
        truth.collision_course((1.0, 0.0), (0.0, 0.0), -1.0)


@pytest.mark.parametrize(("aspect", "speeds"), [(0.4, (400.0, 250.0)), (1.5, (300.0, 200.0)), (2.8, (500.0, 100.0))])
def test_pure_pursuit_flown(aspect: float, speeds: tuple[float, float]) -> None:
    """The curve of pursuit integrated in range and aspect: r' = Vt cos a - Vp, a' = -Vt sin a / r."""
    own, target = speeds

    def turn(_t: float, s: np.ndarray) -> list[float]:
        return [target * math.cos(s[1]) - own, -target * math.sin(s[1]) / s[0]]

    def met(_t: float, s: np.ndarray) -> float:
        return float(s[0] - 1e-3)

    met.terminal = True  # type: ignore[attr-defined]
    found = integrate.solve_ivp(turn, (0.0, 1e4), [20e3, aspect], events=met, rtol=1e-10, atol=1e-10, method="LSODA")
    assert truth.pure_pursuit_time_s(20e3, own, target, aspect) == pytest.approx(found.t_events[0][0], rel=1e-6)


def test_pure_pursuit_limits() -> None:
    assert truth.pure_pursuit_time_s(1e4, 300.0, 200.0, 0.0) == pytest.approx(100.0)
    assert truth.pure_pursuit_time_s(1e4, 300.0, 200.0, math.pi) == pytest.approx(20.0)
    assert truth.pure_pursuit_time_s(1e4, 200.0, 200.0, 1.0) == math.inf
    assert truth.pure_pursuit_time_s(1e4, 200.0, 200.0, math.pi) == pytest.approx(25.0)
    assert truth.pure_pursuit_time_s(0.0, 100.0, 200.0, 1.0) == 0.0


def test_scramble_geometry() -> None:
    """A raider that comes straight in, met by halves; what must be seen for that is its inverse."""
    met = truth.head_on_intercept_m(200e3, 225.0, 400.0, 300.0)
    assert met == pytest.approx((200e3 - 225.0 * 300.0) * 400.0 / 625.0, rel=1e-12)
    assert truth.warning_range_m(met, 225.0, 400.0, 300.0) == pytest.approx(200e3, rel=1e-12)
    found = truth.scramble_intercept((200e3, 0.0), (-225.0, 0.0), 400.0, 300.0)
    assert found is not None and found.place_m[0] == pytest.approx(met, rel=1e-9)
    assert found.time_s == pytest.approx(300.0 + met / 400.0, rel=1e-9)
    assert truth.head_on_intercept_m(50e3, 225.0, 400.0, 300.0) == 0.0
    lead = truth.lead_angle_rad(250.0, 1.2, 400.0)
    assert lead is not None and math.sin(lead) * 400.0 == pytest.approx(250.0 * math.sin(1.2), rel=1e-12)
    assert truth.lead_angle_rad(500.0, 1.5, 400.0) is None
    assert truth.closest_approach((1000.0, 200.0), (-100.0, 0.0)) == pytest.approx((10.0, 200.0))
    assert truth.closest_approach((1000.0, 0.0), (100.0, 0.0)) == pytest.approx((0.0, 1000.0))
    assert truth.stern_conversion_s(20e3, 650.0, 0.05) == pytest.approx(20e3 / 650.0 + math.pi / 0.05)
