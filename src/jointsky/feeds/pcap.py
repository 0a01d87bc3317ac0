"""Capture files to datagrams: pcap (both byte orders, microseconds and nanoseconds) and pcapng. Octets in, an
iterator out.

Source of the layouts: the IETF drafts "PCAP Capture File Format" and "PCAP Next Generation Capture File Format".
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import NamedTuple

from jointsky.errors import DecodeError
from jointsky.feeds.packets import payload

_CLASSIC = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
    b"\xa1\xb2\x3c\x4d": (">", 1),
}
_SECTION, _INTERFACE, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 3, 6
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_LONGEST_FRAME = 1 << 24
_RESOLUTION, _OFFSET = 9, 14


class Datagram(NamedTuple):
    """One payload of a capture: when it was captured (UTC, nanoseconds since 1970), its octets, and where its frame
    starts in the file."""

    t_utc_ns: int
    octets: bytes
    offset: int


class _Frame(NamedTuple):
    link: int
    t_utc_ns: int
    octets: bytes
    offset: int


def is_capture(octets: bytes) -> bool:
    """Whether the octets start as a capture does."""
    return octets[:4] in _CLASSIC or octets[:4] == _SECTION.to_bytes(4)


def read_capture(octets: bytes) -> Iterator[Datagram]:
    """Every UDP or LLC payload of a capture, in the order of the file; frames that carry neither are passed over.

    Raises DecodeError with the offset where the octets are no capture (at once) or stop in the middle of a frame
    (after what was whole).
    """
    if octets[:4] in _CLASSIC:
        frames = _classic(octets)
    elif octets[:4] == _SECTION.to_bytes(4):
        frames = _next_generation(octets)
    else:
        raise DecodeError(
            0, f"not a capture: starts with {octets[:4].hex() or 'nothing'}, expected a pcap or pcapng magic number"
        )
    return _datagrams(frames)


def _datagrams(frames: Iterator[_Frame]) -> Iterator[Datagram]:
    for frame in frames:
        found = payload(frame.link, frame.octets)
        if found:
            yield Datagram(frame.t_utc_ns, found, frame.offset)


def _classic(octets: bytes) -> Iterator[_Frame]:
    order, tick_ns = _CLASSIC[octets[:4]]
    if len(octets) < 24:
        raise DecodeError(len(octets), "capture cut short in its file header of 24 octets")
    link = struct.unpack_from(order + "I", octets, 20)[0] & 0xFFFF
    head = struct.Struct(order + "III4x")
    at = 24
    while at < len(octets):
        if at + 16 > len(octets):
            raise DecodeError(at, f"capture cut short in a frame header: {len(octets) - at} of 16 octets")
        seconds, ticks, length = head.unpack_from(octets, at)
        if length > _LONGEST_FRAME or at + 16 + length > len(octets):
            raise DecodeError(at, f"capture cut short: frame of {length} octets, {len(octets) - at - 16} left")
        yield _Frame(link, seconds * 1_000_000_000 + ticks * tick_ns, octets[at + 16 : at + 16 + length], at)
        at += 16 + length


class _Interface(NamedTuple):
    link: int
    ticks_a_second: int
    offset_s: int


@dataclass
class _Section:
    """Byte order and interfaces of the section being read."""

    order: str
    interfaces: list[_Interface] = field(default_factory=list[_Interface])


def _next_generation(octets: bytes) -> Iterator[_Frame]:
    section = _Section("<")
    at = 0
    while at < len(octets):
        if at + 12 > len(octets):
            raise DecodeError(at, f"capture cut short in a block header: {len(octets) - at} of 12 octets")
        if octets[at : at + 4] == _SECTION.to_bytes(4):
            section = _Section(_order(octets, at))
        kind, length = struct.unpack_from(section.order + "II", octets, at)
        if length < 12 or length % 4 or at + length > len(octets):
            raise DecodeError(
                at, f"block of {length} octets, {len(octets) - at} left (lengths are multiples of 4, at least 12)"
            )
        body = octets[at + 8 : at + length - 4]
        if kind == _INTERFACE:
            section.interfaces.append(_interface(body, section.order, at))
        elif kind in (_ENHANCED, _SIMPLE):
            yield _enhanced(body, section, at) if kind == _ENHANCED else _simple(body, section, at)
        at += length


def _order(octets: bytes, at: int) -> str:
    mark = octets[at + 8 : at + 12]
    if mark not in _ORDERS:
        raise DecodeError(at + 8, f"section with byte-order mark {mark.hex()}, expected 1a2b3c4d in either order")
    return _ORDERS[mark]


def _interface(body: bytes, order: str, at: int) -> _Interface:
    if len(body) < 8:
        raise DecodeError(at, f"interface block of {len(body)} octets, expected at least 8")
    (link,) = struct.unpack_from(order + "H", body)
    rate, offset_s, place = 1_000_000, 0, 8
    while place + 4 <= len(body):
        option, length = struct.unpack_from(order + "HH", body, place)
        value = body[place + 4 : place + 4 + length]
        if option == _RESOLUTION and len(value) == 1:
            power = value[0] & 127
            if power > 63:
                raise DecodeError(at, f"interface with time resolution {value[0]:#x}")
            rate = 1 << power if value[0] & 128 else int(10**power)
        elif option == _OFFSET and len(value) == 8:
            (offset_s,) = struct.unpack(order + "q", value)
        place += 4 + (length + 3 & ~3)
    return _Interface(link, rate, offset_s)


def _enhanced(body: bytes, section: _Section, at: int) -> _Frame:
    if len(body) < 20:
        raise DecodeError(at, f"packet block of {len(body)} octets, expected at least 20")
    head: tuple[int, int, int, int] = struct.unpack_from(section.order + "IIII", body)
    interface, high, low, length = head
    if interface >= len(section.interfaces) or length > len(body) - 20:
        raise DecodeError(
            at, f"packet of {length} octets on interface {interface}; the section has {len(section.interfaces)}"
        )
    source = section.interfaces[interface]
    ticks = high << 32 | low
    t_utc_ns = source.offset_s * 1_000_000_000 + ticks * 1_000_000_000 // source.ticks_a_second
    return _Frame(source.link, t_utc_ns, body[20 : 20 + length], at)


def _simple(body: bytes, section: _Section, at: int) -> _Frame:
    """A packet without a time stamp: it gets time 0."""
    if len(body) < 4 or not section.interfaces:
        raise DecodeError(at, "simple packet block without length or interface")
    (length,) = struct.unpack_from(section.order + "I", body)
    return _Frame(section.interfaces[0].link, 0, body[4 : 4 + length], at)


def write_capture(datagrams: Iterable[tuple[int, bytes]], port: int | Iterable[int]) -> bytes:
    """A pcap file (microseconds) of UDP/IPv4 datagrams (UTC nanoseconds, payload) between documentation addresses, to
    `port`: one for all, or one for each.

    Raises ValueError for a payload that no datagram can hold.
    """
    ports = repeat(port) if isinstance(port, int) else port
    parts = [struct.pack("<4sHHiIII", b"\xd4\xc3\xb2\xa1", 2, 4, 0, 0, 65535, 1)]
    for (t_utc_ns, octets), number in zip(datagrams, ports, strict=False):
        if len(octets) > 65507:
            raise ValueError(f"payload of {len(octets)} octets, at most 65507 fit a datagram")
        udp = struct.pack(">HHHH", number, number, 8 + len(octets), 0) + octets
        head = struct.pack(">BBHHHBBH4B4B", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, 192, 0, 2, 1, 233, 252, 0, 1)
        checksum = sum(struct.unpack(">10H", head))
        checksum = ~(checksum + (checksum >> 16)) & 0xFFFF
        frame = bytes(12) + b"\x08\x00" + head[:10] + checksum.to_bytes(2) + head[12:] + udp
        parts.append(struct.pack("<IIII", t_utc_ns // 10**9, t_utc_ns % 10**9 // 1000, len(frame), len(frame)) + frame)
    return b"".join(parts)
