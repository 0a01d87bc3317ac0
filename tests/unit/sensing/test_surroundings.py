"""Air, ground, lobing, clutter and notches in the looks of radars: each does what its closed form says, and none counts
unless it is asked for.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from sensing_scene import craft_row, radar_row, scene

from jointsky import catalogue, sensing
from jointsky.atlas.elevation import Elevation, Tile
from jointsky.kernels import surroundings as kernels
from jointsky.scenario.surroundings import Surroundings
from jointsky.sensing import attenuation, clutter, multipath
from jointsky.sensing.surroundings import surround
from jointsky.world.world import Around, World

L_BAND = "surveillance_long_range_lband_3d"


def row(**asked: object) -> np.ndarray:
    """The table of one L-band radar."""
    kind = catalogue.load().radar(L_BAND)
    if "staggered" in asked:
        kind = kind.model_copy(update={"staggered": asked.pop("staggered")})
    return surround(Surroundings(**asked), radar_row("r", L_BAND), [kind], None).table  # type: ignore[arg-type]


def lost_db(table: np.ndarray, range_m: float, low_m: float, high_m: float) -> float:
    """Two-way loss by gas."""
    densities = *kernels.air_density(low_m), *kernels.air_density(high_m)
    return kernels.gas_loss_db(table[0, kernels.DRY], table[0, kernels.VAPOUR], range_m, low_m, high_m, *densities)


def test_nothing_asked_for_is_nothing() -> None:
    assert surround(None, radar_row("r", L_BAND), [], None).table.size == 0
    table = row()
    assert not table.any() and lost_db(table, 2e5, 15.0, 9e3) == 0.0
    assert kernels.lobing_gain(0.0, 0.0, 0.0, 2e5, 15.0, 9e3, 0.02) == 1.0
    assert kernels.clutter_to_noise(0.0, 1e9, 1e4, 15.0, 0.0, math.nan) == 0.0
    assert not kernels.in_notch(0.0, 20.0, 15.0, 0.0) and kernels.in_notch(0.0, -14.0, 15.0, 0.0)


@pytest.mark.parametrize(("range_m", "high_m"), [(50e3, 15.0), (50e3, 15.5), (200e3, 9e3), (400e3, 12e3)])
def test_gas_is_the_path_loss(range_m: float, high_m: float) -> None:
    judge = attenuation.gas_loss_db(1.3e9, range_m, 15.0, high_m)
    assert lost_db(row(air=True), range_m, 15.0, high_m) == pytest.approx(judge, rel=0.05)


def test_lobing_is_the_factor_to_the_fourth_on_the_curved_earth() -> None:
    range_m, low, high = 20e3, 30.0, 200.0
    near = range_m * low / (low + high)
    heights = low - near**2 / 2 / 8494677.0, high - (range_m - near) ** 2 / 2 / 8494677.0
    waves = row(lobing=True)[0, kernels.WAVE : kernels.ROUGH + 1]
    factor = multipath.multipath_factor(*heights, range_m, 1.3e9, -0.9)
    assert kernels.lobing_gain(*waves, range_m, low, high, 0.01) == pytest.approx(factor**4, rel=1e-6)
    assert kernels.lobing_gain(*waves, range_m, low, high, 0.06) == 1.0


@pytest.mark.parametrize("rough_m", [0.1, 0.3, 1.0, 3.0])
@pytest.mark.parametrize("high", [20.0, 200.0, 500.0])
def test_rough_ground_reflects_as_ament_has_it(rough_m: float, high: float) -> None:
    range_m, low = 15e3, 30.0
    near = range_m * low / (low + high)
    heights = low - near**2 / 2 / 8494677.0, high - (range_m - near) ** 2 / 2 / 8494677.0
    waves = row(lobing=True, roughness=f"{rough_m} m")[0, kernels.WAVE : kernels.ROUGH + 1]
    coefficient = multipath.rough_reflection(-0.9, rough_m, math.atan(sum(heights) / range_m), 1.3e9)
    factor = multipath.multipath_factor(*heights, range_m, 1.3e9, coefficient)
    assert kernels.lobing_gain(*waves, range_m, low, high, 0.02) == pytest.approx(factor**4, rel=3e-3)


def test_ground_without_roughness_reflects_alike_in_every_band_and_very_rough_ground_not_at_all() -> None:
    smooth, bare = row(lobing=True)[0], row(lobing=True, roughness="0 m")[0]
    assert (smooth == bare).all() and smooth[kernels.ROUGH] == 0.0
    for wave_per_m in 4.0 * math.pi / np.array([2.0, 0.23, 0.1, 0.03]):  # the crest of a lobe of each band
        crest_m = math.pi * 20e3 / (wave_per_m * 30.0)
        low = 30.0 + (20e3 * 30.0 / (30.0 + crest_m)) ** 2 / 2 / 8494677.0
        high = crest_m + (20e3 * crest_m / (30.0 + crest_m)) ** 2 / 2 / 8494677.0
        gains = [kernels.lobing_gain(wave_per_m, -0.9, rough, 20e3, low, high, 0.02) for rough in (0.0, 0.3, 1.0, 1e3)]
        assert gains[-1] == pytest.approx(1.0, abs=1e-6)
        assert all(less < more for more, less in pairwise(gains))


def test_roughness_without_lobing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"found roughness 0.3 m and no lobing .* expected lobing: true"):
        Surroundings(roughness="0.3 m")  # type: ignore[arg-type]


def test_clutter_is_the_echo_of_its_cell() -> None:
    ground = row(clutter="farmland", improvement="40 dB")[0, kernels.GROUND_ECHO]
    radar = radar_row("r", L_BAND)[0]
    range_m, antenna = 8e3, 30.0
    grazing = sensing.grazing_angle_rad(range_m, antenna)
    rcs = clutter.surface_clutter_rcs_m2(range_m, radar["az_beam_rad"], radar["range_res_m"], grazing, -15.0)
    signal = 1e8
    judge = signal * rcs / (range_m / 1e3) ** 4 * 1e-4
    assert kernels.clutter_to_noise(ground, signal, range_m, antenna, 0.0, math.nan) == pytest.approx(judge, rel=1e-4)
    assert kernels.clutter_to_noise(ground, signal, range_m, antenna, 0.05, 0.03) == 0.0  # the beam left the ground
    assert kernels.clutter_to_noise(ground, signal, 50e3, antenna, 0.0, math.nan) == 0.0  # beyond the horizon


def test_blind_speeds_hide_only_from_one_pulse_frequency() -> None:
    blind = sensing.first_blind_speed_mps(1.3e9, catalogue.load().radar(L_BAND).prf)
    one, many = (row(notches=True, staggered=many)[0, kernels.BLIND] for many in (False, True))
    assert kernels.in_notch(one, -2.0 * blind + 10.0, 15.0, 0.0) and not kernels.in_notch(one, 1.5 * blind, 5.0, 0.0)
    assert not kernels.in_notch(many, -2.0 * blind + 10.0, 15.0, 0.0)


def with_around(world: World, around: Around) -> World:
    return World(replace(world.model, around=around), world.state)


def test_a_ridge_hides_a_target_from_one_radar_and_another_keeps_it() -> None:
    heights = np.zeros((401, 61), np.float32)
    heights[239:242] = 600.0
    ridge = Elevation("sweep ridge", (Tile(53.0, 27.0, 0.005, 0.1, heights),))
    radars = [radar_row("west", L_BAND, 54.0, 30.0, false_per_scan=0.0), radar_row("east", L_BAND, 54.6, 30.0)]
    radars[1]["false_per_scan"] = 0.0
    world = scene(radars, [craft_row("a", 40e3, 0.0, 700.0, radial_mps=0.0, cross_mps=0.0, vel_ecef_mps=(0, 0, 0))])
    world.state.radars["mdv_mps"] = 0.0
    assert (sensing.detectable(world)).any()
    kind = catalogue.load().radar(L_BAND)
    around = surround(Surroundings(terrain="x.tif"), world.state.radars, [kind, kind], ridge)  # type: ignore[arg-type]
    hidden = with_around(world, around)
    plots = [sensing.step(hidden, tick).plots for tick in range(60)]
    sensors = np.concatenate([found["sensor"] for found in plots])
    assert (sensors == 1).sum() >= 5 and (sensors == 0).sum() == 0
    open_plots = [sensing.step(world, tick).plots for tick in range(60)]
    assert (np.concatenate([found["sensor"] for found in open_plots]) == 0).sum() >= 5


def test_a_table_of_nothing_changes_no_plot() -> None:
    crafts = [craft_row(f"a{i}", 5e4 + 2e4 * i, 40.0 * i, 8e3) for i in range(9)]
    plain, table = (scene([radar_row("r", L_BAND)], crafts) for _ in range(2))
    kind = catalogue.load().radar(L_BAND)
    table = with_around(table, surround(Surroundings(), table.state.radars, [kind], None))
    for tick in range(20):
        found, same = sensing.step(plain, tick).plots, sensing.step(table, tick).plots
        for name in found.dtype.names:
            np.testing.assert_array_equal(found[name], same[name])


def test_main_beam_clutter_is_as_wide_as_its_closed_form() -> None:
    beam = math.radians(1.2)
    for az in (0.0, 0.4, math.pi / 2):
        ahead = 1e5 * math.cos(az), 1e5 * math.sin(az)
        spread = kernels.beam_spread_mps(200.0, 0.0, 0.0, *ahead, 0.0, 1e5, beam)
        assert spread == pytest.approx(clutter.clutter_notch_m_s(200.0, az, beam), abs=1e-5)
    assert kernels.in_notch(0.0, 3.0, 2.0, 4.2) and not kernels.in_notch(0.0, 5.0, 2.0, 4.2)


@pytest.mark.parametrize("crossing", [True, False])
def test_main_beam_clutter_hides_low_crossers_from_a_flying_radar(crossing: bool) -> None:
    slow = 25.0  # faster than the notch of the set at rest, slower than the spread to the side of the carrier's track
    carrier = craft_row("carrier", 1.0, 0.0, 9000.0, radial_mps=1500.0)
    low = craft_row("low", 60e3, 90.0 if crossing else 0.0, 300.0, radial_mps=-slow)
    radar = radar_row("aew", "aew_aircraft_sband", platform=0, mdv_mps=10.0, false_per_scan=0.0)
    world = scene([radar], [carrier, low])
    table = np.zeros((1, kernels.SURROUND_COLUMNS))
    table[0, kernels.LOOK_DOWN] = 1.0
    count = sum(int((sensing.step(with_around(world, Around(table)), tick).truth == 1).sum()) for tick in range(30))
    assert count == 0 if crossing else count >= 2


def farthest_m(model: str, rcs_m2: float, **fields: object) -> float:
    """The farthest of targets 100 m high, 500 m apart, that a radar now detects with Pd 1/2."""
    ranges = np.arange(20e3, 420e3, 500.0)
    world = scene(
        [radar_row("r", model, nation=0, **fields)], [craft_row(f"a{r:.0f}", r, 30.0, 100.0) for r in ranges]
    )
    world.model.aircraft_types["rcs_m2"] = rcs_m2
    return float(ranges[np.flatnonzero(sensing.detectable(world)[0])].max())


@pytest.mark.parametrize(("rcs_m2", "factor"), [(0.1, 1.5), (3.0, 3.5)])
def test_a_flying_radar_sees_low_targets_as_much_farther_as_the_range_equation_says(
    rcs_m2: float, factor: float
) -> None:
    found, told = {}, {}
    for model in (L_BAND, "aew_aircraft_sband"):
        radar = radar_row("r", model)[0]
        case = int(radar["pulses"]), float(radar["pfa"]), 1
        free = sensing.range_for_pd_m(float(radar["snr_ref_db"]), rcs_m2, 0.5, *case)
        told[model] = min(free, sensing.horizon_range_m(float(radar["alt_m"]), 100.0), float(radar["max_range_m"]))
        found[model] = farthest_m(model, rcs_m2)
        assert found[model] == pytest.approx(told[model], rel=0.05)
    assert found["aew_aircraft_sband"] >= factor * found[L_BAND]
