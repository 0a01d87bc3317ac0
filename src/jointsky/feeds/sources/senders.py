"""Where data go out: datagrams to one address, or a stream over TCP, in the open or in TLS."""

import ipaddress
import re
import socket
import ssl
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from jointsky.errors import FeedError

UDP, TCP, TLS = "udp", "tcp", "tls"
_PATIENCE_S = 10.0
_FAREWELL_S = 2.0
_ADDRESS = re.compile(r"(udp|tcp|tls)://([A-Za-z0-9.-]+):(\d{1,5})")


class Target(NamedTuple):
    """Where to send: `udp`, `tcp` or `tls`, a host, a port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


class Sender(Protocol):
    """Takes datagrams, one after the other."""

    def send(self, octets: bytes, offset: int = 0) -> None:
        """Send them; over UDP to the port that lies `offset` above the target's. Raises FeedError when that fails."""
        ...

    def close(self) -> None:
        """Let go of the socket."""
        ...


def target(text: str) -> Target:
    """Read `udp://HOST:PORT`, `tcp://...` or `tls://...`. Raises FeedError for another text."""
    match = _ADDRESS.fullmatch(text)
    if match is None or not 0 < int(match[3]) < 65_536:
        raise FeedError(f"--to: found {text!r}, expected udp://, tcp:// or tls:// with HOST:PORT, or a name in .pcap")
    return Target(match[1], match[2], int(match[3]))


class DatagramSender:
    """Sends over UDP, from one socket; into a multicast group by `interface`, no further than this network. `local` is
    the port it sends from (0: any)."""

    def __init__(self, to: Target, *, interface: str = "127.0.0.1", local: int = 0) -> None:
        self._to = to
        try:
            self._host = socket.gethostbyname(to.host)
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            if ipaddress.IPv4Address(self._host).is_multicast:
                self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
                self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
            self._socket.bind(("", local))
        except OSError as error:
            raise FeedError(f"{to}: cannot send: {error.strerror or error}") from error

    @property
    def local(self) -> int:
        """The port it sends from."""
        return int(self._socket.getsockname()[1])

    def send(self, octets: bytes, offset: int = 0) -> None:
        """Send one datagram; that nobody listens is no failure."""
        try:
            self._socket.sendto(octets, (self._host, self._to.port + offset))
        except ConnectionRefusedError:
            return
        except OSError as error:
            raise FeedError(f"{self._to}: cannot send: {error.strerror or error}") from error

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()


class StreamSender:
    """Sends over a TCP connection, one datagram behind the other; with `tls` in TLS.

    The server's certificate must be good: by `authority` (a PEM file) or the system's; `own` is the client's
    certificate with its key, where the server asks for one. Raises FeedError when there is no connection.
    """

    def __init__(self, to: Target, *, authority: Path | None = None, own: Path | None = None) -> None:
        self._to = to
        try:
            self._socket = socket.create_connection((to.host, to.port), timeout=_PATIENCE_S)
            if to.scheme == TLS:
                context = ssl.create_default_context(cafile=None if authority is None else str(authority))
                if own is not None:
                    context.load_cert_chain(own)
                self._socket = context.wrap_socket(self._socket, server_hostname=to.host)
        except OSError as error:  # ssl.SSLError is one
            raise FeedError(f"{to}: cannot connect: {error.strerror or error}") from error

    def send(self, octets: bytes, offset: int = 0) -> None:
        """Send it all; `offset` means nothing here."""
        try:
            self._socket.sendall(octets)
        except OSError as error:
            raise FeedError(f"{self._to}: the connection is lost: {error.strerror or error}") from error

    def close(self) -> None:
        """Say that this was all, hear the other side out for a while, and close: to close on words of its own that are
        unread, such as the tickets of TLS, would throw away what it has not read yet."""
        with suppress(OSError):
            self._socket.settimeout(_FAREWELL_S)
            self._socket.shutdown(socket.SHUT_WR)
            while self._socket.recv(4096):
                pass
        self._socket.close()
