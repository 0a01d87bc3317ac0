"""Where live data come in: datagrams of ONE configured sender, in a bounded queue. The only sockets of the feeds."""

import ipaddress
import socket
import struct
import sys
import threading
from collections import deque
from typing import NamedTuple

from jointsky.clock import WallClock, utc_now_us
from jointsky.errors import FeedError
from jointsky.feeds.pcap import Datagram

SCHEME = "udp://"
MOST_WAITING = 8192
"""How many datagrams wait for whoever takes them; when more come, the oldest are dropped and counted."""
_LONGEST = 65_535
_LISTEN_S = 0.25
_BUFFER = 4 * 1024 * 1024
_SO_RXQ_OVFL = 40
"""Linux: how many datagrams the kernel has dropped for want of room comes with each one; Python has no name for it."""
_SO_TIMESTAMPNS = 35
"""Linux: when the kernel took a datagram comes with it, so that a busy reader does not make it look late."""
QUOTA = 5000
"""Datagrams a second that a source takes; what comes faster is left to the kernel, which drops it."""
_SHORT_WAIT_S = 0.02


class Endpoint(NamedTuple):
    """An IPv4 address and a UDP port; port 0 is any."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host


def endpoint(text: str, what: str, *, any_port: bool = False) -> Endpoint:
    """Read `ADDRESS:PORT`, with `any_port` also `ADDRESS` alone. Raises FeedError, which begins with `what`."""
    host, _, port = text.removeprefix(SCHEME).partition(":")
    try:
        number = int(port) if port or not any_port else 0
        if not (0 if any_port and not port else 1) <= number <= 65_535:
            raise ValueError
        return Endpoint(str(ipaddress.IPv4Address(host)), number)
    except ValueError:
        form = "ADDRESS or ADDRESS:PORT" if any_port else "ADDRESS:PORT"
        raise FeedError(f"{what}: found {text!r}, expected {form} such as 127.0.0.1:8600") from None


class Quota:
    """So many takings a second; up to a second's worth may be taken at once."""

    def __init__(self, a_second: int) -> None:
        self._a_second = float(a_second)
        self._left, self._then_s = self._a_second, 0.0

    def take(self, now_s: float) -> bool:
        """Take one, if one is left."""
        self._left = min(self._left + (now_s - self._then_s) * self._a_second, self._a_second)
        self._then_s = now_s
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class DatagramSource:
    """Datagrams that one sender sends to `place`: an address of this machine alone, or a multicast group joined on
    `interface`. What anybody else sends is never taken.

    `dropped` counts those lost because nobody took them in time, by the kernel or here; `strangers` those of others,
    where the sender's port is not known (else the kernel keeps them out); `throttled` whether the sender has sent more
    than `quota` datagrams a second. `failure` says why it stopped listening. Raises FeedError for a place that is
    neither, or cannot be listened on.
    """

    def __init__(
        self,
        place: Endpoint,
        sender: Endpoint,
        *,
        interface: str = "127.0.0.1",
        most: int = MOST_WAITING,
        quota: int = QUOTA,
    ) -> None:
        self.sender = sender
        self.throttled = False
        self._quota = Quota(quota)
        self.strangers = 0
        self.failure = ""
        self._waiting: deque[Datagram] = deque(maxlen=most)
        self._overflown = self._lost_in_kernel = 0
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._socket = _listening(place, sender, interface)
        self.place = Endpoint(place.host, int(self._socket.getsockname()[1]))
        self._thread = threading.Thread(target=self._listen, name="datagrams", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """How many datagrams were lost."""
        return self._overflown + self._lost_in_kernel

    def take(self) -> list[Datagram]:
        """What has arrived since the last time, each with the time of its arrival."""
        with self._lock:
            taken = list(self._waiting)
            self._waiting.clear()
        return taken

    def close(self) -> None:
        """Stop listening; a second time does nothing."""
        self._closing.set()
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while not self._closing.is_set():
            if not self._quota.take(WallClock().now_s()):
                self.throttled = True
                self._closing.wait(_SHORT_WAIT_S)
                continue
            try:
                octets, told, _, origin = self._socket.recvmsg(_LONGEST, 128)
            except TimeoutError:
                continue
            except OSError as error:
                self.failure = f"listening on {self.place} failed: {error.strerror or error}"
                return
            t_utc_ns = self._told(told) or utc_now_us() * 1000
            if origin[0] == self.sender.host:
                self._keep(Datagram(t_utc_ns, octets, 0))
            else:
                self.strangers += 1

    def _told(self, told: list[tuple[int, int, bytes]]) -> int:
        """What the kernel says of a datagram: how many were lost before it, and when it came (0: it does not say)."""
        t_utc_ns = 0
        for level, kind, data in told:
            if level == socket.SOL_SOCKET and kind == _SO_RXQ_OVFL:
                (self._lost_in_kernel,) = struct.unpack("=I", data[:4])
            elif level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) == 16:
                seconds, ns = struct.unpack("=qq", data)
                t_utc_ns = seconds * 1_000_000_000 + ns
        return t_utc_ns

    def _keep(self, datagram: Datagram) -> None:
        with self._lock:
            self._overflown += len(self._waiting) == self._waiting.maxlen
            self._waiting.append(datagram)


