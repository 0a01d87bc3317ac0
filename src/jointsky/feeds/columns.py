"""CSV files to typed columns and back: one heading line, numbers or texts, every fault named by file, line and
column."""

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jointsky.errors import TableError, suggest

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """The columns of one file that were asked for and are there. Empty cells are NaN among numbers and "" among
    texts."""

    file: str
    rows: int
    numbers: dict[str, Numbers]
    texts: dict[str, list[str]]

    def __contains__(self, column: str) -> bool:
        return column in self.numbers or column in self.texts

    def number(self, column: str) -> Numbers:
        """The numbers of a column [rows]; all NaN where the file has no such column."""
        return self.numbers[column] if column in self.numbers else np.full(self.rows, np.nan)

    def text(self, column: str) -> list[str]:
        """The texts of a column; all empty where the file has no such column."""
        return self.texts.get(column, [""] * self.rows)

    def fault(self, row: int, column: str, message: str) -> TableError:
        """The error for a cell, by its row (from 0) in this table; row -1 means the heading."""
        return TableError(self.file, _line_of(self.file, row), column, message)

    def demand(self, good: NDArray[np.bool_], column: str, expected: str) -> None:
        """Raise TableError for the first row where `good` [rows] is false."""
        if not good.all():
            row = int(np.argmin(good))
            found = self.text(column)[row] if column in self.texts else f"{self.number(column)[row]:g}"
            raise self.fault(row, column, f"found {'nothing' if found in ('', 'nan') else found}, expected {expected}")


def read_table(path: str | Path, texts: Sequence[str], numbers: Sequence[str], required: Sequence[str]) -> Table:
    """Read the named columns of a CSV file; others are passed over.

    Raises TableError for a file that cannot be read, a heading without one of `required`, a column named twice, a
    line with too many or too few cells, and a cell that is not a number.
    """
    file = str(path)
    heading = _heading(file)
    for column in required:
        if column not in heading:
            advice = suggest(column, heading)
            raise TableError(file, 1, column, "missing column" + (f"; {advice}" if advice else ""))
    wanted = [column for column in heading if column in texts or column in numbers]
    try:
        frame = pl.read_csv(
            file,
            columns=wanted,
            schema_overrides={column: pl.String if column in texts else pl.Float64 for column in wanted},
            infer_schema=False,
        )
        plain = _commas(file) == (len(heading) - 1) * (frame.height + 1)
    except (pl.exceptions.PolarsError, OSError):
        plain = False
        frame = pl.DataFrame()
    if not plain:
        return _read_slowly(file, heading, [c for c in wanted if c in texts], [c for c in wanted if c in numbers])
    return Table(
        file,
        frame.height,
        {c: frame[c].fill_null(float("nan")).to_numpy() for c in wanted if c in numbers},
        {c: [text.strip() for text in frame[c].fill_null("").to_list()] for c in wanted if c in texts},
    )


def _commas(file: str) -> int:
    """How many commas a file has: a line with cells missing or too many, which the fast reader would fill up, shows
    in the sum."""
    with open(file, "rb") as octets:
        return sum(chunk.count(b",") for chunk in iter(lambda: octets.read(1 << 22), b""))


def _heading(file: str) -> list[str]:
    """The column names of the first line."""
    try:
        with open(file, newline="", encoding="utf-8-sig") as lines:
            heading = [name.strip() for name in next(csv.reader(lines), list[str]())]
    except OSError as error:
        raise TableError(file, 0, "", f"cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(file, 1, "", "not a CSV file in UTF-8") from error
    if not any(heading):
        raise TableError(file, 1, "", "empty file, expected a heading line")
    for column in heading:
        if heading.count(column) > 1:
            raise TableError(file, 1, column, "column named twice")
    return heading


def _records(file: str) -> Iterator[tuple[int, list[str]]]:
    """Every line of cells below the heading, with its number; empty lines are left out."""
    with open(file, newline="", encoding="utf-8-sig", errors="replace") as lines:
        reader = csv.reader(lines)
        next(reader)
        for cells in reader:
            if cells:
                yield reader.line_num, cells


def _line_of(file: str, row: int) -> int:
    """The line that a row of the table ends on."""
    if row < 0:
        return 1
    for place, (line, _) in enumerate(_records(file)):
        if place == row:
            return line
    return 0


def _read_slowly(file: str, heading: list[str], texts: list[str], numbers: list[str]) -> Table:
    """Cell by cell: for what the fast reader refuses, to name the fault or to read what is only oddly spaced."""
    found: dict[str, list[float]] = {column: [] for column in numbers}
    words: dict[str, list[str]] = {column: [] for column in texts}
    rows = 0
    for line, cells in _records(file):
        if len(cells) != len(heading):
            raise TableError(file, line, "", f"{len(cells)} cells, expected {len(heading)} as in the heading")
        row = dict(zip(heading, cells, strict=True))
        for column in texts:
            words[column].append(row[column].strip())
        for column in numbers:
            found[column].append(_to_number(file, line, column, row[column].strip()))
        rows += 1
    return Table(file, rows, {column: np.array(values, dtype=np.float64) for column, values in found.items()}, words)


def _to_number(file: str, line: int, column: str, cell: str) -> float:
    try:
        return float(cell) if cell else float("nan")
    except ValueError:
        raise TableError(file, line, column, f"found {cell!r}, expected a number") from None


def write_table(path: str | Path, columns: Mapping[str, NDArray[np.generic] | Sequence[str]]) -> None:
    """Write columns of one length as CSV: whole or not at all (a temporary file beside it, flushed to disk, then
    renamed). NaN becomes empty."""
    frame = pl.DataFrame({name: pl.Series(values) for name, values in columns.items()}).fill_nan(None)
    target = Path(path)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as out:
            frame.write_csv(out)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
