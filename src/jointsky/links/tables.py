"""The same decisions for many rows at once: releases of data by sensor and place, orders by unit and target.

Row for row these give what `may_see` and `may_order` give; a table holds for one situation and is asked many times.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jointsky.links.agreements import IMPLIED, bound_by_place, bound_by_target, consent_s, grants_act
from jointsky.links.arrangement import Arrangement, OrderGrant, ShareGrant, Situation
from jointsky.links.force import held_orders, in_force
from jointsky.links.places import Places, place_allows
from jointsky.vocab.codes import NONE, Act, Share

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Indexes = NDArray[np.int16]

_NEVER = np.iinfo(np.int16).max


@dataclass(frozen=True, slots=True, eq=False)
class Releases:
    """What one nation may see of one kind of data. `own` marks its own sensors; `plain[sensor]` is the first clause
    that gives a sensor's data whatever the place (32767: none); `zoned` are the grants bound to a place.
    """

    own: Bools
    plain: Indexes
    zoned: tuple[ShareGrant, ...]

    @property
    def empty(self) -> bool:
        """True when nothing foreign can ever be released."""
        return not self.zoned and bool((self.plain == _NEVER).all())

    def decide(self, sensor: ArrayLike, lat_deg: Floats | None, lon_deg: Floats | None) -> tuple[Bools, Indexes]:
        """Which rows may be seen, and the clause of each (-1: own or refused). Positions may be None when nothing is
        zoned."""
        rows = np.asarray(sensor)
        clause = self.plain[rows]
        if self.zoned and lat_deg is not None and lon_deg is not None:
            for grant in self.zoned:
                asked = np.flatnonzero(grant.sensors[rows] & (clause > grant.clause.index))
                if asked.size and grant.zone is not None:
                    inside = asked[grant.zone.inside(lat_deg[asked], lon_deg[asked])]
                    clause[inside] = grant.clause.index
        own = self.own[rows]
        seen = (clause != _NEVER) | own
        clause[(clause == _NEVER) | own] = NONE
        return seen, clause


def releases(
    arr: Arrangement, nation: str, share: Share, situation: Situation, skip: frozenset[int] = frozenset()
) -> Releases:
    """The table of what a nation may see of a kind of data in a situation, leaving out the clauses `skip`."""
    force = in_force(arr, situation) - skip
    own = np.array([thing.nation == nation for thing in arr.sensors], dtype=np.bool_)
    plain = np.full(len(arr.sensors), _NEVER, dtype=np.int16)
    zoned: list[ShareGrant] = []
    for grant in arr.shares:
        if grant.receiver != nation or grant.clause.index not in force or not grant.shares & IMPLIED[share]:
            continue
        if grant.zone is not None:
            zoned.append(grant)
        else:
            plain[grant.sensors & (plain > grant.clause.index)] = grant.clause.index
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
    table = releases(arr, nation, Share.FIRE_CONTROL, situation)
    return table.own | (table.plain != _NEVER)


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
