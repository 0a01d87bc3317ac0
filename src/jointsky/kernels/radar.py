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
    AVERAGE_SIDELOBE,
    EFFECTIVE_EARTH_M,
    MAIN_REGION_BEAMS,
    above_horizon,
    antenna_pattern,
    in_band,
    jam_to_noise,
    jammer_rows,
    record_array,
)
from jointsky.kernels.surroundings import (
    DRY,
    FOOT,
    GROUND_ECHO,
    REFLECTION,
    ROUGH,
    VAPOUR,
    WAVE,
    air_density,
    chaff_to_noise,
    clutter_to_noise,
    gas_loss_db,
    lobing_gain,
)
from jointsky.kernels.terrain import azimuth_bin, height_place
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

JAM_PAUSE, JAM_COLUMNS = 3, 4
"""Columns of the table of jammers beyond direction and J/N."""

# Columns of the compact tables of targets (of a sweep and of `mark_detectable`) and sites.
LOOK_ALT, LOOK_REACH, LOOK_RCS, LOOK_CASE, LOOK_DRY, LOOK_VAPOUR, LOOK_PLACE, LOOK_COLUMNS = 3, 4, 5, 6, 7, 8, 9, 10
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
    """Return, per jammer above the radar's horizon, the horizontal unit vector (east, north) towards it, its mean J/N
    in the beam's axis, and the share of time in which it pauses.
    """
    seen = np.empty((rows.size, JAM_COLUMNS))
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
        fills_hz = max(model.jam_bandwidth_hz, radar.agile_hz)  # where the radar may be next (`agility_gain_db`)
        seen[count, 2] = (1.0 - model.jam_pause) * jam_to_noise(
            erp_w, fills_hz, r2, radar.freq_hz, gain, 1.0, radar.noise_temp_k, radar.bandwidth_hz
        )
        seen[count, JAM_PAUSE] = model.jam_pause
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


@kernel("float64(float64[:, ::1], float64, int64)")
def open_share(jammers: NDArray[Any], first_sidelobe: float, blanks: int) -> float:
    """Return the share of time in which sidelobe blanking lets a radar hear: while no pulsed jammer that its sidelobes
    hear above noise is on (`electronic_war.blanked_share`)."""
    share = 1.0
    if blanks == 0:
        return share
    for j in range(jammers.shape[0]):
        pause = jammers[j, JAM_PAUSE]
        if pause > 0.0 and jammers[j, 2] * first_sidelobe * AVERAGE_SIDELOBE > (1.0 - pause):
            share *= pause
    return share


@kernel("float64(float64[:, ::1], float64, float64, float64, float64, int64)")
def jam_at(
    jammers: NDArray[Any], east: float, north: float, beam_rad: float, first_sidelobe: float, blanks: int
) -> float:
    """Return J/N of all jammers while the beam points at the azimuth of (east, north); a radar that blanks hears pulsed
    ones through its main lobe only."""
    across = 1.0 / max(math.sqrt(east * east + north * north), 1.0)
    total = 0.0
    for j in range(jammers.shape[0]):
        off2 = 2.0 * (1.0 - (jammers[j, 0] * east + jammers[j, 1] * north) * across)
        gain = antenna_pattern(off2, beam_rad, first_sidelobe)
        if blanks == 0 or jammers[j, JAM_PAUSE] <= 0.0 or gain > first_sidelobe:
            total += jammers[j, 2] * gain
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
    numba.types.Array(numba.float64, 2, "C", readonly=True), numba.float64, numba.float64,  # pyright: ignore
    numba.types.Array(numba.float64, 2, "C", readonly=True),  # pyright: ignore
    numba.types.Array(numba.float32, 3, "C", readonly=True),  # pyright: ignore
    numba.types.Array(numba.float64, 2, "C", readonly=True), numba.boolean[:, ::1],  # pyright: ignore
)  # fmt: skip


@kernel()
def _looked_at(aircraft: Any, types: Any, in_air: bool, heights: int) -> NDArray[Any]:
    """Return a compact table of all aircraft: place, height, horizon, cross-section, Swerling case (-1: not there), how
    thin the air is, and the place among the heights of masks.
    """
    table = np.empty((aircraft.size, LOOK_COLUMNS))
    for a in range(aircraft.size):
        craft = aircraft[a]
        for axis in range(3):
            table[a, axis] = craft.pos_ecef_m[axis]
        high = max(craft.alt_m, 0.0)
        table[a, LOOK_ALT] = craft.alt_m
        table[a, LOOK_REACH] = math.sqrt(2.0 * EFFECTIVE_EARTH_M * high)
        table[a, LOOK_RCS] = types[craft.type].rcs_m2 if craft.alive != 0 else 0.0
        table[a, LOOK_CASE] = types[craft.type].swerling if craft.alive != 0 else -1
        table[a, LOOK_PLACE] = height_place(craft.alt_m, heights)
        if in_air:
            table[a, LOOK_DRY], table[a, LOOK_VAPOUR] = air_density(craft.alt_m)
    return table


