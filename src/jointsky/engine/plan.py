"""The plan of a tick, written once: an ordered list of (phase, kind, function) that can be printed, timed and stepped.

One tick: 1 due orders are applied; 2 truth moves; 3 emitters and jammers are set; 4 sensing makes plots; 5 links carry;
6 each post receives, in id order; 7 engagements resolve; 8 observers look, read-only.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky import sensing, truth
from jointsky.clock import stopwatch
from jointsky.engine.encounters import Encounters
from jointsky.engine.fences import Fences
from jointsky.engine.handovers import HandOvers
from jointsky.engine.pictures import tracking_sensors
from jointsky.engine.radio import Radios
from jointsky.engine.uses import Uses
from jointsky.engine.warnings import Warnings
from jointsky.errors import RunError
from jointsky.links.consents import Consents
from jointsky.links.network import Network
from jointsky.links.phases import Phases
from jointsky.links.telling import Knowledge
from jointsky.post import Post
from jointsky.truth.readiness import Readiness
from jointsky.vocab.batches import joined, where
from jointsky.vocab.codes import Identity, Shooter, Shot
from jointsky.vocab.messages import (
    Alerts,
    EarlyWarning,
    Event,
    Hail,
    HandOver,
    Input,
    Message,
    OperatorOrder,
    Orders,
    Outside,
    ShotReports,
    Statement,
    Tracks,
)
from jointsky.vocab.records import Rows
from jointsky.world.tick import Observer, Tick, is_due
from jointsky.world.world import World

STATUS_PERIOD_S = 4.0
"""How often units report their state to their posts."""
DETECTABLE_PERIOD_S = 10.0
"""How often it is looked up who could see whom, for the measures."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the plan."""

    phase: str
    kind: str
    run: Callable[["Engine"], None]


@dataclass(slots=True)
class Engine:
    """A world, its links and its posts, stepped tick by tick. `inputs` are what people order and say, by tick,
    recorded so that a replay repeats them.
    """

    world: World
    network: Network
    phases: Phases
    posts: dict[str, Post]
    consents: Consents
    observers: list[Observer] = field(default_factory=list[Observer])
    inputs: dict[int, list[Input]] = field(default_factory=dict[int, list[Input]])
    now: Tick | None = None
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    handovers: HandOvers = field(default_factory=HandOvers)
    uses: Uses | None = None
    encounters: Encounters | None = None
    """Crews beside aircraft, where a nation polices its air."""
    fences: Fences | None = None
    """Warning radars that follow missiles, where there are both."""
    warnings: Warnings = field(default_factory=Warnings)
    readiness: Readiness = field(default_factory=Readiness)
    radios: Radios = field(default_factory=Radios)
    _told: tuple[int, int] = (0, 0)
    """How much of what phases and consents have logged stands in a tick already."""

    def step(self) -> Tick:
        """Run the plan once; the world is one tick further afterwards."""
        for entry in PLAN:
            entry.run(self)
        self.world.state.tick += 1
        return self.tick

    def timed_step(self) -> Tick:
        """The same, adding the CPU seconds of each phase to `seconds`."""
        for entry in PLAN:
            watch = stopwatch()
            entry.run(self)
            self.seconds[entry.phase] = self.seconds.get(entry.phase, 0.0) + watch.read().cpu_s
        self.world.state.tick += 1
        return self.tick

    def run(self, until_s: float, timed: bool = False) -> Iterator[Tick]:
        """Step until `until_s`, giving each tick to whoever paces or watches."""
        step = self.timed_step if timed else self.step
        while self.world.t_s < until_s - 1e-9:
            yield step()

    @property
    def tick(self) -> Tick:
        """The tick under way, or the last one done."""
        if self.now is None:
            raise RuntimeError("the engine has not stepped yet")
        return self.now

    def told(self) -> list[Event]:
        """What happened to the agreements since this was last asked."""
        phases, consents = self._told
        self._told = len(self.phases.log), len(self.consents.log)
        orders, self.network.desk.events = self.network.desk.events, []
        told, self.network.telling.log = self.network.telling.log, []
        if self.uses is not None:
            told = [*told, *self.uses.log]
            self.uses.log.clear()
        if self.encounters is not None:
            told = [*told, *self.encounters.log]
            self.encounters.log.clear()
        if self.fences is not None:
            told = [*told, *self.fences.log]
            self.fences.log.clear()
        told += self.warnings.log
        self.warnings.log.clear()
        return [*(entry.event() for entry in self.phases.log[phases:]), *self.consents.log[consents:], *orders, *told]

    @property
    def t_s(self) -> float:
        """Seconds since scenario start."""
        return self.world.t_s


