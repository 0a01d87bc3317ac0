"""Live Mode S: octets of a receiver as they come, to frames, to reports whose aircraft are remembered."""

import math
import re
from collections.abc import Iterable

from jointsky.feeds.modes.forms import BEAST, Frame, Reading, form_of, read_frames
from jointsky.feeds.modes.messages import decode_frame
from jointsky.feeds.modes.reports import AIR_TURN_DEG, KEPT_S, Aircraft, Report, find_place
from jointsky.feeds.modes.trust import Doubt, doubts

JUDGED_S = 60.0
"""So much of what an aircraft has reported is judged together."""
FORGOTTEN_S = 300.0
"""An aircraft that was not heard for so long is forgotten."""
MOST_AIRCRAFT = 4000
_MOST_WAITING = 20
_LONGEST_LINE = 4096


class Pieces:
    """Puts the pieces of a stream together: frames of Beast messages, or of lines (AVR, SBS-1, hexadecimal, JSON).

    `reading` counts what could not be read. The form is found from the first piece unless said.
    """

    def __init__(self, form: str = "") -> None:
        self.reading = Reading(form)
        self._left = b""

    def add(self, octets: bytes, t_s: float) -> tuple[list[Frame], list[Report]]:
        """The frames that are whole now, stamped with the time of their arrival (UTC seconds), and reports of a stream
        that is decoded already."""
        self._left += octets
        self.reading.form = self.reading.form or form_of(self._left)
        if not self.reading.form:
            self._left = self._left[-_LONGEST_LINE:]
            return [], []
        whole, self._left = self._split()
        found = read_frames(whole, self.reading.form)
        self.reading.errors += found.errors
        self.reading.faults = (self.reading.faults + found.faults)[:5]
        stamped: list[Report] = [report | {"timestamp": t_s} for report in found.reports]
        return [Frame(t_s, frame.octets) for frame in found.frames], stamped

    def _split(self) -> tuple[bytes, bytes]:
        """What is whole, and the last message or line, of which more may come."""
        if self.reading.form == BEAST:
            starts = [piece.start() for piece in re.finditer(rb"\x1a\x1a|\x1a[1-4]", self._left) if piece[0][1] != 0x1A]
            cut = starts[-1] if starts else 0
        else:
            cut = self._left.rfind(b"\n") + 1
        left = self._left[cut:]
        return self._left[:cut], left if len(left) <= _LONGEST_LINE else b""


class Squitters:
    """Remembers aircraft: the places of their messages, and what of them cannot be true.

    `broken` counts frames with wrong parity or length, `doubted` holds the doubts about each address that stand,
    `heights` what other sensors say of an address (time in UTC seconds, feet).
    """

    def __init__(self) -> None:
        self.broken = 0
        self.doubted: dict[str, list[Doubt]] = {}
        self.heights: dict[str, list[tuple[float, float | None]]] = {}
        self._known: dict[str, Aircraft] = {}
        self._recent: dict[str, list[Report]] = {}

    def hear(self, frames: Iterable[Frame], reports: Iterable[Report] = ()) -> tuple[list[Report], list[Doubt]]:
        """Reports of some frames, in order, positions with their place where it is known; and doubts that are new."""
        found: list[Report] = []
        for frame in frames:
            fields = decode_frame(frame.octets)
            if fields is None:
                self.broken += 1
            elif "icao24" in fields:
                found.append({"timestamp": frame.t_s} | fields)
        for report in found:
            self._place(report)
        found += reports
        for report in found:
            self._recent.setdefault(report["icao24"], []).append(report)
        self._forget(max((report["timestamp"] for report in found), default=-math.inf))
        return found, self._judge({report["icao24"] for report in found if "latitude" in report})

    def other_height(self, icao24: str, t_s: float, feet: float) -> None:
        """Take in what another sensor says of an address."""
        self.heights.setdefault(icao24, []).append((t_s, feet))

    def _place(self, report: Report) -> None:
        if report.get("bds") != "05":
            return
        aircraft = self._known.setdefault(report["icao24"], Aircraft())
        find_place(report, report["timestamp"], aircraft, AIR_TURN_DEG, None)
        del aircraft.waiting[:-_MOST_WAITING]

    def _judge(self, addresses: set[str]) -> list[Doubt]:
        """New doubts about some addresses; one that does not show any more is let go."""
        fresh: list[Doubt] = []
        for icao24 in sorted(addresses):
            found = doubts(self._recent[icao24], self.heights)
            known = {doubt.kind for doubt in self.doubted.get(icao24, [])}
            fresh += [doubt for doubt in found if doubt.kind not in known]
            self.doubted[icao24] = found
            if not found:
                del self.doubted[icao24]
        return fresh

    def _forget(self, now_s: float) -> None:
        """What is too old to be judged, and aircraft that are not heard any more or are too many to be true."""
        for icao24, reports in list(self._recent.items()):
            kept = [report for report in reports if report["timestamp"] > now_s - JUDGED_S]
            self._recent[icao24] = kept
            if not kept and now_s - self._known.get(icao24, Aircraft()).t_s > FORGOTTEN_S:
                self._drop(icao24)
        for icao24, heights in list(self.heights.items()):
            self.heights[icao24] = [one for one in heights if one[0] > now_s - KEPT_S]
        for icao24 in list(self._recent)[:-MOST_AIRCRAFT]:
            self._drop(icao24)

    def _drop(self, icao24: str) -> None:
        for kept in (self._recent, self._known, self.doubted, self.heights):
            kept.pop(icao24, None)
