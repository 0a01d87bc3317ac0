"""Orders on their way: held until the last needed approval, carried over a link, checked once more on arrival."""

import heapq
from collections.abc import Container
from dataclasses import dataclass, field

from jointsky.links.arrangement import Arrangement
from jointsky.links.force import links_between
from jointsky.vocab.codes import Act
from jointsky.vocab.records import ORDER, Rows, empty

Clauses = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One order under way; sorted by the time of its next step, then by when it was given."""

    t_s: float
    number: int
    sender: str = field(compare=False)
    row: Rows = field(compare=False)
    clauses: Clauses = field(compare=False)


@dataclass(slots=True)
class OrderBook:
    """Orders waiting for approval and orders in flight.

    `clauses` keeps, by order id, the ids that allow it; `senders` the post that gave it; `approved_s` when, by order id
    and act, it was approved: a later message about the same order (a refreshed target) cannot overtake its approval,
    and consent to start is not consent to engage.
    """

    held: list[Entry] = field(default_factory=list[Entry])
    flying: list[Entry] = field(default_factory=list[Entry])
    clauses: dict[int, Clauses] = field(default_factory=dict[int, Clauses])
    senders: dict[int, str] = field(default_factory=dict[int, str])
    units: dict[int, int] = field(default_factory=dict[int, int])
    approved_s: dict[tuple[int, int], float] = field(default_factory=dict[tuple[int, int], float])
    refused: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    """Order ids and acts to which consent was refused."""
    _count: int = 0

    def take(self, sender: str, row: Rows, clauses: Clauses, t_s: float, refused: bool = False) -> None:
        """Take in one ORDER row given at `t_s`; it is sent when it is approved, unless it is broken off before.

        `refused`: consent to this order and act will not be given, which shows when the approval is due.
        """
        number = int(row["order_id"][0])
        if refused:
            self.refused.add((number, int(row["act"][0])))
        if int(row["act"][0]) in (Act.CEASE, Act.RECOVER):
            self.held = [entry for entry in self.held if int(entry.row["order_id"][0]) != number]
            heapq.heapify(self.held)
        approved = self.approved_s.setdefault((number, int(row["act"][0])), max(float(row["t_approved_s"][0]), 0.0))
        self.clauses[number], self.senders[number], self.units[number] = clauses, sender, int(row["unit"][0])
        row["t_approved_s"] = approved
        self._count += 1
        heapq.heappush(self.held, Entry(max(t_s, approved), self._count, sender, row, clauses))

    def to_send(self, t_s: float) -> list[Entry]:
        """Orders approved by now, in order."""
        return _popped(self.held, t_s)

    def send(self, entry: Entry, delay_s: float) -> None:
        """Put an approved order on its way."""
        arrival = Entry(entry.t_s + delay_s, entry.number, entry.sender, entry.row, entry.clauses)
        heapq.heappush(self.flying, arrival)

    def arrived(self, t_s: float) -> list[Entry]:
        """Orders that have reached their units by now, in order."""
        return _popped(self.flying, t_s)


def route(arr: Arrangement, sender: str, owner: str, clauses: Clauses, down: Container[str] = ()) -> str | None:
    """The link over which an order of post `sender` reaches units of nation `owner`; raises LookupError when none
    joins them.

    None: no border to cross. Otherwise the link its clause names, else the one whose loss the clause's agreement
    speaks of, else the fastest that joins both. A deputy stands in because a link is lost, and avoids those `down`.
    """
    role = arr.posts[sender]
    if role.nation == owner:
        return None
    joining = [arr.links[name] for name in links_between(arr, sender, owner)]
    if not joining:
        raise LookupError(f"no link joins {sender} and {owner}")
    used = [clause for clause in arr.clauses if clause.id in clauses]
    named = {clause.link for clause in used} | {
        rule.link for rule in arr.losses if rule.agreement in {clause.agreement for clause in used}
    }
    deputy = not any(g.clause in used and g.giver == owner and sender in g.posts for g in arr.orders)
    avoided = down if deputy else ()
    return min(joining, key=lambda link: (link.name in avoided, link.name not in named, link.delay_s, link.name)).name


def rows_of(entries: list[Entry]) -> Rows:
    """The ORDER rows of entries as one array, effective when they arrive."""
    if not entries:
        return empty(ORDER)
    rows = empty(ORDER, len(entries))
    for i, entry in enumerate(entries):
        rows[i] = entry.row[0]
        rows["t_effective_s"][i] = entry.t_s
    return rows


def _popped(heap: list[Entry], t_s: float) -> list[Entry]:
    found: list[Entry] = []
    while heap and heap[0].t_s <= t_s + 1e-9:
        found.append(heapq.heappop(heap))
    return found
