"""Closed-form radar models against printed examples, other ways to compute them, and scipy."""

from __future__ import annotations

import cmath
import json
import math
import subprocess
import sys

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.stats import gamma

from jointsky import sensing
from jointsky.kernels import jamming as kernels
from jointsky.sensing import antenna, clutter, multipath, refraction
from jointsky.sensing.jamming import antenna_pattern_db
from jointsky.sensing.radar import ray_height_m

C = 299_792_458.0
FULL_TURN = 2.0 * math.pi


# Search, scans and antennas


def test_search_examples_of_mathworks() -> None:
    omega = antenna.sector_solid_angle_sr(FULL_TURN, 0.0, math.pi / 4.0)
    assert antenna.search_power_aperture_w_m2(
        snr_db=13.0, range_m=111e3, solid_angle_sr=omega, search_s=60.0 / 12.5, noise_temp_k=487.0, loss_db=20.0
    ) == pytest.approx(2.3689e4, rel=3e-5)
    assert antenna.search_snr_db(
        power_aperture_w_m2=3e6, range_m=1e6, solid_angle_sr=antenna.sector_solid_angle_sr(math.pi / 6, 0, math.pi / 4),
        search_s=10.0, rcs_m2=0.1, noise_temp_k=487.0, loss_db=6.0,
    ) == pytest.approx(13.8182, abs=1e-4)  # fmt: skip


def test_pulses_per_scan_of_skolnik() -> None:
    # Skolnik's example: a beam of 1.5 degrees, 300 Hz and 5 turns a minute give 15 pulses.
    assert antenna.pulses_per_scan(math.radians(1.5), 300.0, 5.0) == pytest.approx(15.0, rel=1e-12)


def test_the_azimuth_pattern_is_that_of_the_kernels() -> None:
    for off in np.linspace(0.0, 0.2, 41):
        assert antenna.azimuth_pattern_db(off, 0.03, -28.0) == pytest.approx(
            antenna_pattern_db(off, 0.03, -28.0), abs=1e-9
        )
    assert antenna.gaussian_beam_db(0.015, 0.03) == pytest.approx(-10 * math.log10(2.0), abs=1e-12)


def test_cosecant_squared_keeps_the_echo_of_level_flight() -> None:
    low, high, height = math.radians(5.0), math.radians(40.0), 8000.0
    echoes = [
        2 * antenna.cosecant_squared_db(el, low, high) - 40 * math.log10(height / math.sin(el))
        for el in np.linspace(low, high, 20)
    ]
    assert np.ptp(echoes) < 1e-9
    assert antenna.cosecant_squared_db(0.01, low, high) == 0.0
    assert antenna.cosecant_squared_db(high + 1e-9, low, high) == -math.inf
    # The loss is that of the power spread over the shaped part, by integration with sin = its angle below `low`.
    shaped = quad(lambda el: (math.sin(low) / math.sin(el)) ** 2, low, high)[0]
    assert antenna.cosecant_squared_loss_db(low, high) == pytest.approx(10 * math.log10(1 + shaped / low), abs=0.02)


# Constant false-alarm rate


@pytest.mark.parametrize("cells", [8, 16, 64])
def test_cell_averaging_agrees_with_integration_over_the_estimate(cells: int) -> None:
    pfa, snr_db = 1e-6, 18.0
    factor = cells * (pfa ** (-1.0 / cells) - 1.0)

    def passed(mean: float) -> float:
        level = factor * mean
        return math.exp(-level / (1 + 10 ** (snr_db / 10))) * gamma.pdf(mean, cells, scale=1 / cells)

    assert antenna.cfar_pd(snr_db, pfa, cells) == pytest.approx(quad(passed, 0, 12, epsabs=1e-12)[0], abs=1e-8)


@pytest.mark.parametrize(("cells", "pd", "pfa"), [(16, 0.9, 1e-6), (32, 0.5, 1e-4), (8, 0.8, 1e-8)])
def test_cfar_loss_is_the_difference_of_two_needs(cells: int, pd: float, pfa: float) -> None:
    loss_db = antenna.cfar_loss_db(pd, pfa, cells)
    needed_db = sensing.required_snr_db(pd, 1, pfa, 1)
    assert antenna.cfar_pd(needed_db + loss_db, pfa, cells) == pytest.approx(pd, abs=1e-6)
    assert 0.0 < antenna.cfar_loss_db(pd, pfa, 4 * cells) < loss_db
    assert antenna.cfar_loss_db(pd, pfa, 10**7) == pytest.approx(0.0, abs=1e-4)


