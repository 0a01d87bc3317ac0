"""Walks over DIS octets: where PDUs begin, and records turned between wire and machine order.

Whole octets only; no position outside a datagram is ever read, and every step consumes octets.
"""

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.compiled import kernel

Octets = NDArray[np.uint8]
Longs = NDArray[np.int64]

HEADER_OCTETS = 12
"""Of a PDU header (IEEE 1278.1-2012, 6.2.66); its length stands at octet 8."""
BUNDLE_OCTETS = 8
"""PDUs that share a datagram may begin at multiples of so many octets, with zeros between (5.2.1)."""


@kernel("i8(u1[::1], i8[::1], i8[::1], i8[::1])")
def walk(octets: Octets, ends: Longs, at: Longs, broken: Longs) -> int:
    """Note where each PDU begins in `at` and return how many there are. Datagrams lie one behind the other, each up to
    its place in `ends`; `broken` holds for each where its rest is no PDU, -1 where all of it is read."""
    count = 0
    start = 0
    for datagram in range(ends.shape[0]):
        position, end = start, ends[datagram]
        broken[datagram] = -1
        while position < end:
            stop = position
            while stop < end and octets[stop] == 0:  # no version: padding in front of the next one
                stop += 1
            if stop - position >= BUNDLE_OCTETS:
                broken[datagram] = position
                break
            if stop > position:
                position = stop
                continue
            length = 0
            if position + HEADER_OCTETS <= end:
                length = octets[position + 8] * 256 + octets[position + 9]
            if length < HEADER_OCTETS or position + length > end:
                broken[datagram] = position
                break
            at[count] = position
            count += 1
            position += length
        start = end
    return count


@kernel("void(u1[::1], i8[::1], i8[::1], u1[:, ::1])")
def gather(octets: Octets, at: Longs, order: Longs, rows: Octets) -> None:
    """Fill `rows[i, j]` with octet `at[i] + order[j]`."""
    for i in range(rows.shape[0]):
        start = at[i]
        for j in range(rows.shape[1]):
            rows[i, j] = octets[start + order[j]]


@kernel("void(u1[:, ::1], i8[::1], i8[::1], u1[::1])")
def scatter(rows: Octets, at: Longs, order: Longs, octets: Octets) -> None:
    """Put `rows[i, j]` at octet `at[i] + order[j]`; undoes `gather`."""
    for i in range(rows.shape[0]):
        start = at[i]
        for j in range(rows.shape[1]):
            octets[start + order[j]] = rows[i, j]
