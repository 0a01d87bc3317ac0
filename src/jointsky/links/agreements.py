"""Who may see, order and use what: pure functions of a compiled agreement and the situation, each answer with its
clauses.

Nothing is granted but by a clause in force; what is a nation's own needs none and is answered with the id `national`.
The same functions serve the network, the assignment, the console, the log and the reports.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from jointsky.links.arrangement import (
    ACT_WORDS,
    NATIONAL,
    SHARE_WORDS,
    Arrangement,
    Clause,
    OrderGrant,
    PostRole,
    ShareGrant,
    Situation,
)
from jointsky.links.compiler import compile_arrangement
from jointsky.links.force import Fault, Force, force_fault, force_of, held_orders, in_force, orders_in
from jointsky.links.places import Target, place_fault
from jointsky.links.zones import Zone
from jointsky.vocab.codes import Act, Identity, Share

NOBODY = "none"
"""Stands where ids of what stood against an act stand when no clause speaks of it at all."""
IMPLIED: dict[Share, frozenset[Share]] = {
    Share.PLOTS: frozenset((Share.PLOTS, Share.FIRE_CONTROL)),
    Share.WARNING: frozenset((Share.WARNING, Share.PLOTS, Share.FIRE_CONTROL)),
    Share.TRACKS: frozenset((Share.TRACKS,)),
    Share.FIRE_CONTROL: frozenset((Share.FIRE_CONTROL,)),
    Share.IDENTITY: frozenset((Share.IDENTITY,)),
    Share.FLIGHT_PLANS: frozenset((Share.FLIGHT_PLANS,)),
}
"""Which grants release a kind of data: whoever gets the more detailed kind gets the lesser one of the same sensor."""

Chain = tuple[tuple[str, Zone | None], ...]
"""Who commands a unit, first the first: (post, the zone to which that is bound)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer: yes or no, the ids of the clauses that grant it, and the reason in words.

    `approval_by` (a nation or post; None: nobody) must consent first, which takes `takes_s` seconds. Of things that may
    be used, `limit` is the share of the owner's stock and `most` the number; where both are above zero the larger one
    counts.

    `against` are the ids of what stood against a refused act, at least one: clauses, `area.POST` (whose area the target
    is in), `law.NATION`, `commander.POST` (who orders this unit), `consent.CLAUSE`, `post.NAME` (does not exist),
    `link.NAME` (is lost), or `none`: no clause speaks of it.
    """

    yes: bool
    clauses: tuple[str, ...]
    reason: str
    approval_by: str | None = None
    takes_s: float = 0.0
    limit: float = 1.0
    most: int = 0
    against: tuple[str, ...] = ()

    @classmethod
    def no(cls, reason: str, *against: str) -> "Verdict":
        """A refusal; without ids, because no clause speaks of it."""
        return cls(False, (), reason, against=tuple(dict.fromkeys(against)) or (NOBODY,))


@dataclass(frozen=True, slots=True)
class Datum:
    """A piece of data: its kind, the nation that made it, the sensor (None: not of one sensor), where the object was
    (NaN: unknown)."""

    share: Share
    owner: str
    sensor: str | None = None
    lat_deg: float = float("nan")
    lon_deg: float = float("nan")


@dataclass(frozen=True, slots=True)
class Usable:
    """A kind of thing that one nation may let another use: `airfields` or `munitions` of `owner`."""

    word: str
    owner: str


__all__ = [
    "NATIONAL",
    "NOBODY",
    "Arrangement",
    "Datum",
    "Situation",
    "Target",
    "Usable",
    "Verdict",
    "approver",
    "bound_by_place",
    "bound_by_target",
    "chain_of_command",
    "clause_in_force",
    "commander_of",
    "first_of",
    "is_delegate",
    "compile_arrangement",
    "consent_s",
    "grants_act",
    "may_order",
    "may_see",
    "may_use",
    "needs_consent",
    "partners_in_command",
    "viewing_nation",
]


def may_see(arr: Arrangement, nation: str, datum: Datum, situation: Situation) -> Verdict:
    """Whether a nation may see a datum. A post sees what its nation sees, a hosted post what its host's nation sees."""
    what = SHARE_WORDS[datum.share] + (f" of {datum.sensor}" if datum.sensor is not None else f" of {datum.owner}")
    if nation == datum.owner:
        return Verdict(True, (NATIONAL,), f"{what} are {nation}'s own")
    grants = [
        grant
        for grant in arr.shares
        if grant.receiver == nation and grant.giver == datum.owner and grant.shares & IMPLIED[datum.share]
    ]
    granted: list[Clause] = []
    against: list[Fault] = []
    for grant in grants:
        fault = force_fault(arr, grant.clause, situation) or _datum_fault(arr, grant, datum)
        if fault is None:
            granted.append(grant.clause)
        else:
            against.append(_of(grant.clause, fault))
    return _verdict(f"{nation} may see {what}", granted, against)


