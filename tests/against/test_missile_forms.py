"""Missiles in closed form: rockets, coasts, re-entry, guidance, chances of a kill, against integration and counting.

Tolerances: 0.5 m/s or 5e-4, 5 m or 5e-4; accelerations of guidance 2e-3; misses 0.05 m.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from jointsky import truth

integrate = pytest.importorskip("scipy.integrate")
stats = pytest.importorskip("scipy.stats")


def test_rockets() -> None:
    assert truth.rocket_speed_mps(2500.0, 150.0, 70.0) == pytest.approx(2500.0 * math.log(150.0 / 70.0), rel=1e-14)
    assert truth.staged_speed_mps(((2500.0, 150.0, 70.0), (2600.0, 60.0, 30.0))) == pytest.approx(
        2500.0 * math.log(15.0 / 7.0) + 2600.0 * math.log(2.0), rel=1e-14
    )

    def boost(t: float, s: np.ndarray) -> list[float]:
        return [s[1], 2500.0 * 8.0 / (150.0 - 8.0 * t) - 9.80665]

    end = integrate.solve_ivp(boost, (0.0, 10.0), [0.0, 0.0], rtol=1e-11, atol=1e-9).y[:, -1]
    speed, height = truth.vertical_boost(2500.0, 150.0, 8.0, 10.0)
    assert (height, speed) == pytest.approx(tuple(end), rel=1e-9)
    with pytest.raises(ValueError, match="expected the end above 0"):
        truth.vertical_boost(2500.0, 50.0, 8.0, 10.0)


@pytest.mark.parametrize("speed", [300.0, 900.0, 2000.0])
def test_coasts(speed: float) -> None:
    length = truth.drag_length_m(500.0, 1.225, 0.3, 0.1)

    def level(_t: float, s: np.ndarray) -> list[float]:
        return [s[1], -(s[1] ** 2) / length]

    def upward(_t: float, s: np.ndarray) -> list[float]:
        return [s[1], -(s[1] ** 2) / length - 9.80665]

    way, left = integrate.solve_ivp(level, (0.0, 20.0), [0.0, speed], rtol=1e-11, atol=1e-9).y[:, -1]
    assert truth.coast(speed, length, 20.0) == pytest.approx((left, way), rel=1e-8)
    assert truth.coast_time_s(speed, length, way) == pytest.approx(20.0, rel=1e-8)
    high, left = integrate.solve_ivp(upward, (0.0, 15.0), [0.0, speed], rtol=1e-11, atol=1e-9).y[:, -1]
    assert truth.vertical_coast(speed, length, 15.0) == pytest.approx((left, high), rel=1e-8)
    top_s, top_m = truth.vertical_coast_top(speed, length)
    assert truth.vertical_coast(speed, length, top_s) == pytest.approx((0.0, top_m), rel=1e-9, abs=1e-6)
    with pytest.raises(ValueError, match="up to the top"):
        truth.vertical_coast(speed, length, top_s + 1.0)


@pytest.mark.parametrize(("angle", "beta"), [(0.5, 5_000.0), (1.2, 10_000.0), (0.35, 2_000.0)])
def test_re_entry_of_allen_and_eggers(angle: float, beta: float) -> None:
    """The straight entry flown by scipy: dV/dt = -rho V^2 / (2 beta)."""

    def fall(_t: float, s: np.ndarray) -> list[float]:
        return [-s[1] * math.sin(angle), -1.225 * math.exp(-s[0] / 7200.0) * s[1] ** 2 / (2.0 * beta)]

    def ground(_t: float, s: np.ndarray) -> float:
        return float(s[0])

    ground.terminal = True  # type: ignore[attr-defined]
    flown = integrate.solve_ivp(
        fall, (0.0, 500.0), [120e3, 6000.0], events=ground, rtol=1e-10, atol=1e-6, dense_output=True
    )
    times = np.linspace(0.0, flown.t[-1], 200_001)
    height, speed = flown.sol(times)
    slowing = 1.225 * np.exp(-height / 7200.0) * speed**2 / (2.0 * beta)
    worst = int(np.argmax(slowing))
    deceleration, at, left = truth.allen_eggers(6000.0, angle, beta)
    assert deceleration == pytest.approx(slowing[worst], rel=5e-4)
    assert at == pytest.approx(height[worst], abs=20.0)
    assert left == pytest.approx(speed[worst], rel=2e-3)
    entry = truth.Entry(6000.0, angle, beta)
    assert [entry.speed_at_mps(h) for h in height[::20_000]] == pytest.approx(speed[::20_000], rel=5e-4, abs=0.5)


def test_a_heavy_body_is_slowed_most_at_the_ground() -> None:
    entry = truth.Entry(3000.0, 1.3, 50_000.0)
    assert entry.worst_height_m() == 0.0
    assert entry.worst_deceleration_mps2() == pytest.approx(1.225 * entry.worst_speed_mps() ** 2 / 1e5, rel=1e-12)


def guided(gain: float, flight: float, target: float, error_mps: float, lag: float) -> tuple[np.ndarray, np.ndarray]:
    """The linear loop flown: times and (relative place, its rate, acceleration of the missile)."""

    def loop(t: float, s: np.ndarray) -> list[float]:
        to_go = flight - t
        wanted = gain * (s[0] + s[1] * to_go) / to_go**2
        reached = s[2] if lag else wanted
        return [s[1], target - reached, (wanted - s[2]) / lag if lag else 0.0]

    end = flight * (1.0 - (1e-7 if lag else 1e-3))
    found = integrate.solve_ivp(
        loop, (0.0, end), [0.0, error_mps, 0.0], method="LSODA", rtol=1e-10, atol=1e-9, t_eval=np.linspace(0, end, 200)
    )
    state = found.y
    if not lag:
        to_go = flight - found.t
        state[2] = gain * (state[0] + state[1] * to_go) / to_go**2
    return found.t, state


@pytest.mark.parametrize("gain", [3.0, 4.0, 5.0, 3.5])
def test_acceleration_histories(gain: float) -> None:
    times, state = guided(gain, 10.0, 30.0, 0.0, 0.0)
    told = [truth.target_step_acceleration_mps2(gain, 30.0, 10.0, t) for t in times]
    assert told == pytest.approx(state[2], rel=2e-3, abs=1e-3)
    times, state = guided(gain, 10.0, 0.0, -1000.0 * 0.1, 0.0)
    told = [-truth.heading_error_acceleration_mps2(gain, 1000.0, 0.1, 10.0, t) for t in times]
    assert told == pytest.approx(state[2], rel=2e-3, abs=1e-3)
    augmented = truth.augmented_acceleration_mps2(gain, 30.0, 10.0, 0.0)
    assert augmented == pytest.approx(0.5 * gain * 30.0)
    with pytest.raises(ValueError, match="within the flight"):
        truth.target_step_acceleration_mps2(gain, 30.0, 10.0, 11.0)


@pytest.mark.parametrize("gain", [3, 4, 5])
@pytest.mark.parametrize("flight", [0.5, 1.0, 2.0, 4.0, 8.0])
def test_miss_behind_one_lag(gain: int, flight: float) -> None:
    """The loop flown for N' = 3, 4, 5, and the printed polynomials."""
    x = flight / 0.5
    step = {3: 0.5, 4: 0.5 - x / 6.0, 5: 0.5 - x / 3.0 + x * x / 24.0}[gain]
    error = {3: 1.0 - x / 2.0, 4: 1.0 - x + x * x / 6.0, 5: 1.0 - 1.5 * x + 0.5 * x * x - x**3 / 24.0}[gain]
    found = truth.target_step_miss_m(gain, 29.4, 0.5, flight)
    assert found == pytest.approx(29.4 * flight**2 * math.exp(-x) * step, abs=1e-9)
    _, state = guided(gain, flight, 29.4, 0.0, 0.5)
    assert found == pytest.approx(state[0, -1], abs=0.05)
    found = truth.heading_error_miss_m(gain, 1000.0, 0.1, 0.5, flight)
    assert found == pytest.approx(100.0 * flight * math.exp(-x) * error, abs=1e-9)
    _, state = guided(gain, flight, 0.0, 100.0, 0.5)
    assert found == pytest.approx(state[0, -1], abs=0.05)


