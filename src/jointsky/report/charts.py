"""The charts of a study: the staircase of joining, small multiples, and every paired difference as a dot."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky.report.gains import Gain, StudyFacts, relative_gain
from jointsky.report.page import stylesheet
from jointsky.report.svg import SERIES, Scale, line, mark, picture, rect, text, ticks, wrapped, x_axis, y_axis
from jointsky.report.words import Wording, wording

GAIN = Wording("gain", "%", 1, "")
_TOP, _BOTTOM, _WIDTH, _HEIGHT = 54.0, 310.0, 900.0, 410.0
_REACH = 60.0
"""How far the axis of gains goes at most, in per cent, where no mean lies beyond."""
_LEFT_PANEL, _RIGHT_PANEL = (52.0, 430.0), (520.0, 890.0)
_ROW = 30.0


def staircase(study: StudyFacts, alone: bool = False) -> str:
    """The headline chart: each arm's mean with its interval, and its gain over the first arm against zero and the
    claimed band.

    `alone` makes a picture that can be used outside a page.
    """
    words = wording(study.headline)
    ground = [rect(0.0, 0.0, _WIDTH, _HEIGHT, "paper")] if alone else []
    parts = [*ground, *_means_panel(study, words), *_gains_panel(study)]
    title = f"{words.label} under each arrangement, and the gain over {study.label(study.arms[0])}"
    return picture(_WIDTH, _HEIGHT, title, parts, stylesheet("picture") if alone else "")


def _means_panel(study: StudyFacts, words: Wording) -> list[str]:
    left, right = _LEFT_PANEL
    means = [study.mean(arm, study.headline) for arm in study.arms]
    ends = [_shown(m[key], words.factor) for m in means for key in ("mean", "low", "high")]
    first = _shown(means[0]["mean"], words.factor)
    band = [first * (1.0 + edge) for edge in study.band] if study.band and first is not None else []
    at = ticks(0.0, max([e for e in ends if e is not None] + band + [1e-9]))
    y = Scale(at[0], at[-1], _BOTTOM, _TOP)
    parts = [
        text(left - 40, 18, f"{words.label}: mean with 95 % interval", "head"),
        *y_axis(y, at, left, right, words.unit),
    ]
    if band:
        parts.append(_band(left, right, y(band[1]), y(band[0])))
    if first is not None:
        parts.append(line(left, y(first), right, y(first), "zero"))
    return parts + _steps(study, words, y)


def _steps(study: StudyFacts, words: Wording, y: Scale) -> list[str]:
    """The treads of the staircase with whiskers, marks and names."""
    left, right = _LEFT_PANEL
    width = (right - left) / len(study.arms)
    parts: list[str] = []
    before: float | None = None
    for index, arm in enumerate(study.arms):
        found = study.mean(arm, study.headline)
        start, middle = left + index * width, left + (index + 0.5) * width
        value = _shown(found["mean"], words.factor)
        if value is not None:
            parts.append(line(start + 4, y(value), start + width - 4, y(value), f"tread s{index % SERIES}"))
            parts += [line(start, y(before), start, y(value), "riser")] if before is not None else []
            parts += _whisker(middle, y, _shown(found["low"], words.factor), _shown(found["high"], words.factor), index)
            parts.append(mark(middle, y(value), index, f"{arm}: {words.text(found['mean'])}", 6.0))
            before = value
        parts += _below(study, arm, middle, width, f"{words.text(found['mean'])}, n = {found['n']}")
    return parts


def _gains_panel(study: StudyFacts) -> list[str]:
    left, right = _RIGHT_PANEL
    gains = [_gain(study, arm) for arm in study.arms[1:]]
    band = [edge * 100.0 for edge in study.band] if study.band else []
    at = _gain_ticks(gains, band)
    y = Scale(at[0], at[-1], _BOTTOM, _TOP)
    claim = f"; shaded: claimed {band[0]:g}\u2013{band[1]:g} %" if band else ""
    parts = [
        text(left - 40, 18, f"Gain over {study.label(study.arms[0])}, relative, 95 % interval", "head"),
        text(left - 40, 35, f"dashed: no gain{claim}", "small"),
        *y_axis(y, at, left, right, "%"),
    ]
    parts += [_band(left, right, y(band[1]), y(band[0]))] if band else []
    parts.append(line(left, y(0.0), right, y(0.0), "zero"))
    if not gains:
        parts.append(
            text((left + right) / 2, (_TOP + _BOTTOM) / 2, "one arm only: nothing to compare", "label", "middle")
        )
    return parts + _gain_marks(study, gains, y)


def _gain_ticks(gains: Sequence[Gain], band: Sequence[float]) -> list[float]:
    """An axis that holds gains, band and zero; of very wide intervals only a part, so that the band can be seen."""
    means = [g.value * 100.0 for g in gains if g.value is not None]
    ends = [e * 100.0 for g in gains for e in (g.low, g.high) if e is not None]
    reach = max(_REACH, *(1.5 * abs(mean) for mean in means)) if means else _REACH
    low, high = max(min([0.0, *means, *ends]), -reach), min(max([5.0, *band, *means, *ends]), reach)
    return ticks(low, max([high, *band]), 6)


def _gain_marks(study: StudyFacts, gains: Sequence[Gain], y: Scale) -> list[str]:
    left, right = _RIGHT_PANEL
    width = (right - left) / max(len(gains), 1)
    parts: list[str] = []
    for index, (arm, gain) in enumerate(zip(study.arms[1:], gains, strict=True)):
        x = left + (index + 0.5) * width
        if gain.value is not None:
            low, high = (None if e is None else e * 100.0 for e in (gain.low, gain.high))
            parts += _whisker(x, y, low, high, index + 1)
            parts.append(mark(x, y(gain.value * 100.0), index + 1, f"{arm}: {GAIN.text(gain.value)}", 6.0))
        parts += _below(study, arm, x, width, f"{GAIN.text(gain.value)} ({GAIN.interval(gain.low, gain.high)})")
    return parts


def _gain(study: StudyFacts, arm: str) -> Gain:
    return relative_gain(study.values(arm, study.headline), study.values(study.arms[0], study.headline))


def _below(study: StudyFacts, arm: str, x: float, width: float, numbers: str) -> list[str]:
    label = study.label(arm)
    names = [arm] if label == arm else [arm, *wrapped(label, max(int(width / 6.6), 8))]
    parts = [
        text(x, _BOTTOM + 20 + 15 * i, part, "strong" if i == 0 else "small", "middle") for i, part in enumerate(names)
    ]
    told = wrapped(numbers, max(int(width / 6.6), 8))
    return parts + [
        text(x, _BOTTOM + 22 + 15 * (len(names) + i), part, "label", "middle") for i, part in enumerate(told)
    ]


def _band(left: float, right: float, top: float, bottom: float) -> str:
    return rect(left, top, right - left, max(bottom - top, 1.0), "band")


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
    x = Scale(at[0], at[-1], 112.0, 270.0)
    title = f"{words.label}{f' ({words.unit})' if words.unit else ''}"
    parts = [text(0, 14, title, "head"), *x_axis(x, at, 24.0, height)]
    for index, (arm, row) in enumerate(zip(study.arms, rows, strict=True)):
        y = 40.0 + _ROW * index
        parts.append(text(104, y + 4, _short(arm), "label", "end"))
        parts += _lying(x, y, row, words, index)
        parts.append(text(280, y + 4, words.number(row["mean"]), "label"))
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
