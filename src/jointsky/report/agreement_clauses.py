"""Clauses in plain sentences: what one party may see, order and use, and what each sentence claims of whom and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jointsky.report.agreement_facts import Facts, Grant
from jointsky.report.agreement_words import (
    ACTS,
    amount,
    duration,
    listed,
    owners,
    phase_word,
    place,
    sentence,
    share,
    when,
)
from jointsky.scenario.agreement import ApprovalSection, ClauseSection
from jointsky.scenario.words import UseWord

ALL_FIELDS = 3
"""A track has so many fields: position, velocity, identity."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence says may be done, as it can be asked of the decisions: a nation (see, use) or a post (order), by
    which clause, in which phases, which words of the language, whose and which things (none named: all)."""

    verb: str
    clause: str
    who: str
    owner: str
    phases: tuple[str, ...]
    words: tuple[str, ...]
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, the clauses it comes from, and what it claims."""

    text: str
    clauses: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()


def clause_sentences(facts: Facts, grant: Grant) -> Iterator[Sentence]:
    """What a clause lets its receiver do, in sentences."""
    if grant.clause.verb == "share":
        yield _shared(facts, grant)
    elif grant.clause.verb == "order":
        yield from _ordered(facts, grant)
    else:
        yield _used(facts, grant)


def subject_of(facts: Facts, grant: Grant) -> str:
    """Who may act by a clause: the post it names, or the nation."""
    return grant.clause.to if grant.clause.to in facts.scenario.posts else facts.name(grant.receiver)


def posts_of(facts: Facts, grant: Grant) -> tuple[str, ...]:
    """The posts that may order by a clause, without delegates."""
    posts = facts.scenario.posts
    if grant.clause.to in posts:
        return (grant.clause.to,)
    return tuple(name for name, post in posts.items() if post.nation == grant.receiver)


# ---------------------------------------------------------------- see


def _shared(facts: Facts, grant: Grant) -> Sentence:
    clause = grant.clause
    things, single = facts.of_all(grant)
    seen = [_seen(word, things, single, facts.all_of(grant), len(grant.givers)) for word in clause.share]
    zone = clause.of.zone if clause.of is not None else None
    terms = [
        "" if zone is None else f" {_place(facts, grant, zone)}",
        _rate(clause),
        _over(facts, clause),
        _level(clause),
    ]
    claims = [
        Claim("see", clause.id, grant.receiver, giver, facts.phases_of(clause), clause.share, grant.things[giver])
        for giver in grant.givers
    ]
    who = facts.name(grant.receiver)
    text = f"{_start(facts, grant)} {who} sees {listed(seen)}{''.join(terms)} ({clause.id})"
    return Sentence(sentence(text), (clause.id,), tuple(claims))


def _seen(word: str, things: str, single: bool, givers: str, count: int) -> str:
    measure = f"{things} {'measures' if single else 'measure'}"
    return {
        "plots": f"what {measure}",
        "fire-control": f"what {measure}, well enough to launch on",
        "tracks": f"the tracks of {things}",
        "warning": f"the warnings of {things}",
        "identity": f"how {givers} {'identifies' if count == 1 else 'identify'} aircraft",
        "flight-plans": f"the flight plans that {givers} {'holds' if count == 1 else 'hold'}",
    }[word]


def _rate(clause: ClauseSection) -> str:
    fields = "" if clause.fields is None or len(clause.fields) == ALL_FIELDS else f", {listed(clause.fields)} only"
    return fields + (f", every {duration(clause.every)}" if clause.every else "")


def _over(facts: Facts, clause: ClauseSection) -> str:
    if clause.over is None:
        return f", {duration(clause.delay)} late" if clause.delay else ""
    takes = facts.scenario.links[clause.over].delay + clause.delay
    return f", over the {clause.over} link" + (f", which takes {duration(takes)}" if takes else "")


def _level(clause: ClauseSection) -> str:
    return f"; {share(clause.level)} of this has been put into practice" if clause.level < 1.0 else ""


# ---------------------------------------------------------------- order


def _ordered(facts: Facts, grant: Grant) -> Iterator[Sentence]:
    clause = grant.clause
    units, _ = facts.of_all(grant)
    start, who = _start(facts, grant), subject_of(facts, grant)
    only_start = clause.order == ("scramble",) and clause.approval is not None
    asked = "may order" if clause.approval is None else "may ask for" if only_start else "may ask"
    acts = "" if only_start else f" to {_acts(clause)}"
    where = "" if clause.where is None else _where(facts, grant, clause.where)
    text = f"{start} {who} {asked} {units}{acts}{where}{_limits(clause)}{_over(facts, clause) if clause.delay else ''}"
    consent = "" if clause.approval is None else f"; {_consent(facts, grant, clause.approval)}"
    claims = [
        Claim("order", clause.id, post, giver, _living(facts, clause, post), clause.order, grant.things[giver])
        for post in posts_of(facts, grant)
        for giver in grant.givers
    ]
    yield Sentence(sentence(f"{text}{consent}{_level(clause)} ({clause.id})"), (clause.id,), tuple(claims))
    yield from _delegated(facts, grant, start)


