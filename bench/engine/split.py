"""Where the processor seconds of a run go, by room: a stopwatch that runs for the innermost room entered."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any

from jointsky.clock import Stopwatch, stopwatch
from jointsky.engine import plan

PHASES = {"orders": "links", "truth": "truth", "sensing": "sensing", "links": "links", "posts": "dispatch",
          "engagements": "truth", "observers": "observers"}  # fmt: skip
"""The room of each phase of the plan; a post's phase is dispatch but for what it calls below."""
CALLS = {
    "tracking": ("tracking.tracker:Tracker.observe", "tracking.tracker:Tracker.picture",
                 "tracking.tracker:Tracker.hits_s", "tracking.fusion:RemoteTracks.accept",
                 "tracking.fusion:RemoteTracks.merge", "post:predicted", "post:with_crossings"),
    "picture": ("picture.identification:Identifier.identify", "picture.border:BorderWatch.inside",
                "picture.border:BorderWatch.watch", "post:with_heights"),
    "command": ("command.planner:Planner.plan", "command.planner:Planner.update_status",
                "command.planner:Planner.note_reports", "command.planner:Planner.note_engaged",
                "command.planner:Planner.settle", "command.authority:Authority.watch",
                "command.policing.desk:Desk.step", "command.missile_defence:MissileDesk.step", "post:Post._unshown"),
    "links": ("links.network:Network.deliver", "links.network:Network.post_tracks",
              "links.network:Network.post_knowledge", "links.network:Network.post_orders",
              "links.network:Network.post_copies"),
    "uses of others": ("engine.uses:Uses.step",),
}  # fmt: skip
"""What counts as which room, wherever it is called from."""


class Split:
    """Seconds by room. Only the innermost room's seconds count, so that they add up to the whole."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._rooms: list[str] = ["build"]
        self._watch: Stopwatch = stopwatch()

    def _charge(self) -> None:
        self.seconds[self._rooms[-1]] += self._watch.read().cpu_s
        self._watch = stopwatch()

    def counted(self, room: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its seconds charged to a room."""

        def call(*given: Any, **named: Any) -> Any:
            self._charge()
            self._rooms.append(room)
            try:
                return function(*given, **named)
            finally:
                self._charge()
                self._rooms.pop()

        return call

    @contextmanager
    def watching(self) -> Iterator["Split"]:
        """Count as long as this lasts; everything is as before afterwards."""
        steps, put_back = plan.PLAN, []
        for room, calls in CALLS.items():
            for call in calls:
                module, _, path = call.partition(":")
                *owners, name = path.split(".")
                owner: Any = import_module(f"jointsky.{module}")
                for part in owners:
                    owner = getattr(owner, part)
                put_back.append((owner, name, getattr(owner, name)))
                setattr(owner, name, self.counted(room, getattr(owner, name)))
        plan.PLAN = tuple(replace(step, run=self.counted(PHASES[step.phase], step.run)) for step in steps)
        self._watch = stopwatch()
        try:
            yield self
        finally:
            self._charge()
            plan.PLAN = steps
            for owner, name, was in put_back:
                setattr(owner, name, was)
