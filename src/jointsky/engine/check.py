"""Judging a file without running it: the language, and what its agreements mean together."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from jointsky.atlas.elevation import open_elevation
from jointsky.clock import today
from jointsky.engine.radio_check import radio_faults
from jointsky.engine.reach import reach_faults
from jointsky.errors import ScenarioError, ScenarioErrors, TableError, suggest
from jointsky.links.check import faults as all_faults
from jointsky.links.check_damage import undamaged
from jointsky.links.days import agreements_on
from jointsky.scenario.agreement import AgreementSection
from jointsky.scenario.forces import AewUnit, EarlyWarningUnit, RadarUnit, SamUnit, WatchUnit
from jointsky.scenario.load import Scenario, attempt
from jointsky.scenario.raid import Leg
from jointsky.world.build import terrain_of


def check(path: Path, agreement: str | None = None) -> str:
    """Read and judge a scenario or an agreement file that stands alone; a few words on what it holds. Raises
    ScenarioErrors with every fault found.
    """
    scenario = judged(path, agreement)
    return summary(scenario, today_of(scenario))


def today_of(scenario: Scenario) -> date:
    """The day on which a scenario starts; for a file that has none the day of the clock."""
    return scenario.start.date() if scenario.start else today()


def judged(
    path: Path, agreement: str | None = None, *, to_run: bool = False, overrides: Mapping[str, Any] | None = None
) -> Scenario:
    """Read a scenario (with values laid over it), and judge what its values mean together. Raises ScenarioErrors with
    every fault found, in reading and in judging at once; `to_run`: what it lacks to be run counts as a fault even where
    it has no raid.
    """
    read = attempt(path, agreement=agreement, overrides=overrides)
    scenario = read.scenario
    if scenario is None:
        raise ScenarioErrors(read.in_order())
    faults = [*agreement_faults(scenario, read.damaged), *ground_faults(scenario), *radio_faults(scenario)]
    faults += policy_faults(scenario)
    if (to_run or scenario.raid or scenario.ballistic or scenario.traffic) and not read.faults:
        faults += scenario.ready_errors() or [*out_of_reach(scenario), *reach_faults(scenario)]
        faults += [] if faults else under_ground(scenario)
    if faults or read.faults:
        raise ScenarioErrors(read.in_order(faults))
    return scenario


def agreement_faults(scenario: Scenario, damaged: Iterable[tuple[str | int, ...]] = ()) -> list[ScenarioError]:
    """What the agreements of a scenario get wrong, each fault at its place; not what may only follow from places that
    could not be read (`damaged`)."""
    owners = {name: unit.nation or "" for name, unit in scenario.units.items()}
    sensors = [*scenario.units, *sensor_names(scenario)]
    counted = () if scenario.ledger is None else scenario.ledger.counted
    found = all_faults(scenario, owners, sensors, types=scenario.catalogue.types, categories=counted)
    return [scenario.error(*fault) for fault in undamaged(found, damaged, scenario.as_written)]


def ground_faults(scenario: Scenario) -> list[ScenarioError]:
    """What is wrong with the files of a scenario's terrain: a hole, another datum, damage, or no such file."""
    asked = () if scenario.surroundings is None else scenario.surroundings.terrain
    folder = os.path.dirname(scenario.path or "")
    found: list[ScenarioError] = []
    for number, name in enumerate(asked):
        try:
            open_elevation([] if name == "coarse" else [os.path.join(folder, name)])
        except TableError as error:
            found.append(scenario.error(("surroundings", "terrain", number), str(error)))
        except OSError as error:
            message = f"cannot read '{name}': {(error.strerror or str(error)).lower()}"
            found.append(scenario.error(("surroundings", "terrain", number), message))
    return found


def policy_faults(scenario: Scenario) -> Iterator[ScenarioError]:
    """Posts whose policy nobody knows."""
    if all(post.policy is None for post in scenario.posts.values()):
        return
    from jointsky.command.policies import POLICIES  # compiled: only where a policy is named

    for name, post in scenario.posts.items():
        if post.policy is not None and post.policy not in POLICIES:
            message = f"unknown policy '{post.policy}'; {suggest(post.policy, POLICIES)}"
            yield scenario.error(("posts", name, "policy"), message)


def under_ground(scenario: Scenario) -> list[ScenarioError]:
    """Points of routes that lie below the ground that the scenario asks for."""
    asked = scenario.surroundings
    if asked is None or not asked.terrain:
        return []
    ground, found = terrain_of(scenario), list[ScenarioError]()
    for path, leg in _points(scenario):
        height = float(ground.height_m(*leg.at)) if ground is not None else -1e9
        if leg.altitude < height:
            message = f"found {leg.altitude:g} m, but the ground there is at {height:.0f} m: fly above it"
            found.append(scenario.error((*path, "altitude"), message))
    return found


