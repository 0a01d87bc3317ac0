"""The wind of a scenario: levels by height."""

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from jointsky.catalogue.quantities import Angle, Height, Quantity
from jointsky.scenario.parts import Strict, fault

WindSpeed = Annotated[
    float, BeforeValidator(Quantity("m/s", "m/s")), WithJsonSchema({"type": "string", "examples": ["10 m/s"]})
]
"""Metres a second, never negative."""


class WindLevel(Strict):
    """The wind at one height: where it comes `from` (true, clockwise from north) and how fast it is. Between levels
    its two parts are linear; below the lowest and above the highest it is that of those."""

    altitude: Height
    source: Angle = Field(alias="from")
    speed: WindSpeed


def rising(levels: tuple[WindLevel, ...]) -> tuple[WindLevel, ...]:
    """The levels, each height once. Raises PydanticCustomError where one stands twice."""
    heights = [level.altitude for level in levels]
    twice = next((height for k, height in enumerate(heights) if height in heights[:k]), None)
    if twice is not None:
        raise fault(f"found two winds at {twice:g} m, expected one for each height")
    return levels
