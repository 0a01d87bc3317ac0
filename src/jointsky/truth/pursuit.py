"""Who meets whom: collision courses, pure pursuit, and where a scrambled fighter meets a raider.

Positions and velocities are sequences of two or three numbers in one flat frame, m and m/s; angles in radians.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from jointsky.truth.performance import GRAVITY_MPS2


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where and when two meet: seconds from now, and the place."""

    time_s: float
    place_m: tuple[float, ...]


def collision_course(
    target_m: Sequence[float], target_mps: Sequence[float], speed_mps: float, own_m: Sequence[float] | None = None
) -> Meeting | None:
    """Return where a pursuer that flies straight at `speed_mps` meets the target: the smallest root t >= 0 of
    |P + V t| = v t; None where there is none.

    `own_m` is the pursuer's place (the origin when left out). Source: Zarchan 2012, ch. 2. Raises ValueError for a
    negative speed.
    """
    if not speed_mps >= 0.0:
        raise ValueError(f"found speed {speed_mps} m/s, expected 0 or more")
    origin = own_m if own_m is not None else [0.0] * len(target_m)
    gap = [p - o for p, o in zip(target_m, origin, strict=True)]
    t_s = _first_root(_dot(target_mps, target_mps) - speed_mps**2, _dot(gap, target_mps), _dot(gap, gap))
    if t_s is None:
        return None
    return Meeting(t_s, tuple(p + v * t_s for p, v in zip(target_m, target_mps, strict=True)))


def lead_angle_rad(target_speed_mps: float, aspect_rad: float, speed_mps: float) -> float | None:
    """Return how far ahead of the line of sight a collision course points: asin(Vt sin(aspect) / Vf).

    `aspect_rad` lies between the target's course and the line of sight beyond it (0: it flies straight away). None
    where no lead is enough.
    """
    sine = target_speed_mps * math.sin(aspect_rad) / speed_mps
    return math.asin(sine) if abs(sine) <= 1.0 else None


def pure_pursuit_time_s(range_m: float, speed_mps: float, target_mps: float, aspect_rad: float) -> float:
    """Return how long a pursuer that always points at the target takes, R (Vp + Vt cos a) / (Vp^2 - Vt^2).

    `aspect_rad` lies between the target's course and the line of sight from the pursuer beyond it: 0 is a tail chase,
    pi head on. Infinite where the pursuer is not faster (Bouguer 1732; Nahin 2007).
    """
    if range_m == 0.0:
        return 0.0
    if speed_mps <= target_mps:
        head_on = speed_mps + target_mps > 0.0 and math.cos(aspect_rad) == -1.0
        return range_m / (speed_mps + target_mps) if head_on else math.inf
    return range_m * (speed_mps + target_mps * math.cos(aspect_rad)) / (speed_mps**2 - target_mps**2)


def pure_pursuit_load_g(range_m: float, speed_mps: float, target_mps: float, aspect_rad: float) -> float:
    """Return the lateral load (g) that pure pursuit needs at once: Vp Vt sin(a) / R over g."""
    return speed_mps * target_mps * abs(math.sin(aspect_rad)) / range_m / GRAVITY_MPS2


def scramble_intercept(
    target_m: Sequence[float], target_mps: Sequence[float], speed_mps: float, delay_s: float
) -> Meeting | None:
    """Return where a fighter at the origin, away `delay_s` after now (readiness, take-off, climb), meets a raider that
    flies straight on; the time counts from now. None where it never does."""
    later = [p + v * delay_s for p, v in zip(target_m, target_mps, strict=True)]
    found = collision_course(later, target_mps, speed_mps)
    return None if found is None else Meeting(delay_s + found.time_s, found.place_m)


def head_on_intercept_m(range_m: float, target_mps: float, speed_mps: float, delay_s: float) -> float:
    """Return how far from its base a fighter meets a raider that comes straight at the base from `range_m`; 0 where the
    raider is there first."""
    left_m = range_m - target_mps * delay_s
    return max(left_m, 0.0) * speed_mps / (speed_mps + target_mps)


def warning_range_m(intercept_m: float, target_mps: float, speed_mps: float, delay_s: float) -> float:
    """Return how far out a raider must be seen to be met `intercept_m` from the base: d + Vt (delay + d / Vf)."""
    return intercept_m + target_mps * (delay_s + intercept_m / speed_mps)


def stern_conversion_s(range_m: float, closing_mps: float, turn_rate_radps: float) -> float:
    """Return the time of an attack that meets head on and turns through half a circle to roll out behind: the closing
    flight and pi / omega."""
    return range_m / closing_mps + math.pi / turn_rate_radps


def closest_approach(gap_m: Sequence[float], relative_mps: Sequence[float]) -> tuple[float, float]:
    """Return (time s, distance m) of the closest approach of two that fly straight; a time before now counts as now."""
    fast = _dot(relative_mps, relative_mps)
    t_s = max(-_dot(gap_m, relative_mps) / fast, 0.0) if fast > 0.0 else 0.0
    there = [p + v * t_s for p, v in zip(gap_m, relative_mps, strict=True)]
    return t_s, math.sqrt(_dot(there, there))


def _first_root(a: float, b: float, c: float) -> float | None:
    """The smallest t >= 0 with a t^2 + 2 b t + c = 0, for c >= 0."""
    if c == 0.0:
        return 0.0
    if a == 0.0:
        return -0.5 * c / b if b < 0.0 else None
    root = b * b - a * c
    if root < 0.0:
        return None
    q = -b - math.copysign(math.sqrt(root), b)
    found = sorted(t for t in (q / a, c / q if q else math.inf) if 0.0 < t < math.inf)
    return found[0] if found else None


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return math.fsum(x * y for x, y in zip(a, b, strict=True))
