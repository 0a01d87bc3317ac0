"""The order of battle: each unit with its owner, who else may order it, and who commands it, by phase."""

from dataclasses import dataclass, replace

from jointsky.links.agreements import Arrangement, Situation, commander_of, compile_arrangement
from jointsky.links.arrangement import OrderGrant
from jointsky.report.agreement_facts import Facts, Grant
from jointsky.report.agreement_words import phase_word

SOMEWHERE = (((((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)),)),)
"""An outline that stands for every land where only names matter (polygons of rings of longitude and latitude)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in some phases: its kind, its owner, who else may order it (with the clauses), and the post whose orders
    it follows first in its own country (empty: nobody's)."""

    unit: str
    kind: str
    owner: str
    phases: tuple[str, ...]
    users: tuple[str, ...]
    commander: str

    def row(self) -> dict[str, str]:
        """As a row of a table."""
        return {
            "unit": self.unit,
            "kind": self.kind,
            "owner": self.owner,
            "phases": ", ".join(phase_word(phase) for phase in self.phases),
            "users": ", ".join(self.users) or "-",
            "commander": self.commander or "nobody",
        }


def order_of_battle(facts: Facts, phase: str | None = None) -> list[Line]:
    """The units in the order of the file, phases in which nothing changes together."""
    arrangement = at_home(facts)
    grants = [grant for grant in facts.grants() if grant.clause.verb == "order"]
    lines: list[Line] = []
    for name, unit in facts.scenario.units.items():
        alike: dict[tuple[tuple[str, ...], str], list[str]] = {}
        for at in facts.phases if phase is None else (phase,):
            alike.setdefault((_users(facts, grants, name, at), commander(arrangement, name, at)), []).append(at)
        lines += [
            Line(name, unit.kind, unit.nation or "", tuple(phases), users, post)
            for (users, post), phases in alike.items()
        ]
    return lines


def commander(arrangement: Arrangement, unit: str, phase: str) -> str:
    """The post whose orders a unit follows first at home; empty when nobody commands it."""
    return commander_of(arrangement, unit, "", Situation(phase))


def at_home(facts: Facts) -> Arrangement:
    """The agreements compiled for questions of command over units in their own country: orders that hold only over
    another's land are left out. Every land has the same outline, for no question of place is asked."""
    scenario = facts.scenario
    lands = dict.fromkeys(scenario.nations, SOMEWHERE)
    zones = dict.fromkeys(scenario.zones, SOMEWHERE)
    arrangement = compile_arrangement(scenario, facts.sensors, facts.units, lands, zones, on=facts.on)
    return replace(arrangement, orders=tuple(grant for grant in arrangement.orders if _holds_at_home(facts, grant)))


def _holds_at_home(facts: Facts, grant: OrderGrant) -> bool:
    """Whether an order may hold over the land of the unit's owner; strips and named zones may lie anywhere."""
    zone = grant.zone
    if zone is None or zone.strip is not None or grant.giver in zone.lands:
        return True
    return any(land not in facts.scenario.nations for land in zone.lands)


def _users(facts: Facts, grants: list[Grant], unit: str, phase: str) -> tuple[str, ...]:
    """Who else may order a unit in a phase: posts or nations, with the clauses, and whether they must ask."""
    found: dict[str, list[str]] = {}
    for grant in grants:
        if phase in facts.phases_of(grant.clause) and any(unit in grant.things[giver] for giver in grant.givers):
            who = grant.clause.to if grant.clause.to in facts.scenario.posts else grant.receiver
            asked = " by asking" if grant.clause.approval is not None else ""
            found.setdefault(who, []).append(grant.clause.id + asked)
    return tuple(f"{who} ({', '.join(ids)})" for who, ids in found.items())
