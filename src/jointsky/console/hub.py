"""The hub: one showing, its seats, and the lines to the browsers that sit there.

One task conducts: it steps the showing when a tick is due, off the event loop, and composes what the seats may know.
Commands take the same lock, so they fall between ticks. A line takes the newest update when it is ready for one;
nothing queues up for a slow client.
"""

import asyncio
import hmac
import logging
import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jointsky.clock import WallClock, utc_now_us
from jointsky.console import happenings, updates, wire
from jointsky.console.teller import teller_of
from jointsky.errors import JointskyError
from jointsky.live.seats import MOST_EVENTS, SeatWatch
from jointsky.live.showing import Showing, State

LOG = logging.getLogger("jointsky.console")
UPDATE_S = 0.1
"""Least wall seconds between two updates."""
WORK_S = 0.05
"""How long the hub steps before commands get their turn."""
IDLE_S = 0.25
KEY_BYTES = 24
MOST_COMMANDS = 10_000

Report = Callable[[], Path]
"""Makes the report of the recorded run and returns its page."""


@dataclass(slots=True, eq=False)
class Desk:
    """One seat: its key, what it may know (None: control looks at no post), the newest update and everything that
    happened, as the client is told it.

    `commands` are ids of commands by the number of the order they became; `wakers` are called when there is news;
    `static_version` grows when `static` changes.
    """

    name: str
    key: str
    watch: SeatWatch | None
    update: bytes = b""
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    forgotten: int = 0
    commands: dict[int, str] = field(default_factory=dict[int, str])
    wakers: set[Callable[[], None]] = field(default_factory=set[Callable[[], None]])
    static_version: int = 1

    def since(self, n: int) -> list[dict[str, Any]]:
        """Events after number `n`, as far as they are kept."""
        return self.events[max(n - self.forgotten, 0) :]

    def tell(self, event: dict[str, Any]) -> None:
        """Add an event; its number is the desk's own."""
        self.events.append(event | {"n": self.forgotten + len(self.events) + 1})
        if len(self.events) > MOST_EVENTS:
            del self.events[: MOST_EVENTS // 10]
            self.forgotten += MOST_EVENTS // 10

    def remember(self, ref: int, command: str) -> None:
        """Keep which command an order came from."""
        self.commands[ref] = command
        if len(self.commands) > MOST_COMMANDS:
            del self.commands[next(iter(self.commands))]

    def wake(self) -> None:
        """Tell every line of this seat that there is news."""
        for waker in tuple(self.wakers):
            waker()


class Hub:
    """A showing and its desks. `links` are to be printed; `report` makes the report, where there is one to make."""

    def __init__(self, session: Showing, report: Report | None = None) -> None:
        self.session, self.report = session, report
        self.lock = asyncio.Lock()
        self.reporting = asyncio.Lock()
        self.teller = teller_of(session)
        self.steering = self.teller.steering
        self.desks = {
            name: Desk(name, secrets.token_urlsafe(KEY_BYTES), watch) for name, watch in sorted(session.watches.items())
        }
        self.desks.setdefault(self.steering, Desk(self.steering, secrets.token_urlsafe(KEY_BYTES), None))
        self.pages: dict[str, Path] = {}
        self._clock = WallClock()
        self._heard = dict.fromkeys(session.watches, 0)
        self._news = asyncio.Event()
        self._stopping = False
        self._dirty = True
        self._published_s = -UPDATE_S
        self._edition = session.edition

    # ------------------------------------------------------------ who

    def desk_of(self, seat: str, key: str) -> Desk | None:
        """The desk that a seat's name and key open; None when they open none. Takes as long for a wrong seat as for a
        wrong key.
        """
        desk = self.desks.get(seat)
        expected = desk.key if desk is not None else "x" * len(next(iter(self.desks.values())).key)
        right = hmac.compare_digest(expected.encode(), key.encode())
        return desk if right else None

    def links(self, address: str) -> dict[str, str]:
        """The link of each seat, the one that steers first."""
        names = [self.steering, *(name for name in self.desks if name != self.steering)]
        return {name: f"{address}/#seat={name}&key={self.desks[name].key}" for name in names}

    # ------------------------------------------------------------ what

    def static(self, desk: Desk) -> dict[str, Any]:
        """What the desk is told once."""
        return self.teller.static(desk.name, desk.watch)

    def state(self, desk: Desk) -> dict[str, Any]:
        """The state of the session as the desk is told it."""
        session, watch = self.session, desk.watch
        control = desk.name == self.steering
        phase = session.phase if control or watch is None else watch.post.situation.phase
        return {
            "kind": "session",
            "state": str(session.state),
            "rate": session.pace.rate,
            "phase": phase,
            "end_s": session.end_s if math.isfinite(session.end_s) else None,
            "orders": session.takes_orders and not control,
            "reason": f"{session.reason}: {session.failure}" if control and session.failure else session.reason,
            "looks_at": None if watch is None else watch.post.name,
        }

    # ------------------------------------------------------------ when

    async def conduct(self) -> None:
        """Step and publish until stopped."""
        self.session.pace.anchor(self._clock.now_s(), self.session.next_tick)
        while not self._stopping:
            async with self.lock:
                wait_s = self._wait_s()
                if wait_s <= 0.0 and self.session.state == State.RUNNING:
                    await asyncio.to_thread(self._advance)
                    self._dirty = True
                    wait_s = self._wait_s()
                if self._dirty and self._clock.now_s() - self._published_s >= UPDATE_S:
                    await self.publish()
            await self._rest(min(wait_s, UPDATE_S / 2) if self._dirty else wait_s)

    async def stop(self, reason: str = "it was stopped") -> None:
        """End the session, seal its log and tell everybody. Raises LogError when the disk refuses."""
        self._stopping = True
        self._news.set()
        async with self.lock:
            self.session.close(reason)
            await self.publish()

    async def publish(self) -> None:
        """Compose the newest update of every desk and wake its lines. The lock must be held."""
        self._published_s, self._dirty = self._clock.now_s(), False
        if self._edition != self.session.edition:
            self._edition = self.session.edition
            for desk in self.desks.values():
                desk.static_version += 1
        composed = await asyncio.to_thread(self._composed)
        for name, update in composed.items():
            self.desks[name].update = update
        self._gather()
        for desk in self.desks.values():
            desk.wake()

    async def step(self, ticks: int) -> int:
        """So many ticks at once, then an update; the tick reached. The lock must be held."""
        await asyncio.to_thread(self._steps, ticks)
        await self.publish()
        return self.session.next_tick

    def look(self, post: str | None) -> None:
        """Let control look at a post's picture, or at none. Raises KeyError for an unknown post."""
        desk = self.desks[self.steering]
        desk.watch = None if post is None else self.session.watches[post]
        desk.static_version += 1
        self.nudge()

    def nudge(self) -> None:
        """Something changed: publish soon, and count the pace anew."""
        self._dirty = True
        self._news.set()

    def page_name(self) -> str:
        """A name under which a report can be fetched that nobody can guess."""
        return secrets.token_urlsafe(KEY_BYTES)

    @property
    def now_s(self) -> float:
        """The wall clock, for pacing."""
        return self._clock.now_s()

    # ------------------------------------------------------------ inside

    def _wait_s(self) -> float:
        if self.session.state != State.RUNNING:
            return IDLE_S
        return min(self.session.pace.wait_s(self._clock.now_s(), self.session.next_tick), IDLE_S)

    async def _rest(self, wait_s: float) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), max(wait_s, 0.0))
        except TimeoutError:
            return
        self._news.clear()

    def _advance(self) -> None:
        """Every tick that is due now, as far as the time for it lasts."""
        until_s = self._clock.now_s() + WORK_S
        while self.session.state == State.RUNNING and self._clock.now_s() < until_s:
            if self.session.pace.wait_s(self._clock.now_s(), self.session.next_tick) > 0.0:
                return
            self._steps(1)

    def _steps(self, ticks: int) -> None:
        """Step; a run that fails or is over is sealed and says why, and the console goes on showing where it ended."""
        try:
            for _ in range(ticks):
                if self.session.step() is None:
                    break
            if self.session.state == State.ENDED:
                self.session.close()
        except (JointskyError, ArithmeticError, ValueError, LookupError, TypeError, RuntimeError, OSError) as error:
            LOG.exception("the session ended at t = %g s", self.session.t_s)
            self.session.state, self.session.reason = State.ENDED, "the run failed"
            self.session.failure = self.session.failure or str(error)

    def _composed(self) -> dict[str, bytes]:
        t_s, steering = self.session.t_s, self.steering
        return {name: self._compose(desk, t_s) for name, desk in self.desks.items() if desk.wakers or name == steering}

    def _compose(self, desk: Desk, t_s: float) -> bytes:
        tables = {} if desk.watch is None else updates.post_tables(desk.watch, t_s)
        flags = wire.IN_FORCE if desk.watch is None or desk.watch.exists else 0
        if desk.name == self.steering:
            tables |= self.teller.truth()
            flags = wire.IN_FORCE
        utc_ms = self.session.start_ms + 1000.0 * t_s
        head = wire.Head(self.session.next_tick, t_s, utc_ms, utc_now_us() / 1000.0, flags)
        return wire.pack(head, tables)

    def _gather(self) -> None:
        """Turn what happened since the last time into words, for the post's own desk and for control."""
        for name, watch in self.session.watches.items():
            desk = self.desks[name]
            for event in watch.since(self._heard[name]):
                words = happenings.event_json(watch, event, desk.commands)
                desk.tell(words)
                if name != self.steering:
                    self.desks[self.steering].tell(words | {"post": name, "command": ""})
            self._heard[name] = watch.count
