"""Aircraft in motion: one call moves every row of truth over one tick.

Point masses with commanded speed, altitude and direction over the WGS84 ellipsoid: bank-limited level turns (rate
g sqrt(n**2 - 1) / V), limited climb and acceleration, in still air or in winds. All positions that one aircraft sees of
another are those at the start of the tick, so the order of rows changes nothing.
"""

import math
from typing import Any

import numpy as np

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import atan2
from jointsky.kernels.flight import GRAVITY_MPS2, collision_time, surface
from jointsky.kernels.release import release_time
from jointsky.kernels.rowtypes import (
    AIRCRAFT_ROWS,
    AIRCRAFT_TYPE_MODEL,
    AIRFIELD_ROWS,
    FLOAT,
    INDEX_MODEL,
    INT,
    TABLE_MODEL,
    WAYPOINT_MODEL,
    pair,
)
from jointsky.kernels.wind import drift, fly_in_wind
from jointsky.vocab.codes import Act, AircraftKind, Flight

ROUTE_LOAD_G = 2.0
"""Load factor of planned turns; only aircraft under an order use the limit of their type."""
FUEL_RESERVE_S = 600.0
"""Fuel a fighter keeps for approach and landing (seconds at cruise)."""
ORBIT_RADIUS_M = 8_000.0
"""Radius at which an aircraft waits about an ordered point."""
TRAIL_M = 2_000.0
"""An interceptor without permission to fire matches its target's speed inside this distance."""
LOWEST_PURSUIT_M = 150.0
"""No interceptor descends below this height."""
ROTATION_SHARE = 0.35
"""Speed at take-off as a share of cruise speed."""

_MOST_LEGS_A_TICK = 8

_PARKED = int(Flight.PARKED)
_STARTING = int(Flight.STARTING)
_ROUTE = int(Flight.ROUTE)
_ORDERED = int(Flight.ORDERED)
_RETURNING = int(Flight.RETURNING)
_LANDED = int(Flight.LANDED)
_CARRIED = int(Flight.CARRIED)
_LEAKED = int(Flight.LEAKED)
_KILLED = int(Flight.KILLED)
_GONE = int(Flight.GONE)
_ENGAGE = int(Act.ENGAGE)
_POSITION = int(Act.POSITION)
_AEW = int(AircraftKind.AEW)
_JAMMER = int(AircraftKind.JAMMER)


@kernel(FLOAT(AIRCRAFT_ROWS, INT, AIRCRAFT_TYPE_MODEL, WAYPOINT_MODEL, TABLE_MODEL, FLOAT, FLOAT))
def _follow_route(aircraft: Any, i: int, types: Any, waypoints: Any, winds: Any, t_s: float, h: float) -> float:
    """Fly row i along its route from t_s for h seconds; return the time left after the last waypoint (0: still on its
    way).
    """
    row = aircraft[i]
    kind = types[row.type]
    p = row.pos_ecef_m
    v = row.vel_ecef_mps
    load = min(kind.max_g, ROUTE_LOAD_G)
    wraps = row.asset < 0 and (row.kind == _AEW or row.kind == _JAMMER)
    left = h
    for _ in range(_MOST_LEGS_A_TICK):
        if row.leg >= row.waypoints:
            if not wraps:
                return left
            row.leg = 0
        goal = waypoints[row.first_waypoint + row.leg]
        q = goal.pos_ecef_m
        ux, uy, uz, here = surface(p[0], p[1], p[2])
        dx, dy, dz = q[0] - p[0], q[1] - p[1], q[2] - p[2]
        up = dx * ux + dy * uy + dz * uz
        dx, dy, dz = dx - up * ux, dy - up * uy, dz - up * uz
        distance = math.sqrt(dx * dx + dy * dy + dz * dz)
        speed = max(math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), 1.0)
        behind = dx * v[0] + dy * v[1] + dz * v[2] < 0.0
        circle = 2.0 * speed * speed / (GRAVITY_MPS2 * math.sqrt(load * load - 1.0))
        if behind and distance < circle:
            row.leg += 1
            continue
        pause = distance / speed
        if pause <= left:
            if pause > 1e-9:
                fly_in_wind(
                    aircraft, i, winds, ux, uy, uz, here, dx, dy, dz, goal.alt_m, goal.speed_mps, kind.climb_mps, load,
                    pause,
                )  # fmt: skip
                left -= pause
            row.leg += 1
            continue
        fly_in_wind(
            aircraft, i, winds, ux, uy, uz, here, dx, dy, dz, goal.alt_m, goal.speed_mps, kind.climb_mps, load, left
        )  # fmt: skip
        return 0.0
    return 0.0


