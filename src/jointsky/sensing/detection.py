"""Probability of detection: the exact face, and the tables that the sweep reads.

Signal-to-noise ratios are means per pulse, in decibels; N pulses are square-law detected and added; `swerling` is 0
(steady) to 4. Formula and sources: `jointsky.kernels.detection`. No library function decides a bit of the result.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jointsky.kernels.detection import detection_probability, threshold
from jointsky.vocab.records import Rows
from jointsky.world.world import Detection

Float = NDArray[np.float64]
Case = tuple[int, float, int]
"""(pulses, false-alarm probability, Swerling case): what one table row is made for."""

TABLE_MIN_DB = -40.0
TABLE_STEP_DB = 0.05
TABLE_MAX_DB = 60.0
_PLACES = 9
_SEARCH_DB = (-80.0, 120.0)
_SWERLING_CASES = 5


def pd_exact(snr_db: ArrayLike, pulses: int, pfa: float, swerling: int) -> Float:
    """Return Pd for each signal-to-noise ratio (any shape), to about 1e-12.

    Raises ValueError for an impossible case.
    """
    _check_case(pulses, pfa, swerling)
    snr = np.asarray(snr_db, dtype=np.float64)
    return detection_probability(np.ascontiguousarray(snr.ravel()), pulses, pfa, swerling).reshape(snr.shape)


def required_snr_db(pd: float, pulses: int, pfa: float, swerling: int) -> float:
    """Return the signal-to-noise ratio that gives `pd`, to 1e-6 dB, between -80 and 120 dB.

    Raises ValueError for an impossible case, for pd not between pfa and 1, and where more than 120 dB is needed.
    """
    _check_case(pulses, pfa, swerling)
    low, high = _SEARCH_DB
    if not pfa < pd < 1.0:
        raise ValueError(f"probability of detection {pd} must lie between the false-alarm probability {pfa} and 1")
    if pd_exact(high, pulses, pfa, swerling) < pd:
        raise ValueError(f"probability of detection {pd} needs more than {high} dB")
    while high - low > 1e-6:
        grid = np.linspace(low, high, 33)
        above = int(np.searchsorted(pd_exact(grid, pulses, pfa, swerling), pd))
        low, high = float(grid[max(above - 1, 0)]), float(grid[max(above, 1)])
    return 0.5 * (low + high)


def detection_threshold(pulses: int, pfa: float) -> float:
    """Return the threshold T of the sum of N unit-mean noise powers that noise alone passes with probability Pfa."""
    _check_case(pulses, pfa, 0)
    return threshold(pulses, pfa)


def build_detection(cases: Sequence[Case]) -> Detection:
    """Return one table row per case, in order; linear reading errs below 1e-4 up to 1,000 pulses.

    Raises ValueError as `pd_exact`.
    """
    pd = np.stack([_row(*case) for case in cases]) if cases else np.zeros((0, _table_snr().size))
    pd.flags.writeable = False
    return Detection(TABLE_MIN_DB, TABLE_STEP_DB, pd)


def assign_detection(radars: Rows) -> Detection:
    """Set `pd_table` of every RADAR row for all five Swerling cases and return the tables they point into."""
    kinds = sorted({(int(radar["pulses"]), float(radar["pfa"])) for radar in radars})
    first = {kind: _SWERLING_CASES * place for place, kind in enumerate(kinds)}
    for radar in radars:
        start = first[int(radar["pulses"]), float(radar["pfa"])]
        radar["pd_table"] = np.arange(start, start + _SWERLING_CASES)
    return build_detection([(*kind, swerling) for kind in kinds for swerling in range(_SWERLING_CASES)])


def _table_snr() -> Float:
    steps = round((TABLE_MAX_DB - TABLE_MIN_DB) / TABLE_STEP_DB)
    return TABLE_MIN_DB + TABLE_STEP_DB * np.arange(steps + 1, dtype=np.float64)


@lru_cache(maxsize=256)
def _row(pulses: int, pfa: float, swerling: int) -> Float:
    row = np.round(pd_exact(_table_snr(), pulses, pfa, swerling), _PLACES)
    row.flags.writeable = False
    return row


def _check_case(pulses: int, pfa: float, swerling: int) -> None:
    if pulses < 1:
        raise ValueError(f"pulses must be 1 or more, found {pulses}")
    if not 0.0 < pfa < 1.0:
        raise ValueError(f"false-alarm probability must lie between 0 and 1, found {pfa}")
    if swerling not in range(_SWERLING_CASES):
        raise ValueError(f"Swerling case must be 0 to 4, found {swerling}")
