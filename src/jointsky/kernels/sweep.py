"""Rotating radars against flying targets: one tick of every beam.

Cheap gates first (`beam`), then the exact look at the moment the beam crosses the target. Draws are keyed by the names
of radar and aircraft and by the quarter turn of the beam.
"""

import math
from typing import Any

import numba  # pyright: ignore[reportMissingTypeStubs]
import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.beam import AZIMUTH, MEETING_COLUMNS, SHARE, WHO, meet
from jointsky.kernels.compiled import kernel
from jointsky.kernels.detection import read_table
from jointsky.kernels.draws import (
    BIAS,
    CLUTTER,
    DETECTION,
    MEASUREMENT,
    normal,
    normal4,
    poisson_small,
    uniform,
    uniform4,
)
from jointsky.kernels.elementary import TWO_PI, asin, atan2, db_to_ratio, ratio_to_db, sin, sincos, wrap_two_pi
from jointsky.kernels.jamming import above_horizon, jammer_rows, record_array
from jointsky.kernels.radar import (
    ALT,
    ALT_END,
    ALT_START,
    ANGLE_SLOPE,
    EAST,
    END,
    JAMS,
    MOVES,
    NORTH,
    START,
    airborne,
    height_on_ray,
    jam_at,
    jammers_seen,
    measures_elevation,
    open_share,
    sigma,
    sigma_elevation,
    sine_of_elevation,
    site_now,
    site_start,
    stands,
)  # fmt: skip
from jointsky.kernels.resolution import CELL_AZIMUTH, CELL_COLUMNS, CELL_POWER, CELL_RANGE, CELL_SINE, resolve
from jointsky.kernels.surroundings import (
    BLIND,
    DRY,
    FOOT,
    GROUND_ECHO,
    LOOK_DOWN,
    REFLECTION,
    ROUGH,
    VAPOUR,
    WAVE,
    air_density,
    beam_spread_mps,
    chaff_to_noise,
    clutter_to_noise,
    gas_loss_db,
    in_notch,
    lobing_gain,
)
from jointsky.kernels.terrain import terrain_reach
from jointsky.vocab.codes import Iff, PlotKind, SensorKind
from jointsky.vocab.records import PLOT
from jointsky.vocab.truth_records import AIRCRAFT, AIRCRAFT_TYPE, RADAR

REPLY_CHANCE = 0.97
"""Chance that a transponder, or an identification set, answers one interrogation."""
MODE_C_SIGMA_M = 30.0
RANGE_RATE_SIGMA_MPS = 2.0
NAVIGATION_SIGMA_M = 30.0
"""Error of a flying radar's own position, per axis, drawn once per run."""
STROBE_JAM_TO_NOISE = 10.0
LEAST_ENERGY = 10.0
"""Least integrated signal-to-noise ratio in the formula of accuracy: an echo that crossed the threshold was at least so
strong.
"""
FALSE_CEILING_M = 20_000.0

_SSR = int(SensorKind.SSR)
_AEW = int(SensorKind.AEW)
_EARLY_WARNING = int(SensorKind.EARLY_WARNING)
_PRIMARY = int(PlotKind.PRIMARY)
_COMBINED = int(PlotKind.COMBINED)
_SECONDARY = int(PlotKind.SECONDARY)
_STROBE = int(PlotKind.STROBE)
_NO_REPLY = int(Iff.NO_REPLY)
_FRIEND = int(Iff.FRIEND)
_NOT_ASKED = int(Iff.NOT_ASKED)
_SHIFT_30: Any = np.uint64(30)
_SHIFT_27: Any = np.uint64(27)
_SHIFT_31: Any = np.uint64(31)
_STIR_1: Any = np.uint64(0xBF58476D1CE4E5B9)
_STIR_2: Any = np.uint64(0x94D049BB133111EB)


@kernel("uint64(uint64)")
def mix(key: int) -> int:
    """Return the key well stirred, so that radar ^ mix(aircraft) belongs to one pair only.

    The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
    """
    key = (key ^ (key >> _SHIFT_30)) * _STIR_1
    key = (key ^ (key >> _SHIFT_27)) * _STIR_2
    return key ^ (key >> _SHIFT_31)


