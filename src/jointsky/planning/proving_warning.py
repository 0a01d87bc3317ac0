"""An early-warning radar on the range: ballistic missiles come at it, and what counts is the time and the ellipse."""

import math

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.catalogue import RadarType
from jointsky.engine.physics import type_range_m
from jointsky.geo.paths import between
from jointsky.picture import impact
from jointsky.planning.cards import Curve, Line, Trial, exact, mean, proportion, quantile
from jointsky.rng import Stream, entity_key, normal
from jointsky.sensing.fan import Fan, Sighting, watch
from jointsky.truth import ballistic
from jointsky.truth.arcs import fan_warning_s

Float = NDArray[np.float64]
RCS_M2 = 0.3
"""Of a re-entry vehicle; the notional set's."""
SEEN_S = 60.0
"""How long measurements are gathered for the estimate."""
_SITE = (50.0, 20.0)
_RANGES_M = {"tbm_250km": 240e3, "tbm_800km": 740e3}
_MOST_RUNS = 60
_CURVE_KM = (300, 500, 800, 1_200, 2_000, 3_000, 4_000, 5_500, 7_500, 10_000)


def warning_radar(trial: Trial, name: str, kind: RadarType) -> tuple[list[Line], Curve]:
    """The card of a warning radar that stands where the missiles fall."""
    fan = Fan(name, *_SITE, kind.mast, kind)
    lines = [
        exact(f"free-space range, Pd {pd}", type_range_m(kind, RCS_M2, pd) / 1e3, "km", f"{RCS_M2} m2, one look")
        for pd in (0.9, 0.5)
    ]
    for number, (missile, range_m) in enumerate(_RANGES_M.items()):
        lines += _raid(trial, fan, ballistic.NOTIONAL[missile], range_m)
        trial.progress(number + 1.0, len(_RANGES_M))
    return lines, _curve(fan)


def _raid(trial: Trial, fan: Fan, rocket: ballistic.Rocket, range_m: float) -> list[Line]:
    """Warning, confirmation and ellipses over runs against one missile from the east."""
    lat, lon = (float(v) for v in geo.geodesic_end(*_SITE, math.pi / 2, range_m))
    flight = ballistic.aim(rocket, (lat, lon), _SITE)
    times = np.arange(0.0, flight.time_s, fan.radar.period)
    places = between(flight.knots, times)[:, :3]
    runs = min(trial.runs, _MOST_RUNS)
    bias = np.array([fan.radar.bias_range, *[math.radians(fan.radar.bias_az)] * 2])
    seen: list[Sighting] = []
    ends: list[impact.End] = []
    for run in range(runs):
        key = entity_key(f"{fan.name}/{rocket.name}/{run}")
        off = bias * [normal(trial.seed, Stream.BIAS, key, 0, k) for k in range(3)]
        seen.append(watch(fan, times, places, RCS_M2, trial.seed, f"{rocket.name}/{run}", off))
        ends += _estimate(fan, seen[-1], bias, rocket.ballistic_kgm2)
    how = f"{rocket.name} from {range_m / 1e3:,.0f} km, fan at {math.degrees(fan.elevation_rad):g} degrees"
    confirmed = np.array([flight.time_s - s.confirmed_s if math.isfinite(s.confirmed_s) else math.nan for s in seen])
    lines = [
        exact(f"{rocket.name}: warning from crossing the fan", flight.time_s - seen[0].crossed_s, "s", how),
        mean(f"{rocket.name}: warning from confirmation", confirmed, "s", f"{fan.hits} of {fan.looks} looks"),
        proportion(f"{rocket.name}: confirmed", int(np.isfinite(confirmed).sum()), runs, how),
    ]
    if ends:
        axes = np.array([end.ellipse_m()[0] for end in ends])
        covered = sum(end.covers(*flight.impact_deg) for end in ends)
        based = f"after {SEEN_S:g} s of measurements, registration errors counted"
        lines.append(quantile(f"{rocket.name}: longer half axis of the impact ellipse", axes / 1e3, 0.5, "km", based))
        lines.append(proportion(f"{rocket.name}: ellipse covers the impact", covered, len(ends), based))
    return lines


def _estimate(fan: Fan, seen: Sighting, bias: Float, beta: float) -> list[impact.End]:
    """The impact estimated from the first minute of free flight; nothing where there is too little."""
    looks = impact.Looks(seen.t_s, seen.measured, seen.sigma, fan.lat_deg, fan.lon_deg, fan.alt_m, bias)
    arc = impact.settled(looks, beta, SEEN_S)
    return [] if arc is None else [impact.impact(arc)]


def _curve(fan: Fan) -> Curve:
    """Warning against range, at the target and from forward."""
    series = tuple(
        (name, tuple(float(km) for km in kms), tuple(fan_warning_s(km * 1e3, fan.elevation_rad, forward) for km in kms))
        for name, forward, kms in (
            ("radar at the target", 0.0, _CURVE_KM),
            ("1,000 km forward", 1e6, _CURVE_KM[3:]),
            ("4,000 km forward", 4e6, _CURVE_KM[7:]),
        )
    )
    return Curve("Warning time, least-energy missiles", "range of the missile, km", "warning, s", series)
