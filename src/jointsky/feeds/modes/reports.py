"""Frames to reports: fields, and for position messages latitude and longitude.

A message's place is that of its own compact numbers: found from the pair of an even and an odd message at most 10 s
apart, from then on from the aircraft's last place. Messages before the first pair get their place afterwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, isfinite, radians
from statistics import median
from typing import Any

from jointsky.feeds.modes.cpr import Pair, Place, global_place, place_near
from jointsky.feeds.modes.forms import Frame
from jointsky.feeds.modes.messages import decode_frame

Report = dict[str, Any]

PAIR_S = 10.0
"""An even and an odd message at most this far apart make a place (50 s would do for slow ones on the ground)."""

KEPT_S = 60.0
"""A last place older than this is no help any more."""

FASTEST_MPS = 1000.0
"""Faster than this nothing that reports its place flies."""

LOW_FT = 5000.0
"""Below this an aircraft is taken to be near the field it comes from or goes to."""

_SLACK_M = 2000.0
_PATIENCE = 3
_DEG_M = 111_195.0
_GROUND_TURN_DEG, AIR_TURN_DEG = 90.0, 360.0


@dataclass
class Aircraft:
    """What is known of one address, in the air and on the ground apart: the last message of each parity (time and
    numbers), the last place, messages that wait for one, and how often in a row the pair said to be far away."""

    last: dict[str, tuple[float, Pair]] = field(default_factory=dict[str, tuple[float, Pair]])
    place: Place | None = None
    t_s: float = float("-inf")
    waiting: list[Report] = field(default_factory=list[Report])
    jumps: int = 0


def distance_m(one: Place, other: Place) -> float:
    """Rough distance of two places, in metres; for places some degrees apart at most."""
    east = (other[1] - one[1] + 180.0) % 360.0 - 180.0
    return _DEG_M * hypot(other[0] - one[0], east * cos(radians((one[0] + other[0]) / 2)))


def decode_frames(frames: Iterable[Frame], near: Place | None = None) -> tuple[list[Report], int]:
    """A report for each frame that is whole, in order, and how many were broken.

    A report has timestamp (None where unknown), frame, df, icao24 and its fields; position messages have latitude and
    longitude where they could be found. Places on the ground need to know what they are near: `near`, or where aircraft
    of the same recording fly low.
    """
    reports: list[Report] = []
    broken = 0
    for frame in frames:
        fields = decode_frame(frame.octets)
        if fields is None:
            broken += 1
            continue
        t_s = frame.t_s if isfinite(frame.t_s) else None
        reports.append({"timestamp": t_s, "frame": frame.octets.hex()} | fields)
    _find_places([report for report in reports if report.get("bds") == "05"], AIR_TURN_DEG, None)
    grounded = [report for report in reports if report.get("bds") == "06"]
    _find_places(grounded, _GROUND_TURN_DEG, _Grounds(reports, near) if grounded else None)
    return reports, broken


class _Grounds:
    """Where an aircraft on the ground is likely to be: at `near` if that is told, else where it flew lowest itself,
    else in the middle of where the others flew low."""

    def __init__(self, reports: Iterable[Report], near: Place | None) -> None:
        self._near = near
        self._lowest: dict[str, tuple[float, Place]] = {}
        for report in reports:
            if "latitude" in report and report["altitude"] is not None:
                here = float(report["altitude"]), (report["latitude"], report["longitude"])
                self._lowest[report["icao24"]] = min(here, self._lowest.get(report["icao24"], here))
        low = [place for height, place in self._lowest.values() if height < LOW_FT]
        low = low or [place for _, place in self._lowest.values()]
        self._middle = (median(p[0] for p in low), median(p[1] for p in low)) if low else None

    def of(self, icao24: str) -> Place | None:
        """The place, or None where nothing is known."""
        own = self._lowest.get(icao24)
        if self._near is not None or own is None or own[0] > LOW_FT:
            return self._near or self._middle
        return own[1]


def _find_places(reports: Sequence[Report], turn_deg: float, grounds: _Grounds | None) -> None:
    known: dict[str, Aircraft] = {}
    for order, report in enumerate(reports):
        t_s = report["timestamp"] if report["timestamp"] is not None else order * 1e-3
        near = grounds.of(report["icao24"]) if grounds else None
        find_place(report, t_s, known.setdefault(report["icao24"], Aircraft()), turn_deg, near)


def find_place(report: Report, t_s: float, aircraft: Aircraft, turn_deg: float, near: Place | None) -> None:
    """Give a position report heard at `t_s` its latitude and longitude, as far as its aircraft is known by now; where
    this makes it known, those that wait for it get theirs."""
    pair = report["lat_cpr"], report["lon_cpr"]
    is_odd = report["parity"] == "odd"
    aircraft.last[report["parity"]] = t_s, pair
    if aircraft.place is not None and not 0.0 <= t_s - aircraft.t_s <= KEPT_S:
        aircraft.place = None
    place = _from_pair(aircraft, is_odd, t_s) if turn_deg == AIR_TURN_DEG else None
    if place is None:
        reference = aircraft.place or (near if turn_deg == _GROUND_TURN_DEG else None)
        if reference is None:
            aircraft.waiting.append(report)
            return
        place = place_near(pair, is_odd, reference, turn_deg)
    if place is None:
        return
    _put(report, place)
    aircraft.place, aircraft.t_s = place, t_s
    for early in aircraft.waiting:
        _put_back(early, place, t_s, turn_deg)
    aircraft.waiting.clear()


def _from_pair(aircraft: Aircraft, is_odd: bool, t_s: float) -> Place | None:
    """The place from the last even and odd message. Where the aircraft would have had to jump there its last place says
    more (the pair may mix two that share an address), until that has happened several times in a row."""
    if len(aircraft.last) < 2:
        return None
    (t_even, even), (t_odd, odd) = aircraft.last["even"], aircraft.last["odd"]
    if abs(t_even - t_odd) > PAIR_S:
        return None
    place = global_place(even, odd, is_odd)
    if place is None or aircraft.place is None:
        return place
    is_jump = distance_m(place, aircraft.place) > FASTEST_MPS * (t_s - aircraft.t_s) + _SLACK_M
    aircraft.jumps = aircraft.jumps + 1 if is_jump else 0
    return place if aircraft.jumps in (0, _PATIENCE) else None


def _put(report: Report, place: Place) -> None:
    report["latitude"], report["longitude"] = place


def _put_back(report: Report, place: Place, t_s: float, turn_deg: float) -> None:
    """The place of a message that came before the first pair, where that is not long ago."""
    if report["timestamp"] is not None and t_s - report["timestamp"] > KEPT_S:
        return
    found = place_near((report["lat_cpr"], report["lon_cpr"]), report["parity"] == "odd", place, turn_deg)
    if found is not None:
        _put(report, found)
