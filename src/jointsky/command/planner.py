"""From a picture to orders: threat, who may, who best; one call per command cycle of a post."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jointsky.command.authority import Authority
from jointsky.command.config import Plan, PlannerConfig
from jointsky.command.continuity import Continuity
from jointsky.command.dangers import Dangers, dangers
from jointsky.command.delegation import Delegation
from jointsky.command.ledger import Asset, Engagement, Ledger
from jointsky.command.policies import POLICIES
from jointsky.command.problem import Choice, Problem
from jointsky.command.threat import HARMLESS, Threat, evaluate, not_friend
from jointsky.kernels.intercept import pair_reach
from jointsky.links.agreements import Verdict
from jointsky.links.arrangement import Situation
from jointsky.links.pools import Pools
from jointsky.tracking.fusion import is_warning
from jointsky.vocab.batches import joined, where
from jointsky.vocab.codes import READY_S, Act, Flight, Shooter, Weapons
from jointsky.vocab.messages import Decision
from jointsky.vocab.records import ORDER, TRACK, UNIT_STATUS, Rows, empty

Bool = NDArray[np.bool_]
REFUSAL_CHANCE = 0.3
"""A refused pair is worth a note only if the unit would have had at least this chance."""
FREE_FLIGHT = (Flight.PARKED, Flight.STARTING, Flight.ORDERED)
ORDERS_PER_POST = 1_000_000
"""Each post numbers its orders from its own multiple of this."""
LOST_S = 15.0
"""A fighter whose track has been gone for so long is free for another; it flies on to where the track should be."""
IDLE_S = 300.0
"""A fighter without a task for so long goes home."""
TAKE_UP_S = 10.0
"""Within this time after an order was approved its unit's reports may not show it yet."""


