"""Many feeds at once as one source of plots: each is read by itself, with its own sensors, and none can speak for the
sensors of another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from jointsky.errors import FeedError
from jointsky.feeds.asterix.listening import Listening
from jointsky.feeds.modes.forms import AVR, BEAST, HEX, JSON_LINES, SBS, Frame, form_of, read_frames
from jointsky.feeds.modes.reports import Report
from jointsky.feeds.sensors import SensorTable, read_sensors
from jointsky.feeds.sources.datagrams import DatagramSource, endpoint
from jointsky.feeds.sources.streams import StreamSource
from jointsky.live.feed import CYCLE_S, Source, read_described
from jointsky.live.reception import Reception, no_sensors
from jointsky.live.sender_clock import SenderClock, live_clock
from jointsky.live.sources_file import FeedPart, SourcesFile, read_sources, site_table
from jointsky.live.transponders import Frames, Transponders, live_frames, receiver_table
from jointsky.vocab.records import PLOT, Rows, empty

_FORMS = {"beast": BEAST, "avr": AVR, "sbs": SBS, "hex": HEX, "json": JSON_LINES}


@dataclass(slots=True)
class Feeds:
    """The feeds of a sources file by name. Sensors of a feed stand under its name where another has one so called."""

    title: str
    members: dict[str, Source]
    clock: SenderClock
    start_s: float
    table: SensorTable = field(default_factory=no_sensors)
    edition: int = 0
    cycle_s: float = CYCLE_S
    late_s: dict[str, float] = field(default_factory=dict[str, float])
    _editions: tuple[int, ...] = ()
    _failed: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self._join()

    @property
    def end_s(self) -> float:
        """Its length in seconds: infinite with a live feed."""
        return max(member.end_s + self._begins_s(member) for member in self.members.values())

    @property
    def failure(self) -> str:
        """Why no more can come from any; empty while something can."""
        reasons = [member.failure for member in self.members.values()]
        return "; ".join(reasons) if all(reasons) else ""

    def until(self, t_s: float) -> Rows:
        """Plots of all feeds that arrived since the last call and by `t_s`, in order of arrival."""
        parts: list[tuple[str, Rows]] = []
        for name, member in self.members.items():
            begins_s = self._begins_s(member)
            rows = member.until(t_s - begins_s)
            rows["t_valid_s"] += begins_s
            rows["t_seen_s"] += begins_s
            parts.append((name, rows))
        self._join()
        first = 0
        for (_, rows), member in zip(parts, self.members.values(), strict=True):
            rows["sensor"] += first
            first += len(member.table.names)
        rows = np.concatenate([empty(PLOT), *(rows for _, rows in parts)])
        return rows[np.argsort(rows["t_seen_s"], kind="stable")]

    def news(self) -> list[str]:
        """What whoever watches should be told of each feed, since the last call."""
        found: list[str] = []
        for name, member in self.members.items():
            found += [f"{name}: {text}" for text in member.news()]
            if member.failure and name not in self._failed:
                self._failed.add(name)
                found.append(f"{name}: {member.failure}")
        return found

    def close(self) -> None:
        """Let go of all."""
        for member in self.members.values():
            member.close()

    def _begins_s(self, member: Source) -> float:
        """When a feed begins: recordings among live feeds with them, recordings alone as they were made."""
        return 0.0 if self.clock.start_s else member.start_s - self.start_s

    def _join(self) -> None:
        """One table of the sensors of all feeds, made anew when one of them has grown."""
        editions = tuple(member.edition for member in self.members.values())
        if editions != self._editions:
            self._editions = editions
            self.table = _joined({name: member.table for name, member in self.members.items()})
            self.edition += 1


def _joined(tables: dict[str, SensorTable]) -> SensorTable:
    every = [sensor for table in tables.values() for sensor in table.names]
    names = [
        sensor if every.count(sensor) == 1 else f"{name} {sensor}"
        for name, table in tables.items()
        for sensor in table.names
    ]
    nations = [nation for table in tables.values() for nation in table.nations]
    empty_table = no_sensors()
    return SensorTable(
        empty_table.frame, names, nations, np.concatenate([empty_table.rows, *(t.rows for t in tables.values())])
    )


def open_feeds(file: Path) -> Feeds:
    """Open every feed of a sources file. Raises ScenarioErrors for faults in the file, FeedError or TableError for a
    feed that cannot be had; then none is left open."""
    asked = read_sources(file)
    live = any(feed.is_live for feed in asked.feeds.values())
    clock = live_clock(asked.rate) if live else SenderClock(0.0, asked.rate)
    members: dict[str, Source] = {}
    try:
        for name, feed in asked.feeds.items():
            members[name] = _opened(name, feed, asked, clock, file.parent)
    except BaseException:
        for member in members.values():
            member.close()
        raise
    start_s = clock.start_s or min(member.start_s for member in members.values())
    return Feeds(f"{file.name}: {', '.join(members)}", members, clock, start_s, cycle_s=asked.cycle)


def _opened(name: str, feed: FeedPart, asked: SourcesFile, clock: SenderClock, folder: Path) -> Source:
    table = _table(feed, folder)
    if feed.comes.startswith("tcp://"):
        return _receiver(name, feed, StreamSource(feed.place), clock)
    if feed.comes.startswith("udp://"):
        return _datagrams(name, feed, asked, clock, table)
    octets = (folder / feed.comes).read_bytes()
    if feed.format not in (None, "asterix") or (feed.format is None and form_of(octets)):
        return _recorded_receiver(name, feed, octets)
    editions = feed.editions_asked()
    return read_described(folder / feed.comes, table, _origin(asked), editions, _categories(feed))


def _table(feed: FeedPart, folder: Path) -> SensorTable:
    """The sensors that are described: in the feed's sensor file, and in the feed itself."""
    sites = site_table(feed.sites)
    if feed.sensors is None:
        return sites
    told = read_sensors(folder / feed.sensors)
    rows = np.concatenate([told.rows, sites.rows])
    return SensorTable(told.frame, [*told.names, *sites.names], [*told.nations, *sites.nations], rows)


