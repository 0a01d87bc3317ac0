"""A recorded run as tables in memory, straight from its log."""

import json
import os
from collections.abc import Collection, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import LogError
from jointsky.record.kinds import (
    DTYPES,
    Kind,
    Note,
    Recipe,
    decisions_of,
    events_of,
    inputs_of,
    phases_of,
    unpack_header,
    unpack_note,
    unpack_world,
)
from jointsky.record.log import Damage, Frame, LogReader
from jointsky.vocab.messages import Decision, Event, Input, Phase
from jointsky.vocab.records import Rows, empty
from jointsky.world.world import Names


class Table(NamedTuple):
    """Rows of one kind in the order of the log: `rows[i]` was recorded in tick `tick[i]`, sent by `senders[sender[i]]`
    (-1: the machine).
    """

    tick: NDArray[np.int64]
    sender: NDArray[np.int16]
    senders: tuple[str, ...]
    rows: Rows

    def of(self, sender: str) -> "Table":
        """The rows of one sender only."""
        index = self.senders.index(sender) if sender in self.senders else len(self.senders)
        keep = self.sender == index
        return Table(self.tick[keep], self.sender[keep], self.senders, self.rows[keep])

    def at(self, tick: int) -> Rows:
        """The rows of one tick."""
        first, last = np.searchsorted(self.tick, [tick, tick + 1])
        return self.rows[first:last]


@dataclass(slots=True)
class Recording:
    """A recorded run. `recipe` is what it was a run of; `sealed` whether it was finished; `damage` what of it could not
    be read; `chain` the chain of the last frame; `names` and `dt_s` are those of the world (empty and 0 when the run
    ended before its first tick)."""

    path: str
    recipe: Recipe
    sealed: bool
    damage: list[Damage]
    chain: str
    names: Names
    dt_s: float
    by_kind: dict[Kind, list[Note]] = field(default_factory=dict[Kind, list[Note]])

    def notes(self, kind: Kind) -> list[Note]:
        """All frames of a kind."""
        return self.by_kind.get(kind, [])

    def table(self, kind: Kind) -> Table:
        """All rows of a kind, with tick and sender."""
        notes = self.notes(kind)
        senders = tuple(sorted({note.sender for note in notes} - {""}))
        index = {name: i for i, name in enumerate(senders)} | {"": -1}
        counts = [len(note.rows) for note in notes]
        tick = np.repeat(np.array([note.tick for note in notes], np.int64), counts)
        sender = np.repeat(np.array([index[note.sender] for note in notes], np.int16), counts)
        rows = np.concatenate([note.rows for note in notes]) if notes else empty(DTYPES[kind])
        return Table(tick, sender, senders, rows)

    def t_s(self, tick: NDArray[np.int64] | int) -> NDArray[np.float64]:
        """Seconds since scenario start of ticks."""
        return np.asarray(tick) * self.dt_s

    @property
    def last_tick(self) -> int:
        """The last tick that was recorded whole; -1 when there is none."""
        ticks = self.notes(Kind.TICK)
        return ticks[-1].tick if ticks else -1

    @property
    def digests(self) -> dict[int, str]:
        """The rolling digest after each tick, as hexadecimal text."""
        return {note.tick: note.rows.tobytes().hex() for note in self.notes(Kind.TICK)}

    def inputs(self) -> dict[int, list[Input]]:
        """Operators' orders by tick."""
        with self._told(Kind.INPUTS):
            return {note.tick: inputs_of(note.text) for note in self.notes(Kind.INPUTS)}

    def phases(self) -> list[Phase]:
        """Phases that came into force, in order."""
        with self._told(Kind.PHASES):
            return [phase for note in self.notes(Kind.PHASES) for phase in phases_of(note.text)]

    def events(self) -> list[Event]:
        """What became of the agreements: what people said and what followed, in order."""
        with self._told(Kind.EVENTS):
            return [event for note in self.notes(Kind.EVENTS) for event in events_of(note.text)]

    def decisions(self) -> list[Decision]:
        """Decisions of all posts, in order."""
        with self._told(Kind.DECISIONS):
            return [decision for note in self.notes(Kind.DECISIONS) for decision in decisions_of(note.text)]

    def order_clauses(self) -> list[tuple[str, ...]]:
        """The clause ids that allowed each row of `table(Kind.ORDERS)`."""
        clauses: list[tuple[str, ...]] = []
        with self._told(Kind.ORDERS):
            for note in self.notes(Kind.ORDERS):
                told = [tuple(str(clause) for clause in ids) for ids in json.loads(note.text)]
                clauses += (told + [()] * len(note.rows))[: len(note.rows)]
        return clauses

    def detectable(self) -> dict[int, NDArray[np.bool_]]:
        """Which nation could see which aircraft, by tick: [nation, aircraft]."""
        shape = len(self.names.nations), len(self.names.aircraft)
        with self._told(Kind.DETECTABLE):
            return {n.tick: n.rows["seen"].astype(np.bool_).reshape(shape) for n in self.notes(Kind.DETECTABLE)}

    def _told(self, kind: Kind) -> AbstractContextManager[None]:
        return _declared(f"{self.path}: a frame of kind {kind.name} that is sound but tells nothing")

    def first(self, kind: Kind) -> Rows:
        """A state array (AIRCRAFT, RADARS, LAUNCHERS, AIRFIELDS, ASSETS, ENGAGEMENTS) after the first tick."""
        notes = self.notes(kind)
        return notes[0].rows if notes else empty(DTYPES[kind])

    def last(self, kind: Kind) -> Rows:
        """The same as it was at the end of the run, or where it is not finished after the first tick."""
        notes = self.notes(kind)
        return notes[-1].rows if notes else empty(DTYPES[kind])


