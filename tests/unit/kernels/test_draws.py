"""Draws: numpy's Philox bit for bit, twins equal, evenly spread, neighbours unrelated."""

import math

import numpy as np
import pytest

from jointsky import rng
from jointsky.kernels import draws, elementary

EDGES = [0, 1, 2**32 - 1, 2**32, 2**63 - 1]


def numpy_words(seed: int, stream: int, entity: int, tick: int, k: int) -> list[int]:
    generator = np.random.Philox(
        key=np.array([seed, 0], np.uint64), counter=np.array([entity, tick, stream, k], np.uint64)
    )
    return [int(word) for word in generator.random_raw(4)]


def random_arguments(count: int) -> list[tuple[int, int, int, int, int]]:
    generator = np.random.default_rng(20)
    wide = generator.integers(0, 2**64, (count, 2), dtype=np.uint64)
    narrow = generator.integers(0, 2**63, (count, 3), dtype=np.uint64)
    rows = [(int(w[0]), int(n[0]), int(w[1]), int(n[1]), int(n[2])) for w, n in zip(wide, narrow, strict=True)]
    corners = [(s, e, s, e, s) for s in EDGES for e in EDGES]
    return [*rows, *corners, (2**64 - 1, 0, 2**64 - 1, 2**63 - 1, 0), (0, 0, 2**64 - 1, 0, 0)]


def test_words_are_those_of_numpy() -> None:
    for arguments in random_arguments(4000):
        assert [int(word) for word in draws.philox(*arguments)] == numpy_words(*arguments)


def test_python_and_compiled_twins_give_the_same_bits() -> None:
    for seed, stream, entity, tick, k in random_arguments(300):
        entities = np.array([entity], np.uint64)
        assert rng.words(seed, stream, entities, tick, k)[0].tolist() == list(
            draws.philox(seed, stream, entity, tick, k)
        )
        assert rng.draw(seed, stream, entity, tick, k) == draws.uniform(seed, stream, entity, tick, k)
        assert rng.normal(seed, stream, entity, tick, k) == draws.normal(seed, stream, entity, tick, k)


def test_the_first_of_four_is_the_one() -> None:
    assert draws.uniform4(1, 2, 3, 4, 5)[0] == draws.uniform(1, 2, 3, 4, 5)
    assert draws.normal4(1, 2, 3, 4, 5)[0] == draws.normal(1, 2, 3, 4, 5)


def test_quantile_twins_give_the_same_bits_in_the_tails() -> None:
    generator = np.random.default_rng(3)
    p = np.concatenate([generator.uniform(size=5000), 10.0 ** generator.uniform(-300, -1, 2000), [0.075, 0.925, 0.5]])
    assert rng.normal_quantile(p).tolist() == [elementary.normal_quantile(float(x)) for x in p]


def test_stream_numbers_agree_with_the_kernels() -> None:
    in_kernels = {name: value for name, value in vars(draws).items() if name in rng.Stream.__members__}
    assert in_kernels == {stream.name: int(stream) for stream in rng.Stream}
    assert len(set(rng.Stream)) == len(rng.Stream.__members__)


def test_extreme_words_stay_inside_their_intervals() -> None:
    top = np.uint64(2**64 - 1)
    assert draws.unit_interval(np.uint64(0)) == 0.0
    assert draws.unit_interval(top) < 1.0
    assert 0.0 < draws.open_interval(np.uint64(0)) < draws.open_interval(top) < 1.0
    assert draws.open_interval(np.uint64(0)) == 1.0 - draws.open_interval(top)


@pytest.mark.parametrize("mean", [0.01, 1.0, 7.3, 60.0])
def test_poisson_inverts_its_distribution(mean: float) -> None:
    from scipy.stats import poisson

    u = rng.draws(5, rng.Stream.CLUTTER, np.arange(400, dtype=np.uint64), 0)
    assert [draws.poisson_small(mean, float(x)) for x in u] == poisson.ppf(u, mean).astype(int).tolist()


def test_poisson_at_the_edges() -> None:
    assert draws.poisson_small(0.0, 0.5) == 0
    assert draws.poisson_small(-1.0, 0.5) == 0
    assert draws.poisson_small(math.nan, 0.5) == -1
    assert draws.poisson_small(5.0, math.nextafter(1.0, 0.0)) < 200
