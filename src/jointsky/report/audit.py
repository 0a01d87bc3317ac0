"""The audit of a recorded run: is every engagement in its log covered by the agreement in its log?

The agreement is compiled again from the texts of the log, and each order is decided again with what its post saw and
how things stood when it was given. Nothing of the run's own bookkeeping is trusted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike

import numpy as np

from jointsky.command.authority import Authority
from jointsky.command.seams import Crossing
from jointsky.engine.assemble import assemble
from jointsky.engine.plan import Engine
from jointsky.errors import LogError
from jointsky.links.agreements import Verdict, clause_in_force
from jointsky.links.arrangement import NATIONAL
from jointsky.links.force import consent_withdrawn, order_stands
from jointsky.record.kinds import Kind
from jointsky.record.reading import read_recording
from jointsky.record.runs import read_summary
from jointsky.report.audit_log import NEEDED, AuditLog, FirstOrder
from jointsky.report.run_facts import is_away
from jointsky.scenario.load import reload
from jointsky.vocab.codes import Act, Shooter, Side
from jointsky.vocab.records import Rows

EXACT_S = 1e-6
"""Times nearer than this are one."""


@dataclass(slots=True)
class ClauseCount:
    """What was done and refused under one clause id (an engagement counts under the clause that decided it, the first
    of its order)."""

    engagements: int = 0
    launches: int = 0
    shots: int = 0
    refusals: int = 0


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing in a log that its agreement does not cover: `where` (an order, an engagement, the log), and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Audit:
    """The finding: counts by clause, violations, and `mistaken`: civil aircraft fired at under a clause that forbids
    it, because the post took them for something else (no breach of authority, but it happened)."""

    engagements: int
    orders: int
    refused: int
    clauses: Mapping[str, ClauseCount]
    violations: tuple[Violation, ...]
    mistaken: int = 0

    def rows(self) -> list[dict[str, object]]:
        """The counts as rows of a table to print, clauses by id."""
        return [
            {
                "clause": name,
                "engagements": count.engagements,
                "launches": count.launches,
                "shots": count.shots,
                "refusals": count.refusals,
            }
            for name, count in sorted(self.clauses.items())
        ]


def audit(run_dir: str | PathLike[str]) -> Audit:
    """Check the recorded run in a folder (or a log file). Raises LogError when there is no log to read, ScenarioErrors
    when this version no longer reads its scenario."""
    recording = read_recording(run_dir, NEEDED)
    scenario = reload(recording.recipe.bundle)
    engine = assemble(scenario, recording.recipe.seed)
    log = AuditLog(recording, scenario, engine.network.arr)
    auditor = _Auditor(log, engine)
    violations = [*_whole(run_dir, log, engine), *auditor.orders(), *auditor.engagements(), *auditor.stocks()]
    return Audit(
        engagements=len(log.engagements),
        orders=len(log.orders),
        refused=sum(not note.allowed for note in log.decisions),
        clauses=_counts(log),
        violations=tuple(violations),
        mistaken=_mistaken(log),
    )


def _whole(run_dir: str | PathLike[str], log: AuditLog, engine: Engine) -> Iterator[Violation]:
    """Whether the log is whole, is that of its summary, and is of the world its texts describe."""
    recording = log.recording
    yield from (Violation("log", f"octet {note.offset}: {note.why}") for note in recording.damage)
    if not recording.sealed:
        yield Violation("log", "it is not sealed, so that what came last cannot be checked")
    try:
        chain = read_summary(run_dir).log_chain
    except LogError:
        chain = ""
    if chain and recording.sealed and chain != recording.chain:
        yield Violation("log", "its seal is not the one that summary.json names: it was changed since")
    if recording.names.units and recording.names != engine.world.model.names:
        yield Violation("log", "its rows are not those of the scenario in its texts")


@dataclass(slots=True)
class _Auditor:
    """The checks of one log, with the posts' authorities at hand."""

    log: AuditLog
    engine: Engine
    _authorities: dict[str, tuple[Authority, int]] = field(default_factory=dict[str, tuple[Authority, int]])
    """The authority of each post, and how many of its pictures it has followed over the seams."""

    def orders(self) -> Iterator[Violation]:
        """Every order against a track: who gave it, in which phase, by which clauses, and does the agreement say so."""
        for order in self.log.orders.values():
            where = f"order {order.number} of {order.sender} to {self.log.shooter(order.row)}"
            yield from (Violation(where, what) for what in self._order(order))

    def _order(self, order: FirstOrder) -> Iterator[str]:
        log, row = self.log, order.row
        t_s = float(row["t_issued_s"])
        situation = log.situation(t_s)
        phases, posts = log.arrangement.phases, log.posts
        if not 0 <= row["post"] < len(posts) or posts[int(row["post"])] != order.sender:
            yield f"it names post {_named(posts, int(row['post']))}, but {order.sender} sent it"
        if _named(phases, int(row["phase"])) != situation.phase:
            yield f"it says phase {_named(phases, int(row['phase']))}, but phase {situation.phase} was in force"
        if log.unit_of(row) != row["unit"]:
            yield f"its shooter is not of the unit in row {row['unit']}"
        if not order.clauses:
            yield "no clause id stands with it"
        known = {NATIONAL, *log.arrangement.clause_ids}
        yield from (f"clause {name} is not in the agreement" for name in order.clauses if name not in known)
        yield from self._decided(order)
        yield from self._explained(order)

    def _decided(self, order: FirstOrder) -> Iterator[str]:
        """Decide the order again."""
        row, track = order.row, self.log.track(order)
        if track is None:
            yield f"track {row['track_id']} was not in the picture of {order.sender}"
            return
        post = self.engine.posts.get(order.sender)
        if post is None or post.planner is None:
            yield f"{order.sender} gives no orders"
            return
        unit = int(row["unit"])
        if not 0 <= unit < len(self.log.arrangement.units):
            return
        t_s = float(row["t_issued_s"])
        verdict = self._verdict(order, unit, track)
        if not verdict.yes:
            yield f"the agreement did not allow it: {verdict.reason} (against: {', '.join(verdict.against)})"
            return
        if not self._is_same(order.clauses, verdict.clauses):
            found, expected = ", ".join(order.clauses), ", ".join(verdict.clauses)
            yield f"it names {found or 'nothing'}, the agreement allows it by {expected}"
        roe_s = post.planner.config.roe[self.log.situation(t_s).phase].approval_s
        due_s = t_s + max(verdict.takes_s, 0.0 if order.act != Act.ENGAGE else roe_s)
        if row["t_approved_s"] < due_s - EXACT_S:
            yield f"approved at {row['t_approved_s']:g} s, but consent could not be there before {due_s:g} s"

    def _verdict(self, order: FirstOrder, unit: int, track: np.void) -> Verdict:
        """The decision of the order's post, which has followed its own pictures over the seams up to then.

        A track that has another number since it crossed a seam has lost its past in the log: where it might be the
        old area's still, that is taken for granted.
        """
        t_s, number = float(order.row["t_issued_s"]), int(track["track_id"])
        authority = self._authority(order)
        authority.situation = self.log.situation(t_s)
        verdict = authority.verdict(order.act, unit, track)
        if verdict.yes or not all(name.startswith("area.") for name in verdict.against):
            return verdict
        since_s = float(self.log.recording.t_s(self.log.first_seen.get((order.sender, number), 0)))
        known = authority.seams.crossings.get(number)
        if known is None or known.came_from == order.sender or since_s <= 0.0:
            return verdict
        authority.seams.crossings[number] = Crossing(known.area, since_s, order.sender)
        again = authority.verdict(order.act, unit, track)
        authority.seams.crossings[number] = known
        return again if again.yes else verdict

    def _authority(self, order: FirstOrder) -> Authority:
        """The authority of an order's post, after the picture that the order was given on."""
        arr, log = self.log.arrangement, self.log
        authority, seen = self._authorities.get(order.sender) or (Authority(arr, order.sender, log.situation(0.0)), 0)
        last = log.picture_of(order) + 1
        if arr.areas:
            ticks, pictures = log.pictures.get(order.sender, ([], []))
            for index in range(seen, last):
                authority.situation = log.situation(float(log.recording.t_s(ticks[index])))
                authority.watch(pictures[index])
        self._authorities[order.sender] = (authority, max(seen, last))
        return authority

    def _is_same(self, found: tuple[str, ...], granted: tuple[str, ...]) -> bool:
        """Whether an order's ids are those that grant it; one whose limit was used up may be missing."""
        limited = {clause.id for clause in self.log.arrangement.clauses if clause.limits}
        return found == tuple(name for name in granted if name in found or name not in limited) and bool(found)

    def _explained(self, order: FirstOrder) -> Iterator[str]:
        """Whether a decision of the same post stands behind the order."""
        note = self.log.explained.get(order.number)
        if note is None:
            yield "no decision in the log explains it"
        elif note.post != order.sender:
            yield f"the decision behind it is one of {note.post}"
        elif note.t_s == float(order.row["t_issued_s"]):
            if note.clauses != order.clauses:
                yield f"the decision behind it names {', '.join(note.clauses) or 'no clause'}"
            if note.t_approved_s != float(order.row["t_approved_s"]):
                yield f"the decision behind it was approved at {note.t_approved_s:g} s"

    def engagements(self) -> Iterator[Violation]:
        """Every engagement: its order, and what was in force when it took effect and when it launched."""
        for index, shot in enumerate(self.log.engagements):
            where = f"engagement {index} of {self.log.shooter(shot)}"
            order = self.log.orders.get((int(shot["order_id"]), int(Act.ENGAGE)))
            if order is None:
                yield Violation(where, f"no post ordered it (order {shot['order_id']})")
                continue
            where += f", order {order.number} of {order.sender}"
            yield from (Violation(where, what) for what in self._engagement(shot, order))

    def _engagement(self, shot: np.void, order: FirstOrder) -> Iterator[str]:
        row, log = order.row, self.log
        if (shot["shooter"], shot["row"]) != (row["shooter"], row["row"]):
            yield f"it was ordered from {log.shooter(row)}"
        if shot["post"] != row["post"]:
            yield f"it names post {_named(log.posts, int(shot['post']))}"
        if shot["phase"] != row["phase"]:
            phases = log.arrangement.phases
            yield f"it says phase {_named(phases, int(shot['phase']))}, its order {_named(phases, int(row['phase']))}"
        if abs(float(shot["t_approved_s"]) - max(float(row["t_approved_s"]), 0.0)) > EXACT_S:
            yield f"approved at {shot['t_approved_s']:g} s, its order at {row['t_approved_s']:g} s"
        if shot["t_order_s"] < shot["t_approved_s"] - EXACT_S:
            yield f"it began at {shot['t_order_s']:g} s, before its approval at {shot['t_approved_s']:g} s"
        if is_away(shot) and shot["t_launch_s"] < max(shot["t_approved_s"], row["t_approved_s"]) - EXACT_S:
            yield f"launched at {shot['t_launch_s']:g} s, before its approval"
        if is_away(shot) and shot["t_launch_s"] < shot["t_order_s"] - EXACT_S:
            yield f"launched at {shot['t_launch_s']:g} s, before its order took effect at {shot['t_order_s']:g} s"
        yield from self._in_effect(shot, order)
        yield from self._consented(shot, order)

    def _in_effect(self, shot: np.void, order: FirstOrder) -> Iterator[str]:
        """Whether the order reached its unit, and some clause still carried it then (a lost link ends that)."""
        applied = self.log.applied.get((order.number, int(Act.ENGAGE)), [])
        ticks = [tick for tick, t_s in applied if abs(t_s - float(shot["t_order_s"])) <= EXACT_S]
        if not ticks:
            yield f"no order took effect at {shot['t_order_s']:g} s, when it began"
            return
        situation = self.log.situation(float(self.log.recording.t_s(ticks[0])))
        arr = self.log.arrangement
        carried = any(
            clause_in_force(arr, name, situation) or order_stands(arr, order.sender, name, situation)
            for name in order.clauses
        )
        if order.clauses and not carried:
            lost = [f"link {name} was down for {situation.down_s(name):g} s" for name in sorted(situation.links)]
            why = f" ({'; '.join(lost)})" if lost else ""
            yield f"when it took effect at {situation.t_s:g} s none of {', '.join(order.clauses)} was in force{why}"

    def _consented(self, shot: np.void, order: FirstOrder) -> Iterator[str]:
        """Whether consent still stood at the launch; a launch in the very tick in which it ends is not late."""
        if not is_away(shot):
            return
        arr = self.log.arrangement
        situation = self.log.situation(float(shot["t_launch_s"]) - self.log.recording.dt_s)
        clauses = [clause for clause in arr.clauses if clause.id in order.clauses]
        gone = [clause.id for clause in clauses if consent_withdrawn(arr, clause, situation)]
        if gone and len(gone) == len(order.clauses):
            yield f"launched at {shot['t_launch_s']:g} s, after consent to {', '.join(gone)} had ended"

    def stocks(self) -> Iterator[Violation]:
        """Shots: no more than each launcher and fighter held, and than clauses allow of one giver's in all."""
        shots = self.log.engagements
        away = np.array([is_away(shot) for shot in shots], np.bool_)
        fired = shots[away] if len(shots) else shots
        yield from self._held(fired)
        yield from self._pooled(fired)
        yield from self._lent()

    def _held(self, fired: Rows) -> Iterator[Violation]:
        recording = self.log.recording
        launchers, planes = recording.first(Kind.LAUNCHERS), recording.first(Kind.AIRCRAFT)
        sorties = np.array([max(self.log.sorties.get(row, 1), 1) for row in range(len(planes))], np.int64)
        held = {
            Shooter.LAUNCHER: launchers["ready"].astype(np.int64) + launchers["stock"],
            Shooter.FIGHTER: planes["missiles"].astype(np.int64) * sorties,
        }
        for lent in self.log.lent:
            if lent.to in recording.names.launchers:
                held[Shooter.LAUNCHER][recording.names.launchers.index(lent.to)] += lent.count
            if lent.donor in recording.names.launchers:
                held[Shooter.LAUNCHER][recording.names.launchers.index(lent.donor)] -= lent.count
        for kind, stock in held.items():
            rows = fired[fired["shooter"] == kind]
            rows = rows[(rows["row"] >= 0) & (rows["row"] < len(stock))]
            used = np.bincount(rows["row"], rows["shots"], len(stock)) if len(stock) else np.zeros(0)
            for row in np.flatnonzero(used > stock).tolist():
                names = recording.names.launchers if kind == Shooter.LAUNCHER else recording.names.aircraft
                yield Violation(names[row], f"{used[row]:.0f} shots fired, but it held {stock[row]}")

    def _lent(self) -> Iterator[Violation]:
        """Missiles that nations took of each other's: each by a clause that held, no more than it lets go in all."""
        arr, lending = self.log.arrangement, self.engine.uses
        taken: dict[tuple[str, str], int] = {}
        for lent in self.log.lent:
            situation = self.log.situation(lent.t_s)
            if lending is None or not clause_in_force(arr, lent.clause, situation):
                yield Violation(f"clause {lent.clause}", f"{lent.count} missiles lent at {lent.t_s:g} s without it")
                continue
            key = lent.clause, lent.giver
            taken[key] = taken.get(key, 0) + lent.count
        for (clause, giver), count in sorted(taken.items()):
            most = 0 if lending is None else lending.stores.most("munitions", clause, giver)
            if count > most:
                yield Violation(f"clause {clause}", f"{count} missiles of {giver} lent, at most {most} allowed")

    def _pooled(self, fired: Rows) -> Iterator[Violation]:
        """Count every shot under the first clause of its order that has room, in order of the log."""
        arr = self.log.arrangement
        most = {(grant.clause.id, grant.giver): grant.most["shots"] for grant in arr.orders if "shots" in grant.most}
        used: dict[tuple[str, str], int] = {}
        for shot in fired if most else ():
            order = self.log.orders.get((int(shot["order_id"]), int(Act.ENGAGE)))
            unit = self.log.unit_of(shot)
            if order is None or not 0 <= unit < len(arr.units):
                continue
            keys = [(name, arr.units[unit].nation) for name in order.clauses]
            free = [key for key in keys if used.get(key, 0) + int(shot["shots"]) <= most.get(key, np.inf)]
            for key in (free or keys)[:1]:
                used[key] = used.get(key, 0) + int(shot["shots"])
        for key, count in sorted(used.items()):
            if count > most.get(key, np.inf):
                yield Violation(f"clause {key[0]}", f"{count} shots of {key[1]}, at most {most[key]} allowed")


