"""Engagements: acquisition by the shooter's own radar, launch, flight and the kill draw. One call resolves a tick.

Every shot is drawn by the names of shooter and target and the number of the shot between the two, so neither time nor
the order of rows nor anybody else's shots change its luck.
"""

import math
from typing import Any

import numpy as np

from jointsky.kernels.acquire import acquire, search
from jointsky.kernels.compiled import kernel
from jointsky.kernels.draws import KILL, uniform
from jointsky.kernels.flight import collision_time
from jointsky.kernels.flyout import first_guess, intercept_time
from jointsky.kernels.rowtypes import (
    AIRCRAFT_ROWS,
    AIRCRAFT_TYPE_MODEL,
    CUBE_MODEL,
    ENGAGEMENT_ROWS,
    FLOAT,
    INDEX_ROWS,
    INT,
    LAUNCHER_ROWS,
    TRIPLE,
    VECTOR_MODEL,
    WORD,
    pair,
)
from jointsky.vocab.codes import Act, Flight, Shooter, Shot

STALE_S = 120.0
"""An engagement radar that has found nothing gives up when the last report is older than this."""
PATIENCE_S = 900.0
"""No launcher waits longer than this for a target to come into its envelope."""
FIGHTER_STALE_S = 300.0
AAM_SPACING_S = 2.0
AAM_PAUSE_S = 8.0
"""A fighter waits this long between salvoes."""

_ORDERED = int(Flight.ORDERED)
_STARTING = int(Flight.STARTING)
_KILLED = int(Flight.KILLED)
_POSITION = int(Act.POSITION)
_ENGAGE = int(Act.ENGAGE)
_LAUNCHER = int(Shooter.LAUNCHER)
_ACQUIRING = int(Shot.ACQUIRING)
_IN_FLIGHT = int(Shot.IN_FLIGHT)
_HIT = int(Shot.HIT)
_MISS = int(Shot.MISS)
_NO_ACQUISITION = int(Shot.NO_ACQUISITION)
_OUT_OF_ENVELOPE = int(Shot.OUT_OF_ENVELOPE)
_CEASED = int(Shot.CEASED)
_LOST = int(Shot.LOST)


@kernel(INT(ENGAGEMENT_ROWS, INT, AIRCRAFT_ROWS, INT, *[FLOAT] * 3, INT))
def _launch(
    engagements: Any, k: int, aircraft: Any, j: int, now_s: float, flight_s: float, pk: float, shots: int
) -> int:
    """Mark engagement k as launched at row j with `shots` missiles, the first arriving after flight_s."""
    row = engagements[k]
    target = aircraft[j]
    row.state = _IN_FLIGHT
    row.target = j
    row.generation = target.generation
    row.t_launch_s = now_s
    row.t_impact_s = now_s + flight_s
    row.pk = pk
    row.shots = shots
    for axis in range(3):
        row.impact_ecef_m[axis] = target.pos_ecef_m[axis] + target.vel_ecef_mps[axis] * flight_s
    return 0


