"""What a post knows of procedures: its own nation's times, and the law of every land."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Law:
    """The use of force over one nation's land in peace: against what (`civil`, `unclear`, `military`), by whose
    decision, and how long that takes. The law that says nothing lets nobody do anything."""

    land: str
    decided_by: str = ""
    takes_s: float = 0.0
    against: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What stands among the ids of a refusal."""
        return f"law.{self.land}" if self.land else "law.none"


@dataclass(frozen=True, slots=True)
class Procedure:
    """One nation's times (s), the phases in which they hold, and its law."""

    nation: str
    phases: tuple[str, ...]
    law: Law
    silence_s: float = 60.0
    plan_s: float = 60.0
    radio_s: float = 120.0
    neighbour_s: float = 180.0
    order_s: float = 60.0
    signals_s: float = 120.0
    ahead_s: float = 600.0

    @property
    def checked_s(self) -> float:
        """When the last check is over, from loss of contact."""
        return max(self.plan_s, self.radio_s, self.neighbour_s)
