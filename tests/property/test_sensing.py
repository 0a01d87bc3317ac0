"""Laws of sensing: one look a scan whatever the tick, and luck that follows names."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom
from sensing_scene import craft_row, fly, radar_row, scene, types

from jointsky.sensing import step
from jointsky.vocab.records import PLOT, Rows

VHF, L_BAND, AEW = "surveillance_long_range_vhf_2d", "surveillance_long_range_lband_3d", "aew_aircraft_sband"
KINDS = (
    "surveillance_long_range_vhf_2d",
    "surveillance_long_range_lband_3d",
    "gap_filler_uhf_2d",
    "sam_acquisition_sband_3d",
)


def watch(world, ticks: int) -> tuple[Rows, np.ndarray]:
    """Plots and rows of truth while everything flies straight."""
    plots, truth = [], []
    for tick in range(ticks):
        fly(world)
        sensed = step(world, tick)
        plots.append(sensed.plots)
        truth.append(sensed.truth)
    return np.concatenate(plots), np.concatenate(truth)


@given(
    dt_s=st.sampled_from([0.25, 0.5, 1.0, 2.0, 7.0, 12.0]),
    period_s=st.sampled_from([1.5, 4.0, 5.0, 10.0]),
    phase_s=st.floats(0.0, 10.0),
    az_deg=st.floats(0.0, 360.0),
    range_km=st.floats(50.0, 150.0),  # nearer, an approaching target climbs out of the elevation cover of 20 degrees
    radial_mps=st.floats(-250.0, 250.0),
    cross_mps=st.floats(-250.0, 250.0),
)
def test_a_beam_looks_once_per_turn_relative_to_the_target(
    dt_s, period_s, phase_s, az_deg, range_km, radial_mps, cross_mps
) -> None:
    target = craft_row("x", range_km * 1e3, az_deg, 8000.0, radial_mps, cross_mps=cross_mps)
    world = scene(
        [radar_row("r", L_BAND, period_s=period_s, phase_s=phase_s, mdv_mps=0.0, snr_ref_db=200.0)], [target], dt_s=dt_s
    )
    world.state.aircraft["swept_ecef_m"] = world.state.aircraft["pos_ecef_m"]
    east, north, _ = world.state.radars["enu"][0]
    ticks = int(84.0 / dt_s)
    first = world.state.aircraft["pos_ecef_m"][0].copy()
    plots, _ = watch(world, ticks)
    turned = 0.0
    for t in np.linspace(0.0, ticks * dt_s, 400):
        away = first + t * world.state.aircraft["vel_ecef_mps"][0] - world.state.radars["pos_ecef_m"][0]
        az = math.atan2(away @ east, away @ north)
        turned = az if t == 0.0 else turned + math.remainder(az - turned, 2 * math.pi)
        if t == 0.0:
            start = az
    beam0 = phase_s / period_s
    before = beam0 - start / (2 * math.pi)
    after = beam0 + ticks * dt_s / period_s - turned / (2 * math.pi)
    assume(min(abs(before - round(before)), abs(after - round(after))) > 1e-9)
    assert plots.size == math.floor(after) - math.floor(before)
    gaps = np.diff(plots["t_valid_s"])
    assert np.all(gaps > 0.7 * period_s) and np.all(gaps < 1.4 * period_s)


@pytest.mark.parametrize("platform", [False, True])
def test_tick_length_leaves_detection_unchanged(platform: bool) -> None:
    counts = {}
    for dt_s in (0.5, 1.0, 2.0):
        targets = [craft_row(f"t{i}", 150e3 + 250.0 * i, 3.6 * i, 9000.0) for i in range(100)]
        radar = radar_row(
            "r", AEW if platform else L_BAND, platform=100 if platform else -1, snr_ref_db=96.0 if platform else 93.0
        )
        if platform:
            targets.append(craft_row("carrier", 0.0, 0.0, 9000.0, radial_mps=200.0))
        world = scene([radar], targets, dt_s=dt_s)
        plots, _ = watch(world, int(400 / dt_s))
        counts[dt_s] = plots.size
    n = 4000
    p = counts[1.0] / n
    assert 0.2 < p < 0.8
    low, high = binom.ppf([0.0005, 0.9995], n, p)
    for count in counts.values():
        assert low <= count <= high


def test_looks_per_scan_are_at_most_one_in_a_crowd() -> None:
    rng = np.random.default_rng(5)
    targets = [
        craft_row(
            f"t{i}",
            rng.uniform(5e3, 300e3),
            rng.uniform(0, 360),
            9000.0,
            rng.uniform(-300, 300),
            cross_mps=rng.uniform(-300, 300),
        )
        for i in range(200)
    ]
    radars = [radar_row(f"r{i}", KINDS[i % 4], phase_s=1.3 * i, snr_ref_db=200.0, mdv_mps=0.0) for i in range(8)]
    plots, truth = watch(scene(radars, targets), 120)
    for sensor, radar in enumerate(radars):
        for row in range(200):
            times = plots["t_valid_s"][(plots["sensor"] == sensor) & (truth == row)]
            assert np.all(np.diff(times) > 0.5 * radar["period_s"][0])


def octets(plots: Rows | np.void) -> bytes:
    """Every field's bytes: the padding between them means nothing."""
    return b"".join(plots[name].tobytes() for name in PLOT.names)


