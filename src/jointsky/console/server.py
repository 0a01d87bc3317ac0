"""The web server of the console: on this machine's own address only, every request checked for where it comes from."""

import asyncio
import errno
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jointsky.console.hub import Hub, Report
from jointsky.console.line import Door
from jointsky.console.wire import LARGEST_COMMAND
from jointsky.errors import ConsoleError
from jointsky.live.showing import Showing

LOG = logging.getLogger("jointsky.console")
Listener = socket.socket
MOST_LINES = 200
MOST_WAITING = 32
GOODBYE_S = 3
OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "worker-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": PAGE_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
NOT_BUILT = "The console's client is not built: `make setup` builds it. The server itself runs; see /healthz.\n"


def client_folder() -> Path:
    """Where the built client lies in the package."""
    return Path(str(files("jointsky.console").joinpath("static")))


class Guard:
    """Refuses what does not come from this server's own pages: another Host (rebound names), another Origin on a
    websocket or on anything but reading, bodies, and long addresses. Adds the headers that keep a page to itself.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in OWN_NAMES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request or websocket through, or not."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        fault = self._fault(scope)
        if fault is not None:
            LOG.warning("refused %s: %s", scope["type"], fault)
            await self._refuse(scope, receive, send, fault)
            return
        await self._app(scope, receive, _with_headers(send))

    def _fault(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self._hosts:
            return "the host is not this server's own"
        if len(scope.get("query_string", b"")) + len(scope["path"]) > 2048:
            return "the address is too long"
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() not in self._hosts:
            return "the page comes from another origin"
        if scope["type"] == "websocket":
            return None if origin is not None else "a websocket needs an origin"
        if scope["method"] not in ("GET", "HEAD"):
            return "nothing is changed by HTTP: commands go over the websocket"
        return None

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, fault: str) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": fault})
            return
        await PlainTextResponse(f"{fault}\n", status_code=403)(scope, receive, _with_headers(send))


def application(hub: Hub, port: int, client: Path | None = None) -> ASGIApp:
    """The application that serves a hub; `client` is the folder of the built client (None: the package's own)."""
    folder = client or client_folder()
    door = Door(hub, MOST_LINES, MOST_WAITING)
    home: list[Route | Mount] = [Route("/", not_built)]
    if (folder / "index.html").is_file():
        home = [Mount("/", StaticFiles(directory=folder, html=True))]
    return Guard(
        Starlette(
            routes=[
                Route("/healthz", healthz),
                Route("/report/{name}", _pages(hub)),
                WebSocketRoute("/ws", door.meet),
                *home,
            ]
        ),
        port,
    )


async def healthz(_: Request) -> Response:
    """Whether the server runs."""
    return JSONResponse({"ok": True})


async def not_built(_: Request) -> Response:
    """What is at / when there is no client."""
    return PlainTextResponse(NOT_BUILT, status_code=503)


def _pages(hub: Hub) -> Callable[[Request], Response]:
    def page(request: Request) -> Response:
        """A report that control has had made; its name is a secret."""
        path = hub.pages.get(request.path_params["name"])
        if path is None:
            return PlainTextResponse("there is no such report\n", status_code=404)
        return FileResponse(path, media_type="text/html", headers={"content-security-policy": REPORT_POLICY})

    return page


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending


class _Server(uvicorn.Server):
    """A server that stops at the first Ctrl-C and leaves what follows to its caller."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Turn SIGINT and SIGTERM into the end of serving, as long as it lasts."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        try:
            for number in signals:
                loop.add_signal_handler(number, self._leave)
        except (NotImplementedError, RuntimeError, ValueError):  # not in the main thread, or not on this system
            signals = ()
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)

    def _leave(self) -> None:
        self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on this machine's own address; port 0 takes a free one. Raises ConsoleError for another
    address, or a port that is taken.
    """
    if not is_loopback(host):
        raise ConsoleError(
            f"{host}: the console is served on this machine's own address only (127.0.0.1): it has keys but no accounts"
        )
    try:
        return socket.create_server((host, port))
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            why = (
                "is taken: is another console running?" if error.errno == errno.EADDRINUSE else "may not be used by you"
            )
            raise ConsoleError(f"port {port} {why} Choose another with --port") from error
        raise ConsoleError(f"cannot listen on {host}, port {port}: {error.strerror}") from error


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(
    session: Showing,
    listener: socket.socket,
    *,
    report: Report | None = None,
    ready: Callable[[dict[str, str]], None] | None = None,
    client: Path | None = None,
) -> None:
    """Serve a session until Ctrl-C, then seal it. `ready` is given the links when the server listens. Raises LogError
    when the log cannot be sealed.
    """
    asyncio.run(serving(session, listener, report=report, ready=ready, client=client))


async def serving(
    session: Showing,
    listener: socket.socket,
    *,
    report: Report | None = None,
    ready: Callable[[dict[str, str]], None] | None = None,
    client: Path | None = None,
    stopped: asyncio.Event | None = None,
) -> None:
    """The same inside a running loop; setting `stopped` ends it like Ctrl-C."""
    port = int(listener.getsockname()[1])
    hub = Hub(session, report)
    server = _Server(_config(application(hub, port, client)))
    conductor = asyncio.create_task(hub.conduct())
    watcher = asyncio.create_task(_until(server, stopped, conductor))
    try:
        if ready is not None:
            ready(hub.links(f"http://127.0.0.1:{port}"))
        await server.serve([listener])
    finally:
        watcher.cancel()
        await hub.stop()
        await asyncio.gather(conductor, watcher, return_exceptions=True)
        listener.close()


async def _until(server: _Server, stopped: asyncio.Event | None, conductor: asyncio.Task[None]) -> None:
    """End serving when asked to, or when nobody conducts any more."""
    waits = [conductor] if stopped is None else [conductor, asyncio.create_task(stopped.wait())]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ws_max_size=LARGEST_COMMAND,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GOODBYE_S,
        timeout_keep_alive=20,
        h11_max_incomplete_event_size=16 * 1024,
    )
