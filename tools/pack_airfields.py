"""Pack the airfields of Europe for the wheel, from the PyPI package airportsdata (MIT, Mike Borsetti).

Run: pip install airportsdata==20260905
     PYTHONPATH=src python tools/pack_airfields.py src/jointsky/atlas/airfields.csv

The source writes an unknown elevation as 0. Where it says 0 and the terrain grid says more than 15 m, the grid's
height is taken and the last column says so. There are no runways in the source.
"""

import csv
import sys
from pathlib import Path

import airportsdata

from jointsky.atlas import terrain

NOTE = (
    "# Airfields of Europe, packed by tools/pack_airfields.py from airportsdata 20260905 (PyPI), "
    "Copyright 2020 Mike Borsetti and 2014 mwgg, MIT licence. "
    "elevation_from: listed, or terrain where the list has 0 on high ground."
)
FT_M = 0.3048


def rows() -> list[list[str]]:
    """Return one row for each airfield in the window of the terrain grid, by ICAO code."""
    packed: list[list[str]] = []
    for code, field in sorted(airportsdata.load("ICAO").items()):
        lat, lon = float(field["lat"]), float(field["lon"])
        if not bool(terrain.covers(lat, lon)):
            continue
        elevation, source = float(field["elevation"]) * FT_M, "listed"
        ground = float(terrain.height_m(lat, lon))
        if elevation == 0.0 and ground > 15.0:
            elevation, source = ground, "terrain"
        packed.append([code, field["name"], f"{lat:.5f}", f"{lon:.5f}", f"{elevation:.0f}", field["country"], source])
    return packed


if __name__ == "__main__":
    target = Path(sys.argv[1])
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(NOTE + "\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["icao", "name", "lat_deg", "lon_deg", "elevation_m", "country", "elevation_from"])
        writer.writerows(rows())
    print(f"{target}: {target.stat().st_size} bytes")
