"""What air policing came to: minutes from silence to eyes on, to an answer, to a decision; and civil aircraft lost."""

from dataclasses import dataclass, field

import numpy as np

from jointsky.vocab.codes import Act, Flight, Side
from jointsky.vocab.messages import Decision, Decisions, Tracks
from jointsky.world.tick import Tick
from jointsky.world.world import World

LANDS = " has decided: "
"""What the words of a decision on force hold."""


@dataclass(slots=True)
class Policing:
    """Times of each aircraft that fell silent, by its name. A run in which none did has no such numbers."""

    silent_s: dict[str, float] = field(default_factory=dict[str, float])
    seen_s: dict[str, float] = field(default_factory=dict[str, float])
    seen_by_s: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])
    """By name and post."""
    nation_of: dict[str, str] = field(default_factory=dict[str, str])
    """The nation of each post that sends a picture."""
    heeded_s: dict[str, float] = field(default_factory=dict[str, float])
    scrambled_s: float = np.inf
    decided_s: float = np.inf
    incidents: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])

    def on_tick(self, world: World, tick: Tick) -> None:
        """Take in what happened."""
        for event in tick.events:
            if event.what == "silent":
                self.silent_s.setdefault(event.name, event.t_s)
            elif event.what == "seen":
                self.seen_s.setdefault(event.name, event.t_s)
                self.seen_by_s.setdefault((event.name, event.to), event.t_s)
            elif event.what == "heeded" and event.name in self.silent_s:
                self.heeded_s.setdefault(event.name, event.t_s)
        for post, messages in tick.sent.items():
            for message in messages:
                if isinstance(message, Tracks) and post not in self.nation_of:
                    self.nation_of[post] = world.model.names.nations[message.nation]
                for note in message.notes if isinstance(message, Decisions) else ():
                    self._note(note)

    def _note(self, note: Decision) -> None:
        if not note.reason.startswith("air policing"):
            return
        self.incidents.add((note.post, note.track_id))
        if note.act == Act.SCRAMBLE and note.allowed:
            self.scrambled_s = min(self.scrambled_s, note.t_s)
        if note.act == Act.WATCH and LANDS in note.reason:
            self.decided_s = min(self.decided_s, note.t_s)

    def result(self, world: World) -> dict[str, float]:
        """Minutes from silence to each stage (NaN: never), the first of each; civil aircraft that were lost."""
        if not self.silent_s:
            return {}
        first_s = min(self.silent_s.values())
        planes = world.state.aircraft
        lost = (planes["state"] == Flight.KILLED) & (planes["side"] == Side.NEUTRAL)
        nations = sorted(set(self.nation_of.values()))
        own = {f"eyes_on_after_min_{nation}": _minutes(self._after(self._by(nation))) for nation in nations}
        return own | {
            "eyes_on_after_min": _minutes(self._after(self.seen_s)),
            "heeded_after_min": _minutes(self._after(self.heeded_s)),
            "scrambled_after_min": _minutes(self.scrambled_s - first_s),
            "force_decided_after_min": _minutes(self.decided_s - first_s),
            "civil_loss": float(lost.any()),
            "never_seen": float(not any(name in self.seen_s for name in self.silent_s)),
            "incidents": float(len(self.incidents)),
        }

    def _by(self, nation: str) -> dict[str, float]:
        """When each aircraft was first seen by a crew that a post of a nation sent."""
        found: dict[str, float] = {}
        for (name, post), t_s in self.seen_by_s.items():
            if self.nation_of.get(post) == nation:
                found[name] = min(t_s, found.get(name, np.inf))
        return found

    def _after(self, stage_s: dict[str, float]) -> float:
        """Seconds from silence until the stage, the soonest of those that came to it."""
        return min((stage_s[n] - t_s for n, t_s in self.silent_s.items() if n in stage_s), default=np.inf)


def _minutes(seconds: float) -> float:
    return seconds / 60.0 if np.isfinite(seconds) else float("nan")
