"""Numbers with units in what people write: text such as "150 km" becomes an SI float; a bare number is refused with
advice. The units themselves are those of `jointsky.units`."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from jointsky.units import parse_quantity

_BARE = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_PATTERN = r"^\s*([+-]?[0-9.]+([eE][+-]?[0-9]+)?\s*[A-Za-z°%²/0-9]+|FL\s*[0-9]{1,3})\s*$"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A reader of one kind of quantity, read as `unit`: at least `low` (more than it where `above`), at most `high`.
    `usual` is the unit that advice proposes."""

    unit: str
    usual: str
    low: float = 0.0
    high: float = float("inf")
    above: bool = False

    def __call__(self, value: Any) -> float:
        """`value` as a number of `unit`; raises PydanticCustomError naming what was found and what was expected."""
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        if number is not None or (isinstance(value, str) and _BARE.fullmatch(value)):
            raise fault(
                f"found {str(value).strip()} without a unit, expected one: write '{str(value).strip()} {self.usual}'"
            )
        if not isinstance(value, str):
            raise fault(f"expected a quantity such as '10 {self.usual}', found {_kind(value)}")
        try:
            found = parse_quantity(value, self.unit)
        except ValueError as error:
            raise fault(str(error)) from error
        if found < self.low or (self.above and found == self.low):
            raise fault(f"found '{value}', expected {'more than' if self.above else 'at least'} {self.shown(self.low)}")
        if found > self.high:
            raise fault(f"found '{value}', expected at most {self.shown(self.high)}")
        return found

    def shown(self, value: float) -> str:
        """A number of `unit` written in the usual unit."""
        return f"{value / parse_quantity(f'1 {self.usual}', self.unit):g} {self.usual}"


def fault(message: str) -> PydanticCustomError:
    """An error for pydantic that carries `message` as it is."""
    return PydanticCustomError("quantity", "{text}", {"text": message})


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"{str(value).lower()} (YAML reads yes, no, on and off as true or false)"
    return "a map" if isinstance(value, dict) else "a list" if isinstance(value, list) else repr(value)


def _field(unit: str, usual: str, **bounds: Any) -> tuple[BeforeValidator, WithJsonSchema]:
    schema = {"type": "string", "pattern": _PATTERN, "examples": [f"10 {usual}"]}
    return BeforeValidator(Quantity(unit, usual, **bounds)), WithJsonSchema(schema, mode="validation")


Length = Annotated[float, *_field("m", "km")]
"""Metres, never negative."""
Short = Annotated[float, *_field("m", "m")]
"""Metres, never negative; advice names metres."""
Height = Annotated[float, *_field("m", "m", low=-500.0)]
"""Metres above the ellipsoid; may lie somewhat below it."""
Duration = Annotated[float, *_field("s", "s")]
"""Seconds, never negative."""
Period = Annotated[float, *_field("s", "s", above=True)]
"""Seconds, more than none."""
Span = Annotated[float, *_field("s", "min", above=True)]
"""Seconds, more than none; advice names minutes."""
Speed = Annotated[float, *_field("m/s", "m/s", above=True)]
"""Metres a second, more than none."""
Power = Annotated[float, *_field("W", "kW", above=True)]
"""Watts."""
Frequency = Annotated[float, *_field("Hz", "MHz", above=True)]
"""Hertz."""
Area = Annotated[float, *_field("m2", "m2", above=True)]
"""Square metres."""
Share = Annotated[float, *_field("1", "%", high=1.0)]
"""A part of the whole, 0 to 1, written in per cent."""
Beam = Annotated[float, *_field("deg", "deg", above=True, high=360.0)]
"""Degrees, more than none."""
Angle = Annotated[float, *_field("deg", "deg", low=-360.0, high=360.0)]
"""Degrees."""
Level = Annotated[float, *_field("dB", "dB", low=-300.0)]
"""Decibels."""
Temperature = Annotated[float, *_field("K", "K", above=True)]
"""Kelvin."""
LoadFactor = Annotated[float, *_field("g", "g")]
"""Multiples of standard gravity."""
