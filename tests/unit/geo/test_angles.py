"""Angles of arrays: the same bits as the compiled functions, at every edge."""

import math

import numpy as np

from jointsky.geo import angles
from jointsky.kernels import elementary


def same(a: float, b: float) -> bool:
    return (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1, a) == math.copysign(1, b))


def test_sine_and_cosine_are_those_of_the_kernels() -> None:
    luck = np.random.default_rng(6)
    x = np.concatenate(
        [
            luck.uniform(-10, 10, 3000),
            luck.uniform(-1e6, 1e6, 500),
            np.arange(-8, 9) * math.pi / 4,
            [0.0, 2e6, np.inf, np.nan],
        ]
    )
    sine, cosine = angles.sincos(x)
    for i, value in enumerate(x):
        s, c = elementary.sincos(float(value))
        assert same(s, float(sine[i]))
        assert same(c, float(cosine[i]))


def test_arc_tangent_is_that_of_the_kernels() -> None:
    luck = np.random.default_rng(7)
    edge = [0.0, -0.0, 1.0, -1.0, 3.0, 1e-300, np.inf, -np.inf, np.nan]
    y, x = (
        np.concatenate([luck.normal(size=3000), column])
        for column in zip(*((a, b) for a in edge for b in edge), strict=True)
    )
    angle = angles.atan2(y, x)
    for i in range(y.size):
        assert same(elementary.atan2(float(y[i]), float(x[i])), float(angle[i])), (y[i], x[i])


def test_shapes_broadcast() -> None:
    assert angles.atan2(np.ones((3, 1)), np.ones(4)).shape == (3, 4)
    assert angles.sincos(0.0)[1].shape == ()
