"""Octets to records, in bulk: find the blocks, walk the records, then gather any field as a column.

Nothing in the octets can raise: what cannot be read is counted, and the part before it is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.feeds.asterix.editions import KNOWN
from jointsky.feeds.asterix.program import Place, Program, program
from jointsky.kernels import asterix as kernel

Editions = Mapping[tuple[int, int], str]
"""The edition of each source: by (category, SAC * 256 + SIC), or (category, EVERY) for all sources of a category that
are not named. What is not named at all is read in the newest edition."""

EVERY = -1
"""In the place of a source: all of them."""

_KEPT_FAULTS = 16
_BEHIND = bytes(8)
"""So many octets stand behind the last one, so that fields can be read eight octets at a time."""
_OCTETS_A_BLOCK = 32
_OCTETS_A_RECORD = 8
"""First guesses of how many rows a scan needs; more are found by asking again."""


@dataclass
class Counters:
    """What was read and what was not.

    `records` by category ("048"); `blocks` read; `skipped` blocks by category that has no layout here; `errors`
    blocks that broke, with the first few of them in `faults` as (datagram, offset in it, what was found); `padding`
    octets after the last block of a datagram.
    """

    records: dict[str, int] = field(default_factory=dict[str, int])
    blocks: int = 0
    skipped: dict[str, int] = field(default_factory=dict[str, int])
    errors: int = 0
    padding: int = 0
    faults: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])

    def fault(self, datagram: int, offset: int, found: str) -> None:
        """Count one broken block; the first few are kept in words."""
        self.errors += 1
        if len(self.faults) < _KEPT_FAULTS:
            self.faults.append((datagram, offset, found))

    def add(self, other: "Counters") -> None:
        """Add the counts of another scan to these."""
        for mine, theirs in ((self.records, other.records), (self.skipped, other.skipped)):
            for name, count in theirs.items():
                mine[name] = mine.get(name, 0) + count
        self.blocks += other.blocks
        self.errors += other.errors
        self.padding += other.padding
        self.faults.extend(other.faults[: _KEPT_FAULTS - len(self.faults)])


@dataclass(frozen=True)
class Records:
    """The records of one category in one scan, row by row in the order of the octets.

    `octets` is the whole scanned buffer (and eight octets more); `record_at` [n] the first octet of each record;
    `datagram` [n] the datagram it came in; `at` [n, slots] where each item starts, counted from the record's first
    octet, 0 where absent.
    """

    program: Program
    octets: NDArray[np.uint8]
    record_at: NDArray[np.int64]
    datagram: NDArray[np.int64]
    at: NDArray[np.uint16]

    def __len__(self) -> int:
        return self.record_at.size

    def has(self, path: str) -> NDArray[np.bool_]:
        """Which records hold the item or compound part `path` [n]."""
        return self.at[:, self.program.slots[path]] > 0

    def integers(self, paths: Sequence[str], absent: int, out: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """The fields `paths` of every record as raw integers [n, paths], `absent` where there is none; written to
        `out` where given."""
        out = np.empty((len(self), len(paths)), dtype=np.int64) if out is None else out
        kernel.gather(self.octets, self.record_at, self.at, self._plan(paths), absent, out)
        return out

    def values(
        self, paths: Sequence[str], factors: Sequence[float], out: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """The fields `paths` of every record, each in its layout's unit times its factor [n, paths], NaN where there
        is none."""
        out = np.empty((len(self), len(paths)), dtype=np.float64) if out is None else out
        scale = np.array([self.program.places[path].field.scale for path in paths]) * np.asarray(factors)
        kernel.gather_scaled(self.octets, self.record_at, self.at, self._plan(paths), scale, out)
        return out

    def _plan(self, paths: Sequence[str]) -> NDArray[np.int64]:
        """The kernel's table of fields: slot, first bit, bits, signed, part."""
        return self._plan_of([self.program.places[path] for path in paths])

    def contents(self, path: str) -> tuple[NDArray[np.int64], list[bytes]]:
        """The records that hold the explicit item `path` (RE or SP) [m], and its octets without their length."""
        rows = np.flatnonzero(self.has(path))
        first = self.record_at[rows] + self.at[rows, self.program.slots[path]]
        ends = first + self.octets[first]
        octets = self.octets.tobytes()
        return rows, [octets[a + 1 : b] for a, b in zip(first.tolist(), ends.tolist(), strict=True)]

    def at_places(self, places: Sequence[Place], absent: int) -> NDArray[np.int64]:
        """The bits at some places of every record [n, places], `absent` where there are none."""
        out = np.empty((len(self), len(places)), dtype=np.int64)
        kernel.gather(self.octets, self.record_at, self.at, self._plan_of(places), absent, out)
        return out

    def _plan_of(self, places: Sequence[Place]) -> NDArray[np.int64]:
        rows = [(p.slot, p.first_bit, p.field.bits, p.field.signed, p.part) for p in places]
        return np.array(rows, dtype=np.int64).reshape(-1, 5)

    def repeated(self, path: str) -> dict[str, NDArray[np.int64]]:
        """Every element of the repeated item `path` [m]: "row" says of which record, each field of the element is its
        raw integers.

        An element of one unnamed field has it under "value". Elements of a record keep their order.
        """
        row, first = self._elements(path)
        fields = self.program.elements[path].fields
        plan = np.array([(0, bit, field.bits, field.signed, 0) for bit, field in fields.values()], dtype=np.int64)
        out = np.empty((row.size, len(fields)), dtype=np.int64)
        kernel.gather(self.octets, first - 1, np.ones((row.size, 1), dtype=np.uint16), plan, kernel.MISSING, out)
        return {"row": row} | {name: out[:, column] for column, name in enumerate(fields)}

    def _elements(self, path: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The record and the first octet of each element of a repeated item."""
        element = self.program.elements[path]
        rows = np.flatnonzero(self.has(path))
        first = self.record_at[rows] + self.at[rows, self.program.slots[path]]
        if element.counted:
            counts = self.octets[first].astype(np.int64)
            nth: NDArray[np.int64] = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
            return np.repeat(rows, counts), np.repeat(first + 1, counts) + nth * element.octets
        chained: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = [(rows, first)]
        while rows.size:
            more = (self.octets[first + element.octets - 1] & 1) == 1
            rows, first = rows[more], first[more] + element.octets
            chained.append((rows, first))
        row, place = (np.concatenate(columns) for columns in zip(*chained, strict=True))
        order = np.argsort(row, kind="stable")
        return row[order], place[order]


@dataclass(frozen=True)
class Scan:
    """Everything one pass over some datagrams found: the records of each category read, and the counts.

    `groups` has one entry for each edition of a category that was read; `records` the largest group of each category.
    """

    groups: list[Records]
    counters: Counters

    @property
    def records(self) -> dict[int, Records]:
        """By category number; where sources differ in edition, those of most records."""
        return {group.program.category.number: group for group in sorted(self.groups, key=len)}

    def of(self, number: int) -> list[Records]:
        """All groups of one category."""
        return [group for group in self.groups if group.program.category.number == number]


def _join(datagrams: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """All octets in one buffer, and the bounds of each datagram in it."""
    bounds = np.zeros(len(datagrams) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, datagrams), dtype=np.int64, count=len(datagrams)), out=bounds[1:])
    return np.frombuffer(bytearray(b"".join((*datagrams, _BEHIND))), dtype=np.uint8), bounds


def _blocks(octets: NDArray[np.uint8], bounds: NDArray[np.int64]) -> NDArray[np.int64]:
    known = np.zeros(256, dtype=np.uint8)
    known[list(KNOWN)] = 1
    rows = octets.size // _OCTETS_A_BLOCK + 1
    while True:
        blocks = np.empty((rows, 5), dtype=np.int64)
        count = kernel.find_blocks(octets, bounds, known, blocks)
        if count <= rows:
            return blocks[:count]
        rows = count


def walk(laid_out: Program, octets: NDArray[np.uint8], blocks: NDArray[np.int64]) -> tuple[Records, NDArray[np.int64]]:
    """The records of the blocks of one category, and where each block broke (-1: it did not)."""
    table, items = laid_out.table, laid_out.items
    start, stop = blocks[:, 1] + 3, blocks[:, 2].copy()
    broken_at = np.empty(start.size, dtype=np.int64)
    rows = int((stop - start).sum()) // _OCTETS_A_RECORD + 1
    while True:
        at = np.zeros((rows, table.shape[0]), dtype=np.uint16)
        record_at = np.empty(rows, dtype=np.int64)
        block = np.empty(rows, dtype=np.int32)
        count = kernel.walk_blocks(octets, start, stop, table, items, at, record_at, block, broken_at)
        if count <= rows:
            break
        rows = count
    records = Records(laid_out, octets, record_at[:count], blocks[block[:count], 3], at[:count])
    return records, broken_at


def _count_bad(blocks: NDArray[np.int64], bounds: NDArray[np.int64], counters: Counters) -> None:
    """Octets that are no block: padding behind a block, an error where a datagram starts with them."""
    for category, start, stop, datagram, _ in blocks[blocks[:, 4] == kernel.BAD].tolist():
        first = int(bounds[datagram])
        if start > first:
            counters.padding += stop - start
        else:
            counters.fault(datagram, start - first, f"no block header (category octet {category})")


def sources(octets: NDArray[np.uint8], blocks: NDArray[np.int64]) -> NDArray[np.int64]:
    """SAC * 256 + SIC of the first record of each block [n], -1 where it has none. Item 010 stands first in every
    category read here."""
    place, stop = blocks[:, 1] + 3, blocks[:, 2]
    end = place + 1
    for _ in range(8):
        end = end + ((end < stop) & (octets[end - 1] & 1 > 0))
    found = (octets[np.minimum(place, stop)] >= 128) & (end + 2 <= stop)
    end = np.where(found, end, 0)
    return np.where(found, octets[end].astype(np.int64) << 8 | octets[end + 1], -1)


def _by_edition(
    octets: NDArray[np.uint8], blocks: NDArray[np.int64], editions: Editions
) -> Iterator[tuple[Program, NDArray[np.int64]]]:
    """The blocks of one category in groups, each with the layout of its edition."""
    number = int(blocks[0, 0])
    rest = np.ones(len(blocks), dtype=np.bool_)
    named = [source for category, source in editions if category == number and source != EVERY]
    source = sources(octets, blocks) if named else blocks[:, 0]
    grouped: dict[str, NDArray[np.bool_]] = {}
    for one in named:
        edition = editions[number, one]
        grouped[edition] = grouped.get(edition, False) | (source == one)
        rest &= source != one
    edition = editions.get((number, EVERY), "")
    grouped[edition] = grouped.get(edition, False) | rest
    yield from ((program(number, name), blocks[mine]) for name, mine in grouped.items() if mine.any())


NEWEST: Editions = {}
"""Every category in its newest edition."""


def split(
    datagrams: Sequence[bytes],
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64], Counters]:
    """All octets (and eight more), the bounds of the datagrams, the blocks in them (rows as
    `kernels.asterix.find_blocks` makes them, without those that are none), and what was padding."""
    counters = Counters()
    octets, bounds = _join(datagrams)
    blocks = _blocks(octets, bounds)
    _count_bad(blocks, bounds, counters)
    blocks = blocks[blocks[:, 4] != kernel.BAD]
    counters.blocks = len(blocks)
    return octets, bounds, blocks, counters


def scan(datagrams: Sequence[bytes], editions: Editions = NEWEST) -> Scan:
    """Read every block of every datagram. Categories without a layout are counted and skipped.

    Nothing in the octets raises; an edition that is not known raises DecodeError.
    """
    octets, bounds, blocks, counters = split(datagrams)
    groups: list[Records] = []
    for number in np.unique(blocks[:, 0]).tolist():
        mine = blocks[blocks[:, 0] == number]
        if number not in KNOWN:
            counters.skipped[f"{number:03d}"] = len(mine)
            continue
        counters.records[f"{number:03d}"] = 0
        for laid_out, group in _by_edition(octets, mine, editions):
            records, broken_at = walk(laid_out, octets, group)
            groups.append(records)
            counters.records[f"{number:03d}"] += len(records)
            _count_broken(group, broken_at, bounds, counters)
    return Scan(groups, counters)


def _count_broken(
    blocks: NDArray[np.int64], broken_at: NDArray[np.int64], bounds: NDArray[np.int64], counters: Counters
) -> None:
    broken = (broken_at >= 0) | (blocks[:, 4] == kernel.CUT)
    for (category, _, stop, datagram, state), offset in zip(
        blocks[broken].tolist(), broken_at[broken].tolist(), strict=True
    ):
        found = "block cut short" if state == kernel.CUT else "record that does not fit its block"
        where = offset if offset >= 0 else stop
        counters.fault(datagram, where - int(bounds[datagram]), f"{found} (category {category:03d})")
