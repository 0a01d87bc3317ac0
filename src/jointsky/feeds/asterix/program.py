"""A category compiled for the walk: one table of slots for the kernel, and the place of every field by its path.

Paths read like "040/RHO", "130/SRL" or "050/COM/NOGO"; an item of a single unnamed field is its own path ("140").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from jointsky.feeds.asterix.cat034 import CAT034
from jointsky.feeds.asterix.cat048 import CAT048
from jointsky.feeds.asterix.layout import (
    SPARE,
    Category,
    Compound,
    Explicit,
    Extended,
    Field,
    Fixed,
    Repeated,
    Shape,
    Simple,
)
from jointsky.kernels import asterix as kernel

CATEGORIES = {category.number: category for category in (CAT034, CAT048)}
"""The categories this package reads and writes, by number."""


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
    """A category ready to be walked. `table` [slots, 4] holds kind, octets, first part slot and number of parts of
    each slot."""

    category: Category
    table: NDArray[np.int32]
    slots: dict[str, int]
    places: dict[str, Place]
    elements: dict[str, Element]


def _slot_row(shape: Shape, first_part: int) -> tuple[int, int, int, int]:
    match shape:
        case Fixed():
            return kernel.FIXED, shape.octets, 0, 0
        case Extended():
            return kernel.EXTENDED, 1, 0, 0
        case Repeated(element, counted):
            return (kernel.COUNTED if counted else kernel.EXTENDED), element.octets, 0, 0
        case Explicit():
            return kernel.EXPLICIT, 1, 0, 0
        case Compound():
            return kernel.COMPOUND, 0, first_part, len(shape.parts)


def _in_order(path: str, slot: int, fields: tuple[Field, ...], part: int) -> Iterator[tuple[str, Place]]:
    bit = 8 * part
    for field in fields:
        if field.name != SPARE:
            yield (f"{path}/{field.name}" if field.name else path), Place(slot, bit, field, part)
        bit += field.bits


def _places(path: str, slot: int, shape: Simple) -> Iterator[tuple[str, Place]]:
    """The fields that stand once; those of repeated elements are in `Program.elements`."""
    if isinstance(shape, Fixed):
        yield from _in_order(path, slot, shape.fields, 0)
    elif isinstance(shape, Extended):
        for part, fields in enumerate(shape.parts):
            yield from _in_order(path, slot, fields, part)
    elif isinstance(shape, Explicit):
        yield f"{path}/LEN", Place(slot, 0, Field("LEN", 8), 0)
    elif shape.counted:
        yield f"{path}/REP", Place(slot, 0, Field("REP", 8), 0)


def _element(shape: Repeated) -> Element:
    fields: dict[str, tuple[int, Field]] = {}
    bit = 0
    for field in shape.element.fields:
        if field.name != SPARE:
            fields[field.name or "value"] = bit, field
        bit += field.bits
    return Element(shape.element.octets, fields, shape.counted)


def _simple_slots(category: Category) -> Iterator[tuple[str, Simple]]:
    """Every item and compound part that is not itself compound, by path."""
    for name, shape in category.items:
        if isinstance(shape, Compound):
            yield from ((f"{name}/{part[0]}", part[1]) for part in shape.parts if part is not None)
        else:
            yield name, shape


def _table(category: Category) -> tuple[NDArray[np.int32], dict[str, int]]:
    """The walk's table and the row of each slot in it: the items first, then the parts of compound items."""
    rows: list[tuple[int, int, int, int]] = []
    slots = {name: slot for slot, (name, _) in enumerate(category.items)}
    part_rows: list[tuple[int, int, int, int]] = []
    for name, shape in category.items:
        first = len(category.items) + len(part_rows)
        rows.append(_slot_row(shape, first))
        for offset, part in enumerate(shape.parts if isinstance(shape, Compound) else ()):
            part_rows.append((kernel.UNDEFINED, 0, 0, 0) if part is None else _slot_row(part[1], 0))
            if part is not None:
                slots[f"{name}/{part[0]}"] = first + offset
    return np.array(rows + part_rows, dtype=np.int32), slots


@cache
def program(number: int) -> Program:
    """The compiled form of category `number`. Raises KeyError for a category not in `CATEGORIES`."""
    category = CATEGORIES[number]
    table, slots = _table(category)
    simple = dict(_simple_slots(category))
    places = {path: place for name, shape in simple.items() for path, place in _places(name, slots[name], shape)}
    elements = {name: _element(shape) for name, shape in simple.items() if isinstance(shape, Repeated)}
    return Program(category, table, slots, places, elements)
