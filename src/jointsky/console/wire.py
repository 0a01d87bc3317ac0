"""The wire between server and browser: one binary message per update, columns that a browser maps as typed arrays.

`docs/understand/console-wire.md` is the same in words, for whoever writes a client.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from jointsky.errors import DecodeError
from jointsky.vocab.records import Rows, empty

MAGIC = b"JSK1"
VERSION = 1
ALIGN = 8
LARGEST_UPDATE = 2 * 1024 * 1024
LARGEST_COMMAND = 16 * 1024
IN_FORCE = 1
"""Bit of `Head.flags`: the seat's post exists in the phase in force (always set for control)."""

_HEAD = struct.Struct("<4sHHIIddd")
_TABLE = struct.Struct("<HHI")

TRACKS = np.dtype(
    [
        ("track", "<u4"),
        ("lon_deg", "<f4"),
        ("lat_deg", "<f4"),
        ("alt_m", "<f4"),
        ("speed_mps", "<f4"),
        ("course_deg", "<f4"),
        ("climb_mps", "<f4"),
        ("sigma_pos_m", "<f4"),
        ("sigma_height_m", "<f4"),
        ("age_s", "<f4"),
        ("own_age_s", "<f4"),
        ("released_age_s", "<f4"),
        ("first_s", "<f4"),
        ("existence", "<f4"),
        ("code", "<i2"),
        ("origin", "<i2"),
        ("clause", "<i2"),
        ("reasons", "<u2"),
        ("sensors", "<u2"),
        ("identity", "u1"),
        ("kind", "u1"),
        ("iff", "u1"),
        ("fire_control", "u1"),
        ("engaged", "u1"),
    ]
)
"""The picture of the seat's post. `age_s` since its last update, `own_age_s` and `released_age_s` since the last from
own and from released data (infinite: never); `clause` an index into the clauses told once; `reasons` bits of Evidence;
`engaged` how many orders are under way.
"""

UNITS = np.dtype(
    [
        ("shooter", "<u2"),
        ("lon_deg", "<f4"),
        ("lat_deg", "<f4"),
        ("alt_m", "<f4"),
        ("speed_mps", "<f4"),
        ("course_deg", "<f4"),
        ("age_s", "<f4"),
        ("ready_in_s", "<f4"),
        ("fuel_s", "<f4"),
        ("order", "<u4"),
        ("track", "<u4"),
        ("shots_left", "<i2"),
        ("channels_free", "<i2"),
        ("status", "u1"),
        ("weapons", "u1"),
    ]
)
"""The launchers and fighters that have reported to the seat's post, as it knows them. `shooter` is an index into the
list told once; `status` a Flight code for a fighter, 1 or 0 (alive or not) for a launcher; `order` and `track` are of
an order of this post, else 0.
"""

ENGAGEMENTS = np.dtype(
    [
        ("order", "<u4"),
        ("track", "<u4"),
        ("shooter", "<u2"),
        ("act", "u1"),
        ("shots", "u1"),
        ("chance", "<f4"),
        ("since_s", "<f4"),
    ]
)
"""Orders of the seat's post that are under way."""

STROBES = np.dtype([("lon_deg", "<f4"), ("lat_deg", "<f4"), ("az_deg", "<f4"), ("age_s", "<f4"), ("sensor", "<i2")])
"""Directions in which a sensor sees a jammer: from the sensor's place, clockwise from true north."""

SENSORS = np.dtype([("sensor", "<u2"), ("lon_deg", "<f4"), ("lat_deg", "<f4"), ("heard_age_s", "<f4")])
"""Sensors the seat knows, where they say they stand, and how long ago the post heard from them (infinite: never)."""

TRUTH = np.dtype(
    [
        ("row", "<u4"),
        ("lon_deg", "<f4"),
        ("lat_deg", "<f4"),
        ("alt_m", "<f4"),
        ("speed_mps", "<f4"),
        ("course_deg", "<f4"),
        ("climb_mps", "<f4"),
        ("nation", "<i2"),
        ("side", "u1"),
        ("kind", "u1"),
        ("state", "u1"),
        ("jamming", "u1"),
    ]
)
"""What is really in the air; control only."""

