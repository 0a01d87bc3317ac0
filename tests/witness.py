"""What a nation could know in a run, as bytes: everything its posts heard, saw, ordered, decided and raised, what its
seats were sent, and what a log keeps of its posts. Two runs may then be compared byte by byte.

Row numbers of the machine are replaced by names, since a row tells nothing to people: everything else is taken as it
is, in its order, with its tick. What depends on the wall clock is left out.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from jointsky.console import wire
from jointsky.console.hub import Hub
from jointsky.links.agreements import viewing_nation
from jointsky.live.session import Session, exercise
from jointsky.record.kinds import Kind, Recipe, decisions_text
from jointsky.record.reading import read_recording
from jointsky.record.recorder import Recorder
from jointsky.scenario.load import Scenario
from jointsky.vocab.codes import Act, Shooter
from jointsky.vocab.messages import (
    Alerts,
    Decisions,
    FlightPlans,
    Identities,
    LinkState,
    Message,
    OperatorOrder,
    Orders,
    Phase,
    Plots,
    ShotReports,
    Status,
    Tracks,
)
from jointsky.vocab.records import Rows
from jointsky.world.tick import Tick
from jointsky.world.world import World

Item = tuple[int, str, bytes]
"""(tick, what of whom, bytes)."""
CONSOLE_TICKS = 15
"""How often the seats are looked at."""
JUDGE_TICKS = 30
PEOPLE_TICKS = (45, 75, 105)
"""When people at the nation's seats order something."""
_FIELDS: dict[str, tuple[str, ...]] = {}


@dataclass
class Witness:
    """Gathers what one nation could know; an observer of an engine."""

    session: Session
    nation: str
    items: list[Item] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world, self.arr = self.session.engine.world, self.session.engine.network.arr
        self.names = self.world.model.names
        self.posts = sorted(
            name
            for name, role in self.arr.posts.items()
            if self.nation in (role.nation, viewing_nation(self.arr, name))
        )

    def on_tick(self, world: World, tick: Tick) -> None:
        engine = self.session.engine
        for name in self.posts:
            post = engine.posts[name]
            for message in post.heard:
                self._keep(tick.number, f"{name} hears", message)
            for message in tick.sent.get(name, ()):
                self._keep(tick.number, f"{name} says", message)
            self._put(tick.number, f"{name} knows", _text([post.situation.phase, sorted(post.situation.links.items())]))
            if tick.number % JUDGE_TICKS == 0:
                self._put(tick.number, f"{name} judges", _text(self._judged(name, tick.t_s)))

    def _judged(self, name: str, t_s: float) -> list[Any]:
        """What every button of the seat would say about the first two tracks."""
        post = self.session.engine.posts[name]
        watch = self.session.watches[name]
        if post.planner is None:
            return []
        tracks = post.picture_rows["track_id"][:2].tolist()
        found: list[Any] = []
        for place in watch.known.shooters.tolist():
            cap = post.planner.config.capability[place]
            for track in tracks:
                for act in (Act.ENGAGE, Act.SCRAMBLE):
                    wish = OperatorOrder(name, int(act), int(cap["shooter"]), int(cap["row"]), track)
                    verdict = asdict(post.judge(wish, t_s))
                    found.append([self._shooter(int(cap["shooter"]), int(cap["row"])), track, int(act), verdict])
        return found

    def _keep(self, tick: int, what: str, message: Message) -> None:
        match message:
            case Plots(sender=sender, rows=rows) | Tracks(sender=sender, rows=rows) | Status(sender=sender, rows=rows):
                self._put(tick, f"{what} {type(message).__name__} of {sender}", self.canonical(rows))
            case Identities(sender=sender, rows=rows) | FlightPlans(sender=sender, rows=rows):
                self._put(tick, f"{what} {type(message).__name__} of {sender}", self.canonical(rows))
            case ShotReports(sender=sender, rows=rows) | Alerts(sender=sender, rows=rows):
                self._put(tick, f"{what} {type(message).__name__} of {sender}", self.canonical(rows))
            case Orders(sender=sender, rows=rows, clauses=clauses):
                told = self.canonical(rows) + _text(clauses)
                self._put(tick, f"{what} Orders of {sender}", told)
            case Decisions(sender=sender, notes=notes):
                self._put(tick, f"{what} Decisions of {sender}", decisions_text(notes).encode())
            case OperatorOrder() as order:
                told = asdict(order) | {"row": self._shooter(order.shooter, order.row)}
                self._put(tick, f"{what} a person", _text(told))
            case Phase() | LinkState():
                self._put(tick, f"{what} {type(message).__name__}", _text(asdict(message)))
            case other:
                self._put(tick, f"{what} {type(other).__name__}", _text(asdict(other)))

    def _put(self, tick: int, what: str, told: bytes) -> None:
        self.items.append((tick, what, told))

    def _shooter(self, shooter: int, row: int) -> str:
        names = self.names.launchers if shooter == Shooter.LAUNCHER else self.names.aircraft
        return names[row] if 0 <= row < len(names) else f"row {row}"

    def canonical(self, rows: Rows) -> bytes:
        """Rows as bytes, column by column; numbers of the machine's rows as names, clauses by their ids."""
        parts = [len(rows).to_bytes(4, "little")]
        for name in rows.dtype.names or ():
            column = rows[name]
            if name == "sensor":
                parts.append(_named(column, self.names.radars))
            elif name == "unit":
                parts.append(_named(column, self.names.units))
            elif name == "airfield":
                parts.append(_named(column, self.names.airfields))
            elif name == "clause":
                parts.append(_named(column, self.arr.clause_ids))
            elif name == "row":
                who = [self._shooter(int(s), int(r)) for s, r in zip(rows["shooter"], column, strict=True)]
                parts.append(json.dumps(who).encode())
            else:
                parts.append(np.ascontiguousarray(column).tobytes())
        return b"".join(parts)