def _living(facts: Facts, clause: ClauseSection, post: str) -> tuple[str, ...]:
    """The phases of a clause in which a post exists."""
    lives = facts.scenario.posts[post].phases
    return tuple(phase for phase in facts.phases_of(clause) if lives is None or phase in lives)


def _acts(clause: ClauseSection) -> str:
    """What may be ordered and against whom: `take off, take up a position and engage suspect or hostile targets`."""
    words = [ACTS[word] for word in clause.order]
    targets = clause.targets
    if targets is None:
        return listed(words)
    kinds = f"{listed(targets.identity, 'or')} targets" if targets.identity else ""
    never = "never civil ones" if kinds else "never civil aircraft"
    against = ", ".join(part for part in (kinds, never if targets.never else "") if part)
    if clause.order == ("engage",):
        return f"engage {against}" if kinds else f"engage, {against}"
    return f"{listed(words)}, {'against ' if kinds else ''}{against}"


def _where(facts: Facts, grant: Grant, zone: str) -> str:
    """Where an order holds: only shooting and moving happen somewhere."""
    bound = [word for word in grant.clause.order if word in ("engage", "position")]
    here = _place(facts, grant, zone)
    if not bound:
        return ""
    if len(bound) == len([word for word in grant.clause.order if word != "scramble"]):
        return f", {here}" if grant.clause.targets is not None and grant.clause.targets.never else f" {here}"
    return f", {listed(_doing(word) for word in bound)} only {here}"


def _doing(word: str) -> str:
    return {"engage": "engaging", "position": "taking up positions"}[word]


def _limits(clause: ClauseSection) -> str:
    words = {
        "aircraft": "at a time",
        "airfields": "at a time",
        "shots": "in all",
        "munitions": "in all",
    }
    found = [f"{amount(limit, word)} {words[word]}" for word, limit in clause.limits.items()]
    return f", no more than {listed(found)}" if found else ""


def _consent(facts: Facts, grant: Grant, approval: ApprovalSection) -> str:
    if approval.by != "owner":
        by = facts.name(approval.by)
    elif len(grant.givers) == 1:
        by = facts.name(grant.givers[0])
    else:
        by = "the nation that owns the unit"
    takes = f", which takes {duration(approval.takes)}" if approval.takes else ""
    refused = f", and says no in {share(approval.refused)} of cases" if approval.refused else ""
    return f"{by} must agree{takes}{refused}"


def _delegated(facts: Facts, grant: Grant, start: str) -> Iterator[Sentence]:
    clause, posts = grant.clause, facts.scenario.posts
    # a delegate acts for units of its own nation only
    found = [(name, posts[name].nation) for name in clause.delegate if posts[name].nation in grant.givers]
    found = [(name, nation) for name, nation in found if name not in posts_of(facts, grant)]
    if not found:
        return
    claims = tuple(
        Claim("order", clause.id, name, nation, _living(facts, clause, name), clause.order, grant.things[nation])
        for name, nation in found
    )
    names = listed(name for name, _ in found)
    own = "the units of its nation" if len(found) == 1 else "the units of its own nation"
    each = "" if len(found) == 1 else ", each"
    place_of = subject_of(facts, grant)
    text = f"{start} {names} may do the same in the place of {place_of}{each} with {own} ({clause.id})"
    yield Sentence(sentence(text), (clause.id,), claims)


# ---------------------------------------------------------------- use


def _used(facts: Facts, grant: Grant) -> Sentence:
    clause = grant.clause
    single = len(grant.givers) == 1
    whose = owners(facts.name(grant.givers[0])) if single else "the"
    of = "" if single else f" of {facts.all_of(grant)}"
    things = [_thing(word, clause, whose) + of for word in clause.use]
    claims = [
        Claim("use", clause.id, grant.receiver, giver, facts.phases_of(clause), clause.use, ())
        for giver in grant.givers
    ]
    who = facts.name(grant.receiver)
    text = f"{_start(facts, grant)} {who} may use {listed(things)}{_level(clause)} ({clause.id})"
    return Sentence(sentence(text), (clause.id,), tuple(claims))


def _thing(word: UseWord, clause: ClauseSection, whose: str) -> str:
    limit = clause.limits.get(word)
    if limit is None:
        return f"{whose} {word}"
    if isinstance(limit, int):
        return f"up to {limit} of {whose} {word}"
    return f"up to {share(limit)} of {whose} {word}"


# ---------------------------------------------------------------- both


def _start(facts: Facts, grant: Grant) -> str:
    """When a clause holds, as the beginning of its sentence."""
    phases = facts.phases_of(grant.clause)
    start = when(phases, facts.phases)
    if grant.clause.if_attacked is None:
        return start
    begin = f"{start}, " if start and len(phases) < len(facts.phases) else ""
    return f"{begin}once {facts.name(grant.receiver)} has been attacked and has called for help,"


def _place(facts: Facts, grant: Grant, zone: str) -> str:
    giver = listed(facts.name(name) for name in grant.givers)
    return place(zone, giver, facts.name(grant.receiver), facts.names)


def spoken(facts: Facts, phases: Sequence[str]) -> str:
    """Phases in a list, `threat and war`."""
    return listed(phase_word(phase) for phase in facts.phases if phase in phases)
