"""What lies between a radar and its target: gas, lobing, clutter and notches, as a table with one row a radar.

A table without rows means free space over a smooth earth, and changes no bit of a look. Formulas and sources:
`jointsky.sensing` (`attenuation`, `multipath`, `clutter`), of which these are the compiled twins.
"""

import math
from typing import Any

from numpy.typing import NDArray

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import TWO_PI, exp, sincos
from jointsky.kernels.jamming import EFFECTIVE_EARTH_M, LIGHT_MPS

DRY, VAPOUR, WAVE, REFLECTION, ROUGH, GROUND_ECHO, BLIND, LOOK_DOWN, FOOT, SURROUND_COLUMNS = range(10)
"""Columns: attenuation of dry air and vapour at sea level (dB/km, one way); 4 pi / lambda (0: no lobing), the
reflection coefficient of smooth ground and the deviation of its heights (m, 0: smooth); gamma times beam times range
resolution over the improvement factor (m; 0: no clutter); first blind speed (m/s, 0: none); 1 where the spread of
main-beam clutter hides; height (m) of the ground about the site, above which lobing and clutter count heights.
"""
CLOUD_START, CLOUD_END, CLOUD_DIPOLES, CLOUD_HALF_WIDTH, CLOUD_COLUMNS = 0, 3, 6, 7, 8
"""Columns of a table of chaff corridors: both ends (ECEF, m), dipoles per metre, half the width (m)."""
DIPOLE_AREA = 0.15
"""Mean cross-section of a half-wave dipole in squares of the wavelength (Skolnik, "Radar Handbook", 1990)."""
CHAFF_LEFT = 0.0031622776601683794
"""What a canceller leaves of chaff that drifts with the wind: 25 dB, notional."""
DRY_SCALE_M, VAPOUR_SCALE_M = 5_300.0, 1_700.0
"""Scale heights of both attenuations: those of `sensing.attenuation.gas_profile` from 1 to 16 GHz within 5 %."""
LOBING_SINE = 0.05
"""Above this sine of elevation (3 degrees) no lobing is counted."""


@kernel("UniTuple(float64, 2)(float64)")
def air_density(height_m: float) -> tuple[float, float]:
    """Return how thin air is at a height for the attenuation by (dry air, vapour): 1 at sea level."""
    return exp(-height_m / DRY_SCALE_M), exp(-height_m / VAPOUR_SCALE_M)


@kernel("float64(float64, float64, float64, float64, float64, float64, float64, float64, float64)")
def gas_loss_db(
    dry_db_km: float, vapour_db_km: float, range_m: float, low_m: float, high_m: float, dry_low: float,
    vapour_low: float, dry_high: float, vapour_high: float,
) -> float:  # fmt: skip
    """Return the two-way loss (dB) by gas between two heights and the densities at both (`air_density`)."""
    rise = high_m - low_m
    if abs(rise) < 1.0:
        dry = 0.5 * (dry_low + dry_high)
        vapour = 0.5 * (vapour_low + vapour_high)
    else:
        dry = (dry_low - dry_high) * DRY_SCALE_M / rise
        vapour = (vapour_low - vapour_high) * VAPOUR_SCALE_M / rise
    return 0.002 * range_m * (dry_db_km * dry + vapour_db_km * vapour)


@kernel("float64(float64, float64, float64, float64, float64, float64, float64)")
def lobing_gain(
    wave_per_m: float, reflection: float, rough_m: float, range_m: float, low_m: float, high_m: float, sine: float
) -> float:
    """Return F^4: what the ray by the ground makes of an echo, both heights taken above the tangent plane between.

    Rough ground reflects less the steeper the ray (Ament 1953; `multipath.rough_reflection`).
    """
    if not wave_per_m > 0.0 or sine >= LOBING_SINE or not (low_m > 0.0 and high_m > 0.0):
        return 1.0
    near_m = range_m * low_m / (low_m + high_m)  # where a flat earth would reflect
    far_m = range_m - near_m
    low = low_m - near_m * near_m / (2.0 * EFFECTIVE_EARTH_M)
    high = high_m - far_m * far_m / (2.0 * EFFECTIVE_EARTH_M)
    if not (low > 0.0 and high > 0.0):
        return 1.0
    waves = wave_per_m * low * high / (range_m * TWO_PI)
    _, cosine = sincos(TWO_PI * (waves - math.floor(waves)))
    if rough_m > 0.0:
        spread = 0.5 * wave_per_m * rough_m * (low + high) / range_m
        reflection *= exp(-2.0 * spread * spread)
    factor2 = 1.0 + reflection * reflection + 2.0 * reflection * cosine
    return factor2 * factor2


