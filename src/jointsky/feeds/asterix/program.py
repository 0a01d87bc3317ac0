"""A category compiled for the walk: one table of slots for the kernel, and the place of every field by its path.

Paths read like "040/RHO", "130/SRL" or "050/COM/NOGO"; an item of a single unnamed field is its own path ("140").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from jointsky.feeds.asterix.editions import category
from jointsky.feeds.asterix.layout import (
    SPARE,
    Category,
    Compound,
    Explicit,
    Extended,
    Field,
    Fixed,
    Items,
    Repeated,
    Sequence,
    Shape,
)
from jointsky.kernels import asterix as kernel


@dataclass(frozen=True)
class Place:
    """Where a field lies: its slot, the first bit counted from the slot's first octet, and the extended part it
    belongs to (else 0)."""

    slot: int
    first_bit: int
    field: Field
    part: int


@dataclass(frozen=True)
class Element:
    """One element of a repeated item: its length, its fields by name with their first bit ("value" where unnamed),
    whether a count stands in front."""

    octets: int
    fields: dict[str, tuple[int, Field]]
    counted: bool


@dataclass(frozen=True)
class Program:
    """A category ready to be walked.

    `table` [slots, 6] holds kind, octets, first part slot, number of parts, the slot under which the walk notes it
    (two profiles may share an item), and how many slots ahead the other profile stands where this item chooses it (its
    end is then the fourth number).
    """

    category: Category
    table: NDArray[np.int32]
    slots: dict[str, int]
    places: dict[str, Place]
    elements: dict[str, Element]

    @property
    def items(self) -> int:
        """How many slots the first profile has."""
        return len(self.category.items)


def _slot_row(shape: Shape, first_part: int) -> tuple[int, int, int, int]:
    match shape:
        case Fixed():
            return kernel.FIXED, shape.octets, 0, 0
        case Extended(parts, ends):
            return (kernel.ENDED, len(parts), 0, 0) if ends else (kernel.EXTENDED, 1, 0, 0)
        case Repeated(element, counted):
            return (kernel.COUNTED if counted else kernel.EXTENDED), element.octets, 0, 0
        case Explicit():
            return kernel.EXPLICIT, 1, 0, 0
        case Compound():
            return kernel.COMPOUND, 0, first_part, len(shape.parts)
        case Sequence():
            return kernel.SEQUENCE, 0, 0, 0


def _in_order(path: str, slot: int, fields: tuple[Field, ...], part: int) -> Iterator[tuple[str, Place]]:
    bit = 8 * part
    for field in fields:
        if field.name != SPARE:
            yield (f"{path}/{field.name}" if field.name else path), Place(slot, bit, field, part)
        bit += field.bits


def _places(path: str, slot: int, shape: Shape) -> Iterator[tuple[str, Place]]:
    """The fields that stand once; those of repeated elements are in `Program.elements`."""
    if isinstance(shape, Fixed):
        yield from _in_order(path, slot, shape.fields, 0)
    elif isinstance(shape, Extended):
        for part, fields in enumerate(shape.parts):
            yield from _in_order(path, slot, fields, part)
    elif isinstance(shape, Explicit):
        yield f"{path}/LEN", Place(slot, 0, Field("LEN", 8), 0)
    elif isinstance(shape, Sequence) or (isinstance(shape, Repeated) and shape.counted):
        yield f"{path}/REP", Place(slot, 0, Field("REP", 8), 0)


def _element(shape: Repeated) -> Element:
    fields: dict[str, tuple[int, Field]] = {}
    bit = 0
    for field in shape.element.fields:
        if field.name != SPARE:
            fields[field.name or "value"] = bit, field
        bit += field.bits
    return Element(shape.element.octets, fields, shape.counted)


def simple_slots(category: Category) -> Iterator[tuple[str, Shape]]:
    """Every item and compound part that is not itself compound, by path."""
    for name, shape in category.shapes.items():
        if isinstance(shape, Compound):
            yield from ((f"{name}/{part[0]}", part[1]) for part in shape.parts if part is not None)
        else:
            yield name, shape


def _profile_rows(items: Items, first: int, slots: dict[str, int]) -> list[list[int]]:
    """Rows of one profile, the first of which is slot `first`; an item that is in `slots` is noted there."""
    rows: list[list[int]] = []
    for slot, item in enumerate(items, first):
        if item is None:
            rows.append([kernel.UNDEFINED, 0, 0, 0, slot, 0])
        else:
            rows.append([*_slot_row(item[1], 0), slots.setdefault(item[0], slot), 0])
    return rows


def _table(category: Category) -> tuple[NDArray[np.int32], dict[str, int]]:
    """The walk's table and the row of each slot in it: the items first, then the parts of compound items."""
    slots: dict[str, int] = {}
    rows = _profile_rows(category.items, 0, slots)
    if category.tracks:
        rows[slots["020"]][3] = len(category.items) + len(category.tracks)
        rows[slots["020"]][5] = len(category.items)
        rows += _profile_rows(category.tracks, len(rows), slots)
    for slot, item in enumerate((*category.items, *category.tracks)):
        if item is None or not isinstance(item[1], Compound):
            continue
        rows[slot][2:4] = len(rows), len(item[1].parts)
        for part in item[1].parts:
            row = (kernel.UNDEFINED, 0, 0, 0) if part is None else _slot_row(part[1], 0)
            if part is not None:
                slots[f"{item[0]}/{part[0]}"] = len(rows)
            rows.append([*row, len(rows), 0])
    return np.array(rows, dtype=np.int32), slots


@cache
def program(number: int, edition: str = "") -> Program:
    """The compiled form of category `number` in an edition, the newest unless said. Raises DecodeError for what has no
    layout."""
    laid_out = category(number, edition)
    table, slots = _table(laid_out)
    simple = dict(simple_slots(laid_out))
    places = {path: place for name, shape in simple.items() for path, place in _places(name, slots[name], shape)}
    elements = {name: _element(shape) for name, shape in simple.items() if isinstance(shape, Repeated)}
    return Program(laid_out, table, slots, places, elements)