def may_order(arr: Arrangement, post: str, act: Act, unit: str, target: Target | None, situation: Situation) -> Verdict:
    """Whether a post may order a unit to do something, against a target where the act has one.

    Where several clauses grant it, the one whose consent comes soonest decides approval and delay and stands first.
    """
    fault = _order_fault(arr, post, act, unit, target, situation)
    if fault is not None:
        return Verdict.no(fault[0], *fault[1])
    row = arr.unit_rows[unit]
    owner = arr.units[row].nation
    role = arr.posts[post]
    what = f"{post} may order {unit} to {ACT_WORDS[act]}"
    if role.nation == owner and role.units[row]:
        verdict = Verdict(True, (NATIONAL,), f"{what}: it commands this unit of its own nation")
    else:
        verdict = _granted_order(arr, what, post, act, row, target, situation)
    if verdict.yes and act == Act.ENGAGE and target is not None:
        place = place_fault(arr, post, owner, target, situation)
        if place is not None:
            return Verdict.no(f"{place[0]}, which bars what would else be allowed: {verdict.reason}", *place[1])
    return verdict


def _granted_order(
    arr: Arrangement, what: str, post: str, act: Act, row: int, target: Target | None, situation: Situation
) -> Verdict:
    """What the clauses say to an order to the unit in row `row`."""
    held = {id(order.grant): order.posts for order in held_orders(arr, situation)}
    granted: list[Clause] = []
    against: list[Fault] = []
    for grant in arr.orders:
        posts = held.get(id(grant), grant.posts)
        if grant.units[row] and (post in posts or post in grant.posts):
            refusal = None if post in held.get(id(grant), ()) else force_fault(arr, grant.clause, situation)
            refusal = refusal or _spent_fault(grant, act, situation) or _act_fault(grant, act, target)
            if refusal is None:
                granted.append(grant.clause)
            else:
                against.append(_of(grant.clause, refusal))
    granted.sort(key=lambda clause: (consent_s(clause, act), clause.index))
    verdict = _verdict(what, granted, against)
    if not granted or consent_s(granted[0], act) == 0.0 and not needs_consent(granted[0], act):
        return verdict
    by = approver(granted[0], arr.units[row].nation)
    return Verdict(True, verdict.clauses, verdict.reason, by, granted[0].takes_s)


def may_use(arr: Arrangement, nation: str, thing: Usable, situation: Situation) -> Verdict:
    """Whether a nation may use things of another, and up to which share of the owner's stock."""
    what = f"{nation} may use {thing.word} of {thing.owner}"
    if nation == thing.owner:
        return Verdict(True, (NATIONAL,), f"{what}: they are its own")
    granted: list[Clause] = []
    against: list[Fault] = []
    for grant in arr.uses:
        if grant.receiver == nation and grant.giver == thing.owner and thing.word in grant.words:
            fault = force_fault(arr, grant.clause, situation)
            if fault is None:
                granted.append(grant.clause)
            else:
                against.append(_of(grant.clause, fault))
    verdict = _verdict(what, granted, against)
    limits = [clause.limits.get(thing.word, clause.level) for clause in granted]
    share = max((limit for limit in limits if not isinstance(limit, int)), default=0.0)
    most = max((limit for limit in limits if isinstance(limit, int)), default=0)
    return replace(verdict, limit=share, most=most)


