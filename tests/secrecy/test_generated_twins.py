"""Invariant 1: nothing unreleased reaches a picture. Twin runs of generated scenarios, with one datum changed that no
clause gives to a nation: everything the nation could know is the same, byte for byte.

Compared are what its posts hear, see, order, decide and raise, what every button would say, what its seats are sent,
and what the log keeps of its posts; counts, order and ticks included. Everyday one change a case, in the nightly run
five of each of a thousand cases.
"""

from __future__ import annotations

import generated
import numpy as np
import pytest
import twins
from night import NIGHT, cases
from witness import difference, witnessed

from jointsky.engine.check import agreement_faults
from jointsky.errors import ScenarioErrors
from jointsky.scenario.load import Scenario

PER_CASE = 5 if NIGHT else 1
MOST_S = 240 if NIGHT else 90


def valid(tree: generated.Tree) -> Scenario | None:
    """The changed file, where the change leaves it valid."""
    try:
        scenario = generated.scenario(tree)
    except ScenarioErrors:
        return None
    return None if agreement_faults(scenario) else scenario


def chosen(case: generated.Case, nation: str) -> list[tuple[str, Scenario]]:
    """Some of the changes, by chance, as many as are tried."""
    possible = twins.changes(case, nation)
    luck, found = np.random.default_rng([case.number, 7]), list[tuple[str, Scenario]]()
    for index in luck.permutation(len(possible)):
        what, tree = possible[index]
        scenario = valid(tree)
        if scenario is not None:
            found.append((what, scenario))
        if len(found) == PER_CASE:
            break
    return found


def seat_of(case: generated.Case) -> str:
    return case.nations[case.number // 2 % len(case.nations)]


def of(number: int) -> tuple[generated.Case, str, Scenario]:
    """A case, the nation whose eyes are looked through, and the case in which the others are quiet."""
    case = generated.case(number, most_s=MOST_S)
    nation = seat_of(case)
    return case, nation, generated.scenario(twins.quiet(case.tree, nation))


@pytest.mark.parametrize("number", cases(50, 1_000))
def test_what_is_not_released_changes_nothing(number: int) -> None:
    case, nation, quiet = of(number)
    changes = chosen(case, nation)
    one = witnessed(quiet, [nation], case.seed, people=nation) if changes else {}
    for what, scenario in changes:
        other = witnessed(scenario, [nation], case.seed, people=nation)
        told = difference(one[nation], other[nation])
        assert told is None, f"case {number}, {nation}, {what}: {told}"


def test_the_changes_do_change_something() -> None:
    """The twins are no twins if nobody notices anything."""
    noticed: list[str] = []
    tried = 0
    for number in (2, 3, 5, 6, 7):
        case, nation, quiet = of(number)
        others = [name for name in case.nations if name != nation]
        one = witnessed(quiet, others, case.seed, console=False, log=False)
        for what, scenario in chosen(case, nation)[:2]:
            other = witnessed(scenario, others, case.seed, console=False, log=False)
            tried += 1
            noticed += [what for name in others if difference(one[name], other[name])][:1]
    assert tried >= 4
    assert len(noticed) >= tried // 2, noticed


def test_every_kind_of_change_is_tried_and_three_nations_too() -> None:
    kinds: set[str] = set()
    bilateral = 0
    for number in range(40):
        case = generated.case(number)
        for what, _ in twins.changes(case, seat_of(case)):
            kinds.add(" ".join(what.split()[1:]) if "." in what.split()[0] else what)
        bilateral += len(case.nations) == 3 and len(case.tree["agreements"]) == 2
    assert bilateral >= 15
    for wanted in ("is not there", "stands elsewhere", "is of another type", "turns slowly", "is there too",
                   "has other missiles", "has more aircraft", "others' flight plan", "others agree on more",
                   "others agree on less (0)", "no raid far away", "no town far away"):  # fmt: skip
        assert wanted in kinds, wanted
