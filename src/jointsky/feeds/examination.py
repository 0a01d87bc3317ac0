"""What a recording of ASTERIX data holds and what is wrong with it, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jointsky.feeds.asterix.detect import Choice, chosen, detect, refused
from jointsky.feeds.asterix.records import TIME_OF_DAY
from jointsky.feeds.asterix.scan import Editions, Records, Scan, scan, split
from jointsky.feeds.day import unroll_in_order
from jointsky.feeds.recorded import Recorded
from jointsky.units import DAY_S

Seconds = NDArray[np.float64]

_GAP_TIMES, _LEAST_GAP_S = 5.0, 10.0
"""A silence is a gap where it is so many times the usual one between datagrams with records, and so long."""

_SKEW_S = 2.0
_LEAST_SPAN_S = 2.0
"""Over less than this no rate is told."""
_POSITIONS = {1: ("040", "042"), 21: ("130", "131"), 48: ("040", "042"), 62: ("105", "100")}
_RADAR = (1, 48)
_SITE_TELLERS = (34,)
_MOST_GAPS = 5


@dataclass(frozen=True)
class SourceFacts:
    """One source of one category: how many records and blocks of them, when, how often, and what is wrong.

    `first_s` and `last_s` are seconds since the midnight before its first record (beyond 86,400 after a midnight); NaN
    without times. `late_s` is the median of arrival less stamp, NaN without times of arrival. `backward` counts stamps
    more than a second before the one before them; `gaps` are (from, to) in the same seconds; `placeless` counts records
    without position, -1 for a category that has none; `is_sited` whether the source tells its site.
    """

    category: int
    sac: int
    sic: int
    edition: str
    records: int
    first_s: float
    last_s: float
    rate_hz: float
    turn_s: float
    late_s: float
    backward: int
    gaps: tuple[tuple[float, float], ...]
    duplicates: int
    placeless: int
    is_sited: bool

    @property
    def name(self) -> str:
        """The source as people write it."""
        return f"{self.sac}/{self.sic}" if self.sac >= 0 else "without name"


@dataclass(frozen=True)
class Examination:
    """Everything found: how the file is built, when its first and last datagram came (UTC seconds since 1970, NaN where
    it does not say), the choices of edition, each source, and remarks in plain words."""

    form: str
    datagrams: int
    span_utc_s: tuple[float, float]
    choices: tuple[Choice, ...]
    sources: tuple[SourceFacts, ...]
    remarks: tuple[str, ...]


def examine(recorded: Recorded, fixed: Editions | None = None) -> Examination:
    """Look at a whole recording. `fixed` are editions that the user said."""
    octets = [datagram.octets for datagram in recorded.datagrams]
    choices = detect(octets)
    editions: dict[tuple[int, int], str] = {**chosen(choices), **(fixed or {})}
    found = scan(octets, editions)
    unfit = {choice.category for choice in refused(choices)} - {category for category, _ in fixed or {}}
    groups = [group for group in found.groups if len(group) and group.program.category.number not in unfit]
    arrived = np.array([datagram.t_utc_ns / 1e9 for datagram in recorded.datagrams])
    lengths = _lengths(octets, found)
    sources = [facts for group in groups for facts in _sources(group, arrived, recorded.has_times, lengths)]
    sources = _sited(sources)
    twice = 2 * len(set(octets)) == len(octets)
    remarks = [*recorded.warnings, *_about_octets(found, octets), *_about_sources(sources, twice)]
    span = (float(arrived[0]), float(arrived[-1])) if recorded.has_times else (float("nan"), float("nan"))
    return Examination(recorded.form, len(octets), span, tuple(choices), tuple(sources), tuple(remarks))


def _lengths(octets: Sequence[bytes], found: Scan) -> dict[int, int]:
    """Where the record that starts at an octet ends: at the next record, or with its block."""
    _, _, blocks, _ = split(octets)
    starts = np.sort(np.concatenate([blocks[:, 1], *(group.record_at for group in found.groups)]))
    ends = np.append(starts[1:], blocks[-1:, 2])
    stops = np.minimum(ends, blocks[np.searchsorted(blocks[:, 1], starts, side="right") - 1, 2])
    return dict(zip(starts.tolist(), stops.tolist(), strict=True))


def _stamps(group: Records) -> Seconds:
    """Seconds of the day of each record, NaN where it says none. Category 001 says the remainder by 512 s only."""
    stamps = np.full(len(group), np.nan)
    for path in reversed([path for path in TIME_OF_DAY[group.program.category.number] if path in group.program.places]):
        told = group.values((path,), (1.0,))[:, 0]
        stamps = np.where(np.isfinite(told), told, stamps)
    return stamps


def _sources(group: Records, arrived: Seconds, has_times: bool, ends: dict[int, int]) -> list[SourceFacts]:
    number = group.program.category.number
    named = group.integers(("010/SAC", "010/SIC"), -1)
    stamps = _stamps(group)
    placed = np.zeros(len(group), dtype=np.bool_)
    for item in _POSITIONS.get(number, ()):
        if item in group.program.slots:
            placed |= group.has(item)
    found: list[SourceFacts] = []
    for sac, sic in np.unique(named, axis=0).tolist():
        rows = np.flatnonzero((named[:, 0] == sac) & (named[:, 1] == sic))
        times = unroll_in_order(stamps[rows])
        came = arrived[group.datagram[rows]] if has_times else np.full(rows.size, np.nan)
        shown = times if np.isfinite(times).any() else came
        known = shown[np.isfinite(shown)]
        span = float(known.max() - known.min()) if known.size else float("nan")
        found.append(
            SourceFacts(
                number,
                sac,
                sic,
                group.program.category.edition,
                rows.size,
                float(known[0]) if known.size else float("nan"),
                float(known[-1]) if known.size else float("nan"),
                rows.size / span if span >= _LEAST_SPAN_S else float("nan"),
                _turn(group, rows),
                _late(stamps[rows], came),
                int((np.diff(times[np.isfinite(times)]) < -1.0).sum()),
                _gaps(known),
                _duplicates(group, rows, ends),
                int((~placed[rows]).sum()) if number in _POSITIONS else -1,
                number in _SITE_TELLERS and bool(group.has("120")[rows].any()),
            )
        )
    return found


def _turn(group: Records, rows: NDArray[np.int64]) -> float:
    """Seconds a turn of the antenna takes as its service messages say, NaN where they do not."""
    if group.program.category.number not in (2, 34):
        return float("nan")
    told = group.values(("041",), (1.0,))[rows, 0]
    told = told[told > 0.0]
    return float(np.median(told)) if told.size else float("nan")


def _late(stamps: Seconds, came: Seconds) -> float:
    """Median of arrival less stamp within half a day."""
    late = np.mod(came - stamps + DAY_S / 2, DAY_S) - DAY_S / 2
    late = late[np.isfinite(late)]
    return float(np.median(late)) if late.size else float("nan")


def _gaps(times: Seconds) -> tuple[tuple[float, float], ...]:
    ordered = np.unique(times)
    if ordered.size < 3:
        return ()
    steps = np.diff(ordered)
    wide = np.flatnonzero(steps > max(_GAP_TIMES * float(np.median(steps)), _LEAST_GAP_S))
    return tuple((float(ordered[k]), float(ordered[k + 1])) for k in wide)


def _duplicates(group: Records, rows: NDArray[np.int64], ends: dict[int, int]) -> int:
    """How many records are octet by octet like one before, their stamp included."""
    octets = group.octets.tobytes()
    starts = group.record_at[rows].tolist()
    return len(starts) - len({octets[start : ends[start]] for start in starts})


def _sited(sources: list[SourceFacts]) -> list[SourceFacts]:
    """Radars are sited where their service messages say their place."""
    told = {(one.sac, one.sic) for one in sources if one.is_sited}
    return [replace(one, is_sited=(one.sac, one.sic) in told) for one in sources]


def _about_octets(found: Scan, octets: Sequence[bytes]) -> list[str]:
    counters = found.counters
    said = [f"CAT{name} has no layout here: {count} blocks passed over" for name, count in counters.skipped.items()]
    if counters.errors:
        first = "; ".join(f"datagram {where}, octet {offset}: {words}" for where, offset, words in counters.faults[:3])
        said.append(f"{counters.errors} broken blocks (what is before the break is kept): {first}")
    if counters.padding:
        said.append(
            f"{counters.padding} octets behind the last block of their datagram are no block: taken for padding"
        )
    repeated = len(octets) - len(set(octets))
    if repeated and 2 * repeated == len(octets):
        said.append(f"all {repeated} datagrams were recorded twice: two taps, or two networks that carry the same")
    elif repeated:
        said.append(f"{repeated} of {len(octets)} datagrams are octet by octet like one before")
    return said


def _clock(seconds: float) -> str:
    """Hours, minutes and seconds of a time of day; the days after the first in front."""
    day, rest = divmod(seconds, DAY_S)
    words = f"{int(rest // 3600):02d}:{int(rest // 60 % 60):02d}:{rest % 60:04.1f}"
    return f"day {int(day) + 1} {words}" if day else words


def _about_sources(sources: Sequence[SourceFacts], all_twice: bool) -> list[str]:
    """What is odd about each source; that its records came twice is no news where every datagram did (`all_twice`)."""
    said: list[str] = []
    for one in sources:
        who = f"source {one.name}, CAT{one.category:03d}"
        if one.category in _RADAR and not one.is_sited:
            said.append(f"{who}: its site is missing (no service message tells it); give it in a sensor file")
        said += [f"{who}: nothing from {_clock(a)} to {_clock(b)} ({b - a:.0f} s)" for a, b in one.gaps[:_MOST_GAPS]]
        if len(one.gaps) > _MOST_GAPS:
            said.append(f"{who}: {len(one.gaps) - _MOST_GAPS} more gaps")
        if abs(one.late_s) > _SKEW_S:
            said.append(f"{who}: its clock is {-one.late_s:+.1f} s against the recorder's (median)")
        if one.backward:
            said.append(f"{who}: {one.backward} stamps are more than 1 s before the one before")
        if one.last_s > DAY_S > one.first_s:
            said.append(f"{who}: crosses midnight")
        if one.duplicates and not (all_twice and 2 * one.duplicates == one.records):
            said.append(f"{who}: {one.duplicates} records came twice")
        if one.placeless > 0:
            said.append(f"{who}: {one.placeless} of {one.records} records have no position")
        if one.sac < 0:
            said.append(f"{who}: {one.records} records do not say who sent them")
    return said
