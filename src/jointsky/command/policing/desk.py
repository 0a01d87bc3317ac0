"""The air policing of one post: which tracks of its picture are incidents, what is known of each, and what its people
do about it. Until an incident is released nobody engages its track, whatever the odds say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.command.config import Plan
from jointsky.command.planner import Planner
from jointsky.command.policing.access import pair_over, told_by
from jointsky.command.policing.incident import Deed, Facts, Incident, Stage, Step, advance
from jointsky.command.policing.pairs import Order, Pairs
from jointsky.command.policing.procedure import Law, Procedure
from jointsky.command.threat import evaluate
from jointsky.geo.frames import ecef2geodetic, geodetic2ecef
from jointsky.picture.border import BorderField
from jointsky.picture.evidence import Evidence
from jointsky.picture.plans import PlanBook
from jointsky.vocab.batches import joined
from jointsky.vocab.codes import Act, Flight, Identity, Shooter
from jointsky.vocab.messages import Decision, Hail, Heeded, Sighting
from jointsky.vocab.records import ORDER, Rows, empty

SETTLED_S = 300.0
"""A track whose incident was closed is left alone for so long: one that answered is then called again."""
OURS_M = 3_000.0
"""A track so near to the place that an own fighter reports is no new incident."""
SAME_M, SAME_MPS = 5_000.0, 100.0
"""A new track so near to where a lost one must be, more the longer it is lost, goes on for it: with a pair beside it a
track often breaks."""
GONE_S = 150.0
"""A track that has not been in the picture for so long has gone."""
LOOKS = 6
"""So many places on the way ahead are looked at."""
STEADY_S = 30.0
"""An aircraft flies at a defended place when it has done so for this long without a break."""
INSIDE_M = 15_000.0
"""A pair that waits does so about this far inside the border."""


@dataclass(slots=True)
class Desk:
    """One post's desk. `procedures` are those of all nations by name (laws are published); `lines` the borders of all
    nations with land, by name."""

    nation: str
    procedures: Mapping[str, Procedure]
    lines: Mapping[str, BorderField]
    plans: PlanBook
    places: Rows
    """ASSET rows of every nation's defended places: they are no secret."""
    incidents: dict[int, Incident] = field(default_factory=dict[int, Incident])
    pairs: Pairs = field(default_factory=Pairs)
    heard_s: dict[int, float] = field(default_factory=dict[int, float])
    """When each transponder code was last heard by the own sensors."""
    odd_since_s: dict[int, float] = field(default_factory=dict[int, float])
    seen_s: dict[int, float] = field(default_factory=dict[int, float])
    seen: dict[int, str] = field(default_factory=dict[int, str])
    answered_s: dict[int, float] = field(default_factory=dict[int, float])
    followed: set[int] = field(default_factory=set[int])
    released: set[int] = field(default_factory=set[int])
    aimed_since_s: dict[int, float] = field(default_factory=dict[int, float])
    """Since when each incident's aircraft has flown at a defended place."""
    settled_s: dict[int, float] = field(default_factory=dict[int, float])
    """When the incident of each track was closed."""
    last: dict[int, np.void] = field(default_factory=dict[int, np.void])
    """The last TRACK row of each incident."""
    refused: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    """What was refused for which track, so that each refusal is told once."""

    @property
    def own(self) -> Procedure:
        """The own nation's procedure."""
        return self.procedures[self.nation]

    def hear(self, plots: Rows) -> None:
        """Take in which codes the own sensors hear (PLOT rows)."""
        coded = plots[plots["code"] >= 0]
        for code, t_s in zip(coded["code"].tolist(), coded["t_valid_s"].tolist(), strict=True):
            self.heard_s[code] = max(t_s, self.heard_s.get(code, -np.inf))

    def take(self, message: Sighting | Heeded) -> None:
        """Take in what a crew sees, and who answers or follows."""
        match message:
            case Sighting(track_id=number, seen=seen):
                self.seen[number] = seen
            case Heeded(track_id=number, how="radio", t_s=t_s):
                self.answered_s[number] = t_s
            case Heeded(track_id=number):
                self.followed.add(number)

    def follow(self, alias: Mapping[int, int]) -> None:
        """Let tracks that go on under another number (old to new) keep what is known of them."""
        self.pairs.follow(dict(alias))
        times = (self.aimed_since_s, self.odd_since_s, self.seen_s, self.answered_s, self.settled_s)
        for known in (self.incidents, self.seen, self.last, *times):
            for old in [number for number in known if number in alias]:
                known.setdefault(alias[old], known.pop(old))  # pyright: ignore[reportArgumentType, reportCallIssue]
        for numbers in (self.followed, self.released):
            numbers |= {alias[number] for number in numbers if number in alias}
        for number, incident in self.incidents.items():
            incident.track_id = number

    def mark(self, tracks: Rows) -> None:
        """What a crew has seen to be civil is neutral in the picture, whatever the odds were."""
        for i, number in enumerate(tracks["track_id"].tolist()):
            if self.seen.get(number) == "civil":
                tracks["identity"][i] = Identity.NEUTRAL

    def reasons(self, number: int) -> int:
        """Evidence bits that this desk adds to a track's."""
        incident = self.incidents.get(number)
        if incident is None:
            return 0
        seen = {"civil": Evidence.SEEN_CIVIL, "unclear": Evidence.SEEN_UNCLEAR}.get(self.seen.get(number, ""), 0)
        bits = int(seen) | (int(Evidence.CODE_NO_LONGER_HEARD) if "code" in incident.told else 0)
        return bits | (int(Evidence.NO_ANSWER) if "radio" in incident.told else 0)

    def withheld(self, tracks: Rows, phase: str) -> frozenset[int]:
        """Numbers of the tracks that nobody engages: in a policed phase all that were not released."""
        if phase not in self.own.phases:
            return frozenset()
        return frozenset(tracks["track_id"].tolist()) - self.released

    def step(self, planner: Planner, tracks: Rows, reasons: Mapping[int, int], now_s: float) -> tuple[Plan, list[Hail]]:
        """What is ordered, decided and called for the picture `tracks` (TRACK rows); `reasons` are Evidence bits."""
        rows = {int(row["track_id"]): row for row in tracks}
        self.seen_s.update(dict.fromkeys(rows, now_s))
        if planner.authority.situation.phase not in self.own.phases or not planner.authority.exists():
            return self._stand_down(planner, now_s)
        self._rejoin(rows, now_s)
        self._open(planner, rows, reasons, now_s)
        self.last.update({number: rows[number] for number in self.incidents if number in rows})
        work = _Work(self, planner, now_s)
        for number, incident in sorted(self.incidents.items()):
            track = rows.get(number)
            if track is None and now_s - self.seen_s.get(number, -np.inf) <= GONE_S:
                continue
            facts = self._facts(planner, incident, track, reasons.get(number, 0), now_s)
            steps = advance(incident, facts, self.own, self._law(facts.land))
            for step in steps:
                work.do(incident, track, step)
            if track is not None and not steps and incident.stage not in (Stage.CHECKED, Stage.CLOSED):
                work.keep(incident, track)
        self.settled_s |= {n: now_s for n, one in self.incidents.items() if one.stage == Stage.CLOSED}
        self.incidents = {n: one for n, one in self.incidents.items() if one.stage != Stage.CLOSED}
        return work.plan(), work.hails

    def _rejoin(self, rows: Mapping[int, np.void], now_s: float) -> None:
        """Let incidents whose track was lost go on with a new track at the place where it must be."""
        for number in [n for n in self.incidents if n not in rows and n in self.last]:
            old = self.last[number]
            within_m = SAME_M + SAME_MPS * (now_s - self.seen_s[number])
            there = old["pos_ecef_m"] + old["vel_ecef_mps"] * (now_s - float(old["t_valid_s"]))
            for other, row in rows.items():
                free = other not in self.incidents and not self._settled(other, row, now_s)
                if free and _apart_m(row["pos_ecef_m"], there) < within_m:
                    self.follow({number: other})
                    break

    def _settled(self, number: int, track: np.void, now_s: float) -> bool:
        """Whether a track is none to bother with: a friend, one that flies its plan, or one just looked into."""
        harmless = int(track["identity"]) in (Identity.FRIEND, Identity.NEUTRAL)
        return harmless or number in self.released or now_s - self.settled_s.get(number, -np.inf) < SETTLED_S

    def _stand_down(self, planner: Planner, now_s: float) -> tuple[Plan, list[Hail]]:
        """The phase has no policing: pairs go home, and what they know of is the defence's."""
        work = _Work(self, planner, now_s)
        for number in sorted(self.incidents):
            work.orders += self.pairs.recall(planner, number, now_s)
        self.incidents = {}
        return work.plan(), []

    def _open(self, planner: Planner, rows: Mapping[int, np.void], reasons: Mapping[int, int], now_s: float) -> None:
        """New incidents: tracks that nothing has explained for as long as the procedure bears, over the own land or on
        their way to it."""
        odd = {n: why for n, row in rows.items() if (why := self._odd(row, reasons.get(n, 0), now_s))}
        self.odd_since_s = {n: self.odd_since_s.get(n, now_s) for n in odd}
        for number, since_s in self.odd_since_s.items():
            settled = now_s - self.settled_s.get(number, -np.inf) < SETTLED_S or number in self.released
            known = number in self.incidents or int(rows[number]["identity"]) == Identity.PENDING
            if known or settled or self._fighter_within(planner, rows[number], OURS_M):
                continue
            late = since_s + self.own.silence_s <= now_s or "code" in odd[number]
            if late and self._concerns(rows[number]):
                self.incidents[number] = Incident(number, now_s, told={"code"} if "code" in odd[number] else set())

    def _odd(self, track: np.void, bits: int, now_s: float) -> str:
        """What is out of order with a track; empty where nothing is."""
        if int(track["identity"]) == Identity.FRIEND:
            return ""
        code = int(track["code"])
        heard_s = self.heard_s.get(code)
        if code >= 0 and heard_s is not None and now_s - heard_s > self.own.silence_s:
            return f"code {code:04o} not heard for {now_s - heard_s:.0f} s"
        if code >= 0 and bits & Evidence.CODE_WITHOUT_PLAN:
            return f"{code:04o} flies on no plan that is held"
        if code < 0 and not bits & Evidence.PLAN_MATCHES and not self.plans.uncoded(track["pos_ecef_m"], now_s):
            return "no transponder, and no plan fits"
        return ""

    def _fighter_within(self, planner: Planner, track: np.void, within_m: float) -> bool:
        """Whether a fighter that reports to this post is in the air so near to a track."""
        status = planner.status
        flies = np.isin(status["status"], (Flight.ORDERED, Flight.RETURNING)) & (status["shooter"] == Shooter.FIGHTER)
        gap = status["pos_ecef_m"][flies] - track["pos_ecef_m"]
        return bool(((gap * gap).sum(axis=1) < within_m**2).any())

    def _concerns(self, track: np.void) -> bool:
        """Whether a track is over the own land, or will be if it flies on."""
        return self.entry(track) is not None

    def entry(self, track: np.void) -> tuple[float, float, float] | None:
        """The first place on a track's way over the own land and well inside it, ECEF; where it is, if that is."""
        line = self.lines.get(self.nation)
        if line is None:
            return None
        ahead_s = np.linspace(0.0, self.own.ahead_s, LOOKS)
        there = track["pos_ecef_m"] + track["vel_ecef_mps"] * ahead_s[:, None]
        lat, lon, _ = ecef2geodetic(there)
        inside = np.flatnonzero(line.at(lat, lon) < 0.0)
        if not len(inside):
            return None
        deep = np.flatnonzero(line.at(lat, lon) < -INSIDE_M)
        i = int(deep[0]) if len(deep) else int(inside[-1])
        x, y, z = geodetic2ecef(float(lat[i]), float(lon[i]), float(track["alt_m"]))
        return float(x), float(y), float(z)

    def _law(self, land: str) -> Law:
        known = self.procedures.get(land)
        return Law(land) if known is None else known.law

    def _facts(self, planner: Planner, incident: Incident, track: np.void | None, bits: int, now_s: float) -> Facts:
        number = incident.track_id
        if track is None:
            return Facts(now_s, gone=True)
        why, land = self._odd(track, bits, now_s), self.below(track)
        if not why and int(track["identity"]) == Identity.FRIEND:
            why = "the answer to the challenge may be that of a fighter beside it"
        if why.startswith("code"):
            incident.told.add("code")
        access, telling = pair_over(planner, track, land), told_by(planner.authority)
        return Facts(
            now_s,
            why=why,
            explained="" if why else self._explanation(bits),
            answered=self.answered_s.get(number, -np.inf) > incident.since_s,
            seen=self.seen.get(number, ""),
            followed=number in self.followed,
            land=land,
            may_follow=access.yes,
            law_of_access=access.clauses if access.yes else access.against,
            threatens=self._threatens(number, track, now_s),
            neighbour=_neighbour_words(telling),
            neighbour_ids=telling,
        )

    def _threatens(self, number: int, track: np.void, now_s: float) -> bool:
        """Whether an aircraft has flown at a defended place for long enough."""
        aims = len(self.places) > 0 and bool(np.isfinite(evaluate(np.array([track]), self.places).t_there_s[0]))
        if not aims:
            self.aimed_since_s.pop(number, None)
            return False
        return now_s - self.aimed_since_s.setdefault(number, now_s) >= STEADY_S

    def _explanation(self, bits: int) -> str:
        told = " (told by a partner)" if bits & Evidence.TOLD_BY_PARTNER else ""
        return f"it flies a filed plan{told}"

    def below(self, track: np.void) -> str:
        """Over whose land a track is; the own land first where outlines overlap."""
        lat, lon = np.atleast_1d(track["lat_deg"]), np.atleast_1d(track["lon_deg"])
        order = sorted(self.lines, key=lambda name: (name != self.nation, name))
        return next((name for name in order if self.lines[name].at(lat, lon)[0] < 0.0), "")


