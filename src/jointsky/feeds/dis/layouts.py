"""How each PDU lies on the wire: a fixed record, and what repeats or is of any length behind it.

Fields and their places are facts of IEEE 1278.1-2012 (7.2 to 7.8, annexes excluded); the numbers in fields are those of
SISO-REF-010. Version 6 (1278.1a-1998) has the same places: what was padding there is read as zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

Record = np.dtype[np.void]
VERSIONS = (6, 7)
"""Protocol versions that are read: 1278.1a-1998 and 1278.1-2012."""


class Pdu(IntEnum):
    """Types of PDU."""

    ENTITY_STATE = 1
    FIRE = 2
    DETONATION = 3
    START_RESUME = 13
    STOP_FREEZE = 14
    ACKNOWLEDGE = 15
    SET_DATA = 19
    DATA = 20
    COMMENT = 22
    EMISSION = 23
    TRANSMITTER = 25
    SIGNAL = 26
    RECEIVER = 27
    IFF = 28


@dataclass(frozen=True, slots=True)
class Octets:
    """Octets of any length: `count` names the field that says how many (in bits: `bits`), of which `less` count for
    what stands before; they are filled up to a multiple of `pad`."""

    name: str
    count: str
    bits: bool = False
    less: int = 0
    pad: int = 1


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part as often as field `count` says (empty: up to the end of the PDU). `words` names the field of the part that
    holds its own length in 32-bit words (0: it does not say)."""

    name: str
    count: str
    part: "Part"
    words: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A fixed record and what follows it, in this order."""

    record: Record
    tails: tuple[Octets | Repeat, ...] = ()


def record(*fields: tuple[Any, ...]) -> Record:
    """A record dtype on the wire: fields one behind the other. A dtype in place of a number nests."""
    return np.dtype([(name, _wire(kind), *shape) for name, kind, *shape in fields])


def _wire(kind: str | Record) -> str | Record:
    return kind if not isinstance(kind, str) or kind == "u1" else f">{kind}"


def _run(names: str, kind: str | Record) -> Sequence[tuple[Any, ...]]:
    return [(name, kind) for name in names.split()]


ENTITY_ID = record(*_run("site application entity", "u2"))
EVENT_ID = record(*_run("site application event", "u2"))
ENTITY_TYPE = record(
    ("kind", "u1"), ("domain", "u1"), ("country", "u2"), *_run("category subcategory specific extra", "u1")
)
RADIO_TYPE = ENTITY_TYPE
NEAR = record(*_run("x y z", "f4"))
"""A vector of single precision: metres or m/s."""
PLACE = record(*_run("x y z", "f8"))
"""A place in the world: ECEF (WGS84) in metres."""
ORIENTATION = record(*_run("psi theta phi", "f4"))
"""Euler angles from the world's axes to the body's: about z, then y, then x, in radians."""
CLOCK_TIME = record(("hours", "u4"), ("past_hour", "u4"))
DESCRIPTOR = record(("munition_type", ENTITY_TYPE), *_run("warhead fuse quantity rate", "u2"))
RECKONING = record(
    ("algorithm", "u1"), ("parameters", "u1", (15,)), ("acceleration_mps2", NEAR), ("angular_velocity_radps", NEAR)
)
HEADER = record(
    *_run("version exercise type family", "u1"),
    ("timestamp", "u4"),
    ("length", "u2"),
    *_run("pdu_status pad_header", "u1"),
)
_TWO_PARTIES = (("originating", ENTITY_ID), ("receiving", ENTITY_ID))

PARAMETER = record(*_run("type change", "u1"), ("attached_to", "u2"), ("parameter", "u4"), ("octets", "u1", (8,)))
"""A variable parameter: `type` 0 an articulated part (a single-precision number in the first four `octets`), 1 an
attached one (an entity type), and others."""
FIXED_DATUM = record(("id", "u4"), ("value", "u4"))
VARIABLE_DATUM = Part(record(("id", "u4"), ("bits", "u4")), (Octets("value", "bits", bits=True, pad=8),))
_PARAMETERS = Repeat("parameters", "parameter_count", Part(PARAMETER))
_DATA = (Repeat("fixed", "fixed_count", Part(FIXED_DATUM)), Repeat("variable", "variable_count", VARIABLE_DATUM))
_COUNTS = (("fixed_count", "u4"), ("variable_count", "u4"))
_SET = Part(record(*_TWO_PARTIES, ("request", "u4"), ("pad", "u4"), *_COUNTS), _DATA)
_BEAM = Part(
    record(
        ("words", "u1"), ("beam", "u1"), ("parameter_index", "u2"),
        *_run("frequency_hz frequency_range_hz erp_dbm prf_hz pulse_width_us", "f4"),
        *_run("azimuth_rad azimuth_sweep_rad elevation_rad elevation_sweep_rad sweep_sync", "f4"),
        *_run("function target_count high_density status", "u1"), ("technique", "u4"),
    ),
    (Repeat("targets", "target_count", Part(record(("id", ENTITY_ID), *_run("emitter beam", "u1")))),),
)  # fmt: skip
_SYSTEM = Part(
    record(
        *_run("words beam_count", "u1"), ("pad", "u2"), ("emitter_name", "u2"), *_run("function emitter", "u1"),
        ("location_m", NEAR),
    ),
    (Repeat("beams", "beam_count", _BEAM, "words"),),
)  # fmt: skip

BODIES: dict[Pdu, Part] = {
    Pdu.ENTITY_STATE: Part(
        record(
            ("id", ENTITY_ID), *_run("force parameter_count", "u1"), ("entity_type", ENTITY_TYPE),
            ("alternative_type", ENTITY_TYPE), ("velocity_mps", NEAR), ("location_ecef_m", PLACE),
            ("orientation_rad", ORIENTATION), ("appearance", "u4"), ("reckoning", RECKONING),
            ("character_set", "u1"), ("marking", "u1", (11,)), ("capabilities", "u4"),
        ),
        (_PARAMETERS,),
    ),
    Pdu.FIRE: Part(
        record(
            *_run("firing target munition", ENTITY_ID), ("event", EVENT_ID), ("mission", "u4"),
            ("location_ecef_m", PLACE), ("descriptor", DESCRIPTOR), ("velocity_mps", NEAR), ("range_m", "f4"),
        )
    ),
    Pdu.DETONATION: Part(
        record(
            *_run("firing target munition", ENTITY_ID), ("event", EVENT_ID), ("velocity_mps", NEAR),
            ("location_ecef_m", PLACE), ("descriptor", DESCRIPTOR), ("location_entity_m", NEAR),
            *_run("result parameter_count", "u1"), ("pad", "u2"),
        ),
        (_PARAMETERS,),
    ),
    Pdu.START_RESUME: Part(
        record(*_TWO_PARTIES, *_run("real_time simulation_time", CLOCK_TIME), ("request", "u4"))
    ),
    Pdu.STOP_FREEZE: Part(
        record(
            *_TWO_PARTIES, ("real_time", CLOCK_TIME), *_run("reason behaviour", "u1"), ("pad", "u2"), ("request", "u4")
        )
    ),
    Pdu.ACKNOWLEDGE: Part(record(*_TWO_PARTIES, *_run("flag response", "u2"), ("request", "u4"))),
    Pdu.SET_DATA: _SET,
    Pdu.DATA: _SET,
    Pdu.COMMENT: Part(record(*_TWO_PARTIES, *_COUNTS), _DATA),
    Pdu.EMISSION: Part(
        record(
            ("emitting", ENTITY_ID), ("event", EVENT_ID), *_run("update system_count", "u1"), ("pad", "u2")
        ),
        (Repeat("systems", "system_count", _SYSTEM, "words"),),
    ),
    Pdu.TRANSMITTER: Part(
        record(
            ("radio_of", ENTITY_ID), ("radio", "u2"), ("radio_type", RADIO_TYPE), *_run("state source", "u1"),
            ("parameter_count", "u2"), ("antenna_ecef_m", PLACE), ("antenna_m", NEAR),
            *_run("pattern_type pattern_octets", "u2"), ("frequency_hz", "u8"), *_run("bandwidth_hz power_dbm", "f4"),
            *_run("spread_spectrum modulation detail system crypto crypto_key", "u2"),
            ("modulation_octets", "u1"), ("pad_8", "u1"), ("pad", "u2"),
        ),
        (
            Octets("modulation_parameters", "modulation_octets"),
            Octets("pattern", "pattern_octets"),
            Repeat(
                "parameters", "parameter_count",
                Part(record(("type", "u4"), ("octets", "u2")), (Octets("value", "octets", less=6),)),
            ),
        ),
    ),
    Pdu.SIGNAL: Part(
        record(
            ("radio_of", ENTITY_ID), *_run("radio encoding tdl", "u2"), ("sample_rate_hz", "u4"),
            *_run("bits samples", "u2"),
        ),
        (Octets("data", "bits", bits=True, pad=4),),
    ),
    Pdu.RECEIVER: Part(
        record(
            ("radio_of", ENTITY_ID), *_run("radio state pad", "u2"), ("power_dbm", "f4"), ("transmitter_of", ENTITY_ID),
            ("transmitter", "u2"),
        )
    ),
    Pdu.IFF: Part(
        record(
            ("emitting", ENTITY_ID), ("event", EVENT_ID), ("antenna_m", NEAR), *_run("system_type system_name", "u2"),
            *_run("system_mode change designator specific", "u1"), *_run("status data_1 layers data_2", "u1"),
            *_run("parameter_1 parameter_2 parameter_3 parameter_4 parameter_5 parameter_6", "u2"),
        ),
        (
            Repeat(
                "further_layers", "",
                Part(
                    record(*_run("layer specific", "u1"), ("octets", "u2")), (Octets("content", "octets", less=4),)
                ),
            ),
        ),
    ),
}  # fmt: skip
"""What follows the header in each type of PDU."""

FAMILIES: dict[Pdu, int] = {
    Pdu.ENTITY_STATE: 1, Pdu.FIRE: 2, Pdu.DETONATION: 2, Pdu.START_RESUME: 5, Pdu.STOP_FREEZE: 5, Pdu.ACKNOWLEDGE: 5,
    Pdu.SET_DATA: 5, Pdu.DATA: 5, Pdu.COMMENT: 5, Pdu.EMISSION: 6, Pdu.TRANSMITTER: 4, Pdu.SIGNAL: 4, Pdu.RECEIVER: 4,
    Pdu.IFF: 6,
}  # fmt: skip
"""The protocol family of each type."""
