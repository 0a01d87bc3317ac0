"""The words and values of the language of agreements: names, patterns, quantities with units, dates, as pydantic types.

Each refuses what it cannot read with advice: what was found and what was expected.
"""

import math
import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Literal, NamedTuple, cast

from pydantic import BeforeValidator, WithJsonSchema

from jointsky.units import parse_quantity

ShareWord = Literal["plots", "tracks", "fire-control", "warning", "identity", "flight-plans"]
OrderWord = Literal["scramble", "position", "engage", "weapons-status"]
UseWord = Literal["airfields", "munitions"]
LimitWord = Literal["airfields", "munitions", "aircraft", "shots"]
IdentityWord = Literal["pending", "unknown", "assumed-friend", "friend", "neutral", "suspect", "hostile"]
WeaponsWord = Literal["hold", "tight", "free"]
FieldWord = Literal["position", "velocity", "identity"]


class ResumeRule(NamedTuple):
    """When a lost link counts again: up for `after_s` seconds, and confirmed by both ends or not."""

    after_s: float
    confirmed: bool


def _quantity(value: object, unit: str, most: float = math.inf) -> float:
    number = parse_quantity(value, unit)
    if not 0.0 <= number <= most:
        expected = "zero or more" if most == math.inf else "0 % to 100 %"
        raise ValueError(f"found {value}, expected {expected}")
    return number


def _duration(value: object) -> float:
    return _quantity(value, "s")


def _length(value: object) -> float:
    return _quantity(value, "m")


def _fraction(value: object) -> float:
    return _quantity(value, "1", 1.0)


def _name(value: object) -> str:
    if isinstance(value, bool):
        words = "yes, on or true" if value else "no, off or false"
        raise ValueError(f"found {value}: YAML reads an unquoted {words} so; put the name in quotes")
    if isinstance(value, list | dict):
        raise ValueError(f"found a {'list' if isinstance(value, list) else 'map'}, expected a single name")
    if not isinstance(value, str):
        raise ValueError(f"found {value!r}, expected a name; put it in quotes if it is one")
    if not re.fullmatch(r"[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*", value):
        several = re.split(r"[,;\s]+", value.strip())
        hint = f"; several names are a list: [{', '.join(several)}]" if len(several) > 1 and all(several) else ""
        hint += _strange(value)
        raise ValueError(f"found {value!r}, expected a name of letters, digits, - and _, in parts joined by dots{hint}")
    return value


def _strange(text: str) -> str:
    """Which sign of a text only looks like one of a name."""
    strange = next((sign for sign in text if not sign.isascii()), None)
    if strange is None:
        return ""
    return f"; {strange!r} is U+{ord(strange):04X}, {unicodedata.name(strange, 'a sign without a name').lower()}"


def _pattern(value: object) -> str:
    if not isinstance(value, str):
        return _name(value)
    if not re.fullmatch(r"[A-Za-z0-9_.*\-]+", value):
        raise ValueError(
            f"found {value!r}, expected a name or a pattern of names with * such as west.radar.*{_strange(value)}"
        )
    return value


def _limit(value: object) -> float | int:
    """A whole number is a count, a share is written in per cent."""
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            raise ValueError(f"found {value}, expected a count of zero or more, or a share such as 30 %")
        return value
    if isinstance(value, str) and not re.search(r"\d", value):
        raise ValueError(f"found {value!r}, expected a count such as 4, or a share such as 30 %")
    return _fraction(value)


def _day(value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise ValueError(f"found {value}, expected a day such as 1995-02-10")
    try:
        if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(f"found {value!r}, expected a day such as 1995-02-10") from None


def listed(value: object) -> object:
    """A single word, or a single map, as a list of one."""
    return [cast(object, value)] if isinstance(value, str | bool | int | float | dict) else value


def _resume(value: object) -> ResumeRule:
    wanted = "'after 60 s up' or 'after 60 s up and confirmed by both'"
    found = re.fullmatch(r"after (.+?) up( and confirmed by both)?", str(value).strip())
    if found is None:
        raise ValueError(f"found {value!r}, expected {wanted}")
    return ResumeRule(_duration(found[1]), found[2] is not None)


def _text_schema(example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": [example]})


Duration = Annotated[float, BeforeValidator(_duration), _text_schema("10 s")]
"""Seconds; written with a unit (`30 s`, `2 h`). A bare number is refused with advice."""
Length = Annotated[float, BeforeValidator(_length), _text_schema("150 km")]
"""Metres; written with a unit (`150 km`, `80 nmi`). A bare number is refused with advice."""
Fraction = Annotated[float, BeforeValidator(_fraction), _text_schema("30 %")]
"""A share of one, 0 to 1; written in per cent (`30 %`). A bare number is refused with advice."""
Name = Annotated[str, BeforeValidator(_name)]
"""A name, possibly of several parts joined by dots (`west.radar.1`)."""
Pattern = Annotated[str, BeforeValidator(_pattern)]
"""A name, or a pattern of names in which * stands for any run of characters, dots included."""
Names = Annotated[tuple[Name, ...], BeforeValidator(listed)]
"""A list of names; a single one needs no brackets."""
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(listed)]
"""A list of patterns; a single one needs no brackets."""
Resume = Annotated[ResumeRule, BeforeValidator(_resume), _text_schema("after 60 s up and confirmed by both")]
"""When a lost link counts again."""


Limit = Annotated[
    float | int, BeforeValidator(_limit), WithJsonSchema({"type": ["integer", "string"], "examples": [4]})
]
"""A count (`4`) or a share of the owner's stock (`30 %`)."""
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
"""A calendar day, `1995-02-10`."""
