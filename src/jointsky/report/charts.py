"""The charts of a study: the staircase of joining, small multiples, and every paired difference as a dot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky.report.gains import Gain, StudyFacts, relative_gain
from jointsky.report.page import stylesheet
from jointsky.report.svg import SERIES, Scale, line, mark, picture, rect, text, ticks, wrapped, x_axis, y_axis
from jointsky.report.words import Wording, wording

GAIN = Wording("gain", "%", 1, "")
_WIDTH, _BELOW = 900.0, 100.0
_REACH = 60.0
"""How far the axis of gains goes at most, in per cent, where no mean lies beyond."""
_ROW = 30.0
ABREAST = 5
"""Up to so many arms the two panels of the headline chart stand side by side, beyond one above the other."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Where one panel of a chart lies: the ends of its axes, in picture units."""

    left: float
    right: float
    top: float
    bottom: float

    def width(self, columns: int) -> float:
        """The width of one of some columns."""
        return (self.right - self.left) / max(columns, 1)


_ABREAST = (Panel(52.0, 430.0, 54.0, 310.0), Panel(520.0, 890.0, 54.0, 310.0))
_STACKED = (Panel(52.0, 890.0, 54.0, 270.0), Panel(52.0, 890.0, 464.0, 680.0))


def staircase(study: StudyFacts, alone: bool = False) -> str:
    """The headline chart: each arm's mean with its interval, and its gain over the first arm against zero and the
    claimed band.

    `alone` makes a picture that can be used outside a page.
    """
    words = wording(study.headline)
    means, gains = _ABREAST if len(study.arms) <= ABREAST else _STACKED
    height = gains.bottom + _BELOW + (0.0 if means.bottom == gains.bottom else 40.0)
    ground = [rect(0.0, 0.0, _WIDTH, height, "paper")] if alone else []
    parts = [*ground, *_means_panel(study, words, means), *_gains_panel(study, gains)]
    title = f"{words.label} under each arrangement, and the gain over {study.label(study.arms[0])}"
    return picture(_WIDTH, height, title, parts, stylesheet("picture") if alone else "")


def _means_panel(study: StudyFacts, words: Wording, panel: Panel) -> list[str]:
    means = [study.mean(arm, study.headline) for arm in study.arms]
    ends = [_shown(m[key], words.factor) for m in means for key in ("mean", "low", "high")]
    first = _shown(means[0]["mean"], words.factor)
    band = [first * (1.0 + edge) for edge in study.band] if study.band and first is not None else []
    at = ticks(0.0, max([e for e in ends if e is not None] + band + [1e-9]))
    y = Scale(at[0], at[-1], panel.bottom, panel.top)
    parts = [
        text(panel.left - 40, panel.top - 36, f"{words.label}: mean with 95 % interval", "head"),
        *y_axis(y, at, panel.left, panel.right, words.unit),
    ]
    if band:
        parts.append(_band(panel, y(band[1]), y(band[0])))
    if first is not None:
        parts.append(line(panel.left, y(first), panel.right, y(first), "zero"))
    return parts + _steps(study, words, y, panel)


def _steps(study: StudyFacts, words: Wording, y: Scale, panel: Panel) -> list[str]:
    """The treads of the staircase with whiskers, marks and names."""
    width = panel.width(len(study.arms))
    parts: list[str] = []
    before: float | None = None
    for index, arm in enumerate(study.arms):
        found = study.mean(arm, study.headline)
        start, middle = panel.left + index * width, panel.left + (index + 0.5) * width
        value = _shown(found["mean"], words.factor)
        if value is not None:
            parts.append(line(start + 4, y(value), start + width - 4, y(value), f"tread s{index % SERIES}"))
            parts += [line(start, y(before), start, y(value), "riser")] if before is not None else []
            parts += _whisker(middle, y, _shown(found["low"], words.factor), _shown(found["high"], words.factor), index)
            parts.append(mark(middle, y(value), index, f"{arm}: {words.text(found['mean'])}", 6.0))
            before = value
        parts += _below(study, arm, middle, width, panel, f"{words.text(found['mean'])}, n = {found['n']}")
    return parts


