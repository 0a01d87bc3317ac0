"""A live Mode S receiver, or a recording of one, as a source of plots: places that aircraft tell, as far as they can be
believed.

A place becomes a plot of the receiver's site. An address that tells what cannot be true (impossible speed, address
clone, ghost, altitude against others) is told with the reason, and its places are kept out of the picture while that
lasts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from jointsky.feeds.modes.forms import Frame
from jointsky.feeds.modes.reports import Report
from jointsky.feeds.modes.streaming import Pieces, Squitters
from jointsky.feeds.reports import NOTIONAL_RADAR
from jointsky.feeds.sensors import GEODETIC, SENSOR_ROW, SensorTable
from jointsky.feeds.table_records import sites_m
from jointsky.geo.frames import geodetic2aer
from jointsky.live.feed import CYCLE_S
from jointsky.live.reception import Incoming
from jointsky.live.sender_clock import SenderClock
from jointsky.units import FT_M
from jointsky.vocab.codes import Iff, PlotKind
from jointsky.vocab.records import PLOT, Rows, empty

EVERY_S = 1.0
"""Of an aircraft one place in so many seconds becomes a plot."""
_SIGMA_M = {9: 10.0, 10: 15.0, 11: 50.0, 12: 150.0, 13: 300.0, 14: 500.0, 15: 1000.0, 16: 5000.0, 20: 10.0, 21: 15.0}
"""One sigma by type code: half its containment radius (RTCA DO-260B, table 2-14), at least 10 m."""
_LEAST_SIGMA_M, _UNKNOWN_SIGMA_M = 10.0, 10_000.0
_WORST_M = 2000.0
"""Places less exact than this (one sigma) are of no use."""

Frames = Callable[[], tuple[list[Frame], list[Report]]]


@dataclass(slots=True)
class Transponders:
    """Places of aircraft as plots. `heard` gives what has come since; `left_out` counts places by the reason for which
    they became none, `asked_s` is up to when it was last asked."""

    title: str
    table: SensorTable
    clock: SenderClock
    heard: Frames
    end_s: float = float("inf")
    source: Incoming | None = None
    edition: int = 0
    cycle_s: float = CYCLE_S
    plots: int = 0
    asked_s: float = 0.0
    left_out: dict[str, int] = field(default_factory=dict[str, int])
    squitters: Squitters = field(default_factory=Squitters)
    _last_s: dict[str, float] = field(default_factory=dict[str, float])
    _codes: dict[str, int] = field(default_factory=dict[str, int])
    _news: list[str] = field(default_factory=list[str])

    @property
    def start_s(self) -> float:
        """When it began, in UTC seconds since 1970."""
        return self.clock.start_s

    @property
    def failure(self) -> str:
        """Why no more can come; empty while it can."""
        return "" if self.source is None else self.source.failure

    def until(self, t_s: float) -> Rows:
        """Plots of what has been heard by `t_s`."""
        self.asked_s = t_s
        frames, reports = self.heard()
        found, doubts = self.squitters.hear(frames, reports)
        self._news += [f"{doubt.icao24}: {doubt.kind}: {doubt.words}" for doubt in doubts]
        places = [report for report in found if self._note(report)]
        return self._plots(places)

    def news(self) -> list[str]:
        """Doubts, since the last call."""
        fresh, self._news = self._news, []
        return fresh

    def close(self) -> None:
        """Stop listening."""
        if self.source is not None:
            self.source.close()

    def _note(self, report: Report) -> bool:
        """Whether a report becomes a plot."""
        icao24, t_s = report["icao24"], report["timestamp"]
        if "squawk" in report:
            self._codes[icao24] = int(report["squawk"], 8)
        if "latitude" not in report:
            return False
        reason = self._against(report)
        if reason:
            self.left_out[reason] = self.left_out.get(reason, 0) + 1
        elif t_s - self._last_s.get(icao24, -np.inf) >= EVERY_S:
            self._last_s[icao24] = t_s
            return True
        return False

    def _against(self, report: Report) -> str:
        standing = self.squitters.doubted.get(report["icao24"])
        if standing:
            return standing[0].kind
        return "not exact enough" if _sigma_m(report) > _WORST_M else ""

    def _plots(self, places: Sequence[Report]) -> Rows:
        rows = empty(PLOT, len(places))
        if not places:
            return rows
        site = self.table.rows[0]
        feet = np.array([_number(report.get("altitude")) for report in places])
        height_m = np.where(np.isfinite(feet), feet * FT_M, site["alt_m"])
        lat, lon = (np.array([report[name] for report in places]) for name in ("latitude", "longitude"))
        rows["az_rad"], _, rows["range_m"] = geodetic2aer(
            lat, lon, height_m, site["lat_deg"], site["lon_deg"], site["alt_m"]
        )
        rows["t_valid_s"] = rows["t_seen_s"] = [report["timestamp"] - self.start_s for report in places]
        rows["kind"], rows["iff"], rows["clause"] = PlotKind.SECONDARY, Iff.NOT_ASKED, -1
        rows["code"] = [self._codes.get(report["icao24"], -1) for report in places]
        rows["height_m"] = np.where(np.isfinite(feet), feet * FT_M, np.nan)
        rows["sigma_height_m"] = np.where(np.isfinite(feet), site["sigma_height_m"], np.nan)
        rows["sigma_range_m"] = sigma_m = np.array([_sigma_m(report) for report in places])
        rows["sigma_az_rad"] = sigma_m / np.maximum(rows["range_m"], 1000.0)
        for name in ("el_rad", "range_rate_mps", "snr_db"):
            rows[name] = np.nan
        rows["site_ecef_m"] = sites_m(self.table)[0]
        self.plots += len(rows)
        return rows[np.argsort(rows["t_seen_s"], kind="stable")]


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _sigma_m(report: Report) -> float:
    """One sigma of a place; one that comes decoded already (SBS-1) does not say."""
    return _SIGMA_M.get(report["typecode"], _UNKNOWN_SIGMA_M) if "typecode" in report else 100.0


def live_frames(source: Incoming, clock: SenderClock, form: str) -> Frames:
    """What a live receiver sends, put together from its pieces."""
    pieces = Pieces(form)

    def heard() -> tuple[list[Frame], list[Report]]:
        frames: list[Frame] = []
        reports: list[Report] = []
        for piece in source.take():
            some, decoded = pieces.add(piece.octets, float(clock.utc_s([piece.t_utc_ns])[0]))
            frames += some
            reports += decoded
        return frames, reports

    return heard


def receiver_table(name: str, at: tuple[float, float], height_m: float) -> SensorTable:
    """The one sensor that a receiver is."""
    row = np.zeros(1, SENSOR_ROW)
    for column in SENSOR_ROW.names or ():
        row[column] = NOTIONAL_RADAR.get(column, np.nan if SENSOR_ROW[column].kind == "f" else -1)
    row["lat_deg"], row["lon_deg"] = at
    row["alt_m"], row["period_s"], row["clutter_per_scan"], row["latency_s"] = height_m, EVERY_S, 0.1, 0.5
    row["sigma_range_m"], row["sigma_az_rad"] = _LEAST_SIGMA_M, 2e-4
    return SensorTable(GEODETIC, [name], [""], row)
