"""Seats: what the people at one command post may know, gathered from that post alone.

A seat learns what its post's picture holds, what its post heard, decided and raised, and nothing else. Rows of the
machine are renumbered in the order of what the seat knows, so that a number tells nothing of what it does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.engine.plan import Engine
from jointsky.links.agreements import viewing_nation
from jointsky.links.arrangement import Arrangement
from jointsky.post import Post
from jointsky.vocab.codes import PlotKind
from jointsky.vocab.messages import Alerts, Called, Consent, Decisions, LinkState, Message, Phase, Plots, ShotReports
from jointsky.vocab.records import CAPABILITY, PLOT, Rows, empty
from jointsky.world.tick import Tick
from jointsky.world.world import World

Ints = NDArray[np.int64]
STROBE_S = 12.0
"""How long a jammer's direction is shown."""
MOST_EVENTS = 20_000
"""How many events a seat keeps for those who come later."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that whoever sits here should be told, in words."""

    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at a seat: one Decision, Phase, LinkState, Consent, Called, Input or Notice, or Alerts or
    ShotReports of one row. `n` counts from 1 without a gap.
    """

    n: int
    t_s: float
    what: object


@dataclass(frozen=True, slots=True)
class Known:
    """Rows that a seat knows by name, in the seat's own order: launchers and fighters (rows of the capability table),
    sensors, airfields and assets; and the clauses of the agreements that its nation is a party to (rows of the
    arrangement's clauses): what others have agreed among themselves is not told.
    """

    shooters: Ints
    sensors: Ints
    airfields: Ints
    assets: Ints
    clauses: Ints


@dataclass(slots=True)
class SeatWatch:
    """Gathers what one post's seat may know, tick by tick.

    `eyes` is the post whose picture it sees: its own, or its host's. `strobes` are PLOT rows of jammers' directions;
    `heard_s` and `sites` say, by known sensor, when the post last heard from it and where it then stood. `events` are
    the newest ones; `dropped` how many older ones are kept no more.
    """

    post: Post
    eyes: Post
    known: Known
    arrangement: Arrangement
    strobes: Rows = field(default_factory=lambda: empty(PLOT))
    heard_s: NDArray[np.float64] = field(init=False)
    sites: NDArray[np.float64] = field(init=False)
    events: list[Event] = field(default_factory=list[Event])
    count: int = 0
    _local: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.move_to(self.post, self.known, self.eyes)

    def move_to(self, post: Post, known: Known, eyes: Post | None = None) -> None:
        """Watch another post, with what its seat knows; what happened so far stays."""
        self.post, self.eyes, self.known = post, eyes or post, known
        self.strobes = empty(PLOT)
        self.heard_s = np.full(len(self.known.sensors), -np.inf)
        self.sites = np.full((len(self.known.sensors), 3), np.nan)
        self._local = {int(row): i for i, row in enumerate(self.known.sensors)}

    @property
    def exists(self) -> bool:
        """Whether the post exists in the phase it knows of."""
        return self.post.situation.phase in self.arrangement.posts[self.post.name].phases

    def sensor(self, row: int) -> int:
        """The seat's number of a sensor; -1 for one that it does not know."""
        return self._local.get(row, -1)

    def clause(self, rows: Ints) -> Ints:
        """The seat's numbers of clauses; -1 for none."""
        number = np.full(int(self.known.clauses.max(initial=-1)) + 2, -1, np.int64)
        number[self.known.clauses] = np.arange(len(self.known.clauses))
        return number[np.where((rows >= 0) & (rows < len(number) - 1), rows, -1)]

    def look(self, tick: Tick) -> None:
        """Take in what the post heard, was ordered and sent in a tick."""
        self._hear_plots(tick.t_s)
        for order in tick.inputs:
            if order.post == self.post.name:
                self.note(tick.t_s, order)
        for message in (*self.post.heard, *tick.sent.get(self.post.name, ())):
            self._take(tick.t_s, message)

    def note(self, t_s: float, what: object) -> None:
        """Keep an event."""
        self.count += 1
        self.events.append(Event(self.count, t_s, what))
        if len(self.events) > MOST_EVENTS:
            del self.events[: MOST_EVENTS // 10]

    def since(self, n: int) -> list[Event]:
        """Events after number `n`, as far as they are kept."""
        first = self.count - len(self.events)
        return self.events[max(n - first, 0) :]

    def _take(self, t_s: float, message: Message) -> None:
        match message:
            case Alerts(sender=sender, rows=rows):
                for i in range(len(rows)):
                    self.note(t_s, Alerts(sender, rows[i : i + 1]))
            case ShotReports(sender=sender, rows=rows):
                for i in range(len(rows)):
                    self.note(t_s, ShotReports(sender, rows[i : i + 1]))
            case Phase() | LinkState() | Consent() | Called():
                self.note(t_s, message)
            case Decisions(notes=notes):
                for decision in notes:
                    self.note(t_s, decision)
            case _:
                """Pictures, states and orders show in the tables."""

    def _hear_plots(self, t_s: float) -> None:
        for message in self.eyes.heard:
            if isinstance(message, Plots):
                self._locate(message.rows)
                jammed = message.rows[message.rows["kind"] == PlotKind.STROBE]
                if len(jammed):
                    self.strobes = np.concatenate([self.strobes, jammed])
        if len(self.strobes):
            self.strobes = self.strobes[self.strobes["t_valid_s"] > t_s - STROBE_S]

    def _locate(self, rows: Rows) -> None:
        for row in np.unique(rows["sensor"]):
            local = self._local.get(int(row))
            if local is not None:
                newest = rows[rows["sensor"] == row][-1]
                self.heard_s[local], self.sites[local] = newest["t_valid_s"], newest["site_ecef_m"]


def watches_of(engine: Engine) -> dict[str, SeatWatch]:
    """A watch for each post of an engine."""
    arrangement = engine.network.arr
    return {
        name: SeatWatch(
            post, _eyes(engine.posts, arrangement, name), known_to(engine.world, arrangement, post), arrangement
        )
        for name, post in engine.posts.items()
    }


def known_to(world: World, arrangement: Arrangement, post: Post) -> Known:
    """What the seat of a post knows by name: what is its nation's own, and what a clause, in whatever phase, gives to
    it.
    """
    names, role = world.model.names, arrangement.posts[post.name]
    units = np.array([unit.nation == role.nation for unit in arrangement.units], np.bool_)
    for grant in arrangement.orders:
        if post.name in grant.to:
            units |= grant.units
    eyes = viewing_nation(arrangement, post.name)
    sensors = np.array([sensor.nation == eyes for sensor in arrangement.sensors], np.bool_)
    for grant in arrangement.shares:
        if grant.receiver == eyes:
            sensors |= grant.sensors
    fields = {role.nation} | {
        use.giver for use in arrangement.uses if use.receiver == role.nation and "airfields" in use.words
    }
    lent = [names.nations.index(nation) for nation in fields]
    guarded = set(post.planner.config.asset_names) if post.planner is not None else set[str]()
    capability = post.planner.config.capability if post.planner is not None else empty(CAPABILITY)
    return Known(
        shooters=np.flatnonzero(units[capability["unit"]]),
        sensors=np.flatnonzero(sensors),
        airfields=np.flatnonzero(np.isin(world.state.airfields["nation"], lent)),
        assets=np.flatnonzero([name in guarded for name in names.assets]),
        clauses=np.flatnonzero(
            [bool({role.nation, eyes} & set(arrangement.pacts[c.agreement].parties)) for c in arrangement.clauses]
        ),
    )


def _eyes(posts: Mapping[str, Post], arrangement: Arrangement, name: str) -> Post:
    host = arrangement.posts[name].host
    return posts[name] if host is None else _eyes(posts, arrangement, host)
