"""Chances of a kill: by miss distance, by salvo, by looking between shots, and how far out that must begin.

Lengths in metres; `sigma_m` is the standard deviation of the miss along each of two axes. Sources: Eckler & Burr,
"Mathematical Models of Target Coverage" (1972); Ball, "Fundamentals of Aircraft Combat Survivability" (2003).
"""

import math


def carleton(miss_m: float, radius_m: float) -> float:
    """Return the kill probability at a miss, exp(-miss^2 / (2 r^2)): the damage function of Carleton."""
    return math.exp(-0.5 * (miss_m / radius_m) ** 2)


def carleton_kill(radius_m: float, sigma_m: float, bias_m: float = 0.0) -> float:
    """Return the mean of `carleton` over circular normal misses, r^2/(r^2 + s^2), times exp(-b^2 / 2 (r^2 + s^2)) for
    an aim that is off by `bias_m`."""
    both = radius_m**2 + sigma_m**2
    return radius_m**2 / both * math.exp(-0.5 * bias_m**2 / both)


def cookie_cutter(miss_m: float, radius_m: float) -> float:
    """Return 1 inside the lethal radius, else 0."""
    return 1.0 if miss_m <= radius_m else 0.0


def cookie_cutter_kill(radius_m: float, sigma_m: float, bias_m: float = 0.0) -> float:
    """Return the chance that a circular normal miss falls inside the radius: 1 - exp(-r^2 / (2 s^2)), or the Rice
    distribution for an aim that is off by `bias_m`, as a sum over Poisson steps.

    Raises ValueError unless sigma is above 0.
    """
    if not sigma_m > 0.0:
        raise ValueError(f"found sigma {sigma_m} m, expected more than 0")
    reach, off = 0.5 * (radius_m / sigma_m) ** 2, 0.5 * (bias_m / sigma_m) ** 2
    if off == 0.0:
        return -math.expm1(-reach)
    total = inner = 0.0
    for k in range(int(off + 12.0 * math.sqrt(off + 1.0)) + 40):
        inner += math.exp(k * math.log(reach) - reach - math.lgamma(k + 1.0)) if reach > 0.0 else float(k == 0)
        total += math.exp(k * math.log(off) - off - math.lgamma(k + 1.0)) * (1.0 - min(inner, 1.0))
    return total


def circular_error_probable_m(sigma_m: float) -> float:
    """Return the radius that holds half of the misses, s sqrt(2 ln 2)."""
    return sigma_m * math.sqrt(2.0 * math.log(2.0))


def sigma_of_cep_m(cep_m: float) -> float:
    """Return the standard deviation along each axis; undoes `circular_error_probable_m`."""
    return cep_m / math.sqrt(2.0 * math.log(2.0))


def salvo_kill(pk: float, shots: int, reliability: float = 1.0, common: float = 1.0) -> float:
    """Return the chance that at least one of `shots` kills: common (1 - (1 - reliability pk)^n).

    `reliability` is each missile's own; `common` is what all share (guidance, detection).
    """
    return common * (1.0 - (1.0 - reliability * pk) ** shots)


def shots_for_kill(pk: float, wanted: float) -> int:
    """Return the least salvo that kills with probability `wanted`. Raises ValueError where none does."""
    if not (0.0 < pk <= 1.0 and 0.0 <= wanted < 1.0):
        raise ValueError(f"found pk {pk} and wanted {wanted}, expected 0 < pk <= 1 and 0 <= wanted < 1")
    if pk == 1.0 or wanted == 0.0:
        return int(wanted > 0.0)
    return math.ceil(math.log1p(-wanted) / math.log1p(-pk) - 1e-12)


def shoot_look_shoot_kill(pk: float, looks: int, salvo: int = 1) -> float:
    """Return the chance of a kill by up to `looks` salvos with a look between: that of all shots together."""
    return salvo_kill(pk, looks * salvo)


def shoot_look_shoot_shots(pk: float, looks: int, salvo: int = 1) -> float:
    """Return the mean number of missiles spent when shooting stops at the kill: s (1 - q^n) / (1 - q), q = (1-p)^s."""
    missed = (1.0 - pk) ** salvo
    return salvo * (looks if missed == 1.0 else (1.0 - missed**looks) / (1.0 - missed))


def shoot_look_shoot_count(
    *, first_launch_m: float, nearest_m: float, missile_mps: float, target_mps: float, assess_s: float
) -> int:
    """Return how many shots, one after the other's result, meet a target that comes straight in, not nearer than
    `nearest_m`.

    A missile launched at range R meets it at R Vm/(Vm + Vt); the next leaves `assess_s` later.
    """
    shots, range_m = 0, first_launch_m
    share = missile_mps / (missile_mps + target_mps)
    while range_m > 0.0 and range_m * share >= nearest_m - 1e-9:
        shots += 1
        range_m = range_m * share - target_mps * assess_s
    return shots


def detection_range_m(
    *, intercept_m: float, missile_mps: float, target_mps: float, reaction_s: float, shots: int = 1,
    assess_s: float = 0.0,
) -> float:  # fmt: skip
    """Return how far out a target must be seen so that the last of `shots` meets it at `intercept_m`: the launch
    ranges of `shoot_look_shoot_count` followed back, and the way in `reaction_s`."""
    growth = 1.0 + target_mps / missile_mps
    range_m = intercept_m * growth
    for _ in range(shots - 1):
        range_m = (range_m + target_mps * assess_s) * growth
    return range_m + target_mps * reaction_s


def fire_channels_needed(targets: int, engagement_s: float, window_s: float) -> int:
    """Return how many channels handle so many targets in a window when each is busy `engagement_s` with one."""
    each = int(window_s / engagement_s + 1e-12)
    if each < 1:
        raise ValueError(f"found a window of {window_s} s, expected at least one engagement of {engagement_s} s")
    return math.ceil(targets / each)
