"""Walks over ASTERIX octets, driven by a layout table; see `feeds.asterix.program` for how a category becomes one.

A row of the layout table is one slot (an item, or a part of a compound item): kind, octets, first part slot, number
of parts, slot to note it under, slots to the other profile (where the item's first bit chooses it). No position
outside a block is ever read, and every loop consumes octets, so any input ends in time linear in its length.
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
Word = int | np.uint64

UNDEFINED, FIXED, EXTENDED, COUNTED, EXPLICIT, COMPOUND, SEQUENCE, PARTED, ENDED = range(9)
"""Kinds of slot. An item that repeats while its last bit is set walks like an extended one; only columns tell them
apart (PARTED: an extended one). ENDED: an extended item that has no more parts than its `octets` say."""

MISSING = np.iinfo(np.int64).min
"""What an integer column holds where the record has no such field, before the caller puts its own mark."""

NEAR = 256
"""So many records are taken at a time where that keeps them in the processor's near memory."""

WHOLE, CUT, BAD = 0, 1, 2
"""Whole block; block longer than its datagram; octets that are no block header."""


_LEAD = np.array([8 - flags.bit_length() for flags in range(256)], dtype=np.int64)
"""How many bits of an octet are clear before the first that is set."""


@kernel("i8(u1[::1], i8, i8, i8)")
def chain_end(octets: Octets, position: Whole, stop: Whole, step: Whole) -> Whole:
    """Where elements of `step` octets that say in their last bit whether another follows end; beyond `stop` if they do
    not."""
    end = position + step
    while end <= stop and octets[end - 1] & 1:
        end += step
    return end


@kernel("i8(u1[::1], i8, i8, i8, i8)")
def simple_end(octets: Octets, start: Whole, stop: Whole, kind: Whole, length: Whole) -> Whole:
    """Where the item at `start` ends, -1 where it cannot be one; beyond `stop` if it is not whole. Of all kinds but
    COMPOUND and SEQUENCE."""
    if kind == FIXED:
        return start + length
    if kind == EXTENDED:
        return chain_end(octets, start, stop, length)
    if kind == ENDED:
        return min(chain_end(octets, start, stop, 1), start + length)
    if start >= stop:
        return -1
    if kind == COUNTED:
        return start + 1 + octets[start] * length
    if kind == EXPLICIT and octets[start] > 0:
        return start + octets[start]
    return -1


@kernel("i8(u1[::1], i8, i8, i4[:, ::1], i8, i8)")
def sequence_end(octets: Octets, start: Whole, stop: Whole, table: Table, first: Whole, limit: Whole) -> Whole:
    """Where a sequence of items with their reference numbers (slots `first:limit`) ends, -1 where it cannot be one."""
    if start >= stop:
        return -1
    end = start + 1
    for _ in range(octets[start]):
        if end >= stop or octets[end] == 0 or first + octets[end] > limit:
            return -1
        slot = first + octets[end] - 1
        end = simple_end(octets, end + 1, stop, table[slot, 0], table[slot, 1])
        if end < 0 or end > stop:
            return -1
    return end


@kernel("i8(u1[::1], i8, i8, i4[:, ::1], i8, u2[:, ::1], i8)")
def record_end(octets: Octets, start: Whole, stop: Whole, table: Table, items: Whole, at: Places, row: Whole) -> Whole:
    """Where the record at `start` ends, or -1 if it is broken; notes its items in row `row` of `at` where there is one.

    The parts of a compound item are walked by the same loop, with the place in the record put aside. `flags` are the
    presence bits of the octet being looked at that are still to come, `base` the slot of its first.
    """
    end = chain_end(octets, start, stop, 1)
    if end > stop:
        return -1
    presence, data, flags, base, limit, first = start, end, np.int64(octets[start]) & 0xFE, 0, items, 0
    is_inner, found = False, False
    outer_presence, outer_data, outer_flags, outer_base = presence, data, flags, base
    while True:
        if flags == 0:
            presence, base = presence + 1, base + 7
            if presence < data:
                flags = np.int64(octets[presence]) & 0xFE
            elif not is_inner:
                return end if found else -1
            else:
                presence, data, flags, base, limit = outer_presence, outer_data, outer_flags, outer_base, items
                is_inner = False
            continue
        lead = _LEAD[flags]
        here = base + lead
        flags &= 0x7F >> lead
        if here >= limit:
            return -1
        if row < at.shape[0]:
            at[row, table[here, 4]] = end - start
        found = True
        kind = table[here, 0]
        if kind == FIXED:
            end += table[here, 1]
        elif kind == COMPOUND:
            outer_presence, outer_data, outer_flags, outer_base = presence, data, flags, base
            presence, end = end, chain_end(octets, end, stop, 1)
            if end > stop:
                return -1
            data, flags, base = end, np.int64(octets[presence]) & 0xFE, np.int64(table[here, 2])
            limit, is_inner = base + table[here, 3], True
        elif kind == SEQUENCE:
            end = sequence_end(octets, end, stop, table, first, limit)
        else:
            if table[here, 5] and end < stop and octets[end] & 128:
                first = np.int64(table[here, 5])
                base, limit = base + first, np.int64(table[here, 3])
            end = simple_end(octets, end, stop, kind, table[here, 1])
        if end > stop or end < 0:
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


