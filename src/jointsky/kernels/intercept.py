"""Who can reach whom: launchers and fighters against straight-flying tracks, every pair in one pass."""

from typing import Any

import numpy as np

from jointsky.kernels.compiled import kernel
from jointsky.kernels.rowtypes import CAPABILITY_MODEL, FLOAT, TABLE, TRACK_MODEL, UNIT_STATUS_MODEL, types
from jointsky.vocab.codes import Flight, Shooter

EARTH_RADIUS_M = 8_494_666.6667
"""4/3 of the mean radius (6371 km): radio horizon in a standard atmosphere."""
THERE_AND_BACK = 2.2
"""Fuel a fighter needs, as a multiple of the time to the meeting: there, back, and a reserve. Notional."""

_FIGHTER = int(Shooter.FIGHTER)
_PARKED = int(Flight.PARKED)
_STARTING = int(Flight.STARTING)


@kernel(FLOAT(FLOAT, FLOAT, FLOAT, FLOAT, FLOAT, FLOAT, FLOAT))
def meeting_time_s(dx: float, dy: float, dz: float, vx: float, vy: float, vz: float, speed: float) -> float:
    """Smallest t >= 0 with |d + v t| = speed t, or -1.

    Collision course; d, v: target relative to the pursuer's start, m and m/s.
    """
    a = vx * vx + vy * vy + vz * vz - speed * speed
    b = dx * vx + dy * vy + dz * vz
    c = dx * dx + dy * dy + dz * dz
    if abs(a) < 1e-9:
        return -c / (2.0 * b) if b < 0.0 else -1.0
    root = b * b - a * c
    if root < 0.0:
        return -1.0
    root = np.sqrt(root)
    first, second = (-b - root) / a, (-b + root) / a
    low, high = min(first, second), max(first, second)
    if low >= 0.0:
        return low
    return high if high >= 0.0 else -1.0


@kernel(FLOAT(FLOAT, FLOAT, FLOAT, FLOAT, FLOAT, FLOAT, FLOAT))
def entry_time_s(dx: float, dy: float, dz: float, vx: float, vy: float, vz: float, radius: float) -> float:
    """The t > 0 at which d + v t comes from outside into the sphere of `radius` about the origin, or inf; m, m/s."""
    speed2 = vx * vx + vy * vy + vz * vz
    toward = dx * vx + dy * vy + dz * vz
    outside2 = dx * dx + dy * dy + dz * dz - radius * radius
    root = toward * toward - speed2 * outside2
    if toward >= 0.0 or outside2 <= 0.0 or root < 0.0:
        return np.inf
    return (-toward - np.sqrt(root)) / speed2


@kernel(types.void(CAPABILITY_MODEL, UNIT_STATUS_MODEL, TRACK_MODEL, FLOAT, TABLE, TABLE, TABLE))
def pair_reach(cap: Any, status: Any, tracks: Any, now_s: float, pk: Any, t_meet_s: Any, t_wait_s: Any) -> None:
    """Fill, for every (asset row, track), the kill probability of one shot if ordered now, the time of the meeting,
    and how long to wait.

    `cap`, `status`: CAPABILITY and UNIT_STATUS rows of the same assets; `tracks`: TRACK rows; `pk[i, j]` is 0 where
    the meeting lies outside the envelope; `t_meet_s[i, j]` seconds from `now_s` (inf: never); `t_wait_s[i, j]` seconds
    until an order first leads to a meeting inside a launcher's envelope on the present course (0: now, inf: never);
    the meeting is then the one so waited for. Launchers: missile at mean speed after the reaction delay, radio horizon
    of the 4/3 earth from the mast unless the track serves for fire control. Fighters: dash to the meeting point once
    they are up (one on the ground still needs its readiness time), limited by fuel for the way there and back.
    """
    for i in range(cap.shape[0]):
        asset, now = cap[i], status[i]
        for j in range(tracks.shape[0]):
            track = tracks[j]
            pk[i, j] = 0.0
            t_meet_s[i, j] = np.inf
            t_wait_s[i, j] = np.inf
            chance = asset.reliability * (asset.pk[track.kind] if track.kind < 9 else asset.pk[0])
            if asset.shooter == _FIGHTER:
                delay = asset.delay_s if now.status == _PARKED else 0.0
                if now.status == _PARKED or now.status == _STARTING:
                    delay += max(0.0, now.t_ready_s - now_s)
            else:
                delay = max(asset.delay_s, now.t_ready_s - now_s)
            alt = track.alt_m
            if chance <= 0.0 or delay == np.inf:
                continue
            vx, vy, vz = track.vel_ecef_mps[0], track.vel_ecef_mps[1], track.vel_ecef_mps[2]
            px = track.pos_ecef_m[0] - now.pos_ecef_m[0] + vx * delay
            py = track.pos_ecef_m[1] - now.pos_ecef_m[1] + vy * delay
            pz = track.pos_ecef_m[2] - now.pos_ecef_m[2] + vz * delay
            if asset.shooter == _FIGHTER:
                t = meeting_time_s(px, py, pz, vx, vy, vz, asset.dash_mps)
                if t >= 0.0 and THERE_AND_BACK * t <= now.fuel_s:
                    pk[i, j], t_meet_s[i, j], t_wait_s[i, j] = chance, t + delay, 0.0
                continue
            if alt < asset.alt_min_m or alt > asset.alt_max_m:
                continue
            reach = asset.range_max_m
            if track.fire_control == 0:
                high = np.sqrt(2.0 * EARTH_RADIUS_M * max(asset.mast_m, 0.0))
                reach = min(reach, high + np.sqrt(2.0 * EARTH_RADIUS_M * max(alt, 0.0)))
            t = meeting_time_s(px, py, pz, vx, vy, vz, asset.speed_mps)
            flown = t * asset.speed_mps
            if t >= 0.0 and asset.range_min_m <= flown <= reach:
                pk[i, j], t_meet_s[i, j], t_wait_s[i, j] = chance, t + delay, 0.0
                continue
            enters = entry_time_s(px, py, pz, vx, vy, vz, reach)
            wait = enters - reach / asset.speed_mps
            if 0.0 < wait < np.inf and reach >= asset.range_min_m:
                t_meet_s[i, j], t_wait_s[i, j] = enters + delay, wait
