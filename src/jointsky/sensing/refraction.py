"""Rays through air: the exponential reference atmosphere, and what a smooth earth or a ridge hides.

The CRPL exponential reference atmosphere (Bean and Thayer, NBS Monograph 4, 1959) has refractivity N = Ns exp(-c h)
with c = ln(Ns / (Ns + dN)) per km and dN = -7.32 exp(0.005577 Ns). A ray keeps n r cos(elevation) (Snell on a sphere).
Ranges are what a radar measures, the integral of n along the ray, unless the name says otherwise.
"""

import math
from typing import NamedTuple

EFFECTIVE_EARTH_M = 8_494_677.0
"""Radius of the earth on which rays are straight: that of `kernels.jamming`, here without compiled code."""
CRPL_EARTH_M = 6_370_000.0
SURFACE_REFRACTIVITY = 313.0
"""Mean refractivity at the surface over the United States mainland, the usual reference value of Ns."""
_STEP_M = 250.0


class RayPoint(NamedTuple):
    """A point of a ray: height (m), angle at the earth's centre (rad), radar range and geometric length (m)."""

    height_m: float
    central_rad: float
    range_m: float
    length_m: float


def crpl_decay_per_km(surface_refractivity: float = SURFACE_REFRACTIVITY) -> float:
    """Return the decay constant c (1/km). Raises ValueError unless the refractivity is between 0 and 600."""
    if not 0.0 < surface_refractivity < 600.0:
        raise ValueError(f"surface refractivity must lie between 0 and 600, found {surface_refractivity}")
    change = -7.32 * math.exp(0.005577 * surface_refractivity)
    return math.log(surface_refractivity / (surface_refractivity + change))


def ray_height_crpl_m(
    range_m: float, el_rad: float, antenna_m: float = 0.0, surface_refractivity: float = SURFACE_REFRACTIVITY
) -> float:
    """Return the height (m) above the surface of the echo at this radar range and elevation at the antenna.

    Raises ValueError unless range_m >= 0.
    """
    if not range_m >= 0.0:
        raise ValueError(f"range_m must not be negative, found {range_m}")
    return _trace(el_rad, antenna_m, surface_refractivity, range_m=range_m).height_m


def range_for_height_crpl_m(
    target_m: float, el_rad: float, antenna_m: float = 0.0, surface_refractivity: float = SURFACE_REFRACTIVITY
) -> float:
    """Return the radar range (m) at which a rising ray reaches `target_m`. Raises ValueError where it never does."""
    return _to_height(target_m, el_rad, antenna_m, surface_refractivity).range_m


def true_slant_range_crpl_m(
    target_m: float, el_rad: float, antenna_m: float = 0.0, surface_refractivity: float = SURFACE_REFRACTIVITY
) -> float:
    """Return the straight distance (m) from antenna to the point where the ray reaches `target_m`."""
    across, up = _offset(_to_height(target_m, el_rad, antenna_m, surface_refractivity), antenna_m)
    return math.hypot(across, up)


def true_elevation_crpl_rad(
    target_m: float, el_rad: float, antenna_m: float = 0.0, surface_refractivity: float = SURFACE_REFRACTIVITY
) -> float:
    """Return the elevation (rad) of the straight line to the point where the ray reaches `target_m`."""
    across, up = _offset(_to_height(target_m, el_rad, antenna_m, surface_refractivity), antenna_m)
    return math.atan2(up, across)


def ground_range_crpl_m(
    target_m: float, el_rad: float, antenna_m: float = 0.0, surface_refractivity: float = SURFACE_REFRACTIVITY
) -> float:
    """Return the distance (m) along the surface to below the point where the ray reaches `target_m`."""
    return CRPL_EARTH_M * _to_height(target_m, el_rad, antenna_m, surface_refractivity).central_rad


def _offset(point: RayPoint, antenna_m: float) -> tuple[float, float]:
    low, high = CRPL_EARTH_M + antenna_m, CRPL_EARTH_M + point.height_m
    return high * math.sin(point.central_rad), high * math.cos(point.central_rad) - low


def _to_height(target_m: float, el_rad: float, antenna_m: float, refractivity: float) -> RayPoint:
    if not target_m > antenna_m or el_rad < 0.0:
        raise ValueError(
            f"expected a rising ray to a target above the antenna, found {target_m} m, {antenna_m} m, {el_rad} rad"
        )
    return _trace(el_rad, antenna_m, refractivity, height_m=target_m)


