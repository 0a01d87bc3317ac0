"""What stands where: the registration errors of a run, and what posts may know of every sensor."""

import math

import numpy as np
from numpy.typing import NDArray

from jointsky import rng
from jointsky.kernels.elementary import asin, atan2
from jointsky.kernels.radar import ANGLE_SLOPE, measures_elevation
from jointsky.sensing.radar import measurement_sigma
from jointsky.vocab.records import SENSOR, Rows, empty
from jointsky.world.world import World

NOMINAL_ENERGY = 20.0
"""Integrated signal-to-noise ratio at which nominal accuracies are stated: a beam is then split ten to one."""
NOMINAL_PD = 0.85
_SAME_FIELDS = ("entity", "nation", "unit", "kind", "period_s", "phase_s", "latency_s")


def draw_biases(seed: int, radars: Rows) -> None:
    """Turn the 1-sigma registration errors in bias_range_m, bias_az_rad and bias_t_s of RADAR rows into those of a run.

    Each is drawn by the radar's name, once: normal about zero with the sigma that stood in the field. Raises ValueError
    as `rng.normals`.
    """
    names = np.ascontiguousarray(radars["entity"])
    for k, field in enumerate(("bias_range_m", "bias_az_rad", "bias_t_s")):
        radars[field] *= rng.normals(seed, rng.Stream.BIAS, names, 0, k)


def sensor_table(world: World) -> Rows:
    """Return SENSOR rows, one per radar row: site, timing and nominal accuracy, as a post may know them.

    Accuracies hold at a nominal signal; height accuracy at half the greatest range (NaN for a radar without height).
    A flying radar is `moving`, and its site here is only where it is now: every plot carries its own.
    """
    return known_of(world.state.radars)


def known_of(radars: Rows) -> Rows:
    """The same of RADAR rows alone."""
    table = empty(SENSOR, radars.size)
    for field in _SAME_FIELDS:
        table[field] = radars[field]
    table["moving"] = radars["platform"] >= 0
    table["alt_m"] = radars["alt_m"]
    table["max_range_m"] = radars["max_range_m"]
    table["pd"] = NOMINAL_PD
    table["clutter_per_scan"] = radars["false_per_scan"]
    for row, radar in zip(table, radars, strict=True):
        row["lat_deg"], row["lon_deg"] = _site_deg(radar["enu"])
        _set_accuracy(row, radar)
    return table


def _site_deg(enu: NDArray[np.float64]) -> tuple[float, float]:
    """Return latitude and longitude (deg) from the vertical of the site: the last row of `enu`."""
    x, y, z = (float(part) for part in enu[2])
    return math.degrees(asin(z)), math.degrees(atan2(y, x))


def _set_accuracy(row: np.void, radar: np.void) -> None:
    row["sigma_range_m"] = measurement_sigma(
        radar["range_res_m"], NOMINAL_ENERGY, radar["sigma_range_floor_m"], slope=1.0
    )
    row["sigma_az_rad"] = measurement_sigma(
        radar["az_beam_rad"], NOMINAL_ENERGY, radar["sigma_az_floor_rad"], ANGLE_SLOPE
    )
    row["sigma_el_rad"] = row["sigma_height_m"] = math.nan
    if measures_elevation(radar):
        row["sigma_el_rad"] = measurement_sigma(
            radar["az_beam_rad"], NOMINAL_ENERGY, radar["sigma_el_floor_rad"], ANGLE_SLOPE
        )
        row["sigma_height_m"] = 0.5 * radar["max_range_m"] * row["sigma_el_rad"]