@kernel(FLOAT(AIRCRAFT_ROWS, INT, AIRCRAFT_TYPE_MODEL, TABLE_MODEL, *[FLOAT] * 6, INT, FLOAT, FLOAT))
def _intercept(
    aircraft: Any, i: int, types: Any, winds: Any, x: float, y: float, z: float, vx: float, vy: float, vz: float,
    has_target: int, t_s: float, h: float,
) -> float:  # fmt: skip
    """Fly row i on a collision course against a target at (x, y, z) with velocity (vx, vy, vz); return the speed
    reached.
    """
    row = aircraft[i]
    kind = types[row.type]
    p = row.pos_ecef_m
    dx, dy, dz = x - p[0], y - p[1], z - p[2]
    distance2 = dx * dx + dy * dy + dz * dz
    _ux, _uy, _uz, height = surface(x, y, z)
    ux, uy, uz, here = surface(p[0], p[1], p[2])
    height = min(max(height, LOWEST_PURSUIT_M), kind.ceiling_m)
    if row.order == _POSITION:
        if distance2 < ORBIT_RADIUS_M * ORBIT_RADIUS_M:  # fly across the line to the point: a circle about it
            dx, dy, dz = dy * uz - dz * uy, dz * ux - dx * uz, dx * uy - dy * ux
        return fly_in_wind(
            aircraft, i, winds, ux, uy, uz, here, dx, dy, dz, height, kind.cruise_mps, kind.climb_mps, kind.max_g, h
        )  # fmt: skip
    speed = kind.dash_mps
    v2 = vx * vx + vy * vy + vz * vz
    if has_target and row.order != _ENGAGE and distance2 < TRAIL_M * TRAIL_M:
        speed = min(speed, math.sqrt(v2))
    t = collision_time(distance2, dx * vx + dy * vy + dz * vz, v2, speed)
    if t < 0.0:  # never: steer at where it is, and hope that it turns
        t = 0.0
    return fly_in_wind(
        aircraft, i, winds, ux, uy, uz, here, dx + vx * t, dy + vy * t, dz + vz * t, height, speed, kind.climb_mps,
        kind.max_g, h,
    )  # fmt: skip


@kernel(FLOAT(AIRCRAFT_ROWS, INT, AIRFIELD_ROWS))
def _distance_home(aircraft: Any, i: int, airfields: Any) -> float:
    """Return the straight distance of row i from its recovery airfield, 0 without one."""
    row = aircraft[i]
    if row.airfield < 0:
        return 0.0
    p = row.pos_ecef_m
    q = airfields[row.airfield].pos_ecef_m
    return math.sqrt((q[0] - p[0]) ** 2 + (q[1] - p[1]) ** 2 + (q[2] - p[2]) ** 2)


@kernel(INT(AIRCRAFT_ROWS, INT, INT, FLOAT))
def _leave(aircraft: Any, i: int, state: int, t_s: float) -> int:
    """Take row i out of the air for good."""
    row = aircraft[i]
    row.alive = 0
    row.state = state
    row.t_end_s = t_s
    row.target = -1
    return 0


@kernel(INT(AIRCRAFT_ROWS, INT, AIRCRAFT_TYPE_MODEL, AIRFIELD_ROWS, TABLE_MODEL, FLOAT, FLOAT))
def _return_home(aircraft: Any, i: int, types: Any, airfields: Any, winds: Any, t_s: float, h: float) -> int:
    """Fly row i towards its recovery airfield for h seconds from t_s, and land it when it gets there."""
    row = aircraft[i]
    kind = types[row.type]
    if row.airfield < 0 or row.fuel_s <= 0.0:
        return _leave(aircraft, i, _GONE, t_s)
    field = airfields[row.airfield]
    p = row.pos_ecef_m
    q = field.pos_ecef_m
    v = row.vel_ecef_mps
    dx, dy, dz = q[0] - p[0], q[1] - p[1], q[2] - p[2]
    ux, uy, uz, here = surface(p[0], p[1], p[2])
    up = dx * ux + dy * uy + dz * uz
    distance = math.sqrt(max(dx * dx + dy * dy + dz * dz - up * up, 0.0))
    speed = math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
    if distance > speed * h:
        height = min(max(here, field.alt_m), field.alt_m + 0.08 * distance)
        fly_in_wind(
            aircraft, i, winds, ux, uy, uz, here, dx, dy, dz, height, kind.cruise_mps, kind.climb_mps, kind.max_g, h
        )  # fmt: skip
        row.fuel_s = max(row.fuel_s - h, 0.0)
        return 0
    landing = max(t_s + distance / max(speed, 1.0), field.t_runway_free_s)
    field.t_runway_free_s = landing + field.slot_s
    field.parked += 1
    _leave(aircraft, i, _LANDED, landing)
    row.t_ready_s = landing + kind.turnround_s
    row.fuel_s = max(row.fuel_s - distance / max(speed, 1.0), 0.0)
    row.order_id = 0
    row.track_id = 0
    for k in range(3):
        p[k] = q[k]
        v[k] = 0.0
    ux, uy, uz, _height = surface(q[0], q[1], q[2])
    row.alt_m = field.alt_m
    row.lat_rad = atan2(uz, math.sqrt(ux * ux + uy * uy))
    row.lon_rad = atan2(uy, ux)
    return 0


