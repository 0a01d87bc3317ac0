"""Captures: every byte order and wrapper gives the same payloads, and a cut file says where it ends."""

from __future__ import annotations

import struct

import pytest
from asterix_records import shared

from jointsky.errors import DecodeError
from jointsky.feeds.asterix.scan import scan
from jointsky.feeds.packets import ETHERNET, LINUX_COOKED, LINUX_COOKED_2, LOOPBACK, RAW_IP, payload
from jointsky.feeds.pcap import read_capture, write_capture

DATA = b"\x30\x00\x04\x80"
T_NS = 1_700_000_000_123_456_000
WRITTEN = write_capture([(T_NS, DATA), (T_NS + 5_000_000_000, DATA * 20)], 8600)
FRAME = WRITTEN[40 : 40 + struct.unpack_from("<I", WRITTEN, 32)[0]]
IP = FRAME[14:]


def classic(order: str, magic: bytes, ticks: int) -> bytes:
    head = magic + struct.pack(order + "HHiIII", 2, 4, 0, 0, 65535, 1)
    return head + struct.pack(order + "IIII", 1_700_000_000, ticks, len(FRAME), len(FRAME)) + FRAME


def block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def next_generation(order: str, options: bytes, ticks: int) -> bytes:
    section = block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    interface = block(order, 1, struct.pack(order + "HHI", 1, 0, 65535) + options)
    head = struct.pack(order + "IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(FRAME), len(FRAME))
    return section + interface + block(order, 5, b"other") + block(order, 6, head + FRAME)


def test_what_is_written_is_read_back() -> None:
    found = list(read_capture(WRITTEN))
    assert [(d.t_utc_ns, d.octets) for d in found] == [(T_NS, DATA), (T_NS + 5_000_000_000, DATA * 20)]
    assert found[0].offset == 24


@pytest.mark.parametrize("order", ["<", ">"])
def test_byte_orders_and_resolutions(order: str) -> None:
    swap = -1 if order == "<" else 1
    for magic, ticks in ((b"\xa1\xb2\xc3\xd4", 123_456), (b"\xa1\xb2\x3c\x4d", 123_456_000)):
        (found,) = read_capture(classic(order, magic[::swap], ticks))
        assert (found.t_utc_ns, found.octets) == (T_NS, DATA)
    nano = struct.pack(order + "HHB3xHH", 9, 1, 9, 0, 0)
    for options, ticks in ((b"", T_NS // 1000), (nano, T_NS)):
        (found,) = read_capture(next_generation(order, options, ticks))
        assert (found.t_utc_ns, found.octets) == (T_NS, DATA)


def test_simple_packets_and_second_sections() -> None:
    section = next_generation("<", b"", 0)[: 28 + 20]
    simple = block("<", 3, struct.pack("<I", len(FRAME)) + FRAME)
    found = list(read_capture(section + simple + next_generation(">", b"", T_NS // 1000)))
    assert [d.octets for d in found] == [DATA, DATA]


@pytest.mark.parametrize(
    "frame",
    [
        FRAME,
        FRAME + b"\xaa" * 14,  # padded to the least length of a frame, with rubbish
        FRAME[:12] + b"\x81\x00\x00\x05" + FRAME[12:],
        FRAME[:12] + b"\x88\xa8\x00\x01\x81\x00\x00\x05" + FRAME[12:],
        FRAME[:12] + struct.pack(">H", 3 + len(DATA)) + b"\xfe\xfe\x03" + DATA + b"\x55" * 30,
        FRAME[:12] + struct.pack(">H", 4 + len(DATA)) + b"\xfe\xfe\x00\x00" + DATA + b"\x55" * 30,
        FRAME[:12] + struct.pack(">H", 8 + len(IP)) + b"\xaa\xaa\x03\0\0\0\x08\x00" + IP,
        FRAME[:12] + b"\x86\xdd" + struct.pack(">IHBB32x", 6 << 28, 8 + len(DATA), 17, 64) + IP[20:],
        FRAME[:12]
        + b"\x86\xdd"
        + struct.pack(">IHBB32x", 6 << 28, 16 + len(DATA), 0, 64)
        + b"\x11\x00\x01\x04\0\0\0\0"
        + IP[20:],
        FRAME[:14] + b"\x46" + IP[1:2] + (len(IP) + 4).to_bytes(2) + IP[4:20] + b"\x01" * 4 + IP[20:],
    ],
)
def test_wrappers(frame: bytes) -> None:
    assert payload(ETHERNET, frame) == DATA


def test_other_links() -> None:
    assert payload(RAW_IP, IP) == DATA
    assert payload(LOOPBACK, b"\x02\0\0\0" + IP) == DATA
    assert payload(LINUX_COOKED, bytes(14) + b"\x08\x00" + IP) == DATA
    assert payload(LINUX_COOKED_2, b"\x08\x00" + bytes(18) + IP) == DATA


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        FRAME[:13],
        FRAME[:20],
        FRAME[:12] + b"\x08\x06" + IP,
        FRAME[:23] + b"\x06" + FRAME[24:],  # not UDP
        FRAME[:20] + b"\x20\x00" + FRAME[22:],  # first fragment of several
        FRAME[:20] + b"\x00\x10" + FRAME[22:],  # a later fragment
        FRAME[:12] + b"\x81\x00",
        FRAME[:12] + b"\x00\x02\xfe\xfe",
    ],
)
def test_frames_without_payload_are_passed_over(frame: bytes) -> None:
    assert not payload(ETHERNET, frame)
    assert payload(99, frame) is None


@pytest.mark.parametrize("octets", [b"", b"\xd4", b"PK\x03\x04" + bytes(40), bytes(100)])
def test_what_is_no_capture_says_so(octets: bytes) -> None:
    with pytest.raises(DecodeError, match="octet 0: not a capture"):
        read_capture(octets)


@pytest.mark.parametrize("whole", [WRITTEN, next_generation("<", b"", 5)])
def test_every_cut_of_a_capture(whole: bytes) -> None:
    full = [d.octets for d in read_capture(whole)]
    ends = 0
    for length in range(4, len(whole)):
        found: list[bytes] = []
        try:
            found.extend(d.octets for d in read_capture(whole[:length]))
            ends += 1
        except DecodeError as error:
            assert error.offset <= length
        assert found == full[: len(found)]
    assert ends <= 4, "a cut shows, but between two blocks or frames"


def test_bad_blocks_say_where() -> None:
    good = next_generation("<", b"", 5)
    for octets, where in (
        (good[:8] + b"\x01\x02\x03\x04" + good[12:], 8),
        (good[:4] + struct.pack("<I", 13) + good[8:], 0),
        (good[:28] + block("<", 6, bytes(24)), 28),
        (good[:28] + block("<", 1, bytes(4)), 28),
        (good[:28] + block("<", 1, bytes(8) + struct.pack("<HHB3x", 9, 1, 255)), 28),
        (good[:28] + block("<", 3, bytes(4)), 28),
    ):
        with pytest.raises(DecodeError) as caught:
            list(read_capture(octets))
        assert caught.value.offset == where


def test_the_sample_captures() -> None:
    datagrams = list(read_capture(shared("asterix/cat_034_048.pcap")))
    counters = scan([d.octets for d in datagrams]).counters
    assert len(datagrams) == 100
    assert (counters.records, counters.errors, counters.blocks) == ({"034": 34, "048": 128}, 0, 120)
    (other,) = read_capture(shared("asterix/cat_062_065.pcap"))
    assert scan([other.octets]).counters.records == {"062": 2, "065": 1}


def test_a_payload_too_long_for_a_datagram() -> None:
    with pytest.raises(ValueError, match="at most 65507"):
        write_capture([(0, bytes(65508))], 1)
