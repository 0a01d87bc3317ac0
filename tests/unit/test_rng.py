"""Luck as a function: names give keys, arguments are checked, and a draw depends on nothing else."""

import numpy as np
import pytest

from jointsky import rng


def test_a_name_always_has_the_same_key() -> None:
    assert rng.entity_key("") == int.from_bytes(bytes.fromhex("e4a6a0577479b2b4"), "little")
    assert len({rng.entity_key(f"unit.{n}") for n in range(10_000)}) == 10_000


def test_a_pair_has_an_order() -> None:
    assert rng.pair_key(1, 2) != rng.pair_key(2, 1)


def test_one_entity_is_not_moved_by_its_neighbours() -> None:
    alone = rng.draws(7, rng.Stream.DETECTION, np.array([99], np.uint64), 12)
    crowd = rng.draws(7, rng.Stream.DETECTION, np.array([5, 99, 3], np.uint64), 12)
    assert alone[0] == crowd[1]


@pytest.mark.parametrize(
    ("seed", "stream", "tick", "k", "named"),
    [
        (-1, 0, 0, 0, "seed"),
        (2**64, 0, 0, 0, "seed"),
        (0, -1, 0, 0, "stream"),
        (0, 0, 2**63, 0, "tick"),
        (0, 0, 0, -5, "k"),
    ],
)
def test_arguments_outside_their_range_are_refused(seed: int, stream: int, tick: int, k: int, named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named} "):
        rng.draw(seed, stream, 1, tick, k)


def test_an_entity_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="entity"):
        rng.draw(1, 1, 2**64, 0)


def test_normals_have_the_moments_of_a_normal() -> None:
    z = rng.normals(11, rng.Stream.MEASUREMENT, np.arange(200_000, dtype=np.uint64), 3)
    assert abs(z.mean()) < 4 / 200_000**0.5
    assert abs(z.var() - 1) < 4 * (2 / 200_000) ** 0.5
    assert abs((z**4).mean() - 3) < 4 * (96 / 200_000) ** 0.5
