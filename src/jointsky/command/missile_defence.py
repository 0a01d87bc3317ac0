"""Missile defence of one post: warning, where it falls, who can reach it, and the cue that makes them wait for it.

A battery cannot follow a missile far above its reach: it is told where and when the arc will enter its envelope, and
its engagement radar looks there then. What falls on nobody's protected land raises no alarm. Weapons are simulated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from jointsky.command.config import Plan
from jointsky.command.ledger import Engagement
from jointsky.command.planner import Planner
from jointsky.geo.frames import ecef2geodetic
from jointsky.links.agreements import Verdict
from jointsky.picture.border import BorderField
from jointsky.picture.missiles import Estimate, MissilePicture
from jointsky.vocab.batches import joined
from jointsky.vocab.codes import Act, AircraftKind, Shooter
from jointsky.vocab.messages import Decision
from jointsky.vocab.records import ORDER, Rows, empty

OPENING = "missile defence: "
STEP_S = 1.0
SHARE_OF_REACH = 0.9
"""The cue is given for the first moment within this share of a battery's greatest range and height."""
SALVO, BATTERIES = 2, 2
"""Missiles of one order, and batteries cued to one missile. Notional."""
SURE_M = 4_000.0
"""A battery is cued once the impact is known so well (1 sigma along the longer axis): its radar must find the missile
and nothing else. Notional."""
ONE_SIGMA = 2.448
"""The 95 % half axis of a plane normal distribution, in sigmas."""
CIRCLE_M = 30_000.0
"""A missile that comes down so near to a defended place is meant for it."""


