"""The sensor file of `jointsky track` and `jointsky watch`: what is known of each sensor, one line each."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import TableError, suggest
from jointsky.feeds.columns import Table, read_table, write_table
from jointsky.vocab.codes import SensorKind
from jointsky.vocab.records import Rows

Codes = NDArray[np.int64]

GEODETIC, FLAT = "geodetic", "flat"
"""The two frames of the tables: on the ellipsoid, or in one tangent plane (x east, y north, z up)."""

KINDS = {
    "2d": SensorKind.RADAR_2D,
    "psr": SensorKind.RADAR_2D,
    "3d": SensorKind.RADAR_3D,
    "ssr": SensorKind.SSR,
    "ewr": SensorKind.EARLY_WARNING,
    "xy": SensorKind.CARTESIAN,
}
"""The words for kinds of sensor in the file."""

POSITIONS = {GEODETIC: ("lat_deg", "lon_deg", "alt_m"), FLAT: ("x_m", "y_m", "z_m")}
"""The position columns that tell the frame."""

_POLAR = ("max_range_m", "sigma_range_m", "sigma_azimuth_deg")
_COMMON = ("period_s", "phase_s", "pd", "clutter_per_scan", "latency_s")
_AREA = ("x_min_m", "x_max_m", "y_min_m", "y_max_m")
_OPTIONAL = ("sigma_height_m", "sigma_xy_m", *_AREA, "sac", "sic")

_LIMITS = {
    "lat_deg": (-90.0, 90.0),
    "lon_deg": (-180.0, 360.0),
    "period_s": (1e-6, np.inf),
    "max_range_m": (1e-6, np.inf),
    "sigma_range_m": (1e-6, np.inf),
    "sigma_azimuth_deg": (1e-9, 180.0),
    "sigma_height_m": (1e-6, np.inf),
    "sigma_xy_m": (1e-6, np.inf),
    "pd": (0.0, 1.0),
    "clutter_per_scan": (0.0, np.inf),
    "latency_s": (0.0, np.inf),
    "sac": (0.0, 255.0),
    "sic": (0.0, 255.0),
}
"""What a cell may hold, both ends included; an empty cell is judged by whether its kind needs it."""

SENSOR_ROW = np.dtype(
    [("kind", "i2"), ("sac", "i2"), ("sic", "i2")]
    + [(name, "f8") for name in (*POSITIONS[GEODETIC], *POSITIONS[FLAT], *_COMMON, "max_range_m", "sigma_range_m")]
    + [(name, "f8") for name in ("sigma_az_rad", "sigma_height_m", "sigma_xy_m", *_AREA)]
)
"""One sensor: `kind` is a SensorKind; `sac, sic` -1 where the file does not say; numbers that do not apply are NaN."""


@dataclass(frozen=True)
class SensorTable:
    """The sensors of one file, in its order: frame (GEODETIC or FLAT), names, nations and `rows` (SENSOR_ROW)."""

    frame: str
    names: list[str]
    nations: list[str]
    rows: Rows

    def sources(self) -> dict[tuple[int, int], int]:
        """The row of each sensor that has a system area and identification code."""
        pairs = zip(self.rows["sac"].tolist(), self.rows["sic"].tolist(), strict=True)
        return {pair: row for row, pair in enumerate(pairs) if pair[0] >= 0}


def read_sensors(path: str | Path) -> SensorTable:
    """Read `sensors.csv`. Raises TableError for a missing column, an unknown kind, a number out of its limits, or a
    name or source given twice."""
    numbers = (*POSITIONS[GEODETIC], *POSITIONS[FLAT], *_POLAR, *_COMMON, *_OPTIONAL)
    table = read_table(path, ("sensor", "nation", "kind"), numbers, ("sensor", "nation", "kind"))
    if not table.rows:
        raise TableError(table.file, 0, "", "no sensors, expected at least one line below the heading")
    kinds = _kinds(table)
    frame = _frame(table, kinds)
    _check_numbers(table, kinds, frame)
    rows = np.zeros(table.rows, dtype=SENSOR_ROW)
    for name in SENSOR_ROW.names or ():
        if name not in ("kind", "sac", "sic", "sigma_az_rad"):
            rows[name] = table.number(name)
    rows["kind"] = kinds
    rows["sigma_az_rad"] = np.radians(table.number("sigma_azimuth_deg"))
    for name in ("sac", "sic"):
        rows[name] = np.nan_to_num(table.number(name), nan=-1.0)
    found = SensorTable(frame, table.text("sensor"), table.text("nation"), rows)
    _check_unique(table, found)
    return found


def _kinds(table: Table) -> Codes:
    for row, word in enumerate(table.text("kind")):
        if word not in KINDS:
            raise table.fault(
                row, "kind", f"found {word or 'nothing'}; {suggest(word, KINDS) or 'known: ' + ', '.join(KINDS)}"
            )
    return np.array([KINDS[word] for word in table.text("kind")], dtype=np.int64)


def _frame(table: Table, kinds: Codes) -> str:
    """The frame, told by the position columns."""
    frames = [frame for frame, columns in POSITIONS.items() if any(column in table for column in columns)]
    if len(frames) == 2:
        raise TableError(
            table.file, 1, "", "both lat_deg, lon_deg, alt_m and x_m, y_m, z_m: expected one kind of position"
        )
    if not frames and (kinds == SensorKind.CARTESIAN).all():
        return FLAT
    if not frames:
        raise TableError(table.file, 1, "lat_deg", "missing column; expected lat_deg, lon_deg, alt_m or x_m, y_m, z_m")
    return frames[0]


def _check_numbers(table: Table, kinds: Codes, frame: str) -> None:
    polar = kinds != SensorKind.CARTESIAN
    for column in (*POSITIONS[frame], *_COMMON, *_POLAR):
        if polar.any() and column not in table:
            raise TableError(table.file, 1, column, "missing column")
        table.demand(~polar | np.isfinite(table.number(column)), column, "a number")
    if not polar.all():
        table.demand(polar | np.isfinite(table.number("sigma_xy_m")), "sigma_xy_m", "a number for a sensor of kind xy")
    for column, (low, high) in _LIMITS.items():
        values = table.number(column)
        table.demand(np.isnan(values) | ((values >= low) & (values <= high)), column, f"{low:g} to {high:g}")
    one_code = np.isnan(table.number("sac")) != np.isnan(table.number("sic"))
    table.demand(~one_code, "sic", "both sac and sic, or neither")


def _check_unique(table: Table, found: SensorTable) -> None:
    seen: set[str] = set()
    sources: set[tuple[int, int]] = set()
    for row, name in enumerate(found.names):
        source = int(found.rows["sac"][row]), int(found.rows["sic"][row])
        if not name or name in seen:
            raise table.fault(row, "sensor", f"{name} is given twice" if name else "found nothing, expected a name")
        if source[0] >= 0 and source in sources:
            raise table.fault(row, "sac", f"source {source[0]}/{source[1]} is given twice")
        seen.add(name)
        sources.add(source)


def write_sensors(path: str | Path, sensors: SensorTable) -> None:
    """Write a sensor file that `read_sensors` reads back to the same rows."""
    words = {code: word for word, code in reversed(KINDS.items())}
    rows = sensors.rows
    columns: dict[str, list[str] | NDArray[np.generic]] = {"sensor": sensors.names, "nation": sensors.nations}
    columns["kind"] = [words[SensorKind(code)] for code in rows["kind"].tolist()]
    columns |= {name: rows[name] for name in (*POSITIONS[sensors.frame], *_COMMON, "max_range_m", "sigma_range_m")}
    columns["sigma_azimuth_deg"] = np.degrees(rows["sigma_az_rad"])
    columns["sigma_height_m"] = rows["sigma_height_m"]
    if (rows["kind"] == SensorKind.CARTESIAN).any():
        columns |= {name: rows[name] for name in ("sigma_xy_m", *_AREA)}
    if (rows["sac"] >= 0).any():
        columns |= {name: np.where(rows[name] < 0, np.nan, rows[name]) for name in ("sac", "sic")}
    write_table(path, columns)
