"""Lobing over a flat surface: the direct ray and its mirror image add up or cancel.

Sources: Kerr, "Propagation of Short Radio Waves" (1951), section 2.2; Skolnik, "Introduction to Radar Systems" (2001),
section 8.2; Blake, "Radar Range-Performance Analysis" (1980). Divergence by the earth's curve, ducting and sea state
are left out; roughness is the Ament factor.
"""

import math

LIGHT_M_S = 299_792_458.0


def multipath_factor(
    antenna_m: float, target_m: float, ground_range_m: float, freq_hz: float, reflection: float = -1.0
) -> float:
    """Return the pattern propagation factor F (field ratio, one way) over a flat surface of this reflection.

    Path difference 2 h1 h2 / R; for reflection -1, F = 2 |sin(2 pi h1 h2 / (lambda R))|. A radar's echo has F^4. Raises
    ValueError unless range and frequency are positive and heights are not negative.
    """
    if min(ground_range_m, freq_hz) <= 0.0 or min(antenna_m, target_m) < 0.0:
        raise ValueError(f"found heights {antenna_m}, {target_m} m, range {ground_range_m} m, {freq_hz} Hz")
    phase = 4.0 * math.pi * antenna_m * target_m * freq_hz / (LIGHT_M_S * ground_range_m)
    return math.sqrt(1.0 + reflection * reflection + 2.0 * reflection * math.cos(phase))


def multipath_factor_exact(
    antenna_m: float, target_m: float, ground_range_m: float, freq_hz: float, reflection: float = -1.0
) -> float:
    """Return `multipath_factor` with the exact difference of the two straight paths over a flat surface."""
    direct = math.hypot(ground_range_m, antenna_m - target_m)
    mirrored = math.hypot(ground_range_m, antenna_m + target_m)
    longer = 4.0 * antenna_m * target_m / (direct + mirrored)  # (mirrored^2 - direct^2) / sum: no cancellation
    phase = 2.0 * math.pi * longer * freq_hz / LIGHT_M_S
    return math.sqrt(1.0 + reflection * reflection + 2.0 * reflection * math.cos(phase))


def multipath_gain_db(
    antenna_m: float, target_m: float, ground_range_m: float, freq_hz: float, reflection: float = -1.0
) -> float:
    """Return 40 log10 F: what lobing adds to a radar's echo (dB); -inf in a null."""
    factor = multipath_factor(antenna_m, target_m, ground_range_m, freq_hz, reflection)
    return 40.0 * math.log10(factor) if factor > 0.0 else -math.inf


def lobe_elevation_rad(number: int, antenna_m: float, freq_hz: float) -> float:
    """Return the elevation (rad) of the peak of lobe `number` (1 is the lowest): asin((2 n - 1) lambda / (4 h)).

    Raises ValueError for a lobe that does not exist.
    """
    return _interference_rad(2 * number - 1, antenna_m, freq_hz)


def null_elevation_rad(number: int, antenna_m: float, freq_hz: float) -> float:
    """Return the elevation (rad) of null `number` (0 lies along the surface): asin(n lambda / (2 h))."""
    return _interference_rad(2 * number, antenna_m, freq_hz)


def _interference_rad(quarters: int, antenna_m: float, freq_hz: float) -> float:
    if quarters < 0 or min(antenna_m, freq_hz) <= 0.0:
        raise ValueError(f"found {quarters} quarter waves, antenna {antenna_m} m, {freq_hz} Hz")
    sine = quarters * LIGHT_M_S / (4.0 * freq_hz * antenna_m)
    if sine > 1.0:
        raise ValueError(f"an antenna {antenna_m} m high has no such lobe at {freq_hz} Hz")
    return math.asin(sine)


def rough_reflection(smooth: float, height_sigma_m: float, grazing_rad: float, freq_hz: float) -> float:
    """Return the reflection coefficient of a rough surface: smooth times exp(-2 (2 pi sigma sin(grazing) / lambda)^2)
    (Ament, Proc. IRE 41, 1953).
    """
    spread = 2.0 * math.pi * height_sigma_m * math.sin(grazing_rad) * freq_hz / LIGHT_M_S
    return smooth * math.exp(-2.0 * spread * spread)
