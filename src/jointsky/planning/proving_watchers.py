"""Watchers on the range: how far what radiates nothing hears, receives and sees."""

import math

from jointsky.catalogue import WatcherType
from jointsky.planning.cards import Curve, Line, Trial, exact
from jointsky.sensing.electronic_war import esm_range_m
from jointsky.sensing.radar import horizon_m
from jointsky.sensing.watchers import REFERENCE_RCS_M2

HEIGHTS_M = (100.0, 300.0, 1_000.0, 3_000.0, 10_000.0)
USUAL = ("strike_fighter", "aew_aircraft", "jammer_aircraft", "airliner", "light_aircraft", "cruise_missile")


def watcher(trial: Trial, name: str, kind: WatcherType) -> tuple[list[Line], Curve]:
    """Lines and curve of a watcher's card: reach against each target at its usual height, and how often and how exactly
    it tells."""
    lines = [_reach(trial, kind, target) for target, _ in trial.targets(USUAL)]
    lines.append(exact("reports a minute", 60.0 / kind.period * kind.chance, "", "chance over period"))
    lines.append(exact("error of azimuth", kind.az_sigma, "deg", "one sigma"))
    lines.append(exact("late by", kind.latency, "s", "from the moment it is true of until it is told"))
    lines.append(exact("greatest range", kind.max_range / 1e3, "km", "stated"))
    far = [min(kind.max_range, horizon_m(kind.mast, h)) / 1e3 for h in HEIGHTS_M]
    series = (name, tuple(h / 1e3 for h in HEIGHTS_M), tuple(far))
    return lines, Curve(f"{name}: horizon and greatest range", "height (km)", "range (km)", (series,))


def _reach(trial: Trial, kind: WatcherType, target: str) -> Line:
    flown = trial.catalogue.aircraft(target)
    horizon = min(kind.max_range, horizon_m(kind.mast, flown.altitude))
    if kind.sensor == "adsb":
        return exact(f"{target}, transponder on", horizon / 1e3, "km", f"horizon at {flown.altitude:g} m")
    if kind.sensor == "observer":
        seen = min(kind.max_range * min((flown.rcs / REFERENCE_RCS_M2) ** 0.25, 1.0), horizon)
        return exact(target, seen / 1e3, "km", "stated range, smaller things nearer")
    erp_w, freq_hz = _loudest(trial, target, kind)
    if erp_w == 0.0:
        return exact(target, 0.0, "km", "radiates nothing in the band")
    sensitivity_w, gain_db = 10.0 ** ((kind.sensitivity or 0.0) / 10.0), kind.gain or 0.0
    free = esm_range_m(erp_w=erp_w, receive_gain_db=gain_db, sensitivity_w=sensitivity_w, freq_hz=freq_hz)
    return exact(target, min(free, horizon) / 1e3, "km", f"free space {free / 1e3:.0f} km, at {flown.altitude:g} m")


def _loudest(trial: Trial, target: str, kind: WatcherType) -> tuple[float, float]:
    """Effective power (W) and frequency of what a target radiates strongest in the band; 0 W: nothing."""
    flown, found = trial.catalogue.aircraft(target), [(0.0, 1e9)]
    low, high = kind.band_from or 0.0, kind.band_to or math.inf
    if flown.radar is not None:
        radar = trial.catalogue.radar(flown.radar)
        found.append((radar.peak_power * 10.0 ** (radar.gain / 10.0), radar.frequency))
    if flown.jammer is not None:
        centre = flown.jammer.frequency or max(low, min(high, 3e9))
        found.append((flown.jammer.power * 10.0 ** (flown.jammer.gain / 10.0), centre))
    return max((erp_w, freq_hz) for erp_w, freq_hz in found if low <= freq_hz <= high or erp_w == 0.0)
