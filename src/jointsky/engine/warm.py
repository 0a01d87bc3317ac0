"""Warm-up: everything that is compiled, compiled and cached once, so that later starts only load it."""

import numpy as np

from jointsky.clock import stopwatch
from jointsky.engine.run import simulate
from jointsky.kernels.warm import warm as warm_kernels
from jointsky.scenario.load import Scenario, reload
from jointsky.scenario.sources import Bundle
from jointsky.tracking.frames import FlatFrame
from jointsky.tracking.tracker import Tracker
from jointsky.vocab.records import PLOT, SENSOR, empty

SCENE = """
scenario: warm-up
start: 2026-06-01T00:00:00Z
duration: 60 s
phases: [peace]
phase: peace
nations:
  home: {side: defender, territory: land.geojson}
  other: {side: raider}
posts:
  home.cp: {nation: home, commands: [home.*], at: [50, 10], cycle: 5 s, decision: 0 s}
units:
  home.radar: {kind: radar, radars: [{id: a, type: gap_filler_uhf_2d, at: [50, 10]}]}
  home.sam: {kind: sam, batteries: [{id: a, type: sam_long, at: [50, 10.1]}]}
  home.air: {kind: fighter, type: fighter, aircraft: 1, base: field, readiness: 1 s}
airfields:
  field: {nation: home, at: [50.1, 10], elevation: 100 m}
assets:
  town: {nation: home, at: [50.05, 10.05]}
raid:
  - id: raid
    nation: other
    type: bomber
    target: town
    route: [{at: [50.4, 10.4], altitude: 8 km}, {at: [50.2, 10.2], altitude: 8 km}]
"""
LAND = (
    '{"type": "Polygon", "coordinates": [[[9.5, 49.5], [10.5, 49.5], [10.5, 50.5], [9.5, 50.5], [9.5, 49.5]]]}'
)


def warm() -> list[tuple[str, float]]:
    """Compile what is not in the cache yet; what was done, with its seconds on the wall."""
    spent = warm_kernels()
    watch = stopwatch()
    simulate(scene(), 1)
    spent.append(("a small run", watch.read().wall_s))
    watch = stopwatch()
    _track_nothing()
    spent.append(("a tracker of tables", watch.read().wall_s))
    return spent


def scene() -> Scenario:
    """The smallest scenario that uses every kind of thing."""
    return reload(Bundle("warm-up.yaml", {"warm-up.yaml": SCENE, "land.geojson": LAND}))


def _track_nothing() -> None:
    sensors = empty(SENSOR, 1)
    for name in ("period_s", "max_range_m", "sigma_range_m", "sigma_az_rad"):
        sensors[name] = 1.0
    tracker = Tracker(FlatFrame(np.zeros((1, 3))), sensors)
    plot = empty(PLOT, 1)
    plot["range_m"] = 0.5
    tracker.observe(plot)
    tracker.picture(10.0)
