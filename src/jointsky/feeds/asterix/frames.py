"""Records as one flat table for CSV and Parquet: a row for each record, a column for each field of each category."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jointsky.feeds.asterix.columns import ABSENT, Column, columns
from jointsky.feeds.asterix.layout import Explicit
from jointsky.feeds.asterix.records import TIME_OF_DAY
from jointsky.feeds.asterix.scan import Records, Scan


def frame(found: Scan) -> pl.DataFrame:
    """All records of a scan in the order of the octets: category, edition, sac, sic, time_of_day_s, and a column such
    as "048/040/RHO" for each field that occurs; a repeated item's fields are lists.

    Records of category 001 have no full time of day.
    """
    parts = [_group(records) for records in found.groups if len(records)]
    if not parts:
        return pl.DataFrame(schema={"category": pl.String, "edition": pl.String})
    return pl.concat(parts, how="diagonal").sort("_at", maintain_order=True).drop("_at")


def _group(records: Records) -> pl.DataFrame:
    category, size = records.program.category, len(records)
    found = columns(records)
    series: dict[str, Any] = {
        "category": pl.repeat(category.name, size, eager=True),
        "edition": pl.repeat(category.edition, size, eager=True),
        "sac": _series(found["010/SAC"], size) if "010/SAC" in found else _nothing(size),
        "sic": _series(found["010/SIC"], size) if "010/SIC" in found else _nothing(size),
        "time_of_day_s": _times(found, TIME_OF_DAY[category.number], size),
        "_at": records.record_at,
    }
    for path, column in found.items():
        series[f"{category.name}/{path}"] = _series(column, size)
    for name, shape in category.shapes.items():
        if isinstance(shape, Explicit) and records.has(name).any():
            series[f"{category.name}/{name}"] = _octets(*records.contents(name), size)
    return pl.DataFrame(series)


def _nothing(size: int) -> pl.Series:
    return pl.Series([None] * size, dtype=pl.Int64)


def _times(found: dict[str, Column], paths: tuple[str, ...], size: int) -> pl.Series:
    """The first stamp present of each record, null where there is none."""
    times: NDArray[np.float64] = np.full(size, np.nan)
    for path in reversed(paths):
        if path in found:
            times[found[path].rows] = found[path].values
    return pl.Series(times).fill_nan(None)


def _series(column: Column, size: int) -> pl.Series:
    values = pl.Series(column.texts()) if column.field.text else pl.Series(column.values)
    if column.values.dtype == np.int64 and not column.field.text:
        values = values.replace(ABSENT, None)
    elif not column.field.text:
        values = values.fill_nan(None)
    if not column.repeats:
        place = np.full(size, -1, dtype=np.int64)
        place[column.rows] = np.arange(column.rows.size)
        return values.gather(pl.Series(np.where(place < 0, 0, place))).set(pl.Series(place < 0), None)
    held = pl.DataFrame({"row": column.rows, "value": values}).group_by("row", maintain_order=True).agg("value")
    return pl.DataFrame({"row": np.arange(size, dtype=np.int32)}).join(held, on="row", how="left")["value"]


def _octets(rows: NDArray[np.int64], contents: list[bytes], size: int) -> pl.Series:
    texts: list[str | None] = [None] * size
    for row, content in zip(rows.tolist(), contents, strict=True):
        texts[row] = content.hex()
    return pl.Series(texts, dtype=pl.String)


def flat(table: pl.DataFrame) -> pl.DataFrame:
    """The same table for CSV: lists as their values with a space between."""
    lists = [name for name, kind in table.schema.items() if isinstance(kind, pl.List)]
    return table.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(" ") for name in lists)