@dataclass(slots=True)
class MissileDesk:
    """What one post does about ballistic missiles. `lines` are the borders of the nations it guards, `places` the
    ASSET rows and names of what it defends."""

    picture: MissilePicture
    lines: tuple[BorderField, ...]
    places: Rows
    place_names: tuple[str, ...]
    orders: dict[int, dict[int, int]] = field(default_factory=dict[int, dict[int, int]])
    """Order number by missile and row of the capability table."""
    told: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])

    def step(self, planner: Planner, tracks: Rows, now_s: float) -> Plan:
        """Orders and decisions for the estimates at `now_s`; `tracks` are their TRACK rows in the post's picture."""
        if not planner.authority.exists():
            return Plan(empty(ORDER), (), ())
        rows = {int(row["track_id"]): row for row in tracks}
        orders: list[tuple[Rows, tuple[str, ...]]] = []
        notes: list[Decision] = []
        for number, estimate in self.picture.estimates.items():
            goal = self._goal(estimate)
            notes += self._warned(planner, estimate, goal, now_s)
            if goal and number in rows and _sigma_m(estimate) <= SURE_M:
                made, said = self._cue(planner, estimate, rows[number], now_s)
                orders += made
                notes += said
        found = joined([row for row, _ in orders]) if orders else empty(ORDER)
        return Plan(found, tuple(ids for _, ids in orders), tuple(notes))

    def _goal(self, estimate: Estimate) -> str:
        """What a missile falls on: a defended place, or protected land; empty where neither."""
        lat, lon = np.array([estimate.impact.lat_deg]), np.array([estimate.impact.lon_deg])
        gap = self.places["pos_ecef_m"] - estimate.knots[-1, 1:4]
        away = np.sqrt((gap * gap).sum(axis=1)) - self.places["radius_m"]
        if len(away) and float(away.min()) < CIRCLE_M:
            return self.place_names[int(away.argmin())]
        return "protected land" if any(line.at(lat, lon)[0] < 0.0 for line in self.lines) else ""

    def _warned(self, planner: Planner, estimate: Estimate, goal: str, now_s: float) -> list[Decision]:
        """The warning, or why there is none, once for each missile and outcome."""
        if (estimate.track_id, goal) in self.told:
            return []
        self.told.add((estimate.track_id, goal))
        long_m, short_m, _ = estimate.impact.ellipse_m()
        place = f"{estimate.impact.lat_deg:.2f} N {estimate.impact.lon_deg:.2f} E"
        where = f"falls at {place} in {estimate.impact.t_s - now_s:.0f} s"
        ellipse = f"95 % within {long_m / 1e3:.1f} by {short_m / 1e3:.1f} km"
        origin = f"launched near {estimate.foot.lat_deg:.1f} N {estimate.foot.lon_deg:.1f} E"
        words = f"warning for {goal}" if goal else "no alarm: it falls on no protected land"
        return [self._note(planner, Act.WATCH, "", estimate.track_id, f"{words}; {where}, {ellipse}; {origin}", now_s)]

    def _cue(
        self, planner: Planner, estimate: Estimate, track: np.void, now_s: float
    ) -> tuple[list[tuple[Rows, tuple[str, ...]]], list[Decision]]:
        """Cue the batteries that are soonest reached by the arc, and tell those under way where it comes now."""
        under_way = self.orders.setdefault(estimate.track_id, {})
        orders: list[tuple[Rows, tuple[str, ...]]] = []
        notes: list[Decision] = []
        for place, entry_s in sorted(self._entries(planner, estimate, now_s).items(), key=lambda item: item[1]):
            if place not in under_way and len(under_way) >= BATTERIES:
                continue
            verdict = planner.authority.verdict(Act.ENGAGE, int(planner.config.capability["unit"][place]), track)
            unit = planner.config.unit_names[int(planner.config.capability["unit"][place])]
            if not verdict.yes:
                notes += self._refused(planner, unit, estimate.track_id, verdict, now_s)
                continue
            again = place in under_way
            row = self._order(planner, place, track, estimate.at(entry_s), entry_s, verdict, now_s)
            orders.append((row, verdict.clauses))
            if not again:
                notes.append(self._cued(planner, unit, row, entry_s - now_s, verdict, now_s))
        return orders, notes

    def _entries(self, planner: Planner, estimate: Estimate, now_s: float) -> Mapping[int, float]:
        """When the arc enters the envelope of each battery that can kill a ballistic missile, by capability row."""
        cap, status = planner.config.capability, planner.status
        able = (cap["shooter"] == Shooter.LAUNCHER) & (cap["pk"][:, AircraftKind.BALLISTIC] > 0.0)
        able &= np.isfinite(status["t_valid_s"]) & (status["shots_left"] > 0)
        times = np.arange(max(now_s, estimate.knots[0, 0]), estimate.impact.t_s, STEP_S)
        if not len(times) or not able.any():
            return {}
        states = np.array([estimate.at(float(t)) for t in times])
        heights = ecef2geodetic(states[:, :3])[2]
        found: dict[int, float] = {}
        for place in np.flatnonzero(able).tolist():
            gap = states[:, :3] - status["pos_ecef_m"][place]
            away = np.sqrt((gap * gap).sum(axis=1))
            inside = (away <= SHARE_OF_REACH * cap["range_max_m"][place]) & (
                heights <= SHARE_OF_REACH * cap["alt_max_m"][place]
            )
            inside &= times >= now_s + cap["delay_s"][place]
            if inside.any():
                found[place] = float(times[int(inside.argmax())])
        return found

    def _order(
        self, planner: Planner, place: int, track: np.void, there: np.ndarray, entry_s: float, verdict: Verdict,
        now_s: float,
    ) -> Rows:  # fmt: skip
        """The order to wait for a missile where and when it enters the envelope."""
        under_way, number = self.orders[int(track["track_id"])], int(track["track_id"])
        new = place not in under_way
        order_id = under_way.setdefault(place, 0) or planner.next_order_id()
        under_way[place] = order_id
        row = planner.order_row(order_id, Act.ENGAGE, place, track, SALVO, now_s)
        # units carry a place straight on, and of two take the later: so the line is laid through the entry
        row["pos_ecef_m"], row["vel_ecef_mps"] = there[:3] - there[3:] * (entry_s - now_s), there[3:]
        row["t_valid_s"] = now_s
        row["sigma_pos_m"] = _sigma_m(self.picture.estimates[number])
        rules = planner.config.roe[planner.authority.situation.phase]
        approved_s = now_s + max(verdict.takes_s, rules.approval_s)
        cap = planner.config.capability[place]
        asset = (int(cap["shooter"]), int(cap["row"]))
        if new:
            planner.ledger.add(
                Engagement(order_id, number, asset, 0.0, now_s, now_s, verdict.clauses, SALVO, Act.ENGAGE, approved_s,
                           escalates=False)
            )  # fmt: skip
        held = planner.ledger.open.get(order_id)
        row["t_approved_s"] = held.t_approved_s if held is not None else approved_s
        return row

    def _cued(self, planner: Planner, unit: str, row: Rows, ahead_s: float, verdict: Verdict, now_s: float) -> Decision:
        words = f"cued: it enters the envelope in {ahead_s:.0f} s; {verdict.reason}"
        number = int(row["track_id"][0])
        note = self._note(planner, Act.ENGAGE, unit, number, words, now_s)
        return Decision(
            note.t_s, note.post, note.act, unit, number, True, note.phase, verdict.clauses, note.reason,
            int(row["order_id"][0]), float(row["t_approved_s"][0]),
        )  # fmt: skip

    def _refused(self, planner: Planner, unit: str, number: int, verdict: Verdict, now_s: float) -> list[Decision]:
        if (number, unit) in self.told:
            return []
        self.told.add((number, unit))
        note = self._note(planner, Act.ENGAGE, unit, number, verdict.reason, now_s)
        return [
            Decision(note.t_s, note.post, note.act, unit, number, False, note.phase, (), note.reason,
                     against=verdict.against)
        ]  # fmt: skip

    def _note(self, planner: Planner, act: Act, unit: str, number: int, words: str, now_s: float) -> Decision:
        phase = planner.authority.situation.phase
        return Decision(now_s, planner.config.post, act, unit, number, True, phase, (), OPENING + words)


def _sigma_m(estimate: Estimate) -> float:
    """One standard deviation of the impact along the longer axis of its ellipse."""
    return estimate.impact.ellipse_m()[0] / ONE_SIGMA
