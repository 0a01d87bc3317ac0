"""Bit reading against whole-number arithmetic, and the same code without the compiler."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from jointsky.kernels import asterix


@pytest.mark.parametrize("compiled", [True, False])
def test_bits_of_any_place_and_length(compiled: bool) -> None:
    function: Any = asterix.read_bits
    read = function if compiled else getattr(function, "py_func", function)
    luck = random.Random(7)
    octets = np.frombuffer(luck.randbytes(64), dtype=np.uint8).copy()
    whole = int.from_bytes(octets.tobytes())
    for _ in range(500):
        base, first = luck.randrange(40), luck.randrange(24)
        bits = luck.randint(1, 56 if first % 8 == 0 else 56 - first % 8)
        expected = whole >> (512 - 8 * base - first - bits) & ((1 << bits) - 1)
        assert read(octets, base, first, bits, False) == expected
        signed = expected - (1 << bits) if expected >> (bits - 1) else expected
        assert read(octets, base, first, bits, True) == signed


def test_extended_parts_that_do_not_follow() -> None:
    octets = np.array([0x01, 0x01, 0x00, 0xFF], dtype=np.uint8)
    assert [asterix.has_part(octets, 0, part) for part in range(4)] == [True, True, True, False]
    assert [asterix.has_part(octets, 2, part) for part in range(2)] == [True, False]
