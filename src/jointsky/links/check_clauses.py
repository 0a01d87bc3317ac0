"""What is wrong with a single clause in the light of everything around it."""

from collections.abc import Iterator

from jointsky.links.check_command import clause_pairs
from jointsky.links.check_context import Context, Fault, Path, persons, time_words, unknown
from jointsky.links.check_days import part_faults
from jointsky.scenario.agreement import AgreementSection, ClauseSection

__all__ = ["clause_faults", "clause_pairs"]

_TERMS: dict[str, tuple[str, ...]] = {
    "of": ("share",),
    "every": ("share",),
    "fields": ("share",),
    "over": ("share", "order"),
    "delay": ("share", "order"),
    "units": ("order",),
    "targets": ("order",),
    "where": ("order",),
    "approval": ("order",),
    "delegate": ("order",),
    "limits": ("order", "use"),
}
"""Terms that only make sense with some verbs."""
_LIMITS = {"order": ("aircraft", "shots"), "use": ("airfields", "munitions")}
"""What can be limited, by verb."""
_SENSOR_DATA = {"plots", "tracks", "fire-control", "warning"}


def clause_faults(context: Context, at: Path, agreement: AgreementSection, clause: ClauseSection) -> Iterator[Fault]:
    """All faults of one clause."""
    who = f"clause {clause.id}"
    parties_known = list(_parties(context, at, who, agreement, clause))
    yield from parties_known
    yield from _terms(at, who, clause)
    yield from _limits(at, who, clause)
    yield from context.phases((*at, "phases"), who, clause.phases)
    yield from part_faults(at, who, agreement, clause)
    yield from _zones(context, at, who, clause)
    yield from _people(at, who, agreement, clause)
    if parties_known:
        return
    yield from _posts_exist(context, at, who, clause)
    yield from _things(context, at, who, agreement, clause)
    yield from _link(context, at, who, agreement, clause)
    yield from _consent(context, at, who, clause)
    yield from _delegates(context, at, who, agreement, clause)
    yield from _assistance(context, at, who, agreement, clause)


def _parties(
    context: Context, at: Path, who: str, agreement: AgreementSection, clause: ClauseSection
) -> Iterator[Fault]:
    parties, posts = agreement.parties, context.spec.posts
    if clause.giver != "each" and clause.giver not in parties:
        yield Fault((*at, "from"), f"{who}: {_no_party(context, clause.giver, 'party', ['each', *parties], agreement)}")
    if clause.to not in ("others", "each") and clause.to not in parties and clause.to not in posts:
        known = ["others", *parties, *posts]
        yield Fault((*at, "to"), f"{who}: {_no_party(context, clause.to, 'party or post', known, agreement)}")
    elif clause.to in posts and posts[clause.to].nation not in (*parties, *_strangers(context, clause.to)):
        message = f"{who}: post {clause.to} belongs to {posts[clause.to].nation}, which is not a party"
        yield Fault((*at, "to"), f"{message}, expected a party or a post of one")
    if clause.giver == clause.to and clause.to in parties:
        message = f"{who} is an agreement of {clause.to} with itself, expected two different parties"
        yield Fault((*at, "to"), message, (*at, "from"))
    yield from _between(at, who, agreement, clause)
    for k, name in enumerate(clause.delegate):
        if name not in posts:
            yield Fault((*at, "delegate", k), f"{who}: {unknown(name, 'post', posts)}")


def _strangers(context: Context, post: str) -> tuple[str, ...]:
    """The nation of a post where it does not exist: it is told there."""
    nation = context.spec.posts[post].nation
    return () if nation in context.spec.nations else (nation,)


def _no_party(context: Context, name: str, what: str, known: list[str], agreement: AgreementSection) -> str:
    if name in context.spec.nations:
        return f"found {name}, which is not a party of {agreement.name}, expected {' or '.join(agreement.parties)}"
    return unknown(name, what, known)


