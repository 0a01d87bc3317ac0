"""What units are in time: when they arrive and leave, how often they fail, who mans them, where they move, from what
they are supplied.

A moment is a time after the start ("2 h") or a point in time (2026-06-02T04:00Z).
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from jointsky.catalogue.quantities import Duration, Height, Quantity, Share, Span, Speed
from jointsky.scenario.parts import LatLon, PhaseWord, Strict, as_moment, fault

Whole = Annotated[int, Field(ge=1)]
_DATED = re.compile(r"\s*\d{4}-\d\d-\d\d")
_seconds = Quantity("s", "s")


def _moment(value: Any) -> float | datetime:
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    if isinstance(value, datetime) or (isinstance(value, str) and _DATED.match(value)):
        return as_moment(value)
    return _seconds(value)


Moment = Annotated[
    float | datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "examples": ["2 h", "2026-06-02T04:00Z"]}, mode="validation"),
]
"""Seconds after the start, or a point in time."""


def seconds_after(start: datetime | None, moment: float | datetime) -> float:
    """Seconds from the start of a scenario to a moment; 0 for a date in a scenario without a start."""
    if not isinstance(moment, datetime):
        return moment
    return 0.0 if start is None else (moment - start).total_seconds()


class Failures(Strict):
    """Failures by chance: a thing works for exponential times of mean `every`, and is repaired in exponential times of
    mean `repair`; at the start it works with chance every / (every + repair)."""

    every: Span
    repair: Span


class Crews(Strict):
    """Who mans a unit. On the ground `count` crews take turns of `duty` and then rest for `rest`; in the air each
    sortie of the unit takes one crew, which rests for `rest` after it has landed."""

    count: Whole
    duty: Span = 28_800.0
    rest: Duration


class Mobilisation(Strict):
    """The unit is there `takes` after `phase` came into force (after the start when no phase is named)."""

    takes: Duration
    phase: PhaseWord | None = None


class Move(Strict):
    """A battery packs up at `depart`, goes `to` a place by road or rail, and makes itself ready there. What is left
    out of `pack`, `deploy` and `speed` (along the straight line) is the usual of the way it goes."""

    depart: Moment
    to: LatLon
    elevation: Height = 0.0
    by: Literal["road", "rail"] = "road"
    pack: Duration | None = None
    deploy: Duration | None = None
    speed: Speed | None = None


class Depot(Strict):
    """A store of `missiles` at a place, from which `lorries` bring up to `load` each to batteries that run out;
    `handling` is the time to load and to unload one."""

    at: LatLon
    missiles: Annotated[int, Field(ge=0)]
    lorries: Whole = 1
    load: Whole = 4
    handling: Duration = 900.0


class Ferry(Strict):
    """Reinforcement through the air: the unit's aircraft come from a place, the first at `depart`, the others
    `spacing` apart, at `altitude`, land at the base, and fight after a turn-round."""

    start: LatLon = Field(alias="from")
    depart: Moment
    altitude: Height = 9_000.0
    spacing: Duration = 60.0


class Serving(Strict):
    """The part of a unit that is about time. `serviceability` is the chance that one of its things works at all on the
    day; it is drawn once for each by name."""

    arrives: Moment | None = None
    retires: Moment | None = None
    mobilisation: Mobilisation | None = None
    serviceability: Share = 1.0
    failures: Failures | None = None
    crews: Crews | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Serving":
        first, last = self.arrives, self.retires
        if isinstance(first, datetime) and isinstance(last, datetime) and last <= first:
            raise fault(f"found arrives {first} and retires {last}, expected retires later")
        if isinstance(first, float) and isinstance(last, float) and last <= first:
            raise fault(f"found arrives {first:g} s and retires {last:g} s, expected retires later")
        return self
