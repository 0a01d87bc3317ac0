"""The radar equation, rays and jamming against printed examples and the notional set's own derived values."""

from __future__ import annotations

import math

import pytest
from sensing_scene import NOTIONAL, reference_db

from jointsky.sensing import radar
from jointsky.sensing.jamming import (
    antenna_pattern_db,
    free_space_loss_db,
    jam_to_noise,
    jammed_range_m,
    self_jammed_range_m,
    self_screening_range_m,
    strobe_sigma_rad,
)

RADARS = NOTIONAL["radars"]
ROTATING = [name for name, given in RADARS.items() if "derived" in given]


def printed(
    gain_db: float, freq_hz: float, pulse_s: float, temp_k: float = 290.0, loss_db: float = 0.0, **more: float
) -> float:
    """1 MW and the rest as given."""
    return radar.snr_ref_db(
        peak_power_w=1e6,
        pulse_s=pulse_s,
        gain_db=gain_db,
        freq_hz=freq_hz,
        loss_db=loss_db,
        noise_temp_k=temp_k,
        **more,
    )


def test_signal_to_noise_examples_of_mathworks_radareqsnr() -> None:
    assert radar.snr_db(printed(20, 1e9, 0.2e-6), 1.0, 50e3) == pytest.approx(5.5868, abs=1e-4)
    assert radar.snr_db(printed(40, 10e9, 1e-6, 300.0, 3.0), 0.5, 100e3) == pytest.approx(14.3778, abs=1e-4)
    bistatic = printed(40, 10e9, 1e-6, receive_gain_db=20)
    assert radar.snr_db(bistatic, 1.0, math.sqrt(50e3 * 75e3)) == pytest.approx(9.0547, abs=1e-4)


def test_range_examples_of_mathworks_radareqrng() -> None:
    assert radar.range_for_snr_m(printed(20, 10e9, 10e-6), 1.0, 6.0) == pytest.approx(4.1057e4, rel=2e-5)
    assert radar.range_for_snr_m(printed(40, 10e9, 10e-6, loss_db=3.0), 0.1, 6.0) == pytest.approx(1.9426e5, rel=3e-5)


def test_effective_earth_and_ray_height() -> None:
    earth_m = radar.effective_earth_radius_m(-39e-9)
    assert earth_m == pytest.approx(8.4774e6, rel=1e-5)
    assert radar.ray_height_m(300e3, math.radians(0.5), 10.0, earth_m) == pytest.approx(7932.5, abs=0.1)


def test_two_way_example_of_the_handbook() -> None:
    power_dbm = radar.echo_power_dbm(
        power_dbm=70.0, gain_db=45.0, freq_hz=5e9, rcs_m2=9.0, range_m=31e3, loss_db=5.0 + 5.0
    )
    assert power_dbm == pytest.approx(-77.531, abs=0.001)


@pytest.mark.parametrize("name", ROTATING)
def test_notional_set(name: str) -> None:
    given, derived = RADARS[name], RADARS[name]["derived"]
    case = given["pulses_integrated"], given["pfa"], 1
    reference = reference_db(given)
    assert radar.required_snr_db(0.9, *case) == pytest.approx(derived["snr_needed_pd90_db"], abs=0.0051)
    for target, km in derived["range_pd90_km"].items():
        assert radar.range_for_pd_m(reference, NOTIONAL["rcs_m2"][target], 0.9, *case) == pytest.approx(
            km * 1e3, abs=51
        )
    for target, km in derived["range_pd50_km"].items():
        assert radar.range_for_pd_m(reference, NOTIONAL["rcs_m2"][target], 0.5, *case) == pytest.approx(
            km * 1e3, abs=51
        )
    for height, km in derived["horizon_km"].items():
        assert radar.horizon_m(given["height_m"], float(height)) == pytest.approx(km * 1e3, rel=1e-3, abs=50)
    assert radar.unambiguous_range_m(given["prf_hz"]) == pytest.approx(derived["unambiguous_range_km"] * 1e3, abs=51)
    assert radar.first_blind_speed_mps(given["freq_hz"], given["prf_hz"]) == pytest.approx(
        derived["first_blind_speed_ms"], abs=0.051
    )
    assert radar.range_resolution_m(given["bandwidth_hz"]) == pytest.approx(derived["range_resolution_m"], abs=0.051)


