"""Places from directions: strobes of jammers and bearings of emitters, crossed over two or more sites.

One bearing gives a plane that stands upright at its site; several meet at the emitter. Covariances are those of
weighted least squares (Stansfield, JIEE 94, 1947). With n emitters two sites see n^2 - n crossings where nobody is:
a third site, how loud each emitter is heard, and the horizon tell such ghosts from places.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jointsky import geo
from jointsky.geo.angles import atan2, sincos

Floats = NDArray[np.float64]

GATE = 13.8
"""Chi-squared that a true crossing with 2 degrees of freedom exceeds once in a thousand."""
RIVAL_CHI_SQUARED = 4.0
"""Two explanations closer than this in chi squared fit about as well."""
LOUDNESS_SIGMA_DB = 3.0
NEAREST_M = 1_000.0
"""A crossing nearer to a site than this is that site's own place, not an emitter."""
EFFECTIVE_EARTH_M = 8_494_677.0
_ROUNDS = 4


class Ellipse(NamedTuple):
    """A 1-sigma ellipse: half axes in metres, and the azimuth of the long one in [0, pi)."""

    major_m: float
    minor_m: float
    az_rad: float


@dataclass(frozen=True, slots=True)
class Bearing:
    """A direction in which `site` (a name) hears something: azimuth and its sigma (rad); `loudness_db` is the received
    power of the emitter up to a constant common to all sites (NaN: not known).
    """

    site: str
    lat_deg: float
    lon_deg: float
    alt_m: float
    az_rad: float
    sigma_rad: float
    loudness_db: float = math.nan


@dataclass(frozen=True, slots=True)
class Fix:
    """A place where bearings meet: their indices, the place at the assumed height, covariance (m2, east and north), chi
    squared of what they have in excess of two, and whether another reading of the same bearings fits as well.
    """

    bearings: tuple[int, ...]
    lat_deg: float
    lon_deg: float
    covariance_m2: Floats
    chi_squared: float
    ambiguous: bool = False


def bearing_fix_covariance_m2(sites_m: ArrayLike, point_m: ArrayLike, sigma_rad: ArrayLike) -> Floats:
    """Return the covariance (2, 2) of a fix at `point_m` by bearings from `sites_m` (n, 2), all (east, north) on a
    plane: (sum g g^T / sigma^2)^-1 with g = (cos az, -sin az) / R.

    Raises ValueError where all bearings lie on one line.
    """
    away = np.asarray(point_m, dtype=np.float64) - np.asarray(sites_m, dtype=np.float64).reshape(-1, 2)
    squared = (away * away).sum(axis=1)
    gradient = np.stack((away[:, 1], -away[:, 0]), axis=1) / squared[:, None]
    return _inverse(gradient, np.broadcast_to(np.asarray(sigma_rad, dtype=np.float64), squared.shape))


def bearing_fix_m(sites_m: ArrayLike, az_rad: ArrayLike, sigma_rad: ArrayLike) -> tuple[Floats, Floats]:
    """Return (point (2,), covariance (2, 2)) of two or more bearings on a plane, by weighted least squares.

    Raises ValueError for fewer than two, or where they do not cross.
    """
    sites = np.asarray(sites_m, dtype=np.float64).reshape(-1, 2)
    az = np.asarray(az_rad, dtype=np.float64)
    sigma = np.broadcast_to(np.asarray(sigma_rad, dtype=np.float64), az.shape)
    normal = np.stack((np.cos(az), -np.sin(az)), axis=1)
    offset = (normal * sites).sum(axis=1)
    point = _solved(normal, offset, sigma)
    for _ in range(_ROUNDS):  # weights by distance, then Gauss-Newton on the angles themselves
        away = point - sites
        squared = (away * away).sum(axis=1)
        gradient = np.stack((away[:, 1], -away[:, 0]), axis=1) / squared[:, None]
        missed = _wrapped(az - np.arctan2(away[:, 0], away[:, 1]))
        point = point + _inverse(gradient, sigma) @ (gradient.T @ (missed / sigma**2))
    return point, bearing_fix_covariance_m2(sites, point, sigma)


def ellipse(covariance_m2: ArrayLike) -> Ellipse:
    """Return the 1-sigma ellipse of a covariance (2, 2) of east and north."""
    (a, b), (_, d) = np.asarray(covariance_m2, dtype=np.float64).tolist()
    middle, half = 0.5 * (a + d), math.hypot(0.5 * (a - d), b)
    minor = (a * d - b * b) / (middle + half)
    return Ellipse(math.sqrt(middle + half), math.sqrt(max(minor, 0.0)), (0.5 * math.atan2(2.0 * b, d - a)) % math.pi)


