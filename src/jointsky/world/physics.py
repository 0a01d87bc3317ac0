"""What `build` needs from the rooms above it, handed in by whoever builds: radar equation, detection statistics,
fly-out, site errors.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky.atlas.elevation import Elevation
from jointsky.catalogue import RadarType
from jointsky.scenario.surroundings import Surroundings
from jointsky.vocab.records import Rows
from jointsky.world.world import Around, Detection, Flyout

Place = tuple[float, float]
"""Latitude and longitude in degrees."""
DetectionCase = tuple[int, float, int]
"""(pulses added up, probability of false alarm, Swerling case)."""


@dataclass(frozen=True, slots=True)
class Physics:
    """`snr_ref_db(radar)`: single-look signal-to-noise ratio of 1 m2 at 1 km in free space. `range_m(radar, rcs_m2,
    pd)`: range of that detection probability. `detection(cases)`: the tables, one row a case. `flyout(names)`: the
    tables of named missiles, one row a name. `rocket(name, from, to, elevation_m)`: knots (n, 7) of a named rocket's
    flight between two places (time, ECEF place, velocity); ValueError out of its reach.
    `draw_biases(seed, radars)`: set the registration errors of RADAR rows in place from their sigmas.
    `surround(asked, radars, types, ground)`: what surrounds RADAR rows of these types
    (None: no radar, only masks)."""

    snr_ref_db: Callable[[RadarType], float]
    range_m: Callable[[RadarType, float, float], float]
    detection: Callable[[Sequence[DetectionCase]], Detection]
    flyout: Callable[[Sequence[str]], Flyout]
    rocket: Callable[[str, Place, Place, float], NDArray[np.float64]]
    draw_biases: Callable[[int, Rows], None]
    surround: Callable[[Surroundings | None, Rows, Sequence[RadarType | None], Elevation | None], Around]
