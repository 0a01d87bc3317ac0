"""What the place of a target says to an engagement: in whose area it is, and the law of the land below.

Both bind everybody's engagement, also one of a nation's own right. The functions for rows give the same as those for
one target.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jointsky.links.arrangement import Arrangement, PostArea, Situation
from jointsky.links.force import Fault, areas_in_force
from jointsky.links.zones import Zone

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
NOWHERE = ""
"""Stands where the name of a post stands for what lies in nobody's area."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an order is aimed at, as the ordering post believes it: identity (an Identity code), whether civil, and
    where.

    Where is a position or, when that is NaN, the nation whose land is below (None: nobody's); the land alone cannot
    answer for a strip or a named zone, which then do not hold. `crossed_s` is for how long the target has been in the
    area it is in (inf: not known to have crossed), `came_from` the post whose area it left (empty: nobody's; None: not
    known, which means the other one where an agreement has two areas).
    """

    identity: int
    civil: bool
    land: str | None = None
    lat_deg: float = float("nan")
    lon_deg: float = float("nan")
    crossed_s: float = float("inf")
    came_from: str | None = None

    def is_in(self, zone: Zone) -> bool:
        """Whether the target is in a zone."""
        if self.lat_deg == self.lat_deg and self.lon_deg == self.lon_deg:
            return zone.holds(self.lat_deg, self.lon_deg)
        return self.land is not None and self.land in zone.lands


@dataclass(slots=True)
class Places:
    """Some targets by position (n of them), and what is known of where they lie: worked out once for all questions.

    `crossed_s` and `came_from` are as in `Target`, row by row (None: nothing is known of crossings).
    """

    lat_deg: Floats
    lon_deg: Floats
    crossed_s: Floats | None = None
    came_from: Sequence[str | None] | None = None
    known: dict[int, Bools] = field(default_factory=dict[int, Bools])

    @classmethod
    def at(cls, lat_deg: ArrayLike, lon_deg: ArrayLike) -> "Places":
        """Targets at positions, of which no crossings are known."""
        return cls(np.array(lat_deg, np.float64, ndmin=1), np.array(lon_deg, np.float64, ndmin=1))

    def inside(self, zone: Zone) -> Bools:
        """Which targets are in a zone."""
        found = self.known.get(id(zone))
        if found is None:
            found = self.known[id(zone)] = zone.inside(self.lat_deg, self.lon_deg)
        return found


def place_fault(arr: Arrangement, post: str, owner: str, target: Target, situation: Situation) -> Fault | None:
    """Why a post may not have units of `owner` engage a target where it is; None when it may."""
    area = _area_fault(arr, post, target, situation)
    law = _law_fault(arr, owner, target, situation.phase)
    if area is None or law is None:
        return area or law
    return f"{area[0]}; {law[0]}", (*area[1], *law[1])


def responsible(arr: Arrangement, target: Target, situation: Situation) -> str:
    """The post to whose area a target belongs now, a crossing of the seam counted in; empty: nobody's."""
    areas = areas_in_force(arr, situation)
    now = next((area.post for area in areas if target.is_in(area.zone)), NOWHERE)
    if not now:
        below = _below(arr, target)
        now = next((post for nation, post in _landlords(arr, areas).items() if nation in below), NOWHERE)
    return _after_crossing(areas, now, target.crossed_s, target.came_from)


def areas_of(arr: Arrangement, places: Places, situation: Situation) -> list[str]:
    """The post in whose area each target is, whatever it crossed to come there; empty: nobody's."""
    areas = areas_in_force(arr, situation)
    found = np.full(len(places.lat_deg), len(areas), np.int64)
    names = [*(area.post for area in areas), NOWHERE]
    for nation, post in reversed(list(_landlords(arr, areas).items())):
        if nation in arr.lands:
            found[places.inside(arr.lands[nation])] = names.index(post)
    for i, area in reversed(list(enumerate(areas))):
        found[places.inside(area.zone)] = i
    return [names[i] for i in found.tolist()]


def responsible_rows(arr: Arrangement, places: Places, situation: Situation) -> list[str]:
    """`responsible` for many targets."""
    now = areas_of(arr, places, situation)
    if places.crossed_s is None:
        return now
    areas = areas_in_force(arr, situation)
    came_from = places.came_from or [None] * len(now)
    rows = zip(now, places.crossed_s.tolist(), came_from, strict=True)
    return [_after_crossing(areas, post, crossed_s, old) for post, crossed_s, old in rows]


def place_allows(
    arr: Arrangement, post: str, owners: Sequence[str], places: Places, situation: Situation
) -> Bools | None:
    """`place_fault` for units of some owners x targets: True where there is none, shape (units, targets); None when no
    place says anything."""
    bound = post in {area.post for area in areas_in_force(arr, situation)}
    if not bound and not lawful(arr, situation.phase):
        return None
    allowed = np.ones((len(owners), len(places.lat_deg)), np.bool_)
    if bound:
        allowed &= np.array([name == post for name in responsible_rows(arr, places, situation)], np.bool_)[None, :]
    if lawful(arr, situation.phase):
        by_owner = {owner: _law_allows(arr, owner, places, situation.phase) for owner in sorted(set(owners))}
        allowed &= np.array([by_owner[owner] for owner in owners]).reshape(allowed.shape)
    return allowed


def _area_fault(arr: Arrangement, post: str, target: Target, situation: Situation) -> Fault | None:
    if post not in {area.post for area in areas_in_force(arr, situation)}:
        return None
    found = responsible(arr, target, situation)
    if found == post:
        return None
    if not found:
        return f"the target is outside the area of {post}", (f"area.{post}",)
    return f"the target is in the area of {found}", (f"area.{found}",)


def _law_fault(arr: Arrangement, owner: str, target: Target, phase: str) -> Fault | None:
    if not lawful(arr, phase):
        return None
    texts: list[str] = []
    ids: list[str] = []
    for land in _below(arr, target):
        law = arr.laws.get((land, phase))
        if law is not None and (law.over_land == "none" or law.over_land == "own" and owner != land):
            who = "nobody uses weapons" if law.over_land == "none" else f"only units of {land} use weapons"
            texts.append(f"by the law of {land} {who} over its land in phase {phase}")
            ids.append(f"law.{land}")
        own = arr.laws.get((owner, phase))
        if own is not None and not own.abroad and owner != land:
            texts.append(f"by the law of {owner} its units do not engage over the land of {land} in phase {phase}")
            ids.append(f"law.{owner}")
    return ("; ".join(texts), tuple(dict.fromkeys(ids))) if ids else None


def _law_allows(arr: Arrangement, owner: str, places: Places, phase: str) -> Bools:
    allowed = np.ones(len(places.lat_deg), np.bool_)
    own = arr.laws.get((owner, phase))
    for land, zone in arr.lands.items():
        law = arr.laws.get((land, phase))
        forbidden = law is not None and (law.over_land == "none" or law.over_land == "own" and owner != land)
        forbidden |= own is not None and not own.abroad and owner != land
        if forbidden:
            allowed &= ~places.inside(zone)
    return allowed


def lawful(arr: Arrangement, phase: str) -> bool:
    """Whether any nation's law says something in a phase."""
    return any((nation, phase) in arr.laws for nation in arr.nations) if arr.laws else False


def _below(arr: Arrangement, target: Target) -> list[str]:
    """The nations over whose land a target is."""
    if _placeless(target):
        return [] if target.land is None else [target.land]
    return [nation for nation, zone in arr.lands.items() if target.is_in(zone)]


def _placeless(target: Target) -> bool:
    return target.lat_deg != target.lat_deg or target.lon_deg != target.lon_deg


def _landlords(arr: Arrangement, areas: Sequence[PostArea]) -> Mapping[str, str]:
    """For each nation of a post with an area the first such post: what lies over its land and in no area is that
    post's."""
    found: dict[str, str] = {}
    for area in areas:
        found.setdefault(arr.posts[area.post].nation, area.post)
    return {nation: found[nation] for nation in sorted(found)}


def _after_crossing(areas: Sequence[PostArea], now: str, crossed_s: float, came_from: str | None) -> str:
    """Who has a target that is in the area of `now` since `crossed_s`: for a while still the old area's post."""
    if crossed_s == float("inf"):
        return now
    by_post = {area.post: area for area in areas}
    if came_from is None and now in by_post:
        agreement = by_post[now].agreement
        others = [area.post for area in areas if area.agreement == agreement and area.post != now]
        came_from = others[0] if len(others) == 1 else NOWHERE
    old = by_post.get(came_from or NOWHERE)
    return old.post if old is not None and old.post != now and crossed_s < old.takes_s else now
