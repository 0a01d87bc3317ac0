"""`jointsky track`: the tracker run on tables, in a flat tangent plane or on the round earth."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import yaml
from numpy.typing import NDArray

from jointsky.errors import ScenarioError, suggest
from jointsky.feeds.sensors import FLAT, SensorTable, read_sensors
from jointsky.feeds.tables import FLAT_TRACK, GEODETIC_TRACK, read_plots, read_times, write_tracks
from jointsky.kernels.elementary import atan2
from jointsky.kernels.mixture import Scene
from jointsky.tracking.frames import FlatFrame, Frame, GeodeticFrame, turned
from jointsky.tracking.mixture import MixtureParams, MixtureTracker
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.tracker import GUARDED, Tracker
from jointsky.vocab.codes import Iff, SensorKind
from jointsky.vocab.records import PLOT, SENSOR, Rows

Engine = Tracker | MixtureTracker
Progress = Callable[[float, float], None]
MOST_PLOTS_A_SCAN = 60
"""On average; above that several hypotheses cost too much."""
BIAS_COLUMNS = (
    ("range_m", "range_m", 1.0, 1),
    ("az_rad", "azimuth_deg", 57.29577951308232, 4),
    ("clock_s", "clock_s", 1.0, 3),
    ("elevation_rad", "elevation_deg", 57.29577951308232, 4),
)
"""What is shown of a bias: field, heading, factor, digits."""
SAME_COLUMNS = """kind lat_deg lon_deg alt_m period_s phase_s max_range_m sigma_range_m sigma_az_rad sigma_height_m pd
clutter_per_scan latency_s""".split()
MODEL_WORDS = ("q", "pd", "ps", "clutter", "birth", "speed")


class Tracked(dict[str, float]):
    """What tracking a table came to: numbers by what was counted; `biases` and `jumps` of sensors, and what
    plots of whom were `refused`, as rows to show."""

    def __init__(
        self,
        counts: dict[str, float],
        biases: list[dict[str, object]],
        jumps: list[dict[str, object]],
        refused: list[dict[str, object]],
    ) -> None:
        super().__init__(counts)
        self.biases, self.jumps, self.refused = biases, jumps, refused


def track_tables(
    sensors_csv: str | Path,
    plots_csv: str | Path,
    times: str | Path | None,
    out_csv: str | Path,
    model: str | Path | None = None,
    progress: Progress | None = None,
    register: bool = True,
) -> Tracked:
    """Track the plots of a table and write one row per confirmed track at each asked time; return what was counted.

    `times` is `first:last:step` or a file with a column t_s; without it, every five seconds of the table. A row asked
    at time t uses only plots that had arrived by t. `model` is a YAML mapping for textbook problems (see `read_model`).
    With `register` the biases of the sensors are estimated and taken out on the way. Scenes of Cartesian sensors only
    are tracked with several hypotheses (`textbook_tracker`), others by `tracking.tracker`. Raises TableError for a
    faulty table and ScenarioError for a faulty model.
    """
    table = read_sensors(sensors_csv)
    lines = read_plots(plots_csv, table)
    asked = read_times(times) if times is not None else _every(5.0, lines["t_arrival_s"])
    params, changes = read_model(model, table, lines)
    sensors, plots = sensor_rows(table, lines, changes), plot_rows(table, lines)
    tracker: Engine = textbook_tracker(table, lines, read_mapping(model)) or Tracker(
        frame_of(table), sensors, replace(params, register=register, guard=True)
    )
    tracks = _walk(tracker, plots, asked, table.frame == FLAT, progress)
    write_tracks(out_csv, tracks)
    numbers = len(set(tracks["track_id"].tolist()))
    counts: dict[str, float] = {**tracker.counts, "times": len(asked), "rows": len(tracks), "tracks": numbers}
    return Tracked(counts, bias_rows(table, tracker), jump_rows(table, tracker), refusals(table, tracker))


def refusals(table: SensorTable, tracker: Engine) -> list[dict[str, object]]:
    """The sensors of which plots were refused, why and how many."""
    if isinstance(tracker, MixtureTracker):
        return []
    counts = tracker.refused
    return [
        {"sensor": table.names[s], "why": GUARDED[why].replace("_", " "), "plots": int(counts[s, why])}
        for s, why in np.argwhere(counts > 0).tolist()
    ]


def bias_rows(table: SensorTable, tracker: Engine) -> list[dict[str, object]]:
    """The bias of each sensor as known at the end, each with one sigma; none without registration."""
    if isinstance(tracker, MixtureTracker) or not tracker.params.register:
        return []
    found = tracker.biases
    shown: list[dict[str, object]] = []
    for name, row in zip(table.names, found, strict=True):
        words: dict[str, object] = {"sensor": name}
        for part, what, factor, digits in BIAS_COLUMNS:
            words[what] = f"{factor * row[part]:.{digits}f} ± {factor * row[f'sigma_{part}']:.{digits}f}"
        shown.append(words)
    return shown


def jump_rows(table: SensorTable, tracker: Engine) -> list[dict[str, object]]:
    """The sensors whose azimuth changed at once."""
    if isinstance(tracker, MixtureTracker):
        return []
    return [
        {"sensor": table.names[jump.sensor], "t_s": f"{jump.t_s:.1f}", "turned_deg": f"{np.degrees(jump.turn_rad):.3f}"}
        for jump in tracker.jumps
    ]


def _every(step_s: float, arrivals: NDArray[np.float64]) -> NDArray[np.float64]:
    first, last = float(np.ceil(arrivals[0] / step_s)), float(np.floor(arrivals[-1] / step_s))
    times: NDArray[np.float64] = step_s * np.arange(first, max(first, last) + 1.0, dtype=np.float64)
    return times


def _walk(tracker: Engine, plots: Rows, asked: NDArray[np.float64], flat: bool, progress: Progress | None) -> Rows:
    """Observe what had arrived by each asked time, then look."""
    ends = np.searchsorted(plots["t_seen_s"], asked, side="right")
    found: list[Rows] = [np.zeros(0, FLAT_TRACK if flat else GEODETIC_TRACK)]
    begin = 0
    for t_s, end in zip(asked.tolist(), ends.tolist(), strict=True):
        tracker.observe(plots[begin:end])
        begin = end
        found.append(_rows(tracker, t_s, flat))
        if progress is not None:
            progress(end, len(plots))
    return np.concatenate(found)


def _rows(tracker: Engine, t_s: float, flat: bool) -> Rows:
    tracks, states = tracker.states(t_s)
    rows = np.zeros(len(tracks), FLAT_TRACK if flat else GEODETIC_TRACK)
    rows["t_s"], rows["track_id"] = t_s, tracks["track_id"]
    rows["sigma_position_m"], rows["existence"] = tracks["sigma_pos_m"], tracks["existence"]
    if flat:
        for k, name in enumerate(("x_m", "y_m", "z_m", "vx_mps", "vy_mps", "vz_mps")):
            rows[name] = states[:, k]
        return rows
    for name in ("lat_deg", "lon_deg", "alt_m"):
        rows[name] = tracks[name]
    local = turned(tracks["pos_ecef_m"], tracks["vel_ecef_mps"])
    for k, name in enumerate(("v_east_mps", "v_north_mps", "v_up_mps")):
        rows[name] = local[:, k]
    return rows


def frame_of(table: SensorTable) -> Frame:
    """The frame the table speaks of; the round earth about the median latitude and the middle sensor's longitude."""
    rows = table.rows
    if table.frame == FLAT:
        sites = np.stack([np.nan_to_num(rows[name]) for name in ("x_m", "y_m", "z_m")], axis=1)
        return FlatFrame(sites)
    return GeodeticFrame(float(np.median(rows["lat_deg"])), float(rows["lon_deg"][len(rows) // 2]))


def sensor_rows(table: SensorTable, lines: Rows, changes: dict[str, float]) -> Rows:
    """SENSOR rows of a sensor table, with the model's changes (field: value)."""
    rows = np.zeros(len(table.rows), SENSOR)
    for name in SAME_COLUMNS:
        rows[name] = table.rows[name]
    rows["sigma_el_rad"] = np.nan
    nations = sorted(set(table.nations))
    rows["nation"] = [nations.index(name) for name in table.nations]
    for name, value in changes.items():
        rows[name] = value
    xy = rows["kind"] == SensorKind.CARTESIAN
    rows["sigma_range_m"][xy] = table.rows["sigma_xy_m"][xy]
    for name, value in {"period_s": 1.0, "pd": 0.9, "phase_s": 0.0, "clutter_per_scan": 0.0, "latency_s": 0.0}.items():
        rows[name] = np.where(xy & ~np.isfinite(rows[name]), value, rows[name])
    for row in np.flatnonzero(xy):
        _spread_area(rows[row], table.rows[row], lines)
    return rows


def area_of(sensor: np.void, lines: Rows) -> tuple[float, float, float, float]:
    """The rectangle a Cartesian sensor watches: as its file says, else what its plots span."""
    seen = lines[np.isfinite(lines["x_m"])]
    spans = (
        (seen["x_m"].min(), seen["x_m"].max(), seen["y_m"].min(), seen["y_m"].max()) if len(seen) else (0.0, 1.0) * 2
    )
    names = ("x_min_m", "x_max_m", "y_min_m", "y_max_m")
    x0, x1, y0, y1 = (
        float(sensor[name]) if np.isfinite(sensor[name]) else float(span)
        for name, span in zip(names, spans, strict=True)
    )
    return x0, x1, y0, y1


def _spread_area(row: np.void, sensor: np.void, lines: Rows) -> None:
    """Give a Cartesian sensor a circle that holds its rectangle, with as dense false plots."""
    x0, x1, y0, y1 = area_of(sensor, lines)
    site_x, site_y = np.nan_to_num(sensor["x_m"]), np.nan_to_num(sensor["y_m"])
    far = [(x - site_x) ** 2 + (y - site_y) ** 2 for x in (x0, x1) for y in (y0, y1)]
    row["max_range_m"] = 1.05 * np.sqrt(max(far))
    circle = 3.141592653589793 * row["max_range_m"] ** 2
    row["clutter_per_scan"] *= circle / max((x1 - x0) * (y1 - y0), 1e-12)


def plot_rows(table: SensorTable, lines: Rows) -> Rows:
    """PLOT rows of a plot table; Cartesian plots as range and azimuth about their sensor."""
    plots = np.zeros(len(lines), PLOT)
    for name in ("sensor", "range_m", "az_rad", "el_rad", "height_m", "code"):
        plots[name] = lines[name]
    plots["t_valid_s"], plots["t_seen_s"] = lines["t_s"], lines["t_arrival_s"]
    plots["clause"], plots["iff"] = -1, Iff.NOT_ASKED
    for name in ("range_rate_mps", "snr_db", "sigma_range_m", "sigma_az_rad", "sigma_height_m", "site_ecef_m"):
        plots[name] = np.nan
    for n in np.flatnonzero(table.rows["kind"][lines["sensor"]] == SensorKind.CARTESIAN):
        site = table.rows[lines["sensor"][n]]
        dx = float(lines["x_m"][n] - np.nan_to_num(site["x_m"]))
        dy = float(lines["y_m"][n] - np.nan_to_num(site["y_m"]))
        plots["range_m"][n], plots["az_rad"][n] = np.sqrt(dx * dx + dy * dy), atan2(dx, dy)
    return plots


def read_model(path: str | Path | None, table: SensorTable, lines: Rows) -> tuple[TrackerParams, dict[str, float]]:
    """Settings of the tracker, and changes to the sensor table, from a model file.

    The file is a YAML mapping: `q` white-acceleration intensity (m2/s3) of a single motion model, `pd` detection
    probability, `ps` survival probability a scan, `clutter` false plots a scan, `birth` new targets a scan, `speed` one
    sigma of a new target's speed per axis (m/s). Without `q` the models of `TrackerParams` stand. Scenes of Cartesian
    sensors only have their gates scaled to the area watched.
    """
    given = read_mapping(path)
    changes = {name: given[word] for word, name in (("pd", "pd"), ("clutter", "clutter_per_scan")) if word in given}
    params = TrackerParams()
    if (table.rows["kind"] == SensorKind.CARTESIAN).all():
        params = _textbook(params, table, lines, given)
    if "q" in given:
        params = replace(params, q_m2ps3=(given["q"],))
    period_s = float(np.nan_to_num(table.rows["period_s"], nan=1.0).max())
    if "ps" in given and given["ps"] < 1.0:
        params = replace(params, lifetime_s=period_s / (1.0 - given["ps"]))
    clutter = given.get("clutter", float(np.nanmean(np.nan_to_num(table.rows["clutter_per_scan"]))))
    if "birth" in given and clutter > 0.0:
        params = replace(params, birth=max(given["birth"] / clutter, 1e-4))
    if "speed" in given:
        params = replace(params, speed_sigma_mps=given["speed"], speed_max_mps=4.0 * given["speed"])
    return params, changes


def textbook_tracker(table: SensorTable, lines: Rows, given: dict[str, float]) -> MixtureTracker | None:
    """The tracker of several hypotheses for a scene of Cartesian sensors with few plots a scan; None for others."""
    rows = table.rows
    if not (rows["kind"] == SensorKind.CARTESIAN).all():
        return None
    scans = len(np.unique(np.stack((lines["t_s"], lines["sensor"].astype(np.float64)), axis=1), axis=0))
    if len(lines) > MOST_PLOTS_A_SCAN * max(scans, 1):
        return None
    x0, x1, y0, y1 = area_of(rows[0], lines)
    times = np.unique(lines["t_s"])
    told = float(np.nan_to_num(rows["period_s"], nan=0.0).max())
    period_s = told or (float(np.median(np.diff(times))) if len(times) > 1 else 1.0)
    side_m = max(x1 - x0, y1 - y0, 1e-6)
    clutter = given.get("clutter", float(np.nan_to_num(rows["clutter_per_scan"], nan=0.5 * len(lines) / scans).mean()))
    scene = Scene(
        q=given.get("q", 1e-6 * side_m * side_m / period_s**3),
        survives=given.get("ps", 0.99),
        detects=min(given.get("pd", float(np.nan_to_num(rows["pd"], nan=0.9).mean())), 0.999),
        clutter=max(clutter, 1e-3),
        birth=max(given.get("birth", 0.05), 1e-6),
        area=max((x1 - x0) * (y1 - y0), 1e-12),
        variance=float(rows["sigma_xy_m"].max()) ** 2,
        speed_variance=given.get("speed", 0.01 * side_m / period_s) ** 2,
    )
    sites = np.stack([np.nan_to_num(rows[name]) for name in ("x_m", "y_m")], axis=1)
    return MixtureTracker(sites, MixtureParams(scene, period_s))


def _textbook(params: TrackerParams, table: SensorTable, lines: Rows, given: dict[str, float]) -> TrackerParams:
    """Scale what is in metres to the area a textbook scene plays in, and look once a scan."""
    x0, x1, y0, y1 = area_of(table.rows[0], lines)
    side_m = max(x1 - x0, y1 - y0, 1e-6)
    period_s = float(np.nan_to_num(table.rows["period_s"], nan=1.0).min())
    speed = given.get("speed", 0.01 * side_m / period_s)
    return replace(
        params,
        q_m2ps3=(1e-6 * side_m * side_m / period_s**3,),
        vertical=1e-9,
        window_s=period_s / 4.0,
        speed_sigma_mps=speed,
        climb_sigma_mps=1e-6,
        speed_max_mps=4.0 * speed,
        cell_m=side_m / 8.0,
        sigma_max_m=side_m / 4.0,
        height_extent_m=1.0,
    )


def read_mapping(path: str | Path | None) -> dict[str, float]:
    """The numbers of a model file; none without one. Raises ScenarioError for an unknown word or what is no number."""
    if path is None:
        return {}
    file = str(path)
    try:
        found: Any = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ScenarioError(file, 0, 0, "", f"cannot be read as YAML: {error}") from None
    if not isinstance(found, dict):
        raise ScenarioError(file, 0, 0, "", f"found {type(found).__name__}, expected a mapping of {MODEL_WORDS}")
    entries = cast("dict[object, Any]", found)
    return {str(word): _number(file, str(word), value) for word, value in entries.items()}


def _number(file: str, word: str, value: Any) -> float:
    if word not in MODEL_WORDS:
        raise ScenarioError(file, 0, 0, word, f"unknown; {suggest(word, MODEL_WORDS)}")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value < float("inf"):
        raise ScenarioError(file, 0, 0, word, f"found {value}, expected a number of at least 0")
    return float(value)