def test_miss_between_whole_gains() -> None:
    for flight in (1.0, 3.0):
        _, state = guided(3.6, flight, 29.4, 0.0, 0.5)
        assert truth.target_step_miss_m(3.6, 29.4, 0.5, flight) == pytest.approx(state[0, -1], abs=0.05)


def test_kills_by_miss() -> None:
    """Carleton and cookie cutter as integrals over the Rice distribution of the miss."""
    for radius, sigma, bias in ((10.0, 6.0, 0.0), (10.0, 6.0, 8.0), (5.0, 12.0, 20.0), (30.0, 5.0, 50.0)):
        miss = stats.rice(bias / sigma, scale=sigma) if bias else stats.rayleigh(scale=sigma)
        mean, _ = integrate.quad(
            lambda m, d=miss, r=radius: d.pdf(m) * truth.carleton(m, r), 0.0, bias + 12.0 * sigma, epsabs=1e-13
        )
        assert truth.carleton_kill(radius, sigma, bias) == pytest.approx(mean, abs=1e-9)
        assert truth.cookie_cutter_kill(radius, sigma, bias) == pytest.approx(miss.cdf(radius), abs=1e-9)
    assert truth.carleton_kill(10.0, 10.0) == 0.5
    assert truth.cookie_cutter_kill(truth.circular_error_probable_m(7.0), 7.0) == pytest.approx(0.5, rel=1e-14)
    assert truth.sigma_of_cep_m(truth.circular_error_probable_m(7.0)) == pytest.approx(7.0)
    assert [truth.cookie_cutter(m, 5.0) for m in (0.0, 5.0, 5.1)] == [1.0, 1.0, 0.0]


