"""Messages survive the wire, and nothing else is taken for a message."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointsky.errors import DecodeError
from jointsky.links.wire import decode, encode
from jointsky.vocab import messages as m
from jointsky.vocab import records

names = st.text(min_size=1, max_size=20)
times = st.floats(allow_nan=False, allow_infinity=False)
ids = st.lists(names, max_size=3).map(tuple)


def rows(layout: np.dtype[np.void]) -> st.SearchStrategy[records.Rows]:
    def made(octets: bytes) -> records.Rows:
        count = len(octets) // layout.itemsize
        return np.frombuffer(octets[: count * layout.itemsize], dtype=layout).copy()

    return st.binary(max_size=3 * layout.itemsize).map(made)


decisions = st.builds(
    m.Decision, times, names, st.integers(0, 6), names, st.integers(0, 9), st.booleans(), names, ids, names,
    st.integers(0, 9), st.floats(),
)  # fmt: skip
orders = st.integers(0, 3).flatmap(
    lambda n: st.builds(
        m.Orders, names, st.just(np.zeros(n, records.ORDER)), st.lists(ids, min_size=n, max_size=n).map(tuple)
    )
)
anything = st.one_of(
    st.builds(m.Plots, names, rows(records.PLOT)),
    st.builds(m.Tracks, names, st.integers(0, 9), rows(records.TRACK), st.booleans()),
    st.builds(m.Identities, names, st.integers(0, 9), rows(records.TOLD_IDENTITY)),
    st.builds(m.FlightPlans, names, st.integers(0, 9), rows(records.FILED_POINT)),
    st.builds(m.EarlyWarning, names, st.integers(0, 9), names, times),
    st.builds(m.Status, names, rows(records.UNIT_STATUS)),
    st.builds(m.ShotReports, names, rows(records.SHOT_REPORT)),
    st.builds(m.Phase, names, times),
    st.builds(m.LinkState, names, st.booleans(), times),
    st.builds(m.OperatorOrder, names, st.integers(0, 6), st.integers(0, 1), st.integers(0, 9), st.integers(0, 9)),
    orders,
    st.builds(m.Alerts, names, rows(records.ALERT)),
    st.builds(m.Decisions, names, st.lists(decisions, max_size=3).map(tuple)),
)


def plain(message: m.Message) -> object:
    """Something that compares equal when the messages do, rows by their bytes and NaN as equal to itself."""
    fields = {name: getattr(message, name) for name in type(message).__slots__}
    if "rows" in fields:
        found = fields["rows"]
        fields["rows"] = [found[name].tobytes() for name in found.dtype.names]
    return type(message), repr(fields)


@given(anything)
def test_round_trip(message: m.Message) -> None:
    octets = encode(message)
    assert plain(decode(octets)) == plain(message)
    assert encode(decode(octets)) == octets


@given(anything, st.data())
def test_damage_is_always_found(message: m.Message, data: st.DataObject) -> None:
    octets = bytearray(encode(message))
    place = data.draw(st.integers(0, len(octets) - 1))
    octets[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DecodeError):
        decode(bytes(octets))
    with pytest.raises(DecodeError):
        decode(encode(message)[:place])
    with pytest.raises(DecodeError):
        decode(encode(message) + b"\0")


@given(st.binary(max_size=200))
def test_only_decode_errors(octets: bytes) -> None:
    with pytest.raises(DecodeError):
        decode(octets)
    with pytest.raises(DecodeError):
        decode(b"JSKY\x01" + octets)


def test_rows_are_writable_and_nan_stays() -> None:
    note = m.Decision(1.0, "a.cp", 2, "a.sam", 3, True, "war", ("C1",), "why")
    [back] = decode(encode(m.Decisions("a.cp", (note,)))).notes  # pyright: ignore
    assert math.isnan(back.t_approved_s) and back.clauses == ("C1",)
    decode(encode(m.Plots("a", np.zeros(1, records.PLOT)))).rows["clause"] = 4  # pyright: ignore


def test_foreign_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="layout"):
        encode(m.Plots("a", np.zeros(1, records.TRACK)))


def test_a_valid_frame_with_a_wrong_head_is_refused() -> None:
    import struct
    import zlib

    for kind, head in (
        (4, b"[]"),
        (4, b'{"name":"x"}'),
        (4, b"{"),
        (0, b'{"sender":"x"}'),
        (0, b'{"layout":1,"sender":"x"}'),
        (7, b"null"),
        (4, b'{"name":3,"t_s":1.0}'),
        (5, b'{"link":"x","t_s":1.0,"up":1}'),
    ):
        whole = struct.pack("<4sBBHII", b"JSKY", 1, kind, 0, len(head), 0) + head
        with pytest.raises(DecodeError):
            decode(whole + struct.pack("<I", zlib.crc32(whole)))
