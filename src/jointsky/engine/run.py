"""One run of a scenario from start to end: a pure function of the scenario, the seed and what people ordered."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from jointsky.builtin import BUILTIN, find
from jointsky.clock import stopwatch
from jointsky.engine.assemble import assemble
from jointsky.engine.plan import Engine
from jointsky.errors import RunError
from jointsky.record.digest import Digest
from jointsky.scenario.load import Scenario
from jointsky.vocab.messages import Input
from jointsky.world.tick import Measure, Observer

Progress = Callable[[float, float], None]
"""Told (seconds done, seconds in all) now and then."""
PROGRESS_TICKS = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run ended in: measures by name (NaN: did not happen), the digest of everything that happened, time it
    took, and CPU seconds by phase of the plan where the run was timed."""

    measures: dict[str, float]
    digest: str
    seed: int
    t_end_s: float
    wall_s: float
    cpu_s: float
    seconds: dict[str, float] = field(default_factory=dict[str, float])


def simulate(
    scenario: Scenario,
    seed: int,
    *,
    until_s: float | None = None,
    observers: Sequence[Observer] = (),
    inputs: dict[int, list[Input]] | None = None,
    progress: Progress | None = None,
    timed: bool = False,
    digest: Digest | None = None,
) -> Outcome:
    """Run `scenario` to `until_s` (its own duration when left out). `observers` look at every tick; `inputs` are
    operators' orders by tick. `digest`, when given, is fed before `observers` look, so that they may read it. Raises
    ScenarioErrors when the scenario is not ready to run, RunError with tick and entity when a run goes wrong."""
    watch = stopwatch()
    engine = assemble(scenario, seed)
    end_s = scenario.duration or 0.0 if until_s is None else until_s
    if not 0.0 < end_s < math.inf:
        raise RunError(0, "", f"found {end_s:g} s to run, expected more than 0 s and an end")
    engine.inputs = inputs or {}
    measures: list[Measure] = [find("measure", name)() for name in scenario.measures or BUILTIN["measure"]]
    digest = digest or Digest()
    engine.observers = [*measures, digest, *observers]
    _run(engine, end_s, progress, timed)
    numbers = {name: value for measure in measures for name, value in measure.result(engine.world).items()}
    elapsed = watch.read()
    return Outcome(numbers, digest.hexdigest(), seed, engine.t_s, elapsed.wall_s, elapsed.cpu_s, engine.seconds)


def _run(engine: Engine, end_s: float, progress: Progress | None, timed: bool) -> None:
    for tick in engine.run(end_s, timed):
        if progress is not None and tick.number % PROGRESS_TICKS == 0:
            progress(tick.t_s, end_s)
    if progress is not None:
        progress(end_s, end_s)
