"""What the own pair may do over another's land: nothing, unless a clause lets a post of that land order it so. The pair
then acts for the land below.
"""

from collections.abc import Iterator

import numpy as np

from jointsky.command.authority import Authority
from jointsky.command.planner import Planner
from jointsky.links.agreements import Target, Verdict, clause_in_force, may_order
from jointsky.vocab.codes import Act, Share

TELLING = frozenset({Share.IDENTITY, Share.FLIGHT_PLANS})


def over_land(authority: Authority, act: Act, unit: int, track: np.void, civil: bool, land: str) -> Verdict:
    """Whether a unit (row of the unit table) may do `act` over `land` for whoever rules there; a nation's own units
    need nobody's leave over its own land, nobody's land gives none to shoot."""
    arr, now, owner = authority.arrangement, authority.situation, authority.arrangement.units[unit].nation
    if land == owner or (not land and act != Act.ENGAGE):
        return Verdict(True, (), "no other land lies below")
    target = Target(int(track["identity"]), civil, land or None, float(track["lat_deg"]), float(track["lon_deg"]))
    against: list[str] = []
    reasons: list[str] = []
    for host in (name for name, role in arr.posts.items() if role.nation == land):
        verdict = may_order(arr, host, act, arr.units[unit].name, target, now)
        if verdict.yes:
            return verdict
        against += verdict.against
        reasons.append(verdict.reason)
    words = f"nothing lets {arr.units[unit].name} do so over the land of {land or 'nobody'}"
    return Verdict.no("; ".join([words, *reasons]), *(against or [f"law.{land or 'none'}"]))


def pair_over(planner: Planner, track: np.void, land: str) -> Verdict:
    """Whether any of the own nation's fighters may fly over a land."""
    authority = planner.authority
    verdict = Verdict.no(f"no fighter may fly over the land of {land}", f"border.{land}")
    for unit in _own_fighters(planner):
        verdict = over_land(authority, Act.SCRAMBLE, unit, track, False, land)
        if verdict.yes:
            break
    return verdict


def told_by(authority: Authority) -> tuple[str, ...]:
    """The ids of the clauses in force by which a neighbour tells this post's nation identities or flight plans."""
    arr, now, nation = authority.arrangement, authority.situation, authority.nation
    grants = [grant for grant in arr.shares if grant.receiver == nation and grant.shares & TELLING]
    found = {grant.clause.id for grant in grants if clause_in_force(arr, grant.clause.id, now)}
    return tuple(sorted(found))


def _own_fighters(planner: Planner) -> Iterator[int]:
    cap, arr = planner.config.capability, planner.authority.arrangement
    units: list[int] = np.unique(cap["unit"][cap["dash_mps"] > 0.0]).tolist()
    return (unit for unit in units if arr.units[unit].nation == planner.authority.nation)
