"""Whatever the octets, decoders only count or raise DecodeError; and the clean part of a dirty datagram is kept."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from asterix_records import random_items
from hypothesis import given
from hypothesis import strategies as st

from jointsky.errors import DecodeError
from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.plots import plots, services
from jointsky.feeds.asterix.records import decode_records
from jointsky.feeds.asterix.scan import scan
from jointsky.feeds.pcap import read_capture, write_capture

INPUTS = 20_000
LONGEST_S = 0.05


def seeds(luck: random.Random) -> list[bytes]:
    """Datagrams of one to four blocks of random records."""
    return [
        b"".join(
            encode_block(category, [random_items(luck, category) for _ in range(luck.randint(1, 4))])
            for category in luck.choices([34, 48, 48], k=luck.randint(1, 4))
        )
        for _ in range(60)
    ]


def mutate(luck: random.Random, octets: bytes, others: list[bytes]) -> bytes:
    """One to five damages: flipped bits, other octets, cuts, repeats, splices with another input."""
    found = bytearray(octets)
    for _ in range(luck.randint(1, 5)):
        place = luck.randrange(len(found) + 1)
        match luck.randrange(7):
            case 0 if place < len(found):
                found[place] ^= 1 << luck.randrange(8)
            case 1 if place < len(found):
                found[place] = luck.choice([0, 1, 127, 128, 254, 255, luck.randrange(256)])
            case 2:
                del found[place:]
            case 3:
                del found[place : place + luck.randint(1, 8)]
            case 4:
                found[place:place] = found[place : place + luck.randint(1, 64)] * luck.randint(1, 4)
            case 5:
                found[place:place] = luck.randbytes(luck.randint(1, 8))
            case _:
                other = luck.choice(others)
                found[place:] = other[luck.randrange(len(other)) :]
    return bytes(found)


def read_everything(octets: bytes) -> None:
    found = scan([octets])
    records = decode_records(octets)
    assert len(records) == sum(found.counters.records.values())
    assert (len(plots(found)), len(services(found))) == tuple(found.counters.records.get(c, 0) for c in ("048", "034"))
    for of_category in found.records.values():
        for path in of_category.program.elements:
            of_category.repeated(path)


def read_file(octets: bytes) -> None:
    try:
        for datagram in read_capture(octets):
            scan([datagram.octets])
    except DecodeError as error:
        assert 0 <= error.offset <= len(octets)


def slowest(read: Callable[[bytes], None], octets: bytes) -> float:
    """Seconds of thread time; what seems slow is tried three times, for the machine may have been busy."""
    best = LONGEST_S
    for _ in range(3):
        start = time.thread_time()
        read(octets)
        best = min(best, time.thread_time() - start)
        if best < LONGEST_S:
            break
    return best


@pytest.mark.parametrize("what", ["datagrams", "captures"])
def test_no_octets_hurt(what: str) -> None:
    luck = random.Random(48)
    whole = seeds(luck)
    read: Callable[[bytes], None] = read_everything
    if what == "captures":
        whole = [
            write_capture([(k, octets) for k, octets in enumerate(luck.choices(whole, k=3))], 1) for _ in range(30)
        ]
        read = read_file
    for _ in range(INPUTS // 2):
        octets = mutate(luck, luck.choice(whole), whole)
        assert slowest(read, octets) < LONGEST_S, octets.hex()


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
