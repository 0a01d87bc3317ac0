"""Guided shots at moving targets: the general integrator, and the launch-acceptable region that it gives.

Flat earth about the launcher: x and y along the ground, z up from the launcher, m and m/s. The missile is any
`MissileType` (its JSON-like parameters by `missile_type`), the integrator `kernels.homing`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky.truth.flyout import missile_arrays
from jointsky.truth.missiles import MissileType
from jointsky.truth.performance import GRAVITY_MPS2
from jointsky.truth.pursuit import collision_course

Float = NDArray[np.float64]
Hits = Callable[[float], bool]
NAVIGATION = 4.0
LAG_S = 0.25
"""Time constant of a notional autopilot."""


@dataclass(frozen=True, slots=True)
class Shot:
    """How a shot ended: the closest approach (m; inf: it never got there), when (s), how fast (m/s), and where."""

    miss_m: float
    time_s: float
    speed_mps: float
    place_m: tuple[float, float, float]


def shoot(
    missile: MissileType, target_m: Sequence[float], target_mps: Sequence[float], *,
    turn_mps2: Sequence[float] = (0.0, 0.0, 0.0), turn_from_s: float = math.inf, navigation: float = NAVIGATION,
    lag_s: float = LAG_S, aim_error_rad: float = 0.0,
) -> Shot:  # fmt: skip
    """Return the end of a shot from the origin at a target that flies straight and from `turn_from_s` on holds an
    acceleration.

    The launch points at the predicted meeting (the missile's mean speed taken as that of its fly-out), lofted as its
    type says, and off by `aim_error_rad` to the right.
    """
    from jointsky.kernels.homing import homing

    place, velocity = np.asarray(target_m, float), np.asarray(target_mps, float)
    start = np.concatenate([np.zeros(3), missile.launch_mps * _direction(missile, place, velocity, aim_error_rad)])
    turn = np.asarray(turn_mps2, float)
    when = 1e9 if math.isinf(turn_from_s) else turn_from_s
    law = np.array([navigation, lag_s, missile.slowest_mps, missile.longest_s, -1.0, GRAVITY_MPS2])
    found = homing(*missile_arrays(missile), law, start, np.concatenate([place, velocity, turn, [when]]))
    return Shot(found[0], found[1], found[2], (found[3], found[4], found[5]))


def _direction(missile: MissileType, place: Float, velocity: Float, error_rad: float) -> Float:
    """Towards where the target will be, raised by the loft of the type's long shots, turned by the error."""
    mean = _mean_speed_mps(missile, float(np.linalg.norm(place)))
    met = collision_course(place.tolist(), velocity.tolist(), mean)
    goal = np.array(met.place_m) if met is not None else place
    level = max(math.hypot(goal[0], goal[1]), 1.0)
    share = min(max(2.0 * level / missile.loft_from_m - 1.0, 0.0), 1.0)
    slope = goal[2] / level + share * max(missile.loft - goal[2] / level, 0.0)
    azimuth = math.atan2(goal[0], goal[1]) + error_rad
    raised = np.array([math.sin(azimuth), math.cos(azimuth), slope])
    return raised / float(np.linalg.norm(raised))


def _mean_speed_mps(missile: MissileType, range_m: float) -> float:
    """A first guess: half of what the motor can give, less on long ways."""
    gained, mass = 0.0, missile.mass_kg
    for begin, end, thrust, flow in missile.burns:
        left = mass - flow * (end - begin)
        gained += thrust / flow * math.log(mass / left)
        mass = left
    return max((0.62 - 0.1 * min(range_m / missile.reach_m, 1.0)) * gained, missile.slowest_mps)


def launch_region(
    missile: MissileType, height_m: float, speed_mps: float, aspects_rad: Sequence[float], hit_m: float = 20.0,
    step_m: float = 500.0,
) -> list[tuple[float, float, float]]:  # fmt: skip
    """Return the launch-acceptable region as (aspect rad, nearest m, farthest m) launch ranges at which a shot passes a
    straight target within `hit_m`; NaN where there is none.

    The aspect is 0 for a target that comes straight on and pi for one that flies away. Ranges are ground ranges, found
    on a grid of `step_m` and, at the far end, halved to 10 m.
    """

    def hits(range_m: float, aspect: float) -> bool:
        velocity = (speed_mps * math.sin(aspect), -speed_mps * math.cos(aspect), 0.0)
        return shoot(missile, (0.0, range_m, height_m), velocity).miss_m <= hit_m

    return [(aspect, *_edges(lambda r, a=aspect: hits(r, a), 3.0 * missile.reach_m, step_m)) for aspect in aspects_rad]


def _edges(hits: Hits, farthest_m: float, step_m: float) -> tuple[float, float]:
    """The nearest and farthest range that hit, on a coarse grid first."""
    coarse = np.arange(step_m, farthest_m + step_m, max(step_m, farthest_m / 60.0))
    inside = [r for r in coarse if hits(float(r))]
    if not inside:
        return math.nan, math.nan
    width = float(coarse[1] - coarse[0])
    near = _edge(hits, max(float(inside[0]) - width, 0.0), float(inside[0]))
    return near, _edge(hits, float(inside[-1]) + width, float(inside[-1]))


def _edge(hits: Hits, outside_m: float, inside_m: float) -> float:
    while abs(outside_m - inside_m) > 10.0:
        middle = 0.5 * (outside_m + inside_m)
        outside_m, inside_m = (outside_m, middle) if hits(middle) else (middle, inside_m)
    return inside_m
