"""How a nation polices its air in peace, as data."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from jointsky.catalogue.quantities import Duration
from jointsky.scenario.parts import PhaseWord, Strict, listed
from jointsky.scenario.words import Name

Seen = Literal["civil", "unclear", "military"]
"""What a crew beside an aircraft sees: civil, not to be told, or military."""


class Force(Strict):
    """What a nation's law lets happen, as a last resort, to aircraft over its land that do not follow: `against` what,
    by whose decision (`decided_by`, a person or an office), and how long that takes. Civil aircraft are meant only
    where they are named, and then only one that flies at a defended place."""

    decided_by: Name
    takes: Duration
    against: Annotated[tuple[Seen, ...], Field(strict=False), BeforeValidator(listed)]


class Policing(Strict):
    """The procedure of one nation: in which `phases` it holds; after how long an aircraft that nothing explains has
    lost contact (`silence`); how long the check of flight plans, the calls on 121.5 MHz and the question to the
    neighbour's centre may take; how long the duty officer takes to order a pair up; how long an aircraft is given to
    follow the signals; how far ahead of the border, in flying time, it begins; to which airfield aircraft are led; and
    the use of force (nothing: never)."""

    phases: Annotated[tuple[PhaseWord, ...], Field(strict=False), BeforeValidator(listed)] = ("peace",)
    silence: Duration = 60.0
    plan: Duration = 60.0
    radio: Duration = 120.0
    neighbour: Duration = 180.0
    order: Duration = 60.0
    signals: Duration = 120.0
    ahead: Duration = 600.0
    leads_to: Name | None = None
    force: Force | None = None
