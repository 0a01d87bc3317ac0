"""The engine against the closed forms of dealing shots: one who deals them evenly, and many who do not know of each
other."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from coordination_cases import CASES, POLICIES, Case, left_by_engine

from jointsky.study.statistics import mean_interval

RUNS = {8: 100, 20: 40}
"""Here a sample; `bench/coordination` runs 2,000 of each."""


@cache
def left(case: Case, policy: str) -> np.ndarray:
    """Raiders left in each run of a sample."""
    return left_by_engine(case.scenario(policy), range(RUNS[case.raiders]))


@pytest.mark.parametrize(("case", "policy", "stated"), [
    (CASES[0], "even", 2.24), (CASES[0], "blind", 3.14), (CASES[1], "even", 5.0), (CASES[1], "blind", 7.26),
])  # fmt: skip
def test_closed_forms_are_the_stated_ones(case: Case, policy: str, stated: float) -> None:
    assert case.left(policy) == pytest.approx(stated, abs=0.005)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.raiders} raiders, {case.shots} shots")
def test_leakers_follow_the_closed_form(case: Case) -> None:
    for name in POLICIES:
        interval = mean_interval(left(case, name))
        assert interval.low <= case.left(name) <= interval.high, (name, interval)
    assert mean_interval(left(case, "blind") - left(case, "even")).low > 0.0


def test_even_luck_has_the_spread_of_independent_shots() -> None:
    """The variance of what is left: each raider survives on its own, so variances of the raiders add up."""
    expected = 4 * 0.16 * 0.84 + 4 * 0.4 * 0.6
    assert np.var(left(CASES[0], "even"), ddof=1) == pytest.approx(expected, rel=0.35)
