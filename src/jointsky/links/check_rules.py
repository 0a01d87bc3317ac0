"""What is wrong with the treaty rules of an agreement."""

from collections.abc import Iterator
from typing import get_args

from jointsky.errors import suggest
from jointsky.links.check_context import Context, Fault, Path, unknown
from jointsky.links.check_days import part_faults
from jointsky.scenario.agreement import AgreementSection, RuleSection
from jointsky.scenario.forces import Unit

KINDS = tuple(kind for unit in get_args(get_args(Unit)[0]) for kind in get_args(unit.model_fields["kind"].annotation))
"""The kinds of units that exist, in the order of the schema."""


def rule_faults(context: Context, at: Path, agreement: AgreementSection, rule: RuleSection) -> Iterator[Fault]:
    """All faults of one rule."""
    who = f"rule {rule.id}"
    if not rule.binds:
        yield Fault((*at, "binds"), f"{who}: found no nation, expected at least one that it binds")
    for k, nation in enumerate(rule.binds):
        if nation not in context.spec.nations:
            yield Fault((*at, "binds", k), f"{who}: {unknown(nation, 'nation', context.spec.nations)}")
        elif nation not in agreement.parties:
            parties = ", ".join(agreement.parties)
            yield Fault((*at, "binds", k), f"{who}: found {nation}, which is not a party, expected some of {parties}")
    yield from _counted(context, (*at, "of"), who, rule)
    if rule.where is not None:
        yield from context.zone((*at, "where"), who, rule.where, roles=("owner",))
    yield from part_faults(at, who, agreement, rule)


def _counted(context: Context, at: Path, who: str, rule: RuleSection) -> Iterator[Fault]:
    of = rule.of
    if not (of.kinds or of.types or of.categories or of.reach):
        yield Fault(at, f"{who}: found nothing to count, expected kinds, types, categories or reach")
    for k, kind in enumerate(of.kinds):
        if kind not in KINDS:
            near = suggest(kind, KINDS)
            advice = f"{near} " if near else ""
            yield Fault((*at, "kinds", k), f"{who}: found unknown kind {kind}; {advice}known: {', '.join(KINDS)}")
    for k, name in enumerate(of.types):
        if context.types and name not in context.types:
            found = unknown(name, "type", context.types)
            known = "" if "known:" in found else f"{'' if found.endswith('?') else ';'} `jointsky types` lists them all"
            yield Fault((*at, "types", k), f"{who}: {found}{known}")
    for k, name in enumerate(of.categories):
        if context.categories and name not in context.categories:
            yield Fault((*at, "categories", k), f"{who}: {unknown(name, 'category', context.categories)}")
    if of.reach is not None and of.reach[0] >= of.reach[1]:
        low, high = (f"{metres / 1000.0:g} km" for metres in of.reach)
        expected = "two different ranges" if low == high else f"the shorter range first: [{high}, {low}]"
        yield Fault((*at, "reach"), f"{who}: found reach from {low} to {high}, expected {expected}")