def _gains_panel(study: StudyFacts, panel: Panel) -> list[str]:
    gains = [_gain(study, arm) for arm in study.arms[1:]]
    band = [edge * 100.0 for edge in study.band] if study.band else []
    at = _gain_ticks(gains, band)
    y = Scale(at[0], at[-1], panel.bottom, panel.top)
    claim = f"; shaded: claimed {band[0]:g}\u2013{band[1]:g} %" if band else ""
    over = f"Gain over {study.label(study.arms[0])}, relative, paired, 95 % interval"
    parts = [
        text(panel.left - 40, panel.top - 36, over, "head"),
        text(panel.left - 40, panel.top - 19, f"dashed: no gain{claim}", "small"),
        *y_axis(y, at, panel.left, panel.right, "%"),
    ]
    parts += [_band(panel, y(band[1]), y(band[0]))] if band else []
    parts.append(line(panel.left, y(0.0), panel.right, y(0.0), "zero"))
    if not gains:
        middle = ((panel.left + panel.right) / 2, (panel.top + panel.bottom) / 2)
        parts.append(text(*middle, "one arm only: nothing to compare", "label", "middle"))
    return parts + _gain_marks(study, gains, y, panel)


def _gain_ticks(gains: Sequence[Gain], band: Sequence[float]) -> list[float]:
    """An axis that holds gains, band and zero; of very wide intervals only a part, so that the band can be seen."""
    means = [g.value * 100.0 for g in gains if g.value is not None]
    ends = [e * 100.0 for g in gains for e in (g.low, g.high) if e is not None]
    reach = max(_REACH, *(1.5 * abs(mean) for mean in means)) if means else _REACH
    low, high = max(min([0.0, *means, *ends]), -reach), min(max([5.0, *band, *means, *ends]), reach)
    return ticks(low, max([high, *band]), 6)


def _gain_marks(study: StudyFacts, gains: Sequence[Gain], y: Scale, panel: Panel) -> list[str]:
    """The gain of each arm with its interval. Where panels are stacked the first arm has a column too, so that an arm
    stands under itself."""
    skipped = 0 if panel in _ABREAST else 1
    width = panel.width(len(gains) + skipped)
    parts: list[str] = []
    for index, (arm, gain) in enumerate(zip(study.arms[1:], gains, strict=True)):
        x = panel.left + (index + skipped + 0.5) * width
        if gain.value is not None:
            low, high = (None if e is None else e * 100.0 for e in (gain.low, gain.high))
            parts += _whisker(x, y, low, high, index + 1)
            parts.append(mark(x, y(gain.value * 100.0), index + 1, f"{arm}: {GAIN.text(gain.value)}", 6.0))
        parts += _below(study, arm, x, width, panel, f"{GAIN.text(gain.value)} ({GAIN.interval(gain.low, gain.high)})")
    return parts


def _gain(study: StudyFacts, arm: str) -> Gain:
    return relative_gain(study.values(arm, study.headline), study.values(study.arms[0], study.headline))


def _below(study: StudyFacts, arm: str, x: float, width: float, panel: Panel, numbers: str) -> list[str]:
    """What stands below a column: the arm, its label where it says more, and the numbers."""
    label, letters = study.label(arm), max(int(width / 6.6), 8)
    wide = label != arm and panel in _ABREAST
    names = [arm, *wrapped(label, letters)] if wide else wrapped(label, letters)
    parts = [
        text(x, panel.bottom + 20 + 15 * i, part, "strong" if i == 0 and wide else "small", "middle")
        for i, part in enumerate(names)
    ]
    told = wrapped(numbers, letters) if panel in _ABREAST else numbers.replace(" (", "\n(").split("\n")
    return parts + [
        text(x, panel.bottom + 22 + 15 * (len(names) + i), part, "label", "middle") for i, part in enumerate(told)
    ]


def _band(panel: Panel, top: float, bottom: float) -> str:
    return rect(panel.left, top, panel.right - panel.left, max(bottom - top, 1.0), "band")


def _whisker(x: float, y: Scale, low: float | None, high: float | None, series: int) -> list[str]:
    """An upright interval; an end beyond the axis is cut there and has no bar."""
    if low is None or high is None:
        return []
    kind = f"whisker s{series % SERIES}"
    shown = [min(max(end, y.low), y.high) for end in (low, high)]
    bars = [line(x - 7, y(end), x + 7, y(end), kind) for end in (low, high) if y.low <= end <= y.high]
    return [line(x, y(shown[0]), x, y(shown[1]), kind), *bars]


def _shown(value: object, factor: float) -> float | None:
    return float(value) * factor if isinstance(value, int | float) else None


