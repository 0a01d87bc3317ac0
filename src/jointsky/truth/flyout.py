"""Fly-out tables: how long each missile type needs to a point, computed by flying guided shots at a grid of points."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.missile import fill_tables, free_flight
from jointsky.truth.missiles import MissileType
from jointsky.world.world import Float, Flyout

RANGE_STEP_M = 1_000.0
HEIGHT_STEP_M = 2_500.0
_FINE_COLUMNS = 12
"""Every column is flown up to this one, where the motor still burns; then only each fourth, and those between are
linear.
"""
_COARSE_STEP = 4
_STANDARD_GRAVITY_MPS2 = 9.80665


def build_flyout(missiles: Sequence[MissileType]) -> Flyout:
    """Return the fly-out tables of these missile types, in their order, on one grid that holds the farthest of them.

    Kept for the life of the process: each type set is computed once. Raises ValueError for an empty set.
    """
    if not missiles:
        raise ValueError("a fly-out table needs at least one missile type")
    return _build(tuple(missiles))


@lru_cache(maxsize=16)
def _build(missiles: tuple[MissileType, ...]) -> Flyout:
    far = math.ceil(max(m.reach_m for m in missiles) / (_COARSE_STEP * RANGE_STEP_M)) * _COARSE_STEP
    high = math.ceil(max(m.height_m for m in missiles) / HEIGHT_STEP_M)
    shape = (len(missiles), max(far, _FINE_COLUMNS) + 1, high + 1)
    time_s, speed_mps = np.empty(shape), np.empty(shape)
    for missile, times, speeds in zip(missiles, time_s, speed_mps, strict=True):
        fill_tables(
            *missile_arrays(missile),
            np.array([missile.reach_m, missile.height_m, missile.slowest_mps, missile.longest_s]),
            RANGE_STEP_M, HEIGHT_STEP_M, missile.loft, missile.loft_from_m, _columns(shape[1]), times, speeds,
        )  # fmt: skip
    for table in (time_s, speed_mps):
        table.flags.writeable = False
    return Flyout(_steps(shape[1], RANGE_STEP_M), _steps(shape[2], HEIGHT_STEP_M), time_s, speed_mps)


def unguided(missile: MissileType, elevation_rad: float, until_s: float, step_s: float = 0.05) -> tuple[float, ...]:
    """Return (down range m, height m, speeds along both m/s) of an unguided shot in the standard atmosphere."""
    return free_flight(*missile_arrays(missile), elevation_rad, until_s, step_s, -1.0, _STANDARD_GRAVITY_MPS2)


def _steps(count: int, step_m: float) -> Float:
    return np.arange(count, dtype=np.float64) * step_m


def _columns(count: int) -> NDArray[np.int32]:
    fine = np.arange(min(_FINE_COLUMNS, count - 1))
    return np.concatenate((fine, np.arange(len(fine), count, _COARSE_STEP))).astype(np.int32)


def missile_arrays(missile: MissileType) -> tuple[Float, Float, Float]:
    """Return the burns, drag and body arrays as `kernels.missile` describes them."""
    area = math.pi * missile.diameter_m**2 / 4.0
    body = (
        missile.mass_kg, area, missile.launch_mps, missile.largest_lift, missile.induced_drag, missile.largest_g
    )  # fmt: skip
    return np.array(missile.burns), np.array(missile.drag), np.array(body)