def _points(scenario: Scenario) -> Iterator[tuple[tuple[str | int, ...], Leg]]:
    """Every point of every route with its path in the file."""
    for number, group in enumerate(scenario.raid):
        yield from ((("raid", number, "route", i), leg) for i, leg in enumerate(group.route))
        own = group.carries.route if group.carries is not None else None
        yield from ((("raid", number, "carries", "route", i), leg) for i, leg in enumerate(own or ()))
    for number, stream in enumerate(scenario.traffic):
        yield from ((("traffic", number, "route", i), leg) for i, leg in enumerate(stream.route))


def out_of_reach(scenario: Scenario) -> list[ScenarioError]:
    """Ballistic groups whose target their type does not reach."""
    if not scenario.ballistic:
        return []
    from jointsky.engine.physics import rocket  # compiled: only where something ballistic flies

    faults: list[ScenarioError] = []
    for number, group in enumerate(scenario.ballistic):
        goal = group.aim or scenario.assets[group.target or ""].at
        try:
            rocket(scenario.catalogue.aircraft(group.type).rocket or "", group.at, goal, group.elevation)
        except (ValueError, KeyError) as error:
            place = "aim" if group.target is None else "target"
            faults.append(scenario.error(("ballistic", number, place), str(error)))
    return faults


def summary(scenario: Scenario, day: date) -> str:
    """In a line what a scenario or an agreement file holds, which of its agreements are in force on a day, which come
    from another file, and which hang on another agreement."""
    clauses = sum(len(item.clauses) for item in scenario.agreements)
    rules = sum(len(item.rules) for item in scenario.agreements)
    held = [_count(len(scenario.nations), "nation"), _count(len(scenario.posts), "post")]
    held.append(_count(len(scenario.units), "unit"))
    if not scenario.agreements:
        return f"{', '.join(held)}, no agreement"
    held.append(f"{_count(len(scenario.agreements), 'agreement')} with {_count(clauses, 'clause')}")
    text = ", ".join(held) + (f" and {_count(rules, 'treaty rule')}" if rules else "")
    standing = {agreement.name for agreement in agreements_on(scenario, day)}
    states = Counter(_state(agreement, day, agreement.name in standing) for agreement in scenario.agreements)
    if len(states) == 1:
        text += f", {next(iter(states))}"
    else:
        text += f": {', '.join(f'{number} {state}' for state, number in states.items())}"
    return "; ".join([text, *_origins(scenario)])


def _origins(scenario: Scenario) -> Iterator[str]:
    """Which agreements were included, from which files, and which are under another."""
    main = None if scenario.path is None else os.path.normpath(scenario.path)
    files: dict[str, list[str]] = {}
    for i, agreement in enumerate(scenario.agreements):
        file = scenario.error(("agreements", i), "").file
        if file != main:
            files.setdefault(file, []).append(agreement.name)
    for file, names in files.items():
        yield f"{_several(names)} from {os.path.basename(file)}"
    under: dict[str, list[str]] = {}
    for agreement in scenario.agreements:
        if agreement.under is not None:
            under.setdefault(agreement.under, []).append(agreement.name)
    for frame, names in under.items():
        yield f"{_several(names)} under {frame}"


def _several(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _state(agreement: AgreementSection, day: date, stands: bool) -> str:
    """In words, whether an agreement is in force on a day; `stands`: with all those that it hangs on."""
    if agreement.kind == "intent":
        return "of intent (enables nothing)"
    if agreement.in_force is None and agreement.signed is not None:
        return "signed but never in force"
    if agreement.until is not None and day >= agreement.until:
        return f"no longer in force on {day}"
    if agreement.in_force is not None and day < agreement.in_force:
        return f"not yet in force on {day}"
    if any(span.start <= day and (span.end is None or day < span.end) for span in agreement.suspended):
        return f"suspended on {day}"
    if not stands:
        return f"without its frame on {day}"
    return f"in force on {day}" if agreement.in_force or agreement.until or agreement.suspended else "always in force"


def sensor_names(scenario: Scenario) -> list[str]:
    """The single radars that clauses may name, as runs name them: unit, then site or battery."""
    names: list[str] = []
    for name, unit in scenario.units.items():
        if isinstance(unit, RadarUnit | EarlyWarningUnit):
            names += [f"{name}.{site.id}" for site in unit.radars]
        elif isinstance(unit, WatchUnit):
            names += [f"{name}.{site.id}" for site in unit.sites]
        elif isinstance(unit, SamUnit):
            names += [f"{name}.{battery.id}.search" for battery in unit.batteries if battery.search is not None]
        elif isinstance(unit, AewUnit):
            names += [f"{name}.{i + 1}" for i in range(unit.aircraft)]
    return names