def _datagrams(name: str, feed: FeedPart, asked: SourcesFile, clock: SenderClock, table: SensorTable) -> Source:
    sender = endpoint(feed.sender or "", f"{name}: sender", any_port=True)
    source = DatagramSource(feed.place, sender, interface=feed.interface, quota=feed.quota)
    if feed.format not in (None, "asterix"):
        if feed.at is None:
            source.close()
            raise FeedError(f"{name}: a Mode S receiver needs its place: at: [latitude, longitude]")
        return _receiver(name, feed, source, clock)
    listening = Listening(feed.editions_asked(), _categories(feed))
    title = f"udp://{source.place} from {source.sender}"
    return Reception(source, title, table, _origin(asked), clock, listening, feed.clock)


def _receiver(name: str, feed: FeedPart, source: DatagramSource | StreamSource, clock: SenderClock) -> Transponders:
    heard = live_frames(source, clock, _FORMS.get(feed.format or "", ""))
    table = receiver_table(name, feed.at or (0.0, 0.0), feed.height)
    return Transponders(feed.comes, table, clock, heard, source=source)


def _recorded_receiver(name: str, feed: FeedPart, octets: bytes) -> Transponders:
    """A recording of a receiver, by its own times. Raises FeedError where it has none, or the place is not said."""
    if feed.at is None:
        raise FeedError(f"{name}: a Mode S receiver needs its place: at: [latitude, longitude]")
    form = _FORMS.get(feed.format or "", "") or form_of(octets)
    read = read_frames(octets, form)
    timed: list[tuple[float, Frame | Report]] = [(one.t_s, one) for one in read.frames if np.isfinite(one.t_s)]
    timed += [(one["timestamp"], one) for one in read.reports if one["timestamp"] is not None]
    timed.sort(key=lambda one: one[0])
    if not timed:
        raise FeedError(f"{name}: {feed.comes} holds no message with a time, so it cannot be played")
    begun_s = timed[0][0]
    table = receiver_table(name, feed.at, feed.height)
    played = Transponders(feed.comes, table, SenderClock(begun_s), lambda: ([], []), timed[-1][0] - begun_s)
    played.heard = _played(played, timed)
    return played


def _played(member: Transponders, timed: Sequence[tuple[float, Frame | Report]]) -> Frames:
    """What a recording holds up to the time that the member has been asked for."""
    times_s = np.array([t_s for t_s, _ in timed]) - member.start_s
    state = {"next": 0}

    def heard() -> tuple[list[Frame], list[Report]]:
        begin, state["next"] = state["next"], int(np.searchsorted(times_s, member.asked_s, side="right"))
        some = [one for _, one in timed[begin : state["next"]]]
        return [one for one in some if isinstance(one, Frame)], [one for one in some if isinstance(one, dict)]

    return heard


def _categories(feed: FeedPart) -> frozenset[int] | None:
    return None if feed.categories is None else frozenset(feed.categories)


def _origin(asked: SourcesFile) -> str | None:
    return None if asked.origin is None else f"{asked.origin[0]},{asked.origin[1]}"
