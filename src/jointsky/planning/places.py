"""What stands where, whose it is, and what the agreements of a day grant: a scenario as plans and rules count it.

Nothing here needs a run: units that have no site yet (those of an agreement file that stands alone) count as standing
in their owner's land.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from jointsky import geo
from jointsky.atlas import airfields, borders
from jointsky.catalogue import Catalogue
from jointsky.catalogue.types import AircraftType, SamType
from jointsky.engine.check import agreement_faults, sensor_names
from jointsky.errors import ScenarioError, ScenarioErrors
from jointsky.geo.areas import Box
from jointsky.links.arrangement import Arrangement, Thing, owner_of
from jointsky.links.compiler import compile_arrangement
from jointsky.links.zones import Polygons, Zone, area_of, common_border, joined, outline_of, parse_zone, strip_along
from jointsky.scenario.forces import AewUnit, EarlyWarningUnit, EwUnit, FighterUnit, RadarUnit, SamUnit, Unit, WatchUnit
from jointsky.scenario.load import Scenario
from jointsky.scenario.raid import RaidGroup

SEARCH = "search"
"""The kind of a search radar beside a battery: part of a missile unit, but no battery."""
NO_SITE = (float("nan"), float("nan"))
FLYING_MISSILES = ("cruise_missile", "ballistic")
"""Kinds of flying things that are missiles themselves."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`count` equal things that stand at one place (degrees; NaN: at home, no site given).

    `unit` and `kind` say of what they are a part, `type` what they are (None: not said), `reach_m` how far their
    missiles reach (None: they are none and fire none), `raiding` whether they belong to a raid: their nation holds them
    all the same, but they are none of its units.
    """

    unit: str
    kind: str
    type: str | None
    owner: str
    count: int
    lat_deg: float
    lon_deg: float
    reach_m: float | None = None
    raiding: bool = False

    @property
    def has_site(self) -> bool:
        """Whether its place is known."""
        return self.lat_deg == self.lat_deg


def pieces(scenario: Scenario) -> tuple[Piece, ...]:
    """Everything of a scenario that can be counted, once each, by unit: sites, batteries and aircraft, then the groups
    of a raid and the missiles that they carry."""
    found: list[Piece] = []
    for name, unit in sorted(scenario.units.items()):
        parts = list(_parts(scenario, unit)) or [(None, 1, NO_SITE)]
        found += [
            Piece(name, unit.kind, kind, unit.nation or "", count, *at, reach_m(scenario.catalogue, kind))
            for kind, count, at in parts
        ]
        if isinstance(unit, SamUnit):
            searches = [(battery.search, battery.at) for battery in unit.batteries if battery.search]
            found += [Piece(name, SEARCH, kind, unit.nation or "", 1, *at) for kind, at in searches]
    for group in scenario.raid:
        found += _raiding(scenario.catalogue, group)
    return tuple(found)


def _raiding(catalogue: Catalogue, group: RaidGroup) -> Iterator[Piece]:
    flown = [(group.type, group.count)]
    if group.carries is not None:
        flown.append((group.carries.type, group.count * group.carries.count))
    for name, count in flown:
        kind, reach = catalogue.aircraft(name).is_a, reach_m(catalogue, name)
        yield Piece(group.id, kind, name, group.nation, count, *group.route[0].at, reach, raiding=True)


def reach_m(catalogue: Catalogue, name: str | None) -> float | None:
    """How far missiles of a type reach: the envelope of a battery, cruise speed times endurance of a missile that
    flies by itself; None for everything else."""
    kind = None if name is None else catalogue.types.get(name)
    if isinstance(kind, SamType):
        return kind.range_max
    if isinstance(kind, AircraftType) and kind.is_a in FLYING_MISSILES:
        return kind.cruise * kind.endurance
    return None


def _parts(scenario: Scenario, unit: Unit) -> Iterator[tuple[str | None, int, tuple[float, float]]]:
    if isinstance(unit, RadarUnit | EarlyWarningUnit):
        yield from ((site.type, 1, site.at) for site in unit.radars)
    elif isinstance(unit, WatchUnit):
        yield from ((site.type, 1, site.at) for site in unit.sites)
    elif isinstance(unit, SamUnit):
        yield from ((battery.type, 1, battery.at) for battery in unit.batteries)
    elif isinstance(unit, FighterUnit):
        yield unit.type, 1 if unit.aircraft is None else unit.aircraft, _base(scenario, unit.base)
    elif isinstance(unit, AewUnit):
        yield unit.type, unit.aircraft, _base(scenario, unit.base)
    elif unit.at is not None:
        yield None, 1, unit.at


def _base(scenario: Scenario, name: str | None) -> tuple[float, float]:
    field = None if name is None else scenario.airfields[name]
    if field is None:
        return NO_SITE
    if field.icao is None:
        return field.at or NO_SITE
    known = airfields.find(field.icao)
    return known.lat_deg, known.lon_deg


def outlines(scenario: Scenario) -> dict[str, Polygons]:
    """GeoJSON MultiPolygon coordinates of the land of every nation that has one, and of every zone."""
    found: dict[str, Polygons] = {}
    for name, nation in sorted(scenario.nations.items()):
        written, land = scenario.geojson(name), nation.territory
        if written is not None:
            found[name] = _rings(geo.area_from_geojson(written))
        elif land is not None:
            found[name] = _rings(borders.territory(land.country, Box(*land.box) if land.box else None))
    return found | {name: _rings(geo.area_from_geojson(scenario.zone(name))) for name in sorted(scenario.zones)}


def _rings(area: geo.Area) -> Polygons:
    return [[ring.tolist()] for ring in area.rings]


def zone(text: str, lands: Mapping[str, Polygons], owner: str, parties: Sequence[str]) -> Zone:
    """The zone that a rule names, for things of `owner` (`owner territory`) under an agreement of `parties`. Raises
    ValueError for a place without an outline, and for words that a rule cannot use."""
    words = parse_zone(text)
    names = words.names
    if words.kind == "role":
        if names != ("owner",):
            raise ValueError(f"found {text!r}, but a rule has no receiver; expected 'owner territory' or a nation's")
        names = (owner,)
    missing = [name for name in names or parties if name not in lands]
    if missing:
        raise ValueError(f"zone '{text}' needs the outline of {missing[0]}, which is not given")
    if words.kind != "strip":
        return Zone(text, tuple(area_of(lands[name]) for name in names), names)
    areas = [area_of(lands[name]) for name in names or sorted(parties)]
    shared = [common_border(one, other) for i, one in enumerate(areas) for other in areas[i + 1 :]]
    lines = outline_of(areas[0]) if names else joined(shared)
    if not len(lines.start):
        raise ValueError(f"zone '{text}': {' and '.join(sorted(parties))} have no common border")
    return strip_along(text, lines, words.distance_m)


def arrangement(scenario: Scenario, on: date | None, lands: Mapping[str, Polygons] | None = None) -> Arrangement:
    """The agreements in force on a day, compiled for the units and radars of a scenario. Raises ScenarioErrors."""
    faults = agreement_faults(scenario)
    if faults:
        raise ScenarioErrors(faults)
    known = outlines(scenario) if lands is None else lands
    zones = {name: known[name] for name in scenario.zones}
    try:
        return compile_arrangement(scenario, _sensors(scenario), _units(scenario), known, zones, on=on)
    except ScenarioErrors as found:
        raise ScenarioErrors([_placed(scenario, error) for error in found.errors]) from None


def _placed(scenario: Scenario, error: ScenarioError) -> ScenarioError:
    """A fault of compiling, which knows the agreement alone, at its place in the file."""
    for i, agreement in enumerate(scenario.agreements):
        if error.path == f"agreements.{agreement.name}":
            return scenario.error(("agreements", i), error.message)
    return error


def _units(scenario: Scenario) -> list[Thing]:
    return [Thing(name, unit.nation or "", name) for name, unit in sorted(scenario.units.items())]


def _sensors(scenario: Scenario) -> list[Thing]:
    """Single radars, and in the place of those that a file does not list yet the unit itself."""
    units = scenario.units
    found = {name: owner_of(name, units) or "" for name in sensor_names(scenario)}
    found |= {
        name: name
        for name, unit in units.items()
        if not isinstance(unit, EwUnit | FighterUnit | SamUnit) and name not in found.values()
    }
    return [Thing(name, units[unit].nation or "", unit) for name, unit in sorted(found.items())]


def day_of(scenario: Scenario) -> date | None:
    """The day a scenario starts on, else the last day its ledger speaks of; None where nothing gives a day."""
    if scenario.start is not None:
        return scenario.start.date()
    ledger = scenario.ledger
    entries = () if ledger is None else (*ledger.stocks, *ledger.movements, *ledger.payments)
    return max((entry.day for entry in entries), default=None)


def probes(scenario: Scenario, lands: Mapping[str, Polygons], most: int = 48) -> tuple[tuple[float, float], ...]:
    """Places (latitude, longitude) that stand for all of a scenario: its assets and sites, and at most `most` places of
    each outline, where strips along borders lie."""
    found = [asset.at for _, asset in sorted(scenario.assets.items())]
    found += [(piece.lat_deg, piece.lon_deg) for piece in pieces(scenario) if piece.has_site]
    for _, polygons in sorted(lands.items()):
        corners = np.concatenate([np.asarray(polygon[0], dtype=np.float64)[:, :2] for polygon in polygons])
        step = max(1, len(corners) // most)
        found += [(float(lat), float(lon)) for lon, lat in corners[::step]]
    return tuple(dict.fromkeys(found))
