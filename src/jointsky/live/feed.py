"""Radar data in: datagrams of a capture or of a live sender become the PLOT rows a post receives, and the table of the
sensors they came from.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from jointsky.errors import DecodeError, TableError
from jointsky.feeds.asterix.detect import chosen, detect
from jointsky.feeds.asterix.plots import services
from jointsky.feeds.asterix.scan import Counters, Editions, scan
from jointsky.feeds.asterix.targets import target_reports
from jointsky.feeds.recorded import Recorded, read_recorded
from jointsky.feeds.reports import place_unknown, to_plots
from jointsky.feeds.sensors import SensorTable, read_sensors
from jointsky.live.sender_clock import SenderClock
from jointsky.vocab.records import Rows

SKEW_S = 30.0
"""Beyond this the stamps of the reports and of the capture are taken for two clocks, and arrival is judged by the
reports' own.
"""
LATENCY_S = 1.0
CYCLE_S = 4.0
"""How often a post that watches makes its picture, unless it is asked for otherwise."""
DEFAULT_ORIGIN = (0.0, 0.0, 0.0)


class Source(Protocol):
    """What a post that watches is fed from: `end_s` is its length (infinite for a live one), `clock` that of its
    senders, `cycle_s` how often the post is to make its picture; `edition` grows with `table`; `failure` says why it
    can give no more.
    """

    title: str
    table: SensorTable
    edition: int
    clock: SenderClock
    cycle_s: float

    @property
    def start_s(self) -> float:
        """Its beginning in UTC seconds since 1970."""
        ...

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
    clock: SenderClock = field(default_factory=SenderClock)
    cycle_s: float = CYCLE_S
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
    return read_described(capture, read_sensors(sensors) if sensors is not None else None, origin)


def read_described(
    capture: Path,
    table: SensorTable | None,
    origin: str | None,
    editions: Editions | None = None,
    categories: frozenset[int] | None = None,
) -> Recording:
    """The same with a table of sensors, editions that the user said, and the only `categories` to take (None: all)."""
    recorded = _recorded(capture)
    datagrams = recorded.datagrams
    octets = [item.octets for item in datagrams]
    found = scan(octets, {**chosen(detect(octets)), **(editions or {})})
    if categories is not None:
        groups = [group for group in found.groups if group.program.category.number in categories]
        found = replace(found, groups=groups)
    reports, heard = target_reports(found), services(found)
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
