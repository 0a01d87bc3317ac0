"""Recordings of Mode S receivers to frames: Beast (binary), AVR, plain hexadecimal, JSON lines; and SBS-1 to reports.

Beast: an escape octet 1A, a type, six octets of a 12 MHz counter, one of signal level, the frame; an escape octet
within is doubled. AVR: "*8D...;" or "@" with the counter in front. Plain: a frame a line, with a time in seconds in
front or without. JSON lines: objects with "frame" and "timestamp". SBS-1: "MSG," and 21 more cells.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

BEAST, AVR, HEX, JSON_LINES, SBS = "Beast", "AVR", "hexadecimal", "JSON lines", "SBS-1"
"""The forms, as people call them."""

_ESCAPE = 0x1A
_LENGTHS = {0x31: 2, 0x32: 7, 0x33: 14}
_COUNTER_HZ = 12e6
_LOOKED_AT = 4096
_AVR_LINE = re.compile(rb"^(?:\*|@([0-9A-Fa-f]{12}))([0-9A-Fa-f]{14}|[0-9A-Fa-f]{28}|[0-9A-Fa-f]{4});?\s*$")
_HEX_LINE = re.compile(rb"^(?:(\d{1,12}(?:\.\d{1,12})?)[,;\s]+)?([0-9A-Fa-f]{28}|[0-9A-Fa-f]{14})\s*$")
_MODE_AC = 2


class Frame(NamedTuple):
    """One frame as received: seconds (UTC where the recording says so, else of its own counter; NaN where unknown), and
    its 7 or 14 octets."""

    t_s: float
    octets: bytes


@dataclass
class Reading:
    """What a recording held: `frames`, or the `reports` of one that is decoded already (SBS-1), how many lines or
    messages could not be read, and the first of them in words."""

    form: str
    frames: list[Frame] = field(default_factory=list[Frame])
    reports: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    errors: int = 0
    faults: list[str] = field(default_factory=list[str])

    def fault(self, place: int, words: str) -> None:
        """Count one unreadable line or message; the first few are kept in words."""
        self.errors += 1
        if len(self.faults) < 5:
            self.faults.append(f"{'octet' if self.form == BEAST else 'line'} {place}: {words}")


def form_of(octets: bytes) -> str:
    """The form of a recording by its start; "" where it is none of these."""
    if octets[:1] == b"\x1a" and octets[1:2] in (b"1", b"2", b"3", b"4"):
        return BEAST
    lines = [line.strip() for line in octets[:_LOOKED_AT].splitlines()[:20] if line.strip()]
    return next((form for form in map(_line_form, lines) if form), "")


def _line_form(line: bytes) -> str:
    if _AVR_LINE.match(line):
        return AVR
    if _HEX_LINE.match(line):
        return HEX
    if line.startswith(b"{") and b'"frame"' in line:
        return JSON_LINES
    return SBS if line[:4] in (b"MSG,", b"STA,", b"SEL,", b"AIR,", b"CLK,") else ""


def read_frames(octets: bytes, form: str) -> Reading:
    """All frames of a recording of a form. What cannot be read is counted, never raised."""
    found = Reading(form)
    if form == BEAST:
        found.frames.extend(_beast(octets, found))
        return found
    read = {AVR: _avr, HEX: _hex, JSON_LINES: _json, SBS: _sbs}[form]
    for number, line in enumerate(octets.splitlines(), 1):
        if line.strip():
            read(line.strip(), number, found)
    return found


def _beast(octets: bytes, found: Reading) -> Iterator[Frame]:
    for piece in re.finditer(rb"\x1a([1-4])((?:[^\x1a]|\x1a\x1a)*)", octets, re.DOTALL):
        content = piece[2].replace(b"\x1a\x1a", b"\x1a")
        length = _LENGTHS.get(piece[1][0])
        if length is None:
            continue
        if len(content) < 7 + length:
            found.fault(piece.start(), f"message of {len(content)} octets, expected {7 + length}")
        elif length > _MODE_AC:
            yield Frame(int.from_bytes(content[:6]) / _COUNTER_HZ, content[7 : 7 + length])


def _avr(line: bytes, number: int, found: Reading) -> None:
    match = _AVR_LINE.match(line)
    if match is None:
        found.fault(number, "expected '*' or '@' and a frame in hexadecimal")
    elif len(match[2]) > 2 * _MODE_AC:
        t_s = int(match[1], 16) / _COUNTER_HZ if match[1] else float("nan")
        found.frames.append(Frame(t_s, bytes.fromhex(match[2].decode())))


def _hex(line: bytes, number: int, found: Reading) -> None:
    match = _HEX_LINE.match(line)
    if match is None:
        found.fault(number, "expected a frame of 14 or 28 hexadecimal digits")
    else:
        found.frames.append(Frame(float(match[1] or "nan"), bytes.fromhex(match[2].decode())))


def _json(line: bytes, number: int, found: Reading) -> None:
    try:
        told: Any = json.loads(line)
        octets = bytes.fromhex(told["frame"])
        if len(octets) not in (7, 14):
            raise ValueError
        found.frames.append(Frame(float(told.get("timestamp", "nan")), octets))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        found.fault(number, "expected an object with a frame of 14 or 28 hexadecimal digits")


_SBS_NUMBERS = {11: "altitude", 12: "groundspeed", 13: "track", 14: "latitude", 15: "longitude", 16: "vertical_rate"}


def _sbs(line: bytes, number: int, found: Reading) -> None:
    cells = line.decode("ascii", "replace").split(",")
    if cells[0] != "MSG":
        return
    if len(cells) < 22 or not re.fullmatch("[0-9A-Fa-f]{6}", cells[4]):
        found.fault(number, "expected MSG with 22 cells and an address")
        return
    report: dict[str, Any] = {"timestamp": _sbs_time(cells[6], cells[7]), "icao24": cells[4].lower(), "msg": cells[1]}
    try:
        report |= {name: float(cells[k]) for k, name in _SBS_NUMBERS.items() if cells[k].strip()}
    except ValueError:
        found.fault(number, "expected numbers for altitude, speed, track and place")
        return
    report |= {name: cells[k].strip() for k, name in ((10, "callsign"), (17, "squawk")) if cells[k].strip()}
    found.reports.append(report)


def _sbs_time(day: str, clock: str) -> float | None:
    try:
        return datetime.strptime(f"{day} {clock}", "%Y/%m/%d %H:%M:%S.%f").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
