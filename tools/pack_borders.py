"""Pack the borders of the world for the wheel, from the npm package world-atlas 2.0.2 (ISC, Michael Bostock).

Run: npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
     python tools/pack_borders.py package/countries-50m.json src/jointsky/atlas/borders.npz

The shapes come from Natural Earth (public domain), which draws borders as they are held, not as they are claimed. A
TopoJSON file keeps each stretch of border once, as an "arc" of quantised steps; so does the packed file, so that a
common border is known to be one. Countries without an ISO number get an empty one.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

NOTE = (
    "Borders of the world at 1:50 million, packed by tools/pack_borders.py from world-atlas 2.0.2 (npm), "
    "Copyright 2013-2019 Michael Bostock, ISC licence; shapes from Natural Earth, public domain. "
    "De-facto lines; scenario files can override them."
)


def pack(topology: dict[str, Any]) -> dict[str, np.ndarray]:
    """Return the arrays of the packed file: arcs as quantised steps, rings as arc numbers (~n is arc n backwards)."""
    countries = topology["objects"]["countries"]["geometries"]
    rings: list[list[int]] = []
    owners: list[int] = []
    for row, country in enumerate(countries):
        for polygon in polygons(country):
            rings.extend(polygon)
            owners.extend([row] * len(polygon))
    arcs = topology["arcs"]
    return {
        "note": np.array(NOTE),
        "scale": np.array(topology["transform"]["scale"]),
        "translate": np.array(topology["transform"]["translate"]),
        "steps": np.array([step for arc in arcs for step in arc], dtype=np.int32),
        "arc_starts": starts([len(arc) for arc in arcs]),
        "ring_arcs": np.array([arc for ring in rings for arc in ring], dtype=np.int32),
        "ring_starts": starts([len(ring) for ring in rings]),
        "ring_owners": np.array(owners, dtype=np.int16),
        "numbers": np.array([country.get("id") or "" for country in countries], dtype="U3"),
        "names": np.array([country["properties"]["name"] for country in countries]),
    }


def polygons(country: dict[str, Any]) -> list[list[list[int]]]:
    """Return a country's polygons, each a list of rings of arc numbers."""
    kind = country["type"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"found a country of type {kind}")
    return [country["arcs"]] if kind == "Polygon" else country["arcs"]


def starts(lengths: list[int]) -> np.ndarray:
    """Return where each part begins and, last, where all end."""
    return np.cumsum([0, *lengths], dtype=np.int32)


if __name__ == "__main__":
    source, target = (Path(argument) for argument in sys.argv[1:3])
    with target.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **pack(json.loads(source.read_text())))
    print(f"{target}: {target.stat().st_size} bytes")
