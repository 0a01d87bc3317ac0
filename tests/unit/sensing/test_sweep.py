"""What one tick of radars reports: chance, errors, heights, replies, jamming and false alarms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom, kstest, norm, poisson
from sensing_scene import craft_row, ecef, enu_at, fly, place, radar_row, scene, types

from jointsky import rng
from jointsky.errors import RunError
from jointsky.sensing import detectable, draw_biases, jam_factor, pd_exact, sensor_table, step
from jointsky.sensing.radar import beam_crossing_s, horizon_m, snr_db
from jointsky.vocab.codes import AircraftKind, Iff, PlotKind, SensorKind
from jointsky.vocab.records import Rows, empty
from jointsky.vocab.truth_records import LAUNCHER
from jointsky.world.world import World

L_BAND, VHF, S_BAND, AEW = (
    "surveillance_long_range_lband_3d", "surveillance_long_range_vhf_2d", "sam_acquisition_sband_3d",
    "aew_aircraft_sband",
)  # fmt: skip
JAMMER = {"jam_power_w": 2000.0, "jam_gain_db": 15.0, "jam_bandwidth_hz": 200e6}


def still(world: World, ticks: int) -> tuple[Rows, np.ndarray]:
    """All plots of some ticks in which nothing moves."""
    sensed = [step(world, tick) for tick in range(ticks)]
    return np.concatenate([s.plots for s in sensed]), np.concatenate([s.truth for s in sensed])


def crowd(range_m: float, alt_m: float, n: int = 400, apart_m: float = 1e3, **fields: object) -> list[Rows]:
    """Aircraft at about one range on all azimuths, closing by their velocity only (their positions are not moved);
    many stand so far apart in range that no two are in one cell."""
    apart_m = apart_m if n > 60 else 0.0
    turn = 360.0 / n
    return [
        craft_row(f"target {i}", range_m + apart_m * (i % 16), (i + 0.5) * turn, alt_m, **fields) for i in range(n)
    ]


def slant_m(world: World) -> np.ndarray:
    """Slant range of every aircraft from radar 0."""
    return np.linalg.norm(world.state.aircraft["pos_ecef_m"] - world.state.radars["pos_ecef_m"][0], axis=1)


@pytest.mark.parametrize(
    ("km", "swerling", "rcs_m2"), [(200, 1, 3.0), (260, 1, 3.0), (330, 1, 3.0), (300, 0, 0.5), (300, 3, 3.0)]
)
def test_frequency_of_detection_is_the_exact_probability(km: float, swerling: int, rcs_m2: float) -> None:
    world = scene([radar_row("r", L_BAND)], crowd(km * 1e3, 9000.0), types({"swerling": swerling, "rcs_m2": rcs_m2}))
    plots, _ = still(world, 300)  # 30 scans of 400 targets
    radar = world.state.radars[0]
    snr = [snr_db(radar["snr_ref_db"], rcs_m2, r) for r in slant_m(world)]
    expected = 30 * float(np.sum(pd_exact(snr, int(radar["pulses"]), float(radar["pfa"]), swerling)))
    p = expected / 12000
    low, high = binom.ppf([0.0005, 0.9995], 12000, p)
    assert 0.05 < p < 0.99
    assert low <= plots.size <= high


def test_measurement_errors_are_normal_with_the_reported_sigma_about_the_bias() -> None:
    bias = {"bias_range_m": 80.0, "bias_az_rad": 0.002, "bias_t_s": 0.07}
    world = scene([radar_row("r", L_BAND, **bias)], crowd(150e3, 8000.0))
    plots, truth = still(world, 50)
    east, north, _ = world.state.radars["enu"][0]
    away = world.state.aircraft["pos_ecef_m"][truth] - world.state.radars["pos_ecef_m"][0]
    az = np.arctan2(away @ east, away @ north)
    range_error = (plots["range_m"] - slant_m(world)[truth] - 80.0) / plots["sigma_range_m"]
    az_error = (np.remainder(plots["az_rad"] - az - 0.002 + math.pi, 2 * math.pi) - math.pi) / plots["sigma_az_rad"]
    height_error = (plots["height_m"] - 8000.0) / plots["sigma_height_m"]
    for error in (range_error, az_error, height_error):
        assert kstest(error, norm.cdf).pvalue > 1e-3
    assert abs(np.corrcoef(range_error, az_error)[0, 1]) < 0.1
    crossing = np.array(
        [beam_crossing_s(a, t - 0.1, 10.0, 0.0) for a, t in zip(az, plots["t_valid_s"] - 0.07, strict=True)]
    )
    assert plots["t_valid_s"] - 0.07 == pytest.approx(crossing, abs=0.01)  # all but one tick's flight
    assert plots["t_seen_s"] - plots["t_valid_s"] == pytest.approx(1.0 - 0.07)


def test_reported_height_is_that_of_the_aircraft_at_any_range() -> None:
    for km in (50.0, 150.0, 250.0):
        world = scene([radar_row("r", L_BAND, sigma_el_floor_rad=0.0, snr_ref_db=120.0)], crowd(km * 1e3, 6000.0, 40))
        plots, _ = still(world, 10)
        assert plots.size == 40
        assert np.mean(plots["height_m"]) == pytest.approx(6000.0, abs=60.0)  # an ellipsoid is not a sphere


def test_two_dimensional_radar_has_no_height_and_no_elevation() -> None:
    plots, _ = still(scene([radar_row("r", VHF)], crowd(60e3, 5000.0)), 10)
    assert plots.size > 100
    for field in ("height_m", "el_rad", "sigma_height_m", "range_rate_mps"):
        assert np.all(np.isnan(plots[field]))


def test_horizon_hides_low_targets() -> None:
    reach = horizon_m(15.0, 100.0)
    for range_m, seen in ((0.99 * reach, True), (1.01 * reach, False)):
        world = scene([radar_row("r", L_BAND, snr_ref_db=150.0)], crowd(range_m, 100.0, 40))
        assert still(world, 10)[0].size == (40 if seen else 0)
        assert np.all(detectable(world)[0] == seen)


@pytest.mark.parametrize(
    ("field", "value"), [("alive", 0), ("on", 0), ("max_range_m", 50e3), ("el_max_rad", 0.0), ("min_range_m", 2e5)]
)
def test_gates_hide(field: str, value: float) -> None:
    world = scene([radar_row("r", L_BAND, **{field: value})], crowd(100e3, 8000.0, 40))
    assert still(world, 10)[0].size == 0
    assert not detectable(world).any()


def test_moving_target_notch_hides_tangential_flight_from_the_primary_radar_only() -> None:
    targets = crowd(80e3, 8000.0, 100, radial_mps=5.0, cross_mps=200.0, code=1200)
    assert still(scene([radar_row("r", L_BAND)], targets), 10)[0].size == 0
    plots, _ = still(scene([radar_row("r", L_BAND, ssr=1)], targets), 10)
    assert 90 <= plots.size <= 100
    assert set(plots["kind"]) == {PlotKind.SECONDARY}


def test_transponder_replies() -> None:
    targets = crowd(60e3, 8000.0, apart_m=4e3, code=1234)
    plots, _ = still(scene([radar_row("r", VHF, ssr=1)], targets), 50)
    replied = plots["code"] == 1234
    assert binom.ppf(0.0005, 2000, 0.97) <= replied.sum() <= binom.ppf(0.9995, 2000, 0.97)
    assert np.mean(plots["code"][~replied] == -1) > 0.8  # the rest are single bits misread
    assert set(plots["kind"][replied]) == {PlotKind.COMBINED, PlotKind.SECONDARY}
    assert kstest((plots["height_m"][replied] - 8000.0) / 30.0, norm.cdf).pvalue > 1e-3
    assert np.all(np.isnan(plots["height_m"][plots["code"] < 0]))
    assert set(plots["iff"]) == {Iff.NOT_ASKED}


def test_identification_answers_its_own_group_only() -> None:
    targets = crowd(60e3, 8000.0, 200, 4e3, iff_group=1) + [
        craft_row(f"other {i}", 130e3, i, 8000.0, iff_group=2) for i in range(200)
    ]
    plots, truth = still(scene([radar_row("r", L_BAND, ssr=1, iff_group=1)], targets), 10)
    own = truth < 200
    assert 0.9 < np.mean(plots["iff"][own] == Iff.FRIEND) < 1.0
    assert np.all(plots["iff"][~own] == Iff.NO_REPLY)
    assert np.all(plots["code"] == -1)


def test_false_alarms_are_poisson_and_even() -> None:
    world = scene([radar_row("r", L_BAND, false_per_scan=6.0)], [])
    plots, truth = still(world, 4000)  # 400 scans
    assert np.all(truth == -1)
    assert poisson.ppf(0.0005, 2400) <= plots.size <= poisson.ppf(0.9995, 2400)
    assert kstest(plots["az_rad"] / (2 * math.pi), "uniform").pvalue > 1e-3
    assert kstest((plots["range_m"] - 1e3) / 469e3, "uniform").pvalue > 1e-3
    counts = np.bincount((plots["t_valid_s"] // 10.0).astype(int), minlength=400)
    assert np.var(counts) / np.mean(counts) == pytest.approx(1.0, abs=0.25)
    assert np.all((plots["height_m"] > -1.0) & (plots["height_m"] < 20_001.0))
    assert np.allclose(plots["az_rad"] / (2 * math.pi), np.remainder(plots["t_valid_s"] / 10.0, 1.0))


def test_stand_off_jammer_shrinks_the_picture_and_gives_strobes() -> None:
    jammer = craft_row("jammer", 150e3, 90.0, 9000.0, type=1, jamming=1)
    kinds = types({}, {"rcs_m2": 20.0, "kind": AircraftKind.JAMMER, **JAMMER})
    targets = [*crowd(100e3, 8000.0, 360), jammer]
    clear, _ = still(scene([radar_row("r", S_BAND)], crowd(100e3, 8000.0, 360)), 20)
    plots, truth = still(scene([radar_row("r", S_BAND)], targets, kinds), 20)
    echoes, strobes = plots[plots["kind"] == PlotKind.PRIMARY], plots[plots["kind"] == PlotKind.STROBE]
    assert 0 < echoes.size < 0.7 * clear.size
    main_lobe = np.abs(echoes["az_rad"] - math.pi / 2) < 0.01
    assert not main_lobe.any()
    assert strobes.size == 4
    assert np.all(truth[plots["kind"] == PlotKind.STROBE] == 360)
    assert np.all(np.isnan(strobes["range_m"]))
    east, north, _ = enu_at(54.0, 30.0)
    away = jammer["pos_ecef_m"][0] - ecef(54.0, 30.0, 15.0)
    error = strobes["az_rad"] - math.atan2(away @ east, away @ north)
    assert np.all(np.abs(error) < 5 * strobes["sigma_az_rad"])
    assert strobes["sigma_az_rad"] == pytest.approx(math.radians(0.15))


def test_jamming_changes_what_is_detectable() -> None:
    kinds = types({}, {"rcs_m2": 20.0, **JAMMER})
    row = [craft_row("jammer", 150e3, 90.0, 9000.0, type=1, jamming=1), craft_row("target", 140e3, 90.0, 9000.0)]
    jammed = scene([radar_row("r", S_BAND)], row, kinds)
    assert detectable(jammed).tolist() == [[False, False], [False, False]]
    jammed.state.aircraft["jamming"] = 0
    assert detectable(jammed).tolist() == [[True, True], [False, False]]


def test_engagement_radars_lose_range_to_a_jammer_above_their_horizon() -> None:
    kinds = types({}, {**JAMMER})
    world = scene([radar_row("r", S_BAND)], [craft_row("jammer", 150e3, 90.0, 9000.0, type=1, jamming=1)], kinds)
    launchers = empty(LAUNCHER, 2)
    launchers["pos_ecef_m"] = ecef(54.0, 30.0, 8.0), ecef(54.0, 10.0, 8.0)
    launchers["mast_m"] = 8.0
    launchers["radar_band"] = 9.5e9, 2e6
    world.state.launchers = launchers
    near, far = jam_factor(world)
    wavelength = 299792458.0 / 9.5e9
    r = np.linalg.norm(world.state.aircraft["pos_ecef_m"][0] - launchers["pos_ecef_m"][0])
    ratio = 2000 * 10**1.5 * 10**4.2 * 1e-3 * wavelength**2 / ((4 * math.pi * r) ** 2 * 1.380649e-23 * 900 * 200e6)
    assert near == pytest.approx((1 + ratio) ** -0.25, rel=1e-9)
    assert 0.1 < near < 0.5
    assert far == 1.0
    world.state.aircraft["jamming"] = 0
    assert jam_factor(world).tolist() == [1.0, 1.0]


def flying(speed_mps: float = 200.0) -> World:
    """An airborne radar at 9 km and low aircraft 90 to 270 km away."""
    carrier = craft_row("carrier", 0.0, 0.0, 9000.0, radial_mps=speed_mps)
    low = [craft_row(f"low {i}", 90e3 + 1e3 * i, 2.0 * i, 100.0) for i in range(180)]
    return scene([radar_row("aew", AEW, platform=0)], [carrier, *low])


def test_radar_on_an_aircraft_follows_it_and_says_where_it_believes_to_be() -> None:
    world = flying()
    for tick in range(20):
        fly(world)
        sensed = step(world, tick)
        assert np.array_equal(world.state.radars["pos_ecef_m"][0], world.state.aircraft["pos_ecef_m"][0])
        off = sensed.plots["site_ecef_m"] - world.state.aircraft["pos_ecef_m"][0]
        assert 0 not in sensed.truth
        if sensed.plots.size:
            assert np.all(np.linalg.norm(off, axis=1) < 200.0 + 150.0)
            assert np.linalg.norm(off[0]) > 1.0
            assert np.all(np.abs(sensed.plots["range_rate_mps"] + 200.0) < 50.0)
    assert np.all(world.state.aircraft["swept_ecef_m"] == world.state.aircraft["pos_ecef_m"])
    world.state.aircraft["alive"][0] = 0
    assert step(world, 20).plots.size == 0


def test_airborne_radar_sees_low_targets_beyond_any_ground_horizon() -> None:
    world = flying()
    seen: set[int] = set()
    for tick in range(20):
        fly(world)
        seen |= set(step(world, tick).truth.tolist())
    ground = scene([radar_row("ground", L_BAND)], [row.reshape(1) for row in world.state.aircraft[1:]])
    assert len(seen) > 100
    assert still(ground, 10)[0].size == 0


def test_biases_are_drawn_by_name() -> None:
    sigmas = {"bias_range_m": 50.0, "bias_az_rad": math.radians(0.1), "bias_t_s": 0.05}
    radars = np.concatenate([radar_row(f"radar {i}", VHF, **sigmas) for i in range(2000)])
    draw_biases(7, radars)
    for field, sigma in sigmas.items():
        assert kstest(radars[field] / sigma, norm.cdf).pvalue > 1e-3
    alone, other = radar_row("radar 17", VHF, **sigmas), radar_row("radar 17", VHF, **sigmas)
    draw_biases(7, alone)
    draw_biases(8, other)
    assert alone["bias_az_rad"] == radars["bias_az_rad"][17] != other["bias_az_rad"]


def test_sensor_table_tells_site_and_accuracy_but_no_bias() -> None:
    world = scene(
        [radar_row("a", VHF, 51.5, 27.25), radar_row("b", L_BAND), radar_row("c", AEW, platform=0)],
        [craft_row("x", 0, 0, 9e3)],
    )
    table = sensor_table(world)
    assert table["entity"].tolist() == [rng.entity_key(name) for name in "abc"]
    assert table["lat_deg"][0] == pytest.approx(51.5, abs=1e-12)
    assert table["lon_deg"][0] == pytest.approx(27.25, abs=1e-12)
    assert table["kind"].tolist() == [SensorKind.RADAR_2D, SensorKind.RADAR_3D, SensorKind.AEW]
    assert table["moving"].tolist() == [0, 0, 1]
    assert np.isnan(table["sigma_height_m"]).tolist() == [True, False, True]
    assert table["sigma_az_rad"][1] == pytest.approx(
        math.hypot(math.radians(2.2) / (1.6 * math.sqrt(40)), math.radians(0.05))
    )
    world.state.radars["bias_az_rad"] = 0.1
    assert sensor_table(world).tobytes() == table.tobytes()


def test_room_grows_with_the_plots() -> None:
    world = scene([radar_row("r", L_BAND, false_per_scan=500.0, period_s=1.0)], [])
    assert 400 < step(world, 0).plots.size < 600


@pytest.mark.parametrize("field", ["bias_az_rad", "bias_range_m", "bias_t_s", "latency_s"])
def test_radar_that_reports_no_numbers_stops_the_run(field: str) -> None:
    world = scene([radar_row("r", L_BAND, **{field: math.nan})], crowd(50e3, 5000.0, 40))
    with pytest.raises(RunError, match="tick 3: radar 0: time, range or azimuth of a plot is not a number"):
        step(world, 3)


@pytest.mark.parametrize("field", ["pos_ecef_m", "vel_ecef_mps"])
def test_aircraft_without_numbers_stops_the_run(field: str) -> None:
    world = scene([radar_row("r", L_BAND)], crowd(50e3, 5000.0, 4))
    world.state.aircraft[field][2, 1] = math.nan
    with pytest.raises(RunError, match="tick 3: aircraft 2: position or velocity is not a number"):
        step(world, 3)


def test_landed_and_reborn_aircraft_is_not_swept_along_the_way() -> None:
    world = scene([radar_row("r", L_BAND, snr_ref_db=150.0)], [craft_row("x", 50e3, 1.0, 5000.0)])
    step(world, 0)
    place(world.state.aircraft[0], 53.0, 30.0, 5000.0)  # far away, at once
    plots = [step(world, tick).plots for tick in range(1, 11)]
    assert sum(p.size for p in plots) == 1
