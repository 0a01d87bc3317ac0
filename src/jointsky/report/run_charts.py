"""The charts of a run: how soon raiders went from detectable to each stage, and how much of the raid each post held."""

import numpy as np

from jointsky.report.run_facts import Float, RunFacts
from jointsky.report.svg import SERIES, Scale, line, picture, text, ticks, x_axis, y_axis
from jointsky.report.words import STAGES

_LEFT, _TOP, _BOTTOM = 56.0, 34.0, 270.0


def delays_chart(run: RunFacts) -> str:
    """For each stage the share of raiders that had reached it by so many minutes after they were first detectable."""
    start = run.chain["detectable"]
    waits = {stage: _waits(start, run.chain[stage]) for stage in STAGES[1:]}
    known = np.concatenate(list(waits.values()))
    at = ticks(
        min(float(known.min()), 0.0) if len(known) else 0.0, max(float(known.max()), 1.0) if len(known) else 1.0, 8
    )
    x, y = Scale(at[0], at[-1], _LEFT, 640.0), Scale(0.0, 100.0, _BOTTOM, _TOP)
    parts = [text(0, 14, "Raiders that had reached a stage, against minutes since first detectable", "head")]
    parts += [*x_axis(x, at, _TOP, _BOTTOM, "min"), *y_axis(y, ticks(0.0, 100.0), _LEFT, 640.0, "%")]
    whole = max(int(np.isfinite(start).sum()), 1)
    for index, (stage, wait) in enumerate(waits.items()):
        parts.append(_steps(x, y, wait, whole, index))
        parts += _key(660.0, 44.0 + 22.0 * index, index, f"{stage} ({len(wait)} of {whole})")
    return picture(880.0, _BOTTOM + 30, "Detectable to acted", parts)


def _waits(start: Float, then: Float) -> Float:
    both = np.isfinite(start) & np.isfinite(then)
    return np.sort(then[both] - start[both]) / 60.0


def _steps(x: Scale, y: Scale, waits: Float, whole: int, series: int) -> str:
    if not len(waits):
        return ""
    steps = [f"M{x(float(waits[0])):.1f} {y(0.0):.1f}"]
    for count, wait in enumerate(waits.tolist(), 1):
        steps.append(f"H{x(wait):.1f}V{y(100.0 * count / whole):.1f}")
    return f'<path class="curve s{series % SERIES} d{series % 4}" d="{"".join(steps)}H{x.end:.1f}"/>'


def _key(x: float, y: float, series: int, words: str) -> list[str]:
    return [line(x, y, x + 26, y, f"curve s{series % SERIES} d{series % 4}"), text(x + 34, y + 4, words)]


def held_chart(run: RunFacts) -> str:
    """The share of airborne raiders that each post held, over time."""
    end = max((t_s for t_s, _ in run.truth), default=60.0) / 60.0
    at = ticks(0.0, max(end, 1.0), 8)
    x, y = Scale(at[0], at[-1], _LEFT, 640.0), Scale(0.0, 100.0, _BOTTOM, _TOP)
    parts = [text(0, 14, "Airborne raiders that each post held, against minutes since start", "head")]
    parts += [*x_axis(x, at, _TOP, _BOTTOM, "min"), *y_axis(y, ticks(0.0, 100.0), _LEFT, 640.0, "%")]
    for index, post in enumerate(run.posts):
        points = " ".join(f"{x(t / 60.0):.1f},{y(share):.1f}" for t, share in _held(run, post))
        parts.append(f'<polyline class="curve s{index % SERIES} d{index % 4}" points="{points}"/>')
        parts += _key(660.0, 44.0 + 22.0 * index, index, post)
    return picture(880.0, _BOTTOM + 30, "Raiders held over time", parts)


def _held(run: RunFacts, post: str) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for reading in run.readings[post]:
        raider = np.isin(reading.truth["row"], run.raiders)
        if raider.any():
            points.append((reading.t_s, 100.0 * float((reading.match[raider] >= 0).mean())))
    return points
