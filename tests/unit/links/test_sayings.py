"""What the people at a post may say of the agreements, and what comes of it in a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from jointsky.engine.assemble import assemble
from jointsky.engine.plan import Engine
from jointsky.errors import AuthorityError
from jointsky.links.sayings import said, sayings, speaks_for
from jointsky.scenario.load import Scenario, load
from jointsky.vocab.messages import Statement

SCENARIOS = Path(__file__).parents[3] / "scenarios"
TREATY = """
include: {base}
agreements:
  - name: revocable
    parties: [west, east]
    withdrawal: {{by: [west.president, east.president], takes: 5 s}}
    clauses:
      - {{id: X1, order: scramble, units: ["*"], from: east, to: west.cp, over: hotline,
          approval: {{by: owner, takes: 90 s}}}}
      - {{id: H1, use: airfields, from: east, to: west, withdrawal: {{by: [east.minister]}},
          if_attacked: {{within: 60 s, takes: 20 s, declared_by: [west.president]}}}}
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("pact") / "pact.yaml"
    path.write_text(TREATY.format(base=SCENARIOS / "agreements" / "single-commander-who-sees.yaml"))
    return load(SCENARIOS / "union-5-10.yaml", agreement=str(path))


def test_a_post_speaks_for_itself_and_a_nations_own_post_for_its_people(scenario: Scenario) -> None:
    arr = assemble(scenario, 1).network.arr
    assert speaks_for(arr, "joint.cp") == {"joint.cp"}
    assert speaks_for(arr, "west.cp") == {"west.cp", "west", "west.president"}
    assert speaks_for(arr, "east.cp") == {"east.cp", "east", "east.president", "east.minister"}
    told = {post: [(one.word, one.name, one.by) for one in sayings(arr, post)] for post in arr.posts}
    assert told["joint.cp"] == []
    assert told["west.cp"] == [
        ("withdraw", "revocable", "west.president"), ("restore", "revocable", "west.president"),
        ("attacked", "west", "west.president"),
    ]  # fmt: skip
    assert told["east.cp"] == [
        ("withdraw", "H1", "east.minister"), ("withdraw", "revocable", "east.president"),
        ("restore", "H1", "east.minister"), ("restore", "revocable", "east.president"), ("refuse", "X1", "east"),
    ]  # fmt: skip


def test_what_the_agreement_leaves_to_others_is_refused_with_the_reason(scenario: Scenario) -> None:
    arr = assemble(scenario, 1).network.arr
    with pytest.raises(AuthorityError, match="the agreement names others"):
        said(arr, "west.cp", "withdraw", "H1")
    with pytest.raises(AuthorityError, match="no agreement lets anybody say it of S1"):
        said(arr, "west.cp", "withdraw", "S1")
    with pytest.raises(AuthorityError):
        said(arr, "east.cp", "attacked", "west")
    assert said(arr, "east.cp", "refuse", "X1").by == "east"


def stepped(scenario: Scenario, ticks: int, *inputs: tuple[int, Statement]) -> tuple[Engine, list[tuple[str, ...]]]:
    engine = assemble(scenario, 1)
    for tick, statement in inputs:
        engine.inputs.setdefault(tick, []).append(statement)
    events = [event for _ in range(ticks) for event in engine.step().events]
    return engine, [(event.what, event.name, event.by) for event in events if event.what not in ("told", "warned")]


def test_what_is_said_takes_effect_and_is_logged(scenario: Scenario) -> None:
    engine, events = stepped(
        scenario,
        30,
        (2, Statement("west.cp", "withdraw", "revocable", "west.president")),
        (3, Statement("west.cp", "attacked", "west", "west.president")),
        (4, Statement("joint.cp", "withdraw", "H1", "joint.cp")),
        (9, Statement("east.cp", "restore", "revocable", "east.president")),
        (10, Statement("east.cp", "refuse", "X1", "east")),
    )
    assert events == [
        ("withdrawn", "revocable", "west.president"), ("called", "H1", "west.president"),
        ("ineffective", "H1", "joint.cp"), ("consent", "revocable", ""), ("restored", "revocable", "east.president"),
        ("ineffective", "X1", "east"), ("help", "H1", ""),
    ]  # fmt: skip
    assert engine.posts["west.cp"].situation.withdrawn == {"revocable": (2.0, 9.0)}
    assert engine.posts["east.cp"].situation.called == {"H1": 3.0}