def _between(at: Path, who: str, agreement: AgreementSection, clause: ClauseSection) -> Iterator[Fault]:
    if "between" not in clause.model_fields_set:
        return
    here = (*at, "between")
    strangers = [party for party in clause.between if party not in agreement.parties]
    for party in strangers:
        place = (*here, clause.between.index(party))
        yield Fault(place, f"{who}: between {unknown(party, 'party', agreement.parties)}")
    if strangers:
        return
    if len(set(clause.between)) < 2:
        found = " and ".join(clause.between) or "nobody"
        yield Fault(here, f"{who}: found between {found}, expected at least two different parties")
    elif clause.giver != "each" and clause.to not in ("others", "each"):
        yield Fault(
            here,
            f"{who}: between narrows each and others, found from {clause.giver} to {clause.to}, "
            "expected from: each or to: others",
        )
    for key, name in (("from", clause.giver), ("to", clause.to)):
        if name in agreement.parties and name not in clause.between:
            message = f"{who}: found {key} {name}, expected one of those in between: {', '.join(clause.between)}"
            yield Fault((*at, key), message, here)


def _terms(at: Path, who: str, clause: ClauseSection) -> Iterator[Fault]:
    written = clause.model_fields_set
    for term, verbs in _TERMS.items():
        if term in written and clause.verb not in verbs:
            found = f"found in one that says {clause.verb}"
            yield Fault((*at, term), f"{who}: {term} belongs to {' and '.join(verbs)} clauses, {found}")
    for term in ("every", "fields"):
        if term in written and clause.share and clause.share != ("tracks",):
            found = f"found with {', '.join(clause.share)}"
            yield Fault((*at, term), f"{who}: {term} holds for tracks only, {found}")
    if clause.every == 0.0:
        yield Fault((*at, "every"), f"{who}: found every 0 s, expected more, such as 10 s")
    if clause.order and not clause.units:
        yield Fault(at, f"{who}: expected units: which units may be ordered, such as *.qra")
    if _SENSOR_DATA & set(clause.share) and (clause.of is None or not clause.of.sensors):
        yield Fault(at, f"{who}: expected of: {{sensors: [...]}}: whose data are given, such as west.radar.*")
    if clause.share and clause.over is None:
        yield Fault(at, f"{who}: expected over: which link carries the data")
    elif clause.order and clause.over is None and clause.delay:
        yield Fault((*at, "delay"), f"{who}: found delay without over, expected over: the link that it is added to")


def _limits(at: Path, who: str, clause: ClauseSection) -> Iterator[Fault]:
    fitting = _LIMITS.get(clause.verb, ())
    for word in clause.limits if fitting else ():
        here = (*at, "limits", word)
        if word not in fitting:
            found = f"found {word} with {clause.verb}"
            yield Fault(here, f"{who}: {found}, expected limits of {' or '.join(fitting)}", at_key=True)
        elif clause.use and word not in clause.use:
            yield Fault(here, f"{who} limits {word} but lets nobody use them, expected use: [{word}]", at_key=True)


def _people(at: Path, who: str, agreement: AgreementSection, clause: ClauseSection) -> Iterator[Fault]:
    parties = agreement.parties or ("NATION",)
    if clause.withdrawal is not None:
        yield from persons((*at, "withdrawal", "by"), f"{who}: withdrawal", clause.withdrawal.by, parties)
    help_given = clause.if_attacked
    if help_given is not None and "declared_by" in help_given.model_fields_set:
        yield from persons((*at, "if_attacked", "declared_by"), f"{who}: if_attacked", help_given.declared_by, parties)


def _assistance(
    context: Context, at: Path, who: str, agreement: AgreementSection, clause: ClauseSection
) -> Iterator[Fault]:
    owed = clause.if_attacked
    if owed is None:
        return
    if owed.takes > owed.within:
        yield Fault(
            (*at, "if_attacked", "takes"),
            f"{who}: found help that takes {time_words(owed.takes)} but is owed within {time_words(owed.within)}, "
            "expected takes no longer than within",
            (*at, "if_attacked", "within"),
        )
    pairs = clause_pairs(clause, agreement, context.spec.posts)
    if all(giver == receiver for giver, receiver in pairs):
        named = f", a post of {clause.giver} itself" if clause.to in context.spec.posts else ""
        message = f"{who}: if_attacked without another party that is helped: found to {clause.to}{named}"
        yield Fault((*at, "to"), f"{message}, expected a party or a post of one")


