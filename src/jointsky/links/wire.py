"""Messages as bytes and back: a versioned header, a description of the record layout, the records raw, a checksum.

Layout (little-endian): magic `JSKY`, version u1, message kind u1, two zero bytes, length of the head u4, length of the
rows u4, head (JSON text in UTF-8: the message's plain fields and the tag of the record layout), rows (records packed,
without the gaps they have in memory: what lies in a gap is nobody's data and must not travel), CRC-32 u4 of all
before. The tag is the CRC-32 of the layout's description, so that two programs with different records never understand
each other wrongly.
"""

import dataclasses
import json
import struct
import zlib
from typing import Any, TypeVar, cast

import numpy as np

from jointsky.errors import DecodeError
from jointsky.vocab import records
from jointsky.vocab.messages import (
    Alerts,
    Called,
    Consent,
    Decision,
    Decisions,
    EarlyWarning,
    FenceLooks,
    FlightPlans,
    Hail,
    HandOver,
    Heeded,
    Identities,
    LinkState,
    Message,
    OperatorOrder,
    Orders,
    Phase,
    Plots,
    Refusal,
    ShotReports,
    Sighting,
    Status,
    Tracks,
)
from jointsky.vocab.records import Rows

T = TypeVar("T")

VERSION = 1
MAGIC = b"JSKY"
_HEADER = struct.Struct("<4sBBHII")
_CRC = struct.Struct("<I")
_KINDS: tuple[type[Any], ...] = (
    Plots,
    Tracks,
    Status,
    ShotReports,
    Phase,
    LinkState,
    OperatorOrder,
    Orders,
    Alerts,
    Decisions,
    Consent,
    Called,
    Refusal,
    HandOver,
    Identities,
    FlightPlans,
    EarlyWarning,
    Hail,
    Heeded,
    Sighting,
    FenceLooks,
)
"""Message kinds by number: never change the order, only append."""
_LAYOUTS: dict[type[Any], np.dtype[np.void]] = {
    Plots: records.PLOT,
    Tracks: records.TRACK,
    Status: records.UNIT_STATUS,
    ShotReports: records.SHOT_REPORT,
    Orders: records.ORDER,
    Alerts: records.ALERT,
    Identities: records.TOLD_IDENTITY,
    FlightPlans: records.FILED_POINT,
    FenceLooks: records.LOOK,
}


def encode(message: Message) -> bytes:
    """One message as bytes. Raises ValueError when its rows have another layout than its kind."""
    kind = type(message)
    layout = _LAYOUTS.get(kind)
    head = _plain(message)
    body = b""
    if layout is not None:
        rows: Rows = getattr(message, "rows")  # noqa: B009
        if rows.dtype != layout:
            raise ValueError(f"found rows of another layout in {kind.__name__}, expected {layout.names}")
        head["layout"] = _tag(layout)
        body = rows.astype(_packed(layout)).tobytes()
    text = json.dumps(head, separators=(",", ":"), sort_keys=True).encode()
    whole = _HEADER.pack(MAGIC, VERSION, _KINDS.index(kind), 0, len(text), len(body)) + text + body
    return whole + _CRC.pack(zlib.crc32(whole))


def decode(octets: bytes) -> Message:
    """The message of exactly these bytes. Raises DecodeError for anything that `encode` did not write."""
    if len(octets) < _HEADER.size + _CRC.size:
        raise DecodeError(len(octets), f"found {len(octets)} octets, expected at least {_HEADER.size + _CRC.size}")
    magic, version, kind, zero, head_size, body_size = _HEADER.unpack_from(octets)
    if magic != MAGIC:
        raise DecodeError(0, f"found {magic!r}, expected {MAGIC!r}")
    if version != VERSION:
        raise DecodeError(4, f"found version {version}, expected {VERSION}")
    if kind >= len(_KINDS) or zero != 0:
        raise DecodeError(5, f"found message kind {kind}, expected 0 to {len(_KINDS) - 1} and two zero octets")
    start, end = _HEADER.size, _HEADER.size + head_size + body_size
    if len(octets) != end + _CRC.size:
        raise DecodeError(8, f"found {len(octets)} octets, expected {end + _CRC.size} by the header")
    if _CRC.unpack_from(octets, end)[0] != zlib.crc32(octets[:end]):
        raise DecodeError(end, "checksum differs: the message was damaged on the way")
    return _message(int(kind), octets[start : start + head_size], octets[start + head_size : end], start)


