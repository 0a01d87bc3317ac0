"""Two neighbours for tests of what one clause changes in a run: west has no radar unless a test gives it one, east sees
what comes. Runs are watched: orders, decisions, events, pictures."""

from __future__ import annotations

import copy
from typing import Any

import generated
import numpy as np

from jointsky.engine.assemble import assemble
from jointsky.engine.plan import Engine
from jointsky.record.digest import Digest
from jointsky.scenario.load import Scenario
from jointsky.vocab.codes import Act
from jointsky.vocab.messages import Decision, Decisions, Event, Message, Orders, Tracks
from jointsky.vocab.records import Rows
from jointsky.world.tick import Tick

Tree = dict[str, Any]
LBAND = "surveillance_long_range_lband_3d"
_RULES = {"weapons": "tight", "identity": ["hostile", "suspect", "unknown"]}
TREE: Tree = {
    "scenario": "effects", "title": "what a clause changes", "start": "2026-06-01T04:00:00Z", "duration": "300 s",
    "tick": "1 s", "phases": generated.PHASES, "phase": "war",
    "nations": {
        "west": {"side": "defender", "iff": "west", "territory": "west.geojson", "roe": {"war": _RULES}},
        "east": {"side": "defender", "iff": "east", "territory": "east.geojson", "roe": {"war": _RULES}},
        "red": {"side": "raider", "iff": "red"},
    },
    "posts": {
        "west.cp": {"nation": "west", "commands": ["west.*"], "at": [54.0, 27.2], "cycle": "5 s", "decision": "0 s"},
        "east.cp": {"nation": "east", "commands": ["east.*"], "at": [54.0, 28.9], "cycle": "5 s", "decision": "50 min"},
    },
    "units": {
        "west.qra": {"kind": "fighter", "type": "fighter", "aircraft": 2, "base": "west-field", "readiness": ["60 s"]},
        "west.sam.1": {"kind": "sam", "batteries": [
            {"id": "a", "type": "sam_long", "at": [54.0, 27.9], "shots": 4, "reloads": 0}]},
        "east.radar.1": {"kind": "radar", "radars": [{"id": "a", "type": LBAND, "at": [54.0, 28.4]}]},
    },
    "airfields": {
        "west-field": {"nation": "west", "at": [54.0, 26.6], "elevation": "150 m"},
        "east-field": {"nation": "east", "at": [54.0, 28.6], "elevation": "150 m"},
    },
    "assets": {"west-town": {"nation": "west", "at": [54.0, 27.4], "value": 5}},
    "raid": [], "traffic": [],
    "links": {"line": {"between": ["west.cp", "east.cp"], "delay": "2 s"},
              "hotline": {"between": ["west.cp", "east.cp"], "delay": "30 s"}},
    "agreements": [{"name": "pact", "parties": ["west", "east"], "clauses": []}],
}  # fmt: skip


def raiders(count: int = 1, start: tuple[float, float] = (54.2, 29.9), end: tuple[float, float] = (54.1, 28.2),
            **more: Any) -> Tree:  # fmt: skip
    """Raiders that come over east's land at 7 km and go on to the western town."""
    route = [{"at": list(start), "altitude": "7 km"}, {"at": list(end), "altitude": "7 km"}]
    return {"id": "raid", "nation": "red", "type": "strike_fighter", "count": count, "spacing": "10 s",
            "target": "west-town", "route": route, **more}  # fmt: skip


def scene(*clauses: Tree, **more: Any) -> Scenario:
    """The two neighbours with these clauses; `more` replaces sections, or with `units` and other mappings adds to
    them."""
    tree = copy.deepcopy(TREE)
    tree["agreements"][0] |= {"clauses": list(clauses), **more.pop("pact", {})}
    for key, value in more.items():
        tree[key] = {**tree[key], **value} if isinstance(tree.get(key), dict) else value
    return generated.scenario(tree)


class Watched:
    """One run with what happened in it."""

    def __init__(self, what: Scenario, seed: int = 1, until_s: float | None = None) -> None:
        self.engine: Engine = assemble(what, seed)
        self.digest = Digest()
        self.engine.observers = [self.digest, self]
        self.decisions: list[Decision] = []
        self.events: list[Event] = []
        self.sent: list[tuple[float, str, Message]] = []
        self.heard: list[tuple[float, str, Message]] = []
        self.applied: list[Rows] = []
        for _ in self.engine.run(what.duration if until_s is None else until_s):
            pass

    def on_tick(self, world: Any, tick: Tick) -> None:
        self.events += tick.events
        if len(tick.orders):
            self.applied.append(tick.orders.copy())
        for post, messages in tick.sent.items():
            self.sent += [(tick.t_s, post, message) for message in messages]
            self.decisions += [note for m in messages if isinstance(m, Decisions) for note in m.notes]
        for post, machine in self.engine.posts.items():
            self.heard += [(tick.t_s, post, message) for message in machine.heard]

    def acts(self, post: str = "west.cp") -> set[Act]:
        """What a post ordered."""
        found = [message.rows["act"].tolist() for _, name, message in self.sent
                 if isinstance(message, Orders) and name == post]  # fmt: skip
        return {Act(act) for acts in found for act in acts}

    def pictures(self, post: str = "west.cp") -> list[tuple[float, Rows]]:
        """(seconds, TRACK rows) of each picture of a post."""
        return [(t_s, m.rows) for t_s, name, m in self.sent if isinstance(m, Tracks) and name == post]

    def told(self, *what: str) -> list[Event]:
        return [event for event in self.events if event.what in what]

    def aircraft(self, name: str) -> np.void:
        """The AIRCRAFT row of truth of one aircraft, as at the end."""
        return self.engine.world.state.aircraft[self.engine.world.model.names.aircraft.index(name)]
