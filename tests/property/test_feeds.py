"""Whatever the octets, decoders only count or raise DecodeError; and the clean part of a dirty datagram is kept."""

from __future__ import annotations

import random

import pytest
from asterix_records import random_items
from hypothesis import given
from hypothesis import strategies as st
from mutants import PARSERS, try_out
from night import cases

from jointsky.errors import DecodeError
from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.plots import plots, services
from jointsky.feeds.asterix.records import decode_records
from jointsky.feeds.asterix.scan import scan
from jointsky.feeds.pcap import read_capture


def read_everything(octets: bytes) -> None:
    found = scan([octets])
    records = decode_records(octets)
    assert len(records) == sum(found.counters.records.values())
    assert (len(plots(found)), len(services(found))) == tuple(found.counters.records.get(c, 0) for c in ("048", "034"))
    for of_category in found.records.values():
        for path in of_category.program.elements:
            of_category.repeated(path)


DAILY, NIGHTLY = 700, 100_000
"""Mutated inputs of each parser."""


@pytest.mark.parametrize("name", PARSERS)
def test_no_octets_hurt(name: str) -> None:
    """Nothing but the declared errors, and nothing above 50 ms of thread time; `bench_mutations.py` tries more."""
    assert try_out(name, len(cases(DAILY, NIGHTLY))) == []


@given(st.binary(max_size=400))
def test_any_octets(octets: bytes) -> None:
    read_everything(octets)
    read_everything(b"\x30" + (len(octets) + 3).to_bytes(2) + octets)
    read_everything(b"\x22" + (len(octets) + 3).to_bytes(2) + octets)
    for magic in (b"", b"\xd4\xc3\xb2\xa1" + bytes(16) + b"\x01\0\0\0", b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a"):
        try:
            list(read_capture(magic + octets))
        except DecodeError as error:
            assert error.offset <= len(magic + octets)


@given(st.integers(0, 2**32), st.binary(max_size=60))
def test_the_clean_part_is_kept(seed: int, rubbish: bytes) -> None:
    """Whole blocks in front lose nothing to what follows them."""
    luck = random.Random(seed)
    blocks = [encode_block(48, [random_items(luck, 48) for _ in range(3)]) for _ in range(2)]
    clean = decode_records(b"".join(blocks))
    assert decode_records(b"".join(blocks) + rubbish)[: len(clean)] == clean
    inside = encode_block(48, [random_items(luck, 48) for _ in range(3)])
    cut = inside[: luck.randrange(3, len(inside))]
    whole = decode_records(inside)
    found = decode_records(cut)
    assert found == whole[: len(found)]


@given(st.lists(st.integers(1, 5), max_size=6), st.integers(0, 2**32))
def test_grouping_into_datagrams_changes_nothing(sizes: list[int], seed: int) -> None:
    luck = random.Random(seed)
    blocks = [
        encode_block(luck.choice([34, 48]), [{"010": {"SAC": k % 256, "SIC": 0}}] * n) for k, n in enumerate(sizes)
    ]
    assert decode_records(blocks) == decode_records(b"".join(blocks))
