"""The tables of `jointsky track`: plots and times in, tracks out."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import TableError, suggest
from jointsky.feeds.columns import Table, read_table, write_table
from jointsky.feeds.sensors import SensorTable
from jointsky.vocab.codes import SensorKind
from jointsky.vocab.records import Rows

PLOT_ROW = np.dtype(
    [("t_s", "f8"), ("t_arrival_s", "f8"), ("sensor", "i4"), ("code", "i4")]
    + [(name, "f8") for name in ("range_m", "az_rad", "height_m", "el_rad", "x_m", "y_m")]
)
"""One line of plots.csv: `sensor` is a row of the sensor table, `az_rad` clockwise from north in [0, 2 pi), `code`
the Mode 3/A code as an integer or -1; NaN where the plot does not say."""

_TRACK_HEAD, _TRACK_TAIL = [("t_s", "f8"), ("track_id", "i8")], [("sigma_position_m", "f8"), ("existence", "f8")]
FLAT_TRACK = np.dtype(
    _TRACK_HEAD + [(name, "f8") for name in ("x_m", "y_m", "z_m", "vx_mps", "vy_mps", "vz_mps")] + _TRACK_TAIL
)
"""One track at one time in the tangent plane."""

GEODETIC_TRACK = np.dtype(
    _TRACK_HEAD
    + [(name, "f8") for name in ("lat_deg", "lon_deg", "alt_m", "v_east_mps", "v_north_mps", "v_up_mps")]
    + _TRACK_TAIL
)
"""One track at one time on the ellipsoid."""

_DIGITS = {"lat_deg": 8, "lon_deg": 8, "existence": 5, "t_s": 6}
_OTHER_DIGITS = 3
_PLOT_NUMBERS = ("t_s", "t_arrival_s", "range_m", "azimuth_deg", "height_m", "elevation_deg", "x_m", "y_m")
_MOST_TIMES = 10_000_000


def read_plots(path: str | Path, sensors: SensorTable) -> Rows:
    """Read `plots.csv` (PLOT_ROW), ordered by arrival.

    Raises TableError for a missing column, a cell that is no number, a sensor the table does not have, a plot without
    position, arrivals out of order, or no plots at all.
    """
    cartesian = sensors.rows["kind"] == SensorKind.CARTESIAN
    required = ["t_s", "t_arrival_s", "sensor"]
    required += ["x_m", "y_m"] if cartesian.any() else []
    required += ["range_m", "azimuth_deg"] if not cartesian.all() else []
    table = read_table(path, ("sensor", "code"), _PLOT_NUMBERS, required)
    if not table.rows:
        raise TableError(table.file, 0, "", "no plots, expected at least one line below the heading")
    rows = np.empty(table.rows, dtype=PLOT_ROW)
    rows["sensor"] = _sensor_rows(table, sensors)
    for name in ("t_s", "t_arrival_s", "range_m", "height_m", "x_m", "y_m"):
        rows[name] = table.number(name)
    rows["az_rad"] = np.radians(np.mod(table.number("azimuth_deg"), 360.0))
    rows["el_rad"] = np.radians(table.number("elevation_deg"))
    rows["code"] = _codes(table)
    _check_plots(table, rows, cartesian[rows["sensor"]])
    return rows


def _check_plots(table: Table, rows: Rows, flat: NDArray[np.bool_]) -> None:
    for column in ("t_s", "t_arrival_s"):
        table.demand(np.isfinite(rows[column]), column, "a number")
    ordered = np.concatenate([[True], np.diff(rows["t_arrival_s"]) >= 0.0])
    table.demand(ordered, "t_arrival_s", "a time not before the line above (plots are ordered by arrival)")
    for column in ("range_m", "azimuth_deg"):
        table.demand(flat | np.isfinite(table.number(column)), column, "a number")
    table.demand(flat | (rows["range_m"] >= 0.0), "range_m", "a range of 0 or more")
    for column in ("x_m", "y_m"):
        table.demand(~flat | np.isfinite(rows[column]), column, "a number for a sensor of kind xy")


def _sensor_rows(table: Table, sensors: SensorTable) -> NDArray[np.int64]:
    row_of = {name: row for row, name in enumerate(sensors.names)}
    names = table.text("sensor")
    found = [row_of.get(name, -1) for name in names]
    if -1 in found:
        row = found.index(-1)
        raise table.fault(
            row, "sensor", f"found {names[row] or 'nothing'}, not in the sensor file; {suggest(names[row], row_of)}"
        )
    return np.array(found, dtype=np.int64)


def _codes(table: Table) -> NDArray[np.int64]:
    """Mode 3/A codes, four octal digits as people write them."""
    codes = np.full(table.rows, -1, dtype=np.int64)
    known: dict[str, int] = {"": -1}
    for row, word in enumerate(table.text("code") if "code" in table else []):
        if word not in known:
            digits = word.removesuffix(".0")
            if not digits or len(digits) > 4 or not set(digits) <= set("01234567"):
                raise table.fault(row, "code", f"found {word}, expected up to four octal digits")
            known[word] = int(digits, 8)
        codes[row] = known[word]
    return codes


def write_plots(path: str | Path, plots: Rows, sensors: SensorTable) -> None:
    """Write plots (PLOT_ROW) as `read_plots` reads them; columns that hold nothing are left out."""
    columns: dict[str, NDArray[np.generic] | list[str]] = {name: plots[name] for name in ("t_s", "t_arrival_s")}
    columns["sensor"] = [sensors.names[row] for row in plots["sensor"].tolist()]
    numbers = {"range_m": plots["range_m"], "azimuth_deg": np.degrees(plots["az_rad"]), "height_m": plots["height_m"]}
    numbers |= {"elevation_deg": np.degrees(plots["el_rad"]), "x_m": plots["x_m"], "y_m": plots["y_m"]}
    columns |= {name: values for name, values in numbers.items() if name == "height_m" or np.isfinite(values).any()}
    if (plots["code"] >= 0).any():
        columns["code"] = ["" if code < 0 else f"{code:04o}" for code in plots["code"].tolist()]
    write_table(path, columns)


def read_times(source: str | Path) -> NDArray[np.float64]:
    """The times of `a:b:c` (from a to b, b included when a step of c meets it) or of the column t_s of a file [n],
    ascending.

    Raises TableError for a step that is not positive, an end before the start, times out of order, or no times at
    all.
    """
    parts = str(source).split(":")
    if len(parts) == 3:
        try:
            start, stop, step = (float(part) for part in parts)
        except ValueError:
            raise TableError(str(source), 0, "", "expected three numbers start:stop:step") from None
        return _span(str(source), start, stop, step)
    table = read_table(source, (), ("t_s",), ("t_s",))
    if not table.rows:
        raise TableError(table.file, 0, "", "no times, expected at least one line below the heading")
    times = table.number("t_s")
    table.demand(np.isfinite(times), "t_s", "a number")
    table.demand(np.concatenate([[True], np.diff(times) > 0.0]), "t_s", "a time after the line above")
    return times


def _span(source: str, start: float, stop: float, step: float) -> NDArray[np.float64]:
    if not (np.isfinite([start, stop, step]).all() and step > 0.0 and stop >= start):
        raise TableError(source, 0, "", "expected start:stop:step with step above 0 and stop not before start")
    count = int((stop - start) / step + 1e-9) + 1
    if count > _MOST_TIMES:
        raise TableError(source, 0, "", f"{count} times, at most {_MOST_TIMES}")
    return start + step * np.arange(count, dtype=np.float64)


def write_tracks(path: str | Path, tracks: Rows) -> None:
    """Write `tracks.csv` from FLAT_TRACK or GEODETIC_TRACK rows, rounded to what is meant (millimetres, 1e-8
    degrees)."""
    names = tracks.dtype.names or ()
    columns = {name: tracks[name] for name in names}
    write_table(
        path, {n: np.round(c, _DIGITS.get(n, _OTHER_DIGITS)) if c.dtype.kind == "f" else c for n, c in columns.items()}
    )


def read_tracks(path: str | Path) -> Rows:
    """Read `tracks.csv` (FLAT_TRACK or GEODETIC_TRACK, told by its columns). Raises TableError for a missing column
    or a cell that is no number."""
    every = dict.fromkeys([*(FLAT_TRACK.names or ()), *(GEODETIC_TRACK.names or ())])
    table = read_table(path, (), tuple(every), ("t_s", "track_id"))
    dtype = GEODETIC_TRACK if "lat_deg" in table else FLAT_TRACK
    rows = np.empty(table.rows, dtype=dtype)
    for name in dtype.names or ():
        if name not in table:
            raise TableError(table.file, 1, name, "missing column")
        table.demand(np.isfinite(table.number(name)), name, "a number")
        rows[name] = table.number(name)
    return rows