@kernel("u8(u1[::1], u8)")
def word_at(octets: Octets, place: Word) -> Word:
    """The eight octets at `place` as one number, the first the most significant; the caller sees to it that they are
    there."""
    return (
        np.uint64(octets[place]) << np.uint64(56)
        | np.uint64(octets[place + np.uint64(1)]) << np.uint64(48)
        | np.uint64(octets[place + np.uint64(2)]) << np.uint64(40)
        | np.uint64(octets[place + np.uint64(3)]) << np.uint64(32)
        | np.uint64(octets[place + np.uint64(4)]) << np.uint64(24)
        | np.uint64(octets[place + np.uint64(5)]) << np.uint64(16)
        | np.uint64(octets[place + np.uint64(6)]) << np.uint64(8)
        | np.uint64(octets[place + np.uint64(7)])
    )


@kernel("i8(u1[::1], i8, i8, i8, b1)")
def read_bits(octets: Octets, base: Whole, first_bit: Whole, bits: Whole, signed: bool) -> Whole:
    """The integer of `bits` bits (1 to 57, or 64 from the first bit of an octet) that start `first_bit` bits after
    octet `base`; eight octets from there on must exist."""
    word = word_at(octets, np.uint64(base + (first_bit >> 3))) << np.uint64(first_bit & 7)
    if signed:
        return np.int64(word) >> (64 - bits)
    return np.int64(word >> np.uint64(64 - bits))


@kernel("b1(u1[::1], i8, i8)")
def has_part(octets: Octets, base: Whole, part: Whole) -> bool:
    """Whether the extended item at `base` goes on to its part number `part` (from 0)."""
    more = 0
    while more < part and octets[base + more] & 1:
        more += 1
    return more == part


@kernel("void(u1[::1], i8[::1], u2[:, :], i8[:, ::1], i8, i8[:, :])")
def gather(octets: Octets, record_at: Longs, at: Places, plan: Longs, absent: Whole, out: Longs) -> None:
    """Some fields of every record as integers [records, fields]; `absent` where a record has none.

    A row of `plan` is one field: slot, first bit, bits, signed, extended part.
    """
    for row in range(record_at.size):
        for column in range(plan.shape[0]):
            place = at[row, plan[column, 0]]
            base = record_at[row] + place
            if place and has_part(octets, base, plan[column, 4]):
                out[row, column] = read_bits(octets, base, plan[column, 1], plan[column, 2], plan[column, 3] != 0)
            else:
                out[row, column] = absent


@kernel("void(u1[::1], i8[::1], u2[:, :], i8[:, ::1], f8[::1], f8[:, :])")
def gather_scaled(octets: Octets, record_at: Longs, at: Places, plan: Longs, scale: Reals, out: Reals) -> None:
    """Some fields of every record, each times its `scale` [records, fields]; NaN where a record has none. `plan` as
    for `gather`."""
    for row in range(record_at.size):
        for column in range(plan.shape[0]):
            place = at[row, plan[column, 0]]
            base = record_at[row] + place
            if place and has_part(octets, base, plan[column, 4]):
                number = read_bits(octets, base, plan[column, 1], plan[column, 2], plan[column, 3] != 0)
                out[row, column] = number * scale[column]
            else:
                out[row, column] = np.nan