@kernel()
def _write(
    plot: Any, sensor: int, radar: Any, t_s: float, kind: int, range_m: float, az_rad: float, snr_db: float,
    sigma_range_m: float, sigma_az_rad: float, x_m: float, y_m: float, z_m: float,
) -> None:  # fmt: skip
    """Fill one plot with what every kind of report has; the rest is not measured yet."""
    plot.t_valid_s = t_s + radar.bias_t_s
    plot.t_seen_s = t_s + radar.latency_s
    plot.sensor = sensor
    plot.kind = kind
    plot.iff = _NO_REPLY if radar.ssr != 0 and radar.iff_group >= 0 and kind != _STROBE else _NOT_ASKED
    plot.code = -1
    plot.clause = -1
    plot.range_m = range_m
    plot.az_rad = wrap_two_pi(az_rad) if az_rad == az_rad else math.nan
    plot.el_rad = math.nan
    plot.height_m = math.nan
    plot.range_rate_mps = math.nan
    plot.snr_db = snr_db
    plot.sigma_range_m = sigma_range_m
    plot.sigma_az_rad = sigma_az_rad
    plot.sigma_height_m = math.nan
    plot.site_ecef_m[0] = x_m
    plot.site_ecef_m[1] = y_m
    plot.site_ecef_m[2] = z_m


@kernel()
def _write_height(plot: Any, radar: Any, antenna_m: float, el_rad: float, range_m: float, energy: float) -> None:
    """Add elevation and the height a standard (4/3 earth) radar makes of it."""
    sine, cosine = sincos(el_rad)
    sigma_el = sigma_elevation(radar, energy)
    plot.el_rad = el_rad
    plot.height_m = height_on_ray(range_m, antenna_m, sine)
    across = range_m * cosine * sigma_el
    along = sine * plot.sigma_range_m
    plot.sigma_height_m = math.sqrt(across * across + along * along)


