"""A console served on the loopback for tests, and clients that sit down at it over real websockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection

from jointsky.console import server, wire
from jointsky.live.session import Session, exercise
from jointsky.scenario.load import Scenario, load

SCENARIOS = Path(__file__).parent.parent / "scenarios"
PATIENCE_S = 60.0


@cache
def reference(agreement: str = "joint-2009") -> Scenario:
    return load(SCENARIOS / "union-5-10.yaml", agreement=agreement)


def paused(scenario: Scenario, **more: Any) -> Session:
    """An exercise that stands still until control steps it: nothing then hangs on the clock."""
    session = exercise(scenario, 1, **more)
    session.pause()
    return session


@dataclass
class Seat:
    """One client: everything it was sent, in order."""

    socket: ClientConnection
    name: str
    texts: list[dict[str, Any]] = field(default_factory=list)
    updates: list[bytes] = field(default_factory=list)
    commands: int = 0

    async def read(self) -> dict[str, Any] | bytes:
        """The next message."""
        message = await asyncio.wait_for(self.socket.recv(), PATIENCE_S)
        if isinstance(message, bytes):
            self.updates.append(message)
            return message
        said = json.loads(message)
        self.texts.append(said)
        return said

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read until a text that is wanted, which may have come already."""
        for said in self.texts:
            if wanted(said):
                return said
        while True:
            said = await self.read()
            if isinstance(said, dict) and wanted(said):
                return said

    async def kind(self, kind: str) -> dict[str, Any]:
        return await self.until(lambda said: said["kind"] == kind)

    async def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send a command; its answer."""
        self.commands += 1
        name = f"{self.name}-{self.commands}"
        await self.socket.send(json.dumps({"kind": kind, "id": name, **fields}))
        return await self.until(lambda said: said["kind"] == "answer" and said["id"] == name)

    async def event(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first event that is wanted."""

        def has(said: dict[str, Any]) -> bool:
            return said["kind"] == "events" and any(wanted(event) for event in said["events"])

        said = await self.until(has)
        return next(event for event in said["events"] if wanted(event))

    async def at(self, tick: int) -> dict[str, Any]:
        """Read until an update of a tick or later; its tables."""
        while not self.updates or wire.unpack(self.updates[-1])[0].tick < tick:
            await self.read()
        return wire.unpack(self.updates[-1])[1]


@dataclass
class Served:
    """A console that is being served."""

    session: Session
    port: int
    keys: dict[str, str]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def socket(self, origin: str | None = "", **more: Any) -> AsyncIterator[ClientConnection]:
        """A bare websocket."""
        given = self.origin if origin == "" else origin
        async with websockets.connect(
            f"ws://127.0.0.1:{self.port}/ws", origin=given, max_size=wire.LARGEST_UPDATE, proxy=None, **more
        ) as socket:
            yield socket

    @asynccontextmanager
    async def seat(self, name: str, since: int = 0) -> AsyncIterator[Seat]:
        """A client at a seat, which has been told the static part."""
        async with self.socket() as socket:
            seat = Seat(socket, name)
            await socket.send(json.dumps({"kind": "hello", "seat": name, "key": self.keys[name], "since": since}))
            await seat.kind("static")
            yield seat

    async def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and body of a request."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        given = {"host": f"127.0.0.1:{self.port}", "connection": "close", **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode())
        await writer.drain()
        raw = (await asyncio.wait_for(reader.read(), PATIENCE_S)).decode()
        writer.close()
        head, _, body = raw.partition("\r\n\r\n")
        status, *rest = head.split("\r\n")
        pairs = (line.partition(": ") for line in rest)
        return int(status.split()[1]), {name.lower(): value for name, _, value in pairs}, body


@asynccontextmanager
async def served(session: Session, **more: Any) -> AsyncIterator[Served]:
    """Serve a session as long as the block lasts."""
    listener = server.listen("127.0.0.1", 0)
    links: dict[str, str] = {}
    known, stop = asyncio.Event(), asyncio.Event()

    def ready(found: dict[str, str]) -> None:
        links.update(found)
        known.set()

    task = asyncio.create_task(server.serving(session, listener, ready=ready, stopped=stop, **more))
    await asyncio.wait((task, asyncio.create_task(known.wait())), return_when=asyncio.FIRST_COMPLETED)
    try:
        keys = {name: link.partition("&key=")[2] for name, link in links.items()}
        yield Served(session, int(listener.getsockname()[1]), keys)
    finally:
        stop.set()
        await task


def run(body: Awaitable[None]) -> None:
    """Run a test's body to its end."""

    async def whole() -> None:
        await asyncio.wait_for(body, 2 * PATIENCE_S)

    asyncio.run(whole())
