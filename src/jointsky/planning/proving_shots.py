"""Missiles and batteries on the range: where they may be launched, how near they pass a target that turns, how often
they kill, how many shots in turn a raider's approach leaves time for."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from jointsky.catalogue import AircraftType, MissileType, SamType
from jointsky.planning.cards import Curve, Line, Trial, exact, mean, proportion, quantile
from jointsky.rng import Stream, draws, entity_key, normals
from jointsky.truth.homing import Shot, launch_region, shoot
from jointsky.truth.kills import shoot_look_shoot_count
from jointsky.truth.missiles import NOTIONAL
from jointsky.truth.missiles import MissileType as Flyer

Float = NDArray[np.float64]
USUAL = ("fighter", "bomber", "cruise_missile")
ASPECTS_DEG = (0, 30, 60, 90, 120, 150, 180)
AIM_SIGMA_RAD = math.radians(1.0)
HIT_M = 20.0
"""A pass nearer than this counts as within reach of the fuse. Notional."""
TURN_S = 4.0
"""The target begins its turn at a moment within so long before the meeting."""
ASSESS_S = 5.0
_HOMING_SHOTS = 200


def missile(trial: Trial, name: str, kind: MissileType) -> tuple[list[Line], Curve]:
    """The card of a missile."""
    return _against(trial, name, NOTIONAL[kind.flyout], None)


def battery(trial: Trial, name: str, kind: SamType) -> tuple[list[Line], Curve]:
    """The card of a battery: that of its missile within the unit's envelope, its least range included, and kills by its
    own chances."""
    return _against(trial, name, NOTIONAL[trial.catalogue.missile(kind.missile).flyout], kind)


def _against(trial: Trial, name: str, flyer: Flyer, sam: SamType | None) -> tuple[list[Line], Curve]:
    lines: list[Line] = []
    series: list[tuple[str, tuple[float, ...], tuple[float, ...]]] = []
    targets = trial.targets(USUAL)
    for number, (target, craft) in enumerate(targets):
        region = launch_region(flyer, craft.altitude, craft.cruise, [math.radians(a) for a in ASPECTS_DEG])
        if sam is not None:
            region = [(angle, *within(flyer, craft, sam, near, far, angle)) for angle, near, far in region]
        lines += _reach(target, craft, region)
        series.append(_outline(target, region))
        trial.progress(number + 0.5, len(targets))
        lines += _passes(trial, f"{name}/{target}", target, craft, flyer, region)
        if sam is not None:
            lines += _kills(trial, f"{name}/{target}", target, craft, flyer, sam, region)
        trial.progress(number + 1.0, len(targets))
    return lines, Curve("Launch-acceptable region", "across, km", "ahead, km", tuple(series))


def _reach(target: str, craft: AircraftType, region: list[tuple[float, float, float]]) -> list[Line]:
    """Nearest and farthest launch, head on and from behind, as slant ranges: a target overhead is not near."""
    how = f"slant range; target at {craft.altitude:,.0f} m and {craft.cruise:g} m/s, flying straight"
    _, near, head_on = region[0]
    edges = (("farthest launch, head on", head_on), ("farthest launch, tail", region[-1][2]),
             ("nearest launch, head on", near))  # fmt: skip
    return [exact(f"{target}: {words}", math.hypot(far, craft.altitude) / 1e3, "km", how) for words, far in edges]


def within(
    flyer: Flyer, craft: AircraftType, sam: SamType, near_m: float, far_m: float, aspect_rad: float = 0.0
) -> tuple[float, float]:
    """The nearest and farthest launch (ground ranges) of a missile that `near_m` and `far_m` allow, narrowed to those
    that meet the target inside the unit's envelope; NaN where there is none."""
    high = sam.altitude_min <= craft.altitude <= sam.altitude_max
    if not high or not math.isfinite(near_m):
        return math.nan, math.nan
    course = (craft.cruise * math.sin(aspect_rad), -craft.cruise * math.cos(aspect_rad), 0.0)

    def met_m(launch_m: float) -> float:
        time_s = shoot(flyer, (0.0, launch_m, craft.altitude), course).time_s
        return math.hypot(course[0] * time_s, launch_m + course[1] * time_s, craft.altitude)

    first = _where(met_m, sam.range_min, near_m, far_m)
    last = _where(met_m, sam.range_max, near_m, far_m)
    return (first, last) if first < last else (math.nan, math.nan)


def _where(met_m: Callable[[float], float], wanted_m: float, near_m: float, far_m: float) -> float:
    """The launch range whose meeting lies at a distance, to 10 m, or the edge that is nearest to it."""
    while far_m - near_m > 10.0:
        middle = 0.5 * (near_m + far_m)
        near_m, far_m = (middle, far_m) if met_m(middle) < wanted_m else (near_m, middle)
    return far_m


