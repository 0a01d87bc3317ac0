"""The radar equation and the geometry of rays, as faces for builders, planners and tests.

Gains and losses in decibels, powers in watts, lengths in metres, angles in radians unless the name says otherwise.
All of it uses the elementary functions of `jointsky.kernels`, because what a builder computes here decides results.
"""

import math

from jointsky.kernels import elementary
from jointsky.kernels.jamming import BOLTZMANN_J_PER_K, EFFECTIVE_EARTH_M, LIGHT_MPS
from jointsky.kernels.radar import ANGLE_SLOPE, height_on_ray, sine_of_elevation
from jointsky.sensing.detection import pd_exact, required_snr_db

REFERENCE_RANGE_M = 1_000.0
MEAN_EARTH_M = 6_371_000.0


def db(ratio: float) -> float:
    """Return 10 log10(ratio). Raises ValueError unless ratio > 0."""
    return elementary.ratio_to_db(_positive("ratio", ratio))


def ratio(decibels: float) -> float:
    """Return 10^(decibels / 10)."""
    return elementary.db_to_ratio(decibels)


def snr_ref_db(
    *,
    peak_power_w: float,
    pulse_s: float,
    gain_db: float,
    freq_hz: float,
    loss_db: float,
    noise_temp_k: float,
    coherent_pulses: int = 1,
    receive_gain_db: float | None = None,
) -> float:
    """Return the signal-to-noise ratio (dB) of 1 m2 at 1 km in free space, per coherently integrated look.

    Pt tau Gt Gr lambda^2 n / ((4 pi)^3 k Ts L R^4) (Skolnik, "Introduction to Radar Systems", 2001, eq. 2.61).
    `receive_gain_db` is `gain_db` where left out. Raises ValueError for a power, pulse, frequency, temperature or
    number of pulses that is not positive.
    """
    wavelength_m = LIGHT_MPS / _positive("freq_hz", freq_hz)
    energy_j = (
        _positive("peak_power_w", peak_power_w)
        * _positive("pulse_s", pulse_s)
        * _positive("coherent_pulses", coherent_pulses)
    )
    noise_j = BOLTZMANN_J_PER_K * _positive("noise_temp_k", noise_temp_k)
    spread = (4.0 * math.pi) ** 3 * REFERENCE_RANGE_M**4
    gains_db = gain_db + (gain_db if receive_gain_db is None else receive_gain_db) - loss_db
    return db(energy_j * wavelength_m * wavelength_m / (spread * noise_j)) + gains_db


def snr_db(ref_db: float, rcs_m2: float, range_m: float) -> float:
    """Return the signal-to-noise ratio (dB) of a target of this cross-section at this range.

    Raises ValueError unless both are positive.
    """
    far = _positive("range_m", range_m) / REFERENCE_RANGE_M
    return ref_db + db(_positive("rcs_m2", rcs_m2)) - 4.0 * db(far)


def range_for_snr_m(ref_db: float, rcs_m2: float, needed_db: float) -> float:
    """Return the range (m) at which a target gives `needed_db`. Raises ValueError unless rcs_m2 > 0."""
    return REFERENCE_RANGE_M * ratio((ref_db + db(rcs_m2) - needed_db) / 4.0)


def pd_at_range(ref_db: float, rcs_m2: float, range_m: float, pulses: int, pfa: float, swerling: int) -> float:
    """Return the exact Pd of one look in free space. Raises ValueError for impossible numbers."""
    return float(pd_exact(snr_db(ref_db, rcs_m2, range_m), pulses, pfa, swerling))


def range_for_pd_m(ref_db: float, rcs_m2: float, pd: float, pulses: int, pfa: float, swerling: int) -> float:
    """Return the free-space range (m) at which one look detects with probability `pd`.

    Raises ValueError for impossible numbers.
    """
    return range_for_snr_m(ref_db, rcs_m2, required_snr_db(pd, pulses, pfa, swerling))


