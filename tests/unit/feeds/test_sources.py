"""Live datagrams over real sockets: from one sender alone, into a bounded queue, losses counted."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest

from jointsky.errors import FeedError
from jointsky.feeds.sources.datagrams import DatagramSource, Endpoint, endpoint

LOCAL = "127.0.0.1"
GROUP = "239.255.42.99"
PATIENCE_S = 20.0


def sender(host: str = LOCAL) -> socket.socket:
    sending = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sending.bind((host, 0))
    sending.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(LOCAL))
    return sending


def until(true: Callable[[], bool]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end_s, "nothing came"
        time.sleep(0.01)


def taken(source: DatagramSource, wanted: int) -> list[bytes]:
    found: list[bytes] = []

    def enough() -> bool:
        found.extend(datagram.octets for datagram in source.take())
        return len(found) >= wanted

    until(enough)
    return found


def test_one_sender_is_heard_and_nobody_else() -> None:
    with sender() as known, sender() as stranger:
        source = DatagramSource(Endpoint(LOCAL, 0), Endpoint(*known.getsockname()))
        before_ns = time.time_ns()
        for number in range(3):
            stranger.sendto(b"forged", source.place)
            known.sendto(bytes([number]), source.place)
        stamps = []
        found: list[bytes] = []
        while len(found) < 3:
            for datagram in source.take():
                found.append(datagram.octets)
                stamps.append(datagram.t_utc_ns)
        assert found == [b"\x00", b"\x01", b"\x02"]
        assert stamps == sorted(stamps) and stamps[0] >= before_ns - 1_000_000
        source.close()
        source.close()


def test_where_only_the_senders_address_is_known_others_are_counted() -> None:
    with sender() as known, sender("127.0.0.2") as stranger:
        source = DatagramSource(Endpoint(LOCAL, 0), Endpoint(LOCAL, 0))
        stranger.sendto(b"forged", source.place)
        known.sendto(b"true", source.place)
        assert taken(source, 1) == [b"true"]
        until(lambda: source.strangers == 1)
        source.close()


def test_what_nobody_takes_is_dropped_oldest_first_and_counted() -> None:
    with sender() as known:
        source = DatagramSource(Endpoint(LOCAL, 0), Endpoint(*known.getsockname()), most=4)
        for number in range(10):
            known.sendto(bytes([number]), source.place)
        until(lambda: source.dropped == 6)
        assert taken(source, 4) == [bytes([number]) for number in range(6, 10)]
        source.close()


def test_a_multicast_group_is_joined() -> None:
    with sender() as known:
        try:
            source = DatagramSource(Endpoint(GROUP, 18_643), Endpoint(*known.getsockname()))
        except FeedError as error:
            pytest.skip(f"no multicast on this machine: {error}")
        known.sendto(b"to all", source.place)
        assert taken(source, 1) == [b"to all"]
        source.close()


def test_a_port_that_is_taken_is_told() -> None:
    with sender() as known:
        source = DatagramSource(Endpoint(LOCAL, 0), Endpoint(*known.getsockname()))
        with pytest.raises(FeedError, match=f"cannot listen on udp://{LOCAL}:{source.place.port}"):
            DatagramSource(source.place, Endpoint(LOCAL, 0))
        source.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "8.8.8.8"])
def test_an_address_that_others_reach_is_refused(host: str) -> None:
    with pytest.raises(FeedError, match="this machine alone"):
        DatagramSource(Endpoint(host, 8600), Endpoint(LOCAL, 0))


@pytest.mark.parametrize(
    "text", ["", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:70000", "host:1", "::1:5", "1:2:3"]
)
def test_what_is_no_endpoint_is_refused_in_words(text: str) -> None:
    with pytest.raises(FeedError, match="^--to: found .*expected ADDRESS:PORT such as"):
        endpoint(text, "--to")


def test_endpoints_are_read() -> None:
    assert endpoint("udp://127.0.0.1:8600", "x") == ("127.0.0.1", 8600)
    assert endpoint("192.0.2.7", "x", any_port=True) == ("192.0.2.7", 0)
    assert str(endpoint("192.0.2.7", "x", any_port=True)) == "192.0.2.7"
