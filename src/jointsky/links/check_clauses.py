"""What is wrong with a single clause in the light of everything around it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jointsky.errors import suggest
from jointsky.links.arrangement import matching
from jointsky.links.zones import parse_zone
from jointsky.scenario.agreement import AgreementSection, ArrangementSection, ClauseSection, PostSection

Path = tuple[str | int, ...]
Issue = tuple[Path, str]
"""Where (keys and list positions as written) and what."""

_TERMS = {
    "share": ("of", "over", "every", "fields"),
    "order": ("units", "targets", "where", "over", "approval", "delegate"),
    "use": ("limits",),
}
"""Terms that only make sense with the verb."""
_SENSOR_DATA = {"plots", "tracks", "fire-control", "warning"}


@dataclass(frozen=True, slots=True)
class Context:
    """What a check of a clause looks at: the whole text, who owns each unit and sensor, and the limit for fire-control
    data."""

    spec: ArrangementSection
    owners: Mapping[str, str | None]
    fire_control_max_delay_s: float

    def phase_issues(self, at: Path, who: str, phase: str) -> Iterator[Issue]:
        """Faults of one phase named by somebody: unknown, or one that nobody can declare."""
        phases = self.spec.phases
        if phase not in phases:
            yield at, f"{who}: {unknown(phase, 'phase', phases)}"
        elif phase != phases[0] and not any(phase in agreement.activates for agreement in self.spec.agreements):
            yield at, f"{who}: nobody can declare phase {phase}, expected an agreement that activates it"

    def pattern_issues(self, at: Path, who: str, pattern: str, givers: set[str]) -> Iterator[Issue]:
        """Faults of one pattern of units or sensors: matches nothing, or nothing that the givers own."""
        if not self.owners:
            return
        names = list(self.owners)
        hits = [name for name, hit in zip(names, matching([pattern], names), strict=True) if hit]
        if not hits:
            yield at, f"{who}: {unknown(pattern, 'unit', names)}"
        elif not any(self.owners[name] in givers for name in hits):
            owner = self.owners[hits[0]]
            yield (
                at,
                f"{who} gives away what is not its own: {pattern} belongs to {owner}, expected units of {_or(givers)}",
            )

    def link_nations(self, link: str) -> set[str]:
        """The nations whose posts stand at the ends of a link."""
        posts = self.spec.posts
        return {posts[end].nation for end in self.spec.links[link].between if end in posts}


def unknown(word: str, what: str, known: Iterable[str]) -> str:
    """The message about a name that nothing has, with advice."""
    advice = suggest(word, known)
    return f"found unknown {what} {word}" + (f"; {advice}" if advice else "")


def clause_pairs(
    clause: ClauseSection, agreement: AgreementSection, posts: Mapping[str, PostSection]
) -> list[tuple[str, str]]:
    """Who gives to whom: (giver, receiver) nations, in the order of the parties.

    Where the receiver is a post its nation stands for it, and orders may then be given to a nation's own post.
    """
    givers = agreement.parties if clause.giver == "each" else (clause.giver,)
    if clause.to in posts:
        own = clause.verb == "order"
        return [(giver, posts[clause.to].nation) for giver in givers if own or giver != posts[clause.to].nation]
    receivers = agreement.parties if clause.to in ("others", "each") else (clause.to,)
    return [(giver, receiver) for giver in givers for receiver in receivers if giver != receiver]


def clause_issues(context: Context, at: Path, agreement: AgreementSection, clause: ClauseSection) -> Iterator[Issue]:
    """All faults of one clause."""
    who = f"clause {clause.id}"
    parties_known = list(_parties(context, at, who, agreement, clause))
    yield from parties_known
    yield from _terms(at, who, clause)
    for phase in clause.phases or ():
        yield from context.phase_issues((*at, "phases"), who, phase)
    if parties_known:
        return
    yield from _posts_exist(context, at, who, clause)
    yield from _things(context, at, who, agreement, clause)
    yield from _zones(context, at, who, clause)
    yield from _link(context, at, who, agreement, clause)
    yield from _consent(context, at, who, clause)


def _parties(
    context: Context, at: Path, who: str, agreement: AgreementSection, clause: ClauseSection
) -> Iterator[Issue]:
    parties, posts = agreement.parties, context.spec.posts
    if clause.giver != "each" and clause.giver not in parties:
        yield (*at, "from"), f"{who}: {unknown(clause.giver, 'party', ['each', *parties])}"
    if clause.to not in ("others", "each") and clause.to not in parties and clause.to not in posts:
        yield (*at, "to"), f"{who}: {unknown(clause.to, 'party or post', ['others', *parties, *posts])}"
    elif clause.to in posts and posts[clause.to].nation not in parties:
        yield (*at, "to"), f"{who}: post {clause.to} belongs to {posts[clause.to].nation}, which is not a party"
    if clause.giver == clause.to and clause.to in parties:
        yield (*at, "to"), f"{who} is an agreement of {clause.to} with itself, expected two different parties"
    for k, name in enumerate(clause.delegate):
        if name not in posts:
            yield (*at, "delegate", k), f"{who}: {unknown(name, 'post', posts)}"


def _terms(at: Path, who: str, clause: ClauseSection) -> Iterator[Issue]:
    allowed = _TERMS[clause.verb]
    written = clause.model_fields_set
    for term in sorted({term for terms in _TERMS.values() for term in terms}):
        if term in written and term not in allowed:
            verb = next(verb for verb, terms in _TERMS.items() if term in terms)
            yield (*at, term), f"{who}: {term} belongs to {verb} clauses, found in one that says {clause.verb}"
    for term in ("every", "fields"):
        if term in written and clause.share and clause.share != ("tracks",):
            yield (*at, term), f"{who}: {term} holds for tracks only, found with {', '.join(clause.share)}"
    for word in clause.limits:
        if clause.use and word not in clause.use:
            yield (*at, "limits", word), f"{who} limits {word} but lets nobody use them"
    if clause.order and not clause.units:
        yield at, f"{who}: expected units: which units may be ordered, such as *.qra"
    if _SENSOR_DATA & set(clause.share) and (clause.of is None or not clause.of.sensors):
        yield at, f"{who}: expected of: {{sensors: [...]}}: whose data are given, such as west.radar.*"
    if clause.share and clause.over is None:
        yield at, f"{who}: expected over: which link carries the data"


def _posts_exist(context: Context, at: Path, who: str, clause: ClauseSection) -> Iterator[Issue]:
    spec = context.spec
    phases = clause.phases or spec.phases
    named = [("to", clause.to)] if clause.to in spec.posts else []
    for key, name in [*named, *(("delegate", name) for name in clause.delegate)]:
        lives = spec.posts[name].phases or spec.phases
        missing = [phase for phase in phases if phase not in lives]
        if missing:
            yield (
                (*at, key),
                f"{who} uses post {name} in phase {', '.join(missing)}, but it exists only in {', '.join(lives)}",
            )


def _things(
    context: Context, at: Path, who: str, agreement: AgreementSection, clause: ClauseSection
) -> Iterator[Issue]:
    givers = set(agreement.parties) if clause.giver == "each" else {clause.giver}
    for k, pattern in enumerate(clause.of.sensors if clause.of is not None else ()):
        yield from context.pattern_issues((*at, "of", "sensors", k), who, pattern, givers)
    for k, pattern in enumerate(clause.units):
        yield from context.pattern_issues((*at, "units", k), who, pattern, givers)


def _zones(context: Context, at: Path, who: str, clause: ClauseSection) -> Iterator[Issue]:
    spec = context.spec
    texts = [((*at, "where"), clause.where), ((*at, "of", "zone"), clause.of.zone if clause.of is not None else None)]
    for place, text in texts:
        if text is None:
            continue
        try:
            words = parse_zone(text)
        except ValueError as fault:
            yield place, f"{who}: {fault}"
            continue
        known = [*spec.nations, *spec.zones] if words.kind != "strip" else list(spec.nations)
        for name in words.names if words.kind != "role" else ():
            if name not in known:
                yield place, f"{who}: {unknown(name, 'nation or zone', known)}"


def _link(context: Context, at: Path, who: str, agreement: AgreementSection, clause: ClauseSection) -> Iterator[Issue]:
    links = context.spec.links
    if clause.over is None:
        return
    if clause.over not in links:
        yield (*at, "over"), f"{who}: {unknown(clause.over, 'link', links)}"
        return
    joined = context.link_nations(clause.over)
    pairs = clause_pairs(clause, agreement, context.spec.posts)
    apart = next((pair for pair in pairs if not set(pair) <= joined), None)
    if apart is not None:
        ends = ", ".join(links[clause.over].between)
        yield (*at, "over"), f"{who}: link {clause.over} joins {ends}, which does not join {apart[0]} and {apart[1]}"
    delay, most = links[clause.over].delay, context.fire_control_max_delay_s
    if "fire-control" in clause.share and delay > most:
        yield (
            (*at, "over"),
            f"{who}: fire-control data over link {clause.over} "
            f"with a delay of {delay:g} s, expected at most {most:g} s",
        )


def _consent(context: Context, at: Path, who: str, clause: ClauseSection) -> Iterator[Issue]:
    known = ["owner", *context.spec.nations, *context.spec.posts]
    if clause.approval is not None and clause.approval.by not in known:
        yield (*at, "approval", "by"), f"{who}: {unknown(clause.approval.by, 'nation or post', known)}"


def _or(names: set[str]) -> str:
    return " or ".join(sorted(names))
