"""Chaff, pulsed jammers, blanking and agility in a look, each against its closed form."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom
from sensing_scene import craft_row, ecef, radar_row, scene, types

from jointsky.kernels import radar as kernels
from jointsky.kernels import surroundings
from jointsky.sensing import detectable, pd_exact, step
from jointsky.sensing.electronic_war import agility_gain_db, blanked_share, chaff_rcs_m2
from jointsky.sensing.radar import snr_db
from jointsky.world.world import World

L_BAND, S_BAND = "surveillance_long_range_lband_3d", "sam_acquisition_sband_3d"
JAMMER = {"jam_power_w": 2000.0, "jam_gain_db": 15.0, "jam_bandwidth_hz": 2e6, "rcs_m2": 20.0}


def corridor(alt_m: float, dipoles_per_m: float, half_width_m: float = 1000.0) -> np.ndarray:
    """From 60 to 90 km north of 54 north, 30 east, there from 0 to 100 s."""
    start, end = (ecef(54.0 + math.degrees(r / 6.371e6), 30.0, alt_m) for r in (6e4, 9e4))
    return np.array([[*start, *end, dipoles_per_m, half_width_m, 0.0, 100.0]])


def clouded(world: World, clouds: np.ndarray) -> World:
    return World(replace(world.model, clouds=clouds), world.state)


def test_chaff_fills_the_cell_as_the_closed_form_says() -> None:
    clouds = np.ascontiguousarray(corridor(8000.0, 50.0)[:, :8])
    x, y, z = ecef(54.0 + math.degrees(7.5e4 / 6.371e6), 30.0, 8000.0)
    found = surroundings.chaff_to_noise(clouds, x, y, z, 75e3, 1e9, 1.3e9, 400.0)
    expected = 1e9 * chaff_rcs_m2(50.0 * 400.0, 1.3e9) * 10**-2.5 / 75.0**4
    assert found == pytest.approx(expected, rel=1e-9)
    assert surroundings.chaff_to_noise(clouds, x + 1500.0, y, z, 75e3, 1e9, 1.3e9, 400.0) == 0.0
    whole = surroundings.chaff_to_noise(clouds, x, y, z, 75e3, 1e9, 1.3e9, 1e9)
    assert whole == pytest.approx(expected * 30e3 / 400.0, rel=4e-3)


def test_chaff_hides_who_flies_in_it_while_it_hangs_there() -> None:
    crafts = [craft_row("inside", 75e3, 0.0, 8000.0), craft_row("beside", 75e3, 10.0, 8000.0)]
    world = clouded(scene([radar_row("r", L_BAND)], crafts), corridor(8000.0, 1e4))
    seen = [int(t) for tick in range(60) for t in step(world, tick).truth]
    assert detectable(world).tolist()[0] == [False, True]
    assert seen.count(1) >= 5 and seen.count(0) == 0
    world.state.tick = 100
    assert detectable(world).tolist()[0] == [True, True]
    assert 0 in {int(t) for tick in range(100, 130) for t in step(world, tick).truth}


def test_burn_through_of_chaff_is_detected_with_the_exact_probability() -> None:
    clouds = corridor(8000.0, 8.0)
    crafts = [craft_row(f"a{i}", 61e3 + 700.0 * i, 0.0, 8000.0) for i in range(40)]
    world = clouded(scene([radar_row("r", L_BAND)], crafts), clouds)
    radar = world.state.radars[0]
    r = np.linalg.norm(world.state.aircraft["pos_ecef_m"] - radar["pos_ecef_m"], axis=1)
    cell = np.maximum(radar["range_res_m"], r * radar["az_beam_rad"])
    signal = 10 ** (radar["snr_ref_db"] / 10)
    area = np.array([chaff_rcs_m2(8.0 * c, float(radar["freq_hz"])) for c in cell])
    noise = 1.0 + signal * area * 10**-2.5 / (r / 1e3) ** 4
    clear = [snr_db(float(radar["snr_ref_db"]), 3.0, float(x)) for x in r]
    pd = pd_exact(np.array(clear) - 10 * np.log10(noise), int(radar["pulses"]), float(radar["pfa"]), 1)
    found = 0
    for tick in range(1000):
        world.state.tick = 0  # the corridor stays
        found += step(world, tick).plots.size
    expected = 100.0 * float(np.sum(pd))
    assert 0.05 < np.mean(pd) < 0.95
    assert abs(found - expected) < 4.0 * math.sqrt(expected)


def jammed(kind: dict[str, float], **radar: object) -> float:
    """J/N through the axis of a beam that points at a jammer 150 km away."""
    craft = craft_row("j", 150e3, 90.0, 9e3, jamming=1)
    world = scene([radar_row("r", S_BAND, **radar)], [craft], types(JAMMER | kind))
    state = world.state
    site = kernels.site_now(state.radars[0], state.aircraft)
    seen = kernels.jammers_seen(
        state.radars[0], site, state.aircraft, world.model.aircraft_types, np.zeros(1, np.int64)
    )
    return float(seen[0, 2])


def test_agility_gains_what_the_closed_form_says() -> None:
    assert jammed({}) / jammed({}, agile_hz=2e8) == pytest.approx(10 ** (agility_gain_db(2e8, 2e6) / 10), rel=1e-9)
    assert jammed({"jam_bandwidth_hz": 4e8}) == jammed({"jam_bandwidth_hz": 4e8}, agile_hz=2e8)


def test_a_pulsed_jammer_is_as_strong_as_its_mean_power() -> None:
    assert jammed({"jam_pause": 0.7}) == pytest.approx(0.3 * jammed({}), rel=1e-12)


@pytest.mark.parametrize("jammers", [1, 3])
def test_blanking_costs_looks_and_takes_the_sidelobes_away(jammers: int) -> None:
    kinds = types({}, JAMMER | {"jam_pause": 0.8})
    crafts = [craft_row(f"a{i}", 60e3 + 500.0 * i, 180.0 + 1.6 * i, 8e3) for i in range(100)]
    crafts += [craft_row(f"j{i}", 150e3, 5.0 + 3.0 * i, 9e3, type=1, jamming=1) for i in range(jammers)]
    counts = []
    for blanks in (0, 1):
        world = scene([radar_row("r", S_BAND, blanks=blanks)], crafts, kinds)
        truth = np.concatenate([step(world, tick).truth for tick in range(50)])
        counts.append(int((truth < 100).sum()))
    kept = 1.0 - blanked_share(0.2, jammers)
    low, high = binom.ppf([0.0005, 0.9995], 1000, kept)
    assert 0.97 * low <= counts[1] <= high  # in the clear nearly every look finds these
    assert counts[0] < counts[1]
