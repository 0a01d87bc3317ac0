"""What other simulations say of their entities (DIS), as inputs of an exercise: who is taken in, as what, and until
when. No sockets here.

What an owner says is believed as far as it can be true: numbers that are finite, a place in the air, a speed below
`FASTEST_MPS`. Everything else is counted by its reason and changes nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import numpy as np

from jointsky import geo
from jointsky.feeds.dis.entities import decode_entities
from jointsky.feeds.dis.layouts import Pdu
from jointsky.feeds.dis.pdus import Fields, decode
from jointsky.feeds.dis.reckoning import ALGORITHMS, FPW, HEARTBEAT_S, TIME_OUT, matrices
from jointsky.feeds.dis.stamps import is_absolute, moment_us
from jointsky.feeds.dis.types import Numbers, Types
from jointsky.feeds.pcap import Datagram
from jointsky.vocab.codes import NONE, Side
from jointsky.vocab.messages import Input, Outside, OutsideShot, Triple
from jointsky.vocab.records import Rows
from jointsky.world.world import World

FASTEST_MPS = 3_000.0
LOWEST_M, HIGHEST_M = -500.0, 60_000.0
MOST_OFF_S = 5.0
"""A time stamp that is farther from the arrival than this is no clock to go by: the arrival counts."""
MOST_SHOTS = 200
"""So many shots, and so many datagrams with other than entity states, are read in one tick."""
DEACTIVATED, DESTROYED = 1 << 23, 3 << 3
"""Bits of the appearance of an air platform (SISO-REF-010): its state, and both bits of its damage."""
BODY_ALGORITHMS = 4
"""Algorithm n + 4 is algorithm n (2 to 5) with velocity and acceleration along the body's axes; 6 is 2 of them."""
SIDES = (Side.DEFENDER, Side.RAIDER, Side.NEUTRAL)
"""Of force 1, 2, 3, and so on in turn; 0 is nobody's."""


class Ident(NamedTuple):
    """What DIS calls an entity; with entity 0 a simulation as a whole."""

    site: int
    application: int
    entity: int = 0

    def __str__(self) -> str:
        return f"{self.site}:{self.application}:{self.entity}"


@dataclass(slots=True)
class Known:
    """An entity outside that has a row, and its last word (wall microseconds)."""

    row: int
    heard_us: int
    said: Outside


@dataclass(slots=True)
class Arrivals:
    """The entities of others. `refused` counts what was not taken in by its reason; `orders` are PDUs of simulation
    management addressed to us."""

    world: World
    types: Types
    own: Ident
    exercise: int
    known: dict[Ident, Known] = field(default_factory=dict[Ident, Known])
    codes: dict[Ident, int] = field(default_factory=dict[Ident, int])
    refused: Counter[str] = field(default_factory=Counter[str])
    orders: list[Fields] = field(default_factory=list[Fields])

    def hear(self, datagrams: Sequence[Datagram], t_s: float, now_us: int) -> list[Input]:
        """The inputs of the tick that begins at `t_s`, which is `now_us` on the wall: of each entity its last word, the
        shots, and who is silent too long."""
        found = decode_entities([one.octets for one in datagrams])
        self.refused["octets that are no PDU"] += len(found.faults)
        shots = self._others(datagrams, t_s) if found.other else []
        last: dict[Ident, int] = {Ident(*map(int, row["id"])): i for i, row in enumerate(found.rows) if self._ours(row)}
        told: list[Input] = []
        for ident, i in last.items():
            arrived_us = datagrams[int(found.datagram[i])].t_utc_ns // 1000
            said = self._said(ident, found.rows[i], arrived_us, t_s, now_us)
            if said is not None:
                told.append(said)
        return [*told, *shots, *self._silent(t_s, now_us)]

    def row_of(self, ident: Ident) -> int:
        """The row of an entity outside; -1 for one that has none."""
        return self.known[ident].row if ident in self.known else NONE

    def ident_of(self, row: int) -> Ident | None:
        """Whose row it is; None for a row of ours."""
        return next((ident for ident, known in self.known.items() if known.row == row), None)

    def _ours(self, row: Rows) -> bool:
        """Whether an entity state belongs to this exercise, and is not our own come back."""
        other = int(row["exercise"]) != self.exercise
        self.refused["of another exercise"] += other
        return not other and tuple(row["id"])[:2] != self.own[:2]

    def _said(self, ident: Ident, row: Rows, arrived_us: int, t_s: float, now_us: int) -> Outside | None:
        appearance = int(row["appearance"])
        alive = not appearance & DEACTIVATED and appearance & DESTROYED != DESTROYED
        known = self.known.get(ident)
        if not alive:
            return None if known is None or not known.said.alive else self._gone(known, t_s)
        name = self.types.of(cast(Numbers, tuple(map(int, row["entity_type"]))))
        motion = _motion(row)
        if name is None or motion is None:
            self.refused["no type of the table" if name is None else "nowhere in the air"] += 1
            return None
        place = self._row(ident) if known is None else known.row
        if place is None:
            self.refused["no row left"] += 1
            return None
        said = Outside(
            row=place,
            kind=self.world.model.names.aircraft_types.index(name),
            side=_side(int(row["force"])),
            code=self.codes.get(ident, NONE),
            alive=True,
            algorithm=_algorithm(int(row["reckoning"]["algorithm"])),
            t_s=t_s - (now_us - _moment_us(int(row["timestamp"]), arrived_us)) / 1e6,
            pos_ecef_m=motion[0],
            vel_ecef_mps=motion[1],
            acc_ecef_mps2=motion[2],
            name=f"{ident} {bytes(row['marking']).decode('ascii', 'replace').strip(chr(0))}".strip(),
        )
        self.known[ident] = Known(place, arrived_us, said)
        return said

    def _row(self, ident: Ident) -> int | None:
        """A row for a new entity: one never used, else that of one that is gone longest."""
        rows = [int(row) for row in self.world.state.outside["row"]]
        used = {known.row for known in self.known.values()}
        free = next((row for row in rows if row not in used), None)
        gone = [(known.heard_us, other) for other, known in self.known.items() if not known.said.alive]
        if free is None and gone:
            free = self.known.pop(min(gone)[1]).row
        return free

    def _gone(self, known: Known, t_s: float) -> Outside:
        last = known.said
        known.said = Outside(
            last.row, last.kind, last.side, last.code, False, last.algorithm, t_s, last.pos_ecef_m, last.vel_ecef_mps,
            last.acc_ecef_mps2, last.name,
        )  # fmt: skip
        return known.said

    def _silent(self, t_s: float, now_us: int) -> list[Outside]:
        limit_us = int(TIME_OUT * HEARTBEAT_S * 1e6)
        silent = [known for known in self.known.values() if known.said.alive and now_us - known.heard_us > limit_us]
        return [self._gone(known, t_s) for known in silent]

    def _others(self, datagrams: Sequence[Datagram], t_s: float) -> list[OutsideShot]:
        """What is said in other PDUs than entity states."""
        shots: list[OutsideShot] = []
        mixed = [one.octets for one in datagrams if _holds_others(one.octets)]
        self.refused["too many in one tick"] += max(len(mixed) - MOST_SHOTS, 0)
        for octets in mixed[:MOST_SHOTS]:
            for pdu in decode(octets).pdus:
                if pdu["exercise"] == self.exercise:
                    shots += self._other(pdu, t_s)
        return shots[:MOST_SHOTS]

    def _other(self, pdu: Fields, t_s: float) -> list[OutsideShot]:
        match pdu["type"]:
            case Pdu.FIRE | Pdu.DETONATION if _ident(pdu["firing"])[:2] != self.own[:2]:
                place = _triple(pdu["location_ecef_m"])
                if not np.isfinite(place).all():
                    return []
                what = "fire" if pdu["type"] == Pdu.FIRE else "detonation"
                by, at = str(_ident(pdu["firing"])), str(_ident(pdu["target"]))
                return [OutsideShot(what, by, at, t_s, place, pdu.get("result", 0))]
            case Pdu.IFF if _ident(pdu["emitting"])[:2] != self.own[:2]:
                self.codes[_ident(pdu["emitting"])] = code_of(pdu["parameter_3"])
            case Pdu.START_RESUME | Pdu.STOP_FREEZE | Pdu.SET_DATA if self._to_us(pdu):
                self.orders.append(pdu)
            case _:
                pass
        return []

    def _to_us(self, pdu: Fields) -> bool:
        to = _ident(pdu["receiving"])
        meant = all(theirs in (ours, 0xFFFF) for theirs, ours in zip(to[:2], self.own[:2], strict=True))
        return meant and _ident(pdu["originating"])[:2] != self.own[:2]


