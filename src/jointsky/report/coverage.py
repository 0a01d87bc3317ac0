"""The picture of coverage: one map for each height, what each nation sees and what only its partners show it."""

from collections.abc import Mapping
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from jointsky.planning.coverage import Coverage
from jointsky.report.svg import SERIES, num, picture, rect, text

WIDE, GAP, HEAD = 420.0, 24.0, 74.0
STYLE = "svg .seen{stroke:none;fill-opacity:.45}svg .edge{fill:none;stroke:var(--line)}"


def coverage_picture(title: str, maps: Mapping[float, Coverage]) -> str:
    """Return a picture that stands alone: a map for each height (m), nations in the colours of the legend, shared
    cover where colours overlap.
    """
    sizes = {height: _size(found) for height, found in maps.items()}
    tall = max(size[1] for size in sizes.values())
    parts: list[str] = [text(GAP, 20.0, title, "title")]
    nations = list(next(iter(maps.values())).covered)
    for number, nation in enumerate(nations):
        left = GAP + 130.0 * number
        parts += [rect(left, 30.0, 12.0, 12.0, f"s{number % SERIES} seen"), text(left + 18.0, 40.0, nation)]
    for number, (height, found) in enumerate(maps.items()):
        left = GAP + number * (WIDE + GAP)
        together = f"{height:g} m: {found.area_km2():,.0f} km2 together"
        parts += [text(left, HEAD - 6.0, together), text(left, HEAD + 10.0, _gains(found))]
        parts += _map(found, left, HEAD + 18.0, sizes[height])
    style = (files("jointsky.report") / "style" / "picture.css").read_text("utf-8") + STYLE
    return picture(GAP + len(maps) * (WIDE + GAP), HEAD + 18.0 + tall + GAP, title, parts, style)


def _gains(found: Coverage) -> str:
    return "gained: " + ", ".join(f"{nation} {found.gain_km2(nation):,.0f} km2" for nation in found.covered)


def _size(found: Coverage) -> tuple[float, float]:
    middle = float(np.cos(np.deg2rad(found.lat_deg.mean())))
    return WIDE, WIDE * len(found.lat_deg) / (len(found.lon_deg) * middle)


def _map(found: Coverage, left: float, top: float, size: tuple[float, float]) -> list[str]:
    rows, columns = len(found.lat_deg), len(found.lon_deg)
    across, down = size[0] / columns, size[1] / rows
    parts = [rect(left, top, *size, "edge")]
    for number, mask in enumerate(found.covered.values()):
        steps = "".join(
            f"M{num(left + first * across)} {num(top + (rows - 1 - row) * down)}h{num((last - first) * across)}"
            f"v{num(down)}h{num((first - last) * across)}z"
            for row, first, last in runs(mask)
        )
        parts.append(f'<path class="s{number % SERIES} seen" d="{steps}"/>')
    return parts


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Return (row, first column, column after the last) of every run of covered cells."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    return [(int(a[0]), int(a[1]), int(b[1])) for a, b in zip(starts, ends, strict=True)]