@pytest.mark.parametrize(("target", "factor"), [("cruise_missile", 1.5), ("fighter", 3.5)])
def test_a_radar_in_the_air_sees_the_low_target_farther(target: str, factor: float) -> None:
    reach = {}
    for name in ("surveillance_long_range_lband_3d", "aew_aircraft_sband"):
        given = RADARS[name]
        free = radar.range_for_pd_m(
            reference_db(given), NOTIONAL["rcs_m2"][target], 0.9, given["pulses_integrated"], given["pfa"], 1
        )
        reach[name] = min(free, radar.horizon_m(given["height_m"], 100.0))
    assert reach["aew_aircraft_sband"] >= factor * reach["surveillance_long_range_lband_3d"]


# A 3 GHz radar, 1 MW, 36 dB, 1 us, 6 dB loss, 4 dB noise figure, against 200 W, 10 dB, 50 MHz.
NOISE_K = 290.0 * 10**0.4
JAMMER = {"jam_power_w": 200.0, "jam_gain_db": 10.0, "jam_bandwidth_hz": 50e6}
CLEAR_M = radar.range_for_snr_m(printed(36, 3e9, 1e-6, NOISE_K, 6.0), 1.0, 13.0)


def stand_off(relative_gain_db: float) -> float:
    """J/N from 150 km."""
    return jam_to_noise(
        range_m=150e3,
        freq_hz=3e9,
        gain_db=36.0,
        bandwidth_hz=1e6,
        noise_temp_k=NOISE_K,
        relative_gain_db=relative_gain_db,
        **JAMMER,
    )


def test_worked_set_of_jamming() -> None:
    self_screening = self_screening_range_m(
        peak_power_w=1e6, gain_db=36.0, rcs_m2=1.0, bandwidth_hz=1e6, loss_db=6.0, **JAMMER
    )
    assert self_screening == pytest.approx(1410.0, abs=1.0)
    assert pytest.approx(99.96e3, abs=10.0) == CLEAR_M
    for relative_gain_db, km in ((0.0, 6.9), (-30.0, 38.5), (-40.0, 65.4)):
        assert jammed_range_m(CLEAR_M, stand_off(relative_gain_db)) == pytest.approx(km * 1e3, abs=51)


def test_self_jammed_range_solves_its_equation() -> None:
    range_m = self_jammed_range_m(CLEAR_M, stand_off(0.0), 150e3)
    jam = stand_off(0.0) * (150e3 / range_m) ** 2
    assert range_m == pytest.approx(jammed_range_m(CLEAR_M, jam), rel=1e-9)


def test_antenna_pattern_has_half_power_at_half_the_beam_and_two_sidelobe_levels() -> None:
    beam = math.radians(1.5)
    assert antenna_pattern_db(0.5 * beam, beam, -30.0) == pytest.approx(-3.0103, abs=1e-3)
    assert antenna_pattern_db(2.0 * beam, beam, -30.0) == pytest.approx(-30.0, abs=1e-9)
    assert antenna_pattern_db(4.0 * beam, beam, -30.0) == pytest.approx(-40.0, abs=1e-9)


def test_free_space_loss_and_strobe() -> None:
    assert free_space_loss_db(100e3, 3e9) == pytest.approx(
        20 * math.log10(4 * math.pi * 100e3 * 3e9 / 299792458.0), abs=1e-9
    )
    assert strobe_sigma_rad(0.02, 1e4) == pytest.approx(0.002)
    assert strobe_sigma_rad(0.02, 10.0) == pytest.approx(0.02 / (1.6 * math.sqrt(20.0)))
