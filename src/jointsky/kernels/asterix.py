"""Walks over ASTERIX octets, driven by a layout table; see `feeds.asterix.program` for how a category becomes one.

A row of the layout table is one slot (an item, or a part of a compound item): kind, octets, first part slot, number
of parts. No position outside a block is ever read, and every loop consumes octets, so any input ends in time linear
in its length.
"""

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.compiled import kernel

Octets = NDArray[np.uint8]
Longs = NDArray[np.int64]
Table = NDArray[np.int32]
Places = NDArray[np.uint16]
Reals = NDArray[np.float64]
Whole = int | np.int64

UNDEFINED, FIXED, EXTENDED, COUNTED, EXPLICIT, COMPOUND = 0, 1, 2, 3, 4, 5
"""Kinds of slot. An item that repeats while its last bit is set walks like an extended one."""

MISSING = np.iinfo(np.int64).min
"""What an integer column holds where the record has no such field, before the caller puts its own mark."""

WHOLE, CUT, BAD = 0, 1, 2
"""Whole block; block longer than its datagram; octets that are no block header."""


@kernel("i8(u1[::1], i8, i8)")
def chain_end(octets: Octets, position: Whole, stop: Whole) -> Whole:
    """Where octets that say in their last bit whether another follows end; beyond `stop` if they do not."""
    end = position + 1
    while end <= stop and octets[end - 1] & 1:
        end += 1
    return end


@kernel("i8(u1[::1], i8, i8, i4[:, ::1], i8, u2[:, ::1], i8)")
def record_end(octets: Octets, start: Whole, stop: Whole, table: Table, items: Whole, at: Places, row: Whole) -> Whole:
    """Where the record at `start` ends, or -1 if it is broken; notes its items in row `row` of `at` where there is one.

    The parts of a compound item are walked by the same loop, with the place in the record put aside.
    """
    end = chain_end(octets, start, stop)
    if end > stop:
        return -1
    presence, data, bit, slot, limit = start, end, 7, 0, items
    is_inner, found = False, False
    outer_presence, outer_data, outer_bit, outer_slot = presence, data, bit, slot
    while True:
        if bit == 0:
            presence, bit = presence + 1, 7
            if presence == data:
                if not is_inner:
                    return end if found else -1
                presence, data, bit, slot, limit = outer_presence, outer_data, outer_bit, outer_slot, items
                is_inner = False
                continue
        is_here = octets[presence] >> bit & 1
        here = slot
        bit -= 1
        slot += 1
        if not is_here:
            continue
        if here >= limit:
            return -1
        if row < at.shape[0]:
            at[row, here] = end - start
        found = True
        kind = table[here, 0]
        if kind == FIXED:
            end += table[here, 1]
        elif kind == EXTENDED:
            end = chain_end(octets, end, stop)
        elif end == stop or kind == UNDEFINED:
            return -1
        elif kind == COUNTED:
            end += 1 + octets[end] * table[here, 1]
        elif kind == EXPLICIT:
            if octets[end] == 0:
                return -1
            end += octets[end]
        else:
            outer_presence, outer_data, outer_bit, outer_slot = presence, data, bit, slot
            presence, end = end, chain_end(octets, end, stop)
            data, bit, slot = end, 7, np.int64(table[here, 2])
            limit, is_inner = slot + table[here, 3], True
        if end > stop:
            return -1


@kernel("i8(u1[::1], i8[::1], i8[::1], i4[:, ::1], i8, u2[:, ::1], i8[::1], i4[::1], i8[::1])")
def walk_blocks(
    octets: Octets,
    start: Longs,
    stop: Longs,
    table: Table,
    items: Whole,
    at: Places,
    record_at: Longs,
    block: Table,
    broken_at: Longs,
) -> Whole:
    """Walk every record of the blocks whose records fill `start:stop`; return how many are whole.

    What exceeds the rows of `at` is only counted: call again with room. `at[row, slot]` is the offset of a slot from
    its record's start, 0 for absent; `record_at` and `block` say where the record is; `broken_at` where a block's
    walk gave up, or -1. A broken record ends its block.
    """
    row = 0
    for index in range(start.size):
        position = start[index]
        broken_at[index] = -1
        while position < stop[index]:
            end = record_end(octets, position, stop[index], table, items, at, row)
            if end < 0:
                broken_at[index] = position
                if row < at.shape[0]:
                    at[row, :] = 0
                break
            if row < at.shape[0]:
                record_at[row] = position
                block[row] = index
            row += 1
            position = end
    return row