def clause_in_force(arr: Arrangement, clause_id: str, situation: Situation) -> bool:
    """Whether a clause id, as stored with an order, holds now; `national` always does, an unknown id never. See
    `force.order_stands` for a clause that only a deputy holds."""
    return clause_id == NATIONAL or any(arr.clauses[i].id == clause_id for i in in_force(arr, situation))


def commander_of(arr: Arrangement, unit: str, post: str, situation: Situation, target: Target | None = None) -> str:
    """The one post whose orders a unit follows first about a target; empty when nobody commands it.

    A post to which a clause in force gives the unit without asking anybody's consent goes before the owner's own;
    among equals the lower `precedence`, then the earlier clause. A clause that is bound to a place gives the unit for
    targets there only; without a `target` every place counts. Delegates act for the commander and do not replace it.
    `post` is who asks: it is named when it stands level with another by the agreement's text.
    """
    return first_of(chain_of_command(arr, unit, post, situation), target)


def first_of(chain: Chain, target: Target | None) -> str:
    """Who of a chain commands about a target (None: whatever the place); empty: nobody."""
    return next((name for name, zone in chain if zone is None or target is None or target.is_in(zone)), "")


def chain_of_command(arr: Arrangement, unit: str, post: str, situation: Situation) -> Chain:
    """All posts that command a unit, who goes before whom, each with the zone to which that is bound (None: none);
    see `commander_of`."""
    row = arr.unit_rows[unit]
    living = {name: role for name, role in arr.posts.items() if situation.phase in role.phases}
    ranks: list[tuple[tuple[float, ...], str, Zone | None]] = [
        ((0, _rank(living[name]), held.grant.clause.index, name != post), name, held.grant.zone)
        for held in held_orders(arr, situation)
        if held.grant.clause.approval_by is None and held.grant.units[row]
        for name in held.to & living.keys()
    ]
    ranks += [((1, _rank(role)), name, None) for name, role in living.items() if role.units[row]]
    return tuple((name, zone) for _, name, zone in sorted(ranks, key=lambda rank: rank[:2]))


def partners_in_command(arr: Arrangement, post: str, situation: Situation) -> tuple[str, ...]:
    """The other posts that an order clause in force names together with this one, as commander or as delegate, sorted.
    """
    return _partners_in(arr, post, force_of(arr, situation))


@lru_cache(maxsize=256)
def _partners_in(arr: Arrangement, post: str, force: Force) -> tuple[str, ...]:
    together: set[str] = set()
    for held in orders_in(arr, force):
        if held.grant.clause.approval_by is None and post in held.posts:
            together |= held.posts
    return tuple(sorted(name for name in together - {post} if force.phase in arr.posts[name].phases))


def is_delegate(arr: Arrangement, post: str, situation: Situation) -> bool:
    """Whether an order clause in force delegates its command down to this post."""
    return any(post in held.posts - held.to for held in held_orders(arr, situation))


def viewing_nation(arr: Arrangement, post: str) -> str:
    """The nation whose picture a post sees: its own, or that of the post that hosts it in the end."""
    role = arr.posts[post]
    while role.host is not None:
        role = arr.posts[role.host]
    return role.nation


def needs_consent(clause: Clause, act: Act) -> bool:
    """Whether somebody must consent to this act; nobody need consent to breaking off or to coming home."""
    return clause.approval_by is not None and act not in (Act.CEASE, Act.RECOVER)


def consent_s(clause: Clause, act: Act) -> float:
    """Seconds that consent to this act takes."""
    return clause.takes_s if needs_consent(clause, act) else 0.0


def approver(clause: Clause, owner: str) -> str | None:
    """Who consents: the owner of the unit, or whom the clause names."""
    return owner if clause.approval_by == "owner" else clause.approval_by


