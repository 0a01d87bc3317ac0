"""From a warning radar's measurements to launch and impact: ellipses that keep their promise, warning in time."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from night import cases

from jointsky import catalogue, geo
from jointsky.geo.paths import between
from jointsky.picture import impact
from jointsky.rng import Stream, entity_key, normal
from jointsky.sensing.fan import Fan, Sighting, watch
from jointsky.truth import ballistic

SITE = (51.0, 24.0)
TARGET = (51.5, 22.5)
START = (52.0, 33.0)
RADAR = catalogue.load().radar("early_warning_uhf")
FAN = Fan("west.warning", *SITE, 50.0, RADAR)
BIAS = np.array([RADAR.bias_range, math.radians(RADAR.bias_az), math.radians(RADAR.bias_az)])
SEEN_S = 60.0
"""How long the estimate is based on."""


@cache
def flight() -> ballistic.Flight:
    """One that is aimed at the target."""
    return ballistic.aim(ballistic.TBM_800, START, TARGET)


def sighting(seed: int, biased: bool) -> tuple[Sighting, impact.Looks]:
    """What the radar has of it in the first minute."""
    times = np.arange(0.0, _until_s(), RADAR.period)
    bias = BIAS * [normal(seed, Stream.BIAS, entity_key(FAN.name), 0, k) for k in range(3)] if biased else np.zeros(3)
    seen = watch(FAN, times, between(flight().knots, times)[:, :3], 0.3, seed, "one", bias)
    early = seen.t_s <= seen.t_s[0] + SEEN_S
    looks = impact.Looks(
        seen.t_s[early], seen.measured[early], seen.sigma[early], *SITE, 50.0, BIAS if biased else np.zeros(3)
    )
    return seen, looks


def test_warning_time_and_confirmation() -> None:
    """Crossed at three degrees, confirmed within some looks, minutes before the impact."""
    seen, _ = sighting(1, biased=False)
    _, el, _ = FAN.polar(
        between(flight().knots, np.array([seen.crossed_s - RADAR.period, seen.crossed_s]))[:, :3]
    )
    assert el[0] < FAN.elevation_rad <= el[1]
    assert seen.crossed_s < seen.confirmed_s < seen.crossed_s + 30.0
    assert flight().time_s - seen.confirmed_s > 240.0


def test_a_sector_and_a_short_range_hide_it() -> None:
    times = np.arange(0.0, flight().time_s, RADAR.period)
    places = between(flight().knots, times)[:, :3]
    away = Fan("a", *SITE, 50.0, RADAR, sector_rad=(math.radians(180.0), math.radians(300.0)))
    near = Fan("b", *SITE, 50.0, RADAR.model_copy(update={"max_range": 100e3}))
    hidden = watch(away, times, places, 0.3, 1, "one", np.zeros(3))
    assert hidden.confirmed_s == math.inf or hidden.confirmed_s > flight().time_s - 120.0, "it is overhead by then"
    late = watch(near, times, places, 0.3, 1, "one", np.zeros(3))
    assert late.crossed_s > sighting(1, False)[0].crossed_s + 60.0


@pytest.mark.parametrize("biased", [False, True])
def test_ellipses_cover_the_truth_in_95_of_100_runs(biased: bool) -> None:
    """Impact and launch from one minute of measurements; the launch through a model flight of the type to where the fit
    says. The count must lie within the 99.9 % interval of a binomial with p = 0.95."""
    runs = cases(24, 600)
    covered = np.zeros((len(runs), 2), bool)
    for seed in runs:
        _, looks = sighting(seed, biased)
        arc = impact.fit(looks, ballistic.TBM_800.ballistic_kgm2)
        down = impact.impact(arc)
        up = impact.launch(arc, _model_ahead_m())
        covered[seed] = down.covers(*flight().impact_deg), up.covers(*START)
    spread = 3.3 * math.sqrt(0.95 * 0.05 / len(runs))
    share = covered.mean(axis=0)
    assert (share >= 0.95 - spread).all() and (share <= min(0.95 + spread, 1.0)).all(), share


@cache
def _until_s() -> float:
    """A little longer than the estimate needs."""
    times = np.arange(0.0, flight().time_s, RADAR.period)
    _, el, _ = FAN.polar(between(flight().knots, times)[:, :3])
    return float(times[np.argmax(el >= FAN.elevation_rad)]) + SEEN_S + 20.0


@cache
def _model_ahead_m() -> float:
    """Of a flight of the same type over a like range elsewhere."""
    return ballistic.ahead_m(ballistic.aim(ballistic.TBM_800, (50.0, 30.0), (49.7, 20.0)))


def test_estimates_sharpen_and_their_residuals_are_what_the_radar_promised() -> None:
    _, looks = sighting(3, biased=False)
    arc = impact.fit(looks, ballistic.TBM_800.ballistic_kgm2)
    assert 0.4 < arc.chi2 / arc.freedom < 1.7
    half = impact.Looks(looks.t_s[:12], looks.measured[:12], looks.sigma[:12], *SITE, 50.0)
    short = impact.impact(impact.fit(half, ballistic.TBM_800.ballistic_kgm2))
    long_m, short_m, _ = impact.impact(arc).ellipse_m()
    assert short_m <= long_m < short.ellipse_m()[0]


def test_a_fit_of_exact_measurements_is_the_flight() -> None:
    times = np.arange(200.0, 260.0, 4.0)
    states = between(flight().knots, times)
    az, el, slant = FAN.polar(states[:, :3])
    exact = impact.Looks(times, np.stack([slant, az, el], axis=1), np.full((15, 3), [1.0, 1e-5, 1e-5]), *SITE, 50.0)
    arc = impact.fit(exact, ballistic.TBM_800.ballistic_kgm2)
    assert arc.state == pytest.approx(states[0], abs=0.01)
    down = impact.impact(arc)
    gap, _ = geo.geodesic(down.lat_deg, down.lon_deg, *flight().impact_deg)
    assert float(gap) < 5.0 and down.t_s == pytest.approx(flight().time_s, abs=0.01)


def test_a_boost_in_sight_does_not_spoil_the_ellipse() -> None:
    """A radar near a short-range missile sees it under thrust; a fit to that would miss by many ellipses."""
    near = ballistic.aim(ballistic.TBM_250, (51.0, 27.4), SITE)
    times = np.arange(0.0, 150.0, RADAR.period)
    places = between(near.knots, times)[:, :3]
    covered, naive = 0, 0
    for seed in range(6):
        seen = watch(FAN, times, places, 0.3, seed, "near", np.zeros(3))
        looks = impact.Looks(seen.t_s, seen.measured, seen.sigma, *SITE, 50.0)
        assert looks.t_s[0] < near.rocket.burn_out_s
        arc = impact.settled(looks, ballistic.TBM_250.ballistic_kgm2, SEEN_S)
        assert arc is not None
        covered += impact.impact(arc).covers(*near.impact_deg)
        if seed >= 3:
            continue
        first = impact.fit(looks.within(looks.t_s[0], looks.t_s[0] + SEEN_S), ballistic.TBM_250.ballistic_kgm2)
        naive += impact.impact(first).covers(*near.impact_deg)
    assert covered >= 4 and naive <= 1
    short = looks.within(0.0, float(looks.t_s[0]) + 8.0)
    assert impact.settled(short, ballistic.TBM_250.ballistic_kgm2, SEEN_S) is None


def test_too_little_is_refused() -> None:
    _, looks = sighting(3, biased=False)
    two = impact.Looks(looks.t_s[:2], looks.measured[:2], looks.sigma[:2], *SITE, 50.0)
    with pytest.raises(ValueError, match="expected three or more"):
        impact.fit(two, 8000.0)