@kernel(FLOAT(AIRCRAFT_ROWS, INT, AIRFIELD_ROWS, FLOAT))
def _start_time(aircraft: Any, i: int, airfields: Any, t_s: float) -> float:
    """Return when starting row i gets the runway; inf if somebody at its airfield is before it (readiness, then
    name).
    """
    row = aircraft[i]
    for j in range(aircraft.shape[0]):
        other = aircraft[j]
        if (
            j != i
            and other.state == _STARTING
            and other.airfield == row.airfield
            and (other.t_ready_s < row.t_ready_s or (other.t_ready_s == row.t_ready_s and other.entity < row.entity))
        ):
            return math.inf
    return max(row.t_ready_s, airfields[row.airfield].t_runway_free_s, t_s)


@kernel(INT(AIRCRAFT_ROWS, INT, AIRCRAFT_TYPE_MODEL, AIRFIELD_ROWS, FLOAT))
def _take_off(aircraft: Any, i: int, types: Any, airfields: Any, t_s: float) -> int:
    """Put a starting row into the air over its airfield at t_s, heading for its goal."""
    row = aircraft[i]
    field = airfields[row.airfield]
    field.t_runway_free_s = t_s + field.slot_s
    p = row.pos_ecef_m
    v = row.vel_ecef_mps
    ux, uy, uz, _height = surface(field.pos_ecef_m[0], field.pos_ecef_m[1], field.pos_ecef_m[2])
    dx = row.goal_ecef_m[0] - field.pos_ecef_m[0]
    dy = row.goal_ecef_m[1] - field.pos_ecef_m[1]
    dz = row.goal_ecef_m[2] - field.pos_ecef_m[2]
    up = dx * ux + dy * uy + dz * uz
    dx, dy, dz = dx - up * ux, dy - up * uy, dz - up * uz
    scale = ROTATION_SHARE * types[row.type].cruise_mps / max(math.sqrt(dx * dx + dy * dy + dz * dz), 1.0)
    for k in range(3):
        p[k] = field.pos_ecef_m[k]
    v[0], v[1], v[2] = dx * scale, dy * scale, dz * scale
    row.alt_m = field.alt_m
    row.alive = 1
    row.state = _ORDERED
    row.target = -1
    field.parked -= 1
    return 0


@kernel(INT(AIRCRAFT_ROWS, INT, WAYPOINT_MODEL))
def _begin_route(aircraft: Any, i: int, waypoints: Any) -> int:
    """Put row i at its first waypoint, flying towards the second."""
    row = aircraft[i]
    first = waypoints[row.first_waypoint]
    second = waypoints[row.first_waypoint + min(1, row.waypoints - 1)]
    p = row.pos_ecef_m
    v = row.vel_ecef_mps
    for k in range(3):
        p[k] = first.pos_ecef_m[k]
        v[k] = second.pos_ecef_m[k] - first.pos_ecef_m[k]
    ux, uy, uz, _height = surface(p[0], p[1], p[2])
    up = v[0] * ux + v[1] * uy + v[2] * uz
    v[0], v[1], v[2] = v[0] - up * ux, v[1] - up * uy, v[2] - up * uz
    scale = second.speed_mps / max(math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), 1e-3)
    v[0], v[1], v[2] = v[0] * scale, v[1] * scale, v[2] * scale
    row.alt_m = first.alt_m
    row.lat_rad = atan2(uz, math.sqrt(ux * ux + uy * uy))
    row.lon_rad = atan2(uy, ux)
    row.alive = 1
    row.state = _ROUTE
    row.leg = min(1, row.waypoints - 1)
    return 0


