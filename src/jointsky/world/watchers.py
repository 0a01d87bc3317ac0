"""From the scenario to those who listen and look, to what can be heard, and to the times in which radars are silent."""

import math
from collections.abc import Iterator

import numpy as np

from jointsky import geo
from jointsky.atlas.elevation import Elevation
from jointsky.catalogue import AircraftType, Catalogue, WatcherType
from jointsky.rng import entity_key
from jointsky.scenario.forces import EarlyWarningUnit, RadarUnit, WatchSite, WatchUnit
from jointsky.scenario.schema import Document
from jointsky.units import DEG_RAD
from jointsky.vocab.codes import NONE, SensorKind
from jointsky.vocab.records import Rows, empty
from jointsky.vocab.truth_records import EMITTER, RADAR
from jointsky.world.fliers import Fleet
from jointsky.world.register import Register, units_of
from jointsky.world.world import Float

KINDS = {"esm": SensorKind.ESM, "adsb": SensorKind.ADSB, "observer": SensorKind.OBSERVER}
SCAN_HALF_DEG = 60.0
"""How far off the nose the radar of an aircraft scans; one that turns looks everywhere."""
STRAY_REPORTS = 1.0
"""Wrong reports in a period that a tracker reckons with; none are made."""
MIDDLE_SHARE = 0.5
"""Nominal accuracies of people hold at this share of their greatest range."""


def watcher_rows(
    document: Document, catalogue: Catalogue, names: Register, first: int, ground: Elevation | None
) -> tuple[Rows, tuple[str, ...], tuple[tuple[int, WatcherType], ...]]:
    """RADAR rows of all sensors that radiate nothing (`on` is 0: no beam turns), their names, and the row of each with
    its type; rows count from `first`. A site that is said to lie below the `ground` is lifted onto it."""
    rows, labels, watchers = [empty(RADAR)], list[str](), list[tuple[int, WatcherType]]()
    for unit_name, site in _sites(document):
        kind = catalogue.watcher(site.type)
        labels.append(f"{unit_name}.{site.id}")
        row = _row(kind, labels[-1])
        _place(row, site, kind, ground)
        nation = names.nation_of(document, unit_name)
        row["nation"], row["unit"], row["iff_group"] = (
            nation,
            names.units.index(unit_name),
            names.iff_of(document, nation),
        )
        watchers.append((first + len(watchers), kind))
        rows.append(row)
    return np.concatenate(rows), tuple(labels), tuple(watchers)


def _sites(document: Document) -> Iterator[tuple[str, WatchSite]]:
    for name, unit in units_of(document, WatchUnit):
        yield from ((name, site) for site in sorted(unit.sites, key=lambda site: site.id))


def _row(kind: WatcherType, label: str) -> Rows:
    row = empty(RADAR, 1)
    row["entity"], row["alive"], row["platform"] = entity_key(label), 1, NONE
    row["kind"], row["period_s"], row["latency_s"] = KINDS[kind.sensor], kind.period, kind.latency
    row["phase_s"] = round((entity_key(label) % 1000) / 1000.0 * kind.period, 3)
    row["max_range_m"], row["false_per_scan"] = kind.max_range, STRAY_REPORTS
    row["sigma_az_floor_rad"], row["bias_az_rad"] = kind.az_sigma * DEG_RAD, kind.bias_az * DEG_RAD
    row["sigma_range_floor_m"] = (kind.range_sigma or 0.0) * MIDDLE_SHARE * kind.max_range
    row["sigma_el_floor_rad"] = row["el_beam_rad"] = np.nan
    return row


def _place(row: Rows, site: WatchSite, kind: WatcherType, ground: Elevation | None) -> None:
    lat, lon = site.at
    foot_m = site.elevation if ground is None else max(site.elevation, round(float(ground.height_m(lat, lon)), 2))
    row["alt_m"] = foot_m + (kind.mast if site.mast is None else site.mast)
    row["pos_ecef_m"], row["enu"] = geo.geodetic2ecef(lat, lon, float(row["alt_m"][0])), geo.enu_rotation(lat, lon)


