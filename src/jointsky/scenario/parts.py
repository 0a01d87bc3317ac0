"""What the models of a scenario share: the strict base, places on the map, words from closed lists."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from jointsky.scenario.words import Name

T = TypeVar("T")
Several = Annotated[tuple[T, ...], Field(strict=False)]
"""A list of T, read into a tuple."""

PhaseWord = Name
"""The name of a phase; which exist is said by `phases`."""
SideWord = Literal["defender", "raider", "neutral"]


class Strict(BaseModel):
    """A part of a scenario: unknown keys are errors, types are not bent, values do not change after reading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def fault(message: str) -> PydanticCustomError:
    """An error for pydantic that carries `message` as it is."""
    return PydanticCustomError("scenario", "{text}", {"text": message})


def _degrees(value: Any, what: str, limit: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise fault(f"expected the {what} in degrees as a bare number, found {value!r}")
    if not -limit <= value <= limit:
        raise fault(
            f"the {what} {value:g} is not between {-limit:g} and {limit:g} degrees; a place is [latitude, longitude]"
        )
    return float(value)


def _lat_lon(value: Any) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:  # pyright: ignore[reportUnknownArgumentType]
        raise fault(f"expected [latitude, longitude] in degrees, such as [53.9, 27.6], found {value!r}")
    return _degrees(value[0], "latitude", 90.0), _degrees(value[1], "longitude", 180.0)


_PAIR = {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}], "minItems": 2, "maxItems": 2}
LatLon = Annotated[
    tuple[float, float],
    BeforeValidator(_lat_lon),
    WithJsonSchema({**_PAIR, "description": "[latitude, longitude] in degrees"}, mode="validation"),
]
"""(latitude, longitude) in degrees, WGS84."""


def listed(value: Any) -> Any:
    """A single value as a list of one; lists and nothing stay as they are."""
    return value if value is None or isinstance(value, list | tuple) else [value]  # pyright: ignore[reportUnknownVariableType]


def as_moment(value: Any) -> Any:
    """A point in time with its zone, from a YAML timestamp or ISO text; raises PydanticCustomError otherwise."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime):
        raise fault(f"expected a time in UTC such as 2026-06-01T04:00:00Z, found {value}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _squawk(value: Any) -> int:
    text = str(value)
    if isinstance(value, bool) or not isinstance(value, int | str) or len(text) != 4 or set(text) - set("01234567"):
        raise fault(f"expected a transponder code of four octal digits in quotes, such as '2001', found {value!r}")
    return int(text, 8)


Squawk = Annotated[
    int,
    BeforeValidator(_squawk),
    WithJsonSchema({"type": ["string", "integer"], "pattern": "^[0-7]{4}$"}, mode="validation"),
]
"""A Mode 3/A code: four octal digits, as an integer (`'2001'` is 1025)."""


def _some(value: tuple[T, ...]) -> tuple[T, ...]:
    if not value:
        raise fault("expected at least one entry, found an empty list")
    return value


Some = Annotated[tuple[T, ...], Field(strict=False), AfterValidator(_some)]
"""A list of T with at least one entry, read into a tuple."""
