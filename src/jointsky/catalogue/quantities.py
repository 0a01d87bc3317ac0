"""Numbers with units in what people write: text such as "150 km" becomes an SI float; a bare number is refused with advice."""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_NUMBER = re.compile(r"^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*$")


@dataclass(frozen=True, slots=True)
class Dimension:
    """A kind of quantity: its units with their exact factor to SI (as a fraction), and the unit that advice names."""

    name: str
    advice: str
    units: dict[str, str] = field(hash=False)


LENGTH = Dimension("length", "km", {"mm": "1/1000", "m": "1", "km": "1000", "ft": "381/1250", "nmi": "1852"})
TIME = Dimension("time", "s", {"us": "1/1000000", "ms": "1/1000", "s": "1", "min": "60", "h": "3600", "d": "86400"})
SPEED = Dimension("speed", "m/s", {"m/s": "1", "km/h": "5/18", "kt": "463/900"})
POWER = Dimension("power", "kW", {"W": "1", "kW": "1000", "MW": "1000000"})
FREQUENCY = Dimension("frequency", "MHz", {"Hz": "1", "kHz": "1000", "MHz": "1000000", "GHz": "1000000000"})
AREA = Dimension("area", "m2", {"m2": "1", "km2": "1000000"})
SHARE = Dimension("share", "%", {"%": "1/100"})
ANGLE = Dimension("angle", "deg", {"deg": "1"})
LEVEL = Dimension("level", "dB", {"dB": "1"})
TEMPERATURE = Dimension("temperature", "K", {"K": "1"})
LOAD = Dimension("load factor", "g", {"g": "1"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A reader of quantities of one dimension, at least `low` and at most `high` (SI). `advice` is the unit it suggests."""

    dimension: Dimension
    low: float = 0.0
    high: float = float("inf")
    above: bool = False
    advice: str = ""

    def __call__(self, value: Any) -> float:
        """The SI value of `value`; raises PydanticCustomError naming what was found and what was expected."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.fault(f"expected a {self.dimension.name} such as '10 {self.unit}', found {_kind(value)}")
        if not isinstance(value, str):
            raise self.fault(f"found {value:g} without a unit: write '{value:g} {self.unit}' (units of {self.known})")
        match = _NUMBER.match(value)
        if match is None:
            raise self.fault(f"expected a {self.dimension.name} such as '10 {self.unit}', found {value!r}")
        return self.bounded(match[1], match[2], value)

    @property
    def unit(self) -> str:
        """The unit that advice names."""
        return self.advice or self.dimension.advice

    @property
    def known(self) -> str:
        """The dimension with its units, for messages."""
        return f"{self.dimension.name}: {', '.join(self.dimension.units)}"

    def fault(self, message: str) -> PydanticCustomError:
        """An error for pydantic that carries `message` as it is."""
        return PydanticCustomError("quantity", "{text}", {"text": message})  # type: ignore[arg-type]

    def bounded(self, number: str, unit: str, text: str) -> float:
        """`number` of `unit` in SI, within the bounds."""
        if not unit:
            raise self.fault(f"found '{text}' without a unit: write '{text} {self.unit}' (units of {self.known})")
        if unit not in self.dimension.units:
            raise self.fault(f"unknown unit '{unit}' in '{text}': units of {self.known}")
        found = float(Fraction(number) * Fraction(self.dimension.units[unit]))
        if found < self.low or (self.above and found == self.low):
            raise self.fault(f"'{text}' is too small: expected {'more than' if self.above else 'at least'} {self.in_unit(self.low)}")
        if found > self.high:
            raise self.fault(f"'{text}' is too much: expected at most {self.in_unit(self.high)}")
        return found

    def in_unit(self, value: float) -> str:
        """An SI value written in the unit of advice."""
        return f"{value / Fraction(self.dimension.units[self.unit]):g} {self.unit}"


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"{str(value).lower()} (YAML reads yes, no, on and off as true or false)"
    return "a map" if isinstance(value, dict) else "a list" if isinstance(value, list) else repr(value)


def _pattern(reader: Quantity) -> dict[str, Any]:
    units = "|".join(re.escape(unit) for unit in reader.dimension.units)
    return {
        "type": "string",
        "pattern": rf"^\s*[+-]?[0-9._]+([eE][+-]?[0-9]+)?\s*({units})\s*$",
        "description": f"units of {reader.known}",
    }


def _field(reader: Quantity) -> Any:
    return BeforeValidator(reader), WithJsonSchema(_pattern(reader), mode="validation")


Length = Annotated[float, *_field(Quantity(LENGTH))]
"""Metres, never negative."""
Short = Annotated[float, *_field(Quantity(LENGTH, advice="m"))]
"""Metres, never negative; advice names metres."""
Height = Annotated[float, *_field(Quantity(LENGTH, low=-500.0, high=50_000_000.0, advice="m"))]
"""Metres above the ellipsoid; may lie below it."""
Duration = Annotated[float, *_field(Quantity(TIME))]
"""Seconds, never negative."""
Period = Annotated[float, *_field(Quantity(TIME, above=True))]
"""Seconds, more than none."""
Speed = Annotated[float, *_field(Quantity(SPEED, above=True))]
"""Metres a second, more than none."""
Power = Annotated[float, *_field(Quantity(POWER, above=True))]
"""Watts."""
Frequency = Annotated[float, *_field(Quantity(FREQUENCY, above=True))]
"""Hertz."""
Area = Annotated[float, *_field(Quantity(AREA, above=True))]
"""Square metres."""
Share = Annotated[float, *_field(Quantity(SHARE, high=1.0))]
"""A part of the whole, 0 to 1, written in per cent."""
Angle = Annotated[float, *_field(Quantity(ANGLE, low=-360.0, high=360.0))]
"""Degrees."""
Level = Annotated[float, *_field(Quantity(LEVEL, low=-300.0))]
"""Decibels."""
Temperature = Annotated[float, *_field(Quantity(TEMPERATURE, above=True))]
"""Kelvin."""
LoadFactor = Annotated[float, *_field(Quantity(LOAD))]
"""Multiples of standard gravity."""