# Refraction


def test_crpl_examples_of_mathworks() -> None:
    for refractivity, printed in ((200.0, 0.1184), (313.0, 0.1439), (450.0, 0.2233)):
        assert refraction.crpl_decay_per_km(refractivity) == pytest.approx(printed, abs=5.1e-5)
    el = math.radians(2.0)
    assert refraction.range_for_height_crpl_m(1e3, el, 10.0) == pytest.approx(27_171.0, abs=0.6)
    assert refraction.true_slant_range_crpl_m(1e3, el, 10.0) == pytest.approx(27_163.0, abs=0.6)
    assert math.degrees(refraction.true_elevation_crpl_rad(1e3, el, 10.0)) == pytest.approx(1.9666, abs=6e-5)
    assert refraction.ground_range_crpl_m(1e3, el, 10.0) == pytest.approx(27_143.0, abs=0.6)


@pytest.mark.parametrize(("el_deg", "range_m"), [(0.0, 200e3), (0.5, 339e3), (1.0, 285e3), (5.0, 106e3), (30.0, 40e3)])
def test_crpl_ray_obeys_snell_as_scipy_integrates_it(el_deg: float, range_m: float) -> None:
    c, ns, earth = refraction.crpl_decay_per_km() / 1000.0, 313e-6, 6.37e6

    def slope(_: float, y: np.ndarray) -> list[float]:
        n = 1 + ns * math.exp(-c * y[0])
        cosine = kept / (n * (earth + y[0]))
        return [math.sqrt(max(1 - cosine * cosine, 0.0)) / n]  # per metre of radar range

    el = math.radians(max(el_deg, 1e-4))
    kept = (1 + ns) * earth * math.cos(el)
    start = 1e-3 if el_deg == 0.0 else 0.0  # a level ray must be pushed off its tangent
    judge = solve_ivp(slope, (0, range_m), [start], rtol=1e-10, atol=1e-6, max_step=500.0).y[0, -1]
    assert refraction.ray_height_crpl_m(range_m, el, 0.0) == pytest.approx(judge, abs=0.5 if el_deg else 20.0)


@pytest.mark.parametrize(("el_deg", "range_m", "low_m"), [(0.5, 339e3, 270.0), (1.0, 285e3, 253.0), (5.0, 106e3, 51.0)])
def test_four_thirds_earth_reports_high_targets_too_low(el_deg: float, range_m: float, low_m: float) -> None:
    el = math.radians(el_deg)
    missed = refraction.ray_height_crpl_m(range_m, el) - ray_height_m(range_m, el, 0.0)
    assert missed == pytest.approx(low_m, abs=2.5)


def test_crpl_range_and_height_are_inverse() -> None:
    for el_deg, height in ((0.3, 3e3), (3.0, 12e3), (20.0, 20e3)):
        range_m = refraction.range_for_height_crpl_m(height, math.radians(el_deg), 25.0)
        assert refraction.ray_height_crpl_m(range_m, math.radians(el_deg), 25.0) == pytest.approx(height, abs=1e-3)


# Horizon and ridges, on a circle drawn in the plane


def line_height_at(antenna_m: float, over_m: float, near: float, far: float, earth: float) -> float:
    """Height at the angle `far` of the line from (0, antenna) over (near, over), by intersection in Cartesian space."""
    a = np.array([0.0, earth + antenna_m])
    b = (earth + over_m) * np.array([math.sin(near), math.cos(near)])
    ray = np.array([math.sin(far), math.cos(far)])
    scale, _ = np.linalg.solve(np.column_stack((ray, a - b)), a)
    return scale - earth


@pytest.mark.parametrize(("antenna_m", "ridge_m", "near_m", "far_m"), [
    (15.0, 300.0, 20e3, 60e3), (10.0, 1200.0, 45e3, 120e3), (1500.0, 900.0, 30e3, 80e3), (0.0, 50.0, 5e3, 5e3),
])  # fmt: skip
def test_ridge_shadow_is_the_line_over_it(antenna_m: float, ridge_m: float, near_m: float, far_m: float) -> None:
    earth = refraction.EFFECTIVE_EARTH_M
    judge = line_height_at(antenna_m, ridge_m, near_m / earth, far_m / earth, earth)
    shadow = refraction.ridge_shadow_m(antenna_m, ridge_m, near_m, far_m)
    assert shadow == pytest.approx(judge, abs=1e-3)
    if far_m > near_m:
        assert refraction.is_masked_by_ridge(antenna_m, ridge_m, near_m, shadow - 0.5, far_m)
        assert not refraction.is_masked_by_ridge(antenna_m, ridge_m, near_m, shadow + 0.5, far_m)


