"""A clause that is said to be covered by another changes no answer when it is dropped."""

from __future__ import annotations

from copy import deepcopy
from itertools import product
from typing import Any

import numpy as np
import pytest
from treaties import compiled, random_text

from jointsky.links.agreements import Arrangement, Datum, Target, Usable, may_order, may_see, may_use
from jointsky.links.arrangement import ACTS, SHARES, Situation
from jointsky.links.check import check
from jointsky.links.check_context import Context
from jointsky.links.check_covered import covered
from jointsky.scenario.agreement import AgreementFile
from jointsky.vocab.codes import Identity

SPOTS = ((54.0, 25.0), (54.0, 29.5), (54.0, 30.5), (54.0, 37.0), (60.0, 50.0))
NATIONS = ("west", "east")
PHASES = ("peace", "threat", "war")


def narrowed(clause: dict[str, Any], name: str, rng: np.random.Generator) -> dict[str, Any]:
    """The clause again under another id, one or two of its terms changed; most often it gives less."""
    found = {**deepcopy(clause), "id": name}
    changes: list[dict[str, Any]] = [{"phases": ["war"]}, {"level": "100 %"}]
    if "share" in clause:
        changes += [{"delay": "2 s"}, {"of": {**clause["of"], "zone": "receiver territory"}}]
        changes += [{"of": {"sensors": clause["of"]["sensors"]}}]
    if "order" in clause:
        changes += [{"where": "receiver territory"}, {"approval": {"by": "owner", "takes": "95 s"}}]
        changes += [{"order": ["engage"]}, {"targets": {"identity": ["hostile"], "not": ["civil"]}}]
    for k in rng.permutation(len(changes))[: 1 + int(rng.random() < 0.4)]:
        found |= changes[int(k)]
    return found


def answers(arr: Arrangement) -> list[tuple[Any, ...]]:
    """What each nation and post may do, in every cell."""
    found: list[tuple[Any, ...]] = []
    targets = [
        Target(int(identity), civil, None, lat, lon)
        for identity, civil, (lat, lon) in product((Identity.HOSTILE, Identity.SUSPECT), (False, True), SPOTS)
    ]
    for phase in PHASES:
        now = Situation(phase)
        for nation, share, thing, (lat, lon) in product(NATIONS, SHARES.values(), arr.sensors, SPOTS):
            found.append((may_see(arr, nation, Datum(share, thing.nation, thing.name, lat, lon), now).yes,))
        for nation, other, word in product(NATIONS, NATIONS, ("airfields", "munitions")):
            use = may_use(arr, nation, Usable(word, other), now)
            found.append((use.yes, use.limit, use.most))
        for post, act, unit, target in product(sorted(arr.posts), ACTS.values(), arr.units, targets):
            order = may_order(arr, post, act, unit.name, target, now)
            found.append((order.yes, order.approval_by, order.takes_s))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_what_is_covered_changes_nothing_when_it_is_dropped(seed: int) -> None:
    rng = np.random.default_rng(seed)
    told = 0
    for _ in range(30):
        text = random_text(rng, NATIONS, 3)
        clauses = text["agreements"][0]["clauses"]
        clauses += [narrowed(clause, f"N{k}", rng) for k, clause in enumerate(clauses)]
        spec = AgreementFile.model_validate(text)
        owners: dict[str, str | None] = {name: name.split(".")[0] for name in spec.units}
        names = [clauses[int(fault.at[3])]["id"] for fault in covered(Context(spec, owners, 4.0))]
        if not names or check(spec, owners):
            continue
        told += len(names)
        less = deepcopy(text)
        less["agreements"][0]["clauses"] = [clause for clause in clauses if clause["id"] not in names]
        assert answers(compiled(less)) == answers(compiled(text)), names
        if told >= 6:
            break
    assert told >= 2
