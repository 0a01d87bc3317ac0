"""Dictionaries to octets: the inverse of `records`, from the same tables."""

from collections.abc import Iterable, Mapping
from typing import Any

from jointsky.feeds.asterix.editions import category as laid_out
from jointsky.feeds.asterix.layout import (
    SPARE,
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
from jointsky.feeds.asterix.records import REST, Item
from jointsky.feeds.asterix.text import from_text

_LONGEST_BLOCK = 65535


def _raw(value: Any, field: Field, path: str) -> int:
    """The bits of a physical value, rounded to the field's step. Raises ValueError where the field cannot hold it."""
    if field.text:
        raw = from_text(value, field.bits, field.text)
    else:
        raw = value if field.scale == 1.0 and isinstance(value, int) else round(value / field.scale)
    low, high = (-(1 << field.bits - 1), 1 << field.bits - 1) if field.signed else (0, 1 << field.bits)
    if not low <= raw < high:
        raise ValueError(
            f"{path}: {value} is outside {low * field.scale} .. {(high - 1) * field.scale} {field.unit}".rstrip()
        )
    return raw & ((1 << field.bits) - 1)


def _fields(fields: tuple[Field, ...], value: Item, path: str) -> bytes:
    """The octets of some fields; a named field that `value` lacks is zero, a name the layout lacks is refused."""
    names = {field.name for field in fields} - {SPARE}
    given: Mapping[str, Any] = {"": value} if names == {""} else value
    if not given.keys() <= names:
        raise ValueError(
            f"{path}: unknown field {sorted(given.keys() - names)[0]!r}; known are {', '.join(sorted(names))}"
        )
    whole = bits = 0
    for field in fields:
        meant = field.cases.get(given.get(field.by, 0), field) if field.by else field
        raw = _raw(given[field.name], meant, f"{path}/{field.name}".rstrip("/")) if field.name in given else 0
        whole, bits = whole << field.bits | raw, bits + field.bits
    return whole.to_bytes(bits // 8)


def _chained(parts: list[bytes]) -> bytes:
    """Elements whose last bit says whether another follows."""
    last = len(parts) - 1
    return b"".join(part[:-1] + bytes([part[-1] & 0xFE | (k < last)]) for k, part in enumerate(parts))


def _extended(shape: Extended, value: Mapping[str, Any], path: str) -> bytes:
    """As many parts as the named fields need; unknown parts (`REST`) follow all known ones."""
    left = dict(value)
    rest = bytes.fromhex(left.pop(REST, ""))
    parts: list[bytes] = []
    for fields in shape.parts:
        mine = {field.name: left.pop(field.name) for field in fields if field.name in left}
        has_flag = not (shape.ends and fields is shape.parts[-1])
        parts.append(_fields((*fields, Field(SPARE, 1)) if has_flag else fields, mine, path))
        if not left and not rest:
            break
    if left:
        raise ValueError(f"{path}: unknown field {sorted(left)[0]!r}")
    if shape.ends and len(parts) == len(shape.parts):
        return _chained([*parts[:-1], b"\0"])[:-1] + parts[-1]
    return _chained([*parts, *(bytes([octet]) for octet in rest)])


def _repeated(shape: Repeated, value: Iterable[Item], path: str) -> bytes:
    elements = [_fields(shape.element.fields, element, path) for element in value]
    if not shape.counted:
        if not elements:
            raise ValueError(f"{path}: needs at least one element")
        return _chained(elements)
    if len(elements) > 255:
        raise ValueError(f"{path}: {len(elements)} elements, at most 255 fit")
    return bytes([len(elements)]) + b"".join(elements)


def _shape(shape: Shape, value: Item, path: str, items: Items) -> bytes:
    match shape:
        case Fixed(fields):
            return _fields(fields, value, path)
        case Extended():
            return _extended(shape, value, path)
        case Repeated():
            return _repeated(shape, value, path)
        case Explicit():
            content = bytes.fromhex(value)
            if len(content) > 254:
                raise ValueError(f"{path}: {len(content)} octets, at most 254 fit")
            return bytes([len(content) + 1]) + content
        case Compound(parts):
            return _ordered(parts, value, path)
        case Sequence():
            return _sequence(items, value, path)


def _sequence(items: Items, value: Iterable[Mapping[str, Item]], path: str) -> bytes:
    """A count, and each item behind its reference number."""
    number = {item[0]: place for place, item in enumerate(items, 1) if item is not None}
    shapes = dict(item for item in items if item is not None)
    parts = [
        bytes([number[name]]) + _shape(shapes[name], content, f"{path}/{name}", ())
        for pair in value
        for name, content in pair.items()
    ]
    return bytes([len(parts)]) + b"".join(parts)


def _presence(present: list[bool]) -> bytes:
    """Seven flags an octet, without the empty octets at the end."""
    last = max((place for place, flag in enumerate(present) if flag), default=0) // 7
    sevens = [present[7 * k : 7 * k + 7] for k in range(last + 1)]
    return _chained([bytes([sum(flag << 7 - bit for bit, flag in enumerate(seven))]) for seven in sevens])


def _ordered(forms: Items, values: Mapping[str, Item], path: str) -> bytes:
    """Presence flags and then the parts present: a compound item, and in the same way a record."""
    known = {part[0] for part in forms if part is not None}
    if not values.keys() <= known:
        raise ValueError(
            f"{path}: unknown item {sorted(values.keys() - known)[0]!r}; known are {', '.join(sorted(known))}"
        )
    flags = [part is not None and part[0] in values for part in forms]
    present = [part for part in forms if part is not None and part[0] in values]
    return _presence(flags) + b"".join(_shape(form, values[name], f"{path}/{name}", forms) for name, form in present)


def encode_record(category: int, items: Mapping[str, Item], edition: str = "") -> bytes:
    """One record of `items` as `decode_records` gives them: {"010": {"SAC": 1, "SIC": 2}, "140": 3600.0, ...}, in the
    newest edition unless said.

    Raises ValueError naming item and field for an unknown name, a value its field cannot hold, or no items at all.
    """
    if not items:
        raise ValueError(f"{category:03d}: a record needs at least one item")
    layout = laid_out(category, edition)
    is_track = layout.tracks and items.get("020", {}).get("TYP", 0) == 1
    return _ordered(layout.tracks if is_track else layout.items, items, f"{category:03d}")


def encode_block(category: int, records: Iterable[Mapping[str, Item]], edition: str = "") -> bytes:
    """One data block of `records` (item dictionaries). Raises ValueError as `encode_record`, and where the block
    would be too long."""
    body = b"".join(encode_record(category, items, edition) for items in records)
    length = 3 + len(body)
    if length > _LONGEST_BLOCK:
        raise ValueError(f"{category:03d}: a block of {length} octets, at most {_LONGEST_BLOCK} fit")
    return bytes([category]) + length.to_bytes(2) + body
