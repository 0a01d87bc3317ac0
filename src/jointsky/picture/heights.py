"""Heights nobody measured: a target that 2-D radars hold and that no 3-D radar near it sees is below those radars'
horizons.

The tracker leaves such a track at its broad prior height. Here the horizon of every own 3-D radar within `REACH_M`
bounds it from above (radar horizon of the 4/3 earth: d = sqrt(2 R h_antenna) + sqrt(2 R h_target)), and the track is
put halfway between the ground and that bound.
"""

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.geo import effective_radius_m
from jointsky.vocab.codes import SensorKind
from jointsky.vocab.records import Rows

Float = NDArray[np.float64]
REACH_M = 120_000.0
"""Notional range within which a long-range 3-D radar would see even a small target that is above its horizon."""
UNMEASURED_M = 1_500.0
"""Height error (1 sigma) from which on a height counts as not measured."""
LEAST_M = 30.0


def with_heights(tracks: Rows, sensors: Rows) -> Rows:
    """TRACK rows with unmeasured heights bounded by the horizons of the 3-D radars among `sensors` (SENSOR rows); the
    rest as they are.
    """
    open_rows = np.nonzero(tracks["sigma_height_m"] > UNMEASURED_M)[0]
    radars = sensors[(sensors["kind"] == SensorKind.RADAR_3D) & (sensors["moving"] == 0)]
    if len(open_rows) == 0 or len(radars) == 0:
        return tracks
    bound_m = horizon_bound_m(tracks[open_rows], radars)
    lower = bound_m / 2.0 < tracks["alt_m"][open_rows]
    rows, height_m = open_rows[lower], np.maximum(bound_m[lower] / 2.0, LEAST_M)
    placed = tracks.copy()
    placed["pos_ecef_m"][rows] = geo.geodetic2ecef(tracks["lat_deg"][rows], tracks["lon_deg"][rows], height_m)
    placed["alt_m"][rows] = height_m
    placed["sigma_height_m"][rows] = np.maximum(height_m, LEAST_M)
    return placed


def horizon_bound_m(tracks: Rows, radars: Rows) -> Float:
    """Greatest height each track can have without any radar within reach seeing it (m; inf where none is near)."""
    sites = geo.geodetic2ecef(radars["lat_deg"], radars["lon_deg"], radars["alt_m"])
    gap = tracks["pos_ecef_m"][:, None, :] - sites[None, :, :]
    distance_m = np.sqrt((gap * gap).sum(axis=2))
    reach = 2.0 * effective_radius_m()
    beyond = np.maximum(distance_m - np.sqrt(reach * np.maximum(radars["alt_m"], 0.0))[None, :], 0.0)
    return np.where(distance_m <= REACH_M, beyond * beyond / reach, np.inf).min(axis=1)
