"""Results on disk: one small file a replication, written whole or not at all, so that a killed study goes on where it
stopped.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from jointsky.errors import StudyError
from jointsky.study.summary import KEYS, TIMES, measures_of
from jointsky.study.task import Task

Row = dict[str, Any]
PARTS = "parts"


def write_whole(path: Path, octets: bytes) -> None:
    """Write a file so that it is there in full or not at all: beside it, flushed to disk, renamed. Raises StudyError
    when the disk refuses.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StudyError(f"{path}: cannot be written: {error.strerror}; what was finished before is kept") from error


def prepare(folder: Path) -> None:
    """Make the folder of results, so that a place that cannot be written is known before anything has run. Raises
    StudyError.
    """
    try:
        (folder / PARTS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudyError(f"{folder}: cannot be a folder of results: {error.strerror}") from error
    if not os.access(folder / PARTS, os.W_OK | os.X_OK):
        raise StudyError(f"{folder}: cannot be a folder of results: it may not be written")


def keep(folder: Path, task: Task, row: Mapping[str, Any]) -> None:
    """Keep the row of one task."""
    text = json.dumps({"fingerprint": task.fingerprint, "check": _check(row), "row": row}, sort_keys=True)
    write_whole(folder / PARTS / f"{task.key}.json", text.encode())


def _check(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()


def kept(folder: Path, task: Task) -> Row | None:
    """The row of a task from an earlier run of the same study; None when there is none, it is damaged, or it is of
    another study.
    """
    path = folder / PARTS / f"{task.key}.json"
    try:
        found: Any = json.loads(path.read_text("utf-8"))
        row: Row = dict(found["row"])
        good = found["fingerprint"] == task.fingerprint and found["check"] == _check(row)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return row if good else None


def write_results(path: Path, rows: Sequence[Row]) -> None:
    """All rows as one Parquet table, in order of arm and replication, the same bytes for the same rows; what the
    replications took goes into `times.csv` beside it. Raises StudyError when the disk refuses."""
    names = [*KEYS, *measures_of(rows)]
    kinds: dict[str, Any] = dict.fromkeys(names, pl.Float64)
    kinds |= {"arm": pl.String, "digest": pl.String, "replication": pl.Int64, "seed": pl.Int64}
    octets = BytesIO()
    _frame(rows, kinds).write_parquet(octets)
    write_whole(path, octets.getvalue())
    times = _frame(rows, {"arm": pl.String, "replication": pl.Int64, **dict.fromkeys(TIMES, pl.Float64)})
    write_whole(path.with_name("times.csv"), times.write_csv().encode())


def _frame(rows: Sequence[Row], kinds: Mapping[str, Any]) -> pl.DataFrame:
    ordered = sorted(rows, key=lambda row: (row["arm"], row["replication"]))
    return pl.DataFrame({name: [row.get(name) for row in ordered] for name in kinds}, schema=dict(kinds))


def read_results(path: Path) -> list[Row]:
    """The rows of a results table. Raises StudyError when it is none."""
    try:
        return pl.read_parquet(path).to_dicts()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StudyError(f"{path}: not a table of results: {' '.join(str(error).split())}") from error
