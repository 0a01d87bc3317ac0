"""What the people at a post may say of the agreements while a run is under way: take consent back, give it again,
refuse it to orders that wait for it, and call for the help that is owed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jointsky.errors import AuthorityError
from jointsky.links.agreements import approver
from jointsky.links.arrangement import Arrangement, Withdrawal, owner_of

WORDS = ("withdraw", "restore", "refuse", "attacked")
"""What may be said: of a clause or agreement (the first two), of a clause that asks for consent, of a nation."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing that may be said: `word` of `name`, in the name of `by`."""

    word: str
    name: str
    by: str


def speaks_for(arr: Arrangement, post: str) -> frozenset[str]:
    """In whose name the people at a post speak: its own. A post that bears its nation's name and sits with nobody else
    speaks for the nation and for its people as well."""
    role = arr.posts[post]
    if role.host is not None or owner_of(post, arr.nations) != role.nation:
        return frozenset((post,))
    people = {name for name in _named(arr) if owner_of(name, arr.nations) == role.nation}
    return frozenset((post, role.nation, *(people - arr.posts.keys())))


def sayings(arr: Arrangement, post: str) -> tuple[Saying, ...]:
    """All that the people at a post may say, in order of words and names."""
    ours = speaks_for(arr, post)
    found = {(word, name): min(ours & set(by)) for word, name, by in _every(arr) if ours & set(by)}
    return tuple(Saying(word, name, found[word, name]) for word, name in sorted(found, key=_place))


def said(arr: Arrangement, post: str, word: str, name: str) -> Saying:
    """What the people at a post say, if they may. Raises AuthorityError."""
    for saying in sayings(arr, post):
        if (saying.word, saying.name) == (word, name):
            return saying
    known = sorted({other for one, other, _ in _every(arr) if one == word})
    heard = f"no agreement lets anybody say it of {name}" if name not in known else "the agreement names others"
    raise AuthorityError(f"{post} says {word} {name} ({heard})", ())


def _every(arr: Arrangement) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(word, name, who may say it) of all agreements."""
    terms: list[tuple[str, Withdrawal | None]] = [(clause.id, clause.withdrawal) for clause in arr.clauses]
    terms += [(pact.name, pact.withdrawal) for pact in arr.pacts.values()]
    for name, term in terms:
        if term is not None:
            yield "withdraw", name, term.by
            yield "restore", name, term.by
    for clause_id in dict.fromkeys(grant.clause.id for grant in arr.orders if grant.clause.approval_by is not None):
        yield "refuse", clause_id, tuple(_approvers(arr, clause_id))
    for nation in arr.nations:
        callers = [c.assistance.declared_by for c in arr.clauses if c.assistance is not None and nation in c.receivers]
        yield "attacked", nation, tuple(name for names in callers for name in names)


def _approvers(arr: Arrangement, clause_id: str) -> Iterable[str]:
    found = [approver(grant.clause, grant.giver) for grant in arr.orders if grant.clause.id == clause_id]
    return dict.fromkeys(name for name in found if name is not None)


def _named(arr: Arrangement) -> set[str]:
    return {name for _, _, by in _every(arr) for name in by}


def _place(item: tuple[str, str]) -> tuple[int, str]:
    return WORDS.index(item[0]), item[1]
