"""What surrounds the sensors of a scenario: air, ground, lobing and clutter. Nothing of it counts unless it is asked
for.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from jointsky.catalogue.quantities import Level, Short
from jointsky.scenario.parts import Strict, fault, listed

SurfaceWord = Literal["sea_calm", "sea_moderate", "desert", "farmland", "forest", "hills", "mountains", "city"]
"""Kinds of surface, as `sensing.clutter.GAMMA_DB` knows them."""


class Surroundings(Strict):
    """The surroundings of all radars. `air`: gas takes power (ITU-R P.676). `terrain`: hills hide; `coarse` is the
    built-in grid, other names are files (.hgt, .dt0 to .dt2, .tif) beside the scenario; heights then count above sea
    level. `lobing`: rays reflected by the ground add and cancel; the deviation of its heights, `roughness`, weakens
    them (none: smooth ground, whatever the band). `clutter`: the kind of ground whose echo competes with targets after
    the radars' cancellers improved on it by `improvement`. `notches`: targets hide at the blind speeds of radars with
    one pulse frequency, and below flying radars in the spread of main-beam clutter."""

    air: bool = False
    terrain: Annotated[tuple[str, ...], Field(strict=False), BeforeValidator(listed)] = ()
    lobing: bool = False
    roughness: Short = 0.0
    clutter: SurfaceWord | None = None
    improvement: Level = 45.0
    notches: bool = False

    @model_validator(mode="after")
    def _rough_where_it_counts(self) -> "Surroundings":
        if self.roughness and not self.lobing:
            raise fault(f"found roughness {self.roughness:g} m and no lobing for it to weaken, expected lobing: true")
        return self