@kernel()
def _looks(
    seed: int, sensor: int, radar: Any, aircraft: Any, types: Any, rows: NDArray[Any], targets: NDArray[Any],
    met: NDArray[Any], meetings: int, start: NDArray[Any], site: NDArray[Any], navigation: NDArray[Any],
    jammers: NDArray[Any], t0_s: float, dt_s: float, pd: NDArray[Any], low_db: float, step_db: float,
    around: NDArray[Any], masks: NDArray[Any], clouds: NDArray[Any], plots: Any, truth: NDArray[Any], count: int,
) -> int:  # fmt: skip
    """Look once at every target the beam met; append the plots that the radar can tell apart and return their new
    count, -1 where they do not fit.
    """
    first, strobes = count, 0
    cells = np.empty((meetings, CELL_COLUMNS))
    pairs = np.empty(meetings, np.uint64)
    turns = np.empty(meetings, np.int64)
    opened = open_share(jammers, db_to_ratio(radar.sidelobe_db), radar.blanks)
    signal_at_1km = db_to_ratio(radar.snr_ref_db)
    first_sidelobe = db_to_ratio(radar.sidelobe_db)
    sine_low = sin(radar.el_min_rad)
    sine_high = sin(radar.el_max_rad)
    quarters_per_s = 4.0 / radar.period_s
    for meeting in range(meetings):
        a = int(met[meeting, WHO])
        share = met[meeting, SHARE]
        az_rad = met[meeting, AZIMUTH]
        antenna_m = start[ALT] + share * (site[ALT] - start[ALT])
        height_m = targets[a, ALT_START] + share * (targets[a, ALT_END] - targets[a, ALT_START])
        site_x = start[0] + share * (site[0] - start[0])
        site_y = start[1] + share * (site[1] - start[1])
        site_z = start[2] + share * (site[2] - start[2])
        x = targets[a, START] + share * (targets[a, END] - targets[a, START]) - site_x
        y = targets[a, START + 1] + share * (targets[a, END + 1] - targets[a, START + 1]) - site_y
        z = targets[a, START + 2] + share * (targets[a, END + 2] - targets[a, START + 2]) - site_z
        r2 = x * x + y * y + z * z
        r = math.sqrt(r2)
        sine = sine_of_elevation(r, antenna_m, height_m)
        if sine < sine_low or sine > sine_high or not above_horizon(r2, antenna_m, height_m):
            continue
        craft = aircraft[rows[a]]
        model = types[craft.type]
        east = north = 0.0
        if az_rad != az_rad or jammers.shape[0] > 0 or masks.shape[0] > 0:
            east = site[EAST] * x + site[EAST + 1] * y + site[EAST + 2] * z
            north = site[NORTH] * x + site[NORTH + 1] * y + site[NORTH + 2] * z
            if az_rad != az_rad:
                az_rad = atan2(east, north)
        if masks.shape[0] > 0:
            reach = terrain_reach(masks, sensor, east, north, height_m)
            if r > reach:
                continue
        jam = 0.0
        if jammers.shape[0] > 0:
            jam = jam_at(jammers, east, north, radar.az_beam_rad, first_sidelobe, radar.blanks)
        t_s = t0_s + share * dt_s
        pair = radar.entity ^ mix(craft.entity)
        quarters: float = (t_s + radar.phase_s) * quarters_per_s
        when = int(math.floor(quarters))
        luck, code_luck, iff_luck, _ = uniform4(seed, DETECTION, pair, when, 0)
        within = radar.min_range_m <= r <= radar.max_range_m
        per_pulse = signal_at_1km * model.rcs_m2 / (r2 * 1e-6 * (r2 * 1e-6))
        noise_level = 1.0 + jam
        radial = (craft.vel_ecef_mps[0] * x + craft.vel_ecef_mps[1] * y + craft.vel_ecef_mps[2] * z) / r
        echo = within and radar.kind != _SSR and abs(radial) >= radar.mdv_mps
        if around.shape[0] > 0:
            clutter_m, foot_m = around[sensor, GROUND_ECHO], around[sensor, FOOT]
            above_m = antenna_m - foot_m
            noise_level += clutter_to_noise(clutter_m, signal_at_1km, r, above_m, sine, radar.el_beam_rad)
            dry, vapour = air_density(antenna_m)
            gas = around[sensor, DRY], around[sensor, VAPOUR]
            lost_db = gas_loss_db(*gas, r, antenna_m, height_m, dry, vapour, *air_density(height_m))
            waves = around[sensor, WAVE], around[sensor, REFLECTION], around[sensor, ROUGH]
            per_pulse *= lobing_gain(*waves, r, above_m, height_m - foot_m, sine) * db_to_ratio(-lost_db)
            spread = 0.0
            if around[sensor, LOOK_DOWN] > 0.0 and sine < 0.0:
                carrier = aircraft[radar.platform].vel_ecef_mps
                spread = beam_spread_mps(carrier[0], carrier[1], carrier[2], x, y, z, r, radar.az_beam_rad)
            echo = echo and not in_notch(around[sensor, BLIND], radial, radar.mdv_mps, spread)
        if clouds.shape[0] > 0:
            wide_m = max(radar.range_res_m, r * radar.az_beam_rad)
            noise_level += chaff_to_noise(
                clouds, x + site_x, y + site_y, z + site_z, r, signal_at_1km, radar.freq_hz, wide_m
            )
        per_pulse /= noise_level
        snr_db = ratio_to_db(per_pulse)
        echo = echo and luck < opened * read_table(pd, radar.pd_table[model.swerling], low_db, step_db, snr_db)
        asked = within and radar.ssr != 0
        reply = asked and craft.code >= 0 and code_luck < REPLY_CHANCE
        friend = asked and radar.iff_group >= 0 and craft.iff_group == radar.iff_group and iff_luck < REPLY_CHANCE
        seen = echo or reply or friend
        if not seen and not (targets[a, JAMS] > 0.0 and jam > STROBE_JAM_TO_NOISE and radar.kind != _SSR):
            continue

        if count == plots.size:
            return -1
        plot = plots[count]
        truth[count] = rows[a]
        at = count - first
        cells[at, CELL_RANGE], cells[at, CELL_AZIMUTH] = r if seen else -1.0, az_rad
        cells[at, CELL_SINE], cells[at, CELL_POWER] = sine, per_pulse if echo else 0.0
        pairs[at], turns[at] = pair, when
        count += 1
        site_x += navigation[0]
        site_y += navigation[1]
        site_z += navigation[2]
        noise = normal4(seed, MEASUREMENT, pair, when, 0)
        if not seen:
            strobes += 1
            sigma_az = max(radar.az_beam_rad / (ANGLE_SLOPE * math.sqrt(2.0 * jam)), 0.1 * radar.az_beam_rad)
            az_seen = az_rad + radar.bias_az_rad + sigma_az * noise[1]
            _write(
                plot, sensor, radar, t_s, _STROBE, math.nan, az_seen, ratio_to_db(jam), math.nan, sigma_az, site_x,
                site_y, site_z,
            )  # fmt: skip
            continue
        energy = max(per_pulse * radar.pulses, LEAST_ENERGY)
        sigma_range = radar.sigma_range_floor_m
        sigma_az = radar.sigma_az_floor_rad
        kind = _SECONDARY
        if echo:
            sigma_range = sigma(radar.range_res_m, 1.0, energy, sigma_range)
            sigma_az = sigma(radar.az_beam_rad, ANGLE_SLOPE, energy, sigma_az)
            kind = _COMBINED if reply or friend else _PRIMARY
        range_seen = r + radar.bias_range_m + sigma_range * noise[0]
        az_seen = az_rad + radar.bias_az_rad + sigma_az * noise[1]
        level_db = snr_db if echo else math.nan
        _write(
            plot, sensor, radar, t_s, kind, range_seen, az_seen, level_db, sigma_range, sigma_az, site_x, site_y, site_z
        )
        if friend:
            plot.iff = _FRIEND
        if echo and measures_elevation(radar):
            sigma_el = sigma_elevation(radar, energy)
            _write_height(plot, radar, antenna_m, asin(sine) + sigma_el * noise[2], range_seen, energy)
        if echo and (radar.kind == _AEW or radar.kind == _EARLY_WARNING):
            plot.range_rate_mps = radial + RANGE_RATE_SIGMA_MPS * noise[3]
        if reply:
            plot.code = craft.code
            plot.height_m = height_m + MODE_C_SIGMA_M * normal(seed, MEASUREMENT, pair, when, 1)
            plot.sigma_height_m = MODE_C_SIGMA_M
    return resolve(seed, radar, plots, truth, first, count, cells, pairs, turns, strobes)


