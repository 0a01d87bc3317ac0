"""Rules of engagement as data."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from jointsky.catalogue.quantities import Duration
from jointsky.scenario.agreement import IdentityWord, WeaponsWord
from jointsky.scenario.parts import Strict, listed


class Roe(Strict):
    """What a nation's own units may do in one phase: weapons control status, identities that may be engaged, and how
    long the nation's own approval takes."""

    weapons: WeaponsWord = "tight"
    identity: Annotated[tuple[IdentityWord, ...], Field(strict=False), BeforeValidator(listed)] = ("hostile",)
    approval: Duration = 0.0
