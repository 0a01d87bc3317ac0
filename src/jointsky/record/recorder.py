"""The observer that writes a run down: inputs, messages, samples of truth, and after every tick the digest."""

import json
import os
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from jointsky.record.digest import Digest
from jointsky.record.kinds import (
    DIGEST,
    LINK,
    SEEN,
    TRUTH,
    Kind,
    Recipe,
    decisions_text,
    events_text,
    inputs_text,
    pack_header,
    pack_note,
    pack_world,
    phases_text,
)
from jointsky.record.log import LogWriter
from jointsky.vocab.messages import Alerts, Decisions, Message, Orders, Tracks
from jointsky.vocab.records import Rows, empty
from jointsky.world.tick import Tick
from jointsky.world.world import World

TRUTH_PERIOD_S = 10.0
"""How often the places of aircraft are written, for the maps of the report."""


class Recorder:
    """Writes a log at `path`: first the recipe, then every tick in one write, with its digest last, so that a tick is
    recorded whole or not at all.

    As a context manager it writes the final state and the seal on a normal exit, and leaves the log unsealed on an
    error or Ctrl-C. Plots are written without truth; the link between the two is a kind of frame of its own. Nothing of
    the wall clock is written: the same run makes the same log. A `digest` that is given is one that the run feeds
    before its observers look; without it the recorder feeds its own. Raises LogError (see `LogWriter`).
    """

    def __init__(
        self, path: str | os.PathLike[str], recipe: Recipe, *, digest: Digest | None = None, durable: bool = False
    ) -> None:
        self.digest = digest or Digest()
        self._feeds = digest is None
        self.chain = ""
        """The chain of the seal, once the log is sealed: whoever keeps it can tell later that the log is still the
        same.
        """
        self.log = LogWriter(path, durable=durable)
        self._world: World | None = None
        self._next_truth_s = 0.0
        try:
            self.log.append(Kind.HEADER, pack_header(recipe))
        except BaseException:
            self.log.close()
            raise

    def on_tick(self, world: World, tick: Tick) -> None:
        """Write one tick down."""
        frames: list[tuple[int, bytes]] = []
        if self._world is None:
            frames.append((Kind.WORLD, pack_world(world.model.names, world.model.dt_s)))
            frames += _state(world, tick.number)
            self._world = world
        frames += _happenings(tick)
        if tick.t_s >= self._next_truth_s:
            self._next_truth_s = tick.t_s + TRUTH_PERIOD_S - 1e-9
            frames.append(pack_note(Kind.TRUTH, tick.number, rows=truth_rows(world.state.aircraft)))
        for post, messages in tick.sent.items():
            frames += [frame for message in messages for frame in _sent(tick.number, post, message)]
        if self._feeds:
            self.digest.on_tick(world, tick)
        frames.append(_digest_note(tick.number, self.digest))
        self.log.append_all(frames)

    @property
    def begun(self) -> bool:
        """Whether a tick was recorded."""
        return self._world is not None

    def finish(self) -> str:
        """Write the final state and the seal; the chain of the seal."""
        if self._world is not None:
            self.log.append_all(_state(self._world, self._world.state.tick))
        self.chain = self.log.seal()
        return self.chain

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and not self.chain:
                self.finish()
        finally:
            self.log.close()


def truth_rows(aircraft: Rows) -> Rows:
    """TRUTH rows of the aircraft that are in the air."""
    flying: NDArray[np.intp] = np.nonzero(aircraft["alive"])[0]
    rows = empty(TRUTH, len(flying))
    rows["row"] = flying
    for name in ("state", "jamming", "alt_m", "pos_ecef_m"):
        rows[name] = aircraft[name][flying]
    rows["lat_deg"] = np.degrees(aircraft["lat_rad"][flying])
    rows["lon_deg"] = np.degrees(aircraft["lon_rad"][flying])
    return rows


def _state(world: World, number: int) -> list[tuple[int, bytes]]:
    state = world.state
    arrays = {
        Kind.AIRCRAFT: state.aircraft,
        Kind.RADARS: state.radars,
        Kind.LAUNCHERS: state.launchers,
        Kind.AIRFIELDS: state.airfields,
        Kind.ASSETS: state.assets,
        Kind.ENGAGEMENTS: state.engagements[: state.engagements_used],
    }
    return [pack_note(kind, number, rows=rows) for kind, rows in arrays.items()]


def _happenings(tick: Tick) -> list[tuple[int, bytes]]:
    """What the machine did in a tick, beside the messages of posts."""
    number = tick.number
    frames: list[tuple[int, bytes]] = []
    if tick.inputs:
        frames.append(pack_note(Kind.INPUTS, number, text=inputs_text(tick.inputs)))
    if tick.phases:
        frames.append(pack_note(Kind.PHASES, number, text=phases_text(tick.phases)))
    if tick.events:
        frames.append(pack_note(Kind.EVENTS, number, text=events_text(tick.events)))
    if len(tick.plots):
        links = np.ascontiguousarray(tick.plot_truth, np.int32).view(LINK)
        frames.append(pack_note(Kind.PLOTS, number, rows=tick.plots))
        frames.append(pack_note(Kind.PLOT_TRUTH, number, rows=links))
    if len(tick.orders):
        frames.append(pack_note(Kind.APPLIED, number, rows=tick.orders))
    if len(tick.reports):
        frames.append(pack_note(Kind.SHOTS, number, rows=tick.reports))
    if tick.detectable is not None:
        frames.append(_detectable_note(number, tick.detectable))
    return frames


def _sent(number: int, post: str, message: Message) -> list[tuple[int, bytes]]:
    match message:
        case Tracks(rows=rows):
            return [pack_note(Kind.PICTURE, number, post, rows)]
        case Orders(rows=rows, clauses=clauses):
            return [pack_note(Kind.ORDERS, number, post, rows, json.dumps(clauses, ensure_ascii=False))]
        case Decisions(notes=notes):
            return [pack_note(Kind.DECISIONS, number, post, None, decisions_text(notes))]
        case Alerts(rows=rows):
            return [pack_note(Kind.ALERTS, number, post, rows)]
        case _:
            return []


def _detectable_note(number: int, seen: NDArray[np.bool_]) -> tuple[int, bytes]:
    raw = np.ascontiguousarray(seen).view(np.uint8).reshape(-1)
    return pack_note(Kind.DETECTABLE, number, rows=raw.view(SEEN))


def _digest_note(number: int, digest: Digest) -> tuple[int, bytes]:
    return pack_note(Kind.TICK, number, rows=np.frombuffer(digest.value(), DIGEST))