@kernel(
    INT(AIRCRAFT_ROWS, INT, AIRCRAFT_TYPE_MODEL, WAYPOINT_MODEL, AIRFIELD_ROWS, TABLE_MODEL, INDEX_MODEL, FLOAT, FLOAT)
)
def _route(
    aircraft: Any, i: int, types: Any, waypoints: Any, airfields: Any, winds: Any, drifts: Any, t_s: float, h: float
) -> int:
    """Move a routed row and see to what happens at the end of its route or of its fuel."""
    row = aircraft[i]
    row.fuel_s = max(row.fuel_s - h, 0.0)
    if drifts[row.type] == 1:
        drift(aircraft, i, winds, waypoints[row.first_waypoint + row.waypoints - 1].alt_m, types[row.type].climb_mps, h)
        return _leave(aircraft, i, _GONE, t_s + h) if row.fuel_s <= 0.0 else 0
    left = _follow_route(aircraft, i, types, waypoints, winds, t_s, h)
    if row.leg >= row.waypoints:
        return _leave(aircraft, i, _LEAKED if row.asset >= 0 else _GONE, t_s + h - left)
    if row.asset < 0 and (row.kind == _AEW or row.kind == _JAMMER):
        need = FUEL_RESERVE_S + _distance_home(aircraft, i, airfields) / types[row.type].cruise_mps
        if row.fuel_s <= (need if row.airfield >= 0 else 0.0):
            row.state = _RETURNING
    return 0


@kernel(INT(AIRCRAFT_ROWS, INT, AIRCRAFT_TYPE_MODEL, AIRFIELD_ROWS, TABLE_MODEL, *[FLOAT] * 6, INT, FLOAT, FLOAT))
def _ordered(
    aircraft: Any, i: int, types: Any, airfields: Any, winds: Any, x: float, y: float, z: float, vx: float, vy: float,
    vz: float, has_target: int, t_s: float, h: float,
) -> int:  # fmt: skip
    """Move a row under an order, burn its fuel, and send it home when it must go."""
    row = aircraft[i]
    kind = types[row.type]
    reached = _intercept(aircraft, i, types, winds, x, y, z, vx, vy, vz, has_target, t_s, h)
    burn = kind.dash_fuel_factor if reached > 0.5 * (kind.cruise_mps + kind.dash_mps) else 1.0
    row.fuel_s = max(row.fuel_s - burn * h, 0.0)
    need = _distance_home(aircraft, i, airfields) / kind.cruise_mps + FUEL_RESERVE_S
    if row.fuel_s <= need or (row.order == _ENGAGE and row.missiles <= 0):
        row.state = _RETURNING
        row.target = -1
    return 0


@kernel(INT(AIRCRAFT_ROWS, INT, AIRCRAFT_TYPE_MODEL, WAYPOINT_MODEL, TABLE_MODEL, FLOAT, FLOAT))
def _carried(aircraft: Any, i: int, types: Any, waypoints: Any, winds: Any, t_s: float, t_next_s: float) -> int:
    """Follow the fate of a carried weapon: released on its parent's way, or lost with the parent.

    `leg` is 1 once the parent has passed the release point; the weapon falls off `t_start_s` seconds later.
    """
    row = aircraft[i]
    parent = aircraft[row.parent]
    if parent.state == _KILLED:
        row.killer = parent.killer
        return _leave(aircraft, i, _KILLED, parent.t_end_s)
    ended = parent.state in (_LEAKED, _GONE, _LANDED, _RETURNING)
    if not ended and parent.state != _ROUTE:
        return 0
    if row.leg == 0:
        passed = release_time(aircraft, i, waypoints, t_next_s)
        if ended and passed == math.inf:
            return _leave(aircraft, i, _GONE, parent.t_end_s)
        if passed > t_next_s and not ended:
            return 0
        row.leg = 1
        row.t_ready_s = min(max(passed, t_s), t_next_s) + row.t_start_s
    if row.t_ready_s > t_next_s and not ended:
        return 0
    since = 0.0 if ended else min(t_next_s - row.t_ready_s, t_next_s - t_s)
    for k in range(3):
        row.pos_ecef_m[k] = parent.pos_ecef_m[k] - parent.vel_ecef_mps[k] * since
        row.vel_ecef_mps[k] = parent.vel_ecef_mps[k]
    row.alt_m = parent.alt_m
    row.alive = 1
    row.state = _ROUTE
    row.leg = min(1, row.waypoints - 1)
    if since > 0.0:
        _follow_route(aircraft, i, types, waypoints, winds, t_next_s - since, since)
    return 0