def test_salvos_and_looking_between() -> None:
    for pk, looks, salvo in ((0.6, 3, 1), (0.5, 2, 2), (0.9, 4, 1), (0.0, 2, 1), (1.0, 3, 2)):
        kill = spent = 0.0
        alive = 1.0
        for _ in range(looks):
            spent += alive * salvo
            kill += alive * (1.0 - (1.0 - pk) ** salvo)
            alive *= (1.0 - pk) ** salvo
        assert truth.shoot_look_shoot_kill(pk, looks, salvo) == pytest.approx(kill, abs=1e-12)
        assert truth.shoot_look_shoot_shots(pk, looks, salvo) == pytest.approx(spent, rel=1e-12)
    assert truth.salvo_kill(0.7, 2, reliability=0.9, common=0.95) == pytest.approx(0.95 * (1.0 - 0.37**2))
    for pk, wanted in ((0.6, 0.9), (0.5, 0.875), (0.75, 0.99), (1.0, 0.5)):
        n = truth.shots_for_kill(pk, wanted)
        assert truth.salvo_kill(pk, n) >= wanted - 1e-12 and (n == 0 or truth.salvo_kill(pk, n - 1) < wanted)


def test_shots_in_turn_against_a_target_flown_by_steps() -> None:
    doctrine = {"missile_mps": 800.0, "target_mps": 250.0}
    range_m, launch, met = 60e3, True, []
    t = missile = 0.0
    wait = 0.0
    while range_m > 0.0 and t < 1000.0:
        if launch and wait <= 0.0:
            missile, launch = 0.0, False
        if not launch:
            missile += 800.0 * 1e-3
            if missile >= range_m:
                met.append(range_m)
                launch, wait = True, 6.0
        wait -= 1e-3
        range_m -= 250.0 * 1e-3
        t += 1e-3
    counted = sum(m >= 5e3 for m in met)
    assert truth.shoot_look_shoot_count(first_launch_m=60e3, nearest_m=5e3, assess_s=6.0, **doctrine) == counted
    out = truth.detection_range_m(intercept_m=5e3, reaction_s=12.0, shots=counted, assess_s=6.0, **doctrine)
    assert truth.shoot_look_shoot_count(
        first_launch_m=out - 12.0 * 250.0, nearest_m=5e3, assess_s=6.0, **doctrine
    ) == counted  # fmt: skip
    assert truth.detection_range_m(intercept_m=20e3, reaction_s=10.0, **doctrine) == pytest.approx(
        20e3 * 1.3125 + 2500.0
    )
    assert truth.fire_channels_needed(10, 40.0, 120.0) == 4