def everything(radar_order: list[int], craft_order: list[int], more: bool = False) -> dict[tuple[int, int], bytes]:
    """Plots as bytes by name of radar and aircraft of a scene with everything in it, its rows in this order."""
    kinds = types(
        {}, {"rcs_m2": 20.0, "jam_power_w": 2000.0, "jam_gain_db": 15.0, "jam_bandwidth_hz": 2e8}, {"rcs_m2": 60.0}
    )
    radars = [
        radar_row(f"r{i}", KINDS[i % 4], 54 + 0.2 * i, 30.0, false_per_scan=4.0, ssr=1, iff_group=0) for i in range(6)
    ]
    crafts = [
        craft_row(f"a{i}", 30e3 + 2e3 * i, 7.0 * i, 300.0 + 100.0 * i, code=i if i % 2 else -1, iff_group=i % 3)
        for i in range(50)
    ]
    crafts += [craft_row(f"j{i}", 150e3, 30.0 * i, 9000.0, type=1, jamming=1) for i in range(4)]
    crafts.append(craft_row("carrier", 20e3, 200.0, 9000.0, type=2))
    radars.append(radar_row("aew", AEW, false_per_scan=3.0))
    if more:
        radars.append(radar_row("far away", L_BAND, -40.0, -60.0, false_per_scan=50.0))
        crafts.append(craft_row("far jammer", 10e3, 0.0, 9000.0, lat_deg=-40.0, lon_deg=-60.0, type=1, jamming=1))
        radar_order, craft_order = [*radar_order[:2], 7, *radar_order[2:]], [55, *craft_order]
    radars[6]["platform"] = craft_order.index(54)
    world = scene([radars[i] for i in radar_order], [crafts[i] for i in craft_order], kinds, seed=11)
    plots, truth = watch(world, 40)
    told: dict[tuple[int, int], list[bytes]] = {}
    for plot, row in zip(plots, truth, strict=True):
        key = (
            int(world.state.radars["entity"][plot["sensor"]]),
            int(world.state.aircraft["entity"][row]) if row >= 0 else -1,
        )
        plot["sensor"] = 0
        told.setdefault(key, []).append(octets(plot))
    return {key: b"".join(parts) for key, parts in told.items()}


def test_order_of_rows_changes_no_plot() -> None:
    base = everything(list(range(7)), list(range(55)))
    assert len(base) > 150
    mixed = np.random.default_rng(3)
    assert everything(mixed.permutation(7).tolist(), mixed.permutation(55).tolist()) == base


def test_a_far_away_radar_and_jammer_change_no_other_plot() -> None:
    base = everything(list(range(7)), list(range(55)))
    more = everything(list(range(7)), list(range(55)), more=True)
    added = more.keys() - base.keys()
    assert added
    assert {key: told for key, told in more.items() if key not in added} == base


def test_another_seed_is_other_luck() -> None:
    def count(seed: int) -> bytes:
        world = scene(
            [radar_row("r", VHF)], [craft_row(f"a{i}", 180e3, 3.0 * i, 9000.0) for i in range(100)], seed=seed
        )
        return octets(watch(world, 10)[0])

    assert count(1) == count(1)
    assert count(1) != count(2)
