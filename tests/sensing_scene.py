"""Small worlds for the tests of sensing: notional radars and aircraft placed by range and azimuth."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np

from jointsky import rng
from jointsky.sensing import assign_detection
from jointsky.sensing.radar import range_resolution_m, snr_ref_db
from jointsky.vocab.codes import SensorKind
from jointsky.vocab.records import ASSET, FLIGHT_PLAN, WAYPOINT, Rows, empty
from jointsky.vocab.truth_records import AIRCRAFT, AIRCRAFT_TYPE, AIRFIELD, ENGAGEMENT, LAUNCHER, RADAR  # fmt: skip
from jointsky.world.world import Flyout, Model, Names, State, World

NOTIONAL = json.loads((Path(__file__).parent / "fixtures" / "notional_radars.json").read_text())
KINDS = {
    "surveillance_long_range_vhf_2d": SensorKind.RADAR_2D,
    "surveillance_long_range_lband_3d": SensorKind.RADAR_3D,
    "gap_filler_uhf_2d": SensorKind.RADAR_2D,
    "sam_acquisition_sband_3d": SensorKind.RADAR_3D,
    "aew_aircraft_sband": SensorKind.AEW,
}
A_M, E2 = 6378137.0, 0.0066943799901413165


def enu_at(lat_deg: float, lon_deg: float) -> np.ndarray:
    """Rows east, north, up."""
    la, lo = math.radians(lat_deg), math.radians(lon_deg)
    return np.array(
        [
            [-math.sin(lo), math.cos(lo), 0.0],
            [-math.sin(la) * math.cos(lo), -math.sin(la) * math.sin(lo), math.cos(la)],
            [math.cos(la) * math.cos(lo), math.cos(la) * math.sin(lo), math.sin(la)],
        ]
    )


def ecef(lat_deg: float, lon_deg: float, alt_m: float) -> np.ndarray:
    """WGS84 geodetic to ECEF."""
    la, lo = math.radians(lat_deg), math.radians(lon_deg)
    n = A_M / math.sqrt(1 - E2 * math.sin(la) ** 2)
    return np.array(
        [
            (n + alt_m) * math.cos(la) * math.cos(lo),
            (n + alt_m) * math.cos(la) * math.sin(lo),
            (n * (1 - E2) + alt_m) * math.sin(la),
        ]
    )


def radar_row(name: str, model: str, lat_deg: float = 54.0, lon_deg: float = 30.0, **fields: object) -> Rows:
    """One RADAR row of a notional type; `fields` override."""
    given = NOTIONAL["radars"][model]
    row = empty(RADAR, 1)
    r = row[0]
    r["entity"] = rng.entity_key(name)
    r["alive"] = r["on"] = 1
    r["kind"] = KINDS[model]
    r["iff_group"] = -1
    r["platform"] = -1
    r["alt_m"] = given["height_m"]
    r["pos_ecef_m"] = ecef(lat_deg, lon_deg, given["height_m"])
    r["enu"] = enu_at(lat_deg, lon_deg)
    r["period_s"] = 60.0 / given["rpm"]
    r["freq_hz"] = given["freq_hz"]
    r["snr_ref_db"] = reference_db(given)
    r["pulses"] = given["pulses_integrated"]
    r["pfa"] = given["pfa"]
    r["bandwidth_hz"] = given["bandwidth_hz"]
    r["noise_temp_k"] = given["system_noise_temp_k"]
    r["gain_db"] = given["gain_db"]
    r["loss_db"] = given["loss_db"]
    r["sidelobe_db"] = given["sidelobe_db"]
    r["az_beam_rad"] = math.radians(given["az_beam_deg"])
    r["el_beam_rad"] = math.radians(given.get("el_beam_deg", math.nan))
    r["el_min_rad"] = math.radians(-20.0 if model.startswith("aew") else -1.0)
    r["el_max_rad"] = math.radians(given["el_cover_deg"])
    r["min_range_m"] = 1_000.0
    r["max_range_m"] = 1e3 * given["instrumented_km"]
    r["range_res_m"] = range_resolution_m(given["bandwidth_hz"])
    r["mdv_mps"] = given["mdv_ms"]
    r["sigma_range_floor_m"] = 30.0
    r["sigma_az_floor_rad"] = math.radians(0.05)
    r["sigma_el_floor_rad"] = math.radians(0.05) if KINDS[model] == SensorKind.RADAR_3D else math.nan
    r["latency_s"] = 1.0
    for field, value in fields.items():
        r[field] = value
    return row


def reference_db(given: dict) -> float:
    """The radar equation of a notional radar."""
    return snr_ref_db(
        peak_power_w=given["peak_power_w"], pulse_s=given["pulse_s"], gain_db=given["gain_db"],
        freq_hz=given["freq_hz"], loss_db=given["loss_db"], noise_temp_k=given["system_noise_temp_k"],
        coherent_pulses=given.get("coherent_pulses", 1),
    )  # fmt: skip


def craft_row(
    name: str, range_m: float, az_deg: float, alt_m: float, radial_mps: float = -200.0, lat_deg: float = 54.0,
    lon_deg: float = 30.0, cross_mps: float = 0.0, **fields: object,
) -> Rows:  # fmt: skip
    """One AIRCRAFT row at about this ground range and azimuth of a point, flying level towards or away from it."""
    az = math.radians(az_deg)
    lat = lat_deg + math.degrees(range_m * math.cos(az) / 6.371e6)
    lon = lon_deg + math.degrees(range_m * math.sin(az) / (6.371e6 * math.cos(math.radians(0.5 * (lat + lat_deg)))))
    row = empty(AIRCRAFT, 1)
    r = row[0]
    r["entity"] = rng.entity_key(name)
    r["alive"] = 1
    r["iff_group"] = r["code"] = r["parent"] = -1
    place(r, lat, lon, alt_m)
    east, north, _ = enu_at(lat, lon)
    ahead = math.sin(az) * east + math.cos(az) * north
    aside = math.cos(az) * east - math.sin(az) * north
    r["vel_ecef_mps"] = radial_mps * ahead + cross_mps * aside
    for field, value in fields.items():
        r[field] = value
    return row


def place(r: np.void, lat_deg: float, lon_deg: float, alt_m: float) -> None:
    """Put an aircraft row somewhere."""
    r["lat_rad"], r["lon_rad"], r["alt_m"] = math.radians(lat_deg), math.radians(lon_deg), alt_m
    r["pos_ecef_m"] = ecef(lat_deg, lon_deg, alt_m)


def types(*rows: dict) -> Rows:
    """AIRCRAFT_TYPE rows from dicts."""
    table = empty(AIRCRAFT_TYPE, len(rows))
    for row, given in zip(table, rows, strict=True):
        row["rcs_m2"], row["swerling"] = 3.0, 1
        for field, value in given.items():
            row[field] = value
    return table


def scene(
    radars: list[Rows], aircraft: list[Rows], kinds: Rows | None = None, seed: int = 1, dt_s: float = 1.0
) -> World:
    """A world of these rows."""
    none = np.zeros((0, 0))
    radar_rows = np.concatenate(radars)
    craft_rows = np.concatenate(aircraft) if aircraft else empty(AIRCRAFT)
    names = Names(
        ("one", "two"), (), (), ("type",), tuple(f"aircraft {i}" for i in range(craft_rows.size)),
        tuple(f"radar {i}" for i in range(radar_rows.size)), (), (), (), (),
    )  # fmt: skip
    model = Model(
        seed, dt_s, names, types({}) if kinds is None else kinds, empty(WAYPOINT), empty(FLIGHT_PLAN), empty(WAYPOINT),
        Flyout(none[0:0], none[0:0], none.reshape(0, 0, 0), none.reshape(0, 0, 0)), assign_detection(radar_rows),
    )  # fmt: skip
    state = State(0, craft_rows, radar_rows, empty(LAUNCHER), empty(ENGAGEMENT), 0, empty(AIRFIELD), empty(ASSET))
    return World(model, state)


def fly(world: World) -> None:
    """Move every living aircraft straight through one tick (level to a few millimetres)."""
    aircraft = world.state.aircraft
    aircraft["pos_ecef_m"] += aircraft["vel_ecef_mps"] * world.model.dt_s
