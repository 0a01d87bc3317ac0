"""Any PDU as a mapping of its fields, read and written by `layouts`: numbers, nested mappings, lists, octets.

A PDU is `{"type": Pdu.FIRE, "version": 7, "exercise": 1, "timestamp": 0, "pdu_status": 0, <fields>}`; counts and
lengths are no part of it: they follow from the lists and octets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import DecodeError
from jointsky.feeds.dis.layouts import BODIES, FAMILIES, HEADER, VERSIONS, Octets, Part, Pdu, Record, Repeat
from jointsky.kernels.dis import HEADER_OCTETS, walk

Fields = dict[str, Any]
_DERIVED = ("length", "family", "pad_header", "pad", "pad_8")
_HEADER = frozenset(HEADER.names or ())
LONGEST = 65_535


@dataclass(frozen=True, slots=True)
class Fault:
    """Octets that are no PDU of those we read: where they begin, and why."""

    offset: int
    why: str


@dataclass(slots=True)
class Decoded:
    """What one datagram held: its PDUs in order, and what could not be read. `ignored` counts PDUs of other types and
    versions."""

    pdus: list[Fields] = field(default_factory=list[Fields])
    faults: list[Fault] = field(default_factory=list[Fault])
    ignored: int = 0


def decode(datagram: bytes) -> Decoded:
    """Read all PDUs of a datagram. Raises nothing: a faulty PDU is skipped by its length, and where no length can be
    believed the rest of the datagram is one fault."""
    found = Decoded()
    octets = np.frombuffer(bytearray(datagram), np.uint8)
    for start in starts(octets, np.array([len(datagram)]), found.faults):
        version, kind = datagram[start], datagram[start + 2]
        if version not in VERSIONS or kind not in BODIES:
            found.ignored += 1
            continue
        try:
            found.pdus.append(decode_pdu(datagram[start : start + _length(datagram, start)]))
        except DecodeError as error:
            found.faults.append(Fault(start + error.offset, error.message))
    return found


def starts(octets: NDArray[np.uint8], ends: NDArray[np.int64], faults: list[Fault]) -> list[int]:
    """Where PDUs begin in datagrams that lie one behind the other up to `ends`; their broken rests go to `faults`."""
    at = np.empty(len(octets) // HEADER_OCTETS + 1, np.int64)
    broken = np.empty(len(ends), np.int64)
    count = walk(octets, ends, at, broken)
    faults += [Fault(int(place), "no PDU begins here") for place in broken[broken >= 0]]
    return at[:count].tolist()


def decode_pdu(octets: bytes) -> Fields:
    """Read one PDU, header and all. Raises DecodeError for another type or version, and for lengths that do not fit."""
    header = _record(octets, 0, len(octets), HEADER)
    kind, length = header["type"], header["length"]
    if header["version"] not in VERSIONS or kind not in BODIES:
        raise DecodeError(0, f"version {header['version']}, type {kind}: expected one of those that are read")
    if length > len(octets):
        raise DecodeError(8, f"length {length}, expected at most {len(octets)}")
    fields, _ = _part(octets, HEADER_OCTETS, length, BODIES[Pdu(kind)])
    head = {name: value for name, value in header.items() if name not in _DERIVED}
    return {**head, "type": Pdu(kind), **fields}


def encode_pdu(pdu: Mapping[str, Any]) -> bytes:
    """Write one PDU; fields that are left out are zero. Raises ValueError for a field that the type has not, a number
    that does not fit, or a PDU longer than a datagram."""
    kind = Pdu(pdu["type"])
    head = {name: pdu[name] for name in ("exercise", "timestamp", "pdu_status") if name in pdu}
    body = _written({name: v for name, v in pdu.items() if name not in _HEADER}, BODIES[kind])
    length = HEADER_OCTETS + len(body)
    if length > LONGEST:
        raise ValueError(f"{kind.name}: {length} octets, expected at most {LONGEST}")
    head |= {"version": pdu.get("version", 7), "type": int(kind), "family": FAMILIES[kind], "length": length}
    return _octets(head, HEADER) + body


def _length(octets: bytes, start: int) -> int:
    return int.from_bytes(octets[start + 8 : start + 10])


def _part(octets: bytes, start: int, stop: int, part: Part) -> tuple[Fields, int]:
    """The fields of a part that begins at `start`, and where it ends."""
    fields = _record(octets, start, stop, part.record)
    position = start + part.record.itemsize
    for tail in part.tails:
        if isinstance(tail, Octets):
            fields[tail.name], position = _of_any_length(octets, position, stop, tail, fields.pop(tail.count))
        else:
            count = fields.pop(tail.count) if tail.count else None
            fields[tail.name], position = _repeated(octets, position, stop, tail, count)
    return {name: value for name, value in fields.items() if name not in _DERIVED}, position


def _of_any_length(octets: bytes, start: int, stop: int, tail: Octets, count: int) -> tuple[Any, int]:
    length = (count + 7) // 8 if tail.bits else count - tail.less
    if length < 0 or start + length > stop:
        raise DecodeError(start, f"{tail.name} of {length} octets, expected 0 to {stop - start}")
    end = start + length
    content = octets[start:end]
    return (content if count % 8 == 0 or not tail.bits else (content, count)), min(end + -length % tail.pad, stop)


def _repeated(octets: bytes, start: int, stop: int, tail: Repeat, count: int | None) -> tuple[list[Fields], int]:
    found: list[Fields] = []
    position, least = start, tail.part.record.itemsize
    if count is not None and count * least > stop - start:
        raise DecodeError(start, f"{count} {tail.name} of at least {least} octets, expected them to fit")
    while len(found) < count if count is not None else position + least <= stop:
        fields, end = _part(octets, position, stop, tail.part)
        said = 4 * fields.pop(tail.words) if tail.words else 0
        if said and not end <= position + said <= stop:
            raise DecodeError(position, f"{tail.name} of {said} octets, expected {end - position} to {stop - position}")
        found.append(fields)
        position = position + said if said else end
    return found, position


def _record(octets: bytes, start: int, stop: int, record: Record) -> Fields:
    if start + record.itemsize > stop:
        raise DecodeError(start, f"{max(stop - start, 0)} octets, expected {record.itemsize}")
    return _mapping(np.frombuffer(octets, record, 1, start)[0].item(), record)


def _mapping(values: Sequence[Any], record: Record) -> Fields:
    fields: Fields = {}
    for (name, (kind, *_)), value in zip((record.fields or {}).items(), values, strict=True):
        if kind.fields:
            fields[name] = _mapping(value, kind)
        else:
            fields[name] = bytes(value) if kind.shape else value
    return fields


def _written(fields: Mapping[str, Any], part: Part) -> bytes:
    own = {k: v for k, v in fields.items() if k in (part.record.fields or {})}
    pieces: list[bytes] = []
    for tail in part.tails:
        content = fields.get(tail.name, ())
        if isinstance(tail, Octets):
            octets, bits = _of_bits(content)
            own[tail.count] = bits if tail.bits else len(octets) + tail.less
            pieces.append(octets + bytes(-len(octets) % tail.pad))
        else:
            pieces += [_element(element, tail) for element in content]
            own |= {tail.count: len(content)} if tail.count else {}
    unknown = fields.keys() - own.keys() - {tail.name for tail in part.tails}
    if unknown:
        raise ValueError(f"unknown fields {', '.join(sorted(unknown))}; known: {', '.join(part.record.names or ())}")
    return b"".join((_octets(own, part.record), *pieces))


def _of_bits(content: Any) -> tuple[bytes, int]:
    """Octets and their length in bits: octets alone, or with a length that is no whole octets."""
    if isinstance(content, tuple) and content:
        return cast(tuple[bytes, int], content)
    octets = bytes(cast(bytes, content))
    return octets, 8 * len(octets)


def _element(fields: Mapping[str, Any], tail: Repeat) -> bytes:
    octets = _written(fields, tail.part)
    if tail.words and len(octets) <= 4 * 255:
        return _written({**fields, tail.words: len(octets) // 4}, tail.part)
    return octets


def _octets(fields: Mapping[str, Any], record: Record) -> bytes:
    try:
        return np.array([_values(fields, record)], record).tobytes()
    except (OverflowError, TypeError) as error:
        raise ValueError(f"{error} in {dict(fields)}") from error


def _values(fields: Mapping[str, Any], record: Record) -> tuple[Any, ...]:
    values: list[Any] = []
    for name, (kind, *_) in (record.fields or {}).items():
        value = fields.get(name)
        if kind.fields:
            values.append(_values(value or {}, kind))
        elif kind.shape:
            values.append(tuple(bytes(value or b"").ljust(kind.shape[0], b"\0")[: kind.shape[0]]))
        else:
            values.append(value or 0)
    return tuple(values)
