"""The ISO 2533 standard atmosphere (1975) in compiled code: within 2e-5 of the printed values up to 80 km."""

import math

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import exp, power

GAS_CONSTANT = 287.05287
"""Of dry air, in J/(kg K)."""
EARTH_RADIUS_M = 6_356_766.0
"""Radius that turns geometric into geopotential height."""
_GRAVITY_MPS2 = 9.80665
_TOP_M = 84_852.0


@kernel("UniTuple(float64, 4)(float64)")
def _layer(geopotential_m: float) -> tuple[float, float, float, float]:
    """Return base height (m), temperature (K), gradient (K/m) and pressure (Pa) of the layer that holds this height."""
    if geopotential_m < 11_000.0:
        return 0.0, 288.15, -0.0065, 101325.0
    if geopotential_m < 20_000.0:
        return 11_000.0, 216.65, 0.0, 22632.040
    if geopotential_m < 32_000.0:
        return 20_000.0, 216.65, 0.001, 5474.8770
    if geopotential_m < 47_000.0:
        return 32_000.0, 228.65, 0.0028, 868.01582
    if geopotential_m < 51_000.0:
        return 47_000.0, 270.65, 0.0, 110.90584
    if geopotential_m < 71_000.0:
        return 51_000.0, 270.65, -0.0028, 66.938521
    return 71_000.0, 214.65, -0.002, 3.9563921


@kernel("UniTuple(float64, 4)(float64)")
def atmosphere(height_m: float) -> tuple[float, float, float, float]:
    """Return temperature (K), pressure (Pa), density (kg/m3) and speed of sound (m/s) at a geometric height above sea
    level.

    Layers of constant gradient of temperature against geopotential height (ISO 2533:1975); above 84.85 km geopotential
    height the temperature stays and the pressure falls exponentially.
    """
    h = EARTH_RADIUS_M * height_m / (EARTH_RADIUS_M + height_m)
    base, temperature, gradient, pressure = _layer(h)
    within = min(h, _TOP_M) - base
    slope = _GRAVITY_MPS2 / GAS_CONSTANT
    if gradient == 0.0:
        pressure *= exp(-slope * within / temperature)
    else:
        pressure *= power(1.0 + gradient * within / temperature, -slope / gradient)
        temperature += gradient * within
    if h > _TOP_M:
        pressure *= exp(-slope * (h - _TOP_M) / temperature)
    return temperature, pressure, pressure / (GAS_CONSTANT * temperature), math.sqrt(1.4 * GAS_CONSTANT * temperature)