@pytest.mark.parametrize(("antenna_m", "ground_m"), [(15.0, 50e3), (9000.0, 450e3), (25.0, 15e3), (0.0, 100e3)])
def test_horizon_shadow_is_the_tangent(antenna_m: float, ground_m: float) -> None:
    earth = kernels.EFFECTIVE_EARTH_M
    assert earth == refraction.EFFECTIVE_EARTH_M
    tangent = math.acos(earth / (earth + antenna_m))
    far = ground_m / earth
    judge = 0.0 if far <= tangent else earth / math.cos(far - tangent) - earth
    assert refraction.shadow_height_m(ground_m, antenna_m) == pytest.approx(judge, abs=1e-3)
    if judge > 0.0:  # the range at which the horizon formula hides that height is this range
        assert sensing.horizon_range_m(antenna_m, judge) == pytest.approx(ground_m, rel=1e-3)


def test_grazing_angle_by_the_triangle() -> None:
    earth, antenna_m, slant = refraction.EFFECTIVE_EARTH_M, 9000.0, 100e3
    cosine = ((earth + antenna_m) ** 2 + earth**2 - slant**2) / (2 * earth * (earth + antenna_m))
    at_centre = math.acos(cosine)
    judge = math.asin((earth + antenna_m) * math.sin(at_centre) / slant)  # angle to the vertical at the ground
    assert refraction.grazing_angle_rad(slant, antenna_m) == pytest.approx(math.pi / 2 - judge, abs=1e-7)
    assert refraction.grazing_angle_rad(500e3, antenna_m) == 0.0


# Multipath


@pytest.mark.parametrize("range_m", [5e3, 21_013.0, 80e3])
@pytest.mark.parametrize("reflection", [-1.0, -0.6, 0.4])
def test_multipath_is_the_sum_of_two_phasors(range_m: float, reflection: float) -> None:
    h1, h2, freq = 10.0, 300.0, 1.3e9
    direct, mirrored = math.hypot(range_m, h1 - h2), math.hypot(range_m, h1 + h2)
    both = 1 + reflection * cmath.exp(-2j * math.pi * freq / C * (mirrored - direct))
    assert multipath.multipath_factor_exact(h1, h2, range_m, freq, reflection) == pytest.approx(abs(both), abs=1e-6)
    if reflection == -1.0:
        closed = 2 * abs(math.sin(FULL_TURN * h1 * h2 * freq / (C * range_m)))
        assert multipath.multipath_factor(h1, h2, range_m, freq) == pytest.approx(closed, abs=1e-9)


def test_lobes_and_nulls_stand_where_the_factor_peaks_and_vanishes() -> None:
    freq, h1, range_m = 1.3e9, 10.0, 1e6
    for number in (1, 2, 5):
        peak = range_m * math.sin(multipath.lobe_elevation_rad(number, h1, freq))
        null = range_m * math.sin(multipath.null_elevation_rad(number, h1, freq))
        assert multipath.multipath_factor(h1, peak, range_m, freq) == pytest.approx(2.0, abs=2e-4)
        assert multipath.multipath_factor(h1, null, range_m, freq) == pytest.approx(0.0, abs=2e-2)
    assert multipath.multipath_gain_db(h1, 0.0, range_m, freq) == -math.inf
    assert multipath.lobe_elevation_rad(1, h1, freq) == pytest.approx(math.asin(C / freq / 40.0), rel=1e-12)


# Moving targets


def test_mti_improvement_example_of_mathworks() -> None:
    assert clutter.mti_improvement_db(3, 300e6, 200.0) == pytest.approx(55.3986, abs=1e-4)


