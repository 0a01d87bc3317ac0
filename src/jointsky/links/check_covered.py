"""Clauses that change nothing, because another clause gives all that they give, to the same, on the same terms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jointsky.links.agreements import IMPLIED
from jointsky.links.arrangement import SHARES
from jointsky.links.check_command import Pair, clause_pairs
from jointsky.links.check_context import Context, Fault, Path
from jointsky.links.check_days import days
from jointsky.scenario.agreement import AgreementSection, ClauseSection

ALL_FIELDS = frozenset(("position", "velocity", "identity"))


@dataclass(frozen=True, slots=True)
class _Placed:
    """A clause, the agreement it stands in, its path, and what it is about: pairs of giver and receiver, phases, and
    the units or sensors that it names."""

    at: Path
    agreement: AgreementSection
    clause: ClauseSection
    pairs: frozenset[Pair]
    phases: frozenset[str]
    things: frozenset[str]


def covered(context: Context) -> Iterator[Fault]:
    """Every clause that another one wholly covers; of two that cover each other the later."""
    placed = list(_placed(context))
    for k, one in enumerate(placed):
        for n, other in enumerate(placed):
            if n != k and _covers(context, other, one) and (n < k or not _covers(context, one, other)):
                yield Fault(
                    one.at,
                    f"clause {one.clause.id}: found nothing that {other.clause.id} does not give already, "
                    "expected something more, or only one of them",
                    other.at,
                )
                break


def _placed(context: Context) -> Iterator[_Placed]:
    spec = context.spec
    for i, agreement in enumerate(spec.agreements):
        for j, clause in enumerate(agreement.clauses if agreement.kind != "intent" else ()):
            patterns = clause.units or (clause.of.sensors if clause.of is not None else ())
            yield _Placed(
                ("agreements", i, "clauses", j),
                agreement,
                clause,
                frozenset(clause_pairs(clause, agreement, spec.posts)),
                frozenset(clause.phases or spec.phases),
                frozenset(context.ordered(patterns)),
            )


def _covers(context: Context, wide: _Placed, narrow: _Placed) -> bool:
    more, less = wide.clause, narrow.clause
    return (
        more.verb == less.verb
        and bool(narrow.pairs)
        and narrow.pairs <= wide.pairs
        and narrow.phases <= wide.phases
        and narrow.things <= wide.things
        and _has(more, less)
        and _reaches(context, more, less)
        and _is_no_worse(context, more, less)
        and _stands(wide.agreement, narrow.agreement, more, less)
    )


def _stands(wide_in: AgreementSection, narrow_in: AgreementSection, more: ClauseSection, less: ClauseSection) -> bool:
    """Whether the wider clause holds whenever the narrower does, whoever takes back consent, whatever link is lost."""
    if wide_in.name != narrow_in.name:
        same = wide_in.under == narrow_in.under or wide_in.under == narrow_in.name
        bound = wide_in.withdrawal is not None or wide_in.on_link_loss is not None or bool(wide_in.suspended)
        if not same or bound:
            return False
    if more.if_attacked is not None and more.if_attacked != less.if_attacked:
        return False
    if more.withdrawal is not None and more.withdrawal != less.withdrawal:
        return False
    first, end = _days(wide_in, more)
    narrow_first, narrow_end = _days(narrow_in, less)
    return first <= narrow_first and narrow_end <= end


def _days(agreement: AgreementSection, clause: ClauseSection) -> tuple[date, date]:
    first, end = days(agreement)
    return max(first, clause.in_force or first), min(end, clause.until or end)


def _reaches(context: Context, more: ClauseSection, less: ClauseSection) -> bool:
    """Whether the wider clause gives to every post to which the narrower does."""
    named = less.verb == "order" and more.to in context.spec.posts
    return not (named and more.to != less.to) and set(less.delegate) <= set(more.delegate)


def _has(more: ClauseSection, less: ClauseSection) -> bool:
    """Whether the wider clause has every word of the narrower, or one that releases as much."""
    given = {SHARES[word] for word in more.share}
    shared = all(IMPLIED[SHARES[word]] & given for word in less.share)
    return shared and set(less.order) <= set(more.order) and set(less.use) <= set(more.use)


def _is_no_worse(context: Context, more: ClauseSection, less: ClauseSection) -> bool:
    """Whether no term of the wider clause is narrower, later or asks for more."""
    where = (more.of.zone if more.of else None, more.where)
    places = (less.of.zone if less.of else None, less.where)
    if any(zone is not None and zone != place for zone, place in zip(where, places, strict=True)):
        return False
    if more.approval is not None and more.approval != less.approval:
        return False
    if more.level < 1.0 and more.level != less.level:
        return False
    if any(less.limits.get(word) != limit for word, limit in more.limits.items()):
        return False
    links = context.spec.links
    if more.over != less.over and (more.over is None or less.over is None or more.verb == "order"):
        return False
    delays = [(links[c.over].delay if c.over in links else 0.0) + c.delay for c in (more, less)]
    fields = [ALL_FIELDS if c.fields is None else frozenset(c.fields) for c in (more, less)]
    return (
        delays[0] <= delays[1]
        and (more.every or 0.0) <= (less.every or 0.0)
        and fields[1] <= fields[0]
        and _against_all(more, less)
    )


def _against_all(more: ClauseSection, less: ClauseSection) -> bool:
    if more.targets is None:
        return True
    if less.targets is None:
        return more.targets.identity is None and not more.targets.never
    if not set(more.targets.never) <= set(less.targets.never):
        return False
    allowed = more.targets.identity
    return allowed is None or (less.targets.identity is not None and set(less.targets.identity) <= set(allowed))
