"""An auditor of a run: every order, launch, phase and shot against the words of the agreement, by the oracle.

It watches the engine tick by tick and writes down what breaks invariants 2 to 7; it believes nothing that the decisions
say of themselves but the ids of clauses, and looks up each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import cells
import numpy as np
from oracle import OWN, Aim, NearEdge, Oracle, State

from jointsky.engine.plan import Engine
from jointsky.scenario.load import Scenario
from jointsky.vocab.codes import Act, Identity, Shot
from jointsky.vocab.messages import Orders
from jointsky.world.tick import Tick
from jointsky.world.world import World

ACTS = {Act.SCRAMBLE: "scramble", Act.POSITION: "position", Act.ENGAGE: "engage",
        Act.WEAPONS_STATUS: "weapons-status", Act.RECOVER: "recover", Act.CEASE: "cease"}  # fmt: skip
FREE = (Act.CEASE, Act.RECOVER)
NEVER_FIRED = (Shot.FREE_ROW, Shot.ACQUIRING, Shot.NO_ACQUISITION, Shot.OUT_OF_ENVELOPE, Shot.CEASED)


@dataclass(frozen=True)
class Given:
    """One order as it was first given: when, by whom, to which unit, by which clauses, approved when."""

    t_s: float
    sender: str
    unit: str
    owner: str
    clauses: tuple[str, ...]
    approved_s: float
    civil: bool


@dataclass
class Auditor:
    """Observer; `wrong` are breaches in words, `counts` what was looked at."""

    engine: Engine
    scenario: Scenario
    oracle: Oracle
    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    given: dict[tuple[int, int], Given] = field(default_factory=dict)
    phase: str = ""
    fired: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    seen: set[int] = field(default_factory=set)
    pooled: Counter[tuple[str, str]] = field(default_factory=Counter)
    held: dict[str, int] = field(default_factory=dict)
    carried: list[int] = field(default_factory=list)

    def on_tick(self, world: World, tick: Tick) -> None:
        if not self.held:
            self.phase = self.scenario.phase or self.scenario.phases[0]
            launchers = world.state.launchers
            self.held = {str(k): int(row["ready"] + row["stock"]) for k, row in enumerate(launchers)}
            self.carried = [int(row["missiles"]) for row in world.state.aircraft]
        self._phases(tick)
        for name, messages in tick.sent.items():
            for message in messages:
                if isinstance(message, Orders):
                    self._orders(name, message, tick)
        for row in tick.orders:
            self._applied(row, tick)
        self._launches(world, tick)

    # ------------------------------------------------------------ invariant 6

    def _phases(self, tick: Tick) -> None:
        for phase in tick.phases:
            self.counts["phases"] += 1
            if not any(self._declared(text, phase.name, tick.t_s) for text in self.oracle.texts):
                self.wrong.append(f"{tick.t_s}: phase {phase.name} without its declarations")
            self.phase = phase.name
        if self.engine.phases.current != self.phase:
            self.wrong.append(f"{tick.t_s}: phase {self.engine.phases.current} came without a word")

    def _declared(self, text: Any, phase: str, t_s: float) -> bool:
        way = text.activates.get(phase)
        if way is None:
            return False
        said = {
            person: (plan.when.at or 0.0) + plan.after
            for plan in self.scenario.declarations
            if plan.phase == phase
            for person in plan.by
        }
        times = [said[person] for person in way.declared_by if person in said]
        if not times or (way.everyone and len(times) < len(way.declared_by)):
            return False
        return t_s >= (max(times) if way.everyone else min(times)) + way.takes - 1e-9

    # ------------------------------------------------------------ invariants 2, 4

    def _orders(self, post: str, message: Orders, tick: Tick) -> None:
        picture = {int(row["track_id"]): row for row in self.engine.posts[post].picture(tick.t_s)}
        planner = self.engine.posts[post].planner
        for row, clauses in zip(message.rows, message.clauses, strict=True):
            key, act = (int(row["order_id"]), int(row["act"])), Act(int(row["act"]))
            if key in self.given:
                continue
            unit = self.engine.network.arr.units[int(row["unit"])].name
            track = picture.get(int(row["track_id"])) if act not in FREE else None
            civil = track is not None and int(track["identity"]) == Identity.NEUTRAL
            self.given[key] = Given(tick.t_s, post, unit, self.oracle.owners[unit], clauses,
                                    float(row["t_approved_s"]), civil)  # fmt: skip
            if act in FREE or planner is None:
                continue
            seams = planner.authority.seams.of(int(row["track_id"]), tick.t_s)
            self._authorised(self.given[key], ACTS[act], _aim(track, seams), post, tick.t_s, row)

    def _authorised(self, given: Given, act: str, aim: Aim | None, post: str, t_s: float, row: Any) -> None:
        situation = self.engine.posts[post].planner.authority.situation
        state = State(situation.phase, t_s, situation.links, situation.withdrawn, situation.called, situation.spent)
        try:
            allowed = self.oracle.orders(post, act, given.unit, aim, state)
        except NearEdge:
            self.counts["near an edge"] += 1
            return
        self.counts["orders"] += 1
        self.counts["orders by clause"] += OWN not in given.clauses
        if not given.clauses or set(given.clauses) != set(allowed):
            what = f"{post} orders {given.unit} to {act} {aim} by {given.clauses}"
            self.wrong.append(f"{t_s}: {what}, allowed: {allowed}")
        elif given.approved_s < t_s + min(takes for _, takes in allowed.values()) - 1e-9:
            self.wrong.append(f"{t_s}: {post} orders {given.unit} to {act}: approved at {given.approved_s}, too early")

    # ------------------------------------------------------------ invariants 3, 5

    def _applied(self, row: Any, tick: Tick) -> None:
        act, number = Act(int(row["act"])), int(row["order_id"])
        if act in FREE:
            return
        self.counts["applied"] += 1
        given = self.given.get((number, int(act)))
        if given is None:
            self.wrong.append(f"{tick.t_s}: order {number} was applied and never given")
            return
        if float(row["t_approved_s"]) > tick.t_s + 1e-9 or given.approved_s > tick.t_s + 1e-9:
            self.wrong.append(f"{tick.t_s}: order {number} was applied before it was approved")
        clauses = self.engine.network.clauses_of(number)
        if not any(self._stands(name, given, tick.t_s) for name in clauses):
            self.wrong.append(f"{tick.t_s}: order {number} of {given.sender} by {clauses} was applied out of force")

    def _stands(self, name: str, given: Given, t_s: float) -> bool:
        if name == OWN:
            return self.scenario.posts[given.sender].nation == given.owner
        situation = self.engine.network.situation
        state = State(situation.phase, t_s, situation.links, situation.withdrawn, situation.called)
        for text, clause in self.oracle.clauses:
            if clause.id == name:
                return any(
                    given.sender in self.oracle._holders(text, clause, giver, receiver, state)
                    for giver, receiver in self.oracle._pairs(text, clause)
                    if giver == given.owner
                )
        return False

    # ------------------------------------------------------------ invariants 2, 3, 7

    def _launches(self, world: World, tick: Tick) -> None:
        used = world.state.engagements[: world.state.engagements_used]
        for k in np.flatnonzero(~np.isin(used["state"], [int(s) for s in NEVER_FIRED])):
            shot = used[k]
            identity = hash((int(k), int(shot["order_id"]), float(shot["t_launch_s"])))
            if identity in self.seen or not np.isfinite(shot["t_launch_s"]):
                continue
            self.seen.add(identity)
            self._launched(world, shot, tick)

    def _launched(self, world: World, shot: Any, tick: Tick) -> None:
        number = int(shot["order_id"])
        self.counts["launches"] += 1
        given = self.given.get((number, int(Act.ENGAGE)))
        if given is None:
            self.wrong.append(f"{tick.t_s}: a launch under order {number}, which nobody gave")
            return
        self.counts["launches by clause"] += OWN not in given.clauses
        if shot["t_launch_s"] < given.approved_s - 1e-9:
            when = f"launched at {shot['t_launch_s']}, approved {given.approved_s}"
            self.wrong.append(f"{tick.t_s}: order {number} {when}")
        clauses = [pair for pair in self.oracle.clauses if pair[1].id in given.clauses]
        if given.civil and any(c.targets is not None and "civil" in c.targets.never for _, c in clauses):
            self.wrong.append(f"{tick.t_s}: order {number} launched at a civil target under {given.clauses}")
        self._withdrawn(given, clauses, number, float(shot["t_launch_s"]))
        if int(shot["shooter"]) == 0:
            row = int(shot["row"])
            self.fired[row] += int(shot["shots"])
            if self.fired[row] > self.held[str(row)]:
                self.wrong.append(f"{tick.t_s}: launcher {row} fired {self.fired[row]} of {self.held[str(row)]}")
        self._count_pool(given, int(shot["shots"]), tick.t_s)

    def _withdrawn(self, given: Given, clauses: list[Any], number: int, t_launch_s: float) -> None:
        """Withdrawn consent stops launches later than its delay, but for what has left already."""
        if OWN in given.clauses or not clauses:
            return
        ends = [self._consent_end(text, clause, t_launch_s) for text, clause in clauses]
        if all(end is not None and t_launch_s > end + 2.0 * self.scenario.tick for end in ends):
            self.wrong.append(f"order {number} launched at {t_launch_s} after consent to {given.clauses} ended {ends}")

    def _consent_end(self, text: Any, clause: Any, t_s: float) -> float | None:
        situation, ends = self.engine.network.situation, list[float]()
        for name, terms in ((clause.id, clause.withdrawal), (text.name, text.withdrawal)):
            history = situation.withdrawn.get(name, ())
            if len(history) % 2 and terms is not None:
                ends.append(history[-1] + terms.takes)
        return min(ends, default=None)

    def _count_pool(self, given: Given, shots: int, t_s: float) -> None:
        if len(given.clauses) != 1:
            return
        for text, clause in self.oracle.clauses:
            if clause.id != given.clauses[0] or "shots" not in clause.limits:
                continue
            self.pooled[clause.id, given.owner] += shots
            limit = clause.limits["shots"]
            if not isinstance(limit, int):
                limit = int(limit * self._stock(text, clause, given.owner) + 1e-9)
            self.counts["launches from a limit"] += 1
            if self.pooled[clause.id, given.owner] > limit:
                fired = self.pooled[clause.id, given.owner]
                self.wrong.append(f"{t_s}: {fired} shots of {given.owner} under {clause.id}, limit {limit}")

    def _stock(self, text: Any, clause: Any, owner: str) -> int:
        parts = self.oracle._parts(text, clause, clause.units, dict.fromkeys(self.oracle.owners))
        world, names = self.engine.world, self.engine.world.model.names.units
        mine = {k for k, name in enumerate(names) if name in parts and self.oracle.owners[name] == owner}
        rails = sum(self.held[str(k)] for k, row in enumerate(world.state.launchers) if int(row["unit"]) in mine)
        planes = zip(self.carried, world.state.aircraft, strict=True)
        return rails + sum(missiles for missiles, row in planes if int(row["unit"]) in mine)


def _aim(track: Any, seams: tuple[float, str | None]) -> Aim | None:
    if track is None:
        return None
    word = Identity(int(track["identity"])).name.lower().replace("_", "-")
    return Aim(word, word == "neutral", (float(track["lat_deg"]), float(track["lon_deg"])), None, *seams)


def audited(scenario: Scenario, seed: int) -> Auditor:
    """Run a scenario under an auditor."""
    from jointsky.engine.assemble import assemble  # late: tests may swap it

    engine = assemble(scenario, seed)
    subject = cells.of_scenario("run", scenario, scenario.start.date() if scenario.start else None)
    auditor = Auditor(engine, scenario, subject.oracle)
    engine.observers.append(auditor)
    for _ in engine.run(scenario.duration or 0.0):
        pass
    return auditor
