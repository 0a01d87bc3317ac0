"""A session: the engine paced by the wall clock, people's orders entering as recorded inputs. No sockets and no threads
here: whoever serves it asks when the next tick is due, steps, and reads what the seats may know.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from jointsky.clock import stopwatch
from jointsky.engine.assemble import assemble
from jointsky.engine.land import land_of
from jointsky.engine.plan import Engine
from jointsky.engine.run import Outcome
from jointsky.errors import ScenarioErrors
from jointsky.geo import Area
from jointsky.links.sayings import said
from jointsky.live.federation import Federation
from jointsky.live.recorded import installed_version, summary_of
from jointsky.live.replay import again
from jointsky.live.seats import watches_of
from jointsky.live.showing import Mode, Pace, Showing, State
from jointsky.measures.chain import Chain
from jointsky.measures.pictures import PictureQuality
from jointsky.measures.raid import RaidOutcome
from jointsky.record.digest import Digest
from jointsky.record.kinds import Recipe
from jointsky.record.recorder import Recorder
from jointsky.record.runs import RunFolder, claim
from jointsky.scenario.load import Scenario
from jointsky.vocab.messages import Input, Statement
from jointsky.world.tick import Measure, Tick

MOST_WAITING = 50
"""How many orders of one post may wait for the next tick."""


class Keep:
    """The folder a session is recorded in, and what its summary needs."""

    def __init__(self, folder: RunFolder, recipe: Recipe) -> None:
        self.folder, self.recipe = folder, recipe
        self.digest = Digest()
        self.measures: tuple[Measure, ...] = (RaidOutcome(), Chain(), PictureQuality())
        self.recorder = Recorder(folder.log, recipe, digest=self.digest)
        self._watch = stopwatch()

    def watch(self, engine: Engine) -> None:
        """Look at every tick of an engine: measures, digest, then the log."""
        engine.observers += [*self.measures, self.digest, self.recorder]

    def seal(self, engine: Engine) -> None:
        """Write the final state, the seal and the summary; a session without a tick leaves nothing. Raises LogError
        when the disk refuses.
        """
        if engine.now is None:
            self.recorder.log.close()
            os.unlink(self.folder.log)
            return
        with self.recorder:
            self.recorder.finish()
        numbers = {name: value for m in self.measures for name, value in m.result(engine.world).items()}
        elapsed = self._watch.read()
        outcome = Outcome(
            numbers,
            self.digest.hexdigest(),
            self.recipe.seed,
            engine.t_s,
            elapsed.wall_s,
            elapsed.cpu_s,
            engine.seconds,
        )
        self.folder.finish(summary_of(self.recipe, outcome, self.recorder.chain))


@dataclass(slots=True, kw_only=True)
class Session(Showing):
    """One exercise or replay under way. `refs` count each post's orders; `areas` are the nations' outlines."""

    engine: Engine
    scenario: Scenario
    keep: Keep | None = None
    refs: dict[str, int] = field(default_factory=dict[str, int])
    areas: Mapping[str, Area] = field(default_factory=dict[str, Area])
    federation: Federation | None = None

    def join(self, federation: Federation) -> None:
        """Take part in an exercise of several simulations from now on."""
        self.federation = federation
        self.engine.observers.append(federation)

    def set_rate(self, rate: float, wall_s: float) -> None:
        """Go at another rate from now. Raises ValueError for one out of range, or where others keep real time."""
        if self.federation is not None and rate != 1.0:
            raise ValueError(f"rate {rate:g}, expected 1: other simulations take part")
        Showing.set_rate(self, rate, wall_s)

    def pause(self) -> None:
        """Stand still."""
        if self.federation is not None and self.state == State.RUNNING:
            self.federation.freeze()
        Showing.pause(self)

    def resume(self, wall_s: float) -> None:
        """Go on from now."""
        if self.federation is not None and self.state == State.PAUSED:
            self.federation.go_on(self.t_s)
        Showing.resume(self, wall_s)

    @property
    def t_s(self) -> float:
        """Seconds since the start of the scenario."""
        return self.engine.t_s

    @property
    def phase(self) -> str:
        """The phase in force, in truth; a post may not have heard of it yet."""
        return self.engine.phases.current

    @property
    def start_ms(self) -> float:
        """When the scenario begins, in UTC milliseconds since 1970 (0: it does not say)."""
        start = self.scenario.start
        return 0.0 if start is None else start.timestamp() * 1000.0

    @property
    def next_tick(self) -> int:
        """The number of the next tick, whose inputs may still be added to."""
        return self.engine.world.state.tick

    @property
    def takes_orders(self) -> bool:
        """Whether people may order: not in a replay, not after the end."""
        return self.mode == Mode.EXERCISE and self.state != State.ENDED

    def say(self, post: str, word: str, name: str) -> int:
        """Enter what the people at a post say of the agreements, as `order` does. Raises AuthorityError when they may
        not, PermissionError when nothing is taken."""
        saying = said(self.engine.network.arr, post, word, name)
        return self.order(Statement(post, word, name, saying.by))

    def order(self, wish: Input) -> int:
        """Enter an order as an input of the next tick and return that tick. Raises PermissionError, with the reason,
        when none is taken.
        """
        if not self.takes_orders:
            raise PermissionError(
                "a replay repeats what was ordered"
                if self.mode == Mode.REPLAY
                else f"the session has ended: {self.reason}"
            )
        waiting = self.engine.inputs.setdefault(self.next_tick, [])
        if sum(order.post == wish.post for order in waiting) >= MOST_WAITING:
            raise PermissionError(f"{MOST_WAITING} orders of {wish.post} wait for the next tick already")
        waiting.append(wish)
        return self.next_tick

    def next_ref(self, post: str) -> int:
        """The number of a post's next order: its own count, which tells nothing of other posts."""
        self.refs[post] = self.refs.get(post, 0) + 1
        return self.refs[post]

    def step(self) -> Tick | None:
        """One tick, whatever the clock says; None when the session has ended. What goes wrong in it ends the session
        and is raised on.
        """
        if self.state == State.ENDED:
            return None
        try:
            if self.federation is not None:
                self.engine.inputs.setdefault(self.next_tick, []).extend(self.federation.hear(self.t_s))
            tick = self.engine.step()
        except BaseException as error:
            self.state, self.reason, self.failure = State.ENDED, "the run failed", str(error)
            raise
        for watch in self.watches.values():
            watch.look(tick)
        if self.engine.t_s >= self.end_s - 1e-9:
            self.state, self.reason = State.ENDED, "the scenario is over"
        return tick

    def close(self, reason: str = "it was stopped") -> None:
        """End the session and seal its log, once. Raises LogError when the disk refuses."""
        Showing.close(self, reason)
        if self.federation is not None:
            self.federation.close()
        keep, self.keep = self.keep, None
        if keep is not None:
            keep.seal(self.engine)


