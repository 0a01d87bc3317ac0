"""From the rows of all replications to the numbers a study states."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from jointsky.study.statistics import Estimate, mean_interval, paired_interval, variance_saved

Row = dict[str, Any]
KEYS = ("arm", "replication", "seed", "digest")
"""Columns of a result row that are not measures."""
TIMES = ("wall_s", "cpu_s")
"""What a replication took: kept with it, but no result, since the same study gives other times."""


def measures_of(rows: Sequence[Row]) -> list[str]:
    """Names of all measures that occur, sorted."""
    return sorted({name for row in rows for name in row if name not in (*KEYS, *TIMES)})


COUNTED = ("refused.", "released.")
"""Measures that begin so count what happened under one clause: where a row lacks one, it happened no time."""


def counted(rows: Sequence[Row]) -> list[Row]:
    """The rows with a zero for every counted measure that only other rows have."""
    names = [name for name in measures_of(rows) if name.startswith(COUNTED)]
    return [{**dict.fromkeys(names, 0.0), **row} for row in rows] if names else list(rows)


def column(
    rows: Sequence[Row], arm: str, measure: str, replications: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """One measure of one arm by replication, NaN where it did not happen."""
    values = np.full(replications, np.nan)
    for row in rows:
        value = row.get(measure)
        if row["arm"] == arm and value is not None:
            values[int(row["replication"])] = value
    return values


def summarise(
    rows: Sequence[Row], arms: Sequence[str], replications: int, pairs: Sequence[tuple[str, str]] | None = None
) -> dict[str, Any]:
    """`arms.{arm}.{measure}` -> n, mean, low, high and `pairs.{a}-{b}.{measure}` -> n, diff (a minus b), low, high,
    both ways round (`pairs`: which; None: all).
    """
    compared = [(a, b) for a in arms for b in arms if a != b] if pairs is None else pairs
    names = measures_of(rows)
    values = {(arm, name): column(rows, arm, name, replications) for arm in arms for name in names}
    return {
        "arms": {arm: {name: _mean(mean_interval(values[arm, name])) for name in names} for arm in arms},
        "pairs": {f"{a}-{b}": {name: _pair(values[a, name], values[b, name]) for name in names} for a, b in compared},
    }


def _mean(found: Estimate) -> dict[str, Any]:
    return {"n": found.n, "mean": number(found.mean), "low": number(found.low), "high": number(found.high)}


def _pair(
    a: np.ndarray[tuple[int], np.dtype[np.float64]], b: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> dict[str, Any]:
    found = paired_interval(a, b)
    return {
        "n": found.n,
        "diff": number(found.mean),
        "low": number(found.low),
        "high": number(found.high),
        "includes_zero": found.includes_zero,
        "variance_saved": number(variance_saved(a, b)),
    }


def number(value: float) -> float | None:
    """A float for JSON: what is not finite is null."""
    return float(value) if np.isfinite(value) else None
