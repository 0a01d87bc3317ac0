"""Noise jamming: how much of a jammer's power passes a radar's antenna and receiver.

J/N = Pj Gj Gr g(off) lambda^2 / ((4 pi R)^2 k Ts max(B, Bj)) (Adamy, "EW 101", 2001, chapters 9 and 10): the receiver
takes the share B/Bj of a wider jammer. The radar's transmit and processing losses do not touch it.
"""

import math
from typing import Any

import numba  # pyright: ignore[reportMissingTypeStubs]
import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import db_to_ratio, exp
from jointsky.vocab.truth_records import AIRCRAFT, AIRCRAFT_TYPE, LAUNCHER

BOLTZMANN_J_PER_K = 1.380649e-23
LIGHT_MPS = 299792458.0
EFFECTIVE_EARTH_M = 8494677.0
"""Four thirds of the mean earth radius 6371.0 km: the standard bending of rays (ITU-R P.452)."""
AVERAGE_SIDELOBE = 0.1
"""Power of the average sidelobe relative to the first (10 dB below)."""
MAIN_REGION_BEAMS = 3.0
"""Beamwidths off the axis where the first sidelobes end and the average ones begin."""
_FOUR_LN2 = 2.772588722239781
_FOUR_PI_SQUARED = 157.91367041742973

ENGAGEMENT_GAIN_DB = 42.0
ENGAGEMENT_NOISE_TEMP_K = 900.0
ENGAGEMENT_SIDELOBE_DB = -30.0


def record_array(dtype: Any, readonly: bool = True) -> Any:
    """Return the numba type of a contiguous array of records of this dtype."""
    types: Any = numba.types
    return types.Array(numba.from_dtype(dtype), 1, "C", readonly=readonly)  # pyright: ignore


@kernel("float64(float64, float64, float64)")
def antenna_pattern(off_squared: float, beam_rad: float, first_sidelobe: float) -> float:
    """Return one-way gain relative to the axis at the squared angle off it: a Gaussian main lobe, then first and
    average sidelobes.
    """
    x = off_squared / (beam_rad * beam_rad)
    if x >= MAIN_REGION_BEAMS * MAIN_REGION_BEAMS:
        return first_sidelobe * AVERAGE_SIDELOBE
    gain = exp(-_FOUR_LN2 * x)
    return gain if gain > first_sidelobe else first_sidelobe


@kernel("float64(float64, float64, float64, float64, float64, float64, float64, float64)")
def jam_to_noise(
    erp_w: float, jam_bandwidth_hz: float, range_squared_m2: float, freq_hz: float, gain: float,
    relative_gain: float, noise_temp_k: float, bandwidth_hz: float,
) -> float:  # fmt: skip
    """Return J/N of one jammer of effective radiated power Pj Gj; gains are ratios."""
    wavelength_m = LIGHT_MPS / freq_hz
    widest_hz = jam_bandwidth_hz if jam_bandwidth_hz > bandwidth_hz else bandwidth_hz
    noise = BOLTZMANN_J_PER_K * noise_temp_k * widest_hz
    return erp_w * gain * relative_gain * wavelength_m * wavelength_m / (_FOUR_PI_SQUARED * range_squared_m2 * noise)


@kernel("boolean(float64, float64, float64, float64)")
def in_band(jam_freq_hz: float, jam_bandwidth_hz: float, freq_hz: float, bandwidth_hz: float) -> bool:
    """Tell whether a jammer's band touches a receiver's; a jammer without a centre frequency (0) follows every victim.
    """
    return jam_freq_hz <= 0.0 or abs(freq_hz - jam_freq_hz) <= 0.5 * (jam_bandwidth_hz + bandwidth_hz)


@kernel("boolean(float64, float64, float64)")
def above_horizon(range_squared_m2: float, height_m: float, other_height_m: float) -> bool:
    """Tell whether two points at these heights above a smooth earth of 4/3 radius see each other along this slant
    range.
    """
    low = height_m if height_m > 0.0 else 0.0
    high = other_height_m if other_height_m > 0.0 else 0.0
    rise = high - low
    ground_squared = (range_squared_m2 - rise * rise) * (1.0 - (low + high) / EFFECTIVE_EARTH_M)
    reach = math.sqrt(2.0 * EFFECTIVE_EARTH_M * low) + math.sqrt(2.0 * EFFECTIVE_EARTH_M * high)
    return ground_squared <= reach * reach


@kernel()
def jammer_rows(aircraft: Any, types: Any) -> NDArray[Any]:
    """Return the rows of airborne jamming aircraft in the order of their entities, so that sums do not depend on the
    order of rows.
    """
    rows = np.empty(aircraft.size, np.int64)
    count = 0
    for i in range(aircraft.size):
        craft = aircraft[i]
        if craft.alive == 0 or craft.jamming == 0 or not types[craft.type].jam_power_w > 0.0:
            continue
        place = count
        while place > 0 and aircraft[rows[place - 1]].entity > craft.entity:
            rows[place] = rows[place - 1]
            place -= 1
        rows[place] = i
        count += 1
    return rows[:count]


_FACTORS: Any = numba.void(  # pyright: ignore
    record_array(AIRCRAFT), record_array(AIRCRAFT_TYPE), record_array(LAUNCHER), numba.float64[::1]
)


@kernel(_FACTORS)
def burn_through_factors(aircraft: Any, types: Any, launchers: Any, factors: NDArray[Any]) -> None:
    """Write, per launcher, (1 + J/N)^(-1/4): the share of its clear range that the engagement radar keeps against a
    target off the jammers' axis.
    """
    jammers = jammer_rows(aircraft, types)
    gain = db_to_ratio(ENGAGEMENT_GAIN_DB)
    sidelobe = db_to_ratio(ENGAGEMENT_SIDELOBE_DB)
    for i in range(launchers.size):
        site = launchers[i]
        total = 0.0
        for j in range(jammers.size):
            craft = aircraft[jammers[j]]
            model = types[craft.type]
            x = craft.pos_ecef_m[0] - site.pos_ecef_m[0]
            y = craft.pos_ecef_m[1] - site.pos_ecef_m[1]
            z = craft.pos_ecef_m[2] - site.pos_ecef_m[2]
            r2 = x * x + y * y + z * z
            hears = in_band(model.jam_freq_hz, model.jam_bandwidth_hz, site.radar_band[0], site.radar_band[1])
            if hears and above_horizon(r2, site.alt_m + site.mast_m, craft.alt_m):
                erp_w = model.jam_power_w * db_to_ratio(model.jam_gain_db)
                total += (1.0 - model.jam_pause) * jam_to_noise(
                    erp_w,
                    model.jam_bandwidth_hz,
                    r2,
                    site.radar_band[0],
                    gain,
                    sidelobe,
                    ENGAGEMENT_NOISE_TEMP_K,
                    site.radar_band[1],
                )
        factors[i] = 1.0 / math.sqrt(math.sqrt(1.0 + total))
