"""Ballistic arcs in closed form against integration by scipy, printed tables and book values.

Tolerances: 1e-4 relative, 0.5 s of warning.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from jointsky import truth
from jointsky.truth.arcs import MU_M3PS2, RADIUS_M

integrate = pytest.importorskip("scipy.integrate")

# Range km: speed m/s, angle deg, top km, time s: least energy, R = 6371 km, no rotation.
LEAST_ENERGY = {
    300: (1696.5, 44.33, 74.1, 251.0), 500: (2173.4, 43.88, 122.5, 327.4), 1000: (3016.1, 42.75, 239.9, 474.4),
    3000: (4865.0, 38.26, 655.2, 895.0), 5500: (6075.2, 32.63, 1040.5, 1315.8), 10000: (7198.1, 22.52, 1319.5, 1931.0),
}  # fmt: skip


def flown(arc: truth.Arc) -> tuple[float, float, float]:
    """Range m, top m and time s of the arc integrated in two dimensions."""

    def pull(_t: float, s: np.ndarray) -> list[float]:
        cube = math.hypot(s[0], s[1]) ** 3
        return [s[2], s[3], -MU_M3PS2 * s[0] / cube, -MU_M3PS2 * s[1] / cube]

    def down(t: float, s: np.ndarray) -> float:
        return math.hypot(s[0], s[1]) - RADIUS_M if t > 10.0 else 1.0

    down.terminal = True  # type: ignore[attr-defined]
    start = [0.0, RADIUS_M, arc.speed_mps * math.cos(arc.angle_rad), arc.speed_mps * math.sin(arc.angle_rad)]
    found = integrate.solve_ivp(pull, (0.0, 9000.0), start, events=down, rtol=1e-12, atol=1e-6, dense_output=True)
    end = found.y_events[0][0]
    heights = np.hypot(*found.sol(np.linspace(0.0, found.t[-1], 20_001))[:2]) - RADIUS_M
    return math.atan2(end[0], end[1]) * RADIUS_M, float(heights.max()), float(found.t_events[0][0])


@pytest.mark.parametrize("km", LEAST_ENERGY)
def test_least_energy(km: int) -> None:
    arc = truth.minimum_energy(km * 1e3)
    speed, angle, top, time = LEAST_ENERGY[km]
    assert arc.speed_mps == pytest.approx(speed, abs=0.051)
    assert math.degrees(arc.angle_rad) == pytest.approx(angle, abs=0.0051)
    assert (arc.apogee_m, arc.time_s) == pytest.approx((top * 1e3, time), abs=51.0)
    assert arc.time_s == pytest.approx(time, abs=0.051)
    assert flown(arc) == pytest.approx((km * 1e3, arc.apogee_m, arc.time_s), rel=1e-8)


@pytest.mark.parametrize(("speed", "degrees"), [(2000.0, 70.0), (4000.0, 20.0), (6500.0, 35.0), (7300.0, 60.0)])
def test_any_arc(speed: float, degrees: float) -> None:
    arc = truth.free_flight(speed, math.radians(degrees))
    range_m, top, time = flown(arc)
    assert (arc.psi_rad * RADIUS_M, arc.apogee_m, arc.time_s) == pytest.approx((range_m, top, time), rel=1e-7)
    both = truth.arcs_for_range(range_m, speed)
    assert min(abs(a.angle_rad - arc.angle_rad) for a in both) < 1e-6
    assert truth.angle_for_apogee_rad(speed, arc.apogee_m) == pytest.approx(arc.angle_rad, rel=1e-9)


def test_book_values() -> None:
    """Bate, Mueller & White, pp. 290 and 291, in their units (earth radius, mu = 1)."""
    angle = truth.angle_for_apogee_rad(2.0 / 3.0, 0.3, 1.2, 1.0)
    q = truth.q_parameter(2.0 / 3.0, 1.2, 1.0)
    assert math.degrees(angle) == pytest.approx(51.318, abs=6e-4)
    assert q == pytest.approx(0.533, abs=5e-4)
    assert math.degrees(truth.free_flight_angle_rad(q, angle)) == pytest.approx(36.4, abs=0.05)
    _, high = truth.flight_path_angles_rad(truth.q_parameter(1.0817, 1.025, 1.0), math.acos(-0.625))
    assert math.degrees(high) == pytest.approx(39.36, abs=0.05)


def test_impact_errors_by_differentiation() -> None:
    for speed, degrees in ((2173.4, 45.0), (3016.1, 45.0), (4865.0, 30.0), (7198.1, 50.0)):
        phi = math.radians(degrees)
        arc = truth.free_flight(speed, phi)
        faster, slower = (truth.free_flight(speed + d, phi).psi_rad for d in (0.05, -0.05))
        assert truth.range_per_speed_s(arc) == pytest.approx((faster - slower) / 0.1 * RADIUS_M, rel=1e-6)
        steeper, flatter = (truth.free_flight(speed, phi + d).psi_rad for d in (1e-5, -1e-5))
        assert truth.range_per_angle_m(arc) == pytest.approx((steeper - flatter) / 2e-5 * RADIUS_M, rel=1e-5, abs=1.0)
    assert truth.range_per_speed_s(truth.free_flight(2173.4, math.pi / 4)) == pytest.approx(477.0, abs=0.5)
    assert truth.range_per_speed_s(truth.free_flight(3016.1, math.pi / 4)) == pytest.approx(710.0, abs=0.5)
    assert abs(truth.range_per_angle_m(truth.minimum_energy(5e6))) < 1e-6, "none at least energy"


def test_cross_range_on_the_sphere() -> None:
    """A great circle turned by the error, and one begun beside it, by vectors."""
    arc, error = truth.minimum_energy(4e6), 0.003
    psi = arc.psi_rad
    straight = np.array([math.cos(psi), math.sin(psi), 0.0])
    turned = np.array([math.cos(psi), math.sin(psi) * math.cos(error), math.sin(psi) * math.sin(error)])
    assert truth.cross_range_of_azimuth_m(arc, error) == pytest.approx(
        2.0 * RADIUS_M * math.asin(0.5 * float(np.linalg.norm(straight - turned))), rel=1e-9
    )
    assert truth.cross_range_of_offset_m(arc, 1000.0) == pytest.approx(1000.0 * math.cos(psi))


def test_places_on_the_arc() -> None:
    arc = truth.minimum_energy(3e6)
    assert truth.place_on_arc(arc, 0.0) == pytest.approx((0.0, 0.0), abs=1e-6)
    assert truth.place_on_arc(arc, arc.time_s) == pytest.approx((arc.psi_rad, 0.0), abs=1e-5)
    assert truth.place_on_arc(arc, 0.5 * arc.time_s) == pytest.approx((0.5 * arc.psi_rad, arc.apogee_m), rel=1e-9)
    with pytest.raises(ValueError, match="within the flight"):
        truth.place_on_arc(arc, arc.time_s + 1.0)


@pytest.mark.parametrize(("km", "fan", "seconds"), [(500, 2, 304), (1000, 2, 423), (3000, 3, 657), (10000, 3, 577)])
def test_warning_from_a_radar_at_the_target(km: int, fan: float, seconds: float) -> None:
    assert truth.fan_warning_s(km * 1e3, math.radians(fan)) == pytest.approx(seconds, abs=0.5)


def test_a_partners_radar_forward_is_worth_fourteen_minutes() -> None:
    """The value of a partner's radar in one line: 577 s become 1,413 s when it stands 4,000 km forward."""
    at_home = truth.fan_warning_s(1e7, math.radians(3.0))
    forward = truth.fan_warning_s(1e7, math.radians(3.0), forward_m=4e6)
    assert (at_home, forward) == pytest.approx((577.0, 1413.0), abs=0.5)


def test_impossible_arcs_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 2"):
        truth.free_flight(12_000.0, 0.5)
    with pytest.raises(ValueError, match="expected more than 0"):
        truth.minimum_energy(0.0)
    with pytest.raises(ValueError, match="expected at least"):
        truth.arcs_for_range(3e6, 4000.0)
    assert truth.fan_warning_s(3e6, math.radians(3.0), farthest_m=1.0) < 1.0
