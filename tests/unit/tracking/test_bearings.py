"""Places from directions: covariances by hand and by trial, two nations' strobes, ghosts."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jointsky import geo
from jointsky.tracking.bearings import (
    Bearing,
    bearing_fix_covariance_m2,
    bearing_fix_m,
    ellipse,
    triangulate,
)

SITES = {"north": (54.5, 30.0), "south": (53.3, 30.1), "east": (53.9, 31.4)}
HEIGHT_M = 9_000.0
SIGMA = math.radians(0.2)


def heard(
    places: list[tuple[float, float]], sites: list[str], error: float = 0.0, loud: bool = False
) -> list[Bearing]:
    """Bearings of every emitter from every site, each turned by `error` sigmas up and down in turn."""
    found = []
    for number, name in enumerate(sites):
        for k, (lat, lon) in enumerate(places):
            az, _, distance = geo.geodetic2aer(lat, lon, HEIGHT_M, *SITES[name], 20.0)
            turn = error * SIGMA * (1 if (number + k) % 2 else -1)
            strength = -20 * math.log10(float(distance)) + 60.0 + 20.0 * k if loud else math.nan
            found.append(Bearing(name, *SITES[name], 20.0, float(az) + turn, SIGMA, strength))
    return found


def apart_m(fix: object, place: tuple[float, float]) -> float:
    return float(geo.geodesic(fix.lat_deg, fix.lon_deg, *place)[0])  # type: ignore[attr-defined]


def test_two_bearings_at_right_angles_give_the_ellipse_by_hand() -> None:
    covariance = bearing_fix_covariance_m2([[0.0, -60e3], [-40e3, 0.0]], [0.0, 0.0], [0.01, 0.02])
    assert covariance == pytest.approx(np.diag([(60e3 * 0.01) ** 2, (40e3 * 0.02) ** 2]), rel=1e-9, abs=1e-3)
    found = ellipse(covariance)
    assert (found.major_m, found.minor_m, found.az_rad) == pytest.approx((800.0, 600.0, 0.0), rel=1e-6)


def test_two_bearings_at_an_angle_obey_stansfields_ellipse() -> None:
    # Two lines that cross at an angle, each displaced across itself by R sigma: variances along and across add up.
    point, sites, sigma = np.array([10e3, 80e3]), np.array([[-30e3, 0.0], [45e3, 5e3]]), np.array([0.004, 0.007])
    away = point - sites
    az = np.arctan2(away[:, 0], away[:, 1])
    spread = np.hypot(*away.T) * sigma
    lines = np.linalg.inv(np.stack((np.cos(az), -np.sin(az)), axis=1))
    judge = lines @ np.diag(spread**2) @ lines.T
    assert bearing_fix_covariance_m2(sites, point, sigma) == pytest.approx(judge, rel=1e-6)
    found, values = ellipse(judge), np.linalg.eigvalsh(judge)
    assert (found.minor_m**2, found.major_m**2) == pytest.approx(tuple(values), rel=1e-6)


def test_fixes_scatter_as_their_covariance_says() -> None:
    sites, point = np.array([[-50e3, 0.0], [50e3, 0.0], [0.0, -30e3]]), np.array([20e3, 100e3])
    luck = np.random.default_rng(5)
    away = point - sites
    true = np.arctan2(away[:, 0], away[:, 1])
    found = np.array([bearing_fix_m(sites, true + luck.normal(0, 0.003, 3), 0.003)[0] for _ in range(400)])
    covariance = bearing_fix_covariance_m2(sites, point, 0.003)
    missed = found - point
    chi_squared = np.einsum("ni,ij,nj->n", missed, np.linalg.inv(covariance), missed)
    assert chi_squared.mean() == pytest.approx(2.0, abs=0.3)


def test_parallel_bearings_do_not_cross() -> None:
    with pytest.raises(ValueError, match="do not cross"):
        bearing_fix_m([[0.0, 0.0], [0.0, 10e3]], [0.0, 0.0], 0.01)
    with pytest.raises(ValueError, match="do not cross"):
        bearing_fix_m([[0.0, 0.0]], [0.3], 0.01)


def test_two_nations_place_a_jammer_that_neither_places_alone() -> None:
    jammer = (54.0, 33.2)
    alone = [triangulate(heard([jammer], [name])) for name in ("north", "south")]
    assert alone == [[], []]
    (fix,) = triangulate(heard([jammer], ["north", "south"]))
    assert apart_m(fix, jammer) < 20.0 and not fix.ambiguous
    assert 100.0 < ellipse(fix.covariance_m2).major_m < 10e3


@pytest.mark.parametrize("count", [2, 3])
def test_a_third_site_rejects_ghosts(count: int) -> None:
    jammers = [(54.6, 33.0), (53.9, 33.6), (53.2, 32.8)][:count]
    fixes = triangulate(heard(jammers, ["north", "south", "east"], error=0.5))
    assert len(fixes) == count
    assert all(len(fix.bearings) == 3 and not fix.ambiguous for fix in fixes)
    for jammer in jammers:
        assert min(apart_m(fix, jammer) for fix in fixes) < 3e3


def test_loudness_rejects_ghosts_of_two_sites() -> None:
    jammers = [(54.2, 31.0), (53.7, 33.6)]
    fixes = triangulate(heard(jammers, ["north", "south"], loud=True))
    assert len(fixes) == 2 and not any(fix.ambiguous for fix in fixes)
    assert all(min(apart_m(fix, jammer) for fix in fixes) < 100.0 for jammer in jammers)


def test_two_sites_that_know_no_loudness_say_that_they_cannot_tell() -> None:
    fixes = triangulate(heard([(54.2, 33.0), (53.7, 33.6)], ["north", "south"]))
    assert fixes and all(fix.ambiguous for fix in fixes)


def test_a_crossing_beyond_the_horizon_is_none() -> None:
    far = [Bearing(name, *SITES[name], 20.0, az, SIGMA) for name, az in (("north", 1.70), ("south", 1.60))]
    assert triangulate(far, height_m=100.0) == []
