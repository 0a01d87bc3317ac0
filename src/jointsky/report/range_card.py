"""The figure of a performance card, as an SVG that stands alone."""

from jointsky.planning.cards import Card, Curve
from jointsky.report.svg import SERIES, Scale, line, mark, path, picture, text, ticks, x_axis, y_axis

WIDTH, HEIGHT = 640.0, 400.0
LEFT, RIGHT, TOP, BOTTOM = 70.0, 470.0, 46.0, 340.0
COLOURS = ("#1b5e8c", "#b3541e", "#3f7d3a", "#7a4b8f", "#a8862b", "#555555")
STYLE = (
    "svg{background:#fff;font:12px sans-serif}.grid{stroke:#ddd}.axis{stroke:#333}.tick,.label{fill:#333}"
    ".title{font-weight:bold;fill:#111}polyline{fill:none;stroke-width:2}"
    + "".join(f".s{i}{{stroke:{c};fill:{c}}}polyline.s{i}{{fill:none}}" for i, c in enumerate(COLOURS))
)


def card_svg(card: Card) -> str:
    """The card's curve with its name, seed and number of runs."""
    return curve_svg(card.curve, f"{card.name}: {card.curve.title}", f"notional; seed {card.seed}, {card.runs} runs")


def curve_svg(curve: Curve, title: str, note: str = "") -> str:
    """A figure of series of points. Points that are no numbers are left out."""
    xs = [x for _, many, _ in curve.series for x in many if x == x]
    ys = [y for _, _, many in curve.series for y in many if y == y]
    x_at, y_at = ticks(min([*xs, 0.0]), max([*xs, 1e-9])), ticks(min([*ys, 0.0]), max([*ys, 1e-9]))
    x_scale = Scale(x_at[0], x_at[-1], LEFT, RIGHT)
    y_scale = Scale(y_at[0], y_at[-1], BOTTOM, TOP)
    parts = [text(LEFT, 22, title, "title"), *x_axis(x_scale, x_at, TOP, BOTTOM), *y_axis(y_scale, y_at, LEFT, RIGHT)]
    parts += [line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"), line(LEFT, TOP, LEFT, BOTTOM, "axis")]
    parts += [text((LEFT + RIGHT) / 2, BOTTOM + 34, curve.x_title, "label", "middle"), text(8, TOP - 8, curve.y_title)]
    for number, (name, many_x, many_y) in enumerate(curve.series):
        points = [(x_scale(x), y_scale(y)) for x, y in zip(many_x, many_y, strict=True) if x == x and y == y]
        parts.append(path(points, f"s{number % SERIES}"))
        parts += [mark(*points[-1], number, name)] if points else []
        parts += [mark(RIGHT + 20, TOP + 10 + 20 * number, number), text(RIGHT + 32, TOP + 14 + 20 * number, name)]
    if note:
        parts.append(text(LEFT, HEIGHT - 8, note))
    return picture(WIDTH, HEIGHT, title, parts, STYLE)
