"""A corpus of mistakes in agreements: each is found, at its place, in words that help."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import treaties

from jointsky.errors import ScenarioErrors
from jointsky.links.check import check
from jointsky.links.check_clauses import clause_pairs
from jointsky.scenario.agreement import AgreementFile, AgreementSection

Text = dict[str, Any]


def faults(text: Text) -> list[tuple[tuple[str | int, ...], str]]:
    spec = AgreementFile.model_validate(text)
    return check(spec, {name: unit.nation for name, unit in spec.units.items()})


@pytest.mark.parametrize("name", ["none", "tracks-1995", "joint-2009"])
def test_the_worked_files_are_right(name: str) -> None:
    assert faults(treaties.read(name)) == []


@pytest.mark.parametrize("name", ["none", "tracks-1995", "joint-2009"])
def test_the_shared_files_are_right_where_they_exist(name: str) -> None:
    folder = Path(__file__).parents[4] / "shared" / "agreements"
    if not folder.is_dir():
        pytest.skip("no shared agreements beside the project")
    assert faults(treaties.read(name, folder)) == []


def put(*path_and_value: Any) -> Callable[[Text], None]:
    """A change: set the value at a path of keys."""
    *path, last, value = path_and_value

    def change(text: Text) -> None:
        place: Any = text
        for key in path:
            place = place[key]
        place[last] = value

    return change


def both(*changes: Callable[[Text], None]) -> Callable[[Text], None]:
    def change(text: Text) -> None:
        for one in changes:
            one(text)

    return change


A, B = ("agreements", 0), ("agreements", 1)  # tracks-1995: W1 E1 E2; joint-2009: S1 S2 C1 C2 C3 R1
W1, S1, S2, C1, C2, C3, R1 = (*A, "clauses", 0), *((*B, "clauses", i) for i in range(6))
POST2 = {"nation": "west", "commands": ["west.*"]}
CORPUS = [
    (put(*W1, "from", "wast"), (*W1, "from"), "did you mean west"),
    (put(*W1, "to", "eats"), (*W1, "to"), "unknown party or post eats"),
    (put(*W1, "over", "exchnge"), (*W1, "over"), "did you mean exchange"),
    (put(*W1, "of", "sensors", ["west.radr.*"]), (*W1, "of", "sensors", 0), "unknown unit west.radr.*"),
    (put(*W1, "of", "sensors", ["east.radar.*"]), (*W1, "of", "sensors", 0), "gives away what is not its own"),
    (put(*S2, "of", "sensors", ["west.radar.1"]), (*S2, "of", "sensors", 0), "belongs to west, expected units of east"),
    (put(*C1, "units", ["*.qar"]), (*C1, "units", 0), "unknown unit *.qar"),
    (put("links", "joint", "between", ["west.cp", "joint.cp"]), (*S1, "over"), "does not join west and east"),
    (put("links", "joint", "between", ["west.cp", "joint.cp"]), (*B, "on_link_loss", "link"),
     "does not join the parties"),
    (put("links", "joint", "between", ["west.cp", "est.cp"]), ("links", "joint", "between", 1), "did you mean"),
    (put(*C3, "phases", ["peace", "war"]), (*C3, "to"),
     "uses post joint.cp in phase peace, but it exists only in threat, war"),
    (put(*C1, "to", "joint.cp"), (*C1, "to"), "uses post joint.cp in phase peace"),
    (put(*C2, "delegate", ["joint.cp"]), (*C2, "delegate", 0), "uses post joint.cp in phase peace"),
    (put("posts", "west.two", POST2), ("posts", "west.two", "commands"), "posts west.cp and west.two both command"),
    (put("posts", "west.cp", "host", "joint.cp"), ("posts", "west.cp", "host"), "circular hosting"),
    (put("posts", "joint.cp", "host", "joint.cp"), ("posts", "joint.cp", "host"), "circular hosting"),
    (put("posts", "joint.cp", "host", "west.pc"), ("posts", "joint.cp", "host"), "did you mean west.cp"),
    (put("posts", "west.cp", "phases", ["war"]), ("posts", "joint.cp", "host"), "does not exist in phase threat"),
    (put("posts", "joint.cp", "nation", "north"), ("posts", "joint.cp", "nation"), "known: east, west"),
    (put("posts", "joint.cp", "deputy", "easst"), ("posts", "joint.cp", "deputy"), "did you mean east"),
    (put("posts", "west.cp", "commands", ["east.*"]), ("posts", "west.cp", "commands", 0), "not its own"),
    (put(*S2, "over", "hotline"), (*S2, "over"), "delay of 30 s, expected at most 4 s"),
    (put("links", "joint", "delay", "5 s"), (*S2, "over"), "delay of 5 s"),
    (put(*B, "activates", {"war": {"declared_by": ["west.head"], "takes": "1 h"}}), (*S2, "phases", 0),
     "nobody can declare phase threat"),
    (put(*B, "activates", "war", "declared_by", []), (*B, "activates", "war", "declared_by"), "nobody can declare it"),
    (put(*B, "activates", "war", "declared_by", ["north.head"]), (*B, "activates", "war", "declared_by", 0),
     "belongs to no party"),
    (put(*B, "activates", "crisis", {"declared_by": ["west.head"], "takes": "1 h"}), (*B, "activates", "crisis"),
     "unknown phase"),
    (put(*C1, "phases", ["paece"]), (*C1, "phases", 0), "did you mean peace"),
    (put(*A, "parties", ["west", "west"]), (*A, "parties"), "with oneself"),
    (put(*A, "parties", ["west", "north"]), (*A, "parties", 1), "unknown nation north"),
    (put(*W1, "to", "west"), (*W1, "to"), "with itself"),
    (put(*S1, "id", "W1"), (*S1, "id"), "stands twice: clause 1 of tracks-1995 and clause 1 of joint-2009"),
    (put(*S1, "id", "national"), (*S1, "id"), "nation's own right"),
    (put(*B, "name", "tracks-1995"), (*B, "name"), "stands twice: entries 1 and 2"),
    (put(*A, "on_link_loss", "link", "hotline"), (*A, "on_link_loss", "link"), "does not use link hotline"),
    (put(*A, "on_link_loss", "link", "exchagne"), (*A, "on_link_loss", "link"), "did you mean exchange"),
    (put(*W1, "of", "zone", "within 150 of border"), (*W1, "of", "zone"), "write 150 km"),
    (put(*W1, "of", "zone", "close to the border"), (*W1, "of", "zone"), "expected 'within 150 km of border'"),
    (put(*W1, "of", "zone", "within 9 km of border of wast"), (*W1, "of", "zone"), "did you mean west"),
    (put(*C3, "where", "anywhere in west + eest"), (*C3, "where"), "unknown nation or zone eest"),
    (put(*C2, "approval", "by", "ownr"), (*C2, "approval", "by"), "did you mean owner"),
    (put(*C3, "delegate", ["west.cp", "east.pc"]), (*C3, "delegate", 1), "unknown post east.pc"),
    (put(*C1, "every", "10 s"), (*C1, "every"), "every belongs to share clauses"),
    (put(*W1, "approval", {"by": "owner", "takes": "1 s"}), (*W1, "approval"), "belongs to order clauses"),
    (put(*S1, "fields", ["position"]), (*S1, "fields"), "fields holds for tracks only"),
    (put(*R1, "use", ["airfields"]), (*R1, "limits", "munitions"), "lets nobody use them"),
    (put(*C1, "units", []), C1, "expected units"),
    (put(*S1, "of", None), S1, "expected of"),
    (put(*S1, "over", None), S1, "expected over"),
    (put("units", "qra.1", {"kind": "fighter"}), ("units", "qra.1"), "has no owner"),
    (put("units", "qra.1", {"kind": "fighter", "nation": "north"}), ("units", "qra.1", "nation"),
     "unknown nation north"),
    (put("nations", "each", {}), ("nations", "each"), "a word of the language"),
    (put("posts", "west", {"nation": "west"}), ("nations", "west"), "the name of a post too"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "path", "words"), CORPUS)
def test_each_mistake_is_found_where_it_stands(
    change: Callable[[Text], None], path: tuple[str | int, ...], words: str
) -> None:
    text = copy.deepcopy(treaties.read("joint-2009"))
    change(text)
    found = faults(text)
    assert any(at == path and words in message for at, message in found), found
    with pytest.raises(ScenarioErrors):
        treaties.compiled(text)


def test_all_mistakes_at_once() -> None:
    text = treaties.read("joint-2009")
    both(put(*W1, "from", "wast"), put(*C1, "units", ["*.qar"]), put("posts", "joint.cp", "nation", "north"))(text)
    assert len(faults(text)) >= 3


def test_the_limit_for_fire_control_can_be_set() -> None:
    spec = AgreementFile.model_validate(treaties.read("joint-2009"))
    owners = dict.fromkeys(spec.units)
    assert check(spec, owners, fire_control_max_delay_s=1.0) == []
    assert len(check(spec, owners, fire_control_max_delay_s=0.5)) == 1


def test_precedence_settles_two_posts() -> None:
    text = treaties.read("joint-2009")
    text["posts"]["west.two"] = {**POST2, "precedence": 2}
    assert faults(text) == []


def test_a_strip_needs_a_border() -> None:
    far = [[[[60.0, 0.0], [70.0, 0.0], [70.0, 10.0], [60.0, 10.0]]]]
    with pytest.raises(ScenarioErrors, match="no common border"):
        treaties.compiled(treaties.read("tracks-1995"), {"west": treaties.WEST, "east": far})
    with pytest.raises(ScenarioErrors, match="needs the outline of east"):
        treaties.compiled(treaties.read("tracks-1995"), {"west": treaties.WEST})


def test_between_narrows_who_gives_to_whom() -> None:
    clause = {"id": "X", "share": "identity", "over": "net", "from": "each", "to": "others", "between": ["a", "c"]}
    agreement = AgreementSection.model_validate({"name": "x", "parties": ["a", "b", "c"], "clauses": [clause]})
    assert clause_pairs(agreement.clauses[0], agreement, {}) == [("a", "c"), ("c", "a")]


TWO: Text = {"id": "X", "order": "scramble", "units": "east.qra", "from": "east", "to": "west", "phases": ["war"]}


@pytest.mark.parametrize(
    ("change", "clash"),
    [
        ({}, True),
        ({"to": "west.cp"}, True),
        ({"to": "joint.cp"}, False),  # one post by two clauses
        ({"phases": ["peace"]}, False),
        ({"approval": {"by": "owner", "takes": "1 s"}}, False),
        ({"units": "east.sam.1"}, True),
        ({"if_attacked": {"within": "1 h"}}, False),
        ({"where": "west territory"}, True),
    ],
)
def test_two_commanders_of_one_unit_are_refused(change: Text, clash: bool) -> None:
    text = copy.deepcopy(treaties.read("joint-2009"))
    text["agreements"][1]["clauses"].append({**TWO, **change})
    found = [message for _, message in faults(text)]
    assert bool(found) == clash and all("two commanders of" in message for message in found), found
    text["posts"]["joint.cp"]["precedence"] = 1
    assert faults(text) == []


def test_commands_on_different_days_or_lands_do_not_clash() -> None:
    text = copy.deepcopy(treaties.read("joint-2009"))
    text["agreements"][1]["clauses"].append({**TWO, "in_force": "2020-01-01"})
    text["agreements"][1]["clauses"][4]["until"] = "2020-01-01"
    assert faults(text) == []
    text["agreements"][1]["clauses"][4]["until"] = "2020-01-02"
    assert len(faults(text)) == 1
    text["agreements"][1]["clauses"][4]["where"] = "east territory"
    text["agreements"][1]["clauses"][6]["where"] = "receiver territory"
    assert faults(text) == []
