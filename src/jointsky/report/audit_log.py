"""What an audit reads from a run's log: orders as first given, what their posts saw then, and how things stood."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jointsky.links.arrangement import Arrangement, Situation
from jointsky.links.lines import Lines
from jointsky.record.kinds import Kind
from jointsky.record.reading import Recording
from jointsky.scenario.load import Scenario
from jointsky.tracking.fusion import predicted
from jointsky.vocab.codes import Act, Shooter
from jointsky.vocab.messages import Called, Consent, Decision, LinkState, News
from jointsky.vocab.records import Rows

NEEDED = (
    Kind.PICTURE,
    Kind.ORDERS,
    Kind.APPLIED,
    Kind.DECISIONS,
    Kind.PHASES,
    Kind.EVENTS,
    Kind.TRUTH,
    Kind.TICK,
    Kind.AIRCRAFT,
    Kind.LAUNCHERS,
    Kind.ENGAGEMENTS,
)
AIMED = (Act.SCRAMBLE, Act.POSITION, Act.ENGAGE)
"""Acts against a track."""
REFUSED = "help is refused"
"""How the note of a call for help ends that nobody answers."""
Given = tuple[int, int]
"""An order number and an act: consent to start is not consent to engage."""


@dataclass(frozen=True, slots=True)
class FirstOrder:
    """The first time that a post gave an order to do one thing: the ORDER row, its clause ids, and the tick."""

    row: np.void
    sender: str
    clauses: tuple[str, ...]
    tick: int

    @property
    def number(self) -> int:
        """The order number."""
        return int(self.row["order_id"])

    @property
    def act(self) -> Act:
        """What was ordered."""
        return Act(int(self.row["act"]))


@dataclass(frozen=True, slots=True)
class Lent:
    """Missiles of one nation that went to a launcher or a unit of another (`to`), out of the store of launcher `donor`
    (empty: from an airfield)."""

    t_s: float
    clause: str
    giver: str
    to: str
    donor: str
    count: int


@dataclass(frozen=True)
class AuditLog:
    """A recorded run and the agreement of its own texts, with the questions an audit asks. Times are seconds since
    scenario start."""

    recording: Recording
    scenario: Scenario
    arrangement: Arrangement

    @cached_property
    def orders(self) -> Mapping[Given, FirstOrder]:
        """Orders against a track as first given, by number and act, in order of the log."""
        table, clauses = self.recording.table(Kind.ORDERS), self.recording.order_clauses()
        found: dict[Given, FirstOrder] = {}
        for row, sender, ids, tick in zip(table.rows, table.sender, clauses, table.tick, strict=True):
            key = (int(row["order_id"]), int(row["act"]))
            if key[1] in AIMED and key not in found:
                found[key] = FirstOrder(row, table.senders[int(sender)], ids, int(tick))
        return found

    @cached_property
    def applied(self) -> Mapping[Given, list[tuple[int, float]]]:
        """When orders took effect: (tick, seconds), by number and act."""
        table = self.recording.table(Kind.APPLIED)
        found: dict[Given, list[tuple[int, float]]] = {}
        for row, tick in zip(table.rows, table.tick, strict=True):
            key = (int(row["order_id"]), int(row["act"]))
            found.setdefault(key, []).append((int(tick), float(row["t_effective_s"])))
        return found

    @cached_property
    def decisions(self) -> list[Decision]:
        """Decisions of all posts."""
        return self.recording.decisions()

    @cached_property
    def explained(self) -> Mapping[int, Decision]:
        """The decision behind each order number."""
        return {note.order_id: note for note in self.decisions if note.allowed and note.order_id}

    @cached_property
    def engagements(self) -> Rows:
        """ENGAGEMENT rows at the end of the run."""
        return self.recording.last(Kind.ENGAGEMENTS)

    @cached_property
    def posts(self) -> list[str]:
        """Posts by the index that orders carry."""
        return sorted(self.scenario.posts)

    @cached_property
    def lent(self) -> list[Lent]:
        """Missiles that nations took of each other's, in order of the log."""
        found: list[Lent] = []
        for event in self.recording.events():
            if event.what == "lent":
                words = event.note.split()
                donor = words[3].rstrip(",") if words[2] == "of" else ""
                found.append(Lent(event.t_s, event.name, event.by, event.to, donor, int(words[0])))
        return found

    @cached_property
    def sorties(self) -> Mapping[int, int]:
        """How often each aircraft was seen to take off, by row; it is armed anew between two sorties."""
        found: dict[int, int] = {}
        before: frozenset[int] = frozenset()
        for note in self.recording.notes(Kind.TRUTH):
            flying = frozenset(note.rows["row"].tolist())
            for row in flying - before:
                found[row] = found.get(row, 0) + 1
            before = flying
        return found

    def shooter(self, row: np.void) -> str:
        """The name of the launcher or aircraft of an order or engagement; a dash where there is none."""
        names = self.recording.names
        table = names.aircraft if row["shooter"] == Shooter.FIGHTER else names.launchers
        return table[int(row["row"])] if 0 <= row["row"] < len(table) else "-"

    def unit_of(self, row: np.void) -> int:
        """The unit (a row of the arrangement's table) that the shooter of an order or engagement belongs to; -1:
        none."""
        kind = Kind.AIRCRAFT if row["shooter"] == Shooter.FIGHTER else Kind.LAUNCHERS
        table = self.recording.first(kind)
        return int(table["unit"][int(row["row"])]) if 0 <= row["row"] < len(table) else -1

    def situation(self, t_s: float) -> Situation:
        """How things stood at a time, by what the log and the planned cuts of links say."""
        times = [moment for moment, _ in self._situations]
        return self._situations[bisect_right(times, t_s + 1e-9) - 1][1].at(t_s)

    @cached_property
    def _situations(self) -> list[tuple[float, Situation]]:
        now = Situation(self.scenario.phase or self.arrangement.phases[0])
        told = [(-np.inf, now)]
        for news in sorted(self._news(), key=lambda item: item.t_s):
            now = now.after(news)
            told.append((news.t_s, now))
        return told

    def _news(self) -> list[News]:
        news: list[News] = [*self._link_news(), *self.recording.phases()]
        for event in self.recording.events():
            match event.what:
                case "withdrawn" | "restored":
                    news.append(Consent(event.name, event.what == "restored", event.t_s))
                case "called" if not event.note.endswith(REFUSED):
                    news.append(Called(event.name, event.t_s))
                case _:
                    """Other events follow from these, or change nothing that decides."""
        return news

    def _link_news(self) -> list[LinkState]:
        lines = Lines(self.arrangement.links, self.recording.recipe.seed)
        ticks = range(self.recording.last_tick + 1)
        return [change for tick in ticks for change in lines.advance(tick * self.recording.dt_s)]

    @cached_property
    def pictures(self) -> Mapping[str, tuple[list[int], list[Rows]]]:
        """For each post the ticks of its pictures and their TRACK rows."""
        found: dict[str, tuple[list[int], list[Rows]]] = {}
        for note in self.recording.notes(Kind.PICTURE):
            ticks, rows = found.setdefault(note.sender, ([], []))
            ticks.append(note.tick)
            rows.append(note.rows)
        return found

    @cached_property
    def first_seen(self) -> Mapping[tuple[str, int], int]:
        """The tick in which each track number first stood in a post's picture."""
        found: dict[tuple[str, int], int] = {}
        for post, (ticks, pictures) in self.pictures.items():
            for tick, rows in zip(ticks, pictures, strict=True):
                for number in rows["track_id"].tolist():
                    found.setdefault((post, number), tick)
        return found

    def picture_of(self, order: FirstOrder) -> int:
        """The place, among its post's pictures, of the one that an order was given on; -1: none.

        What a post orders by itself it orders on the picture of the same tick; a person's order is answered before
        that picture is made, on the last one.
        """
        ticks, _ = self.pictures.get(order.sender, ([], []))
        note = self.explained.get(order.number)
        by_person = note is not None and note.ref != 0 and note.t_s == float(order.row["t_issued_s"])
        return bisect_right(ticks, order.tick - (1 if by_person else 0)) - 1

    def track(self, order: FirstOrder) -> np.void | None:
        """The track that an order was aimed at, as its post saw it then; None when it did not."""
        index = self.picture_of(order)
        if index < 0:
            return None
        rows = self.pictures[order.sender][1][index]
        rows = rows[rows["track_id"] == order.row["track_id"]]
        return predicted(rows, float(order.row["t_issued_s"]))[0] if len(rows) else None
