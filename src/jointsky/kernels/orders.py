"""Orders reach units: goals are set, engagements opened, refreshed or broken off. One call for all orders of a tick."""

import math
from typing import Any

from jointsky.kernels.compiled import kernel
from jointsky.kernels.rowtypes import (
    AIRCRAFT_ROWS,
    AIRFIELD_ROWS,
    ENGAGEMENT_ROWS,
    FLOAT,
    INT,
    LAUNCHER_ROWS,
    ORDER_MODEL,
    pair,
)
from jointsky.vocab.codes import Act, Flight, Shooter, Shot

LEAST_RADIUS_M = 6.3e6
"""A place nearer to the middle of the earth than this is none."""

_PARKED = int(Flight.PARKED)
_STARTING = int(Flight.STARTING)
_ORDERED = int(Flight.ORDERED)
_RETURNING = int(Flight.RETURNING)
_SCRAMBLE = int(Act.SCRAMBLE)
_POSITION = int(Act.POSITION)
_ENGAGE = int(Act.ENGAGE)
_WEAPONS_STATUS = int(Act.WEAPONS_STATUS)
_RECOVER = int(Act.RECOVER)
_CEASE = int(Act.CEASE)
_LAUNCHER = int(Shooter.LAUNCHER)
_FIGHTER = int(Shooter.FIGHTER)
_ACQUIRING = int(Shot.ACQUIRING)
_IN_FLIGHT = int(Shot.IN_FLIGHT)
_CEASED = int(Shot.CEASED)


@kernel(INT(ORDER_MODEL, INT, ENGAGEMENT_ROWS, INT))
def _find(orders: Any, k: int, engagements: Any, used: int) -> int:
    """Return the open engagement that order k refreshes: same post and shooter, same order or same track.

    -1: there is none; -2: the engagement of this order number is over, and what comes late cannot open it again.
    """
    order = orders[k]
    for j in range(used - 1, -1, -1):
        row = engagements[j]
        if row.shooter != order.shooter or row.row != order.row or row.post != order.post:
            continue
        is_open = row.state == _ACQUIRING or row.state == _IN_FLIGHT
        if is_open and (row.order_id == order.order_id or row.track_id == order.track_id):
            return j
        if row.order_id == order.order_id:
            return -2
    return -1


@kernel(INT(ORDER_MODEL, INT, ENGAGEMENT_ROWS, INT))
def _refresh(orders: Any, k: int, engagements: Any, j: int) -> int:
    """Tell engagement j the newest place of its goal, unless it already knows a newer one."""
    order = orders[k]
    row = engagements[j]
    if order.t_valid_s < row.t_goal_s:
        return 0
    for axis in range(3):
        row.goal_ecef_m[axis] = order.pos_ecef_m[axis]
        row.goal_vel_mps[axis] = order.vel_ecef_mps[axis]
    row.t_goal_s = order.t_valid_s
    row.goal_sigma_m = order.sigma_pos_m
    row.fire_control = order.fire_control
    return 1


@kernel(INT(ORDER_MODEL, INT, ENGAGEMENT_ROWS, INT, INT))
def _open(orders: Any, k: int, engagements: Any, used: int, state: int) -> int:
    """Append an engagement for order k, refused if `state` is not ACQUIRING; return the rows used, -1 when the table is
    full.
    """
    if used >= engagements.shape[0]:
        return -1
    order = orders[k]
    row = engagements[used]
    row.state = state
    row.shooter = order.shooter
    row.shots = max(order.shots, 1) if state == _ACQUIRING else 0
    row.phase = order.phase
    row.row = order.row
    row.target = -1
    row.generation = 0
    row.order_id = order.order_id
    row.track_id = order.track_id
    row.post = order.post
    row.t_order_s = order.t_effective_s
    row.t_approved_s = order.t_approved_s
    row.t_launch_s = math.inf
    row.t_impact_s = math.inf
    row.t_end_s = math.inf
    row.pk = 0.0
    row.t_goal_s = -math.inf
    _refresh(orders, k, engagements, used)
    return used + 1


@kernel(INT(ORDER_MODEL, INT))
def _has_place(orders: Any, k: int) -> int:
    """Return 1 unless order k needs a place to go to or shoot at and has none near the earth's surface."""
    order = orders[k]
    if order.act != _ENGAGE and order.act != _POSITION and order.act != _SCRAMBLE:
        return 1
    p = order.pos_ecef_m
    return int(p[0] * p[0] + p[1] * p[1] + p[2] * p[2] > LEAST_RADIUS_M * LEAST_RADIUS_M)


@kernel(INT(ORDER_MODEL, INT, LAUNCHER_ROWS, ENGAGEMENT_ROWS, INT))
def _order_launcher(orders: Any, k: int, launchers: Any, engagements: Any, used: int) -> int:
    """Carry out order k at its launcher; return the rows used, -1 when the table is full."""
    order = orders[k]
    launcher = launchers[order.row]
    if order.act == _WEAPONS_STATUS:
        launcher.weapons = order.weapons
    elif order.act == _CEASE:
        j = _find(orders, k, engagements, used)
        if j >= 0:
            engagements[j].state = _CEASED
    elif order.act == _ENGAGE:
        j = _find(orders, k, engagements, used)
        if j >= 0:
            _refresh(orders, k, engagements, j)
        if j != -1:
            return used
        able = launcher.alive == 1 and launcher.channels_busy < launcher.channels
        if not able or launcher.ready + launcher.stock <= 0:
            return _open(orders, k, engagements, used, _CEASED)
        used = _open(orders, k, engagements, used, _ACQUIRING)
        if used > 0:
            launcher.channels_busy += 1
    return used


