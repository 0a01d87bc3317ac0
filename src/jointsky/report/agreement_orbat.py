"""The order of battle: each unit with its owner, who else may order it, and who commands it where, by phase."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from jointsky.links.agreements import Arrangement, Situation, commander_of, compile_arrangement
from jointsky.links.arrangement import OrderGrant
from jointsky.report.agreement_facts import Facts, Grant
from jointsky.report.agreement_words import land_of, listed, phase_word, place

SOMEWHERE = (((((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)),)),)
"""An outline that stands for every land where only names matter (polygons of rings of longitude and latitude)."""
Place = tuple[str, str]
"""`land` and a nation, `zone` and its name, or `strip` and its words."""
ELSEWHERE: Place = ("", "")
"""Where no clause that is bound to a place holds."""


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in some phases: its kind, its owner, who else may order it (with the clauses), and the post whose orders
    it follows first in its own country (empty: nobody's). Where that is not so everywhere, `by_place` says for each
    place whose orders come first and by which clause, and whose elsewhere."""

    unit: str
    kind: str
    owner: str
    phases: tuple[str, ...]
    users: tuple[str, ...]
    commander: str
    by_place: tuple[str, ...] = ()

    def row(self) -> dict[str, str]:
        """As a row of a table."""
        return {
            "unit": self.unit,
            "kind": self.kind,
            "owner": self.owner,
            "phases": ", ".join(phase_word(phase) for phase in self.phases),
            "users": ", ".join(self.users) or "-",
            "commander": "; ".join(self.by_place) or self.commander or "nobody",
        }


def order_of_battle(facts: Facts, phase: str | None = None) -> list[Line]:
    """The units in the order of the file, phases in which nothing changes together."""
    whole = _compiled(facts)
    home = at_home(facts)
    bound = {at: _at(facts, whole, at) for at in _places(facts, whole)}
    grants = [grant for grant in facts.grants() if grant.clause.verb == "order"]
    lines: list[Line] = []
    for name, unit in facts.scenario.units.items():
        alike: dict[tuple[tuple[str, ...], str, tuple[str, ...]], list[str]] = {}
        for at in facts.phases if phase is None else (phase,):
            said = (_users(facts, grants, name, at), commander(home, name, at), _by_place(facts, bound, name, at))
            alike.setdefault(said, []).append(at)
        lines += [
            Line(name, unit.kind, unit.nation or "", tuple(phases), users, post, by_place)
            for (users, post, by_place), phases in alike.items()
        ]
    return lines


def commander(arrangement: Arrangement, unit: str, phase: str) -> str:
    """The post whose orders a unit follows first at home; empty when nobody commands it."""
    return commander_of(arrangement, unit, "", Situation(phase))


def at_home(facts: Facts) -> Arrangement:
    """The agreements compiled for questions of command over units in their own country: orders that hold only over
    another's land, along a border or in a zone are left out. Every land has the same outline, for no question of place
    is asked."""
    arrangement = _compiled(facts)
    held = (grant for grant in arrangement.orders if grant.zone is None or grant.giver in grant.zone.lands)
    return replace(arrangement, orders=tuple(held))


def anywhere(facts: Facts) -> Arrangement:
    """The same with only the orders that are bound to no place."""
    return _at(facts, _compiled(facts), ELSEWHERE)


def _compiled(facts: Facts) -> Arrangement:
    scenario = facts.scenario
    lands = dict.fromkeys(scenario.nations, SOMEWHERE)
    zones = dict.fromkeys(scenario.zones, SOMEWHERE)
    return compile_arrangement(scenario, facts.sensors, facts.units, lands, zones, on=facts.on)


def _places(facts: Facts, arrangement: Arrangement) -> list[Place]:
    """Every place that an order which needs nobody's consent is bound to, and elsewhere, lands in the order of the
    file."""
    found = {at for grant in arrangement.orders if grant.clause.approval_by is None for at in _of(facts, grant)}
    nations = list(facts.scenario.nations)
    lands = sorted((at for at in found if at[0] == "land"), key=lambda at: nations.index(at[1]))
    return [*lands, *sorted(at for at in found if at[0] not in ("land", "")), ELSEWHERE]


def _of(facts: Facts, grant: OrderGrant) -> Iterator[Place]:
    """The places that an order is bound to."""
    zone = grant.zone
    if zone is None:
        yield ELSEWHERE
    elif zone.strip is not None:
        yield "strip", place(zone.text, "", "", facts.names)
    else:
        for land in zone.lands:
            yield ("land" if land in facts.scenario.nations else "zone"), land


def _at(facts: Facts, arrangement: Arrangement, at: Place) -> Arrangement:
    """The agreements with only the orders that hold at a place."""
    held = (grant for grant in arrangement.orders if {ELSEWHERE, at} & set(_of(facts, grant)))
    return replace(arrangement, orders=tuple(held))


def _by_place(facts: Facts, bound: dict[Place, Arrangement], unit: str, phase: str) -> tuple[str, ...]:
    """Who commands a unit at each place where somebody else does than elsewhere, and who elsewhere; nothing where it
    is the same everywhere."""
    usual = commander(bound[ELSEWHERE], unit, phase)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for (what, name), arrangement in bound.items():
        post = commander(arrangement, unit, phase)
        if post != usual:
            # strips and zones are told one by one, lands under the same commander together
            group = "" if what == "land" else name
            alike.setdefault((post, _clause(arrangement, unit, phase, post), group), []).append(name)
    told = [f"{_where(facts, group, names)}: {post} by {clause}" for (post, clause, group), names in alike.items()]
    return (*told, f"elsewhere: {usual or 'nobody'}") if told else ()


def _where(facts: Facts, group: str, names: list[str]) -> str:
    if not group:
        return land_of([facts.name(name) for name in names])
    return f"in zone {group}" if group in facts.scenario.zones else group


def _clause(arrangement: Arrangement, unit: str, phase: str, post: str) -> str:
    """The clauses that make a post the commander of a unit."""
    row = arrangement.unit_rows[unit]
    return listed(
        dict.fromkeys(
            grant.clause.id
            for grant in arrangement.orders
            if grant.units[row] and post in grant.to and phase in grant.clause.phases
            if grant.clause.approval_by is None and grant.clause.assistance is None
        )
    )


def _users(facts: Facts, grants: list[Grant], unit: str, phase: str) -> tuple[str, ...]:
    """Who else may order a unit in a phase: posts or nations, with the clauses, and whether they must ask."""
    found: dict[str, list[str]] = {}
    for grant in grants:
        if phase in facts.phases_of(grant.clause) and any(unit in grant.things[giver] for giver in grant.givers):
            who = grant.clause.to if grant.clause.to in facts.scenario.posts else grant.receiver
            asked = " by asking" if grant.clause.approval is not None else ""
            found.setdefault(who, []).append(grant.clause.id + asked)
    return tuple(f"{who} ({', '.join(ids)})" for who, ids in found.items())
