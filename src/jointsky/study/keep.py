"""Results on disk: one small file a replication, written whole or not at all, so that a killed study goes on where it stopped."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from jointsky.errors import StudyError
from jointsky.study.summary import KEYS, measures_of
from jointsky.study.task import Task

Row = dict[str, Any]
PARTS = "parts"


def write_whole(path: Path, octets: bytes) -> None:
    """Write a file so that it is there in full or not at all: beside it, flushed to disk, renamed. Raises StudyError when the disk refuses."""
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


def keep(folder: Path, task: Task, row: Mapping[str, Any]) -> None:
    """Keep the row of one task."""
    text = json.dumps({"fingerprint": task.fingerprint, "row": row}, sort_keys=True)
    write_whole(folder / PARTS / f"{task.key}.json", text.encode())


def kept(folder: Path, task: Task) -> Row | None:
    """The row of a task from an earlier run of the same study, None when there is none or it is of another study."""
    path = folder / PARTS / f"{task.key}.json"
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found["row"] if isinstance(found, dict) and found.get("fingerprint") == task.fingerprint else None


def write_results(path: Path, rows: Sequence[Row]) -> None:
    """All rows as one Parquet table, in order of arm and replication, the same bytes for the same rows."""
    names = [*KEYS, *measures_of(rows)]
    ordered = sorted(rows, key=lambda row: (row["arm"], row["replication"]))
    columns = {name: [row.get(name) for row in ordered] for name in names}
    kinds: dict[str, Any] = {name: pl.Float64 for name in names}
    kinds |= {"arm": pl.String, "digest": pl.String, "replication": pl.Int64, "seed": pl.Int64}
    frame = pl.DataFrame(columns, schema=kinds)
    part = path.with_name(f".{path.name}.part")
    frame.write_parquet(part)
    write_whole(path, part.read_bytes())
    part.unlink(missing_ok=True)


def read_results(path: Path) -> list[Row]:
    """The rows of a results table."""
    return pl.read_parquet(path).to_dicts()
