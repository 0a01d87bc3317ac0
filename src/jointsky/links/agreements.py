"""Who may see, order and use what: pure functions of a compiled agreement and the situation, each answer with its
clauses.

Nothing is granted but by a clause in force; what is a nation's own needs none and is answered with the id `national`.
The same functions serve the network, the assignment, the console, the log and the reports.
"""

from collections.abc import Iterator
from dataclasses import dataclass

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
    in_force,
    suspended,
)
from jointsky.links.compiler import compile_arrangement
from jointsky.links.zones import Zone
from jointsky.vocab.codes import Act, Identity, Share

IMPLIED: dict[Share, frozenset[Share]] = {
    Share.PLOTS: frozenset((Share.PLOTS, Share.FIRE_CONTROL)),
    Share.WARNING: frozenset((Share.WARNING, Share.PLOTS, Share.FIRE_CONTROL)),
    Share.TRACKS: frozenset((Share.TRACKS,)),
    Share.FIRE_CONTROL: frozenset((Share.FIRE_CONTROL,)),
    Share.IDENTITY: frozenset((Share.IDENTITY,)),
    Share.FLIGHT_PLANS: frozenset((Share.FLIGHT_PLANS,)),
}
"""Which grants release a kind of data: whoever gets the more detailed kind gets the lesser one of the same sensor."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer: yes or no, the ids of the clauses that grant it, and the reason in words.

    `approval_by` (a nation or post; None: nobody) must consent first, which takes `takes_s` seconds; `limit` is the
    share of the owner's stock that may be used.
    """

    yes: bool
    clauses: tuple[str, ...]
    reason: str
    approval_by: str | None = None
    takes_s: float = 0.0
    limit: float = 1.0


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
class Target:
    """What an order is aimed at, as the ordering post believes it: identity (an Identity code), whether civil, and
    where.

    Where is a position or, when that is NaN, the nation whose land is below (None: nobody's); the land alone cannot
    answer for a strip or a named zone, which then do not hold.
    """

    identity: int
    civil: bool
    land: str | None = None
    lat_deg: float = float("nan")
    lon_deg: float = float("nan")

    def is_in(self, zone: Zone) -> bool:
        """Whether the target is in a zone."""
        if self.lat_deg == self.lat_deg and self.lon_deg == self.lon_deg:
            return bool(zone.inside(self.lat_deg, self.lon_deg)[0])
        return self.land is not None and self.land in zone.lands


@dataclass(frozen=True, slots=True)
class Usable:
    """A kind of thing that one nation may let another use: `airfields` or `munitions` of `owner`."""

    word: str
    owner: str


