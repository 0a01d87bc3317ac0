"""One short number for everything that happened in a run, so that two runs can be compared at a glance.

The bytes that are hashed are canonical: padding between fields counts as zero, every NaN as the same NaN, byte order is
little-endian, and mappings are read in the order of their names. Python's hash seed, the platform and the history of a
buffer change nothing.
"""

import json
import struct
import sys
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import blake2b

from jointsky.record.canon import Canon
from jointsky.vocab.codes import Shot
from jointsky.vocab.messages import Alerts, Input, Message, Orders, Phase, Tracks
from jointsky.vocab.records import ALERT, ASSET, ORDER, PLOT, SHOT_REPORT, TRACK, Rows
from jointsky.vocab.truth_records import AIRCRAFT, ENGAGEMENT, LAUNCHER
from jointsky.world.tick import Tick
from jointsky.world.world import World

STATE_TICKS = 10
"""How often, in ticks, the state of the world itself goes into the digest."""
DIGEST_BYTES = 16

_HEAD = struct.Struct("<cIIH")


_PLOTS, _TRACKS, _ORDERS, _REPORTS = Canon.of(PLOT), Canon.of(TRACK), Canon.of(ORDER), Canon.of(SHOT_REPORT)
_ALERTS, _AIRCRAFT, _LAUNCHERS = Canon.of(ALERT), Canon.of(AIRCRAFT), Canon.of(LAUNCHER)
_ENGAGEMENTS, _ASSETS = Canon.of(ENGAGEMENT), Canon.of(ASSET)


class Digest:
    """Observer that hashes plots, orders, shot reports, phases, inputs, pictures and alerts of every tick, and every
    `STATE_TICKS` ticks the state of aircraft, launchers, engagements and assets. The digest is rolling: it covers
    everything up to the last tick seen."""

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=DIGEST_BYTES)

    def on_tick(self, world: World, tick: Tick) -> None:
        """Take one tick in."""
        self._hash.update(struct.pack("<cQ", b"#", tick.number))
        self._rows(b"a", _ORDERS, "", tick.orders)
        self._rows(b"p", _PLOTS, "", tick.plots)
        self._rows(b"r", _REPORTS, "", tick.reports)
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
                self._rows(b"t", _TRACKS, post, rows)
            case Orders(rows=rows, clauses=clauses):
                self._rows(b"o", _ORDERS, post, rows)
                self._text(b"c", post, json.dumps(clauses))
            case Alerts(rows=rows):
                self._rows(b"w", _ALERTS, post, rows)
            case _:
                """Decisions are words about orders; their wording may change and the run stay the same."""

    def _state(self, world: World) -> None:
        state = world.state
        self._rows(b"F", _AIRCRAFT, "", state.aircraft)
        self._rows(b"L", _LAUNCHERS, "", state.launchers)
        self._rows(b"E", _ENGAGEMENTS, "", _under_way(state.engagements[: state.engagements_used]))
        self._rows(b"A", _ASSETS, "", state.assets)

    def _rows(self, tag: bytes, canon: Canon, name: str, rows: Rows) -> None:
        if len(rows):
            words = canon.words(rows)
            self._item(tag, name, len(rows), (words.byteswap() if sys.byteorder == "big" else words).data)

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


def _inputs(inputs: Sequence[Input]) -> str:
    return json.dumps([asdict(order) for order in inputs], sort_keys=True)
