"""Radar data in: datagrams of a capture or of a live sender become the PLOT rows a post receives, and the table of the
sensors they came from.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from jointsky.clock import utc_now_us
from jointsky.errors import DecodeError, TableError
from jointsky.feeds.asterix.detect import chosen, detect
from jointsky.feeds.asterix.plots import ASTERIX_SERVICE, services
from jointsky.feeds.asterix.scan import Counters, scan
from jointsky.feeds.asterix.targets import target_reports
from jointsky.feeds.recorded import Recorded, read_recorded
from jointsky.feeds.reports import place_unknown, sensor_rows, to_plots
from jointsky.feeds.sensors import GEODETIC, SENSOR_ROW, SensorTable, read_sensors
from jointsky.feeds.sources.datagrams import DatagramSource
from jointsky.vocab.records import PLOT, Rows, empty

SKEW_S = 30.0
"""Beyond this the stamps of the reports and of the capture are taken for two clocks, and arrival is judged by the
reports' own.
"""
LATENCY_S = 1.0
SETTLE_S = 12.0
"""How long a live source that nobody described may take to tell its site before it is placed at the origin: its service
messages come once a turn.
"""
SILENCE_S = 15.0
"""After how long without a datagram the silence of a sender is told."""
DEFAULT_ORIGIN = (0.0, 0.0, 0.0)
MOST_SERVICES = 1000


class Source(Protocol):
    """What a post that watches is fed from. `start_s` is its beginning in UTC seconds since 1970, `end_s` its length
    (infinite for a live one); `edition` grows with `table`; `failure` says why it can give no more.
    """

    title: str
    table: SensorTable
    edition: int
    start_s: float

    @property
    def end_s(self) -> float:
        """Its length in seconds."""
        ...

    @property
    def failure(self) -> str:
        """Why no more can come; empty while it can."""
        ...

    def until(self, t_s: float) -> Rows:
        """PLOT rows that arrived since the last call and by `t_s`, in order of arrival."""
        ...

    def news(self) -> list[str]:
        """What whoever watches should be told, since the last call."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


@dataclass(slots=True)
class Recording:
    """A capture, read whole: PLOT rows in order of arrival, their sensors, and what was left out or had to be assumed.

    `warnings` are in words; `seconds` lie between the first and the last datagram.
    """

    title: str
    plots: Rows
    table: SensorTable
    counters: Counters
    dropped: dict[str, int]
    warnings: list[str]
    start_s: float
    seconds: float
    edition: int = 0
    failure: str = ""
    _next: int = 0
    _told: int = 0

    @property
    def end_s(self) -> float:
        """Its length in seconds."""
        return self.seconds

    def until(self, t_s: float) -> Rows:
        """The next plots, up to those that arrived by `t_s`."""
        begin, self._next = self._next, int(np.searchsorted(self.plots["t_seen_s"], t_s, side="right"))
        return self.plots[begin : self._next]

    def news(self) -> list[str]:
        """Its warnings, once."""
        fresh, self._told = self.warnings[self._told :], len(self.warnings)
        return fresh

    def close(self) -> None:
        """Nothing is held."""


def read_recording(capture: Path, sensors: Path | None, origin: str | None) -> Recording:
    """Read a capture. A source that the sensor file lacks is placed where its own service messages say, else at
    `origin` ("lat,lon"), with a warning. Raises TableError for what is no capture, a faulty sensor file or origin.
    """
    recorded = _recorded(capture)
    datagrams = recorded.datagrams
    octets = [item.octets for item in datagrams]
    found = scan(octets, chosen(detect(octets)))
    reports, heard = target_reports(found), services(found)
    table = read_sensors(sensors) if sensors is not None else None
    table, warnings = place_unknown(table, reports, heard, origin_of(origin, heard))
    captured_s = np.array([item.t_utc_ns / 1e9 for item in datagrams])
    start_s = float(captured_s[0]) if len(captured_s) else 0.0
    conversion = to_plots(reports, captured_s, table, start_s)
    plots = _on_one_clock(conversion.plots, warnings)
    if not found.counters.records:
        if not recorded.form.startswith("capture"):  # nearly any text begins like a block
            raise TableError(str(capture), 0, "", f"{recorded.form} in which no record could be read")
        warnings.append("no ASTERIX record of a category with a layout here was found")
    seconds = float(captured_s[-1] - captured_s[0]) if len(captured_s) else 0.0
    return Recording(
        capture.name, plots, table, found.counters, conversion.dropped, warnings, start_s, seconds
    )  # fmt: skip


