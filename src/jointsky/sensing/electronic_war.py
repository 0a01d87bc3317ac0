"""Electronic warfare in closed forms: one-way links, jamming against echoes, burn-through, and hearing emitters.

Sources: NAWCWPNS TP 8347, "Electronic Warfare and Radar Systems Engineering Handbook", sections 4-2 to 4-8; Adamy,
"EW 101" (2001); Stansfield, JIEE 94 (1947). Powers in watts, gains and losses in decibels, ranges in metres.
"""

import math

LIGHT_M_S = 299_792_458.0
EFFECTIVE_EARTH_M = 8_494_677.0


def one_way_power_dbm(
    *, power_dbm: float, gain_db: float, receive_gain_db: float, freq_hz: float, range_m: float, loss_db: float = 0.0
) -> float:
    """Return the power (dBm) at the far end of a one-way link: Pt Gt Gr (lambda / (4 pi R))^2 (handbook, 4-3)."""
    spread_db = 20.0 * math.log10(4.0 * math.pi * range_m * freq_hz / LIGHT_M_S)
    return power_dbm + gain_db + receive_gain_db - spread_db - loss_db


def target_gain_factor_db(rcs_m2: float, freq_hz: float) -> float:
    """Return 10 log10(4 pi sigma / lambda^2): a target as an antenna (handbook, 4-4)."""
    return 10.0 * math.log10(4.0 * math.pi * rcs_m2 * (freq_hz / LIGHT_M_S) ** 2)


def jam_to_signal_db(
    *,
    jam_erp_w: float,
    radar_power_w: float,
    radar_gain_db: float,
    rcs_m2: float,
    target_range_m: float,
    jammer_range_m: float | None = None,
    gain_towards_jammer_db: float | None = None,
    bandwidth_share: float = 1.0,
) -> float:
    """Return J/S (dB): Pj Gj Gr' 4 pi Rt^4 share / (Pt Gt Gr sigma Rj^2) (handbook, 4-7 and 4-8).

    Left out, the jammer's range and the gain towards it are those of the target: self-screening.
    """
    jammer_m = target_range_m if jammer_range_m is None else jammer_range_m
    towards_db = radar_gain_db if gain_towards_jammer_db is None else gain_towards_jammer_db
    powers = jam_erp_w * bandwidth_share * 4.0 * math.pi / (radar_power_w * rcs_m2)
    return 10.0 * math.log10(powers * target_range_m**4 / jammer_m**2) + towards_db - 2.0 * radar_gain_db


def burn_through_range_m(
    *,
    jam_erp_w: float,
    radar_power_w: float,
    radar_gain_db: float,
    rcs_m2: float,
    jam_to_signal_db: float = 0.0,
    jammer_range_m: float | None = None,
    gain_towards_jammer_db: float | None = None,
    bandwidth_share: float = 1.0,
) -> float:
    """Return the range (m) at which J/S falls to `jam_to_signal_db`: nearer, the echo burns through.

    Without `jammer_range_m` the target jams for itself (R^2 law), else from there (R^4 law).
    """
    towards_db = radar_gain_db if gain_towards_jammer_db is None else gain_towards_jammer_db
    echo = radar_power_w * rcs_m2 * 10.0 ** ((2.0 * radar_gain_db - towards_db + jam_to_signal_db) / 10.0)
    squared = echo / (4.0 * math.pi * jam_erp_w * bandwidth_share)
    return math.sqrt(squared) if jammer_range_m is None else (squared * jammer_range_m**2) ** 0.25


def jammed_range_factor(jam_to_noise: float) -> float:
    """Return (1 + J/N)^(-1/4): the share of its clear range that a radar keeps against even noise."""
    return (1.0 + jam_to_noise) ** -0.25


def esm_range_m(
    *,
    erp_w: float,
    receive_gain_db: float,
    sensitivity_w: float,
    freq_hz: float,
    receiver_m: float | None = None,
    emitter_m: float | None = None,
) -> float:
    """Return how far (m) a receiver hears an emitter: lambda / (4 pi) sqrt(ERP G / Smin), and no farther than the radio
    horizon where both heights are given. Raises ValueError unless power, sensitivity and frequency are positive.
    """
    if min(erp_w, sensitivity_w, freq_hz) <= 0.0:
        raise ValueError(f"found {erp_w} W, sensitivity {sensitivity_w} W, {freq_hz} Hz, expected all positive")
    gain = 10.0 ** (receive_gain_db / 10.0)
    free_m = LIGHT_M_S / freq_hz / (4.0 * math.pi) * math.sqrt(erp_w * gain / sensitivity_w)
    if receiver_m is None or emitter_m is None:
        return free_m
    return min(free_m, sum(math.sqrt(2.0 * EFFECTIVE_EARTH_M * max(h, 0.0)) for h in (receiver_m, emitter_m)))


def chaff_rcs_m2(dipoles: float, freq_hz: float) -> float:
    """Return the mean cross-section (m2) of a cloud of resonant half-wave dipoles, 0.15 lambda^2 each (Skolnik, 1990).

    Raises ValueError for a negative number.
    """
    if dipoles < 0.0 or freq_hz <= 0.0:
        raise ValueError(f"found {dipoles} dipoles at {freq_hz} Hz")
    return 0.15 * dipoles * (LIGHT_M_S / freq_hz) ** 2


def agility_gain_db(jam_bandwidth_hz: float, spot_bandwidth_hz: float) -> float:
    """Return what frequency agility gains: a jammer that must fill `jam_bandwidth_hz` instead of one spot spreads its
    power by their ratio (Adamy, 2001); never less than 0.
    """
    return max(10.0 * math.log10(jam_bandwidth_hz / spot_bandwidth_hz), 0.0)


def blanked_share(duty: float, jammers: int) -> float:
    """Return the share of looks that sidelobe blanking costs when each of `jammers` fills `duty` of the time.

    Blanking removes pulses through sidelobes and keeps the receiver shut while they last: 1 - (1 - duty)^n. Noise that
    is always on (duty 1) cannot be blanked away. Raises ValueError unless 0 <= duty <= 1.
    """
    if not 0.0 <= duty <= 1.0 or jammers < 0:
        raise ValueError(f"found duty {duty} and {jammers} jammers")
    return 1.0 - (1.0 - duty) ** jammers
