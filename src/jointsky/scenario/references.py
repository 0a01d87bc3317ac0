"""Names that must mean something: every reference of a scenario to a nation, place, type, phase or asset is
followed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from jointsky.atlas import airfields, borders
from jointsky.atlas.borders import Box
from jointsky.catalogue import Catalogue
from jointsky.errors import suggest
from jointsky.scenario.forces import AewUnit, EarlyWarningUnit, FighterUnit, RadarUnit, SamUnit, Unit, WatchUnit
from jointsky.scenario.ground import Territory
from jointsky.scenario.holdings import ledger_notes
from jointsky.scenario.ledger import Meanings
from jointsky.scenario.raid import Carried
from jointsky.scenario.readiness import Serving, seconds_after
from jointsky.scenario.schema import Document
from jointsky.scenario.tree import Path

Note = tuple[Path, str]
"""A path in the scenario and what is wrong there."""


class Anything(frozenset[str]):
    """Stands for the names of a section that could not be read: any name may be among them."""

    def __contains__(self, name: object) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Known:
    """All names that stand in the files, also those of entries that are faulty themselves; `Anything` for a section
    that could not be read."""

    nations: frozenset[str]
    airfields: frozenset[str]
    assets: frozenset[str]
    phases: frozenset[str]
    clauses: frozenset[str] = frozenset()
    agreements: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()


def broken(document: Document, known: Known, catalogue: Catalogue, damaged: Iterable[Path] = ()) -> Iterator[Note]:
    """Every reference of `document` that leads nowhere, and what does not add up in its ledger, unless a part of that
    is among what could not be read (`damaged`)."""
    yield from _general(document, known)
    yield from _nations(document, known)
    yield from _units(document, known, catalogue)
    yield from _places(document, known)
    yield from _raid(document, known, catalogue)
    yield from _ballistic(document, known, catalogue)
    yield from _traffic(document, known, catalogue)
    yield from _doubles(document)
    if document.ledger is not None:
        meanings = Meanings(known.nations, known.zones, known.units, frozenset(catalogue.types))
        whole = all(path[:1] != ("ledger",) for path in damaged)
        yield from ledger_notes(document.ledger, meanings, whole=whole)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    return f"unknown {what} '{name}'; {suggest(name, known)}".rstrip("; ")


def _each(path: Path, what: str, names: Iterable[str | None], known: Iterable[str]) -> Iterator[Note]:
    for number, name in enumerate(names):
        if name is not None and name not in known:
            yield (*path, number), _unknown(what, name, known)


def _one(path: Path, what: str, name: str | None, known: Iterable[str]) -> Iterator[Note]:
    if name is not None and name not in known:
        yield path, _unknown(what, name, known)


def _general(document: Document, known: Known) -> Iterator[Note]:
    yield from _one(("phase",), "phase", document.phase, known.phases)
    for nation in document.networks:
        yield from _one(("networks", nation), "nation", nation, known.nations)
    for number, declaration in enumerate(document.declarations):
        path: Path = ("declarations", number)
        yield from _one((*path, "phase"), "phase", declaration.phase, known.phases)
        yield from _one((*path, "attacked"), "nation", declaration.attacked, known.nations)
        for key, named in (("withdraw", declaration.withdraw), ("restore", declaration.restore)):
            yield from _each((*path, key), "clause or agreement", named, known.clauses | known.agreements)


def _nations(document: Document, known: Known) -> Iterator[Note]:
    for name, nation in document.nations.items():
        for phase in nation.roe:
            yield from _one(("nations", name, "roe", phase), "phase", phase, known.phases)
        if nation.territory is not None and nation.territory.country:
            yield from _land(("nations", name, "territory"), nation.territory)
        if nation.policing is not None:
            path: Path = ("nations", name, "policing")
            yield from _each((*path, "phases"), "phase", nation.policing.phases, known.phases)
            yield from _one((*path, "leads_to"), "airfield", nation.policing.leads_to, known.airfields)
    for name, post in document.posts.items():
        yield from _one(("posts", name, "nation"), "nation", post.nation, known.nations)
        for zone in post.airspace or ():
            yield from _one(("posts", name, "airspace", zone), "zone", zone, known.zones)


def _land(path: Path, territory: Territory) -> Iterator[Note]:
    try:
        borders.territory(territory.country, Box(*territory.box) if territory.box else None)
    except ValueError as error:
        yield (*path, "box" if "lies within" in str(error) else "country"), str(error)


def _units(document: Document, known: Known, catalogue: Catalogue) -> Iterator[Note]:
    for name, unit in document.units.items():
        path: Path = ("units", name)
        if unit.nation is None and not isinstance(known.nations, Anything):
            yield path, f"no nation's name begins '{name}': name it NATION.{name} or give it a nation"
        yield from _one((*path, "nation"), "nation", unit.nation, known.nations)
        if isinstance(unit, RadarUnit | EarlyWarningUnit):
            for number, site in enumerate(unit.radars):
                yield from _type((*path, "radars", number, "type"), "radar", site.type, catalogue)
        elif isinstance(unit, WatchUnit):
            for number, place in enumerate(unit.sites):
                yield from _type((*path, "sites", number, "type"), "watcher", place.type, catalogue)
        elif isinstance(unit, SamUnit):
            for number, battery in enumerate(unit.batteries):
                yield from _type((*path, "batteries", number, "type"), "sam", battery.type, catalogue)
                yield from _type((*path, "batteries", number, "search"), "radar", battery.search, catalogue)
        elif isinstance(unit, FighterUnit | AewUnit):
            yield from _type((*path, "type"), "aircraft", unit.type, catalogue)
            yield from _one((*path, "base"), "airfield", unit.base, known.airfields)
        yield from _in_time(path, unit, known, document.start)


def _in_time(path: Path, unit: Unit, known: Known, start: datetime | None) -> Iterator[Note]:
    """Phases that mobilise a unit or change its alert, and moves in their order."""
    if isinstance(unit, Serving) and unit.mobilisation is not None:
        yield from _one((*path, "mobilisation", "phase"), "phase", unit.mobilisation.phase, known.phases)
    for phase in unit.alert if isinstance(unit, FighterUnit) else ():
        yield from _one((*path, "alert", phase), "phase", phase, known.phases)
    for number, battery in enumerate(unit.batteries if isinstance(unit, SamUnit) else ()):
        departs = [seconds_after(start, move.depart) for move in battery.moves]
        for step in [step for step in range(1, len(departs)) if departs[step] <= departs[step - 1]]:
            yield (*path, "batteries", number, "moves", step, "depart"), "expected a later move than the one above it"


def _type(path: Path, kind: str, name: str | None, catalogue: Catalogue) -> Iterator[Note]:
    if name is not None and not catalogue.has(kind, name):
        yield path, catalogue.unknown(name, kind)


def _places(document: Document, known: Known) -> Iterator[Note]:
    for name, airfield in document.airfields.items():
        yield from _one(("airfields", name, "nation"), "nation", airfield.nation, known.nations)
        if airfield.icao is not None:
            yield from _code(("airfields", name, "icao"), airfield.icao)
        elif airfield.at is None:
            yield ("airfields", name), "expected icao, or at and elevation"
    for name, asset in document.assets.items():
        yield from _one(("assets", name, "nation"), "nation", asset.nation, known.nations)
        yield from _each(("assets", name, "holds"), "unit, site or airfield", asset.holds, _holdable(document))


def _holdable(document: Document) -> frozenset[str]:
    """What an asset may hold: units and what they consist of, and airfields."""
    names = {*document.units, *document.airfields}
    for name, unit in document.units.items():
        if isinstance(unit, RadarUnit | EarlyWarningUnit):
            names |= {f"{name}.{site.id}" for site in unit.radars}
        elif isinstance(unit, SamUnit):
            names |= {f"{name}.{battery.id}" for battery in unit.batteries}
    return frozenset(names)


def _code(path: Path, icao: str) -> Iterator[Note]:
    try:
        airfields.find(icao)
    except ValueError as error:
        yield path, str(error)


def _raid(document: Document, known: Known, catalogue: Catalogue) -> Iterator[Note]:
    for number, group in enumerate(document.raid):
        path: Path = ("raid", number)
        yield from _one((*path, "nation"), "nation", group.nation, known.nations)
        yield from _one((*path, "target"), "asset", group.target, known.assets)
        yield from _type((*path, "type"), "aircraft", group.type, catalogue)
        if catalogue.has("aircraft", group.type) and catalogue.aircraft(group.type).rocket is not None:
            yield (*path, "type"), f"'{group.type}' flies no route; name it under ballistic"
        if group.carries is not None:
            yield from _type((*path, "carries", "type"), "aircraft", group.carries.type, catalogue)
            yield from _each((*path, "carries", "targets"), "asset", group.carries.targets, known.assets)
            yield from _hunts(document, (*path, "carries"), group.carries, catalogue)
            last = len(group.route) - 1
            if group.carries.release > last:
                yield (
                    (*path, "carries", "release"),
                    f"found {group.carries.release}, but the last point of the route is number {last}",
                )


def _hunts(document: Document, path: Path, carried: Carried, catalogue: Catalogue) -> Iterator[Note]:
    """Radars on the ground that anti-radiation missiles are sent at, and whether they can find them."""
    sites = [
        f"{name}.{site.id}"
        for name, unit in document.units.items()
        if isinstance(unit, RadarUnit | EarlyWarningUnit)
        for site in unit.radars
    ]
    yield from _each((*path, "hunts"), "radar", carried.hunts, sites)
    seeker = catalogue.aircraft(carried.type).homing if catalogue.has("aircraft", carried.type) else None
    if carried.hunts and seeker is None and catalogue.has("aircraft", carried.type):
        yield (*path, "type"), f"'{carried.type}' has no seeker, expected a type with homing to hunt radars"


def _ballistic(document: Document, known: Known, catalogue: Catalogue) -> Iterator[Note]:
    for number, group in enumerate(document.ballistic):
        path: Path = ("ballistic", number)
        yield from _one((*path, "nation"), "nation", group.nation, known.nations)
        yield from _one((*path, "target"), "asset", group.target, known.assets)
        yield from _type((*path, "type"), "aircraft", group.type, catalogue)
        if catalogue.has("aircraft", group.type) and catalogue.aircraft(group.type).rocket is None:
            yield (*path, "type"), f"'{group.type}' flies a route, expected a type with a rocket, such as ballistic_250"


def _traffic(document: Document, known: Known, catalogue: Catalogue) -> Iterator[Note]:
    for number, flight in enumerate(document.traffic):
        yield from _type(("traffic", number, "type"), "aircraft", flight.type, catalogue)
        yield from _each(("traffic", number, "known_to"), "nation", flight.known_to or (), known.nations)
        if flight.squawk is not None and flight.squawk + flight.count > 0o10000:
            yield ("traffic", number, "squawk"), f"{flight.count} codes from {flight.squawk:04o} on run over 7777"


def _doubles(document: Document) -> Iterator[Note]:
    lists: list[tuple[Path, list[str]]] = [
        (("raid",), [group.id for group in document.raid]),
        (("ballistic",), [group.id for group in document.ballistic]),
        (("traffic",), [flight.id for flight in document.traffic]),
        (("chaff",), [corridor.id for corridor in document.chaff]),
    ]
    for name, unit in document.units.items():
        if isinstance(unit, RadarUnit | EarlyWarningUnit):
            lists.append((("units", name, "radars"), [site.id for site in unit.radars]))
        elif isinstance(unit, WatchUnit):
            lists.append((("units", name, "sites"), [site.id for site in unit.sites]))
        elif isinstance(unit, SamUnit):
            lists.append((("units", name, "batteries"), [battery.id for battery in unit.batteries]))
    for path, ids in lists:
        for number, word in enumerate(ids):
            if word in ids[:number]:
                yield (*path, number, "id"), f"'{word}' stands twice; first as number {ids.index(word) + 1} of the list"
