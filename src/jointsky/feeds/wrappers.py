"""What ASTERIX blocks come wrapped in: nothing, the six-octet length-first header, or the "final" recording format.

Length-first: two octets of length that count the six of the header, four octets of time, blocks. Final: two octets of
length that count everything, an error code, a line number, the day of the recording, three octets of time in steps of
10 ms, blocks, and four octets A5 at the end. All numbers have their most significant octet first.
"""

from collections.abc import Iterator
from typing import NamedTuple

BLOCKS, LENGTH_FIRST, FINAL = "blocks", "length-first", "final"
"""The forms."""

_HEAD = {LENGTH_FIRST: 6, FINAL: 8}
_TAIL = {LENGTH_FIRST: b"", FINAL: b"\xa5" * 4}
_TICK_S = 0.01
_DAY_TICKS = 8_640_000
_LOOKED_AT = 8
"""So many frames or blocks in a row are looked at to tell the form."""


class Wrapped(NamedTuple):
    """The blocks of one frame: where the frame starts, its octets, and the seconds since the recording's first midnight
    that its header says (NaN where it says none)."""

    offset: int
    octets: bytes
    t_s: float


def block_end(octets: bytes, at: int) -> int:
    """Where the block at octet `at` ends, by its own length; -1 where there is none."""
    if at + 4 > len(octets) or octets[at] == 0:
        return -1
    end = at + int.from_bytes(octets[at + 1 : at + 3])
    return end if at + 4 <= end <= len(octets) else -1


def _frame_end(octets: bytes, at: int, form: str) -> int:
    """Where the frame at `at` ends; -1 where there is none of this form."""
    if form == BLOCKS:
        return block_end(octets, at)
    if at + 8 > len(octets):
        return -1
    end, tail = at + int.from_bytes(octets[at : at + 2]), _TAIL[form]
    inner = at + _HEAD[form]
    if end > len(octets) or end - len(tail) < inner + 4 or not octets.startswith(tail, end - len(tail)):
        return -1
    return end if 0 < block_end(octets, inner) <= end - len(tail) else -1


def form_of(octets: bytes) -> str:
    """The form of a datagram or of a file: that in which the first frames follow each other; "" where none fits."""
    for form in (FINAL, LENGTH_FIRST, BLOCKS):
        at, seen = 0, 0
        while seen < _LOOKED_AT and at < len(octets):
            end = _frame_end(octets, at, form)
            if end < 0:
                break
            at, seen = end, seen + 1
        if seen and (seen == _LOOKED_AT or at == len(octets) or (form == BLOCKS and _is_padding(octets, at))):
            return form
        if seen > 1 and form != BLOCKS:
            return form
    return BLOCKS if block_end(octets, 0) > 0 else ""


def _is_padding(octets: bytes, at: int) -> bool:
    return at > 0 and not octets[at:].strip(b"\0")


def unwrap(octets: bytes, form: str) -> Iterator[Wrapped]:
    """The frames of a file or datagram of a form; what lies between frames that are whole is passed over, from the
    first octet where whole frames go on. Of plain blocks each is a frame, and what is no block behind the last is the
    last frame."""
    at = 0
    while at < len(octets):
        end = _frame_end(octets, at, form)
        if end < 0:
            following = _resume(octets, at + 1, form)
            if form == BLOCKS:
                yield Wrapped(at, octets[at:following], float("nan"))
            at = following
            continue
        inner = octets[at + _HEAD.get(form, 0) : end - len(_TAIL.get(form, b""))]
        yield Wrapped(at, inner, _time_s(octets, at, form))
        at = end


def _resume(octets: bytes, at: int, form: str) -> int:
    """The first octet from `at` on where two frames follow each other, the second of the same category if they are
    plain blocks; the end if there is none."""
    while at < len(octets):
        end = _frame_end(octets, at, form)
        following = -1 if end < 0 else _frame_end(octets, end, form)
        if following > 0 and (form != BLOCKS or octets[end] == octets[at]):
            return at
        at += 1
    return at


def _time_s(octets: bytes, at: int, form: str) -> float:
    if form != FINAL:
        return float("nan")
    return (octets[at + 4] * _DAY_TICKS + int.from_bytes(octets[at + 5 : at + 8])) * _TICK_S


def wrap(blocks: bytes, form: str, ticks: int = 0) -> bytes:
    """One frame of a form around some blocks, stamped `ticks` (10 ms in the final format, the sender's own otherwise).

    Raises ValueError for blocks too long for the form's length.
    """
    if form == BLOCKS:
        return blocks
    length = _HEAD[form] + len(blocks) + len(_TAIL[form])
    if length > 65535:
        raise ValueError(f"{len(blocks)} octets are too long for one frame of form {form}")
    day, ticks = divmod(ticks, _DAY_TICKS) if form == FINAL else (0, ticks)
    stamp = bytes([0, 0, day & 255]) + ticks.to_bytes(3) if form == FINAL else (ticks & 0xFFFFFFFF).to_bytes(4)
    return length.to_bytes(2) + stamp + blocks + _TAIL[form]
