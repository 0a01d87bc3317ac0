"""Records as dictionaries: every item of every record in physical units, for people, files and tests. Columns are
faster."""

from collections.abc import Sequence
from typing import Any

from jointsky.errors import DecodeError
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
    Shape,
)
from jointsky.feeds.asterix.layout import Sequence as Sequenced
from jointsky.feeds.asterix.scan import NEWEST, Counters, Editions, Records, Scan, scan
from jointsky.feeds.asterix.text import to_text
from jointsky.units import DAY_S

Item = Any
"""A number, a text, a dict of fields, or a list of repetitions of those."""

REST = "REST"
"""The name under which an extended item keeps parts its layout does not know, in hexadecimal."""

CUT_SHORT = "CUT"
"""The name under which a reserved expansion field keeps octets its layout cannot read, in hexadecimal."""

TIME_OF_DAY = {
    1: (),
    2: ("030",),
    4: ("020",),
    21: ("073", "071", "077", "075", "030"),
    34: ("030",),
    48: ("140",),
    62: ("070",),
    63: ("030",),
    65: ("030",),
}
"""The items that hold a record's full time of day, the first present counts. Category 001 has none: its item 141 is
the remainder by 512 s, see `whole_times`."""

_REMAINDER_S = 512.0


def _number(raw: int, field: Field) -> Item:
    if field.text:
        return to_text(raw, field.bits, field.text)
    if field.signed and raw >> (field.bits - 1):
        raw -= 1 << field.bits
    return raw if field.scale == 1.0 else raw * field.scale


def _fields(fields: tuple[Field, ...], octets: bytes, left: int) -> Item:
    """The named fields of `octets`, or the bare value of an unnamed one; `left` bits at most are theirs."""
    whole = int.from_bytes(octets)
    found: dict[str, Item] = {}
    for field in fields:
        left -= field.bits
        if field.name != SPARE:
            meant = field.cases.get(found[field.by], field) if field.by else field
            found[field.name] = _number(whole >> left & ((1 << field.bits) - 1), meant)
    return found.get("", found)


def _chain_end(octets: bytes, at: int, step: int) -> int:
    """Where elements that say in their last bit whether another follows end."""
    at += step
    while octets[at - 1] & 1:
        at += step
    return at


