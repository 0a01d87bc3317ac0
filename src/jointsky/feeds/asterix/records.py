"""Records as dictionaries: every item of every record in physical units, for people, files and tests. Columns are
faster."""

from collections.abc import Sequence
from typing import Any

from jointsky.errors import DecodeError
from jointsky.feeds.asterix.layout import SPARE, Compound, Explicit, Extended, Field, Fixed, Repeated, Simple
from jointsky.feeds.asterix.scan import Counters, Records, scan
from jointsky.feeds.asterix.text import to_text

Item = Any
"""A number, a text, a dict of fields, or a list of repetitions of those."""

REST = "REST"
"""The name under which an extended item keeps parts its layout does not know, in hexadecimal."""

_LONGEST_RECORD = 65532
_TIME_OF_DAY = {34: "030", 48: "140"}


def _number(raw: int, field: Field) -> Item:
    if field.text:
        return to_text(raw, field.bits, field.text)
    if field.signed and raw >> (field.bits - 1):
        raw -= 1 << field.bits
    return raw if field.scale == 1.0 else raw * field.scale


def _fields(fields: tuple[Field, ...], octets: bytes) -> Item:
    """The named fields of `octets`, or the bare value of an unnamed one."""
    whole = int.from_bytes(octets)
    left = 8 * len(octets)
    found: dict[str, Item] = {}
    for field in fields:
        left -= field.bits
        if field.name != SPARE:
            found[field.name] = _number(whole >> left & ((1 << field.bits) - 1), field)
    return found.get("", found)


def _extended(shape: Extended, octets: bytes) -> Item:
    found: dict[str, Item] = {}
    for part, fields in enumerate(shape.parts):
        found.update(_fields((*fields, Field(SPARE, 1)), octets[part : part + 1]))
        if not octets[part] & 1:
            return found
    end = len(shape.parts)
    while octets[end] & 1:
        end += 1
    return found | {REST: octets[len(shape.parts) : end + 1].hex()}


def _repeated(shape: Repeated, octets: bytes) -> Item:
    size, fields = shape.element.octets, shape.element.fields
    if shape.counted:
        return [_fields(fields, octets[1 + size * k : 1 + size * (k + 1)]) for k in range(octets[0])]
    end = 0
    while octets[end] & 1:
        end += 1
    return [_fields(fields, octets[k : k + 1]) for k in range(end + 1)]


def _simple(shape: Simple, octets: bytes) -> Item:
    """The item that starts `octets`; the walk has made sure that it is whole."""
    match shape:
        case Fixed(fields):
            return _fields(fields, octets[: shape.octets])
        case Extended():
            return _extended(shape, octets)
        case Repeated():
            return _repeated(shape, octets)
        case Explicit():
            return octets[1 : octets[0]].hex()


def _items(records: Records, row: int, octets: bytes) -> dict[str, Item]:
    """All items of one record; `octets` starts with it."""
    slots = records.program.slots
    at = records.at[row].tolist()
    found: dict[str, Item] = {}
    for name, shape in records.program.category.items:
        if not at[slots[name]]:
            continue
        if isinstance(shape, Compound):
            parts = [part for part in shape.parts if part is not None]
            places = {part: (at[slots[f"{name}/{part}"]], form) for part, form in parts}
            found[name] = {part: _simple(form, octets[place:]) for part, (place, form) in places.items() if place}
        else:
            found[name] = _simple(shape, octets[at[slots[name]] :])
    return found


def to_dicts(records: Records) -> list[dict[str, Any]]:
    """Every record of one category as {category, edition, sac, sic, time_of_day_s, items}; a stamp that is absent is
    None."""
    category = records.program.category
    octets = records.octets.tobytes()
    found: list[dict[str, Any]] = []
    for row, start in enumerate(records.record_at.tolist()):
        items = _items(records, row, octets[start : start + _LONGEST_RECORD])
        source = items.get("010", {"SAC": None, "SIC": None})
        found.append(
            {
                "category": category.name,
                "edition": category.edition,
                "sac": source["SAC"],
                "sic": source["SIC"],
                "time_of_day_s": items.get(_TIME_OF_DAY[category.number]),
                "items": items,
            }
        )
    return found


def decode_records(
    octets: bytes | Sequence[bytes], *, counters: Counters | None = None, strict: bool = False
) -> list[dict[str, Any]]:
    """All records of one datagram (or of several), each with every item, in the order of the octets.

    What cannot be read is counted in `counters`; with `strict` the first broken block raises DecodeError with its
    offset instead.
    """
    found = scan([octets] if isinstance(octets, bytes) else octets)
    if strict and found.counters.faults:
        _, offset, message = found.counters.faults[0]
        raise DecodeError(offset, message)
    if counters is not None:
        counters.add(found.counters)
    placed = [
        pair
        for records in found.records.values()
        for pair in zip(records.record_at.tolist(), to_dicts(records), strict=True)
    ]
    return [record for _, record in sorted(placed, key=lambda pair: pair[0])]
