"""What agreements refused, clause by clause: decisions that ended in no, by the id of what stood against them."""

from collections import Counter
from dataclasses import dataclass, field

from jointsky.vocab.messages import Decision, Decisions
from jointsky.world.tick import Tick
from jointsky.world.world import World


@dataclass(slots=True)
class Authority:
    """Counts refused decisions of all posts: `refused` in all, `refused.ID` by what stood against them (a clause id, or
    such as `area.POST`, `law.NATION`, `none`). A refusal that several stood against counts once for each of them, so
    the parts may be more than the whole."""

    refused: Counter[str] = field(default_factory=Counter[str])
    total: int = 0

    def on_tick(self, world: World, tick: Tick) -> None:
        """Count what posts decided in this tick."""
        for messages in tick.sent.values():
            for message in messages:
                if isinstance(message, Decisions):
                    self._count(message.notes)

    def result(self, world: World) -> dict[str, float]:
        """The counts so far."""
        return {"refused": float(self.total)} | {
            f"refused.{name}": float(number) for name, number in sorted(self.refused.items())
        }

    def _count(self, notes: tuple[Decision, ...]) -> None:
        for note in notes:
            if not note.allowed:
                self.total += 1
                self.refused.update(dict.fromkeys(note.against, 1))