@kernel("float64(float64, float64, float64, float64, float64, float64)")
def clutter_to_noise(
    clutter_m: float, signal_at_1km: float, range_m: float, antenna_m: float, sine: float, beam_rad: float
) -> float:
    """Return the ground's echo over noise in the target's cell: constant gamma, none beyond the horizon, none under a
    narrow beam (`beam_rad` > 0) that has left the ground.
    """
    if not clutter_m > 0.0:
        return 0.0
    rise = antenna_m * (2.0 * EFFECTIVE_EARTH_M + antenna_m)
    grazing = (rise - range_m * range_m) / (2.0 * range_m * EFFECTIVE_EARTH_M)
    if grazing <= 0.0 or (beam_rad > 0.0 and sine + grazing > beam_rad):
        return 0.0
    km2 = range_m * range_m * 1e-6
    return signal_at_1km * clutter_m * grazing * range_m / (km2 * km2)


@kernel()
def chaff_to_noise(
    clouds: NDArray[Any], x: float, y: float, z: float, range_m: float, signal_at_1km: float, freq_hz: float,
    cell_m: float,
) -> float:  # fmt: skip
    """Return the echo over noise of the chaff in the cell of a target at ECEF (x, y, z): none outside every corridor,
    else of the length of corridor that a cell of `cell_m` holds."""
    area_m2 = 0.0
    wavelength_m = LIGHT_MPS / freq_hz
    for c in range(clouds.shape[0]):
        ax = clouds[c, CLOUD_END] - clouds[c, CLOUD_START]
        ay = clouds[c, CLOUD_END + 1] - clouds[c, CLOUD_START + 1]
        az = clouds[c, CLOUD_END + 2] - clouds[c, CLOUD_START + 2]
        px, py, pz = x - clouds[c, CLOUD_START], y - clouds[c, CLOUD_START + 1], z - clouds[c, CLOUD_START + 2]
        length2 = ax * ax + ay * ay + az * az
        share = min(max((px * ax + py * ay + pz * az) / max(length2, 1.0), 0.0), 1.0)
        px, py, pz = px - share * ax, py - share * ay, pz - share * az
        if px * px + py * py + pz * pz <= clouds[c, CLOUD_HALF_WIDTH] * clouds[c, CLOUD_HALF_WIDTH]:
            held_m = min(math.sqrt(length2), cell_m)
            area_m2 += clouds[c, CLOUD_DIPOLES] * held_m * DIPOLE_AREA * wavelength_m * wavelength_m
    km2 = range_m * range_m * 1e-6
    return signal_at_1km * area_m2 * CHAFF_LEFT / (km2 * km2)


@kernel("boolean(float64, float64, float64, float64)")
def in_notch(blind_mps: float, radial_mps: float, least_mps: float, spread_mps: float) -> bool:
    """Tell whether a radial speed is in the notch about rest (`least_mps`, or `spread_mps` of main-beam clutter if that
    is wider) or about a blind speed (0: there is none).
    """
    speed = abs(radial_mps)
    width = max(least_mps, spread_mps)
    if speed < width or not blind_mps > 0.0:
        return speed < width
    return abs(speed - blind_mps * math.floor(speed / blind_mps + 0.5)) < least_mps


@kernel("float64(float64, float64, float64, float64, float64, float64, float64, float64)")
def beam_spread_mps(
    vx: float, vy: float, vz: float, x: float, y: float, z: float, range_m: float, beam_rad: float
) -> float:
    """Return the half width of main-beam clutter for a platform of this velocity: its speed across the line of sight
    times the beam.
    """
    along = (vx * x + vy * y + vz * z) / range_m
    across2 = vx * vx + vy * vy + vz * vz - along * along
    return math.sqrt(across2) * beam_rad if across2 > 0.0 else 0.0
