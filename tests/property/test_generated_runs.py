"""Invariants 2 to 7, 9 and 11 over whole generated runs: an auditor looks up every order, launch, phase and shot in the
words of the agreement; order of entries and clauses that never apply change nothing.
"""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import audit
import cells
import generated
import numpy as np
import pytest
from night import cases
from oracle import Aim, NearEdge
from witness import difference, witnessed

from jointsky.engine.check import agreement_faults
from jointsky.links.agreements import may_order
from jointsky.vocab.codes import Act

SEEN: Counter[str] = Counter()


PHASE_WITH_ORDER = 275
"""Here orders reach their units at the very second at which a phase begins that ends the clause they were given by."""


@pytest.mark.parametrize("number", sorted({*cases(50, 1_000), PHASE_WITH_ORDER}))
def test_every_order_and_launch_is_authorised(number: int) -> None:
    """2: every order names the clauses that allow it and no other; 3: nothing takes effect before its approval, nor is
    launched after consent ended; 4: never civil, never outside its place; 5: nothing takes effect by a clause that a
    lost link has put out of force; 6: phases by declaration only; 7: no more shots than held, no more than a limit."""
    case = generated.case(number)
    auditor = audit.audited(generated.scenario(case.tree), case.seed)
    SEEN.update(auditor.counts)
    assert not auditor.wrong, (len(auditor.wrong), auditor.wrong[:3])


def test_the_auditor_saw_all_of_it() -> None:
    """A run of nothing proves nothing (runs after the test above)."""
    if SEEN["orders"] < 500:
        pytest.skip("asked alone, without the runs before it")
    for what, least in (("orders by clause", 100), ("launches", 100), ("launches by clause", 50), ("applied", 1_000),
                        ("launches from a limit", 5), ("phases", 5)):  # fmt: skip
        assert SEEN[what] >= least, (what, SEEN)


def shuffled(value: Any, luck: np.random.Generator, key: str = "") -> Any:
    """The same file with maps, and lists whose order means nothing, in another order."""
    if isinstance(value, dict):
        names = [list(value)[i] for i in luck.permutation(len(value))]
        return {name: shuffled(value[name], luck, name) for name in names}
    if isinstance(value, list) and key in ("agreements", "clauses", "parties", "raid", "radars", "batteries"):
        return [shuffled(value[i], luck) for i in luck.permutation(len(value))]
    return value


@pytest.mark.parametrize("number", cases(8, 200))
def test_order_of_entries_means_nothing(number: int) -> None:
    """9: clauses, agreements, nations, posts and units in another order: the same run, byte for byte."""
    case = generated.case(number, most_s=120)
    mixed = shuffled(case.tree, np.random.default_rng(number))
    one, other = (
        witnessed(generated.scenario(tree), case.nations, case.seed, console=False) for tree in (case.tree, mixed)
    )
    for nation in case.nations:
        assert difference(one[nation], other[nation]) is None, f"{nation}: {difference(one[nation], other[nation])}"


@pytest.mark.parametrize("number", cases(8, 200))
def test_a_clause_that_never_applies_changes_nothing(number: int) -> None:
    """11: an empty zone, a level of nothing, a day that has passed: not one byte of what anybody could know."""
    case = generated.case(number, most_s=120)
    pact = next(k for k, text in enumerate(case.tree["agreements"]) if text["name"] == "pact")
    idle = [
        {"id": "aaa-nowhere", "share": "plots", "from": "each", "to": "others", "over": "net",
         "of": {"sensors": ["*"], "zone": "nowhere-land"}},
        {"id": "aaa-nothing", "order": "engage", "from": "each", "to": "others", "units": ["*.sam.*"], "level": "0 %",
         "approval": {"by": "owner", "takes": "5 s"}},
        {"id": "aaa-past", "share": "tracks", "from": "each", "to": "others", "over": "net", "until": "2024-06-01",
         "of": {"sensors": ["*"]}},
    ]  # fmt: skip
    more = copy.deepcopy(case.tree)
    more["zones"]["nowhere-land"] = "nowhere-land.geojson"
    more["agreements"][pact]["clauses"] += idle
    more_scenario = generated.scenario(more)
    faults = agreement_faults(more_scenario)
    assert not [fault for fault in faults if "aaa" in str(fault)], faults[:2]
    if faults:
        pytest.skip("the pact has a loss rule for another link")
    one = witnessed(generated.scenario(case.tree), case.nations, case.seed, console=False)
    other = witnessed(more_scenario, case.nations, case.seed, console=False)
    for nation in case.nations:
        assert difference(one[nation], other[nation]) is None, f"{nation}: {difference(one[nation], other[nation])}"


MIRROR = 56.0
"""East and west change places: longitude becomes this minus longitude."""
NAMES = {"west": "zulu", "east": "alpha", "south": "mike"}


def renamed(value: Any) -> Any:
    """The same with other names of nations."""
    if isinstance(value, dict):
        return {renamed(key): renamed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(renamed(item) for item in value)
    if isinstance(value, str):
        for old, new in NAMES.items():
            value = value.replace(old, new)
    return value


@pytest.mark.parametrize("number", cases(10, 300))
def test_other_names_and_a_mirrored_map_mirror_the_decisions(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """9: names of nations carry no meaning, and no side of the map is preferred. Exact for decisions; a run's luck and
    the level of a clause go by names, so those are left out of it."""
    tree = copy.deepcopy(generated.case(number).tree)
    for text in tree["agreements"]:
        for clause in text["clauses"]:
            clause.pop("level", None)
    one = cells.of_scenario("plain", generated.scenario(tree), None)
    boxes = {NAMES[n]: (MIRROR - e, s, MIRROR - w, u) for n, (w, s, e, u) in generated.BOXES.items()}
    zones = {name: (MIRROR - e, s, MIRROR - w, u) for name, (w, s, e, u) in generated.ZONES.items()}
    monkeypatch.setattr(generated, "BOXES", boxes)
    monkeypatch.setattr(generated, "ZONES", zones)
    other = cells.of_scenario("mirrored", generated.scenario(renamed(tree)), None)
    luck = np.random.default_rng(number)
    for cell in cells.order_cells(one, luck, 150):
        post, act, unit, aim, state = cell
        try:
            one.oracle.orders(post, act, unit, aim, state)
        except NearEdge:
            continue
        told = [
            may_order(arr, p, Act[act.upper().replace("-", "_")], u, cells.target_of(a), cells.situation_of(s))
            for arr, p, u, a, s in (
                (one.arr, post, unit, aim, state),
                (other.arr, renamed(post), renamed(unit), _mirrored(aim), _state(state)),
            )
        ]
        assert (told[0].yes, renamed(told[0].clauses), renamed(told[0].approval_by), told[0].takes_s) == (
            told[1].yes, told[1].clauses, told[1].approval_by, told[1].takes_s,
        ), (cell, told)  # fmt: skip
        assert set(renamed(told[0].against)) == set(told[1].against), (cell, told)


def _mirrored(aim: Aim | None) -> Aim | None:
    if aim is None:
        return None
    place = None if aim.place is None else (aim.place[0], MIRROR - aim.place[1])
    return Aim(aim.identity, aim.civil, place, renamed(aim.land), aim.crossed_s, renamed(aim.came_from))


def _state(state: Any) -> Any:
    return type(state)(
        state.phase, state.t_s, renamed(dict(state.links)), renamed(dict(state.withdrawn)),
        renamed(dict(state.called)),
        frozenset(renamed(list(pair)) and tuple(renamed(list(pair))) for pair in state.spent),
    )  # fmt: skip
