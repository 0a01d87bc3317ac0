"""Carries messages between sensors, posts and units: delay, loss, outages, and over a border only what a clause releases."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.links.agreements import clause_in_force
from jointsky.links.arrangement import Arrangement, Situation, fallen
from jointsky.links.lines import Dropped, Lines, OwnNetwork
from jointsky.links.orderbook import Entry, OrderBook, route, rows_of
from jointsky.links.release import TrackNumbers, plot_positions, plot_releases, release_tracks, track_grants
from jointsky.links.tables import Releases, commandable
from jointsky.vocab.codes import NONE, SensorKind
from jointsky.vocab.messages import LinkState, Message, Orders, Phase, Plots, ShotReports, Status, Tracks
from jointsky.vocab.records import Rows

Bools = NDArray[np.bool_]
_SOON = 1e-9


@dataclass(slots=True)
class _Pool:
    """Plots of one nation on their way to another's posts (or to its own)."""

    sender: str
    receiver: str
    waiting: list[Rows] = field(default_factory=list[Rows])

    def arrived(self, t_s: float) -> Rows | None:
        """Rows whose time has come, in order of arrival; None when there are none."""
        if not self.waiting:
            return None
        rows = self.waiting[0] if len(self.waiting) == 1 else np.concatenate(self.waiting)
        due = rows["t_seen_s"] <= t_s + _SOON
        if due.all():
            self.waiting.clear()
            found = rows
        else:
            self.waiting = [rows[~due]]
            found = rows[due]
        return found[np.argsort(found["t_seen_s"], kind="stable")] if len(found) else None


@dataclass(frozen=True, slots=True)
class _Posted:
    """A message that arrives at a post at `t_s`."""

    t_s: float
    post: str
    message: Message


