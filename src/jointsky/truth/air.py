"""The air as aircraft meet it: the standard atmosphere, and the speeds that pilots read against those that truth flies.

Lengths in metres, speeds in m/s, temperatures in kelvin, pressures in pascal. Heights are geometric above sea level
unless the name says geopotential.
"""

import math
from typing import NamedTuple

HEAT_RATIO = 1.4
"""Of dry air."""
GAS_CONSTANT = 287.05287
SEA_PRESSURE_PA = 101_325.0
SEA_DENSITY_KGM3 = 1.225
SEA_SOUND_MPS = math.sqrt(HEAT_RATIO * GAS_CONSTANT * 288.15)
EARTH_RADIUS_M = 6_356_766.0
"""Radius that turns geometric into geopotential height (ISO 2533)."""
_SOLVED = 1e-13
_MOST_STEPS = 200


class Air(NamedTuple):
    """The state of the air: temperature (K), pressure (Pa), density (kg/m3), speed of sound (m/s)."""

    temperature_k: float
    pressure_pa: float
    density_kgm3: float
    sound_mps: float


def isa(height_m: float, geopotential: bool = False) -> Air:
    """Return the standard air at a height, geometric or (`geopotential=True`) geopotential: ISO 2533:1975, to 2e-5 of
    its tables up to 80 km.

    Raises ValueError for a height that is not a number or not above -5 km.
    """
    from jointsky.kernels.atmosphere import atmosphere  # compiled: only where it is asked for

    if not -5_000.0 <= height_m < math.inf:
        raise ValueError(f"found height {height_m} m, expected a number from -5000 m")
    return Air(*atmosphere(geopotential2geometric_m(height_m) if geopotential else height_m))


def geometric2geopotential_m(height_m: float) -> float:
    """Return the geopotential height of a geometric one, R h / (R + h) (ISO 2533)."""
    return EARTH_RADIUS_M * height_m / (EARTH_RADIUS_M + height_m)


def geopotential2geometric_m(height_m: float) -> float:
    """Return the geometric height of a geopotential one; undoes `geometric2geopotential_m`."""
    return EARTH_RADIUS_M * height_m / (EARTH_RADIUS_M - height_m)


def pressure_height_m(pressure_pa: float) -> float:
    """Return the geopotential height (m) at which the standard air has this pressure, up to 71 km.

    Solved by halving to 1e-9 m. Raises ValueError for a pressure outside that.
    """
    low, high = -4_990.0, 71_000.0
    if not isa(high, True).pressure_pa <= pressure_pa <= isa(low, True).pressure_pa:
        raise ValueError(f"found pressure {pressure_pa} Pa, expected one of the standard air up to 71 km")
    while high - low > 1e-9:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if isa(middle, True).pressure_pa > pressure_pa else (low, middle)
    return 0.5 * (low + high)


def impact_pressure_ratio(mach: float) -> float:
    """Return qc/p, what a pitot tube adds to the still pressure, over that pressure.

    Isentropic up to Mach 1, behind a normal shock above it (Rayleigh's pitot formula, Liepmann & Roshko 1957).
    """
    square = mach * mach
    if mach <= 1.0:
        return (1.0 + 0.2 * square) ** 3.5 - 1.0
    return (1.2 * square) ** 3.5 * (6.0 / (7.0 * square - 1.0)) ** 2.5 - 1.0


def mach_of_impact(ratio: float) -> float:
    """Return the Mach number that gives this qc/p; undoes `impact_pressure_ratio`. Raises ValueError for a ratio below
    0."""
    if not 0.0 <= ratio < math.inf:
        raise ValueError(f"found impact pressure ratio {ratio}, expected 0 or more")
    mach = math.sqrt(5.0 * ((ratio + 1.0) ** (2.0 / 7.0) - 1.0))
    if mach <= 1.0:
        return mach
    for _ in range(_MOST_STEPS):  # qc/p + 1 = 166.92 M^2 (1 - 1/(7 M^2))^-2.5, solved for the leading M
        better = math.sqrt((ratio + 1.0) * 6.0**-2.5 * 7.0**2.5 / 1.2**3.5) * (1.0 - 1.0 / (7.0 * mach * mach)) ** 1.25
        if abs(better - mach) <= _SOLVED * mach:
            return better
        mach = better
    return mach


def tas2mach(tas_mps: float, height_m: float) -> float:
    """Return the Mach number of a true airspeed in the standard air."""
    return tas_mps / isa(height_m).sound_mps


def mach2tas(mach: float, height_m: float) -> float:
    """Return the true airspeed of a Mach number in the standard air."""
    return mach * isa(height_m).sound_mps


def mach2cas(mach: float, height_m: float) -> float:
    """Return the calibrated airspeed of a Mach number: the speed at sea level of the same impact pressure."""
    impact_pa = impact_pressure_ratio(mach) * isa(height_m).pressure_pa
    return SEA_SOUND_MPS * mach_of_impact(impact_pa / SEA_PRESSURE_PA)


def cas2mach(cas_mps: float, height_m: float) -> float:
    """Return the Mach number of a calibrated airspeed; undoes `mach2cas`."""
    impact_pa = impact_pressure_ratio(cas_mps / SEA_SOUND_MPS) * SEA_PRESSURE_PA
    return mach_of_impact(impact_pa / isa(height_m).pressure_pa)


def tas2cas(tas_mps: float, height_m: float) -> float:
    """Return the calibrated airspeed of a true one in the standard air."""
    return mach2cas(tas2mach(tas_mps, height_m), height_m)


def cas2tas(cas_mps: float, height_m: float) -> float:
    """Return the true airspeed of a calibrated one in the standard air."""
    return mach2tas(cas2mach(cas_mps, height_m), height_m)


def tas2eas(tas_mps: float, height_m: float) -> float:
    """Return the equivalent airspeed of a true one: that of the same dynamic pressure at sea level."""
    return tas_mps * math.sqrt(isa(height_m).density_kgm3 / SEA_DENSITY_KGM3)


def eas2tas(eas_mps: float, height_m: float) -> float:
    """Return the true airspeed of an equivalent one; undoes `tas2eas`."""
    return eas_mps * math.sqrt(SEA_DENSITY_KGM3 / isa(height_m).density_kgm3)


def crossover_height_m(cas_mps: float, mach: float) -> float:
    """Return the geometric height (m) above which a climb at this calibrated airspeed is held by the Mach number
    instead: where both are the same speed.

    Raises ValueError where that is not between sea level and 40 km.
    """
    low, high = 0.0, 40_000.0
    if not cas2mach(cas_mps, low) < mach <= cas2mach(cas_mps, high):
        raise ValueError(f"found {cas_mps} m/s and Mach {mach}, expected them to be equal somewhere up to 40 km")
    while high - low > 1e-6:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if cas2mach(cas_mps, middle) < mach else (low, middle)
    return 0.5 * (low + high)
