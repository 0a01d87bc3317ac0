"""Each page about a model of truth, sensing or links names its equations, sources and limits, and shows a figure that
the code draws."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ("aircraft", "ballistic", "clutter", "detection", "jamming", "links-in-time", "missiles", "propagation",
         "terrain", "units-in-time")  # fmt: skip
DRAWN = {"tools/draw_sensing_models.py": "IMAGES", "tools/draw_flight_models.py": "OUT"}
"""What draws the figures, and the name of the folder each writes to."""


def figures(page: str) -> list[str]:
    return re.findall(r"!\[.+\]\(\.\./images/(model-[a-z-]+\.svg)\)", page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_equations_sources_limits_and_a_figure(name: str) -> None:
    page = (ROOT / f"docs/understand/{name}.md").read_text("utf-8")
    assert re.search(r" = |\| equation \||\*\*Equation", page), "no equation"
    assert re.search(r"`[a-z_0-9.]+`", page), "no call"
    for word in ("Sources", "Limits"):
        said = re.split(rf"(?:## |\*\*){word}\.?(?:\*\*)?", page)
        assert len(said) == 2 and len(said[1].strip()) > 60, f"{word} once, and more than a word"
    assert figures(page)
    for figure in figures(page):
        assert (ROOT / "docs/images" / figure).stat().st_size < 25_000


def test_every_figure_stands_on_a_page_and_is_what_the_code_draws(tmp_path: Path) -> None:
    for tool, folder in DRAWN.items():
        drawing = runpy.run_path(str(ROOT / tool))["main"]
        drawing.__globals__[folder] = tmp_path
        drawing()
    drawn = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text("utf-8") for path in (ROOT / "docs/images").glob("model-*.svg")}
    assert drawn == kept
    shown = [figure for name in PAGES for figure in figures((ROOT / f"docs/understand/{name}.md").read_text("utf-8"))]
    assert sorted(shown) == sorted(kept)
