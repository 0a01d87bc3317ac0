"""Echoes of ground, sea and rain, and what a canceller makes of them.

Sources: Barton, "Radar System Analysis and Modeling" (2005), section 3.6 (constant gamma); Skolnik, "Introduction to
Radar Systems" (2001), chapters 3 and 7 (cancellers, blind speeds, surface and volume clutter); Morris and Harkness,
"Airborne Pulsed Doppler Radar" (1996) (main-beam clutter of a moving platform).
"""

import math

LIGHT_M_S = 299_792_458.0
GAMMA_DB = {
    "sea_calm": -45.0,
    "sea_moderate": -33.0,
    "desert": -20.0,
    "farmland": -15.0,
    "forest": -12.0,
    "hills": -10.0,
    "mountains": -5.0,
    "city": -3.0,
}
"""Constant-gamma reflectivity (dB) of kinds of surface: rounded values of the orders in Barton (2005), table 3.1."""


def surface_reflectivity(gamma_db: float, grazing_rad: float) -> float:
    """Return sigma0 = gamma sin(grazing) (m2 per m2): the constant-gamma model."""
    return 10.0 ** (gamma_db / 10.0) * math.sin(grazing_rad)


def clutter_cell_m2(range_m: float, az_beam_rad: float, range_resolution_m: float, grazing_rad: float) -> float:
    """Return the ground area (m2) of one cell limited by the pulse: R beam (c/2B) / cos(grazing)."""
    return range_m * az_beam_rad * range_resolution_m / math.cos(grazing_rad)


def surface_clutter_rcs_m2(
    range_m: float, az_beam_rad: float, range_resolution_m: float, grazing_rad: float, gamma_db: float
) -> float:
    """Return the cross-section (m2) of the ground in one cell (Skolnik, eq. 7.3, with sigma0 of constant gamma)."""
    cell = clutter_cell_m2(range_m, az_beam_rad, range_resolution_m, grazing_rad)
    return surface_reflectivity(gamma_db, grazing_rad) * cell


def rain_clutter_rcs_m2(
    range_m: float, az_beam_rad: float, el_beam_rad: float, range_resolution_m: float, freq_hz: float, rain_mm_h: float
) -> float:
    """Return the cross-section (m2) of rain that fills one cell: eta (pi/4) R^2 beams (c/2B) / (2 ln 2).

    eta = 7 f^4 r^1.6 1e-12 m2/m3 with f in GHz and r in mm/h (Skolnik, 2001, section 7.7).
    """
    eta = 7e-12 * (freq_hz / 1e9) ** 4 * rain_mm_h**1.6
    volume = math.pi / 4.0 * range_m**2 * az_beam_rad * el_beam_rad * range_resolution_m / (2.0 * math.log(2.0))
    return eta * volume


def signal_to_clutter_db(rcs_m2: float, clutter_rcs_m2: float, improvement_db: float = 0.0) -> float:
    """Return the signal-to-clutter ratio (dB) after a canceller of this improvement factor."""
    return 10.0 * math.log10(rcs_m2 / clutter_rcs_m2) + improvement_db


def doppler_hz(radial_m_s: float, freq_hz: float) -> float:
    """Return 2 v / lambda: the Doppler shift (Hz) of a radar's echo."""
    return 2.0 * radial_m_s * freq_hz / LIGHT_M_S


def blind_speeds_m_s(freq_hz: float, prf_hz: float, count: int = 3) -> list[float]:
    """Return the first `count` blind speeds n lambda PRF / 2 (m/s). Raises ValueError unless all are positive."""
    if min(freq_hz, prf_hz) <= 0.0 or count < 1:
        raise ValueError(f"found {freq_hz} Hz, PRF {prf_hz} Hz, {count} speeds, expected all positive")
    return [0.5 * number * LIGHT_M_S / freq_hz * prf_hz for number in range(1, count + 1)]


def is_blind(radial_m_s: float, freq_hz: float, prf_hz: float, notch_m_s: float) -> bool:
    """Tell whether a radial speed falls into the notch about zero or about a blind speed of one constant PRF."""
    first = blind_speeds_m_s(freq_hz, prf_hz, 1)[0]
    return abs(radial_m_s - first * round(radial_m_s / first)) < notch_m_s


