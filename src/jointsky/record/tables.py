"""Parquet tables derived from the log of a run: for other programs, always made anew from the log, never the record
itself.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import fields

import numpy as np
import polars as pl

from jointsky.errors import LogError
from jointsky.record.atomic import write_whole
from jointsky.record.kinds import Kind
from jointsky.record.reading import Recording, Table, read_recording
from jointsky.vocab.messages import Decision
from jointsky.vocab.records import Rows

FOLDER = "tables"
_AXES = "xyz"


def derive_tables(run_dir: str | os.PathLike[str]) -> dict[str, str]:
    """Write every table of `TABLES` as Parquet under `run_dir`/tables, each whole or not at all; paths by name. Raises
    LogError.
    """
    recording = read_recording(run_dir)
    folder = os.path.join(os.fspath(run_dir), FOLDER)
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise LogError(f"{folder}: cannot make this folder: {error.strerror}") from error
    paths = {name: os.path.join(folder, f"{name}.parquet") for name in TABLES}
    for name, path in paths.items():
        write_whole(path, frame_of(recording, name).write_parquet)
    return paths


def frame_of(recording: Recording, name: str) -> pl.DataFrame:
    """The table `name` of `TABLES` in memory. Raises LogError when what was recorded makes no table."""
    try:
        return TABLES[name](recording)
    except (pl.exceptions.PolarsError, ValueError, IndexError, TypeError, OverflowError) as error:
        raise LogError(f"{recording.path}: no table of {name} can be made: {error!r}") from error


def plots_frame(recording: Recording) -> pl.DataFrame:
    """Plots as the sensors made them: tick, t_s and the fields of PLOT. No truth."""
    return _frame(recording, recording.table(Kind.PLOTS), sender=None)


def plot_truth_frame(recording: Recording) -> pl.DataFrame:
    """The aircraft row behind each plot (-1: a false alarm), row by row beside `plots_frame`."""
    return _frame(recording, recording.table(Kind.PLOT_TRUTH), sender=None)


def tracks_frame(recording: Recording) -> pl.DataFrame:
    """Pictures of all posts: tick, t_s, post and the fields of TRACK."""
    return _frame(recording, recording.table(Kind.PICTURE))


def orders_frame(recording: Recording) -> pl.DataFrame:
    """Orders as posts gave them, with the ids of the clauses that allowed each, joined by spaces."""
    clauses = [" ".join(ids) for ids in recording.order_clauses()]
    return _frame(recording, recording.table(Kind.ORDERS), sender="sender").with_columns(
        pl.Series("clauses", clauses, pl.String)
    )


def decisions_frame(recording: Recording) -> pl.DataFrame:
    """Decisions of posts with their reasons."""
    notes = recording.decisions()
    columns = {
        f.name: pl.Series(f.name, [getattr(note, f.name) for note in notes], _COLUMNS[f.name]) for f in fields(Decision)
    }
    return pl.DataFrame(columns).with_columns(pl.col("clauses", "against").list.join(" "))


def shots_frame(recording: Recording) -> pl.DataFrame:
    """Results of engagements as units report them."""
    return _frame(recording, recording.table(Kind.SHOTS), sender=None)


def alerts_frame(recording: Recording) -> pl.DataFrame:
    """Alerts of all posts."""
    return _frame(recording, recording.table(Kind.ALERTS))


def truth_frame(recording: Recording) -> pl.DataFrame:
    """Where aircraft in the air truly were, every ten seconds, with their names."""
    frame = _frame(recording, recording.table(Kind.TRUTH), sender=None)
    names = np.array(recording.names.aircraft, dtype=np.str_)
    labels = names[frame["row"].to_numpy()] if frame.height else names[:0]
    return frame.with_columns(pl.Series("aircraft", labels.tolist(), pl.String))


TABLES: dict[str, Callable[[Recording], pl.DataFrame]] = {
    "plots": plots_frame,
    "plot_truth": plot_truth_frame,
    "tracks": tracks_frame,
    "orders": orders_frame,
    "decisions": decisions_frame,
    "shots": shots_frame,
    "alerts": alerts_frame,
    "truth": truth_frame,
}
"""Every table by its name; each can be had in memory by calling it with a Recording."""

_COLUMNS: dict[str, pl.DataType] = {
    "t_s": pl.Float64(),
    "post": pl.String(),
    "act": pl.Int64(),
    "unit": pl.String(),
    "track_id": pl.Int64(),
    "allowed": pl.Boolean(),
    "phase": pl.String(),
    "clauses": pl.List(pl.String()),
    "reason": pl.String(),
    "order_id": pl.Int64(),
    "t_approved_s": pl.Float64(),
    "ref": pl.Int64(),
    "against": pl.List(pl.String()),
    "rank": pl.Int64(),
    "value": pl.Float64(),
    "bound": pl.Float64(),
}


def _frame(recording: Recording, table: Table, sender: str | None = "post") -> pl.DataFrame:
    series = [pl.Series("tick", table.tick)]
    if "t_s" not in (table.rows.dtype.names or ()):
        series.append(pl.Series("t_s", recording.t_s(table.tick)))
    if sender is not None:
        names = np.array([*table.senders, ""], dtype=np.str_)
        series.append(pl.Series(sender, names[table.sender].tolist(), pl.String))
    return pl.DataFrame([*series, *_columns(table.rows)])


def _columns(rows: Rows) -> Sequence[pl.Series]:
    """One column for each field; a vector field becomes one for each axis, `pos_ecef_m` -> `pos_ecef_x_m`."""
    columns: list[pl.Series] = []
    for name in rows.dtype.names or ():
        values = rows[name]
        if values.ndim == 1:
            columns.append(pl.Series(name, np.ascontiguousarray(values)))
        else:
            stem, _, unit = name.rpartition("_")
            columns += [
                pl.Series(f"{stem}_{axis}_{unit}", np.ascontiguousarray(values[:, i])) for i, axis in enumerate(_AXES)
            ]
    return columns
