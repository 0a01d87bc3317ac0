"""Radio links that cannot work where their posts stand: out of sight of each other, or without a place to stand at."""

import os
from collections.abc import Iterator

import numpy as np

from jointsky import geo
from jointsky.atlas.elevation import Elevation, open_elevation
from jointsky.errors import ScenarioError, TableError
from jointsky.links.chains import MEAN_RADIUS_M, STANDARD_REFRACTION, radio_horizon_m
from jointsky.scenario.link_terms import Radio
from jointsky.scenario.load import Scenario

Place = tuple[float, float]
_STEPS = 200


def radio_faults(scenario: Scenario) -> Iterator[ScenarioError]:
    """Radio links whose ends have no place or do not see each other, and downlinks of nations without a placed post."""
    ground = _ground(scenario)
    for name, link in scenario.links.items():
        if link.radio is None or any(end not in scenario.posts for end in link.between):
            continue
        ends = [scenario.posts[end].at for end in link.between]
        placed = [at for at in ends if at is not None]
        if len(placed) != 2 or len(ends) != 2:
            message = f"found {len(placed)} ends with a place, expected two posts that have 'at'"
            yield scenario.error(("links", name, "radio"), message)
            continue
        found = obstacle(placed[0], placed[1], link.radio, ground)
        if found:
            yield scenario.error(("links", name, "radio"), found)
    for nation, network in scenario.networks.items():
        placed = [post for post in scenario.posts.values() if post.nation == nation and post.at is not None]
        if network.downlink is not None and not placed:
            message = f"found no post of {nation} with a place, expected one that has 'at'"
            yield scenario.error(("networks", nation, "downlink"), message)


def obstacle(first: Place, last: Place, radio: Radio, ground: Elevation | None = None) -> str:
    """What stands between the antennas of two posts, empty where they see each other: over a smooth 4/3 earth the sum
    of their horizons, over known ground each height on the way with the bulge d1 d2 / (2 k R) of the earth."""
    way_m = float(np.sqrt(((geo.geodetic2ecef(*first, 0.0) - geo.geodetic2ecef(*last, 0.0)) ** 2).sum()))
    if ground is None:
        sees_m = radio_horizon_m(*radio.masts)
        masts = " and ".join(f"{mast:g} m" for mast in radio.masts)
        return "" if way_m <= sees_m else f"{way_m / 1e3:.0f} km apart, masts of {masts} see {sees_m / 1e3:.0f} km"
    share = np.linspace(0.0, 1.0, _STEPS)
    lat, lon = (first[k] + (last[k] - first[k]) * share for k in (0, 1))
    heights = np.asarray(ground.height_m(lat, lon), np.float64)
    bulge = way_m**2 * share * (1.0 - share) / (2.0 * STANDARD_REFRACTION * MEAN_RADIUS_M)
    ray = heights[0] + radio.masts[0] + (heights[-1] + radio.masts[1] - heights[0] - radio.masts[0]) * share
    above = heights + bulge - ray
    worst = int(np.argmax(above[1:-1])) + 1
    if above[worst] <= 0.0:
        return ""
    where = f"{way_m * share[worst] / 1e3:.0f} of {way_m / 1e3:.0f} km"
    return f"the ground at {where} stands {above[worst]:.0f} m too high"


def _ground(scenario: Scenario) -> Elevation | None:
    asked = () if scenario.surroundings is None else scenario.surroundings.terrain
    folder = os.path.dirname(scenario.path or "")
    try:
        return open_elevation([os.path.join(folder, name) for name in asked if name != "coarse"]) if asked else None
    except (TableError, OSError):
        return None  # told by the check of the ground itself