@kernel(TRIPLE(LAUNCHER_ROWS, INT, FLOAT, FLOAT, FLOAT))
def _local(launchers: Any, i: int, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Return the east, north and up parts of an ECEF vector at launcher i."""
    enu = launchers[i].enu
    return (
        enu[0, 0] * x + enu[0, 1] * y + enu[0, 2] * z,
        enu[1, 0] * x + enu[1, 1] * y + enu[1, 2] * z,
        enu[2, 0] * x + enu[2, 1] * y + enu[2, 2] * z,
    )


@kernel(FLOAT(LAUNCHER_ROWS, INT, AIRCRAFT_ROWS, INT, CUBE_MODEL, *[FLOAT] * 4))
def _meeting(
    launchers: Any, i: int, aircraft: Any, j: int, table: Any, range_step_m: float, height_step_m: float, age_s: float,
    guess_s: float,
) -> float:  # fmt: skip
    """Return the flight time of launcher i's missile to row j (see `intercept_time`); -1: never. A guess below 0 asks
    for one.
    """
    site = launchers[i]
    p = aircraft[j].pos_ecef_m
    w = aircraft[j].vel_ecef_mps
    east, north, up = _local(
        launchers, i, p[0] - site.pos_ecef_m[0], p[1] - site.pos_ecef_m[1], p[2] - site.pos_ecef_m[2]
    )  # fmt: skip
    v_east, v_north, v_up = _local(launchers, i, w[0], w[1], w[2])
    if guess_s < 0.0:
        guess_s = first_guess(
            table, site.missile, range_step_m, height_step_m, site.range_max_m, east, north, up, v_east, v_north, v_up
        )  # fmt: skip
        if guess_s < 0.0:
            return -1.0
    return intercept_time(
        table, site.missile, range_step_m, height_step_m, east, north, up, v_east, v_north, v_up, age_s, guess_s
    )  # fmt: skip


@kernel(INT(LAUNCHER_ROWS, INT, AIRCRAFT_ROWS, INT, FLOAT))
def _inside(launchers: Any, i: int, aircraft: Any, j: int, flight_s: float) -> int:
    """Return 1 if row j, flown on for flight_s, is inside launcher i's envelope; 0 if not; -1 if it will never be."""
    site = launchers[i]
    target = aircraft[j]
    d2 = 0.0
    closing = 0.0
    v2 = 0.0
    now2 = 0.0
    up = 0.0
    for axis in range(3):
        w = target.vel_ecef_mps[axis]
        d = target.pos_ecef_m[axis] - site.pos_ecef_m[axis]
        now2 += d * d
        closing += d * w
        v2 += w * w
        up += w * site.enu[2, axis]
        d2 += (d + w * flight_s) ** 2
    height = target.alt_m + up * flight_s
    high = height >= site.alt_min_m and height <= site.alt_max_m
    if flight_s >= 0.0 and high and d2 >= site.range_min_m**2 and d2 <= site.range_max_m**2:
        return 1
    t_near = max(-closing / v2, 0.0) if v2 > 0.0 else 0.0
    nearest2 = now2 + 2.0 * closing * t_near + v2 * t_near * t_near
    never = nearest2 > site.range_max_m**2 or (abs(up) < 3.0 and not high)
    return -1 if never else 0


@kernel(
    INT(ENGAGEMENT_ROWS, INT, LAUNCHER_ROWS, AIRCRAFT_ROWS, AIRCRAFT_TYPE_MODEL, FLOAT, CUBE_MODEL, FLOAT, FLOAT, FLOAT)
)
def _ground_shot(
    engagements: Any, k: int, launchers: Any, aircraft: Any, types: Any, jam_factor: float, table: Any,
    range_step_m: float, height_step_m: float, now_s: float,
) -> int:  # fmt: skip
    """Take launcher engagement k one tick further: acquire, wait, launch or give up."""
    row = engagements[k]
    site = launchers[row.row]
    if site.alive == 0:
        row.state = _CEASED
        return 0
    if now_s < row.t_order_s + site.reaction_s:
        return 0
    j = acquire(engagements, k, launchers, aircraft, types, jam_factor, now_s)
    if j < 0:
        if now_s - max(row.t_goal_s, row.t_order_s + site.reaction_s) > STALE_S:
            row.state = _NO_ACQUISITION
        return 0
    if site.ready + site.stock <= 0:
        row.state = _CEASED
        return 0
    flight = _meeting(launchers, row.row, aircraft, j, table, range_step_m, height_step_m, 0.0, -1.0)
    inside = _inside(launchers, row.row, aircraft, j, flight)
    if inside < 0 or now_s - row.t_order_s > PATIENCE_S:
        row.state = _OUT_OF_ENVELOPE
        return 0
    if inside == 0 or site.ready <= 0 or now_s < site.t_next_shot_s:
        return 0
    shots = min(row.shots, site.ready)
    _launch(engagements, k, aircraft, j, now_s, flight, site.pk[aircraft[j].kind] * site.reliability, shots)
    site.ready -= shots
    site.t_next_shot_s = now_s + shots * site.interval_s
    if site.ready <= 0:
        site.t_reloaded_s = now_s + site.reload_s
    for axis in range(3):
        row.pos_ecef_m[axis] = site.pos_ecef_m[axis]
    return 0


@kernel(INT(ENGAGEMENT_ROWS, INT, AIRCRAFT_ROWS, AIRCRAFT_TYPE_MODEL, FLOAT))
def _air_shot(engagements: Any, k: int, aircraft: Any, types: Any, now_s: float) -> int:
    """Take fighter engagement k one tick further: wait for the lock, launch or give up."""
    row = engagements[k]
    fighter = aircraft[row.row]
    bound = fighter.order == _ENGAGE and fighter.order_id == row.order_id
    if not bound or (fighter.state != _STARTING and fighter.state != _ORDERED):
        row.state = _CEASED
        return 0
    if fighter.state == _STARTING:
        return 0
    j = fighter.target
    kind = types[fighter.type]
    p = fighter.pos_ecef_m
    if j < 0:
        if now_s - fighter.t_goal_s > FIGHTER_STALE_S:
            row.state = _NO_ACQUISITION
        return 0
    if now_s < fighter.t_next_shot_s or fighter.missiles <= 0:
        return 0
    target = aircraft[j]
    q = target.pos_ecef_m
    w = target.vel_ecef_mps
    dx, dy, dz = q[0] - p[0], q[1] - p[1], q[2] - p[2]
    flight = collision_time(
        dx * dx + dy * dy + dz * dz,
        dx * w[0] + dy * w[1] + dz * w[2],
        w[0] * w[0] + w[1] * w[1] + w[2] * w[2],
        kind.aam_speed_mps,
    )
    if flight < 0.0 or flight * kind.aam_speed_mps > kind.aam_range_m:
        return 0
    shots = min(row.shots, fighter.missiles)
    _launch(engagements, k, aircraft, j, now_s, flight, kind.aam_pk[target.kind], shots)
    fighter.missiles -= shots
    fighter.t_next_shot_s = now_s + AAM_PAUSE_S
    for axis in range(3):
        row.pos_ecef_m[axis] = p[axis]
    return 0


@kernel(FLOAT(ENGAGEMENT_ROWS, INT, AIRCRAFT_ROWS, AIRCRAFT_TYPE_MODEL, FLOAT, FLOAT))
def _air_arrival(engagements: Any, k: int, aircraft: Any, types: Any, t_s: float, now_s: float) -> float:
    """Fly the air-to-air missile of engagement k to now_s; return when it arrives, -1 when it runs out of reach."""
    row = engagements[k]
    kind = types[aircraft[row.row].type]
    target = aircraft[row.target]
    speed = kind.aam_speed_mps
    step = now_s - max(t_s, row.t_launch_s)
    p = row.pos_ecef_m
    q = target.pos_ecef_m
    w = target.vel_ecef_mps
    dx, dy, dz = q[0] - w[0] * step - p[0], q[1] - w[1] * step - p[1], q[2] - w[2] * step - p[2]
    left = collision_time(
        dx * dx + dy * dy + dz * dz,
        dx * w[0] + dy * w[1] + dz * w[2],
        w[0] * w[0] + w[1] * w[1] + w[2] * w[2],
        speed,
    )
    start = now_s - step
    if left < 0.0 or (start + left - row.t_launch_s) * speed > 1.3 * kind.aam_range_m:
        return -1.0
    share = min(step / left, 1.0) if left > 0.0 else 1.0
    for axis in range(3):
        leg = (dx, dy, dz)[axis] + w[axis] * left
        p[axis] += leg * share
        row.vel_ecef_mps[axis] = leg / max(left, 1e-3)
    return start + left


@kernel(
    FLOAT(ENGAGEMENT_ROWS, INT, LAUNCHER_ROWS, AIRCRAFT_ROWS, CUBE_MODEL, FLOAT, FLOAT, FLOAT)
)
def _ground_arrival(
    engagements: Any, k: int, launchers: Any, aircraft: Any, table: Any, range_step_m: float, height_step_m: float,
    now_s: float,
) -> float:  # fmt: skip
    """Place the missile of engagement k on its way at now_s; return when it arrives, -1 when it cannot."""
    row = engagements[k]
    site = launchers[row.row]
    age = now_s - row.t_launch_s
    flight = _meeting(
        launchers, row.row, aircraft, row.target, table, range_step_m, height_step_m, age,
        row.t_impact_s - row.t_launch_s,
    )  # fmt: skip
    if flight < 0.0:
        return -1.0
    target = aircraft[row.target]
    share = min(age / max(flight, 1e-3), 1.0)
    for axis in range(3):
        row.impact_ecef_m[axis] = target.pos_ecef_m[axis] + target.vel_ecef_mps[axis] * (flight - age)
        leg = row.impact_ecef_m[axis] - site.pos_ecef_m[axis]
        row.pos_ecef_m[axis] = site.pos_ecef_m[axis] + share * leg
        row.vel_ecef_mps[axis] = leg / max(flight, 1e-3)
    return row.t_launch_s + flight


@kernel(INT(ENGAGEMENT_ROWS, INT))
def _shots_before(engagements: Any, k: int) -> int:
    """Return how many missiles the shooter of engagement k has launched at its target in earlier engagements."""
    row = engagements[k]
    total = 0
    for j in range(k):
        other = engagements[j]
        if (
            other.row == row.row
            and other.shooter == row.shooter
            and other.target == row.target
            and other.generation == row.generation
            and other.t_launch_s < math.inf
        ):
            total += other.shots
    return total


@kernel(INT(ENGAGEMENT_ROWS, INT, AIRCRAFT_ROWS, WORD, WORD, *[FLOAT] * 3))
def _draw_kills(
    engagements: Any, k: int, aircraft: Any, seed: int, shooter: int, spacing_s: float, t_s: float, now_s: float
) -> int:
    """Draw the missiles of engagement k that arrive in (t_s, now_s]: hit, or a miss once the last has passed."""
    row = engagements[k]
    target = aircraft[row.target]
    before = -1
    for shot in range(row.shots):
        t_shot = row.t_impact_s + shot * spacing_s
        if t_shot <= t_s or t_shot > now_s:
            continue
        if before < 0:
            before = _shots_before(engagements, k)
        if uniform(seed, KILL, shooter, target.entity >> np.uint64(1), before + shot) < row.pk:
            row.state = _HIT
            row.t_end_s = t_shot
            target.alive = 0
            target.state = _KILLED
            target.t_end_s = t_shot
            target.killer = k
            target.target = -1
            return 1
    if row.t_impact_s + (row.shots - 1) * spacing_s <= now_s:
        row.state = _MISS
    return 0


@kernel(INT(AIRCRAFT_ROWS, INT, FLOAT))
def _wait_here(aircraft: Any, i: int, now_s: float) -> int:
    """Free fighter i of its order: it waits where it is for the next one."""
    row = aircraft[i]
    row.order = _POSITION
    row.order_id = 0
    row.track_id = 0
    row.target = -1
    row.t_goal_s = now_s
    for axis in range(3):
        row.goal_ecef_m[axis] = row.pos_ecef_m[axis]
        row.goal_vel_mps[axis] = 0.0
    return 0


@kernel(INT(ENGAGEMENT_ROWS, INT, INT, AIRCRAFT_ROWS, FLOAT))
def _close_air(engagements: Any, k: int, used: int, aircraft: Any, now_s: float) -> int:
    """After fighter engagement k: a miss goes on with the next missile, else the fighter waits. Return rows used, -1:
    full.
    """
    row = engagements[k]
    fighter = aircraft[row.row]
    if fighter.order_id != row.order_id or fighter.order != _ENGAGE:
        return used
    if fighter.state != _ORDERED:
        return used
    if row.state != _MISS:
        _wait_here(aircraft, row.row, now_s)
        return used
    if fighter.missiles <= 0:
        return used
    if used >= engagements.shape[0]:
        return -1
    engagements[used] = engagements[k]
    follow = engagements[used]
    follow.state = _ACQUIRING
    follow.target = -1
    follow.t_launch_s = math.inf
    follow.t_impact_s = math.inf
    follow.t_end_s = math.inf
    follow.pk = 0.0
    return used + 1


@kernel(INT(LAUNCHER_ROWS, FLOAT))
def _reload(launchers: Any, now_s: float) -> int:
    """Refill empty launchers from their stock when the reload time is over."""
    for i in range(launchers.shape[0]):
        site = launchers[i]
        if site.ready <= 0 and site.stock > 0 and site.alive == 1 and site.t_reloaded_s <= now_s:
            moved = min(site.capacity, site.stock)
            site.ready += moved
            site.stock -= moved
    return 0


@kernel(
    pair(INT, INT)(
        AIRCRAFT_ROWS, AIRCRAFT_TYPE_MODEL, LAUNCHER_ROWS, ENGAGEMENT_ROWS, INT, VECTOR_MODEL, CUBE_MODEL, FLOAT, FLOAT,
        WORD, FLOAT, FLOAT, INDEX_ROWS,
    )
)  # fmt: skip
def resolve(
    aircraft: Any, types: Any, launchers: Any, engagements: Any, used: int, jam_factor: Any, table: Any,
    range_step_m: float, height_step_m: float, seed: int, t_s: float, now_s: float, ended: Any,
) -> tuple[int, int]:  # fmt: skip
    """Take all open engagements from t_s to now_s; return (rows used, number ended), or (-1, 0) when the table is full.

    `jam_factor` shortens each launcher's radar range (1: not jammed), `table` holds the times of flight (missile,
    range, height); the rows that ended are written to the front of `ended`.
    """
    _reload(launchers, now_s)
    search(aircraft, types, now_s)
    count = 0
    for k in range(used):
        row = engagements[k]
        if row.t_end_s < math.inf:
            continue
        by_launcher = row.shooter == _LAUNCHER
        if row.state == _ACQUIRING:
            if by_launcher:
                _ground_shot(
                    engagements, k, launchers, aircraft, types, jam_factor[row.row], table, range_step_m, height_step_m,
                    now_s,
                )  # fmt: skip
            else:
                _air_shot(engagements, k, aircraft, types, now_s)
        elif row.state == _IN_FLIGHT:
            target = aircraft[row.target]
            if target.alive == 0 or target.generation != row.generation:
                row.state = _LOST
            else:
                if row.t_impact_s > t_s:
                    if by_launcher:
                        arrival = _ground_arrival(
                            engagements, k, launchers, aircraft, table, range_step_m, height_step_m, now_s
                        )  # fmt: skip
                    else:
                        arrival = _air_arrival(engagements, k, aircraft, types, t_s, now_s)
                    if arrival < 0.0:
                        row.state = _MISS
                    else:
                        row.t_impact_s = arrival if arrival > t_s else now_s
                if row.state == _IN_FLIGHT and row.t_impact_s <= now_s:
                    shooter = launchers[row.row].entity if by_launcher else aircraft[row.row].entity
                    spacing = launchers[row.row].interval_s if by_launcher else AAM_SPACING_S
                    _draw_kills(engagements, k, aircraft, seed, shooter, spacing, t_s, now_s)
        if row.state == _ACQUIRING or row.state == _IN_FLIGHT:
            continue
        row.t_end_s = min(row.t_end_s, now_s)
        ended[count] = k
        count += 1
        if by_launcher:
            if row.shots > 0:  # a refused order never held a channel
                launchers[row.row].channels_busy -= 1
        else:
            used = _close_air(engagements, k, used, aircraft, now_s)
            if used < 0:
                return -1, 0
    return used, count