@kernel(INT(AIRCRAFT_ROWS, INT, AIRCRAFT_TYPE_MODEL, FLOAT))
def _rearm(aircraft: Any, i: int, types: Any, t_s: float) -> int:
    """Make a landed fighter ready again once its turn-round is over; whatever flew a planned route stays landed."""
    row = aircraft[i]
    if row.waypoints == 0 and row.t_ready_s <= t_s:
        kind = types[row.type]
        row.state = _PARKED
        row.missiles = kind.missiles
        row.fuel_s = kind.endurance_s
        row.target = -1
    return 0


@kernel(pair(INT, INT)(AIRCRAFT_ROWS, FLOAT))
def _count(aircraft: Any, t_s: float) -> tuple[int, int]:
    """Return the first airborne row that is not at a number (-1: none) and how many rows have leaked since t_s."""
    fault = -1
    leaked = 0
    for i in range(aircraft.shape[0]):
        row = aircraft[i]
        if row.alive == 0:
            leaked += int(row.state == _LEAKED and row.t_end_s > t_s)
        elif fault < 0 and not math.isfinite(row.pos_ecef_m[0] + row.pos_ecef_m[1] + row.pos_ecef_m[2]):
            fault = i
    return fault, leaked


@kernel(
    pair(INT, INT)(
        AIRCRAFT_ROWS, AIRCRAFT_TYPE_MODEL, WAYPOINT_MODEL, AIRFIELD_ROWS, TABLE_MODEL, INDEX_MODEL, FLOAT, FLOAT
    )
)  # fmt: skip
def move(
    aircraft: Any, types: Any, waypoints: Any, airfields: Any, winds: Any, drifts: Any, t_s: float, t_next_s: float
) -> tuple[int, int]:
    """Move all rows of AIRCRAFT from t_s to t_next_s.

    Return the first row whose position is not a number (-1: none) and how many rows reached their target in this tick.

    `types` AIRCRAFT_TYPE, `waypoints` WAYPOINT, `airfields` AIRFIELD rows; `winds` as `kernels.wind` describes them (no
    rows: still air); `drifts` is 1 for types that the wind carries along. Carried weapons are seen to last, when their
    parents have moved.
    """
    n = aircraft.shape[0]
    seen = np.empty((n, 6))
    for i in range(n):
        for k in range(3):
            seen[i, k] = aircraft[i].pos_ecef_m[k]
            seen[i, 3 + k] = aircraft[i].vel_ecef_mps[k]
    carried = 0
    for i in range(n):
        row = aircraft[i]
        state = row.state
        begin = t_s
        if state == _CARRIED:
            carried += 1
            continue
        if state == _LANDED:
            _rearm(aircraft, i, types, t_next_s)
            continue
        if state == _PARKED and row.waypoints > 0 and row.leg == 0 and row.t_start_s < t_next_s:
            begin = max(row.t_start_s, t_s)
            _begin_route(aircraft, i, waypoints)
        elif state == _STARTING and row.t_ready_s < t_next_s:
            begin = _start_time(aircraft, i, airfields, t_s)
            if begin >= t_next_s:
                continue
            _take_off(aircraft, i, types, airfields, begin)
        state = row.state
        if state == _ROUTE:
            _route(aircraft, i, types, waypoints, airfields, winds, drifts, begin, t_next_s - begin)
        elif state == _ORDERED:
            j = row.target
            g = row.goal_ecef_m
            w = row.goal_vel_mps
            age = begin - row.t_goal_s
            if j >= 0:
                a, b, c, d, e, f = seen[j, 0], seen[j, 1], seen[j, 2], seen[j, 3], seen[j, 4], seen[j, 5]
            else:
                a, b, c, d, e, f = g[0] + w[0] * age, g[1] + w[1] * age, g[2] + w[2] * age, w[0], w[1], w[2]
            _ordered(aircraft, i, types, airfields, winds, a, b, c, d, e, f, int(j >= 0), begin, t_next_s - begin)
        elif state == _RETURNING:
            _return_home(aircraft, i, types, airfields, winds, begin, t_next_s - begin)
    if carried > 0:
        for i in range(n):
            if aircraft[i].state == _CARRIED:
                _carried(aircraft, i, types, waypoints, winds, t_s, t_next_s)
    return _count(aircraft, t_s)
