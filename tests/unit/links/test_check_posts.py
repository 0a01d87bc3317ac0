"""Who may stand in for whom: posts in turn for each other, but not with one that sits beside them and is lost too."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from treaties import read

from jointsky.links.check import check
from jointsky.scenario.agreement import AgreementFile

WORLD = read("joint-2009")


def judged(hosts: dict[str, str] | None = None, **deputies: list[str]) -> list[str]:
    """What is said of three posts of one nation, `a`, `b` and `c`, with deputies and hosts."""
    text: dict[str, Any] = deepcopy(WORLD)
    for name in "abc":
        post: dict[str, Any] = {"nation": "west", "deputies": [f"west.{key}" for key in deputies.get(name, [])]}
        if hosts and name in hosts:
            post["host"] = f"west.{hosts[name]}"
        text["posts"][f"west.{name}"] = post
    spec = AgreementFile.model_validate(text)
    return [f"{'.'.join(map(str, at))}: {words}" for at, words in check(spec, dict.fromkeys(spec.units))]


@pytest.mark.parametrize(
    "deputies",
    [
        {"a": ["b"], "b": ["a"]},
        {"a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"]},
        {"a": ["b"], "b": ["c"], "c": ["a"]},
    ],
)
def test_posts_may_stand_in_for_each_other(deputies: dict[str, list[str]]) -> None:
    assert judged(**deputies) == []


def test_a_hosted_post_may_stand_in_when_that_is_not_mutual() -> None:
    assert judged({"b": "a"}, a=["b"]) == []
    assert judged({"b": "a"}, b=["a"]) == []
    assert judged({"b": "c"}, a=["b"], b=["a"]) == []


@pytest.mark.parametrize(("hosts", "way"), [({"b": "a"}, "b"), ({"c": "a", "b": "c"}, "b")])
def test_a_post_and_its_guest_do_not_replace_each_other(hosts: dict[str, str], way: str) -> None:
    found = judged(hosts, a=["b"], b=["a"])
    assert len(found) == 1
    assert found[0].startswith(
        f"posts.west.a.deputies.0: circular deputies: west.a and west.{way} stand in for each other, but west.a is the "
    )


def test_circular_hosting_is_still_refused() -> None:
    found = judged({"a": "b", "b": "a"}, a=["b"], b=["a"])
    assert sum("circular hosting" in words for words in found) == 2
