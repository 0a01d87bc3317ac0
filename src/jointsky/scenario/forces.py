"""Who can see, fly and shoot, from where: units, airfields, defended assets. An agreement file may leave out sites
and types."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from jointsky.catalogue.quantities import Duration, Height, Length, Period, Share, Short, Speed
from jointsky.scenario.parts import LatLon, PhaseWord, Several, Strict, fault, listed
from jointsky.scenario.readiness import Depot, Ferry, Move, Serving
from jointsky.scenario.words import Name

Count = Annotated[int, Field(ge=0)]
Delays = Annotated[tuple[Duration, ...], Field(strict=False), BeforeValidator(listed)]
"""One delay for all, or one for each; the last repeats."""


class Silence(Strict):
    """A time, after the start, in which a radar is off."""

    start: Duration = Field(alias="from")
    until: Duration

    @model_validator(mode="after")
    def _forward(self) -> "Silence":
        if self.until <= self.start:
            raise fault(f"found from {self.start:g} s until {self.until:g} s, expected the end after the start")
        return self


class Answer(Strict):
    """What a radar does when it sees an anti-radiation missile come: it goes silent for a while, and a `decoy` beside
    it draws the missile away with this chance."""

    silent: Duration = 60.0
    decoy: Share = 0.0


class RadarSite(Strict):
    """One radar on the ground: its name within the unit, its type, where it stands. `mast` is the antenna above the
    ground (the type's when left out), `sector` the first and last azimuth it looks at, clockwise, in degrees. While it
    is `silent` it radiates nothing, sees nothing, and cannot be heard. `answer` is its own to an anti-radiation missile
    that it sees come at it."""

    id: Name
    type: str
    at: LatLon
    elevation: Height = 0.0
    mast: Short | None = None
    sector: Annotated[tuple[float, float], Field(strict=False)] | None = None
    silent: Several[Silence] = ()
    answer: Answer | None = None


class Battery(Strict):
    """One missile battery. `shots` on the rails and `reloads` behind them are the unit's when left out here, else
    the type's. `search` is the type of a search radar that stands beside it and goes along when the battery `moves`."""

    id: Name
    type: str
    at: LatLon
    elevation: Height = 0.0
    shots: Count | None = None
    reloads: Count | None = None
    search: str | None = None
    moves: Several[Move] = ()


class WatchSite(Strict):
    """A place from which somebody listens, receives or looks; `mast` is the type's when left out."""

    id: Name
    type: str
    at: LatLon
    elevation: Height = 0.0
    mast: Short | None = None


class Orbit(Strict):
    """A race track between two points at one height; `speed` is the type's cruising speed when left out."""

    start: LatLon = Field(alias="from")
    end: LatLon = Field(alias="to")
    altitude: Height
    speed: Speed | None = None


class RadarUnit(Serving):
    """A unit of radars."""

    kind: Literal["radar"]
    nation: Name | None = None
    radars: Several[RadarSite] = ()


class EarlyWarningUnit(Serving):
    """A unit of early-warning radars."""

    kind: Literal["early-warning"]
    nation: Name | None = None
    radars: Several[RadarSite] = ()


class WatchUnit(Strict):
    """A unit of sensors that radiate nothing: listening stations, ADS-B receivers, observers and border posts."""

    kind: Literal["watch"]
    nation: Name | None = None
    sites: Several[WatchSite] = ()


class SamUnit(Serving):
    """A missile unit. `shots` and `reloads` are those of each battery that gives none, `depot` what supplies them
    when those are gone."""

    kind: Literal["sam"]
    nation: Name | None = None
    batteries: Several[Battery] = ()
    shots: Count | None = None
    reloads: Count | None = None
    depot: Depot | None = None


class FighterUnit(Serving):
    """A unit of fighters on the ground at `base`; `readiness` gives each aircraft its delay to take-off, the last
    value repeats; `alert` gives them for phases in which they are others. With a `ferry` they come from elsewhere
    first."""

    kind: Literal["fighter"]
    nation: Name | None = None
    type: str | None = None
    aircraft: Count | None = None
    base: Name | None = None
    readiness: Delays = ()
    alert: dict[PhaseWord, Delays] = Field(default_factory=dict[PhaseWord, tuple[float, ...]])
    ferry: Ferry | None = None


class EwUnit(Strict):
    """A ground jamming unit: raiders that attack within `radius` of it do `spoils` less of their damage."""

    kind: Literal["ew"]
    nation: Name | None = None
    at: LatLon | None = None
    radius: Length | None = None
    spoils: Share | None = None


class AewUnit(Strict):
    """A unit of airborne early-warning aircraft: the first is on its orbit `on_station` after the start; the next
    relieves it."""

    kind: Literal["aew"]
    nation: Name | None = None
    type: str | None = None
    aircraft: Count = 1
    base: Name | None = None
    orbit: Orbit | None = None
    on_station: Duration = 0.0


Unit = Annotated[
    RadarUnit | SamUnit | FighterUnit | EwUnit | AewUnit | EarlyWarningUnit | WatchUnit,
    Field(discriminator="kind"),
]
"""One unit; `kind` says which."""


class Airfield(Strict):
    """An airfield: by ICAO code, or by `at` and `elevation`. Movements on its runway keep `slot` apart; one that is
    `parking` full takes nobody from another place; `fuel` is how many full tanks its store holds, without end when left
    out."""

    nation: Name
    icao: str | None = None
    at: LatLon | None = None
    elevation: Height | None = None
    parking: Count = 30
    slot: Period = 60.0
    fuel: Annotated[float, Field(ge=0, strict=False)] | None = None


class Asset(Strict):
    """A defended place: a disc of `radius`, worth `value`. What it `holds` (units, batteries, radars, airfields) is out
    of service after damage until that is repaired: all of `value` takes `repair`, less of it less."""

    nation: Name
    at: LatLon
    radius: Length = 5_000.0
    value: Annotated[float, Field(gt=0)] = 1.0
    holds: Annotated[tuple[Name, ...], Field(strict=False), BeforeValidator(listed)] = ()
    repair: Duration = 0.0
