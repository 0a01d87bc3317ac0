"""Rules of engagement as data."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from jointsky.catalogue.quantities import Duration
from jointsky.scenario.parts import Strict, listed
from jointsky.scenario.words import IdentityWord, WeaponsWord


class Roe(Strict):
    """What a nation's law lets happen in one phase: weapons control status of its units, identities that they may
    engage, how long the nation's own approval takes, whether they may engage over another's land (`abroad`), and who
    may use weapons over its own (`over_land`: anyone whom a clause lets, its own units only, nobody)."""

    weapons: WeaponsWord = "tight"
    identity: Annotated[tuple[IdentityWord, ...], Field(strict=False), BeforeValidator(listed)] = ("hostile",)
    approval: Duration = 0.0
    abroad: bool = True
    over_land: Literal["any", "own", "none"] = "any"
