"""What surrounds the sensors of a scenario: air, ground, lobing and clutter. Nothing of it counts unless it is asked
for.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from jointsky.catalogue.quantities import Level
from jointsky.scenario.parts import Strict, listed

SurfaceWord = Literal["sea_calm", "sea_moderate", "desert", "farmland", "forest", "hills", "mountains", "city"]
"""Kinds of surface, as `sensing.clutter.GAMMA_DB` knows them."""


class Surroundings(Strict):
    """The surroundings of all radars. `air`: gas takes power (ITU-R P.676). `terrain`: hills hide; `coarse` is the
    built-in grid, other names are files (.hgt, .dt0 to .dt2, .tif) beside the scenario; heights then count above sea
    level. `lobing`: rays reflected by smooth ground add and cancel. `clutter`: the kind of ground whose echo competes
    with targets after the radars' cancellers improved on it by `improvement`. `notches`: targets hide at the blind
    speeds of radars with one pulse frequency, and below flying radars in the spread of main-beam clutter."""

    air: bool = False
    terrain: Annotated[tuple[str, ...], Field(strict=False), BeforeValidator(listed)] = ()
    lobing: bool = False
    clutter: SurfaceWord | None = None
    improvement: Level = 45.0
    notches: bool = False