def emitter_rows(fleet: Fleet) -> Rows:
    """EMITTER rows of all aircraft with a radar or a jammer, but for the radars of silent groups."""
    silent = {group.id for group in fleet.document.raid if group.silent}
    found: list[Rows] = []
    for number, (row, label) in enumerate(zip(fleet.rows, fleet.labels, strict=True)):
        kind = fleet.catalogue.aircraft(fleet.names.aircraft_types[int(row["type"][0])])
        mute = label.split(".", 1)[0] in silent
        found += [] if kind.radar is None or mute else [_radar(number, kind, fleet.catalogue)]
        found += [] if kind.jammer is None else [_jammer(number, kind)]
    return np.concatenate(found) if found else empty(EMITTER)


def _radar(number: int, kind: AircraftType, catalogue: Catalogue) -> Rows:
    row, radar = empty(EMITTER, 1), catalogue.radar(kind.radar or "")
    row["aircraft"], row["freq_hz"], row["sidelobe_db"] = number, radar.frequency, radar.sidelobe
    row["erp_w"] = _rounded(radar.peak_power * 10.0 ** (radar.gain / 10.0))
    row["sector_cos"] = -1.0 if radar.sensor == "aew" else round(math.cos(SCAN_HALF_DEG * DEG_RAD), 9)
    return row


def _jammer(number: int, kind: AircraftType) -> Rows:
    row, jammer = empty(EMITTER, 1), kind.jammer
    if jammer is not None:
        row["aircraft"], row["jammer"], row["freq_hz"], row["sector_cos"] = number, 1, jammer.frequency or 0.0, -1.0
        row["erp_w"] = _rounded(jammer.power * 10.0 ** (jammer.gain / 10.0))
    return row


def hunt_rows(fleet: Fleet, radar_names: tuple[str, ...]) -> Float:
    """Anti-radiation missiles: aircraft row, RADAR row, chances to destroy it radiating and silent (n, 4)."""
    found: list[tuple[float, ...]] = []
    for row, name in fleet.hunts:
        kind = fleet.catalogue.aircraft(fleet.names.aircraft_types[int(fleet.rows[row]["type"][0])])
        if kind.homing is not None:
            found.append((row, radar_names.index(name), kind.homing.hit, kind.homing.memory))
    return np.array(found, np.float64).reshape(-1, 4)


def answers(document: Document, radar_names: tuple[str, ...]) -> Float:
    """Radars that answer such a missile: RADAR row, seconds of silence, chance of the decoy (n, 3)."""
    found = [
        (radar_names.index(f"{name}.{site.id}"), site.answer.silent, site.answer.decoy)
        for name, unit in sorted(document.units.items())
        if isinstance(unit, RadarUnit | EarlyWarningUnit)
        for site in unit.radars
        if site.answer is not None
    ]
    return np.array(sorted(found), np.float64).reshape(-1, 3)


def _rounded(value: float) -> float:
    """Nine digits, so that library functions decide no bit of a run."""
    return float(f"{value:.9g}")


def corridors(document: Document) -> Float:
    """The chaff of a document, as `world.Model.clouds` has it."""
    found = [
        (
            *geo.geodetic2ecef(*chaff.start, chaff.altitude).tolist(),
            *geo.geodetic2ecef(*chaff.end, chaff.altitude).tolist(),
            *(chaff.dipoles / 1e3, 0.5 * chaff.width, chaff.depart, chaff.depart + chaff.lasts),
        )
        for chaff in sorted(document.chaff, key=lambda chaff: chaff.id)
    ]
    return np.array(found, np.float64).reshape(-1, 10)


def silences(document: Document, radar_names: tuple[str, ...]) -> Float:
    """The times in which radars on the ground are off: RADAR row, first and last second (n, 3)."""
    places = {name: row for row, name in enumerate(radar_names)}
    found: list[tuple[float, float, float]] = []
    for name, unit in sorted(document.units.items()):
        if isinstance(unit, RadarUnit | EarlyWarningUnit):
            for site in unit.radars:
                found += [(places[f"{name}.{site.id}"], time.start, time.until) for time in site.silent]
    return np.array(sorted(found), np.float64).reshape(-1, 3)
