"""Judging a file without running it: the language, and what its agreements mean together."""

from pathlib import Path

from jointsky.errors import ScenarioError, ScenarioErrors
from jointsky.links.check import check as check_agreements
from jointsky.scenario.forces import AewUnit, EarlyWarningUnit, RadarUnit, SamUnit
from jointsky.scenario.load import Scenario, load


def check(path: Path, agreement: str | None = None) -> str:
    """Read and judge a scenario or an agreement file that stands alone; a few words on what it holds. Raises
    ScenarioErrors with every fault found.
    """
    scenario = load(path, agreement=agreement)
    faults = agreement_faults(scenario)
    if scenario.raid or scenario.traffic:
        faults += scenario.ready_errors()
    if faults:
        raise ScenarioErrors(faults)
    clauses = sum(len(item.clauses) for item in scenario.agreements)
    agreements = f"{len(scenario.agreements)} agreements with {clauses} clauses"
    return f"{len(scenario.nations)} nations, {len(scenario.units)} units, {agreements}"


def agreement_faults(scenario: Scenario) -> list[ScenarioError]:
    """What the agreements of a scenario get wrong, each fault at its place."""
    owners = {name: unit.nation or "" for name, unit in scenario.units.items()}
    issues = check_agreements(scenario, owners, [*scenario.units, *sensor_names(scenario)])
    return [scenario.error(tuple(place), message) for place, message in issues]


def sensor_names(scenario: Scenario) -> list[str]:
    """The single radars that clauses may name, as runs name them: unit, then site or battery."""
    names: list[str] = []
    for name, unit in scenario.units.items():
        if isinstance(unit, RadarUnit | EarlyWarningUnit):
            names += [f"{name}.{site.id}" for site in unit.radars]
        elif isinstance(unit, SamUnit):
            names += [f"{name}.{battery.id}.search" for battery in unit.batteries if battery.search is not None]
        elif isinstance(unit, AewUnit):
            names += [f"{name}.{i + 1}" for i in range(unit.aircraft)]
    return names
