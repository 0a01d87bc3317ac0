"""Which clauses are in force: the right phase, consent that stands, help that was called for, and links that are not
lost.

What verdicts share is worked out once for each `Force`, however often they are asked.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from math import inf

from jointsky.links.arrangement import Arrangement, Clause, LossRule, OrderGrant, PostArea, Situation
from jointsky.vocab.codes import Weapons

Fault = tuple[str, tuple[str, ...]]
"""What stands against an act: in words, and as ids (see `Verdict`)."""
_NEAR_S = 1e-6
"""Nearer than this to a moment at which something comes in or out of force it is worked out anew at each question."""
_MOST_KNOWN = 64
"""Histories whose force is remembered: one for each post and the network, and some to spare."""


@dataclass(frozen=True, slots=True)
class Force:
    """All that decides which clauses hold: the phase, the loss rules that hold, the clauses and agreements whose
    consent is withdrawn, the clauses whose help is there, and (where deputies may stand in) the links that are down."""

    phase: str
    lost: tuple[LossRule, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    helping: frozenset[str] = frozenset()
    down: frozenset[str] = frozenset()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work the hash out once: it is asked for with every question."""
        told = (self.phase, self.lost, self.withdrawn, self.helping, self.down)
        object.__setattr__(self, "_hash", hash(told))

    def __hash__(self) -> int:
        """The same for equal ones."""
        return self._hash


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """A force that holds from `since_s` until shortly before `until_s`, and what it was worked out from, kept lest
    something else gets its place in memory."""

    since_s: float
    until_s: float
    force: Force
    of: tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class HeldOrder:
    """An order grant and who holds it now: `posts` may order, those in `to` as commanders, the rest as delegates."""

    grant: OrderGrant
    posts: frozenset[str]
    to: frozenset[str]


_known: dict[tuple[object, ...], _Known] = {}
"""What is remembered of histories, as `lru_cache` would: no answer depends on it."""


def force_of(arr: Arrangement, situation: Situation) -> Force:
    """What decides now which clauses hold."""
    if situation.calm:
        return _calm(situation.phase)
    of = (arr, situation.links, situation.withdrawn, situation.called)
    key = (situation.phase, *map(id, of))
    known = _known.get(key)
    if known is None or not known.since_s <= situation.t_s < known.until_s - _NEAR_S:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        until_s = min((moment for moment in _moments(arr, situation) if moment > situation.t_s - _NEAR_S), default=inf)
        known = _known[key] = _Known(situation.t_s, until_s, _force_of(arr, situation), of)
    return known.force


def _force_of(arr: Arrangement, situation: Situation) -> Force:
    """`force_of`, worked out."""
    lost = fallen(arr, situation)
    withdrawn = frozenset(name for name in situation.withdrawn if _is_withdrawn(arr, name, situation))
    helping = frozenset(name for name in situation.called if _is_there(arr, name, situation))
    deputies = any(rule.then == "deputy" for rule in lost)
    down = frozenset(link for link in situation.links if _is_down(situation, link))
    return Force(situation.phase, lost, withdrawn, helping, down if deputies else frozenset())


def _moments(arr: Arrangement, situation: Situation) -> list[float]:
    """The times at which the force may change without news: a link has been down or up again for long enough, consent
    that was withdrawn ends, help arrives."""
    turned = [(rule, situation.links[rule.link]) for rule in arr.losses if situation.links.get(rule.link)]
    turns = [history[-1] + (rule.after_s if len(history) % 2 else _back_s(arr, rule)) for rule, history in turned]
    ends = [history[-1] + _goes_on_s(arr, name) for name, history in situation.withdrawn.items() if history]
    return [*turns, *ends, *(called_s + _wait_s(arr, name) for name, called_s in situation.called.items())]


def in_force(arr: Arrangement, situation: Situation) -> frozenset[int]:
    """Indexes of the clauses in force. An order clause that only deputies hold is not among them."""
    return clauses_in(arr, force_of(arr, situation))


def held_orders(arr: Arrangement, situation: Situation) -> tuple[HeldOrder, ...]:
    """The order grants that somebody holds now, in order of clauses."""
    return orders_in(arr, force_of(arr, situation))


