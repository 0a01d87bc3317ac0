"""What nobody may: what no clause grants across a border, and what the law of a land forbids whatever a clause says."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from jointsky.links.agreements import IMPLIED
from jointsky.links.arrangement import SHARE_WORDS, SHARES
from jointsky.links.zones import parse_zone
from jointsky.report.agreement_clauses import Claim, Sentence, posts_of
from jointsky.report.agreement_facts import Facts, Grant
from jointsky.report.agreement_words import ACTS, listed, owners, sentence, when

NOTHING = "No clause is in force: each nation sees and commands its own, and nothing crosses the border."
"""What is left when no clause holds."""
SEEN: dict[str, str] = {
    "plots": "what another's sensors measure",
    "tracks": "another's tracks",
    "fire-control": "data of another's sensors good enough to launch on",
    "warning": "another's warnings",
    "identity": "how another identifies aircraft",
    "flight-plans": "another's flight plans",
}
"""Kinds of data as something that nobody sees."""
THINGS = ("airfields", "munitions")
NOBODY = "nobody"
"""The first word of the verb of a claim that nobody may do something with what is another's."""


def bounds(facts: Facts, grants: Sequence[Grant], phase: str | None = None) -> Iterator[Sentence]:
    """What no clause grants to anybody, by phase; last of all that nothing else crosses the border."""
    if not grants:
        yield Sentence(NOTHING)
        return
    phases = facts.phases if phase is None else (phase,)
    warned = any(unit.kind == "early-warning" for unit in facts.scenario.units.values())
    data = [word for word in SHARES if word != "warning" or warned]
    yield from _nobody(facts, phases, data, lambda word, at: _is_seen(facts, grants, word, at), "see", _sees)
    yield from _nobody(facts, phases, ACTS, lambda word, at: _is_ordered(facts, grants, word, at), "order", _orders)
    yield from _nobody(facts, phases, THINGS, lambda word, at: _is_used(facts, grants, word, at), "use", _uses)
    yield from _lands(facts, grants)
    yield from _apart(facts, grants)
    yield Sentence("Nothing else crosses the border.")


def _nobody(
    facts: Facts,
    phases: Sequence[str],
    words: Iterable[str],
    granted: Callable[[str, str], bool],
    verb: str,
    said: Callable[[list[str]], str],
) -> Iterator[Sentence]:
    """Words that nothing grants, those of the same phases in one sentence."""
    missing: dict[tuple[str, ...], list[str]] = {}
    for word in words:
        without = tuple(at for at in phases if not granted(word, at))
        if without:
            missing.setdefault(without, []).append(word)
    for without, found in missing.items():
        start = when(without, facts.phases)
        claim = Claim(f"{NOBODY} {verb}", "", "", "", without, tuple(found), ())
        yield Sentence(sentence(f"{'' if start == 'at all times' else start} {said(found)}"), (), (claim,))


def _sees(words: list[str]) -> str:
    if "plots" in words:  # who does not see it at all cannot launch on it either
        words = [word for word in words if word != "fire-control"]
    return f"nobody sees {listed((SEEN[word] for word in words), 'or')}"


def _orders(words: list[str]) -> str:
    return f"nobody may order another's units to {listed((ACTS[word] for word in words), 'or')}"


def _uses(words: list[str]) -> str:
    return f"nobody may use another's {listed(words, 'or')}"


def _is_seen(facts: Facts, grants: Sequence[Grant], word: str, phase: str) -> bool:
    enough = {SHARE_WORDS[share] for share in IMPLIED[SHARES[word]]}
    return any(enough & set(grant.clause.share) and phase in facts.phases_of(grant.clause) for grant in grants)


def _is_ordered(facts: Facts, grants: Sequence[Grant], word: str, phase: str) -> bool:
    return any(
        word in grant.clause.order and phase in facts.phases_of(grant.clause) and abroad(facts, grant)
        for grant in grants
    )


def _is_used(facts: Facts, grants: Sequence[Grant], word: str, phase: str) -> bool:
    return any(word in grant.clause.use and phase in facts.phases_of(grant.clause) for grant in grants)


def abroad(facts: Facts, grant: Grant) -> bool:
    """Whether an order clause lets a post of one nation order units of another."""
    nations = {facts.scenario.posts[post].nation for post in posts_of(facts, grant)}
    return any(giver != nation for giver in grant.givers for nation in nations)


def _lands(facts: Facts, grants: Sequence[Grant]) -> Iterator[Sentence]:
    """The lands over which no clause lets anybody fire, where some clause does over others."""
    firing = [grant for grant in grants if "engage" in grant.clause.order and abroad(facts, grant)]
    if not firing:
        return
    for nation in facts.parties:
        has_land = facts.scenario.nations[nation].territory is not None
        if has_land and not any(covers(grant, nation) for grant in firing):
            land = owners(facts.name(nation))
            yield Sentence(sentence(f"over {land} land no clause lets anybody order another's units to engage"))


def covers(grant: Grant, land: str) -> bool:
    """Whether an order clause may hold over a nation's land; strips and named zones may lie anywhere."""
    if grant.clause.where is None:
        return True
    words = parse_zone(grant.clause.where)
    if words.kind == "role":
        return land == grant.receiver if words.names == ("receiver",) else land in grant.givers
    return words.kind != "territory" or land in words.names


def _apart(facts: Facts, grants: Sequence[Grant]) -> Iterator[Sentence]:
    """Parties of which one gives the other nothing."""
    given = {(giver, grant.receiver) for grant in grants for giver in grant.givers}
    parties = facts.parties
    for i, one in enumerate(parties):
        for other in parties[i + 1 :]:
            there, back = (one, other) in given, (other, one) in given
            if not there and not back:
                yield Sentence(sentence(f"nothing passes between {facts.name(one)} and {facts.name(other)}"))
            elif there != back:
                giver, receiver = (other, one) if there else (one, other)
                yield Sentence(sentence(f"{facts.name(giver)} gives {facts.name(receiver)} nothing"))


def laws(facts: Facts, phase: str | None = None) -> Iterator[Sentence]:
    """What nations forbid by their own law."""
    for nation, section in facts.scenario.nations.items():
        name = facts.name(nation)
        said: Mapping[str, tuple[str, ...]] = {
            f"by {owners(name)} own law nobody may use weapons over its land, whatever a clause says": tuple(
                at for at, roe in section.roe.items() if roe.over_land == "none"
            ),
            f"by {owners(name)} own law only its own units may use weapons over its land": tuple(
                at for at, roe in section.roe.items() if roe.over_land == "own"
            ),
            f"by {owners(name)} own law its units do not engage over another's land": tuple(
                at for at, roe in section.roe.items() if not roe.abroad
            ),
        }
        for text, phases in said.items():
            if phases and (phase is None or phase in phases):
                start = when(phases, facts.phases)
                begin = "" if start in ("", "at all times") else f"{start}, "
                yield Sentence(sentence(f"{begin}{text} (law.{nation})"))
