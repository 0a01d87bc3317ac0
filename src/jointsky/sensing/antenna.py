"""Antennas and scans: patterns in azimuth and elevation, pulses on target, search, and the price of an own threshold.

Sources: Skolnik, "Introduction to Radar Systems" (2001), chapters 2, 5 and 9; Finn and Johnson, RCA Review 29 (1968)
(constant false-alarm rate). Angles in radians, gains in decibels below the peak, one way.
"""

import math

BOLTZMANN_J_PER_K = 1.380649e-23
LIGHT_M_S = 299_792_458.0


def gaussian_beam_db(off_rad: float, beam_rad: float) -> float:
    """Return -12.04 (off / beam)^2: one-way gain below the peak of a Gaussian beam of this half-power width."""
    return -40.0 * math.log10(2.0) * (off_rad / beam_rad) ** 2


def azimuth_pattern_db(
    off_rad: float, beam_rad: float, first_sidelobe_db: float, average_sidelobe_db: float | None = None
) -> float:
    """Return gain below the peak: Gaussian, then the first sidelobe out to 3 beamwidths, then the average sidelobe
    (10 dB below the first, where left out).
    """
    if abs(off_rad) >= 3.0 * beam_rad:
        return first_sidelobe_db - 10.0 if average_sidelobe_db is None else average_sidelobe_db
    return max(gaussian_beam_db(off_rad, beam_rad), first_sidelobe_db)


def cosecant_squared_db(el_rad: float, low_rad: float, high_rad: float) -> float:
    """Return gain below the peak in elevation: flat up to `low_rad`, (sin low / sin el)^2 up to `high_rad`, none above.

    A target flying level then keeps its echo. Raises ValueError unless 0 < low < high < pi.
    """
    if not 0.0 < low_rad < high_rad < math.pi:
        raise ValueError(f"expected 0 < low < high, found {low_rad} and {high_rad} rad")
    if el_rad > high_rad:
        return -math.inf
    return 0.0 if el_rad <= low_rad else 20.0 * math.log10(math.sin(low_rad) / math.sin(el_rad))


def cosecant_squared_loss_db(low_rad: float, high_rad: float) -> float:
    """Return by how much the peak gain falls when a fan up to `low_rad` is shaped up to `high_rad`.

    10 log10(2 - low cot high) (Skolnik, 2001, section 9.11).
    """
    return 10.0 * math.log10(2.0 - low_rad / math.tan(high_rad))


def pulses_per_scan(az_beam_rad: float, prf_hz: float, turns_per_min: float) -> float:
    """Return n = beam PRF / (6 rpm) with the beam in degrees: pulses on a target while the beam passes (Skolnik, 2.39).

    Raises ValueError unless all are positive.
    """
    if min(az_beam_rad, prf_hz, turns_per_min) <= 0.0:
        raise ValueError(f"found beam {az_beam_rad} rad, PRF {prf_hz} Hz, {turns_per_min} turns/min")
    return math.degrees(az_beam_rad) * prf_hz / (6.0 * turns_per_min)


def sector_solid_angle_sr(az_rad: float, el_low_rad: float, el_high_rad: float) -> float:
    """Return the solid angle (sr) of a sector `az_rad` wide between two elevations."""
    return az_rad * (math.sin(el_high_rad) - math.sin(el_low_rad))


def search_snr_db(
    *,
    power_aperture_w_m2: float,
    range_m: float,
    solid_angle_sr: float,
    search_s: float,
    rcs_m2: float = 1.0,
    noise_temp_k: float = 290.0,
    loss_db: float = 0.0,
) -> float:
    """Return the signal-to-noise ratio (dB) of a search: Pav A t sigma / (4 pi k Ts R^4 omega L) (Skolnik, 2.57)."""
    energy = power_aperture_w_m2 * search_s * rcs_m2 / solid_angle_sr
    return 10.0 * math.log10(energy / (4.0 * math.pi * BOLTZMANN_J_PER_K * noise_temp_k * range_m**4)) - loss_db


def search_power_aperture_w_m2(
    *,
    snr_db: float,
    range_m: float,
    solid_angle_sr: float,
    search_s: float,
    rcs_m2: float = 1.0,
    noise_temp_k: float = 290.0,
    loss_db: float = 0.0,
) -> float:
    """Return the average power times aperture (W m2) that a search needs: the inverse of `search_snr_db`."""
    needed = 10.0 ** ((snr_db + loss_db) / 10.0)
    return 4.0 * math.pi * BOLTZMANN_J_PER_K * noise_temp_k * range_m**4 * solid_angle_sr * needed / (search_s * rcs_m2)


def cfar_pd(snr_db: float, pfa: float, reference_cells: int) -> float:
    """Return Pd of a cell-averaging detector: one pulse, exponentially fluctuating target (Swerling 1), M cells.

    (1 + a / (1 + S))^-M with a = Pfa^(-1/M) - 1. Raises ValueError for an impossible Pfa or number of cells.
    """
    factor = _cfar_factor(pfa, reference_cells)
    return (1.0 + factor / (1.0 + 10.0 ** (snr_db / 10.0))) ** -reference_cells


def cfar_loss_db(pd: float, pfa: float, reference_cells: int) -> float:
    """Return how much more signal a cell-averaging detector needs than a known threshold: one pulse, Swerling 1.

    a / (Pd^(-1/M) - 1) - 1 against ln(Pfa) / ln(Pd) - 1. Raises ValueError as `cfar_pd`, and unless pfa < pd < 1.
    """
    factor = _cfar_factor(pfa, reference_cells)
    if not pfa < pd < 1.0:
        raise ValueError(f"probability of detection {pd} must lie between the false-alarm probability {pfa} and 1")
    adaptive = factor / math.expm1(-math.log(pd) / reference_cells) - 1.0
    return 10.0 * math.log10(adaptive / (math.log(pfa) / math.log(pd) - 1.0))


def _cfar_factor(pfa: float, reference_cells: int) -> float:
    if not 0.0 < pfa < 1.0 or reference_cells < 1:
        raise ValueError(f"found false-alarm probability {pfa} and {reference_cells} cells")
    return math.expm1(-math.log(pfa) / reference_cells)
