"""A radar on the range: targets come straight in at one height, look after look, until they are seen."""

import math

import numpy as np
from numpy.typing import NDArray

from jointsky.catalogue import AircraftType, Jammer, RadarType
from jointsky.engine.physics import type_range_m, type_snr_ref_db
from jointsky.planning.cards import Curve, Line, Trial, exact, mean, proportion, quantile
from jointsky.rng import Stream, draws, entity_key
from jointsky.sensing.detection import pd_exact
from jointsky.sensing.jamming import jam_to_noise, jammed_range_m, self_jammed_range_m
from jointsky.sensing.radar import elevation_rad, horizon_m, snr_db

Float = NDArray[np.float64]
JAMMING = ("strike_fighter_jamming", "jammer_aircraft")
STAND_OFF_M = 150_000.0
AVERAGE_SIDELOBE_DB = 10.0
"""The average sidelobe below the first."""
USUAL = ("cruise_missile", "fighter", "bomber")
HITS, LOOKS = 2, 3
"""A track begins with so many hits in so many looks."""
_CURVE_POINTS = 60
_SEA_M = 1.0
"""Lowest antenna: a radar of the air without a mast stands at its usual height instead."""


def radar(trial: Trial, name: str, kind: RadarType) -> tuple[list[Line], Curve]:
    """The card of a radar: free-space ranges, then the ranges at which each target was first seen and first tracked."""
    lines: list[Line] = []
    series: list[tuple[str, tuple[float, ...], tuple[float, ...]]] = []
    targets = trial.targets(USUAL)
    for number, (target, craft) in enumerate(targets):
        for pd in (0.9, 0.5):
            reach = type_range_m(kind, craft.rcs, pd)
            lines.append(
                exact(f"{target}: free-space range, Pd {pd}", reach / 1e3, "km", f"{craft.rcs:g} m2, one look")
            )
        horizon = horizon_m(max(kind.mast, _SEA_M), craft.altitude)
        lines.append(exact(f"{target}: horizon", horizon / 1e3, "km", f"4/3 earth, target at {craft.altitude:,.0f} m"))
        seen, tracked = _approach(trial, f"{name}/{target}", kind, craft)
        how = f"comes in at {craft.cruise:g} m/s and {craft.altitude:,.0f} m"
        lines.append(mean(f"{target}: first seen", seen / 1e3, "km", how))
        lines.append(quantile(f"{target}: first seen by 9 of 10", -seen / 1e3, 0.9, "km", how))
        lines[-1] = _turned(lines[-1])
        lines.append(mean(f"{target}: first tracked", tracked / 1e3, "km", f"{HITS} of {LOOKS} looks"))
        lines.append(proportion(f"{target}: tracked at all", int(np.isfinite(tracked).sum()), trial.runs, how))
        series.append(_curve(target, kind, craft))
        trial.progress(number + 1.0, len(targets))
    lines += _burn_through(trial, kind)
    return lines, Curve("Chance of detection in one look", "range, km", "Pd", tuple(series))


def _burn_through(trial: Trial, kind: RadarType) -> list[Line]:
    """Where the echo of a target that jams for itself comes through its own noise, and what a stand-off jammer heard
    through average sidelobes leaves of the range against a fighter."""
    lines: list[Line] = []
    for name, craft in trial.targets(JAMMING):
        if craft.jammer is not None:
            heard = _jam_to_noise(kind, craft.jammer, 0.0)
            reach = self_jammed_range_m(type_range_m(kind, craft.rcs, 0.5), heard, STAND_OFF_M)
            lines.append(exact(f"{name}: burn-through, Pd 0.5", reach / 1e3, "km", "jams for itself in the main lobe"))
            beside = _jam_to_noise(kind, craft.jammer, kind.sidelobe - AVERAGE_SIDELOBE_DB)
            kept = jammed_range_m(1.0, beside)
            how = f"from {STAND_OFF_M / 1e3:.0f} km away, through average sidelobes"
            lines.append(exact(f"{name}: leaves of the range", kept, "", how))
    return lines


