"""Who comes, by which way: raiders, civil traffic, declarations of phases, national networks."""

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from jointsky.catalogue.quantities import Duration, Height, Length, Share, Speed
from jointsky.scenario.link_terms import Downlink
from jointsky.scenario.parts import LatLon, PhaseWord, Several, Squawk, Strict, fault, listed
from jointsky.scenario.words import Name, Names

Whole = Annotated[int, Field(ge=1)]


class Leg(Strict):
    """One point of a route: where, how high above the ellipsoid (or `above` the ground, which is then followed on the
    way to it), and the true airspeed flown towards it: the type's cruise when left out, or the one that is over the
    point `time` after the departure."""

    at: LatLon
    altitude: Height
    above: Literal["ellipsoid", "ground"] = "ellipsoid"
    speed: Speed | None = None
    time: Duration | None = None

    @model_validator(mode="after")
    def _one_pace(self) -> "Leg":
        if self.speed is not None and self.time is not None:
            raise fault(f"found speed {self.speed:g} m/s and time {self.time:g} s, expected at most one of the two")
        return self


def _route(value: tuple[Leg, ...]) -> tuple[Leg, ...]:
    if len(value) < 2:
        raise fault("a route needs at least two points")
    times = [0.0, *(leg.time for leg in value if leg.time is not None)]
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise fault("the times of a route do not rise, expected each later than the one before, the first after 0 s")
    return value


Route = Annotated[tuple[Leg, ...], Field(strict=False), AfterValidator(_route)]
"""Two or more points."""


class Formation(Strict):
    """How the aircraft of a group fly: beside each other (`line`), behind each other (`column`), or behind and to both
    sides of the first (`wedge`), `spacing` apart."""

    shape: Literal["line", "column", "wedge"] = "wedge"
    spacing: Length = 500.0

    def place_m(self, number: int, count: int) -> tuple[float, float]:
        """How far to the right of the route, and how far behind its first aircraft, one of `count` flies (from 0)."""
        if self.shape == "line":
            return (number - (count - 1) / 2.0) * self.spacing, 0.0
        if self.shape == "column":
            return 0.0, number * self.spacing
        rank = (number + 1) // 2
        return (rank if number % 2 else -rank) * self.spacing, rank * self.spacing


class Jitter(Strict):
    """Standard deviations of chance, drawn once per aircraft: departure time, sideways shift of the whole route,
    height."""

    time: Duration = 0.0
    lateral: Length = 0.0
    altitude: Length = 0.0


class Carried(Strict):
    """Weapons under each carrier: released when it reaches waypoint `release` of its own route (0 is the first),
    dealt to `targets` in turn. They fly straight at `altitude` and `speed`, those of the type when left out, through
    `route` when one is given. Anti-radiation missiles have no targets: each `hunts` a radar, by its name in runs (unit,
    then site)."""

    type: str
    count: Whole
    release: Annotated[int, Field(ge=1)]
    targets: Annotated[tuple[Name, ...], Field(strict=False), BeforeValidator(listed)] = ()
    hunts: Annotated[tuple[Name, ...], Field(strict=False), BeforeValidator(listed)] = ()
    altitude: Height | None = None
    speed: Speed | None = None
    route: Route | None = None

    @model_validator(mode="after")
    def _one_prey(self) -> "Carried":
        if bool(self.targets) == bool(self.hunts):
            raise fault(f"found {'both' if self.targets else 'neither'} of targets and hunts, expected exactly one")
        return self


class RaidGroup(Strict):
    """Raiders of one type on one route: `count` of them, the first departs `depart` after the start, the others
    `spacing` apart, or all at once in a `formation`. `target` is the asset they damage when they reach the end of the
    route alive; None for those that only carry or jam. Radars of `silent` ones are off: nobody hears them."""

    id: Name
    nation: Name
    type: str
    count: Whole = 1
    depart: Duration = 0.0
    spacing: Duration = 0.0
    formation: Formation | None = None
    jitter: Jitter = Jitter()
    target: Name | None = None
    route: Route
    carries: Carried | None = None
    jamming: bool = True
    silent: bool = False


