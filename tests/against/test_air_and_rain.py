"""Gas and rain against numbers of itur 0.4.0 (MIT), the open implementation of the ITU-R Recommendations.

The numbers were printed by `itur.models.itu676` (P.676-12, exact method: `gamma0_exact`, `gammaw_exact` at 1013.25 hPa,
288.15 K, 7.5 g/m3) and by `itur.models.itu838.rain_specific_attenuation_coefficients` (P.838-3, elevation 0, tilt 0).
Where itur is installed, more of them are asked for.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from jointsky.sensing import attenuation

# Frequency (GHz): dry and vapour attenuation (dB/km).
GAS = {
    0.435: (0.0025495838645373816, 9.622789678305096e-06),
    1.3: (0.006032263475963956, 8.610239694092135e-05),
    3.0: (0.007075960132726235, 0.0004627928564931458),
    5.6: (0.007481942415680333, 0.0016625749004389736),
    9.5: (0.008121147447311891, 0.005286398070849299),
    16.0: (0.009990847053048294, 0.02532496104094966),
    35.0: (0.03184303386435486, 0.06961429562456614),
    94.0: (0.03448072305000696, 0.3736481599889677),
}
# Frequency (GHz): k and alpha of rain, horizontal polarisation.
RAIN = {
    1.0: (2.589270527644314e-05, 0.9690744378841153),
    3.0: (0.00013897903108019846, 1.2321602941596457),
    9.5: (0.00971299010777077, 1.2841977956699158),
    35.0: (0.3373869929620646, 0.9047129598171396),
    94.0: (1.3178598781388056, 0.6887711314317253),
}


@pytest.mark.parametrize("ghz", GAS)
def test_gas_is_the_recommendation(ghz: float) -> None:
    dry, vapour = attenuation.gas_parts_db_km(ghz * 1e9)
    assert (dry, vapour) == pytest.approx(GAS[ghz], rel=1e-9)
    assert attenuation.gas_attenuation_db_km(ghz * 1e9) == pytest.approx(sum(GAS[ghz]), abs=2e-6)


@pytest.mark.parametrize("ghz", RAIN)
def test_rain_is_the_recommendation(ghz: float) -> None:
    assert attenuation.rain_coefficients(ghz * 1e9) == pytest.approx(RAIN[ghz], rel=1e-9)
    k, alpha = RAIN[ghz]
    assert attenuation.rain_attenuation_db_km(ghz * 1e9, 25.0) == pytest.approx(k * 25.0**alpha, rel=1e-9)


def test_more_of_itur_where_it_is_installed() -> None:
    itu676 = pytest.importorskip("itur.models.itu676")
    itu838 = pytest.importorskip("itur.models.itu838")
    for ghz in (1.0, 10.0, 22.235, 60.0, 118.75, 183.31, 300.0):
        for hpa, kelvin, vapour in ((1013.25, 288.15, 0.0), (700.0, 268.0, 2.0), (300.0, 228.0, 0.1)):
            judge = float(np.squeeze(itu676._ITU676_12_.gamma_exact(np.array([ghz]), hpa, vapour, kelvin)))
            assert attenuation.gas_attenuation_db_km(ghz * 1e9, hpa, kelvin, vapour) == pytest.approx(judge, rel=1e-9)
        for el, tilt in ((0.3, math.pi / 2), (0.1, math.pi / 4)):
            k, alpha = itu838.rain_specific_attenuation_coefficients(ghz, math.degrees(el), math.degrees(tilt))
            assert attenuation.rain_coefficients(ghz * 1e9, el, tilt) == pytest.approx((float(k), float(alpha)))


@pytest.mark.parametrize(("ghz", "low_m", "high_m"), [(1.3, 15.0, 10e3), (9.5, 8.0, 3e3), (3.0, 9e3, 100.0)])
def test_path_loss_is_the_sum_over_the_standard_atmosphere(ghz: float, low_m: float, high_m: float) -> None:
    heights = np.linspace(low_m, high_m, 2001)
    local = [sum(attenuation._parts_at(ghz * 1e9, float(height))) for height in heights]
    judge = 2.0 * 200.0 * float(np.trapezoid(local, heights)) / (high_m - low_m)
    assert attenuation.gas_loss_db(ghz * 1e9, 200e3, low_m, high_m) == pytest.approx(judge, abs=0.1)


def test_equal_heights_and_reversed_paths() -> None:
    level = attenuation.gas_loss_db(3e9, 100e3, 2000.0, 2000.0)
    assert level == pytest.approx(attenuation.gas_loss_db(3e9, 100e3, 2000.0, 2000.5), rel=1e-3)
    there = attenuation.gas_loss_db(3e9, 100e3, 10.0, 9000.0)
    assert there == pytest.approx(attenuation.gas_loss_db(3e9, 100e3, 9000.0, 10.0), rel=1e-12)


def test_impossible_air_is_refused() -> None:
    for call in (
        lambda: attenuation.gas_attenuation_db_km(0.0),
        lambda: attenuation.gas_attenuation_db_km(1e9, vapour_g_m3=-1.0),
        lambda: attenuation.rain_attenuation_db_km(1e9, -1.0),
        lambda: attenuation.rain_coefficients(-1.0),
    ):
        with pytest.raises(ValueError, match="positive|negative"):
            call()
