"""`jointsky watch`: a command post on recorded feeds: capture -> reports -> plots -> Post -> tables."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import DecodeError, TableError
from jointsky.feeds.asterix.plots import plots as target_reports
from jointsky.feeds.asterix.plots import services
from jointsky.feeds.asterix.scan import Counters, scan
from jointsky.feeds.pcap import Datagram, read_capture
from jointsky.feeds.reports import place_unknown, to_plots
from jointsky.feeds.sensors import SensorTable, read_sensors
from jointsky.feeds.table_records import sensor_records
from jointsky.feeds.tables import GEODETIC_TRACK, PLOT_ROW, write_plots, write_tracks
from jointsky.links.arrangement import Situation
from jointsky.picture.border import BorderWatch
from jointsky.picture.identification import Criteria, Identifier
from jointsky.picture.plans import PlanBook
from jointsky.post import Post
from jointsky.record.atomic import write_whole
from jointsky.tracking.frames import GeodeticFrame, turned
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.tracker import Tracker
from jointsky.vocab.messages import Plots, Tracks
from jointsky.vocab.records import FLIGHT_PLAN, WAYPOINT, Rows, empty

Progress = Callable[[float, float], None]
CYCLE_S = 4.0
SKEW_S = 30.0
"""Beyond this the stamps of the reports and of the capture are taken for two clocks, and arrival is judged by the
reports' own.
"""
LATENCY_S = 1.0
DEFAULT_ORIGIN = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Watched:
    """What a capture held and what the post made of it: records by category, plots used, plots left out by reason,
    confirmed tracks, warnings.
    """

    records: dict[str, int]
    skipped: dict[str, int]
    errors: int
    plots: int
    dropped: dict[str, int]
    tracks: int
    track_rows: int
    seconds: float
    sources: list[str]
    warnings: list[str]

    def rows(self) -> list[dict[str, str | int | float]]:
        """The same as a table."""
        numbers: dict[str, int | float] = {f"CAT{n} records": count for n, count in sorted(self.records.items())}
        numbers |= {f"CAT{n} blocks skipped": count for n, count in sorted(self.skipped.items())}
        numbers |= {f"left out: {reason}": count for reason, count in sorted(self.dropped.items())}
        numbers |= {"broken blocks": self.errors, "plots": self.plots, "tracks": self.tracks}
        numbers["seconds"] = round(self.seconds, 3)
        return [{"what": name, "number": value} for name, value in numbers.items()]

    def as_dict(self) -> dict[str, Any]:
        """What `summary.json` says."""
        return {name: getattr(self, name) for name in self.__slots__}


def watch_capture(
    capture: Path, sensors: Path | None, out: Path, *, origin: str | None = None, progress: Progress | None = None
) -> Watched:
    """Drive a post with a capture and write `plots.csv`, `tracks.csv` and, last, `summary.json` into `out`.

    A source that the sensor file lacks is placed where its own service messages say, else at `origin` ("lat,lon"), with
    a warning. Raises DecodeError for octets that are no capture, TableError for a faulty sensor file or origin.
    """
    datagrams = _datagrams(capture)
    found = scan([item.octets for item in datagrams])
    reports = target_reports(found)
    table = read_sensors(sensors) if sensors is not None else None
    table, warnings = place_unknown(table, reports, services(found), _origin(origin, services(found)))
    start_s = datagrams[0].t_utc_ns / 1e9 if datagrams else 0.0
    captured_s = np.array([item.t_utc_ns / 1e9 for item in datagrams])
    conversion = to_plots(reports, captured_s, table, start_s)
    plots = _in_order(conversion.plots, warnings)
    tracks = _follow(plots, table, progress)
    _write(out, plots, tracks, table)
    watched = _summary(found.counters, plots, conversion.dropped, tracks, table, warnings, captured_s)
    write_whole(out / "summary.json", lambda file: file.write(json.dumps(watched.as_dict(), indent=2).encode()))
    return watched


def _datagrams(capture: Path) -> list[Datagram]:
    try:
        return list(read_capture(capture.read_bytes()))
    except OSError as error:
        raise TableError(str(capture), 0, "", f"cannot be read: {error.strerror}") from error
    except DecodeError as error:
        raise TableError(str(capture), 0, "", str(error)) from error


def _origin(text: str | None, heard: Rows) -> tuple[float, float, float]:
    """The stated origin; without one the first site that a service message tells, so that all stays on one map."""
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


def _in_order(plots: Rows, warnings: list[str]) -> Rows:
    """Plots by time of arrival; where the reports' clock and the capture's disagree, arrival is the report's time and a
    usual delay.
    """
    if len(plots) == 0:
        return plots
    skew_s = float(np.median(plots["t_seen_s"] - plots["t_valid_s"]))
    if abs(skew_s) > SKEW_S:
        warnings.append(
            f"the reports' clock is {skew_s:+.1f} s off the capture's: "
            f"arrival is taken as {LATENCY_S:.0f} s after detection"
        )
        plots["t_valid_s"] += skew_s - LATENCY_S
    early = plots["t_seen_s"] < plots["t_valid_s"]
    plots["t_seen_s"][early] = plots["t_valid_s"][early]
    return plots[np.argsort(plots["t_seen_s"], kind="stable")]


def _follow(plots: Rows, table: SensorTable, progress: Progress | None) -> Rows:
    """What the post sees at each of its cycles, as GEODETIC_TRACK rows."""
    if len(plots) == 0:
        return np.zeros(0, GEODETIC_TRACK)
    post = _post(table)
    first, last = float(plots["t_seen_s"][0]), float(plots["t_seen_s"][-1])
    times = first + CYCLE_S * np.arange(int((last - first) / CYCLE_S) + 2)
    ends = np.searchsorted(plots["t_seen_s"], times, side="right")
    found: list[Rows] = [np.zeros(0, GEODETIC_TRACK)]
    begin = 0
    for t_s, end in zip(times.tolist(), ends.tolist(), strict=True):
        sent = post.receive(t_s, [Plots("capture", plots[begin:end])])
        found += [track_rows(message.rows, t_s) for message in sent if isinstance(message, Tracks)]
        begin = end
        if progress is not None:
            progress(end, len(plots))
    return np.concatenate(found)


def _post(table: SensorTable) -> Post:
    sensors = sensor_records(table)
    frame = GeodeticFrame(float(np.median(sensors["lat_deg"])), float(np.median(sensors["lon_deg"])))
    return Post(
        name="watch",
        nation=0,
        cycle_s=CYCLE_S,
        identifier=Identifier(Criteria(), PlanBook(empty(FLIGHT_PLAN), empty(WAYPOINT))),
        border=BorderWatch(()),
        situation=Situation(),
        sensors=sensors,
        tracker=Tracker(frame, sensors, TrackerParams(blind=0.3)),
    )


def track_rows(tracks: Rows, t_s: float) -> Rows:
    """A picture (TRACK rows) as GEODETIC_TRACK rows at `t_s`."""
    rows = np.zeros(len(tracks), GEODETIC_TRACK)
    rows["t_s"], rows["track_id"] = t_s, tracks["track_id"]
    rows["sigma_position_m"], rows["existence"] = tracks["sigma_pos_m"], tracks["existence"]
    for name in ("lat_deg", "lon_deg", "alt_m"):
        rows[name] = tracks[name]
    local = turned(tracks["pos_ecef_m"], tracks["vel_ecef_mps"])
    for k, name in enumerate(("v_east_mps", "v_north_mps", "v_up_mps")):
        rows[name] = local[:, k]
    return rows


def _write(out: Path, plots: Rows, tracks: Rows, table: SensorTable) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "summary.json").unlink(missing_ok=True)
    lines = np.zeros(len(plots), PLOT_ROW)
    lines["x_m"] = lines["y_m"] = np.nan
    lines["t_s"], lines["t_arrival_s"] = plots["t_valid_s"], plots["t_seen_s"]
    for name in ("sensor", "code", "range_m", "az_rad", "height_m", "el_rad"):
        lines[name] = plots[name]
    write_plots(out / "plots.csv", lines, table)
    write_tracks(out / "tracks.csv", tracks)


def _summary(
    counters: Counters,
    plots: Rows,
    dropped: dict[str, int],
    tracks: Rows,
    table: SensorTable,
    warnings: list[str],
    captured_s: NDArray[np.float64],
) -> Watched:
    if not counters.records:
        warnings.append("no ASTERIX record of a category with a layout here was found")
    return Watched(
        records=counters.records,
        skipped=counters.skipped,
        errors=counters.errors,
        plots=len(plots),
        dropped=dropped,
        tracks=len(np.unique(tracks["track_id"])),
        track_rows=len(tracks),
        seconds=float(captured_s[-1] - captured_s[0]) if len(captured_s) else 0.0,
        sources=[*table.names],
        warnings=warnings,
    )
