"""What an agreement may say and hardly means: nothing here is refused, all of it is worth a second look."""

from collections.abc import Iterator, Mapping

from jointsky.links.check_clauses import clause_pairs
from jointsky.links.check_context import Context, Fault, Path, either
from jointsky.links.check_covered import covered
from jointsky.scenario.agreement import AgreementSection, ArrangementSection, ClauseSection

SEES = ("radar", "early-warning", "aew", "watch")
"""Kinds whose data can be shared."""
WARNS = ("early-warning", "aew")
FLIES = ("fighter", "aew")
SHOOTS = ("sam", "fighter")
DOES = {"scramble": FLIES, "position": FLIES, "engage": SHOOTS, "weapons-status": SHOOTS}
"""Kinds that can do what is ordered."""


def doubts(context: Context, kinds: Mapping[str, str]) -> Iterator[Fault]:
    """All that is allowed and likely not meant, in the order of the sections; `kinds` are those of units and of
    sensors by name. Only of agreements without faults."""
    spec = context.spec
    yield from _empty_phases(spec)
    for i, agreement in enumerate(spec.agreements):
        for j, clause in enumerate(agreement.clauses):
            at: Path = ("agreements", i, "clauses", j)
            yield from _link(spec, at, agreement, clause)
            yield from _things(context, kinds, at, agreement, clause)
            yield from _never(at, clause)
    yield from covered(context)


def _empty_phases(spec: ArrangementSection) -> Iterator[Fault]:
    """Phases in which nothing holds, where something holds in others."""
    held = [
        clause
        for agreement in spec.agreements
        for clause in agreement.clauses
        if agreement.kind != "intent" and (agreement.signed is None or agreement.in_force is not None)
    ]
    for k, phase in enumerate(spec.phases if held else ()):
        if not any(clause.phases is None or phase in clause.phases for clause in held):
            found = f"found no clause in force in phase {phase}, expected one at least, or the phase to be left out"
            yield Fault(("phases", k), found)


def _link(spec: ArrangementSection, at: Path, agreement: AgreementSection, clause: ClauseSection) -> Iterator[Fault]:
    """A link on which, in some phase, no post of a giver or receiver is; and one that the receiving post is not on."""
    if clause.over is None:
        return
    ends, who = spec.links[clause.over].between, f"clause {clause.id}"
    nations = {name for pair in clause_pairs(clause, agreement, spec.posts) for name in pair}
    for phase in clause.phases or spec.phases:
        there = {spec.posts[end].nation for end in ends if phase in (spec.posts[end].phases or spec.phases)}
        apart = sorted(nations - there)
        if apart:
            yield Fault(
                (*at, "over"),
                f"{who}: found over {clause.over}, on which in phase {phase} no post of {' or '.join(apart)} is, "
                f"expected one that exists then among {', '.join(ends)}",
                ("links", clause.over),
            )
            break
    if clause.to in spec.posts and not _seats(spec, clause.to) & set(ends):
        yield Fault(
            (*at, "over"),
            f"{who}: found over {clause.over}, on which {clause.to} is not, nor a post that is its host, "
            f"expected a link that joins it: {clause.over} joins {', '.join(ends)}",
            ("links", clause.over),
        )


def _seats(spec: ArrangementSection, post: str) -> set[str]:
    """A post and its hosts."""
    found: set[str] = set()
    name: str | None = post
    while name is not None and name not in found:
        found.add(name)
        name = spec.posts[name].host
    return found


def _things(
    context: Context, kinds: Mapping[str, str], at: Path, agreement: AgreementSection, clause: ClauseSection
) -> Iterator[Fault]:
    """Givers that have nothing of what they give."""
    givers = sorted({giver for giver, _ in clause_pairs(clause, agreement, context.spec.posts)})
    patterns = clause.units or (clause.of.sensors if clause.of is not None else ())
    if not patterns or not context.owners:
        return
    named = context.ordered(patterns)
    mine = {giver: {name for name in named if context.owners[name] == giver} for giver in givers}
    place = (*at, "units") if clause.units else (*at, "of", "sensors")
    poor = [giver for giver, names in mine.items() if not names]
    if poor and len(givers) - len(poor) == 1:  # each is one alone
        has = "have" if len(poor) > 1 else "has"
        found = f"clause {clause.id}: found {', '.join(patterns)}, of which {' and '.join(poor)} {has} nothing"
        yield Fault(place, f"{found}, expected from: {either(set(givers) - set(poor))}, or things of others too")
    every = sorted(set[str]().union(*mine.values()))
    for word, needed in _needed(clause):
        if every and not any(kinds.get(name) in needed for name in every):
            found = f"clause {clause.id}: found {word} of {_some(every)}, none of which is of kind {either(needed)}"
            yield Fault(place, f"{found}, expected some that are")


def _needed(clause: ClauseSection) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a clause gives, and the kinds that can have it."""
    for word in clause.share:
        if word in ("plots", "tracks", "fire-control", "warning"):
            yield word, WARNS if word == "warning" else SEES
    for word in clause.order:
        yield word, DOES[word]


def _some(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:2])} and {len(names) - 2} more"


def _never(at: Path, clause: ClauseSection) -> Iterator[Fault]:
    """Terms with which a clause gives nothing."""
    who = f"clause {clause.id}"
    if clause.level == 0.0:
        yield Fault((*at, "level"), f"{who}: found level 0 %, which gives nothing, expected more")
    if clause.targets is not None and clause.targets.identity == ():
        yield Fault(
            (*at, "targets", "identity"), f"{who}: found no identity, against which nothing is ordered, expected some"
        )
    for word, limit in clause.limits.items():
        if limit == 0:
            yield Fault((*at, "limits", word), f"{who}: found a limit of none, which gives nothing, expected more")
    if clause.approval is not None and clause.approval.refused == 1.0:
        found = f"{who}: found consent that is always refused, expected less than 100 %"
        yield Fault((*at, "approval", "refused"), found)
