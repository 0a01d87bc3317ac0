"""The models of agreement files: what they accept, and what they say about what they refuse."""

from typing import Any

import pytest
from pydantic import ValidationError

from jointsky.scenario.agreement import AgreementFile, ClauseSection, LinkLossSection, LinkSection


def clause(**terms: Any) -> dict[str, Any]:
    return {"id": "X1", "from": "west", "to": "east", **terms}


def test_quantities_become_si() -> None:
    link = LinkSection.model_validate({"between": ["a.cp", "b.cp"], "delay": "2 min", "loss": "5 %"})
    assert (link.delay, link.loss) == (120.0, pytest.approx(0.05))


def test_a_single_word_needs_no_brackets() -> None:
    found = ClauseSection.model_validate(clause(share="plots", of={"sensors": "west.radar.*"}))
    assert found.share == ("plots",)
    assert found.of is not None and found.of.sensors == ("west.radar.*",)
    assert found.verb == "share"


def test_resume_is_read_as_a_sentence() -> None:
    terms = {"link": "joint", "after": "30 s", "then": "national", "resume": "after 60 s up and confirmed by both"}
    assert LinkLossSection.model_validate(terms).resume == (60.0, True)
    assert LinkLossSection.model_validate({**terms, "resume": "after 2 min up"}).resume == (120.0, False)


def test_schema_can_be_printed() -> None:
    assert AgreementFile.model_json_schema()["type"] == "object"


def agreement(**terms: Any) -> dict[str, Any]:
    return {"agreements": [{"name": "x", "parties": ["a", "b"], **terms}]}


MISTAKES = [
    ({"links": {"l": {"between": ["a", "b"], "delay": 3}}}, "write 3 s"),
    ({"links": {"l": {"between": ["a", "b"], "delay": "-3 s"}}}, "zero or more"),
    ({"links": {"l": {"between": ["a", "b"], "delay": "3 km"}}}, "3 km"),
    ({"links": {"l": {"between": ["a", "b"], "delay": "3 s", "loss": "130 %"}}}, "0 % to 100 %"),
    ({"links": {"l": {"between": ["a", "b"], "delay": "3 s", "loss": True}}}, "share such as"),
    ({"links": {"l": {"between": ["a", "a"], "delay": "3 s"}}}, "two different posts"),
    ({"links": {"l": {"between": ["a", "b"], "delay": "3 s", "cuts": [{"start": "9 s", "end": "3 s"}]}}}, "later"),
    ({"nations": {False: {}}}, "put the name in quotes"),
    ({"phases": [1]}, "expected a name"),
    ({"phases": ["peace time"]}, "letters, digits"),
    ({"posts": {"a.cp": {"nation": "a", "comands": ["a.*"]}}}, "Extra inputs"),
    (agreement(clauses=[clause()]), "exactly one of"),
    (agreement(clauses=[clause(use="airfields", share="plots")]), "share and use"),
    (agreement(clauses=[clause(share="plot")]), "plots"),
    (agreement(clauses=[clause(order="engage", units="a b")]), "pattern"),
    (agreement(on_link_loss={"link": "l", "after": "3 s", "then": "joint"}), "national"),
]


@pytest.mark.parametrize(("text", "advice"), MISTAKES)
def test_mistakes_are_refused_with_advice(text: dict[str, Any], advice: str) -> None:
    with pytest.raises(ValidationError) as caught:
        AgreementFile.model_validate(text)
    assert advice in "; ".join(error["msg"] for error in caught.value.errors())
