"""The way of an order: held until consent is there, or refused; carried; checked once more when it arrives, against the
clauses in force and their limits; stopped when consent is withdrawn before it has launched."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from jointsky.links.agreements import approver, needs_consent
from jointsky.links.arrangement import NATIONAL, Arrangement, Clause, Situation
from jointsky.links.carrier import Carrier
from jointsky.links.force import consent_withdrawn, order_stands
from jointsky.links.orderbook import Clauses, Entry, OrderBook, route, rows_of
from jointsky.links.pools import Pools
from jointsky.rng import Stream, draw, entity_key
from jointsky.vocab.codes import Act, Shooter
from jointsky.vocab.messages import Event, Orders, Refusal
from jointsky.vocab.records import Rows

_BREAKS_OFF = (Act.CEASE, Act.RECOVER)


@dataclass(slots=True)
class OrderDesk:
    """All orders of a run on their way to units. `refusals` are waiting to be told: (nation that says so, post,
    message); `events` what happened since they were last taken."""

    arr: Arrangement
    carrier: Carrier
    seed: int
    book: OrderBook = field(default_factory=OrderBook)
    refusals: list[tuple[str, str, Refusal]] = field(default_factory=list[tuple[str, str, Refusal]])
    events: list[Event] = field(default_factory=list[Event])
    pools: Pools = field(init=False)
    _told: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    _delivered: dict[int, Entry] = field(default_factory=dict[int, Entry])
    _stopping: list[int] = field(default_factory=list[int])
    _clauses: dict[str, Clause] = field(init=False)

    def __post_init__(self) -> None:
        """Count from nothing."""
        self.pools = Pools(self.arr)
        self._clauses = {clause.id: clause for clause in self.arr.clauses}

    def take(self, message: Orders, t_s: float) -> None:
        """Take in the orders of a post."""
        for i, clauses in enumerate(message.clauses):
            row = message.rows[i : i + 1].copy()
            self.book.take(message.sender, row, clauses, t_s, self._will_be_refused(row, clauses))

    def refuse(self, by: str, clause_id: str, t_s: float) -> None:
        """Somebody whose consent a clause asks for refuses it to the orders that wait for it by this clause, which
        shows when their approval is due. Where none waits for it, the log says so."""
        refused = [entry for entry in self.book.held if self._waits_for(entry, by, clause_id)]
        for entry in refused:
            self.book.refused.add((int(entry.row["order_id"][0]), int(entry.row["act"][0])))
        if not refused:
            self.events.append(Event(t_s, "ineffective", clause_id, by, note=f"no order waits for consent of {by}"))

    def _waits_for(self, entry: Entry, by: str, clause_id: str) -> bool:
        clause = self._clauses.get(entry.clauses[0]) if entry.clauses else None
        if clause is None or clause.id != clause_id or not needs_consent(clause, Act(int(entry.row["act"][0]))):
            return False
        return approver(clause, self.arr.units[int(entry.row["unit"][0])].nation) == by

    def send_approved(self, t_s: float) -> None:
        """Put orders that are approved by now on their way; say so where consent was refused."""
        for entry in self.book.to_send(t_s):
            number, act = int(entry.row["order_id"][0]), int(entry.row["act"][0])
            if (number, act) in self.book.refused:
                clause = self._clauses[entry.clauses[0]]
                told = f"{clause.approval_by} refused consent to what {clause.id} lets {entry.sender} ask for"
                self._refuse(entry, "refused", clause.id, f"consent.{clause.id}", told, t_s)
            else:
                self._send(entry, number, t_s)

    def due(self, situation: Situation, t_s: float) -> Rows:
        """ORDER rows that reach their units now, in order of arrival. What no clause in force carries any more, or what
        would go beyond a limit, is dropped."""
        good: list[Entry] = []
        for entry in self.book.arrived(t_s):
            if not any(self._stands(entry, clause, situation) for clause in entry.clauses):
                self._drop(entry, t_s, "no clause in force grants it any more")
                continue
            full = self.pools.admit(entry.row, entry.clauses, t_s)
            if full is not None:
                self._refuse(entry, "limit", full, full, f"the limit of clause {full} is used up", t_s)
                self._drop(entry, t_s, f"the limit of clause {full} is used up")
                continue
            good.append(entry)
            self._note_delivered(entry)
        return rows_of(good)

    def stops(self, situation: Situation, t_s: float) -> Rows:
        """ORDER rows that break off, at the units, what was delivered under clauses whose consent has been withdrawn
        since, and what a fighter may not go on with because a limit is used up."""
        stopped = [self._delivered.pop(number) for number in self._stopping if number in self._delivered]
        self._stopping = []
        if situation.withdrawn:
            gone = [n for n, entry in self._delivered.items() if self._lost_consent(entry, situation)]
            for entry in [self._delivered.pop(number) for number in gone]:
                stopped.append(entry)
                number, unit = int(entry.row["order_id"][0]), self._unit(entry)
                note = "consent was withdrawn"
                self.events.append(Event(t_s, "stopped", entry.clauses[0], entry.sender, unit, 0, number, note))
        return rows_of([_broken_off(entry, t_s) for entry in stopped])

    def report(self, rows: Rows) -> None:
        """Take in SHOT_REPORT rows: shots are counted, orders of launchers are over."""
        self._stopping += self.pools.report(rows)
        for number, shooter in zip(rows["order_id"].tolist(), rows["shooter"].tolist(), strict=True):
            if shooter == Shooter.LAUNCHER:
                self._delivered.pop(number, None)

    def _will_be_refused(self, row: Rows, clauses: Clauses) -> bool:
        """Whether consent will be refused: one draw for each order, unit and act, in the name of the unit."""
        clause, act = self._clauses.get(clauses[0]) if clauses else None, Act(int(row["act"][0]))
        if clause is None or clause.refused <= 0.0 or not needs_consent(clause, act):
            return False
        unit = self.arr.units[int(row["unit"][0])].name
        return draw(self.seed, Stream.CONSENT, entity_key(unit), int(row["order_id"][0]), int(act)) < clause.refused

    def _send(self, entry: Entry, number: int, t_s: float) -> None:
        unit = self._unit(entry)
        owner = self.arr.units[int(entry.row["unit"][0])].nation
        delay, loss = self.carrier.own(owner)
        down = {name for name, up in self.carrier.lines.up.items() if not up}
        try:
            name = route(self.arr, entry.sender, owner, entry.clauses, down)
        except LookupError as reason:
            self._drop(entry, t_s, str(reason))
            return
        if name is not None:
            way_s = self.carrier.way_s(self.arr.links[name], "order", entry.sender, unit, 1, t_s, number)
            if way_s is None:
                return
            delay += way_s
        if self.carrier.carries(owner, loss, "order", entry.sender, unit, 1, t_s, number):
            clause = self._clauses.get(entry.clauses[0]) if entry.clauses else None
            self.book.send(entry, delay + (0.0 if clause is None else clause.delay_s))

    def _stands(self, entry: Entry, clause: str, situation: Situation) -> bool:
        return clause == NATIONAL or order_stands(self.arr, entry.sender, clause, situation)

    def _refuse(self, entry: Entry, what: str, clause: str, against: str, reason: str, t_s: float) -> None:
        """Have the post told, once for each order and act, that its order will not be carried out."""
        number, act = int(entry.row["order_id"][0]), int(entry.row["act"][0])
        if (number, act) in self._told:
            return
        self._told.add((number, act))
        owner = self.arr.units[int(entry.row["unit"][0])].nation
        self.refusals.append((owner, entry.sender, Refusal(number, act, clause, (against,), reason, t_s)))
        track = int(entry.row["track_id"][0])
        self.events.append(Event(t_s, what, clause, owner, entry.sender, track, number, self._unit(entry)))

    def _note_delivered(self, entry: Entry) -> None:
        """Keep what another nation's consent carries, so that it can be stopped."""
        number = int(entry.row["order_id"][0])
        if entry.row["act"][0] in _BREAKS_OFF:
            self._delivered.pop(number, None)
        elif entry.row["act"][0] != Act.WEAPONS_STATUS and NATIONAL not in entry.clauses:
            self._delivered[number] = entry

    def _lost_consent(self, entry: Entry, situation: Situation) -> bool:
        clauses: Sequence[Clause] = [self._clauses[name] for name in entry.clauses if name in self._clauses]
        return bool(clauses) and all(consent_withdrawn(self.arr, clause, situation) for clause in clauses)

    def _drop(self, entry: Entry, t_s: float, reason: str) -> None:
        self.carrier.drop(t_s, "", "order", entry.sender, self._unit(entry), 1, reason)

    def _unit(self, entry: Entry) -> str:
        return self.arr.units[int(entry.row["unit"][0])].name


def _broken_off(entry: Entry, t_s: float) -> Entry:
    """The order that ends one: a launcher ceases, a fighter goes home."""
    row = entry.row.copy()
    row["act"] = Act.CEASE if row["shooter"][0] == Shooter.LAUNCHER else Act.RECOVER
    row["t_issued_s"] = t_s
    return Entry(t_s, entry.number, entry.sender, row, entry.clauses)
