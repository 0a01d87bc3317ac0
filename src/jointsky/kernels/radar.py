"""Radars and targets as a tick finds them: where each stands at both ends of it, what jams it, and what one look
could show.

Heights are over a smooth earth; rays bend as over an earth of 4/3 radius.
"""

import math
from typing import Any

import numba  # pyright: ignore[reportMissingTypeStubs]
import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.compiled import kernel
from jointsky.kernels.detection import read_table
from jointsky.kernels.elementary import db_to_ratio, ratio_to_db, sin, sincos
from jointsky.kernels.jamming import (
    EFFECTIVE_EARTH_M,
    above_horizon,
    antenna_pattern,
    in_band,
    jam_to_noise,
    jammer_rows,
    record_array,
)
from jointsky.vocab.codes import SensorKind
from jointsky.vocab.truth_records import AIRCRAFT, AIRCRAFT_TYPE, RADAR

ANGLE_SLOPE = 1.6
"""Barton, "Radar System Analysis and Modeling" (2005): sigma = beamwidth / (1.6 sqrt(2 S/N))."""
POLAR_RATIO = 1.0067394967422765
"""(a / b)^2 of WGS84: turns a position into the direction of the vertical below it."""

_3D = int(SensorKind.RADAR_3D)
_SSR = int(SensorKind.SSR)
_AEW = int(SensorKind.AEW)
_EARLY_WARNING = int(SensorKind.EARLY_WARNING)

# Columns of the compact tables of targets and sites.
END, START, REACH, MOVES, ALT_END, ALT_START, JAMS, TARGET_COLUMNS = 0, 3, 6, 7, 8, 9, 10, 11
SITE, EAST, NORTH, UP, ALT, SITE_COLUMNS = 0, 3, 6, 9, 12, 13


