"""Phases: peace, threat, war. They change only by declaration of those whom an agreement names, after the time it
takes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from jointsky.errors import AuthorityError
from jointsky.links.arrangement import Activation, Arrangement
from jointsky.links.plans import Plans
from jointsky.scenario.raid import Declaration
from jointsky.vocab.messages import Event, Phase


@dataclass(frozen=True, slots=True)
class Declared:
    """One entry of the log: somebody declared a phase (`allowed`: one who may), or (`by` empty) it came into force."""

    t_s: float
    phase: str
    by: str
    note: str
    allowed: bool = True


    def event(self) -> Event:
        """The entry as an event of the run's log."""
        what = "phase" if not self.by else "declared" if self.allowed else "ineffective"
        return Event(self.t_s, what, self.phase, self.by, note=self.note)


@dataclass(slots=True)
class Phases:
    """The phase in force and the declarations under way. `current` changes in `due` and nowhere else."""

    arr: Arrangement
    current: str
    plans: Sequence[Declaration] = ()
    log: list[Declared] = field(default_factory=list[Declared])
    _declared: dict[Activation, dict[str, float]] = field(default_factory=dict[Activation, dict[str, float]])
    _people: Plans = field(init=False)

    def __post_init__(self) -> None:
        """Keep the declarations of phases."""
        self._people = Plans(self.arr, [plan for plan in self.plans if plan.phase is not None])

    def declare(self, by: str, phase: str, t_s: float) -> float | None:
        """Declare a phase; returns when it will be in force, or None while others have still to declare it.

        Raises AuthorityError when no agreement lets this person declare this phase. Declaring twice, or the phase
        already in force, changes nothing.
        """
        ways = [way for way in self.arr.activations if way.phase == phase and by in way.by]
        if not ways:
            raise AuthorityError(f"{by} declares {phase}", ())
        if phase == self.current:
            return t_s
        for way in ways:
            self._declared.setdefault(way, {}).setdefault(by, t_s)
        starts = [start for way in ways if (start := self._start_s(way)) is not None]
        note = f"in force at {min(starts):g} s" if starts else "others have still to declare it"
        self.log.append(Declared(t_s, phase, by, note))
        return min(starts, default=None)

    def alerted(self, post: str, t_s: float) -> None:
        """A post raised an alert: its nation's people hear of the first one."""
        self._people.alerted(post, t_s)

    def due(self, t_s: float) -> list[Phase]:
        """Carry out planned declarations and put into force what has waited long enough, earliest first."""
        for plan, person in self._people.due(t_s):
            self._declare_planned(person, plan.phase or "", t_s)
        starts = [(start, way) for way in self._declared if (start := self._start_s(way)) is not None and start <= t_s]
        changes: list[Phase] = []
        for start, way in sorted(starts, key=lambda item: (item[0], self.arr.phases.index(item[1].phase))):
            del self._declared[way]
            if way.phase != self.current:
                self.current = way.phase
                self.log.append(Declared(start, way.phase, "", f"in force by agreement {way.agreement}"))
                changes.append(Phase(way.phase, t_s))
        return changes

    def _declare_planned(self, person: str, phase: str, t_s: float) -> None:
        try:
            self.declare(person, phase, t_s)
        except AuthorityError as refusal:
            self.log.append(Declared(t_s, phase, person, str(refusal), allowed=False))

    def _start_s(self, way: Activation) -> float | None:
        """When a phase will be in force by this way; None while too few have declared it."""
        times = self._declared.get(way, {})
        if not times or (way.everyone and len(times) < len(set(way.by))):
            return None
        return (max(times.values()) if way.everyone else min(times.values())) + way.takes_s
