"""The quickest tests of the files that decide, for mutants: the table of authority against the oracle, as plain calls.

`noticed(module)` says what was found wrong (None: nothing). It is called in a fork in which one module is a mutant;
what no mutant can change (the generated scenarios) is made before, by `prepare`.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CASES = (1, 2, 5, 8, 10, 13, 16, 19, 23, 28)
ORDERS, SIGHTS = 110, 60
PLAIN = ("-x", "-q", "--no-header", "--noconftest", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:logging",
         "-p", "no:junitxml")  # fmt: skip
"""Stop at the first that notices, and nothing that only helps to say why."""
LINKS, COMMAND = "unit/links/", "unit/command/"
FIRST: dict[str, tuple[str, ...]] = {
    "jointsky.links.days": (LINKS + "test_days.py",),
    "jointsky.links.terms": (LINKS + "test_terms.py", LINKS + "test_joint_units.py"),
    "jointsky.links.release": (LINKS + "test_release.py",),
    "jointsky.links.tables": (LINKS + "test_tables.py",),
    "jointsky.links.places": (LINKS + "test_targets_and_places.py",),
    "jointsky.links.arrangement": (LINKS + "test_arrangement.py",),
    "jointsky.links.zones": (LINKS + "test_zones.py", LINKS + "test_common_border.py", LINKS + "test_zone_edges.py"),
    "jointsky.links.agreements": (LINKS + "test_verdicts.py", LINKS + "test_agreements.py"),
    "jointsky.links.force": (LINKS + "test_force.py",),
    "jointsky.links.compiler": (LINKS + "test_compiler.py", LINKS + "test_terms.py"),
    "jointsky.command.authority": (COMMAND + "test_authority.py",),
    "jointsky.command.answers": (COMMAND + "test_authority.py",),
}
"""For each file that decides its own unit tests: they are quicker than the oracle."""
THEN: dict[str, tuple[str, ...]] = {
    "jointsky.links.days": (),
    "jointsky.links.terms": (LINKS + "test_orderdesk.py",),
    "jointsky.links.release": (LINKS + "test_network.py",),
    "jointsky.links.tables": (LINKS + "test_agreements.py", LINKS + "test_force.py", LINKS + "test_network.py",
                              COMMAND + "test_answers.py"),
    "jointsky.links.places": (LINKS + "test_places.py", COMMAND + "test_seams.py"),
    "jointsky.links.zones": (LINKS + "test_places.py",),
    "jointsky.links.arrangement": (LINKS + "test_agreements.py", LINKS + "test_force.py", LINKS + "test_phases.py",
                                   LINKS + "test_consents.py"),
    "jointsky.links.agreements": (LINKS + "test_force.py", COMMAND + "test_authority.py",
                                  COMMAND + "test_refusals.py"),
    "jointsky.links.force": (LINKS + "test_agreements.py", LINKS + "test_orderbook.py"),
    "jointsky.links.compiler": (LINKS + "test_agreements.py", LINKS + "test_days.py", LINKS + "test_force.py",
                                LINKS + "test_orderdesk.py", LINKS + "test_places.py"),
    "jointsky.command.authority": (COMMAND + "test_seams.py", COMMAND + "test_refusals.py",
                                   COMMAND + "test_planner.py", COMMAND + "test_answers.py"),
    "jointsky.command.answers": (COMMAND + "test_answers.py",),
}  # fmt: skip
"""For each the tests that are asked last, when neither its own nor the oracle noticed anything."""
TESTS = tuple(FIRST)

_scenarios: dict[int, Any] = {}


def prepare() -> None:
    """Make the generated scenarios, and import what the tests import."""
    import cells  # noqa: F401
    import command_scene  # noqa: F401
    import generated
    import pictures  # noqa: F401
    import treaties  # noqa: F401
    from _pytest.config import default_plugins

    for plugin in default_plugins:
        importlib.import_module(f"_pytest.{plugin}")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for number in CASES:
        _scenarios[number] = generated.scenario(generated.case(number).tree)


def by_oracle() -> str | None:
    """The first cell in which the two opinions differ."""
    import cells
    import numpy as np

    for number, scenario in _scenarios.items():
        luck, on = np.random.default_rng(number), scenario.start.date() if scenario.start else None
        subject = cells.of_scenario(f"case {number}", scenario, on)
        for cell in cells.order_cells(subject, luck, ORDERS):
            if told := cells.order_difference(subject, cell):
                return told[:300]
        for cell in cells.see_cells(subject, luck, SIGHTS):
            if told := cells.see_difference(subject, cell):
                return told[:300]
        states, posts = cells.states(subject), list(subject.oracle.spec.posts)
        placed = [aim for aim in cells.aims(subject) if aim is not None and aim.place is not None]
        for k, act in enumerate(cells.ACTS[:4]):
            few = [placed[int(i)] for i in luck.integers(len(placed), size=12)]
            state = states[int(luck.integers(len(states)))]
            if wrong := cells.table_differences(subject, posts[k % len(posts)], act, state, few):
                return wrong[0][:300]
        if wrong := cells.use_differences(subject):
            return wrong[0][:300]
    return None


def by_tests(files: tuple[str, ...]) -> str | None:
    """Whether some tests fail."""
    import pytest

    if not files:
        return None
    os.chdir(HERE.parent)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = pytest.main([*PLAIN, *(str(HERE / name) for name in files)])
    return None if code == 0 else f"pytest: {code}"


def noticed(module: str) -> str | None:
    """What notices a mutant of a module."""
    try:
        return by_tests(FIRST[module]) or by_oracle() or by_tests(THEN[module])
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