__all__ = [
    "NATIONAL",
    "Arrangement",
    "Datum",
    "Situation",
    "Target",
    "Usable",
    "Verdict",
    "approver",
    "bound_by_place",
    "bound_by_target",
    "clause_in_force",
    "commander_of",
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
    against: list[str] = []
    for grant in grants:
        fault = _force_fault(arr, grant.clause, situation) or _datum_fault(arr, grant, datum)
        if fault is None:
            granted.append(grant.clause)
        else:
            against.append(f"{grant.clause.id} {fault}")
    return _verdict(f"{nation} may see {what}", granted, against)


def may_order(arr: Arrangement, post: str, act: Act, unit: str, target: Target | None, situation: Situation) -> Verdict:
    """Whether a post may order a unit to do something, against a target where the act has one.

    Where several clauses grant it, the one whose consent comes soonest decides approval and delay and stands first.
    """
    fault = _order_fault(arr, post, act, unit, target, situation)
    if fault is not None:
        return Verdict(False, (), fault)
    row = arr.unit_rows[unit]
    owner = arr.units[row].nation
    role = arr.posts[post]
    what = f"{post} may order {unit} to {ACT_WORDS[act]}"
    if role.nation == owner and role.units[row]:
        return Verdict(True, (NATIONAL,), f"{what}: it commands this unit of its own nation")
    granted: list[Clause] = []
    against: list[str] = []
    for grant in arr.orders:
        if post in grant.posts and grant.units[row]:
            refusal = _force_fault(arr, grant.clause, situation) or _act_fault(grant, act, target)
            if refusal is None:
                granted.append(grant.clause)
            else:
                against.append(f"{grant.clause.id} {refusal}")
    granted.sort(key=lambda clause: (consent_s(clause, act), clause.index))
    verdict = _verdict(what, granted, against)
    if not granted or consent_s(granted[0], act) == 0.0 and not needs_consent(granted[0], act):
        return verdict
    return Verdict(True, verdict.clauses, verdict.reason, approver(granted[0], owner), granted[0].takes_s)


def may_use(arr: Arrangement, nation: str, thing: Usable, situation: Situation) -> Verdict:
    """Whether a nation may use things of another, and up to which share of the owner's stock."""
    what = f"{nation} may use {thing.word} of {thing.owner}"
    if nation == thing.owner:
        return Verdict(True, (NATIONAL,), f"{what}: they are its own")
    granted: list[Clause] = []
    against: list[str] = []
    for grant in arr.uses:
        if grant.receiver == nation and grant.giver == thing.owner and thing.word in grant.words:
            fault = _force_fault(arr, grant.clause, situation)
            if fault is None:
                granted.append(grant.clause)
            else:
                against.append(f"{grant.clause.id} {fault}")
    verdict = _verdict(what, granted, against)
    limit = max((dict(clause.limits).get(thing.word, 1.0) for clause in granted), default=0.0)
    return Verdict(verdict.yes, verdict.clauses, verdict.reason, limit=limit)


def clause_in_force(arr: Arrangement, clause_id: str, situation: Situation) -> bool:
    """Whether a clause id, as stored with an order, holds now; `national` always does, an unknown id never."""
    return clause_id == NATIONAL or any(arr.clauses[i].id == clause_id for i in in_force(arr, situation))


def commander_of(arr: Arrangement, unit: str, post: str, situation: Situation) -> str:
    """The one post whose orders a unit follows first; empty when nobody commands it.

    A post to which a clause in force gives the unit without asking anybody's consent goes before the owner's own;
    among equals the lower `precedence`, then the earlier clause. Delegates act for the commander and do not replace
    it. `post` is who asks: it is named when it stands level with another by the agreement's text.
    """
    row = arr.unit_rows[unit]
    force = in_force(arr, situation)
    living = {name: role for name, role in arr.posts.items() if situation.phase in role.phases}
    ranks = [
        ((0, _rank(living[name]), grant.clause.index, name != post), name)
        for grant in arr.orders
        if grant.clause.index in force and grant.clause.approval_by is None and grant.units[row]
        for name in grant.to & living.keys()
    ]
    ranks += [((1, _rank(role), 0, name != post), name) for name, role in living.items() if role.units[row]]
    return min(ranks)[1] if ranks else ""


def partners_in_command(arr: Arrangement, post: str, situation: Situation) -> tuple[str, ...]:
    """The other posts that an order clause in force names together with this one, as commander or as delegate, sorted.
    """
    force = in_force(arr, situation)
    together: set[str] = set()
    for grant in arr.orders:
        if grant.clause.index in force and grant.clause.approval_by is None and post in grant.posts:
            together |= grant.posts
    return tuple(sorted(name for name in together - {post} if situation.phase in arr.posts[name].phases))


def is_delegate(arr: Arrangement, post: str, situation: Situation) -> bool:
    """Whether an order clause in force delegates its command down to this post."""
    force = in_force(arr, situation)
    return any(grant.clause.index in force and post in grant.posts - grant.to for grant in arr.orders)


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
) -> str | None:
    if post not in arr.posts:
        return f"there is no post {post}"
    if unit not in arr.unit_rows:
        return f"there is no unit {unit}"
    if situation.phase not in arr.posts[post].phases:
        return f"post {post} does not exist in phase {situation.phase}"
    if act == Act.ENGAGE and target is None:
        return "an engagement needs a target"
    return None


def _force_fault(arr: Arrangement, clause: Clause, situation: Situation) -> str | None:
    if situation.phase not in clause.phases:
        return f"holds only in phase {', '.join(phase for phase in arr.phases if phase in clause.phases) or 'none'}"
    if clause.index in suspended(arr, situation):
        return "is out of force because its link is lost"
    return None


def _datum_fault(arr: Arrangement, grant: ShareGrant, datum: Datum) -> str | None:
    if datum.sensor is not None and not grant.sensors[arr.sensor_rows[datum.sensor]]:
        return f"does not give data of {datum.sensor}"
    if grant.zone is not None and not grant.zone.inside(datum.lat_deg, datum.lon_deg)[0]:
        return f"gives only what is {_place(grant.zone.text)}"
    return None


def _act_fault(grant: OrderGrant, act: Act, target: Target | None) -> str | None:
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


def _verdict(what: str, granted: list[Clause], against: list[str]) -> Verdict:
    ids = tuple(dict.fromkeys(clause.id for clause in granted))
    if ids:
        return Verdict(True, ids, f"{what} by {' and '.join(ids)}")
    return Verdict(False, (), f"no clause in force grants that {what}" + "".join(f"; {text}" for text in against))


def _place(text: str) -> str:
    return text if text.split()[0] in ("within", "anywhere") else f"in {text}"


def _identity_words(codes: frozenset[int]) -> Iterator[str]:
    return (_identity_word(code) for code in sorted(codes))


def _identity_word(code: int) -> str:
    return Identity(code).name.lower().replace("_", "-")
