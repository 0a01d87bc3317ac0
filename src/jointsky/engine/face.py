"""A run as a function, for programs."""

from pathlib import Path

from jointsky.engine.run import Outcome, simulate
from jointsky.errors import ScenarioError, ScenarioErrors
from jointsky.scenario.load import Scenario, load

Result = Outcome
"""What a run ends in: measures by name, digest, times."""


def run(
    scenario: Scenario | str | Path, *, seed: int = 1, agreement: str | None = None, until_s: float | None = None
) -> Result:
    """Run a scenario (read, or the path of its file) once; the same seed gives the same run.

    `agreement` runs it under another arrangement: a name beside the scenario, or a file. Raises ScenarioErrors,
    RunError.
    """
    return simulate(under(scenario, agreement), seed, until_s=until_s)


def under(scenario: Scenario | str | Path, agreement: str | None) -> Scenario:
    """The scenario under an arrangement (None: its own). Raises ScenarioErrors, also for a scenario without a file to
    read again.
    """
    if not isinstance(scenario, Scenario):
        return load(scenario, agreement=agreement)
    if agreement is None:
        return scenario
    if scenario.path is None:
        advice = "load the scenario from its file to run it under another arrangement"
        raise ScenarioErrors([ScenarioError("", 0, 0, "agreement", advice)])
    return load(scenario.path, agreement=agreement)
