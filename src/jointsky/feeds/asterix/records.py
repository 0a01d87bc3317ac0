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


def _chain_end(octets: bytes, at: int) -> int:
    """Where octets that say in their last bit whether another follows end."""
    while octets[at] & 1:
        at += 1
    return at + 1


def _extended(shape: Extended, octets: bytes, at: int) -> Item:
    end = _chain_end(octets, at)
    found: dict[str, Item] = {}
    for part, fields in zip(range(at, end), shape.parts, strict=False):
        found.update(_fields((*fields, Field(SPARE, 1)), octets[part : part + 1]))
    rest = octets[at + len(shape.parts) : end]
    return found | {REST: rest.hex()} if rest else found


def _repeated(shape: Repeated, octets: bytes, at: int) -> Item:
    size, fields = shape.element.octets, shape.element.fields
    if shape.counted:
        starts = range(at + 1, at + 1 + size * octets[at], size)
    else:
        starts = range(at, _chain_end(octets, at))
    return [_fields(fields, octets[start : start + size]) for start in starts]


def _simple(shape: Simple, octets: bytes, at: int) -> Item:
    """The item that starts at octet `at`; the walk has made sure that it is whole."""
    match shape:
        case Fixed(fields):
            return _fields(fields, octets[at : at + shape.octets])
        case Extended():
            return _extended(shape, octets, at)
        case Repeated():
            return _repeated(shape, octets, at)
        case Explicit():
            return octets[at + 1 : at + octets[at]].hex()


def _items(records: Records, row: int, octets: bytes, start: int) -> dict[str, Item]:
    """All items of one record, which starts at octet `start`."""
    slots = records.program.slots
    at = records.at[row].tolist()
    found: dict[str, Item] = {}
    for name, shape in records.program.category.items:
        place = at[slots[name]]
        if not place:
            continue
        if isinstance(shape, Compound):
            parts = [(part[0], part[1], at[slots[f"{name}/{part[0]}"]]) for part in shape.parts if part is not None]
            found[name] = {part: _simple(form, octets, start + inner) for part, form, inner in parts if inner}
        else:
            found[name] = _simple(shape, octets, start + place)
    return found


def to_dicts(records: Records) -> list[dict[str, Any]]:
    """Every record of one category as {category, edition, sac, sic, time_of_day_s, items}; a stamp that is absent is
    None."""
    category = records.program.category
    octets = records.octets.tobytes()
    found: list[dict[str, Any]] = []
    for row, start in enumerate(records.record_at.tolist()):
        items = _items(records, row, octets, start)
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