@kernel(INT(ORDER_MODEL, INT, AIRCRAFT_ROWS))
def _set_goal(orders: Any, k: int, aircraft: Any) -> int:
    """Give the aircraft of order k its newest goal; a goal for another track forgets the locked target."""
    order = orders[k]
    row = aircraft[order.row]
    other = row.track_id != order.track_id or row.order == _POSITION
    if other:
        row.target = -1
    if other or order.t_valid_s >= row.t_goal_s:
        for axis in range(3):
            row.goal_ecef_m[axis] = order.pos_ecef_m[axis]
            row.goal_vel_mps[axis] = order.vel_ecef_mps[axis]
        row.t_goal_s = order.t_valid_s
        row.goal_sigma_m = order.sigma_pos_m
    row.order = order.act
    row.order_id = order.order_id
    row.track_id = order.track_id
    if order.airfield >= 0 and row.alive == 1:  # on the ground `airfield` is where it stands, not where it recovers
        row.airfield = order.airfield
    return 0


@kernel(INT(ORDER_MODEL, INT, AIRCRAFT_ROWS, FLOAT))
def _stand_down(orders: Any, k: int, aircraft: Any, t_s: float) -> int:
    """Break off (the aircraft waits where it is) or recover; a fighter still on the ground stays there."""
    order = orders[k]
    row = aircraft[order.row]
    if order.act == _CEASE and row.track_id != order.track_id:
        return 0
    row.target = -1
    row.order_id = 0
    row.track_id = 0
    row.order = order.act
    if row.state == _STARTING:
        row.state = _PARKED
        row.t_ready_s = t_s
    elif row.state == _ORDERED and order.act == _CEASE:
        row.order = _POSITION
        row.t_goal_s = t_s
        for axis in range(3):
            row.goal_ecef_m[axis] = row.pos_ecef_m[axis]
            row.goal_vel_mps[axis] = 0.0
    elif row.state == _ORDERED:
        row.state = _RETURNING
    if order.act == _RECOVER and order.airfield >= 0 and row.state == _RETURNING:
        row.airfield = order.airfield
    return 0


@kernel(INT(ORDER_MODEL, INT, AIRCRAFT_ROWS, AIRFIELD_ROWS))
def _can_fly(orders: Any, k: int, aircraft: Any, airfields: Any) -> int:
    """Return 1 if the aircraft of order k can carry out an order now: airborne under orders, or able to leave its
    airfield.
    """
    order = orders[k]
    row = aircraft[order.row]
    if order.act == _ENGAGE and row.missiles <= 0:
        return 0
    if row.alive == 1:
        return int(row.state == _ORDERED or row.state == _RETURNING)
    on_ground = (row.state == _PARKED and row.waypoints == 0) or row.state == _STARTING
    return int(on_ground and row.airfield >= 0 and airfields[max(row.airfield, 0)].open == 1)


@kernel(INT(ORDER_MODEL, INT, AIRCRAFT_ROWS, AIRFIELD_ROWS, ENGAGEMENT_ROWS, INT, FLOAT))
def _order_fighter(
    orders: Any, k: int, aircraft: Any, airfields: Any, engagements: Any, used: int, t_s: float
) -> int:
    """Carry out order k at its fighter; return the rows used, -1 when the table is full."""
    order = orders[k]
    row = aircraft[order.row]
    if order.act == _RECOVER or order.act == _CEASE:
        if order.act == _CEASE:
            j = _find(orders, k, engagements, used)
            if j >= 0 and engagements[j].state == _ACQUIRING:
                engagements[j].state = _CEASED
        _stand_down(orders, k, aircraft, t_s)
        return used
    if order.act == _WEAPONS_STATUS:
        return used
    j = _find(orders, k, engagements, used) if order.act == _ENGAGE else -1
    if j == -2:
        return used
    if _can_fly(orders, k, aircraft, airfields) == 0:
        return _open(orders, k, engagements, used, _CEASED) if order.act == _ENGAGE and j < 0 else used
    if row.state == _PARKED:
        row.state = _STARTING
        row.t_ready_s = max(order.t_effective_s, row.t_ready_s) + row.readiness_s
    elif row.state == _RETURNING:
        row.state = _ORDERED
    _set_goal(orders, k, aircraft)
    if j >= 0:
        _refresh(orders, k, engagements, j)
        row.order_id = engagements[j].order_id
    elif order.act == _ENGAGE:
        used = _open(orders, k, engagements, used, _ACQUIRING)
    return used


@kernel(pair(INT, INT)(ORDER_MODEL, AIRCRAFT_ROWS, LAUNCHER_ROWS, AIRFIELD_ROWS, ENGAGEMENT_ROWS, INT, FLOAT))
def apply(
    orders: Any, aircraft: Any, launchers: Any, airfields: Any, engagements: Any, used: int, t_s: float
) -> tuple[int, int]:
    """Carry out all ORDER rows in their order at t_s; return (engagement rows used, -1) or (-1 or used, faulty order).

    -1 rows used: the table of engagements is full. A faulty order names a row that does not exist or
    has no place.
    """
    for k in range(orders.shape[0]):
        order = orders[k]
        there = launchers.shape[0] if order.shooter == _LAUNCHER else aircraft.shape[0]
        known = order.shooter == _LAUNCHER or order.shooter == _FIGHTER
        exists = known and order.row >= 0 and order.row < there and order.airfield < airfields.shape[0]
        if not exists or _has_place(orders, k) == 0:
            return used, k
        if order.shooter == _LAUNCHER:
            used = _order_launcher(orders, k, launchers, engagements, used)
        else:
            used = _order_fighter(orders, k, aircraft, airfields, engagements, used, t_s)
        if used < 0:
            return -1, k
    return used, -1