def _outline(target: str, region: list[tuple[float, float, float]]) -> tuple[str, tuple[float, ...], tuple[float, ...]]:
    """The far edge about the target's place, its course downwards."""
    kept = [(a, far) for a, _, far in region if math.isfinite(far)]
    across = [far * math.sin(a) / 1e3 for a, far in kept]
    return target, tuple(across), tuple(far * math.cos(a) / 1e3 for a, far in kept)


def _passes(
    trial: Trial, pair: str, target: str, craft: AircraftType, flyer: Flyer, region: list[tuple[float, float, float]]
) -> list[Line]:
    """How near the missile passes a target that turns as hard as it can at a moment drawn by chance."""
    shots = _turning_shots(trial, pair, craft, flyer, region)
    if not shots:
        return []
    misses = np.array([s.miss_m for s in shots])
    times = np.array([s.time_s if s.miss_m <= HIT_M else math.nan for s in shots])
    speeds = np.array([s.speed_mps if s.miss_m <= HIT_M else math.nan for s in shots])
    how = f"head on at 2/3 of the reach; turns with {craft.max_load:g} g in the last {TURN_S:g} s"
    return [
        quantile(f"{target}: miss, middle", misses, 0.5, "m", how),
        quantile(f"{target}: miss, 9 of 10 below", misses, 0.9, "m", how),
        proportion(f"{target}: passes within {HIT_M:g} m", int((misses <= HIT_M).sum()), len(shots), how),
        mean(f"{target}: time of flight", times, "s", how),
        mean(f"{target}: speed at the pass", speeds, "m/s", how),
    ]


def _turning_shots(
    trial: Trial, pair: str, craft: AircraftType, flyer: Flyer, region: list[tuple[float, float, float]]
) -> list[Shot]:
    far = region[0][2] * 2.0 / 3.0
    if not math.isfinite(far):
        return []
    runs = min(trial.runs, _HOMING_SHOTS)
    names = np.array([entity_key(f"{pair}/{run}") for run in range(runs)], np.uint64)
    ahead = (0.0, far, craft.altitude)
    course = (0.0, -craft.cruise, 0.0)
    straight = shoot(flyer, ahead, course)
    begin = straight.time_s - TURN_S * draws(trial.seed, Stream.MOTION, names, 0)
    side = np.where(draws(trial.seed, Stream.MOTION, names, 1) < 0.5, -1.0, 1.0)
    push = 9.80665 * math.sqrt(max(craft.max_load**2 - 1.0, 0.0))
    error = AIM_SIGMA_RAD * normals(trial.seed, Stream.MEASUREMENT, names, 0)
    return [
        shoot(flyer, ahead, course, turn_mps2=(push * s, 0.0, 0.0), turn_from_s=float(b), aim_error_rad=float(e))
        for s, b, e in zip(side, begin, error, strict=True)
    ]


def _kills(
    trial: Trial, pair: str, target: str, craft: AircraftType, flyer: Flyer, sam: SamType,
    region: list[tuple[float, float, float]],
) -> list[Line]:  # fmt: skip
    """Kills of one shot and of all the shots that an approach leaves time for, by the battery's chances."""
    single = sam.pk[craft.is_a] * sam.reliability
    names = np.array([entity_key(f"{pair}/kill/{run}") for run in range(trial.runs)], np.uint64)
    far = region[0][2] if math.isfinite(region[0][2]) else 0.0
    met = min(sam.range_max, far)
    inside = sam.altitude_min <= craft.altitude <= sam.altitude_max
    mean_mps = _mean_mps(flyer, met, craft)
    count = shoot_look_shoot_count(
        first_launch_m=met * (1.0 + craft.cruise / mean_mps), nearest_m=sam.range_min, missile_mps=mean_mps,
        target_mps=craft.cruise, assess_s=max(ASSESS_S, sam.interval),
    ) if inside and met > 0.0 else 0  # fmt: skip
    count = min(count, sam.shots)
    luck = np.array([draws(trial.seed, Stream.KILL, names, shot) for shot in range(max(count, 1))])
    how = "straight in, shot by shot with a look between"
    killed = (luck[:count] < single).any(axis=0) if count else np.zeros(trial.runs, bool)
    return [
        proportion(f"{target}: kill by one shot", int((luck[0] < single).sum()), trial.runs, "Pk x reliability"),
        exact(f"{target}: shots in turn", float(count), "", how),
        proportion(f"{target}: killed before it is too near", int(killed.sum()), trial.runs, how),
    ]


def _mean_mps(flyer: Flyer, range_m: float, craft: AircraftType) -> float:
    """Mean speed to a meeting at this range."""
    shot = shoot(flyer, (0.0, max(range_m, 1e3), craft.altitude), (0.0, 0.0, 0.0))
    return max(range_m, 1e3) / shot.time_s if math.isfinite(shot.miss_m) else 500.0
