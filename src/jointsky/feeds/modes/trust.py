"""What can be believed of ADS-B: reports that cannot be true together, told in words.

Checks: speeds nothing flies at; two aircraft under one address; places that do not move as the reported velocity
says; heights that the transponder's replies to radars, or another sensor, contradict. What no check can tell stays
unverified.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jointsky.feeds.modes.reports import FASTEST_MPS, Report, distance_m
from jointsky.units import KT_MPS

SPEED, CLONE, GHOST, HEIGHT = "impossible speed", "address clone", "ghost", "altitude"
"""Kinds of doubt."""

_SLACK_M = 2000.0
_CLONE_JUMPS, _CLONE_S = 3, 60.0
_GHOST_S, _GHOST_MPS = 10.0, 100.0
_HEIGHT_FT, _HEIGHT_S, _LEAST_HEIGHTS = 1000.0, 5.0, 3
_REPLIES = ("0", "4", "16", "20")


@dataclass(frozen=True)
class Doubt:
    """One doubt about one address: its kind, when it was first seen (seconds as in the reports), and why, in words."""

    icao24: str
    kind: str
    t_s: float
    words: str


Heights = Mapping[str, Sequence[tuple[float, float | None]]]
"""By address: time in seconds, feet."""


def doubts(reports: Iterable[Report], seen: Heights | None = None) -> list[Doubt]:
    """Every doubt about the reports (with a time and an address), one of each kind for an address, by time. `seen` are
    heights that other sensors tell."""
    by_address: dict[str, list[Report]] = {}
    for report in reports:
        if report.get("timestamp") is not None and "icao24" in report:
            by_address.setdefault(report["icao24"], []).append(report)
    found: list[Doubt] = []
    for icao24, own in by_address.items():
        own.sort(key=lambda report: report["timestamp"])
        places = [report for report in own if "latitude" in report]
        found += _jumps(icao24, places)
        found += _ghost(icao24, places, [report for report in own if report.get("subtype") in (1, 2)])
        told = [(r["timestamp"], r["altitude"]) for r in places if r.get("source") == "barometric"]
        replies = [(r["timestamp"], r["altitude"]) for r in own if r.get("df") in _REPLIES]
        found += against_heights(icao24, told, replies, "its replies to radars") or against_heights(
            icao24, told, (seen or {}).get(icao24, ()), "what a radar reads"
        )
    return sorted(found, key=lambda doubt: doubt.t_s)


def _place(report: Mapping[str, Any]) -> tuple[float, float]:
    return report["latitude"], report["longitude"]


def _jumps(icao24: str, places: Sequence[Report]) -> list[Doubt]:
    """A jump is an impossible speed; several, there and back again, are two aircraft."""
    times: list[float] = []
    worst = 0.0
    for one, other in zip(places, places[1:], strict=False):
        waited = other["timestamp"] - one["timestamp"]
        length = distance_m(_place(one), _place(other))
        if length > FASTEST_MPS * waited + _SLACK_M:
            times.append(other["timestamp"])
            worst = max(worst, length)
    if not times:
        return []
    found = [Doubt(icao24, SPEED, times[0], f"{len(times)} jumps, the longest {worst / 1000.0:.0f} km")]
    for first, last in zip(times, times[_CLONE_JUMPS - 1 :], strict=False):
        if last - first <= _CLONE_S:
            words = f"{_CLONE_JUMPS} jumps within {last - first:.0f} s: two aircraft seem to use this address"
            return [*found, Doubt(icao24, CLONE, last, words)]
    return found


def _ghost(icao24: str, places: Sequence[Report], speeds: Sequence[Report]) -> list[Doubt]:
    """Places, ten seconds and more apart, that are not as far from each other as the speeds told in between say."""
    speeds = [report for report in speeds if "groundspeed" in report]
    start = 0
    for report in places:
        first = places[start]
        waited = report["timestamp"] - first["timestamp"]
        if waited < _GHOST_S:
            continue
        told = [r["groundspeed"] for r in speeds if first["timestamp"] <= r["timestamp"] <= report["timestamp"]]
        start = places.index(report, start)
        if not told or waited > 6.0 * _GHOST_S:
            continue
        moved_mps = distance_m(_place(first), _place(report)) / waited
        told_mps = KT_MPS * sum(told) / len(told)
        if abs(moved_mps - told_mps) > _GHOST_MPS and moved_mps < FASTEST_MPS:
            words = f"moves at {moved_mps:.0f} m/s and tells {told_mps:.0f} m/s"
            return [Doubt(icao24, GHOST, report["timestamp"], words)]
    return []


def against_heights(
    icao24: str,
    told: Sequence[tuple[float, float | None]],
    others: Sequence[tuple[float, float | None]],
    whose: str,
) -> list[Doubt]:
    """Whether heights (time in seconds, feet) that an aircraft tells are mostly more than 1,000 ft off those of another
    sensor at most 5 s away."""
    known = [(t_s, feet) for t_s, feet in others if feet is not None]
    differences: list[tuple[float, float]] = []
    k = 0
    for t_s, feet in told:
        while k + 1 < len(known) and known[k + 1][0] <= t_s:
            k += 1
        if feet is not None and known and abs(known[k][0] - t_s) <= _HEIGHT_S:
            differences.append((t_s, feet - known[k][1]))
    off = [(t_s, feet) for t_s, feet in differences if abs(feet) > _HEIGHT_FT]
    if len(off) < _LEAST_HEIGHTS or 2 * len(off) <= len(differences):
        return []
    middle = sorted(feet for _, feet in off)[len(off) // 2]
    return [Doubt(icao24, HEIGHT, off[0][0], f"tells {middle:+.0f} ft against {whose}")]
