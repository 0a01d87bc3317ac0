"""Noise jamming as faces: J/N, burn-through, ranges under jamming, strobes, and what jamming does to engagement radars.

Sources: Adamy, "EW 101" (2001); NAWCWPNS TP 8347, section 4. A jammer is taken to sit on the victim's frequency and
to fill its stated bandwidth.
"""

import math

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels import jamming as kernels
from jointsky.kernels.radar import ANGLE_SLOPE
from jointsky.sensing.radar import db, ratio
from jointsky.world.world import World


def free_space_loss_db(range_m: float, freq_hz: float) -> float:
    """Return (4 pi R / lambda)^2 in decibels. Raises ValueError unless both are positive."""
    return 2.0 * db(4.0 * math.pi * range_m * freq_hz / kernels.LIGHT_MPS)


def jam_to_noise(
    *,
    jam_power_w: float,
    jam_gain_db: float,
    jam_bandwidth_hz: float,
    range_m: float,
    freq_hz: float,
    gain_db: float,
    bandwidth_hz: float,
    noise_temp_k: float,
    relative_gain_db: float = 0.0,
) -> float:
    """Return J/N (ratio) in a radar's receiver; `relative_gain_db` is its antenna's gain towards the jammer below its
    peak.
    """
    erp_w = jam_power_w * ratio(jam_gain_db)
    gains = ratio(gain_db), ratio(relative_gain_db)
    return kernels.jam_to_noise(erp_w, jam_bandwidth_hz, range_m * range_m, freq_hz, *gains, noise_temp_k, bandwidth_hz)


def self_screening_range_m(
    *,
    peak_power_w: float,
    gain_db: float,
    rcs_m2: float,
    bandwidth_hz: float,
    loss_db: float,
    jam_power_w: float,
    jam_gain_db: float,
    jam_bandwidth_hz: float,
    jam_to_signal: float = 1.0,
) -> float:
    """Return the range (m) at which a target that jams for itself shows J/S = `jam_to_signal`: nearer, the echo burns
    through.
    """
    share = bandwidth_hz / max(jam_bandwidth_hz, bandwidth_hz)
    echo = peak_power_w * ratio(gain_db - loss_db) * rcs_m2 * jam_to_signal
    return math.sqrt(echo / (4.0 * math.pi * jam_power_w * ratio(jam_gain_db) * share))


def jammed_range_m(clear_range_m: float, jam_to_noise_ratio: float) -> float:
    """Return the detection range (m) against noise that a jammer elsewhere raised by 1 + J/N."""
    return clear_range_m / math.sqrt(math.sqrt(1.0 + jam_to_noise_ratio))


def self_jammed_range_m(clear_range_m: float, jam_to_noise_ratio: float, range_m: float) -> float:
    """Return the detection range (m) of a target that jams for itself and would give this J/N at `range_m`.

    S/(N + J) = c at R: R^4 + (J/N range^2) R^2 = clear^4, a quadratic in R^2.
    """
    half = 0.5 * jam_to_noise_ratio * range_m * range_m
    clear4 = clear_range_m**4
    return math.sqrt(clear4 / (half + math.sqrt(half * half + clear4)))


def antenna_pattern_db(off_rad: float, beam_rad: float, sidelobe_db: float) -> float:
    """Return one-way gain (dB) below the peak at an angle off the axis: Gaussian, first sidelobe out to 3 beamwidths,
    then 10 dB less.
    """
    return db(kernels.antenna_pattern(off_rad * off_rad, beam_rad, ratio(sidelobe_db)))


def strobe_sigma_rad(beam_rad: float, jam_to_noise_ratio: float) -> float:
    """Return the accuracy (rad) of a jam strobe: beam / (1.6 sqrt(2 J/N)), at best a tenth of the beam."""
    return max(beam_rad / (ANGLE_SLOPE * math.sqrt(2.0 * jam_to_noise_ratio)), 0.1 * beam_rad)


def jam_factor(world: World) -> NDArray[np.float64]:
    """Return, per launcher, the share of its clear range its engagement radar keeps now: (1 + J/N)^(-1/4) from all
    airborne jammers, 30 dB down in its sidelobes.

    Gain and noise of the engagement radar are the notional ones of `kernels.jamming`; frequency and bandwidth those
    of the launcher.
    """
    launchers = world.state.launchers
    factors = np.ones(launchers.size)
    kernels.burn_through_factors(world.state.aircraft, world.model.aircraft_types, launchers, factors)
    return factors