def multiple(study: StudyFacts, measure: str) -> str:
    """One small chart: a measure in every arm, mean and interval."""
    words = wording(measure)
    rows = [study.mean(arm, measure) for arm in study.arms]
    ends = [e for row in rows for key in ("mean", "low", "high") if (e := _shown(row[key], words.factor)) is not None]
    at = ticks(min([*ends, 0.0]), max([*ends, 0.0]), 4)
    height = 34.0 + _ROW * len(rows)
    x = Scale(at[0], at[-1], 136.0, 272.0)
    title = f"{words.label}{f' ({words.unit})' if words.unit else ''}"
    parts = [text(0, 14, title, "head"), *x_axis(x, at, 24.0, height)]
    for index, (arm, row) in enumerate(zip(study.arms, rows, strict=True)):
        y = 40.0 + _ROW * index
        parts.append(text(128, y + 4, _short(arm), "label", "end"))
        parts += _lying(x, y, row, words, index)
        parts.append(text(282, y + 4, words.number(row["mean"]), "label"))
    return picture(376.0, height + 20, title, parts)


def _lying(x: Scale, y: float, found: Mapping[str, Any], words: Wording, series: int) -> list[str]:
    """A mean with its interval, lying."""
    value, low, high = (_shown(found.get(key), words.factor) for key in ("mean", "low", "high"))
    if value is None:
        return []
    kind = f"whisker s{series % SERIES}"
    parts = (
        []
        if low is None or high is None
        else [line(x(low), y, x(high), y, kind), *(line(x(e), y - 5, x(e), y + 5, kind) for e in (low, high))]
    )
    return [*parts, mark(x(value), y, series, words.text(found["mean"]))]


def effects(title: str, rows: Sequence[tuple[str, Mapping[str, Any]]], words: Wording) -> str:
    """Differences (mean, low, high in the measure's own unit) as marks with lying intervals against a zero line, one a
    row."""
    ends = [
        e for _, row in rows for key in ("low", "high", "mean") if (e := _shown(row[key], words.factor)) is not None
    ]
    at = ticks(min([*ends, 0.0]), max([*ends, 0.0]), 6)
    height = 40.0 + _ROW * len(rows)
    x = Scale(at[0], at[-1], 300.0, 690.0)
    parts = [text(0, 14, title, "head"), *x_axis(x, at, 24.0, height), line(x(0.0), 20.0, x(0.0), height, "zero")]
    for index, (label, row) in enumerate(rows):
        y = 46.0 + _ROW * index
        parts.append(text(290, y + 4, label if len(label) <= 42 else label[:41] + "\u2026", "label", "end"))
        parts += _lying(x, y, row, words, index)
        told = f"{words.number(row['mean'])} ({words.interval(row['low'], row['high'])})"
        parts.append(text(700, y + 4, told, "label"))
    return picture(_WIDTH, height + 20, title, parts)


def strip(study: StudyFacts, measure: str) -> str:
    """Every replication's difference to the first arm as a dot, with the mean difference and its interval below."""
    words = wording(measure)
    first, others = study.arms[0], study.arms[1:]
    differences = [(study.values(arm, measure) - study.values(first, measure)) * words.factor for arm in others]
    pairs = [study.pair(arm, first, measure) for arm in others]
    ends = [e for p in pairs for key in ("low", "high", "diff") if (e := _shown(p[key], words.factor)) is not None]
    values = [float(v) for d in differences for v in d[np.isfinite(d)]] + ends
    at = ticks(min([*values, 0.0]), max([*values, 0.0]), 5)
    height = 30.0 + 62.0 * len(others)
    x = Scale(at[0], at[-1], 130.0, 520.0)
    unit = {"": "", "%": " (points)"}.get(words.unit, f" ({words.unit})")
    title = f"{words.label}: difference to {first}{unit}"
    parts = [text(0, 14, title, "head"), *x_axis(x, at, 24.0, height), line(x(0.0), 20.0, x(0.0), height, "zero")]
    for index, (arm, difference, pair) in enumerate(zip(others, differences, pairs, strict=True)):
        y = 42.0 + 62.0 * index
        parts.append(text(122, y + 10, _short(arm), "label", "end"))
        parts += _dots(x, y, difference, index + 1)
        parts += _lying(x, y + 26.0, {"mean": pair["diff"], "low": pair["low"], "high": pair["high"]}, words, index + 1)
    return picture(540.0, height + 20, title, parts)


def _dots(x: Scale, y: float, values: NDArray[np.float64], series: int) -> list[str]:
    """One dot a replication; neighbours in number stand at other heights so that equal values can be told apart."""
    return [
        mark(x(float(v)), y + 4.0 * (number % 4) - 6.0, series, f"replication {number}: {v:.3g}", 3.2, "faint")
        for number, v in enumerate(values)
        if np.isfinite(v)
    ]


def _short(name: str) -> str:
    return name if len(name) <= 17 else name[:16] + "\u2026"