def read_recording(place: str | os.PathLike[str], kinds: Collection[Kind] | None = None) -> Recording:
    """The recording in a folder of a run, or in a log file; `kinds` limits what is kept in memory (None: everything).

    Damaged frames are left out and listed. Raises LogError when there is no log, it is none, or its header is lost.
    """
    path = log_in(place)
    reader = LogReader(path)
    frames = iter(reader)
    recipe, dtypes = _header(path, frames)
    found = Recording(path, recipe, False, reader.damage, "", _NO_NAMES, 0.0)
    for frame in frames:
        if frame.kind == Kind.WORLD:
            found.names, found.dt_s = _world(path, frame)
        elif frame.kind in _NOTED and (kinds is None or frame.kind in kinds):
            found.by_kind.setdefault(Kind(frame.kind), []).append(_note(path, frame, dtypes))
    found.damage, found.sealed, found.chain = reader.damage, reader.sealed, reader.chain.hex()
    return found


LOG, PARTIAL, KILLED = "log", "log.partial", "log.killed"
"""Names in a run's folder: a finished log, one that is being written, and that of a killed run that is being run again.
"""


def log_in(place: str | os.PathLike[str]) -> str:
    """The path of the log in a folder of a run: the finished one, else that of the killed or running run. A path of a
    file is its own answer. Raises LogError when there is none."""
    folder = os.fspath(place)
    if os.path.isfile(folder):
        return folder
    for name in (LOG, KILLED, PARTIAL):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    raise LogError(f"{folder}: there is no recorded run here (expected a folder with a file named {LOG})")


_NO_NAMES = Names((), (), (), (), (), (), (), (), (), ())
_NOTED = frozenset(kind for kind in Kind if kind not in (Kind.HEADER, Kind.WORLD))


@contextmanager
def _declared(what: str) -> Generator[None, None, None]:
    """Whatever octets with mended checksums can make go wrong becomes a LogError that begins with `what`."""
    try:
        yield
    except LogError as error:
        raise LogError(f"{what}: {error}") from error
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise LogError(f"{what}: {error!r}") from error


def _header(path: str, frames: Iterator[Frame]) -> tuple[Recipe, dict[Kind, np.dtype[np.void]]]:
    frame = next(frames, None)
    if frame is None or frame.kind != Kind.HEADER:
        raise LogError(f"{path}: the header of this log is lost, so it cannot be told what was run")
    with _declared(f"{path}: octet {frame.offset}: no header of a recording"):
        return unpack_header(frame.payload)


def _world(path: str, frame: Frame) -> tuple[Names, float]:
    with _declared(f"{path}: octet {frame.offset}: this does not name the rows of a world"):
        return unpack_world(frame.payload)


def _note(path: str, frame: Frame, dtypes: dict[Kind, np.dtype[np.void]]) -> Note:
    kind = Kind(frame.kind)
    with _declared(f"{path}: octet {frame.offset}: no frame of kind {kind.name}"):
        return unpack_note(frame.payload, dtypes.get(kind))