@kernel("void(u1[::1], i8[::1], u2[:, ::1], i8[:, ::1], i8[::1])")
def count_elements(octets: Octets, record_at: Longs, at: Places, slots: Longs, counts: Longs) -> None:
    """How many elements each item (a row of `slots`, as for `unpack`) has in all records."""
    present = np.zeros(at.shape[1], dtype=np.int64)
    for row in range(at.shape[0]):
        for slot in range(at.shape[1]):
            present[slot] += at[row, slot] > 0
    for item in range(slots.shape[0]):
        slot, kind, step = slots[item, 0], slots[item, 1], slots[item, 2]
        counts[item] = present[slot]
        if present[slot] == 0 or (kind != COUNTED and kind != EXTENDED):
            continue
        for row in range(at.shape[0]):
            if at[row, slot]:
                counts[item] += elements(octets, record_at[row] + at[row, slot], kind, step) - 1


@kernel("i8(u1[::1], i8, i8, i8)")
def elements(octets: Octets, base: Whole, kind: Whole, step: Whole) -> Whole:
    """How many elements the repeated item (COUNTED or EXTENDED) at `base` has."""
    if kind == COUNTED:
        return np.int64(octets[base])
    count = 1
    while octets[base + count * step - 1] & 1:
        count += 1
    return count


@kernel("void(u1[::1], i8[::1], u2[:, ::1], i8[:, ::1], i8[:, ::1], f8[::1], i8[::1], i4[::1], i8[::1], f8[::1], i8)")
def unpack(
    octets: Octets,
    record_at: Longs,
    at: Places,
    slots: Longs,
    fields: Longs,
    scale: Reals,
    filled: Longs,
    rows: Table,
    wholes: Longs,
    reals: Reals,
    most: Whole,
) -> None:
    """Every field of every item of every record, each as a column of its own.

    A row of `slots` is one item: slot, kind, octets of an element, first field, end of its fields. `filled[k]` is where
    the next element of item k stands in `rows`, which says of which record it is, and is counted on; no item has more
    than `most`. A row of `fields` is first bit, bits, signed, extended part, and where its column starts, less where
    the item's rows do. The numbers go to `wholes` where `scale` is 0, else times the scale to `reals`; MISSING and NaN
    stand for an extended part that is not there.

    Records are taken some hundred at a time, and of these item by item and field by field: what is read stays near, the
    innermost loops have no choices, and octets are put together once for all fields within eight of them.
    """
    base = np.empty(most + 1, dtype=np.int64)
    whose = np.empty(most + 1, dtype=np.int32)
    words = np.empty(most + 1, dtype=np.uint64)
    for start in range(0, record_at.size, NEAR):
        stop = min(start + NEAR, record_at.size)
        for item in range(slots.shape[0]):
            slot, kind, step, begin, found = slots[item, 0], slots[item, 1], slots[item, 2], filled[item], 0
            if kind in (COUNTED, EXTENDED):
                for row in range(start, stop):
                    place = np.int64(at[row, slot])
                    if place == 0:
                        continue
                    first = record_at[row] + place
                    count = elements(octets, first, kind, step)
                    first += kind == COUNTED
                    for _ in range(count):
                        whose[found], base[found] = row, first
                        found += 1
                        first += step
            else:
                for row in range(start, stop):  # without a branch, which no processor could guess
                    place = np.int64(at[row, slot])
                    whose[found], base[found] = row, record_at[row] + place
                    found += place > 0
            filled[item] = begin + found
            if found == 0:
                continue
            for k in range(found):
                rows[begin + k] = whose[k]
            window = np.int64(-1)
            for field in range(slots[item, 3], slots[item, 4]):
                bit, bits = fields[field, 0], fields[field, 1]
                if window < 0 or bit + bits > 8 * window + 64:
                    window = bit >> 3
                    for k in range(found):
                        words[k] = word_at(octets, np.uint64(base[k] + window))
                target = begin + fields[field, 4]
                left, width = np.uint64(bit - 8 * window), 64 - bits
                if scale[field] == 0.0 and fields[field, 2]:
                    for k in range(found):
                        wholes[target + k] = np.int64(words[k] << left) >> width
                elif scale[field] == 0.0:
                    for k in range(found):
                        wholes[target + k] = np.int64(words[k] << left >> np.uint64(width))
                elif fields[field, 2]:
                    for k in range(found):
                        reals[target + k] = (np.int64(words[k] << left) >> width) * scale[field]
                else:
                    for k in range(found):
                        reals[target + k] = np.int64(words[k] << left >> np.uint64(width)) * scale[field]
                if fields[field, 3]:
                    for k in range(found):
                        if not has_part(octets, base[k], fields[field, 3]):
                            if scale[field] == 0.0:
                                wholes[target + k] = MISSING
                            else:
                                reals[target + k] = np.nan
