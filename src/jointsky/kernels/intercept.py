"""Who can reach whom: launchers and fighters against straight-flying tracks, every pair in one pass."""

import numpy as np
from numba import from_dtype, njit, types

from jointsky.vocab.codes import Flight
from jointsky.vocab.records import CAPABILITY, TRACK, UNIT_STATUS

EARTH_RADIUS_M = 8_494_666.6667
"""4/3 of the mean radius (6371 km): radio horizon in a standard atmosphere."""

PARKED = int(Flight.PARKED)
STARTING = int(Flight.STARTING)

_SIGNATURE = types.void(
    types.Array(from_dtype(CAPABILITY), 1, "C"),
    types.Array(from_dtype(UNIT_STATUS), 1, "C"),
    types.Array(from_dtype(TRACK), 1, "C"),
    types.float64,
    types.float64[:, ::1],
    types.float64[:, ::1],
    types.float64[:, ::1],
)


@njit("float64(float64,float64,float64,float64,float64,float64,float64)", cache=True, error_model="numpy")
def meeting_time_s(dx: float, dy: float, dz: float, vx: float, vy: float, vz: float, speed: float) -> float:
    """Smallest t >= 0 with |d + v t| = speed t, or -1 (collision course; d, v: target relative to the pursuer's start, m and m/s)."""
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


@njit(_SIGNATURE, cache=True, error_model="numpy")
def pair_reach(cap, status, tracks, now_s, pk, t_meet_s, t_wait_s):  # type: ignore[no-untyped-def]
    """Fill, for every (asset row, track), the kill probability of one shot if ordered now, the time of the meeting, and how long to wait.

    `cap`, `status`: CAPABILITY and UNIT_STATUS rows of the same assets; `tracks`: TRACK rows; `pk[i, j]` is 0 where the meeting lies outside the envelope; `t_meet_s[i, j]`
    seconds from `now_s` (inf: never); `t_wait_s[i, j]` seconds until a launcher's envelope is first met on the present course (inf: never, 0: now).
    Launchers: missile at mean speed after the reaction delay, radio horizon of the 4/3 earth from the mast unless the track serves for fire control.
    Fighters: dash to the meeting point after the start delay, limited by fuel for the way there and back.
    """
    for i in range(cap.shape[0]):
        for j in range(tracks.shape[0]):
            pk[i, j] = 0.0
            t_meet_s[i, j] = np.inf
            t_wait_s[i, j] = np.inf
            px = tracks[j].pos_ecef_m[0] - status[i].pos_ecef_m[0]
            py = tracks[j].pos_ecef_m[1] - status[i].pos_ecef_m[1]
            pz = tracks[j].pos_ecef_m[2] - status[i].pos_ecef_m[2]
            vx, vy, vz = tracks[j].vel_ecef_mps[0], tracks[j].vel_ecef_mps[1], tracks[j].vel_ecef_mps[2]
            kind = tracks[j].kind
            chance = cap[i].pk[kind] if kind < 9 else cap[i].pk[0]
            delay = max(cap[i].delay_s, status[i].t_ready_s - now_s) if cap[i].shooter == 0 else 0.0
            if cap[i].shooter == 1:
                delay = 0.0
                if status[i].status == STARTING or status[i].status == PARKED:
                    delay = max(0.0, status[i].t_ready_s - now_s)
                if status[i].status == PARKED:
                    delay += cap[i].delay_s
                t = meeting_time_s(px + vx * delay, py + vy * delay, pz + vz * delay, vx, vy, vz, cap[i].dash_mps)
                if t >= 0.0 and 2.2 * t <= status[i].fuel_s:
                    pk[i, j] = chance * cap[i].reliability
                    t_meet_s[i, j] = t + delay
                    t_wait_s[i, j] = 0.0
                continue
            alt = tracks[j].alt_m
            if chance <= 0.0 or alt < cap[i].alt_min_m or alt > cap[i].alt_max_m:
                continue
            horizon = np.sqrt(2.0 * EARTH_RADIUS_M * max(cap[i].mast_m, 0.0)) + np.sqrt(2.0 * EARTH_RADIUS_M * max(alt, 0.0))
            reach = cap[i].range_max_m
            if tracks[j].fire_control == 0:
                reach = min(reach, horizon)
            t = meeting_time_s(px + vx * delay, py + vy * delay, pz + vz * delay, vx, vy, vz, cap[i].speed_mps)
            if t >= 0.0 and t * cap[i].speed_mps <= reach and t * cap[i].speed_mps >= cap[i].range_min_m:
                pk[i, j] = chance * cap[i].reliability
                t_meet_s[i, j] = t + delay
                t_wait_s[i, j] = 0.0
                continue
            speed2 = vx * vx + vy * vy + vz * vz
            toward = px * vx + py * vy + pz * vz
            if toward < 0.0 and speed2 > 1.0:
                miss2 = px * px + py * py + pz * pz - toward * toward / speed2
                if miss2 < reach * reach:
                    t_wait_s[i, j] = (-toward - np.sqrt((reach * reach - miss2) * speed2)) / speed2
                    t_wait_s[i, j] = max(t_wait_s[i, j], 0.0)
                    t_meet_s[i, j] = t_wait_s[i, j] + delay
