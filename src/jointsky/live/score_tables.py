"""`jointsky score`: a table of truth and a table of tracks, to one set of numbers."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import TableError
from jointsky.feeds.columns import Table, read_table
from jointsky.geo.frames import geodetic2ecef
from jointsky.measures.score import Recording, score
from jointsky.tracking.frames import axes_at

FLAT_PLACE, FLAT_SPEED = ("x_m", "y_m", "z_m"), ("vx_mps", "vy_mps", "vz_mps")
ROUND_PLACE, ROUND_SPEED = ("lat_deg", "lon_deg", "alt_m"), ("v_east_mps", "v_north_mps", "v_up_mps")
SHORT = {"t_s": "t", "x_m": "x", "y_m": "y", "z_m": "z", "vx_mps": "vx", "vy_mps": "vy", "vz_mps": "vz"}
"""Shorter names that are understood too."""
NUMBERS = ("track_id", "truth_id", "id")
"""Names of the column that says which object or track a row is."""


def score_tables(truth_csv: str | Path, tracks_csv: str | Path, cutoff_m: float = 2000.0) -> dict[str, float]:
    """Score a table of tracks against one of truth, at the times of truth.

    Both have a time (`t_s`), a number (`track_id`, `truth_id` or `id`), a place and a velocity: `x_m, y_m, z_m,
    vx_mps, vy_mps, vz_mps` in one plane (or the same names without units), or `lat_deg, lon_deg, alt_m, v_east_mps,
    v_north_mps, v_up_mps`. Raises TableError for a missing column, a cell that is no number, no truth at all, or two
    tables in different frames.
    """
    truth, flat = read_recording(truth_csv)
    tracks, same = read_recording(tracks_csv)
    if flat != same:
        raise TableError(str(tracks_csv), 1, "", "not in the frame of the truth: one is flat, one geodetic")
    if len(truth.t_s) == 0:
        raise TableError(str(truth_csv), 0, "", "no rows, expected at least one line below the heading")
    return score(truth, tracks, cutoff_m)


def read_recording(path: str | Path) -> tuple[Recording, bool]:
    """The rows of a table as places in metres, and whether it is flat."""
    every = ("t_s", *FLAT_PLACE, *FLAT_SPEED, *ROUND_PLACE, *ROUND_SPEED, "sigma_position_m", *NUMBERS)
    table = read_table(path, (), (*every, *SHORT.values()), ())
    flat = "lat_deg" not in table
    place = np.stack([_column(table, name) for name in (FLAT_PLACE if flat else ROUND_PLACE)], axis=1)
    speed = np.stack([_column(table, name) for name in (FLAT_SPEED if flat else ROUND_SPEED)], axis=1)
    up = np.tile((0.0, 0.0, 1.0), (table.rows, 1))
    if not flat:
        place, speed, up = _on_earth(place, speed)
    number = next((name for name in NUMBERS if name in table), NUMBERS[0])
    rows = Recording(
        _column(table, "t_s"),
        _column(table, number).astype(np.int64),
        place,
        speed,
        up,
        table.number("sigma_position_m"),
    )
    return rows, flat


def _column(table: Table, name: str) -> NDArray[np.float64]:
    """A column by its name or its shorter one."""
    called = name if name in table else SHORT.get(name, name)
    if called not in table:
        raise TableError(table.file, 1, name, "missing column")
    table.demand(np.isfinite(table.number(called)), called, "a number")
    return table.number(called)


def _on_earth(place: NDArray[np.float64], speed: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Geodetic places and local velocities as ECEF, with the unit vectors up."""
    ecef = geodetic2ecef(place[:, 0], place[:, 1], place[:, 2])
    axes = np.array([axes_at(np.ascontiguousarray(one)) for one in ecef]).reshape(-1, 3, 3)
    return ecef, np.einsum("na,nab->nb", speed, axes), axes[:, 2]
