"""Elementary functions against 40-digit arithmetic: the errors stated in the module's docstring hold."""

import math
import statistics
from collections.abc import Callable

import numpy as np
import pytest

from jointsky.kernels import elementary as own

mp = pytest.importorskip("mpmath")
COUNT = 1500


def worst(function: Callable[..., float], reference: Callable[..., object], *columns: np.ndarray) -> float:
    """Return the largest relative error over the rows of the columns."""
    largest = 0.0
    with mp.workdps(40):
        for row in zip(*(column.tolist() for column in columns), strict=True):
            exact = reference(*(mp.mpf(x) for x in row))
            if exact != 0:
                largest = max(largest, float(abs((mp.mpf(function(*row)) - exact) / exact)))
    return largest


@pytest.fixture
def luck() -> np.random.Generator:
    return np.random.default_rng(40)


def test_trigonometry(luck: np.random.Generator) -> None:
    angles = np.concatenate(
        [
            luck.uniform(-10, 10, COUNT),
            luck.uniform(-1e6, 1e6, COUNT),
            np.arange(-200, 200) * math.pi / 4,
            luck.normal(0, 1e-3, 200),
        ]
    )
    assert worst(own.sin, mp.sin, angles) < 2.3e-16
    assert worst(own.cos, mp.cos, angles) < 2.3e-16
    assert worst(own.tan, mp.tan, angles) < 5e-16


def test_inverse_trigonometry(luck: np.random.Generator) -> None:
    sines = np.concatenate([luck.uniform(-1, 1, COUNT), 10.0 ** luck.uniform(-300, 0, 300)])
    assert worst(own.asin, mp.asin, sines) < 5e-16
    assert worst(own.acos, mp.acos, sines) < 5e-16
    y, x = (luck.normal(size=COUNT) * 10.0 ** luck.uniform(-5, 5, COUNT) for _ in range(2))
    assert worst(own.atan2, mp.atan2, y, x) < 4e-16


def test_exponentials(luck: np.random.Generator) -> None:
    exponents = np.concatenate([luck.uniform(-700, 700, COUNT), luck.uniform(-1, 1, COUNT), luck.normal(0, 1e-5, 200)])
    assert worst(own.exp, mp.exp, exponents) < 2.3e-16
    assert worst(own.pow10, lambda x: mp.power(10, x), exponents * 0.43) < 2.3e-16


def test_logarithms(luck: np.random.Generator) -> None:
    numbers = np.concatenate(
        [
            10.0 ** luck.uniform(-307, 307, COUNT),
            luck.uniform(0.3, 3, COUNT),
            1 + luck.normal(0, 1e-3, 300),
            [5e-324, 1e-310],
        ]
    )
    assert worst(own.log, mp.log, numbers) < 3e-16
    assert worst(own.log10, mp.log10, numbers) < 4e-16


def test_normal_quantile(luck: np.random.Generator) -> None:
    def exact(p: object) -> object:
        z = mp.mpf(statistics.NormalDist().inv_cdf(float(p)))  # type: ignore[arg-type]
        for _ in range(2):
            z -= (mp.ncdf(z) - p) / mp.npdf(z)
        return z

    p = np.concatenate(
        [luck.uniform(0, 1, 400), 10.0 ** luck.uniform(-16, -1, 200), 10.0 ** luck.uniform(-300, -1, 100)]
    )
    assert worst(own.normal_quantile, exact, p) < 1.5e-15