def _listening(place: Endpoint, sender: Endpoint, interface: str) -> socket.socket:
    address = ipaddress.IPv4Address(place.host)
    if not (address.is_loopback or address.is_multicast):
        raise FeedError(
            f"{SCHEME}{place}: expected an address of this machine alone (127.0.0.1) or a multicast group (224.0.0.0/4)"
        )
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        if sys.platform == "linux":
            listening.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
            listening.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        if address.is_multicast:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            group = address.packed + ipaddress.IPv4Address(interface).packed
            listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        listening.bind(place)
        if sender.port:
            listening.connect(sender)
        listening.settimeout(_LISTEN_S)
    except OSError as error:
        listening.close()
        raise FeedError(f"cannot listen on {SCHEME}{place}: {error.strerror or error}") from error
    return listening


_STAMPED = getattr(socket, "SO_TIMESTAMPNS", 35)
"""Linux: the kernel says when each datagram arrived; Python before 3.14 has no name for it."""
_TIMESPEC = struct.Struct("@ll")


class OpenPort:
    """Datagrams to and from everybody at one place (DIS): an address of this machine, a broadcast address or a
    multicast group, by the `interface` alone. As long as that is the loopback nothing leaves this machine, and places
    that would are refused. Sends to `place`, listens on its port or on `listen`.

    `unsent` counts datagrams that the system refused. Raises FeedError for a place that is not allowed or taken.
    """

    def __init__(self, place: Endpoint, *, interface: str = "127.0.0.1", listen: int = 0) -> None:
        self.place, self.unsent = place, 0
        self._socket = _open(place, ipaddress.IPv4Address(interface), listen or place.port)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._socket.getsockname()[1])

    def take(self, most: int = MOST_WAITING) -> list[Datagram]:
        """What has arrived since the last time, each with the time of its arrival; at most `most`."""
        taken: list[Datagram] = []
        while len(taken) < most:
            try:
                octets, told, _, _ = self._socket.recvmsg(_LONGEST, 64)
            except (BlockingIOError, ConnectionRefusedError):
                break
            taken.append(Datagram(_arrival_ns(told), octets, 0))
        return taken

    def send(self, datagrams: list[bytes]) -> None:
        """Send each to the place."""
        for octets in datagrams:
            try:
                self._socket.sendto(octets, self.place)
            except OSError:
                self.unsent += 1

    def close(self) -> None:
        """Let go of the port."""
        self._socket.close()


def _arrival_ns(told: list[tuple[int, int, bytes]]) -> int:
    for level, kind, data in told:
        if level == socket.SOL_SOCKET and kind == _STAMPED and len(data) >= _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(data[: _TIMESPEC.size])
            return seconds * 1_000_000_000 + nanoseconds
    return utc_now_us() * 1000


def _open(place: Endpoint, interface: ipaddress.IPv4Address, port: int) -> socket.socket:
    address = ipaddress.IPv4Address(place.host)
    if interface.is_loopback and not (address.is_loopback or address.is_multicast):
        raise FeedError(
            f"{place}: expected an address of this machine alone (127.255.255.255 reaches all its simulations) or a "
            "multicast group; for others name the interface"
        )
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        for option in (socket.SO_REUSEADDR, socket.SO_BROADCAST):
            opened.setsockopt(socket.SOL_SOCKET, option, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        if sys.platform == "linux":
            opened.setsockopt(socket.SOL_SOCKET, _STAMPED, 1)
        if address.is_multicast:
            group = address.packed + interface.packed
            opened.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
            opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface.packed)
            opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 0 if interface.is_loopback else 1)
        opened.bind((_bound(address, interface), port))
        opened.setblocking(False)
    except OSError as error:
        opened.close()
        raise FeedError(f"cannot join {place}: {error.strerror or error}") from error
    return opened


def _bound(address: ipaddress.IPv4Address, interface: ipaddress.IPv4Address) -> str:
    """A broadcast or a group is heard by its own address, the rest by that of the interface."""
    broadcast = address.packed[-1] == 255
    return str(address if address.is_multicast or broadcast else interface)