@kernel(_DETECTABLE)
def mark_detectable(
    aircraft: Any, types: Any, radars: Any, pd: NDArray[Any], low_db: float, step_db: float, around: NDArray[Any],
    masks: NDArray[Any], clouds: NDArray[Any], seen: NDArray[Any],
) -> None:  # fmt: skip
    """Set seen[nation, row] where one look now by some radar of that nation would show the aircraft with Pd >= 1/2 (the
    MTI notch apart).
    """
    all_jammers = jammer_rows(aircraft, types)
    targets = _looked_at(aircraft, types, around.shape[0] > 0, masks.shape[2])
    is_masked, is_surrounded, azimuths = masks.shape[0] > 0, around.shape[0] > 0, masks.shape[1]
    dry_db_km = vapour_db_km = wave_per_m = reflection = rough_m = clutter_m = foot_m = 0.0
    for r in range(radars.size):
        radar = radars[r]
        if radar.nation < 0 or radar.kind == _SSR or not stands(radar, aircraft):
            continue
        site = site_now(radar, aircraft)
        jammers = jammers_seen(radar, site, aircraft, types, all_jammers)
        signal_at_1km = db_to_ratio(radar.snr_ref_db)
        first_sidelobe = db_to_ratio(radar.sidelobe_db)
        antenna_m = site[ALT]
        low = EFFECTIVE_EARTH_M + antenna_m
        antenna_reach = math.sqrt(2.0 * EFFECTIVE_EARTH_M * max(antenna_m, 0.0))
        dry, vapour = air_density(antenna_m)
        nearest2, farthest2 = radar.min_range_m * radar.min_range_m, radar.max_range_m * radar.max_range_m
        sine_low, sine_high, beam_rad = sin(radar.el_min_rad), sin(radar.el_max_rad), radar.el_beam_rad
        nation, platform, az_beam_rad = radar.nation, radar.platform, radar.az_beam_rad
        tables = radar.pd_table
        main_region = (MAIN_REGION_BEAMS * az_beam_rad) ** 2
        if is_surrounded:
            dry_db_km, vapour_db_km = around[r, DRY], around[r, VAPOUR]
            wave_per_m, reflection, clutter_m = around[r, WAVE], around[r, REFLECTION], around[r, GROUND_ECHO]
            rough_m, foot_m = around[r, ROUGH], around[r, FOOT]
        opened, blanks = open_share(jammers, first_sidelobe, radar.blanks), radar.blanks
        freq_hz, cell_m = radar.freq_hz, radar.range_res_m
        for a in range(aircraft.size):
            case = int(targets[a, LOOK_CASE])
            if case < 0 or seen[nation, a] or a == platform:
                continue
            x = targets[a, 0] - site[SITE]
            y = targets[a, 1] - site[SITE + 1]
            z = targets[a, 2] - site[SITE + 2]
            r2 = x * x + y * y + z * z
            if r2 > farthest2 or r2 < nearest2:
                continue
            target_m = targets[a, LOOK_ALT]
            rise = max(target_m, 0.0) - max(antenna_m, 0.0)
            heights = (max(target_m, 0.0) + max(antenna_m, 0.0)) / EFFECTIVE_EARTH_M
            reach = antenna_reach + targets[a, LOOK_REACH]
            if (r2 - rise * rise) * (1.0 - heights) > reach * reach:
                continue
            range_m = math.sqrt(r2)
            sine = ((target_m - antenna_m) * (low + EFFECTIVE_EARTH_M + target_m) - r2) / (2.0 * range_m * low)
            if sine < sine_low or sine > sine_high:
                continue
            noise = 1.0
            if is_masked or jammers.shape[0] > 0:
                east = site[EAST] * x + site[EAST + 1] * y + site[EAST + 2] * z
                north = site[NORTH] * x + site[NORTH + 1] * y + site[NORTH + 2] * z
                if is_masked:
                    place, column = azimuth_bin(east, north, azimuths), int(targets[a, LOOK_PLACE])
                    near = float(masks[r, place, column])
                    further = float(masks[r, place, column + 1]) - near
                    if range_m > near + (targets[a, LOOK_PLACE] - column) * further:
                        continue
                across = 0.0
                if jammers.shape[0] > 0:
                    across = 1.0 / max(math.sqrt(east * east + north * north), 1.0)
                for j in range(jammers.shape[0]):  # as `jam_at`
                    off2 = 2.0 * (1.0 - (jammers[j, 0] * east + jammers[j, 1] * north) * across)
                    relative = first_sidelobe * AVERAGE_SIDELOBE
                    if off2 < main_region:
                        relative = antenna_pattern(off2, az_beam_rad, first_sidelobe)
                    if blanks == 0 or jammers[j, JAM_PAUSE] <= 0.0 or relative > first_sidelobe:
                        noise += jammers[j, 2] * relative
            echo = signal_at_1km * targets[a, LOOK_RCS]
            lost_db = 0.0
            if is_surrounded:
                waves = wave_per_m, reflection, rough_m
                echo *= lobing_gain(*waves, range_m, antenna_m - foot_m, target_m - foot_m, sine)
                noise += clutter_to_noise(clutter_m, signal_at_1km, range_m, antenna_m - foot_m, sine, beam_rad)
                thin = targets[a, LOOK_DRY], targets[a, LOOK_VAPOUR]
                lost_db = gas_loss_db(dry_db_km, vapour_db_km, range_m, antenna_m, target_m, dry, vapour, *thin)
            if clouds.shape[0] > 0:
                x, y, z = targets[a, 0], targets[a, 1], targets[a, 2]
                wide_m = max(cell_m, range_m * az_beam_rad)
                noise += chaff_to_noise(clouds, x, y, z, range_m, signal_at_1km, freq_hz, wide_m)
            snr_db = ratio_to_db(echo / (r2 * r2 * 1e-12 * noise)) - lost_db
            if opened * read_table(pd, tables[case], low_db, step_db, snr_db) >= 0.5:
                seen[nation, a] = True
