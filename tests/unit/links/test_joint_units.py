"""Joint units: their parts, those of joint units in them too, and nobody with two commanders by way of one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import treaties

from jointsky.errors import ScenarioErrors
from jointsky.links.agreements import Situation, may_order
from jointsky.vocab.codes import Act


def text_of(joint: dict[str, list[str]], *units: str) -> dict[str, Any]:
    """East's and west's units that some names mean may be started by the other."""
    text = treaties.read("none")
    text["joint_units"] = {name: {"of": parts} for name, parts in joint.items()}
    clause = {"id": "C", "order": "scramble", "from": "each", "to": "others", "units": list(units),
              "approval": {"by": "owner", "takes": "1 s"}}  # fmt: skip
    loss = {"link": "hotline", "after": "30 s", "then": "national"}
    text["agreements"] = [{"name": "pact", "parties": ["west", "east"], "on_link_loss": loss, "clauses": [clause]}]
    return text


def test_a_joint_unit_in_another_stands_for_its_parts() -> None:
    joint = {"wall": ["pair", "west.qra"], "pair": ["guns", "east.qra"], "guns": ["*.sam.1"], "other": ["east.aew.1"]}
    arr = treaties.compiled(text_of(joint, "wall"))
    named = {arr.units[row].name for grant in arr.orders for row in np.flatnonzero(grant.units)}
    assert named == {"west.sam.1", "east.sam.1", "west.qra", "east.qra"}
    assert {name: set(parts) for name, parts in arr.joint_units.items()} == {
        "wall": named, "pair": {"west.sam.1", "east.sam.1", "east.qra"}, "guns": {"west.sam.1", "east.sam.1"},
        "other": {"east.aew.1"},
    }  # fmt: skip
    assert may_order(arr, "west.cp", Act.SCRAMBLE, "east.qra", None, Situation()).clauses == ("C",)
    assert not may_order(arr, "west.cp", Act.SCRAMBLE, "east.aew.1", None, Situation()).yes


def test_two_posts_that_command_a_unit_by_a_joint_units_name_are_told() -> None:
    """A pattern may mean a joint unit of that name, and with it a unit that another post commands by its own name."""
    text = text_of({"east.pair": ["east.sam.1", "west.sam.1"]}, "east.pair")
    text["posts"]["east.reserve"] = {"nation": "east", "commands": ["east.p*"]}
    with pytest.raises(ScenarioErrors, match="both command east.sam.1 with the same precedence"):
        treaties.compiled(text)
    text["posts"]["east.reserve"]["precedence"] = 1
    assert treaties.compiled(text).posts["east.reserve"].units.any()