def echo_power_dbm(
    *, power_dbm: float, gain_db: float, freq_hz: float, rcs_m2: float, range_m: float, loss_db: float
) -> float:
    """Return the power (dBm) a radar receives back; `loss_db` is that of both ways (NAWCWPNS TP 8347, section 4-4)."""
    wavelength_m = LIGHT_MPS / _positive("freq_hz", freq_hz)
    spread = wavelength_m * wavelength_m * _positive("rcs_m2", rcs_m2) / (4.0 * math.pi) ** 3
    return power_dbm + 2.0 * gain_db - loss_db + db(spread) - 4.0 * db(range_m)


def effective_earth_radius_m(refractivity_gradient_per_m: float) -> float:
    """Return the radius on which rays are straight, for a gradient dn/dh such as -39e-9 per metre.

    Raises ValueError where rays bend down with the earth.
    """
    curvature = 1.0 / MEAN_EARTH_M + refractivity_gradient_per_m
    return 1.0 / _positive("curvature", curvature)


def horizon_m(antenna_m: float, target_m: float) -> float:
    """Return the range (m) at which a 4/3 earth hides a target; heights over smooth ground.

    Raises ValueError for negative heights.
    """
    if antenna_m < 0.0 or target_m < 0.0:
        raise ValueError(f"heights must not be negative, found {antenna_m} and {target_m}")
    return math.sqrt(2.0 * EFFECTIVE_EARTH_M * antenna_m) + math.sqrt(2.0 * EFFECTIVE_EARTH_M * target_m)


def ray_height_m(range_m: float, el_rad: float, antenna_m: float, earth_m: float = EFFECTIVE_EARTH_M) -> float:
    """Return the height (m) of a straight ray over an earth of radius `earth_m`, at this slant range."""
    if earth_m == EFFECTIVE_EARTH_M:
        return height_on_ray(range_m, antenna_m, elementary.sin(el_rad))
    low = earth_m + antenna_m
    return math.sqrt(low * low + range_m * range_m + 2.0 * range_m * low * elementary.sin(el_rad)) - earth_m


def elevation_rad(range_m: float, antenna_m: float, target_m: float) -> float:
    """Return the elevation (rad) at which the antenna sees a target over a 4/3 earth.

    NaN for a range shorter than the height difference.
    """
    return elementary.asin(sine_of_elevation(range_m, antenna_m, target_m))


def beam_crossing_s(az_rad: float, t_s: float, period_s: float, phase_s: float) -> float:
    """Return the first time >= t_s at which a beam that pointed north at -phase_s points at this azimuth.

    Raises ValueError unless period_s > 0.
    """
    turn = elementary.wrap_two_pi(az_rad) / elementary.TWO_PI
    first = math.ceil((t_s + phase_s) / _positive("period_s", period_s) - turn)
    return (first + turn) * period_s - phase_s


def measurement_sigma(resolution: float, snr_ratio: float, floor: float, slope: float = ANGLE_SLOPE) -> float:
    """Return hypot(resolution / (slope sqrt(2 S/N)), floor) in the unit of `resolution`; slope 1.6 for a beamwidth, 1
    for c / 2B (Barton, 2005).
    """
    spread = resolution / (slope * math.sqrt(2.0 * _positive("snr_ratio", snr_ratio)))
    return math.sqrt(spread * spread + floor * floor)


def range_resolution_m(bandwidth_hz: float) -> float:
    """Return c / 2B. Raises ValueError unless bandwidth_hz > 0."""
    return LIGHT_MPS / (2.0 * _positive("bandwidth_hz", bandwidth_hz))


def unambiguous_range_m(prf_hz: float) -> float:
    """Return c / (2 PRF). Raises ValueError unless prf_hz > 0."""
    return LIGHT_MPS / (2.0 * _positive("prf_hz", prf_hz))


def first_blind_speed_mps(freq_hz: float, prf_hz: float) -> float:
    """Return lambda PRF / 2. Raises ValueError unless both are positive."""
    return LIGHT_MPS / _positive("freq_hz", freq_hz) * _positive("prf_hz", prf_hz) / 2.0


def _positive(name: str, value: float) -> float:
    if not 0.0 < value < math.inf:
        raise ValueError(f"{name} must be positive, found {value}")
    return value