@dataclass(slots=True)
class Network:
    """All links of a run. Call the `post_*` methods in the same order every tick and `deliver` once; time never goes back.

    `sensors` are SENSOR rows in the order of `arr.sensors`; `own` the networks of the nations (absent: no delay, no loss); `phase` the
    phase at the start (None: the first). `dropped` tells what did not get through.
    """

    arr: Arrangement
    sensors: Rows
    own: Mapping[str, OwnNetwork]
    seed: int
    phase: str | None = None
    situation: Situation = field(init=False)
    lines: Lines = field(init=False)
    orders: OrderBook = field(init=False)
    dropped: list[Dropped] = field(init=False)
    _mail: list[_Posted] = field(init=False)
    _pools: dict[tuple[str, str], _Pool] = field(init=False)
    _numbers: dict[tuple[str, str], TrackNumbers] = field(init=False)
    _sent_s: dict[tuple[int, str, str], float] = field(init=False)
    _releases: dict[str, Releases] = field(init=False)
    _masks: dict[str, Bools] = field(init=False)
    _idle: frozenset[int] = field(init=False)
    _standing: object = field(init=False)
    _owner: NDArray[np.int64] = field(init=False)
    _unit_owner: NDArray[np.int64] = field(init=False)
    _warning: Bools = field(init=False)

    def __post_init__(self) -> None:
        """Check that sensors and arrangement fit; raises ValueError when they do not."""
        if len(self.sensors) != len(self.arr.sensors):
            raise ValueError(
                f"found {len(self.sensors)} sensor rows, expected {len(self.arr.sensors)} as in the arrangement"
            )
        self.situation = Situation(self.phase or self.arr.phases[0])
        self.lines = Lines(self.arr.links, self.seed)
        self.orders = OrderBook()
        self.dropped, self._mail, self._pools, self._numbers, self._sent_s = [], [], {}, {}, {}
        self._releases, self._masks, self._standing, self._idle = {}, {}, None, frozenset()
        rank = {nation: i for i, nation in enumerate(self.arr.nations)}
        self._owner = np.array([rank[thing.nation] for thing in self.arr.sensors], dtype=np.int64)
        self._unit_owner = np.array([rank[thing.nation] for thing in self.arr.units], dtype=np.int64)
        self._warning = self.sensors["kind"] == SensorKind.EARLY_WARNING

    # ------------------------------------------------------------ time and state of links

    def advance(self, t_s: float) -> None:
        """Bring links and their consequences to time `t_s`; every other method does it first."""
        if t_s == self.situation.t_s and self._standing is not None:
            return
        for change in self.lines.advance(t_s):
            self.situation = self.situation.after(change)
            self._tell_ends(change, t_s)
        self.situation = self.situation.at(t_s)
        down = tuple(name for name, up in self.lines.up.items() if not up)
        standing = (self.situation.phase, down, fallen(self.arr, self.situation))
        if standing != self._standing:
            self._standing = standing
            self._idle = frozenset(clause.index for clause in self.arr.clauses if clause.link in down)
            self._releases.clear()
            self._masks.clear()

    def tell(self, phase: Phase, t_s: float) -> None:
        """A phase came into force: every post hears of it at once."""
        self.situation = self.situation.after(phase)
        self._standing = None
        self.advance(t_s)
        for post in self.arr.posts:
            self._mail.append(_Posted(t_s, post, phase))

    def cut(self, link: str, t_s: float) -> None:
        """Take a link down at `t_s`; raises KeyError for an unknown link."""
        self.lines.cut(link)
        self._standing = None
        self.advance(t_s)

    def restore(self, link: str, t_s: float) -> None:
        """End a `cut` at `t_s`."""
        self.lines.restore(link)
        self._standing = None
        self.advance(t_s)

    def guests(self, host: str) -> tuple[str, ...]:
        """The posts that sit with a host and exist now."""
        return tuple(name for name, role in self.arr.posts.items() if role.host == host and self._exists(name))

    # ------------------------------------------------------------ sending

    def post_plots(self, rows: Rows, t_s: float) -> None:
        """PLOT rows made by all sensors in a tick: to the own posts, and to other nations as far as a clause releases them."""
        self.advance(t_s)
        owners = self._owner[rows["sensor"]]
        for rank, nation in enumerate(self.arr.nations):
            mine = rows[owners == rank]
            if not len(mine):
                continue
            delay, loss = self._own(nation)
            mine["t_seen_s"] = np.maximum(mine["t_seen_s"], t_s) + delay
            mine["clause"] = NONE
            if self._is_carried(nation, loss, "plots", nation, nation, len(mine), t_s):
                self._put(nation, nation, mine)
                for receiver in self.arr.nations:
                    if receiver != nation:
                        self._release_plots(nation, receiver, mine, t_s)

    def post_tracks(self, sender: str, rows: Rows, t_s: float, touched: Bools | None = None) -> None:
        """The picture of a post (TRACK rows): what clauses release goes to posts of other nations, each clause at its own rate.

        `touched[row, sensor]` says which sensors' plots ever went into a track; None: not known (see `release_tracks`). The picture
        of a hosted post is its host's and goes nowhere.
        """
        self.advance(t_s)
        role = self.arr.posts[sender]
        if role.host is not None:
            return
        for receiver in self.arr.nations:
            if receiver == role.nation:
                continue
            grants = track_grants(self.arr, role.nation, receiver, self.situation, self._idle)
            grants = [grant for grant in grants if self._is_due(grant.clause.index, sender, receiver, t_s)]
            if not grants:
                continue
            found = release_tracks(rows, grants, self.arr.sensors, receiver, touched)
            numbers = self._numbers.setdefault((sender, receiver), TrackNumbers())
            found["track_id"] = numbers.of(found["track_id"].tolist())
            for index in np.unique(found["clause"]):
                self._send_tracks(sender, receiver, found[found["clause"] == index], int(index), t_s)

    def post_orders(self, message: Orders, t_s: float) -> None:
        """Orders of a post: each is held until approved, then carried to its unit."""
        self.advance(t_s)
        for i, clauses in enumerate(message.clauses):
            self.orders.take(message.sender, message.rows[i : i + 1].copy(), clauses, t_s)
        self._send_approved(t_s)

    def post_status(self, rows: Rows, t_s: float) -> None:
        """UNIT_STATUS rows of all units: to the posts of their owners, and to posts that a clause in force lets order them."""
        self.advance(t_s)
        owners = self._unit_owner[rows["unit"]]
        for post, role in self.arr.posts.items():
            if not self._exists(post):
                continue
            mask = self._masks.get(post)
            if mask is None:
                mask = self._masks[post] = commandable(self.arr, post, self.situation)
            wanted = mask[rows["unit"]]
            for rank, nation in enumerate(self.arr.nations):
                part = rows[(owners == rank) & (wanted | (nation == role.nation))]
                if len(part):
                    self._send(f"{nation} units", nation, post, Status(f"{nation}.units", part), len(part), t_s)

    def post_reports(self, message: ShotReports, t_s: float) -> None:
        """SHOT_REPORT rows: each to the post that gave the order."""
        self.advance(t_s)
        numbers = message.rows["order_id"].tolist()
        for post in self.arr.posts:
            for rank, nation in enumerate(self.arr.nations):
                mine = np.array([self._ordered(number) == (post, rank) for number in numbers], dtype=np.bool_)
                if mine.any():
                    part = ShotReports(f"{nation}.units", message.rows[mine])
                    self._send(f"{nation} reports", nation, post, part, int(mine.sum()), t_s)

    # ------------------------------------------------------------ receiving

    def deliver(self, t_s: float) -> dict[str, list[Message]]:
        """What has arrived at each post by now, oldest first: first news of phases and links, then data."""
        self.advance(t_s)
        arrived: dict[str, list[Message]] = {}
        due = [item for item in self._mail if item.t_s <= t_s + _SOON]
        if due:
            self._mail = [item for item in self._mail if item.t_s > t_s + _SOON]
            for item in sorted(due, key=lambda item: item.t_s):
                if isinstance(item.message, Phase | LinkState) or self._exists(item.post):
                    arrived.setdefault(item.post, []).append(item.message)
        for pool in self._pools.values():
            rows = pool.arrived(t_s)
            if rows is not None:
                for post in self._watching(pool.receiver):
                    arrived.setdefault(post, []).append(Plots(pool.sender, rows))
        return arrived

    def orders_due(self, t_s: float) -> Rows:
        """ORDER rows that reach their units now, in order of arrival. What no clause in force carries any more is dropped."""
        self.advance(t_s)
        self._send_approved(t_s)
        good: list[Entry] = []
        for entry in self.orders.arrived(t_s):
            if any(clause_in_force(self.arr, clause, self.situation) for clause in entry.clauses):
                good.append(entry)
            else:
                self._drop(
                    t_s,
                    "",
                    "order",
                    entry.sender,
                    self._unit_name(entry.row),
                    1,
                    "no clause in force grants it any more",
                )
        return rows_of(good)

    def clauses_of(self, order_id: int) -> tuple[str, ...]:
        """The ids of the clauses that allow an order that was posted; empty for an unknown one."""
        return self.orders.clauses.get(order_id, ())

    # ------------------------------------------------------------ inside

    def _release_plots(self, sender: str, receiver: str, rows: Rows, t_s: float) -> None:
        table = self._releases.get(receiver)
        if table is None:
            table = plot_releases(self.arr, receiver, self._warning, self.situation, self._idle)
            self._releases[receiver] = table
        if table.empty:
            return
        lat, lon = plot_positions(rows) if table.zoned else (None, None)
        _, clauses = table.decide(rows["sensor"], lat, lon)
        for index in sorted(set(clauses.tolist()) - {NONE}):
            link = self.arr.links[self.arr.clauses[index].link or ""]
            part = rows[clauses == index]
            part["t_seen_s"] += link.delay_s
            part["clause"] = index
            if self._is_carried(link.name, link.loss, "plots", sender, receiver, len(part), t_s):
                self._put(sender, receiver, part)

    def _put(self, sender: str, receiver: str, rows: Rows) -> None:
        key = (sender, receiver)
        if key not in self._pools:
            self._pools[key] = _Pool(sender, receiver)
        self._pools[key].waiting.append(rows)

    def _send_tracks(self, sender: str, receiver: str, rows: Rows, index: int, t_s: float) -> None:
        link = self.arr.links[self.arr.clauses[index].link or ""]
        if self._is_carried(link.name, link.loss, "tracks", sender, receiver, len(rows), t_s, index):
            arrival = t_s + link.delay_s
            rows["t_seen_s"] = arrival
            message = Tracks(sender, self.arr.nations.index(self.arr.posts[sender].nation), rows)
            self._mail += [_Posted(arrival, post, message) for post in self._watching(receiver)]

    def _send_approved(self, t_s: float) -> None:
        for entry in self.orders.to_send(t_s):
            owner, unit = self.arr.units[int(entry.row["unit"][0])].nation, self._unit_name(entry.row)
            number = int(entry.row["order_id"][0])
            delay, loss = self._own(owner)
            try:
                name = route(self.arr, entry.sender, owner, entry.clauses)
            except LookupError as reason:
                self._drop(t_s, "", "order", entry.sender, unit, 1, str(reason))
                continue
            if name is not None:
                link = self.arr.links[name]
                if not self._is_carried(name, link.loss, "order", entry.sender, unit, 1, t_s, number):
                    continue
                delay += link.delay_s
            if self._is_carried(owner, loss, "order", entry.sender, unit, 1, t_s, number):
                self.orders.send(entry, delay)

    def _send(self, kind: str, nation: str, post: str, message: Message, rows: int, t_s: float) -> None:
        """Send what a nation's units say to a post, over the fastest link that is up when it is another nation's post."""
        delay, loss = self._own(nation)
        if not self._is_carried(nation, loss, kind, nation, post, rows, t_s):
            return
        if self.arr.posts[post].nation != nation:
            link = self._fastest(nation, post)
            if link is None or not self._is_carried(link, self.arr.links[link].loss, kind, nation, post, rows, t_s):
                return
            delay += self.arr.links[link].delay_s
        self._mail.append(_Posted(t_s + delay, post, message))

    def _fastest(self, nation: str, post: str) -> str | None:
        role = self.arr.posts[post]
        ours = {name for name, other in self.arr.posts.items() if other.nation == nation}
        theirs = {post, role.host or post} | {n for n, other in self.arr.posts.items() if other.nation == role.nation}
        joining = [link for link in self.arr.links.values() if ours & set(link.ends) and theirs & set(link.ends)]
        up = [(link.delay_s, link.name) for link in joining if self.lines.up.get(link.name, True)]
        return min(up)[1] if up else None

    def _is_carried(
        self, link: str, loss: float, kind: str, sender: str, receiver: str, rows: int, t_s: float, k: int = 0
    ) -> bool:
        if not self.lines.up.get(link, True):
            self._drop(t_s, link, kind, sender, receiver, rows, "link is down")
            return False
        if self.lines.is_lost(loss, f"{link}:{sender}>{receiver}:{kind}", t_s, k):
            self._drop(t_s, link, kind, sender, receiver, rows, "lost on the way")
            return False
        return True

    def _drop(self, t_s: float, link: str, kind: str, sender: str, receiver: str, rows: int, reason: str) -> None:
        self.dropped.append(Dropped(t_s, link, kind, sender, receiver, rows, reason))

    def _is_due(self, index: int, sender: str, receiver: str, t_s: float) -> bool:
        key = (index, sender, receiver)
        last = self._sent_s.get(key)
        if last is not None and t_s - last < self.arr.clauses[index].every_s - _SOON:
            return False
        self._sent_s[key] = t_s
        return True

    def _own(self, nation: str) -> tuple[float, float]:
        network = self.own.get(nation)
        return (0.0, 0.0) if network is None else (network.delay, network.loss)

    def _tell_ends(self, change: LinkState, t_s: float) -> None:
        posts = self.arr.posts
        nations = {posts[end].nation for end in self.arr.links[change.link].ends}
        self._mail += [_Posted(t_s, name, change) for name, role in posts.items() if role.nation in nations]

    def _watching(self, nation: str) -> list[str]:
        """Posts of a nation that make its picture: those that exist and sit with nobody else."""
        return [
            name
            for name, role in self.arr.posts.items()
            if role.nation == nation and role.host is None and self._exists(name)
        ]

    def _exists(self, post: str) -> bool:
        return self.situation.phase in self.arr.posts[post].phases

    def _ordered(self, order_id: int) -> tuple[str, int]:
        """Which post gave an order, and the rank of the nation that owns the unit; ("", -1) for an unknown order."""
        unit = self.orders.units.get(order_id)
        return ("", NONE) if unit is None else (self.orders.senders[order_id], int(self._unit_owner[unit]))

    def _unit_name(self, row: Rows) -> str:
        return self.arr.units[int(row["unit"][0])].name
