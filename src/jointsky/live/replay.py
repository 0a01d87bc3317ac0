"""A recorded run, run again from its own log: is it the same, second by second?"""

import os
from dataclasses import dataclass

from jointsky.engine.run import Progress, simulate
from jointsky.errors import LogError
from jointsky.record.digest import Digest
from jointsky.record.kinds import Kind
from jointsky.record.reading import Recording, read_recording
from jointsky.scenario.load import Scenario, reload
from jointsky.vocab.messages import Input
from jointsky.world.tick import Tick
from jointsky.world.world import World

_NEEDED = (Kind.TICK, Kind.INPUTS)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found. `equal`: every tick that could be compared has the recorded digest, and nothing of the log
    was damaged; `first_difference_s` is the start of the first tick that differs; `until_s` how far the recording went,
    `sealed` whether the run had ended."""

    equal: bool
    digest: str
    recorded_digest: str
    first_difference_s: float | None
    until_s: float
    sealed: bool
    damage: tuple[str, ...] = ()

    def words(self) -> str:
        """The finding in one or a few lines."""
        lines = [f"octet {note}" for note in self.damage]
        if not self.sealed:
            lines.append(f"the recorded run did not end: compared up to its last whole tick, {self.until_s:g} s")
        if self.first_difference_s is not None:
            lines.append(
                f"different from t = {self.first_difference_s:g} s on: {self.digest}, recorded {self.recorded_digest}"
            )
        elif self.equal:
            lines.append(f"equal: {self.digest}")
        else:
            lines.append(f"equal where the log could be read: {self.digest}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Again:
    """What is needed to run a recorded run again: the scenario from the log's own texts, and everything else it is a
    function of.
    """

    scenario: Scenario
    seed: int
    until_s: float
    inputs: dict[int, list[Input]]
    recording: Recording


@dataclass(slots=True)
class Comparison:
    """Observer that compares `digest`, which the run feeds before its observers look, with the recorded one after every
    tick.
    """

    recorded: dict[int, str]
    digest: Digest
    first_difference_s: float | None = None
    compared: int = 0

    def on_tick(self, world: World, tick: Tick) -> None:
        """Compare."""
        recorded = self.recorded.get(tick.number)
        if recorded is not None:
            self.compared += 1
            if self.first_difference_s is None and recorded != self.digest.hexdigest():
                self.first_difference_s = tick.t_s


def again(run_dir: str | os.PathLike[str]) -> Again:
    """Read what a recorded run is a function of. Raises LogError for a log that cannot be read, ScenarioErrors when
    this version no longer reads its scenario."""
    recording = read_recording(run_dir, _NEEDED)
    recipe = recording.recipe
    return Again(reload(recipe.bundle), recipe.seed, recipe.until_s, recording.inputs(), recording)


def replay(run_dir: str | os.PathLike[str], progress: Progress | None = None) -> Replayed:
    """Run the recorded run again and compare digests tick by tick, as far as it was recorded. Raises LogError when
    there is nothing to compare.
    """
    run = again(run_dir)
    recorded, recording = run.recording.digests, run.recording
    if not recorded:
        raise LogError(f"{recording.path}: not one whole tick was recorded, so there is nothing to compare")
    until_s = (recording.last_tick + 1) * recording.dt_s
    digest = Digest()
    comparison = Comparison(recorded, digest)
    simulate(
        run.scenario,
        run.seed,
        until_s=until_s,
        observers=[comparison],
        inputs=run.inputs,
        progress=progress,
        digest=digest,
    )
    difference_s = comparison.first_difference_s
    if difference_s is None and comparison.compared < len(recorded):
        difference_s = until_s
    return Replayed(
        equal=difference_s is None and all(note.end for note in recording.damage),
        digest=digest.hexdigest(),
        recorded_digest=recorded[recording.last_tick],
        first_difference_s=difference_s,
        until_s=until_s,
        sealed=recording.sealed,
        damage=tuple(f"{note.offset}: {note.why}" for note in recording.damage),
    )
