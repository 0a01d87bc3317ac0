"""The same decisions for many rows at once: releases of data by sensor and place, orders by unit and target.

Row for row these give what `may_see` and `may_order` give; a table holds for one situation and is asked many times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jointsky.links.agreements import IMPLIED, bound_by_place, bound_by_target, consent_s, grants_act
from jointsky.links.arrangement import Arrangement, OrderGrant, ShareGrant, Situation
from jointsky.links.force import Force, clauses_in, force_of, held_orders, orders_in
from jointsky.links.places import Places, Target, lawful, place_allows, responsible
from jointsky.links.zones import Zone
from jointsky.vocab.codes import NONE, Act, Share

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Indexes = NDArray[np.int16]

_NEVER = np.iinfo(np.int16).max
MAKES_TRACKS = frozenset((Share.PLOTS, Share.FIRE_CONTROL, Share.TRACKS))
"""What is shared from which a nation has a track."""


@dataclass(frozen=True, slots=True, eq=False)
class Releases:
    """What one nation may see of one kind of data. `own` marks its own sensors; `plain[sensor]` is the first clause
    that gives a sensor's data whatever the place (32767: none); `zoned` are the grants bound to a place.
    """

    own: Bools
    plain: Indexes
    zoned: tuple[ShareGrant, ...]
    seen_anywhere: Bools = field(init=False)
    """Sensors whose data may be seen whatever the place, and in `clause_anywhere` by which clause (-1: own or none)."""
    clause_anywhere: Indexes = field(init=False)

    def __post_init__(self) -> None:
        """Answer for each sensor what needs no place."""
        object.__setattr__(self, "seen_anywhere", (self.plain != _NEVER) | self.own)
        object.__setattr__(self, "clause_anywhere", np.where(self.own | (self.plain == _NEVER), NONE, self.plain))

    @property
    def empty(self) -> bool:
        """True when nothing foreign can ever be released."""
        return not self.zoned and bool((self.plain == _NEVER).all())

    def decide(self, sensor: ArrayLike, lat_deg: Floats | None, lon_deg: Floats | None) -> tuple[Bools, Indexes]:
        """Which rows may be seen, and the clause of each (-1: own or refused). Positions may be None when nothing is
        zoned."""
        rows = np.asarray(sensor, np.intp)
        if not self.zoned or lat_deg is None or lon_deg is None:
            return self.seen_anywhere.take(rows), self.clause_anywhere.take(rows)
        clause = self.plain[rows]
        for grant in self.zoned:
            asked = np.flatnonzero(grant.sensors[rows] & (clause > grant.clause.index))
            if asked.size and grant.zone is not None:
                inside = asked[grant.zone.inside(lat_deg[asked], lon_deg[asked])]
                clause[inside] = grant.clause.index
        own = self.own[rows]
        seen = (clause != _NEVER) | own
        clause[(clause == _NEVER) | own] = NONE
        return seen, clause


@dataclass(frozen=True, slots=True, eq=False)
class Sharing:
    """The `Releases` of several nations, asked together; `tables` are by nation."""

    tables: Mapping[str, Releases]
    zoned: bool = field(init=False)
    """Whether any answer depends on the place."""
    _seen: Bools = field(init=False)
    _clause: Indexes = field(init=False)

    def __post_init__(self) -> None:
        """Put together what needs no place: a row for each nation."""
        tables = self.tables.values()
        object.__setattr__(self, "zoned", any(table.zoned for table in tables))
        object.__setattr__(self, "_seen", np.array([table.seen_anywhere for table in tables], np.bool_))
        object.__setattr__(self, "_clause", np.array([table.clause_anywhere for table in tables], np.int16))

    def decide(
        self, sensor: NDArray[np.intp], lat_deg: Floats | None, lon_deg: Floats | None
    ) -> list[tuple[Bools, Indexes]]:
        """`Releases.decide` for each nation, in order."""
        if self.zoned:
            return [table.decide(sensor, lat_deg, lon_deg) for table in self.tables.values()]
        if not self.tables:
            return []
        return list(zip(self._seen.take(sensor, 1), self._clause.take(sensor, 1), strict=True))


def releases(
    arr: Arrangement, nation: str, share: Share, situation: Situation, skip: frozenset[int] = frozenset()
) -> Releases:
    """The table of what a nation may see of a kind of data in a situation, leaving out the clauses `skip`."""
    return _releases_in(arr, nation, share, force_of(arr, situation), skip)


@lru_cache(maxsize=256)
def _releases_in(arr: Arrangement, nation: str, share: Share, force: Force, skip: frozenset[int]) -> Releases:
    standing = clauses_in(arr, force) - skip
    own = np.array([thing.nation == nation for thing in arr.sensors], dtype=np.bool_)
    plain = np.full(len(arr.sensors), _NEVER, dtype=np.int16)
    zoned: list[ShareGrant] = []
    for grant in arr.shares:
        if grant.receiver != nation or grant.clause.index not in standing or not grant.shares & IMPLIED[share]:
            continue
        if grant.zone is not None:
            zoned.append(grant)
        else:
            plain[grant.sensors & (plain > grant.clause.index)] = grant.clause.index
    own.flags.writeable = plain.flags.writeable = False
    return Releases(own, plain, tuple(zoned))


def released(
    arr: Arrangement,
    nation: str,
    share: Share,
    owner: str,
    sensor: ArrayLike,
    lat_deg: ArrayLike,
    lon_deg: ArrayLike,
    situation: Situation,
) -> tuple[Bools, Indexes]:
    """`may_see` for rows of one owner: (mask, index of the first clause that grants each row; -1 own or refused),
    shape (n,).

    `sensor` are sensor rows; rows of another owner's sensors are refused.
    """
    rows = np.atleast_1d(np.asarray(sensor, dtype=np.int64))
    table = releases(arr, nation, share, situation)
    mine = np.array([thing.nation == owner for thing in arr.sensors], dtype=np.bool_)[rows]
    lat = np.broadcast_to(np.asarray(lat_deg, dtype=np.float64), rows.shape)
    lon = np.broadcast_to(np.asarray(lon_deg, dtype=np.float64), rows.shape)
    seen, clause = table.decide(rows, lat, lon)
    clause[~mine] = NONE
    return seen & mine, clause


def fire_control_sensors(arr: Arrangement, nation: str, situation: Situation) -> Bools:
    """Sensors whose data a nation may launch on, shape (sensors,): its own, and those of a fire-control clause without
    a zone."""
    return _launchable_in(arr, nation, force_of(arr, situation))


@lru_cache(maxsize=256)
def _launchable_in(arr: Arrangement, nation: str, force: Force) -> Bools:
    table = _releases_in(arr, nation, Share.FIRE_CONTROL, force, frozenset[int]())
    found = table.own | (table.plain != _NEVER)
    found.flags.writeable = False
    return found


def heard_sensors(arr: Arrangement, nation: str, situation: Situation, lat_deg: Floats, lon_deg: Floats) -> Bools:
    """Which sensors' data on something at each place come to a nation as plots or in tracks, shape (places, sensors):
    its own, and those of clauses in force."""
    force = force_of(arr, situation)
    tables = [_releases_in(arr, nation, share, force, frozenset[int]()) for share in MAKES_TRACKS]
    heard = np.tile(np.logical_or.reduce([table.seen_anywhere for table in tables]), (len(lat_deg), 1))
    for grant in {id(grant): grant for table in tables for grant in table.zoned}.values():
        if grant.zone is not None:
            heard |= grant.zone.inside(lat_deg, lon_deg)[:, None] & grant.sensors
    return heard


@dataclass(frozen=True, slots=True, eq=False)
class Permits:
    """`may_order` for units x targets, each array of shape (units, targets): allowed, clause index (-1: the nation's
    own right, or refused), and seconds until consent.
    """

    allowed: Bools
    clause: Indexes
    takes_s: Floats


def permits(
    arr: Arrangement,
    post: str,
    act: Act,
    unit: ArrayLike,
    identity: ArrayLike,
    civil: ArrayLike,
    lat_deg: ArrayLike,
    lon_deg: ArrayLike,
    situation: Situation,
    places: Places | None = None,
) -> Permits:
    """`may_order` for all pairs of units (rows of the unit table) and targets (identity codes, civil flags,
    positions).

    `places` are the same positions with what is known of crossings: give the same object for further questions about
    the same targets.
    """
    there = Places.at(lat_deg, lon_deg) if places is None else places
    rows = np.atleast_1d(np.asarray(unit, dtype=np.int64))
    codes = np.atleast_1d(np.asarray(identity, dtype=np.int64))
    shape = (len(rows), len(codes))
    table = Permits(np.zeros(shape, np.bool_), np.full(shape, NONE, np.int16), np.full(shape, np.inf))
    role = arr.posts.get(post)
    if role is None or situation.phase not in role.phases:
        return table
    for held in held_orders(arr, situation):
        grant = held.grant
        spent = act == Act.ENGAGE and (grant.clause.id, grant.giver) in situation.spent
        if post in held.posts and grants_act(grant, act) and not spent:
            fits = _fitting(grant, act, codes, np.asarray(civil))
            if bound_by_place(act) and grant.zone is not None:
                fits = fits & there.inside(grant.zone)
            takes = consent_s(grant.clause, act)
            better = grant.units[rows][:, None] & fits & (takes < table.takes_s)
            table.allowed[better], table.clause[better], table.takes_s[better] = True, grant.clause.index, takes
    own = role.units[rows]
    table.allowed[own], table.clause[own], table.takes_s[own] = True, NONE, 0.0
    if act == Act.ENGAGE:
        _bar(arr, post, rows, there, situation, table)
    return table


Kind = tuple[object, ...]
"""All that an answer about a target depends on, for one act in one situation: two targets of one kind get the same
answer, whichever post asks and for whichever unit."""
Facts = tuple[int, float, float, tuple[float, str | None]]
"""What is known of a target that is civil when its identity says so: identity, latitude and longitude in degrees, and
(`crossed_s`, `came_from`) as in `Target`."""


def decisive_zones(arr: Arrangement, act: Act, situation: Situation) -> tuple[Zone, ...]:
    """The zones that speak of an act now: those of the grants that hold for it, and the lands whose law speaks of
    engagements; each once, none for an act that no place binds."""
    return _zones_in(arr, act, force_of(arr, situation)) if bound_by_place(act) else ()


def kinds(
    arr: Arrangement, act: Act, facts: Sequence[Facts], situation: Situation, zones: Sequence[Zone]
) -> list[Kind]:
    """The kinds of some targets: what each is, in which of the `decisive_zones` it lies, and (where posts have areas)
    whose it is."""
    if act != Act.ENGAGE or not arr.areas:
        return [(item[0], *[zone.holds(item[1], item[2]) for zone in zones]) for item in facts]
    found: list[Kind] = []
    for identity, lat_deg, lon_deg, (crossed_s, came_from) in facts:
        target = Target(identity, False, None, lat_deg, lon_deg, crossed_s, came_from)
        inside = [zone.holds(lat_deg, lon_deg) for zone in zones]
        found.append((identity, *inside, responsible(arr, target, situation)))
    return found


@lru_cache(maxsize=256)
def _zones_in(arr: Arrangement, act: Act, force: Force) -> tuple[Zone, ...]:
    held = [order.grant for order in orders_in(arr, force) if grants_act(order.grant, act)]
    found = [grant.zone for grant in held if grant.zone is not None]
    if act == Act.ENGAGE and lawful(arr, force.phase):
        found += arr.lands.values()
    return tuple({id(zone): zone for zone in found}.values())


def commandable(arr: Arrangement, post: str, situation: Situation) -> Bools:
    """Units to which a post may give some order now, shape (units,): its own and those of any order clause it holds."""
    role = arr.posts[post]
    if situation.phase not in role.phases:
        return np.zeros(len(arr.units), dtype=np.bool_)
    found = role.units.copy()
    for held in held_orders(arr, situation):
        if post in held.posts:
            found |= held.grant.units
    return found


def _bar(arr: Arrangement, post: str, rows: Ints, places: Places, situation: Situation, table: Permits) -> None:
    """Take out what areas and the law of the land below bar."""
    owners = [arr.units[int(row)].nation for row in rows]
    fits = place_allows(arr, post, owners, places, situation)
    if fits is not None:
        barred = ~fits
        table.allowed[barred], table.clause[barred], table.takes_s[barred] = False, NONE, np.inf


def _fitting(grant: OrderGrant, act: Act, codes: Ints, civil: Bools) -> Bools:
    clause = grant.clause
    fits = np.ones(len(codes), dtype=np.bool_)
    if bound_by_target(act):
        if clause.never_civil:
            fits &= ~civil
        if clause.identities is not None:
            fits &= np.isin(codes, sorted(clause.identities))
    return fits
