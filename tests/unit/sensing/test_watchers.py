"""Sensors that radiate nothing: whom they hear, how far, how exactly, and when."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom, kstest, norm
from sensing_scene import craft_row, ecef, enu_at, fly, radar_row, scene, types

from jointsky import catalogue, rng
from jointsky.sensing import step
from jointsky.sensing.electronic_war import esm_range_m
from jointsky.sensing.watchers import control_emissions, watch
from jointsky.vocab.codes import PlotKind, SensorKind
from jointsky.vocab.records import Rows, empty
from jointsky.vocab.truth_records import EMITTER, RADAR
from jointsky.world.world import Emissions, World

FREQ_HZ, ERP_W = 9.5e9, 1e6
KINDS = {"esm": SensorKind.ESM, "adsb": SensorKind.ADSB, "observer": SensorKind.OBSERVER}


def emitter(aircraft: int, **fields: object) -> Rows:
    row = empty(EMITTER, 1)
    row["aircraft"], row["freq_hz"], row["erp_w"] = aircraft, FREQ_HZ, ERP_W
    row["sidelobe_db"], row["sector_cos"] = -25.0, -1.0
    for name, value in fields.items():
        row[name] = value
    return row


def listening(
    word: str, crafts: list[Rows], emitters: list[Rows] | None = None, dt_s: float = 1.0, kinds: Rows | None = None,
    **changed: object,
) -> World:  # fmt: skip
    """One watcher of a shipped type at 54 north, 30 east, and aircraft."""
    shipped = {"esm": "esm_station", "adsb": "adsb_receiver", "observer": "border_post"}[word]
    kind = catalogue.load().watcher(shipped).model_copy(update=changed)
    row = empty(RADAR, 1)
    row["entity"], row["alive"], row["platform"], row["kind"] = rng.entity_key(word), 1, -1, KINDS[word]
    row["period_s"], row["max_range_m"], row["alt_m"] = kind.period, kind.max_range, 20.0
    row["sigma_az_floor_rad"], row["iff_group"] = math.radians(kind.az_sigma), 0
    row["pulses"], row["pfa"] = 1, 1e-6  # the scene makes tables for every row
    row["pos_ecef_m"], row["enu"] = ecef(54.0, 30.0, 20.0), enu_at(54.0, 30.0)
    world = scene([row], crafts, kinds, dt_s=dt_s)
    told = Emissions(np.concatenate([empty(EMITTER), *(emitters or [])]), ((0, kind),))
    return World(replace(world.model, emissions=told), world.state)


def reports(world: World, ticks: int) -> tuple[Rows, np.ndarray]:
    found = [watch(world, tick) for tick in range(ticks)]
    return np.concatenate([plots for plots, _ in found]), np.concatenate([truth for _, truth in found])


def test_a_station_hears_as_far_as_the_closed_form_says() -> None:
    kind = catalogue.load().watcher("esm_station")
    reach = esm_range_m(erp_w=6e4, receive_gain_db=kind.gain or 0.0, sensitivity_w=1e-10, freq_hz=FREQ_HZ)
    crafts = [craft_row(f"a{i}", share * reach, 40.0 * i, 12e3) for i, share in enumerate((0.5, 0.98, 1.02, 2.0))]
    world = listening("esm", crafts, [emitter(i, erp_w=6e4) for i in range(4)], chance=1.0)
    heard = set(reports(world, 5)[1].tolist())
    assert heard == {0, 1}
    assert 1e5 < reach < 2e5


def test_a_horizon_ends_what_power_does_not() -> None:
    reach = math.sqrt(2 * 8_494_677.0 * 20.0) + math.sqrt(2 * 8_494_677.0 * 300.0)
    crafts = [craft_row("near", 0.98 * reach, 10.0, 300.0), craft_row("far", 1.02 * reach, 80.0, 300.0)]
    world = listening("esm", crafts, [emitter(0), emitter(1)], chance=1.0)
    assert set(reports(world, 5)[1].tolist()) == {0}


def test_only_what_radiates_in_the_band_and_is_a_stranger_is_heard() -> None:
    crafts = [craft_row(f"a{i}", 1e5, 30.0 * i, 9e3, iff_group=1, jamming=i % 2) for i in range(7)]
    crafts[6]["iff_group"] = 0  # the listener's own
    emitters = [
        emitter(0), emitter(1, jammer=1, freq_hz=0.0), emitter(2, jammer=1), emitter(3, freq_hz=30e9), emitter(6),
    ]  # fmt: skip
    world = listening("esm", crafts, emitters, chance=1.0)
    assert set(reports(world, 5)[1].tolist()) == {0, 1}
    world.state.aircraft["alive"][0] = 0
    assert set(reports(world, 5)[1].tolist()) == {1}


def test_a_radar_that_looks_the_other_way_is_heard_through_its_sidelobes() -> None:
    crafts = [craft_row("towards", 1e5, 0.0, 9e3), craft_row("away", 1e5, 90.0, 9e3, radial_mps=200.0)]
    both = [emitter(i, erp_w=1e8, sector_cos=0.5, sidelobe_db=-25.0) for i in (0, 1)]
    world = listening("esm", crafts, both, chance=1.0)
    plots, truth = reports(world, 1)
    level = dict(zip(truth.tolist(), plots["snr_db"].tolist(), strict=True))
    assert level[0] - level[1] == pytest.approx(25.0, abs=0.05)


def test_bearings_have_the_stated_error_and_no_range() -> None:
    crafts = [craft_row(f"a{i}", 1.2e5, i + 0.5, 9e3, 0.0) for i in range(360)]
    world = listening("esm", crafts, [emitter(i) for i in range(360)])
    plots, truth = reports(world, 50)
    east, north, _ = world.state.radars["enu"][0]
    away = world.state.aircraft["pos_ecef_m"][truth] - world.state.radars["pos_ecef_m"][0]
    off = np.remainder(plots["az_rad"] - np.arctan2(away @ east, away @ north) + math.pi, 2 * math.pi) - math.pi
    assert kstest(off / math.radians(0.5), norm.cdf).pvalue > 1e-3
    assert np.all(np.isnan(plots["range_m"])) and set(plots["kind"]) == {PlotKind.STROBE}
    assert binom.ppf(0.0005, 3600, 0.9) <= plots.size <= binom.ppf(0.9995, 3600, 0.9)


def test_broadcasts_tell_place_height_and_code_of_those_that_send() -> None:
    crafts = [craft_row(f"a{i}", 1e5, i, 10e3, 0.0, code=1000 + i if i % 2 else -1) for i in range(200)]
    plots, truth = reports(listening("adsb", crafts), 40)
    assert set((truth % 2).tolist()) == {1} and np.all(plots["code"] == 1000 + truth)
    world = listening("adsb", crafts)
    away = world.state.aircraft["pos_ecef_m"][truth] - world.state.radars["pos_ecef_m"][0]
    assert kstest((plots["range_m"] - np.linalg.norm(away, axis=1)) / 60.0, norm.cdf).pvalue > 1e-3
    assert kstest((plots["height_m"] - 10e3) / 30.0, norm.cdf).pvalue > 1e-3


def test_people_see_near_things_late_and_roughly() -> None:
    kinds = types({"rcs_m2": 3.0}, {"rcs_m2": 3.0 / 16.0})
    crafts = [craft_row(f"a{i}", 6e3, 3.6 * i, 500.0, 0.0, type=i % 2) for i in range(100)]
    plots, truth = reports(listening("observer", crafts, kinds=kinds), 120)
    assert set((truth % 2).tolist()) == {0}  # half as far for a sixteenth of the size: 4 km
    assert binom.ppf(0.0005, 200, 0.7) <= plots.size <= binom.ppf(0.9995, 200, 0.7)
    assert np.all(plots["sigma_range_m"] > 250.0 * 40.0)
    moving = [craft_row("crossing", 4e3, 0.0, 500.0, -90.0)]
    world = listening("observer", moving, range_sigma=0.0, az_sigma=1e-9, chance=1.0)
    plot = reports(world, 1)[0][0]
    assert plot["range_m"] == pytest.approx(4e3 + 41 * 90.0, abs=50.0)  # where it was 40 s before


def test_reports_do_not_hang_on_the_tick() -> None:
    told: list[bytes] = []
    for dt_s, ticks in ((0.5, 40), (1.0, 20), (2.0, 10)):
        crafts = [craft_row(f"a{i}", 1e5, 9.0 * i, 9e3) for i in range(40)]
        world = listening("esm", crafts, [emitter(i) for i in range(40)], dt_s=dt_s)
        world.state.radars["phase_s"] = 1.3
        found = []
        for tick in range(ticks):
            fly(world)
            plots, truth = watch(world, tick)
            az = np.round(plots["az_rad"], 9).tolist()
            found += list(zip(plots["t_valid_s"].tolist(), truth.tolist(), az, strict=True))
        told.append(repr(sorted(found)).encode())
    assert told[0] == told[1] == told[2] and len(told[0]) > 1000


def test_a_silent_radar_sees_nothing_and_comes_back() -> None:
    world = scene([radar_row("r", "surveillance_long_range_lband_3d")], [craft_row("a", 5e4, 0.0, 9e3)])
    world = World(replace(world.model, emissions=Emissions(silences=np.array([[0.0, 20.0, 40.0]]))), world.state)
    seen = []
    for tick in range(60):
        world.state.tick = tick
        seen += step(world, tick).plots["t_valid_s"].tolist()
    assert not [t for t in seen if 20.0 <= t < 40.0]
    assert [t for t in seen if t < 20.0] and [t for t in seen if t >= 40.0]
    control_emissions(world)
    assert world.state.radars["on"][0] == 1