def _counts(log: AuditLog) -> dict[str, ClauseCount]:
    """Counts by clause; every clause that orders, and whatever stood against something, has its row."""
    counts = {clause.id: ClauseCount() for clause in log.arrangement.clauses if clause.verb == "order"}
    counts[NATIONAL] = ClauseCount()
    for shot in log.engagements:
        order = log.orders.get((int(shot["order_id"]), int(Act.ENGAGE)))
        count = counts.setdefault(order.clauses[0] if order is not None and order.clauses else "none", ClauseCount())
        count.engagements += 1
        count.launches += is_away(shot)
        count.shots += int(shot["shots"]) if is_away(shot) else 0
    for note in log.decisions:
        for name in () if note.allowed else note.against:
            counts.setdefault(name, ClauseCount()).refusals += 1
    return counts


def _mistaken(log: AuditLog) -> int:
    """Launches at civil aircraft under a clause that forbids civil targets."""
    forbidding = {clause.id for clause in log.arrangement.clauses if clause.never_civil}
    sides = log.recording.first(Kind.AIRCRAFT)["side"]
    found = 0
    for shot in log.engagements:
        order = log.orders.get((int(shot["order_id"]), int(Act.ENGAGE)))
        civil = is_away(shot) and 0 <= shot["target"] < len(sides) and sides[shot["target"]] == Side.NEUTRAL
        found += bool(civil and order is not None and forbidding & set(order.clauses))
    return found


def _named(names: tuple[str, ...] | list[str], index: int) -> str:
    return names[index] if 0 <= index < len(names) else f"number {index}"
