"""What is wrong with an agreement as a whole, beyond the single value: every fault at once, each with the path to its
place.

A path is the chain of keys and list positions in the file as the author wrote it (`("agreements", 0, "clauses", 2,
"to")`), so that a reader of YAML can find line and column.
"""

from collections.abc import Iterable, Iterator, Mapping

from jointsky.links.arrangement import NATIONAL, matching, owner_of
from jointsky.links.check_clauses import Context, Issue, clause_issues, unknown
from jointsky.scenario.agreement import AgreementSection, ArrangementSection, LinkLossSection, PostSection

FIRE_CONTROL_MAX_DELAY_S = 4.0
"""Fire-control data over a slower link than this are refused: a fast target has left the gate by then."""


def check(
    spec: ArrangementSection,
    units: Mapping[str, str | None],
    sensors: Iterable[str] = (),
    fire_control_max_delay_s: float = FIRE_CONTROL_MAX_DELAY_S,
) -> list[Issue]:
    """All faults of the agreements of a scenario as (path, message), in the order of the sections.

    `units` maps unit names to their owner (None: the nation whose name begins the unit's name); `sensors` are names of
    sensors within units, where a scenario has them.
    """
    owners = {name: nation or owner_of(name, spec.nations) for name, nation in units.items()}
    for name in sensors:
        owners.setdefault(name, owner_of(name, spec.nations))
    context = Context(spec, owners, fire_control_max_delay_s)
    issues = [*_nations(spec), *_units(spec, units, owners), *_posts(context), *_same_authority(context)]
    issues += [*_links(spec), *_duplicates(spec)]
    for i, agreement in enumerate(spec.agreements):
        at = ("agreements", i)
        issues += _agreement(context, at, agreement)
        for j, clause in enumerate(agreement.clauses):
            issues += clause_issues(context, (*at, "clauses", j), agreement, clause)
    return issues


def _nations(spec: ArrangementSection) -> Iterator[Issue]:
    for name in spec.nations:
        if name in ("each", "others", "owner", "receiver", NATIONAL) or name in spec.posts:
            other = "the name of a post too" if name in spec.posts else "a word of the language"
            yield ("nations", name), f"nation {name} is {other}, expected another name"


def _units(
    spec: ArrangementSection, units: Mapping[str, str | None], owners: Mapping[str, str | None]
) -> Iterator[Issue]:
    for name, nation in units.items():
        if owners[name] is None:
            yield ("units", name), f"unit {name} has no owner: begin its name with a nation's or write nation: NAME"
        elif nation is not None and nation not in spec.nations:
            yield ("units", name, "nation"), unknown(nation, "nation", spec.nations)


def _posts(context: Context) -> Iterator[Issue]:
    spec = context.spec
    for name, post in spec.posts.items():
        at = ("posts", name)
        if post.nation not in spec.nations:
            yield (*at, "nation"), unknown(post.nation, "nation", spec.nations)
            continue
        yield from _host(spec, name, post)
        if post.deputy is not None and post.deputy not in spec.nations:
            yield (*at, "deputy"), unknown(post.deputy, "nation", spec.nations)
        for phase in post.phases or ():
            yield from context.phase_issues((*at, "phases"), f"post {name}", phase)
        for k, pattern in enumerate(post.commands):
            yield from context.pattern_issues((*at, "commands", k), f"post {name}", pattern, {post.nation})


def _host(spec: ArrangementSection, name: str, post: PostSection) -> Iterator[Issue]:
    if post.host is None:
        return
    at = ("posts", name, "host")
    if post.host not in spec.posts:
        yield at, unknown(post.host, "post", spec.posts)
        return
    chain = [name]
    host: str | None = post.host
    while host is not None and host in spec.posts and host not in chain:
        chain.append(host)
        host = spec.posts[host].host
    if host == name:
        yield at, f"circular hosting: {' is hosted by '.join([*chain, name])}"
    host_phases = spec.posts[post.host].phases or spec.phases
    missing = [phase for phase in post.phases or spec.phases if phase not in host_phases]
    if missing:
        yield at, f"host {post.host} does not exist in phase {', '.join(missing)}, in which post {name} does"


