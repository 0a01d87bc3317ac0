"""The layout of a log: a file head, then frames. Numbers are little-endian.

File head (16 octets): mark, version, zero, CRC-32. Frame head (40 octets): mark, payload length, sequence number, kind,
zero, chain, CRC-32 of the payload, CRC-32 of the frame's offset in the file and of the head before it. The chain is
blake2b-128 of the chain before it, the length, sequence number and kind, and the payload; the first chain is that of
the file head.

So a flipped bit is caught by a CRC, and a frame that was edited, removed, moved or taken from another log, CRCs mended,
by the chain. Because the offset is in the head's CRC, octets of a payload that look like a frame are never taken for
one.
"""

import struct
import zlib
from hashlib import blake2b
from typing import NamedTuple

VERSION = 1
SEAL = 0xFFFF
"""Kind of the frame that closes a log; its payload is the number of frames before it (8 octets)."""
CHAIN_BYTES = 16

_FILE = struct.Struct("<8sHHI")
_FRAME = struct.Struct("<4sIIHH16sI")
_LINK = struct.Struct("<IIHH")
_OFFSET = struct.Struct("<Q")
_CRC = struct.Struct("<I")
_FILE_MARK = b"\x89JSLOG\r\n"
MARK = b"\xf7JS\x0a"
"""The first octets of every frame, by which a reader finds the next one behind a damaged head."""
HEAD_BYTES = _FRAME.size + _CRC.size
FILE_HEAD_BYTES = _FILE.size
MAX_PAYLOAD_BYTES = 1 << 30


class Head(NamedTuple):
    """A frame head that proved sound."""

    length: int
    sequence: int
    kind: int
    chain: bytes
    payload_crc: int


class Position(NamedTuple):
    """Where the next frame goes: octets and frames so far, and the chain of the last one."""

    offset: int
    sequence: int
    chain: bytes


def file_head(version: int = VERSION) -> bytes:
    """The first octets of a log."""
    return (body := _FILE.pack(_FILE_MARK, version, 0, 0)[:-4]) + _CRC.pack(zlib.crc32(body))


def version_of(head: bytes) -> int | None:
    """The version a file head names; None when it is no sound file head."""
    if len(head) != _FILE.size:
        return None
    mark, version, _, crc = _FILE.unpack(head)
    return version if mark == _FILE_MARK and crc == zlib.crc32(head[:-4]) else None


def start() -> Position:
    """The position of the first frame."""
    return Position(FILE_HEAD_BYTES, 0, blake2b(file_head(), digest_size=CHAIN_BYTES).digest())


def link(before: bytes, length: int, sequence: int, kind: int, payload: bytes) -> bytes:
    """The chain of a frame whose predecessor has the chain `before`."""
    state = blake2b(before, digest_size=CHAIN_BYTES)
    state.update(_LINK.pack(length, sequence, kind, 0))
    state.update(payload)
    return state.digest()


def encode(kind: int, payload: bytes, at: Position) -> tuple[bytes, Position]:
    """The head of a frame at `at`, and the position behind it. Raises ValueError for a payload above
    `MAX_PAYLOAD_BYTES`.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ValueError(f"a payload of {len(payload)} octets, expected at most {MAX_PAYLOAD_BYTES}")
    chain = link(at.chain, len(payload), at.sequence, kind, payload)
    body = _FRAME.pack(MARK, len(payload), at.sequence, kind, 0, chain, zlib.crc32(payload))
    head = body + _CRC.pack(_head_crc(body, at.offset))
    return head, Position(at.offset + len(head) + len(payload), at.sequence + 1, chain)


def decode_head(head: bytes, offset: int) -> Head | None:
    """The frame head that stands at `offset`; None when these octets are no sound head of that place."""
    body = head[: _FRAME.size]
    if len(head) != HEAD_BYTES or _CRC.unpack(head[_FRAME.size :])[0] != _head_crc(body, offset):
        return None
    mark, length, sequence, kind, _, chain, payload_crc = _FRAME.unpack(body)
    return Head(length, sequence, kind, chain, payload_crc) if mark == MARK else None


def _head_crc(body: bytes, offset: int) -> int:
    return zlib.crc32(body, zlib.crc32(_OFFSET.pack(offset)))