@pytest.mark.parametrize(("delays", "closed"), [
    (1, lambda x: 2 * x**2), (2, lambda x: 2 * x**4), (3, lambda x: 4 / 3 * x**6),
])  # fmt: skip
def test_mti_improvement_tends_to_the_textbook_form_for_narrow_clutter(delays: int, closed: object) -> None:
    freq, prf, spread = 1.3e9, 1000.0, 0.3
    ratio = prf / (2 * math.pi * 2 * spread * freq / C)
    assert clutter.mti_improvement_db(delays, freq, prf, spread) == pytest.approx(
        10 * math.log10(closed(ratio)), abs=0.01  # type: ignore[operator]
    )


@pytest.mark.parametrize("delays", [1, 2, 3])
def test_canceller_response_is_that_of_its_weights(delays: int) -> None:
    freq, prf = 3e9, 800.0
    for speed in (3.0, 17.0, 33.3):
        turn = 2 * math.pi * clutter.doppler_hz(speed, freq) / prf
        weights = [(-1) ** i * math.comb(delays, i) for i in range(delays + 1)]
        power = abs(sum(w * cmath.exp(1j * turn * i) for i, w in enumerate(weights))) ** 2
        assert clutter.canceller_response(speed, freq, prf, delays) == pytest.approx(power, rel=1e-9)
    mean = quad(lambda v: clutter.canceller_response(v, freq, prf, delays), 0, 39.972)[0] / 39.972
    assert mean == pytest.approx(math.comb(2 * delays, delays), rel=1e-3)


def test_blind_speeds_and_staggering() -> None:
    freq, prf = 3e9, 800.0
    speeds = clutter.blind_speeds_m_s(freq, prf, 4)
    assert speeds == pytest.approx([n * C / freq * prf / 2 for n in (1, 2, 3, 4)], rel=1e-12)
    assert all(clutter.canceller_response(v, freq, prf) < 1e-18 for v in speeds)
    assert clutter.is_blind(speeds[1] + 2.0, freq, prf, 5.0) and not clutter.is_blind(1.5 * speeds[0], freq, prf, 5.0)
    # Periods as 4 to 5 with the mean 1/prf: the speed blind to both is blind to each by itself.
    blind = clutter.staggered_blind_speed_m_s(freq, prf, (4, 5))
    for part in (4, 5):
        own = clutter.blind_speeds_m_s(freq, prf * 4.5 / part, 1)[0]
        assert blind / own == pytest.approx(part, rel=1e-12)


def test_clutter_of_a_moving_radar_spreads_with_the_beam() -> None:
    beam, speed = math.radians(1.2), 210.0
    for off in (0.3, 1.0, math.pi / 2):
        edges = [clutter.main_beam_clutter_m_s(speed, off + side * beam) for side in (-1, 1)]
        half = 0.5 * abs(edges[0] - edges[1])
        assert clutter.clutter_notch_m_s(speed, off, beam) == pytest.approx(half, rel=1e-3)
    assert clutter.clutter_notch_m_s(speed, 0.0, beam, 30.0) == 30.0
    assert clutter.is_in_clutter_notch(-20.0, speed, 0.0, beam, 30.0)


def test_surface_clutter_by_hand() -> None:
    # 50 km, 1.5 degrees, 75 m, grazing 0.5 degrees, gamma -15 dB: cell 98,179 m2, sigma0 -35.59 dB.
    rcs = clutter.surface_clutter_rcs_m2(50e3, math.radians(1.5), 75.0, math.radians(0.5), -15.0)
    cell = 50e3 * math.radians(1.5) * 75.0 / math.cos(math.radians(0.5))
    assert rcs == pytest.approx(cell * 10**-1.5 * math.sin(math.radians(0.5)), rel=1e-12)
    assert clutter.signal_to_clutter_db(1.0, rcs, 40.0) == pytest.approx(40.0 - 10 * math.log10(rcs), abs=1e-9)
    assert clutter.rain_clutter_rcs_m2(50e3, 0.03, 0.03, 75.0, 3e9, 4.0) > 0.0


def test_closed_forms_come_without_compiled_code() -> None:
    names = "gas_attenuation_db_km blind_speeds_m_s burn_through_range_m ray_height_crpl_m cfar_loss_db triangulate"
    code = f"import sys, json; from jointsky import sensing; [getattr(sensing, n) for n in {names.split()}]; " \
        "print(json.dumps('numba' in sys.modules))"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env={"PYTHONPATH": str(next(iter(sensing.__path__)).rsplit("/", 2)[0])})  # fmt: skip
    assert json.loads(done.stdout) is False
    assert all(getattr(sensing, name) for name in dir(sensing))
