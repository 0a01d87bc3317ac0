"""Who has which row: the names of everything in a scenario, in an order that does not depend on the order of the file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from jointsky.scenario.forces import AewUnit, EarlyWarningUnit, FighterUnit, RadarUnit, SamUnit
from jointsky.scenario.schema import Document
from jointsky.vocab.codes import AircraftKind, Side

T = TypeVar("T")

SIDES = {"neutral": Side.NEUTRAL, "defender": Side.DEFENDER, "raider": Side.RAIDER}
KINDS = {
    "fighter": AircraftKind.FIGHTER,
    "bomber": AircraftKind.BOMBER,
    "cruise_missile": AircraftKind.CRUISE_MISSILE,
    "jammer": AircraftKind.JAMMER,
    "aew": AircraftKind.AEW,
    "civil": AircraftKind.CIVIL,
    "transport": AircraftKind.TRANSPORT,
    "uav": AircraftKind.UAV,
    "ballistic": AircraftKind.BALLISTIC,
}
"""The catalogue's words for kinds of targets as codes."""


@dataclass(frozen=True, slots=True)
class Register:
    """Names by kind, sorted; `row(names, name)` finds a row."""

    nations: tuple[str, ...]
    iff_groups: tuple[str, ...]
    units: tuple[str, ...]
    airfields: tuple[str, ...]
    assets: tuple[str, ...]
    aircraft_types: tuple[str, ...]

    def nation_of(self, document: Document, unit: str) -> int:
        """Index of the nation that owns a unit: the one it names, or the first part of its name."""
        owner = document.units[unit].nation or unit.split(".", 1)[0]
        return self.nations.index(owner)

    def iff_of(self, document: Document, nation: int) -> int:
        """Index of the identification group of a nation."""
        name = self.nations[nation]
        return self.iff_groups.index(document.nations[name].iff or name)


def register(document: Document, flown: Iterable[str] = ()) -> Register:
    """The names of everything in `document`; `flown` are types of aircraft that may fly though it names none."""
    nations = tuple(sorted(document.nations))
    groups = {document.nations[name].iff or name for name in nations}
    return Register(
        nations=nations,
        iff_groups=tuple(sorted(groups)),
        units=tuple(sorted(document.units)),
        airfields=tuple(sorted(document.airfields)),
        assets=tuple(sorted(document.assets)),
        aircraft_types=tuple(sorted(_types_flown(document) | set(flown))),
    )


def units_of(document: Document, kind: type[T]) -> list[tuple[str, T]]:
    """All units of one kind with their names, in name order."""
    return [(name, unit) for name, unit in sorted(document.units.items()) if isinstance(unit, kind)]


def _types_flown(document: Document) -> set[str]:
    flown = {unit.type for _, unit in units_of(document, FighterUnit) if unit.type}
    flown |= {unit.type for _, unit in units_of(document, AewUnit) if unit.type}
    flown |= {group.type for group in document.raid} | {group.type for group in document.traffic}
    flown |= {group.type for group in document.ballistic}
    return flown | {group.carries.type for group in document.raid if group.carries}


__all__ = ["KINDS", "SIDES", "EarlyWarningUnit", "RadarUnit", "Register", "SamUnit", "register", "units_of"]
