"""A live sender that is connected to over TCP, such as a Mode S receiver: its octets as they come."""

import socket
import threading
from collections import deque

from jointsky.clock import utc_now_us
from jointsky.errors import FeedError
from jointsky.feeds.pcap import Datagram
from jointsky.feeds.sources.datagrams import Endpoint

MOST_WAITING = 4096
_AT_ONCE = 65_536
_LISTEN_S = 0.25
_AGAIN_S = 3.0


class StreamSource:
    """Pieces of what one server sends; when the connection is lost it is made again, every three seconds.

    `dropped` counts the pieces lost because nobody took them in time; `connected` whether there is a connection now.
    Raises FeedError when there is none at first.
    """

    def __init__(self, sender: Endpoint, *, most: int = MOST_WAITING) -> None:
        self.sender = self.place = sender
        self.strangers = self.dropped = 0
        self.throttled = False
        self.failure = ""
        self.connected = True
        self._waiting: deque[Datagram] = deque(maxlen=most)
        self._closing, self._lock = threading.Event(), threading.Lock()
        try:
            self._socket: socket.socket | None = self._connect()
        except OSError as error:
            raise FeedError(f"tcp://{sender}: cannot connect: {error.strerror or error}") from error
        self._thread = threading.Thread(target=self._listen, name="stream", daemon=True)
        self._thread.start()

    def take(self) -> list[Datagram]:
        """What has arrived since the last time, each piece with the time of its arrival."""
        with self._lock:
            taken = list(self._waiting)
            self._waiting.clear()
        return taken

    def close(self) -> None:
        """Let go of the connection; a second time does nothing."""
        self._closing.set()
        self._thread.join()
        self._lose()

    def _connect(self) -> socket.socket:
        made = socket.create_connection(self.sender, timeout=_LISTEN_S)
        made.settimeout(_LISTEN_S)
        return made

    def _lose(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self.connected = None, False

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                if self._socket is None:
                    self._socket, self.connected = self._connect(), True
                octets = self._socket.recv(_AT_ONCE)
            except TimeoutError:
                continue
            except OSError:
                octets = b""
            if octets:
                self._keep(Datagram(utc_now_us() * 1000, octets, 0))
            else:
                self._lose()
                self._closing.wait(_AGAIN_S)

    def _keep(self, piece: Datagram) -> None:
        with self._lock:
            self.dropped += len(self._waiting) == self._waiting.maxlen
            self._waiting.append(piece)
