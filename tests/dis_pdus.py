"""Random DIS PDUs of every type, made from the layouts alone."""

from __future__ import annotations

import math
import random
import struct
from typing import Any

from jointsky.feeds.dis.layouts import BODIES, Octets, Part, Pdu, Record, Repeat

_KINDS = {"f4": "f", "f8": "d"}
_WHOLE_WORDS = ("modulation_parameters", "pattern")


def random_pdu(luck: random.Random, kind: Pdu, version: int = 7) -> dict[str, Any]:
    """A PDU of a type with every field at random."""
    head = {"type": kind, "version": version, "exercise": luck.randrange(256), "timestamp": luck.getrandbits(32)}
    return {**head, "pdu_status": 0, **_part(luck, BODIES[kind])}


def _part(luck: random.Random, part: Part) -> dict[str, Any]:
    derived = {tail.count for tail in part.tails}
    fields = {k: v for k, v in _record(luck, part.record).items() if k not in derived}
    for tail in part.tails:
        if isinstance(tail, Octets):
            fields[tail.name] = _octets(luck, tail)
        else:
            fields[tail.name] = [_element(luck, tail) for _ in range(luck.randrange(4))]
    return fields


def _element(luck: random.Random, tail: Repeat) -> dict[str, Any]:
    fields = _part(luck, tail.part)
    fields.pop(tail.words, None)
    return fields


def _octets(luck: random.Random, tail: Octets) -> bytes:
    # Modulation and pattern records are whole 64-bit words; so are further parameters of a transmitter with their head.
    if tail.less == 6:
        return luck.randbytes(2 + 8 * luck.randrange(3))
    return luck.randbytes(8 * luck.randrange(3) if tail.name in _WHOLE_WORDS else luck.randrange(1, 30))


def _record(luck: random.Random, record: Record) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, (kind, *_) in (record.fields or {}).items():
        if name in ("pad", "pad_8", "words"):
            continue
        if kind.fields:
            fields[name] = _record(luck, kind)
        elif kind.shape:
            fields[name] = luck.randbytes(kind.shape[0])
        else:
            fields[name] = _number(luck, kind.str)
    return fields


def _number(luck: random.Random, kind: str) -> int | float:
    plain = kind.lstrip("<>|")
    if plain not in _KINDS:
        return luck.getrandbits(8 * int(plain[1:]))
    value = luck.uniform(-1.0, 1.0) * 10.0 ** luck.randrange(7)
    (exact,) = struct.unpack(_KINDS[plain], struct.pack(_KINDS[plain], value))
    assert math.isfinite(exact)
    return exact