def _jam_to_noise(kind: RadarType, jammer: Jammer, lobe_db: float) -> float:
    """Mean J/N of a jammer at the stand-off range; it fills the band over which the radar hops."""
    return jammer.duty * jam_to_noise(
        jam_power_w=jammer.power, jam_gain_db=jammer.gain, jam_bandwidth_hz=max(jammer.bandwidth, kind.agile or 0.0),
        range_m=STAND_OFF_M, freq_hz=kind.frequency, gain_db=kind.gain, bandwidth_hz=kind.bandwidth,
        noise_temp_k=kind.noise_temperature, relative_gain_db=lobe_db,
    )  # fmt: skip


def _turned(line: Line) -> Line:
    """A quantile of minus a range, as one of the range."""
    return Line(line.what, -line.value, -line.high, -line.low, line.unit, line.n, line.how)


def _looks_pd(kind: RadarType, craft: AircraftType, ranges_m: Float) -> Float:
    """Chance of detection at each slant range, zero behind the horizon, outside elevation cover or range."""
    reference = type_snr_ref_db(kind)
    snr = np.array([snr_db(reference, craft.rcs, max(float(r), 1.0)) for r in ranges_m])
    chance = pd_exact(snr, kind.pulses, kind.pfa, craft.swerling)
    mast = max(kind.mast, _SEA_M)
    elevation = np.array([elevation_rad(float(r), mast, craft.altitude) for r in ranges_m])
    inside = (ranges_m <= min(kind.max_range, horizon_m(mast, craft.altitude))) & (ranges_m >= kind.min_range)
    inside &= np.isfinite(elevation) & (elevation >= math.radians(kind.el_min))
    inside &= elevation <= math.radians(kind.el_max)
    return np.where(inside & (craft.cruise > kind.mdv), chance, 0.0)


def _approach(trial: Trial, pair: str, kind: RadarType, craft: AircraftType) -> tuple[Float, Float]:
    """Ranges (m) of first detection and first track of each run; NaN where it never was.

    The first look finds the target somewhere in one period of flight beyond the farthest range that any look can have.
    """
    far = min(
        kind.max_range, horizon_m(max(kind.mast, _SEA_M), craft.altitude), 1.6 * type_range_m(kind, craft.rcs, 0.1)
    )
    step = craft.cruise * kind.period
    count = max(int(far / step) + 1, LOOKS)
    grid = np.linspace(kind.min_range, far + step, 400)
    table = _looks_pd(kind, craft, grid)
    names = np.array([entity_key(f"{pair}/{run}") for run in range(trial.runs)], np.uint64)
    first = far + step * draws(trial.seed, Stream.STUDY, names, 0)
    seen, tracked = np.full(trial.runs, np.nan), np.full(trial.runs, np.nan)
    recent = np.zeros((LOOKS, trial.runs), bool)
    for look in range(count):
        ranges = first - look * step
        hit = draws(trial.seed, Stream.DETECTION, names, look) < _pd_between(ranges, grid, table)
        recent[look % LOOKS] = hit
        seen = np.where(np.isnan(seen) & hit, ranges, seen)
        tracked = np.where(np.isnan(tracked) & (recent.sum(axis=0) >= HITS), ranges, tracked)
    return seen, tracked


def _pd_between(ranges: Float, grid: Float, table: Float) -> Float:
    """Linear between the grid's points, zero outside."""
    return np.interp(ranges, grid, table, left=0.0, right=0.0)


def _curve(target: str, kind: RadarType, craft: AircraftType) -> tuple[str, tuple[float, ...], tuple[float, ...]]:
    far = min(kind.max_range, 1.8 * type_range_m(kind, craft.rcs, 0.5))
    ranges = np.linspace(kind.min_range, far, _CURVE_POINTS)
    return target, tuple((ranges / 1e3).tolist()), tuple(_looks_pd(kind, craft, ranges).tolist())
