"""A line to one browser: the first message, commands in, and the newest of everything out, as fast as the browser takes
it.
"""

import asyncio
import json
import logging
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from jointsky.clock import WallClock
from jointsky.console import deeds
from jointsky.console.commands import Refused, command_of, hello_of, id_of
from jointsky.console.hub import Desk, Hub

LOG = logging.getLogger("jointsky.console")
HELLO_S = 5.0
"""How long a client may take to say who it is."""
SEND_S = 20.0
"""How long a client may read nothing."""
EVENTS_A_MESSAGE = 200
ANSWERS = 32
"""How many answers wait for a client before its commands do."""
COMMANDS_A_SECOND = 20.0
MOST_NONSENSE = 20
NO_MESSAGE, WRONG_KEY, SLOW, FULL = 4400, 4401, 4408, 4409


class Line:
    """One browser at one desk."""

    def __init__(self, socket: WebSocket, hub: Hub, desk: Desk, since: int) -> None:
        self._socket, self._hub, self._desk, self._event = socket, hub, desk, since
        self._news = asyncio.Event()
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue(ANSWERS)
        self._static = 0
        self._state: dict[str, Any] = {}
        self._update = b""
        self._nonsense = 0

    async def serve(self) -> None:
        """Send and listen until either ends."""
        self._desk.wakers.add(self._news.set)
        self._news.set()
        self._hub.nudge()
        sender, reader = asyncio.create_task(self._send()), asyncio.create_task(self._listen())
        try:
            await asyncio.wait((sender, reader), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._desk.wakers.discard(self._news.set)
            for task in (sender, reader):
                task.cancel()
            for found in await asyncio.gather(sender, reader, return_exceptions=True):
                if isinstance(found, Exception):
                    LOG.error("seat %s: its line broke", self._desk.name, exc_info=found)

    async def _send(self) -> None:
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                await self._send_news()
        except TimeoutError:
            LOG.warning("seat %s: dropped, it read nothing for %g s", self._desk.name, SEND_S)
            await hang_up(self._socket, SLOW, f"nothing was read for {SEND_S:g} s")
        except (WebSocketDisconnect, RuntimeError, OSError):
            return

    async def _send_news(self) -> None:
        while not self._answers.empty():
            await self._say(self._answers.get_nowait())
        if self._static != self._desk.static_version:
            self._static = self._desk.static_version
            await self._say(self._hub.static(self._desk))
        state = self._hub.state(self._desk)
        if state != self._state:
            self._state = state
            await self._say(state | {"tick": self._hub.session.next_tick})
        while events := self._desk.since(self._event)[:EVENTS_A_MESSAGE]:
            self._event = int(events[-1]["n"])
            await self._say({"kind": "events", "events": events})
        update = self._desk.update
        if update and update is not self._update:
            self._update = update
            await asyncio.wait_for(self._socket.send_bytes(update), SEND_S)

    async def _say(self, message: dict[str, Any]) -> None:
        text = json.dumps(message, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        await asyncio.wait_for(self._socket.send_text(text), SEND_S)

    async def _listen(self) -> None:
        pace = Patience(COMMANDS_A_SECOND)
        try:
            while self._nonsense < MOST_NONSENSE:
                said = await heard(self._socket)
                await pace.wait()
                await self._answers.put(await self._answer(said))
                self._news.set()
            await hang_up(self._socket, NO_MESSAGE, "too many messages that are none")
        except (WebSocketDisconnect, RuntimeError):
            return

    async def _answer(self, said: str | None) -> dict[str, Any]:
        try:
            if said is None:
                raise Refused("commands are text, not octets")
            command = command_of(said)
        except Refused as refusal:
            self._nonsense += 1
            LOG.warning("seat %s: refused a message: %.200r", self._desk.name, str(refusal))
            return {"kind": "answer", "id": id_of(said or ""), "ok": False, "reason": str(refusal)}
        answer = await deeds.carry_out(self._hub, self._desk, command)
        if not answer["ok"]:
            LOG.warning("seat %s: refused %s: %.200r", self._desk.name, command.kind, answer["reason"])
        return answer


class Patience:
    """Lets so many things through a second, a second's worth at once, and makes the rest wait."""

    def __init__(self, a_second: float) -> None:
        self._a_second, self._clock = a_second, WallClock()
        self._left, self._since_s = a_second, self._clock.now_s()

    async def wait(self) -> None:
        """Return when the next one may pass."""
        now_s = self._clock.now_s()
        self._left = min(self._left + (now_s - self._since_s) * self._a_second, self._a_second)
        self._since_s = now_s
        self._left -= 1.0
        if self._left < 0.0:
            await asyncio.sleep(-self._left / self._a_second)


class Door:
    """Lets browsers in: the first message within its time, the right key, and wrong ones ever more slowly."""

    def __init__(self, hub: Hub, most_lines: int, most_waiting: int) -> None:
        self._hub, self._most_lines, self._most_waiting = hub, most_lines, most_waiting
        self._lines: set[asyncio.Task[None] | None] = set()
        self._waiting = 0
        self._wrong = 0.0
        self._clock = WallClock()
        self._wrong_s = self._clock.now_s()

    async def meet(self, socket: WebSocket) -> None:
        """Serve one websocket from its handshake to its end."""
        await socket.accept()
        if self._waiting >= self._most_waiting or len(self._lines) >= self._most_lines:
            LOG.warning("a socket was turned away: %d lines, %d at the door", len(self._lines), self._waiting)
            await hang_up(socket, FULL, "too many sockets are open")
            return
        self._waiting += 1
        try:
            line = await self._greeted(socket)
        finally:
            self._waiting -= 1
        if line is not None:
            task = asyncio.current_task()
            self._lines.add(task)
            try:
                await line.serve()
            finally:
                self._lines.discard(task)

    async def _greeted(self, socket: WebSocket) -> Line | None:
        try:
            said = await asyncio.wait_for(heard(socket), HELLO_S)
            hello = hello_of(said if said is not None else "")
        except TimeoutError:
            await hang_up(socket, SLOW, f"no hello within {HELLO_S:g} s")
            return None
        except Refused as refusal:
            LOG.warning("a socket was refused: its first message is no hello")
            await hang_up(socket, NO_MESSAGE, f"no hello: {refusal}")
            return None
        except (WebSocketDisconnect, RuntimeError):
            return None
        desk = self._hub.desk_of(hello.seat, hello.key)
        if desk is None:
            LOG.warning("a socket was refused: wrong seat or key")
            await asyncio.sleep(self._penalty_s())
            await hang_up(socket, WRONG_KEY, "wrong seat or key")
            return None
        return Line(socket, self._hub, desk, hello.since)

    def _penalty_s(self) -> float:
        """How long this wrong key waits for its answer: doubled by each recent one, which a minute halves."""
        now_s = self._clock.now_s()
        self._wrong = max(self._wrong - (now_s - self._wrong_s) / 60.0 * max(self._wrong, 1.0), 0.0) + 1.0
        self._wrong_s = now_s
        return min(0.125 * 2.0 ** min(self._wrong, 10.0), 8.0)


async def heard(socket: WebSocket) -> str | None:
    """The next message of a client; None for octets. Raises WebSocketDisconnect."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    return message.get("text")


async def hang_up(socket: WebSocket, code: int, reason: str) -> None:
    """Say why, and close; a client that is gone already is let go."""
    if socket.application_state != WebSocketState.CONNECTED:
        return
    try:
        text = json.dumps({"kind": "closing", "code": code, "reason": reason})
        await asyncio.wait_for(socket.send_text(text), 1.0)
        await asyncio.wait_for(socket.close(code, reason[:100]), 1.0)
    except (TimeoutError, WebSocketDisconnect, RuntimeError, OSError):
        return
