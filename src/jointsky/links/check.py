"""What is wrong with an agreement as a whole, beyond the single value: every fault at once, each with the path to its
place.

A path is the chain of keys and list positions in the file as the author wrote it (`("agreements", 0, "clauses", 2,
"to")`), so that a reader of YAML can find line and column.
"""

from collections.abc import Iterable, Iterator, Mapping

from jointsky.links.arrangement import NATIONAL, owner_of
from jointsky.links.check_agreements import agreement_faults, duplicates
from jointsky.links.check_clauses import clause_faults
from jointsky.links.check_command import two_commanders
from jointsky.links.check_context import Context, Fault, Path, unknown
from jointsky.links.check_posts import joint_unit_faults, post_faults
from jointsky.links.check_rules import rule_faults
from jointsky.scenario.agreement import ArrangementSection

__all__ = ["FIRE_CONTROL_MAX_DELAY_S", "Fault", "Path", "check", "faults"]

FIRE_CONTROL_MAX_DELAY_S = 4.0
"""Fire-control data over a slower link than this are refused: a fast target has left the gate by then."""
_WORDS = ("each", "others", "owner", "receiver", NATIONAL)


def check(
    spec: ArrangementSection,
    units: Mapping[str, str | None],
    sensors: Iterable[str] = (),
    fire_control_max_delay_s: float = FIRE_CONTROL_MAX_DELAY_S,
    types: Iterable[str] = (),
    categories: Iterable[str] = (),
) -> list[tuple[Path, str]]:
    """All faults of the agreements of a scenario as (path, message), in the order of the sections; see `faults`."""
    found = faults(spec, units, sensors, fire_control_max_delay_s, types, categories)
    return [(fault.at, fault.message) for fault in found]


def faults(
    spec: ArrangementSection,
    units: Mapping[str, str | None],
    sensors: Iterable[str] = (),
    fire_control_max_delay_s: float = FIRE_CONTROL_MAX_DELAY_S,
    types: Iterable[str] = (),
    categories: Iterable[str] = (),
) -> list[Fault]:
    """All faults of the agreements of a scenario, in the order of the sections.

    `units` maps unit names to their owner (None: the nation whose name begins the unit's name); `sensors` are names of
    sensors within units, where a scenario has them; `types` are those of unit types that rules may count, `categories`
    what a ledger counts (none: any).
    """
    owners = {name: nation or owner_of(name, spec.nations) for name, nation in units.items()}
    for name in sensors:
        owners.setdefault(name, owner_of(name, spec.nations))
    context = Context(spec, owners, fire_control_max_delay_s, frozenset(types), frozenset(categories))
    return list(_all(context, units))


def _all(context: Context, units: Mapping[str, str | None]) -> Iterator[Fault]:
    spec = context.spec
    yield from _phases(spec)
    yield from _nations(spec)
    yield from _units(context, units)
    yield from post_faults(context)
    yield from joint_unit_faults(context)
    yield from _links(spec)
    yield from duplicates(spec)
    yield from two_commanders(context)
    for i, agreement in enumerate(spec.agreements):
        at: Path = ("agreements", i)
        yield from agreement_faults(context, at, agreement)
        for j, clause in enumerate(agreement.clauses):
            yield from clause_faults(context, (*at, "clauses", j), agreement, clause)
        for j, rule in enumerate(agreement.rules):
            yield from rule_faults(context, (*at, "rules", j), agreement, rule)


def _phases(spec: ArrangementSection) -> Iterator[Fault]:
    if not spec.phases:
        yield Fault(("phases",), "found no phase, expected at least one, such as peace")
    for k, phase in enumerate(spec.phases):
        if phase in spec.phases[:k]:
            yield Fault(
                ("phases", k), f"found phase {phase} twice, expected it once", ("phases", spec.phases.index(phase))
            )


def _nations(spec: ArrangementSection) -> Iterator[Fault]:
    for name in spec.nations:
        if name in _WORDS:
            yield Fault(("nations", name), f"nation {name} is a word of the language, expected another name")
        elif name in spec.posts:
            message = f"nation {name} is the name of a post too, expected another name"
            yield Fault(("nations", name), message, ("posts", name))
        elif name in spec.zones:
            message = f"nation {name} is the name of a zone too, expected another name"
            yield Fault(("nations", name), message, ("zones", name))
    for name in spec.posts:
        if name in _WORDS:
            yield Fault(("posts", name), f"post {name} is a word of the language, expected another name")


def _units(context: Context, units: Mapping[str, str | None]) -> Iterator[Fault]:
    nations = context.spec.nations
    for name, nation in units.items():
        if context.owners[name] is None:
            message = f"unit {name} has no owner, expected its name to begin with a nation's or nation: NAME"
            yield Fault(("units", name), message)
        elif nation and nation not in nations:
            yield Fault(("units", name, "nation"), f"unit {name}: {unknown(nation, 'nation', nations)}")


def _links(spec: ArrangementSection) -> Iterator[Fault]:
    for name, link in spec.links.items():
        for k, post in enumerate(link.between):
            if post not in spec.posts:
                yield Fault(("links", name, "between", k), f"link {name}: {unknown(post, 'post', spec.posts)}")
