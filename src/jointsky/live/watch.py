"""`jointsky watch --out`: a command post on a recorded feed: capture -> reports -> plots -> Post -> tables."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jointsky.feeds.sensors import SensorTable
from jointsky.feeds.tables import GEODETIC_TRACK, PLOT_ROW, write_plots, write_tracks
from jointsky.live.feed import CYCLE_S, Recording, read_recording
from jointsky.live.watching import watching_post
from jointsky.record.atomic import write_whole
from jointsky.tracking.frames import turned
from jointsky.vocab.messages import Plots, Tracks
from jointsky.vocab.records import Rows

Progress = Callable[[float, float], None]


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
    recording = read_recording(capture, sensors, origin)
    tracks = _follow(recording.plots, recording.table, progress)
    _write(out, recording.plots, tracks, recording.table)
    watched = _summary(recording, tracks)
    write_whole(out / "summary.json", lambda file: file.write(json.dumps(watched.as_dict(), indent=2).encode()))
    return watched


def _follow(plots: Rows, table: SensorTable, progress: Progress | None) -> Rows:
    """What the post sees at each of its cycles, as GEODETIC_TRACK rows."""
    if len(plots) == 0:
        return np.zeros(0, GEODETIC_TRACK)
    post = watching_post(table)
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


def _summary(recording: Recording, tracks: Rows) -> Watched:
    return Watched(
        records=recording.counters.records,
        skipped=recording.counters.skipped,
        errors=recording.counters.errors,
        plots=len(recording.plots),
        dropped=recording.dropped,
        tracks=len(np.unique(tracks["track_id"])),
        track_rows=len(tracks),
        seconds=recording.seconds,
        sources=[*recording.table.names],
        warnings=recording.warnings,
    )