def _apart_m(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    gap = one - other
    return float(np.sqrt((gap * gap).sum()))


def _neighbour_words(telling: tuple[str, ...]) -> str:
    if telling:
        return "the neighbour's centre has told what it may; nothing of that explains it"
    return "the neighbour's centre: no clause lets it tell what it knows"


@dataclass(slots=True)
class _Work:
    """What one cycle orders, decides and calls."""

    desk: Desk
    planner: Planner
    now_s: float
    orders: list[Order] = field(default_factory=list[Order])
    notes: list[Decision] = field(default_factory=list[Decision])
    hails: list[Hail] = field(default_factory=list[Hail])

    def plan(self) -> Plan:
        """All of it as a plan."""
        rows = joined([row for row, _ in self.orders]) if self.orders else empty(ORDER)
        return Plan(rows, tuple(ids for _, ids in self.orders), tuple(self.notes))

    def do(self, incident: Incident, track: np.void | None, step: Step) -> None:
        """Carry out one step."""
        if step.deed not in (Deed.SCRAMBLE, Deed.WAIT):
            self._note(incident, step)
        if step.deed == Deed.RECALL:
            self.orders += self.desk.pairs.recall(self.planner, incident.track_id, self.now_s)
        elif step.deed == Deed.RELEASE:
            self.desk.released.add(incident.track_id)
        elif track is not None:
            self._about(incident, track, step)

    def keep(self, incident: Incident, track: np.void) -> None:
        """See to it that a pair stays with an aircraft that was met."""
        self._send(incident, Act.SCRAMBLE, track, None)

    def _about(self, incident: Incident, track: np.void, step: Step) -> None:
        desk, number = self.desk, incident.track_id
        match step.deed:
            case Deed.CALL:
                self._hail(track, "radio", -1)
            case Deed.SIGNAL | Deed.PROCEED:
                row = desk.pairs.at_work.get(number, [(0, -1)])
                if row and row[0][1] >= 0:
                    self._hail(track, "follow" if step.deed == Deed.SIGNAL else "proceed", row[0][1])
            case Deed.SCRAMBLE:
                self._send(incident, Act.SCRAMBLE, track, None)
            case Deed.WAIT:
                self._send(incident, Act.POSITION, track, desk.entry(track))
            case Deed.FORCE:
                civil = desk.seen.get(number) == "civil"
                orders, notes = desk.pairs.engage(self.planner, track, civil, desk.below(track), self.now_s)
                self.orders += orders
                self.notes += notes
            case Deed.BREAK_OFF:
                self.orders += desk.pairs.break_off(self.planner, track, self.now_s)
            case _:
                """Words only."""

    def _send(self, incident: Incident, act: Act, track: np.void, place: tuple[float, float, float] | None) -> None:
        if act == Act.POSITION and place is None:
            return
        land = self.desk.below(track)
        guests = land == self.desk.nation
        orders, notes = self.desk.pairs.send(self.planner, act, track, place, guests, self.now_s)
        self.orders += orders
        for note in notes:
            key = (incident.track_id, note.reason)
            if note.allowed or key not in self.desk.refused:
                self.desk.refused.add(key)
                self.notes.append(note)

    def _hail(self, track: np.void, how: str, row: int) -> None:
        x, y, z = (float(value) for value in track["pos_ecef_m"])
        self.hails.append(Hail(self.planner.config.post, int(track["track_id"]), how, row, (x, y, z), self.now_s))

    def _note(self, incident: Incident, step: Step) -> None:
        phase = self.planner.authority.situation.phase
        allowed = not step.against
        self.notes.append(
            Decision(
                self.now_s,
                self.planner.config.post,
                Act.WATCH,
                "",
                incident.track_id,
                allowed,
                phase,
                step.ids,
                f"air policing: {step.reason}",
                against=step.against,
            )  # fmt: skip
        )
