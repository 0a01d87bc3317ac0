"""One live sender of ASTERIX: its datagrams as they come become plots, and its sensors a table."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from jointsky.feeds.asterix.listening import Listening
from jointsky.feeds.asterix.plots import ASTERIX_SERVICE, services
from jointsky.feeds.asterix.scan import Counters
from jointsky.feeds.asterix.targets import target_reports
from jointsky.feeds.pcap import Datagram
from jointsky.feeds.reports import place_unknown, sensor_rows, to_plots
from jointsky.feeds.sensors import GEODETIC, SENSOR_ROW, SensorTable, read_sensors
from jointsky.feeds.sources.datagrams import DatagramSource, Endpoint
from jointsky.live.feed import CYCLE_S, LATENCY_S, SKEW_S, in_order, origin_of, skew_of, skew_words
from jointsky.live.sender_clock import SenderClock, live_clock
from jointsky.vocab.records import PLOT, Rows, empty

SETTLE_S = 12.0
"""How long a live source that nobody described may take to tell its site before it is placed at the origin: its service
messages come once a turn.
"""
SILENCE_S = 15.0
"""After how long without a datagram the silence of a sender is told."""
MOST_SERVICES = 1000


class Incoming(Protocol):
    """A live sender's data: datagrams, or pieces of a stream. `dropped` were lost, `strangers` are others' data that
    came to the same place, `throttled` whether more came than the quota, `failure` why no more can come."""

    sender: Endpoint
    place: Endpoint
    throttled: bool
    strangers: int
    failure: str

    @property
    def dropped(self) -> int:
        """How many were lost."""
        ...

    def take(self) -> list[Datagram]:
        """What has arrived since the last time."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...


@dataclass(slots=True)
class Reception:
    """A live sender's datagrams as they come. Sensors that nobody described join the table as they are heard: at once
    when they tell their site, else after `SETTLE_S` at the origin.
    """

    source: Incoming
    title: str
    table: SensorTable
    origin: str | None
    clock: SenderClock
    listening: Listening = field(default_factory=Listening)
    most_skew_s: float = SKEW_S
    end_s: float = float("inf")
    edition: int = 0
    cycle_s: float = CYCLE_S
    counters: Counters = field(default_factory=Counters)
    dropped: dict[str, int] = field(default_factory=dict[str, int])
    plots: int = 0
    _heard: Rows = field(default_factory=lambda: empty(ASTERIX_SERVICE))
    _first_s: dict[tuple[int, int], float] = field(default_factory=dict[tuple[int, int], float])
    _skews_s: dict[int, float] = field(default_factory=dict[int, float])
    _last_s: float = 0.0
    _silent: bool = False
    _lost: int = 0
    _throttled: bool = False
    _strangers: int = 0
    _news: list[str] = field(default_factory=list[str])

    @property
    def start_s(self) -> float:
        """When listening began, in UTC seconds since 1970."""
        return self.clock.start_s

    @property
    def failure(self) -> str:
        """Why no more can come; empty while it can."""
        return self.source.failure

    def until(self, t_s: float) -> Rows:
        """Plots of what has arrived; `t_s` is now."""
        datagrams = self.source.take()
        self._tell_of_silence(t_s, len(datagrams))
        if not datagrams:
            return empty(PLOT)
        found, news = self.listening.hear([item.octets for item in datagrams])
        self._news += news
        self.counters.add(found.counters)
        self._heard = np.concatenate([self._heard, services(found)])[-MOST_SERVICES:]
        reports = target_reports(found)
        self._settle(reports, t_s)
        captured_s = self.clock.utc_s([item.t_utc_ns for item in datagrams])
        conversion = to_plots(reports, captured_s, self.table, self.start_s)
        for reason, count in conversion.dropped.items():
            self.dropped[reason] = self.dropped.get(reason, 0) + count
        self.plots += len(conversion.plots)
        return self._on_one_clock(conversion.plots)

    def news(self) -> list[str]:
        """Sensors that joined, clocks that differ, silence and losses."""
        if self.source.throttled and not self._throttled:
            self._news.append(f"{self.source.sender} sends more than its quota: what is beyond is dropped")
        self._throttled, self.source.throttled = self.source.throttled, False
        if self.source.dropped > self._lost:
            self._news.append(f"{self.source.dropped - self._lost} datagrams came too fast and were dropped")
            self._lost = self.source.dropped
        if self.source.strangers and not self._strangers:
            self._strangers = self.source.strangers
            self._news.append("datagrams of others come to this port; they are not taken")
        fresh, self._news = self._news, []
        return fresh

    def close(self) -> None:
        """Stop listening."""
        self.source.close()

    def _settle(self, reports: Rows, t_s: float) -> None:
        """Let sensors into the table that tell their site or have been heard for long enough."""
        strange = reports[(sensor_rows(reports, self.table) < 0) & (reports["sac"] >= 0) & (reports["sic"] >= 0)]
        codes = strange["sac"].astype(np.int64) << 8 | strange["sic"]
        sited = self._heard[np.isfinite(self._heard["lat_deg"])]
        told = set(zip(sited["sac"].tolist(), sited["sic"].tolist(), strict=True))
        ready: list[int] = []
        for code in np.unique(codes).tolist():
            pair = (code >> 8, code & 255)
            first_s = self._first_s.setdefault(pair, t_s)
            if pair in told or t_s - first_s >= SETTLE_S:
                ready.append(code)
        if ready:
            place = origin_of(self.origin, self._heard)
            chosen = strange[np.isin(codes, ready)]
            self.table, warnings = place_unknown(self.table, chosen, self._heard, place)
            self.edition += 1
            self._news += warnings

    def _on_one_clock(self, plots: Rows) -> Rows:
        """Plots by time of arrival. Each sensor's clock is judged by itself: one that is off is told, and counts as so
        much off from then on."""
        for sensor in np.unique(plots["sensor"]).tolist():
            mine = plots["sensor"] == sensor
            off_s, known_s = skew_of(plots[mine]), self._skews_s.get(sensor, 0.0)
            if abs(off_s - known_s) > self.most_skew_s:
                known_s = self._skews_s[sensor] = off_s if abs(off_s) > self.most_skew_s else 0.0
                words = skew_words(known_s, "this machine's")
                self._news.append(f"{self.table.names[sensor]}: {words}")
            if known_s:
                plots["t_valid_s"][mine] += known_s - LATENCY_S
        return in_order(plots)

    def _tell_of_silence(self, t_s: float, count: int) -> None:
        if count:
            if self._silent:
                self._news.append(f"{self.source.sender} is heard again")
            self._last_s, self._silent = t_s, False
        elif not self._silent and t_s - self._last_s > SILENCE_S:
            self._silent = True
            self._news.append(f"nothing has come from {self.source.sender} for {SILENCE_S:g} s")


def receive(source: DatagramSource, sensors: Path | None, origin: str | None) -> Reception:
    """Take a live sender's data from now on. Raises TableError for a faulty sensor file or origin."""
    table = no_sensors() if sensors is None else read_sensors(sensors)
    origin_of(origin, empty(ASTERIX_SERVICE))
    title = f"udp://{source.place} from {source.sender}"
    return Reception(source, title, table, origin, live_clock())


def no_sensors() -> SensorTable:
    """A table of sensors that nobody has filled."""
    return SensorTable(GEODETIC, [], [], np.zeros(0, SENSOR_ROW))
