"""What air and rain take from a radar's power: specific attenuations and two-way losses along a ray.

Sources: Recommendation ITU-R P.676-12 (2019), annex 1 (gas, line by line, 1 to 1,000 GHz); ITU-R P.838-3 (2005) (rain,
1 to 1,000 GHz); standard atmosphere ISO 2533. Below 1 GHz the same formulas are used, which only ever loses less.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jointsky.atlas.gas_lines import gas_lines

Floats = NDArray[np.float64]

SEA_LEVEL_HPA, SEA_LEVEL_K, SEA_LEVEL_VAPOUR_G_M3 = 1013.25, 288.15, 7.5
"""Total pressure, temperature and water vapour of the standard sea level (ITU-R P.835 for the vapour)."""
VAPOUR_SCALE_M = 2_000.0
_LAPSE_K_PER_M, _TROPOPAUSE_M, _TOP_M = 0.0065, 11_000.0, 80_000.0
_PRESSURE_POWER, _GRAVITY_PER_GAS_K_PER_M = 5.255_88, 0.034_163_2

# ITU-R P.838-3, tables 1 to 4: (a, b, c) of each curve, then the straight line's slope and constant.
_RAIN_KH = (((-5.33980, -0.10008, 1.13098), (-0.35351, 1.26970, 0.45400), (-0.23789, 0.86036, 0.15354),
             (-0.94158, 0.64552, 0.16817)), -0.18961, 0.71147)  # fmt: skip
_RAIN_KV = (((-3.80595, 0.56934, 0.81061), (-3.44965, -0.22911, 0.51059), (-0.39902, 0.73042, 0.11899),
             (0.50167, 1.07319, 0.27195)), -0.16398, 0.63297)  # fmt: skip
_RAIN_AH = (((-0.14318, 1.82442, -0.55187), (0.29591, 0.77564, 0.19822), (0.32177, 0.63773, 0.13164),
             (-5.37610, -0.96230, 1.47828), (16.1721, -3.29980, 3.43990)), 0.67849, -1.95537)  # fmt: skip
_RAIN_AV = (((-0.07771, 2.33840, -0.76284), (0.56727, 0.95545, 0.54039), (-0.20238, 1.14520, 0.26809),
             (-48.2991, 0.791669, 0.116226), (48.5833, 0.791459, 0.116479)), -0.053739, 0.83433)  # fmt: skip
_Curve = tuple[tuple[tuple[float, float, float], ...], float, float]


class GasProfile(NamedTuple):
    """Attenuation of dry air and of water vapour at sea level (dB/km, one way), and the scale height (m) of each."""

    dry_db_km: float
    vapour_db_km: float
    dry_scale_m: float
    vapour_scale_m: float


def gas_attenuation_db_km(
    freq_hz: float,
    dry_pressure_hpa: float = SEA_LEVEL_HPA,
    temperature_k: float = SEA_LEVEL_K,
    vapour_g_m3: float = SEA_LEVEL_VAPOUR_G_M3,
) -> float:
    """Return the one-way specific attenuation (dB/km) of air: oxygen and water vapour, line by line.

    ITU-R P.676-12, eq. 1. Raises ValueError unless frequency, pressure and temperature are positive and vapour is not
    negative.
    """
    dry, vapour = gas_parts_db_km(freq_hz, dry_pressure_hpa, temperature_k, vapour_g_m3)
    return dry + vapour


def gas_parts_db_km(
    freq_hz: float,
    dry_pressure_hpa: float = SEA_LEVEL_HPA,
    temperature_k: float = SEA_LEVEL_K,
    vapour_g_m3: float = SEA_LEVEL_VAPOUR_G_M3,
) -> tuple[float, float]:
    """Return the parts of `gas_attenuation_db_km`: (oxygen with the dry continuum, water vapour)."""
    if min(freq_hz, dry_pressure_hpa, temperature_k) <= 0.0 or vapour_g_m3 < 0.0:
        raise ValueError(
            f"found {freq_hz} Hz, {dry_pressure_hpa} hPa, {temperature_k} K, {vapour_g_m3} g/m3, expected all positive"
        )
    f, theta = freq_hz / 1e9, 300.0 / temperature_k
    vapour_hpa = vapour_g_m3 * temperature_k / 216.7
    dry = _oxygen(f, theta, dry_pressure_hpa, vapour_hpa) + _continuum(f, theta, dry_pressure_hpa, vapour_hpa)
    return 0.1820 * f * dry, 0.1820 * f * _water(f, theta, dry_pressure_hpa, vapour_hpa)


def _oxygen(f: float, theta: float, dry_hpa: float, vapour_hpa: float) -> float:
    at, a1, a2, a3, a4, a5, a6 = gas_lines("oxygen").T
    strength = a1 * 1e-7 * dry_hpa * theta**3 * np.exp(a2 * (1.0 - theta))
    width = a3 * 1e-4 * (dry_hpa * theta ** (0.8 - a4) + 1.1 * vapour_hpa * theta)
    width = np.sqrt(width**2 + 2.25e-6)  # Zeeman splitting
    interference = (a5 + a6 * theta) * 1e-4 * (dry_hpa + vapour_hpa) * theta**0.8
    return float(np.sum(strength * _line_shape(f, at, width, interference)))


def _water(f: float, theta: float, dry_hpa: float, vapour_hpa: float) -> float:
    at, b1, b2, b3, b4, b5, b6 = gas_lines("water").T
    strength = b1 * 1e-1 * vapour_hpa * theta**3.5 * np.exp(b2 * (1.0 - theta))
    width = b3 * 1e-4 * (dry_hpa * theta**b4 + b5 * vapour_hpa * theta**b6)
    width = 0.535 * width + np.sqrt(0.217 * width**2 + 2.1316e-12 * at**2 / theta)  # Doppler broadening
    return float(np.sum(strength * _line_shape(f, at, width, np.zeros_like(at))))


def _line_shape(f: float, at: Floats, width: Floats, interference: Floats) -> Floats:
    below = (width - interference * (at - f)) / ((at - f) ** 2 + width**2)
    above = (width - interference * (at + f)) / ((at + f) ** 2 + width**2)
    return f / at * (below + above)


def _continuum(f: float, theta: float, dry_hpa: float, vapour_hpa: float) -> float:
    """Debye spectrum of oxygen below 10 GHz and pressure-induced attenuation by nitrogen above 100 GHz (eq. 8)."""
    d = 5.6e-4 * (dry_hpa + vapour_hpa) * theta**0.8
    debye = 6.14e-5 / (d * (1.0 + (f / d) ** 2))
    nitrogen = 1.4e-12 * dry_hpa * theta**1.5 / (1.0 + 1.9e-5 * f**1.5)
    return f * dry_hpa * theta**2 * (debye + nitrogen)


def standard_air(height_m: float) -> tuple[float, float, float]:
    """Return total pressure (hPa), temperature (K) and water vapour (g/m3) of the standard atmosphere to 20 km, and its
    isothermal continuation above.
    """
    low = min(height_m, _TROPOPAUSE_M)
    temperature_k = SEA_LEVEL_K - _LAPSE_K_PER_M * low
    pressure_hpa = SEA_LEVEL_HPA * (temperature_k / SEA_LEVEL_K) ** _PRESSURE_POWER
    pressure_hpa *= math.exp(-_GRAVITY_PER_GAS_K_PER_M * (height_m - low) / temperature_k)
    return pressure_hpa, temperature_k, SEA_LEVEL_VAPOUR_G_M3 * math.exp(-height_m / VAPOUR_SCALE_M)


@lru_cache(maxsize=256)
def gas_profile(freq_hz: float) -> GasProfile:
    """Return what a path integral needs at one frequency: both parts at sea level, and the heights which, times them,
    give the vertical integrals through the standard atmosphere (equivalent heights, ITU-R P.676, annex 2).
    """
    heights = np.linspace(0.0, _TOP_M, 401)
    parts = np.array([_parts_at(freq_hz, float(height)) for height in heights])
    totals = np.trapezoid(parts, heights, axis=0)
    dry, vapour = parts[0]
    return GasProfile(float(dry), float(vapour), float(totals[0] / dry), float(totals[1] / vapour))


def _parts_at(freq_hz: float, height_m: float) -> tuple[float, float]:
    pressure_hpa, temperature_k, vapour = standard_air(height_m)
    return gas_parts_db_km(freq_hz, pressure_hpa - vapour * temperature_k / 216.7, temperature_k, vapour)


def gas_loss_db(freq_hz: float, range_m: float, antenna_m: float, target_m: float) -> float:
    """Return the two-way loss (dB) by gas along a ray whose height rises evenly from antenna to target.

    2 R sum gamma_i mean(exp(-h / H_i)) with the parts and heights of `gas_profile` (after Blake, NRL 7098, 1968): up to
    10 GHz within 0.1 dB over 200 km of the sum through the standard atmosphere.
    """
    profile = gas_profile(freq_hz)
    dry = profile.dry_db_km * mean_density(antenna_m, target_m, profile.dry_scale_m)
    vapour = profile.vapour_db_km * mean_density(antenna_m, target_m, profile.vapour_scale_m)
    return 2.0 * range_m / 1000.0 * (dry + vapour)


def mean_density(low_m: float, high_m: float, scale_m: float) -> float:
    """Return the mean of exp(-h / scale) over heights from `low_m` to `high_m`, in either order."""
    rise = (high_m - low_m) / scale_m
    share = 1.0 - 0.5 * rise if abs(rise) < 1e-6 else (1.0 - math.exp(-rise)) / rise
    return math.exp(-low_m / scale_m) * share


def rain_coefficients(freq_hz: float, el_rad: float = 0.0, tilt_rad: float = 0.0) -> tuple[float, float]:
    """Return (k, alpha) of rain; `tilt_rad` is 0 for horizontal, pi/2 for vertical and pi/4 for circular polarisation.

    ITU-R P.838-3, eqs. 2 to 5. Raises ValueError unless freq_hz > 0.
    """
    if not freq_hz > 0.0:
        raise ValueError(f"freq_hz must be positive, found {freq_hz}")
    x = math.log10(freq_hz / 1e9)
    k_h, k_v = 10.0 ** _rain_curve(x, _RAIN_KH), 10.0 ** _rain_curve(x, _RAIN_KV)
    a_h, a_v = _rain_curve(x, _RAIN_AH), _rain_curve(x, _RAIN_AV)
    mix = math.cos(el_rad) ** 2 * math.cos(2.0 * tilt_rad)
    k = 0.5 * (k_h + k_v + (k_h - k_v) * mix)
    return k, (k_h * a_h + k_v * a_v + (k_h * a_h - k_v * a_v) * mix) / (2.0 * k)


def _rain_curve(x: float, curve: _Curve) -> float:
    humps, slope, constant = curve
    return sum(a * math.exp(-(((x - b) / c) ** 2)) for a, b, c in humps) + slope * x + constant


def rain_attenuation_db_km(freq_hz: float, rain_mm_h: float, el_rad: float = 0.0, tilt_rad: float = 0.0) -> float:
    """Return the one-way specific attenuation (dB/km) k R^alpha of rain (ITU-R P.838-3, eq. 1).

    Raises ValueError for a negative rain rate and as `rain_coefficients`.
    """
    if rain_mm_h < 0.0:
        raise ValueError(f"rain_mm_h must not be negative, found {rain_mm_h}")
    k, alpha = rain_coefficients(freq_hz, el_rad, tilt_rad)
    return k * rain_mm_h**alpha


def rain_loss_db(freq_hz: float, rain_mm_h: float, path_m: float) -> float:
    """Return the two-way loss (dB) over `path_m` of even rain, horizontally polarised."""
    return 2.0 * path_m / 1000.0 * rain_attenuation_db_km(freq_hz, rain_mm_h)
