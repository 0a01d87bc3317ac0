"""A small world for ledgers, limits and laws: three made-up lands side by side, and whatever a test puts upon them."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from jointsky.scenario.load import Scenario, load

LANDS = {"west": (20, 50, 30, 55), "east": (30, 50, 40, 55), "south": (20, 45, 40, 50)}
"""West, south, east and north edges in degrees: each land has a border with both others."""
BASE: dict[str, Any] = {
    "phases": ["peace", "war"],
    "nations": {name: {"territory": f"{name}.geojson"} for name in LANDS},
    "posts": {f"{name}.cp": {"nation": name, "commands": [f"{name}.*"]} for name in LANDS},
    "airfields": {
        "west-field": {"nation": "west", "at": [52.0, 22.0], "elevation": "100 m"},
        "guest-field": {"nation": "west", "at": [52.0, 29.9], "elevation": "100 m"},
        "east-field": {"nation": "east", "at": [52.0, 35.0], "elevation": "100 m"},
        "south-field": {"nation": "south", "at": [47.0, 30.0], "elevation": "100 m"},
    },
    "units": {
        "west.air": {"kind": "fighter", "type": "fighter", "aircraft": 8, "base": "west-field"},
        "east.air": {"kind": "fighter", "type": "fighter", "aircraft": 8, "base": "east-field"},
        "east.guest": {"kind": "fighter", "type": "fighter", "aircraft": 4, "base": "guest-field"},
        "south.air": {"kind": "fighter", "type": "fighter", "aircraft": 6, "base": "south-field"},
        "west.radar": {
            "kind": "radar",
            "radars": [
                {"id": "a", "type": "gap_filler_uhf_2d", "at": [52.0, 23.0]},
                {"id": "b", "type": "gap_filler_uhf_2d", "at": [53.0, 23.0]},
            ],
        },
        "east.radar": {"kind": "radar", "radars": [{"id": "a", "type": "gap_filler_uhf_2d", "at": [52.0, 36.0]}]},
        "east.sam": {
            "kind": "sam",
            "batteries": [
                {"id": "a", "type": "sam_long", "at": [52.0, 37.0], "search": "sam_acquisition_sband_3d"},
                {"id": "b", "type": "sam_short", "at": [52.0, 37.5]},
            ],
        },
    },
}
MONEY: dict[str, Any] = {"currency": "USD", "year": 2000, "source": "notional"}
"""A ledger without entries."""


def written(folder: Path, **sections: Any) -> Path:
    """The file of the small world with `sections` laid over it."""
    for name, (west, south, east, north) in LANDS.items():
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        (folder / f"{name}.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    path = folder / "main.yaml"
    path.write_text(yaml.safe_dump(laid_over(deepcopy(BASE), sections), sort_keys=False))
    return path


def world(folder: Path, **sections: Any) -> Scenario:
    """The small world with `sections` laid over it, read and checked."""
    return load(written(folder, **sections))


def laid_over(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Maps merged deeply; everything else of `over` wins."""
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(under.get(key), dict)
        under[key] = laid_over(dict(under[key]), value) if both else value
    return under


def agreement(*clauses: dict[str, Any], name: str = "deal", parties: tuple[str, ...] = ("west", "east"), **more: Any):
    """The section of one agreement."""
    return [{"name": name, "parties": list(parties), "clauses": list(clauses), **more}]