def _trace(
    el_rad: float, antenna_m: float, refractivity: float, range_m: float = math.inf, height_m: float = math.inf
) -> RayPoint:
    """Follow a ray by Runge-Kutta steps (fourth order in its length) to a radar range or a height."""
    decay = crpl_decay_per_km(refractivity) / 1000.0
    point, el = RayPoint(antenna_m, 0.0, 0.0, 0.0), el_rad
    while True:
        step = min(_STEP_M, range_m - point.range_m)
        after, el_after = _stepped(point, el, step, decay, refractivity)
        if after.height_m >= height_m:
            return _landed(point, el, height_m, decay, refractivity)
        point, el = after, el_after
        if range_m - point.range_m <= 1e-6:
            return point
        if point.height_m > 1e7 or point.height_m < -1e6:
            raise ValueError("the ray never gets there")


def _landed(point: RayPoint, el: float, height_m: float, decay: float, refractivity: float) -> RayPoint:
    """Shorten the last step until it ends at the height: secant steps on a nearly straight line."""
    step = 0.0
    for _ in range(8):
        after, el_after = _stepped(point, el, step, decay, refractivity)
        step += (height_m - after.height_m) / max(math.sin(el_after), 1e-9)
    return _stepped(point, el, step, decay, refractivity)[0]


def _stepped(point: RayPoint, el: float, step: float, decay: float, refractivity: float) -> tuple[RayPoint, float]:
    """One step of (height, central angle, radar range, elevation); the elevation obeys Snell's law on a sphere."""

    def slope(height: float, angle: float) -> tuple[float, float, float, float]:
        index = 1e-6 * refractivity * math.exp(-decay * height)
        cosine, radius = math.cos(angle), CRPL_EARTH_M + height
        bending = cosine * (1.0 / radius - decay * index / (1.0 + index))
        return math.sin(angle), cosine / radius, 1.0 + index, bending

    height = point.height_m
    k1 = slope(height, el)
    k2 = slope(height + 0.5 * step * k1[0], el + 0.5 * step * k1[3])
    k3 = slope(height + 0.5 * step * k2[0], el + 0.5 * step * k2[3])
    k4 = slope(height + step * k3[0], el + step * k3[3])
    moved = [step / 6.0 * (a + 2.0 * b + 2.0 * c + d) for a, b, c, d in zip(k1, k2, k3, k4, strict=True)]
    after = RayPoint(height + moved[0], point.central_rad + moved[1], point.range_m + moved[2], point.length_m + step)
    return after, el + moved[3]


def shadow_height_m(ground_range_m: float, antenna_m: float, earth_m: float = EFFECTIVE_EARTH_M) -> float:
    """Return the height (m) below which a smooth earth hides a target at this distance along the ground.

    0 within the antenna's own horizon; beyond, (R + h) / cos(angle beyond the tangent) - R, exactly.
    """
    beyond = ground_range_m / earth_m - math.acos(earth_m / (earth_m + antenna_m))
    return earth_m * (1.0 / math.cos(beyond) - 1.0) if beyond > 0.0 else 0.0


def ridge_shadow_m(
    antenna_m: float, ridge_m: float, ridge_range_m: float, ground_range_m: float, earth_m: float = EFFECTIVE_EARTH_M
) -> float:
    """Return the height (m) below which a ridge of height `ridge_m` at `ridge_range_m` hides a target farther out.

    The straight line over the ridge, on the effective earth, in polar form: exact. All heights above the same smooth
    earth, ranges along it. Raises ValueError unless 0 < ridge_range_m <= ground_range_m, and where the line meets no
    height.
    """
    if not 0.0 < ridge_range_m <= ground_range_m:
        raise ValueError(f"expected 0 < ridge <= target range, found {ridge_range_m} and {ground_range_m} m")
    near, far = ridge_range_m / earth_m, ground_range_m / earth_m
    inverse = (math.sin(far) / (earth_m + ridge_m) - math.sin(far - near) / (earth_m + antenna_m)) / math.sin(near)
    if not inverse > 0.0:
        raise ValueError("the line over the ridge leaves the earth before it gets there")
    return 1.0 / inverse - earth_m


def is_masked_by_ridge(
    antenna_m: float, ridge_m: float, ridge_range_m: float, target_m: float, ground_range_m: float
) -> bool:
    """Tell whether the ridge hides the target on the 4/3 earth (False for a target in front of it)."""
    return ground_range_m > ridge_range_m and target_m < ridge_shadow_m(
        antenna_m, ridge_m, ridge_range_m, ground_range_m
    )


def grazing_angle_rad(slant_range_m: float, antenna_m: float) -> float:
    """Return the angle (rad) at which a ray of this length meets the smooth 4/3 earth.

    0 beyond the horizon, pi/2 straight below.
    """
    if slant_range_m <= antenna_m:
        return 0.5 * math.pi
    rise = antenna_m * (2.0 * EFFECTIVE_EARTH_M + antenna_m)
    return math.asin(max((rise - slant_range_m**2) / (2.0 * slant_range_m * EFFECTIVE_EARTH_M), 0.0))