@kernel()
def _false_alarms(
    seed: int, sensor: int, radar: Any, t0_s: float, t1_s: float, start: NDArray[Any], site: NDArray[Any],
    navigation: NDArray[Any], plots: Any, truth: NDArray[Any], count: int,
) -> int:  # fmt: skip
    """Add the false alarms of the sector swept in [t0, t1); return the new count, -1 where the plots do not fit.

    Their number per scan is Poisson; each lies anywhere in azimuth, range and the elevations below the ceiling.
    """
    first = math.floor((t0_s + radar.phase_s) / radar.period_s)
    last = math.floor((t1_s + radar.phase_s) / radar.period_s)
    sine_low = sin(radar.el_min_rad)
    sine_high = sin(radar.el_max_rad)
    for scan in range(int(first), int(last) + 1):
        alarms = poisson_small(radar.false_per_scan, uniform(seed, CLUTTER, radar.entity, scan, 0))
        for j in range(alarms):
            turn, along, upward, fast = uniform4(seed, CLUTTER, radar.entity, scan, j + 1)
            t_s = (scan + turn) * radar.period_s - radar.phase_s
            if not t0_s <= t_s < t1_s:
                continue
            if count == plots.size:
                return -1
            plot = plots[count]
            range_m = radar.min_range_m + along * (radar.max_range_m - radar.min_range_m)
            share = (t_s - t0_s) / (t1_s - t0_s)
            sigma_range = sigma(radar.range_res_m, 1.0, LEAST_ENERGY, radar.sigma_range_floor_m)
            sigma_az = sigma(radar.az_beam_rad, ANGLE_SLOPE, LEAST_ENERGY, radar.sigma_az_floor_rad)
            site_x = start[0] + share * (site[0] - start[0]) + navigation[0]
            site_y = start[1] + share * (site[1] - start[1]) + navigation[1]
            site_z = start[2] + share * (site[2] - start[2]) + navigation[2]
            weak_db = ratio_to_db(LEAST_ENERGY / radar.pulses)
            _write(
                plot,
                sensor,
                radar,
                t_s,
                _PRIMARY,
                range_m,
                turn * TWO_PI,
                weak_db,
                sigma_range,
                sigma_az,
                site_x,
                site_y,
                site_z,
            )
            if measures_elevation(radar):
                highest = max(min(sine_high, sine_of_elevation(range_m, site[ALT], FALSE_CEILING_M)), sine_low)
                lowest = min(max(sine_low, sine_of_elevation(range_m, site[ALT], 0.0)), highest)
                _write_height(plot, radar, site[ALT], asin(lowest + upward * (highest - lowest)), range_m, LEAST_ENERGY)
            if radar.kind == _AEW or radar.kind == _EARLY_WARNING:
                plot.range_rate_mps = (2.0 * fast - 1.0) * 500.0
            truth[count] = -1
            count += 1
    return count