def grants_act(grant: OrderGrant, act: Act) -> bool:
    """Whether a grant covers an act: who may engage may break off, who may move a unit may send it home."""
    if act == Act.CEASE:
        return Act.ENGAGE in grant.acts
    if act == Act.RECOVER:
        return bool(grant.acts & {Act.SCRAMBLE, Act.POSITION})
    return act in grant.acts


def bound_by_place(act: Act) -> bool:
    """Whether `where` limits an act: shooting and moving happen somewhere, starting engines does not."""
    return act in (Act.ENGAGE, Act.POSITION)


def bound_by_target(act: Act) -> bool:
    """Whether `targets` limits an act; breaking off and coming home are always free."""
    return act not in (Act.CEASE, Act.RECOVER)


def _rank(role: PostRole) -> float:
    return float("inf") if role.precedence is None else role.precedence


def _order_fault(
    arr: Arrangement, post: str, act: Act, unit: str, target: Target | None, situation: Situation
) -> Fault | None:
    if post not in arr.posts:
        return f"there is no post {post}", (f"post.{post}",)
    if unit not in arr.unit_rows:
        return f"there is no unit {unit}", ()
    if situation.phase not in arr.posts[post].phases:
        return f"post {post} does not exist in phase {situation.phase}", (f"post.{post}",)
    if act == Act.ENGAGE and target is None:
        return "an engagement needs a target", ()
    return None


def _spent_fault(grant: OrderGrant, act: Act, situation: Situation) -> Fault | None:
    """Shots of a clause are counted, whoever fires them; see `Situation.spent`."""
    if act != Act.ENGAGE or (grant.clause.id, grant.giver) not in situation.spent:
        return None
    return f"is used up: {grant.most.get('shots', 0)} shots of {grant.giver}", (grant.clause.id,)


def _datum_fault(arr: Arrangement, grant: ShareGrant, datum: Datum) -> Fault | None:
    if datum.sensor is not None and not grant.sensors[arr.sensor_rows[datum.sensor]]:
        return f"does not give data of {datum.sensor}", (grant.clause.id,)
    if grant.zone is not None and not grant.zone.holds(datum.lat_deg, datum.lon_deg):
        return f"gives only what is {_place(grant.zone.text)}", (grant.clause.id,)
    return None


def _act_fault(grant: OrderGrant, act: Act, target: Target | None) -> Fault | None:
    text = _act_words(grant, act, target)
    return None if text is None else (text, (grant.clause.id,))


def _act_words(grant: OrderGrant, act: Act, target: Target | None) -> str | None:
    clause = grant.clause
    if not grants_act(grant, act):
        return f"grants {', '.join(clause.words)} only"
    if target is None:
        return None
    if bound_by_target(act):
        if clause.never_civil and target.civil:
            return "forbids civil targets"
        if clause.identities is not None and target.identity not in clause.identities:
            allowed = " or ".join(word for word in _identity_words(clause.identities))
            return f"holds against {allowed} targets only, this one is {_identity_word(target.identity)}"
    if bound_by_place(act) and grant.zone is not None and not target.is_in(grant.zone):
        return f"holds only for targets {_place(grant.zone.text)}"
    return None


def _of(clause: Clause, fault: Fault) -> Fault:
    """A fault with the clause it is of."""
    return f"{clause.id} {fault[0]}", fault[1]


def _verdict(what: str, granted: list[Clause], against: list[Fault]) -> Verdict:
    ids = tuple(dict.fromkeys(clause.id for clause in granted))
    if ids:
        return Verdict(True, ids, f"{what} by {' and '.join(ids)}")
    told = "".join(f"; {text}" for text, _ in against)
    return Verdict.no(f"no clause in force grants that {what}{told}", *(name for _, names in against for name in names))


def _place(text: str) -> str:
    return text if text.split()[0] in ("within", "anywhere") else f"in {text}"


def _identity_words(codes: frozenset[int]) -> Iterator[str]:
    return (_identity_word(code) for code in sorted(codes))


def _identity_word(code: int) -> str:
    return Identity(code).name.lower().replace("_", "-")
