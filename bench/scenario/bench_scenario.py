"""How long a scenario of 5,000 units takes to read and check: prints one line of JSON.

Run: PYTHONPATH=src python bench/scenario/bench_scenario.py [UNITS]
"""

import json
import sys
import tempfile
from pathlib import Path

from jointsky.clock import stopwatch
from jointsky.scenario.load import load

HEAD = """scenario: large
start: 2026-06-01T04:00:00Z
duration: 60 min
phase: war
phases: [war]
nations: {west: {territory: {country: Portugal}}}
posts: {west.cp: {nation: west, commands: [west.*]}}
assets: {capital: {nation: west, at: [53.9, 27.56], radius: 8 km, value: 10}}
units:
"""
UNIT = """  west.radar.{n}:
    kind: radar
    radars:
      - {{id: a, type: surveillance_long_range_lband_3d, at: [53.9, 27.5], mast: 15 m}}
      - {{id: b, type: gap_filler_uhf_2d, at: [53.8, 27.4]}}
"""


def main(units: int) -> None:
    """Write a scenario with `units` radar units of two radars, read it, print how long that took."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.yaml"
        file.write_text(HEAD + "".join(UNIT.format(n=n) for n in range(units)), "utf-8")
        load(file, overrides={"units": {}})  # the catalogue is read once and kept
        watch = stopwatch()
        scenario = load(file)
        took = watch.read()
        print(json.dumps({"bench": "scenario", "units": len(scenario.units), "wall_s": round(took.wall_s, 3)}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