def begin(engine: Engine) -> None:
    """0: the tick begins, with what jammers silence in it. Raises RunError when time goes back."""
    tick = engine.world.state.tick
    if engine.now is not None and tick <= engine.now.number:
        raise RunError(tick, "", f"time went back: tick {engine.now.number} is done already")
    engine.now = Tick(tick, engine.t_s)
    engine.network.lines.jammed = engine.radios.silenced(engine.world)


def change_phase(engine: Engine) -> None:
    """0: phases declared long enough ago come into force, before anything is done under them, and are told to every
    post; what people say of consent and of attacks, to those of the parties."""
    for phase in engine.phases.due(engine.t_s):
        engine.tick.phases.append(phase)
        _raise_alert(engine, engine.readiness.phase(engine.world, phase.name, engine.t_s))
        engine.network.tell(phase, engine.t_s)
    for said in _inputs(engine):
        if isinstance(said, Statement) and said.word == "refuse":
            engine.network.desk.refuse(said.by, said.name, engine.t_s)
        elif isinstance(said, Statement):
            engine.consents.say(said.by, said.word, said.name, engine.t_s)
    for news in engine.consents.due(engine.t_s):
        engine.network.tell(news, engine.t_s)


def apply_orders(engine: Engine) -> None:
    """1: orders whose time has come reach their units."""
    orders = engine.network.orders_due(engine.t_s)
    stops = _in_time(engine.world, engine.network.stops_due(engine.t_s))
    if len(stops):
        orders = joined([orders, stops])
    if len(orders):
        truth.apply(engine.world, orders)
    engine.tick.orders = orders


def serve(engine: Engine) -> None:
    """2: units come into service and out of it, move, are supplied."""
    engine.readiness.step(engine.world)


def move(engine: Engine) -> None:
    """2: aircraft fly, start, land; those of others as their owners say."""
    for said in _inputs(engine):
        if isinstance(said, Outside):
            truth.tell(engine.world, said)
    truth.step(engine.world, engine.world.state.tick)


def use(engine: Engine) -> None:
    """2: units use of other nations' airfields and missiles what clauses let them."""
    if engine.uses is not None:
        engine.uses.step(engine.world, engine.network.situation)


def meet(engine: Engine) -> None:
    """2: crews do what no plan says, see what is beside them, and answer."""
    if engine.encounters is not None:
        engine.encounters.step(engine.world, engine.network)


def sense(engine: Engine) -> None:
    """4: sensors look."""
    engine.warnings.look(engine.world)
    if engine.fences is not None:
        engine.fences.step(engine.world, engine.network)
    for nation in engine.warnings.own(engine.world):
        engine.network.post_warning(engine.world.model.names.nations[nation], engine.t_s)
    sensed = sensing.step(engine.world, engine.world.state.tick)
    engine.tick.plots, engine.tick.plot_truth = sensed.plots, sensed.truth


def carry(engine: Engine) -> None:
    """5: plots and states of units go onto the links."""
    t_s = engine.t_s
    if len(engine.tick.plots):
        engine.network.post_plots(engine.radios.heard(engine.world, engine.tick.plots), t_s)
    if is_due(t_s, engine.world.model.dt_s, STATUS_PERIOD_S):
        engine.network.post_status(truth.status(engine.world, engine.world.state.tick), t_s)


def think(engine: Engine) -> None:
    """6: every post receives what has arrived; hosts before those who sit with them."""
    arrived = engine.network.deliver(engine.t_s)
    engine.tick.inputs = _inputs(engine)
    for order in engine.tick.inputs:
        if isinstance(order, OperatorOrder):
            arrived.setdefault(order.post, []).append(order)
    for name in _hosts_first(engine.posts):
        sent = engine.posts[name].receive(engine.t_s, arrived.get(name, []))
        if sent:
            engine.tick.sent[name] = sent
            _dispatch(engine, name, sent, arrived)
    engine.tick.events += engine.told() + engine.handovers.due(engine.posts, engine.t_s)


def resolve(engine: Engine) -> None:
    """3 and 7: jamming of engagement radars is set; missiles and engagements run on, results go back to the posts."""
    jam_factor = sensing.jam_factor(engine.world)
    engine.tick.reports = truth.resolve(engine.world, engine.world.state.tick, jam_factor)
    if len(engine.tick.reports):
        engine.network.post_reports(ShotReports("units", engine.tick.reports), engine.t_s)


def observe(engine: Engine) -> None:
    """8: observers look."""
    if engine.observers and is_due(engine.t_s, engine.world.model.dt_s, DETECTABLE_PERIOD_S):
        engine.tick.detectable = sensing.detectable(engine.world)
    for observer in engine.observers:
        observer.on_tick(engine.world, engine.tick)


