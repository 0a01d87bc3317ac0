"""The encoder: exact octets, and refusals that name the field."""

from __future__ import annotations

import random
from typing import Any

import pytest
from asterix_records import random_items

from jointsky.feeds.asterix.encode import encode_block, encode_record
from jointsky.feeds.asterix.records import decode_records


def test_exact_octets() -> None:
    items = {"010": {"SAC": 25, "SIC": 7}, "140": 100.0, "040": {"RHO": 10.0, "THETA": 90.0}}
    assert encode_block(48, [items]) == bytes([48, 0, 13, 0b11010000, 25, 7, 0, 50, 0, 10, 0, 64, 0])


def test_extended_parts_follow_the_fields_given() -> None:
    assert encode_record(48, {"020": {"TYP": 5}}) == bytes([0x20, 0xA0])
    assert encode_record(48, {"020": {"TYP": 5, "MI": 1}}) == bytes([0x20, 0xA1, 0x08])


@pytest.mark.parametrize("category", [34, 48])
def test_what_is_written_is_read_back(category: int) -> None:
    luck = random.Random(category)
    for _ in range(100):
        items = [random_items(luck, category) for _ in range(5)]
        octets = encode_block(category, items)
        found = [record["items"] for record in decode_records(octets, strict=True)]
        assert found == items
        assert encode_block(category, found) == octets


def test_parts_that_the_layout_does_not_know_are_kept() -> None:
    known = bytes([0xA1, 1, 1, 1, 1, 1])
    octets = bytes([48, 0, 12, 0x20]) + known + bytes([0x55, 0x54])
    (record,) = decode_records(octets, strict=True)
    assert record["items"]["020"]["REST"] == "5554"
    assert encode_block(48, [record["items"]]) == octets


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ({"040": {"RHO": 300.0}}, r"048/040/RHO: 300.0 is outside 0.0 .. 255.99609375 nmi"),
        ({"090": {"FL": -2049.0}}, r"048/090/FL: -2049.0 is outside -2048.0"),
        ({"999": 1}, "048: unknown item '999'"),
        ({"040": {"RANGE": 1.0}}, "048/040: unknown field 'RANGE'"),
        ({"020": {"TYPE": 1}}, "048/020: unknown field 'TYPE'"),
        ({"130": {"XXX": 1}}, "048/130: unknown item 'XXX'"),
        ({"240": "lower"}, "'lower' is not 8 characters"),
        ({"240": "TOOLONG99"}, "not 8 characters"),
        ({"030": []}, "at least one"),
        ({"250": [{"BDS1": 1}] * 256}, "at most 255"),
        ({"SP": "00" * 255}, "at most 254"),
        ({}, "at least one item"),
    ],
)
def test_refusals_name_the_place(items: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        encode_record(48, items)


def test_a_block_has_an_end() -> None:
    with pytest.raises(ValueError, match="at most 65535"):
        encode_block(48, [{"SP": "00" * 254}] * 300)