@kernel("i8(u1[::1], i8[::1], u1[::1], i8[:, ::1])")
def find_blocks(octets: Octets, bounds: Longs, known: Octets, blocks: Longs) -> Whole:
    """Split datagrams (`bounds[i]:bounds[i + 1]`) into blocks; return how many.

    A row of `blocks` is category, first octet, end, datagram, state (WHOLE, CUT, BAD). A cut block of a `known`
    category keeps what is there. What exceeds the rows of `blocks` is only counted. After a BAD or CUT row the rest
    of its datagram is not read; octets that are all zero are no row at all.
    """
    count = 0
    for datagram in range(bounds.size - 1):
        position, stop = bounds[datagram], bounds[datagram + 1]
        while position < stop:
            end, state = stop, BAD
            if position + 3 <= stop:
                length = np.int64(octets[position + 1]) << 8 | np.int64(octets[position + 2])
                if length > 3 and position + length <= stop:
                    end, state = position + length, WHOLE
                elif length > 3 and known[octets[position]]:
                    state = CUT
            if state == BAD:
                padding = position
                while padding < stop and octets[padding] == 0:
                    padding += 1
                if padding == stop:
                    break
            if count < blocks.shape[0]:
                blocks[count, 0] = octets[position]
                blocks[count, 1] = position
                blocks[count, 2] = end
                blocks[count, 3] = datagram
                blocks[count, 4] = state
            count += 1
            position = end
    return count


@kernel("i8(u1[::1], i8, i8, i8, b1, i8)")
def read_bits(octets: Octets, base: Whole, first_bit: Whole, bits: Whole, signed: bool, part: Whole) -> Whole:
    """The integer of `bits` (1 to 56) bits starting `first_bit` bits after octet `base`; MISSING when extended `part`
    is not there."""
    for extent in range(part):
        if not octets[base + extent] & 1:
            return np.int64(MISSING)
    value = np.uint64(0)
    last = first_bit + bits - 1
    for index in range(base + (first_bit >> 3), base + (last >> 3) + 1):
        value = value << np.uint64(8) | np.uint64(octets[index])
    value = value >> np.uint64(7 - (last & 7)) & ((np.uint64(1) << np.uint64(bits)) - np.uint64(1))
    number = np.int64(value)
    if signed and number >> (bits - 1):
        number -= np.int64(1) << bits
    return number


@kernel("void(u1[::1], i8[::1], u2[:, :], i8[:, ::1], i8, i8[:, :])")
def gather(octets: Octets, record_at: Longs, at: Places, plan: Longs, absent: Whole, out: Longs) -> None:
    """Some fields of every record as integers [records, fields]; `absent` where a record has none.

    A row of `plan` is one field: slot, first bit, bits, signed, extended part.
    """
    for row in range(record_at.size):
        for column in range(plan.shape[0]):
            place = at[row, plan[column, 0]]
            number = np.int64(MISSING)
            if place:
                base = record_at[row] + place
                number = read_bits(
                    octets, base, plan[column, 1], plan[column, 2], plan[column, 3] != 0, plan[column, 4]
                )
            out[row, column] = absent if number == MISSING else number


@kernel("void(u1[::1], i8[::1], u2[:, :], i8[:, ::1], f8[::1], f8[:, :])")
def gather_scaled(octets: Octets, record_at: Longs, at: Places, plan: Longs, scale: Reals, out: Reals) -> None:
    """Some fields of every record, each times its `scale` [records, fields]; NaN where a record has none. `plan` as
    for `gather`."""
    for row in range(record_at.size):
        for column in range(plan.shape[0]):
            place = at[row, plan[column, 0]]
            number = np.int64(MISSING)
            if place:
                base = record_at[row] + place
                number = read_bits(
                    octets, base, plan[column, 1], plan[column, 2], plan[column, 3] != 0, plan[column, 4]
                )
            out[row, column] = np.nan if number == MISSING else number * scale[column]
