"""One run with its folder: claimed, recorded, summarised; and a killed run taken up again."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from jointsky.engine.run import Outcome, Progress, simulate
from jointsky.errors import LogError, ScenarioError, ScenarioErrors
from jointsky.live.replay import Comparison, again
from jointsky.record.digest import Digest
from jointsky.record.kinds import Recipe
from jointsky.record.recorder import Recorder
from jointsky.record.runs import RunFolder, Summary, claim, reclaim
from jointsky.scenario.load import Scenario
from jointsky.units import parse_quantity
from jointsky.vocab.messages import Input

Inputs = Mapping[int, list[Input]]


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run that ended: the name of its arrangement, its outcome, and the folder it was recorded in (None: none)."""

    agreement: str
    outcome: Outcome
    folder: str | None

    def rows(self) -> list[dict[str, object]]:
        """The measures as rows of a table to print."""
        return [{"measure": name, "value": _shown(value)} for name, value in sorted(self.outcome.measures.items())]


def run_recorded(
    scenario: Scenario,
    seed: int,
    *,
    until: str | float | None = None,
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
    inputs: Inputs | None = None,
    progress: Progress | None = None,
) -> RecordedRun:
    """Run `scenario`; with `out` into that folder: log, then summary.json. `until` is seconds or a text with its unit
    (None: the scenario's duration). Raises ScenarioErrors for a scenario that is not ready, ScenarioError for an
    `until` that is no time, LogError for a folder that is taken or a disk that refuses."""
    until_s = _seconds(until) if isinstance(until, str) else until
    faults = scenario.ready_errors()
    if faults:
        raise ScenarioErrors(faults)
    if out is None:
        outcome = simulate(scenario, seed, until_s=until_s, inputs=dict(inputs or {}), progress=progress)
        return RecordedRun(scenario.arrangement, outcome, None)
    recipe = Recipe.of(scenario, seed, until_s, installed_version())
    return _record(claim(out, force=force), scenario, recipe, inputs or {}, progress, None)


def resume(run_dir: str | os.PathLike[str], progress: Progress | None = None) -> RecordedRun:
    """Run a killed run to its end, from its log's own scenario, seed and inputs. A run is a pure function of them, so
    it is run again from the start, and compared on the way with what the killed one had recorded; its log stays until
    the new one is finished. Raises LogError when nothing is there to resume, or this version runs otherwise than the
    one that was killed."""
    run = again(run_dir)
    folder = reclaim(run_dir)
    return _record(folder, run.scenario, run.recording.recipe, run.inputs, progress, run.recording.digests)


def _record(
    folder: RunFolder,
    scenario: Scenario,
    recipe: Recipe,
    inputs: Inputs,
    progress: Progress | None,
    recorded: dict[int, str] | None,
) -> RecordedRun:
    digest = Digest()
    comparison = Comparison(recorded or {}, digest)
    recorder = Recorder(folder.log, recipe, digest=digest)
    try:
        with recorder:
            outcome = simulate(
                scenario,
                recipe.seed,
                until_s=recipe.until_s,
                observers=[comparison, recorder],
                inputs=dict(inputs),
                progress=progress,
                digest=digest,
            )
            _check_same(folder, recipe, comparison)
    except BaseException:
        if not recorder.begun:
            folder.discard()
        raise
    folder.finish(summary_of(recipe, outcome, recorder.chain))
    return RecordedRun(recipe.agreement, outcome, folder.path)


def _check_same(folder: RunFolder, recipe: Recipe, comparison: Comparison) -> None:
    if comparison.first_difference_s is not None:
        raise LogError(
            f"{folder.path}: from t = {comparison.first_difference_s:g} s on this run is another than the one that was "
            f"killed (version {recipe.version}, this is {installed_version()}); --force begins anew"
        )


def summary_of(recipe: Recipe, outcome: Outcome, chain: str) -> Summary:
    """What goes into summary.json for a run with this outcome, whose log was sealed with `chain`."""
    return Summary(
        digest=outcome.digest,
        seed=recipe.seed,
        scenario_sha256=recipe.bundle.sha256,
        agreement=recipe.agreement,
        until_s=outcome.t_end_s,
        version=recipe.version,
        wall_s=outcome.wall_s,
        cpu_s=outcome.cpu_s,
        measures=outcome.measures,
        log_chain=chain,
    )


def _seconds(until: str) -> float:
    try:
        return parse_quantity(until, "s")
    except ValueError as error:
        raise ScenarioError("--until", 0, 0, "", str(error)) from error


def _shown(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else "-"


def installed_version() -> str:
    """The version of jointsky that runs."""
    try:
        return version("jointsky")
    except PackageNotFoundError:
        return "not installed"
