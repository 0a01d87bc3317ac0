"""One short number for everything that happened in a run, so that two runs can be compared at a glance.

The bytes that are hashed are canonical: padding between fields counts as zero, every NaN as the same NaN, byte order is little-endian, and
mappings are read in the order of their names. Python's hash seed, the platform and the history of a buffer change nothing.
"""

import json
import struct
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.codes import Shot
from jointsky.vocab.messages import Alerts, Message, OperatorOrder, Orders, Phase, Tracks
from jointsky.vocab.records import AIRCRAFT, ALERT, ASSET, ENGAGEMENT, LAUNCHER, ORDER, PLOT, SHOT_REPORT, TRACK, Rows
from jointsky.world.tick import Tick
from jointsky.world.world import World

STATE_TICKS = 10
"""How often, in ticks, the state of the world itself goes into the digest."""
DIGEST_BYTES = 16

_QUIET_NAN_8 = np.uint64(0x7FF8000000000000)
_QUIET_NAN_4 = np.uint32(0x7FC00000)
_HEAD = struct.Struct("<cIIH")


@dataclass(frozen=True, slots=True)
class _Canon:
    """How rows of one dtype become canonical bytes: bits of fields (not padding), and which words hold 8-byte and 4-byte floats."""

    tag: bytes
    dtype: np.dtype[np.void]
    bits: NDArray[np.uint64]
    floats_8: NDArray[np.bool_]
    floats_4: NDArray[np.bool_]

    def words(self, rows: Rows) -> NDArray[np.uint64]:
        """The canonical words of `rows`, a copy of shape (rows, words)."""
        if rows.dtype != self.dtype:
            raise TypeError(f"digest of {self.tag!r}: rows of {rows.dtype}, expected {self.dtype}")
        words = np.ascontiguousarray(rows).view(np.uint64).reshape(len(rows), -1) & self.bits
        values = words.view(np.float64)
        words[(values != values) & self.floats_8] = _QUIET_NAN_8
        if self.floats_4.any():
            halves, singles = words.view(np.uint32), words.view(np.float32)
            halves[(singles != singles) & self.floats_4] = _QUIET_NAN_4
        return words


def _canon(tag: bytes, dtype: np.dtype[np.void]) -> _Canon:
    """The canon of one dtype. Its size must be a multiple of 8 bytes, as aligned records with an 8-byte field are."""
    bits = np.zeros(dtype.itemsize, np.uint8)
    floats = {8: np.zeros(dtype.itemsize // 8, np.bool_), 4: np.zeros(dtype.itemsize // 4, np.bool_)}
    for field, offset, *_ in (dtype.fields or {}).values():
        end = offset + field.itemsize
        bits[offset:end] = 0xFF
        if field.base.kind == "f":
            size = field.base.itemsize
            floats[size][offset // size : end // size] = True
    return _Canon(tag, dtype, bits.view(np.uint64), floats[8], floats[4])


_PLOTS, _TRACKS, _ORDERS, _APPLIED = _canon(b"p", PLOT), _canon(b"t", TRACK), _canon(b"o", ORDER), _canon(b"a", ORDER)
_REPORTS, _ALERTS = _canon(b"r", SHOT_REPORT), _canon(b"w", ALERT)
_AIRCRAFT, _LAUNCHERS = _canon(b"F", AIRCRAFT), _canon(b"L", LAUNCHER)
_ENGAGEMENTS, _ASSETS = _canon(b"E", ENGAGEMENT), _canon(b"A", ASSET)


class Digest:
    """Observer that hashes plots, orders, shot reports, phases, inputs, pictures and alerts of every tick, and every `STATE_TICKS` ticks the state of
    aircraft, launchers, engagements and assets. The digest is rolling: it covers everything up to the last tick seen."""

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=DIGEST_BYTES)

    def on_tick(self, world: World, tick: Tick) -> None:
        """Take one tick in."""
        self._hash.update(struct.pack("<cQ", b"#", tick.number))
        self._rows(_APPLIED, "", tick.orders)
        self._rows(_PLOTS, "", tick.plots)
        self._rows(_REPORTS, "", tick.reports)
        if tick.phases:
            self._text(b"f", "", _phases(tick.phases))
        if tick.inputs:
            self._text(b"i", "", _inputs(tick.inputs))
        for post in sorted(tick.sent):
            for message in tick.sent[post]:
                self._message(post, message)
        if tick.number % STATE_TICKS == 0:
            self._state(world)

    def value(self) -> bytes:
        """The digest up to now, `DIGEST_BYTES` long."""
        return self._hash.digest()

    def hexdigest(self) -> str:
        """The digest up to now as hexadecimal text."""
        return self._hash.hexdigest()

    def _message(self, post: str, message: Message) -> None:
        match message:
            case Tracks(rows=rows):
                self._rows(_TRACKS, post, rows)
            case Orders(rows=rows, clauses=clauses):
                self._rows(_ORDERS, post, rows)
                self._text(b"c", post, json.dumps(clauses))
            case Alerts(rows=rows):
                self._rows(_ALERTS, post, rows)
            case _:
                """Decisions are words about orders; their wording may change and the run stay the same."""

    def _state(self, world: World) -> None:
        state = world.state
        self._rows(_AIRCRAFT, "", state.aircraft)
        self._rows(_LAUNCHERS, "", state.launchers)
        self._rows(_ENGAGEMENTS, "", _under_way(state.engagements[: state.engagements_used]))
        self._rows(_ASSETS, "", state.assets)

    def _rows(self, canon: _Canon, name: str, rows: Rows) -> None:
        if len(rows):
            words = canon.words(rows)
            self._item(canon.tag, name, len(rows), (words.byteswap() if sys.byteorder == "big" else words).data)

    def _text(self, tag: bytes, name: str, text: str) -> None:
        encoded = text.encode()
        self._item(tag, name, len(encoded), encoded)

    def _item(self, tag: bytes, name: str, count: int, content: bytes | memoryview) -> None:
        label = name.encode()
        self._hash.update(_HEAD.pack(tag, count, len(content), len(label)) + label)
        self._hash.update(content)


def _under_way(engagements: Rows) -> Rows:
    """Engagements that have not ended; the ended ones change no more, and their results were in the shot reports."""
    shots = engagements["state"]
    return engagements[(shots == Shot.ACQUIRING) | (shots == Shot.IN_FLIGHT)]


def _phases(phases: Sequence[Phase]) -> str:
    return json.dumps([[phase.name, phase.t_s] for phase in phases])


def _inputs(inputs: Sequence[OperatorOrder]) -> str:
    return json.dumps([asdict(order) for order in inputs], sort_keys=True)
