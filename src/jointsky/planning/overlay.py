"""A plan as a scenario: a file that includes the planned one and gives units their new places."""

import os
from pathlib import Path
from typing import Any

import yaml

from jointsky.planning.laydown import Laydown
from jointsky.record.atomic import write_whole

HEAD = "# Written by `jointsky plan`: the included scenario with another laydown of its units. Edit freely.\n"


def overlay_text(scenario_file: Path, out: Path, name: str, laydown: Laydown) -> str:
    """The text of the scenario that stands at `out`."""
    include = os.path.relpath(scenario_file.resolve(), out.resolve().parent)
    tree: dict[str, Any] = {"scenario": name, "include": [Path(include).as_posix()]}
    if laydown.units:
        tree["units"] = laydown.units
    return HEAD + yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=150)


def write_overlay(scenario_file: Path, out: Path, name: str, laydown: Laydown) -> None:
    """Write it, whole or not at all. Raises LogError when the disk refuses."""
    out.parent.mkdir(parents=True, exist_ok=True)
    text = overlay_text(scenario_file, out, name, laydown)
    write_whole(out, lambda file: file.write(text.encode()))