def _posts_exist(context: Context, at: Path, who: str, clause: ClauseSection) -> Iterator[Fault]:
    spec = context.spec
    phases = clause.phases or spec.phases
    named: list[tuple[Path, str]] = [((*at, "to"), clause.to)] if clause.to in spec.posts else []
    named += [((*at, "delegate", k), name) for k, name in enumerate(clause.delegate)]
    if clause.approval is not None and clause.approval.by in spec.posts:
        named.append(((*at, "approval", "by"), clause.approval.by))
    for place, name in named:
        lives = spec.posts[name].phases or spec.phases
        missing = [phase for phase in phases if phase not in lives and phase in spec.phases]
        if missing:
            yield Fault(
                place,
                f"{who} uses post {name} in phase {', '.join(missing)}, but it exists only in {', '.join(lives)}, "
                f"expected phases: [{', '.join(phase for phase in lives if phase in phases) or ', '.join(lives)}]",
                ("posts", name, "phases"),
            )


def _things(
    context: Context, at: Path, who: str, agreement: AgreementSection, clause: ClauseSection
) -> Iterator[Fault]:
    pairs = clause_pairs(clause, agreement, context.spec.posts)
    givers = {giver for giver, _ in pairs}
    if not pairs:
        found = f"found to {clause.to}, a post of {clause.giver}"
        yield Fault((*at, "to"), f"{who} gives {clause.giver} what is its own: {found}, expected another party")
        return
    for k, pattern in enumerate(clause.of.sensors if clause.of is not None else ()):
        yield from context.pattern((*at, "of", "sensors", k), who, pattern, givers)
    for k, pattern in enumerate(clause.units):
        yield from context.pattern((*at, "units", k), who, pattern, givers)


def _zones(context: Context, at: Path, who: str, clause: ClauseSection) -> Iterator[Fault]:
    if clause.where is not None:
        yield from context.zone((*at, "where"), who, clause.where)
    if clause.of is not None and clause.of.zone is not None:
        yield from context.zone((*at, "of", "zone"), who, clause.of.zone)


def _link(context: Context, at: Path, who: str, agreement: AgreementSection, clause: ClauseSection) -> Iterator[Fault]:
    links = context.spec.links
    if clause.over is None:
        return
    if clause.over not in links:
        yield Fault((*at, "over"), f"{who}: {unknown(clause.over, 'link', links)}")
        return
    joined = context.link_nations(clause.over)
    pairs = clause_pairs(clause, agreement, context.spec.posts)
    apart = next((pair for pair in pairs if not set(pair) <= joined), None)
    if apart is not None:
        ends = ", ".join(links[clause.over].between)
        found = f"link {clause.over} joins {ends}, which does not join {apart[0]} and {apart[1]}"
        yield Fault(
            (*at, "over"), f"{who}: {found}, expected one with a post of each at its ends", ("links", clause.over)
        )
    wordless = [word for word in clause.share if word in ("plots", "fire-control")]
    if links[clause.over].voice is not None and wordless:
        message = f"{who}: found {wordless[0]} over link {clause.over}, which is spoken, expected what words can say"
        yield Fault((*at, "over"), message, ("links", clause.over, "voice"))
    delay, most = links[clause.over].delay + clause.delay, context.fire_control_max_delay_s
    if "fire-control" in clause.share and delay > most:
        added = f" ({links[clause.over].delay:g} s of the link and {clause.delay:g} s added)" if clause.delay else ""
        yield Fault(
            (*at, "delay" if clause.delay and links[clause.over].delay <= most else "over"),
            f"{who}: fire-control data over link {clause.over} with a delay of {delay:g} s{added}, "
            f"expected at most {most:g} s",
            ("links", clause.over, "delay"),
        )


def _consent(context: Context, at: Path, who: str, clause: ClauseSection) -> Iterator[Fault]:
    if clause.approval is None:
        return
    by, known = clause.approval.by, ["owner", *context.spec.nations, *context.spec.posts]
    if by not in known:
        yield Fault((*at, "approval", "by"), f"{who}: {unknown(by, 'nation or post', known)}")
    elif by == clause.to:
        message = f"{who}: found approval by {by}, which is the receiver itself, expected owner or another"
        yield Fault((*at, "approval", "by"), message, (*at, "to"))


def _delegates(
    context: Context, at: Path, who: str, agreement: AgreementSection, clause: ClauseSection
) -> Iterator[Fault]:
    givers = {giver for giver, _ in clause_pairs(clause, agreement, context.spec.posts)}
    for k, name in enumerate(clause.delegate):
        nation = context.spec.posts[name].nation
        if nation not in givers:
            yield Fault(
                (*at, "delegate", k),
                f"{who}: found delegate {name}, a post of {nation}, which gives no units by this clause, "
                f"expected a post of {' or '.join(sorted(givers))}",
            )
