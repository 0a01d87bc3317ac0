"""Carries messages between sensors, posts and units: delay, loss, outages, and over a border only what a clause
releases."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.links.agreements import partners_in_command
from jointsky.links.arrangement import NATIONAL, Arrangement, Link, Situation
from jointsky.links.carrier import Carrier
from jointsky.links.force import Force, force_of
from jointsky.links.lines import Dropped, Lines, OwnNetwork
from jointsky.links.orderdesk import OrderDesk
from jointsky.links.queues import SOON_S, PlotQueue
from jointsky.links.release import TrackNumbers, by_sensors, grants_in, plot_positions, plot_releases, release_tracks
from jointsky.links.tables import Sharing, commandable
from jointsky.links.telling import Knowledge, Telling
from jointsky.vocab.batches import take, where
from jointsky.vocab.codes import NONE, SensorKind
from jointsky.vocab.messages import (
    Called,
    Consent,
    EarlyWarning,
    LinkState,
    Message,
    News,
    Orders,
    Phase,
    Plots,
    ShotReports,
    Status,
    Tracks,
)
from jointsky.vocab.records import Rows

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Posted:
    """A message that arrives at a post at `t_s`."""

    t_s: float
    post: str
    message: Message


@dataclass(slots=True)
class Network:
    """All links of a run. Call the `post_*` methods in the same order every tick and `deliver` once; time never goes
    back.

    `sensors` are SENSOR rows in the order of `arr.sensors`; `own` the networks of the nations (absent: no delay, no
    loss); `phase` the phase at the start (None: the first). `dropped` tells what did not get through.
    """

    arr: Arrangement
    sensors: Rows
    own: Mapping[str, OwnNetwork]
    seed: int
    phase: str | None = None
    situation: Situation = field(init=False)
    carrier: Carrier = field(init=False)
    desk: OrderDesk = field(init=False)
    telling: Telling = field(init=False)
    _mail: list[_Posted] = field(init=False)
    _pools: dict[str, PlotQueue] = field(init=False)
    _numbers: dict[tuple[str, str], TrackNumbers] = field(init=False)
    _sent_s: dict[tuple[int, str, str], float] = field(init=False)
    _sharing: Sharing | None = field(init=False)
    _partners: dict[str, tuple[str, ...]] = field(init=False)
    _reporting: list[tuple[str, str, Bools]] | None = field(init=False)
    _idle: frozenset[int] = field(init=False)
    _standing: object = field(init=False)
    _force: Force = field(init=False)
    _owner: NDArray[np.int64] = field(init=False)
    _unit_owner: NDArray[np.int64] = field(init=False)
    _warning: Bools = field(init=False)
    _own_delay_s: Floats = field(init=False)
    _clause_delay_s: Floats = field(init=False)
    _lossy: Bools = field(init=False)

    def __post_init__(self) -> None:
        """Check that sensors and arrangement fit; raises ValueError when they do not."""
        if len(self.sensors) != len(self.arr.sensors):
            raise ValueError(
                f"found {len(self.sensors)} sensor rows, expected {len(self.arr.sensors)} as in the arrangement"
            )
        self.situation = Situation(self.phase or self.arr.phases[0])
        self.carrier = Carrier(Lines(self.arr.links, self.seed), self.own)
        self.desk = OrderDesk(self.arr, self.carrier, self.seed)
        self.telling = Telling(self.arr, self.carrier)
        self._mail, self._pools, self._numbers, self._sent_s = [], {}, {}, {}
        self._sharing, self._partners, self._reporting = None, {}, None
        self._standing, self._idle = None, frozenset()
        rank = {nation: i for i, nation in enumerate(self.arr.nations)}
        self._owner = np.array([rank[thing.nation] for thing in self.arr.sensors], dtype=np.int64)
        self._unit_owner = np.array([rank[thing.nation] for thing in self.arr.units], dtype=np.int64)
        self._warning = self.sensors["kind"] == SensorKind.EARLY_WARNING
        self._own_delay_s = np.array([self.carrier.own(nation)[0] for nation in self.arr.nations])
        links = [self.arr.links.get(clause.link or "") for clause in self.arr.clauses]
        ways = zip(links, self.arr.clauses, strict=True)
        self._clause_delay_s = np.array(
            [*((0.0 if link is None else link.delay_s) + clause.delay_s for link, clause in ways), 0.0]
        )
        self._lossy = np.array([*(link is not None and not link.is_plain for link in links), False], dtype=np.bool_)

    @property
    def lines(self) -> Lines:
        """The state of all links."""
        return self.carrier.lines

    @property
    def dropped(self) -> list[Dropped]:
        """What did not get through."""
        return self.carrier.dropped

    def advance(self, t_s: float) -> None:
        """Bring links and their consequences to time `t_s`; every other method does it first."""
        if t_s == self.situation.t_s and self._standing is not None:
            return
        for change in self.lines.advance(t_s):
            self.situation = self.situation.after(change)
            self._tell_ends(change, t_s)
        self.situation = self.situation.at(t_s)
        down = tuple(name for name, up in self.lines.up.items() if not up)
        if self._standing is not None and self.situation.calm:
            return
        self._force = force_of(self.arr, self.situation)
        standing = (down, self._force)
        if standing != self._standing:
            self._standing = standing
            self._idle = frozenset(clause.index for clause in self.arr.clauses if clause.link in down)
            self._sharing, self._partners, self._reporting = None, {}, None

    def tell(self, news: Phase | Consent | Called, t_s: float) -> None:
        """A phase came into force: every post hears of it at once. Consent was taken back or given again, or help was
        called for: every post of a party hears of it at once."""
        self.situation = self.situation.after(news)
        self._standing = None
        self.advance(t_s)
        hearing = self.arr.nations if isinstance(news, Phase) else self._parties(news)
        self._mail += [_Posted(t_s, post, news) for post, role in self.arr.posts.items() if role.nation in hearing]

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
        """PLOT rows made by all sensors in a tick: to the own posts, and to other nations as far as a clause releases
        them."""
        self.advance(t_s)
        sensor = rows["sensor"].astype(np.intp)
        owners = self._owner[sensor]
        seen_s = np.maximum(rows["t_seen_s"], t_s) + self._own_delay_s[owners]
        carried = self._carried_at_home(owners, t_s)
        sharing, lossy = self._shared(), self._lossy.any()
        lat_deg, lon_deg = plot_positions(rows) if sharing.zoned else (None, None)
        for nation, (mask, clause) in zip(sharing.tables, sharing.decide(sensor, lat_deg, lon_deg), strict=True):
            index, wait_s = np.flatnonzero(mask & carried), 0.0
            if lossy:
                wait_s = self._waits_abroad(nation, owners[index], clause[index], t_s)
                index, wait_s = index[np.isfinite(wait_s)], wait_s[np.isfinite(wait_s)]
            if index.size:
                part = take(rows, index)
                part["clause"] = clause[index]
                part["t_seen_s"] = seen_s[index] + self._clause_delay_s[clause[index]] + wait_s
                self._pools.setdefault(nation, PlotQueue()).waiting.append(part)

    def post_tracks(self, sender: str, picture: Callable[[Bools], Rows], t_s: float) -> None:
        """The pictures of a post: what clauses release goes to posts of other nations, each clause at its own rate.

        `picture(sensors)` gives the TRACK rows made from a mask of the sender's sensors alone: it is asked for those
        of each clause, so that nothing else can show in what is released. What several clauses give goes by the
        quickest of them. A hosted post's picture is its host's and goes nowhere.
        """
        self.advance(t_s)
        role = self.arr.posts[sender]
        if role.host is not None:
            return
        for receiver in self.arr.nations:
            if receiver == role.nation:
                continue
            found = grants_in(self.arr, role.nation, receiver, self._force, self._idle)
            grants = [grant for grant in found if self._is_due(grant.clause.index, sender, receiver, t_s)]
            grants.sort(key=lambda grant: (self._clause_delay_s[grant.clause.index], grant.clause.index))
            numbers = self._numbers.setdefault((sender, receiver), TrackNumbers())
            for key, group in by_sensors(grants).items():
                rows = release_tracks(picture(group[0].sensors), group)
                rows["track_id"] = numbers.of(key, rows["track_id"].tolist())
                for index in np.unique(rows["clause"]):
                    self._send_tracks(sender, receiver, where(rows, rows["clause"] == index), int(index), t_s)

    def post_knowledge(self, sender: str, knows: Knowledge, t_s: float) -> None:
        """What a post knows beyond its tracks: what clauses release goes to posts of other nations."""
        self.advance(t_s)
        given = {receiver: self._numbers.get((sender, receiver), TrackNumbers()) for receiver in self.arr.nations}
        for parcel in self.telling.tell(sender, knows, given, self._force, self._idle, t_s):
            hearing = self._watching(parcel.receiver)
            if isinstance(parcel.message, EarlyWarning):
                hearing += [guest for host in hearing for guest in self.guests(host)]
            self._mail += [_Posted(parcel.t_s, post, parcel.message) for post in hearing]

    def post_warning(self, nation: str, t_s: float) -> None:
        """That a nation's own early-warning radars have seen an attack: to its own posts, and to nobody else."""
        self.advance(t_s)
        message = EarlyWarning(f"{nation}.sensors", self.arr.nations.index(nation), NATIONAL, t_s)
        for post, role in self.arr.posts.items():
            if role.nation == nation and self._exists(post):
                self._send("warnings", nation, post, message, 1, t_s)

    def post_orders(self, message: Orders, t_s: float) -> None:
        """Orders of a post: each is held until approved, then carried to its unit."""
        self.advance(t_s)
        self.desk.take(message, t_s)
        self._send_approved(t_s)

    def post_copies(self, message: Orders, t_s: float) -> None:
        """Copies of a post's orders to those who share a command with it: a common commander and its delegates tell
        each other what they engage.
        """
        self.advance(t_s)
        sender = self.arr.posts[message.sender]
        if message.sender not in self._partners:
            self._partners[message.sender] = partners_in_command(self.arr, message.sender, self.situation)
        for post in self._partners[message.sender]:
            role = self.arr.posts[post]
            if role.nation == sender.nation:
                self._mail.append(_Posted(t_s, post, message))
            else:
                self._send("orders", sender.nation, post, message, len(message.rows), t_s)

    def post_status(self, rows: Rows, t_s: float) -> None:
        """UNIT_STATUS rows of all units: to the posts of their owners, and to posts that a clause in force lets order
        them."""
        self.advance(t_s)
        if self.desk.pools.limited:
            self.desk.pools.states(rows)
        if self._reporting is None:
            self._reporting = list(self._reports_to())
        for nation, post, mask in self._reporting:
            part = where(rows, mask[rows["unit"]])
            if len(part):
                self._send("states", nation, post, Status(f"{nation}.units", part), len(part), t_s)

    def post_answer(self, nation: str, post: str, message: Message, t_s: float) -> None:
        """What a crew of a nation sees beside an aircraft, or that this answers: to the post that asked."""
        self.advance(t_s)
        self._send("reports", nation, post, message, 1, t_s)

    def post_reports(self, message: ShotReports, t_s: float) -> None:
        """SHOT_REPORT rows: each to the post that gave the order."""
        self.advance(t_s)
        self.desk.report(message.rows)
        numbers = message.rows["order_id"].tolist()
        for post in self.arr.posts:
            for rank, nation in enumerate(self.arr.nations):
                mine = np.array([self._ordered(number) == (post, rank) for number in numbers], dtype=np.bool_)
                if mine.any():
                    part = ShotReports(f"{nation}.units", message.rows[mine])
                    self._send("reports", nation, post, part, int(mine.sum()), t_s)

    def deliver(self, t_s: float) -> dict[str, list[Message]]:
        """What has arrived at each post by now, oldest first: first news of phases and links, then data."""
        self.advance(t_s)
        arrived: dict[str, list[Message]] = {}
        due = [item for item in self._mail if item.t_s <= t_s + SOON_S]
        if due:
            self._mail = [item for item in self._mail if item.t_s > t_s + SOON_S]
            for item in sorted(due, key=lambda item: item.t_s):
                if isinstance(item.message, News) or self._exists(item.post):
                    arrived.setdefault(item.post, []).append(item.message)
        for nation, pool in self._pools.items():
            rows = pool.arrived(t_s)
            if rows is not None:
                for post in self._watching(nation):
                    arrived.setdefault(post, []).append(Plots(f"{nation}.network", rows))
        return arrived

    def orders_due(self, t_s: float) -> Rows:
        """ORDER rows that reach their units now, in order of arrival. What no clause in force carries any more is
        dropped."""
        self.advance(t_s)
        self._send_approved(t_s)
        rows = self.desk.due(self.situation, t_s)
        self._tell_refusals(t_s)
        return rows

    def stops_due(self, t_s: float) -> Rows:
        """ORDER rows that break off at the units what was delivered under consent that has been withdrawn since."""
        self.advance(t_s)
        return self.desk.stops(self.situation, t_s)

    def clauses_of(self, order_id: int) -> tuple[str, ...]:
        """The ids of the clauses that allow an order that was posted; empty for an unknown one."""
        return self.desk.book.clauses.get(order_id, ())

    # ------------------------------------------------------------ inside

    def _reports_to(self) -> Iterator[tuple[str, str, Bools]]:
        """Whose units report to which post: (nation, post, mask over units)."""
        for post, role in self.arr.posts.items():
            if self._exists(post):
                wanted = commandable(self.arr, post, self.situation)
                for rank, nation in enumerate(self.arr.nations):
                    mask = (self._unit_owner == rank) & (wanted | (nation == role.nation))
                    if mask.any():
                        yield nation, post, mask

    def _shared(self) -> Sharing:
        """What the nations that watch may see of plots now."""
        if self._sharing is None:
            self._sharing = Sharing({
                nation: plot_releases(self.arr, nation, self._warning, self.situation, self._idle)
                for nation in self.arr.nations
                if self._watching(nation)
            })  # fmt: skip
        return self._sharing

    def _carried_at_home(self, owners: Ints, t_s: float) -> Bools | bool:
        """Which plots get through their own nation's network: one draw for each nation and tick."""
        lossy = [(rank, n) for rank, n in enumerate(self.arr.nations) if self.carrier.own(n)[1] > 0.0]
        if not lossy:
            return True
        carried = np.ones(len(owners), dtype=np.bool_)
        for rank, nation in lossy:
            mine = owners == rank
            if mine.any() and not self.carrier.carries(
                nation, self.carrier.own(nation)[1], "plots", nation, nation, int(mine.sum()), t_s
            ):
                carried[mine] = False
        return carried

    def _waits_abroad(self, receiver: str, owners: Ints, clauses: NDArray[np.int16], t_s: float) -> Floats:
        """How long released plots wait on their links beyond the delay, infinite where they do not get through: one
        message for each giver, clause and tick."""
        waits = np.zeros(len(owners))
        for index in sorted({int(clause) for clause in clauses[self._lossy[clauses]]}):
            link = self._link_of(index)
            for rank in sorted({int(owner) for owner in owners[clauses == index]}):
                group = (clauses == index) & (owners == rank)
                giver = self.arr.nations[rank]
                count, clause = int(group.sum()), self.arr.clauses[index].id
                way_s = self.carrier.way_s(link, "plots", giver, receiver, count, t_s, clause=clause)
                waits[group] = np.inf if way_s is None else way_s - link.delay_s
        return waits

    def _link_of(self, clause: int) -> Link:
        return self.arr.links[self.arr.clauses[clause].link or ""]

    def _send_tracks(self, sender: str, receiver: str, rows: Rows, index: int, t_s: float) -> None:
        link, clause = self._link_of(index), self.arr.clauses[index]
        nation = self.arr.nations.index(self.arr.posts[sender].nation)
        for part, way_s in self.carrier.tracks_over(link, sender, receiver, rows, t_s, clause.id):
            arrival = t_s + (way_s + clause.delay_s)
            part["t_seen_s"] = arrival
            self._mail += [_Posted(arrival, post, Tracks(sender, nation, part)) for post in self._watching(receiver)]

    def _send_approved(self, t_s: float) -> None:
        self.desk.send_approved(t_s)
        self._tell_refusals(t_s)

    def _tell_refusals(self, t_s: float) -> None:
        """Whoever does not carry an order out says so to the post that gave it."""
        told, self.desk.refusals = self.desk.refusals, []
        for nation, post, refusal in told:
            self._send("refusals", nation, post, refusal, 1, t_s)

    def _parties(self, news: Consent | Called) -> tuple[str, ...]:
        """The nations whose posts hear of consent or a call for help."""
        name = news.name if isinstance(news, Consent) else news.clause
        agreements = {clause.agreement for clause in self.arr.clauses if clause.id == name} | {name}
        return tuple(nation for name in agreements & self.arr.pacts.keys() for nation in self.arr.pacts[name].parties)

    def _send(self, kind: str, nation: str, post: str, message: Message, rows: int, t_s: float) -> None:
        """Send what a nation's units say to a post, over the fastest link that is up when it is another nation's
        post."""
        delay, loss = self.carrier.own(nation)
        if not self.carrier.carries(nation, loss, kind, nation, post, rows, t_s):
            return
        if self.arr.posts[post].nation != nation:
            link = self._fastest(nation, post)
            over = self.arr.links.get(link or "")
            way_s = over and self.carrier.way_s(over, kind, nation, post, rows, t_s)
            if way_s is None:
                return
            delay += way_s
        self._mail.append(_Posted(t_s + delay, post, message))

    def _fastest(self, nation: str, post: str) -> str | None:
        role = self.arr.posts[post]
        ours = {name for name, other in self.arr.posts.items() if other.nation == nation}
        theirs = {post, role.host or post} | {n for n, other in self.arr.posts.items() if other.nation == role.nation}
        joining = [link for link in self.arr.links.values() if ours & set(link.ends) and theirs & set(link.ends)]
        up = [(link.delay_s, link.name) for link in joining if self.lines.up.get(link.name, True)]
        return min(up)[1] if up else None

    def _is_due(self, index: int, sender: str, receiver: str, t_s: float) -> bool:
        key = (index, sender, receiver)
        last = self._sent_s.get(key)
        if last is not None and t_s - last < self.arr.clauses[index].every_s - SOON_S:
            return False
        self._sent_s[key] = t_s
        return True

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
        book = self.desk.book
        unit = book.units.get(order_id)
        return ("", NONE) if unit is None else (book.senders[order_id], int(self._unit_owner[unit]))
