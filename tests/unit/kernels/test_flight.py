"""Collision course and ellipsoid normal against closed forms."""

import math

import numpy as np
import pytest
from worlds import ecef

from jointsky.kernels.flight import collision_time, surface


def collision(p: tuple[float, float], v: tuple[float, float], speed: float) -> float:
    return collision_time(p[0] ** 2 + p[1] ** 2, p[0] * v[0] + p[1] * v[1], v[0] ** 2 + v[1] ** 2, speed)


@pytest.mark.parametrize(
    ("p", "v", "speed", "expected"),
    [
        ((10_000.0, 0.0), (-250.0, 0.0), 750.0, 10.0),  # head on: R / (Vt + Vf)
        ((10_000.0, 0.0), (250.0, 0.0), 750.0, 20.0),  # tail: R / (Vf - Vt)
        ((10_000.0, 0.0), (0.0, 300.0), 500.0, 25.0),  # beam: R / sqrt(Vf**2 - Vt**2)
        ((10_000.0, 0.0), (0.0, 0.0), 500.0, 20.0),  # a fixed point
        ((10_000.0, 0.0), (-500.0, 0.0), 500.0, 10.0),  # equal speeds, head on
        ((10_000.0, 0.0), (500.0, 0.0), 500.0, -1.0),  # equal speeds, tail: never
        ((10_000.0, 0.0), (600.0, 0.0), 500.0, -1.0),  # faster and receding: never
        ((10_000.0, 0.0), (0.0, 600.0), 500.0, -1.0),  # faster and crossing: never
        ((10_000.0, 0.0), (-1500.0, 0.0), 500.0, 5.0),  # faster but coming: the first of two meetings
        ((0.0, 0.0), (300.0, 0.0), 500.0, 0.0),
    ],
)
def test_collision_course(p: tuple[float, float], v: tuple[float, float], speed: float, expected: float) -> None:
    assert collision(p, v, speed) == pytest.approx(expected, rel=1e-12)


def test_a_collision_course_meets_the_target() -> None:
    rng = np.random.default_rng(5)
    for _ in range(500):
        p, v, speed = rng.normal(0, 5e4, 2), rng.normal(0, 300, 2), rng.uniform(100, 900)
        t = collision(tuple(p), tuple(v), speed)
        if t >= 0.0:
            assert np.hypot(*(p + v * t)) == pytest.approx(speed * t, rel=1e-9)
        else:
            assert np.hypot(*v) >= speed


@pytest.mark.parametrize("lat", [-89.9999, -45.0, 0.0, 12.3, 53.0, 89.0, 90.0])
@pytest.mark.parametrize("alt", [-50.0, 0.0, 9000.0, 40_000.0, 100_000.0])
def test_surface_finds_normal_and_height(lat: float, alt: float) -> None:
    x, y, z, height = surface(*ecef(lat, 28.0, alt))
    assert height == pytest.approx(alt, abs=2e-6)
    assert math.degrees(math.atan2(z, math.hypot(x, y))) == pytest.approx(lat, abs=1e-9)
    if lat < 89.99999:
        assert math.degrees(math.atan2(y, x)) == pytest.approx(28.0, abs=1e-8)
