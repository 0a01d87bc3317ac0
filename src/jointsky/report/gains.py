"""A study's facts as plain data, and the gain of one arm over another with its interval."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import StudyError

Row = Mapping[str, Any]


class Dumpable(Protocol):
    """A design: anything that can give itself as plain data."""

    def model_dump(self, *, mode: str) -> dict[str, Any]:
        """All fields as plain data."""
        ...


class StudyResult(Protocol):
    """A finished study, as `jointsky.study` gives it."""

    @property
    def design(self) -> Dumpable:
        """What was compared."""
        ...

    @property
    def rows(self) -> Sequence[Row]:
        """One row a replication and arm."""
        ...

    @property
    def summary(self) -> Mapping[str, Any]:
        """Means and paired differences."""
        ...

    @property
    def resumed(self) -> int:
        """How many replications were kept from an earlier run."""
        ...


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """A study as its page needs it: the design as plain data, rows of replications, the summary, and how many rows were
    kept from before."""

    design: Mapping[str, Any]
    rows: Sequence[Row]
    summary: Mapping[str, Any]
    resumed: int

    @property
    def arms(self) -> list[str]:
        """Names of the arms in the order of the design."""
        return list(self.design["arms"])

    @property
    def headline(self) -> str:
        """The measure of the headline."""
        return str(self.design["headline"])

    @property
    def band(self) -> tuple[float, float] | None:
        """The claimed gain over the first arm, as shares of one."""
        band = self.design.get("band")
        return None if band is None else (float(band[0]), float(band[1]))

    @property
    def measures(self) -> list[str]:
        """All measures of any arm, sorted."""
        return sorted({name for arm in self.arms for name in self.summary["arms"][arm]})

    def label(self, arm: str) -> str:
        """What charts call an arm."""
        return str(self.design["arms"][arm].get("label") or arm)

    def values(self, arm: str, measure: str) -> NDArray[np.float64]:
        """One measure of one arm by replication, NaN where it did not happen."""
        found = {int(row["replication"]): row.get(measure) for row in self.rows if row["arm"] == arm}
        count = max((int(row["replication"]) for row in self.rows), default=-1) + 1
        values = (found.get(number) for number in range(count))
        return np.array([np.nan if value is None else float(value) for value in values], np.float64)

    def mean(self, arm: str, measure: str) -> Mapping[str, Any]:
        """n, mean, low, high of an arm."""
        return self.summary["arms"][arm].get(measure, _NOTHING)

    def pair(self, arm: str, other: str, measure: str) -> Mapping[str, Any]:
        """n, diff (arm minus other), low, high of a pair."""
        return self.summary["pairs"].get(f"{arm}-{other}", {}).get(measure, _NOTHING)


_NOTHING: Mapping[str, Any] = {"n": 0, "mean": None, "diff": None, "low": None, "high": None}


def facts_of(result: StudyResult) -> StudyFacts:
    """The facts of a finished study."""
    return StudyFacts(result.design.model_dump(mode="json"), result.rows, result.summary, result.resumed)


def read_facts(folder: Path) -> StudyFacts:
    """The facts of the study in a folder. Raises StudyError when summary.json or results.parquet is not there or is
    none."""
    import polars as pl

    name = folder / "summary.json"
    try:
        summary = json.loads(name.read_text("utf-8"))
        rows = pl.read_parquet(folder / "results.parquet").to_dicts()
        design = summary.get("design") or _design_in(summary)
        return StudyFacts(design, rows, summary, int(summary["resumed"]))
    except OSError as error:
        raise StudyError(f"{folder}: this is no finished study: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError) as error:
        raise StudyError(f"{name}: this is not the summary of a study: {error}") from error


def _design_in(summary: Mapping[str, Any]) -> dict[str, Any]:
    """What a summary without its design still tells of it."""
    names = ("study", "question", "scenario", "seed", "replications", "headline")
    return {name: summary[name] for name in names} | {"arms": {arm: {"agreement": arm} for arm in summary["arms"]}}


@dataclass(frozen=True, slots=True)
class Gain:
    """A relative gain (0.1 is ten per cent) with the ends of its 95 % interval; None where it cannot be had."""

    value: float | None
    low: float | None
    high: float | None


NO_GAIN = Gain(None, None, None)
"""Where the first arm has nothing to gain on."""


def relative_gain(arm: NDArray[np.float64], first: NDArray[np.float64]) -> Gain:
    """mean(arm) / mean(first) - 1 over replications that both have, with the interval of Fieller (1954, J. R. Stat.
    Soc. B 16, 175): all ratios
    r for which the paired t interval of arm - r first holds zero. None where the mean of `first` is not itself clear of
    zero."""
    both = np.isfinite(arm) & np.isfinite(first)
    a, b, n = arm[both], first[both], int(both.sum())
    if n == 0 or float(b.mean()) == 0.0:
        return NO_GAIN
    mean_a, mean_b = float(a.mean()), float(b.mean())
    value = mean_a / mean_b - 1.0
    if n < 2:
        return Gain(value, None, None)
    return _fieller(value, mean_a, mean_b, np.cov(a, b) / n, n)


def _fieller(value: float, mean_a: float, mean_b: float, cov: NDArray[np.float64], n: int) -> Gain:
    from scipy.special import stdtrit

    t2 = float(stdtrit(n - 1, 0.975)) ** 2
    square = mean_b**2 - t2 * float(cov[1, 1])
    if square <= 0.0:
        return Gain(value, None, None)
    half = mean_a * mean_b - t2 * float(cov[0, 1])
    root = max(half**2 - square * (mean_a**2 - t2 * float(cov[0, 0])), 0.0) ** 0.5
    return Gain(value, (half - root) / square - 1.0, (half + root) / square - 1.0)
