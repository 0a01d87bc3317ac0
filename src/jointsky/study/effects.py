"""What a staircase and a factorial say beyond their arms: the gain of each step, main effects, Shapley values."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import StudyError
from jointsky.study.design import Design
from jointsky.study.ladders import Factorial
from jointsky.study.statistics import Estimate, mean_interval
from jointsky.study.summary import column, number

Row = dict[str, Any]
Float = NDArray[np.float64]
Values = Mapping[frozenset[str], Float]
"""What each set of factors is worth, by replication."""
ADDS_UP = 1e-9
"""How far the Shapley values of a replication may be from its total gain, in the measure's own unit."""


def steps_of(design: Design, rows: Sequence[Row]) -> dict[str, Any]:
    """`staircase`: for each arm after the first what its clauses add to the arm before it, and in all, by the headline
    measure, paired; an empty dict for a design without a staircase."""
    if design.staircase is None:
        return {}
    names = design.staircase.names
    values = {name: column(rows, name, design.headline, design.replications) for name in names}
    steps = [
        {
            "arm": arm,
            "after": before,
            "clauses": list(clauses),
            "adds": _difference(values[arm], values[before]),
            "in_all": _difference(values[arm], values[names[0]]),
        }
        for before, arm, clauses in zip(names[:-1], names[1:], design.staircase.steps.values(), strict=True)
    ]
    return {"staircase": {"measure": design.headline, "steps": steps}}


def effects_of(design: Design, rows: Sequence[Row]) -> dict[str, Any]:
    """`factorial`: main effects and, where every combination was run, the Shapley values of the factors and the total
    gain that they add up to, by the headline measure. Raises StudyError where they do not."""
    plan = design.factorial
    if plan is None:
        return {}
    worth = {on: column(rows, plan.name_of(on), design.headline, design.replications) for on in plan.combinations()}
    names = list(plan.factors)
    told: dict[str, Any] = {
        "measure": design.headline,
        "factors": {name: list(factor.of) for name, factor in plan.factors.items()},
        "main": {name: _told(mean_interval(main_effect(name, worth))) for name in names},
    }
    if plan.full is True:
        told |= _shared_out(plan, worth)
    return {"factorial": told}


def _shared_out(plan: Factorial, worth: Values) -> dict[str, Any]:
    parts = shapley(tuple(plan.factors), worth)
    total = worth[frozenset(plan.factors)] - worth[frozenset()]
    summed = np.sum(list(parts.values()), axis=0)
    off = np.abs(summed - total)
    worst = float(np.nanmax(off)) if np.isfinite(off).any() else 0.0
    whole = np.isfinite(summed)
    if worst > ADDS_UP:
        raise StudyError(f"the Shapley values miss the total gain by {worst:g}: the rows of this study do not fit")
    return {
        "shapley": {name: _told(mean_interval(values)) for name, values in parts.items()},
        "total": _told(mean_interval(np.where(whole, total, np.nan))),
        "sum_of_shapley": number(float(summed[whole].mean())) if whole.any() else None,
        "off_by": worst,
    }


def main_effect(name: str, worth: Values) -> Float:
    """By replication: mean of the arms with the factor, minus mean of those without it."""
    high = np.mean([values for on, values in worth.items() if name in on], axis=0)
    low = np.mean([values for on, values in worth.items() if name not in on], axis=0)
    return high - low


def shapley(names: Sequence[str], worth: Values) -> dict[str, Float]:
    """By factor and replication: what it adds to those that came before it, averaged over all orders in which the
    factors may come (Shapley 1953, A value for n-person games). The values add up to all minus none."""
    k = len(names)
    shares: dict[str, Float] = {}
    for name in names:
        others = [other for other in names if other != name]
        total = np.zeros_like(worth[frozenset()])
        for size in range(k):
            weight = factorial(size) * factorial(k - size - 1) / factorial(k)
            for chosen in combinations(others, size):
                before = frozenset(chosen)
                total = total + weight * (worth[before | {name}] - worth[before])
        shares[name] = total
    return shares


def _difference(arm: Float, before: Float) -> dict[str, Any]:
    """A paired difference, and in how many replications there was any (`differ`): none means that the clauses had
    nothing to say, which is more than an interval that includes zero."""
    difference = arm - before
    whole = difference[np.isfinite(difference)]
    return _told(mean_interval(difference)) | {"differ": int(np.count_nonzero(whole))}


def _told(found: Estimate) -> dict[str, Any]:
    return {
        "n": found.n,
        "mean": number(found.mean),
        "low": number(found.low),
        "high": number(found.high),
        "includes_zero": found.includes_zero,
    }