class Ballistic(Strict):
    """Ballistic missiles or rockets from one site (`at`, on the ground): `count` of them, the first launched `depart`
    after the start, the others `spacing` apart, at an asset (`target`) or a place (`aim`). `spread` is the standard
    deviation of the impact along north and east. An `announced` launch is known beforehand and warns nobody."""

    id: Name
    nation: Name
    type: str
    at: LatLon
    elevation: Height = 0.0
    target: Name | None = None
    aim: LatLon | None = None
    count: Whole = 1
    depart: Duration = 0.0
    spacing: Duration = 0.0
    spread: Length = 0.0
    announced: bool = False

    @model_validator(mode="after")
    def _one_goal(self) -> "Ballistic":
        if (self.target is None) == (self.aim is None):
            found = "neither" if self.target is None else "both"
            raise fault(f"found {found} of target and aim, expected exactly one")
        return self


def _as_squawk(value: Any) -> Any:
    return None if value == "none" else value


class Conduct(Strict):
    """What happens on board `after` departure: the transponder sends `squawk` (none: it is off), the crew answers on
    the radio or does not, follows the signals of a fighter or does not, and flies another `route` than was filed.
    `unclear` is the chance that a crew beside it cannot tell what it is."""

    after: Duration = 0.0
    squawk: Annotated[Squawk | None, BeforeValidator(_as_squawk)] = None
    answers: bool = False
    follows: bool = True
    unclear: Share = 0.0
    route: Route | None = None

    @model_validator(mode="after")
    def _one_matter(self) -> "Conduct":
        if self.squawk is not None and self.answers and self.route is None:
            raise fault("found a flight that squawks, answers and keeps to its route, expected something out of order")
        return self


class Chaff(Strict):
    """A corridor of chaff from one place to another at `altitude`, `width` wide and deep, with `dipoles` in each
    kilometre of it; it hangs there from `depart` for as long as it `lasts`."""

    id: Name
    start: LatLon = Field(alias="from")
    end: LatLon = Field(alias="to")
    altitude: Height
    width: Annotated[Length, Field(gt=0)] = 2_000.0
    dipoles: Annotated[float, Field(gt=0)]
    depart: Duration = 0.0
    lasts: Annotated[Duration, Field(gt=0)] = 1_800.0


class Traffic(Strict):
    """Civil flights on one route: `count` of them, one each `every`. Codes count up from `squawk`; without one the
    transponder is off. A filed plan is held by `known_to` (all nations when left out). `conduct` is what each of them
    does that the plan does not say."""

    id: Name
    type: str = "airliner"
    count: Whole = 1
    depart: Duration = 0.0
    every: Duration = 0.0
    jitter: Jitter = Jitter()
    route: Route
    squawk: Squawk | None = None
    plan: Literal["filed", "none"] = "filed"
    known_to: Annotated[tuple[Name, ...], Field(strict=False), BeforeValidator(listed)] | None = None
    conduct: Conduct | None = None


class When(Strict):
    """At a fixed time after the start, or with the first border or hostile alert."""

    alert: bool = False
    at: Duration | None = None


def _when(value: Any) -> Any:
    if isinstance(value, str):
        if value != "alert":
            raise fault(f"expected alert or {{at: 10 min}}, found {value!r}")
        return {"alert": True}
    return value


class Declaration(Strict):
    """What people say during a run: `by` declare `phase`, or take their consent to clauses or whole agreements back
    (`withdraw`) or give it again (`restore`), or call for the assistance owed to a nation that is `attacked`.

    It happens `after` the moment `when`. Where the agreement lets nobody say it, nothing happens but a line in the log.
    """

    phase: PhaseWord | None = None
    withdraw: Annotated[tuple[Name, ...], Field(strict=False), BeforeValidator(listed)] = ()
    restore: Annotated[tuple[Name, ...], Field(strict=False), BeforeValidator(listed)] = ()
    attacked: Name | None = None
    by: Names = Field(strict=False)
    when: Annotated[When, BeforeValidator(_when)]
    after: Duration = 0.0

    @model_validator(mode="after")
    def _one_matter(self) -> "Declaration":
        said = [key for key in ("phase", "withdraw", "restore", "attacked") if getattr(self, key)]
        if len(said) != 1:
            found = " and ".join(said) or "none of them"
            raise fault(f"found {found}, expected exactly one of phase, withdraw, restore, attacked")
        return self


class Network(Strict):
    """A nation's own network between its sensors, posts and units: fixed delay, and the chance that a message is
    lost; `downlink` when flying radars report over a radio to the nation's posts, else they always do."""

    delay: Duration = 0.0
    loss: Share = 0.0
    downlink: Downlink | None = None


__all__ = [
    "Ballistic", "Carried", "Chaff", "Conduct", "Declaration", "Jitter", "Leg", "Network", "RaidGroup", "Route",
    "Several", "Traffic", "When",
]  # fmt: skip