def triangulate(bearings: Sequence[Bearing], height_m: float = 9_000.0, gate: float = GATE) -> list[Fix]:
    """Return the emitters that explain these bearings, at most one for each bearing, best supported first.

    A crossing counts where it lies ahead of every site it uses and above its horizon, and where its directions and
    loudnesses agree within `gate` per bearing. The explanation taken leaves the fewest bearings over, then needs the
    fewest emitters, then fits best. A fix is `ambiguous` when another explanation without it is as good and fits about
    as well: two sites that know no loudness cannot tell two jammers from their ghosts.
    """
    fits = [fit for fit in _crossings(bearings, height_m, gate) if fit.chi_squared <= gate * len(fit.bearings)]
    fits.sort(key=lambda fit: (-len(fit.bearings), fit.chi_squared, fit.bearings))
    told = [_explanation(first, fits) for first in fits]
    if not told:
        return []
    best = min(told, key=_cost)
    rivals = [
        {fit.bearings for fit in other}
        for other in told
        if _cost(other)[:2] == _cost(best)[:2] and _cost(other)[2] < _cost(best)[2] + RIVAL_CHI_SQUARED
    ]
    return [replace(fit, ambiguous=any(fit.bearings not in rival for rival in rivals)) for fit in best]


def locate(bearings: Sequence[Bearing], height_m: float = 9_000.0) -> Fix | None:
    """Return the place in which all these bearings meet best; None where they do not meet ahead of all sites and above
    their horizons."""
    return _fit(tuple(range(len(bearings))), bearings, height_m)


def _explanation(first: Fix, fits: Sequence[Fix]) -> list[Fix]:
    """The crossing `first` and, in order, all that share no bearing with those taken before."""
    taken = [first]
    for fit in fits:
        if all(set(fit.bearings).isdisjoint(other.bearings) for other in taken):
            taken.append(fit)
    return sorted(taken, key=lambda fit: (-len(fit.bearings), fit.chi_squared, fit.bearings))


def _cost(explanation: Sequence[Fix]) -> tuple[int, int, float]:
    explained = sum(len(fit.bearings) for fit in explanation)
    return -explained, len(explanation), sum(fit.chi_squared for fit in explanation)


def _crossings(bearings: Sequence[Bearing], height_m: float, gate: float) -> list[Fix]:
    """Every crossing of two sites, joined by the nearest bearing of every other site that agrees."""
    found: dict[tuple[int, ...], Fix] = {}
    for i, j in combinations(range(len(bearings)), 2):
        if bearings[i].site == bearings[j].site:
            continue
        fit = _fit((i, j), bearings, height_m)
        for site in sorted({b.site for b in bearings} - {bearings[i].site, bearings[j].site}):
            fit = None if fit is None else _joined(fit, site, bearings, height_m, gate)
        if fit is not None:
            found.setdefault(fit.bearings, fit)
    return list(found.values())


def _joined(fit: Fix, site: str, bearings: Sequence[Bearing], height_m: float, gate: float) -> Fix:
    """The fit with that bearing of `site` which agrees best, or as it was where none does."""
    wider = [_fit((*fit.bearings, k), bearings, height_m) for k, b in enumerate(bearings) if b.site == site]
    good = [new for new in wider if new is not None and new.chi_squared <= fit.chi_squared + gate]
    return min(good, key=lambda new: new.chi_squared) if good else fit


def _fit(chosen: tuple[int, ...], bearings: Sequence[Bearing], height_m: float) -> Fix | None:
    """Least squares over the earth; None where the planes do not meet ahead of all sites and above their horizons."""
    used = [bearings[k] for k in sorted(chosen)]
    sites = geo.geodetic2ecef([b.lat_deg for b in used], [b.lon_deg for b in used], [b.alt_m for b in used])
    frames = np.stack([geo.enu_rotation(b.lat_deg, b.lon_deg) for b in used])
    az, sigma = np.array([b.az_rad for b in used]), np.array([b.sigma_rad for b in used])
    point = _planes_meet(sites, frames, az, height_m)
    if point is None:
        return None
    for _ in range(_ROUNDS):
        lat, lon, _ = (float(part) for part in geo.ecef2geodetic(point))
        gradient, missed = _towards(geo.geodetic2ecef(lat, lon, height_m), sites, frames, az, lat, lon)
        try:
            step = _step(gradient, missed, sigma)
        except ValueError:
            return None
        point = geo.enu2ecef(np.array([step[0], step[1], 0.0]), lat, lon, height_m)
    lat, lon, _ = (float(part) for part in geo.ecef2geodetic(point))
    gradient, missed = _towards(point, sites, frames, az, lat, lon)
    distance = np.sqrt(((point - sites) ** 2).sum(axis=1))
    seen = (distance > NEAREST_M + height_m) & (distance < _sight_m(used, height_m))
    if np.abs(missed).max() > 0.5 or not seen.all():
        return None
    chi_squared = float(((missed / sigma) ** 2).sum()) + _loudness_misfit(used, distance)
    return Fix(tuple(sorted(chosen)), lat, lon, _inverse(gradient, sigma), chi_squared)


