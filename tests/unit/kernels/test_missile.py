"""The standard atmosphere and the missile integrator against printed values and closed forms."""

import math

import numpy as np
import pytest

from jointsky.kernels.atmosphere import EARTH_RADIUS_M, atmosphere
from jointsky.kernels.missile import drag_coefficient, free_flight, motor

NO_DRAG = np.array([[0.0, 0.0, 0.0]])
FLAT_DRAG = np.array([[0.0, 0.3, 0.3]])
NO_BURN = np.zeros((0, 4))

# Geopotential height m, temperature K, pressure Pa, density kg/m3, speed of sound m/s: ISO 2533:1975, table 1.
ISO_2533 = [
    (0.0, 288.150, 101325.0, 1.22500, 340.294),
    (1000.0, 281.650, 89874.6, 1.11164, 336.434),
    (5000.0, 255.650, 54019.9, 0.736116, 320.529),
    (10000.0, 223.150, 26436.3, 0.412707, 299.463),
    (11000.0, 216.650, 22632.0, 0.363918, 295.069),
    (15000.0, 216.650, 12044.6, 0.193674, 295.069),
    (20000.0, 216.650, 5474.88, 0.0880349, 295.069),
    (32000.0, 228.650, 868.014, 0.0132250, 303.131),
    (47000.0, 270.650, 110.906, 0.00142752, 329.799),
]


def body(mass: float, area: float = 0.05, launch_mps: float = 0.0) -> np.ndarray:
    return np.array([mass, area, launch_mps, 8.0, 0.05, 25.0])


@pytest.mark.parametrize("row", ISO_2533, ids=lambda r: f"{r[0]:.0f}m")
def test_atmosphere_against_iso_2533(row: tuple[float, ...]) -> None:
    geometric = EARTH_RADIUS_M * row[0] / (EARTH_RADIUS_M - row[0])
    assert atmosphere(geometric) == pytest.approx(row[1:], rel=2e-5)


def test_atmosphere_is_continuous_between_layers() -> None:
    for base in (11e3, 20e3, 32e3, 47e3, 51e3, 71e3, 84_852.0):
        h = EARTH_RADIUS_M * base / (EARTH_RADIUS_M - base)
        assert atmosphere(h - 1e-3) == pytest.approx(atmosphere(h + 1e-3), rel=2e-6)


def test_rocket_equation() -> None:
    burns = np.array([[0.0, 10.0, 20_000.0, 8.0], [12.0, 20.0, 5_000.0, 2.0]])
    _, _, vx, vz = free_flight(burns, NO_DRAG, body(150.0, launch_mps=1.0), 0.3, 25.0, 0.05, 0.0, 0.0)
    expected = 1.0 + 2500.0 * math.log(150.0 / 70.0) + 2500.0 * math.log(70.0 / 54.0)
    assert math.hypot(vx, vz) == pytest.approx(expected, rel=1e-7)


def test_vertical_boost_under_gravity() -> None:
    """h = ve (t - (m/q) ln(m0/m)) - g t**2 / 2 for constant gravity (Sutton); the field's falling off is under 5e-4
    here.
    """
    burns = np.array([[0.0, 10.0, 20_000.0, 8.0]])
    _, z, _, vz = free_flight(burns, NO_DRAG, body(150.0), math.pi / 2, 10.0, 0.05, 0.0, 9.80665)
    burnt = math.log(150.0 / 70.0)
    assert vz == pytest.approx(2500.0 * burnt - 98.0665, rel=5e-4)
    assert z == pytest.approx(2500.0 * (10.0 - 70.0 / 8.0 * burnt) - 490.3325, rel=5e-4)


def test_coast_against_drag() -> None:
    """V = V0 / (1 + V0 t / L) and x = L ln(1 + V0 t / L) with L = 2 m / (rho Cd A)."""
    x, _, vx, _ = free_flight(NO_BURN, FLAT_DRAG, body(100.0, 0.04, 900.0), 0.0, 20.0, 0.1, 1.0, 0.0)
    length = 2.0 * 100.0 / (1.0 * 0.3 * 0.04)
    assert vx == pytest.approx(900.0 / (1.0 + 900.0 * 20.0 / length), rel=1e-8)
    assert x == pytest.approx(length * math.log(1.0 + 900.0 * 20.0 / length), rel=1e-8)


def test_vertical_coast_with_drag() -> None:
    """Speed on the way up: V = Vt tan(atan(V0/Vt) - g t/Vt), Vt**2 = g L (constant density; gravity falls off by
    3e-4).
    """
    _, _, _, vz = free_flight(NO_BURN, FLAT_DRAG, body(100.0, 0.04, 300.0), math.pi / 2, 8.0, 0.1, 1.0, 9.80665)
    terminal = math.sqrt(9.80665 * 2.0 * 100.0 / (0.3 * 0.04))
    assert vz == pytest.approx(terminal * math.tan(math.atan(300.0 / terminal) - 9.80665 * 8.0 / terminal), rel=1e-3)


def test_steps_land_on_thrust_breaks() -> None:
    """A step that does not divide the burn gives the same end as one that does: PHYSICS trap 3 would cost metres a
    second.
    """
    burns = np.array([[0.0, 3.37, 30_000.0, 12.0], [5.11, 9.03, 10_000.0, 4.0]])
    ends = [free_flight(burns, FLAT_DRAG, body(200.0, 0.03, 20.0), 0.8, 20.0, h, -1.0, 9.80665) for h in (0.1, 0.005)]
    assert math.hypot(*ends[0][2:]) == pytest.approx(math.hypot(*ends[1][2:]), abs=0.1)
    assert ends[0][0] == pytest.approx(ends[1][0], rel=5e-4)


def test_motor_and_drag_tables() -> None:
    burns = np.array([[1.0, 3.0, 100.0, 2.0], [3.0, 4.0, 50.0, 1.0]])
    assert motor(burns, 20.0, 0.5) == (0.0, 20.0, 1.0)
    assert motor(burns, 20.0, 1.0) == (100.0, 20.0, 3.0)
    assert motor(burns, 20.0, 3.5) == (50.0, 15.5, 4.0)
    assert motor(burns, 20.0, 9.0) == (0.0, 15.0, math.inf)
    drag = np.array([[0.5, 0.2, 0.3], [1.5, 0.4, 0.7]])
    assert [drag_coefficient(drag, m, True) for m in (0.1, 1.0, 9.0)] == pytest.approx([0.2, 0.3, 0.4])
    assert drag_coefficient(drag, 1.0, False) == pytest.approx(0.5)
