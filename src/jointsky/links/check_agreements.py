"""What is wrong with an agreement apart from its clauses and rules: parties, days, declarations, areas, the loss rule,
and ids that stand twice."""

from collections.abc import Iterator

from jointsky.links.check_context import Context, Fault, Path, persons, unknown
from jointsky.links.check_days import day_faults, frame_faults
from jointsky.links.zones import parse_zone
from jointsky.scenario.agreement import AgreementSection, ArrangementSection, LinkLossSection

RESERVED = {"national": "means a nation's own right", "none": "means that no clause speaks of an act"}
"""Words that stand where ids stand in answers."""
PREFIXES = ("area.", "law.", "commander.", "consent.", "post.", "link.")
"""How the answers that are no clause begin."""


def agreement_faults(context: Context, at: Path, agreement: AgreementSection) -> Iterator[Fault]:
    """All faults of one agreement but those of its clauses and rules."""
    yield from _parties(context.spec, at, agreement)
    yield from day_faults(at, agreement)
    yield from frame_faults(context.spec, at, agreement)
    yield from _declared(context, at, agreement)
    yield from _areas(context, at, agreement)
    if agreement.on_link_loss is not None:
        yield from _loss(context, (*at, "on_link_loss"), agreement, agreement.on_link_loss)


def _parties(spec: ArrangementSection, at: Path, agreement: AgreementSection) -> Iterator[Fault]:
    parties, who = agreement.parties, f"agreement {agreement.name}"
    for k, party in enumerate(parties):
        if party not in spec.nations:
            yield Fault((*at, "parties", k), f"{who}: {unknown(party, 'nation', spec.nations)}")
        elif party in parties[:k] and len(set(parties)) > 1:
            yield Fault(
                (*at, "parties", k),
                f"{who}: found party {party} twice, expected it once",
                (*at, "parties", parties.index(party)),
            )
    if len(set(parties)) < 2:
        found = f"is with oneself: found {' and '.join(parties)}" if parties else "is with nobody"
        yield Fault((*at, "parties"), f"{who} {found}, expected at least two different parties")


def _declared(context: Context, at: Path, agreement: AgreementSection) -> Iterator[Fault]:
    phases, parties = context.spec.phases, agreement.parties or ("NATION",)
    for phase, way in agreement.activates.items():
        here = (*at, "activates", phase)
        if phase not in phases:
            yield Fault(here, f"agreement {agreement.name}: {unknown(phase, 'phase', phases)}")
        who = f"phase {phase}" if way.declared_by else f"phase {phase}: nobody can declare it"
        yield from persons((*here, "declared_by"), who, way.declared_by, parties)
    if agreement.withdrawal is not None:
        who = f"agreement {agreement.name}: withdrawal"
        yield from persons((*at, "withdrawal", "by"), who, agreement.withdrawal.by, parties)


def _areas(context: Context, at: Path, agreement: AgreementSection) -> Iterator[Fault]:
    posts, who = context.spec.posts, f"agreement {agreement.name}"
    for post, text in agreement.areas.items():
        here = (*at, "areas", post)
        if post not in posts:
            yield Fault(here, f"{who}: areas: {unknown(post, 'post', posts)}", at_key=True)
        elif posts[post].nation not in agreement.parties:
            message = f"{who}: found an area of {post}, a post of {posts[post].nation}, which is not a party"
            yield Fault(here, f"{message}, expected a post of {' or '.join(agreement.parties)}", at_key=True)
        yield from context.zone(here, f"{who}: area of {post}", text, roles=())
    yield from _overlaps(context, at, agreement)
    if agreement.handover is not None and len(agreement.areas) < 2:
        found = "a single area" if agreement.areas else "no areas"
        yield Fault((*at, "handover"), f"{who}: found {found}, expected the areas of two posts or more")


