"""Filed flight plans: does a track with a transponder code fly where its plan says?"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.records import FILED_POINT, FLIGHT_PLAN, WAYPOINT, Rows, empty

Bool = NDArray[np.bool_]
Float = NDArray[np.float64]
RECHECK_S = 60.0
Asked = tuple[int, int]
"""Number of a track and its code."""
Answer = tuple[float, bool]
"""When it was looked up, in seconds, and whether the track flies its plan."""


@dataclass(slots=True)
class PlanBook:
    """The flight plans one post holds (FLIGHT_PLAN rows over a WAYPOINT table), with the last verdict per track kept
    for a minute.

    A plan matches when the code is equal, the time lies in its window, and the position is within `corridor_m` of the
    route.
    """

    plans: Rows
    waypoints: Rows
    corridor_m: float = 20_000.0
    verdicts: dict[Asked, Answer] = field(default_factory=dict[Asked, Answer])

    def matches(self, tracks: Rows, now_s: float) -> Bool:
        """True for each TRACK row that flies on a filed plan of its own code."""
        result = np.zeros(len(tracks), np.bool_)
        for index in np.nonzero(tracks["code"] >= 0)[0]:
            result[index] = self._verdict(tracks[index], now_s)
        return result

    def uncoded(self, pos_ecef_m: Float, now_s: float) -> bool:
        """Whether a filed plan of a flight without a transponder fits a place: a glider, a balloon."""
        return self._on_a_route(-1, pos_ecef_m, now_s)

    def add(self, points: Rows, nation: int) -> None:
        """Take in plans that `nation` told (FILED_POINT rows); those that are held already are left out."""
        for route in np.split(points, np.flatnonzero(points["point"] == 0)[1:]) if len(points) else ():
            head = route[0]
            same = (self.plans["code"] == head["code"]) & (self.plans["t_start_s"] == head["t_start_s"])
            if any(np.array_equal(self._route(plan), route["pos_ecef_m"]) for plan in self.plans[same]):
                continue
            plan, legs = empty(FLIGHT_PLAN, 1), empty(WAYPOINT, len(route))
            for name in ("code", "t_start_s", "t_end_s"):
                plan[name] = head[name]
            plan["nation"], plan["first_waypoint"], plan["waypoints"] = nation, len(self.waypoints), len(route)
            legs["pos_ecef_m"] = route["pos_ecef_m"]
            self.plans, self.waypoints = np.concatenate([self.plans, plan]), np.concatenate([self.waypoints, legs])
            self.verdicts = {key: answer for key, answer in self.verdicts.items() if key[1] != head["code"]}

    def filed(self, nation: int, now_s: float) -> Rows:
        """The plans of one nation that have been filed by now, as FILED_POINT rows."""
        plans = self.plans[(self.plans["nation"] == nation) & (self.plans["t_start_s"] <= now_s)]
        parts: list[Rows] = []
        for plan in plans:
            part = empty(FILED_POINT, int(plan["waypoints"]))
            for name in ("code", "t_start_s", "t_end_s"):
                part[name] = plan[name]
            part["point"], part["clause"], part["pos_ecef_m"] = np.arange(len(part)), -1, self._route(plan)
            parts.append(part)
        return np.concatenate(parts) if parts else empty(FILED_POINT)

    def _route(self, plan: np.void) -> Float:
        first = int(plan["first_waypoint"])
        return self.waypoints["pos_ecef_m"][first : first + int(plan["waypoints"])]

    def _verdict(self, track: np.void, now_s: float) -> bool:
        key = (int(track["track_id"]), int(track["code"]))
        last = self.verdicts.get(key)
        if last is None or now_s - last[0] >= RECHECK_S:
            last = (now_s, self._on_a_route(int(track["code"]), track["pos_ecef_m"], now_s))
            self.verdicts[key] = last
        return last[1]

    def _on_a_route(self, code: int, pos_ecef_m: Float, now_s: float) -> bool:
        plans = self.plans
        due = (plans["code"] == code) & (plans["t_start_s"] <= now_s) & (now_s <= plans["t_end_s"])
        return any(self._distance_m(plan, pos_ecef_m) <= self.corridor_m for plan in plans[due])

    def _distance_m(self, plan: np.void, pos_ecef_m: Float) -> float:
        return distance_to_route_m(self._route(plan), pos_ecef_m)


def distance_to_route_m(route_ecef_m: Float, pos_ecef_m: Float) -> float:
    """Shortest distance from a point (3,) to a polyline (n, 3) of straight chords, n >= 2, in metres.

    A chord of a 300 km leg lies 1.8 km under the earth's surface, far less than a corridor's width.
    """
    start, step = route_ecef_m[:-1], np.diff(route_ecef_m, axis=0)
    share = ((pos_ecef_m - start) * step).sum(axis=1) / np.maximum((step * step).sum(axis=1), 1.0)
    nearest = start + np.clip(share, 0.0, 1.0)[:, None] * step
    gap = nearest - pos_ecef_m
    return float(np.sqrt((gap * gap).sum(axis=1).min()))
