"""Entity State by columns: many PDUs in one pass, whatever their lengths and whatever else stands between them.

On the wire every number is big-endian; a record here has the same fields at the same places, each turned round. So
reading is one walk for where PDUs begin and one gather, and writing is the same gather backwards.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jointsky.feeds.dis.layouts import BODIES, FAMILIES, HEADER, PARAMETER, VERSIONS, Pdu, Record, record
from jointsky.feeds.dis.pdus import Fault
from jointsky.kernels.dis import HEADER_OCTETS, gather, scatter, walk
from jointsky.vocab.records import Rows

Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]

_WIRE = record(("header", HEADER), ("body", BODIES[Pdu.ENTITY_STATE].record))


def _places(kind: Record, start: int = 0) -> Iterator[tuple[int, int]]:
    """Offset and width of each number of a record."""
    for inner, offset, *_ in (kind.fields or {}).values():
        if inner.fields:
            yield from _places(inner, start + offset)
        else:
            width = inner.base.itemsize
            yield from ((start + offset + k, width) for k in range(0, inner.itemsize, width))


def _turned(kind: Record) -> Longs:
    """The order of octets that turns every number of a record round; it undoes itself."""
    return np.array([at + width - 1 - k for at, width in sorted(_places(kind)) for k in range(width)], np.int64)


def _flat(kind: Record) -> Record:
    """Header and body of a record as one, little-endian."""
    fields: dict[str, tuple[np.dtype[np.void], int]] = {}
    for part, offset, *_ in (kind.fields or {}).values():
        fields |= {
            name: (inner.newbyteorder("<"), offset + at) for name, (inner, at, *_) in (part.fields or {}).items()
        }
    names = list(fields)
    return np.dtype(
        {
            "names": names,
            "formats": [fields[name][0] for name in names],
            "offsets": [fields[name][1] for name in names],
            "itemsize": kind.itemsize,
        }
    )


ENTITY_STATE: Record = _flat(_WIRE)
"""One Entity State PDU, header and body: the fields of `layouts` by their names, numbers in the machine's order."""
ARTICULATION: Record = np.dtype(PARAMETER.newbyteorder("<"))
"""One variable parameter; see `layouts.PARAMETER`."""
_STATE_ORDER, _PARAMETER_ORDER = _turned(_WIRE), _turned(PARAMETER)


class Entities(NamedTuple):
    """Entity states (ENTITY_STATE rows) and their variable parameters (ARTICULATION rows), those of a state one behind
    the other in the order of states: state i has `parameter_count[i]` of them, and came in datagram `datagram[i]`.
    `faults` are octets that were no PDU or whose parameters do not fit; `other` counts PDUs of other types and
    versions."""

    rows: Rows
    parameters: Rows
    datagram: Longs
    faults: tuple[Fault, ...] = ()
    other: int = 0


def decode_entities(datagrams: bytes | Sequence[bytes]) -> Entities:
    """Read the entity states of one datagram or of many. Raises nothing: what cannot be read is told in `faults`, with
    its offset in all datagrams together."""
    many = [datagrams] if isinstance(datagrams, bytes) else datagrams
    octets = np.frombuffer(bytearray().join(many), np.uint8)
    ends = np.cumsum([len(one) for one in many], dtype=np.int64)
    at, broken = np.empty(len(octets) // HEADER_OCTETS + 1, np.int64), np.empty(len(ends), np.int64)
    at = at[: walk(octets, ends, at, broken)]
    faults = [Fault(int(place), "no PDU begins here") for place in broken[broken >= 0]]
    ours = np.isin(octets[at], VERSIONS) & (octets[at + 2] == Pdu.ENTITY_STATE)
    at, other = at[ours], int(len(at) - ours.sum())
    whole = _fits(octets, at)
    faults += [Fault(int(place), "an entity state that its length cannot hold") for place in at[~whole]]
    at = at[whole]
    rows = gathered(octets, at, ENTITY_STATE, _STATE_ORDER)
    parameters = gathered(octets, _behind(at, rows["parameter_count"]), ARTICULATION, _PARAMETER_ORDER)
    return Entities(rows, parameters, np.searchsorted(ends, at, side="right"), tuple(faults), other)


def encode_entities(rows: Rows, parameters: Rows | None = None, exercise: int | None = None) -> tuple[bytes, Longs]:
    """Write entity states, one behind the other, and say where each ends. Lengths, type and family are set here;
    `parameters` as in `Entities`. Raises ValueError where their number is not that of the states' counts."""
    counts = rows["parameter_count"].astype(np.int64)
    given = np.zeros(0, ARTICULATION) if parameters is None else parameters
    if counts.sum() != len(given):
        raise ValueError(f"found {len(given)} parameters, expected {counts.sum()} as the states count them")
    lengths = ENTITY_STATE.itemsize + counts * ARTICULATION.itemsize
    ends = np.cumsum(lengths)
    out = np.array(rows, ENTITY_STATE)
    out["length"], out["type"], out["family"] = lengths, Pdu.ENTITY_STATE, FAMILIES[Pdu.ENTITY_STATE]
    out["version"] = np.where(out["version"] == 0, VERSIONS[-1], out["version"])
    if exercise is not None:
        out["exercise"] = exercise
    octets = np.empty(int(lengths.sum()), np.uint8)
    at = ends - lengths
    scatter(_as_octets(out), at, _STATE_ORDER, octets)
    scatter(_as_octets(np.ascontiguousarray(given)), _behind(at, counts), _PARAMETER_ORDER, octets)
    return octets.tobytes(), ends


def articulations(parameters: Rows) -> NDArray[np.float32]:
    """The number that each articulated part (type 0) stands at; not a number for other parameters."""
    values = parameters["octets"][:, :4].copy().view(">f4")[:, 0].astype(np.float32)
    return np.where(parameters["type"] == 0, values, np.float32(np.nan))


def gathered(octets: Bytes, at: Longs, kind: Record, order: Longs) -> Rows:
    """The records that begin at `at`."""
    rows = np.empty((len(at), kind.itemsize), np.uint8)
    gather(octets, at, order, rows)
    return rows.reshape(-1).view(kind)


def _fits(octets: Bytes, at: Longs) -> NDArray[np.bool_]:
    """Whether each entity state's length holds what it counts."""
    lengths = octets[at + 8].astype(np.int64) * 256 + octets[at + 9]
    fits = lengths >= ENTITY_STATE.itemsize
    counts = octets[np.where(fits, at + _COUNT_AT, at)].astype(np.int64)
    return fits & (lengths >= ENTITY_STATE.itemsize + counts * ARTICULATION.itemsize)


def _behind(at: Longs, counts: NDArray[np.unsignedinteger] | Longs) -> Longs:
    """Where each parameter begins: those of a state one behind the other, behind it."""
    many = counts.astype(np.int64)
    numbers: Longs = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    return np.repeat(at + ENTITY_STATE.itemsize, many) + numbers * ARTICULATION.itemsize


def _as_octets(rows: Rows) -> Bytes:
    return rows.view(np.uint8).reshape(len(rows), rows.dtype.itemsize)


_COUNT_AT = int((ENTITY_STATE.fields or {})["parameter_count"][1])
