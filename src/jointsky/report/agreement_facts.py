"""What sentences about an agreement are made from: who gives what to whom, read from the clauses of a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np

from jointsky.engine.check import agreement_faults, sensor_names
from jointsky.errors import ScenarioErrors
from jointsky.links.arrangement import Thing
from jointsky.links.check_command import clause_pairs
from jointsky.links.days import agreements_on
from jointsky.links.terms import named, practised
from jointsky.report.agreement_words import ALERT, KINDS, SINGULAR, listed, owners
from jointsky.scenario.agreement import AgreementSection, ClauseSection
from jointsky.scenario.forces import FighterUnit
from jointsky.scenario.load import Scenario, load

LOOKING = ("radar", "aew", "early-warning", "watch")
"""Kinds of units that see of themselves."""
ALERT_KIND = "alert"
"""Stands for the kind of fighters whose unit is called `qra`."""
PAIR = 2
"""So many aircraft are called a pair."""
MANY = 4
"""So many parties are no longer counted out by name."""


@dataclass(frozen=True, slots=True)
class Called:
    """Words for things of one nation: `owner` is whose they are where the words do not say it, else empty; `single`:
    the verb that follows is in the singular."""

    text: str
    owner: str
    single: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """One clause as one receiver has it: the nations that give to it, and what of each (names of units or sensors; none
    where the clause names no things)."""

    clause: ClauseSection
    agreement: AgreementSection
    receiver: str
    givers: tuple[str, ...]
    things: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Facts:
    """A file that has been read and judged, seen on a day (None: what has ever come into force counts)."""

    scenario: Scenario
    on: date | None
    agreements: tuple[AgreementSection, ...]

    @property
    def phases(self) -> tuple[str, ...]:
        """All phases of the file."""
        return self.scenario.phases

    @property
    def names(self) -> dict[str, str]:
        """What each nation is called."""
        return {key: nation.name or key for key, nation in self.scenario.nations.items()}

    def name(self, nation: str) -> str:
        """What a nation is called."""
        return self.scenario.nations[nation].name or nation if nation in self.scenario.nations else nation

    @property
    def parties(self) -> tuple[str, ...]:
        """The nations that any agreement of the file binds, or that have posts, in the order of the file."""
        bound = {party for agreement in self.scenario.agreements for party in agreement.parties}
        bound |= {post.nation for post in self.scenario.posts.values()}
        return tuple(nation for nation in self.scenario.nations if nation in bound)

    def units_of(self, nation: str) -> tuple[str, ...]:
        """The units that a nation owns."""
        return tuple(name for name, unit in self.scenario.units.items() if unit.nation == nation)

    def phases_of(self, clause: ClauseSection) -> tuple[str, ...]:
        """The phases in which a clause holds, in the order of the file."""
        return tuple(phase for phase in self.phases if clause.phases is None or phase in clause.phases)

    def grants(self) -> Iterator[Grant]:
        """Every clause in force, once for each receiver that gets anything by it, in the order of the file."""
        for agreement in self.agreements:
            for clause in agreement.clauses:
                yield from self._grants(agreement, clause)

    def _grants(self, agreement: AgreementSection, clause: ClauseSection) -> Iterator[Grant]:
        by_receiver: dict[str, list[str]] = {}
        for giver, receiver in clause_pairs(clause, agreement, self.scenario.posts):
            by_receiver.setdefault(receiver, []).append(giver)
        for receiver, givers in by_receiver.items():
            things = {giver: self.things(clause, agreement, giver) for giver in givers}
            named = clause.units or (clause.of is not None and clause.of.sensors)
            giving = tuple(giver for giver in givers if things[giver] or not named)
            if giving:
                yield Grant(clause, agreement, receiver, giving, things)

    @cached_property
    def units(self) -> tuple[Thing, ...]:
        """All units, as agreements see them."""
        return tuple(Thing(name, unit.nation or "", name) for name, unit in self.scenario.units.items())

    @cached_property
    def sensors(self) -> tuple[Thing, ...]:
        """All sensors: the single radars of units that say where theirs stand, else the units that see of
        themselves."""
        sites: dict[str, list[Thing]] = {}
        for name in sensor_names(self.scenario):
            unit = next(unit for unit in self.units if name.startswith(f"{unit.name}."))
            sites.setdefault(unit.name, []).append(Thing(name, unit.nation, unit.name))
        found = [
            sites.get(unit.name, [unit] if self.scenario.units[unit.name].kind in LOOKING else [])
            for unit in self.units
        ]
        return tuple(sensor for some in found for sensor in some)

    def things(self, clause: ClauseSection, agreement: AgreementSection, giver: str) -> tuple[str, ...]:
        """What of a giver a clause means: units, or single sensors of a unit that gives only some of them. Of a clause
        that is put into practice in part, only what takes part."""
        share = clause.verb == "share"
        patterns = clause.units or (clause.of.sensors if clause.of is not None else ())
        every = self.sensors if share else self.units
        givers = {name for name, _ in clause_pairs(clause, agreement, self.scenario.posts)}
        theirs = np.array([thing.nation in givers for thing in every], dtype=np.bool_)
        mask = named(every, patterns, self.scenario) & theirs
        if clause.level < 1.0:
            mask = practised(clause.id, every, mask, clause.level)
        chosen = [thing for thing, hit in zip(every, mask.tolist(), strict=True) if hit and thing.nation == giver]
        return tuple(dict.fromkeys(thing.unit if self._whole(thing, chosen) else thing.name for thing in chosen))

    def _whole(self, thing: Thing, chosen: Sequence[Thing]) -> bool:
        """Whether all sensors of the unit that a sensor belongs to were chosen."""
        return thing in self.units or all(other in chosen for other in self.sensors if other.unit == thing.unit)

    def called(self, giver: str, things: Sequence[str], among_others: bool = False) -> Called:
        """What things of one nation are called; `among_others`: together with those of other nations."""
        kinds = list(dict.fromkeys(self._kind(name) for name in things))
        words: list[str] = []
        for kind in kinds:
            mine = [name for name in things if self._kind(name) == kind]
            every = [name for name in self.units_of(giver) if self._kind(name) == kind]
            if kind == "" or set(mine) != set(every):
                return Called(listed(things), "", len(things) == 1)
            words.append(self._called_kind(kind, mine, among_others))
        if len(kinds) > 1 and set(things) == set(self.units_of(giver)):
            return Called("units", self.name(giver), False)
        return Called(listed(words), self.name(giver), len(things) == 1 and kinds[0] in SINGULAR)

    def _kind(self, name: str) -> str:
        """The kind of a unit; alert fighters are a kind of their own, and a single sensor is of none."""
        unit = self.scenario.units.get(name)
        if unit is None:
            return ""
        return ALERT_KIND if unit.kind == "fighter" and name.split(".")[-1] == "qra" else unit.kind

    def _called_kind(self, kind: str, units: Sequence[str], among_others: bool) -> str:
        several = len(units) > 1 or among_others
        if kind != ALERT_KIND:
            return KINDS[kind][several]
        first = self.scenario.units[units[0]]
        return ALERT[isinstance(first, FighterUnit) and first.aircraft == PAIR][several]

    def of_all(self, grant: Grant) -> tuple[str, bool]:
        """The things of all givers of a grant in words ("the radars of a, b and c"), and whether they are one."""
        several = len(grant.givers) > 1
        found = {giver: self.called(giver, grant.things[giver], several) for giver in grant.givers}
        words = {item.text for item in found.values()}
        if several and len(words) == 1 and all(item.owner for item in found.values()):
            return f"the {next(iter(words))} of {self.all_of(grant)}", False
        texts = [f"{owners(item.owner)} {item.text}" if item.owner else item.text for item in found.values()]
        return listed(texts), not several and next(iter(found.values())).single

    def all_of(self, grant: Grant) -> str:
        """The givers of a grant by name, or as all parties or all others when they are many."""
        others = [party for party in grant.agreement.parties if party not in grant.givers]
        if len(grant.givers) >= MANY and not set(others) - {grant.receiver}:
            return "all parties" if not others else "all other parties"
        return listed(self.name(giver) for giver in grant.givers)


def facts_of(scenario: Scenario, on: date | None = None) -> Facts:
    """The facts of a scenario that has been judged."""
    return Facts(scenario, on, agreements_on(scenario, on))


def read_facts(path: Path, on: date | None = None) -> Facts:
    """Read and judge a scenario or an agreement file. Raises ScenarioErrors with every fault found."""
    scenario = load(path)
    faults = agreement_faults(scenario)
    if faults:
        raise ScenarioErrors(faults)
    return facts_of(scenario, on)
