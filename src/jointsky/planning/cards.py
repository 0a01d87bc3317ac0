"""Performance cards of the virtual range: what a trial is told, the lines and curves it ends in, and intervals."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky.catalogue import AircraftType, Catalogue

Float = NDArray[np.float64]
Progress = Callable[[float, float], None]
QUANTILE = 1.959963984540054
"""Of the normal distribution, 97.5 %."""


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a card: `low` to `high` is its 95 % interval (the same as the value where no luck plays a part, and
    `n` is then 0)."""

    what: str
    value: float
    low: float
    high: float
    unit: str
    n: int
    how: str

    def row(self) -> dict[str, str]:
        """The line as a row of a table."""
        within = "exact" if self.n == 0 else f"{shown(self.low)} to {shown(self.high)}"
        return {
            "what": self.what, "value": f"{shown(self.value)} {self.unit}".rstrip(), "95 %": within,
            "n": str(self.n or ""), "how": self.how,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of a figure: a name, the titles of both axes, and series of (name, x, y)."""

    title: str
    x_title: str
    y_title: str
    series: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What one type did on the range."""

    name: str
    kind: str
    target: str
    seed: int
    runs: int
    lines: tuple[Line, ...]
    curve: Curve
    note: str = "notional type; compare cards with each other, not with real equipment"

    def facts(self) -> dict[str, Any]:
        """The card as plain values for JSON; numbers that are none are null."""
        return {**asdict(self), "lines": [_finite(asdict(line)) for line in self.lines]}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a proving function is told: the catalogue, the target's type (None: the usual ones), how many runs, the seed
    of all luck, and where progress goes."""

    catalogue: Catalogue
    target: str | None = None
    runs: int = 400
    seed: int = 1
    progress: Progress = field(default=lambda _done, _whole: None)

    def targets(self, usual: Sequence[str]) -> list[tuple[str, AircraftType]]:
        """The targets of this trial with their types."""
        names = [self.target] if self.target else [name for name in usual if name in self.catalogue]
        return [(name, self.catalogue.aircraft(name)) for name in names]


def exact(what: str, value: float, unit: str, how: str) -> Line:
    """A line in which no luck plays a part."""
    return Line(what, value, value, value, unit, 0, how)


def mean(what: str, values: Float, unit: str, how: str) -> Line:
    """The mean of the finite values with its interval, m -+ z s / sqrt(n)."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return Line(what, math.nan, math.nan, math.nan, unit, len(values), how)
    middle = float(finite.mean())
    half = QUANTILE * float(finite.std(ddof=1)) / math.sqrt(len(finite)) if len(finite) > 1 else math.nan
    return Line(what, middle, middle - half, middle + half, unit, len(finite), how)


def quantile(what: str, values: Float, share: float, unit: str, how: str) -> Line:
    """A quantile with the interval of its order statistics (binomial, normal approximation); infinite values count."""
    ordered = np.sort(values)
    n = len(ordered)
    half = QUANTILE * math.sqrt(n * share * (1.0 - share))
    low, high = (int(min(max(round(n * share + side * half) - (side > 0), 0), n - 1)) for side in (-1, 1))
    at = min(max(math.ceil(n * share) - 1, 0), n - 1)
    return Line(what, float(ordered[at]), float(ordered[low]), float(ordered[high]), unit, n, how)


def proportion(what: str, hits: int, n: int, how: str) -> Line:
    """A share with Wilson's interval (1927)."""
    square = QUANTILE**2
    middle = (hits + 0.5 * square) / (n + square)
    half = QUANTILE / (n + square) * math.sqrt(hits * (n - hits) / n + 0.25 * square)
    low, high = middle - half if hits else 0.0, middle + half if hits < n else 1.0
    return Line(what, hits / n, max(low, 0.0), min(high, 1.0), "", n, how)


def shown(value: float) -> str:
    """A number with the digits that matter."""
    if not math.isfinite(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


def _finite(line: dict[str, Any]) -> dict[str, Any]:
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in line.items()}