def _planes_meet(sites: Floats, frames: Floats, az: Floats, height_m: float) -> Floats | None:
    """Where the first two upright planes meet a sphere through the first site raised to the height, ahead of both."""
    sine, cosine = sincos(az[:2, None])
    normal = cosine * frames[:2, 0] - sine * frames[:2, 1]
    along = np.cross(normal[0], normal[1])
    squared = float((along * along).sum())
    if squared < 1e-12:
        return None
    offset = (normal * sites[:2]).sum(axis=1)
    base = np.cross(offset[0] * normal[1] - offset[1] * normal[0], along) / squared
    room = (math.sqrt(float((sites[0] * sites[0]).sum())) + height_m) ** 2 - float((base * base).sum())
    if room <= 0.0:
        return None
    ahead = sine * frames[:2, 0] + cosine * frames[:2, 1]
    for sign in (1.0, -1.0):
        point = base + sign * math.sqrt(room / squared) * along
        if (((point - sites[:2]) * ahead).sum(axis=1) > 0.0).all():
            return point
    return None


def _towards(
    point: Floats, sites: Floats, frames: Floats, az: Floats, lat_deg: float, lon_deg: float
) -> tuple[Floats, Floats]:
    """By how much each azimuth turns for a metre east and north at the point, and by how much each one misses it."""
    local = (frames * (point - sites)[:, None, :]).sum(axis=2)
    seen = atan2(local[:, 0], local[:, 1])
    sine, cosine = sincos(seen[:, None])
    across = cosine * frames[:, 0] - sine * frames[:, 1]
    level = np.sqrt(local[:, 0] ** 2 + local[:, 1] ** 2)
    here = geo.enu_rotation(lat_deg, lon_deg)[:2]
    return (across[:, None, :] * here).sum(axis=2) / level[:, None], _wrapped(az - seen)


def _sight_m(used: Sequence[Bearing], height_m: float) -> Floats:
    heights = np.array([max(b.alt_m, 0.0) for b in used])
    return np.sqrt(2.0 * EFFECTIVE_EARTH_M * heights) + math.sqrt(2.0 * EFFECTIVE_EARTH_M * max(height_m, 0.0))


def _loudness_misfit(used: Sequence[Bearing], distance: Floats) -> float:
    """Chi squared of how loud the sites hear one emitter: loudness + 20 log10 R should be the same at all."""
    source = np.array([b.loudness_db for b in used]) + 20.0 * np.log10(distance)
    known = source[~np.isnan(source)]
    return float((((known - known.mean()) / LOUDNESS_SIGMA_DB) ** 2).sum()) if known.size > 1 else 0.0


def _solved(normal: Floats, offset: Floats, sigma: Floats) -> Floats:
    return _step(normal, offset, sigma)


def _step(gradient: Floats, missed: Floats, sigma: Floats) -> Floats:
    """The weighted least-squares step, in sums whose order no library chooses: places decide the bits of a run."""
    pull = (gradient * (missed / sigma**2)[:, None]).sum(axis=0)
    return (_inverse(gradient, sigma) * pull).sum(axis=1)


def _inverse(gradient: Floats, sigma: Floats) -> Floats:
    weighted = gradient / sigma[:, None] ** 2
    a, d = (gradient * weighted).sum(axis=0).tolist()
    b = float((gradient[:, 0] * weighted[:, 1]).sum())
    determinant = a * d - b * b
    if not determinant > 1e-14 * a * d or len(gradient) < 2:
        raise ValueError("the bearings do not cross: two or more from different directions are needed")
    return np.array([[d, -b], [-b, a]]) / determinant


def _wrapped(angle: Floats) -> Floats:
    return (angle + math.pi) % (2.0 * math.pi) - math.pi