PLAN: tuple[Step, ...] = (
    Step("agreements", "a new tick", begin),
    Step("agreements", "phases and consent", change_phase),
    Step("orders", "all units", apply_orders),
    Step("truth", "units in time", serve),
    Step("truth", "aircraft", move),
    Step("truth", "others' airfields and missiles", use),
    Step("truth", "crews beside aircraft", meet),
    Step("sensing", "radars and jammers", sense),
    Step("links", "plots and states", carry),
    Step("posts", "every post", think),
    Step("engagements", "missiles", resolve),
    Step("observers", "read-only", observe),
)
"""The order of a tick."""


def plan_rows() -> list[dict[str, str]]:
    """The plan as rows, for `jointsky run --plan`."""
    return [{"phase": s.phase, "kind": s.kind, "what": (s.run.__doc__ or "").strip()} for s in PLAN]


def _inputs(engine: Engine) -> list[Input]:
    """What people order and say at this tick."""
    return engine.inputs.get(engine.tick.number, [])


def _raise_alert(engine: Engine, delays_s: dict[int, float]) -> None:
    """Posts know the alert states of the fighters they may order."""
    planners = [post.planner for post in engine.posts.values() if post.planner is not None]
    for planner in planners if delays_s else ():
        known = planner.config.capability
        for row, delay_s in delays_s.items():
            known["delay_s"][(known["shooter"] == Shooter.FIGHTER) & (known["row"] == row)] = delay_s


def _hosts_first(posts: dict[str, Post]) -> Sequence[str]:
    return sorted(posts, key=lambda name: (posts[name].tracker is None, name))


def _dispatch(engine: Engine, name: str, sent: list[Message], arrived: dict[str, list[Message]]) -> None:
    for message in sent:
        match message:
            case Tracks():
                engine.network.post_tracks(name, _pictures(engine, name), engine.t_s)
                engine.network.post_knowledge(name, _knowledge(engine, name), engine.t_s)
                _seat_guests(engine, name, message, arrived)
            case Orders():
                engine.network.post_orders(message, engine.t_s)
                engine.network.post_copies(message, engine.t_s)
            case Alerts(rows=rows) if len(rows):
                engine.phases.alerted(name, engine.t_s)
                engine.consents.alerted(name, engine.t_s, _hostile(engine.posts[name], rows))
            case EarlyWarning():
                engine.warnings.make_ready(engine.world, message)
            case HandOver():
                engine.handovers.take(message)
            case Hail() if engine.encounters is not None:
                engine.encounters.hear(engine.world, engine.network, message)
            case _:
                """Decisions are for the log and the console only."""


def _pictures(engine: Engine, name: str) -> Callable[[NDArray[np.bool_]], Rows]:
    """The pictures that a post offers at this tick, by the sensors they are made from; each is made once."""
    made: dict[bytes, Rows] = {}

    def picture(sensors: NDArray[np.bool_]) -> Rows:
        key = sensors.tobytes()
        if key not in made:
            made[key] = engine.posts[name].offered(sensors, engine.t_s)
        return made[key]

    return picture


def _knowledge(engine: Engine, name: str) -> Knowledge:
    """What a post knows beyond its tracks, asked for only where a clause lets it out."""
    post, t_s = engine.posts[name], engine.t_s

    def alarmed(sensors: NDArray[np.bool_]) -> bool:
        tracking = tracking_sensors(sensors, engine.network.sensors)
        return engine.warnings.alarmed(sensors) or post.alarmed(tracking, t_s)

    return Knowledge(lambda sensors: post.identified(sensors, t_s), lambda: post.filed(t_s), alarmed)


def _hostile(post: Post, alerts: Rows) -> bool:
    """Whether any of a post's alerts is about a track that it takes for hostile."""
    tracks = post.picture_rows
    hostile = tracks["track_id"][tracks["identity"] == Identity.HOSTILE]
    return bool(np.isin(alerts["track_id"], hostile).any())


def _in_time(world: World, stops: Rows) -> Rows:
    """The stops (ORDER rows) that still find something to stop: a missile that has left flies on, and a fighter that
    follows another order meanwhile is left alone."""
    if not len(stops):
        return stops
    state = world.state
    shots = state.engagements[: state.engagements_used]
    launched = shots["order_id"][shots["state"] == Shot.IN_FLIGHT]
    ground = stops["shooter"] == Shooter.LAUNCHER
    follows = np.zeros(len(stops), np.bool_)
    follows[~ground] = state.aircraft["order_id"][stops["row"][~ground]] == stops["order_id"][~ground]
    return where(stops, np.where(ground, ~np.isin(stops["order_id"], launched), follows))


def _seat_guests(engine: Engine, host: str, picture: Tracks, arrived: dict[str, list[Message]]) -> None:
    for guest in engine.network.guests(host):
        arrived.setdefault(guest, []).append(Tracks(host, picture.nation, picture.rows, hosted=True))