@kernel()
def airborne(aircraft: Any, types: Any, dt_s: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the rows of living aircraft and, for each, its two positions, horizon reach, motion in the tick and
    heights.
    """
    rows = np.empty(aircraft.size, np.int64)
    table = np.empty((aircraft.size, TARGET_COLUMNS))
    count = 0
    for i in range(aircraft.size):
        craft = aircraft[i]
        if craft.alive == 0:
            continue
        moved2 = 0.0
        speed2 = 0.0
        for axis in range(3):
            step = craft.pos_ecef_m[axis] - craft.swept_ecef_m[axis]
            moved2 += step * step
            speed2 += craft.vel_ecef_mps[axis] * craft.vel_ecef_mps[axis]
        longest_m = 2.0 * math.sqrt(speed2) * dt_s + 100.0
        fresh = not moved2 <= longest_m * longest_m  # not swept last tick: there is no earlier position to go by
        scale2 = 0.0
        climb = 0.0
        moved2 = 0.0
        for axis in range(3):
            now = craft.pos_ecef_m[axis]
            before = now - craft.vel_ecef_mps[axis] * dt_s if fresh else craft.swept_ecef_m[axis]
            table[count, END + axis] = now
            table[count, START + axis] = before
            vertical = now * POLAR_RATIO if axis == 2 else now
            climb += (now - before) * vertical
            scale2 += vertical * vertical
            moved2 += (now - before) * (now - before)
        table[count, REACH] = math.sqrt(2.0 * EFFECTIVE_EARTH_M * max(craft.alt_m, 0.0))
        table[count, MOVES] = math.sqrt(moved2)
        table[count, ALT_END] = craft.alt_m
        table[count, ALT_START] = craft.alt_m - climb / math.sqrt(scale2)
        table[count, JAMS] = 1.0 if craft.jamming != 0 and types[craft.type].jam_power_w > 0.0 else 0.0
        rows[count] = i
        count += 1
    return rows[:count], table[:count]


@kernel()
def stands(radar: Any, aircraft: Any) -> bool:
    """Tell whether a radar exists, emits and, if it flies, is in the air."""
    if radar.alive == 0 or radar.on == 0:
        return False
    return radar.platform < 0 or aircraft[radar.platform].alive != 0


@kernel()
def _site_before(radar: Any) -> NDArray[Any]:
    """Return position, east, north, up and height of the antenna as the last tick left them."""
    site = np.empty(SITE_COLUMNS)
    for axis in range(3):
        site[SITE + axis] = radar.pos_ecef_m[axis]
        site[EAST + axis] = radar.enu[0, axis]
        site[NORTH + axis] = radar.enu[1, axis]
        site[UP + axis] = radar.enu[2, axis]
    site[ALT] = radar.alt_m
    return site


@kernel()
def site_now(radar: Any, aircraft: Any) -> NDArray[Any]:
    """Return the site at the end of the tick: where its aircraft is, for a radar that flies."""
    site = _site_before(radar)
    if radar.platform < 0:
        return site
    craft = aircraft[radar.platform]
    sin_lat, cos_lat = sincos(craft.lat_rad)
    sin_lon, cos_lon = sincos(craft.lon_rad)
    site[SITE], site[SITE + 1], site[SITE + 2] = craft.pos_ecef_m[0], craft.pos_ecef_m[1], craft.pos_ecef_m[2]
    site[EAST], site[EAST + 1], site[EAST + 2] = -sin_lon, cos_lon, 0.0
    site[NORTH], site[NORTH + 1], site[NORTH + 2] = -sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat
    site[UP], site[UP + 1], site[UP + 2] = cos_lat * cos_lon, cos_lat * sin_lon, sin_lat
    site[ALT] = craft.alt_m
    return site


@kernel()
def site_start(radar: Any, aircraft: Any, now: NDArray[Any], dt_s: float) -> NDArray[Any]:
    """Return the site at the start of the tick; flown back from `now` where the last tick left no position to go by."""
    site = _site_before(radar)
    if radar.platform < 0:
        return site
    moved2 = 0.0
    speed2 = 0.0
    for axis in range(3):
        moved2 += (now[axis] - site[axis]) ** 2
        speed2 += aircraft[radar.platform].vel_ecef_mps[axis] ** 2
    longest_m = 2.0 * math.sqrt(speed2) * dt_s + 100.0
    if moved2 > longest_m * longest_m:
        site[:] = now
        for axis in range(3):
            site[axis] = now[axis] - aircraft[radar.platform].vel_ecef_mps[axis] * dt_s
    return site


@kernel()
def jammers_seen(radar: Any, site: NDArray[Any], aircraft: Any, types: Any, rows: NDArray[Any]) -> NDArray[Any]:
    """Return, per jammer above the radar's horizon, the horizontal unit vector (east, north) towards it and its J/N in
    the beam's axis.
    """
    seen = np.empty((rows.size, 3))
    count = 0
    gain = db_to_ratio(radar.gain_db)
    for j in range(rows.size):
        if rows[j] == radar.platform:
            continue
        craft = aircraft[rows[j]]
        model = types[craft.type]
        east, north, up = _local(site, craft.pos_ecef_m[0], craft.pos_ecef_m[1], craft.pos_ecef_m[2])
        r2 = east * east + north * north + up * up
        hears = in_band(model.jam_freq_hz, model.jam_bandwidth_hz, radar.freq_hz, radar.bandwidth_hz)
        if not hears or not above_horizon(r2, site[ALT], craft.alt_m):
            continue
        across = 1.0 / max(math.sqrt(east * east + north * north), 1.0)
        seen[count, 0] = east * across
        seen[count, 1] = north * across
        erp_w = model.jam_power_w * db_to_ratio(model.jam_gain_db)
        seen[count, 2] = jam_to_noise(
            erp_w, model.jam_bandwidth_hz, r2, radar.freq_hz, gain, 1.0, radar.noise_temp_k, radar.bandwidth_hz
        )
        count += 1
    return seen[:count]


@kernel("UniTuple(float64, 3)(float64[::1], float64, float64, float64)")
def _local(site: NDArray[Any], x: float, y: float, z: float) -> tuple[float, float, float]:
    """Return east, north and up of an ECEF point at the site."""
    x -= site[SITE]
    y -= site[SITE + 1]
    z -= site[SITE + 2]
    return (
        site[EAST] * x + site[EAST + 1] * y + site[EAST + 2] * z,
        site[NORTH] * x + site[NORTH + 1] * y + site[NORTH + 2] * z,
        site[UP] * x + site[UP + 1] * y + site[UP + 2] * z,
    )


@kernel("float64(float64[:, ::1], float64, float64, float64, float64)")
def jam_at(jammers: NDArray[Any], east: float, north: float, beam_rad: float, first_sidelobe: float) -> float:
    """Return J/N of all jammers while the beam points at the azimuth of (east, north)."""
    across = 1.0 / max(math.sqrt(east * east + north * north), 1.0)
    total = 0.0
    for j in range(jammers.shape[0]):
        off2 = 2.0 * (1.0 - (jammers[j, 0] * east + jammers[j, 1] * north) * across)
        total += jammers[j, 2] * antenna_pattern(off2, beam_rad, first_sidelobe)
    return total


@kernel("float64(float64, float64, float64)")
def sine_of_elevation(range_m: float, antenna_m: float, target_m: float) -> float:
    """Return the sine of the elevation at which a ray over a 4/3 earth leaves the antenna towards a target at this
    slant range and height.
    """
    low = EFFECTIVE_EARTH_M + antenna_m
    high = EFFECTIVE_EARTH_M + target_m
    return ((high - low) * (high + low) - range_m * range_m) / (2.0 * range_m * low)


@kernel("float64(float64, float64, float64)")
def height_on_ray(range_m: float, antenna_m: float, sine: float) -> float:
    """Return the height at this slant range along a ray over a 4/3 earth: the inverse of `sine_of_elevation`."""
    low = EFFECTIVE_EARTH_M + antenna_m
    return math.sqrt(low * low + range_m * range_m + 2.0 * range_m * low * sine) - EFFECTIVE_EARTH_M


@kernel("float64(float64, float64, float64, float64)")
def sigma(resolution: float, slope: float, energy: float, floor: float) -> float:
    """Return hypot(resolution / (slope sqrt(2 S/N)), floor): the accuracy of one measurement."""
    spread = resolution / slope
    return math.sqrt(spread * spread / (2.0 * energy) + floor * floor)


@kernel()
def sigma_elevation(radar: Any, energy: float) -> float:
    """Return the accuracy of elevation at this integrated signal-to-noise ratio; its floor without a stated beam."""
    beam_rad = radar.el_beam_rad if radar.el_beam_rad > 0.0 else 0.0
    return sigma(beam_rad, ANGLE_SLOPE, energy, radar.sigma_el_floor_rad)


@kernel()
def measures_elevation(radar: Any) -> bool:
    """Tell whether a radar reports height of its own: 3D and early warning always, airborne with a stated floor."""
    return radar.kind == _3D or radar.kind == _EARLY_WARNING or (radar.kind == _AEW and radar.sigma_el_floor_rad > 0.0)


_CARRY: Any = numba.void(record_array(AIRCRAFT, readonly=False), record_array(RADAR, readonly=False))  # pyright: ignore


@kernel(_CARRY)
def carry(aircraft: Any, radars: Any) -> None:
    """End the tick: remember every aircraft's position and move flying radars to theirs."""
    for i in range(aircraft.size):
        for axis in range(3):
            aircraft[i].swept_ecef_m[axis] = aircraft[i].pos_ecef_m[axis]
    for r in range(radars.size):
        radar = radars[r]
        if radar.platform < 0:
            continue
        site = site_now(radar, aircraft)
        for axis in range(3):
            radar.pos_ecef_m[axis] = site[SITE + axis]
            radar.enu[0, axis] = site[EAST + axis]
            radar.enu[1, axis] = site[NORTH + axis]
            radar.enu[2, axis] = site[UP + axis]
        radar.alt_m = site[ALT]


_DETECTABLE: Any = numba.void(  # pyright: ignore
    record_array(AIRCRAFT), record_array(AIRCRAFT_TYPE), record_array(RADAR),
    numba.types.Array(numba.float64, 2, "C", readonly=True), numba.float64, numba.float64, numba.boolean[:, ::1],  # pyright: ignore
)  # fmt: skip


@kernel(_DETECTABLE)
def mark_detectable(
    aircraft: Any, types: Any, radars: Any, pd: NDArray[Any], low_db: float, step_db: float, seen: NDArray[Any]
) -> None:
    """Set seen[nation, row] where one look now by some radar of that nation would show the aircraft with Pd >= 1/2 (the
    MTI notch apart).
    """
    all_jammers = jammer_rows(aircraft, types)
    for r in range(radars.size):
        radar = radars[r]
        if radar.nation < 0 or radar.kind == _SSR or not stands(radar, aircraft):
            continue
        site = site_now(radar, aircraft)
        jammers = jammers_seen(radar, site, aircraft, types, all_jammers)
        signal_at_1km = db_to_ratio(radar.snr_ref_db)
        first_sidelobe = db_to_ratio(radar.sidelobe_db)
        sine_low = sin(radar.el_min_rad)
        sine_high = sin(radar.el_max_rad)
        for a in range(aircraft.size):
            craft = aircraft[a]
            if craft.alive == 0 or seen[radar.nation, a] or a == radar.platform:
                continue
            east, north, up = _local(site, craft.pos_ecef_m[0], craft.pos_ecef_m[1], craft.pos_ecef_m[2])
            r2 = east * east + north * north + up * up
            if r2 > radar.max_range_m * radar.max_range_m or r2 < radar.min_range_m * radar.min_range_m:
                continue
            sine = sine_of_elevation(math.sqrt(r2), site[ALT], craft.alt_m)
            if sine < sine_low or sine > sine_high or not above_horizon(r2, site[ALT], craft.alt_m):
                continue
            jam = jam_at(jammers, east, north, radar.az_beam_rad, first_sidelobe)
            model = types[craft.type]
            snr_db = ratio_to_db(signal_at_1km * model.rcs_m2 / (r2 * 1e-6 * (r2 * 1e-6)) / (1.0 + jam))
            if read_table(pd, radar.pd_table[model.swerling], low_db, step_db, snr_db) >= 0.5:
                seen[radar.nation, a] = True
