"""A whole scenario as its author writes it: pydantic models, every quantity in SI, every angle in degrees."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from jointsky.catalogue.quantities import Duration, Period, Span
from jointsky.scenario.agreement import ArrangementSection, NationSection, PostSection
from jointsky.scenario.forces import Airfield, Asset, Unit
from jointsky.scenario.ground import Territory, as_territory
from jointsky.scenario.ledger import Ledger
from jointsky.scenario.parts import LatLon, PhaseWord, Several, SideWord, as_moment, listed
from jointsky.scenario.policing import Policing
from jointsky.scenario.raid import Ballistic, Chaff, Declaration, Network, RaidGroup, Traffic
from jointsky.scenario.rules import Roe
from jointsky.scenario.surroundings import Surroundings
from jointsky.scenario.wind import WindLevel, rising
from jointsky.scenario.words import Name, Names


class Nation(NationSection):
    """One nation: its side, its identification group (its own name when left out), its land, its rules of engagement
    by phase, and how it polices its air."""

    name: str | None = None
    side: SideWord = "defender"
    iff: Name | None = None
    territory: Annotated[Territory | None, BeforeValidator(as_territory)] = None  # pyright: ignore[reportIncompatibleVariableOverride]
    roe: dict[PhaseWord, Roe] = Field(default_factory=dict[str, Roe])
    policing: Policing | None = None


class Post(PostSection):
    """One command post. `at` and the last five are the scenario's own: what is left out is taken from the host post,
    else 5 s, 20 s, `assignment`; `airspace` says who engages in which zone."""

    at: LatLon | None = None
    cycle: Period | None = None
    decision: Duration | None = None
    policy: str | None = None
    triangulate: bool = False
    params: dict[str, Any] = Field(default_factory=dict[str, Any])
    airspace: dict[Name, Literal["fez", "mez", "jez", "lane"]] | None = None


class Document(ArrangementSection):
    """Everything a scenario file may hold, after `include` has been resolved. An agreement file holds a part of it."""

    scenario: Name | None = None
    include: Annotated[tuple[str, ...], BeforeValidator(listed)] = ()
    agreement: str | None = None
    drop: Names = ()
    title: str = ""
    about: str = ""
    start: Annotated[datetime | None, BeforeValidator(as_moment)] = None
    duration: Span | None = None
    tick: Period = 1.0
    phase: PhaseWord | None = None
    nations: dict[Name, Nation] = Field(default_factory=dict[str, Nation])  # pyright: ignore
    posts: dict[Name, Post] = Field(default_factory=dict[str, Post])  # pyright: ignore
    units: dict[Name, Unit] = Field(default_factory=dict[str, Unit])
    airfields: dict[Name, Airfield] = Field(default_factory=dict[str, Airfield])
    assets: dict[Name, Asset] = Field(default_factory=dict[str, Asset])
    types: dict[Name, dict[str, Any]] = Field(default_factory=dict[str, dict[str, Any]])
    raid: Several[RaidGroup] = ()
    ballistic: Several[Ballistic] = ()
    traffic: Several[Traffic] = ()
    chaff: Several[Chaff] = ()
    declarations: Several[Declaration] = ()
    networks: dict[Name, Network] = Field(default_factory=dict[str, Network])
    measures: Names = ()
    outside: Annotated[int, Field(ge=0, le=1_000)] = 0
    ledger: Ledger | None = None
    surroundings: Surroundings | None = None
    wind: Annotated[Several[WindLevel], AfterValidator(rising)] = ()
