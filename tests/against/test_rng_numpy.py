"""Our draws against numpy's own Philox stream: the same statistics of both must lie within the same bounds.

The bounds are those of a true random source at a chance of about 1e-5 a test; numpy is measured beside us so that a
bound which is itself wrong shows.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from jointsky import rng

COUNT = 100_000
LOWEST_P_VALUE = 1e-5

Floats = NDArray[np.float64]


@cache
def authority() -> Floats:
    return np.random.Generator(np.random.Philox(key=[77, 0])).random(COUNT)


def one_by_one(make: Callable[[int], float], count: int) -> Floats:
    return np.array([make(n) for n in range(count)])


@cache
def along_entity() -> Floats:
    return rng.draws(5, 1, np.arange(COUNT, dtype=np.uint64), 9)


@cache
def along_hashed_names() -> Floats:
    return rng.draws(5, 1, np.array([rng.entity_key(f"west.sam.{n}") for n in range(COUNT)], np.uint64), 9)


@cache
def along_seed() -> Floats:
    return one_by_one(lambda n: rng.draw(n, 1, 42, 9), COUNT // 10)


@cache
def along_stream() -> Floats:
    return one_by_one(lambda n: rng.draw(5, n, 42, 9), COUNT // 10)


@cache
def along_tick() -> Floats:
    return one_by_one(lambda n: rng.draw(5, 1, 42, n), COUNT // 10)


@cache
def along_k() -> Floats:
    return one_by_one(lambda n: rng.draw(5, 1, 42, 9, n), COUNT // 10)


@cache
def words_of_one_draw() -> Floats:
    words = rng.words(5, 1, np.arange(COUNT // 4, dtype=np.uint64), 9)
    return ((words >> np.uint64(11)).astype(np.float64) * 2.0**-53).ravel()


SEQUENCES = [
    authority, along_entity, along_hashed_names, along_seed, along_stream, along_tick, along_k, words_of_one_draw,
]  # fmt: skip
both = pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda function: function.__name__)


@both
def test_spread_evenly(sequence: Callable[[], Floats]) -> None:
    u = sequence()
    assert stats.kstest(u, "uniform").pvalue > LOWEST_P_VALUE
    for cells in (10, 256):
        counts = np.bincount((u * cells).astype(int), minlength=cells)
        assert stats.chisquare(counts).pvalue > LOWEST_P_VALUE


@both
def test_neighbours_are_unrelated(sequence: Callable[[], Floats]) -> None:
    u = sequence()
    for lag in (1, 2, 3, 7, 64):
        correlation = np.corrcoef(u[:-lag], u[lag:])[0, 1]
        assert abs(correlation) * np.sqrt(u.size - lag) < 4.5


@both
def test_pairs_of_neighbours_fill_the_square(sequence: Callable[[], Floats]) -> None:
    u = sequence()
    pairs = u[: u.size // 2 * 2].reshape(-1, 2)
    counts = np.histogram2d(pairs[:, 0], pairs[:, 1], bins=16, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(counts.ravel()).pvalue > LOWEST_P_VALUE


@both
def test_every_bit_is_fair(sequence: Callable[[], Floats]) -> None:
    whole = (sequence() * 2.0**53).astype(np.uint64)
    for bit in range(53):
        ones = int(((whole >> np.uint64(bit)) & np.uint64(1)).sum())
        assert abs(ones - whole.size / 2) < 5 * np.sqrt(whole.size) / 2


def test_crossed_arguments_are_unrelated() -> None:
    """The same number standing in two arguments must not make two draws alike."""
    numbers = np.arange(1, 4001)
    by_tick = np.array([rng.draw(1, 2, 3, int(n)) for n in numbers])
    by_k = np.array([rng.draw(1, 2, 3, 0, int(n)) for n in numbers])
    by_seed = np.array([rng.draw(int(n), 2, 3, 0) for n in numbers])
    by_entity = rng.draws(1, 2, numbers.astype(np.uint64), 0)
    matrix = np.corrcoef([by_tick, by_k, by_seed, by_entity])
    assert np.abs(matrix - np.eye(4)).max() * np.sqrt(numbers.size) < 4.5
