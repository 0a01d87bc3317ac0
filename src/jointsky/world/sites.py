"""From the scenario's ground sites to rows: radars, missile batteries, airfields, assets, jamming units."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.atlas import airfields as atlas_airfields
from jointsky.atlas.elevation import Elevation
from jointsky.catalogue import Catalogue, RadarType
from jointsky.catalogue.types import TargetWord
from jointsky.rng import entity_key
from jointsky.scenario.forces import AewUnit, EarlyWarningUnit, EwUnit, RadarSite, RadarUnit, SamUnit
from jointsky.scenario.schema import Document
from jointsky.units import DEG_RAD
from jointsky.vocab.codes import NONE, SensorKind, Weapons
from jointsky.vocab.records import ASSET, Rows, empty
from jointsky.vocab.truth_records import AIRFIELD, LAUNCHER, RADAR
from jointsky.world.physics import DetectionCase, Physics
from jointsky.world.register import KINDS, Register, units_of
from jointsky.world.world import Spoiler

LIGHT_SPEED_MPS = 299_792_458.0
SENSORS = {
    "radar_2d": SensorKind.RADAR_2D,
    "radar_3d": SensorKind.RADAR_3D,
    "aew": SensorKind.AEW,
    "early_warning": SensorKind.EARLY_WARNING,
}
SWERLING_CASES = range(5)


def radar_rows(
    document: Document,
    catalogue: Catalogue,
    names: Register,
    physics: Physics,
    aew_rows: Mapping[str, int],
    ground: Elevation | None = None,
) -> tuple[Rows, tuple[str, ...], list[DetectionCase], list[RadarType]]:
    """RADAR rows, their names, the detection cases their `pd_table` fields index, and their types. `aew_rows` gives the
    aircraft row of each AEW aircraft by name; a site that is said to lie below the `ground` is lifted onto it.
    """
    cases: list[DetectionCase] = []
    kinds: list[RadarType] = []
    rows: list[Rows] = []
    labels: list[str] = []
    for unit_name, site in _ground_radars(document):
        labels.append(f"{unit_name}.{site.id}")
        row = _radar(catalogue.radar(site.type), physics, cases, labels[-1])
        kinds.append(catalogue.radar(site.type))
        _place(row, site, kinds[-1], ground)
        _own(row, document, names, unit_name)
        rows.append(row)
    for unit_name, unit in units_of(document, AewUnit):
        for label, platform in sorted(aew_rows.items()):
            if label.rsplit(".", 1)[0] == unit_name:
                kinds.append(_aew_radar(catalogue, unit))
                row = _radar(kinds[-1], physics, cases, label)
                row["platform"] = platform
                _own(row, document, names, unit_name)
                rows.append(row)
                labels.append(label)
    return (np.concatenate(rows) if rows else empty(RADAR)), tuple(labels), cases, kinds


def radar_types(document: Document, catalogue: Catalogue) -> dict[str, RadarType]:
    """The type of each radar on the ground by its name, and of those in the air by the name of their unit."""
    ground = {f"{unit}.{site.id}": catalogue.radar(site.type) for unit, site in _ground_radars(document)}
    return ground | {name: _aew_radar(catalogue, unit) for name, unit in units_of(document, AewUnit)}


def _ground_radars(document: Document) -> Iterator[tuple[str, RadarSite]]:
    """Every radar on the ground with its unit: those of radar units, and the search radars of missile batteries."""
    for name, unit in sorted(document.units.items()):
        if isinstance(unit, RadarUnit | EarlyWarningUnit):
            yield from ((name, site) for site in sorted(unit.radars, key=lambda site: site.id))
        elif isinstance(unit, SamUnit):
            for battery in sorted(unit.batteries, key=lambda battery: battery.id):
                if battery.search is not None:
                    yield name, RadarSite.model_construct(
                        id=f"{battery.id}.search", type=battery.search, at=battery.at, elevation=battery.elevation
                    )


def _aew_radar(catalogue: Catalogue, unit: AewUnit) -> RadarType:
    carrier = catalogue.aircraft(unit.type or "")
    return catalogue.radar(carrier.radar or "")


def _radar(kind: RadarType, physics: Physics, cases: list[DetectionCase], label: str) -> Rows:
    row = empty(RADAR, 1)
    row["entity"], row["alive"], row["on"], row["platform"] = entity_key(label), 1, kind.sensor != "early_warning", NONE
    row["kind"], row["ssr"] = SENSORS[kind.sensor], kind.transponder
    row["period_s"], row["phase_s"] = kind.period, _phase_s(label, kind.period)
    row["freq_hz"], row["pulses"], row["pfa"], row["bandwidth_hz"] = (
        kind.frequency,
        kind.pulses,
        kind.pfa,
        kind.bandwidth,
    )
    row["noise_temp_k"], row["gain_db"], row["loss_db"] = kind.noise_temperature, kind.gain, kind.loss
    row["sidelobe_db"], row["az_beam_rad"] = kind.sidelobe, kind.az_beam * DEG_RAD
    row["el_min_rad"], row["el_max_rad"] = kind.el_min * DEG_RAD, kind.el_max * DEG_RAD
    row["min_range_m"], row["max_range_m"], row["mdv_mps"] = kind.min_range, kind.max_range, kind.mdv
    row["range_res_m"] = LIGHT_SPEED_MPS / (2.0 * kind.bandwidth)
    row["sigma_range_floor_m"], row["sigma_az_floor_rad"] = kind.range_floor, kind.az_floor * DEG_RAD
    row["sigma_el_floor_rad"] = np.nan if kind.el_floor is None else kind.el_floor * DEG_RAD
    row["el_beam_rad"] = np.nan if kind.el_beam is None else kind.el_beam * DEG_RAD
    row["bias_range_m"], row["bias_az_rad"], row["bias_t_s"] = kind.bias_range, kind.bias_az * DEG_RAD, kind.bias_time
    row["false_per_scan"], row["latency_s"] = kind.false_per_scan, kind.latency
    row["agile_hz"], row["blanks"] = kind.agile or 0.0, kind.blanking
    row["snr_ref_db"] = round(physics.snr_ref_db(kind), 9)
    row["pd_table"] = [[_case(cases, (kind.pulses, kind.pfa, swerling)) for swerling in SWERLING_CASES]]
    return row


def _case(cases: list[DetectionCase], case: DetectionCase) -> int:
    if case not in cases:
        cases.append(case)
    return cases.index(case)


def _phase_s(label: str, period_s: float) -> float:
    return round((entity_key(label) % 1000) / 1000.0 * period_s, 3)


def _place(row: Rows, site: RadarSite, kind: RadarType, ground: Elevation | None) -> None:
    mast_m = kind.mast if site.mast is None else site.mast
    lat, lon = site.at
    foot_m = _foot_m(site.elevation, lat, lon, ground)
    row["alt_m"] = foot_m + mast_m
    row["pos_ecef_m"], row["enu"] = _ecef(lat, lon, foot_m + mast_m), geo.enu_rotation(lat, lon)


def _foot_m(said_m: float, lat: float, lon: float, ground: Elevation | None) -> float:
    return said_m if ground is None else max(said_m, round(float(ground.height_m(lat, lon)), 2))


def _own(row: Rows, document: Document, names: Register, unit: str) -> None:
    nation = names.nation_of(document, unit)
    row["nation"], row["unit"] = nation, names.units.index(unit)
    row["iff_group"] = names.iff_of(document, nation)


def launcher_rows(
    document: Document, catalogue: Catalogue, names: Register, physics: Physics, ground: Elevation | None = None
) -> tuple[Rows, tuple[str, ...], tuple[str, ...]]:
    """LAUNCHER rows, their names, and the fly-out names their `missile` fields index; a battery that is said to lie
    below the `ground` is lifted onto it."""
    rows: list[Rows] = []
    labels: list[str] = []
    used = {b.type for _, unit in units_of(document, SamUnit) for b in unit.batteries}
    flyouts = tuple(sorted({catalogue.missile(catalogue.sam(name).missile).flyout for name in used}))
    for unit_name, unit in units_of(document, SamUnit):
        for battery in sorted(unit.batteries, key=lambda battery: battery.id):
            kind = catalogue.sam(battery.type)
            labels.append(f"{unit_name}.{battery.id}")
            row = empty(LAUNCHER, 1)
            row["entity"], row["alive"], row["weapons"] = entity_key(labels[-1]), 1, Weapons.TIGHT
            row["nation"], row["unit"] = names.nation_of(document, unit_name), names.units.index(unit_name)
            row["iff_group"] = names.iff_of(document, int(row["nation"][0]))
            row["missile"] = flyouts.index(catalogue.missile(kind.missile).flyout)
            lat, lon = battery.at
            foot_m = _foot_m(battery.elevation, lat, lon, ground)
            row["pos_ecef_m"], row["enu"] = _ecef(lat, lon, foot_m), geo.enu_rotation(lat, lon)
            row["alt_m"], row["mast_m"] = foot_m, kind.mast
            row["range_min_m"], row["range_max_m"] = kind.range_min, kind.range_max
            row["alt_min_m"], row["alt_max_m"], row["channels"] = kind.altitude_min, kind.altitude_max, kind.channels
            row["capacity"] = row["ready"] = _first(battery.shots, unit.shots, kind.shots)
            row["stock"] = _first(battery.reloads, unit.reloads, kind.reloads)
            row["interval_s"], row["reaction_s"], row["reload_s"] = kind.interval, kind.reaction, kind.reload
            row["t_reloaded_s"], row["reliability"], row["pk"] = np.inf, kind.reliability, chances(kind.pk)
            radar = catalogue.radar(kind.radar)
            row["radar_range_m"] = round(physics.range_m(radar, 1.0, 0.5), 3)
            row["radar_band"] = (radar.frequency, radar.bandwidth)
            rows.append(row)
    return (np.concatenate(rows) if rows else empty(LAUNCHER)), tuple(labels), flyouts


def chances(pk: Mapping[TargetWord, float]) -> NDArray[np.float64]:
    """Kill probabilities by AircraftKind, 0 where the type names none."""
    table = np.zeros(len(KINDS))
    for word, chance in pk.items():
        table[KINDS[word]] = chance
    return table


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)


def airfield_rows(document: Document, names: Register) -> Rows:
    """AIRFIELD rows in name order; a place given by ICAO code is looked up in the atlas."""
    rows = empty(AIRFIELD, len(names.airfields))
    for row, name in zip(rows, names.airfields, strict=True):
        field = document.airfields[name]
        known = atlas_airfields.find(field.icao) if field.icao else None
        lat, lon = field.at or ((known.lat_deg, known.lon_deg) if known else (np.nan, np.nan))
        alt_m = field.elevation if field.elevation is not None else (known.elevation_m if known else 0.0)
        row["entity"], row["nation"], row["open"] = entity_key(name), names.nations.index(field.nation), 1
        row["lat_deg"], row["lon_deg"], row["alt_m"], row["pos_ecef_m"] = lat, lon, alt_m, _ecef(lat, lon, alt_m)
        row["parking"], row["slot_s"], row["t_runway_free_s"] = field.parking, field.slot, -np.inf
    return rows


def asset_rows(document: Document, names: Register) -> Rows:
    """ASSET rows in name order."""
    rows = empty(ASSET, len(names.assets))
    for row, name in zip(rows, names.assets, strict=True):
        asset = document.assets[name]
        row["entity"], row["nation"] = entity_key(name), names.nations.index(asset.nation)
        row["lat_deg"], row["lon_deg"] = asset.at
        row["pos_ecef_m"] = _ecef(*asset.at, 0.0)
        row["radius_m"], row["value"] = asset.radius, asset.value
    return rows


def spoilers(document: Document, names: Register) -> tuple[Spoiler, ...]:
    """The ground jamming units."""
    found: list[Spoiler] = []
    for name, unit in units_of(document, EwUnit):
        if unit.at is not None and unit.radius is not None and unit.spoils is not None:
            found.append(Spoiler(names.units.index(name), _ecef(*unit.at, 0.0), unit.radius, 1.0 - unit.spoils))
    return tuple(found)


def _ecef(lat_deg: float, lon_deg: float, alt_m: float) -> NDArray[np.float64]:
    return geo.geodetic2ecef(lat_deg, lon_deg, alt_m)
