"""Pictures as SVG text: marks, scales and ticks. Colours are classes, so that one picture serves light, dark and
paper."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

MARKS = ("circle", "square", "triangle", "diamond", "cross")
"""Shapes of series, in order: shape comes before colour."""
SERIES = 6
"""How many colours series have; more series go round again."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight map from values `low..high` to picture units `start..end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value stands."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values that cover `low..high` in steps of 1, 2 or 5 times a power of ten; the first is <= low, the last >=
    high."""
    span = high - low if high > low else max(abs(high), 1.0)
    raw = span / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(f * power for f in (1.0, 2.0, 5.0, 10.0) if f * power >= raw * 0.999999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [k * step for k in range(first, max(last, first + 1) + 1)]


def tick_text(value: float, step: float) -> str:
    """A tick's label with the digits its step needs."""
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:.{digits}f}".replace("-", "\u2212") if abs(value) > step * 1e-6 else "0"


def num(value: float) -> str:
    """A coordinate with one digit, without a negative zero."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line of a class."""
    return f'<line class="{kind}" x1="{num(x1)}" y1="{num(y1)}" x2="{num(x2)}" y2="{num(y2)}"/>'


def rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A rectangle of a class."""
    return f'<rect class="{kind}" x="{num(x)}" y="{num(y)}" width="{num(width)}" height="{num(height)}"/>'


def text(x: float, y: float, words: str, kind: str = "label", anchor: str = "start") -> str:
    """A line of text."""
    return f'<text class="{kind}" x="{num(x)}" y="{num(y)}" text-anchor="{anchor}">{escape(words)}</text>'


def path(points: Iterable[tuple[float, float]], kind: str, closed: bool = False) -> str:
    """A line through points."""
    steps = " ".join(f"{num(x)},{num(y)}" for x, y in points)
    return (
        f'<polyline class="{kind}" points="{steps}"/>' if not closed else f'<polygon class="{kind}" points="{steps}"/>'
    )


def mark(x: float, y: float, series: int, title: str = "", size: float = 5.0, kind: str = "") -> str:
    """The mark of a series, with a text that shows when the pointer rests on it."""
    shape = MARKS[series % len(MARKS)]
    colour = f"s{series % SERIES} mark {kind}".rstrip()
    told = f"<title>{escape(title)}</title>" if title else ""
    if shape == "circle":
        return f'<circle class="{colour}" cx="{num(x)}" cy="{num(y)}" r="{num(size)}">{told}</circle>'
    corners = " ".join(f"{num(x + dx * size)},{num(y + dy * size)}" for dx, dy in _CORNERS[shape])
    return f'<polygon class="{colour}" points="{corners}">{told}</polygon>'


_CORNERS: dict[str, Sequence[tuple[float, float]]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "triangle": ((0.0, -1.15), (1.1, 0.85), (-1.1, 0.85)),
    "diamond": ((0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)),
    "cross": (
        (-0.4, -1.1),
        (0.4, -1.1),
        (0.4, -0.4),
        (1.1, -0.4),
        (1.1, 0.4),
        (0.4, 0.4),
        (0.4, 1.1),
        (-0.4, 1.1),
        (-0.4, 0.4),
        (-1.1, 0.4),
        (-1.1, -0.4),
        (-0.4, -0.4),
    ),
}


def picture(width: float, height: float, title: str, parts: Iterable[str], style: str = "") -> str:
    """A whole picture with its title for readers who do not see it. `style` makes it stand alone."""
    told = f"<style>{style}</style>" if style else ""
    space = ' xmlns="http://www.w3.org/2000/svg"' if style else ""
    name = escape(title, quote=True)
    return (
        f'<svg{space} viewBox="0 0 {num(width)} {num(height)}" width="{num(width)}" height="{num(height)}" role="img" '
        f'aria-label="{name}">{told}<title>{name}</title>{"".join(parts)}</svg>'
    )


def wrapped(words: str, width: int) -> list[str]:
    """A text cut into lines of at most `width` letters where it can be."""
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def y_axis(scale: Scale, at: Sequence[float], left: float, right: float, unit: str = "") -> list[str]:
    """Grid lines with labels at their left; the unit stands at the top one."""
    step = at[1] - at[0] if len(at) > 1 else 1.0
    parts: list[str] = []
    for value in at:
        y = scale(value)
        parts.append(line(left, y, right, y, "grid"))
        parts.append(text(left - 6, y + 4, tick_text(value, step) + (f" {unit}" if unit else ""), "tick", "end"))
    return parts


def x_axis(scale: Scale, at: Sequence[float], top: float, bottom: float, unit: str = "") -> list[str]:
    """Grid lines with labels below them."""
    step = at[1] - at[0] if len(at) > 1 else 1.0
    parts: list[str] = []
    for value in at:
        x = scale(value)
        parts.append(line(x, top, x, bottom, "grid"))
        parts.append(text(x, bottom + 14, tick_text(value, step) + (f" {unit}" if unit else ""), "tick", "middle"))
    return parts
