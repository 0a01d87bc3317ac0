"""The quickest tests of the files that decide, for mutants: the table of authority against the oracle, as plain calls.

`noticed(module)` says what was found wrong (None: nothing). It is called in a fork in which one module is a mutant.
"""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
CASES = (1, 2, 5, 8, 10, 13)
ORDERS, SIGHTS = 110, 60
HELPERS = ("cells", "oracle", "generated", "treaties", "command_scene", "worlds", "pictures", "audit",
           "witness", "twins", "lab", "night", "test_house", "seats", "reference_case", "sensing_scene",
           "tracking_scene", "coordination_cases", "conftest")  # fmt: skip
LINKS, COMMAND = "unit/links/", "unit/command/"
TESTS: dict[str, tuple[str, ...]] = {
    "jointsky.links.agreements": (LINKS + "test_agreements.py", LINKS + "test_force.py", COMMAND + "test_authority.py",
                                  COMMAND + "test_refusals.py"),
    "jointsky.links.arrangement": (LINKS + "test_agreements.py", LINKS + "test_force.py", LINKS + "test_consents.py",
                                   LINKS + "test_phases.py"),
    "jointsky.links.force": (LINKS + "test_force.py", LINKS + "test_agreements.py", LINKS + "test_orderbook.py"),
    "jointsky.links.places": (LINKS + "test_places.py", COMMAND + "test_seams.py"),
    "jointsky.links.terms": (LINKS + "test_terms.py", LINKS + "test_orderdesk.py"),
    "jointsky.links.days": (LINKS + "test_days.py"),
    "jointsky.links.tables": (LINKS + "test_agreements.py", LINKS + "test_network.py"),
    "jointsky.links.compiler": (LINKS + "test_agreements.py", LINKS + "test_terms.py", LINKS + "test_days.py",
                                LINKS + "test_places.py", LINKS + "test_force.py", LINKS + "test_orderdesk.py"),
    "jointsky.links.release": (LINKS + "test_network.py",),
    "jointsky.command.authority": (COMMAND + "test_authority.py", COMMAND + "test_seams.py",
                                   COMMAND + "test_refusals.py", COMMAND + "test_planner.py"),
}  # fmt: skip
"""For each file that decides the tests that are to notice its mutants, quickest first."""


def by_oracle() -> str | None:
    """The first cell in which the two opinions differ."""
    import cells
    import numpy as np

    for number in CASES:
        subject, luck = cells.of_case(number), np.random.default_rng(number)
        wrong = cells.use_differences(subject)
        for cell in cells.order_cells(subject, luck, ORDERS):
            wrong += [told] if (told := cells.order_difference(subject, cell)) else []
        for cell in cells.see_cells(subject, luck, SIGHTS):
            wrong += [told] if (told := cells.see_difference(subject, cell)) else []
        states, posts = cells.states(subject), list(subject.oracle.spec.posts)
        placed = [aim for aim in cells.aims(subject) if aim is not None and aim.place is not None]
        for k, act in enumerate(cells.ACTS[:4]):
            few = [placed[int(i)] for i in luck.integers(len(placed), size=12)]
            state = states[int(luck.integers(len(states)))]
            wrong += cells.table_differences(subject, posts[k % len(posts)], act, state, few)
        if wrong:
            return wrong[0][:300]
    return None


def by_tests(module: str) -> str | None:
    """Whether the module's tests fail."""
    import pytest

    files = [str(HERE / name) for name in TESTS[module] if (HERE / name).exists()]
    os.chdir(HERE.parent)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header", *files])
    return None if code == 0 else f"pytest: {code}"


def noticed(module: str) -> str | None:
    """What notices a mutant of a module."""
    try:
        return by_oracle() or by_tests(module)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