def _extended(shape: Extended, octets: bytes, at: int) -> tuple[Item, int]:
    found: dict[str, Item] = {}
    for fields in shape.parts:
        bits = sum(field.bits for field in fields) + 7 & ~7
        found.update(_fields(fields, octets[at : at + bits // 8], bits))
        at += bits // 8
        if not octets[at - 1] & 1 or (shape.ends and fields is shape.parts[-1]):
            return found, at
    end = _chain_end(octets, at, 1)
    return found | {REST: octets[at:end].hex()}, end


def _repeated(shape: Repeated, octets: bytes, at: int) -> tuple[Item, int]:
    size, fields = shape.element.octets, shape.element.fields
    first = at + 1 if shape.counted else at
    end = first + size * octets[at] if shape.counted else _chain_end(octets, at, size)
    return [_fields(fields, octets[k : k + size], 8 * size) for k in range(first, end, size)], end


def _compound(parts: Items, octets: bytes, flags_at: int, at: int) -> tuple[Item, int]:
    """The parts that the presence bits at `flags_at` name, the first of which starts at `at`."""
    found: dict[str, Item] = {}
    first = at
    for place, part in enumerate(parts):
        octet, bit = divmod(place, 7)
        if flags_at + octet >= first:
            break
        if part is not None and octets[flags_at + octet] >> 7 - bit & 1:
            found[part[0]], at = _item(part[1], octets, at, ())
    return found, at


def _sequence(items: Items, octets: bytes, at: int) -> tuple[Item, int]:
    """Items with their reference numbers: a list of {name: item}."""
    found: list[Item] = []
    count, at = octets[at], at + 1
    for _ in range(count):
        item = items[octets[at] - 1]
        if item is not None:
            content, at = _item(item[1], octets, at + 1, ())
            found.append({item[0]: content})
    return found, at


def _item(shape: Shape, octets: bytes, at: int, items: Items) -> tuple[Item, int]:
    """The item that starts at octet `at`, and where it ends; the walk has made sure that it is whole."""
    match shape:
        case Fixed(fields):
            end = at + shape.octets
            return _fields(fields, octets[at:end], 8 * (end - at)), end
        case Extended():
            return _extended(shape, octets, at)
        case Repeated():
            return _repeated(shape, octets, at)
        case Explicit():
            return octets[at + 1 : at + octets[at]].hex(), at + octets[at]
        case Compound(parts):
            return _compound(parts, octets, at, _chain_end(octets, at, 1))
        case Sequenced():
            return _sequence(items, octets, at)


def expansion_fields(parts: Items, content: bytes) -> dict[str, Item]:
    """The parts of a reserved expansion field, whose content starts with one octet of presence bits. What the layout
    cannot read is under CUT_SHORT."""
    found: dict[str, Item] = {}
    at = 1
    for bit, part in enumerate(parts):
        if part is None or not content[0] >> 7 - bit & 1:
            continue
        try:
            item, end = _item(part[1], content, at, ())
        except IndexError:
            break
        if end > len(content):
            break
        found[part[0]], at = item, end
    return found | {CUT_SHORT: content[at:].hex()} if at < len(content) else found


def _items(
    shapes: dict[int, tuple[str, Shape]], at: list[int], octets: bytes, start: int, items: Items
) -> dict[str, Item]:
    """All items of the record at octet `start`, in the order they stand there."""
    places = sorted((place, slot) for slot, place in enumerate(at) if place)
    return {shapes[slot][0]: _item(shapes[slot][1], octets, start + place, items)[0] for place, slot in places}


def to_dicts(records: Records) -> list[dict[str, Any]]:
    """Every record of one category as {category, edition, sac, sic, time_of_day_s, items}; a stamp that is absent is
    None.

    Where the layout of the reserved expansion field is published, its fields are in "expansion"; item RE keeps the
    octets.
    """
    category = records.program.category
    shapes = {records.program.slots[name]: (name, shape) for name, shape in category.shapes.items()}
    stamps = TIME_OF_DAY[category.number]
    starts = records.record_at.tolist()
    octets = records.octets.tobytes()
    found: list[dict[str, Any]] = []
    for start, at in zip(starts, records.at[:, : records.program.items + len(category.tracks)].tolist(), strict=True):
        profile = category.tracks if _is_track(category, octets, start, at) else category.items
        items = _items(shapes, at, octets, start, profile)
        source = items.get("010", {"SAC": None, "SIC": None})
        record = {"category": category.name, "edition": category.edition, "sac": source["SAC"], "sic": source["SIC"]}
        record["time_of_day_s"] = next((items[name] for name in stamps if name in items), None)
        record["items"] = items
        if category.expansion and items.get("RE"):
            record["expansion"] = expansion_fields(category.expansion, bytes.fromhex(items["RE"]))
        found.append(record)
    return found


def _is_track(category: Category, octets: bytes, start: int, at: list[int]) -> bool:
    """Whether the record is of the second profile: its item 020 (slot 1 of category 001) starts with a set bit."""
    return bool(category.tracks) and at[1] > 0 and octets[start + at[1]] >= 128


def in_order(found: Scan) -> list[dict[str, Any]]:
    """All records of a scan as `to_dicts` makes them, in the order of the octets."""
    placed = [
        pair for records in found.groups for pair in zip(records.record_at.tolist(), to_dicts(records), strict=True)
    ]
    return whole_times([record for _, record in sorted(placed, key=lambda pair: pair[0])], {})


def whole_times(records: list[dict[str, Any]], heard: dict[Any, float]) -> list[dict[str, Any]]:
    """Give records of category 001, in order, their time of day: the one nearest to the last service message (002) of
    their source that has their remainder by 512 s. Without such a message it stays None. `heard` keeps the last
    messages for the records that follow."""
    for record in records:
        source = record["sac"], record["sic"]
        if record["category"] == "002" and record["time_of_day_s"] is not None:
            heard[source] = record["time_of_day_s"]
        elif record["category"] == "001" and source in heard and "141" in record["items"]:
            last = heard[source]
            ahead = (record["items"]["141"] - last + _REMAINDER_S / 2) % _REMAINDER_S - _REMAINDER_S / 2
            record["time_of_day_s"] = (last + ahead) % DAY_S
    return records


def decode_records(
    octets: bytes | Sequence[bytes],
    *,
    counters: Counters | None = None,
    strict: bool = False,
    editions: Editions = NEWEST,
) -> list[dict[str, Any]]:
    """All records of one datagram (or of several), each with every item, in the order of the octets.

    What cannot be read is counted in `counters`; with `strict` the first broken block raises DecodeError with its
    offset instead. `editions` says which edition to read where it is not the newest.
    """
    found = scan([octets] if isinstance(octets, bytes) else octets, editions)
    if strict and found.counters.faults:
        _, offset, message = found.counters.faults[0]
        raise DecodeError(offset, message)
    if counters is not None:
        counters.add(found.counters)
    return in_order(found)
