"""What people will say during a run, and when: planned declarations that wait for a time or for an alert."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jointsky.links.arrangement import Arrangement, owner_of
from jointsky.scenario.raid import Declaration


@dataclass(slots=True)
class Plans:
    """Planned declarations, each carried out once by each of its people."""

    arr: Arrangement
    plans: Sequence[Declaration] = ()
    _alert_s: dict[str, float] = field(default_factory=dict[str, float])
    _carried_out: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])

    def alerted(self, post: str, t_s: float) -> None:
        """A post raised an alert: its nation's people hear of the first one."""
        self._alert_s.setdefault(self.arr.posts[post].nation, t_s)

    def due(self, t_s: float) -> Iterator[tuple[Declaration, str]]:
        """(plan, person) whose moment has come by now."""
        for k, plan in enumerate(self.plans):
            for person in plan.by:
                moment = self._moment_s(plan, person)
                if moment is not None and moment <= t_s and (k, person) not in self._carried_out:
                    self._carried_out.add((k, person))
                    yield plan, person

    def _moment_s(self, plan: Declaration, person: str) -> float | None:
        """When a person carries out a plan; None while no post of that person's nation has raised the alert it waits
        for."""
        if plan.when.at is not None:
            return plan.when.at + plan.after
        nation = person if person in self.arr.nations else owner_of(person, self.arr.nations)
        alert = self._alert_s.get(nation or "")
        return None if alert is None else alert + plan.after
