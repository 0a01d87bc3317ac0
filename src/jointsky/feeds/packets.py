"""Link frames to the payloads that carry surveillance data: Ethernet, VLAN tags, 802.3 LLC and SNAP, IPv4, IPv6, UDP.

Sources: IEEE 802.3, 802.1Q and 802.2; RFC 791, 8200, 768. What is no such payload (other protocols, later fragments,
headers cut short) is None.
"""

import struct

ETHERNET, RAW_IP, LINUX_COOKED, LINUX_COOKED_2, LOOPBACK = 1, 101, 113, 276, 0
"""Link types of capture files that are understood."""

_IPV4, _IPV6, _SNAP = 0x0800, 0x86DD, 0xAA
_VLAN = {0x8100, 0x88A8, 0x9100}
_UDP = 17
_SKIPPED_EXTENSIONS = {0, 43, 60}


def payload(link: int, frame: bytes) -> bytes | None:
    """The UDP payload, or the LLC payload, that `frame` of link type `link` carries; padding of the frame is left
    out."""
    if link == ETHERNET:
        return _ethernet(frame, 12)
    if link == RAW_IP:
        return _network(frame)
    if link == LOOPBACK:
        return _network(frame[4:])
    if link == LINUX_COOKED:
        return _typed(frame, 14)
    if link == LINUX_COOKED_2:
        return _typed(frame[:2] + frame[20:], 0)
    return None


def _typed(frame: bytes, at: int) -> bytes | None:
    """What follows the protocol number at octet `at`."""
    if len(frame) < at + 2:
        return None
    (protocol,) = struct.unpack_from(">H", frame, at)
    return _network(frame[at + 2 :]) if protocol in (_IPV4, _IPV6) else None


def _ethernet(frame: bytes, at: int) -> bytes | None:
    while len(frame) >= at + 2:
        (number,) = struct.unpack_from(">H", frame, at)
        if number in _VLAN:
            at += 4
        elif number < 0x0600:
            return _llc(frame[at + 2 : at + 2 + number])
        else:
            return _typed(frame, at)
    return None


def _llc(frame: bytes) -> bytes | None:
    """The payload of an 802.2 frame: unnumbered frames have one control octet, the others two."""
    if len(frame) < 4:
        return None
    if frame[0] == _SNAP and frame[1] == _SNAP:
        return _typed(frame, 6)
    return frame[3 if frame[2] & 3 == 3 else 4 :]


def _network(packet: bytes) -> bytes | None:
    version = packet[0] >> 4 if packet else 0
    if version == 4:
        return _ipv4(packet)
    return _ipv6(packet) if version == 6 else None


def _ipv4(packet: bytes) -> bytes | None:
    """The UDP payload of an unfragmented packet. A total length of 0 is left by cards that fill it in late: then the
    frame's end counts."""
    if len(packet) < 20:
        return None
    header = 4 * (packet[0] & 15)
    length, fragment = struct.unpack_from(">2xH2xH", packet)
    if header < 20 or packet[9] != _UDP or fragment & 0x3FFF:
        return None
    return _udp(packet[header : length or len(packet)])


def _ipv6(packet: bytes) -> bytes | None:
    if len(packet) < 40:
        return None
    (length,) = struct.unpack_from(">4xH", packet)
    following, data = packet[6], packet[40 : 40 + length]
    while following in _SKIPPED_EXTENSIONS and len(data) >= 8:
        following, data = data[0], data[8 * (data[1] + 1) :]
    return _udp(data) if following == _UDP else None


def _udp(segment: bytes) -> bytes | None:
    if len(segment) < 8:
        return None
    (length,) = struct.unpack_from(">4xH", segment)
    return segment[8 : max(length, 8) if length else len(segment)]
