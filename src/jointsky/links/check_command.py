"""A unit with two commanders: clauses that give the same order over the same unit to different posts, with nothing
that says who goes first."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from jointsky.links.check_context import Context, Fault, Path
from jointsky.links.check_days import days
from jointsky.links.zones import parse_zone
from jointsky.scenario.agreement import AgreementSection, ArrangementSection, ClauseSection, PostSection

Pair = tuple[str, str]
"""Giver and receiver, as nations."""


@dataclass(frozen=True, slots=True)
class _Command:
    """What one clause, without anybody's consent, gives one receiver (a post, or a nation whose posts they are) over
    units of one giver."""

    clause: ClauseSection
    at: Path
    agreement: AgreementSection
    post: str | None
    nation: str
    units: frozenset[str]
    phases: frozenset[str]
    lands: frozenset[str] | None

    @property
    def who(self) -> str:
        return self.post or self.nation


def clause_pairs(clause: ClauseSection, agreement: AgreementSection, posts: Mapping[str, PostSection]) -> list[Pair]:
    """Who gives to whom: (giver, receiver) nations, in the order of the parties; `between` narrows `each` and
    `others`.

    Where the receiver is a post its nation stands for it, and orders may then be given to a nation's own post.
    """
    parties = [party for party in agreement.parties if not clause.between or party in clause.between]
    givers = parties if clause.giver == "each" else [clause.giver]
    if clause.to in posts:
        own = clause.verb == "order"
        return [(giver, posts[clause.to].nation) for giver in givers if own or giver != posts[clause.to].nation]
    receivers = parties if clause.to in ("others", "each") else [clause.to]
    return [(giver, receiver) for giver in givers for receiver in receivers if giver != receiver]


def two_commanders(context: Context) -> Iterator[Fault]:
    """The first pair of commands over a unit, for each pair of clauses (or a clause and itself)."""
    commands = list(_commands(context))
    told: set[tuple[Path, Path]] = set()
    for one, other in combinations(commands, 2):
        pair = (one.at, other.at)
        shared = one.units & other.units
        if not shared or pair in told or not _meet(context.spec, one, other):
            continue
        phases = _common_phases(context.spec, one, other)
        if not phases:
            continue
        told.add(pair)
        same = one.at == other.at
        ids = f"clause {one.clause.id}" if same else f"clauses {one.clause.id} and {other.clause.id}"
        yield Fault(
            (*other.at, "to"),
            f"{ids}: two commanders of {min(shared)} in phase {phases[0]}, {one.who} and {other.who}, without consent "
            "and with equal precedence; expected approval in one of them, or a different precedence of each post: "
            "1 goes first",
            None if same else (*one.at, "to"),
        )


def _commands(context: Context) -> Iterator[_Command]:
    spec = context.spec
    for i, agreement in enumerate(spec.agreements):
        for j, clause in enumerate(agreement.clauses if agreement.kind != "intent" else ()):
            if not clause.order or clause.approval is not None:
                continue
            ordered = context.ordered(clause.units)
            for giver, receiver in clause_pairs(clause, agreement, spec.posts):
                units = frozenset(unit for unit in ordered if context.owners[unit] == giver)
                lands = _lands(clause.where, giver, receiver)
                post = clause.to if clause.to in spec.posts else None
                phases = frozenset(spec.phases if clause.phases is None else clause.phases)
                at: Path = ("agreements", i, "clauses", j)
                yield _Command(clause, at, agreement, post, receiver, units, phases, lands)


def _lands(where: str | None, giver: str, receiver: str) -> frozenset[str] | None:
    """The lands a clause is bound to; None where it is not, or where only the map can tell."""
    try:
        words = parse_zone(where) if where is not None else None
    except ValueError:
        return None
    if words is None or words.kind == "strip":
        return None
    if words.kind == "role":
        return frozenset((receiver if words.names == ("receiver",) else giver,))
    return frozenset(words.names)


def _meet(spec: ArrangementSection, one: _Command, other: _Command) -> bool:
    """Whether two commands, in phases they share, can hold for one act at one place on one day.

    What one nation is given twice is its own matter; help after an attack is called for by one nation at a time.
    """
    if one.who == other.who:
        return False
    if one.clause.if_attacked or other.clause.if_attacked:
        return False
    if not set(one.clause.order) & set(other.clause.order):
        return False
    if one.lands is not None and other.lands is not None and not one.lands & other.lands:
        return False
    first = max(_first(one), _first(other))
    return first < min(_end(one), _end(other))


def _first(command: _Command) -> date:
    return max(command.clause.in_force or days(command.agreement)[0], days(command.agreement)[0])


def _end(command: _Command) -> date:
    return min(command.clause.until or days(command.agreement)[1], days(command.agreement)[1])


def _common_phases(spec: ArrangementSection, one: _Command, other: _Command) -> list[str]:
    """The phases in which both hold and two posts with the same precedence would command."""
    return [
        phase
        for phase in spec.phases
        if phase in one.phases & other.phases
        and _is_level(_first_posts(spec, one, phase), _first_posts(spec, other, phase))
    ]


def _is_level(one: tuple[float, set[str]], other: tuple[float, set[str]]) -> bool:
    return bool(one[1] and other[1]) and one[0] == other[0] and len(one[1] | other[1]) > 1


def _first_posts(spec: ArrangementSection, command: _Command, phase: str) -> tuple[float, set[str]]:
    """The posts that would command in a phase, those with the best precedence of a nation's, and that precedence."""
    named = (
        [command.post] if command.post else [name for name, post in spec.posts.items() if post.nation == command.nation]
    )
    ranks = {
        name: math.inf if spec.posts[name].precedence is None else float(spec.posts[name].precedence or 0)
        for name in named
        if spec.posts[name].phases is None or phase in (spec.posts[name].phases or ())
    }
    best = min(ranks.values(), default=math.inf)
    return best, {name for name, rank in ranks.items() if rank == best}
