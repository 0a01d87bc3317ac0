"""Blocks and records out of octets: what is whole is kept, what is not is counted."""

from __future__ import annotations

import numpy as np
import pytest

from jointsky.errors import DecodeError
from jointsky.feeds.asterix.encode import encode_block, encode_record
from jointsky.feeds.asterix.records import decode_records
from jointsky.feeds.asterix.scan import Counters, scan

SOURCE = {"010": {"SAC": 25, "SIC": 13}}
RECORD = SOURCE | {"140": 100.0, "040": {"RHO": 10.0, "THETA": 90.0}}
ONE = encode_block(48, [RECORD])


def counts(*datagrams: bytes) -> Counters:
    return scan(datagrams).counters


def test_a_block_written_by_hand() -> None:
    octets = bytes([48, 0, 13, 0b11010000, 25, 7, 0, 50, 0, 10, 0, 64, 0])
    (record,) = decode_records(octets)
    assert record["items"] == {"010": {"SAC": 25, "SIC": 7}, "140": 100.0, "040": {"RHO": 10.0, "THETA": 90.0}}
    assert (record["category"], record["sac"], record["sic"], record["time_of_day_s"]) == ("048", 25, 7, 100.0)


def test_several_blocks_in_a_datagram_keep_their_order() -> None:
    service = encode_block(34, [SOURCE | {"000": 1}])
    found = scan([ONE + service + ONE, service])
    assert found.counters.records == {"034": 2, "048": 2}
    assert found.counters.blocks == 4
    assert found.records[34].datagram.tolist() == [0, 1]
    assert [r["category"] for r in decode_records(ONE + service + ONE)] == ["048", "034", "048"]


def test_unknown_categories_are_skipped_and_counted() -> None:
    found = counts(bytes([7, 0, 5, 1, 2]) + ONE, bytes([7, 0, 4, 1]))
    assert found.skipped == {"007": 2}
    assert found.records == {"048": 1}
    assert found.errors == 0


@pytest.mark.parametrize("padding", [b"\0", b"\0" * 40, b"\x20\x20", b"\xff" * 9, b"\xaa\xbb\xcc\xdd"])
def test_padding_behind_the_last_block_is_no_error(padding: bytes) -> None:
    found = counts(ONE + padding)
    assert (found.records, found.errors) == ({"048": 1}, 0)
    assert found.padding == (0 if set(padding) == {0} else len(padding))


def test_a_broken_record_ends_its_block_and_keeps_the_part_before() -> None:
    body = encode_record(48, RECORD)
    broken = body[:-1]
    block = bytes([48]) + (3 + 2 * len(body) + len(broken)).to_bytes(2) + body + body + broken
    found = counts(block + ONE)
    assert found.records == {"048": 3}
    assert found.errors == 1
    assert found.faults == [(0, 3 + 2 * len(body), "record that does not fit its block (category 048)")]


def test_a_block_cut_short_keeps_its_whole_records() -> None:
    block = encode_block(48, [RECORD, RECORD, RECORD])
    assert counts(block[:-1]).records == {"048": 2}
    assert counts(block[:-1]).errors == 1
    assert counts(block[: -len(encode_record(48, RECORD))]).errors == 1, "ends between two records: still cut"


@pytest.mark.parametrize(
    "body",
    [
        b"\x00",  # no item at all
        b"\x01\x01\x01\x01\x80",  # a fifth octet of item flags
        b"\x01\x01\x01\x01",  # flags that never end
        b"\x01\x01\x01\x02\x00",  # an explicit item of length 0
        b"\x02\x40",  # a compound item whose part is not there
        b"\x01\x03\x04\x04",  # a part that the layout does not know
    ],
)
def test_records_that_cannot_be(body: bytes) -> None:
    found = counts(bytes([48]) + (3 + len(body)).to_bytes(2) + body)
    assert (found.records, found.errors) == ({"048": 0}, 1)


def test_octets_that_are_nothing() -> None:
    assert counts().records == {}
    assert counts(b"").errors == 0
    assert counts(b"\xff\xff\xff").errors == 1
    with pytest.raises(DecodeError, match="octet 0: no block header"):
        decode_records(b"nonsense", strict=True)


def test_fields_that_are_not_there() -> None:
    found = scan([encode_block(48, [SOURCE, SOURCE | {"020": {"TYP": 2, "TST": 1}}, SOURCE | {"020": {"TYP": 1}}])])
    records = found.records[48]
    assert records.integers(("020/TYP", "020/TST", "020/SCN_EP"), -1).tolist() == [
        [-1, -1, -1],
        [2, 1, -1],
        [1, -1, -1],
    ]
    assert np.isnan(records.values(("040/RHO",), (1.0,))).all()
    assert records.has("020").tolist() == [False, True, True]


def test_repeated_items() -> None:
    registers = [{"MBDATA": f"{k:014x}", "BDS1": k, "BDS2": 0} for k in (4, 5)]
    doppler = [{"DOP": 5.0, "AMB": 6.0, "FRQ": 7.0}]
    blocks = [
        SOURCE | {"030": [1, 2, 70]},
        SOURCE | {"250": registers, "120": {"RDS": doppler * 3}},
        SOURCE | {"030": [9]},
    ]
    records = scan([encode_block(48, blocks)]).records[48]
    assert {k: v.tolist() for k, v in records.repeated("030").items()} == {"row": [0, 0, 0, 2], "value": [1, 2, 70, 9]}
    found = records.repeated("250")
    assert (found["row"].tolist(), found["BDS1"].tolist(), found["MBDATA"].tolist()) == ([1, 1], [4, 5], [4, 5])
    assert records.repeated("120/RDS")["FRQ"].tolist() == [7, 7, 7]


def test_more_records_than_the_first_guess() -> None:
    short = encode_record(48, {"220": 1}) * 3000
    found = counts(bytes([48]) + (3 + len(short)).to_bytes(2) + short)
    assert found.records == {"048": 3000}


def test_counters_add_up() -> None:
    total = Counters()
    for _ in range(20):
        total.add(counts(ONE, b"\xff\xff\xff", bytes([7, 0, 4, 1])))
    assert (total.records, total.skipped, total.errors, total.blocks) == ({"048": 20}, {"007": 20}, 20, 40)
    assert len(total.faults) == 16