_SWEEP: Any = numba.int64(  # pyright: ignore
    numba.uint64, numba.int64, numba.float64, record_array(AIRCRAFT), record_array(AIRCRAFT_TYPE), record_array(RADAR),
    numba.types.Array(numba.float64, 2, "C", readonly=True), numba.float64, numba.float64,  # pyright: ignore
    numba.types.Array(numba.float64, 2, "C", readonly=True),  # pyright: ignore
    numba.types.Array(numba.float32, 3, "C", readonly=True),  # pyright: ignore
    numba.types.Array(numba.float64, 2, "C", readonly=True),  # pyright: ignore
    record_array(PLOT, readonly=False), numba.int32[::1],
)  # fmt: skip


@kernel(_SWEEP)
def sweep(
    seed: int, tick: int, dt_s: float, aircraft: Any, types: Any, radars: Any, pd: NDArray[Any], low_db: float, step_db:
    float, around: NDArray[Any], masks: NDArray[Any], clouds: NDArray[Any], plots: Any, truth: NDArray[Any]
) -> int:  # fmt: skip
    """Sweep every radar's beam through [tick, tick + 1) dt and write plots and, beside them, rows of truth (-1: false
    alarm).

    Positions are those at the end of the tick; `swept_ecef_m` and the sites of flying radars hold those at its start.
    Returns the number of plots, or -1 where they do not fit (nothing but the output is changed: call again with more
    room), or -2 - row for an aircraft whose motion is not a number.
    """
    rows, targets = airborne(aircraft, types, dt_s)
    for a in range(rows.size):
        if not targets[a, MOVES] < math.inf:
            return -2 - rows[a]
    all_jammers = jammer_rows(aircraft, types)
    t0_s = tick * dt_s
    t1_s = (tick + 1) * dt_s
    count = 0
    for sensor in range(radars.size):
        radar = radars[sensor]
        if not stands(radar, aircraft):
            continue
        site = site_now(radar, aircraft)
        start = site_start(radar, aircraft, site, dt_s)
        jammers = jammers_seen(radar, site, aircraft, types, all_jammers)
        navigation = np.zeros(3)
        if radar.platform >= 0:
            drawn = normal4(seed, BIAS, radar.entity, 0, 3)
            navigation[0] = NAVIGATION_SIGMA_M * drawn[0]
            navigation[1] = NAVIGATION_SIGMA_M * drawn[1]
            navigation[2] = NAVIGATION_SIGMA_M * drawn[2]
        met = np.empty((rows.size * (2 + int(dt_s / radar.period_s)), MEETING_COLUMNS))
        meetings = meet(radar, rows, targets, start, site, t0_s, t1_s, met)
        count = _looks(
            seed, sensor, radar, aircraft, types, rows, targets, met, meetings, start, site, navigation, jammers,
            t0_s, dt_s, pd, low_db, step_db, around, masks, clouds, plots, truth, count,
        )  # fmt: skip
        if count >= 0:
            count = _false_alarms(seed, sensor, radar, t0_s, t1_s, start, site, navigation, plots, truth, count)
        if count < 0:
            return -1
    return count
