"""What other simulations are told of ours (DIS): entity states by heartbeat and threshold, fires and detonations,
emissions, IFF. No sockets here; everything that is fired is simulated.

A tick leaves the world at its end, one step ahead of the wall; what is told is the world as the last tick left it,
which is where things are now.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.catalogue.types import RadarType
from jointsky.feeds.dis.entities import ENTITY_STATE, encode_entities
from jointsky.feeds.dis.layouts import Pdu
from jointsky.feeds.dis.pdus import encode_pdu
from jointsky.feeds.dis.reckoning import FPW, HEARTBEAT_S, STATIC, Motion, is_due, level_rad
from jointsky.feeds.dis.stamps import stamp
from jointsky.feeds.dis.types import Numbers, Types
from jointsky.live.arrivals import DEACTIVATED, DESTROYED, Arrivals, Ident, parameter_of
from jointsky.vocab.codes import NONE, Flight, Shooter, Shot, Side
from jointsky.vocab.records import Rows, empty
from jointsky.vocab.truth_records import AIRCRAFT, ENGAGEMENT
from jointsky.world.world import World

EMISSION_S = 10.0
"""Emissions and IFF are told again so often (1278.1-2012, 5.7.3 and 5.7.6)."""
LONGEST = 1_400
"""Octets of PDUs that share a datagram, so that no network takes it apart."""
RADARS, LAUNCHERS, MISSILES = 20_000, 30_000, 40_000
"""Entity numbers begin at 1 for aircraft, and behind these for the others."""
FORCES = {Side.NEUTRAL: 3, Side.DEFENDER: 1, Side.RAIDER: 2}
HIT, DETONATED, NOTHING = 1, 5, 6
RESULTS = {Shot.HIT: HIT, Shot.MISS: DETONATED, Shot.LOST: NOTHING}
"""How an engagement that was in flight ended, as a detonation result."""
LONG_AGO_S = -1e6

Float = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(slots=True)
class Said:
    """What others know of each aircraft of ours: when they were last told (wall seconds), and what."""

    at_s: Float
    pos_ecef_m: Float
    vel_mps: Float
    angles_rad: Float
    alive: NDArray[np.bool_]

    @classmethod
    def nothing(cls, count: int) -> "Said":
        """Nobody was told anything yet."""
        zero = np.zeros((count, 3))
        return cls(np.full(count, LONG_AGO_S), zero, zero.copy(), zero.copy(), np.zeros(count, np.bool_))


@dataclass(slots=True)
class Announcer:
    """The PDUs that go out after each tick. `radar_types` as `world.sites.radar_types`."""

    world: World
    types: Types
    own: Ident
    exercise: int
    arrivals: Arrivals
    radar_types: Mapping[str, RadarType]
    said: Said = field(init=False)
    aircraft: Rows = field(default_factory=lambda: empty(AIRCRAFT))
    shots: Rows = field(default_factory=lambda: empty(ENGAGEMENT))
    fixed_s: float = LONG_AGO_S
    iff_s: Float = field(init=False)
    events: int = 0

    def __post_init__(self) -> None:
        self.said = Said.nothing(len(self.world.state.aircraft))
        self.iff_s = np.full(len(self.world.state.aircraft), LONG_AGO_S)

    def announce(self, now_us: int) -> list[bytes]:
        """The datagrams that are due now (wall microseconds), each of whole PDUs."""
        held, self.aircraft = self.aircraft, self.world.state.aircraft.copy()
        before, self.shots = self.shots, self.world.state.engagements[: self.world.state.engagements_used].copy()
        if not len(held):
            return []
        now_s, head = now_us / 1e6, {"exercise": self.exercise, "timestamp": stamp(now_us)}
        pdus = [*self._flying(held, now_s, head), *self._shots(before, head), *self._transponders(held, now_s, head)]
        if now_s - self.fixed_s >= EMISSION_S:
            self.fixed_s = now_s
            pdus += [*self._fixed(head), *self._emissions(held, head)]
        return bundled(pdus)

    def farewell(self, now_us: int) -> list[bytes]:
        """The last word on everything that flies: it is taken out."""
        rows = np.nonzero(self.said.alive)[0]
        head = {"exercise": self.exercise, "timestamp": stamp(now_us)}
        return bundled(_split(self._states(self.aircraft, rows, DEACTIVATED, head))) if len(self.aircraft) else []

    # ------------------------------------------------------------ aircraft

    def _flying(self, held: Rows, now_s: float, head: dict[str, int]) -> list[bytes]:
        mine = held["state"] != Flight.OUTSIDE
        rows = np.nonzero(mine & (held["alive"] == 1))[0]
        angles_rad = _angles(held[rows])
        said = self.said
        flies = np.full(len(rows), FPW)
        zero = np.zeros((len(rows), 3))
        told = Motion(flies, said.pos_ecef_m[rows], said.vel_mps[rows], zero, said.angles_rad[rows], zero)
        due = is_due(told, now_s - said.at_s[rows], held["pos_ecef_m"][rows], angles_rad, HEARTBEAT_S)
        due |= ~said.alive[rows]
        rows, angles_rad = rows[due], angles_rad[due]
        said.at_s[rows], said.angles_rad[rows], said.alive[rows] = now_s, angles_rad, True
        said.pos_ecef_m[rows], said.vel_mps[rows] = held["pos_ecef_m"][rows], held["vel_ecef_mps"][rows]
        gone = np.nonzero(said.alive & (held["alive"] == 0))[0]
        said.alive[gone] = False
        states = [self._states(held, rows, 0, head), self._states(held, gone, DEACTIVATED, head)]
        return [pdu for state in states for pdu in _split(state)]

    def _states(self, held: Rows, rows: Longs, appearance: int, head: dict[str, int]) -> Rows:
        states = self._blank(len(rows), head)
        craft = held[rows]
        names, labels = self.world.model.names.aircraft_types, self.world.model.names.aircraft
        kinds: list[int] = craft["type"].tolist()
        numbers: list[int] = rows.tolist()
        states["id"]["entity"], states["force"] = rows + 1, [FORCES[Side(int(side))] for side in craft["side"]]
        for state, row, kind in zip(states, numbers, kinds, strict=True):
            state["entity_type"] = self.types.entity(names[kind])
            state["marking"] = _marking(labels[row])
        _set(states["location_ecef_m"], craft["pos_ecef_m"])
        _set(states["velocity_mps"], craft["vel_ecef_mps"])
        _set(states["orientation_rad"], _angles(craft), ("psi", "theta", "phi"))
        states["reckoning"]["algorithm"] = FPW
        states["appearance"] = np.where(craft["state"] == Flight.KILLED, appearance | DESTROYED, appearance)
        return states

    def _blank(self, count: int, head: dict[str, int]) -> Rows:
        states = np.zeros(count, ENTITY_STATE)
        states["exercise"], states["timestamp"] = head["exercise"], head["timestamp"]
        states["id"]["site"], states["id"]["application"] = self.own[:2]
        states["character_set"] = 1
        return states

    def _transponders(self, held: Rows, now_s: float, head: dict[str, int]) -> list[bytes]:
        answering = (held["alive"] == 1) & (held["state"] != Flight.OUTSIDE)
        answering &= ((held["code"] >= 0) | (held["iff_group"] >= 0)) & (now_s - self.iff_s >= EMISSION_S)
        rows = np.nonzero(answering)[0]
        self.iff_s[rows] = now_s
        return [self._iff(int(row), held[row], head) for row in rows]

    def _iff(self, row: int, craft: Rows, head: dict[str, int]) -> bytes:
        code, group = int(craft["code"]), int(craft["iff_group"])
        both = (int(code >= 0) << 3) | (int(group >= 0) << 4)
        return encode_pdu(
            {
                "type": Pdu.IFF, **head, "emitting": self._id(row + 1), "event": self._event(), "system_type": 1,
                "system_name": 1, "system_mode": 3, "layers": 1, "status": 1 | both,
                "parameter_3": parameter_of(code), "parameter_4": (group + 1) & 0x7FF | 1 << 13 if group >= 0 else 0,
            }
        )  # fmt: skip

    # ------------------------------------------------------------ shots

    def _shots(self, before: Rows, head: dict[str, int]) -> list[bytes]:
        was = np.zeros(len(self.shots), np.int64)
        was[: len(before)] = before["state"]
        flies, flew = self.shots["state"] == Shot.IN_FLIGHT, was == Shot.IN_FLIGHT
        over = np.isin(self.shots["state"], list(RESULTS)) & ((was == Shot.ACQUIRING) | flew | (was == 0))
        pdus = [self._fire(int(row), head) for row in np.nonzero((flies | over) & ~flew)[0]]
        pdus += [self._detonation(int(row), head) for row in np.nonzero(over)[0]]
        return [*pdus, *_split(self._missiles(np.nonzero(flies)[0], head))]

    def _parties(self, row: int) -> dict[str, Any]:
        shot = self.shots[row]
        shooter = int(shot["row"]) + (LAUNCHERS if shot["shooter"] == Shooter.LAUNCHER else 0) + 1
        return {
            "firing": self._id(shooter),
            "target": self._target(int(shot["target"])),
            "munition": self._id(MISSILES + row + 1),
            "event": {"site": self.own.site, "application": self.own.application, "event": row + 1},
            "location_ecef_m": _vector(shot["pos_ecef_m"]),
            "velocity_mps": _vector(shot["vel_ecef_mps"]),
            "descriptor": {"munition_type": _numbers(self.types.others["missile"]), "quantity": int(shot["shots"])},
        }

    def _fire(self, row: int, head: dict[str, int]) -> bytes:
        return encode_pdu({"type": Pdu.FIRE, **head, **self._parties(row)})

    def _detonation(self, row: int, head: dict[str, int]) -> bytes:
        result = RESULTS[Shot(int(self.shots["state"][row]))]
        return encode_pdu({"type": Pdu.DETONATION, **head, **self._parties(row), "result": result})

    def _missiles(self, rows: Longs, head: dict[str, int]) -> Rows:
        states = self._blank(len(rows), head)
        states["id"]["entity"], states["force"] = MISSILES + rows + 1, FORCES[Side.DEFENDER]
        states["entity_type"] = self.types.others["missile"]
        _set(states["location_ecef_m"], self.shots["pos_ecef_m"][rows])
        _set(states["velocity_mps"], self.shots["vel_ecef_mps"][rows])
        states["reckoning"]["algorithm"] = FPW
        return states

    def _target(self, row: int) -> dict[str, int]:
        outside = self.arrivals.ident_of(row) if row != NONE else None
        return outside._asdict() if outside is not None else self._id(row + 1)

    # ------------------------------------------------------------ what stands

    def _fixed(self, head: dict[str, int]) -> list[bytes]:
        state = self.world.state
        ground = np.nonzero(state.radars["platform"] == NONE)[0]
        kinds = (("radar", RADARS, state.radars, ground), ("launcher", LAUNCHERS, state.launchers, None))
        return [pdu for kind in kinds for pdu in _split(self._standing(*kind, head))]

    def _standing(self, kind: str, first: int, table: Rows, rows: Longs | None, head: dict[str, int]) -> Rows:
        rows = np.arange(len(table)) if rows is None else rows
        states = self._blank(len(rows), head)
        states["id"]["entity"], states["force"] = first + rows + 1, FORCES[Side.DEFENDER]
        states["entity_type"] = self.types.others[kind]
        _set(states["location_ecef_m"], table["pos_ecef_m"][rows])
        states["reckoning"]["algorithm"] = STATIC
        states["appearance"] = np.where(table["alive"][rows] == 1, 0, DESTROYED)
        return states

    def _emissions(self, held: Rows, head: dict[str, int]) -> list[bytes]:
        radars, labels = self.world.state.radars, self.world.model.names.radars
        carried = radars["platform"] != NONE
        up = np.ones(len(radars), np.bool_)
        up[carried] = held["alive"][radars["platform"][carried]] == 1
        emits = np.nonzero(up & (radars["alive"] == 1) & (radars["on"] == 1))[0]
        return [self._emission(int(i), labels[i], radars[i], head) for i in emits]

    def _emission(self, number: int, label: str, radar: Rows, head: dict[str, int]) -> bytes:
        platform = int(radar["platform"])
        kind = self.radar_types.get(label) or self.radar_types[label.rsplit(".", 1)[0]]
        low, high = float(radar["el_min_rad"]), float(radar["el_max_rad"])
        beam = {
            "beam": 1, "frequency_hz": kind.frequency, "frequency_range_hz": kind.bandwidth,
            "erp_dbm": 10.0 * math.log10(1e3 * kind.peak_power) + kind.gain, "prf_hz": kind.prf,
            "pulse_width_us": 1e6 * kind.pulse, "azimuth_sweep_rad": math.pi, "elevation_rad": 0.5 * (low + high),
            "elevation_sweep_rad": 0.5 * (high - low), "function": 1,
        }  # fmt: skip
        system = {"emitter_name": number + 1, "function": 2, "emitter": 1, "beams": [beam]}
        emitting = self._id(platform + 1 if platform != NONE else RADARS + number + 1)
        return encode_pdu(
            {"type": Pdu.EMISSION, **head, "emitting": emitting, "event": self._event(), "systems": [system]}
        )

    def _id(self, entity: int) -> dict[str, int]:
        return {"site": self.own.site, "application": self.own.application, "entity": entity}

    def _event(self) -> dict[str, int]:
        self.events = self.events % 0xFFFF + 1
        return {"site": self.own.site, "application": self.own.application, "event": self.events}


def bundled(pdus: Iterable[bytes]) -> list[bytes]:
    """PDUs as datagrams, in order: several in one as long as it stays below `LONGEST`; each begins at a multiple of
    eight octets."""
    found: list[bytearray] = []
    for pdu in pdus:
        gap = -len(found[-1]) % 8 if found else 0
        if found and len(found[-1]) + gap + len(pdu) <= LONGEST:
            found[-1] += bytes(gap) + pdu
        else:
            found.append(bytearray(pdu))
    return [bytes(one) for one in found]


def _split(states: Rows) -> list[bytes]:
    octets, ends = encode_entities(states)
    return [octets[start:end] for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=False)]


def _marking(label: str) -> tuple[int, ...]:
    """The end of a name as the eleven octets of a marking."""
    return tuple(label.encode("ascii", "replace")[-11:].ljust(11, b"\0"))


def _angles(craft: Rows) -> Float:
    enu = geo.enu_rotation(np.rad2deg(craft["lat_rad"]), np.rad2deg(craft["lon_rad"]))
    return level_rad(craft["pos_ecef_m"], craft["vel_ecef_mps"], enu)


def _set(into: Rows, values: Float, names: tuple[str, str, str] = ("x", "y", "z")) -> None:
    for name, column in zip(names, values.T, strict=True):
        into[name] = column


def _vector(values: Float) -> dict[str, float]:
    return dict(zip("xyz", values.tolist(), strict=True))


def _numbers(entity: Numbers) -> dict[str, int]:
    names = ("kind", "domain", "country", "category", "subcategory", "specific", "extra")
    return dict(zip(names, entity, strict=True))