def _named(column: Any, names: Sequence[str]) -> bytes:
    return json.dumps([names[i] if 0 <= i < len(names) else int(i) for i in column.tolist()]).encode()


def _text(told: Any) -> bytes:
    return json.dumps(told, default=str).encode()


class Seats:
    """The nation's seats of a real hub, without sockets: what each would be sent."""

    def __init__(self, session: Session, posts: Sequence[str]) -> None:
        self.hub, self.posts = Hub(session), posts
        self.sent = dict.fromkeys(posts, 0)
        for name in posts:
            self.hub.desks[name].wakers.add(lambda: None)

    def look(self, put: Callable[[int, str, bytes], None], loop: asyncio.AbstractEventLoop) -> None:
        """Compose and keep the newest of everything."""
        tick = self.hub.session.next_tick
        loop.run_until_complete(self.hub.publish())
        for name in self.posts:
            desk = self.hub.desks[name]
            put(tick, f"seat {name} static", _text(self.hub.static(desk)))
            put(tick, f"seat {name} state", _text(self.hub.state(desk)))
            for event in desk.since(self.sent[name]):
                put(tick, f"seat {name} event", _text(event))
            self.sent[name] = len(desk.events)
            put(tick, f"seat {name} update", wire.without_wall_time(desk.update))


def witnessed(
    scenario: Scenario, nations: Sequence[str], seed: int = 1, *, console: bool = True, log: bool = True,
    people: str = "",
) -> dict[str, list[Item]]:  # fmt: skip
    """Run a scenario; for each nation everything it could know, in order. `people`: at whose seats people order."""
    session = exercise(scenario, seed)
    witnesses = [Witness(session, nation) for nation in nations]
    engine = session.engine
    engine.observers += witnesses
    loop = asyncio.new_event_loop()
    seats = {w.nation: Seats(session, w.posts) for w in witnesses} if console else {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        recorder = Recorder(path, Recipe.of(scenario, seed, None, "twin")) if log else None
        if recorder is not None:
            engine.observers.append(recorder)
        while session.step() is not None:
            number = session.next_tick
            for witness in witnesses:
                if witness.nation == people:
                    _people(witness, number)
            if number % CONSOLE_TICKS == 0:
                for witness in witnesses if console else ():
                    seats[witness.nation].look(witness._put, loop)
        loop.close()
        if recorder is not None:
            with recorder:
                recorder.finish()
            for witness in witnesses:
                _logged(witness, path)
    return {witness.nation: witness.items for witness in witnesses}


def _people(witness: Witness, number: int) -> None:
    """People at the seats order what they can see: each known shooter in turn at the first tracks."""
    if number not in PEOPLE_TICKS:
        return
    session = witness.session
    for name in witness.posts:
        post = session.engine.posts[name]
        known = session.watches[name].known.shooters.tolist()
        if post.planner is None:
            continue
        tracks = post.picture_rows["track_id"].tolist() or [1]
        for k, place in enumerate(known[:6]):
            cap = post.planner.config.capability[place]
            act = (Act.ENGAGE, Act.SCRAMBLE, Act.WEAPONS_STATUS)[(k + number) % 3]
            wish = OperatorOrder(name, int(act), int(cap["shooter"]), int(cap["row"]), tracks[k % len(tracks)],
                                 ref=session.next_ref(name))  # fmt: skip
            session.order(wish)
        session.order(OperatorOrder(name, int(Act.ENGAGE), 0, 100_000, tracks[0], ref=session.next_ref(name)))


def _logged(witness: Witness, path: Path) -> None:
    """What the log keeps of the nation's posts."""
    recording = read_recording(path)
    for kind in (Kind.PICTURE, Kind.ORDERS, Kind.DECISIONS, Kind.ALERTS):
        for note in recording.notes(kind):
            if note.sender in witness.posts:
                rows = witness.canonical(note.rows) if note.rows.dtype.names else b""
                witness._put(note.tick, f"log {kind.name} of {note.sender}", rows + note.text.encode())


def difference(one: list[Item], other: list[Item]) -> str | None:
    """Where two witnesses of a nation first differ, in words; None where not one byte does."""
    for first, second in zip(one, other, strict=False):
        if first != second:
            if first[:2] != second[:2]:
                return f"tick {first[0]}: {first[1]}, in the twin tick {second[0]}: {second[1]}"
            return f"tick {first[0]}: {first[1]}: {_apart(first[2], second[2])}"
    if len(one) != len(other):
        longer = one if len(one) > len(other) else other
        item = longer[min(len(one), len(other))]
        return f"tick {item[0]}: {item[1]} in one of the twins only"
    return None


def _apart(one: bytes, other: bytes) -> str:
    """The surroundings of the first different byte."""
    place = next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    begin = max(place - 60, 0)
    return (f"{len(one)} and {len(other)} bytes, apart at {place}: "
            f"{one[begin : place + 60]!r} / {other[begin : place + 60]!r}")  # fmt: skip


def crc(items: list[Item]) -> int:
    """One number for a witness."""
    return zlib.crc32(b"".join(f"{tick} {what}".encode() + told for tick, what, told in items))