def _plain(message: Message) -> dict[str, Any]:
    """The fields of a message that are not rows, as JSON values."""
    names = [item.name for item in dataclasses.fields(message) if item.name != "rows"]
    fields: dict[str, Any] = {name: getattr(message, name) for name in names}
    if isinstance(message, Decisions):
        fields["notes"] = [dataclasses.asdict(note) for note in message.notes]
    return fields


def _message(number: int, head: bytes, body: bytes, offset: int) -> Message:
    kind = _KINDS[number]
    try:
        fields: dict[str, Any] = dict(json.loads(head))
        layout = _LAYOUTS.get(kind)
        if layout is not None:
            fields["rows"] = _rows(layout, fields.pop("layout"), body, offset + len(head))
        elif body:
            raise DecodeError(
                offset + len(head), f"found {len(body)} octets of rows, expected none for {kind.__name__}"
            )
        if kind is Orders:
            fields["clauses"] = tuple(tuple(ids) for ids in fields["clauses"])
        if kind is Decisions:
            fields["notes"] = tuple(_decision(note) for note in fields["notes"])
        if kind is Refusal:
            fields["against"] = _ids(fields["against"])
        if kind is HandOver:
            fields["pos_ecef_m"], fields["vel_ecef_mps"] = _point(fields["pos_ecef_m"]), _point(fields["vel_ecef_mps"])
        return cast(Message, _typed(kind(**fields)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise DecodeError(offset, f"found a head that is no {kind.__name__}: {fault}") from fault


def _decision(note: dict[str, Any]) -> Decision:
    note["clauses"], note["against"] = _ids(note["clauses"]), _ids(note["against"])
    return _typed(Decision(**note))


def _ids(found: list[str]) -> tuple[str, ...]:
    return tuple(found)


def _point(found: list[float]) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in found)
    return x, y, z


def _typed(made: T) -> T:
    """The same object; raises TypeError when a plain field holds another type than it is declared with."""
    for item in dataclasses.fields(cast(Any, made)):
        value = getattr(made, item.name)
        wanted = (int, float) if item.type is float else item.type
        plain = item.type in (str, int, float, bool)
        if plain and (not isinstance(value, cast(Any, wanted)) or (item.type is not bool and isinstance(value, bool))):
            raise TypeError(f"field {item.name} holds {value!r}, expected {cast(type, item.type).__name__}")
    return made


def _rows(layout: np.dtype[np.void], tag: object, body: bytes, offset: int) -> Rows:
    if tag != _tag(layout):
        raise DecodeError(offset, f"found record layout {tag}, expected {_tag(layout)}: the sender has other records")
    packed = _packed(layout)
    if len(body) % packed.itemsize:
        raise DecodeError(offset, f"found {len(body)} octets of rows, expected a multiple of {packed.itemsize}")
    rows = records.empty(layout, len(body) // packed.itemsize)
    rows[:] = np.frombuffer(body, dtype=packed)
    return rows


def _packed(layout: np.dtype[np.void]) -> np.dtype[np.void]:
    """The same fields without gaps, little-endian."""
    return np.dtype([(name, layout[name].newbyteorder("<")) for name in layout.names or ()])


def _tag(layout: np.dtype[np.void]) -> int:
    """A number that two layouts share only when names, types and order of fields are the same."""
    return zlib.crc32(repr(_packed(layout).descr).encode())