def _overlaps(context: Context, at: Path, agreement: AgreementSection) -> Iterator[Fault]:
    """Two areas that share a nation's land or are the same zone."""
    earlier: list[tuple[str, set[str]]] = []
    for post, text in agreement.areas.items():
        lands = _lands(text)
        for other, other_lands in earlier:
            shared = sorted(lands & other_lands)
            if shared:
                yield Fault(
                    (*at, "areas", post),
                    f"agreement {agreement.name}: areas of {other} and {post} overlap: both hold {', '.join(shared)}, "
                    "expected each place in one area",
                    (*at, "areas", other),
                )
                break
        earlier.append((post, lands))


def _lands(text: str) -> set[str]:
    try:
        words = parse_zone(text)
    except ValueError:
        return set()
    return {" ".join(text.split())} if words.kind == "strip" else set(words.names)


def _loss(context: Context, at: Path, agreement: AgreementSection, loss: LinkLossSection) -> Iterator[Fault]:
    links, who = context.spec.links, f"agreement {agreement.name}"
    used = {clause.over for clause in agreement.clauses if clause.over is not None}
    if loss.link not in links:
        yield Fault((*at, "link"), f"{who}: {unknown(loss.link, 'link', links)}")
    elif loss.link not in used and (used or not any(clause.order for clause in agreement.clauses)):
        known = f"expected one that its clauses use: {', '.join(sorted(used))}" if used else "its clauses use none"
        yield Fault((*at, "link"), f"{who} does not use link {loss.link} that its loss rule names, {known}")
    elif len(context.link_nations(loss.link) & set(agreement.parties)) < 2:
        parties = ", ".join(agreement.parties)
        yield Fault((*at, "link"), f"{who}: link {loss.link} does not join the parties {parties}", ("links", loss.link))
    if loss.then == "deputy":
        posts = _posts_named(context.spec, agreement)
        if not any(context.spec.posts[name].deputies for name in posts):
            named = f" ({', '.join(posts)})" if posts else ""
            yield Fault(
                (*at, "then"),
                f"{who}: found then: deputy, but no post that its clauses name has deputies{named}, "
                "expected deputies of one of them, or then: national",
            )


def _posts_named(spec: ArrangementSection, agreement: AgreementSection) -> list[str]:
    """The posts to which the clauses of an agreement give, by name or as those of a nation."""
    named = {clause.to for clause in agreement.clauses}
    nations = {name for name in named if name in agreement.parties}
    if named & {"others", "each"}:
        nations = set(agreement.parties)
    return [name for name, post in spec.posts.items() if name in named or post.nation in nations]


def duplicates(spec: ArrangementSection) -> Iterator[Fault]:
    """Names of agreements, and ids of clauses and rules, that stand twice or mean something else."""
    names: dict[str, int] = {}
    ids: dict[str, tuple[str, Path]] = {}
    for i, agreement in enumerate(spec.agreements):
        if agreement.name in names:
            first = names[agreement.name]
            yield Fault(
                ("agreements", i, "name"),
                f"agreement {agreement.name} stands twice: entries {first + 1} and {i + 1}, expected different names",
                ("agreements", first, "name"),
            )
        names.setdefault(agreement.name, i)
    for i, agreement in enumerate(spec.agreements):
        parts = [("clause", j, clause.id) for j, clause in enumerate(agreement.clauses)]
        for what, j, word in [*parts, *(("rule", j, rule.id) for j, rule in enumerate(agreement.rules))]:
            at: Path = ("agreements", i, f"{what}s", j, "id")
            here = f"{what} {j + 1} of {agreement.name}"
            yield from _reserved(at, what, word)
            if word in ids:
                other, place = ids[word]
                message = f"{what} id {word} stands twice: {other} and {here}, expected different ids"
                yield Fault(at, message, place)
            elif word in names:
                message = f"{what} id {word} is the name of an agreement too, expected different names"
                yield Fault(at, message, ("agreements", names[word], "name"))
            ids.setdefault(word, (here, at))


def _reserved(at: Path, what: str, word: str) -> Iterator[Fault]:
    if word in RESERVED:
        yield Fault(at, f"{what} id {word} {RESERVED[word]}, expected another id")
    elif word.startswith(PREFIXES):
        head = word.split(".")[0]
        yield Fault(at, f"{what} id {word}: answers that are no clause begin with {head}., expected another id")
