"""The wire: columns there and back, and nothing but its own octets."""

from __future__ import annotations

import numpy as np
import pytest

from jointsky.console import wire
from jointsky.errors import DecodeError
from jointsky.vocab.records import Rows


def some(name: str, rows: int) -> Rows:
    dtype = wire.TABLES[name][1]
    table = np.zeros(rows, dtype)
    for k, column in enumerate(dtype.names or ()):
        table[column] = (np.arange(rows) * 3 + k) % 100
    return table


HEAD = wire.Head(7, 7.5, 1.78e12, 12.0, wire.IN_FORCE)


@pytest.mark.parametrize("rows", [0, 1, 3, 500])
def test_tables_come_back(rows: int) -> None:
    tables = {name: some(name, rows) for name in wire.TABLES}
    head, found = wire.unpack(wire.pack(HEAD, tables))
    assert head == HEAD and list(found) == list(wire.TABLES)
    for name, table in tables.items():
        assert (found[name] == table).all()


def test_every_column_is_where_a_typed_array_can_map_it() -> None:
    update = wire.pack(HEAD, {"tracks": some("tracks", 5)})
    offset = 40 + 8
    for column, kind in wire.schema()[0]["columns"]:  # type: ignore[attr-defined]
        values = np.frombuffer(update, f"<{kind}", 5, offset)
        assert offset % 8 == 0 and (values == some("tracks", 5)[column]).all()
        offset += -(-values.nbytes // 8) * 8
    assert offset == len(update)


def test_every_cut_is_declared() -> None:
    update = wire.pack(HEAD, {"units": some("units", 2), "truth": some("truth", 1)})
    for length in range(len(update)):
        with pytest.raises(DecodeError):
            wire.unpack(update[:length])


@pytest.mark.parametrize("at", [0, 4, 40])
def test_what_is_no_update_is_declared(at: int) -> None:
    update = bytearray(wire.pack(HEAD, {"units": some("units", 2)}))
    update[at] ^= 0x55
    with pytest.raises(DecodeError):
        wire.unpack(bytes(update))


def test_an_update_has_a_size() -> None:
    with pytest.raises(ValueError, match="2097152"):
        wire.pack(HEAD, {"tracks": some("tracks", 40_000)})
    assert len(wire.pack(HEAD, {"tracks": some("tracks", 20_000)})) < wire.LARGEST_UPDATE


def test_only_the_time_of_sending_is_left_out() -> None:
    first, second = (wire.pack(wire.Head(7, 7.5, 1.0, sent), {}) for sent in (1.0, 2.0))
    assert first != second and wire.without_wall_time(first) == wire.without_wall_time(second)
