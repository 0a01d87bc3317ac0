"""Pack a coarse grid of terrain heights for Europe, from the PyPI package itur 0.4.0 (MIT, Inigo del Portillo).

Run: pip download --no-deps itur==0.4.0 && unzip itur-0.4.0-*.whl 'itur/data/1511/v2_*'
     python tools/pack_terrain.py itur/data/1511 src/jointsky/atlas/terrain.npz

The grid is that of Recommendation ITU-R P.1511-2: heights above mean sea level each 1/12 degree, which are means of
cells some 9 km high: peaks and narrow valleys are not in it.
"""

import sys
from pathlib import Path

import numpy as np

NOTE = (
    "Heights above mean sea level in metres each 1/12 degree, means of cells, packed by tools/pack_terrain.py from "
    "itur 0.4.0 (PyPI), Copyright 2016 Inigo del Portillo, Massachusetts Institute of Technology, MIT licence; "
    "the grid of Recommendation ITU-R P.1511-2."
)
SOUTH, NORTH, WEST, EAST = 34.0, 72.0, -12.0, 61.0


def pack(folder: Path) -> dict[str, np.ndarray]:
    """Return the arrays of the packed file: rows from south to north, each as first height and steps to the east."""
    lat, lon, height = (np.load(folder / f"v2_{name}.npz")["arr_0"] for name in ("lat", "lon", "topo"))
    rows = np.flatnonzero((lat[:, 0] >= SOUTH) & (lat[:, 0] <= NORTH))[::-1]
    columns = np.flatnonzero((lon[0] >= WEST) & (lon[0] <= EAST))
    window = np.rint(height[np.ix_(rows, columns)]).astype(np.int16)
    return {
        "note": np.array(NOTE),
        "south_west_deg": np.array([lat[rows[0], 0], lon[0, columns[0]]]),
        "steps_m": np.diff(window, axis=1, prepend=np.int16(0)),
    }


if __name__ == "__main__":
    source, target = (Path(argument) for argument in sys.argv[1:3])
    with target.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **pack(source))
    print(f"{target}: {target.stat().st_size} bytes")
