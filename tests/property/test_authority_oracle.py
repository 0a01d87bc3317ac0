"""The whole table of authority against an independent oracle: shipped agreements, models, treaties, generated ones.

Everyday a sample of the cells; in the nightly run every cell of the shipped files and many of a thousand generated
ones. 0 differences.
"""

from __future__ import annotations

import cells
import numpy as np
import pytest
from night import NIGHT, cases

DAILY, NIGHTLY = 200, 2_000


def differences(subject: cells.Subject, seed: int, every: bool, count: int) -> tuple[int, list[str]]:
    """How many cells were asked, and what the two opinions differ in."""
    luck = np.random.default_rng(seed)
    asked, wrong = 0, cells.use_differences(subject)
    for found, judge in (
        (cells.order_cells(subject, None if every else luck, count), cells.order_difference),
        (cells.see_cells(subject, None if every else luck, count), cells.see_difference),
        (cells.command_cells(subject, luck, count), cells.command_difference),
    ):
        for cell in found:
            asked += 1
            told = judge(subject, cell)
            if told is not None:
                wrong.append(told)
    targets = [aim for aim in cells.aims(subject) if aim is not None and aim.place is not None]
    states, posts = cells.states(subject), list(subject.oracle.spec.posts)
    for k, act in enumerate(cells.ACTS):
        state = states[int(luck.integers(len(states)))]
        few = [targets[int(i)] for i in luck.integers(len(targets), size=25)]
        wrong += cells.table_differences(subject, posts[(k + seed) % len(posts)], act, state, few)
    return asked, wrong


@pytest.mark.parametrize("name", cells.shipped())
def test_shipped_agreements(name: str) -> None:
    asked, wrong = differences(cells.of_file(name), 1, NIGHT, DAILY)
    assert not wrong, wrong[:3]
    assert asked >= DAILY


@pytest.mark.parametrize("number", cases(12, 1_000))
def test_generated_agreements(number: int) -> None:
    asked, wrong = differences(cells.of_case(number), number, False, NIGHTLY if NIGHT else DAILY)
    assert not wrong, wrong[:3]
    assert asked >= DAILY