def staggered_blind_speed_m_s(freq_hz: float, prf_hz: float, ratios: tuple[int, ...]) -> float:
    """Return the first speed blind to all of several PRFs whose periods are as the whole numbers `ratios`.

    The mean period gives the mean first blind speed v; together they are blind at v mean(ratios) (Skolnik, eq. 3.18),
    for ratios without a common factor. Raises ValueError for fewer than two, or a common factor.
    """
    if len(ratios) < 2 or math.gcd(*ratios) != 1:
        raise ValueError(f"expected two or more whole ratios without a common factor, found {ratios}")
    return blind_speeds_m_s(freq_hz, prf_hz, 1)[0] * sum(ratios) / len(ratios)


def canceller_response(radial_m_s: float, freq_hz: float, prf_hz: float, delays: int = 1) -> float:
    """Return |2 sin(pi fd / PRF)|^(2 delays): power response of a canceller of so many delay lines (Skolnik, 3.2)."""
    return (2.0 * math.sin(math.pi * doppler_hz(radial_m_s, freq_hz) / prf_hz)) ** (2 * delays)


def canceller_response_db(radial_m_s: float, freq_hz: float, prf_hz: float, delays: int = 1) -> float:
    """Return the response over its mean over all speeds, binomial(2 n, n), in decibels; -inf at a blind speed."""
    power = canceller_response(radial_m_s, freq_hz, prf_hz, delays) / math.comb(2 * delays, delays)
    return 10.0 * math.log10(power) if power > 0.0 else -math.inf


def mti_improvement_db(
    delays: int, freq_hz: float, prf_hz: float, spread_m_s: float = 2.0, mean_m_s: float = 0.0
) -> float:
    """Return the improvement factor (dB) of a canceller with binomial weights against Gaussian clutter.

    Sum w^2 / sum w_i w_j exp(-2 (pi sigma_f (i - j) / PRF)^2) cos(2 pi f_mean (i - j) / PRF), sigma_f = 2 sigma_v /
    lambda: exact, by the clutter's autocorrelation (Barton, 2005, section 6.3). Raises ValueError unless delays >= 1.
    """
    if delays < 1 or min(freq_hz, prf_hz, spread_m_s) <= 0.0:
        raise ValueError(f"found {delays} delays, {freq_hz} Hz, PRF {prf_hz} Hz, {spread_m_s} m/s")
    sigma = math.pi * doppler_hz(spread_m_s, freq_hz) / prf_hz
    turn = 2.0 * math.pi * doppler_hz(mean_m_s, freq_hz) / prf_hz
    weights = [(-1) ** i * math.comb(delays, i) for i in range(delays + 1)]
    # The residue is a sum of terms that nearly cancel: sum over lags of c(lag) (rho(lag) - 1), as sum of c is 0.
    residue = 0.0
    for lag in range(1, delays + 1):
        together = sum(weights[i] * weights[i + lag] for i in range(delays + 1 - lag))
        residue += 2.0 * together * (math.exp(-2.0 * (sigma * lag) ** 2) * math.cos(turn * lag) - 1.0)
    return 10.0 * math.log10(math.comb(2 * delays, delays) / residue)


def main_beam_clutter_m_s(speed_m_s: float, off_track_rad: float, depression_rad: float = 0.0) -> float:
    """Return the radial speed (m/s) of the ground in the middle of a moving radar's beam: v cos(off track)
    cos(depression).
    """
    return speed_m_s * math.cos(off_track_rad) * math.cos(depression_rad)


def clutter_notch_m_s(speed_m_s: float, off_track_rad: float, az_beam_rad: float, floor_m_s: float = 0.0) -> float:
    """Return the half width (m/s) of the notch about main-beam clutter: v |sin(off track)| beam, or the floor if more.

    The speeds within one beamwidth to each side of the axis: twice the half-power width.
    """
    return max(speed_m_s * abs(math.sin(off_track_rad)) * az_beam_rad, floor_m_s)


def is_in_clutter_notch(
    radial_m_s: float, speed_m_s: float, off_track_rad: float, az_beam_rad: float, floor_m_s: float
) -> bool:
    """Tell whether a target over ground, seen from above, hides in main-beam clutter.

    `radial_m_s` is the target's own, over the ground: clutter is 0 there, so only the notch's width matters.
    """
    return abs(radial_m_s) < clutter_notch_m_s(speed_m_s, off_track_rad, az_beam_rad, floor_m_s)