def areas_in_force(arr: Arrangement, situation: Situation) -> tuple[PostArea, ...]:
    """The areas of posts that exist now, by name of the post; those of an agreement that a lost link or the end of
    consent has put out of force do not bind."""
    return _areas_in(arr, force_of(arr, situation)) if arr.areas else ()


def order_stands(arr: Arrangement, sender: str, clause_id: str, situation: Situation) -> bool:
    """Whether an order clause still lets a post order."""
    return (clause_id, sender) in _holders_in(arr, force_of(arr, situation))


def force_fault(arr: Arrangement, clause: Clause, situation: Situation) -> Fault | None:
    """Why a clause is not in force, in words that follow its id; None when it is."""
    force = force_of(arr, situation)
    if situation.phase not in clause.phases:
        words = ", ".join(phase for phase in arr.phases if phase in clause.phases) or "none"
        return f"holds only in phase {words}", (clause.id,)
    lost = [rule.link for rule in force.lost if _suspends(rule, clause)]
    if lost:
        return "is out of force because its link is lost", (clause.id, *(f"link.{name}" for name in sorted(set(lost))))
    if force.withdrawn & _consents(arr, clause):
        return "is out of force because consent was withdrawn", (clause.id, f"consent.{clause.id}")
    if clause.assistance is not None and clause.id not in force.helping:
        called = clause.id in situation.called
        return ("holds only in some time" if called else "holds only after an attack"), (clause.id,)
    return None


def fallen(arr: Arrangement, situation: Situation) -> tuple[LossRule, ...]:
    """The loss rules that hold now: their link was down for longer than they bear and has not been up for long enough
    since."""
    if not situation.links:
        return ()
    return tuple(rule for rule in arr.losses if _is_lost(arr, rule, situation))


def suspended(arr: Arrangement, situation: Situation) -> frozenset[int]:
    """Indexes of the clauses that a lost link has put out of force: those that run over it, and orders and uses.

    A clause of the same agreement over another link goes on.
    """
    lost = fallen(arr, situation)
    return frozenset(clause.index for clause in arr.clauses if any(_suspends(rule, clause) for rule in lost))


def weapons_limit(arr: Arrangement, nation: str, situation: Situation) -> Weapons | None:
    """The loosest weapons status that lost links leave to a nation; None: no limit from there."""
    limits = [rule.weapons for rule in fallen(arr, situation) if rule.weapons is not None and nation in rule.parties]
    return min(limits, default=None)


def consent_withdrawn(arr: Arrangement, clause: Clause, situation: Situation) -> bool:
    """Whether consent to a clause, to its agreement or to one that this hangs on has been withdrawn and no longer goes
    on."""
    return bool(situation.withdrawn) and bool(force_of(arr, situation).withdrawn & _consents(arr, clause))


def _consents(arr: Arrangement, clause: Clause) -> frozenset[str]:
    """All names whose withdrawn consent puts a clause out of force: its own, its agreement's, and so on upwards."""
    return frozenset((clause.id, *_chain(arr, clause.agreement)))


def _chain(arr: Arrangement, agreement: str) -> list[str]:
    names: list[str] = []
    name: str | None = agreement
    while name is not None and name not in names:
        names.append(name)
        name = arr.pacts[name].under if name in arr.pacts else None
    return names


def _is_withdrawn(arr: Arrangement, name: str, situation: Situation) -> bool:
    ago_s = situation.withdrawn_s(name)
    return ago_s is not None and ago_s >= _goes_on_s(arr, name)


def _goes_on_s(arr: Arrangement, name: str) -> float:
    """For how long things go on after consent to a clause or an agreement was withdrawn."""
    terms = [clause.withdrawal for clause in arr.clauses if clause.id == name]
    terms += [arr.pacts[name].withdrawal] if name in arr.pacts else []
    return max((term.takes_s for term in terms if term is not None), default=0.0)


def _is_there(arr: Arrangement, name: str, situation: Situation) -> bool:
    return situation.t_s - situation.called[name] >= _wait_s(arr, name)


def _wait_s(arr: Arrangement, name: str) -> float:
    """How long the help of a clause takes to arrive."""
    waits_s = [clause.assistance.takes_s for clause in arr.clauses if clause.id == name and clause.assistance]
    return max(waits_s, default=0.0)