@dataclass(slots=True)
class Planner:
    """Keeps what is under way and plans anew each cycle."""

    config: PlannerConfig
    authority: Authority
    ledger: Ledger = field(default_factory=Ledger)
    status: Rows = field(init=False)
    hostile_since_s: dict[int, float] = field(default_factory=dict[int, float])
    continuity: Continuity = field(default_factory=Continuity)
    delegation: Delegation = field(default_factory=Delegation)
    told: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    orders_given: int = 0
    idle_since_s: dict[Asset, float] = field(default_factory=dict[Asset, float])
    pools: Pools = field(init=False)
    """What this post knows of the limits of clauses: its own orders, and what it was told."""
    notes: list[Decision] = field(default_factory=list[Decision])
    """Decisions on what others refused or took back, not yet told."""
    weapons: dict[Asset, Weapons] = field(default_factory=dict[Asset, Weapons])
    """Weapons status that a person gave an asset, in place of the nation's rules: on hold it is left alone, free it
    takes whatever is not friend."""
    withheld: frozenset[int] = frozenset()
    """Numbers of tracks that air policing keeps from being engaged."""
    _row_of: dict[Asset, int] = field(init=False)
    _place_of: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        cap = self.config.capability
        self.pools = Pools(self.authority.arrangement)
        self.status = empty(UNIT_STATUS, len(cap))
        self.status["t_valid_s"] = -np.inf
        self._row_of = {(int(c["shooter"]), int(c["row"])): i for i, c in enumerate(cap)}
        self._place_of = np.full((len(Shooter), int(cap["row"].max(initial=0)) + 1), -1, np.int64)
        self._place_of[cap["shooter"], cap["row"]] = np.arange(len(cap))

    def update_status(self, rows: Rows) -> None:
        """Take in UNIT_STATUS rows, the newest of each asset; a fighter that returns, was lost or follows another order
        closes its engagement.
        """
        if self.pools.limited:
            self.pools.states(rows)
        rows = rows[(rows["row"] >= 0) & (rows["row"] < self._place_of.shape[1])]
        rows = rows[np.argsort(rows["t_valid_s"], kind="stable")]
        place = self._place_of[rows["shooter"], rows["row"]]
        news = (place >= 0) & (rows["t_valid_s"] >= self.status["t_valid_s"][place])
        self.status[place[news]] = rows[news]
        for item in list(self.ledger.open.values()):
            state = self.status[self._row_of[item.asset]]
            told = state["t_valid_s"] > item.t_approved_s + TAKE_UP_S
            if item.asset[0] == Shooter.FIGHTER and told and int(state["order_id"]) != item.order_id:
                del self.ledger.open[item.order_id]

    def make_ready(self, now_s: float) -> None:
        """The own nation's fighters were told to get ready to start within `READY_S`: count on it."""
        cap = self.config.capability
        nation = self.authority.nation
        own = np.array([unit.nation == nation for unit in self.authority.arrangement.units], np.bool_)[cap["unit"]]
        slow = own & (cap["shooter"] == Shooter.FIGHTER) & (cap["delay_s"] > READY_S)
        until_s = now_s + cap["delay_s"][slow] - READY_S
        self.status["t_ready_s"][slow] = np.maximum(self.status["t_ready_s"][slow], until_s)
        cap["delay_s"][slow] = READY_S

    def settle(self, situation: Situation) -> None:
        """Take in what the post knows of phase, links and consent; what has been used up of limits is added."""
        spent = self.pools.spent() if self.pools.limited else situation.spent
        self.authority.situation = replace(situation, spent=spent) if spent else situation

    def note_reports(self, rows: Rows) -> None:
        """Take in SHOT_REPORT rows: what has ended, and what was launched of what a clause limits."""
        self.ledger.close_reported(rows)
        self.pools.report(rows)

    def note_engaged(self, rows: Rows) -> None:
        """Take in ORDER rows of a post that shares the command: what it engages need not be engaged twice."""
        for row in rows[rows["act"] == Act.ENGAGE]:
            last = self.ledger.elsewhere.get(int(row["order_id"]))
            if last is None or row["t_issued_s"] >= last["t_issued_s"]:
                self.ledger.elsewhere[int(row["order_id"])] = row.copy()

    def plan(self, tracks: Rows, now_s: float) -> Plan:
        """Orders for the picture `tracks` (TRACK rows with identities) at `now_s`; a post that does not exist in this
        phase gives none.
        """
        if not self.authority.exists():
            return Plan(empty(ORDER), (), ())
        self.ledger.expire(now_s)
        kept = ~np.isin(tracks["track_id"], list(self.withheld)) if self.withheld else slice(None)
        targets = self._engageable(tracks[kept], now_s)
        if len(targets) == 0 and not self.ledger.open and not self.idle_since_s:
            return Plan(empty(ORDER), (), ())
        threat = evaluate(targets, self.config.assets)
        problem, wanted = self._problem(targets, threat, now_s)
        choices = POLICIES[self.config.policy](problem, self.config.params)
        near = dangers(targets, self.config.assets) if choices else None
        made = [self._order(choice, problem, near, now_s) for choice in choices] if near is not None else []
        drafts = [draft for draft in made if draft is not None]
        refusals = self._refusals(problem, wanted, now_s)
        refreshed = self._refresh(tracks, now_s)
        rows = [row for row, _, _ in drafts] + [row for row, _ in refreshed]
        clauses = [ids for _, ids, _ in drafts] + [ids for _, ids in refreshed]
        orders = joined(rows) if rows else empty(ORDER)
        return Plan(orders, tuple(clauses), tuple(note for _, _, note in drafts) + refusals)

    def place_of(self, asset: Asset) -> int | None:
        """The row of an asset in the capability table; None for one that does not exist."""
        return self._row_of.get(asset)

    def next_order_id(self) -> int:
        """A new order number of this post."""
        self.orders_given += 1
        return self.config.first_order_id + self.orders_given - 1

    def order_row(self, order_id: int, act: Act, place: int, track: np.void | None, shots: int, now_s: float) -> Rows:
        """One ORDER row for the asset in row `place` of the capability table, against a TRACK row where the act has a
        target.
        """
        cap = self.config.capability[place]
        if track is not None:
            return self._row(order_id, act, cap, track, shots, now_s)
        row = self._blank(order_id, cap, now_s)
        row["act"] = act
        return row

    def chance(self, place: int, track: np.void, now_s: float) -> float:
        """The chance that one order of the asset in row `place` of the capability table kills a TRACK row; 0 where it
        cannot reach it.
        """
        target = empty(TRACK, 1)
        target[0] = track
        pk, meet, wait = np.zeros((1, 1)), np.full((1, 1), np.inf), np.full((1, 1), np.inf)
        only = slice(place, place + 1)
        pair_reach(self.config.capability[only], self.status[only], target, now_s, pk, meet, wait)
        return float(pk[0, 0])

    def _wanted(self, tracks: Rows) -> Bool:
        """TRACK rows that the nation's rules, as far as lost links leave them, let the policy engage."""
        roe = self.config.roe[self.authority.situation.phase]
        free = min(roe.weapons, self.authority.weapons_limit()) == Weapons.FREE
        return not_friend(tracks) if free else np.isin(tracks["identity"], roe.identities)

    def _held_back(self, targets: Rows, now_s: float) -> Bool:
        """Pairs (asset, target) that people keep the policy from: on hold, not of an identity the asset may take,
        broken off, or refused by others.
        """
        rules = self.config.roe[self.authority.situation.phase]
        held = np.tile(~self._wanted(targets), (len(self.config.capability), 1))
        for asset, status in self.weapons.items():
            tight = ~np.isin(targets["identity"], rules.identities)
            held[self._row_of[asset]] = (status == Weapons.HOLD) | (tight & (status == Weapons.TIGHT))
        declined = [pair for pair, until_s in self.ledger.declined.items() if now_s < until_s]
        for asset, number in (*self.ledger.forbidden, *declined):
            held[self._row_of[asset]] |= targets["track_id"] == number
        return held

    def _engageable(self, tracks: Rows, now_s: float) -> Rows:
        wanted = self._wanted(tracks)
        if Weapons.FREE in self.weapons.values():
            wanted |= not_friend(tracks)
        numbers = tracks["track_id"][wanted]
        self._go_on(self.continuity.follow(where(tracks, wanted), now_s))
        self.hostile_since_s = {n: self.hostile_since_s.get(n, now_s) for n in [*self.continuity.known]}
        decided = [now_s - self.hostile_since_s[int(n)] >= self.config.decision_s for n in numbers]
        return where(where(tracks, wanted), np.asarray(decided, dtype=np.bool_))

    def _go_on(self, renamed: Mapping[int, int]) -> None:
        """What is known of lost targets holds for the tracks under which they are seen again (old to new numbers)."""
        if renamed:
            self.ledger.rename(dict(renamed))
            self.hostile_since_s |= {new: self.hostile_since_s[old] for old, new in renamed.items()}

    def _problem(self, targets: Rows, threat: Threat, now_s: float) -> tuple[Problem, Bool]:
        cap, status = self.config.capability, self.status
        shape = (len(cap), len(targets))
        pk, meet, wait = np.zeros(shape), np.full(shape, np.inf), np.full(shape, np.inf)
        pair_reach(cap, status, targets, now_s, pk, meet, wait)
        slots = self._slots()
        pk[slots == 0, :] = 0.0
        pk[np.ix_(cap["shooter"] == Shooter.LAUNCHER, is_warning(targets))] = 0.0
        if self.config.airspace.zones:
            identified = np.isin(targets["identity"], self.config.roe[self.authority.situation.phase].identities)
            pk[self.config.airspace.barred(cap["shooter"], targets, identified)] = 0.0
        if self.weapons or self.ledger.forbidden or self.ledger.declined:
            pk[self._held_back(targets, now_s)] = 0.0
        survival = self.ledger.survival_until(targets["track_id"], now_s + meet)
        allowed, deferred, lawful = self._allowed(cap, targets)
        elsewhere = self.ledger.survival_elsewhere(targets, now_s)
        could = deferred & (pk * survival >= self.config.params.min_gain) & (elsewhere == 1.0)
        allowed &= ~deferred | self.delegation.left(targets["track_id"], could.any(axis=0), now_s)
        survival *= elsewhere[None, :]
        wanted = (pk >= REFUSAL_CHANCE) & ~allowed & ~lawful
        pk[~allowed] = 0.0
        return (
            Problem(
                now_s, self.config.seed, cap, status, targets, pk, meet, threat.value, threat.t_there_s, survival, slots
            ),
            wanted,
        )

    def _allowed(self, cap: Rows, targets: Rows) -> tuple[Bool, Bool, Bool]:
        """Pairs (asset, target) that may be ordered, which of them are first of all a common commander's (none of a
        target that it cannot hold), and which the agreement lets engage, whatever else is in the way. Launchers need
        leave to engage; fighters may start with leave to scramble and engage when they get it."""
        facts = self.authority.facts(targets)
        table, deferred = self.authority.permits(Act.ENGAGE, cap["unit"], targets, facts)
        fighters = cap["shooter"] == Shooter.FIGHTER
        start, later = self.authority.permits(Act.SCRAMBLE, cap["unit"][fighters], targets, facts)
        lawful = table.allowed.copy()
        if self.pools.limited:
            start.allowed[self.pools.full(cap[fighters], start.clause)] = False
            table.allowed[fighters] &= ~self.pools.full(cap[fighters], table.clause[fighters])
        table.allowed[np.ix_(fighters, is_warning(targets))] = False
        table.allowed[fighters] |= start.allowed
        deferred[fighters] |= later
        return table.allowed, deferred & table.allowed & self.delegation.shown(targets["track_id"]), lawful

    def _act(self, cap: np.void, track: np.void) -> tuple[Act, Verdict]:
        """What the asset may be told to do about a track now, and why."""
        if is_warning(track):
            return Act.SCRAMBLE, self.authority.verdict(Act.SCRAMBLE, int(cap["unit"]), track)
        verdict = self.authority.verdict(Act.ENGAGE, int(cap["unit"]), track)
        if verdict.yes or int(cap["shooter"]) == Shooter.LAUNCHER:
            return Act.ENGAGE, verdict
        return Act.SCRAMBLE, self.authority.verdict(Act.SCRAMBLE, int(cap["unit"]), track)

    def _slots(self) -> NDArray[np.int64]:
        """Orders each asset can still take: free channels and missiles of launchers, less what was ordered since they
        reported; one for a fighter that nobody else has ordered."""
        cap, status = self.config.capability, self.status
        launcher = cap["shooter"] == Shooter.LAUNCHER
        free = np.where(launcher, np.minimum(status["channels_free"], status["shots_left"]), 1).astype(np.int64)
        mine = status["order_id"] // ORDERS_PER_POST == self.config.first_order_id // ORDERS_PER_POST
        own = (status["order_id"] == 0) | mine
        ready = np.isin(status["status"], FREE_FLIGHT) & (status["shots_left"] > 0) & own
        free[~launcher & ~ready] = 0
        free[launcher & (status["status"] == 0)] = 0
        free[~np.isfinite(status["t_valid_s"])] = 0
        for item in self.ledger.open.values():
            place = self._row_of[item.asset]
            if not launcher[place] or item.t_approved_s + TAKE_UP_S > status["t_valid_s"][place]:
                free[place] -= 1
        return np.maximum(free, 0)

    def _order(
        self, choice: Choice, problem: Problem, near: Dangers, now_s: float
    ) -> tuple[Rows, tuple[str, ...], Decision] | None:
        """One order with its clauses and the decision; None where the limit of its clause is used up meanwhile."""
        cap, track = self.config.capability[choice.asset], problem.tracks[choice.track]
        act, verdict = self._act(cap, track)
        order_id = self.config.first_order_id + self.orders_given
        self.orders_given += 1
        row = self._row(order_id, act, cap, track, choice.shots, now_s)
        approved_s = self._approved_s(verdict, now_s)
        row["t_approved_s"] = approved_s
        if self.pools.admit(row, verdict.clauses, now_s) is not None:
            return None
        asset = (int(cap["shooter"]), int(cap["row"]))
        self.ledger.add(
            Engagement(
                order_id,
                int(track["track_id"]),
                asset,
                choice.chance,
                now_s,
                now_s,
                verdict.clauses,
                choice.shots,
                act,
                approved_s,
                now_s + float(problem.t_meet_s[choice.asset, choice.track]),
            )  # fmt: skip
        )
        unit = self.config.unit_names[int(cap["unit"])]
        reason = f"{near.worst(choice.track, self.config.asset_names)}; {choice.why}; {verdict.reason}"
        note = self._note(now_s, unit, int(track["track_id"]), True, verdict.clauses, reason)
        dealt = {"rank": near.place(choice.track), "value": choice.value, "bound": choice.bound}
        return row, verdict.clauses, replace(note, order_id=order_id, t_approved_s=approved_s, **dealt)

    def _approved_s(self, verdict: Verdict, now_s: float) -> float:
        """When both the consent that the clause asks for and the nation's own approval are there."""
        return now_s + max(verdict.takes_s, self.config.roe[self.authority.situation.phase].approval_s)

    def _row(self, order_id: int, act: Act, cap: np.void, track: np.void, shots: int, now_s: float) -> Rows:
        row = self._blank(order_id, cap, now_s)
        row["act"], row["shots"] = act, shots
        for name in ("track_id", "pos_ecef_m", "vel_ecef_mps", "t_valid_s", "sigma_pos_m", "fire_control"):
            row[name] = track[name]
        return row

    def _blank(self, order_id: int, cap: np.void, now_s: float) -> Rows:
        row = empty(ORDER, 1)
        row["order_id"], row["t_issued_s"], row["t_effective_s"], row["t_approved_s"] = order_id, now_s, now_s, now_s
        row["post"], row["phase"], row["airfield"] = self.config.post_index, self.authority.phase_index, -1
        row["shooter"], row["row"], row["unit"] = cap["shooter"], cap["row"], cap["unit"]
        row["weapons"] = Weapons.TIGHT
        return row

    def _refresh(self, tracks: Rows, now_s: float) -> list[tuple[Rows, tuple[str, ...]]]:
        where = {int(number): i for i, number in enumerate(tracks["track_id"])}
        rows: list[tuple[Rows, tuple[str, ...]]] = []
        leave = self._leave(tracks, where)
        for item in list(self.ledger.open.values()):
            index = where.get(item.track_id)
            cap = self.config.capability[self._row_of[item.asset]]
            if index is not None:
                item.t_last_seen_s = now_s
                if item.escalates and self._must_break_off(item, int(tracks["identity"][index]), leave):
                    self.notes += self._taken_back(item, cap, now_s)
                    rows.append((self._cease(item, cap, tracks[index], now_s), item.clauses))
                    del self.ledger.open[item.order_id]
                elif item.t_issued_s < now_s:
                    rows.append(self._again(item, cap, tracks[index], leave, now_s))
            elif item.asset[0] == Shooter.FIGHTER and now_s - item.t_last_seen_s > LOST_S:
                del self.ledger.open[item.order_id]
                self.idle_since_s[item.asset] = now_s
                if item.t_approved_s > now_s:
                    rows.append((self._withdraw(item, cap, now_s), item.clauses))
        return rows + self._recoveries(now_s)

    def _leave(self, tracks: Rows, where: Mapping[int, int]) -> set[int]:
        """The orders under way that may engage their track now, of those that ask again: those of fighters, which take
        minutes, and those that wait for leave; `where` has the row of each track."""
        known = [item for item in self.ledger.open.values() if item.escalates and item.track_id in where]
        asking = [item for item in known if item.act != Act.ENGAGE or item.asset[0] == Shooter.FIGHTER]
        units = [int(self.config.capability["unit"][self._row_of[item.asset]]) for item in asking]
        told = self.authority.may_engage(units, tracks[[where[item.track_id] for item in asking]])
        return {item.order_id for item, yes in zip(asking, told, strict=True) if yes}

    def _recoveries(self, now_s: float) -> list[tuple[Rows, tuple[str, ...]]]:
        """Fighters in the air that have long had nothing to do go home."""
        for item in self.ledger.open.values():
            self.idle_since_s.pop(item.asset, None)
        long_idle = [asset for asset, since_s in self.idle_since_s.items() if now_s - since_s > IDLE_S]
        rows: list[tuple[Rows, tuple[str, ...]]] = []
        for asset in long_idle:
            del self.idle_since_s[asset]
            place = self._row_of[asset]
            row = self._blank(int(self.status["order_id"][place]), self.config.capability[place], now_s)
            row["act"] = Act.RECOVER
            verdict = self.authority.verdict(Act.RECOVER, int(row["unit"][0]), None)
            if verdict.yes:
                rows.append((row, verdict.clauses))
        return rows

    def _again(
        self, item: Engagement, cap: np.void, track: np.void, leave: set[int], now_s: float
    ) -> tuple[Rows, tuple[str, ...]]:
        """The same order with the track's newest position; a scrambled fighter is told to engage as soon as it may be.
        """
        act = item.act
        if item.act != Act.ENGAGE and item.order_id in leave:
            act, verdict = self._act(cap, track)
            draft = self._row(item.order_id, act, cap, track, item.shots, now_s)
            if act == Act.ENGAGE and self.pools.admit(draft, verdict.clauses, now_s) is not None:
                act = item.act
            if act == Act.ENGAGE:
                item.act, item.clauses, item.t_approved_s = act, verdict.clauses, self._approved_s(verdict, now_s)
        row = self._row(item.order_id, act, cap, track, item.shots, now_s)
        row["t_approved_s"] = item.t_approved_s
        return row, item.clauses

    def _withdraw(self, item: Engagement, cap: np.void, now_s: float) -> Rows:
        """Take back an order that still waits for its approval."""
        row = self._blank(item.order_id, cap, now_s)
        row["act"], row["track_id"] = Act.CEASE, item.track_id
        return row

    def _must_break_off(self, item: Engagement, identity: int, leave: set[int]) -> bool:
        """Whether the target turned out harmless, consent was withdrawn, or a fighter, which takes minutes, may no
        longer engage it."""
        if identity in HARMLESS or self.authority.withdrawn(item.clauses):
            return True
        engages = item.act == Act.ENGAGE and item.asset[0] == Shooter.FIGHTER
        return engages and item.order_id not in leave

    def _taken_back(self, item: Engagement, cap: np.void, now_s: float) -> list[Decision]:
        """Why an order ends, where that is for want of consent."""
        lost = self.authority.withdrawn(item.clauses)
        reason = f"broken off: consent to {' and '.join(item.clauses)} was withdrawn"
        note = self._note(now_s, self.config.unit_names[int(cap["unit"])], item.track_id, False, (), reason)
        return [replace(note, order_id=item.order_id, against=lost)] if lost else []

    def _cease(self, item: Engagement, cap: np.void, track: np.void, now_s: float) -> Rows:
        """Break off; that needs nobody's consent."""
        return self._row(item.order_id, Act.CEASE, cap, track, item.shots, now_s)

    def _refusals(self, problem: Problem, wanted: Bool, now_s: float) -> tuple[Decision, ...]:
        notes: list[Decision] = []
        for asset, track in zip(*np.nonzero(wanted), strict=True):
            unit = int(self.config.capability["unit"][asset])
            number = int(problem.tracks["track_id"][track])
            shooter = self.config.capability[asset]
            if (unit, number) in self.told or self.ledger.of((int(shooter["shooter"]), int(shooter["row"])), number):
                continue
            verdict = self.authority.verdict(Act.ENGAGE, unit, problem.tracks[int(track)])
            if not verdict.yes:
                self.told.add((unit, number))
                name = self.config.unit_names[unit]
                note = self._note(now_s, name, number, False, verdict.clauses, verdict.reason)
                notes.append(replace(note, against=verdict.against))
        return tuple(notes)

    def _note(
        self, now_s: float, unit: str, track: int, allowed: bool, clauses: tuple[str, ...], reason: str
    ) -> Decision:
        phase = self.authority.situation.phase
        return Decision(now_s, self.config.post, Act.ENGAGE, unit, track, allowed, phase, clauses, reason)