SHOTS = np.dtype(
    [
        ("row", "<u4"),
        ("target", "<i4"),
        ("lon_deg", "<f4"),
        ("lat_deg", "<f4"),
        ("alt_m", "<f4"),
        ("launch_lon_deg", "<f4"),
        ("launch_lat_deg", "<f4"),
        ("state", "u1"),
        ("shooter", "u1"),
    ]
)
"""Simulated missiles and intercepts under way, with the row of truth they go for; control only."""

TABLES: dict[str, tuple[int, np.dtype[np.void]]] = {
    "tracks": (1, TRACKS),
    "units": (2, UNITS),
    "engagements": (3, ENGAGEMENTS),
    "strobes": (4, STROBES),
    "sensors": (5, SENSORS),
    "truth": (16, TRUTH),
    "shots": (17, SHOTS),
}
"""Number and columns of each table, by name. Numbers keep their meaning for ever; new ones are appended."""

_NAME_OF = {number: name for name, (number, _) in TABLES.items()}


@dataclass(frozen=True, slots=True)
class Head:
    """What an update is of: tick and seconds since scenario start, scenario time and wall time of making in UTC
    milliseconds since 1970. `made_ms` is the one thing in an update that depends on the wall clock.
    """

    tick: int
    t_s: float
    utc_ms: float
    made_ms: float = 0.0
    flags: int = IN_FORCE


def pack(head: Head, tables: Mapping[str, Rows]) -> bytes:
    """One update as bytes: every table of `TABLES` that is given, in order of number, each as columns. Raises
    ValueError when it is larger than an update may be.
    """
    parts = [_HEAD.pack(MAGIC, VERSION, len(tables), head.tick, head.flags, head.t_s, head.utc_ms, head.made_ms)]
    for name in sorted(tables, key=lambda name: TABLES[name][0]):
        parts += _packed(name, tables[name])
    update = b"".join(parts)
    if len(update) > LARGEST_UPDATE:
        raise ValueError(f"an update of {len(update)} bytes, expected at most {LARGEST_UPDATE}")
    return update


def unpack(update: bytes) -> tuple[Head, dict[str, Rows]]:
    """An update read back. Raises DecodeError, with the offset, for bytes that are none."""
    if len(update) < _HEAD.size or update[:4] != MAGIC:
        raise DecodeError(0, "no update: it does not begin with its mark")
    _, version, count, tick, flags, t_s, utc_ms, made_ms = _HEAD.unpack_from(update)
    if version != VERSION:
        raise DecodeError(4, f"version {version}, expected {VERSION}")
    tables: dict[str, Rows] = {}
    offset = _HEAD.size
    for _ in range(count):
        name, tables[name], offset = _table_at(update, offset)
    return Head(tick, t_s, utc_ms, made_ms, flags), tables


def schema() -> list[dict[str, object]]:
    """The tables as a client is told them: number, name, and (column, type) in order."""
    return [
        {"id": number, "name": name, "columns": [[column, dtype[column].str[1:]] for column in dtype.names or ()]}
        for name, (number, dtype) in TABLES.items()
    ]


def without_wall_time(update: bytes) -> bytes:
    """The same update with `made_ms` as zero: what may be compared between two runs."""
    return update[: _HEAD.size - 8] + bytes(8) + update[_HEAD.size :]


def _packed(name: str, rows: Rows) -> list[bytes]:
    number, dtype = TABLES[name]
    columns = dtype.names or ()
    parts = [_TABLE.pack(number, len(columns), len(rows))]
    for column in columns:
        octets = np.ascontiguousarray(rows[column], dtype[column]).tobytes()
        parts.append(octets + bytes(-len(octets) % ALIGN))
    return parts


def _table_at(update: bytes, offset: int) -> tuple[str, Rows, int]:
    if offset + _TABLE.size > len(update):
        raise DecodeError(offset, "the update ends inside the head of a table")
    number, _, count = _TABLE.unpack_from(update, offset)
    if number not in _NAME_OF:
        raise DecodeError(offset, f"unknown table {number}")
    dtype = TABLES[_NAME_OF[number]][1]
    offset += _TABLE.size
    sizes = [-(-count * dtype[column].itemsize // ALIGN) * ALIGN for column in dtype.names or ()]
    if offset + sum(sizes) > len(update):
        raise DecodeError(offset, f"the update ends inside table {number} of {count} rows")
    rows = empty(dtype, count)
    for column, size in zip(dtype.names or (), sizes, strict=True):
        rows[column] = np.frombuffer(update, dtype[column], count, offset)
        offset += size
    return _NAME_OF[number], rows, offset