def _is_down(situation: Situation, link: str) -> bool:
    return len(situation.links.get(link, ())) % 2 == 1


def _suspends(rule: LossRule, clause: Clause) -> bool:
    return rule.agreement == clause.agreement and clause.link in (rule.link, None)


def _stands(arr: Arrangement, force: Force, clause: Clause) -> bool:
    """Whether a clause would hold if no link were lost."""
    helped = clause.assistance is None or clause.id in force.helping
    return force.phase in clause.phases and helped and not force.withdrawn & _consents(arr, clause)


@lru_cache(maxsize=16)
def _calm(phase: str) -> Force:
    """What holds in a phase while nothing else has happened."""
    return Force(phase)


@lru_cache(maxsize=64)
def clauses_in(arr: Arrangement, force: Force) -> frozenset[int]:
    """`in_force` of all situations with this force."""
    return frozenset(
        clause.index
        for clause in arr.clauses
        if _stands(arr, force, clause) and not any(_suspends(rule, clause) for rule in force.lost)
    )


@lru_cache(maxsize=64)
def orders_in(arr: Arrangement, force: Force) -> tuple[HeldOrder, ...]:
    """`held_orders` of all situations with this force."""
    held = [_held(arr, force, grant) for grant in arr.orders if _stands(arr, force, grant.clause)]
    return tuple(order for order in held if order.posts)


@lru_cache(maxsize=64)
def _holders_in(arr: Arrangement, force: Force) -> frozenset[tuple[str, str]]:
    """Who may order by which clause: (clause id, post)."""
    return frozenset((held.grant.clause.id, post) for held in orders_in(arr, force) for post in held.posts)


def _held(arr: Arrangement, force: Force, grant: OrderGrant) -> HeldOrder:
    rule = next((rule for rule in force.lost if _suspends(rule, grant.clause)), None)  # an agreement has one at most
    if rule is None:
        return HeldOrder(grant, grant.posts, grant.to)
    if rule.then != "deputy":
        return HeldOrder(grant, frozenset(), frozenset())
    found = [_stand_in(arr, force, arr.posts[post].deputies, grant.giver) for post in sorted(grant.to)]
    deputies = frozenset(name for name in found if name is not None)
    return HeldOrder(grant, deputies, deputies)


def _stand_in(arr: Arrangement, force: Force, deputies: tuple[str, ...], giver: str) -> str | None:
    """The first of some deputies that exists and reaches the giver's units: its own nation's, or over a link that is
    up."""
    for name in deputies:
        role = arr.posts[name]
        reaches = role.nation == giver or any(link not in force.down for link in links_between(arr, name, giver))
        if force.phase in role.phases and reaches:
            return name
    return None


def links_between(arr: Arrangement, post: str, nation: str) -> list[str]:
    """The links that join a post, its host or another post of its nation with posts of another nation."""
    role = arr.posts[post]
    ours = {post, role.host or post, *(name for name, other in arr.posts.items() if other.nation == role.nation)}
    theirs = {name for name, other in arr.posts.items() if other.nation == nation} - {post}
    return [link.name for link in arr.links.values() if ours & set(link.ends) and theirs & set(link.ends)]


@lru_cache(maxsize=64)
def _areas_in(arr: Arrangement, force: Force) -> tuple[PostArea, ...]:
    lost = {rule.agreement for rule in force.lost}
    return tuple(
        area
        for post, area in sorted(arr.areas.items())
        if force.phase in arr.posts[post].phases
        and area.agreement not in lost
        and not force.withdrawn & frozenset(_chain(arr, area.agreement))
    )


def _back_s(arr: Arrangement, rule: LossRule) -> float:
    return rule.resume.after_s + (arr.links[rule.link].delay_s if rule.resume.confirmed else 0.0)


def _is_lost(arr: Arrangement, rule: LossRule, situation: Situation) -> bool:
    """Replay the link's history: confirmation by both ends takes one message over the link."""
    times = (*situation.links.get(rule.link, ()), situation.t_s)
    back_s = _back_s(arr, rule)
    lost = False
    for i, (begin, end) in enumerate(zip(times, times[1:], strict=False)):
        if i % 2 == 0:
            lost = lost or end - begin > rule.after_s
        elif end - begin >= back_s:
            lost = False
    return lost