def code_of(parameter: int) -> int:
    """The Mode 3/A code in an IFF parameter: four octal digits from the lowest bits up; -1 while its bit 13 is off."""
    digits = [parameter >> (3 * k) & 7 for k in range(4)]
    return sum(digit << (9 - 3 * k) for k, digit in enumerate(digits)) if parameter & 1 << 13 else NONE


def parameter_of(code: int) -> int:
    """The IFF parameter that says a Mode 3/A code, on; undoes `code_of`."""
    return sum((code >> (9 - 3 * k) & 7) << (3 * k) for k in range(4)) | 1 << 13 if code >= 0 else 0


def _motion(row: Rows) -> tuple[Triple, Triple, Triple] | None:
    """Place, velocity and acceleration in the world; None where they cannot be an aircraft's."""
    place = np.array(_triple(row["location_ecef_m"]))
    along = np.array([_triple(row["velocity_mps"]), _triple(row["reckoning"]["acceleration_mps2"])])
    angles = np.array([_triple(row["orientation_rad"])])
    if not (np.isfinite(place).all() and np.isfinite(along).all() and np.isfinite(angles).all()):
        return None
    if np.abs(place).max() > 1e8 or np.linalg.norm(along, axis=1).max() > FASTEST_MPS:
        return None
    if not LOWEST_M <= float(geo.ecef2geodetic(place)[2]) <= HIGHEST_M:
        return None
    if int(row["reckoning"]["algorithm"]) > max(ALGORITHMS):
        along = along @ matrices(angles)[0]
    velocity, acceleration = along
    return _triple(place), _triple(velocity), _triple(acceleration)


def _algorithm(number: int) -> int:
    """The algorithm by which the place is reckoned in the world."""
    world = number if number <= max(ALGORITHMS) else max(number - BODY_ALGORITHMS, FPW)
    return world if world in ALGORITHMS else FPW


def _moment_us(value: int, arrived_us: int) -> int:
    moment = moment_us(value, arrived_us)
    return moment if is_absolute(value) and abs(moment - arrived_us) <= MOST_OFF_S * 1e6 else arrived_us


def _side(force: int) -> Side:
    return SIDES[(force - 1) % len(SIDES)] if force else Side.NEUTRAL


def _holds_others(octets: bytes) -> bool:
    """Whether more than one entity state is in a datagram."""
    return len(octets) > 9 and (octets[2] != Pdu.ENTITY_STATE or int.from_bytes(octets[8:10]) != len(octets))


def _ident(fields: Fields) -> Ident:
    return Ident(*fields.values())


def _triple(values: Any) -> Triple:
    """Three numbers: of a mapping of fields, of a record or of an array."""
    x, y, z = cast(Fields, values).values() if isinstance(values, dict) else cast(Sequence[Any], values)
    return float(x), float(y), float(z)
