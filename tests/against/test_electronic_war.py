"""Electronic warfare against the handbook's printed example and against each other's derivations."""

from __future__ import annotations

import math

import pytest

from jointsky.sensing import electronic_war as war
from jointsky.sensing.jamming import (
    jam_to_noise,
    jammed_range_m,
    self_jammed_range_m,
    self_screening_range_m,
)
from jointsky.sensing.radar import range_for_snr_m, snr_ref_db

C = 299_792_458.0
RADAR = {"radar_power_w": 1e6, "radar_gain_db": 36.0, "rcs_m2": 1.0}
ERP_W = 200.0 * 10.0


def test_two_way_example_of_the_handbook_as_two_one_way_links() -> None:
    # 5 GHz, 70 dBm, 45 dB, 31 km, 9 m2, 5 dB each way: -77.53 dBm
    there = war.one_way_power_dbm(power_dbm=70.0, gain_db=45.0, receive_gain_db=0.0, freq_hz=5e9, range_m=31e3)
    echo = there + war.target_gain_factor_db(9.0, 5e9)
    back = war.one_way_power_dbm(
        power_dbm=echo, gain_db=0.0, receive_gain_db=45.0, freq_hz=5e9, range_m=31e3, loss_db=10.0
    )
    assert back == pytest.approx(-77.531, abs=1e-3)


def test_target_gain_factors_of_the_handbook() -> None:
    # Handbook, figure 4 of section 4-4: 0.05 m2 at 5 GHz gives 22.42 dB; 9 m2 at 5 GHz 44.98 dB.
    assert war.target_gain_factor_db(0.05, 5e9) == pytest.approx(22.4, abs=0.05)
    assert war.target_gain_factor_db(9.0, 5e9) == pytest.approx(44.97, abs=0.05)


def test_jam_to_signal_is_jamming_over_echo() -> None:
    freq, target, jammer = 3e9, 40e3, 150e3
    for jam_range, towards in ((target, 36.0), (jammer, 6.0)):
        jam = ERP_W * 10 ** (towards / 10) * (C / freq) ** 2 / ((4 * math.pi * jam_range) ** 2)
        echo = 1e6 * 10**7.2 * (C / freq) ** 2 / ((4 * math.pi) ** 3 * target**4)
        assert war.jam_to_signal_db(
            jam_erp_w=ERP_W, target_range_m=target, jammer_range_m=jam_range, gain_towards_jammer_db=towards, **RADAR
        ) == pytest.approx(10 * math.log10(jam / echo), abs=1e-9)


@pytest.mark.parametrize(("needed_db", "where"), [(0.0, None), (10.0, None), (0.0, 150e3), (-3.0, 80e3)])
def test_burn_through_is_where_jam_to_signal_is_so_great(needed_db: float, where: float | None) -> None:
    given = {"jam_erp_w": ERP_W, "jammer_range_m": where, "gain_towards_jammer_db": 6.0 if where else None,
             "bandwidth_share": 0.02, **RADAR}  # fmt: skip
    at = war.burn_through_range_m(jam_to_signal_db=needed_db, **given)
    assert war.jam_to_signal_db(target_range_m=at, **given) == pytest.approx(needed_db, abs=1e-9)


def test_worked_set() -> None:
    noise_k = 290.0 * 10**0.4
    # The radar's own losses touch its echo alone: self-screening at 1,410 m.
    assert war.burn_through_range_m(
        jam_erp_w=ERP_W, radar_power_w=1e6 / 10**0.6, radar_gain_db=36.0, rcs_m2=1.0, bandwidth_share=1 / 50
    ) == pytest.approx(1410.0, abs=0.5)
    reference = snr_ref_db(
        peak_power_w=1e6, pulse_s=1e-6, gain_db=36.0, freq_hz=3e9, loss_db=6.0, noise_temp_k=noise_k
    )
    clear = range_for_snr_m(reference, 1.0, 13.0)
    jam = {
        level: jam_to_noise(jam_power_w=200.0, jam_gain_db=10.0, jam_bandwidth_hz=50e6, range_m=150e3, freq_hz=3e9,
                            gain_db=36.0, bandwidth_hz=1e6, noise_temp_k=noise_k, relative_gain_db=level)
        for level in (0.0, -30.0, -40.0)
    }  # fmt: skip
    for level, km in ((0.0, 6.9), (-30.0, 38.5), (-40.0, 65.4)):
        assert clear * war.jammed_range_factor(jam[level]) == pytest.approx(km * 1e3, abs=51)
        assert clear * war.jammed_range_factor(jam[level]) == pytest.approx(jammed_range_m(clear, jam[level]))


def test_self_jammed_range_is_the_root_of_the_quadratic_to_a_millionth() -> None:
    clear, jam, at = 100e3, 250.0, 150e3
    found = self_jammed_range_m(clear, jam, at)
    left = found**4 + jam * at**2 * found**2
    assert left == pytest.approx(clear**4, rel=1e-12)
    assert self_screening_range_m(
        peak_power_w=1e6, gain_db=36.0, rcs_m2=1.0, bandwidth_hz=1e6, loss_db=0.0, jam_power_w=200.0, jam_gain_db=10.0,
        jam_bandwidth_hz=50e6,
    ) == pytest.approx(war.burn_through_range_m(jam_erp_w=ERP_W, bandwidth_share=0.02, **RADAR), rel=1e-9)  # fmt: skip


def test_hearing_range_obeys_the_one_way_equation_and_the_horizon() -> None:
    given = {"erp_w": 1e8, "receive_gain_db": 10.0, "sensitivity_w": 1e-12, "freq_hz": 3e9}
    free = war.esm_range_m(**given)
    power = war.one_way_power_dbm(
        power_dbm=10 * math.log10(1e8) + 30, gain_db=0.0, receive_gain_db=10.0, freq_hz=3e9, range_m=free
    )
    assert power == pytest.approx(-90.0, abs=1e-9)
    low = war.esm_range_m(**given, receiver_m=20.0, emitter_m=9000.0)
    assert low == pytest.approx(math.sqrt(2 * war.EFFECTIVE_EARTH_M) * (math.sqrt(20) + math.sqrt(9000)), rel=1e-12)


def test_measures_against_jamming() -> None:
    assert war.agility_gain_db(100e6, 5e6) == pytest.approx(10 * math.log10(20))
    assert war.agility_gain_db(1e6, 5e6) == 0.0
    assert war.blanked_share(0.1, 2) == pytest.approx(0.19)
    assert war.blanked_share(1.0, 1) == 1.0
    assert war.chaff_rcs_m2(1e6, 3e9) == pytest.approx(0.15e6 * (C / 3e9) ** 2)
