"""Every field of every item of many records as columns: the fast way to all that records say."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from jointsky.feeds.asterix.layout import SPARE, Extended, Field, Fixed, Repeated, Shape
from jointsky.feeds.asterix.program import Program, program, simple_slots
from jointsky.feeds.asterix.scan import Records
from jointsky.feeds.asterix.text import to_text
from jointsky.kernels import asterix as kernel

ABSENT = kernel.MISSING
"""What an integer column holds for a part of an extended item that a record's item does not go on to."""


@dataclass(frozen=True)
class Column:
    """One field of all records that have its item.

    `rows` [m] says of which record each value is (several times for a repeated item, in order); `values` [m] are
    physical (float64, in the field's unit, NaN for an extended part that is not there) where the field has a step, else
    the plain integers (int64, ABSENT for such a part).
    """

    field: Field
    rows: NDArray[np.int32]
    values: NDArray[np.int64] | NDArray[np.float64]
    repeats: bool

    def texts(self) -> list[str | None]:
        """The values of a field with a text coding as people write them; None for a part that is not there."""
        raw, place = np.unique(self.values, return_inverse=True)
        mask = (1 << self.field.bits) - 1
        known = [
            None
            if number == ABSENT and self.field.bits < 64
            else to_text(number & mask, self.field.bits, self.field.text)
            for number in raw.tolist()
        ]
        return [known[k] for k in place.tolist()]


@dataclass(frozen=True)
class _Plan:
    """What the kernel is told: `slots` and `fields` as `kernels.asterix.unpack` has them (places of columns left open),
    `scale`, the `item` of each field (a row of `slots`), and `names`: path, layout, item and whether it repeats."""

    slots: NDArray[np.int64]
    fields: NDArray[np.int64]
    scale: NDArray[np.float64]
    item: NDArray[np.int64]
    names: list[tuple[str, Field, int, bool]]


def _kind(shape: Shape) -> tuple[int, int] | None:
    """How the kernel goes through an item, and its step; None for items that have no fields of their own."""
    match shape:
        case Fixed():
            return kernel.FIXED, shape.octets
        case Extended(parts):
            return kernel.PARTED, len(parts)
        case Repeated(element, counted):
            return (kernel.COUNTED if counted else kernel.EXTENDED), element.octets
        case _:
            return None


def _parts(shape: Shape) -> Iterator[tuple[int, int, Field]]:
    """Part, first bit and layout of each named field."""
    match shape:
        case Fixed(fields) | Repeated(Fixed(fields)):
            listed = [fields]
        case Extended(listed):
            pass
        case _:
            listed = []
    for part, fields in enumerate(listed):
        bit = 8 * part
        for field in fields:
            if field.name != SPARE:
                yield part, bit, field
            bit += field.bits


def _is_scaled(field: Field) -> bool:
    return field.scale != 1.0 and not field.text and not field.by


@cache
def _plan(number: int, edition: str) -> _Plan:
    laid_out = program(number, edition)
    slots: list[tuple[int, ...]] = []
    fields: list[tuple[int, ...]] = []
    names: list[tuple[str, Field, int, bool]] = []
    for path, shape in simple_slots(laid_out.category):
        kind = _kind(shape)
        if kind is None:
            continue
        first = len(fields)
        for part, bit, field in _parts(shape):
            fields.append((bit, field.bits, field.signed, part, 0))
            names.append(
                (f"{path}/{field.name}" if field.name else path, field, len(slots), isinstance(shape, Repeated))
            )
        slots.append((laid_out.slots[path], *kind, first, len(fields)))
    scale = np.array([field.scale if _is_scaled(field) else 0.0 for _, field, *_ in names])
    item = np.array([item for *_, item, _ in names])
    return _Plan(np.array(slots, dtype=np.int64), np.array(fields, dtype=np.int64), scale, item, names)


def columns(records: Records) -> dict[str, Column]:
    """Every field that occurs in `records`, by path ("040/RHO", "250/MBDATA", "140"): all of them but the octets of
    items RE and SP, which `Records.contents` gives."""
    laid_out: Program = records.program
    plan = _plan(laid_out.category.number, laid_out.category.edition)
    counts = np.zeros(len(plan.slots), dtype=np.int64)
    kernel.count_elements(records.octets, records.record_at, records.at, plan.slots, counts)
    starts = np.cumsum(counts) - counts
    fields = plan.fields.copy()
    widths = counts[plan.item]
    begins = np.cumsum(widths) - widths
    fields[:, 4] = begins - starts[plan.item]
    rows = np.empty(int(counts.sum()), dtype=np.int32)
    wholes = np.empty(int(widths.sum()), dtype=np.int64)
    kernel.unpack(
        records.octets,
        records.record_at,
        records.at,
        plan.slots,
        fields,
        plan.scale,
        starts.copy(),
        rows,
        wholes,
        reals := wholes.view(np.float64),
        counts.max(initial=0),
    )
    found: dict[str, Column] = {}
    ends = (begins + widths).tolist()
    spans = [rows[a : a + n] for a, n in zip(starts.tolist(), counts.tolist(), strict=True)]
    for (path, field, item, repeats), scale, a, b in zip(
        plan.names, plan.scale.tolist(), begins.tolist(), ends, strict=True
    ):
        if a < b:
            found[path] = Column(field, spans[item], reals[a:b] if scale else wholes[a:b], repeats)
    for path, column in found.items():
        if column.field.by:
            found[path] = _meant(path, column, found)
    return found


def _meant(path: str, column: Column, found: dict[str, Column]) -> Column:
    """A column whose step another field of its item decides, in physical units."""
    by = found[f"{path.rpartition('/')[0]}/{column.field.by}"].values
    scale = np.ones(by.size)
    for value, field in column.field.cases.items():
        scale[by == value] = field.scale
    return Column(column.field, column.rows, column.values * scale, column.repeats)