def _same_authority(context: Context) -> Iterator[Issue]:
    """Two posts of one nation that command the same unit in the same phase must say who goes first."""
    posts = list(context.spec.posts.items())
    for i, (name, post) in enumerate(posts):
        for other_name, other in posts[:i]:
            if post.nation != other.nation or (post.precedence or 0) != (other.precedence or 0):
                continue
            phases = set(post.phases or context.spec.phases) & set(other.phases or context.spec.phases)
            own = [unit for unit, nation in context.owners.items() if nation == post.nation]
            both = zip(own, matching(post.commands, own), matching(other.commands, own), strict=True)
            shared = [unit for unit, mine, yours in both if mine and yours]
            if shared and phases:
                yield (
                    ("posts", name, "commands"),
                    f"posts {other_name} and {name} both command {shared[0]} with the same precedence; "
                    "give each a different precedence: 1 goes first",
                )


def _links(spec: ArrangementSection) -> Iterator[Issue]:
    for name, link in spec.links.items():
        for k, post in enumerate(link.between):
            if post not in spec.posts:
                yield ("links", name, "between", k), unknown(post, "post", spec.posts)


def _duplicates(spec: ArrangementSection) -> Iterator[Issue]:
    names: dict[str, int] = {}
    ids: dict[str, tuple[str, int]] = {}
    for i, agreement in enumerate(spec.agreements):
        if agreement.name in names:
            first = names[agreement.name] + 1
            yield ("agreements", i, "name"), f"agreement {agreement.name} stands twice: entries {first} and {i + 1}"
        names.setdefault(agreement.name, i)
        for j, clause in enumerate(agreement.clauses):
            if clause.id in ids:
                other, k = ids[clause.id]
                yield (
                    ("agreements", i, "clauses", j, "id"),
                    f"clause id {clause.id} stands twice: "
                    f"clause {k + 1} of {other} and clause {j + 1} of {agreement.name}",
                )
            elif clause.id == NATIONAL:
                yield (
                    ("agreements", i, "clauses", j, "id"),
                    f"clause id {NATIONAL} means a nation's own right; choose another",
                )
            ids.setdefault(clause.id, (agreement.name, j))


def _agreement(context: Context, at: tuple[str | int, ...], agreement: AgreementSection) -> Iterator[Issue]:
    spec = context.spec
    for k, party in enumerate(agreement.parties):
        if party not in spec.nations:
            yield (*at, "parties", k), unknown(party, "nation", spec.nations)
    if len(set(agreement.parties)) < 2:
        yield (*at, "parties"), f"agreement {agreement.name} is with oneself, expected at least two different parties"
    for phase, way in agreement.activates.items():
        here = (*at, "activates", phase)
        if phase not in spec.phases:
            yield here, unknown(phase, "phase", spec.phases)
        if not way.declared_by:
            yield (
                (*here, "declared_by"),
                f"phase {phase}: nobody can declare it, expected at least one person of a party",
            )
        for k, person in enumerate(way.declared_by):
            if owner_of(person, agreement.parties) is None:
                parties = " or ".join(agreement.parties)
                yield (*here, "declared_by", k), f"{person} belongs to no party, expected a person of {parties}"
    if agreement.on_link_loss is not None:
        yield from _loss(context, (*at, "on_link_loss", "link"), agreement, agreement.on_link_loss)


def _loss(
    context: Context, at: tuple[str | int, ...], agreement: AgreementSection, loss: LinkLossSection
) -> Iterator[Issue]:
    links = context.spec.links
    if loss.link not in links:
        yield at, unknown(loss.link, "link", links)
        return
    used = {clause.over for clause in agreement.clauses if clause.over is not None}
    if loss.link not in used and (used or not any(clause.order for clause in agreement.clauses)):
        known = f"; it uses {', '.join(sorted(used))}" if used else ""
        yield at, f"agreement {agreement.name} does not use link {loss.link} that its loss rule names{known}"
    elif len(context.link_nations(loss.link) & set(agreement.parties)) < 2:
        yield at, f"link {loss.link} does not join the parties {', '.join(agreement.parties)}"
