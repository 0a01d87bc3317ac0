"""From what a scenario asks of air and ground to the tables a look reads: one row for each radar."""

import math
from collections.abc import Sequence

import numpy as np

from jointsky.atlas.elevation import Elevation
from jointsky.catalogue import RadarType
from jointsky.geo import ecef2geodetic
from jointsky.kernels import surroundings as columns
from jointsky.scenario.surroundings import Surroundings
from jointsky.sensing.attenuation import gas_profile
from jointsky.sensing.clutter import GAMMA_DB, blind_speeds_m_s
from jointsky.sensing.masks import AZIMUTHS, HEIGHTS, OPEN_M, mask_table
from jointsky.vocab.records import Rows
from jointsky.world.world import Around, Float

LIGHT_M_S = 299_792_458.0
SMOOTH_REFLECTION = -0.9
"""Reflection coefficient of smooth ground at grazing angles: notional, a little less than perfect."""
_PLACES = 9


def surround(
    asked: Surroundings | None, radars: Rows, kinds: Sequence[RadarType | None], ground: Elevation | None
) -> Around:
    """Return the tables for RADAR rows of these types (None: only masks, for what radiates nothing); empty ones where
    nothing is asked for.

    Numbers are rounded to 9 digits, so that library functions decide no bit of a run.
    """
    if asked is None:
        return Around()
    table = np.zeros((radars.size, columns.SURROUND_COLUMNS))
    for row, radar, kind in zip(table, radars, kinds, strict=True):
        if kind is not None:
            _fill(row, asked, radar, kind)
            if ground is not None:
                _fill_foot(row, radar, kind)
    masks = np.zeros((0, AZIMUTHS, HEIGHTS), np.float32)
    if ground is not None:
        masks = np.full((radars.size, AZIMUTHS, HEIGHTS), OPEN_M, np.float32)
        for mask, radar in zip(masks, radars, strict=True):
            if radar["platform"] < 0:
                lat, lon, _ = (float(part) for part in ecef2geodetic(radar["pos_ecef_m"]))
                mask[:] = mask_table(ground, lat, lon, float(radar["alt_m"]), float(radar["max_range_m"]))
    return Around(table, masks)


def _fill_foot(row: Float, radar: np.void, kind: RadarType) -> None:
    """Over real ground lobing and clutter count heights from the ground about the site, not from the sea."""
    if radar["platform"] < 0:
        row[columns.FOOT] = float(radar["alt_m"]) - kind.mast


def _fill(row: Float, asked: Surroundings, radar: np.void, kind: RadarType) -> None:
    if asked.air:
        profile = gas_profile(kind.frequency)
        row[columns.DRY], row[columns.VAPOUR] = _rounded(profile.dry_db_km), _rounded(profile.vapour_db_km)
    if asked.lobing:
        row[columns.WAVE] = 4.0 * math.pi * kind.frequency / LIGHT_M_S
        row[columns.REFLECTION] = SMOOTH_REFLECTION
        row[columns.ROUGH] = asked.roughness
    if asked.clutter is not None:
        gamma = 10.0 ** ((GAMMA_DB[asked.clutter] - asked.improvement) / 10.0)
        row[columns.GROUND_ECHO] = _rounded(gamma * radar["az_beam_rad"] * radar["range_res_m"])
    if asked.notches:
        row[columns.BLIND] = 0.0 if kind.staggered else blind_speeds_m_s(kind.frequency, kind.prf, 1)[0]
        row[columns.LOOK_DOWN] = 1.0 if radar["platform"] >= 0 else 0.0


def _rounded(value: float) -> float:
    return float(f"{value:.{_PLACES}g}")
