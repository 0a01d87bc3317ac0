"""The table of kinds: every built-in name loads, and unknown names get advice."""

from importlib.metadata import EntryPoint

import pytest

from jointsky import builtin
from jointsky.errors import ScenarioError


@pytest.mark.parametrize("name", builtin.BUILTIN["measure"])
def test_every_built_in_measure_loads(name: str) -> None:
    measure = builtin.find("measure", name)()
    assert callable(measure.on_tick) and callable(measure.result)


def test_an_unknown_name_gets_advice() -> None:
    with pytest.raises(ScenarioError, match="unknown measure 'chian'.*chain"):
        builtin.find("measure", "chian")


def test_outside_kinds_are_found_and_replace_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint("own", "jointsky.measures.raid:RaidOutcome", "jointsky.measures"),
        EntryPoint("chain", "somewhere:Else", "jointsky.measures"),
        EntryPoint("broken", "jointsky.measures.raid:Nothing", "jointsky.measures"),
    ]
    monkeypatch.setattr(builtin, "entry_points", lambda group: points if group == "jointsky.measures" else [])
    assert builtin.known("measure")["chain"].startswith("jointsky.")
    assert builtin.find("measure", "own").__name__ == "RaidOutcome"
    with pytest.raises(ScenarioError, match="cannot be loaded"):
        builtin.find("measure", "broken")