def _recorded(capture: Path) -> Recorded:
    try:
        return read_recorded(capture.read_bytes())
    except OSError as error:
        raise TableError(str(capture), 0, "", f"cannot be read: {error.strerror}") from error
    except DecodeError as error:
        raise TableError(str(capture), 0, "", str(error)) from error


def origin_of(text: str | None, heard: Rows) -> tuple[float, float, float]:
    """The stated origin; without one the first site that a service message tells, so that all stays on one map. Raises
    TableError for a text that is no place.
    """
    if text is None:
        sited = heard[np.isfinite(heard["lat_deg"])]
        return (float(sited["lat_deg"][0]), float(sited["lon_deg"][0]), 0.0) if len(sited) else DEFAULT_ORIGIN
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        raise TableError(
            "--origin", 0, "", f"found {text!r}, expected 'lat,lon' in degrees such as '45.74,16.07'"
        ) from None
    if not (-90.0 <= lat <= 90.0 and -180.0 <= lon <= 180.0):
        raise TableError(
            "--origin", 0, "", f"found {text!r}, expected a latitude within 90 and a longitude within 180 degrees"
        )
    return lat, lon, 0.0


def _on_one_clock(plots: Rows, warnings: list[str]) -> Rows:
    """Plots by time of arrival; where the reports' clock and the capture's disagree, arrival is the report's time and a
    usual delay.
    """
    skew_s = skew_of(plots)
    if abs(skew_s) > SKEW_S:
        warnings.append(skew_words(skew_s, "the capture's"))
        plots["t_valid_s"] += skew_s - LATENCY_S
    return in_order(plots)


def skew_of(plots: Rows) -> float:
    """How far the reports' clock is behind that of their arrival, in seconds (median)."""
    return float(np.median(plots["t_seen_s"] - plots["t_valid_s"])) if len(plots) else 0.0


def skew_words(skew_s: float, other: str) -> str:
    """The warning about two clocks."""
    return f"the reports' clock is {skew_s:+.1f} s off {other}: arrival is taken as {LATENCY_S:.0f} s after detection"


def in_order(plots: Rows) -> Rows:
    """Plots by time of arrival, none detected after it."""
    plots["t_valid_s"] = np.minimum(plots["t_valid_s"], plots["t_seen_s"])
    return plots[np.argsort(plots["t_seen_s"], kind="stable")]


@dataclass(slots=True)
class Reception:
    """A live sender's datagrams as they come. Sensors that nobody described join the table as they are heard: at once
    when they tell their site, else after `SETTLE_S` at the origin.
    """

    source: DatagramSource
    title: str
    table: SensorTable
    origin: str | None
    start_s: float
    end_s: float = float("inf")
    edition: int = 0
    counters: Counters = field(default_factory=Counters)
    dropped: dict[str, int] = field(default_factory=dict[str, int])
    plots: int = 0
    _heard: Rows = field(default_factory=lambda: empty(ASTERIX_SERVICE))
    _first_s: dict[tuple[int, int], float] = field(default_factory=dict[tuple[int, int], float])
    _skew_s: float = 0.0
    _last_s: float = 0.0
    _silent: bool = False
    _lost: int = 0
    _strangers: int = 0
    _news: list[str] = field(default_factory=list[str])

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
        found = scan([item.octets for item in datagrams])
        self.counters.add(found.counters)
        self._heard = np.concatenate([self._heard, services(found)])[-MOST_SERVICES:]
        reports = target_reports(found)
        self._settle(reports, t_s)
        captured_s = np.array([item.t_utc_ns / 1e9 for item in datagrams])
        conversion = to_plots(reports, captured_s, self.table, self.start_s)
        for reason, count in conversion.dropped.items():
            self.dropped[reason] = self.dropped.get(reason, 0) + count
        self.plots += len(conversion.plots)
        return self._on_one_clock(conversion.plots)

    def news(self) -> list[str]:
        """Sensors that joined, clocks that differ, silence and losses."""
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
        skew_s = skew_of(plots)
        if abs(skew_s - self._skew_s) > SKEW_S:
            self._skew_s = skew_s if abs(skew_s) > SKEW_S else 0.0
            self._news.append(skew_words(skew_s, "this machine's"))
        if self._skew_s:
            plots["t_valid_s"] += self._skew_s - LATENCY_S
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
    table = SensorTable(GEODETIC, [], [], np.zeros(0, SENSOR_ROW)) if sensors is None else read_sensors(sensors)
    origin_of(origin, empty(ASTERIX_SERVICE))
    title = f"udp://{source.place} from {source.sender}"
    return Reception(source, title, table, origin, utc_now_us() / 1e6)