def exercise(
    scenario: Scenario, seed: int, *, rate: float = 1.0, out: str | os.PathLike[str] | None = None, force: bool = False
) -> Session:
    """A new exercise, recorded in the folder `out` where one is given. Raises ScenarioErrors for a scenario that is not
    ready, LogError for a folder that is taken.
    """
    faults = scenario.ready_errors()
    if faults:
        raise ScenarioErrors(faults)
    engine = assemble(scenario, seed)
    session = _session(engine, scenario, Mode.EXERCISE, scenario.duration or 0.0, rate)
    if out is not None:
        session.keep = Keep(claim(out, force=force), Recipe.of(scenario, seed, None, installed_version()))
        session.keep.watch(engine)
    return session


def replayed(run_dir: str | os.PathLike[str], *, rate: float = 1.0) -> Session:
    """A recorded run as a session: run again from its own log, with what people ordered then. Raises LogError for a log
    that cannot be read.
    """
    run = again(run_dir)
    engine = assemble(run.scenario, run.seed)
    engine.inputs = dict(run.inputs)
    end_s = (run.recording.last_tick + 1) * run.recording.dt_s
    return _session(engine, run.scenario, Mode.REPLAY, end_s, rate)


def _session(engine: Engine, scenario: Scenario, mode: Mode, end_s: float, rate: float) -> Session:
    return Session(
        engine=engine,
        scenario=scenario,
        mode=mode,
        end_s=end_s,
        pace=Pace(engine.world.model.dt_s, rate),
        watches=watches_of(engine),
        areas=land_of(scenario).areas,
    )
